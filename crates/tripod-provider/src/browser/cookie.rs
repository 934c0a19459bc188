use std::time::Duration;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::config::Config;
use crate::seal::Sealed;

/// The cookies of a provider, by their names.
pub(super) struct Cookies {
    prefix: &'static str,
    suffix: String,
    is_secure: bool,
}

/// A cookie that the browser is to keep or to forget.
pub(crate) struct Cookie(String);

impl Cookies {
    /// Names the cookies of a provider.
    pub(super) fn new(config: &Config) -> Self {
        let is_secure = config.is_secure();
        Self {
            // RFC 6265bis §4.1.3.2: with this prefix, no subdomain and no page without TLS can set it.
            prefix: if is_secure { "__Host-" } else { "" },
            suffix: if is_secure {
                String::new()
            } else {
                port(config)
            },
            is_secure,
        }
    }

    /// Finds the identifier of the browser.
    pub(super) fn browser(&self, headers: &HeaderMap) -> Option<String> {
        let id = self.find(headers, BROWSER)?;
        // Nothing else was ever given out, and it goes into what forms are bound to.
        let is_id = id.len() == 22 && id.bytes().all(|octet| octet.is_ascii_graphic());
        is_id.then(|| id.to_owned())
    }

    /// Finds the sealed session.
    pub(super) fn session(&self, headers: &HeaderMap) -> Option<Sealed> {
        self.find(headers, SESSION).map(Sealed::received)
    }

    /// Has the identifier kept until the browser is closed.
    pub(super) fn keep_browser(&self, id: &str) -> Cookie {
        self.write(BROWSER, id, None)
    }

    /// Has a session kept.
    pub(super) fn keep_session(&self, sealed: &Sealed, span: Duration) -> Cookie {
        self.write(SESSION, sealed.as_str(), Some(span))
    }

    /// Has the session forgotten.
    pub(super) fn forget_session(&self) -> Cookie {
        self.write(SESSION, "", Some(Duration::ZERO))
    }

    fn write(&self, name: &str, value: &str, span: Option<Duration>) -> Cookie {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let age = span.map_or_else(String::new, |span| format!("; Max-Age={}", span.as_secs()));
        Cookie(format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
            self.name(name)
        ))
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}{}", self.prefix, self.suffix)
    }

    fn find<'a>(&self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        let name = self.name(name);
        headers
            .get_all(COOKIE)
            .into_iter()
            .filter_map(|field| field.to_str().ok())
            .flat_map(|field| field.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(own, value)| (own == name).then_some(value))
    }
}

impl Cookie {
    /// Writes the value of `Set-Cookie`.
    pub(super) fn to_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("names and values are base64url")
    }
}

const BROWSER: &str = "tripod-browser";
const SESSION: &str = "tripod-session";

/// Browsers share cookies between the ports of a host, where developers have several providers.
fn port(config: &Config) -> String {
    let authority = config.origin.to_string();
    let port = authority.rsplit(':').next().unwrap_or_default();
    match port.parse::<u16>() {
        Ok(port) => format!("-{port}"),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use tripod_oauth2::metadata::Issuer;

    use super::*;

    fn cookies(issuer: &str) -> Cookies {
        Cookies::new(&Config::new(Issuer::parse(issuer).unwrap()))
    }

    #[test]
    fn cookies_insist_on_tls_where_there_is_some() {
        let sealed = Sealed::received("abc");
        let kept = cookies("https://as.example").keep_session(&sealed, Duration::from_secs(60));
        assert_eq!(
            kept.0,
            "__Host-tripod-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
        let kept = cookies("http://127.0.0.1:9090").keep_browser("abc");
        assert_eq!(
            kept.0,
            "tripod-browser-9090=abc; Path=/; HttpOnly; SameSite=Lax"
        );
        let forgotten = cookies("http://[::1]").forget_session();
        assert_eq!(
            forgotten.0,
            "tripod-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let cookies = cookies("https://as.example");
        let found = |field: &'static str| {
            let mut headers = HeaderMap::new();
            headers.append(COOKIE, HeaderValue::from_static("other=1"));
            headers.append(COOKIE, HeaderValue::from_static(field));
            cookies
                .session(&headers)
                .map(|sealed| sealed.as_str().to_owned())
        };
        assert_eq!(
            found("a=b; __Host-tripod-session=x=y").as_deref(),
            Some("x=y")
        );
        for field in [
            "tripod-session=x",
            "__host-tripod-session=x",
            "a__Host-tripod-session=x",
            "__Host-tripod-session",
            "",
        ] {
            assert_eq!(found(field), None, "{field}");
        }
    }

    #[test]
    fn an_identifier_that_we_did_not_draw_is_none() {
        let cookies = cookies("https://as.example");
        for id in [
            "",
            "short",
            "with spaces in it.....",
            "0123456789012345678901234",
        ] {
            let mut headers = HeaderMap::new();
            let field = format!("__Host-tripod-browser={id}");
            headers.append(COOKIE, HeaderValue::try_from(field).unwrap());
            assert_eq!(cookies.browser(&headers), None, "{id}");
        }
    }
}

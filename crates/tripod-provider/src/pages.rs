//! Pages as people see them: plain HTML, one sheet of style, no script.

use std::error::Error;
use std::sync::LazyLock;

use askama::Template;
use aws_lc_rs::digest;
use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, PRAGMA, REFERRER_POLICY,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, StatusCode};
use tripod_core::secret::Secret;

mod date;
mod failure;
mod onward;
mod outcome;

pub(crate) use date::{day, moment};
pub(crate) use failure::{Advice, Failure};
pub(crate) use onward::Onward;
pub(crate) use outcome::Outcome;

use crate::metrics::StorageFailed;
use crate::provider::Provider;
use crate::storage;

/// What all pages have in common.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    provider: &'a Provider,
    sheet: Sheet,
}

/// A sheet of style.
#[derive(Clone, Copy)]
enum Sheet {
    /// For pages that developers see.
    Development,
    /// For pages that everybody sees.
    Everybody,
}

impl Sheet {
    const fn text(self) -> &'static str {
        match self {
            Self::Development => concat!(
                include_str!("../templates/style.css"),
                include_str!("../templates/development.css")
            ),
            Self::Everybody => include_str!("../templates/style.css"),
        }
    }

    /// CSP 3 §2.3.1: a style in the page is let through by its digest.
    fn digest(self) -> &'static str {
        static DEVELOPMENT: LazyLock<String> = LazyLock::new(|| digest_of(Sheet::Development));
        static EVERYBODY: LazyLock<String> = LazyLock::new(|| digest_of(Sheet::Everybody));
        match self {
            Self::Development => &DEVELOPMENT,
            Self::Everybody => &EVERYBODY,
        }
    }
}

fn digest_of(sheet: Sheet) -> String {
    let digest = digest::digest(&digest::SHA256, sheet.text().as_bytes());
    BASE64_STANDARD.encode(digest)
}

impl<'a> Frame<'a> {
    pub(crate) const fn new(provider: &'a Provider) -> Self {
        let sheet = Sheet::Everybody;
        Self { provider, sheet }
    }

    /// Begins a page that developers see.
    pub(crate) const fn for_developers(provider: &'a Provider) -> Self {
        let sheet = Sheet::Development;
        Self { provider, sheet }
    }

    /// Returns what the provider is called.
    pub(crate) fn name(&self) -> &str {
        &self.provider.config().name
    }

    /// Returns the style, which the policy knows by its digest.
    pub(crate) const fn style(&self) -> &'static str {
        self.sheet.text()
    }

    /// Returns where a path is, for forms and links: below the issuer, whatever `Host` says.
    pub(crate) fn path(&self, path: &str) -> String {
        let config = self.provider.config();
        let address = config.address(path);
        let origin = config.origin.to_string();
        match address.get(origin.len()..) {
            Some(path) if address.starts_with(&origin) => path.to_owned(),
            _ => address,
        }
    }
}

/// Where the forms of a page may lead in the end.
#[derive(Clone, Copy)]
pub(crate) enum Leads<'a> {
    /// To this provider alone.
    Here,
    /// To this address, by a redirect that answers the form, or at once.
    To(&'a str),
}

/// Answers with a page.
pub(crate) fn show(status: StatusCode, page: &impl Template, leads: Leads<'_>) -> Response {
    styled(status, page, Sheet::Everybody, leads)
}

/// Answers with a page that developers see.
pub(crate) fn show_developers(status: StatusCode, page: &impl Template) -> Response {
    styled(status, page, Sheet::Development, Leads::Here)
}

fn styled(status: StatusCode, page: &impl Template, sheet: Sheet, leads: Leads<'_>) -> Response {
    let mut answer = Response::new(Body::from(render(page)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    put(CONTENT_TYPE, "text/html; charset=utf-8");
    // RFC 9700 §4.2.4: the address of a page may hold what must not get elsewhere.
    put(REFERRER_POLICY, "no-referrer");
    put(CACHE_CONTROL, "no-store");
    put(PRAGMA, "no-cache");
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // RFC 6749 §10.13, RFC 9700 §4.16: no other site may show our pages in a frame.
    put(X_FRAME_OPTIONS, "DENY");
    put(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    put(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    headers.insert(CONTENT_SECURITY_POLICY, policy(sheet, leads));
    answer
}

/// Writes a page.
fn render(page: &impl Template) -> String {
    page.render().expect("a string takes whatever is written")
}

/// Writes the content security policy of a page.
///
/// Chromium holds `form-action` against every redirect that follows a form, also those that the client
/// makes after us, and stops in silence. So a page that leads to a client allows its scheme and https,
/// and not its host alone; a page that does not lead to one allows nothing but ourselves.
fn policy(sheet: Sheet, leads: Leads<'_>) -> HeaderValue {
    let style = sheet.digest();
    let form_action = match leads {
        Leads::Here => String::new(),
        Leads::To(uri) => match scheme(uri) {
            Some(scheme) if scheme != "https" => format!(" https: {scheme}:"),
            _ => " https:".to_owned(),
        },
    };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'{form_action}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::try_from(policy).expect("a scheme has letters, digits and `+-.`")
}

fn scheme(uri: &str) -> Option<String> {
    let (scheme, _) = uri.split_once(':')?;
    let is_scheme = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    (!scheme.is_empty() && scheme.bytes().all(is_scheme)).then(|| scheme.to_ascii_lowercase())
}

/// Sends the browser on, by an address that may hold a code.
pub(crate) fn redirect(location: &Secret) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = tripod_oauth2::redirect_uri::REDIRECT_STATUS;
    let headers = answer.headers_mut();
    let mut location =
        HeaderValue::from_str(location.expose()).unwrap_or_else(|_| HeaderValue::from_static("/"));
    location.set_sensitive(true);
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}

/// Sends the browser on to a page of ours.
pub(crate) fn redirect_here(provider: &Provider, path: &str) -> Response {
    redirect(&Secret::new(Frame::new(provider).path(path)))
}

/// Adds when to try again.
pub(crate) fn with_retry_after(mut answer: Response, seconds: HeaderValue) -> Response {
    answer.headers_mut().insert(RETRY_AFTER, seconds);
    answer
}

/// What is shown in place of the page that was asked for.
pub(crate) enum Stop {
    /// A page that says what is wrong.
    Failed(Box<Response>),
    /// The database cannot answer now.
    Storage(storage::Error),
}

impl Stop {
    /// Shows a failure.
    pub(crate) fn failed(provider: &Provider, failure: &Failure) -> Self {
        Self::Failed(Box::new(failure.show(provider)))
    }

    /// Answers with the page.
    pub(crate) fn answer(self, provider: &Provider) -> Response {
        match self {
            Self::Failed(answer) => *answer,
            Self::Storage(error) => {
                tracing::error!(error = &error as &dyn Error, "storage failed");
                let text = "The server cannot answer at the moment. Reload this page in a while.";
                let page = Failure::new(StatusCode::SERVICE_UNAVAILABLE, "Please try again");
                let mut answer = page.saying(text).show(provider);
                answer.extensions_mut().insert(StorageFailed);
                with_retry_after(answer, HeaderValue::from_static("2"))
            }
        }
    }
}

impl From<storage::Error> for Stop {
    fn from(error: storage::Error) -> Self {
        Self::Storage(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form_action(leads: Leads<'_>) -> String {
        let policy = policy(Sheet::Everybody, leads);
        let policy = policy.to_str().unwrap();
        let directive = policy
            .split("; ")
            .find_map(|directive| directive.strip_prefix("form-action "));
        directive.unwrap().to_owned()
    }

    #[test]
    fn forms_lead_to_the_scheme_of_the_client_at_most() {
        assert_eq!(form_action(Leads::Here), "'self'");
        for (uri, expected) in [
            ("https://client.example/cb", "'self' https:"),
            ("HTTPS://client.example/cb", "'self' https:"),
            ("http://127.0.0.1:1/cb", "'self' https: http:"),
            ("com.example.app:/cb", "'self' https: com.example.app:"),
            ("x; script-src *:y", "'self' https:"),
            ("", "'self' https:"),
        ] {
            assert_eq!(form_action(Leads::To(uri)), expected, "{uri}");
        }
    }
}

//! What every text passes on its way out, so that no secret stands in a finding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tripod_core::secret::Secret;
use tripod_core::{form, percent};
use zeroize::Zeroizing;

use crate::evidence::{Evidence, Exchange, Header, Request, Response};
use crate::wording::is_placeholder;

mod scan;

use scan::{Class, Hit};

/// Values shorter than this are masked where they stand, but not looked for elsewhere.
const SHORTEST: usize = 8;

/// The secrets of a case, and what to write in their place.
#[derive(Default)]
pub(crate) struct Mask {
    /// Each in one of the ways it may be written; the longest first.
    hidden: Vec<(Zeroizing<String>, String)>,
}

impl Mask {
    /// Gathers what must not be shown.
    pub(crate) fn of(evidence: &Evidence) -> Self {
        let mut mask = Self::default();
        let known = &evidence.known;
        let secrets = [
            &known.consumer_secret,
            &known.token_secret,
            &known.client_secret,
            &known.code_verifier,
        ];
        for secret in secrets.into_iter().flatten() {
            mask.hide(secret.expose(), Class::Secret);
            mask.hide(secret.expose().trim(), Class::Secret);
        }
        for text in known.body.iter().chain(&known.state) {
            mask.gather(text.expose());
        }
        for exchange in &evidence.exchanges {
            if let Some(request) = &exchange.request {
                mask.gather(request.uri());
                mask.gather(request.body());
                mask.gather_headers(&request.headers);
            }
            if let Some(response) = &exchange.response {
                mask.gather(response.body());
                mask.gather_headers(&response.headers);
            }
        }
        for excerpt in evidence.texts.iter().chain(&evidence.tokens) {
            mask.gather(excerpt.text.expose());
        }
        mask.hidden
            .sort_by(|(one, _), (two, _)| two.len().cmp(&one.len()).then_with(|| one.cmp(two)));
        mask.hidden.dedup_by(|(one, _), (two, _)| one == two);
        mask
    }

    /// Returns the text with every secret masked.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        let mut hits = scan::hits(text);
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.range.start));
        let mut bound = text.len();
        for Hit { range, class, .. } in hits {
            if range.end > bound {
                continue;
            }
            let value = text.get(range.clone()).unwrap_or_default();
            if !is_masked(value) {
                shown.replace_range(range.clone(), &class.mask(value));
            }
            bound = range.start;
        }
        for (secret, instead) in &self.hidden {
            if shown.contains(secret.as_str()) {
                shown = shown.replace(secret.as_str(), instead);
            }
        }
        self.without_ends(shown)
    }

    /// Takes away what is left of a secret where a quotation was cut in the middle of it.
    fn without_ends(&self, shown: String) -> String {
        let mut shown = shown;
        for (secret, instead) in &self.hidden {
            let body = shown.trim_end_matches('…');
            let tail = overlap(secret, |part| body.ends_with(part), From::Front);
            if let Some(length) = tail {
                let kept = body.len() - length;
                shown.replace_range(kept..kept + length, instead);
            }
            let skipped = shown.len() - shown.trim_start_matches('…').len();
            let body = shown.trim_start_matches('…');
            let head = overlap(secret, |part| body.starts_with(part), From::Back);
            if let Some(length) = head {
                shown.replace_range(skipped..skipped + length, instead);
            }
        }
        shown
    }

    /// Returns an exchange with every secret masked.
    pub(crate) fn exchange(&self, exchange: &Exchange) -> Exchange {
        let request = exchange.request.as_ref().map(|request| Request {
            uri: self.secret(request.uri.as_ref()),
            headers: self.headers(&request.headers),
            body: self.secret(request.body.as_ref()),
            ..request.clone()
        });
        let response = exchange.response.as_ref().map(|response| Response {
            headers: self.headers(&response.headers),
            body: self.secret(response.body.as_ref()),
            ..response.clone()
        });
        Exchange::new(request, response)
    }

    fn headers(&self, headers: &[Header]) -> Vec<Header> {
        let headers = headers.iter();
        let masked = headers.map(|header| {
            let shown = self.header(&header.name, header.value.expose());
            Header::new(&*header.name, shown)
        });
        masked.collect()
    }

    /// Some values are secret by the name of their field alone, however they look.
    fn header(&self, name: &str, value: &str) -> String {
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => match value.split_once(' ') {
                Some((scheme, _)) if scheme.eq_ignore_ascii_case("oauth") => self.text(value),
                // Its first characters are those of the identifier, and of the secret if that is short.
                Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => {
                    format!("{scheme} {}", Class::Secret.mask(pair))
                }
                Some((scheme, token)) => format!("{scheme} {}", Class::Token.mask(token.trim())),
                None => Class::Secret.mask(value),
            },
            "cookie" => value.split(';').map(cookie).collect::<Vec<_>>().join("; "),
            "set-cookie" => match value.split_once(';') {
                Some((pair, attributes)) => format!("{};{attributes}", cookie(pair)),
                None => cookie(value),
            },
            "dpop" => Class::Token.mask(value),
            name => {
                let shown = self.text(&format!("{name}: {value}"));
                let shown = shown.split_once(": ").map_or("", |(_, value)| value);
                shown.to_owned()
            }
        }
    }

    fn secret(&self, secret: Option<&Secret>) -> Option<Secret> {
        secret.map(|secret| Secret::new(self.text(secret.expose())))
    }

    fn gather_headers(&mut self, headers: &[Header]) {
        for header in headers {
            let value = header.value.expose();
            let name = header.name.to_ascii_lowercase();
            match name.as_str() {
                "authorization" | "proxy-authorization" => self.gather_authorization(value),
                "dpop" => self.hide(value, Class::Token),
                "cookie" | "set-cookie" => {
                    for pair in value.split(';') {
                        let (_, value) = pair.split_once('=').unwrap_or_default();
                        self.hide(value.trim(), Class::Secret);
                    }
                }
                _ => self.gather(value),
            }
        }
    }

    fn gather_authorization(&mut self, header: &str) {
        let (scheme, rest) = header.split_once(' ').unwrap_or(("", header));
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" | "dpop" | "token" => self.hide(rest.trim(), Class::Token),
            "basic" => {
                self.hide(rest.trim(), Class::Secret);
                let joined = STANDARD.decode(rest.trim()).unwrap_or_default();
                let joined = Secret::new(String::from_utf8_lossy(&joined).into_owned());
                if let Some((_, password)) = joined.expose().split_once(':') {
                    self.hide(password, Class::Secret);
                    let decoded = form::Component::new(password.as_bytes())
                        .decode()
                        .into_owned();
                    self.hide(&String::from_utf8_lossy(&decoded), Class::Secret);
                }
            }
            // A token without a scheme, or with one that is not known.
            _ if !header.contains('=') || !header.contains(',') => {
                self.hide(rest.trim(), Class::Token);
                self.gather(header);
            }
            _ => self.gather(header),
        }
        // The signature of PLAINTEXT is the secrets themselves.
        if header.contains("PLAINTEXT") {
            for hit in scan::values_of(header, "oauth_signature") {
                self.hide(&hit, Class::Secret);
                let decoded = percent::decode(&hit).unwrap_or_default();
                for part in String::from_utf8_lossy(&decoded).split('&') {
                    self.hide(part, Class::Secret);
                }
            }
        }
    }

    fn gather(&mut self, text: &str) {
        for hit in scan::hits(text) {
            let value = text.get(hit.range).unwrap_or_default();
            self.hide(value, hit.class);
        }
        if text.contains("PLAINTEXT") {
            for hit in scan::values_of(text, "oauth_signature") {
                self.hide(&hit, Class::Secret);
            }
        }
    }

    /// Remembers a value in each of the ways it may be written.
    fn hide(&mut self, value: &str, class: Class) {
        // The name of a variable is no secret, but what is wrong.
        if value.len() < SHORTEST || is_masked(value) || is_placeholder(value) {
            return;
        }
        let decoded = form::Component::new(value.as_bytes()).decode().into_owned();
        let decoded = String::from_utf8_lossy(&decoded).into_owned();
        let instead = class.mask(&decoded);
        let escaped = serde_json::Value::from(value).to_string();
        let forms = [
            value.to_owned(),
            percent::encode(value),
            percent::encode(percent::encode(value)),
            percent::encode(&decoded),
            form::encode(value),
            escaped.trim_matches('"').to_owned(),
            decoded,
        ];
        for form in forms {
            if form.len() >= SHORTEST {
                self.hidden.push((Zeroizing::new(form), instead.clone()));
            }
        }
    }
}

/// Masks the value of a cookie.
fn cookie(pair: &str) -> String {
    match pair.trim().split_once('=') {
        Some((name, _)) => format!("{name}={}", Class::Secret.mask("")),
        None => Class::Secret.mask(""),
    }
}

/// From which side of a secret a part of it is taken.
#[derive(Clone, Copy)]
enum From {
    Back,
    Front,
}

/// Returns how much of a secret is there, if that is more than chance.
fn overlap(secret: &str, is_there: impl Fn(&str) -> bool, from: From) -> Option<usize> {
    const CHANCE: usize = 6;
    let lengths = (CHANCE..secret.len()).rev();
    lengths.into_iter().find(|length| {
        let part = match from {
            From::Back => secret.get(secret.len() - length..),
            From::Front => secret.get(..*length),
        };
        part.is_some_and(&is_there)
    })
}

/// Tells whether something of a text was masked, by this program or by whoever shows it: what
/// stands there was not sent so, and nothing can be said of it.
pub(crate) fn has_gaps(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words = [
        "…",
        "...",
        "***",
        "(hidden)",
        "redacted",
        "masked",
        "removed",
        "filtered",
        "sanitized",
    ];
    let marks = |text: &str| text.len() >= 2 && text.chars().all(|letter| "x*•#?".contains(letter));
    words.iter().any(|word| lower.contains(word)) || lower.split(' ').any(marks)
}

fn is_masked(value: &str) -> bool {
    value.contains('…') || value.starts_with("(hidden)") || value.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Known;

    fn masked(input: &str, text: &str) -> String {
        Mask::of(&Evidence::read(input.as_bytes(), Known::default())).text(text)
    }

    #[test]
    fn a_secret_of_the_evidence_is_masked_wherever_it_stands() {
        let request = "POST /token HTTP/1.1\nHost: as.example\nAuthorization: Basic aWQ6cyUyQmVjcmV0ISE=\n\
                       Content-Type: application/x-www-form-urlencoded\n\ngrant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA";
        for text in [
            "the password is s+ecret!! here",
            "encoded s%2Becret%21%21 here",
            "Basic aWQ6cyUyQmVjcmV0ISE=",
        ] {
            let shown = masked(request, text);
            assert!(
                !shown.contains("ecret!!") && !shown.contains("ecret%21"),
                "{shown}"
            );
            assert!(!shown.contains("aWQ6"), "{shown}");
        }
        assert_eq!(
            masked(request, "it sent tGzv3JOkF0XG5Qx2TlKWIA"),
            "it sent tGzv…(22 characters)"
        );
    }

    #[test]
    fn an_exchange_is_shown_without_what_proves_anything() {
        let request = "POST /consent?code=SplxlOBeZQQYbYS6WxSbIA HTTP/1.1\nHost: as.example\n\
                       Authorization: Basic aWQ6c2VjcmV0LXNlY3JldA==\nCookie: a=short; b=0123456789\n\
                       DPoP: eyJhbGciOiJFUzI1NiJ9.e30.c2ln\n\
                       Content-Type: application/x-www-form-urlencoded\n\npassword=alice-password";
        let evidence = Evidence::read(request.as_bytes(), Known::default());
        let shown = evidence.masked().remove(0);
        let request = shown.request.unwrap();
        let mut text = format!("{} {}", request.uri(), request.body());
        for header in &request.headers {
            text.push_str(&format!("\n{}: {}", header.name, header.value.expose()));
        }
        for secret in ["SplxlOBe", "aWQ6c", "short", "0123", "eyJhb", "alice-p"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("Cookie: a=(hidden); b=(hidden)"), "{text}");
    }

    #[test]
    fn a_signature_that_is_the_secrets_is_masked_however_short() {
        let header = "OAuth oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"ab%26cd\"";
        let shown = Mask::default().header("Authorization", header);
        assert!(
            !shown.contains("ab%26cd") && shown.contains("PLAINTEXT"),
            "{shown}"
        );
        let form = "oauth_signature=ab%26cd&oauth_signature_method=PLAINTEXT";
        let shown = Mask::default().text(form);
        assert!(!shown.contains("ab%26cd"), "{shown}");
        let header = Mask::default().header("authorization", "Basic YTpi");
        assert_eq!(header, "Basic (hidden)");
        let header = Mask::default().header("Authorization", "basic YzpzZWNyZXQtb2YtYy1jbGllbnQ=");
        assert_eq!(header, "basic (hidden)");
    }

    #[test]
    fn what_is_named_like_a_secret_is_masked_where_it_stands() {
        for (text, shown) in [
            ("client_secret=abc&b=1", "client_secret=(hidden)&b=1"),
            (r#"{"password": "x y"}"#, r#"{"password": "(hidden)"}"#),
            (
                "POST&x&oauth_token%3Dabcdefgh%26a",
                "POST&x&oauth_token%3D…(8 characters)%26a",
            ),
            (
                "Authorization: Bearer abc.def",
                "Authorization: Bearer …(7 characters)",
            ),
            (
                "error_code=12 and codename=x",
                "error_code=12 and codename=x",
            ),
            (
                r#"{"code": "woocommerce_rest_error"}"#,
                r#"{"code": "woocommerce_rest_error"}"#,
            ),
        ] {
            assert_eq!(masked("nothing", text), shown);
        }
    }

    #[test]
    fn a_secret_that_a_quotation_cuts_is_masked_as_far_as_it_is_there() {
        let request = "client_secret=kd94hf93k423kf44";
        assert_eq!(masked(request, "it sent kd94hf93k42…"), "it sent (hidden)…");
        assert_eq!(
            masked(request, "…f93k423kf44 was sent"),
            "…(hidden) was sent"
        );
        assert_eq!(masked(request, "it sent kd94…"), "it sent kd94…");
    }

    #[test]
    fn masking_twice_changes_nothing_more() {
        let text = "code=SplxlOBeZQQYbYS6WxSbIA&client_secret=abc eyJhbGciOiJub25lIn0.eyJhIjoxfQ.";
        let once = masked(text, text);
        assert_eq!(masked(text, &once), once);
    }
}

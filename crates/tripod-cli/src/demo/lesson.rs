//! What each message is for, in a sentence, and where that is written.

use serde_json::{Value, json};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_doctor::evidence::Exchange;

use super::diagram::Lane;

/// Who asks whom, and what request and answer are for.
#[derive(Debug)]
pub(super) struct Lesson {
    pub(super) from: Lane,
    pub(super) to: Lane,
    pub(super) asked: Words,
    pub(super) answered: Words,
    /// Which members of a long answer are worth showing; all, if none is named.
    pub(super) shown: &'static [&'static str],
}

/// A sentence, and the section that it is about.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) text: &'static str,
    pub(super) reference: &'static str,
}

impl Words {
    pub(super) fn to_json(&self) -> Value {
        json!(format!("{} {}", self.text, self.reference))
    }
}

const fn words(text: &'static str, reference: &'static str) -> Words {
    Words { text, reference }
}

/// Says what an exchange is for.
pub(super) fn of(exchange: &Exchange) -> Lesson {
    use Lane::{Api, Browser, Client, Provider};
    let facts = Facts::of(exchange);
    let (from, to) = match facts.path.as_str() {
        "callback" => (Browser, Client),
        path if path.ends_with("/authorize") => (Browser, Provider),
        path if path.starts_with("api/") => (Client, Api),
        _ => (Client, Provider),
    };
    let (asked, answered) = match facts.path.as_str() {
        path if path.starts_with("oauth1/") => oauth1(path, facts.is_refused),
        path if path.starts_with("api/") => api(&facts),
        "callback" => (callback(&facts), NOTHING),
        _ => oauth2(&facts),
    };
    Lesson {
        from,
        to,
        asked,
        answered,
        shown: match facts.path.contains("well-known") {
            true => &[
                "authorization_endpoint",
                "code_challenge_methods_supported",
                "issuer",
                "token_endpoint",
            ],
            false => &[],
        },
    }
}

/// What decides on the words.
struct Facts {
    path: String,
    has_verifier: bool,
    is_refresh: bool,
    is_refused: bool,
    is_signed: bool,
}

impl Facts {
    fn of(exchange: &Exchange) -> Self {
        let request = exchange.request.as_ref();
        let uri = request.and_then(|request| request.uri.as_ref());
        let uri = uri.map_or("", Secret::expose);
        let (place, query) = uri.split_once('?').unwrap_or((uri, ""));
        let body = request.and_then(|request| request.body.as_ref());
        let body = body.map_or("", Secret::expose);
        let form = Parameters::parse(body.as_bytes()).unwrap_or_default();
        let status = exchange.response.as_ref().and_then(|answer| answer.status);
        let mut headers = request.iter().flat_map(|request| &request.headers);
        Self {
            path: place.splitn(4, '/').nth(3).unwrap_or_default().to_owned(),
            has_verifier: query.contains("oauth_verifier="),
            is_refresh: form.all("grant_type").any(|grant| grant == "refresh_token"),
            is_refused: status.is_some_and(|status| status >= 400),
            is_signed: headers.any(|header| header.value.expose().starts_with("OAuth ")),
        }
    }
}

const NOTHING: Words = words("", "");

fn oauth1(path: &str, is_refused: bool) -> (Words, Words) {
    let answered = match path {
        _ if is_refused => words(
            "The provider computed another signature, and gives nothing.",
            "RFC 5849 §3.2",
        ),
        "oauth1/request_token" => words(
            "Temporary credentials, good for this one login. The callback was noted.",
            "RFC 5849 §2.1",
        ),
        "oauth1/authorize" => words(
            "You said yes: the browser is sent back with a verifier.",
            "RFC 5849 §2.2",
        ),
        _ => words(
            "The token and its secret. The secret is for signing, and never travels again.",
            "RFC 5849 §2.3",
        ),
    };
    let asked = match path {
        "oauth1/request_token" => words(
            "The client asks for temporary credentials, signed with its secret, and says where you \
             are to come back to.",
            "RFC 5849 §2.1",
        ),
        "oauth1/authorize" => words(
            "The browser takes you to the provider, where you would sign in and say yes; here it \
             is done for you.",
            "RFC 5849 §2.2",
        ),
        _ => words(
            "The client turns temporary token and verifier into a token, signed with both secrets.",
            "RFC 5849 §2.3",
        ),
    };
    (asked, answered)
}

fn oauth2(facts: &Facts) -> (Words, Words) {
    match facts.path.as_str() {
        "oauth2/authorize" => (
            words(
                "The browser carries the request. `state` ties the answer to this login; \
                 `code_challenge` is the hash of a secret that only this client has.",
                "RFC 6749 §4.1.1, RFC 7636 §4.3",
            ),
            words(
                "You said yes (here it is done for you): the browser is sent back with a code.",
                "RFC 6749 §4.1.2",
            ),
        ),
        "oauth2/token" if facts.is_refresh => (
            words(
                "The client gets a new token by the refresh token. Nobody is asked.",
                "RFC 6749 §6",
            ),
            words(
                "A new pair. The old refresh token is spent: who uses it again is a thief.",
                "RFC 9700 §4.14",
            ),
        ),
        "oauth2/token" => (
            words(
                "The client proves who it is, and redeems the code, once. `code_verifier` is the \
                 secret whose hash it showed: a stolen code is worth nothing.",
                "RFC 6749 §4.1.3, RFC 7636 §4.5",
            ),
            words(
                "A token for an hour, and a refresh token for the time after.",
                "RFC 6749 §5.1",
            ),
        ),
        _ => (
            words(
                "The client asks the provider where its endpoints are.",
                "RFC 8414 §3",
            ),
            words(
                "They are here. The client checks that the issuer is the one it asked.",
                "RFC 8414 §3.3",
            ),
        ),
    }
}

const fn callback(facts: &Facts) -> Words {
    match facts.has_verifier {
        true => words(
            "You are back. The client compares the token: it is the one it sent you off with.",
            "RFC 5849 §2.2",
        ),
        false => words(
            "You are back. The client compares `state` and `iss` with what it asked, and whom.",
            "RFC 6749 §10.12, RFC 9207 §2.4",
        ),
    }
}

const fn api(facts: &Facts) -> (Words, Words) {
    match (facts.is_signed, facts.is_refused) {
        (true, _) => (
            words(
                "A call. Each is signed afresh: method, address, parameters, the time and a nonce.",
                "RFC 5849 §3.1",
            ),
            words(
                "The API computed the same signature, and has not seen the nonce before.",
                "RFC 5849 §3.2",
            ),
        ),
        (false, true) => (
            words(
                "The same call as before, with the same token.",
                "RFC 6750 §2.1",
            ),
            words(
                "The API says why it refuses, so that the client knows what to do.",
                "RFC 6750 §3.1",
            ),
        ),
        (false, false) => (
            words("A call, with the token in the header.", "RFC 6750 §2.1"),
            words(
                "The API looked the token up: it is not over, and good for reading.",
                "RFC 6749 §7",
            ),
        ),
    }
}

//! What a person's browser meets: sign-in, consent, devices, the user's own page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Method, Request};
use tripod_core::parameters::Parameters;
use tripod_provider::artefact::{Client, User};
use tripod_provider::config::Config;
use tripod_provider::password::PasswordHash;
use tripod_provider::storage::Memory;
use tripod_provider::store::Changes;

use crate::fixture::{
    ALICE, Answer, CLIENT, Fixture, PUBLIC, REDIRECT_URI, confidential, form, public, user,
};

mod attacks;
mod authorize;
mod consent;
mod device;
mod headers;
mod home;
mod logout;
mod oauth1;
mod session;

pub(crate) const PASSWORD: &str = "alice-password";

/// Made by another implementation, with as little work as Argon2 allows.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$LcE2pv0ccxzg33wkCDfGDg$GNVTF/x0C+hUUDjcDmXrplCOKD11W3WUChBwM2E9g58";

/// RFC 7636 Appendix B.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A provider with two clients and two users who have a password.
pub(crate) async fn provider() -> Fixture {
    provider_with(|_| {}).await
}

pub(crate) async fn provider_with(change: impl FnOnce(&mut Config)) -> Fixture {
    let fixture = Fixture::empty(Arc::new(Memory::new()), change);
    fixture.add_client(confidential(CLIENT)).await;
    fixture.add_client(public(PUBLIC)).await;
    for (id, name) in [(ALICE, "alice"), ("bob-id", "bob")] {
        let mut user: User = user(id, name);
        user.password = Some(PasswordHash::parse(HASH).unwrap());
        fixture.add_user(user).await;
    }
    fixture
}

/// A browser: it keeps cookies, and sends the forms of the pages that it is shown.
#[derive(Clone)]
pub(crate) struct Browser<'a> {
    fixture: &'a Fixture,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(fixture: &'a Fixture) -> Self {
        Self {
            fixture,
            cookies: BTreeMap::new(),
        }
    }

    /// Opens a page.
    pub(crate) async fn open(&mut self, path: &str) -> Page {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends a request with the cookies, and keeps those of the answer.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Page {
        if !self.cookies.is_empty() {
            let cookies = self.cookies.iter();
            let cookies: Vec<_> = cookies
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let cookies = cookies.join("; ").parse().unwrap();
            request.headers_mut().insert(COOKIE, cookies);
        }
        let answer = self.fixture.send(request).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Page { answer }
    }

    /// Fills in the form of a page that goes to a path, and sends it.
    pub(crate) async fn submit(&mut self, page: &Page, path: &str, typed: &[(&str, &str)]) -> Page {
        let request = page.filled_in(path, typed);
        self.send(request).await
    }

    /// Signs in on a page that asks for it.
    pub(crate) async fn sign_in(&mut self, page: &Page, username: &str) -> Page {
        let typed = [("username", username), ("password", PASSWORD)];
        self.submit(page, "/sign-in", &typed).await
    }

    /// Decides on a consent page.
    pub(crate) async fn decide(&mut self, page: &Page, decision: &str) -> Page {
        self.submit(page, "/consent", &[("decision", decision)])
            .await
    }

    /// Opens the user's own page and signs in as alice.
    pub(crate) async fn signed_in(fixture: &'a Fixture) -> Self {
        let mut browser = Self::new(fixture);
        let page = browser.open("/").await;
        let page = browser.sign_in(&page, "alice").await;
        assert_eq!(page.location(), "/", "{}", page.text());
        browser
    }
}

/// A page, or a redirect.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) answer: Answer,
}

impl Page {
    pub(crate) fn status(&self) -> u16 {
        self.answer.status.as_u16()
    }

    pub(crate) fn text(&self) -> &str {
        self.answer.text()
    }

    pub(crate) fn title(&self) -> &str {
        between(self.text(), "<title>", "</title>").unwrap_or_default()
    }

    pub(crate) fn location(&self) -> &str {
        self.answer.header(LOCATION.as_str())
    }

    /// Returns the parameters with which the browser is sent back to the client.
    #[track_caller]
    pub(crate) fn answered(&self) -> Parameters {
        assert_eq!(self.status(), 303, "{}", self.text());
        // OAuth 2.0 Multiple Response Types §5: who asks for a token hears of it in the fragment.
        let (uri, query) = self.location().split_once(['?', '#']).unwrap();
        assert_eq!(uri, REDIRECT_URI);
        Parameters::parse(query.as_bytes()).unwrap()
    }

    /// Returns a parameter with which the browser is sent back; empty if it is not there.
    #[track_caller]
    pub(crate) fn answered_with(&self, name: &str) -> String {
        let answered = self.answered();
        answered
            .single(name)
            .unwrap()
            .unwrap_or_default()
            .to_owned()
    }

    /// Asserts that it asks to sign in.
    #[track_caller]
    pub(crate) fn assert_asks_to_sign_in(&self) {
        assert!(
            self.title().contains("Sign in"),
            "{} {}",
            self.status(),
            self.text()
        );
    }

    /// Asserts that it asks for consent.
    #[track_caller]
    pub(crate) fn assert_asks_for_consent(&self) {
        let asks = self.text().contains("name=\"decision\" value=\"allow\"");
        assert!(
            asks,
            "{} {} {}",
            self.status(),
            self.location(),
            self.text()
        );
    }

    /// Asserts that it refuses, and sends the browser nowhere.
    #[track_caller]
    pub(crate) fn assert_fails_here(&self, status: u16) {
        let heard = (self.status(), self.location());
        assert_eq!(heard, (status, ""), "{}", self.text());
        assert!(self.text().contains("id=\"outcome\""), "{}", self.text());
        assert!(self.title().starts_with("Error: "), "{}", self.title());
    }

    /// Returns the hidden field of the form that goes to a path.
    #[track_caller]
    pub(crate) fn flow(&self, path: &str) -> &str {
        let marker = format!("action=\"{path}\"");
        let (_, form) = self
            .text()
            .split_once(&marker)
            .unwrap_or_else(|| panic!("no form for {path}: {} {}", self.status(), self.text()));
        between(form, "name=\"flow\" value=\"", "\"").unwrap()
    }

    /// Returns the request that sends the form which goes to a path.
    #[track_caller]
    pub(crate) fn filled_in(&self, path: &str, typed: &[(&str, &str)]) -> Request<Body> {
        let mut fields = vec![("flow", self.flow(path))];
        fields.extend(typed);
        let fields: Parameters = fields.into_iter().collect();
        posted(path, fields.to_form())
    }
}

/// Posts a form as one of our pages does.
pub(crate) fn posted(path: &str, form: String) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("origin", "null")
        .body(Body::from(form))
        .unwrap()
}

pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// Writes the address of an authorization request, with changes: an empty value leaves one out.
pub(crate) fn authorization(changes: &[(&str, &str)]) -> String {
    let usual = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "read"),
        ("state", "xyz"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let is_changed = |name: &str| changes.iter().any(|(own, _)| *own == name);
    let usual = usual.into_iter().filter(|(name, _)| !is_changed(name));
    let changes = changes
        .iter()
        .copied()
        .filter(|(_, value)| !value.is_empty());
    let parameters: Vec<_> = usual.chain(changes).collect();
    format!("/oauth2/authorize?{}", form(&parameters))
}

/// Changes the client of the fixture.
pub(crate) async fn change_client(fixture: &Fixture, change: impl FnOnce(&mut Client)) {
    let store = fixture.provider.store();
    let loaded = store.load::<Client>(Client::handle(CLIENT)).await;
    let loaded = loaded.unwrap().unwrap();
    let mut client = Client::clone(&loaded);
    change(&mut client);
    fixture
        .apply(Changes::new().replace(&loaded, &client))
        .await;
}

/// Returns the names in the audit trail, the oldest first.
pub(crate) async fn audited(fixture: &Fixture) -> Vec<String> {
    let query = tripod_provider::storage::EventQuery::default();
    let events = fixture.provider.store().events(query).await.unwrap();
    events
        .into_iter()
        .rev()
        .map(|stored| stored.event.name)
        .collect()
}

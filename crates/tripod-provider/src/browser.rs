//! A browser: what it is recognised by, and who is signed in with it.

use http::HeaderMap;
use http::header::SET_COOKIE;

use axum::response::Response;
use tripod_core::timestamp::Timestamp;

pub(crate) mod flow;

mod cookie;
mod form;
mod origin;
mod session;
mod visit;

pub(crate) use form::Form;
pub(crate) use session::{Manner, Session, SignedIn, automatic, draw_id};
pub(crate) use visit::Visit;

use crate::provider::Provider;
use crate::storage;
use cookie::{Cookie, Cookies};

/// A browser that asks for a page.
///
/// Two cookies: an identifier of the browser, which forms are bound to before anybody signs in, and
/// the sealed session. Neither is in the database.
pub(crate) struct Browser {
    id: String,
    signed_in: Option<SignedIn>,
    answering: Vec<Cookie>,
}

impl Browser {
    /// Finds out who is there.
    pub(crate) async fn meet(
        provider: &Provider,
        headers: &HeaderMap,
    ) -> Result<Self, storage::Error> {
        let cookies = Cookies::new(provider.config());
        let mut answering = Vec::new();
        let id = cookies.browser(headers).unwrap_or_else(|| {
            let id = draw_id(&mut provider.random());
            answering.push(cookies.keep_browser(&id));
            id
        });
        let signed_in = match automatic(provider).await? {
            Some(automatic) => Some(automatic),
            None => match cookies.session(headers) {
                Some(sealed) => Session::recognise(provider, &sealed).await?,
                None => None,
            },
        };
        Ok(Self {
            id,
            signed_in,
            answering,
        })
    }

    /// Returns who is signed in.
    pub(crate) const fn signed_in(&self) -> Option<&SignedIn> {
        self.signed_in.as_ref()
    }

    /// Begins a session, which has nothing in common with the one before.
    pub(crate) fn sign_in(&mut self, provider: &Provider, signed_in: SignedIn) {
        // A session that somebody planted here, or has seen, is worth nothing from now on.
        let cookies = Cookies::new(provider.config());
        let sealed = signed_in.session.seal(provider);
        let span = provider.config().lifetimes.session;
        self.answering.push(cookies.keep_session(&sealed, span));
        self.signed_in = Some(signed_in);
    }

    /// Ends the session.
    pub(crate) fn sign_out(&mut self, provider: &Provider) {
        let cookies = Cookies::new(provider.config());
        self.answering.push(cookies.forget_session());
        self.signed_in = None;
    }

    /// Adds to an answer what the browser has to keep.
    fn dress(&self, mut answer: Response) -> Response {
        for cookie in &self.answering {
            answer.headers_mut().append(SET_COOKIE, cookie.to_header());
        }
        answer
    }

    /// Returns what a form is bound to: this browser, and this session of it.
    fn binding(&self, form: Form) -> String {
        let session = match form {
            // Before and after signing in, this form means the same.
            Form::SignIn | Form::UserCode => "",
            _ => self
                .signed_in
                .as_ref()
                .map_or("", |signed_in| signed_in.session.id.as_str()),
        };
        format!("{} {} {session}", form.name(), self.id)
    }

    /// Returns the identifier of the session, if there is one.
    pub(crate) fn session_id(&self) -> Option<&str> {
        self.signed_in()
            .map(|signed_in| signed_in.session.id.as_str())
    }
}

/// Tells whether a time lies behind.
pub(crate) fn is_over(expires: Timestamp, now: Timestamp) -> bool {
    expires <= now
}

use std::borrow::Cow;

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{Frame, Leads, show};
use crate::dev::Explained;
use crate::provider::Provider;

/// A page that says what is wrong: to the user in words, to the developer of the client in theirs.
///
/// In development it is also a note on the answer, so that it can be written again with what
/// explains it.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    title: &'static str,
    text: Cow<'static, str>,
    advice: Option<Advice>,
    again: Option<(&'static str, &'static str)>,
}

/// What the developer of a client has to know.
#[derive(Clone, Debug)]
pub(crate) struct Advice {
    /// The error code of the RFC.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) description: String,
    /// Whose request it was, as it says of itself.
    pub(crate) client: Option<String>,
}

impl Failure {
    pub(crate) const fn new(status: StatusCode, title: &'static str) -> Self {
        Self {
            status,
            title,
            text: Cow::Borrowed(""),
            advice: None,
            again: None,
        }
    }

    /// Says what happened.
    pub(crate) fn saying(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.text = text.into();
        self
    }

    /// Says what the client has to do otherwise.
    pub(crate) fn advising(mut self, advice: Advice) -> Self {
        self.advice = Some(advice);
        self
    }

    /// Offers a page of ours to begin again.
    pub(crate) const fn with_link(mut self, path: &'static str, text: &'static str) -> Self {
        self.again = Some((path, text));
        self
    }

    /// Answers with the page.
    pub(crate) fn show(&self, provider: &Provider) -> Response {
        let mut answer = show(self.status, &self.page(provider, None), Leads::Here);
        if provider.config().development.is_some() {
            answer.extensions_mut().insert(self.clone());
        }
        answer
    }

    /// Writes the page once more, with what explains it.
    pub(crate) fn explained(&self, provider: &Provider, explained: &Explained) -> String {
        super::render(&self.page(provider, Some(explained)))
    }

    fn page<'a>(&'a self, provider: &'a Provider, explained: Option<&'a Explained>) -> Page<'a> {
        let frame = Frame::new(provider);
        Page {
            frame,
            title: self.title,
            text: &self.text,
            advice: self.advice.as_ref(),
            again: self.again.map(|(path, text)| (frame.path(path), text)),
            explained,
        }
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct Page<'a> {
    frame: Frame<'a>,
    title: &'a str,
    text: &'a str,
    advice: Option<&'a Advice>,
    again: Option<(String, &'a str)>,
    explained: Option<&'a Explained>,
}

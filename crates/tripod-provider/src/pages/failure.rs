use std::borrow::Cow;

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{Frame, Leads, show};
use crate::provider::Provider;

/// A page that says what is wrong: to the user in words, to the developer of the client in theirs.
pub(crate) struct Failure<'a> {
    status: StatusCode,
    title: &'a str,
    text: Cow<'a, str>,
    advice: Option<Advice>,
    again: Option<(&'a str, &'a str)>,
}

/// What the developer of a client has to know.
pub(crate) struct Advice {
    /// The error code of the RFC.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) description: String,
    /// Whose request it was, as it says of itself.
    pub(crate) client: Option<String>,
}

impl<'a> Failure<'a> {
    pub(crate) const fn new(status: StatusCode, title: &'a str) -> Self {
        Self {
            status,
            title,
            text: Cow::Borrowed(""),
            advice: None,
            again: None,
        }
    }

    /// Says what happened.
    pub(crate) fn saying(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.text = text.into();
        self
    }

    /// Says what the client has to do otherwise.
    pub(crate) fn advising(mut self, advice: Advice) -> Self {
        self.advice = Some(advice);
        self
    }

    /// Offers a page of ours to begin again.
    pub(crate) const fn with_link(mut self, path: &'a str, text: &'a str) -> Self {
        self.again = Some((path, text));
        self
    }

    /// Answers with the page.
    pub(crate) fn show(&self, provider: &Provider) -> Response {
        let frame = Frame::new(provider);
        let page = Page {
            frame,
            title: self.title,
            text: &self.text,
            advice: self.advice.as_ref(),
            again: self.again.map(|(path, text)| (frame.path(path), text)),
        };
        show(self.status, &page, Leads::Here)
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
}

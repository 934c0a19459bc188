use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{Frame, Leads, show};
use crate::provider::Provider;

/// A page that ends a flow.
pub(crate) struct Outcome<'a> {
    pub(crate) title: &'a str,
    pub(crate) text: String,
    /// What the user has to type elsewhere.
    pub(crate) code: Option<&'a str>,
}

impl Outcome<'_> {
    /// Answers with the page.
    pub(crate) fn show(&self, provider: &Provider) -> Response {
        let frame = Frame::new(provider);
        let page = Page {
            frame,
            outcome: self,
        };
        show(StatusCode::OK, &page, Leads::Here)
    }
}

#[derive(Template)]
#[template(path = "outcome.html")]
struct Page<'a> {
    frame: Frame<'a>,
    outcome: &'a Outcome<'a>,
}

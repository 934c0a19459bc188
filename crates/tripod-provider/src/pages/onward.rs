use askama::Template;
use axum::response::Response;
use http::{StatusCode, response};
use tripod_core::secret::Secret;
use tripod_oauth2::redirect_uri::FormPost;

use super::{Frame, Leads, redirect, show};
use crate::provider::Provider;

/// The page that sends an answer on to its client by a form: without a script, the user sends it.
///
/// In development it is also a note on an answer that refuses, so that it can be written again
/// with what explains it.
#[derive(Clone)]
pub(crate) struct Onward {
    client: String,
    form: FormPost,
}

impl Onward {
    pub(crate) fn new(client: impl Into<String>, form: FormPost) -> Self {
        let client = client.into();
        Self { client, form }
    }

    /// Answers with the page.
    pub(crate) fn show(self, provider: &Provider) -> Response {
        let leads = Leads::To(&self.form.action);
        let mut answer = show(StatusCode::OK, &self.page(provider), leads);
        let is_refused = self.form.fields.all("error").next().is_some();
        if is_refused && provider.config().development.is_some() {
            answer.extensions_mut().insert(self);
        }
        answer
    }

    /// Returns the form, whose fields may be changed.
    pub(crate) const fn form_mut(&mut self) -> &mut FormPost {
        &mut self.form
    }

    /// Returns the answer that says the same by a redirect (RFC 6749 §4.1.2.1).
    pub(crate) fn as_redirect(&self) -> response::Parts {
        let FormPost { action, fields, .. } = &self.form;
        let separator = if action.contains('?') { '&' } else { '?' };
        let location = Secret::new(format!("{action}{separator}{}", fields.to_form()));
        let (parts, _) = redirect(&location).into_parts();
        parts
    }

    /// Writes the page once more.
    pub(crate) fn render(&self, provider: &Provider) -> String {
        super::render(&self.page(provider))
    }

    fn page<'a>(&'a self, provider: &'a Provider) -> Page<'a> {
        Page {
            frame: Frame::new(provider),
            client: &self.client,
            action: &self.form.action,
            fields: self.form.fields.iter().collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "form_post.html")]
struct Page<'a> {
    frame: Frame<'a>,
    client: &'a str,
    action: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

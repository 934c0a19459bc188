use std::net::IpAddr;

use axum::body::Body;
use axum::extract::FromRequest;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Request};
use tripod_core::parameters::Parameters;

use super::Browser;
use crate::incoming::{self, Unreadable};
use crate::pages::{Failure, Stop};
use crate::provider::Provider;

/// A browser at a page, with what it brings.
pub(crate) struct Visit {
    pub(crate) provider: Provider,
    pub(crate) browser: Browser,
    pub(crate) headers: HeaderMap,
    /// Query and form together, so that nothing can hide in the other one.
    pub(crate) parameters: Parameters,
    /// Where it comes from, if that is known.
    pub(crate) address: Option<IpAddr>,
}

impl Visit {
    async fn begin(provider: &Provider, request: Request<Body>) -> Result<Self, Stop> {
        let address = provider.peer(&request);
        let limits = &provider.config().limits;
        let read = async {
            let request = incoming::read(request, limits).await?;
            let parameters = parameters(&request, provider)?;
            Ok::<_, Unreadable>((request, parameters))
        };
        let (request, parameters) = read
            .await
            .map_err(|unreadable| Stop::failed(provider, &failure(&unreadable)))?;
        Ok(Self {
            browser: Browser::meet(provider, request.headers()).await?,
            provider: provider.clone(),
            headers: request.into_parts().0.headers,
            parameters,
            address,
        })
    }

    /// Returns a field of a form; one that repeats is none.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.parameters.single(name).ok().flatten()
    }

    /// Answers with a page, and with the cookies that go with it.
    pub(crate) fn answer(&self, page: Result<Response, Stop>) -> Response {
        let answer = page.unwrap_or_else(|stop| stop.answer(&self.provider));
        self.browser.dress(answer)
    }
}

impl FromRequest<Provider> for Visit {
    type Rejection = Response;

    async fn from_request(
        request: Request<Body>,
        provider: &Provider,
    ) -> Result<Self, Self::Rejection> {
        Self::begin(provider, request)
            .await
            .map_err(|stop| stop.answer(provider))
    }
}

fn parameters(request: &Request<Bytes>, provider: &Provider) -> Result<Parameters, Unreadable> {
    let limits = &provider.config().limits;
    let query = incoming::query(request, limits)?;
    let form = incoming::form(request, limits)?;
    Ok(query.iter().chain(form.iter()).collect())
}

fn failure(unreadable: &Unreadable) -> Failure<'static> {
    Failure::new(unreadable.status(), "This request cannot be read")
        .saying(format!("What your browser sent was refused: {unreadable}."))
}

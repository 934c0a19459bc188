//! OAuth 1.0a ([RFC 5849](https://www.rfc-editor.org/rfc/rfc5849)), from the provider's side.

use axum::Router;
use axum::routing::get;

use crate::provider::Provider;

mod access_token;
pub mod authorization;
pub(crate) mod authorize;
mod consumer;
mod denial;
mod redemption;
mod renewal;
mod request_token;
mod signed;
mod verification_code;

pub(crate) use consumer::KnownConsumer;
pub(crate) use denial::disclosure;
pub(crate) use renewal::load_token;
pub(crate) use signed::{secrets_of, verify};

use signed::Claim;

/// Returns the endpoints that servers call.
///
/// RFC 5849 §2.1 and §2.3 have clients POST unless they are told otherwise; old ones GET.
pub(crate) fn routes() -> Router<Provider> {
    Router::new()
        .route(
            "/oauth1/request_token",
            get(request_token::answer).post(request_token::answer),
        )
        .route(
            "/oauth1/access_token",
            get(access_token::answer).post(access_token::answer),
        )
}

//! `GET /oauth2/jwks` ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::answer;
use crate::provider::Provider;

/// Publishes the keys that tokens verify under: the next, the current and the retired.
pub(super) async fn get(State(provider): State<Provider>) -> Response {
    match provider.keys().ring(&provider).await {
        Ok(ring) => answer::public_json(&ring.jwk_set().to_public_json()),
        Err(error) => error.into_response(),
    }
}

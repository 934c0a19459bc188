//! The endpoints of OAuth 2 and of OpenID Connect.

use axum::Router;
use axum::routing::{get, post};
use http::HeaderName;

use crate::config::{Config, Registration};
use crate::cors;
use crate::provider::Provider;

mod access_token;
mod audience;
pub(crate) mod authorize;
mod claims;
mod client;
mod device_authorization;
mod failure;
mod grant;
mod id_token;
mod introspect;
mod jwks;
pub(crate) mod logout;
mod metadata;
mod once;
mod par;
mod posted;
mod presented;
mod proof;
mod refresh_token;
mod register;
mod request_object;
mod revoke;
mod scope;
mod token;
mod userinfo;

pub(crate) use client::ClientKeys;
pub(crate) use presented::{is_jwt, is_kept_out};

/// The header field that carries a proof of possession (RFC 9449 §4.1).
pub(crate) const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The header field that carries the nonce for the next proof (RFC 9449 §8.1).
pub(crate) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Returns the endpoints that are switched on, by their paths below the issuer.
pub(crate) fn routes(config: &Config) -> Router<Provider> {
    let mut browsers = Router::new()
        .route("/oauth2/token", post(token::post))
        .route("/oauth2/revoke", post(revoke::post))
        .route("/oauth2/jwks", get(jwks::get));
    if metadata::has_openid(config) {
        browsers = browsers.route("/oauth2/userinfo", get(userinfo::get).post(userinfo::post));
    }
    if config.registration != Registration::Closed {
        browsers = browsers
            .route("/oauth2/register", post(register::post))
            .route(
                "/oauth2/register/{client_id}",
                get(register::get)
                    .put(register::put)
                    .delete(register::delete),
            );
    }
    let mut servers = Router::new()
        .route("/oauth2/introspect", post(introspect::post))
        .route("/oauth2/par", post(par::post));
    if metadata::has_devices(config) {
        servers = servers.route(
            "/oauth2/device_authorization",
            post(device_authorization::post),
        );
    }
    browsers.layer(cors::layer(config)).merge(servers)
}

/// Returns where the provider describes itself, by paths from the root of the host.
pub(crate) fn well_known(config: &Config) -> Router<Provider> {
    metadata::routes(config).layer(cors::layer(config))
}

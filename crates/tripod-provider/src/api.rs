//! The sample API: `/api/me` and `/api/echo`, guarded for both protocols.

use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_TYPE, COOKIE, PROXY_AUTHORIZATION,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use serde_json::{Map, Value, json};
use tower::Layer as _;
use tower_http::cors::Any;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::metadata::{BearerMethod, ProtectedResourceMetadata};
use tripod_oauth2::resource::Resource;

use crate::config::Config;
use crate::cors;
use crate::guard::{Caller, Guard};
use crate::incoming;
use crate::provider::Provider;
use crate::storage;

/// Returns the API, by its paths below the issuer.
pub(crate) fn routes(provider: &Provider) -> Router<Provider> {
    let guarded = |scope: &str| {
        let guard = Guard::local(provider).scopes([scope]);
        guard.expect("the names of our scopes are scopes")
    };
    let (read, write) = (guarded("read"), guarded("write"));
    let writing: MethodRouter = any(echo).with_state(provider.clone());
    let echo = get(echo)
        .layer(read.clone())
        .fallback_service(write.layer(writing));
    let routes = Router::new()
        .route("/api/me", get(me).layer(read))
        .route("/api/echo", echo);
    match provider.config().development {
        // Outside of the guard, which a preflight shows nothing: it has no `Authorization`.
        Some(_) => routes.layer(cors::layer(provider.config()).allow_methods(Any)),
        None => routes,
    }
}

/// Returns what describes the API, where it belongs: at the root of the host.
///
/// RFC 9728 §3.1: the path of the resource follows the well-known part.
pub(crate) fn well_known(config: &Config) -> Router<Provider> {
    let path = format!("/.well-known/oauth-protected-resource{}", config.path());
    Router::new().route(&path, get(metadata))
}

/// Says who calls, and for whom.
async fn me(State(provider): State<Provider>, caller: Caller) -> Result<Response, storage::Error> {
    let user = match &caller.user {
        Some(user) => provider.store().user(user).await?,
        None => None,
    };
    let subject = caller.user.as_ref().or(caller.client.as_ref());
    let user = user.as_ref();
    Ok(Json(json!({
        "sub": subject,
        "username": user.map(|user| &user.username),
        "name": user.and_then(|user| user.name.as_ref()),
        "client_id": caller.client,
        "scope": caller.scope.to_string(),
        "protocol": caller.protocol,
    }))
    .into_response())
}

/// Says what arrived, but for what authorised it.
async fn echo(
    State(provider): State<Provider>,
    OriginalUri(uri): OriginalUri,
    request: Request<Body>,
) -> Response {
    let limits = &provider.config().limits;
    let request = match incoming::read(request, limits).await {
        Ok(request) => request,
        Err(unreadable) => return unreadable.into_response(),
    };
    let mut answer = json!({
        "method": request.method().as_str(),
        "path": uri.path(),
        "query": uri.query(),
        "headers": headers(request.headers()),
    });
    let body = match str::from_utf8(request.body()) {
        Ok(text) => ("body", text.to_owned()),
        Err(_) => ("body_base64", BASE64_STANDARD.encode(request.body())),
    };
    answer[body.0] = Value::String(body.1);
    Json(answer).into_response()
}

/// Lists header fields, with those masked that prove something.
fn headers(headers: &HeaderMap) -> Value {
    const MASKED: [HeaderName; 4] = [
        AUTHORIZATION,
        COOKIE,
        PROXY_AUTHORIZATION,
        HeaderName::from_static("dpop"),
    ];
    let mut listed = Map::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter().map(|value| {
            if MASKED.contains(name) {
                "***".to_owned()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            }
        });
        listed.insert(
            name.to_string(),
            values.collect::<Vec<_>>().join(", ").into(),
        );
    }
    Value::Object(listed)
}

/// Describes the API to clients ([RFC 9728 §3]).
///
/// [RFC 9728 §3]: https://www.rfc-editor.org/rfc/rfc9728#section-3
async fn metadata(State(provider): State<Provider>) -> Response {
    let config = provider.config();
    let issuer = config.issuer.as_str();
    let Ok(resource) = Resource::parse(issuer) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut metadata = ProtectedResourceMetadata::new(&resource);
    metadata.authorization_servers = vec![issuer.to_owned()];
    metadata.scopes_supported = config.scopes.iter().map(|it| it.name.clone()).collect();
    metadata.bearer_methods_supported = vec![BearerMethod::Header];
    metadata.dpop_signing_alg_values_supported = Algorithm::ASYMMETRIC
        .map(|algorithm| algorithm.as_str().to_owned())
        .into();
    metadata.resource_name = Some(config.name.clone());
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        // Public, and of use to clients that run in browsers.
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (headers, metadata.encode().to_json()).into_response()
}

//! Whether the API takes the token.

use http::{Method, StatusCode};
use reqwest::{Request, Response, Url};
use tripod_core::secret::Secret;
use tripod_oauth2::introspection::{IntrospectionRequest, IntrospectionResponse};

use super::oauth2::watched;
use super::round::{Made, Stop};
use crate::authorizer;
use crate::client::{Authentication, Client};
use crate::error::{Error, Stage};
use crate::http::Http;
use crate::session::remedy::{self, Remedy};
use crate::tokens::Held;
use crate::trace::Trace;

/// Calls the API, or asks the provider about the token; renews nothing.
pub(super) async fn of_oauth2(
    authorizer: &authorizer::OAuth2,
    held: &Held,
    url: Option<&str>,
) -> Made<()> {
    let client = authorizer.keeper().client();
    let dialect = &client.registration().provider.dialect;
    let is_openid = held.tokens.scope.as_ref();
    let is_openid = is_openid.is_some_and(|scope| scope.contains("openid"));
    let userinfo = dialect.userinfo_endpoint.as_ref().filter(|_| is_openid);
    let userinfo = userinfo.and_then(|endpoint| endpoint.uri().ok());
    let Some(url) = url.or(userinfo) else {
        return introspect(client, &held.tokens.access_token).await;
    };
    let uri = parse(client.http(), url)?;
    let (http, trace) = watched(client.http());
    let mut answer = call(authorizer, held, &http, &uri).await?;
    if let Some(dpop) = authorizer.proves() {
        dpop.heard(uri.as_str(), answer.headers());
        // RFC 9449 §8: a refusal that only wants a nonce has used nothing up.
        if remedy::for_token(answer.status(), answer.headers()) == Some(Remedy::Nonce) {
            trace.clear();
            answer = call(authorizer, held, &http, &uri).await?;
        }
    }
    judge(answer, &uri, &trace).await
}

async fn call(
    authorizer: &authorizer::OAuth2,
    held: &Held,
    http: &Http,
    uri: &Url,
) -> Result<Response, Stop> {
    let mut request = Request::new(Method::GET, uri.clone());
    authorizer.authorize_with(held.clone(), &mut request)?;
    send(http, request).await
}

/// Signs a call of the API by OAuth 1.
pub(super) async fn of_oauth1(authorizer: &authorizer::OAuth1, http: &Http, url: &str) -> Made<()> {
    let uri = parse(http, url)?;
    let (http, trace) = watched(http);
    let mut request = Request::new(Method::GET, uri.clone());
    authorizer.authorize(&mut request)?;
    let answer = send(&http, request).await?;
    judge(answer, &uri, &trace).await
}

fn parse(http: &Http, url: &str) -> Result<Url, Stop> {
    let wrong = |error: Error| Stop::misconfigured(url, error.failure());
    let uri = crate::http::parse(Stage::Request, url).map_err(wrong)?;
    http.check(Stage::Request, &uri).map_err(wrong)?;
    Ok(uri)
}

async fn send(http: &Http, request: Request) -> Result<Response, Stop> {
    let (method, uri) = (request.method().clone(), request.url().clone());
    http.execute(request).await.map_err(|source| {
        let error = Error::transport(Stage::Request, source);
        let unanswered = crate::trace::unanswered(&method, &uri);
        error.of(vec![unanswered]).into()
    })
}

/// A status is an answer; what it says stands in the trace once the body has been read.
async fn judge(mut answer: Response, uri: &Url, trace: &Trace) -> Made<()> {
    /// A refusal that is longer says nothing more.
    const LONGEST: usize = 64 * 1024;
    let status = answer.status();
    let mut read = 0;
    while read < LONGEST
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        read += chunk.len();
    }
    let mut shown = uri.clone();
    shown.set_query(None);
    match status.as_u16() {
        200..=299 => Ok((format!("GET {shown} answers {status}"), ())),
        300..=399 => Err(Stop::skipped(format!(
            "GET {shown} answers {status}, which leads elsewhere: ask there"
        ))),
        404 | 405 | 410 | 415 => Err(Stop::skipped(format!(
            "GET {shown} answers {status}, which says nothing of the token: ask for another URL"
        ))),
        _ => Err(Stop::failed(trace.exchanges(), [])),
    }
}

/// Asks the provider about the token (RFC 7662), where it answers such clients.
async fn introspect(client: &Client, token: &Secret) -> Made<()> {
    let registration = client.registration();
    let endpoint = registration
        .provider
        .dialect
        .introspection_endpoint
        .as_ref();
    let endpoint = endpoint.and_then(|endpoint| endpoint.uri().ok());
    let is_public = matches!(registration.authentication, Authentication::None);
    let Some(endpoint) = endpoint.filter(|_| !is_public) else {
        return Err(Stop::skipped(
            "it is not known what to call: name a URL of the API",
        ));
    };
    let form = IntrospectionRequest::new(token.clone()).encode();
    let stage = Stage::Introspection;
    let received = client.post(stage, endpoint, &form).await?;
    match IntrospectionResponse::read(&received.answer()) {
        Ok(IntrospectionResponse::Active(_)) => {
            Ok(("the provider says that the token is active".to_owned(), ()))
        }
        Ok(_) => Err(Stop::failed(vec![received.exchange()], [])),
        Err(_) if received.status == StatusCode::OK => Err(Stop::skipped(
            "the provider's answer about the token cannot be read: name a URL of the API",
        )),
        Err(_) => Err(Stop::skipped(format!(
            "the provider does not tell this client about tokens ({}): name a URL of the API",
            received.status
        ))),
    }
}

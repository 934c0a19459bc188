//! OAuth 1 signatures at a resource ([RFC 5849 §3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.2)).

use axum::body::Body;
use axum::extract::OriginalUri;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Uri};
use tripod_core::secret::Secret;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth2::token::GrantType;

use super::Rules;
use super::caller::{Caller, Protocol};
use super::refused::{Refused, SignatureRefused};
use crate::artefact::{Client, TokenCredentials};
use crate::incoming::{self, is_form};
use crate::oauth1::{KnownConsumer, load_token, verify};
use crate::provider::Provider;
use crate::store::Stored;

/// Lets a signed request through; its body goes on as it came.
pub(super) async fn admit(
    provider: &Provider,
    rules: &Rules,
    request: Request<Body>,
) -> Result<(Request<Body>, Caller), Refused> {
    let (request, unread) = read(rules, request).await?;
    let own = request.uri().clone();
    let request = addressed(request);
    let caller = verified(provider, rules, &request).await?;
    let mut request = request.map(|read| unread.unwrap_or_else(|| Body::from(read)));
    *request.uri_mut() = own;
    Ok((request, caller))
}

/// Reads the body if the signature covers it, and leaves it to the service if not.
async fn read(
    rules: &Rules,
    request: Request<Body>,
) -> Result<(Request<Bytes>, Option<Body>), Refused> {
    if is_form(request.headers()) || names_body_hash(request.headers(), request.uri()) {
        return Ok((incoming::read(request, &rules.limits).await?, None));
    }
    let (parts, body) = request.into_parts();
    Ok((Request::from_parts(parts, Bytes::new()), Some(body)))
}

/// Looks for the name as everybody writes it; escaped, it is verified against no body, and refused.
fn names_body_hash(headers: &HeaderMap, uri: &Uri) -> bool {
    const NAME: &[u8] = b"oauth_body_hash";
    let query = uri.query().unwrap_or_default().as_bytes();
    let headers = headers.get_all(AUTHORIZATION).iter();
    headers
        .map(http::HeaderValue::as_bytes)
        .chain([query])
        .any(|text| text.windows(NAME.len()).any(|part| part == NAME))
}

/// The signature covers the path as the client wrote it, however deep the service is nested.
fn addressed(mut request: Request<Bytes>) -> Request<Bytes> {
    if let Some(OriginalUri(uri)) = request.extensions().get().cloned() {
        *request.uri_mut() = uri;
    }
    request
}

async fn verified(
    provider: &Provider,
    rules: &Rules,
    request: &Request<Bytes>,
) -> Result<Caller, Refused> {
    let signed = SignedRequest::parse(request)?;
    let (key, method) = (signed.consumer_key(), signed.signature_method());
    let (known, token) = tokio::join!(
        KnownConsumer::load(provider, key, method),
        load_own(provider, &signed)
    );
    let (known, token) = (known?, token?);
    let secret = token.as_ref().map(|(_, secret)| secret);
    let claim = verify(provider, &rules.origin, &signed, known.as_ref(), secret)?;
    let known = known.ok_or(Refusal::ConsumerKeyUnknown)?;
    let caller = match &token {
        Some((token, _)) => caller_by_token(provider, rules, token)?,
        None => two_legged(known.client())?,
    };
    if !rules.scope.is_subset(&caller.scope) {
        return Err(Refused::Signature(SignatureRefused::ScopeInsufficient));
    }
    // RFC 5849 §3.2: the nonce is claimed last, when nobody but who has the secrets can.
    match provider.store().apply(claim.changes()).await? {
        Ok(()) => Ok(caller),
        Err(_) => Err(Refusal::NonceUsed.into()),
    }
}

async fn load_own(
    provider: &Provider,
    signed: &SignedRequest<'_>,
) -> Result<Option<(Stored<TokenCredentials>, Secret)>, crate::storage::Error> {
    match signed.token() {
        Some(token) => load_token(provider, token, signed.consumer_key()).await,
        None => Ok(None),
    }
}

fn caller_by_token(
    provider: &Provider,
    rules: &Rules,
    token: &TokenCredentials,
) -> Result<Caller, SignatureRefused> {
    let is_over = token
        .signs_until
        .is_some_and(|until| until <= provider.now());
    if is_over || token.renewed.is_some() {
        return Err(SignatureRefused::TokenExpired);
    }
    let realms = token.realm.as_ref().zip(rules.realm.as_ref());
    if realms.is_some_and(|(given, own)| given != own) {
        return Err(SignatureRefused::OtherRealm);
    }
    Ok(Caller {
        user: Some(token.user.clone()),
        client: Some(token.client.clone()),
        scope: token.scope.clone(),
        protocol: Protocol::OAuth1,
        expires: token.signs_until,
        realm: token.realm.clone(),
        auth_time: None,
        acr: None,
    })
}

/// A consumer without a token acts for itself, if it may have client credentials in OAuth 2, too.
fn two_legged(client: &Client) -> Result<Caller, Refused> {
    if !client
        .metadata
        .grants()
        .contains(&GrantType::ClientCredentials)
    {
        return Err(Refusal::Missing {
            names: vec!["oauth_token"],
        }
        .into());
    }
    Ok(Caller {
        user: None,
        client: Some(client.id.clone()),
        scope: client.metadata.scope.clone().unwrap_or_default(),
        protocol: Protocol::OAuth1,
        expires: None,
        realm: None,
        auth_time: None,
        acr: None,
    })
}

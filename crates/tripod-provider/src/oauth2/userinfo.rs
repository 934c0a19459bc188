//! `GET` and `POST /oauth2/userinfo`
//! ([OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use tripod_core::parameters::Parameters;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::bearer;
use tripod_oauth2::challenge::{Challenge, Scheme};
use tripod_oauth2::dpop::received::{Received, Request as ProofRequest, Rules};
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::json::Members;
use tripod_oauth2::token::TokenType;

use super::claims::{self, Place};
use super::failure::{Failure, Refusal};
use super::once::Once;
use super::presented::{self, Presented};
use super::{DPOP, grant, proof};
use crate::answer;
use crate::artefact::AccessToken;
use crate::config::DpopNonce;
use crate::incoming;
use crate::provider::Provider;

const PATH: &str = "/oauth2/userinfo";

/// Tells the client of an access token about its user.
pub(super) async fn get(State(provider): State<Provider>, request: Request<Body>) -> Response {
    answer(&provider, Method::GET, request).await
}

/// The same, where the token may stand in the body (RFC 6750 §2.2).
pub(super) async fn post(State(provider): State<Provider>, request: Request<Body>) -> Response {
    answer(&provider, Method::POST, request).await
}

async fn answer(provider: &Provider, method: Method, request: Request<Body>) -> Response {
    let had_proof = request.headers().contains_key(DPOP);
    let mut answer = match respond(provider, &method, request).await {
        Ok(members) => answer::json(StatusCode::OK, &members),
        Err(Failure::Refused(refusal)) => refuse(refusal),
        Err(failure) => failure.into_response(),
    };
    proof::offer_nonce(provider, had_proof, &mut answer);
    answer
}

async fn respond(
    provider: &Provider,
    method: &Method,
    request: Request<Body>,
) -> Result<Members, Failure> {
    let limits = &provider.config().limits;
    let query = incoming::query(&request, limits)?;
    let request = incoming::read(request, limits).await?;
    let form = form(method, &request, limits)?;
    let shown = bearer::AccessToken::read(request.headers(), form.as_ref(), &query)?;
    // RFC 6750 §3.1: who shows nothing is not told what would be wrong with it.
    let shown = shown.ok_or_else(|| Refusal::new(ErrorCode::InvalidToken, ""))?;
    let now = provider.now();
    let presented = presented::find(provider, shown.token()).await?;
    let Some(presented) = presented else {
        let fate = presented::fate(provider, shown.token()).await?;
        let description = fate.say("the access token", INVALID);
        return Err(Refusal::new(ErrorCode::InvalidToken, description).into());
    };
    let mut once = Once::default();
    check(provider, &presented, &shown, &request, now, &mut once)?;
    once.claim(provider).await?;
    let token = presented.token();
    let user = match &token.user {
        Some(id) => grant::user(provider, id).await?,
        None => None,
    };
    let user = user
        .filter(|user| !user.disabled)
        .ok_or_else(invalid_token)?;
    let asked = token.claims.as_ref();
    // OpenID Connect Core §5.3.2: `sub` MUST always be returned.
    let claims =
        claims::of(&user, &token.scope, asked, Place::UserInfo).with("sub", user.id.as_str());
    Ok(Members::from(serde_json::Map::from(claims)))
}

fn form(
    method: &Method,
    request: &Request<bytes::Bytes>,
    limits: &crate::config::Limits,
) -> Result<Option<Parameters>, Failure> {
    let is_form = request.headers().get(CONTENT_TYPE).is_some_and(|value| {
        value
            .as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    if *method != Method::POST || !is_form {
        return Ok(None);
    }
    Ok(Some(incoming::form(request, limits)?))
}

fn check(
    provider: &Provider,
    presented: &Presented,
    shown: &bearer::AccessToken,
    request: &Request<bytes::Bytes>,
    now: Timestamp,
    once: &mut Once,
) -> Result<(), Refusal> {
    let token = presented.token();
    check_key(provider, token, shown, request, now, once)?;
    // RFC 8707 §2: a token that is for others only is not for this provider.
    let issuer = provider.config().issuer.as_str();
    if !token.resources.is_empty() && !token.resources.iter().any(|name| name == issuer) {
        return Err(invalid_token());
    }
    // OpenID Connect Core §5.3.1: it has to have been got by an OpenID Connect request.
    if !token.scope.contains("openid") {
        let description = "the token does not have the scope `openid`";
        return Err(Refusal::new(ErrorCode::InsufficientScope, description));
    }
    Ok(())
}

/// Has a token that is bound to a key come with a proof of it, and another one without.
fn check_key(
    provider: &Provider,
    token: &AccessToken,
    shown: &bearer::AccessToken,
    request: &Request<bytes::Bytes>,
    now: Timestamp,
    once: &mut Once,
) -> Result<(), Refusal> {
    let is_proven = *shown.token_type() == TokenType::Dpop;
    let Some(jkt) = &token.jkt else {
        // RFC 9449 §7.1: what is not bound is not presented as if it were.
        return if is_proven {
            Err(invalid_token())
        } else {
            Ok(())
        };
    };
    // RFC 9449 §7.2: a bound token as a bearer token MUST be refused.
    if !is_proven {
        return Err(invalid_token());
    }
    let target = provider.config().address(PATH);
    let mut expected = ProofRequest::new(request.method().as_str(), &target);
    expected.access_token = Some(shown.token());
    expected.thumbprint = Some(jkt);
    let refuse = |description: String| Refusal::new(ErrorCode::InvalidDpopProof, description);
    let accepted = Received::parse(fields(request.headers()))
        .and_then(|proof| proof.verify(&expected, &Rules::default(), now))
        .map_err(|refusal| refuse(refusal.to_string()))?;
    let nonce = accepted.proof.nonce.as_deref();
    let is_known = nonce.is_some_and(|nonce| provider.dpop_nonces().accepts(nonce, now));
    let is_due = nonce.is_some() || provider.config().dpop_nonce == DpopNonce::Required;
    if is_due && !is_known {
        let description = "the DPoP proof needs the nonce that comes with this answer";
        return Err(Refusal::new(ErrorCode::UseDpopNonce, description));
    }
    once.proof(Some(accepted.one_use));
    Ok(())
}

fn fields(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let fields = headers.get_all(DPOP).iter();
    fields.map(|value| value.to_str().unwrap_or_default())
}

const INVALID: &str = "the access token is unknown, expired, or not for this endpoint";

fn invalid_token() -> Refusal {
    Refusal::new(ErrorCode::InvalidToken, INVALID)
}

/// Challenges the client as resources do (RFC 6750 §3, RFC 9449 §7.1).
fn refuse(refusal: Refusal) -> Response {
    let is_about_proof = matches!(
        refusal.code,
        ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce
    );
    let status = match refusal.code {
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        ErrorCode::InvalidToken | ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce => {
            StatusCode::UNAUTHORIZED
        }
        _ => return refusal.into_response(),
    };
    let has_tried = !refusal.description.is_empty();
    let mut answer = answer::json(status, &Members::new());
    for scheme in [Scheme::Bearer, Scheme::Dpop] {
        let mut challenge = Challenge::new(scheme.clone());
        challenge.realm = Some("userinfo".to_owned());
        if scheme == Scheme::Dpop {
            challenge.algs = Some(algorithms());
        }
        if has_tried && (scheme == Scheme::Dpop || !is_about_proof) {
            challenge.error = Some(refusal.code.clone());
            challenge.error_description = Some(refusal.description.clone().into_owned());
        }
        if let Ok(value) = HeaderValue::from_str(&challenge.encode()) {
            answer.headers_mut().append(WWW_AUTHENTICATE, value);
        }
    }
    answer
}

fn algorithms() -> String {
    let names = Algorithm::ASYMMETRIC.map(Algorithm::as_str);
    names.join(" ")
}

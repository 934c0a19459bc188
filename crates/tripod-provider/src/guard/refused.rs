//! What those hear who are not let through.

use axum::response::{IntoResponse as _, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use thiserror::Error;
use tripod_oauth1::problem::{Problem, ProblemCode};
use tripod_oauth1::refusal::{Disclosure, Refusal};
use tripod_oauth2::challenge::{Challenge, Scheme};
use tripod_oauth2::dpop::received;
use tripod_oauth2::error::{ErrorCode, ErrorResponse};
use tripod_oauth2::jose::algorithm::Algorithm;

use super::caller::Protocol;
use super::{Authority, Guard, proof};
use crate::answer;
use crate::fate::Fate;
use crate::fetcher::FetchError;
use crate::incoming::Unreadable;
use crate::oauth1::disclosure;
use crate::storage;

/// Why a request is not let through.
#[derive(Debug, Error)]
pub(super) enum Refused {
    /// The credentials are in the wrong place, or too many.
    #[error("the request has {0}")]
    Malformed(&'static str),
    /// There are none.
    #[error("the request has no credentials that are accepted here")]
    NoCredentials,
    /// The DPoP proof is not good.
    #[error("the proof is refused")]
    Proof(#[from] received::Refusal),
    /// The DPoP proof was seen before.
    #[error("the proof was used before")]
    ProofUsed,
    /// The provider elsewhere cannot answer.
    #[error("the authorization server cannot answer")]
    Remote(#[from] FetchError),
    /// The provider elsewhere answers what cannot be used.
    #[error("the answer of the authorization server cannot be used: {0}")]
    RemoteAnswer(String),
    /// The signature, or what is signed, is not good.
    #[error(transparent)]
    Signature(SignatureRefused),
    /// The database cannot answer.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// The token is not good, or not here.
    #[error("the token is refused: {why:?}")]
    Token {
        /// How it was presented.
        protocol: Protocol,
        /// What is wrong.
        why: Why,
    },
    /// The request cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It is for other resources.
    Audience,
    /// The proof that it needs is missing, or there is one that it does not need.
    Binding,
    /// It is not among those that are good.
    Gone(Fate),
    /// It is good, but not for this.
    Scope,
    /// It was never given out, or is good no more.
    Unknown,
}

/// What is wrong with a signed request.
#[derive(Debug, Error)]
pub(super) enum SignatureRefused {
    /// The token was given for another realm.
    #[error("the token was given for another realm")]
    OtherRealm,
    /// The request itself is refused.
    #[error(transparent)]
    Request(#[from] Refusal),
    /// The token is good, but not for this.
    #[error("the token is not good for this")]
    ScopeInsufficient,
    /// The token has to be renewed.
    #[error("the token has expired")]
    TokenExpired,
}

impl SignatureRefused {
    pub(super) const fn is_unsigned(&self) -> bool {
        matches!(self, Self::Request(Refusal::NotSigned))
    }

    fn status(&self, disclosure: Disclosure) -> StatusCode {
        match self {
            Self::OtherRealm | Self::TokenExpired => StatusCode::UNAUTHORIZED,
            Self::Request(refusal) => refusal.status(disclosure),
            Self::ScopeInsufficient => StatusCode::FORBIDDEN,
        }
    }

    fn problem(&self, disclosure: Disclosure) -> Problem {
        match self {
            Self::OtherRealm => Problem::new(ProblemCode::TokenRejected),
            Self::Request(refusal) => refusal.problem(disclosure),
            Self::ScopeInsufficient => Problem::new(ProblemCode::AdditionalAuthorizationRequired),
            Self::TokenExpired => Problem::new(ProblemCode::TokenExpired),
        }
    }
}

impl From<SignatureRefused> for Refused {
    fn from(refused: SignatureRefused) -> Self {
        Self::Signature(refused)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Signature(refusal.into())
    }
}

/// How long to wait for a provider elsewhere, in seconds.
const PATIENCE: HeaderValue = HeaderValue::from_static("5");

impl Refused {
    /// Answers with status and challenges.
    pub(super) fn into_response(self, guard: &Guard) -> Response {
        match &self {
            Self::Remote(_) | Self::RemoteAnswer(_) => {
                tracing::error!(
                    error = &self as &dyn std::error::Error,
                    "the authorization server cannot be asked"
                );
            }
            // Storage logs for itself.
            Self::Storage(_) => {}
            _ => tracing::debug!(error = &self as &dyn std::error::Error, "not let through"),
        }
        match self {
            Self::Malformed(what) => {
                let description = format!("the request has {what}");
                challenged(
                    guard,
                    Scheme::Bearer,
                    ErrorCode::InvalidRequest,
                    &description,
                )
            }
            Self::NoCredentials => uncredentialed(guard),
            Self::Proof(refusal) => {
                let code = match refusal.wants_nonce() {
                    true => ErrorCode::UseDpopNonce,
                    false => ErrorCode::InvalidDpopProof,
                };
                let mut response = challenged(guard, Scheme::Dpop, code, &refusal.to_string());
                proof::give_nonce(guard, &mut response);
                response
            }
            Self::ProofUsed => {
                let description = "the proof was used before";
                challenged(
                    guard,
                    Scheme::Dpop,
                    ErrorCode::InvalidDpopProof,
                    description,
                )
            }
            Self::Remote(_) | Self::RemoteAnswer(_) => unavailable(),
            Self::Signature(refused) => problem(guard, &refused),
            Self::Storage(error) => error.into_response(),
            Self::Token { protocol, why } => token_refused(guard, protocol, why),
            Self::Unreadable(unreadable) => unreadable.into_response(),
        }
    }
}

/// RFC 6750 §3: who shows nothing hears by what to come, and no error code.
fn uncredentialed(guard: &Guard) -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    if has_oauth1(guard) {
        add(&mut response, &oauth_challenge(realm_of(guard)));
    }
    for scheme in [Scheme::Bearer, Scheme::Dpop] {
        add(&mut response, &challenge(guard, scheme).encode());
    }
    response
}

fn token_refused(guard: &Guard, protocol: Protocol, why: Why) -> Response {
    let scheme = match (protocol, why) {
        // A token that is bound has to come back with its proof, and a bearer token without one.
        (Protocol::Bearer, Why::Binding) => Scheme::Dpop,
        (Protocol::Dpop, Why::Binding) => Scheme::Bearer,
        (Protocol::Dpop, _) => Scheme::Dpop,
        _ => Scheme::Bearer,
    };
    let code = match why {
        Why::Scope => ErrorCode::InsufficientScope,
        _ => ErrorCode::InvalidToken,
    };
    let description = match why {
        Why::Audience => "the token is for another resource".into(),
        Why::Binding => "the token is not bound as it was presented".into(),
        Why::Gone(fate) => fate.say("the token", UNKNOWN),
        Why::Scope => "the token is not good for this".into(),
        Why::Unknown => UNKNOWN.into(),
    };
    challenged(guard, scheme, code, &description)
}

const UNKNOWN: &str = "the token is unknown, expired or revoked";

/// Answers with one challenge that says what went wrong, and the same as JSON.
fn challenged(guard: &Guard, scheme: Scheme, code: ErrorCode, description: &str) -> Response {
    let mut challenge = challenge(guard, scheme);
    challenge.error = Some(code.clone());
    challenge.error_description = Some(description.to_owned());
    let error = ErrorResponse::new(code).with_description(description);
    let mut response = answer::error(challenge.status(), &error);
    add(&mut response, &challenge.encode());
    response
}

fn challenge(guard: &Guard, scheme: Scheme) -> Challenge {
    let mut challenge = Challenge::new(scheme);
    let scope = &guard.rules.scope;
    challenge.realm = guard.rules.realm.clone();
    challenge.scope = (!scope.is_empty()).then(|| scope.clone());
    challenge.resource_metadata = guard.rules.metadata.clone();
    if challenge.scheme == Scheme::Dpop {
        // RFC 9449 §7.1: which algorithms proofs may have.
        challenge.algs = Some(Algorithm::ASYMMETRIC.map(Algorithm::as_str).join(" "));
    }
    challenge
}

fn problem(guard: &Guard, refused: &SignatureRefused) -> Response {
    let disclosure = match &guard.authority {
        Authority::Local(provider) => disclosure(provider.config()),
        Authority::Remote(_) => Disclosure::Guarded,
    };
    let problem = refused.problem(disclosure);
    let form = problem.to_parameters().to_form();
    let mut response = answer::form(refused.status(disclosure), form);
    add(&mut response, &problem.to_header(realm_of(guard)));
    response
}

fn oauth_challenge(realm: &str) -> String {
    let quoted: String = realm.chars().filter(|it| !it.is_control()).collect();
    format!(
        "OAuth realm=\"{}\"",
        quoted.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

fn realm_of(guard: &Guard) -> &str {
    let named = guard.rules.realm.as_deref();
    named
        .or_else(|| guard.rules.audiences.first().map(String::as_str))
        .unwrap_or_default()
}

fn has_oauth1(guard: &Guard) -> bool {
    match &guard.authority {
        Authority::Local(provider) => provider.config().oauth1.is_some(),
        Authority::Remote(_) => false,
    }
}

fn unavailable() -> Response {
    let error = ErrorResponse::new(ErrorCode::TemporarilyUnavailable)
        .with_description("the authorization server cannot be asked now; try again");
    let mut response = answer::error(StatusCode::SERVICE_UNAVAILABLE, &error);
    response.headers_mut().insert(RETRY_AFTER, PATIENCE);
    response
}

/// Adds a challenge; what is configured as no header can have it is left out.
fn add(response: &mut Response, challenge: &str) {
    if let Ok(challenge) = HeaderValue::try_from(challenge) {
        response.headers_mut().append(WWW_AUTHENTICATE, challenge);
    }
}

//! `/oauth1/access_token`: token credentials ([RFC 5849 §2.3]), and their renewal.
//!
//! [RFC 5849 §2.3]: https://www.rfc-editor.org/rfc/rfc5849#section-2.3

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Request, StatusCode};
use tripod_core::secret::Secret;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::token_credentials::TokenCredentialsRequest;
use tripod_oauth2::token::GrantType;

use super::denial::Denial;
use super::redemption::Redemption;
use super::renewal::Renewal;
use super::signed;
use super::{Claim, KnownConsumer};
use crate::answer::form;
use crate::metrics::Issued;
use crate::provider::Provider;
use crate::store::Changes;

pub(super) async fn answer(State(provider): State<Provider>, request: Request<Body>) -> Response {
    match respond(&provider, request).await {
        Ok(credentials) => {
            let mut answer = form(StatusCode::OK, credentials.expose().to_owned());
            answer
                .extensions_mut()
                .insert(Issued(GrantType::from("oauth1")));
            answer
        }
        Err(denial) => denial.into_response(provider.config()),
    }
}

/// What is decided: what is written, and what the consumer is then told.
pub(super) struct Decision {
    pub(super) changes: Changes,
    /// The body of the answer, or why there is none.
    pub(super) answer: Result<Secret, Denial>,
}

impl Decision {
    /// Gives nothing for a user who is kept out, or gone, since the authorization.
    async fn for_user(self, provider: &Provider, user: Option<&str>) -> Result<Self, Denial> {
        let (Ok(_), Some(user)) = (&self.answer, user) else {
            return Ok(self);
        };
        let user = provider.store().user(user).await?;
        if user.is_some_and(|user| !user.disabled) {
            return Ok(self);
        }
        Ok(Self {
            changes: Changes::new(),
            answer: Err(Denial::PermissionDenied),
        })
    }
}

/// How often somebody else may be first. Each time the token has come a step further, and there are
/// fewer steps than this.
const ROUNDS: usize = 8;

async fn respond(provider: &Provider, request: Request<Body>) -> Result<Secret, Denial> {
    let received = signed::read(provider, request).await?;
    let signed = SignedRequest::parse(&received.request)?;
    let asked = TokenCredentialsRequest::parse(&signed)?;
    let attempt = received.attempt(&signed);
    provider.attempts().check(&attempt, provider.now())?;
    let outcome = grant(provider, &signed, &asked).await;
    signed::counted(provider, &attempt, outcome)
}

async fn grant(
    provider: &Provider,
    signed: &SignedRequest<'_>,
    asked: &TokenCredentialsRequest,
) -> Result<Secret, Denial> {
    let method = signed.signature_method();
    let known = KnownConsumer::load(provider, signed.consumer_key(), method).await?;
    for _ in 0..ROUNDS {
        let (claim, decision) = decide(provider, signed, asked, known.as_ref()).await?;
        let changes = claim.changes().and(decision.changes);
        match provider.store().apply(changes).await? {
            Ok(()) => return decision.answer,
            Err(conflict) if claim.is_lost(conflict) => return Err(Refusal::NonceUsed.into()),
            // Somebody else was first: look again at what became of the token.
            Err(_) => {}
        }
    }
    Err(Denial::TokenUsed)
}

async fn decide(
    provider: &Provider,
    signed: &SignedRequest<'_>,
    asked: &TokenCredentialsRequest,
    known: Option<&KnownConsumer>,
) -> Result<(Claim, Decision), Denial> {
    let origin = &provider.config().origin;
    // Who presents the credentials of another client hears what one with made-up ones hears.
    match asked {
        TokenCredentialsRequest::Verifier(verifier) => {
            let found = Redemption::load(provider, signed, known).await?;
            let secret = found.as_ref().map(Redemption::secret);
            let claim = signed::verify(provider, origin, signed, known, secret)?;
            let (found, known) = found.zip(known).ok_or(Refusal::TokenUnknown)?;
            let decision = found.decide(provider, known.consumer(), verifier);
            Ok((claim, decision.for_user(provider, found.user()).await?))
        }
        TokenCredentialsRequest::SessionHandle(handle) => {
            let found = Renewal::load(provider, signed, known).await?;
            let secret = found.as_ref().map(Renewal::secret);
            let claim = signed::verify(provider, origin, signed, known, secret)?;
            let found = found.ok_or(Refusal::TokenUnknown)?;
            let decision = found.decide(provider, handle);
            let user = Some(found.user());
            Ok((claim, decision.for_user(provider, user).await?))
        }
        _ => Err(Refusal::TokenUnknown.into()),
    }
}

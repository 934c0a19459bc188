//! What may be used once: assertions and proofs.

use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::jose::one_use::OneUse;

use super::failure::{Failure, Refusal};
use crate::provider::Provider;
use crate::storage::Conflict;
use crate::store::Changes;

/// What a request brought that may be used once, and what its second use is told.
///
/// It is claimed in the same step as whatever else the request changes. So a token that is used
/// many times at once counts once, and a request that fails for another reason uses it up, too.
#[derive(Debug, Default)]
pub(crate) struct Once(Vec<(OneUse, Refusal)>);

impl Once {
    pub(crate) fn assertion(&mut self, one_use: Option<OneUse>, code: ErrorCode) {
        let description = "the assertion was used before (RFC 7523 section 3, 7)";
        self.push(one_use, Refusal::new(code, description));
    }

    pub(crate) fn proof(&mut self, one_use: Option<OneUse>) {
        let description = "the DPoP proof was used before (RFC 9449 section 11.1)";
        let refusal = Refusal::new(ErrorCode::InvalidDpopProof, description);
        self.push(one_use, refusal);
    }

    fn push(&mut self, one_use: Option<OneUse>, refusal: Refusal) {
        self.0.extend(one_use.map(|one_use| (one_use, refusal)));
    }

    /// Applies changes together with the claims.
    ///
    /// The inner error is a conflict in the changes themselves: somebody else was first.
    pub(crate) async fn apply(
        &self,
        provider: &Provider,
        changes: Changes,
    ) -> Result<Result<(), Conflict>, Failure> {
        let claims = self.0.iter();
        let claims = claims.fold(Changes::new(), |claims, (one_use, _)| claims.claim(one_use));
        match provider.store().apply(claims.and(changes)).await? {
            Ok(()) => Ok(Ok(())),
            Err(conflict) => match self.0.get(conflict.step) {
                Some((_, refusal)) => Err(refusal.clone().into()),
                None => Ok(Err(conflict)),
            },
        }
    }

    /// Claims and changes nothing else.
    pub(crate) async fn claim(&self, provider: &Provider) -> Result<(), Failure> {
        if self.0.is_empty() {
            return Ok(());
        }
        // Without changes every conflict is one of the claims, and has become an error.
        self.apply(provider, Changes::new()).await.map(drop)
    }

    /// Claims although the request was refused, so that what it brought is not left to be stolen.
    pub(crate) async fn claim_refused<T>(
        &self,
        provider: &Provider,
        outcome: Result<T, Failure>,
    ) -> Result<T, Failure> {
        if matches!(outcome, Err(Failure::Refused(_))) {
            self.claim(provider).await?;
        }
        outcome
    }
}

//! What became of a token or a code that is not there any more: told to developers alone.

use std::borrow::Cow;

use tripod_oauth2::access_token::Refusal;
use tripod_oauth2::jose;

use crate::artefact::Artefact;
use crate::handle::Handle;
use crate::provider::Provider;
use crate::storage::Error;

/// Why there is nothing under a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its time is over.
    Expired,
    /// It was never given out, or was taken back, or lies there no more.
    Gone,
    /// It is nobody's business.
    Untold,
}

impl Fate {
    /// Finds out why nothing is under a handle any more.
    pub(crate) async fn of<T: Artefact>(
        provider: &Provider,
        handle: Handle,
    ) -> Result<Self, Error> {
        if provider.config().development.is_none() {
            return Ok(Self::Untold);
        }
        let over = provider.store().load_expired::<T>(handle).await?;
        Ok(over.map_or(Self::Gone, |_| Self::Expired))
    }

    /// Finds out the same of an access token that speaks for itself, by why it is refused.
    pub(crate) fn of_jwt(provider: &Provider, refusal: &Refusal) -> Self {
        let is_over = matches!(
            refusal,
            Refusal::Token(jose::Error::Mismatch(jose::Mismatch::Expired))
        );
        match provider.config().development {
            Some(_) if is_over => Self::Expired,
            _ => Self::Untold,
        }
    }

    /// Says it of a thing, such as `the code`; `untold` is what everybody else hears.
    pub(crate) fn say(self, thing: &str, untold: &'static str) -> Cow<'static, str> {
        match self {
            Self::Expired => format!("{thing} has expired").into(),
            Self::Gone => format!("{thing} is unknown, or was revoked").into(),
            Self::Untold => untold.into(),
        }
    }
}

//! What makes a request an authorised one.

mod dpop;
mod oauth1;
mod oauth2;
pub(crate) mod session_handle;

pub use dpop::Dpop;
pub use oauth1::OAuth1;
pub(crate) use oauth1::Signing;
pub use oauth2::OAuth2;
pub(crate) use oauth2::Shown;

use crate::edge::Edge;

/// Adds to requests what authorises them; clones share what was learnt from answers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Authorizer {
    /// An OAuth 1 signature.
    OAuth1(OAuth1),
    /// A bearer token, or one that is bound to a key.
    OAuth2(OAuth2),
}

impl Authorizer {
    pub(crate) fn edge(&self) -> &Edge {
        match self {
            Self::OAuth1(oauth1) => oauth1.edge(),
            Self::OAuth2(oauth2) => oauth2.keeper().client().edge(),
        }
    }
}

impl From<OAuth1> for Authorizer {
    fn from(authorizer: OAuth1) -> Self {
        Self::OAuth1(authorizer)
    }
}

impl From<OAuth2> for Authorizer {
    fn from(authorizer: OAuth2) -> Self {
        Self::OAuth2(authorizer)
    }
}

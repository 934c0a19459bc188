use crate::origin::OriginError;
use crate::placement::Placement;
use crate::signature_method::{SignatureMethod, SigningFailed};

/// Why a request cannot be signed as it is; what to change is in our caller's hands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The request carries a parameter that the signature would add once more.
    #[error("the {placement} of the request holds `{name}` already; sign the request without it")]
    AlreadySigned {
        /// The parameter.
        name: String,
        /// Where it stands.
        placement: Placement,
    },
    /// The nonce is empty.
    #[error("the nonce is empty")]
    EmptyNonce,
    /// The realm cannot stand in a header.
    #[error("the realm holds control characters")]
    InvalidRealm,
    /// The signed URI is no URI any more: it is too long.
    #[error("the URI is too long for the parameters to be added to its query")]
    InvalidUri,
    /// The method does not sign by shared secrets.
    #[error("signature method `{method}` needs a key, not shared secrets")]
    NeedsKey {
        /// The method.
        method: SignatureMethod,
    },
    /// The parameters are to stand in a body that is no form.
    #[error("the body is no form, so the parameters cannot be added to it; use the header")]
    NotAForm,
    /// Scheme, host and port cannot be told.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// PLAINTEXT would send the secrets over a connection that everyone on the way can read.
    #[error("PLAINTEXT sends the secrets themselves, and this URI is not https")]
    PlaintextInCleartext,
    /// PLAINTEXT would write the secrets into a URI.
    #[error("PLAINTEXT would write the secrets into the URI, which logs keep; use the header")]
    PlaintextInUri,
    /// A realm was set, but the parameters do not stand in the header.
    #[error("a realm can stand in the `Authorization` header alone")]
    RealmOutsideHeader,
    /// A parameter that cannot be added: set by the signer, added twice, or no `oauth_*`.
    #[error("`{name}` cannot be added: the signer sets it, or it is repeated or no `oauth_` name")]
    Reserved {
        /// The parameter.
        name: String,
    },
    /// The key failed.
    #[error(transparent)]
    SigningFailed(#[from] SigningFailed),
    /// The timestamp is not after 1970.
    #[error("the timestamp is not a positive number of seconds since 1970; is the clock set?")]
    TimestampNotPositive,
}

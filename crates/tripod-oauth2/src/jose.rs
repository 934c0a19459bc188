//! Signed JSON: what RFC 7515, 7517, 7518, 7519 and 8725 ask of every token.
//!
//! Only the compact serialisation is read and written. The algorithm is a property of the key and
//! never of the header ([RFC 8725 §3.1]): a key verifies under one algorithm, and a header that
//! names another one is refused. Keys come from the caller alone, so `jku`, `x5u` and an embedded
//! `jwk` are refused (a DPoP proof is the one place where a `jwk` belongs); certificates in `x5c`
//! and their thumbprints are not looked at. Encrypted tokens are refused by name.
//!
//! The signatures themselves come from `aws-lc-rs`, called directly: keys are parsed once and kept
//! parsed, and nothing depends on a crypto provider installed for the whole process.
//!
//! **Where the purity ends.** ECDSA and RSA-PSS signatures need fresh randomness, RSA and ECDSA
//! blind their secrets with it, and AWS-LC draws it inside from its own generator, which no caller
//! can replace. Nothing this crate *decides* depends on it, and HMAC, RSA PKCS #1 and Ed25519
//! signatures are the same every time; ES256 and PS256 signatures are not. What a [`signer::Signer`]
//! does, that keeps the private key elsewhere, is its own affair.
//!
//! [RFC 8725 §3.1]: https://www.rfc-editor.org/rfc/rfc8725#section-3.1

pub mod algorithm;
pub(crate) mod base64url;
pub mod claims;
pub mod compact;
mod der;
pub(crate) mod json;
pub mod key_set;
pub mod one_use;
pub(crate) mod parameter_claims;
pub mod signer;
pub mod signing_key;
pub mod verifying_key;

#[cfg(test)]
pub(crate) mod tests;

/// Why a token is refused before its own rules are even asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is not written as the RFCs say.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A security check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
}

/// How a token is not what the RFCs say it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// A claim must be there and is not.
    #[error("the claim `{claim}` is missing")]
    ClaimMissing {
        /// The claim.
        claim: &'static str,
    },
    /// A claim has a JSON type or a form that it may not have.
    #[error("the claim `{claim}` does not have the type it must have")]
    ClaimType {
        /// The claim.
        claim: &'static str,
    },
    /// Five parts: the token is encrypted, which is not supported.
    #[error("the token is encrypted (RFC 7516 §3.1)")]
    Encrypted,
    /// A header parameter must be there and is not, or has a type that it may not have.
    #[error("the header parameter `{name}` is missing or not what it must be (RFC 7515 §4.1)")]
    Header {
        /// The parameter.
        name: &'static str,
    },
    /// A part is not base64url without padding.
    #[error("the {part} is not base64url without padding (RFC 7515 §2)")]
    NotBase64Url {
        /// The part.
        part: Part,
    },
    /// A part is not a JSON object.
    #[error("the {part} is not a JSON object (RFC 7519 §7.2)")]
    NotJsonObject {
        /// The part.
        part: Part,
    },
    /// A parameter is `null`, which is no parameter.
    #[error("a parameter in the token is `null` (RFC 9101 §4)")]
    ParameterNull,
    /// The text does not have three parts.
    #[error("the token does not have three parts (RFC 7515 §7.1)")]
    Parts,
    /// An object names a member twice.
    #[error("the {part} names a member twice (RFC 7515 §4, RFC 7519 §4)")]
    RepeatedMember {
        /// The part.
        part: Part,
    },
    /// The text is longer than anybody needs; nothing of it was decoded.
    #[error("the token is longer than {limit} octets")]
    TooLong {
        /// The cap.
        limit: usize,
    },
}

/// Which security check of signed JSON failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The header names another algorithm than the key is for.
    #[error("the header names an algorithm that the key is not for (RFC 8725 §3.1)")]
    Algorithm,
    /// `exp` has passed.
    #[error("the token has expired (RFC 7519 §4.1.4)")]
    Expired,
    /// The header wants a key from elsewhere: `jku`, `jwk` or `x5u`.
    #[error("the header names its own key by `{name}` (RFC 8725 §3.10)")]
    ForeignKey {
        /// The header parameter.
        name: &'static str,
    },
    /// `iat` lies ahead.
    #[error("the token was issued in the future (RFC 7519 §4.1.6)")]
    IssuedInFuture,
    /// More than one key fits and the header does not say which.
    #[error("more than one key fits, and the header has no `kid` (RFC 7515 §4.1.4)")]
    KeyAmbiguous,
    /// No key that is trusted fits `kid` and `alg`.
    #[error("no trusted key fits the header's `kid` and `alg` (RFC 7515 §4.1.4)")]
    KeyUnknown,
    /// `nbf` lies ahead.
    #[error("the token is not valid yet (RFC 7519 §4.1.5)")]
    NotYetValid,
    /// The signature is not that of the key.
    #[error("the signature is wrong (RFC 7515 §5.2)")]
    Signature,
    /// `typ` says that this is another kind of token.
    #[error("the header's `typ` is of another kind of token (RFC 8725 §3.11)")]
    Type,
    /// The header names an algorithm that is not known here.
    #[error("the header names an unknown algorithm (RFC 7515 §4.1.1)")]
    UnknownAlgorithm,
    /// The header lists extensions that must be understood, and none are.
    #[error("the header lists critical extensions, and none are supported (RFC 7515 §4.1.11)")]
    UnknownCritical,
    /// The algorithm is `none`.
    #[error("the token is not signed: its algorithm is `none` (RFC 8725 §3.2)")]
    Unsecured,
}

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key says of itself, by `alg`, `use` or `key_ops`, that it is for something else.
    #[error("the key's `{member}` says that it is for something else (RFC 7517 §4)")]
    Purpose {
        /// The member that says so.
        member: &'static str,
    },
    /// A member of a JWK is missing or not what it must be.
    #[error("the key's member `{member}` is missing or not what it must be (RFC 7518 §6)")]
    Member {
        /// The member.
        member: &'static str,
    },
    /// The key is not a JSON object, or names a member twice.
    #[error("the key is not a JSON object with each member once (RFC 7517 §4)")]
    NotJsonObject,
    /// The text is not PEM, or holds no key.
    #[error("the text is not PEM with one key in it (RFC 7468)")]
    NotPem,
    /// The PEM text holds something else than the key that is asked for.
    #[error("the PEM text does not hold a key of the kind that is asked for")]
    PemLabel,
    /// The private part is asked for and not there.
    #[error("the key has no private part")]
    Public,
    /// The cryptographic library refuses the key: not a key, on no curve, or inconsistent.
    #[error("the key is not valid or of another type than its algorithm wants")]
    Rejected,
    /// What a [`Signer`](signer::Signer) gave does not verify with its public key.
    #[error("the signature is none of the key's, or not written as RFC 7518 §3 has it")]
    Signature,
    /// The library could not sign with it.
    #[error("the cryptographic library could not sign with the key")]
    Signing,
    /// The key is longer than anybody needs.
    #[error("the key or key set is too long")]
    TooLong,
    /// The key is too short for its algorithm.
    #[error("the key is shorter than {bits} bits (RFC 7518 §3)")]
    TooShort {
        /// The least that is needed.
        bits: usize,
    },
    /// The type or curve is not supported.
    #[error("the key's type or curve is not supported")]
    UnknownType,
}

/// A part of a token or the text of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// What stands before the first point.
    Header,
    /// What stands between the points.
    Payload,
    /// What stands after the second point.
    Signature,
}

impl Part {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

//! Where the refusals of what is signed stand among the failures.
//!
//! Each operation says in an enum of its own why it refuses; here they become an [`Error`], so that
//! a caller who only asks who must act need not know them. No check loses its name.

use super::{Error, Fault, Malformed, Mismatch};
use crate::{
    access_token, client_assertion, dpop, id_token, jarm, jose, logout_token, request_object,
    userinfo,
};

impl From<jose::Malformed> for Malformed {
    fn from(fault: jose::Malformed) -> Self {
        use jose::Malformed as Found;
        match fault {
            Found::ClaimMissing { claim } => Self::missing(claim, "RFC 7519 §4"),
            Found::ClaimType { claim } => {
                Self::not(claim, "of the type it must have", "RFC 7519 §4")
            }
            Found::Encrypted => Self::not(JWT, "signed only: it is encrypted", "RFC 7516 §3.1"),
            Found::Header { name } => {
                Self::not(name, "there as the header must have it", "RFC 7515 §4.1")
            }
            Found::NotBase64Url { part } => {
                Self::not(part.as_str(), "base64url without padding", "RFC 7515 §2")
            }
            Found::NotJsonObject { part } => {
                Self::not(part.as_str(), "a JSON object", "RFC 7519 §7.2")
            }
            Found::ParameterNull => Self::not(JWT, "free of `null`", "RFC 9101 §4"),
            Found::Parts => Self::not(JWT, "of three parts", "RFC 7515 §7.1"),
            Found::RepeatedMember { part } => {
                let due = "an object that names each member once";
                Self::not(part.as_str(), due, "RFC 7515 §4, RFC 7519 §4")
            }
            Found::TooLong { limit } => Self::new(JWT, Fault::TooLong { limit }, "RFC 7515 §7.1"),
        }
    }
}

const JWT: &str = "JWT";

impl From<jose::Error> for Error {
    fn from(error: jose::Error) -> Self {
        match error {
            jose::Error::Malformed(fault) => Malformed::from(fault).into(),
            jose::Error::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
        }
    }
}

impl From<access_token::Refusal> for Error {
    fn from(refusal: access_token::Refusal) -> Self {
        match refusal {
            access_token::Refusal::Malformed(fault) => fault.into(),
            access_token::Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            access_token::Refusal::Token(error) => error.into(),
        }
    }
}

impl From<client_assertion::Refusal> for Error {
    fn from(refusal: client_assertion::Refusal) -> Self {
        match refusal {
            client_assertion::Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            client_assertion::Refusal::Token(error) => error.into(),
        }
    }
}

impl From<dpop::received::Refusal> for Error {
    fn from(refusal: dpop::received::Refusal) -> Self {
        use dpop::received::Refusal;
        match refusal {
            Refusal::Key(_) => {
                Malformed::not("jwk", "a key for the algorithm", "RFC 9449 §4.2").into()
            }
            Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            Refusal::Missing => Malformed::missing("DPoP", "RFC 9449 §4.3, 1").into(),
            Refusal::PrivateKey => Malformed::not("jwk", "a public key", "RFC 9449 §4.3, 7").into(),
            Refusal::Repeated => Malformed::new("DPoP", Fault::Repeated, "RFC 9449 §4.3, 1").into(),
            Refusal::Token(error) => error.into(),
        }
    }
}

impl From<id_token::Refusal> for Error {
    fn from(refusal: id_token::Refusal) -> Self {
        match refusal {
            id_token::Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            id_token::Refusal::Token(error) => error.into(),
        }
    }
}

impl From<jarm::Refusal> for Error {
    fn from(refusal: jarm::Refusal) -> Self {
        match refusal {
            jarm::Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            jarm::Refusal::Token(error) => error.into(),
        }
    }
}

impl From<logout_token::Refusal> for Error {
    fn from(refusal: logout_token::Refusal) -> Self {
        match refusal {
            logout_token::Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            logout_token::Refusal::Scope => {
                Malformed::missing("sub", "Back-Channel Logout §2.6, 4").into()
            }
            logout_token::Refusal::Token(error) => error.into(),
        }
    }
}

impl From<request_object::Refusal> for Error {
    fn from(refusal: request_object::Refusal) -> Self {
        match refusal {
            request_object::Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            request_object::Refusal::Nested => {
                Malformed::new("request", Fault::Uncalled, "RFC 9101 §4").into()
            }
            request_object::Refusal::Token(error) => error.into(),
        }
    }
}

impl From<userinfo::Refusal> for Error {
    fn from(refusal: userinfo::Refusal) -> Self {
        match refusal {
            userinfo::Refusal::Mismatch(mismatch) => Mismatch::from(mismatch).into(),
            userinfo::Refusal::Token(error) => error.into(),
        }
    }
}

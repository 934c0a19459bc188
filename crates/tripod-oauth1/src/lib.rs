#![doc = include_str!("../README.md")]

pub mod answer;
pub mod authorization;
pub mod authorization_header;
pub mod base_string;
pub mod body_hash;
pub mod credentials;
pub mod message;
pub mod origin;
pub mod placement;
pub mod problem;
pub mod refusal;
pub mod signature_method;
pub mod signed_request;
pub mod signer;
pub mod stamp;
pub mod temporary_credentials;
pub mod token_credentials;
pub mod verifier;

mod collected;
mod pair;

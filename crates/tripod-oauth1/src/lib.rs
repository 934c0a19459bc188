#![doc = include_str!("../README.md")]

pub mod authorization_header;
pub mod base_string;
pub mod body_hash;
pub mod credentials;
pub mod message;
pub mod origin;
pub mod placement;
pub mod signature_method;
pub mod signer;
pub mod stamp;

mod pair;

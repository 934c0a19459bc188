#![doc = include_str!("../README.md")]

pub mod client_assertion;
pub mod dpop;
pub mod jose;
pub mod jwk;

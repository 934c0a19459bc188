#![doc = include_str!("../README.md")]

pub mod access_token;
pub mod client_assertion;
pub mod confirmation;
pub mod dpop;
pub mod id_token;
pub mod jarm;
pub mod jose;
pub mod jwk;
pub mod logout;
pub mod logout_token;
pub mod request_object;
pub mod userinfo;

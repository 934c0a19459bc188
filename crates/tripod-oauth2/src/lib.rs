#![doc = include_str!("../README.md")]

pub mod access_token;
pub mod answer;
pub mod authorization;
pub mod authorization_details;
pub mod bearer;
pub mod challenge;
pub mod client_assertion;
pub mod client_authentication;
pub mod confirmation;
pub mod device;
pub mod dpop;
pub mod error;
pub mod id_token;
pub mod introspection;
pub mod jarm;
pub mod jose;
pub mod json;
pub mod jwk;
pub mod logout;
pub mod logout_token;
pub mod metadata;
pub mod pkce;
pub mod pushed;
pub mod redirect_uri;
pub mod registration;
pub mod registry;
pub mod request_object;
pub mod resource;
pub mod revocation;
pub mod scope;
pub mod token;
pub mod token_set;
pub mod userinfo;

mod fields;
mod uri;

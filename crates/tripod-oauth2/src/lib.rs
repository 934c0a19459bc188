#![doc = include_str!("../README.md")]

pub mod answer;
pub mod authorization;
pub mod authorization_details;
pub mod bearer;
pub mod challenge;
pub mod client_authentication;
pub mod device;
pub mod error;
pub mod introspection;
pub mod json;
pub mod metadata;
pub mod pkce;
pub mod pushed;
pub mod redirect_uri;
pub mod registration;
pub mod registry;
pub mod resource;
pub mod revocation;
pub mod scope;
pub mod token;
pub mod token_set;

mod fields;
mod uri;

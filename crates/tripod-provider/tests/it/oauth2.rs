//! The machine endpoints of OAuth 2 and OpenID Connect.

mod advisories;
mod attacks;
mod authorization_code;
mod client_authentication;
mod client_credentials;
mod device;
mod dpop;
pub(crate) mod flow;
mod interop;
mod introspect;
mod jwt_bearer;
mod metadata;
mod par;
mod refresh;
mod register;
mod revoke;
mod token_exchange;
mod userinfo;

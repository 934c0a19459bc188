//! The machine endpoints of OAuth 2 and OpenID Connect.

mod authorization_code;
mod client_authentication;
mod client_credentials;
mod flow;
mod refresh;

//! The endpoints of OAuth 2 and of OpenID Connect.

pub(crate) mod authorize;
pub(crate) mod logout;

mod audience;
mod failure;
mod scope;

//! OAuth 1.0a ([RFC 5849](https://www.rfc-editor.org/rfc/rfc5849)), from the provider's side.

pub mod authorization;

pub(crate) mod authorize;

mod verification_code;

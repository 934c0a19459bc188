//! OAuth 1.0a ([RFC 5849](https://www.rfc-editor.org/rfc/rfc5849)), from the provider's side.

pub mod authorization;

mod verification_code;

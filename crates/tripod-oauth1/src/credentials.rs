//! Identifiers and their shared secrets.

use tripod_core::secret::Secret;

/// An identifier with its shared secret ([RFC 5849 §1.1]).
///
/// OAuth 1.0a knows three classes, all of this shape: those of the client ("consumer key and
/// secret"), temporary ones ("request token") and those of a token ("access token").
///
/// [RFC 5849 §1.1]: https://www.rfc-editor.org/rfc/rfc5849#section-1.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// What is sent: `oauth_consumer_key` or `oauth_token`.
    pub identifier: String,
    /// What is never sent, save by `PLAINTEXT`.
    pub secret: Secret,
}

impl Credentials {
    /// Pairs an identifier with its secret.
    #[must_use]
    pub fn new(identifier: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            identifier: identifier.into(),
            secret: secret.into(),
        }
    }
}

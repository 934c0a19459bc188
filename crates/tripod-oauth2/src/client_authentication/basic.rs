use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;
use tripod_core::form::{self, Component};
use tripod_core::secret::Secret;

use crate::error::{Fault, Malformed, Misuse};

/// A longer header is refused before it is decoded; secrets have some hundred characters.
const MAX_OCTETS: usize = 8192;

const RULE: &str = "RFC 6749 §2.3.1";

/// Name and password of a client in the header ([RFC 6749 §2.3.1]).
///
/// The RFC wants both form-encoded before they are joined; half the world joins them raw. What was
/// read is kept as it was written, for it cannot tell which of the two it is: both readings count.
///
/// [RFC 6749 §2.3.1]: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicCredentials {
    client_id: String,
    client_secret: Secret,
}

impl BasicCredentials {
    /// Encodes name and password as RFC 6749 wants it.
    #[must_use]
    pub fn new(client_id: &str, client_secret: &Secret) -> Self {
        Self {
            client_id: form::encode(client_id),
            client_secret: Secret::new(form::encode(client_secret.expose())),
        }
    }

    /// Joins name and password as they are, for servers that do not decode them.
    ///
    /// # Errors
    ///
    /// [`Misuse::ColonInClientId`] as the name would end there, and [`Misuse::IllegalCharacter`]
    /// for control characters, both by RFC 7617 §2.
    pub fn raw(client_id: &str, client_secret: &Secret) -> Result<Self, Misuse> {
        if client_id.contains(':') {
            return Err(Misuse::ColonInClientId);
        }
        if client_id.contains(char::is_control) || client_secret.expose().contains(char::is_control)
        {
            return Err(Misuse::IllegalCharacter);
        }
        Ok(Self {
            client_id: client_id.to_owned(),
            client_secret: client_secret.clone(),
        })
    }

    /// Reads the value of the header `Authorization`.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it has another scheme, is not base64 of UTF-8, or has no colon.
    pub fn parse(header: &str) -> Result<Self, Malformed> {
        let refuse = |due| Malformed::not("Authorization", due, "RFC 7617 §2");
        if header.len() > MAX_OCTETS {
            let limit = MAX_OCTETS;
            return Err(Malformed::new(
                "Authorization",
                Fault::TooLong { limit },
                RULE,
            ));
        }
        let (scheme, encoded) = header.split_once(' ').ok_or_else(|| refuse("Basic"))?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(refuse("Basic"));
        }
        let octets = STANDARD
            .decode(encoded.trim_matches(' '))
            .map_err(|_| refuse("base64"))?;
        let joined = Secret::new(String::from_utf8(octets).map_err(|_| refuse("UTF-8"))?);
        if joined.expose().contains(char::is_control) {
            return Err(refuse("free of control characters"));
        }
        let (client_id, client_secret) = joined
            .expose()
            .split_once(':')
            .ok_or_else(|| refuse("two parts with a colon between"))?;
        if client_id.is_empty() {
            return Err(Malformed::missing("client_id", RULE));
        }
        Ok(Self {
            client_id: client_id.to_owned(),
            client_secret: client_secret.into(),
        })
    }

    /// Writes the value of the header `Authorization`.
    #[must_use]
    pub fn to_header(&self) -> Secret {
        let joined = Secret::new(format!(
            "{}:{}",
            self.client_id,
            self.client_secret.expose()
        ));
        Secret::new(format!("Basic {}", STANDARD.encode(joined.expose())))
    }

    /// Returns name and password as the RFC reads them; `None` if that is not UTF-8.
    #[must_use]
    pub fn decoded(&self) -> Option<(String, Secret)> {
        Some((
            decode(&self.client_id)?,
            Secret::new(decode(self.client_secret.expose())?),
        ))
    }

    /// Returns name and password as they were joined.
    #[must_use]
    pub fn as_written(&self) -> (&str, &Secret) {
        (&self.client_id, &self.client_secret)
    }

    /// Tells whether the client is this one, in either reading.
    #[must_use]
    pub fn is_named(&self, client_id: &str) -> bool {
        self.client_id == client_id || decode(&self.client_id).as_deref() == Some(client_id)
    }

    /// Compares the password in both readings; the time tells nothing of where they differ.
    pub(super) fn has_secret(&self, issued: &Secret) -> bool {
        let equals = |text: &str| text.as_bytes().ct_eq(issued.expose().as_bytes());
        let decoded = Secret::new(decode(self.client_secret.expose()).unwrap_or_default());
        (equals(self.client_secret.expose()) | equals(decoded.expose())).into()
    }
}

fn decode(written: &str) -> Option<String> {
    String::from_utf8(Component::new(written.as_bytes()).decode().into_owned()).ok()
}

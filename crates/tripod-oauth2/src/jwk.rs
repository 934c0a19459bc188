//! JSON Web Keys, sets of them, and their thumbprints ([RFC 7517], [RFC 7638], [RFC 8037 §2]).
//!
//! [RFC 7517]: https://www.rfc-editor.org/rfc/rfc7517
//! [RFC 7638]: https://www.rfc-editor.org/rfc/rfc7638
//! [RFC 8037 §2]: https://www.rfc-editor.org/rfc/rfc8037#section-2

use std::fmt;

use aws_lc_rs::digest;
use serde_json::{Map, Value};
use tripod_core::secret::Secret;

use crate::jose::algorithm::Algorithm;
use crate::jose::{KeyError, base64url, json};

mod material;
mod set;
#[cfg(test)]
mod tests;

pub(crate) use material::{Curve, Material, RsaPrivate};

pub use set::JwkSet;

/// No key is longer: an RSA key with 8192 bits and a chain of certificates stays below.
const MAX_LENGTH: usize = 64 * 1024;

/// A key as JSON, public or private.
///
/// `Debug` shows its type, its name and what it is for.
///
/// ```
/// use tripod_oauth2::jwk::Jwk;
///
/// let key = Jwk::parse(br#"{"kty":"OKP","crv":"Ed25519",
///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
/// assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"); // RFC 8037 A.3
/// # Ok::<(), tripod_oauth2::jose::KeyError>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Jwk {
    material: Material,
    /// `kid`.
    pub id: Option<String>,
    /// `use`: `sig`, `enc` or what else there will be.
    pub public_key_use: Option<String>,
    /// `key_ops`.
    pub operations: Option<Vec<String>>,
    /// `alg`, which may also be one that is not for signatures.
    pub algorithm: Option<String>,
    /// Everything else, such as certificates; never private.
    pub others: Map<String, Value>,
}

/// What a key is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Sign,
    Verify,
}

impl Jwk {
    /// Reads a key.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it.
    pub fn parse(text: &[u8]) -> Result<Self, KeyError> {
        if text.len() > MAX_LENGTH {
            return Err(KeyError::TooLong);
        }
        Self::from_members(json::parse(text).map_err(|_| KeyError::NotJsonObject)?)
    }

    /// Reads a key that is a part of other JSON.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it.
    pub fn from_members(mut members: Map<String, Value>) -> Result<Self, KeyError> {
        let material = Material::take(&mut members)?;
        let operations = match members.remove("key_ops") {
            None => None,
            Some(value) => Some(texts(value).ok_or(KeyError::Member { member: "key_ops" })?),
        };
        Ok(Self {
            material,
            id: take_text(&mut members, "kid")?,
            public_key_use: take_text(&mut members, "use")?,
            operations,
            algorithm: take_text(&mut members, "alg")?,
            others: members,
        })
    }

    fn bare(material: Material) -> Self {
        Self {
            material,
            id: None,
            public_key_use: None,
            operations: None,
            algorithm: None,
            others: Map::new(),
        }
    }

    /// Takes an uncompressed point; its length says on which curve it is.
    pub(crate) fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        Material::from_point(point).map(Self::bare)
    }

    pub(crate) fn from_ed25519(x: &[u8]) -> Result<Self, KeyError> {
        Material::from_ed25519(x).map(Self::bare)
    }

    pub(crate) fn from_rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Self, KeyError> {
        Material::from_rsa(n, e, None).map(Self::bare)
    }

    /// Says of the key that it is for signatures under this algorithm.
    pub(crate) fn for_signatures(mut self, algorithm: Algorithm) -> Self {
        self.public_key_use = Some("sig".to_owned());
        self.algorithm = Some(algorithm.as_str().to_owned());
        self
    }

    /// Refuses a key that says of itself that it is for something else (RFC 7517 §4.2 to §4.4).
    pub(crate) fn check_purpose(
        &self,
        algorithm: Algorithm,
        operation: Operation,
    ) -> Result<(), KeyError> {
        let wrong = |member| Err(KeyError::Purpose { member });
        if self
            .algorithm
            .as_deref()
            .is_some_and(|alg| alg != algorithm.as_str())
        {
            return wrong("alg");
        }
        if self.public_key_use.as_deref().is_some_and(|it| it != "sig") {
            return wrong("use");
        }
        // Who may sign may also verify what was signed.
        let allowed = |name: &String| match operation {
            Operation::Sign => name == "sign",
            Operation::Verify => name == "verify" || name == "sign",
        };
        if self
            .operations
            .as_ref()
            .is_some_and(|names| !names.iter().any(allowed))
        {
            return wrong("key_ops");
        }
        Ok(())
    }

    /// Tells whether it holds what only its owner may know; a shared secret is all of that.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        self.material.is_private()
    }

    /// Returns what may be published; a shared secret has nothing that may.
    #[must_use]
    pub fn to_public(&self) -> Option<Self> {
        Some(Self {
            material: self.material.to_public()?,
            operations: self.operations.as_ref().map(|_| vec!["verify".to_owned()]),
            ..self.clone()
        })
    }

    /// Returns the SHA-256 thumbprint, in base64url ([RFC 7638 §3]).
    ///
    /// [RFC 7638 §3]: https://www.rfc-editor.org/rfc/rfc7638#section-3
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let members = Value::from(self.thumbprint_members()).to_string();
        base64url::encode(digest::digest(&digest::SHA256, members.as_bytes()))
    }

    /// Returns the required members alone; JSON maps here are ordered, as RFC 7638 §3.3 wants it.
    pub(crate) fn thumbprint_members(&self) -> Map<String, Value> {
        let mut members: Vec<_> = self.material.required_members().into();
        members.sort_unstable_by_key(|(name, _)| *name);
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect()
    }

    /// Returns what may be published, as JSON; a shared secret has nothing that may.
    #[must_use]
    pub fn to_public_json(&self) -> Option<Value> {
        let public = self.to_public()?;
        let members = public.material.required_members();
        Some(Value::from(public.with_metadata(members.into())))
    }

    /// Writes all of it, the private part too if there is one.
    #[must_use]
    pub fn encode(&self) -> Secret {
        let mut members: Vec<_> = self.material.required_members().into();
        members.extend(self.material.private_members());
        Secret::new(Value::from(self.with_metadata(members)).to_string())
    }

    fn with_metadata(&self, material: Vec<(&'static str, String)>) -> Map<String, Value> {
        let mut members = self.others.clone();
        let metadata = [
            ("kid", self.id.clone().map(Value::from)),
            ("use", self.public_key_use.clone().map(Value::from)),
            ("key_ops", self.operations.clone().map(Value::from)),
            ("alg", self.algorithm.clone().map(Value::from)),
        ];
        let material = material
            .into_iter()
            .map(|(name, value)| (name, Some(value.into())));
        for (name, value) in metadata.into_iter().chain(material) {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        }
        members
    }

    pub(crate) const fn material(&self) -> &Material {
        &self.material
    }

    /// Returns the uncompressed point of a key on a curve, and nothing for others.
    pub(crate) fn point(&self) -> Vec<u8> {
        match &self.material {
            Material::Ec { x, y, .. } => [&[4], x.as_slice(), y.as_slice()].concat(),
            _ => Vec::new(),
        }
    }
}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwk")
            .field("kty", &self.material.key_type())
            .field("kid", &self.id)
            .field("use", &self.public_key_use)
            .field("alg", &self.algorithm)
            .finish_non_exhaustive()
    }
}

fn take_text(
    members: &mut Map<String, Value>,
    member: &'static str,
) -> Result<Option<String>, KeyError> {
    match members.remove(member) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(KeyError::Member { member }),
    }
}

fn texts(value: Value) -> Option<Vec<String>> {
    let Value::Array(items) = value else {
        return None;
    };
    let texts = items.into_iter().map(|item| match item {
        Value::String(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

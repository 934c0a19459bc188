//! What a token is bound to: the `cnf` claim ([RFC 7800 §3.1]).
//!
//! [RFC 7800 §3.1]: https://www.rfc-editor.org/rfc/rfc7800#section-3.1

use serde_json::{Map, Value};

use crate::client_authentication::CertificateThumbprint;
use crate::error::Malformed;
use crate::json::Members;

/// The key or the certificate that the sender of a token must have.
///
/// ```
/// use tripod_oauth2::confirmation::{Confirmation, Presented, Refusal};
///
/// let bound = Confirmation::to_key("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
/// assert_eq!(bound.check(&Presented::bearer()), Err(Refusal::Key));
/// let proven = Presented::with_key("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
/// assert_eq!(bound.check(&proven), Ok(()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Confirmation {
    /// `jkt`: the thumbprint of a key, shown by DPoP ([RFC 9449 §6.1]).
    ///
    /// [RFC 9449 §6.1]: https://www.rfc-editor.org/rfc/rfc9449#section-6.1
    pub key_thumbprint: Option<String>,
    /// `x5t#S256`: the thumbprint of a certificate, shown by mutual TLS ([RFC 8705 §3.1]).
    ///
    /// [RFC 8705 §3.1]: https://www.rfc-editor.org/rfc/rfc8705#section-3.1
    pub certificate_thumbprint: Option<CertificateThumbprint>,
    /// Every other way to confirm.
    pub others: Members,
}

impl Confirmation {
    /// Binds to a key.
    #[must_use]
    pub fn to_key(thumbprint: impl Into<String>) -> Self {
        Self {
            key_thumbprint: Some(thumbprint.into()),
            ..Self::default()
        }
    }

    /// Binds to a certificate.
    #[must_use]
    pub fn to_certificate(thumbprint: CertificateThumbprint) -> Self {
        Self {
            certificate_thumbprint: Some(thumbprint),
            ..Self::default()
        }
    }

    /// Reads the claim, or the member of an introspection response ([RFC 7662 §2.2]).
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is no object, or a thumbprint is none.
    ///
    /// [RFC 7662 §2.2]: https://www.rfc-editor.org/rfc/rfc7662#section-2.2
    pub fn parse(value: &Value) -> Result<Self, Malformed> {
        let Value::Object(members) = value else {
            return Err(Malformed::not("cnf", "a JSON object", "RFC 7800 §3.1"));
        };
        let text = |name, rule| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(Malformed::not(name, "text", rule)),
        };
        let key = text(KEY, "RFC 9449 §6.1")?;
        let certificate = text(CERTIFICATE, "RFC 8705 §3.1")?;
        let others = members
            .iter()
            .filter(|(name, _)| ![KEY, CERTIFICATE].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()));
        Ok(Self {
            key_thumbprint: key.map(str::to_owned),
            certificate_thumbprint: certificate.map(CertificateThumbprint::parse).transpose()?,
            others: others.collect::<Map<_, _>>().into(),
        })
    }

    /// Writes the claim, or the member of an introspection response.
    #[must_use]
    pub fn encode(&self) -> Value {
        let mut members = self.others.clone();
        members.put_some(KEY, self.key_thumbprint.as_deref());
        let certificate = self.certificate_thumbprint;
        members.put_some(CERTIFICATE, certificate.map(|it| it.to_string()));
        members.into()
    }

    /// Checks that what the token is bound to was presented with it.
    ///
    /// A token that is bound in a way that is not understood cannot be confirmed, and is refused.
    ///
    /// # Errors
    ///
    /// [`Refusal`] says what is missing or wrong.
    pub fn check(&self, presented: &Presented<'_>) -> Result<(), Refusal> {
        let (key, certificate) = (&self.key_thumbprint, &self.certificate_thumbprint);
        // RFC 7800 §3.1 has unknown members ignored where nothing else is asked for; to ignore the
        // only one would make a bearer token of a bound one.
        if key.is_none() && certificate.is_none() && !self.others.is_empty() {
            return Err(Refusal::Unknown);
        }
        // RFC 9449 §7.1: the key of the proof MUST match; §7.2: no bearer may use a bound token.
        // A proof where none is asked for is refused too: it does not prove what it seems to.
        if presented.key_thumbprint != key.as_deref() {
            return Err(Refusal::Key);
        }
        // RFC 8705 §3: the certificate MUST match; any may be shown where none is asked for.
        if certificate.is_some() && presented.certificate_thumbprint != *certificate {
            return Err(Refusal::Certificate);
        }
        Ok(())
    }
}

const KEY: &str = "jkt";
const CERTIFICATE: &str = "x5t#S256";

/// What came with a token and was verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Presented<'a> {
    /// The thumbprint of the key of an accepted DPoP proof.
    pub key_thumbprint: Option<&'a str>,
    /// The thumbprint of the client's certificate in mutual TLS.
    pub certificate_thumbprint: Option<CertificateThumbprint>,
}

impl<'a> Presented<'a> {
    /// Nothing: the token alone.
    #[must_use]
    pub const fn bearer() -> Self {
        Self {
            key_thumbprint: None,
            certificate_thumbprint: None,
        }
    }

    /// The proof of a key.
    #[must_use]
    pub const fn with_key(thumbprint: &'a str) -> Self {
        Self {
            key_thumbprint: Some(thumbprint),
            certificate_thumbprint: None,
        }
    }

    /// A certificate.
    #[must_use]
    pub const fn with_certificate(thumbprint: CertificateThumbprint) -> Self {
        Self {
            key_thumbprint: None,
            certificate_thumbprint: Some(thumbprint),
        }
    }
}

/// Why the sender of a token is not who the token is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The certificate is missing or another one.
    #[error("the token is not bound to the certificate that was shown (RFC 8705 §3)")]
    Certificate,
    /// The proof is missing, or its key is not the one that is bound.
    #[error("the token is not bound to the key that was proven (RFC 9449 §7)")]
    Key,
    /// The token is bound in a way that is not understood.
    #[error("the token is bound in an unknown way (RFC 7800 §3.1)")]
    Unknown,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(cnf: &Value, presented: &Presented<'_>) -> Result<(), Refusal> {
        Confirmation::parse(cnf).unwrap().check(presented)
    }

    const C: &str = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

    fn thumbprint() -> CertificateThumbprint {
        CertificateThumbprint::parse(C).unwrap()
    }

    #[test]
    fn what_is_bound_must_be_presented() {
        let both = Presented {
            key_thumbprint: Some("k"),
            certificate_thumbprint: Some(thumbprint()),
        };
        let (bearer, key) = (Presented::bearer(), Presented::with_key("k"));
        let certificate = Presented::with_certificate(thumbprint());
        let other = CertificateThumbprint::of(b"other").to_string();
        let (lost, foreign) = (Err(Refusal::Key), Err(Refusal::Certificate));
        for (cnf, presented, expected) in [
            (json!({}), bearer, Ok(())),
            (json!({}), certificate, Ok(())),
            (json!({}), key, lost),
            (json!({"jkt": "k"}), key, Ok(())),
            (json!({"jkt": "k"}), both, Ok(())),
            (json!({"jkt": "k"}), bearer, lost),
            (json!({"jkt": "k"}), certificate, lost),
            (json!({"jkt": "K"}), key, lost),
            (json!({"x5t#S256": C}), certificate, Ok(())),
            (json!({"x5t#S256": C}), bearer, foreign),
            (json!({"x5t#S256": other}), certificate, foreign),
            (json!({"x5t#S256": C}), key, lost),
            (json!({"jkt": "k", "x5t#S256": C}), both, Ok(())),
            (json!({"jkt": "k", "x5t#S256": C}), key, foreign),
            (json!({"jkt": "k", "x5t#S256": C}), certificate, lost),
            (json!({"jwe": "x"}), bearer, Err(Refusal::Unknown)),
            (json!({"kid": "x", "jkt": "k"}), key, Ok(())),
        ] {
            assert_eq!(check(&cnf, &presented), expected, "{cnf} {presented:?}");
        }
    }

    #[test]
    fn a_claim_of_another_type_is_refused() {
        for cnf in [
            json!("k"),
            json!([]),
            json!(null),
            json!({"jkt": 1}),
            json!({"x5t#S256": null}),
            json!({"x5t#S256": "short"}),
        ] {
            assert!(Confirmation::parse(&cnf).is_err(), "{cnf}");
        }
    }

    proptest! {
        #[test]
        fn parsing_undoes_encoding(key: Option<String>, der: Option<[u8; 4]>, other: Option<String>) {
            let mut confirmation = Confirmation {
                key_thumbprint: key,
                certificate_thumbprint: der.map(|der| CertificateThumbprint::of(&der)),
                others: Members::new(),
            };
            if let Some(other) = other {
                confirmation.others.put("kid", other);
            }
            prop_assert_eq!(Confirmation::parse(&confirmation.encode()), Ok(confirmation));
        }
    }
}

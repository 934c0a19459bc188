//! The numbers a key is made of ([RFC 7518 §6], [RFC 8037 §2]).
//!
//! [RFC 7518 §6]: https://www.rfc-editor.org/rfc/rfc7518#section-6
//! [RFC 8037 §2]: https://www.rfc-editor.org/rfc/rfc8037#section-2

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::jose::algorithm::Algorithm;
use crate::jose::{KeyError, base64url};

/// What is private in a key, wiped on drop.
type Private = Zeroizing<Vec<u8>>;

/// The parts of a key, decoded, each of the length it must have.
#[derive(Clone, PartialEq)]
pub(crate) enum Material {
    Ec {
        curve: Curve,
        x: Vec<u8>,
        y: Vec<u8>,
        d: Option<Private>,
    },
    Oct {
        k: Private,
    },
    /// Ed25519.
    Okp {
        x: Vec<u8>,
        d: Option<Private>,
    },
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
        private: Option<RsaPrivate>,
    },
}

/// The private part of an RSA key with two primes.
#[derive(Clone, PartialEq)]
pub(crate) struct RsaPrivate {
    pub(crate) d: Private,
    pub(crate) p: Private,
    pub(crate) q: Private,
    pub(crate) dp: Private,
    pub(crate) dq: Private,
    pub(crate) qi: Private,
}

impl Material {
    /// Takes the members that make the key out of a JWK.
    pub(super) fn take(members: &mut Map<String, Value>) -> Result<Self, KeyError> {
        let mut members = Members(members);
        let material = match members.text("kty")?.as_str() {
            "EC" => members.ec(),
            "OKP" => members.okp(),
            "RSA" => members.rsa(),
            "oct" => members.octets("k").map(|k| Self::Oct { k: k.into() }),
            _ => Err(KeyError::UnknownType),
        }?;
        members.refuse_private_leftovers()?;
        Ok(material)
    }

    pub(super) fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        let (&form, coordinates) = point.split_first().ok_or(KeyError::Rejected)?;
        let curve = [Curve::P256, Curve::P384, Curve::P521]
            .into_iter()
            .find(|curve| coordinates.len() == 2 * curve.length());
        match (form, curve) {
            (4, Some(curve)) => {
                let (x, y) = coordinates.split_at(curve.length());
                let (x, y) = (x.to_vec(), y.to_vec());
                Ok(Self::Ec {
                    curve,
                    x,
                    y,
                    d: None,
                })
            }
            _ => Err(KeyError::Rejected),
        }
    }

    pub(super) fn from_ed25519(x: &[u8]) -> Result<Self, KeyError> {
        if x.len() != ED25519_LENGTH {
            return Err(KeyError::Rejected);
        }
        Ok(Self::Okp {
            x: x.to_vec(),
            d: None,
        })
    }

    pub(super) fn from_rsa(
        n: Vec<u8>,
        e: Vec<u8>,
        private: Option<RsaPrivate>,
    ) -> Result<Self, KeyError> {
        // RFC 7518 §2, §6.3.1: no leading zero octets, so that a thumbprint is unique.
        for (member, number) in [("n", &n), ("e", &e)] {
            if number.first().is_none_or(|&octet| octet == 0) {
                return Err(KeyError::Member { member });
            }
        }
        // RFC 7518 §3.3 and §3.5: a key of 2048 bits or larger MUST be used.
        if n.len() < RSA_LEAST / 8 || n.len() == RSA_LEAST / 8 && n.first() < Some(&0x80) {
            return Err(KeyError::TooShort { bits: RSA_LEAST });
        }
        if n.len() > RSA_MOST / 8 || e.len() > 5 {
            return Err(KeyError::TooLong);
        }
        Ok(Self::Rsa { n, e, private })
    }

    pub(super) const fn key_type(&self) -> &'static str {
        match self {
            Self::Ec { .. } => "EC",
            Self::Oct { .. } => "oct",
            Self::Okp { .. } => "OKP",
            Self::Rsa { .. } => "RSA",
        }
    }

    pub(super) const fn is_private(&self) -> bool {
        match self {
            Self::Ec { d, .. } | Self::Okp { d, .. } => d.is_some(),
            Self::Oct { .. } => true,
            Self::Rsa { private, .. } => private.is_some(),
        }
    }

    pub(super) fn to_public(&self) -> Option<Self> {
        match self.clone() {
            Self::Ec { curve, x, y, .. } => Some(Self::Ec {
                curve,
                x,
                y,
                d: None,
            }),
            Self::Oct { .. } => None,
            Self::Okp { x, .. } => Some(Self::Okp { x, d: None }),
            Self::Rsa { n, e, .. } => Some(Self::Rsa {
                n,
                e,
                private: None,
            }),
        }
    }

    /// Returns the members that RFC 7638 §3.2 and RFC 8037 §2 call required.
    pub(super) fn required_members(&self) -> Box<[(&'static str, String)]> {
        let kty = ("kty", self.key_type().to_owned());
        let number = |name, octets: &[u8]| (name, base64url::encode(octets));
        match self {
            Self::Ec { curve, x, y, .. } => {
                let crv = ("crv", curve.as_str().to_owned());
                [kty, crv, number("x", x), number("y", y)].into()
            }
            Self::Oct { k } => [kty, number("k", k)].into(),
            Self::Okp { x, .. } => {
                let crv = ("crv", ED25519.to_owned());
                [kty, crv, number("x", x)].into()
            }
            Self::Rsa { n, e, .. } => [kty, number("n", n), number("e", e)].into(),
        }
    }

    pub(super) fn private_members(&self) -> Vec<(&'static str, String)> {
        let number = |(name, octets): (_, &Private)| (name, base64url::encode(octets));
        match self {
            Self::Ec { d, .. } | Self::Okp { d, .. } => {
                d.iter().map(|d| number(("d", d))).collect()
            }
            Self::Rsa {
                private:
                    Some(RsaPrivate {
                        d,
                        p,
                        q,
                        dp,
                        dq,
                        qi,
                    }),
                ..
            } => {
                let numbers = [
                    ("d", d),
                    ("p", p),
                    ("q", q),
                    ("dp", dp),
                    ("dq", dq),
                    ("qi", qi),
                ];
                numbers.map(number).into()
            }
            Self::Oct { .. } | Self::Rsa { private: None, .. } => Vec::new(),
        }
    }
}

/// A curve of [RFC 7518 §6.2.1.1] on which ECDSA signs.
///
/// [RFC 7518 §6.2.1.1]: https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1.1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(crate) const fn of(algorithm: Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::Es256 => Some(Self::P256),
            Algorithm::Es384 => Some(Self::P384),
            Algorithm::Es512 => Some(Self::P521),
            _ => None,
        }
    }

    /// Returns the one algorithm that signs on it (RFC 7518 §3.4).
    pub(crate) const fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

const ED25519: &str = "Ed25519";
const ED25519_LENGTH: usize = 32;
const RSA_LEAST: usize = 2048;
const RSA_MOST: usize = 8192;

/// The members of a JWK that are still to be read.
struct Members<'a>(&'a mut Map<String, Value>);

impl Members<'_> {
    fn ec(&mut self) -> Result<Material, KeyError> {
        let curve = match self.text("crv")?.as_str() {
            "P-256" => Curve::P256,
            "P-384" => Curve::P384,
            "P-521" => Curve::P521,
            _ => return Err(KeyError::UnknownType),
        };
        // RFC 7518 §6.2.1.2, §6.2.1.3, §6.2.2.1: the full size of the field MUST be written.
        let length = curve.length();
        Ok(Material::Ec {
            curve,
            x: self.octets_of("x", length)?,
            y: self.octets_of("y", length)?,
            d: self.private("d", Some(length))?,
        })
    }

    fn okp(&mut self) -> Result<Material, KeyError> {
        if self.text("crv")? != ED25519 {
            return Err(KeyError::UnknownType);
        }
        Ok(Material::Okp {
            x: self.octets_of("x", ED25519_LENGTH)?,
            d: self.private("d", Some(ED25519_LENGTH))?,
        })
    }

    fn rsa(&mut self) -> Result<Material, KeyError> {
        let (n, e) = (self.octets("n")?, self.octets("e")?);
        let private = match self.private("d", None)? {
            None => None,
            Some(d) => Some(RsaPrivate {
                d,
                p: self.octets("p")?.into(),
                q: self.octets("q")?.into(),
                dp: self.octets("dp")?.into(),
                dq: self.octets("dq")?.into(),
                qi: self.octets("qi")?.into(),
            }),
        };
        Material::from_rsa(n, e, private)
    }

    fn text(&mut self, member: &'static str) -> Result<String, KeyError> {
        match self.0.remove(member) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(KeyError::Member { member }),
        }
    }

    fn octets(&mut self, member: &'static str) -> Result<Vec<u8>, KeyError> {
        let text = Zeroizing::new(self.text(member)?);
        base64url::decode(&text).ok_or(KeyError::Member { member })
    }

    fn octets_of(&mut self, member: &'static str, length: usize) -> Result<Vec<u8>, KeyError> {
        let octets = self.octets(member)?;
        if octets.len() != length {
            return Err(KeyError::Member { member });
        }
        Ok(octets)
    }

    fn private(
        &mut self,
        member: &'static str,
        length: Option<usize>,
    ) -> Result<Option<Private>, KeyError> {
        match length {
            _ if !self.0.contains_key(member) => Ok(None),
            Some(length) => Ok(Some(self.octets_of(member, length)?.into())),
            None => Ok(Some(self.octets(member)?.into())),
        }
    }

    /// Refuses what would pass for public: private members that belong to no key of this type,
    /// and `oth`, with which a key MUST NOT be used where it is not supported (RFC 7518 §6.3.2.7).
    fn refuse_private_leftovers(&self) -> Result<(), KeyError> {
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
        match private.into_iter().find(|name| self.0.contains_key(*name)) {
            Some(member) => Err(KeyError::Member { member }),
            None => Ok(()),
        }
    }
}

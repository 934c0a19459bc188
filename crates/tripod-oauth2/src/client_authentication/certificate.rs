use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::error::{Malformed, Mismatch};

/// What TLS found out about the certificate of a client ([RFC 8705 §2]).
///
/// That the client holds its key is proven by TLS; whether to trust its issuer was decided there.
///
/// [RFC 8705 §2]: https://www.rfc-editor.org/rfc/rfc8705#section-2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// The SHA-256 thumbprint.
    pub thumbprint: CertificateThumbprint,
    /// The distinguished name and all alternative names.
    pub subjects: Vec<CertificateSubject>,
}

impl Certificate {
    /// Takes a thumbprint; names are added where an authority vouches for them.
    #[must_use]
    pub const fn new(thumbprint: CertificateThumbprint) -> Self {
        Self {
            thumbprint,
            subjects: Vec::new(),
        }
    }

    /// Checks `tls_client_auth`: the one name that was registered is in the certificate.
    ///
    /// # Errors
    ///
    /// [`Mismatch::Certificate`] if it is not.
    pub fn verify_subject(&self, registered: &CertificateSubject) -> Result<(), Mismatch> {
        let matches = self
            .subjects
            .iter()
            .any(|subject| subject.matches(registered));
        matches.then_some(()).ok_or(Mismatch::Certificate)
    }

    /// Checks `self_signed_tls_client_auth`: the certificate is one that was registered.
    ///
    /// # Errors
    ///
    /// [`Mismatch::Certificate`] if it is not.
    pub fn verify_self_signed(&self, registered: &[CertificateThumbprint]) -> Result<(), Mismatch> {
        let none = Choice::from(0);
        let matches = registered
            .iter()
            .fold(none, |found, own| found | own.0.ct_eq(&self.thumbprint.0));
        bool::from(matches)
            .then_some(())
            .ok_or(Mismatch::Certificate)
    }
}

/// A name in a certificate, or the one name that a client registered ([RFC 8705 §2.1.2]).
///
/// [RFC 8705 §2.1.2]: https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateSubject {
    /// `tls_client_auth_subject_dn`, written as RFC 4514 has it.
    Dn(String),
    /// `tls_client_auth_san_dns`.
    SanDns(String),
    /// `tls_client_auth_san_email`.
    SanEmail(String),
    /// `tls_client_auth_san_ip`.
    SanIp(IpAddr),
    /// `tls_client_auth_san_uri`.
    SanUri(String),
}

impl CertificateSubject {
    /// Host names have no case; whoever writes distinguished names has to write them alike.
    fn matches(&self, registered: &Self) -> bool {
        match (self, registered) {
            (Self::SanDns(own), Self::SanDns(registered)) => own.eq_ignore_ascii_case(registered),
            _ => self == registered,
        }
    }
}

/// The SHA-256 digest of a certificate, `x5t#S256` ([RFC 8705 §3.1]).
///
/// [RFC 8705 §3.1]: https://www.rfc-editor.org/rfc/rfc8705#section-3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CertificateThumbprint([u8; 32]);

impl CertificateThumbprint {
    /// Takes the digest itself.
    #[must_use]
    pub const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Digests a certificate in DER.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// Reads base64url without padding.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is not the digest's length or alphabet.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let refuse =
            || Malformed::not("x5t#S256", "a SHA-256 digest in base64url", "RFC 8705 §3.1");
        if text.len() != 43 {
            return Err(refuse());
        }
        let octets = URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse())?;
        octets.try_into().map(Self).map_err(|_| refuse())
    }
}

impl fmt::Display for CertificateThumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

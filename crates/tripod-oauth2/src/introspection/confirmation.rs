use crate::client_authentication::CertificateThumbprint;
use crate::error::Malformed;
use crate::json::Members;

const RULE: &str = "RFC 7800 §3.1";

/// Which key the holder of a token has to prove ([RFC 7800 §3.1]).
///
/// [RFC 7800 §3.1]: https://www.rfc-editor.org/rfc/rfc7800#section-3.1
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 §6.1).
    pub jkt: Option<String>,
    /// The thumbprint of a client certificate (RFC 8705 §3.1), written `x5t#S256`.
    pub certificate: Option<CertificateThumbprint>,
    /// Other ways to name a key.
    pub extra: Members,
}

impl Confirmation {
    /// Begins with no key named.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the members of `cnf`.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a thumbprint is none.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        let certificate = members.take_text("x5t#S256", "RFC 8705 §3.1")?;
        Ok(Self {
            jkt: members.take_text("jkt", "RFC 9449 §6.1")?,
            certificate: certificate
                .as_deref()
                .map(CertificateThumbprint::parse)
                .transpose()?,
            extra: members,
        })
    }

    /// Writes the members of `cnf`.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.extra.clone();
        members.put_some("jkt", self.jkt.as_deref());
        members.put_some(
            "x5t#S256",
            self.certificate.map(|thumbprint| thumbprint.to_string()),
        );
        members
    }

    pub(super) fn read(members: &mut Members) -> Result<Option<Self>, Malformed> {
        let members: Option<Members> = members.take_as("cnf", "a JSON object", RULE)?;
        members.map(Self::parse).transpose()
    }
}

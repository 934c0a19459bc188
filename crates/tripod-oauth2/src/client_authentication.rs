//! How a client proves who it is (RFC 6749 §2.3, RFC 7521 §4.2, RFC 8705 §2).

use http::HeaderMap;
use http::header::AUTHORIZATION;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

mod basic;
mod certificate;

pub use basic::BasicCredentials;
pub use certificate::{Certificate, CertificateSubject, CertificateThumbprint};

use crate::error::{Fault, Malformed, Mismatch};
use crate::fields::Fields;
use crate::registry::{Unregistered, wire_names};

const RULE: &str = "RFC 6749 §2.3.1";
const ASSERTION: &str = "RFC 7521 §4.2";

/// The parameters of a request body that authenticate the client; each family leaves them to here.
pub(crate) const PARAMETERS: [&str; 4] = [
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
];

/// What a client shows to prove who it is ([RFC 6749 §2.3]).
///
/// ```
/// use tripod_oauth2::client_authentication::{BasicCredentials, ClientAuthentication};
///
/// let basic = ClientAuthentication::from(BasicCredentials::new("s6BhdRkqt3", &"gX1fBat3bV".into()));
/// assert_eq!(
///     basic.encode().authorization.unwrap().expose(),
///     "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"
/// );
/// ```
///
/// [RFC 6749 §2.3]: https://www.rfc-editor.org/rfc/rfc6749#section-2.3
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// A signed assertion: `client_secret_jwt` or `private_key_jwt`.
    Assertion(ClientAssertion),
    /// A password in the header: `client_secret_basic`.
    Basic(BasicCredentials),
    /// Its name alone: `none`, or a certificate proves the rest.
    Id {
        /// Who the client is.
        client_id: String,
    },
    /// A password in the body: `client_secret_post`.
    Post {
        /// Who the client is.
        client_id: String,
        /// Its password.
        client_secret: Secret,
    },
}

impl ClientAuthentication {
    /// Shows a name alone.
    #[must_use]
    pub fn id(client_id: impl Into<String>) -> Self {
        Self::Id {
            client_id: client_id.into(),
        }
    }

    /// Shows a password in the body of the request.
    #[must_use]
    pub fn post(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self::Post {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }

    /// Reads what a request shows; `None` if it shows nothing.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it shows more than one thing, or one in part.
    pub fn parse(headers: &HeaderMap, body: &Parameters) -> Result<Option<Self>, Malformed> {
        let mut fields = Fields::new(body, RULE);
        let client_id = fields.optional("client_id")?;
        let client_secret = fields.optional("client_secret")?;
        let assertion = ClientAssertion::read(&mut fields, client_id)?;
        let beside = |name, other| Err(Malformed::new(name, Fault::Beside(other), "RFC 6749 §2.3"));
        // RFC 6749 §2.3: the client MUST NOT use more than one authentication method.
        match (read_basic(headers)?, client_secret, assertion) {
            (Some(_), Some(_), _) => beside("client_secret", "Authorization"),
            (Some(_), None, Some(_)) => beside("client_assertion", "Authorization"),
            (None, Some(_), Some(_)) => beside("client_assertion", "client_secret"),
            (Some(basic), None, None) => {
                if client_id.is_some_and(|client_id| !basic.is_named(client_id)) {
                    return beside("client_id", "Authorization");
                }
                Ok(Some(basic.into()))
            }
            (None, Some(client_secret), None) => {
                let client_id = client_id.ok_or_else(|| Malformed::missing("client_id", RULE))?;
                Ok(Some(Self::post(client_id, client_secret)))
            }
            (None, None, Some(assertion)) => Ok(Some(Self::Assertion(assertion))),
            (None, None, None) => Ok(client_id.map(Self::id)),
        }
    }

    /// Refuses what authenticates a client where it would end up in logs.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the query has a secret or an assertion.
    pub fn refuse_in_query(query: &Parameters) -> Result<(), Malformed> {
        // RFC 6749 §2.3.1: they MUST NOT be included in the request URI.
        for name in ["client_secret", "client_assertion"] {
            if query.all(name).next().is_some() {
                return Err(Malformed::new(name, Fault::Uncalled, RULE));
            }
        }
        Ok(())
    }

    /// Writes what has to be added to a request.
    #[must_use]
    pub fn encode(&self) -> Credentials {
        let mut credentials = Credentials {
            authorization: None,
            parameters: Parameters::new(),
        };
        match self {
            Self::Assertion(assertion) => assertion.write(&mut credentials.parameters),
            Self::Basic(basic) => credentials.authorization = Some(basic.to_header()),
            Self::Id { client_id } => credentials.parameters.push("client_id", client_id),
            Self::Post {
                client_id,
                client_secret,
            } => {
                credentials.parameters.push("client_id", client_id);
                credentials
                    .parameters
                    .push("client_secret", client_secret.expose());
            }
        }
        credentials
    }

    /// Tells whether this is how a client that registered a method shows itself.
    #[must_use]
    pub fn is_by(&self, method: &ClientAuthenticationMethod) -> bool {
        use ClientAuthenticationMethod as Method;
        match self {
            Self::Assertion(_) => matches!(method, Method::ClientSecretJwt | Method::PrivateKeyJwt),
            Self::Basic(_) => *method == Method::ClientSecretBasic,
            Self::Id { .. } => {
                matches!(
                    method,
                    Method::None | Method::SelfSignedTlsClientAuth | Method::TlsClientAuth
                )
            }
            Self::Post { .. } => *method == Method::ClientSecretPost,
        }
    }

    /// Compares a password with the one that was issued, in constant time.
    ///
    /// # Errors
    ///
    /// [`Mismatch::ClientSecret`] if it is another one, or none is shown.
    pub fn verify_secret(&self, issued: &Secret) -> Result<(), Mismatch> {
        let is_right = match self {
            Self::Basic(basic) => basic.has_secret(issued),
            Self::Post { client_secret, .. } => client_secret == issued,
            Self::Assertion(_) | Self::Id { .. } => false,
        };
        // An empty secret is none: RFC 6749 §2.3.1 lets clients leave it out.
        if is_right && !issued.is_empty() {
            Ok(())
        } else {
            Err(Mismatch::ClientSecret)
        }
    }
}

impl From<BasicCredentials> for ClientAuthentication {
    fn from(basic: BasicCredentials) -> Self {
        Self::Basic(basic)
    }
}

fn read_basic(headers: &HeaderMap) -> Result<Option<BasicCredentials>, Malformed> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Malformed::new("Authorization", Fault::Repeated, RULE));
    }
    BasicCredentials::parse(value.to_str().unwrap_or_default()).map(Some)
}

/// What has to be added to a request to authenticate the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// The value of the header `Authorization`.
    pub authorization: Option<Secret>,
    /// Parameters for the body, never for the query.
    pub parameters: Parameters,
}

impl Credentials {
    /// Adds the parameters to a body, except for a `client_id` that is there already.
    pub fn add_to(&self, body: &mut Parameters) {
        for (name, value) in self.parameters.iter() {
            // RFC 6749 §3.2: parameters MUST NOT be included more than once.
            if name != "client_id" || !body.all(name).any(|own| own == value) {
                body.push(name, value);
            }
        }
    }
}

/// A signed statement of who the client is ([RFC 7521 §4.2]).
///
/// [RFC 7521 §4.2]: https://www.rfc-editor.org/rfc/rfc7521#section-4.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientAssertion {
    /// Who the client is; has to equal the subject of the assertion.
    pub client_id: Option<String>,
    /// What kind of assertion it is.
    pub assertion_type: AssertionType,
    /// The assertion.
    pub assertion: Secret,
}

impl ClientAssertion {
    /// Takes a JWT, which says who the client is.
    #[must_use]
    pub fn jwt(assertion: impl Into<Secret>) -> Self {
        Self {
            client_id: None,
            assertion_type: AssertionType::JwtBearer,
            assertion: assertion.into(),
        }
    }

    fn read(fields: &mut Fields<'_>, client_id: Option<&str>) -> Result<Option<Self>, Malformed> {
        let assertion = fields.optional("client_assertion")?;
        let assertion_type = fields.optional("client_assertion_type")?;
        match (assertion, assertion_type) {
            (Some(assertion), Some(assertion_type)) => Ok(Some(Self {
                client_id: client_id.map(str::to_owned),
                assertion_type: assertion_type.into(),
                assertion: assertion.into(),
            })),
            (None, None) => Ok(None),
            // RFC 7521 §4.2: both are REQUIRED.
            (Some(_), None) => Err(Malformed::missing("client_assertion_type", ASSERTION)),
            (None, Some(_)) => Err(Malformed::missing("client_assertion", ASSERTION)),
        }
    }

    fn write(&self, parameters: &mut Parameters) {
        if let Some(client_id) = &self.client_id {
            parameters.push("client_id", client_id);
        }
        parameters.push("client_assertion_type", self.assertion_type.as_str());
        parameters.push("client_assertion", self.assertion.expose());
    }
}

/// What kind of assertion it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AssertionType {
    /// A JWT (RFC 7523 §2.2).
    JwtBearer,
    /// A SAML 2.0 assertion (RFC 7522 §2.2).
    Saml2Bearer,
    /// Any other kind.
    Other(Unregistered),
}

wire_names!(AssertionType {
    JwtBearer => "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    Saml2Bearer => "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
});

/// A method as metadata and registrations name it (`token_endpoint_auth_method`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAuthenticationMethod {
    /// A password in the header (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// A JWT signed with the password (OpenID Connect Core §9).
    ClientSecretJwt,
    /// A password in the body (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// Nothing: the client is public.
    None,
    /// A JWT signed with a private key (OpenID Connect Core §9).
    PrivateKeyJwt,
    /// A certificate the client registered (RFC 8705 §2.2).
    SelfSignedTlsClientAuth,
    /// A certificate that an authority issued (RFC 8705 §2.1).
    TlsClientAuth,
    /// Any other method.
    Other(Unregistered),
}

wire_names!(ClientAuthenticationMethod {
    ClientSecretBasic => "client_secret_basic",
    ClientSecretJwt => "client_secret_jwt",
    ClientSecretPost => "client_secret_post",
    None => "none",
    PrivateKeyJwt => "private_key_jwt",
    SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
    TlsClientAuth => "tls_client_auth",
});

#[cfg(test)]
mod tests;

//! Authorization requests and responses (RFC 6749 §4.1, OpenID Connect Core §3).

use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

mod presented;
mod response;
mod response_type;

pub use presented::{Addressee, PresentedRequest};
pub use response::{
    AuthorizationResponse, Expected, Granted, ImplicitToken, IssParameter, Outcome,
};
pub use response_type::{ResponseMode, ResponseName, ResponseType};

use crate::authorization_details::{self, AuthorizationDetail};
use crate::error::{Fault, Malformed, Misuse};
use crate::fields::Fields;
use crate::json::Members;
use crate::pkce::CodeChallenge;
use crate::registry::{Unregistered, wire_names};
use crate::resource::Resource;
use crate::scope::Scope;
use crate::uri::Uri;

const RULE: &str = "RFC 6749 §3.1";
const OPENID: &str = "OpenID Connect Core §3.1.2.1";

/// What a client asks of the user, by way of the browser ([RFC 6749 §4.1.1]).
///
/// ```
/// use tripod_oauth2::authorization::{AuthorizationRequest, ResponseType};
///
/// let mut request = AuthorizationRequest::new(ResponseType::code(), "s6BhdRkqt3");
/// request.state = Some("xyz".into());
/// request.redirect_uri = Some("https://client.example.com/cb".to_owned());
/// assert_eq!(
///     request.to_uri("https://server.example.com/authorize")?,
///     "https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3\
///      &redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb&state=xyz"
/// );
/// # Ok::<(), tripod_oauth2::error::Misuse>(())
/// ```
///
/// [RFC 6749 §4.1.1]: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationRequest {
    /// What is to be answered.
    pub response_type: ResponseType,
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes; not to be trusted before it is a
    /// [`VerifiedRedirect`](crate::redirect_uri::VerifiedRedirect).
    pub redirect_uri: Option<String>,
    /// What the token is to be good for.
    pub scope: Option<Scope>,
    /// What comes back unchanged, so that the client knows its own request.
    pub state: Option<Secret>,
    /// How the answer is sent; [`mode`](Self::mode) knows the default.
    pub response_mode: Option<ResponseMode>,
    /// What binds the code to whoever asked for it (RFC 7636 §4.3).
    pub code_challenge: Option<CodeChallenge>,
    /// Where the token is to be used (RFC 8707 §2).
    pub resource: Vec<Resource>,
    /// What it is to be good for, in full (RFC 9396 §2).
    pub authorization_details: Option<Vec<AuthorizationDetail>>,
    /// The thumbprint of the DPoP key that will redeem the code (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
    /// What an ID token has to repeat.
    pub nonce: Option<Secret>,
    /// Which pages the user is to see, whether needed or not.
    pub prompt: Vec<Prompt>,
    /// How many seconds ago the user may have signed in.
    pub max_age: Option<u64>,
    /// How well the user is to be authenticated, best first, separated by spaces.
    pub acr_values: Option<String>,
    /// Which languages the user reads, best first, separated by spaces.
    pub ui_locales: Option<String>,
    /// An ID token that says who the user was.
    pub id_token_hint: Option<Secret>,
    /// What the user may have signed in as.
    pub login_hint: Option<String>,
    /// Which claims are asked for (OpenID Connect Core §5.5).
    pub claims: Option<Members>,
    /// Parameters that no RFC we know names.
    pub extra: Parameters,
}

impl AuthorizationRequest {
    /// Takes what is required; what is optional stays empty.
    #[must_use]
    pub fn new(response_type: ResponseType, client_id: impl Into<String>) -> Self {
        Self {
            response_type,
            client_id: client_id.into(),
            redirect_uri: None,
            scope: None,
            state: None,
            response_mode: None,
            code_challenge: None,
            resource: Vec::new(),
            authorization_details: None,
            dpop_jkt: None,
            nonce: None,
            prompt: Vec::new(),
            max_age: None,
            acr_values: None,
            ui_locales: None,
            id_token_hint: None,
            login_hint: None,
            claims: None,
            extra: Parameters::new(),
        }
    }

    /// Reads the parameters of a request, of a pushed one, or of the claims of a request object.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a parameter is missing, malformed, repeated, or contradicts another one.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        let mut fields = Fields::new(parameters, RULE);
        let mut request = Self::new(
            ResponseType::parse(fields.required("response_type")?)?,
            read_client_id(&mut fields)?,
        );
        request.redirect_uri = text(&mut fields, "redirect_uri")?;
        request.scope = fields.optional("scope")?.map(Scope::parse).transpose()?;
        request.state = fields.optional("state")?.map(Secret::from);
        request.response_mode = fields.optional("response_mode")?.map(ResponseMode::from);
        request.code_challenge = CodeChallenge::read(&mut fields)?;
        request.resource = Resource::read_all(&mut fields)?;
        request.authorization_details = authorization_details::read(&mut fields)?;
        request.dpop_jkt = text(&mut fields, "dpop_jkt")?;
        request.read_openid(&mut fields)?;
        // RFC 9101 §4: a request object MUST NOT hold another one.
        for name in ["request", "request_uri"] {
            if fields.optional(name)?.is_some() {
                return Err(Malformed::new(name, Fault::Uncalled, "RFC 9101 §4"));
            }
        }
        request.extra = fields.rest();
        request.check()?;
        Ok(request)
    }

    fn read_openid(&mut self, fields: &mut Fields<'_>) -> Result<(), Malformed> {
        self.nonce = fields.optional("nonce")?.map(Secret::from);
        self.prompt = match fields.optional("prompt")? {
            Some(prompt) => prompt.split_ascii_whitespace().map(Prompt::from).collect(),
            None => Vec::new(),
        };
        let max_age = fields.optional("max_age")?.map(str::parse).transpose();
        self.max_age =
            max_age.map_err(|_| Malformed::not("max_age", "a number of seconds", OPENID))?;
        self.acr_values = text(fields, "acr_values")?;
        self.ui_locales = text(fields, "ui_locales")?;
        self.id_token_hint = fields.optional("id_token_hint")?.map(Secret::from);
        self.login_hint = text(fields, "login_hint")?;
        let claims = fields
            .optional("claims")?
            .map(|claims| Members::parse(claims.as_bytes()));
        self.claims = claims
            .transpose()
            .map_err(|_| Malformed::not("claims", "a JSON object", "OpenID Connect Core §5.5"))?;
        Ok(())
    }

    fn check(&self) -> Result<(), Malformed> {
        const MULTIPLE: &str = "OAuth 2.0 Multiple Response Types §5";
        // OpenID Connect Core §3.1.2.1: `none` with any other value is an error.
        if self.prompt.contains(&Prompt::None) && self.prompt.len() > 1 {
            return Err(Malformed::not("prompt", "`none` alone", OPENID));
        }
        // OpenID Connect Core §3.2.2.1: with an ID token from this endpoint a nonce is REQUIRED.
        if self.response_type.contains(&ResponseName::IdToken) && self.nonce.is_none() {
            return Err(Malformed::missing("nonce", "OpenID Connect Core §3.2.2.1"));
        }
        // Multiple Response Types §5: the query encoding MUST NOT be used for tokens.
        if self.response_type.has_token() && self.response_mode == Some(ResponseMode::Query) {
            return Err(Malformed::new(
                "response_mode",
                Fault::Beside("response_type"),
                MULTIPLE,
            ));
        }
        Ok(())
    }

    /// Writes the parameters of the request.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let mut parameters = Parameters::new()
            .with("response_type", self.response_type.to_string())
            .with("client_id", &self.client_id);
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                parameters.push(name, value);
            }
        };
        put("redirect_uri", self.redirect_uri.as_deref());
        put(
            "scope",
            self.scope.as_ref().map(Scope::to_string).as_deref(),
        );
        put("state", self.state.as_ref().map(Secret::expose));
        put(
            "response_mode",
            self.response_mode.as_ref().map(ResponseMode::as_str),
        );
        put("dpop_jkt", self.dpop_jkt.as_deref());
        put("nonce", self.nonce.as_ref().map(Secret::expose));
        let prompt: Vec<&str> = self.prompt.iter().map(Prompt::as_str).collect();
        put(
            "prompt",
            Some(prompt.join(" ").as_str()).filter(|prompt| !prompt.is_empty()),
        );
        put(
            "max_age",
            self.max_age.map(|seconds| seconds.to_string()).as_deref(),
        );
        put("acr_values", self.acr_values.as_deref());
        put("ui_locales", self.ui_locales.as_deref());
        put(
            "id_token_hint",
            self.id_token_hint.as_ref().map(Secret::expose),
        );
        put("login_hint", self.login_hint.as_deref());
        put(
            "claims",
            self.claims.as_ref().map(Members::to_json).as_deref(),
        );
        let details = self.authorization_details.as_deref();
        put(
            "authorization_details",
            details.map(authorization_details::encode).as_deref(),
        );
        for resource in &self.resource {
            put("resource", Some(resource.as_str()));
        }
        if let Some(challenge) = &self.code_challenge {
            challenge.write(&mut parameters);
        }
        for (name, value) in self.extra.iter() {
            parameters.push(name, value);
        }
        parameters
    }

    /// Writes the address to which the browser goes.
    ///
    /// # Errors
    ///
    /// [`Misuse::InsecureTransport`] unless the endpoint is https, or http on a loopback address.
    pub fn to_uri(&self, endpoint: &str) -> Result<String, Misuse> {
        to_uri(endpoint, &self.encode())
    }

    /// Returns how the answer is to be sent, the default of the response type included.
    #[must_use]
    pub fn mode(&self) -> ResponseMode {
        let default = || self.response_type.default_mode();
        self.response_mode.clone().unwrap_or_else(default)
    }
}

/// Which pages the user is to see ([OpenID Connect Core §3.1.2.1]).
///
/// [OpenID Connect Core §3.1.2.1]: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prompt {
    /// The one on which the user consents.
    Consent,
    /// The one on which the user makes an account (Initiating User Registration §4).
    Create,
    /// The one on which the user signs in.
    Login,
    /// None at all; what would need one is an error.
    None,
    /// The one on which the user chooses an account.
    SelectAccount,
    /// Any other.
    Other(Unregistered),
}

wire_names!(Prompt {
    Consent => "consent",
    Create => "create",
    Login => "login",
    None => "none",
    SelectAccount => "select_account",
});

/// Adds parameters to the query of an authorization endpoint, which may have one (RFC 6749 §3.1).
///
/// [`AuthorizationRequest::to_uri`] is what most callers want; this one is for parameters that a
/// server names or separates in ways of its own.
///
/// # Errors
///
/// [`Misuse::InsecureTransport`] unless the endpoint is https, or http on a loopback address, and
/// [`Misuse::IllegalCharacter`] if it is no URI or has a fragment.
pub fn to_uri(endpoint: &str, parameters: &Parameters) -> Result<String, Misuse> {
    let parts = Uri::parse(endpoint).ok_or(Misuse::IllegalCharacter)?;
    // RFC 6749 §3.1: TLS is REQUIRED, and the endpoint MUST NOT include a fragment.
    if !parts.is_safe_transport() {
        return Err(Misuse::InsecureTransport);
    }
    if parts.fragment.is_some() {
        return Err(Misuse::IllegalCharacter);
    }
    let separator = match parts.query {
        None => "?",
        Some("") => "",
        Some(_) => "&",
    };
    Ok(format!("{endpoint}{separator}{}", parameters.to_form()))
}

fn read_client_id(fields: &mut Fields<'_>) -> Result<String, Malformed> {
    let client_id = fields.required("client_id")?;
    // RFC 6749 App. A.1: `*VSCHAR`.
    if client_id.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
        Ok(client_id.to_owned())
    } else {
        Err(Malformed::not(
            "client_id",
            "printable ASCII",
            "RFC 6749 App. A.1",
        ))
    }
}

fn text(fields: &mut Fields<'_>, name: &'static str) -> Result<Option<String>, Malformed> {
    Ok(fields.optional(name)?.map(str::to_owned))
}

#[cfg(test)]
mod tests;

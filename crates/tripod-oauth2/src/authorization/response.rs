use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::{ResponseName, ResponseType};
use crate::answer::Deviation;
use crate::error::{Error, ErrorResponse, Malformed, Mismatch, Refusal};
use crate::fields::Fields;
use crate::scope::Scope;
use crate::token::TokenType;
use crate::uri::Uri;

const RULE: &str = "RFC 6749 §4.1.2";

/// What the browser brings back to the client ([RFC 6749 §4.1.2]).
///
/// [RFC 6749 §4.1.2]: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationResponse {
    /// What became of the request.
    pub outcome: Outcome,
    /// What the request said, unchanged.
    pub state: Option<Secret>,
    /// Who answers (RFC 9207 §2).
    pub iss: Option<String>,
    /// Parameters that no RFC we know names.
    pub extra: Parameters,
}

/// What became of an authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The user consented.
    Granted(Granted),
    /// The user or the server said no.
    Refused(ErrorResponse),
}

impl AuthorizationResponse {
    /// Answers what was asked for.
    #[must_use]
    pub const fn granted(granted: Granted) -> Self {
        Self::new(Outcome::Granted(granted))
    }

    /// Answers an error.
    #[must_use]
    pub const fn refused(error: ErrorResponse) -> Self {
        Self::new(Outcome::Refused(error))
    }

    const fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            state: None,
            iss: None,
            extra: Parameters::new(),
        }
    }

    /// Reads the parameters of the query, the fragment or the posted form.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if one repeats or is malformed.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        let mut fields = Fields::new(parameters, RULE);
        fields.skip(&["error", "error_description", "error_uri"]);
        let granted = Granted::read(&mut fields)?;
        Ok(Self {
            outcome: match ErrorResponse::parse_redirect(parameters)? {
                Some(error) => Outcome::Refused(error),
                None => Outcome::Granted(granted),
            },
            state: fields.optional("state")?.map(Secret::from),
            iss: fields.optional("iss")?.map(str::to_owned),
            extra: fields.rest(),
        })
    }

    /// Reads the whole address to which the browser was sent, as a user pastes it.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is no URI, or as [`parse`](Self::parse).
    pub fn parse_uri(uri: &str) -> Result<Self, Malformed> {
        let uri =
            Uri::parse(uri.trim()).ok_or_else(|| Malformed::not("URI", "an absolute URI", RULE))?;
        // Some servers add a fragment without a meaning to a query: `#_=_`.
        let component = match (uri.query, uri.fragment) {
            (Some(query), _) if !query.is_empty() => query,
            (_, Some(fragment)) => fragment,
            _ => "",
        };
        let parameters = Parameters::parse(component.as_bytes())
            .map_err(|error| Malformed::parameters(error, RULE))?;
        Self::parse(&parameters)
    }

    /// Writes the parameters; a [`VerifiedRedirect`](crate::redirect_uri::VerifiedRedirect) sends
    /// them.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let mut parameters = Parameters::new();
        match &self.outcome {
            Outcome::Granted(granted) => granted.write(&mut parameters),
            Outcome::Refused(error) => error.encode_redirect(&mut parameters),
        }
        if let Some(state) = &self.state {
            parameters.push("state", state.expose());
        }
        if let Some(iss) = &self.iss {
            parameters.push("iss", iss);
        }
        for (name, value) in self.extra.iter() {
            parameters.push(name, value);
        }
        parameters
    }

    /// Tells whether a token stands in it.
    #[must_use]
    pub const fn has_token(&self) -> bool {
        match &self.outcome {
            Outcome::Granted(granted) => granted.token.is_some() || granted.id_token.is_some(),
            Outcome::Refused(_) => false,
        }
    }
}

/// What was asked for, each if it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted {
    /// A code, for one use.
    pub code: Option<Secret>,
    /// An access token (RFC 6749 §4.2.2).
    pub token: Option<ImplicitToken>,
    /// An ID token (OpenID Connect Core §3.2.2.5).
    pub id_token: Option<Secret>,
}

impl Granted {
    /// Grants a code.
    #[must_use]
    pub fn code(code: impl Into<Secret>) -> Self {
        Self {
            code: Some(code.into()),
            token: None,
            id_token: None,
        }
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            code: fields.optional("code")?.map(Secret::from),
            token: ImplicitToken::read(fields)?,
            id_token: fields.optional("id_token")?.map(Secret::from),
        })
    }

    fn write(&self, parameters: &mut Parameters) {
        if let Some(code) = &self.code {
            parameters.push("code", code.expose());
        }
        if let Some(token) = &self.token {
            token.write(parameters);
        }
        if let Some(id_token) = &self.id_token {
            parameters.push("id_token", id_token.expose());
        }
    }

    /// Names the first thing that was asked for and is not there.
    fn lacks(&self, response_type: &ResponseType) -> Option<&'static str> {
        response_type.iter().find_map(|name| match name {
            ResponseName::Code if self.code.is_none() => Some("code"),
            ResponseName::Token if self.token.is_none() => Some("access_token"),
            ResponseName::IdToken if self.id_token.is_none() => Some("id_token"),
            _ => None,
        })
    }
}

/// An access token that came through the browser ([RFC 6749 §4.2.2]).
///
/// [RFC 6749 §4.2.2]: https://www.rfc-editor.org/rfc/rfc6749#section-4.2.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImplicitToken {
    /// The token.
    pub access_token: Secret,
    /// How it is used.
    pub token_type: TokenType,
    /// How long it lives from now on, in seconds.
    pub expires_in: Option<u64>,
    /// What it is good for; absent if it is what was asked for.
    pub scope: Option<Scope>,
}

impl ImplicitToken {
    /// Takes a token and its type; what is optional stays empty.
    #[must_use]
    pub fn new(access_token: impl Into<Secret>, token_type: TokenType) -> Self {
        Self {
            access_token: access_token.into(),
            token_type,
            expires_in: None,
            scope: None,
        }
    }

    fn read(fields: &mut Fields<'_>) -> Result<Option<Self>, Malformed> {
        const RULE: &str = "RFC 6749 §4.2.2";
        let access_token = fields.optional("access_token")?;
        let token_type = fields.optional("token_type")?;
        let expires_in = fields.optional("expires_in")?;
        let scope = fields.optional("scope")?;
        let Some(access_token) = access_token else {
            return Ok(None);
        };
        let token_type = token_type.ok_or_else(|| Malformed::missing("token_type", RULE))?;
        let mut token = Self::new(access_token, token_type.into());
        token.scope = scope.map(Scope::parse).transpose()?;
        let expires_in = expires_in.map(str::parse).transpose();
        token.expires_in =
            expires_in.map_err(|_| Malformed::not("expires_in", "a number of seconds", RULE))?;
        Ok(Some(token))
    }

    fn write(&self, parameters: &mut Parameters) {
        parameters.push("access_token", self.access_token.expose());
        parameters.push("token_type", self.token_type.as_str());
        if let Some(expires_in) = self.expires_in {
            parameters.push("expires_in", expires_in.to_string());
        }
        if let Some(scope) = &self.scope {
            parameters.push("scope", scope.to_string());
        }
    }
}

/// What the client remembers of its request, to know the response by.
///
/// ```
/// use tripod_oauth2::authorization::{AuthorizationResponse, Expected, ResponseType};
///
/// let mut expected = Expected::new(ResponseType::code());
/// expected.state = Some("xyz".into());
/// let response = AuthorizationResponse::parse_uri("https://client.example.com/cb?code=SplxlO&state=abc")?;
/// assert!(expected.check(response).is_err());
/// # Ok::<(), tripod_oauth2::error::Malformed>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// What was asked for.
    pub response_type: ResponseType,
    /// The state that was sent.
    pub state: Option<Secret>,
    /// Who was asked.
    pub issuer: Option<String>,
    /// Whether the server says who it is.
    pub iss_parameter: IssParameter,
}

/// Whether the server names itself in its responses (RFC 9207 §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssParameter {
    /// Its metadata does not say so.
    #[default]
    Optional,
    /// Its metadata says `authorization_response_iss_parameter_supported`.
    Required,
}

impl Expected {
    /// Takes what was asked for; the rest stays empty.
    #[must_use]
    pub const fn new(response_type: ResponseType) -> Self {
        Self {
            response_type,
            state: None,
            issuer: None,
            iss_parameter: IssParameter::Optional,
        }
    }

    /// Checks a response, in this order: state, issuer, error, and what was granted.
    ///
    /// An error that comes back without any state is passed on as what it is: servers forget the
    /// state when they refuse, and calling that an attack hides the reason.
    ///
    /// # Errors
    ///
    /// [`Mismatch::State`] and [`Mismatch::Issuer`] if the response answers another request,
    /// [`Error::Refused`] if it says no, [`Error::Malformed`] if it lacks what was asked for.
    pub fn check(&self, response: AuthorizationResponse) -> Result<Granted, Error> {
        let deviations = self.check_state(&response)?;
        self.check_issuer(&response)?;
        match response.outcome {
            Outcome::Refused(error) => Err(Error::Refused(Box::new(Refusal {
                deviations,
                ..Refusal::new(error)
            }))),
            Outcome::Granted(granted) => match granted.lacks(&self.response_type) {
                Some(name) => Err(Malformed::missing(name, RULE).into()),
                None => Ok(granted),
            },
        }
    }

    fn check_state(&self, response: &AuthorizationResponse) -> Result<Vec<Deviation>, Mismatch> {
        // RFC 6749 §4.1.2: the exact value received from the client.
        match (&self.state, &response.state) {
            (expected, actual) if expected == actual => Ok(Vec::new()),
            (Some(_), None) if matches!(response.outcome, Outcome::Refused(_)) => {
                Ok(vec![Deviation::StateMissing])
            }
            _ => Err(Mismatch::State),
        }
    }

    fn check_issuer(&self, response: &AuthorizationResponse) -> Result<(), Mismatch> {
        // RFC 9207 §2.4: simple string comparison; without `iss`, reject if the server supports it.
        match (&self.issuer, &response.iss) {
            (Some(expected), Some(actual)) if expected == actual => Ok(()),
            (None, Some(_)) if self.iss_parameter == IssParameter::Optional => Ok(()),
            (_, None) if self.iss_parameter == IssParameter::Optional => Ok(()),
            _ => Err(Mismatch::Issuer),
        }
    }
}

//! Asking the authorization server about a token (RFC 7662).

use serde_json::Value;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::answer::{Answer, Excerpt};
use crate::authorization_details::{self, AuthorizationDetail};
use crate::client_authentication;
use crate::confirmation::Confirmation;
use crate::error::{Error, Malformed};
use crate::fields::Fields;
use crate::json::Members;
use crate::revocation::TokenTypeHint;
use crate::scope::Scope;
use crate::token::{self, Quirks, TokenType};

const RULE: &str = "RFC 7662 §2.2";

/// Asks about a token ([RFC 7662 §2.1]), client authentication apart.
///
/// [RFC 7662 §2.1]: https://www.rfc-editor.org/rfc/rfc7662#section-2.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntrospectionRequest {
    /// The token.
    pub token: Secret,
    /// Where to look first; a server searches on if it is not there.
    pub token_type_hint: Option<TokenTypeHint>,
    /// Parameters that no RFC we know names.
    pub extra: Parameters,
}

impl IntrospectionRequest {
    /// Takes a token; what is optional stays empty.
    #[must_use]
    pub fn new(token: impl Into<Secret>) -> Self {
        Self {
            token: token.into(),
            token_type_hint: None,
            extra: Parameters::new(),
        }
    }

    /// Reads the parameters of a request body; those that authenticate the client are left out.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the token is missing, or a parameter repeats.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        let mut fields = Fields::new(parameters, "RFC 7662 §2.1");
        fields.skip(&client_authentication::PARAMETERS);
        Ok(Self {
            token: fields.required("token")?.into(),
            token_type_hint: fields.optional("token_type_hint")?.map(TokenTypeHint::from),
            extra: fields.rest(),
        })
    }

    /// Writes the parameters of a request body.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let mut parameters = Parameters::new().with("token", self.token.expose());
        if let Some(hint) = &self.token_type_hint {
            parameters.push("token_type_hint", hint.as_str());
        }
        for (name, value) in self.extra.iter() {
            parameters.push(name, value);
        }
        parameters
    }
}

/// What the server says about a token ([RFC 7662 §2.2]).
///
/// [RFC 7662 §2.2]: https://www.rfc-editor.org/rfc/rfc7662#section-2.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IntrospectionResponse {
    /// It may be used.
    Active(Box<ActiveToken>),
    /// It may not, for a reason the server keeps to itself.
    Inactive,
}

impl IntrospectionResponse {
    /// Reads the answer of the endpoint.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with what the server said, or [`Error::Malformed`].
    pub fn read(answer: &Answer<'_>) -> Result<Self, Error> {
        let members = token::read_members(answer, &Quirks::default(), RULE)?;
        Self::parse(members).map_err(|fault| Error::Malformed {
            fault,
            answer: Some(Box::new(Excerpt::new(answer))),
        })
    }

    /// Reads the members of the answer.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if `active` is no boolean, or a member is not what it has to be.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        match members.take("active") {
            Some(Value::Bool(true)) => {
                ActiveToken::parse(members).map(|token| Self::Active(Box::new(token)))
            }
            Some(Value::Bool(false)) => Ok(Self::Inactive),
            Some(_) => Err(Malformed::not("active", "a boolean", RULE)),
            None => Err(Malformed::missing("active", RULE)),
        }
    }

    /// Writes the members of the answer.
    #[must_use]
    pub fn encode(&self) -> Members {
        match self {
            Self::Active(token) => token.encode(),
            Self::Inactive => {
                // RFC 7662 §2.2: no additional information about an inactive token.
                let mut members = Members::new();
                members.put("active", false);
                members
            }
        }
    }
}

/// What is known about a token that may be used; the words are those of RFC 7662 §2.2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActiveToken {
    /// What it is good for.
    pub scope: Option<Scope>,
    /// Who asked for it.
    pub client_id: Option<String>,
    /// What the user is called.
    pub username: Option<String>,
    /// How it is used.
    pub token_type: Option<TokenType>,
    /// When it expires.
    pub exp: Option<Timestamp>,
    /// When it was issued.
    pub iat: Option<Timestamp>,
    /// Before when it is not to be used.
    pub nbf: Option<Timestamp>,
    /// Who the user is.
    pub sub: Option<String>,
    /// For whom it is meant.
    pub aud: Vec<String>,
    /// Who issued it.
    pub iss: Option<String>,
    /// What tells it from all others.
    pub jti: Option<String>,
    /// Which key its holder has to prove (RFC 7800 §3.1).
    pub cnf: Option<Confirmation>,
    /// How well the user was authenticated (RFC 9470 §6.2).
    pub acr: Option<String>,
    /// When the user was authenticated (RFC 9470 §6.2).
    pub auth_time: Option<Timestamp>,
    /// Who acts for the user (RFC 8693 §4.1).
    pub act: Option<Members>,
    /// What it is good for, in full (RFC 9396 §9.2).
    pub authorization_details: Option<Vec<AuthorizationDetail>>,
    /// Members that no RFC we know names.
    pub extra: Members,
}

impl ActiveToken {
    /// Begins with nothing known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells whether the token is still good at a time, as an answer that was cached may not be.
    #[must_use]
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.exp.is_none_or(|exp| now < exp) && self.nbf.is_none_or(|nbf| nbf <= now)
    }

    fn parse(mut members: Members) -> Result<Self, Malformed> {
        let scope = members.take_text("scope", RULE)?;
        let token_type = members.take_text("token_type", RULE)?;
        let details = members.take("authorization_details");
        let cnf = members.take("cnf");
        Ok(Self {
            scope: scope.as_deref().map(Scope::parse).transpose()?,
            client_id: members.take_text("client_id", RULE)?,
            username: members.take_text("username", RULE)?,
            token_type: token_type.as_deref().map(TokenType::from),
            exp: members.take_time("exp", RULE)?,
            iat: members.take_time("iat", RULE)?,
            nbf: members.take_time("nbf", RULE)?,
            sub: members.take_text("sub", RULE)?,
            aud: read_audience(&mut members)?,
            iss: members.take_text("iss", RULE)?,
            jti: members.take_text("jti", RULE)?,
            cnf: cnf.as_ref().map(Confirmation::parse).transpose()?,
            acr: members.take_text("acr", "RFC 9470 §6.2")?,
            auth_time: members.take_time("auth_time", "RFC 9470 §6.2")?,
            act: members.take_as("act", "a JSON object", "RFC 8693 §4.1")?,
            authorization_details: details.map(authorization_details::from_value).transpose()?,
            extra: members,
        })
    }

    fn encode(&self) -> Members {
        let mut members = self.extra.clone();
        members.put("active", true);
        members.put_some("scope", self.scope.as_ref().map(Scope::to_string));
        members.put_some("client_id", self.client_id.as_deref());
        members.put_some("username", self.username.as_deref());
        members.put_some(
            "token_type",
            self.token_type.as_ref().map(TokenType::as_str),
        );
        members.put_some("exp", self.exp.map(Timestamp::as_unix));
        members.put_some("iat", self.iat.map(Timestamp::as_unix));
        members.put_some("nbf", self.nbf.map(Timestamp::as_unix));
        members.put_some("sub", self.sub.as_deref());
        match self.aud.as_slice() {
            [] => {}
            [only] => members.put("aud", only.as_str()),
            several => members.put("aud", several.to_vec()),
        }
        members.put_some("iss", self.iss.as_deref());
        members.put_some("jti", self.jti.as_deref());
        members.put_some("cnf", self.cnf.as_ref().map(Confirmation::encode));
        members.put_some("acr", self.acr.as_deref());
        members.put_some("auth_time", self.auth_time.map(Timestamp::as_unix));
        members.put_some("act", self.act.clone());
        let details = self.authorization_details.as_deref();
        members.put_some(
            "authorization_details",
            details.map(authorization_details::to_value),
        );
        members
    }
}

fn read_audience(members: &mut Members) -> Result<Vec<String>, Malformed> {
    match members.take("aud") {
        None => Ok(Vec::new()),
        Some(Value::String(only)) => Ok(vec![only]),
        Some(several) => serde_json::from_value(several)
            .map_err(|_| Malformed::not("aud", "text or a list of texts", RULE)),
    }
}

#[cfg(test)]
mod tests;

//! Requests as a provider wants them, and its answers as it gives them.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_oauth2::answer::Answer;
use tripod_oauth2::authorization::{self, AuthorizationRequest, Prompt, ResponseType};
use tripod_oauth2::client_authentication::{BasicCredentials, ClientAuthentication};
use tripod_oauth2::error::{Error, Malformed, Misuse};
use tripod_oauth2::json::Members;
use tripod_oauth2::scope::{Scope, Separator};
use tripod_oauth2::token::{self, Grant, Reading, TokenRequest};

use super::{ClientAuthenticationMethod, OAuth2, RequestBody};
use crate::preset::template::Unfilled;

/// Whether the client wants to go on when the user is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// With a refresh token.
    Offline,
    /// Without one.
    Online,
}

impl OAuth2 {
    /// Asks for a code, with all that this provider wants beside what the RFCs name.
    ///
    /// Without `scope` the default scopes are asked for. State, redirect URI and code challenge are
    /// for the caller to add.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if there are too many scopes.
    pub fn authorization_request(
        &self,
        client_id: &str,
        scope: Option<&Scope>,
        access: Access,
    ) -> Result<AuthorizationRequest, Malformed> {
        let mut request = AuthorizationRequest::new(ResponseType::code(), client_id);
        let mut wanted = match scope {
            Some(scope) => scope.clone(),
            None => Scope::of(&self.default_scopes)?,
        };
        let mut extra: Vec<_> = self.authorization_parameters.iter().collect();
        if access == Access::Offline {
            for value in &self.offline.scopes {
                wanted.insert(value)?;
            }
            extra.extend(&self.offline.parameters);
        }
        request.scope = (!wanted.is_empty()).then_some(wanted);
        for (name, value) in extra {
            if name == "prompt" {
                let prompts = value.split_ascii_whitespace().map(Prompt::from);
                request.prompt.extend(prompts);
            } else {
                request.extra.push(name, value);
            }
        }
        Ok(request)
    }

    /// Writes the address to which the browser goes.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if this provider asks no users, or an address is not filled in.
    pub fn authorization_uri(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<String, RequestError> {
        let endpoint = self.authorization_endpoint.as_ref();
        let endpoint = endpoint.ok_or(RequestError::NoAuthorizationEndpoint)?;
        let parameters = self.as_named(&request.encode())?;
        Ok(authorization::to_uri(endpoint.uri()?, &parameters)?)
    }

    /// Chooses how the client shows who it is: the best way that fits what it has.
    ///
    /// Where nobody has said what the provider wants, it is the header, which RFC 6749 §2.3.1
    /// obliges every server to support.
    ///
    /// # Errors
    ///
    /// [`RequestError::NeedsSecret`] if there is none, and public clients are not served, and
    /// [`RequestError::Misuse`] if the name cannot be sent.
    pub fn client_authentication(
        &self,
        client_id: &str,
        client_secret: Option<&Secret>,
    ) -> Result<ClientAuthentication, RequestError> {
        use ClientAuthenticationMethod as Method;
        let methods = &self.client_authentication;
        let Some(secret) = client_secret else {
            // RFC 6749 §3.2.1: a client without a password sends its `client_id`.
            return if methods.is_empty() || methods.contains(&Method::None) {
                Ok(ClientAuthentication::id(client_id))
            } else {
                Err(RequestError::NeedsSecret)
            };
        };
        let with_secret = methods.iter().find(|method| **method != Method::None);
        Ok(match with_secret {
            Some(Method::BasicRaw) => BasicCredentials::raw(client_id, secret)?.into(),
            Some(Method::Post) => ClientAuthentication::post(client_id, secret.clone()),
            Some(Method::Basic | Method::None) | None => {
                BasicCredentials::new(client_id, secret).into()
            }
        })
    }

    /// Writes a token request as this provider wants it: address, headers and body of a POST.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if an address is not filled in, or a value cannot be sent.
    pub fn token_call(
        &self,
        request: &TokenRequest,
        client: &ClientAuthentication,
    ) -> Result<TokenCall, RequestError> {
        let is_refresh = matches!(request.grant, Grant::RefreshToken(_));
        let own = self.refresh.endpoint.as_ref().filter(|_| is_refresh);
        let endpoint = own.unwrap_or(&self.token_endpoint);
        let credentials = client.encode();
        let mut parameters = request.encode();
        credentials.add_to(&mut parameters);
        let of_refresh = is_refresh.then_some(&self.refresh.parameters);
        let extra = of_refresh.into_iter().flatten();
        for (name, value) in extra.chain(&self.token_parameters) {
            // RFC 6749 §3.2: parameters MUST NOT be included more than once.
            if parameters.all(name).next().is_none() {
                parameters.push(name, value);
            }
        }
        self.written(endpoint.uri()?, &parameters, credentials.authorization)
    }

    /// Writes a request to any endpoint of the provider, by the client that is shown.
    pub(crate) fn call(
        &self,
        uri: &str,
        parameters: &Parameters,
        client: &ClientAuthentication,
    ) -> Result<TokenCall, RequestError> {
        let credentials = client.encode();
        let mut parameters = parameters.clone();
        credentials.add_to(&mut parameters);
        self.written(uri, &parameters, credentials.authorization)
    }

    fn written(
        &self,
        uri: &str,
        parameters: &Parameters,
        authorization: Option<Secret>,
    ) -> Result<TokenCall, RequestError> {
        let parameters = self.as_named(parameters)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type()));
        if let Some(authorization) = authorization {
            let mut value = HeaderValue::from_str(authorization.expose())
                .map_err(|_| Misuse::IllegalCharacter)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(TokenCall {
            uri: uri.to_owned(),
            headers,
            body: Secret::new(self.body(&parameters)),
        })
    }

    /// Reads what the token endpoint answers, by what is known of this provider.
    ///
    /// # Errors
    ///
    /// As [`token::read`].
    pub fn read_token(&self, answer: &Answer<'_>) -> Result<Reading, Error> {
        let mut reading = token::read(answer, &self.quirks)?;
        if reading.response.expires_in.is_none() && !self.access_token.endless {
            reading.response.expires_in = self.access_token.assumed_lifetime;
        }
        Ok(reading)
    }

    /// Gives the parameters the provider's own names, and scopes its own separator.
    pub(crate) fn as_named(&self, parameters: &Parameters) -> Result<Parameters, Malformed> {
        let mut named = Parameters::new();
        for (name, value) in parameters.iter() {
            let theirs = self.parameter_names.get(name).map_or(name, String::as_str);
            match self.scope_separator {
                Some(separator) if name == "scope" && separator != Separator::Space => {
                    named.push(theirs, Scope::parse(value)?.to_separated(separator));
                }
                _ => named.push(theirs, value),
            }
        }
        Ok(named)
    }

    const fn media_type(&self) -> &'static str {
        match self.token_request_body {
            RequestBody::Form => "application/x-www-form-urlencoded",
            RequestBody::Json => "application/json",
        }
    }

    fn body(&self, parameters: &Parameters) -> String {
        match self.token_request_body {
            RequestBody::Form => parameters.to_form(),
            RequestBody::Json => {
                let mut members = Members::new();
                for (name, value) in parameters.iter() {
                    members.put(name, value);
                }
                members.to_json()
            }
        }
    }
}

/// A token request that is ready to be sent, by POST.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenCall {
    /// The address.
    pub uri: String,
    /// The headers; the one that authenticates the client is marked as sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: Secret,
}

/// Why a request to a provider could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A parameter breaks a rule.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A value cannot be sent as it is.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// The provider serves no clients without a password.
    #[error("this provider wants a client secret")]
    NeedsSecret,
    /// The provider never asks users.
    #[error("this provider has no authorization endpoint: it gives tokens to clients alone")]
    NoAuthorizationEndpoint,
    /// An address still has a variable in it.
    #[error(transparent)]
    Unfilled(#[from] Unfilled),
}

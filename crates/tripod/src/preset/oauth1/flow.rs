//! The three steps in which a user grants a token (RFC 5849 §2).

use std::collections::BTreeMap;

use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use serde::{Deserialize, Deserializer, de};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_oauth1::answer::AnswerError;
use tripod_oauth1::authorization::{AuthorizationRequest, EndpointError};
use tripod_oauth1::temporary_credentials::{Callback, TemporaryCredentialsResponse};

use crate::preset::template::{Template, Unfilled};

const CALLBACK: &str = "oauth_callback";
const VERIFIER: &str = "oauth_verifier";

/// The three steps in which a user grants a token (RFC 5849 §2).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Flow {
    /// Where temporary credentials are had (§2.1).
    pub temporary_credentials_endpoint: Template,
    /// Where the browser goes (§2.2); without it, the provider begins by itself.
    #[serde(default)]
    pub authorization_endpoint: Option<Template>,
    /// Where they are exchanged for a token (§2.3).
    pub token_endpoint: Template,
    /// By which method both endpoints are asked.
    #[serde(default = "post", deserialize_with = "method")]
    pub request_method: Method,
    /// At which step the provider hears of the callback.
    #[serde(default)]
    pub callback: CallbackStep,
    /// The value `oob` is taken, and the user then reads a verifier from the page.
    #[serde(default)]
    pub out_of_band: Option<bool>,
    /// The provider does not say `oauth_callback_confirmed`; OAuth 1.0 without the `a`.
    #[serde(default)]
    pub unconfirmed: bool,
    /// How the verifier comes.
    #[serde(default)]
    pub verifier: Verifier,
    /// What the first request carries beside the protocol's parameters.
    #[serde(default)]
    pub temporary_credentials_parameters: BTreeMap<String, String>,
    /// What the browser's address carries beside the token.
    #[serde(default)]
    pub authorization_parameters: BTreeMap<String, String>,
    /// How long the user has, in seconds.
    #[serde(default)]
    pub temporary_credentials_lifetime: Option<u64>,
    /// What callbacks are accepted, in words.
    #[serde(default)]
    pub callback_rules: Option<String>,
}

impl Flow {
    /// Begins a flow as RFC 5849 §2 has it.
    #[must_use]
    pub const fn new(
        temporary_credentials_endpoint: Template,
        authorization_endpoint: Template,
        token_endpoint: Template,
    ) -> Self {
        Self {
            temporary_credentials_endpoint,
            authorization_endpoint: Some(authorization_endpoint),
            token_endpoint,
            request_method: Method::POST,
            callback: CallbackStep::TemporaryCredentials,
            out_of_band: None,
            unconfirmed: false,
            verifier: Verifier::Callback,
            temporary_credentials_parameters: BTreeMap::new(),
            authorization_parameters: BTreeMap::new(),
            temporary_credentials_lifetime: None,
            callback_rules: None,
        }
    }

    /// Asks for temporary credentials; what it is signed with beside, `callback_parameters` says.
    ///
    /// # Errors
    ///
    /// [`FlowError::Unfilled`] if the address has a variable without a value.
    pub fn temporary_credentials_request(&self) -> Result<Request<Vec<u8>>, FlowError> {
        let parameters = &self.temporary_credentials_parameters;
        self.request(&self.temporary_credentials_endpoint, parameters)
    }

    /// Returns what to sign the first request with, so that the provider hears of the callback.
    #[must_use]
    pub fn callback_parameters<'a>(&self, callback: &'a Callback) -> Vec<(&'static str, &'a str)> {
        match self.callback {
            CallbackStep::TemporaryCredentials => vec![(CALLBACK, callback.as_str())],
            CallbackStep::Authorization | CallbackStep::Registration => Vec::new(),
        }
    }

    /// Reads the temporary credentials, confirmed where this provider is known to confirm.
    ///
    /// # Errors
    ///
    /// As [`TemporaryCredentialsResponse::parse`].
    pub fn read_temporary_credentials<B: AsRef<[u8]>>(
        &self,
        answer: &Response<B>,
    ) -> Result<TemporaryCredentialsResponse, AnswerError> {
        if self.unconfirmed {
            TemporaryCredentialsResponse::dangerous_parse_unconfirmed(answer)
        } else {
            TemporaryCredentialsResponse::parse(answer)
        }
    }

    /// Writes the address to which the browser goes.
    ///
    /// # Errors
    ///
    /// [`FlowError::NoAuthorizationEndpoint`] if the provider begins by itself, and others if the
    /// address cannot be used.
    pub fn authorization_uri(&self, token: &str, callback: &Callback) -> Result<String, FlowError> {
        let endpoint = self.authorization_endpoint.as_ref();
        let endpoint = endpoint.ok_or(FlowError::NoAuthorizationEndpoint)?;
        let mut request = AuthorizationRequest::new(token);
        for (name, value) in &self.authorization_parameters {
            request.additional.push(name, value);
        }
        if let (CallbackStep::Authorization, Callback::Uri(uri)) = (self.callback, callback) {
            request.additional.push(CALLBACK, uri);
        }
        Ok(request.to_uri(endpoint.uri()?)?)
    }

    /// Asks for a token; what it is signed with beside, `verifier_parameters` says.
    ///
    /// # Errors
    ///
    /// [`FlowError::Unfilled`] if the address has a variable without a value.
    pub fn token_request(&self) -> Result<Request<Vec<u8>>, FlowError> {
        self.request(&self.token_endpoint, &BTreeMap::new())
    }

    /// Returns what to sign the last request with.
    ///
    /// # Errors
    ///
    /// [`FlowError::NeedsVerifier`] if there is none, and this provider gives one.
    pub fn verifier_parameters<'a>(
        &self,
        verifier: Option<&'a Secret>,
    ) -> Result<Vec<(&'static str, &'a str)>, FlowError> {
        match (self.verifier, verifier) {
            (Verifier::Absent, _) => Ok(Vec::new()),
            // RFC 5849 §2.3: the verifier is REQUIRED.
            (_, Some(verifier)) => Ok(vec![(VERIFIER, verifier.expose())]),
            (_, None) => Err(FlowError::NeedsVerifier),
        }
    }

    fn request(
        &self,
        endpoint: &Template,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Request<Vec<u8>>, FlowError> {
        let form: Parameters = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut uri = endpoint.uri()?.to_owned();
        let mut request = Request::builder().method(&self.request_method);
        let mut body = Vec::new();
        if !form.is_empty() && self.request_method == Method::GET {
            uri.push(if uri.contains('?') { '&' } else { '?' });
            uri.push_str(&form.to_form());
        } else if !form.is_empty() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            body = form.to_form().into_bytes();
        }
        let request = request.uri(uri).body(body);
        request.map_err(|_| FlowError::Address)
    }
}

/// Why a step of the flow could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// An address is not one to which a request can go.
    #[error("the address of the provider cannot be used")]
    Address,
    /// An address holds parameters of the protocol.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The provider gives a verifier, and there is none.
    #[error("this provider gives a verifier: the token cannot be asked for without")]
    NeedsVerifier,
    /// The provider begins by itself, and sends no user to a page.
    #[error("this provider has no page for the user: it begins by itself")]
    NoAuthorizationEndpoint,
    /// An address still has a variable in it.
    #[error(transparent)]
    Unfilled(#[from] Unfilled),
}

/// At which step the provider hears of the callback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackStep {
    /// In the address to which the browser goes, as in OAuth 1.0.
    Authorization,
    /// When the client was registered, and never after.
    Registration,
    /// When temporary credentials are asked for (RFC 5849 §2.1).
    #[default]
    TemporaryCredentials,
}

/// How the verifier comes to the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verifier {
    /// There is none, as in OAuth 1.0.
    Absent,
    /// By the browser, or by the user's hand (RFC 5849 §2.2).
    #[default]
    Callback,
    /// The provider posts it to the client, before temporary credentials are asked for.
    Posted,
}

const fn post() -> Method {
    Method::POST
}

fn method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "GET" => Ok(Method::GET),
        "POST" => Ok(Method::POST),
        other => Err(de::Error::unknown_variant(other, &["GET", "POST"])),
    }
}

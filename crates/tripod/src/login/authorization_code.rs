//! The authorization code with PKCE, step by step, without any I/O ([RFC 6749 §4.1], [RFC 7636]).
//!
//! ```text
//! Asking::begin ──► Asking ── answered ──► Redeeming ── into_request ──► Awaiting ── answered ──► Granted
//!                     │ uri                              │ TokenRequest, once
//! ```
//!
//! [RFC 6749 §4.1]: https://www.rfc-editor.org/rfc/rfc6749#section-4.1
//! [RFC 7636]: https://www.rfc-editor.org/rfc/rfc7636

use tripod_core::parameters::Parameters;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::known::Known;
use tripod_oauth2::authorization::{
    self, AuthorizationRequest, AuthorizationResponse, Expected, ResponseType,
};
use tripod_oauth2::error::{self as oauth2, Mismatch};
use tripod_oauth2::pkce::CodeVerifier;
use tripod_oauth2::pushed::PushedResponse;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{AuthorizationCodeGrant, Reading, TokenRequest};
use tripod_oauth2::token_set::TokenSet;

use super::id_token::Unchecked;
use crate::client::Registration;
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::preset::{Access, Pkce, RequestError};
use crate::provider::Provider;

/// What is asked of the user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// What the token is to be good for; the provider's default, if nothing.
    pub scope: Option<Scope>,
    /// Where it is to be used (RFC 8707).
    pub resource: Vec<Resource>,
    /// Whether there is to be a refresh token, where that has to be asked for.
    pub access: Access,
    /// The thumbprint of the DPoP key that it is to be bound to (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
    /// Parameters that the provider knows beside those of the RFCs.
    pub extra: Parameters,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scope: None,
            resource: Vec::new(),
            access: Access::Offline,
            dpop_jkt: None,
            extra: Parameters::new(),
        }
    }
}

/// The user is asked: the browser is to go to [`uri`](Self::uri).
#[derive(Clone, Debug)]
#[must_use]
pub struct Asking {
    request: AuthorizationRequest,
    expected: Expected,
    verifier: Option<CodeVerifier>,
}

impl Asking {
    /// Writes the request, with a new state, code challenge and, for OpenID Connect, nonce.
    ///
    /// # Errors
    ///
    /// [`Failure::OAuth2`] if the scopes cannot be asked for together.
    pub fn begin(
        registration: &Registration,
        redirect_uri: &str,
        options: &Options,
        edge: &mut Edge,
    ) -> Result<Self, Error> {
        let provider = &registration.provider;
        let (dialect, scope) = (&provider.dialect, options.scope.as_ref());
        let request = dialect.authorization_request(&registration.client_id, scope, options.access);
        let fail = |fault| Error::new(Stage::Authorization, oauth2::Error::from(fault));
        let mut request = request.map_err(fail)?;
        request.redirect_uri = Some(redirect_uri.to_owned());
        // RFC 6749 §10.12: a value that binds the answer to this user's request.
        request.state = Some(draw(edge));
        let is_openid = request.scope.as_ref();
        if is_openid.is_some_and(|scope| scope.contains("openid")) {
            request.nonce = Some(draw(edge));
        }
        let verifier = match dialect.pkce {
            Some(Pkce::Refused) => None,
            _ => Some(CodeVerifier::generate(edge)),
        };
        request.code_challenge = verifier.as_ref().map(CodeVerifier::challenge);
        request.resource.clone_from(&options.resource);
        request.dpop_jkt.clone_from(&options.dpop_jkt);
        for (name, value) in options.extra.iter() {
            request.extra.push(name, value);
        }
        let mut expected = Expected::new(ResponseType::code());
        expected.state.clone_from(&request.state);
        expected.issuer = provider.issuer().map(str::to_owned);
        expected.iss_parameter = provider.iss_parameter();
        Ok(Self {
            request,
            expected,
            verifier,
        })
    }

    /// What the doctor may know of it.
    pub(crate) fn known(&self) -> Known {
        let verifier = self.verifier.as_ref();
        let mut known = Known::default();
        known.code_verifier = verifier.map(|verifier| verifier.as_secret().clone());
        known.state.clone_from(&self.request.state);
        known.redirect_uri.clone_from(&self.request.redirect_uri);
        known.scope = self.request.scope.as_ref().map(Scope::to_string);
        known
    }

    /// Returns the request, to be pushed ([RFC 9126]).
    ///
    /// [RFC 9126]: https://www.rfc-editor.org/rfc/rfc9126
    #[must_use]
    pub const fn request(&self) -> &AuthorizationRequest {
        &self.request
    }

    /// Writes where the browser is to go.
    ///
    /// # Errors
    ///
    /// [`Failure::Provider`] if this provider asks no users.
    pub fn uri(&self, provider: &Provider) -> Result<String, Error> {
        let uri = provider.dialect.authorization_uri(&self.request);
        uri.map_err(|error| Error::new(Stage::Authorization, error))
    }

    /// Writes where the browser is to go after the request was pushed.
    ///
    /// # Errors
    ///
    /// As [`uri`](Self::uri).
    pub fn pushed_uri(
        &self,
        provider: &Provider,
        pushed: &PushedResponse,
    ) -> Result<String, Error> {
        let fail = |error: RequestError| Error::new(Stage::Authorization, error);
        let endpoint = provider.dialect.authorization_endpoint.as_ref();
        let endpoint = endpoint.ok_or_else(|| fail(RequestError::NoAuthorizationEndpoint))?;
        let endpoint = endpoint.uri().map_err(|error| fail(error.into()))?;
        let reference = pushed.reference(&self.request.client_id);
        authorization::to_uri(endpoint, &reference.encode()).map_err(|error| fail(error.into()))
    }

    /// Tells whether an address is the answer to this request, rather than a stray one.
    #[must_use]
    pub fn is_answer(&self, callback: &str) -> bool {
        let Ok(response) = AuthorizationResponse::parse_uri(callback) else {
            return false;
        };
        !matches!(
            self.expected.check(response),
            Err(oauth2::Error::Mismatch(Mismatch::State) | oauth2::Error::Malformed { .. })
        )
    }

    /// Takes the address by which the browser came back: state and issuer are checked.
    ///
    /// # Errors
    ///
    /// [`Failure::OAuth2`] if a check failed, the provider or the user said no, or there is no code.
    pub fn answered(self, callback: &str) -> Result<Redeeming, Error> {
        let fail = |error: oauth2::Error| Error::new(Stage::Authorization, error);
        let response = AuthorizationResponse::parse_uri(callback);
        let response = response.map_err(|fault| fail(fault.into()))?;
        let granted = self.expected.check(response).map_err(fail)?;
        let code = granted.code.ok_or_else(|| fail(Mismatch::State.into()))?;
        let mut grant = AuthorizationCodeGrant::new(code);
        // RFC 6749 §4.1.3: identical to the one in the authorization request.
        grant.redirect_uri = self.request.redirect_uri;
        grant.code_verifier = self.verifier.map(|verifier| verifier.as_secret().clone());
        let mut request = TokenRequest::new(grant);
        request.resource = self.request.resource;
        let awaiting = Awaiting {
            scope: self.request.scope,
            nonce: self.request.nonce,
        };
        Ok(Redeeming { request, awaiting })
    }
}

/// There is a code, which can be sent once.
#[derive(Debug)]
#[must_use]
pub struct Redeeming {
    request: TokenRequest,
    awaiting: Awaiting,
}

impl Redeeming {
    /// Gives the token request out; there is no second one.
    pub fn into_request(self) -> (TokenRequest, Awaiting) {
        // RFC 6749 §4.1.2: the client MUST NOT use the authorization code more than once.
        (self.request, self.awaiting)
    }
}

/// The code is on its way to the token endpoint.
#[derive(Debug)]
#[must_use]
pub struct Awaiting {
    scope: Option<Scope>,
    nonce: Option<Secret>,
}

impl Awaiting {
    /// Takes the answer of the token endpoint.
    ///
    /// # Errors
    ///
    /// [`Failure::Unsupported`] if OpenID Connect was asked for and there is no ID token.
    pub fn answered(self, reading: Reading, now: Timestamp) -> Result<Granted, Error> {
        if self.nonce.is_some() && reading.response.id_token.is_none() {
            let what = "`openid` was asked for, and the provider sent no ID token";
            return Err(Error::new(Stage::Token, Failure::Unsupported { what }));
        }
        let mut granted = Granted::direct(reading, self.scope.as_ref(), now);
        if let Some(id_token) = &mut granted.id_token {
            id_token.nonce = self.nonce;
        }
        Ok(granted)
    }
}

/// There are tokens; the one that says who the user is has not been checked yet.
#[derive(Debug)]
#[non_exhaustive]
pub struct Granted {
    /// The tokens, without the ID token.
    pub tokens: TokenSet,
    /// Who the user is, if the provider says so.
    pub id_token: Option<Unchecked>,
}

impl Granted {
    /// Takes what a token endpoint answers where no browser was involved.
    #[must_use]
    pub fn direct(reading: Reading, scope: Option<&Scope>, now: Timestamp) -> Self {
        let mut response = reading.response;
        let id_token = response.id_token.take().map(|token| Unchecked {
            token,
            nonce: None,
            access_token: response.access_token.clone(),
        });
        Self {
            tokens: TokenSet::new(response, scope, now),
            id_token,
        }
    }
}

/// Draws 256 bits that nobody can guess.
fn draw(edge: &mut Edge) -> Secret {
    let mut octets = [0; 32];
    edge.fill(&mut octets);
    Secret::new(octets.iter().map(|octet| format!("{octet:02x}")).collect())
}

//! An OAuth 2 client: who it is to a provider, and how it asks the token endpoint.

use std::sync::Arc;

use tripod_core::clock::Clock as _;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_doctor::known::Known;
use tripod_oauth2::client_assertion::Assertion;
use tripod_oauth2::client_authentication::{
    BasicCredentials, ClientAssertion, ClientAuthentication,
};
use tripod_oauth2::error as oauth2;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::token::{Reading, TokenRequest};

use crate::authorizer::Dpop;
use crate::edge::Edge;
use crate::error::{Error, Stage};
use crate::http::{Http, Received};
use crate::preset::{RequestError, TokenCall};
use crate::provider::Provider;

/// An OAuth 2 client as one provider knows it; clones are cheap.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: Http,
    edge: Edge,
    registration: Registration,
}

/// What a client is told when it registers, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// `client_id`.
    pub client_id: String,
    /// How it proves who it is.
    pub authentication: Authentication,
    /// With whom it is registered.
    pub provider: Provider,
}

/// How a client proves who it is ([RFC 6749 §2.3]).
///
/// [RFC 6749 §2.3]: https://www.rfc-editor.org/rfc/rfc6749#section-2.3
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Authentication {
    /// `client_secret_basic`.
    Basic(Secret),
    /// `none`: a public client.
    None,
    /// `client_secret_post`.
    Post(Secret),
    /// `client_secret_basic` without form encoding, as some providers want it.
    RawBasic(Secret),
    /// A client secret, shown in the way that the provider likes best.
    Secret(Secret),
    /// `private_key_jwt`, or `client_secret_jwt` with a key that is the secret.
    SignedJwt(Arc<SigningKey>),
}

impl Authentication {
    /// Returns the client secret, where there is one.
    pub(crate) const fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Basic(secret)
            | Self::Post(secret)
            | Self::RawBasic(secret)
            | Self::Secret(secret) => Some(secret),
            Self::None | Self::SignedJwt(_) => None,
        }
    }
}

impl Registration {
    /// Begins a public client.
    pub fn new(client_id: impl Into<String>, provider: Provider) -> Self {
        Self {
            client_id: client_id.into(),
            authentication: Authentication::None,
            provider,
        }
    }
}

impl Client {
    /// Puts a client together.
    #[must_use]
    pub fn new(registration: Registration, http: Http, edge: Edge) -> Self {
        let shared = Shared {
            http,
            edge,
            registration,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Returns the same client at another HTTP client.
    pub(crate) fn at(&self, http: Http) -> Self {
        let registration = self.registration().clone();
        Self::new(registration, http, self.edge().clone())
    }

    /// Returns how it is registered.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.shared.registration
    }

    /// What the doctor may know of it.
    pub(crate) fn known(&self) -> Known {
        let registration = self.registration();
        let mut known = Known::default();
        known.client_id = Some(registration.client_id.clone());
        known.client_secret = registration.authentication.secret().cloned();
        known.issuer = registration.provider.issuer().map(str::to_owned);
        known.provider.clone_from(&registration.provider.name);
        known
    }

    /// Returns its HTTP client.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.shared.http
    }

    /// Returns its clock and its source of chance.
    #[must_use]
    pub fn edge(&self) -> &Edge {
        &self.shared.edge
    }

    /// Asks the token endpoint, once; after `use_dpop_nonce` once more with the nonce.
    ///
    /// # Errors
    ///
    /// [`Error`] with what the provider said.
    pub async fn ask(
        &self,
        stage: Stage,
        request: &TokenRequest,
        dpop: Option<&Dpop>,
    ) -> Result<Reading, Error> {
        let asked = self.exchange(stage, request, dpop).await;
        asked.map_err(|error| error.knowing(self.known()))
    }

    async fn exchange(
        &self,
        stage: Stage,
        request: &TokenRequest,
        dpop: Option<&Dpop>,
    ) -> Result<Reading, Error> {
        let dialect = &self.registration().provider.dialect;
        let call = || {
            let call = dialect.token_call(request, &self.authentication(stage)?);
            call.map_err(|error| Error::new(stage, error))
        };
        let received = self.prove(stage, &call, dpop).await?;
        dialect
            .read_token(&received.answer())
            .map_err(|error| received.failed(Error::new(stage, error)))
    }

    /// Posts to another endpoint of the provider, as the client that it is.
    pub(crate) async fn post(
        &self,
        stage: Stage,
        uri: &str,
        parameters: &Parameters,
    ) -> Result<Received, Error> {
        let dialect = &self.registration().provider.dialect;
        let shown = self.authentication(stage)?;
        let call = dialect.call(uri, parameters, &shown);
        let call = call.map_err(|error| Error::new(stage, error))?;
        let body = call.body.expose().as_bytes().to_vec();
        let http = &self.shared.http;
        let received = http.post(stage, &call.uri, call.headers, body).await;
        received.map_err(|error| error.knowing(self.known()))
    }

    async fn prove(
        &self,
        stage: Stage,
        call: &impl Fn() -> Result<TokenCall, Error>,
        dpop: Option<&Dpop>,
    ) -> Result<Received, Error> {
        let http = &self.shared.http;
        let mut is_first = true;
        loop {
            let mut call = call()?;
            let mut used = None;
            if let Some(dpop) = dpop {
                let proof = dpop.proof(stage, "POST", &call.uri, None, &self.shared.edge)?;
                used = proof.1;
                call.headers.insert(DPOP, proof.0);
            }
            let body = call.body.expose().as_bytes().to_vec();
            let received = http.post(stage, &call.uri, call.headers, body).await?;
            let Some(dpop) = dpop else {
                return Ok(received);
            };
            dpop.heard(&call.uri, &received.headers);
            // RFC 9449 §8: a refusal that only wants a nonce has used nothing up.
            let is_news = dpop.nonce(&call.uri) != used;
            if !(is_first && is_news && wants_nonce(&received)) {
                return Ok(received);
            }
            is_first = false;
        }
    }

    /// Shows who the client is.
    ///
    /// # Errors
    ///
    /// [`Error`] if an identifier cannot be sent as the provider wants it, or a key cannot sign.
    pub(crate) fn authentication(&self, stage: Stage) -> Result<ClientAuthentication, Error> {
        let registration = self.registration();
        let client_id = &registration.client_id;
        let misuse = |misuse| Error::new(stage, oauth2::Error::from(misuse));
        Ok(match &registration.authentication {
            Authentication::Basic(secret) => BasicCredentials::new(client_id, secret).into(),
            Authentication::None => ClientAuthentication::id(client_id),
            Authentication::Post(secret) => ClientAuthentication::post(client_id, secret.clone()),
            Authentication::RawBasic(secret) => BasicCredentials::raw(client_id, secret)
                .map_err(misuse)?
                .into(),
            Authentication::Secret(secret) => {
                let dialect = &registration.provider.dialect;
                let shown = dialect.client_authentication(client_id, Some(secret));
                shown.map_err(|error| Error::new(stage, error))?
            }
            Authentication::SignedJwt(key) => {
                ClientAuthentication::Assertion(self.assertion(stage, key)?)
            }
        })
    }

    fn assertion(&self, stage: Stage, key: &SigningKey) -> Result<ClientAssertion, Error> {
        let registration = self.registration();
        let provider = &registration.provider;
        let audience = match provider.issuer() {
            Some(issuer) => issuer,
            None => {
                let endpoint = provider.dialect.token_endpoint.uri();
                endpoint.map_err(|error| Error::new(stage, RequestError::from(error)))?
            }
        };
        let mut random = self.shared.edge.clone();
        let now = self.shared.edge.now();
        let assertion = Assertion::for_client(&registration.client_id, audience, now, &mut random);
        let signed = assertion
            .encode(key)
            .map_err(|error| Error::new(stage, error))?;
        Ok(ClientAssertion::jwt(signed))
    }
}

pub(crate) const DPOP: &str = "dpop";

fn wants_nonce(received: &Received) -> bool {
    // RFC 9449 §8: the token endpoint says so in an error response.
    serde_json::from_slice::<serde_json::Value>(&received.body)
        .is_ok_and(|body| body["error"] == "use_dpop_nonce")
}

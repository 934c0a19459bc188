//! An OAuth 2 client: who it is to a provider, and how it asks the token endpoint.

use std::sync::Arc;

use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_oauth2::client_assertion::Assertion;
use tripod_oauth2::client_authentication::{
    BasicCredentials, ClientAssertion, ClientAuthentication, Credentials,
};
use tripod_oauth2::error as oauth2;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::token::{self, Quirks, Reading, TokenRequest};

use crate::authorizer::Dpop;
use crate::edge::Edge;
use crate::error::{Error, Stage};
use crate::http::{Endpoint, Http, Received};

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

/// What a client is told when it registers, and what is known of the provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// `client_id`.
    pub client_id: String,
    /// How it proves who it is.
    pub authentication: Authentication,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where they are refreshed, if elsewhere.
    pub refresh_endpoint: Option<String>,
    /// Who issues them: the audience of what the client signs.
    pub issuer: Option<String>,
    /// How the provider differs from the RFC.
    pub quirks: Quirks,
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
    /// `private_key_jwt`, or `client_secret_jwt` with a key that is the secret.
    SignedJwt(Arc<SigningKey>),
}

impl Registration {
    /// Begins a public client.
    pub fn new(client_id: impl Into<String>, token_endpoint: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            authentication: Authentication::None,
            token_endpoint: token_endpoint.into(),
            refresh_endpoint: None,
            issuer: None,
            quirks: Quirks::default(),
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

    /// Returns how it is registered.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.shared.registration
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
        let registration = self.registration();
        let endpoint = match stage {
            Stage::Refresh => registration.refresh_endpoint.as_deref(),
            _ => None,
        };
        let uri = endpoint.unwrap_or(&registration.token_endpoint);
        let mut received = self.post(stage, uri, request, dpop).await?;
        // RFC 9449 §8: a refusal that only wants a nonce has used nothing up.
        if let Some(dpop) = dpop
            && dpop.heard(uri, &received.headers)
            && wants_nonce(&received)
        {
            received = self.post(stage, uri, request, Some(dpop)).await?;
            dpop.heard(uri, &received.headers);
        }
        token::read(&received.answer(), &registration.quirks)
            .map_err(|error| Error::new(stage, error))
    }

    async fn post(
        &self,
        stage: Stage,
        uri: &str,
        request: &TokenRequest,
        dpop: Option<&Dpop>,
    ) -> Result<Received, Error> {
        let credentials = self.credentials(stage)?;
        let mut form = request.encode();
        credentials.add_to(&mut form);
        let mut endpoint = Endpoint::new(stage, uri);
        endpoint.authorization = credentials.authorization.as_ref();
        if let Some(dpop) = dpop {
            let proof = dpop.proof(stage, "POST", uri, None, &self.shared.edge)?;
            endpoint.headers.insert(DPOP, proof);
        }
        self.shared.http.post_form(endpoint, &form).await
    }

    /// Writes what proves who the client is.
    ///
    /// # Errors
    ///
    /// [`Error`] if an identifier cannot be sent as the provider wants it, or a key cannot sign.
    pub(crate) fn credentials(&self, stage: Stage) -> Result<Credentials, Error> {
        let registration = self.registration();
        let client_id = &registration.client_id;
        let misuse = |misuse| Error::new(stage, oauth2::Error::from(misuse));
        let shown: ClientAuthentication = match &registration.authentication {
            Authentication::Basic(secret) => BasicCredentials::new(client_id, secret).into(),
            Authentication::None => ClientAuthentication::id(client_id),
            Authentication::Post(secret) => ClientAuthentication::post(client_id, secret.clone()),
            Authentication::RawBasic(secret) => BasicCredentials::raw(client_id, secret)
                .map_err(misuse)?
                .into(),
            Authentication::SignedJwt(key) => {
                ClientAuthentication::Assertion(self.assertion(stage, key)?)
            }
        };
        Ok(shown.encode())
    }

    fn assertion(&self, stage: Stage, key: &SigningKey) -> Result<ClientAssertion, Error> {
        let registration = self.registration();
        let issuer = registration.issuer.as_deref();
        let audience = issuer.unwrap_or(&registration.token_endpoint);
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

//! The three steps of OAuth 1.0a, without any I/O ([RFC 5849 §2]).
//!
//! ```text
//! Beginning::request ──► Beginning ── answered ──► Asking ── answered, verified ──► Redeeming
//!                                                    │ uri                              │ into_request
//!                                                                                    Awaiting ── answered ──► token
//! ```
//!
//! [RFC 5849 §2]: https://www.rfc-editor.org/rfc/rfc5849#section-2

use std::time::Duration;

use http::{Request, Response};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::known::Known;
use tripod_oauth1::answer::AnswerError;
use tripod_oauth1::authorization::{AuthorizationResponse, CallbackError};
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::RsaSigningKey;
use tripod_oauth1::signer::{SignError, Signer};
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::temporary_credentials::Callback;
use tripod_oauth1::token_credentials::TokenCredentialsResponse;
use tripod_oauth2::answer::{Answer, Excerpt};

use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::preset::{Flow, OAuth1, Verifier};

/// An OAuth 1 client as one provider knows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Consumer {
    /// Its key and its secret.
    pub credentials: Credentials,
    /// Its key for RSA, where that signs instead of the secret.
    pub rsa: Option<RsaSigningKey>,
    /// Where it is registered, and how that provider differs from the RFC.
    pub dialect: OAuth1,
}

impl Consumer {
    /// Takes the credentials of the client, and what is known of the provider.
    #[must_use]
    pub const fn new(credentials: Credentials, dialect: OAuth1) -> Self {
        Self {
            credentials,
            rsa: None,
            dialect,
        }
    }

    /// Makes the signer for a token, or for none.
    ///
    /// # Errors
    ///
    /// [`SignError`] if the provider wants a key that is not there.
    pub fn signer(&self, token: Option<&Credentials>) -> Result<Signer, SignError> {
        match &self.rsa {
            Some(key) => {
                let token = token.map(|token| token.identifier.as_str());
                let consumer_key = &self.credentials.identifier;
                self.dialect.rsa_signer(key.clone(), consumer_key, token)
            }
            None => self.dialect.signer(&self.credentials, token),
        }
    }

    /// What the doctor may know of it, and of a token.
    pub(crate) fn known(&self, token: Option<&Credentials>) -> Known {
        let mut known = Known::default();
        if self.rsa.is_none() {
            known.consumer_secret = Some(self.credentials.secret.clone());
        }
        known.token_secret = token.map(|token| token.secret.clone());
        known
    }

    fn flow(&self, stage: Stage) -> Result<&Flow, Error> {
        let what = "this provider has no OAuth 1 login: its pages give the token";
        let flow = self.dialect.flow.as_ref();
        flow.ok_or_else(|| Error::new(stage, Failure::Unsupported { what }))
    }

    /// Writes the request that renews a token by its session handle, signed with both.
    pub(crate) fn renewal(
        &self,
        expired: &Credentials,
        handle: &Secret,
        at: (Timestamp, &mut Edge),
    ) -> Result<Request<Vec<u8>>, Error> {
        let stage = Stage::Refresh;
        let request = self.flow(stage)?.token_request();
        let request = request.map_err(|error| Error::new(stage, error))?;
        let parameters = [("oauth_session_handle", handle.expose())];
        self.signed(stage, request, &parameters, Some(expired), at)
    }

    /// Signs a request of the flow; an empty token is for none of them but where a preset says so.
    fn signed(
        &self,
        stage: Stage,
        request: Request<Vec<u8>>,
        parameters: &[(&str, &str)],
        token: Option<&Credentials>,
        at: (Timestamp, &mut Edge),
    ) -> Result<Request<Vec<u8>>, Error> {
        let fail = |error: SignError| Error::new(stage, error);
        let (now, edge) = at;
        let signer = self.signer(token).map_err(fail)?;
        let stamp = Stamp::new(now, edge);
        let signed = signer.sign_with(&request, &stamp, parameters, edge);
        let mut request = request;
        signed.map_err(fail)?.apply(&mut request);
        Ok(request)
    }
}

/// Temporary credentials are asked for ([RFC 5849 §2.1]).
///
/// [RFC 5849 §2.1]: https://www.rfc-editor.org/rfc/rfc5849#section-2.1
#[derive(Clone, Debug)]
#[must_use]
pub struct Beginning {
    consumer: Consumer,
    callback: Callback,
}

impl Beginning {
    /// Begins a login that comes back to this callback.
    pub const fn new(consumer: Consumer, callback: Callback) -> Self {
        Self { consumer, callback }
    }

    /// Writes the request for temporary credentials, signed.
    ///
    /// # Errors
    ///
    /// [`Error`] if the provider has no such step, or the request cannot be signed.
    pub fn request(&self, now: Timestamp, edge: &mut Edge) -> Result<Request<Vec<u8>>, Error> {
        let stage = Stage::TemporaryCredentials;
        let flow = self.consumer.flow(stage)?;
        let request = flow.temporary_credentials_request();
        let request = request.map_err(|error| Error::new(stage, error))?;
        let parameters = flow.callback_parameters(&self.callback);
        let at = (now, edge);
        self.consumer.signed(stage, request, &parameters, None, at)
    }

    /// Takes the answer of the provider.
    ///
    /// # Errors
    ///
    /// [`Error`] if it refused, or did not confirm the callback.
    pub fn answered<B: AsRef<[u8]>>(self, answer: &Response<B>) -> Result<Asking, Error> {
        let stage = Stage::TemporaryCredentials;
        let read = self
            .consumer
            .flow(stage)?
            .read_temporary_credentials(answer);
        let response = read.map_err(|error| refused(stage, error, answer))?;
        Ok(Asking {
            consumer: self.consumer,
            callback: self.callback,
            temporary: response.credentials,
        })
    }
}

/// The user is asked: the browser is to go to [`uri`](Self::uri) ([RFC 5849 §2.2]).
///
/// [RFC 5849 §2.2]: https://www.rfc-editor.org/rfc/rfc5849#section-2.2
#[derive(Clone, Debug)]
#[must_use]
pub struct Asking {
    consumer: Consumer,
    callback: Callback,
    temporary: Credentials,
}

impl Asking {
    /// What the doctor may know of it.
    pub(crate) fn known(&self) -> Known {
        self.consumer.known(Some(&self.temporary))
    }

    /// Writes where the browser is to go.
    ///
    /// # Errors
    ///
    /// [`Failure::OAuth1Flow`] if this provider has no page for the user.
    pub fn uri(&self) -> Result<String, Error> {
        let stage = Stage::Authorization;
        let uri = self
            .consumer
            .flow(stage)?
            .authorization_uri(&self.temporary.identifier, &self.callback);
        uri.map_err(|error| Error::new(stage, error))
    }

    /// Tells whether an address is the answer to this request, rather than a stray one.
    #[must_use]
    pub fn is_answer(&self, callback: &str) -> bool {
        match self.verifier_in(callback) {
            Ok(_) | Err(CallbackError::Denied { .. }) => true,
            // Our own token without a verifier is an answer, if a broken one.
            Err(CallbackError::Missing { parameter }) => parameter != "oauth_token",
            Err(_) => false,
        }
    }

    /// Takes the address by which the browser came back.
    ///
    /// # Errors
    ///
    /// [`Failure::Callback`] if the user said no, or it belongs to another login.
    pub fn answered(self, callback: &str) -> Result<Redeeming, Error> {
        let verifier = self.verifier_in(callback);
        let verifier = verifier.map_err(|error| Error::new(Stage::Authorization, error))?;
        Ok(self.redeeming(verifier))
    }

    /// Takes the verifier that the user read from the provider's page.
    pub fn verified(self, verifier: Secret) -> Redeeming {
        self.redeeming(Some(verifier))
    }

    fn verifier_in(&self, callback: &str) -> Result<Option<Secret>, CallbackError> {
        let flow = self.consumer.dialect.flow.as_ref();
        let read = AuthorizationResponse::parse(callback, &self.temporary.identifier);
        match read {
            // OAuth 1.0 without the `a` has none; the token itself was compared.
            Err(CallbackError::Missing {
                parameter: "oauth_verifier",
            }) if flow.is_some_and(|flow| flow.verifier == Verifier::Absent) => Ok(None),
            read => read.map(Some),
        }
    }

    fn redeeming(self, verifier: Option<Secret>) -> Redeeming {
        Redeeming {
            consumer: self.consumer,
            temporary: self.temporary,
            verifier,
        }
    }
}

/// There is a verifier, which can be sent once ([RFC 5849 §2.3]).
///
/// [RFC 5849 §2.3]: https://www.rfc-editor.org/rfc/rfc5849#section-2.3
#[derive(Debug)]
#[must_use]
pub struct Redeeming {
    consumer: Consumer,
    temporary: Credentials,
    verifier: Option<Secret>,
}

impl Redeeming {
    /// Writes the request for the token, signed; there is no second one.
    ///
    /// # Errors
    ///
    /// [`Error`] if a verifier is missing, or the request cannot be signed.
    pub fn into_request(
        self,
        now: Timestamp,
        edge: &mut Edge,
    ) -> Result<(Request<Vec<u8>>, Awaiting), Error> {
        let stage = Stage::Token;
        let fail = |error| Error::new(stage, Failure::OAuth1Flow(error));
        let flow = self.consumer.flow(stage)?;
        let request = flow.token_request().map_err(fail)?;
        let parameters = flow.verifier_parameters(self.verifier.as_ref());
        let parameters = parameters.map_err(fail)?;
        let (token, at) = (Some(&self.temporary), (now, edge));
        let request = self
            .consumer
            .signed(stage, request, &parameters, token, at)?;
        Ok((request, Awaiting(())))
    }
}

/// The verifier is on its way.
#[derive(Debug)]
#[must_use]
pub struct Awaiting(());

impl Awaiting {
    /// Takes the answer of the provider: the token.
    ///
    /// # Errors
    ///
    /// [`Error`] if it refused.
    pub fn answered<B: AsRef<[u8]>>(
        self,
        answer: &Response<B>,
    ) -> Result<TokenCredentialsResponse, Error> {
        let Self(()) = self;
        let read = TokenCredentialsResponse::parse(answer);
        read.map_err(|error| refused(Stage::Token, error, answer))
    }
}

/// Takes the answer to [`Consumer::renewal`]; what it leaves out is as before.
pub(crate) fn renewed<B: AsRef<[u8]>>(
    expired: &TokenCredentialsResponse,
    answer: &Response<B>,
) -> Result<TokenCredentialsResponse, Error> {
    let read = TokenCredentialsResponse::parse(answer);
    let mut renewed = read.map_err(|error| refused(Stage::Refresh, error, answer))?;
    if renewed.session_handle.is_none() {
        renewed.session_handle.clone_from(&expired.session_handle);
    }
    if renewed.additional.is_empty() {
        renewed.additional.clone_from(&expired.additional);
    }
    Ok(renewed)
}

/// A token as the vault keeps it.
pub(crate) fn to_json(token: &TokenCredentialsResponse, now: Timestamp) -> Secret {
    let document = serde_json::json!({
        "version": 1,
        "protocol": "oauth1",
        "token": token.credentials.identifier,
        "token_secret": token.credentials.secret.expose(),
        "session_handle": token.session_handle.as_ref().map(Secret::expose),
        "issued_at": now.as_unix(),
        "expires_in": token.expires_in.map(|lifetime| lifetime.as_secs()),
        "extra": extra(&token.additional),
    });
    Secret::new(document.to_string())
}

/// A token as the vault kept it.
pub(crate) struct Stored {
    pub(crate) token: TokenCredentialsResponse,
    pub(crate) issued_at: Timestamp,
}

impl Stored {
    /// Reads what [`to_json`] wrote.
    pub(crate) fn read(document: &Secret) -> Option<Self> {
        let document: serde_json::Value = serde_json::from_str(document.expose()).ok()?;
        if document["version"] != 1 {
            return None;
        }
        let secret = document["token_secret"].as_str()?;
        let credentials = Credentials::new(document["token"].as_str()?, secret);
        let mut token = TokenCredentialsResponse::new(credentials);
        token.session_handle = document["session_handle"].as_str().map(Secret::from);
        token.expires_in = document["expires_in"].as_u64().map(Duration::from_secs);
        let extra = document["extra"].as_object().into_iter().flatten();
        for (name, value) in extra {
            let value = value.as_str().unwrap_or_default();
            token.additional.push(name, value);
        }
        let issued_at = document["issued_at"].as_i64().unwrap_or_default();
        Some(Self {
            token,
            issued_at: Timestamp::from_unix(issued_at),
        })
    }
}

/// What many providers send along: who the user is.
fn extra(additional: &Parameters) -> serde_json::Value {
    let pairs = additional.iter();
    let pairs = pairs.map(|(name, value)| (name.to_owned(), serde_json::Value::from(value)));
    serde_json::Value::Object(pairs.collect())
}

fn refused<B: AsRef<[u8]>>(stage: Stage, error: AnswerError, answer: &Response<B>) -> Error {
    match error {
        AnswerError::Refused {
            status, problem, ..
        } => {
            let answer = Answer::new(answer.status(), answer.headers(), answer.body().as_ref());
            let failure = Failure::OAuth1Refused {
                status,
                problem,
                answer: Box::new(Excerpt::new(&answer)),
            };
            Error::new(stage, failure)
        }
        error => Error::new(stage, error),
    }
}

//! Logging in: each flow as steps that do no I/O, and what drives them.
//!
//! [`authorization_code`] and [`oauth1`] are values that lead from one step to the next, for
//! programs with an event loop or an HTTP client of their own. [`OAuth2::login`](crate::OAuth2::login)
//! and [`OAuth1::login`](crate::OAuth1::login) drive them, over real sockets.

use tripod_core::clock::Clock as _;
use tripod_oauth1::temporary_credentials::Callback;
use tripod_oauth1::token_credentials::TokenCredentialsResponse;
use tripod_oauth2::device::{
    DeviceAuthorizationRequest, DeviceAuthorizationResponse, Polling, PollingStep,
};
use tripod_oauth2::pushed::{PushedRequest, PushedResponse};
use tripod_oauth2::token::{DeviceCodeGrant, Grant, TokenRequest, TokenType};
use tripod_oauth2::token_set::{Binding, TokenSet};

pub mod authorization_code;
mod door;
mod id_token;
mod loopback;
pub mod oauth1;
mod way;

pub use id_token::Unchecked;
pub use way::{Browser, Device, Paste, Way};

use crate::authorizer::Dpop;
use crate::client::Client;
use crate::discovery;
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::http::Http;
use crate::provider::Provider;
use crate::session::remedy::{self, Remedy};
use authorization_code::{Asking, Granted, Options};
use door::Door;
use loopback::Page;
use tripod_oauth2::metadata::Issuer;

/// Where OAuth 2 comes back to when nobody listens: the address bar then shows it.
const NOBODY: &str = "http://127.0.0.1/callback";

/// Whether the request goes to the provider before the browser does (RFC 9126).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Push {
    /// Always.
    Always,
    /// Where the provider says that it has to.
    #[default]
    WhereRequired,
}

/// One user's login by OAuth 2.
pub(crate) struct OAuth2Login<'a> {
    pub(crate) client: &'a Client,
    pub(crate) dpop: Option<&'a Dpop>,
    pub(crate) options: &'a Options,
    pub(crate) push: Push,
}

impl OAuth2Login<'_> {
    /// Asks the user in this way, and gets the tokens.
    pub(crate) async fn run(&self, way: &Way) -> Result<TokenSet, Error> {
        match way {
            Way::Device(device) => self.by_device(device).await,
            Way::Browser(_) | Way::Paste(_) => self.by_code(way).await,
        }
    }

    async fn by_code(&self, way: &Way) -> Result<TokenSet, Error> {
        let door = Door::open(way).await?;
        let redirect_uri = door.redirect_uri().unwrap_or(NOBODY).to_owned();
        let registration = self.client.registration();
        let mut edge = self.client.edge().clone();
        let asking = Asking::begin(registration, &redirect_uri, self.options, &mut edge)?;
        let known = asking.known();
        let tokens = self.ask_user(asking, door, &redirect_uri).await;
        tokens.map_err(|error| error.knowing(known).knowing(self.client.known()))
    }

    async fn ask_user(
        &self,
        asking: Asking,
        mut door: Door,
        redirect_uri: &str,
    ) -> Result<TokenSet, Error> {
        let uri = self.authorization_uri(&asking).await?;
        let http = self.client.http();
        http.visited(&uri);
        let entered = door.wait(&uri, |uri| asking.is_answer(uri)).await?;
        let callback = entered.as_uri(redirect_uri);
        http.visited(&callback);
        let tokens = self.redeem(asking, &callback).await;
        entered.show(page(&tokens)).await;
        tokens
    }

    async fn authorization_uri(&self, asking: &Asking) -> Result<String, Error> {
        let provider = &self.client.registration().provider;
        let metadata = provider.metadata.as_ref();
        // RFC 9126 §5: the server accepts requests only if they were pushed.
        let is_required =
            metadata.is_some_and(|metadata| metadata.require_pushed_authorization_requests);
        if !is_required && self.push == Push::WhereRequired {
            return asking.uri(provider);
        }
        let what = "the provider publishes no endpoint to push requests to";
        let missing = || Error::new(Stage::Push, Failure::Unsupported { what });
        let endpoint = provider.push_endpoint().ok_or_else(missing)?;
        let pushed = PushedRequest::from(asking.request().clone());
        let form = pushed.encode();
        let received = self.client.post(Stage::Push, endpoint, &form).await?;
        let pushed = PushedResponse::read(&received.answer());
        let pushed = pushed.map_err(|error| Error::new(Stage::Push, error))?;
        asking.pushed_uri(provider, &pushed)
    }

    async fn redeem(&self, asking: Asking, callback: &str) -> Result<TokenSet, Error> {
        let (request, awaiting) = asking.answered(callback)?.into_request();
        let reading = self.client.ask(Stage::Token, &request, self.dpop).await?;
        let granted = awaiting.answered(reading, self.client.edge().now())?;
        self.finish(granted).await
    }

    async fn by_device(&self, device: &Device) -> Result<TokenSet, Error> {
        let response = self.device_authorization().await?;
        (device.show)(&response);
        let mut polling = Polling::new(&response, self.client.edge().now());
        let request = TokenRequest::new(DeviceCodeGrant::new(response.device_code));
        loop {
            match polling.step(self.client.edge().now()) {
                PollingStep::Wait(wait) => {
                    tokio::time::sleep(wait).await;
                    continue;
                }
                PollingStep::Poll => {}
                _ => {
                    let reason = "the codes expired before anybody entered them";
                    return Err(Error::new(Stage::Device, Failure::LoginNeeded { reason }));
                }
            }
            let asked = self.client.ask(Stage::Token, &request, self.dpop).await;
            let now = self.client.edge().now();
            let error = match asked {
                Ok(reading) => {
                    let granted = Granted::direct(reading, self.options.scope.as_ref(), now);
                    return self.finish(granted).await;
                }
                Err(error) => error,
            };
            polling = match error.into_failure() {
                Failure::OAuth2(error) => polling
                    .after_error(error, now)
                    .map_err(|error| Error::new(Stage::Device, error))?,
                // RFC 8628 §3.5: on a connection timeout, less often.
                Failure::Transport { .. } => polling.after_timeout(now),
                failure => return Err(Error::new(Stage::Device, failure)),
            };
        }
    }

    async fn device_authorization(&self) -> Result<DeviceAuthorizationResponse, Error> {
        let dialect = &self.client.registration().provider.dialect;
        let what = "this provider has no login by another device, or nobody has said where";
        let missing = || Error::new(Stage::Device, Failure::Unsupported { what });
        let endpoint = dialect.device_authorization_endpoint.as_ref();
        let endpoint = endpoint.and_then(|endpoint| endpoint.uri().ok());
        let endpoint = endpoint.ok_or_else(missing)?;
        let mut request = DeviceAuthorizationRequest::new();
        request.scope.clone_from(&self.options.scope);
        request.resource.clone_from(&self.options.resource);
        let form = request.encode();
        let received = self.client.post(Stage::Device, endpoint, &form).await?;
        DeviceAuthorizationResponse::read(&received.answer(), &dialect.quirks)
            .map_err(|error| Error::new(Stage::Device, error))
    }

    /// Gets tokens where no user is asked: by an assertion, a token, or a password.
    pub(crate) async fn by_grant(&self, grant: impl Into<Grant>) -> Result<TokenSet, Error> {
        let mut request = TokenRequest::new(grant);
        request.resource.clone_from(&self.options.resource);
        let reading = self.client.ask(Stage::Token, &request, self.dpop).await?;
        let now = self.client.edge().now();
        let granted = Granted::direct(reading, self.options.scope.as_ref(), now);
        self.finish(granted).await
    }

    async fn finish(&self, granted: Granted) -> Result<TokenSet, Error> {
        let registration = self.client.registration();
        let mut tokens = granted.tokens;
        tokens.issuer = registration.provider.issuer().map(str::to_owned);
        if let Some(dpop) = self.dpop {
            // RFC 9449 §5: without this type the token is bound to nothing.
            if tokens.token_type != TokenType::Dpop {
                let what = "the provider did not bind the token to the DPoP key";
                return Err(Error::new(Stage::Token, Failure::Unsupported { what }));
            }
            tokens.binding = dpop.thumbprint().map(|jkt| Binding::Dpop { jkt });
        }
        if let Some(unchecked) = granted.id_token {
            let provider = self.discovered().await;
            let keys = id_token::keys(self.client, &provider).await?;
            match (provider.issuer(), keys) {
                (Some(issuer), Some(keys)) => {
                    let now = self.client.edge().now();
                    let client_id = &registration.client_id;
                    let (token, _) = unchecked.check(issuer, client_id, &keys, now)?;
                    tokens.id_token = Some(token);
                }
                // What cannot be checked is not kept, so that nobody believes it.
                _ => tracing::warn!("the ID token is left out: its keys are not known"),
            }
        }
        Ok(tokens)
    }

    /// Looks up where a preset's provider has its keys; nothing depends on its being there.
    async fn discovered(&self) -> Provider {
        let provider = &self.client.registration().provider;
        let issuer = provider.issuer().map(Issuer::parse);
        if provider.metadata.is_none()
            && let Some(Ok(issuer)) = issuer
            && let Ok(metadata) = discovery::server(self.client.http(), &issuer).await
        {
            let mut provider = provider.clone();
            provider.metadata = Some(Box::new(metadata));
            return provider;
        }
        provider.clone()
    }
}

/// One user's login by OAuth 1.
pub(crate) struct OAuth1Login<'a> {
    pub(crate) consumer: &'a oauth1::Consumer,
    pub(crate) http: &'a Http,
    pub(crate) edge: &'a Edge,
}

impl OAuth1Login<'_> {
    /// Asks the user in this way, and gets the token.
    pub(crate) async fn run(&self, way: &Way) -> Result<TokenCredentialsResponse, Error> {
        if matches!(way, Way::Device(_)) {
            let what = "OAuth 1 has no login by another device: paste the verifier instead";
            return Err(Error::new(
                Stage::Authorization,
                Failure::Unsupported { what },
            ));
        }
        let mut door = Door::open(way).await?;
        let callback = match door.redirect_uri() {
            Some(uri) => Callback::Uri(uri.to_owned()),
            None => Callback::OutOfBand,
        };
        let beginning = oauth1::Beginning::new(self.consumer.clone(), callback);
        let (asking, offset) = self.begin(beginning).await?;
        let known = asking.known();
        let uri = asking.uri()?;
        self.http.visited(&uri);
        let entered = door.wait(&uri, |uri| asking.is_answer(uri)).await?;
        let redeeming = match entered.verifier() {
            Some(verifier) => Ok(asking.verified(verifier)),
            None => {
                self.http.visited(entered.text());
                asking.answered(entered.text())
            }
        };
        let token = match redeeming {
            Ok(redeeming) => self.redeem(redeeming, offset).await,
            Err(error) => Err(error),
        };
        entered.show(page(&token)).await;
        token.map_err(|error| error.knowing(known))
    }

    /// Gets temporary credentials, and learns what time it is at the provider if that matters.
    async fn begin(&self, beginning: oauth1::Beginning) -> Result<(oauth1::Asking, i64), Error> {
        let stage = Stage::TemporaryCredentials;
        let mut edge = self.edge.clone();
        let now = self.edge.now();
        let request = beginning.request(now, &mut edge)?;
        let received = self.send(stage, request).await?;
        let (headers, body) = (&received.headers, received.body.as_slice());
        let remedy = remedy::for_signature(received.status, headers, body, now, 30);
        let Some(Remedy::Clock(there)) = remedy else {
            return Ok((beginning.answered(&received.response())?, 0));
        };
        let offset = there.as_unix().saturating_sub(now.as_unix());
        let request = beginning.request(there, &mut edge)?;
        let received = self.send(stage, request).await?;
        Ok((beginning.answered(&received.response())?, offset))
    }

    async fn redeem(
        &self,
        redeeming: oauth1::Redeeming,
        offset: i64,
    ) -> Result<TokenCredentialsResponse, Error> {
        let mut edge = self.edge.clone();
        let now = self.edge.now().as_unix().saturating_add(offset);
        let now = tripod_core::timestamp::Timestamp::from_unix(now);
        let (request, awaiting) = redeeming.into_request(now, &mut edge)?;
        let received = self.send(Stage::Token, request).await?;
        awaiting.answered(&received.response())
    }

    async fn send(
        &self,
        stage: Stage,
        request: http::Request<Vec<u8>>,
    ) -> Result<crate::http::Received, Error> {
        let (method, uri) = (request.method().clone(), request.uri().to_string());
        self.http.call(stage, method, &uri, request).await
    }
}

const fn page<T>(outcome: &Result<T, Error>) -> Page {
    match outcome {
        Ok(_) => Page::Done,
        Err(_) => Page::Failed,
    }
}

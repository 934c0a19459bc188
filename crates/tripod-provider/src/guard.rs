//! Guards a resource: a tower layer for any axum service.
//!
//! It accepts OAuth 1 signatures, bearer tokens and DPoP, demands scopes, and tells the service who
//! calls as a [`Caller`]. Whoever is refused hears by what scheme to come again (RFC 6750 §3,
//! RFC 9449 §7.1, RFC 9728 §5.1).

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::Request;
use tower::{BoxError, Layer, Service};
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::origin::Origin;
use tripod_oauth2::error::Malformed;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::scope::Scope;

use crate::config::Limits;
use crate::provider::Provider;

mod bearer;
mod caller;
mod introspection;
mod jwks;
mod local;
mod oauth1;
mod presented;
mod proof;
mod refused;
mod remote;

pub use caller::{Caller, Protocol};
pub use remote::{RemoteOptions, Verification};

use presented::Presented;
use refused::Refused;
use remote::Remote;

/// Guards whatever service it is laid around.
///
/// ```
/// use axum::{Router, routing::get};
/// use tripod_provider::guard::{Caller, Guard};
/// # use tripod_provider::provider::Provider;
///
/// async fn photos(caller: Caller) -> String {
///     format!("the photos of {}", caller.user.unwrap_or_default())
/// }
///
/// # fn guarded(provider: &Provider) -> Result<Router, Box<dyn std::error::Error>> {
/// let guard = Guard::local(provider).scopes(["read"])?;
/// let photos = Router::new().route("/photos", get(photos).layer(guard));
/// # Ok(photos)
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Guard {
    rules: Rules,
    authority: Authority,
}

/// Who says what a token is good for.
#[derive(Clone, Debug)]
enum Authority {
    Local(Provider),
    Remote(Arc<Remote>),
}

/// What a guard demands, and how it describes what it guards.
#[derive(Clone, Debug)]
struct Rules {
    /// What a token must be good for.
    scope: Scope,
    /// What the resource is called in tokens; one of them must be there if any is.
    audiences: Vec<String>,
    /// Where clients see it: no `Host` header decides that.
    origin: Origin,
    /// What OAuth 1 challenges call it; tokens for another realm are refused if it has a name.
    realm: Option<String>,
    /// Where its metadata is (RFC 9728 §5.1).
    metadata: Option<String>,
    /// How much is read to verify a signature.
    limits: Limits,
}

impl Guard {
    /// Guards a service in the same process as the provider that gives the tokens.
    ///
    /// The service is one resource with the provider, and its address is the issuer's, until
    /// [`resource`](Self::resource) and [`origin`](Self::origin) say otherwise.
    #[must_use]
    pub fn local(provider: &Provider) -> Self {
        let config = provider.config();
        let issuer = config.issuer.as_str();
        let rules = Rules {
            scope: Scope::new(),
            audiences: vec![issuer.to_owned()],
            origin: config.origin.clone(),
            realm: None,
            metadata: Resource::parse(issuer).ok().as_ref().and_then(metadata_of),
            limits: config.limits,
        };
        Self {
            rules,
            authority: Authority::Local(provider.clone()),
        }
    }

    /// Guards a service that asks a provider elsewhere, of whatever make.
    ///
    /// It takes bearer and DPoP tokens: OAuth 1 signatures need the secrets.
    #[must_use]
    pub fn remote(options: RemoteOptions) -> Self {
        let rules = Rules {
            scope: Scope::new(),
            audiences: vec![options.resource.as_str().to_owned()],
            origin: options.origin.clone(),
            realm: None,
            metadata: metadata_of(&options.resource),
            limits: options.limits,
        };
        Self {
            rules,
            authority: Authority::Remote(Arc::new(Remote::new(options))),
        }
    }

    /// Demands these scopes, all of them.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if one is none (RFC 6749 §3.3).
    pub fn scopes<V: AsRef<str>>(
        mut self,
        scopes: impl IntoIterator<Item = V>,
    ) -> Result<Self, Malformed> {
        self.rules.scope = Scope::of(scopes)?;
        Ok(self)
    }

    /// Says which resource it guards, which tokens name as their audience (RFC 8707).
    #[must_use]
    pub fn resource(mut self, resource: &Resource) -> Self {
        self.rules.audiences = vec![resource.as_str().to_owned()];
        self.rules.metadata = metadata_of(resource);
        self
    }

    /// Says at which scheme, host and port clients see the service.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.rules.origin = origin;
        self
    }

    /// Names the realm; OAuth 1 tokens that were given for another one are refused.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.rules.realm = Some(realm.into());
        self
    }

    /// Lets a request through with its caller, or says why not.
    async fn admit(&self, request: Request<Body>) -> Result<Request<Body>, Refused> {
        let (mut request, caller) = match presented::read(&request)? {
            Presented::Nothing => return Err(Refused::NoCredentials),
            Presented::Signature => self.admit_signed(request).await?,
            Presented::SignedForm => match self.admit_signed(request).await {
                // A form without parameters of OAuth is just a form.
                Err(Refused::Signature(refusal)) if refusal.is_unsigned() => {
                    return Err(Refused::NoCredentials);
                }
                admitted => admitted?,
            },
            Presented::Token(token) => {
                let (parts, body) = request.into_parts();
                let caller = bearer::admit(self, &parts, &token).await?;
                (Request::from_parts(parts, body), caller)
            }
        };
        request.extensions_mut().insert(caller);
        Ok(request)
    }

    async fn admit_signed(
        &self,
        request: Request<Body>,
    ) -> Result<(Request<Body>, Caller), Refused> {
        match &self.authority {
            Authority::Local(provider) if provider.config().oauth1.is_some() => {
                oauth1::admit(provider, &self.rules, request).await
            }
            // Nobody else has the secrets to verify with.
            Authority::Local(_) | Authority::Remote(_) => Err(Refused::NoCredentials),
        }
    }

    fn now(&self) -> Timestamp {
        match &self.authority {
            Authority::Local(provider) => provider.now(),
            Authority::Remote(remote) => remote.now(),
        }
    }
}

fn metadata_of(resource: &Resource) -> Option<String> {
    tripod_oauth2::metadata::protected_resource_uri(resource).ok()
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded {
            guard: Arc::new(self.clone()),
            inner,
        }
    }
}

/// A service that is guarded.
#[derive(Clone)]
pub struct Guarded<S> {
    guard: Arc<Guard>,
    inner: S,
}

impl<S> fmt::Debug for Guarded<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

impl<S, B> Service<Request<B>> for Guarded<S>
where
    S: Service<Request<Body>> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let guard = Arc::clone(&self.guard);
        // The one that was polled ready is the one to call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            match guard.admit(request.map(Body::new)).await {
                Ok(request) => {
                    let is_proven = caller::is_proven(&request);
                    let mut response = inner.call(request).await?.into_response();
                    if is_proven {
                        proof::give_nonce(&guard, &mut response);
                    }
                    Ok(response)
                }
                Err(refused) => Ok(refused.into_response(&guard)),
            }
        })
    }
}

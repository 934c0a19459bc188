//! What a profile means: a builder with all it says, or the session of an earlier login.

use std::fs;
use std::sync::Arc;

use tripod::client::Authentication;
use tripod::http::{Http, Options};
use tripod::login::Push;
use tripod::preset::{Flow, Preset, Protocol, Template, TokenUse};
use tripod::provider::Provider;
use tripod::session::Session;
use tripod::trace::Trace;
use tripod::{OAuth1, OAuth2};
use tripod_core::secret::Secret;
use tripod_oauth1::signature_method::{RsaPrivateKey, SignatureMethod};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::resource::Resource;
use tripod_vault::vault::Vault;

use crate::failure::CallFailed;
use crate::profiles::{ClientAuthentication, Home, Keys, Profile, client_secret};
use crate::secret_source::{FileError, read_text};
use crate::signing_key;

/// A profile with what is needed to act for it.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) profile: Profile,
    pub(crate) preset: Option<Preset>,
    pub(crate) vault: Vault,
    pub(crate) keys: Keys,
}

/// What begins with the right protocol.
#[derive(Debug)]
pub(crate) enum Builder {
    OAuth1(Box<OAuth1>),
    OAuth2(Box<OAuth2>),
}

impl Builder {
    fn traced(self, trace: Trace) -> Self {
        match self {
            Self::OAuth1(builder) => Self::OAuth1(Box::new(builder.trace(trace))),
            Self::OAuth2(builder) => Self::OAuth2(Box::new(builder.trace(trace))),
        }
    }
}

impl Account {
    /// Finds a profile.
    pub(crate) fn find(home: &Home, name: &str) -> Result<Self, CallFailed> {
        let profile = home.read()?.find(name)?.clone();
        Self::new(home, name, profile)
    }

    /// Takes a profile that may be new.
    pub(crate) fn new(home: &Home, name: &str, profile: Profile) -> Result<Self, CallFailed> {
        let keys = Keys::of(name)?;
        let preset = match &profile.provider {
            Some(provider) => Some(home.presets()?.find(provider)?.clone()),
            None => None,
        };
        Ok(Self {
            name: name.to_owned(),
            profile,
            preset,
            vault: home.vault()?,
            keys,
        })
    }

    /// Begins the session of an earlier login; the trace keeps what it sends and hears.
    pub(crate) async fn session(&self, trace: &Trace) -> Result<Session, CallFailed> {
        let secret = client_secret(&self.vault, &self.keys).await?;
        let session = match self.builder(secret)?.traced(trace.clone()) {
            Builder::OAuth1(builder) if self.acts_alone() => builder.session(),
            Builder::OAuth1(builder) => builder.stored().await,
            Builder::OAuth2(builder) if self.profile.client_credentials => {
                builder.client_credentials().await
            }
            Builder::OAuth2(builder) => builder.session().await,
        };
        session.map_err(|error| self.failed(error))
    }

    /// Tells whether requests are authorised as the client's own: no user gave it a token.
    pub(crate) fn acts_alone(&self) -> bool {
        let preset = self.preset.as_ref();
        let oauth1 = preset.and_then(|preset| preset.protocol.oauth1());
        let has_no_tokens = oauth1.is_some_and(|oauth1| oauth1.token == TokenUse::Absent);
        self.profile.client_credentials || has_no_tokens
    }

    /// Names the profile in what failed, so that the hint can.
    pub(crate) fn failed(&self, source: tripod::error::Error) -> CallFailed {
        CallFailed::CallAs {
            name: self.name.clone(),
            profile: Box::new(self.profile.clone()),
            source,
        }
    }

    /// Tells whether it speaks OAuth 1.
    pub(crate) fn is_oauth1(&self) -> bool {
        match &self.preset {
            Some(preset) => preset.protocol.oauth1().is_some(),
            None => self.profile.temporary_credentials_endpoint.is_some(),
        }
    }

    /// Puts together what the profile says.
    pub(crate) fn builder(&self, secret: Option<Secret>) -> Result<Builder, CallFailed> {
        if self.is_oauth1() {
            let builder = self.oauth1(secret)?;
            return Ok(Builder::OAuth1(Box::new(builder)));
        }
        let builder = self.oauth2(secret)?;
        Ok(Builder::OAuth2(Box::new(builder)))
    }

    fn http(&self) -> Result<Http, CallFailed> {
        let mut options = Options::default();
        if let Some(path) = &self.profile.ca_file {
            let pem = fs::read_to_string(path);
            options
                .roots
                .push(pem.map_err(|source| FileError::new(path, source))?);
        }
        Ok(Http::new(&options)?)
    }

    fn oauth1(&self, secret: Option<Secret>) -> Result<OAuth1, CallFailed> {
        let profile = &self.profile;
        let consumer_key = profile.client_id.clone().unwrap_or_default();
        let secret = secret.unwrap_or_else(|| Secret::from(""));
        let mut builder = OAuth1::consumer(consumer_key, secret);
        if let Some(preset) = &self.preset {
            builder = builder.preset(preset.clone());
        } else {
            builder = builder.endpoints(self.flow()?);
        }
        for (name, value) in &profile.variables {
            builder = builder.variable(name, value);
        }
        if let Some(realm) = &profile.realm {
            builder = builder.realm(realm);
        }
        let method = profile.signature_method.as_deref();
        let method = method.map(SignatureMethod::parse);
        if let Some(path) = &profile.rsa_key {
            let of_preset = self.preset.as_ref().and_then(rsa_method);
            let method = method.or(of_preset).unwrap_or(SignatureMethod::RsaSha1);
            let pem = read_text(path)?;
            let unusable = |error| input(format!("`{}` is no usable key: {error}", path.display()));
            let key = RsaPrivateKey::from_pem(&pem).map_err(unusable)?;
            builder = builder.rsa(key.with_method(method).map_err(unusable)?);
        } else if let Some(method) = method {
            builder = builder.signature(method);
        }
        let builder = builder.vault(self.vault.clone()).http(self.http()?);
        Ok(builder.key(self.keys.tokens.clone()))
    }

    fn flow(&self) -> Result<Flow, CallFailed> {
        let profile = &self.profile;
        let begin = profile.temporary_credentials_endpoint.as_ref();
        Ok(Flow::new(
            endpoint("--request-token-endpoint", begin)?,
            endpoint(
                "--authorization-endpoint",
                profile.authorization_endpoint.as_ref(),
            )?,
            endpoint("--token-endpoint", profile.token_endpoint.as_ref())?,
        ))
    }

    fn oauth2(&self, secret: Option<Secret>) -> Result<OAuth2, CallFailed> {
        let profile = &self.profile;
        let mut builder = match (&self.preset, &profile.issuer, &profile.api) {
            (Some(preset), _, _) => OAuth2::preset(preset.clone()),
            (None, Some(issuer), _) => OAuth2::issuer(issuer),
            (None, None, Some(api)) => OAuth2::protected_resource(api),
            (None, None, None) => OAuth2::endpoints(self.provider()?),
        };
        for (name, value) in &profile.variables {
            builder = builder.variable(name, value);
        }
        for (name, value) in &profile.parameters {
            builder = builder.parameter(name, value);
        }
        for resource in &profile.resources {
            let parsed = Resource::parse(resource);
            builder = builder.resource(parsed.map_err(|fault| input(fault.to_string()))?);
        }
        if profile.dpop {
            builder = builder.dpop();
        }
        if profile.push {
            builder = builder.push(Push::Always);
        }
        if let Some(authentication) = self.authentication(secret)? {
            builder = builder.authentication(authentication);
        }
        let builder = builder
            .client_id(profile.client_id.clone().unwrap_or_default())
            .scopes(&profile.scopes)
            .vault(self.vault.clone())
            .http(self.http()?);
        Ok(builder.key(self.keys.tokens.clone()))
    }

    /// Returns how the client proves who it is, if it can.
    fn authentication(&self, secret: Option<Secret>) -> Result<Option<Authentication>, CallFailed> {
        let profile = &self.profile;
        if let Some(path) = &profile.client_key {
            let key = signing_key::read(path, profile.jwt_algorithm.as_deref())?;
            return Ok(Some(Authentication::SignedJwt(Arc::new(key))));
        }
        let Some(secret) = secret else {
            return Ok(None);
        };
        Ok(Some(match profile.client_authentication {
            None => Authentication::Secret(secret),
            Some(ClientAuthentication::Basic) => Authentication::Basic(secret),
            Some(ClientAuthentication::BasicRaw) => Authentication::RawBasic(secret),
            Some(ClientAuthentication::Post) => Authentication::Post(secret),
            Some(ClientAuthentication::SecretJwt) => {
                let key = SigningKey::from_secret(Algorithm::Hs256, &secret);
                let unusable = |error| input(format!("the client secret cannot sign: {error}"));
                Authentication::SignedJwt(Arc::new(key.map_err(unusable)?))
            }
        }))
    }

    fn provider(&self) -> Result<Provider, CallFailed> {
        let profile = &self.profile;
        let token = endpoint("--token-endpoint", profile.token_endpoint.as_ref())?;
        let mut provider = Provider::at(token.as_str())?;
        let dialect = &mut provider.dialect;
        if profile.authorization_endpoint.is_some() {
            let uri = profile.authorization_endpoint.as_ref();
            dialect.authorization_endpoint = Some(endpoint("--authorization-endpoint", uri)?);
        }
        if profile.device_authorization_endpoint.is_some() {
            let uri = profile.device_authorization_endpoint.as_ref();
            dialect.device_authorization_endpoint = Some(endpoint("--device-endpoint", uri)?);
        }
        Ok(provider)
    }
}

fn rsa_method(preset: &Preset) -> Option<SignatureMethod> {
    match &preset.protocol {
        Protocol::OAuth1(oauth1) => oauth1.rsa_method().cloned(),
        _ => None,
    }
}

fn endpoint(flag: &str, uri: Option<&String>) -> Result<Template, CallFailed> {
    let uri = uri.ok_or_else(|| {
        input(format!(
            "which provider? give --provider, --issuer or --api, or all addresses by hand; {flag} is missing"
        ))
    })?;
    Template::parse(uri).map_err(|error| input(format!("{flag}: {error}")))
}

pub(crate) fn input(text: impl Into<String>) -> CallFailed {
    CallFailed::Input(text.into())
}

/// Runs what waits for servers.
pub(crate) fn wait_for<T>(
    future: impl Future<Output = Result<T, CallFailed>>,
) -> Result<T, CallFailed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(CallFailed::Runtime)?;
    let outcome = runtime.block_on(future);
    // A question at the terminal that nobody answered is not waited for.
    runtime.shutdown_background();
    outcome
}

//! `tripod provider client add`: a client of OAuth 2, a consumer of OAuth 1, or both in one.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;
use tripod_oauth1::signature_method::{RsaPublicKey, SignatureMethod};
use tripod_oauth1::temporary_credentials::Callback;
use tripod_oauth2::client_authentication::ClientAuthenticationMethod;
use tripod_oauth2::json::Members;
use tripod_oauth2::jwk::JwkSet;
use tripod_oauth2::registration::ClientMetadata;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::GrantType;
use tripod_provider::artefact::{Client, Consumer, RefreshPolicy};
use tripod_provider::handle::PlainToken;
use tripod_provider::provider::Provider;
use tripod_provider::store::Changes;

use super::super::{ProviderFailed, Shown, apply};
use super::secrets::Secrets;
use super::{event, has_secret, load, with_secret};
use crate::config;
use crate::edge::Edge;
use crate::secret_source;

/// Add a client; its secret is made and shown this once
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod provider client add --name Photos --redirect-uri https://photos.example/callback
  tripod provider client add --name 'Nightly job' --grant client_credentials --scope read
  tripod provider client add --name App --public --redirect-uri http://127.0.0.1/callback
  tripod provider client add --name Printer --oauth1 --callback https://printer.example/ready")]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub(in crate::provider) struct Opts {
    /// Its identifier [default: a random one]
    #[arg(long)]
    id: Option<String>,

    /// What people are told it is called
    #[arg(long)]
    name: Option<String>,

    /// The scopes it may ask for, separated by spaces
    #[arg(long, default_value = "")]
    scope: String,

    /// A file that holds the secret it has already (`-` is standard input)
    #[arg(long, value_name = "FILE", conflicts_with = "public")]
    client_secret_file: Option<PathBuf>,

    /// Where browsers may be sent; once for each
    #[arg(long, value_name = "URI", help_heading = "OAuth 2")]
    redirect_uri: Vec<String>,

    /// Where browsers may be sent after signing out; once for each
    #[arg(long, value_name = "URI", help_heading = "OAuth 2")]
    post_logout_redirect_uri: Vec<String>,

    /// What it presents for tokens; once for each [default: authorization_code, refresh_token]
    #[arg(long, value_name = "GRANT", help_heading = "OAuth 2")]
    grant: Vec<String>,

    /// How it authenticates [default: client_secret_basic]
    #[arg(
        long,
        value_name = "METHOD",
        conflicts_with = "public",
        help_heading = "OAuth 2"
    )]
    auth_method: Option<AuthMethod>,

    /// It has no secret, since it runs where nothing stays secret
    #[arg(long, help_heading = "OAuth 2")]
    public: bool,

    /// A file with its public keys, as a JWK set
    #[arg(long, value_name = "FILE", help_heading = "OAuth 2")]
    jwks: Option<PathBuf>,

    /// Where its public keys are, as a JWK set
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "jwks",
        help_heading = "OAuth 2"
    )]
    jwks_uri: Option<String>,

    /// What becomes of a refresh token that is used
    #[arg(
        long,
        value_name = "POLICY",
        default_value = "rotate",
        help_heading = "OAuth 2"
    )]
    refresh: Refresh,

    /// Its tokens are bound to a key (DPoP)
    #[arg(long, help_heading = "OAuth 2")]
    dpop_bound: bool,

    /// It always pushes its requests (PAR)
    #[arg(long, help_heading = "OAuth 2")]
    require_par: bool,

    /// It is a resource server, and may ask about the tokens of others
    #[arg(long, help_heading = "OAuth 2")]
    introspects: bool,

    /// Users are not asked, since it is one's own
    #[arg(long)]
    skip_consent: bool,

    /// It is a consumer of OAuth 1
    #[arg(long, help_heading = "OAuth 1")]
    oauth1: bool,

    /// Where browsers may be sent; once for each
    #[arg(
        long,
        value_name = "URI",
        requires = "oauth1",
        help_heading = "OAuth 1"
    )]
    callback: Vec<String>,

    /// Its users may type in a verifier (`oob`)
    #[arg(long, requires = "oauth1", help_heading = "OAuth 1")]
    oob: bool,

    /// How it may sign; once for each [default: HMAC-SHA1, HMAC-SHA256; RSA with --rsa-key]
    #[arg(
        long,
        value_name = "METHOD",
        requires = "oauth1",
        help_heading = "OAuth 1"
    )]
    signature_method: Vec<String>,

    /// A file with its RSA public key, in PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "oauth1",
        help_heading = "OAuth 1"
    )]
    rsa_key: Option<PathBuf>,

    /// Its tokens expire and can be renewed (OAuth Session)
    #[arg(long, requires = "oauth1", help_heading = "OAuth 1")]
    sessions: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum AuthMethod {
    ClientSecretBasic,
    ClientSecretJwt,
    ClientSecretPost,
    PrivateKeyJwt,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Refresh {
    Keep,
    Never,
    Rotate,
}

pub(super) async fn run(opts: &Opts, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let id = opts.id.clone();
    let id = id.unwrap_or_else(|| PlainToken::generate(&mut Edge).handle().to_string());
    check_id(&id)?;
    let exists = || ProviderFailed::Exists {
        what: "client",
        name: id.clone(),
    };
    if load(provider, &id).await.is_ok() {
        return Err(exists());
    }
    let is_drawn = opts.client_secret_file.is_none();
    let secret = match &opts.client_secret_file {
        Some(path) => secret_source::read_text(path)?,
        None => PlainToken::generate(&mut Edge).into_secret(),
    };
    if secret.expose().len() < LEAST_SECRET {
        let text = format!("a secret has at least {LEAST_SECRET} characters, all of them random");
        return Err(ProviderFailed::Usage(text));
    }
    let secrets = Secrets::new(provider, &secret);
    let mut client = Client::new(&id, opts.metadata()?, provider.now());
    if opts.oauth1 {
        client.oauth1 = Some(opts.consumer(&id, &secrets)?);
    }
    client.refresh = match opts.refresh {
        Refresh::Keep => RefreshPolicy::Keep,
        Refresh::Never => RefreshPolicy::Never,
        Refresh::Rotate => RefreshPolicy::Rotate,
    };
    client.introspects = opts.introspects;
    client.skips_consent = opts.skip_consent;
    secrets.give(&mut client);
    let mut event = event(provider, "client_registered", &id);
    event.detail = json!({ "name": client.metadata.client_name });
    let changes = Changes::new().insert(Client::handle(&id), &client);
    match apply(provider, changes, event).await {
        Err(ProviderFailed::Changed) => return Err(exists()),
        applied => applied?,
    }
    let is_secret = has_secret(&client) || client.oauth1.is_some();
    let (title, shown) = if is_secret && is_drawn {
        ("Client added; its secret is shown this once", Some(&secret))
    } else {
        ("Client added", None)
    };
    Ok(with_secret(title, &client, shown))
}

/// A secret that somebody thought of can be guessed: what is kept of it is a plain digest.
const LEAST_SECRET: usize = 16;

fn check_id(id: &str) -> Result<(), ProviderFailed> {
    // RFC 6749 appendix A.1: VSCHAR; without spaces, so that it can be typed.
    let is_good =
        !id.is_empty() && id.len() <= 255 && id.bytes().all(|octet| octet.is_ascii_graphic());
    if is_good {
        return Ok(());
    }
    let text = "an identifier has 1 to 255 characters of ASCII, and no space";
    Err(ProviderFailed::Usage(text.to_owned()))
}

impl Opts {
    /// Tells whether anything is said of OAuth 2.
    fn is_oauth2(&self) -> bool {
        !self.oauth1 || !self.redirect_uri.is_empty() || !self.grant.is_empty()
    }

    fn metadata(&self) -> Result<ClientMetadata, ProviderFailed> {
        let wrong = |text: String| ProviderFailed::Metadata(text);
        let mut metadata = ClientMetadata::new();
        metadata.client_name.clone_from(&self.name);
        if !self.scope.is_empty() {
            let scope = Scope::parse(&self.scope).map_err(|error| wrong(error.to_string()))?;
            metadata.scope = Some(scope);
        }
        if !self.is_oauth2() {
            return Ok(metadata);
        }
        metadata.redirect_uris.clone_from(&self.redirect_uri);
        metadata
            .post_logout_redirect_uris
            .clone_from(&self.post_logout_redirect_uri);
        metadata.grant_types = self.grants()?;
        metadata.token_endpoint_auth_method = Some(self.authentication());
        metadata.jwks = self.keys()?;
        metadata.jwks_uri.clone_from(&self.jwks_uri);
        metadata.dpop_bound_access_tokens = self.dpop_bound;
        metadata.require_pushed_authorization_requests = self.require_par;
        let is_by_key = self.authentication() == ClientAuthenticationMethod::PrivateKeyJwt;
        if is_by_key && metadata.jwks.is_none() && metadata.jwks_uri.is_none() {
            let text = "private_key_jwt needs its public keys: --jwks FILE or --jwks-uri URL";
            return Err(wrong(text.to_owned()));
        }
        metadata.check().map_err(|refusal| {
            let text = refusal
                .description
                .unwrap_or_else(|| refusal.code.to_string());
            wrong(text.to_string())
        })?;
        Ok(metadata)
    }

    fn grants(&self) -> Result<Vec<GrantType>, ProviderFailed> {
        if self.grant.is_empty() {
            return Ok(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]);
        }
        let known = [
            ("authorization_code", GrantType::AuthorizationCode),
            ("client_credentials", GrantType::ClientCredentials),
            ("device_code", GrantType::DeviceCode),
            ("jwt_bearer", GrantType::JwtBearer),
            ("refresh_token", GrantType::RefreshToken),
            ("token_exchange", GrantType::TokenExchange),
        ];
        let find = |name: &String| {
            let mut known = known.iter();
            let found = known.find(|(short, grant)| short == name || grant.as_str() == name);
            found.map(|(_, grant)| grant.clone()).ok_or_else(|| {
                let text = format!(
                    "there is no grant `{name}`; there are authorization_code, client_credentials, \
                     device_code, jwt_bearer, refresh_token and token_exchange"
                );
                ProviderFailed::Usage(text)
            })
        };
        self.grant.iter().map(find).collect()
    }

    fn authentication(&self) -> ClientAuthenticationMethod {
        if self.public {
            return ClientAuthenticationMethod::None;
        }
        match self.auth_method {
            None | Some(AuthMethod::ClientSecretBasic) => {
                ClientAuthenticationMethod::ClientSecretBasic
            }
            Some(AuthMethod::ClientSecretJwt) => ClientAuthenticationMethod::ClientSecretJwt,
            Some(AuthMethod::ClientSecretPost) => ClientAuthenticationMethod::ClientSecretPost,
            Some(AuthMethod::PrivateKeyJwt) => ClientAuthenticationMethod::PrivateKeyJwt,
        }
    }

    /// Reads the keys, of which only what is public is kept.
    fn keys(&self) -> Result<Option<Members>, ProviderFailed> {
        let Some(path) = &self.jwks else {
            return Ok(None);
        };
        let wrong = || ProviderFailed::Metadata(format!("`{}` is no JWK set", path.display()));
        let set = JwkSet::parse(&secret_source::read_octets(path)?).map_err(|_| wrong())?;
        let public = set.to_public_json().to_string();
        Members::parse(public.as_bytes())
            .map(Some)
            .map_err(|_| wrong())
    }

    fn consumer(&self, id: &str, secrets: &Secrets<'_>) -> Result<Consumer, ProviderFailed> {
        if self.callback.is_empty() && !self.oob {
            let text = "an OAuth 1 consumer needs --callback URI, or --oob for verifiers typed in";
            return Err(ProviderFailed::Usage(text.to_owned()));
        }
        for callback in &self.callback {
            if !matches!(Callback::parse(callback), Some(Callback::Uri(_))) {
                let text = format!("--callback takes an absolute URI, which `{callback}` is not");
                return Err(ProviderFailed::Usage(text));
            }
        }
        Ok(Consumer::new(secrets.sealed(&Consumer::context(id))))
            .and_then(|consumer| self.complete(consumer))
    }

    fn complete(&self, mut consumer: Consumer) -> Result<Consumer, ProviderFailed> {
        if let Some(path) = &self.rsa_key {
            let octets = secret_source::read_octets(path)?;
            let pem = String::from_utf8(octets).unwrap_or_default();
            RsaPublicKey::from_pem(&pem).map_err(|error| {
                let path = path.display();
                ProviderFailed::Metadata(format!("`{path}` holds no RSA public key: {error}"))
            })?;
            consumer.rsa_key = Some(pem);
        }
        consumer.methods = self.methods(consumer.rsa_key.is_some())?;
        consumer.callbacks.clone_from(&self.callback);
        consumer.out_of_band = self.oob;
        consumer.sessions = self.sessions;
        Ok(consumer)
    }

    fn methods(&self, has_key: bool) -> Result<Vec<String>, ProviderFailed> {
        let methods: Vec<_> = if !self.signature_method.is_empty() {
            let methods = self
                .signature_method
                .iter()
                .map(|name| config::method(name));
            methods.collect::<Result<_, _>>()?
        } else if has_key {
            vec![SignatureMethod::RsaSha1, SignatureMethod::RsaSha256]
        } else {
            vec![SignatureMethod::HmacSha1, SignatureMethod::HmacSha256]
        };
        let by_key = |method: &SignatureMethod| method.as_str().starts_with("RSA");
        match methods.iter().find(|method| by_key(method)) {
            Some(method) if !has_key => Err(ProviderFailed::Usage(format!(
                "{method} needs the public key: --rsa-key FILE"
            ))),
            _ => Ok(methods
                .iter()
                .map(|method| method.as_str().to_owned())
                .collect()),
        }
    }
}

//! `tripod sign`: an OAuth 1.0a signature with everything that leads to it.

use clap::ArgMatches;
use http::{Method, Request};
use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::{RsaKeyError, RsaPrivateKey, SignatureMethod};
use tripod_oauth1::signer::{SignError, Signer};
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::temporary_credentials::Callback;

use crate::edge::Edge;
use crate::exit::Exit;
use crate::output;
use crate::secret_source::{FileError, SecretSource, read_octets};

mod opts;
mod report;
mod uri;

pub(crate) use opts::Opts;
use opts::{Place, Show};
use report::Report;

/// Signs the request that was described, and shows what was asked for.
///
/// # Errors
///
/// [`SignFailed`] says what to type instead.
pub(crate) fn run(opts: &Opts, matches: &ArgMatches, edge: &mut Edge) -> Result<(), SignFailed> {
    if opts.show.contains(&Show::Header) && !matches!(opts.placement, Place::Header) {
        return Err(SignFailed::NoHeader);
    }
    let request = request(opts)?;
    let signer = signer(opts, matches)?;
    let stamp = stamp(opts, edge)?;
    let parameters = parameters(opts)?;
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| (*name, *value))
        .collect();
    let base_string = signer.base_string(&request, &stamp, &parameters)?;
    let mut signed = request.clone();
    signer
        .sign_with(&request, &stamp, &parameters, edge)?
        .apply(&mut signed);
    let report = Report {
        opts,
        signed: &signed,
        base_string: &base_string,
        stamp: &stamp,
    };
    output::result(&report.render()).map_err(SignFailed::Output)
}

fn request(opts: &Opts) -> Result<Request<Vec<u8>>, SignFailed> {
    let method =
        Method::from_bytes(opts.http_method.as_bytes()).map_err(|_| SignFailed::Method {
            method: opts.http_method.clone(),
        })?;
    let uri = uri::parse(&opts.url).ok_or(SignFailed::Url)?;
    let (body, content_type) = body(opts)?;
    let mut request = Request::builder().method(method).uri(uri);
    if let Some(content_type) = content_type {
        request = request.header(http::header::CONTENT_TYPE, content_type);
    }
    if let Some(host) = &opts.host {
        request = request.header(http::header::HOST, host);
    }
    request.body(body).map_err(|_| SignFailed::Header)
}

fn body(opts: &Opts) -> Result<(Vec<u8>, Option<&str>), SignFailed> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let content_type = opts.content_type.as_deref();
    match &opts.data_file {
        Some(path) => Ok((read_octets(path)?, content_type)),
        None if opts.data.is_empty() => Ok((Vec::new(), content_type)),
        None => Ok((
            opts.data.join("&").into_bytes(),
            Some(content_type.unwrap_or(FORM)),
        )),
    }
}

fn signer(opts: &Opts, matches: &ArgMatches) -> Result<Signer, SignFailed> {
    let mut signer = unadorned_signer(opts, matches)?.placement(opts.placement.into());
    if let Some(realm) = &opts.realm {
        signer = signer.realm(realm)?;
    }
    if opts.no_version {
        signer = signer.without_version();
    }
    if opts.body_hash {
        signer = signer.with_body_hash();
    }
    if opts.dangerous_exposed_plaintext {
        signer = signer.dangerous_exposed_plaintext();
    }
    Ok(signer)
}

fn unadorned_signer(opts: &Opts, matches: &ArgMatches) -> Result<Signer, SignFailed> {
    let client_secret = opts.consumer_secret().read(matches)?;
    let token_secret = opts.token_secret().read(matches)?;
    let method = opts.signature_method();
    if let Some(path) = &opts.rsa_key {
        let key = rsa_key(&read_octets(path)?, opts.dangerous_short_rsa_key)?;
        let key = key.with_method(method)?;
        return Ok(Signer::with_rsa(
            key,
            &opts.consumer_key,
            opts.token.as_deref(),
        ));
    }
    let client_secret = client_secret.ok_or_else(|| match method {
        SignatureMethod::RsaSha1 | SignatureMethod::RsaSha256 | SignatureMethod::RsaSha512 => {
            SignFailed::NoRsaKey {
                method: method.clone(),
            }
        }
        _ => SignFailed::NoSecret(Missing::of(opts.consumer_secret())),
    })?;
    let client = Credentials::new(opts.consumer_key.as_str(), client_secret);
    let token = match (&opts.token, token_secret) {
        (Some(token), Some(secret)) => Some(Credentials::new(token.as_str(), secret)),
        (Some(_), None) => return Err(SignFailed::NoSecret(Missing::of(opts.token_secret()))),
        (None, Some(_)) => return Err(SignFailed::NoToken),
        (None, None) => None,
    };
    Ok(Signer::with_secrets(&method, &client, token.as_ref())?)
}

fn rsa_key(octets: &[u8], short: bool) -> Result<RsaPrivateKey, RsaKeyError> {
    let pem = str::from_utf8(octets)
        .ok()
        .filter(|text| text.contains("-----BEGIN"));
    match (pem.map(Secret::from), short) {
        (Some(pem), false) => RsaPrivateKey::from_pem(&pem),
        (Some(pem), true) => RsaPrivateKey::dangerous_short_from_pem(&pem),
        (None, false) => RsaPrivateKey::from_der(octets),
        (None, true) => RsaPrivateKey::dangerous_short_from_der(octets),
    }
}

fn stamp(opts: &Opts, edge: &mut Edge) -> Result<Stamp, SignFailed> {
    let timestamp = opts
        .timestamp
        .map_or_else(|| edge.now(), Timestamp::from_unix);
    Ok(match &opts.nonce {
        Some(nonce) => Stamp::with_nonce(timestamp, nonce.as_str()),
        None => Stamp::new(timestamp, edge),
    })
}

fn parameters(opts: &Opts) -> Result<Vec<(&str, &str)>, SignFailed> {
    if opts
        .callback
        .as_deref()
        .is_some_and(|callback| Callback::parse(callback).is_none())
    {
        return Err(SignFailed::Callback);
    }
    let named = [
        ("oauth_callback", &opts.callback),
        ("oauth_verifier", &opts.verifier),
        ("oauth_session_handle", &opts.session_handle),
    ];
    let named = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let mut parameters: Vec<_> = named.collect();
    for parameter in &opts.parameter {
        parameters.push(parameter.split_once('=').ok_or(SignFailed::Parameter)?);
    }
    Ok(parameters)
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignFailed {
    #[error("--callback is neither `oob` nor an absolute URI such as https://client.example/ready")]
    Callback,
    #[error(transparent)]
    File(#[from] FileError),
    #[error("--content-type or --host holds characters that no header can")]
    Header,
    #[error("`{method}` is no HTTP method; the method comes first: `tripod sign GET URL`")]
    Method { method: String },
    #[error("there is no header to show: --placement puts the parameters elsewhere")]
    NoHeader,
    #[error("{method} needs the private key: --rsa-key FILE")]
    NoRsaKey { method: SignatureMethod },
    #[error("{0}")]
    NoSecret(Missing),
    #[error("there is a token secret, but no --token that it belongs to")]
    NoToken,
    #[error("cannot write the result")]
    Output(#[source] std::io::Error),
    #[error("--parameter takes NAME=VALUE, such as oauth_callback=oob")]
    Parameter,
    #[error("the RSA key cannot be used")]
    Rsa(#[from] RsaKeyError),
    #[error("cannot sign this")]
    Sign(#[from] SignError),
    #[error("the URL is not an absolute one that begins with https:// or http://")]
    Url,
}

impl SignFailed {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Output(_) => Exit::Unexpected,
            _ => Exit::Usage,
        }
    }
}

/// A secret that was not given, and how to give it.
#[derive(Debug, thiserror::Error)]
#[error("the secret is missing: --{flag}-file FILE, the variable {variable}, or --{flag}")]
pub(crate) struct Missing {
    flag: String,
    variable: String,
}

impl Missing {
    fn of(source: SecretSource<'_>) -> Self {
        Self {
            flag: source.flag.to_owned(),
            variable: source.variable.to_owned(),
        }
    }
}

//! Whether what is configured can be used at all; nothing is sent.

use reqwest::Url;
use tripod_doctor::evidence::Observation;
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::resource::Resource;

use super::Options;
use super::round::{Made, Stop};
use crate::OAuth2;
use crate::builder::Source;
use crate::client::Authentication;
use crate::error::{Error, Stage};
use crate::http::Http;
use crate::login::authorization_code;
use crate::preset::RequestError;
use crate::provider::Provider;

/// What the steps need of what is configured.
pub(super) struct Configured {
    pub(super) http: Http,
    pub(super) login: authorization_code::Options,
    /// Who is asked, where that is known without asking.
    pub(super) provider: Option<Provider>,
    /// The servers, each once.
    pub(super) places: Vec<Url>,
}

/// Looks at what is configured for OAuth 2.
pub(super) async fn of_oauth2(builder: &OAuth2, options: &Options) -> Made<Configured> {
    if builder.client_id.trim().is_empty() {
        return Err(Stop::misconfigured("client_id", "it is missing"));
    }
    let http = builder.http_client()?;
    let login = builder.login_options();
    let mut login = login.map_err(|error| Stop::misconfigured("scope", error.failure()))?;
    let (mut whom, mut addresses) = (String::new(), Vec::new());
    let provider = match &builder.source {
        Source::Issuer(issuer) => {
            Issuer::parse(issuer).map_err(|fault| Stop::misconfigured("issuer", &fault))?;
            addresses.push(issuer.clone());
            whom.clone_from(issuer);
            None
        }
        Source::Resource(resource) => {
            Resource::parse(resource).map_err(|fault| Stop::misconfigured("resource", &fault))?;
            addresses.push(resource.clone());
            whom.clone_from(resource);
            None
        }
        Source::Known(_) | Source::Preset { .. } => {
            let provider = builder.find(&http, &mut login).await?;
            needs_secret(builder, &provider)?;
            addresses.extend(endpoints(&provider));
            provider
                .dialect
                .token_endpoint
                .as_str()
                .clone_into(&mut whom);
            Some(provider)
        }
    };
    redirect_uri(options)?;
    addresses.extend(options.url.clone());
    let what = format!("client `{}` at {whom}", builder.client_id);
    let places = places(&http, &addresses)?;
    let configured = Configured {
        http,
        login,
        provider,
        places,
    };
    Ok((what, configured))
}

/// Parses addresses, and keeps one of each origin.
pub(super) fn places(http: &Http, addresses: &[String]) -> Result<Vec<Url>, Stop> {
    let mut places: Vec<Url> = Vec::new();
    for address in addresses {
        let place = crate::http::parse(Stage::Discovery, address)
            .map_err(|error| Stop::misconfigured(address, error.failure()))?;
        http.check(Stage::Discovery, &place)
            .map_err(|error: Error| Stop::misconfigured(address, error.failure()))?;
        if !places.iter().any(|known| known.origin() == place.origin()) {
            places.push(place);
        }
    }
    Ok(places)
}

/// Returns where the provider is asked.
pub(super) fn endpoints(provider: &Provider) -> Vec<String> {
    let dialect = &provider.dialect;
    let optional = [
        &dialect.authorization_endpoint,
        &dialect.device_authorization_endpoint,
        &dialect.introspection_endpoint,
        &dialect.userinfo_endpoint,
    ];
    let all = std::iter::once(&dialect.token_endpoint).chain(optional.into_iter().flatten());
    let uris = all.filter_map(|endpoint| endpoint.uri().ok());
    uris.map(str::to_owned).collect()
}

pub(super) fn needs_secret(builder: &OAuth2, provider: &Provider) -> Result<(), Stop> {
    if !matches!(builder.authentication, Authentication::None) {
        return Ok(());
    }
    let shown = provider
        .dialect
        .client_authentication(&builder.client_id, None);
    match shown {
        Err(RequestError::NeedsSecret) => Err(Stop::observed(Observation::SecretMissing)),
        _ => Ok(()),
    }
}

/// RFC 6749 §3.1.2, RFC 8252 §7: what a redirect URI may be.
fn redirect_uri(options: &Options) -> Result<(), Stop> {
    let Some(uri) = &options.redirect_uri else {
        return Ok(());
    };
    let wrong = |problem: &str| Err(Stop::misconfigured("redirect_uri", problem));
    let Ok(parsed) = Url::parse(uri) else {
        return wrong("it is no absolute URI");
    };
    // RFC 6749 §3.1.2: it MUST NOT include a fragment component.
    if parsed.fragment().is_some() {
        return wrong("it has a fragment, which browsers keep for themselves");
    }
    match parsed.scheme() {
        "http" if !crate::http::is_loopback(&parsed) => {
            wrong("it is http and leads to another machine: who is in between would get the code")
        }
        _ => Ok(()),
    }
}

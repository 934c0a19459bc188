//! What the provider knows beside what was sent: with it, the doctor need not guess.

use axum::body::Bytes;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, Request};
use tripod_core::form;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_doctor::known::Known;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth2::client_authentication::ClientAuthentication;
use tripod_oauth2::redirect_uri::RedirectUri;

use super::flow::cut;
use crate::artefact::Client;
use crate::oauth1;
use crate::provider::Provider;
use crate::seal::Purpose;
use crate::seed;
use crate::storage::Error;

/// What the provider knows about a request and whoever sent it.
#[derive(Debug, Default)]
pub(super) struct About {
    /// What the doctor compares with what was sent.
    pub(super) known: Known,
    /// What the doctor cannot know.
    pub(super) remark: Option<String>,
}

/// Gathers what is known about a request and whoever sent it.
pub(super) async fn about(provider: &Provider, request: &Request<Bytes>) -> Result<About, Error> {
    let mut about = About::default();
    let known = &mut about.known;
    known.issuer = Some(provider.config().issuer.as_str().to_owned());
    if request.uri().path().contains("/api/") {
        known.audience.clone_from(&known.issuer);
        let ring = provider.keys().ring(provider).await?;
        known.jwks = Some(ring.jwk_set().to_public_json().to_string());
    }
    if let Ok(signed) = SignedRequest::parse(request) {
        let secrets = oauth1::secrets_of(provider, &signed).await?;
        known.consumer_secret = secrets.consumer;
        known.token_secret = secrets.token;
        known.rsa_public_key = secrets.rsa_key;
        about.remark = other_host(provider, request.headers());
        return Ok(about);
    }
    let parameters = parameters(request);
    let shown = ClientAuthentication::parse(request.headers(), &parameters);
    let shown = shown.ok().flatten();
    let names = names(&parameters, request.headers());
    if let Some(client) = client(provider, &names).await? {
        known.redirect_uri = parameters
            .all("redirect_uri")
            .next()
            .and_then(|sent| nearest(&client.metadata.redirect_uris, sent));
        known.client_secret = secret(provider, &client);
        about.remark = shown.and_then(|shown| other_method(&client, &shown));
        known.client_id = Some(client.id);
    } else if let Some(name) = names.first() {
        about.remark = Some(format!("No client is registered as `{}`.", cut(name, 60)));
    }
    Ok(about)
}

/// The host is signed, and is always the provider's own, whatever `Host` says.
fn other_host(provider: &Provider, headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(HOST)?.to_str().ok()?;
    let origin = provider.config().origin.to_string();
    let is_own = origin.split_once("://").is_some_and(|(_, own)| own == sent);
    (!is_own).then(|| {
        let sent = cut(sent, 60);
        format!("The request went to `{sent}`, and the provider verifies it as one to `{origin}`.")
    })
}

fn other_method(client: &Client, shown: &ClientAuthentication) -> Option<String> {
    let method = client.metadata.auth_method();
    (!shown.is_by(&method)).then(|| {
        let method = method.as_str();
        format!("The client registered `{method}` as how it authenticates.")
    })
}

fn parameters(request: &Request<Bytes>) -> Parameters {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let read = |text| Parameters::parse(text).unwrap_or_default();
    read(query)
        .iter()
        .chain(read(request.body()).iter())
        .collect()
}

/// Returns what the client may be called, also where what it shows is no good, or is swapped.
fn names(parameters: &Parameters, headers: &HeaderMap) -> Vec<String> {
    let names = parameters.all("client_id").map(str::to_owned);
    let authorization = headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok());
    let basic = authorization.and_then(|it| it.split_once(' '));
    let basic = basic.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let joined = basic.and_then(|(_, joined)| BASE64_STANDARD.decode(joined.trim()).ok());
    let joined = Secret::new(String::from_utf8_lossy(&joined.unwrap_or_default()).into_owned());
    let decoded = |name: &str| {
        let octets = form::Component::new(name.as_bytes()).decode();
        String::from_utf8_lossy(&octets).into_owned()
    };
    let shown = joined.expose().split(':').filter(|name| !name.is_empty());
    names.chain(shown.map(decoded)).collect()
}

async fn client(provider: &Provider, names: &[String]) -> Result<Option<Client>, Error> {
    for name in names {
        let client = provider
            .store()
            .load::<Client>(Client::handle(name))
            .await?;
        if let Some(client) = client {
            return Ok(Some(client.into_value()));
        }
    }
    Ok(None)
}

/// Returns the secret of a client where it is no secret, or is kept to be read again.
fn secret(provider: &Provider, client: &Client) -> Option<Secret> {
    let everybodys = Secret::from(seed::CLIENT_SECRET);
    let now = provider.now();
    if client
        .secrets
        .iter()
        .any(|hash| hash.matches(&everybodys, now))
    {
        return Some(everybodys);
    }
    let sealed = client.sealed_secret.as_ref()?;
    let context = Client::secret_context(&client.id);
    let opened = provider.sealer().open(Purpose::Secret, &context, sealed);
    opened.ok()
}

/// Returns the registered redirect URI that was most likely meant; none if it is right.
fn nearest(registered: &[String], sent: &str) -> Option<String> {
    let matches = |uri: &String| {
        let parsed = RedirectUri::dangerous_parse(uri);
        parsed.is_ok_and(|uri| uri.matches(sent))
    };
    if registered.iter().any(matches) {
        return None;
    }
    let alike = |uri: &&String| {
        let pairs = uri.chars().zip(sent.chars());
        let from_front = pairs.take_while(|(one, other)| one == other).count();
        let pairs = uri.chars().rev().zip(sent.chars().rev());
        from_front + pairs.take_while(|(one, other)| one == other).count()
    };
    // Of several that are as much alike, the first.
    let nearest = registered.iter().rev().max_by_key(alike);
    nearest.map(|uri| with_port(uri, sent))
}

/// RFC 8252 §7.3: on a loopback address any port will do, so that it is not what is wrong.
fn with_port(registered: &str, sent: &str) -> String {
    let begins = ["http://127.0.0.1", "http://[::1]"];
    let rest = begins.iter().find_map(|begin| {
        let rest = registered.strip_prefix(begin)?;
        rest.starts_with('/').then_some((*begin, rest))
    });
    let port = sent.strip_prefix("http://").and_then(|sent| {
        let authority = sent.split(['/', '?']).next()?;
        let (_, port) = authority.rsplit_once(':')?;
        port.parse::<u16>().ok()
    });
    match rest.zip(port) {
        Some(((begin, rest), port)) => format!("{begin}:{port}{rest}"),
        None => registered.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_on_a_loopback_address_is_never_what_is_wrong() {
        let registered: Vec<String> = seed::REDIRECT_URIS.map(str::to_owned).into();
        for (sent, due) in [
            ("http://127.0.0.1:8080/callback", None),
            (
                "http://127.0.0.1:8080/callback/",
                Some("http://127.0.0.1:8080/callback"),
            ),
            (
                "http://localhost:8080/callback",
                Some("http://127.0.0.1:8080/callback"),
            ),
            ("http://[::1]:1/cb", Some("http://[::1]:1/callback")),
            ("", Some("http://127.0.0.1/callback")),
        ] {
            assert_eq!(nearest(&registered, sent).as_deref(), due, "{sent}");
        }
        assert_eq!(nearest(&[], "https://a.example/"), None);
    }
}

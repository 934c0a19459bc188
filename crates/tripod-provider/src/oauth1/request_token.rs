//! `/oauth1/request_token`: temporary credentials ([RFC 5849 §2.1]).
//!
//! [RFC 5849 §2.1]: https://www.rfc-editor.org/rfc/rfc5849#section-2.1

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::{Request, StatusCode};
use tripod_core::parameters::Parameters;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::temporary_credentials::{
    Callback, TemporaryCredentialsRequest, TemporaryCredentialsResponse,
};
use tripod_oauth2::redirect_uri::RedirectUri;
use tripod_oauth2::scope::Scope;

use super::KnownConsumer;
use super::denial::Denial;
use super::signed::{self, verify};
use crate::answer::form;
use crate::artefact::{Consumer, TemporaryCredentials};
use crate::config::Config;
use crate::handle::PlainToken;
use crate::incoming;
use crate::provider::Provider;
use crate::seal::Purpose;
use crate::store::Changes;

pub(super) async fn answer(State(provider): State<Provider>, request: Request<Body>) -> Response {
    match respond(&provider, request).await {
        Ok(response) => form(StatusCode::OK, response.to_parameters().to_form()),
        Err(denial) => denial.into_response(provider.config()),
    }
}

async fn respond(
    provider: &Provider,
    request: Request<Body>,
) -> Result<TemporaryCredentialsResponse, Denial> {
    let request = signed::read(provider, request).await?;
    let signed = SignedRequest::parse(&request)?;
    let method = signed.signature_method();
    let known = KnownConsumer::load(provider, signed.consumer_key(), method).await?;
    let origin = &provider.config().origin;
    let claim = verify(provider, origin, &signed, known.as_ref(), None)?;
    let known = known.ok_or(Refusal::ConsumerKeyUnknown)?;

    let asked = TemporaryCredentialsRequest::parse(&signed)?;
    check_callback(known.consumer(), &asked.callback)?;
    let may = known.client().metadata.scope.as_ref();
    let scope = decide_scope(
        provider.config(),
        may,
        &scope_parameter(provider, &request)?,
    )?;

    let (changes, credentials) = issue(provider, &known, &asked, scope, signed.realm().as_deref());
    let changes = claim.changes().and(changes);
    match provider.store().apply(changes).await? {
        Ok(()) => Ok(TemporaryCredentialsResponse::new(credentials)),
        // Nothing but the nonce can be there already: the token is random.
        Err(_) => Err(Refusal::NonceUsed.into()),
    }
}

fn issue(
    provider: &Provider,
    known: &KnownConsumer,
    asked: &TemporaryCredentialsRequest,
    scope: Scope,
    realm: Option<&str>,
) -> (Changes, Credentials) {
    let random = &mut provider.random();
    let [token, secret, family] = [(); 3].map(|()| PlainToken::generate(random));
    let handle = token.handle();
    let context = TemporaryCredentials::context(handle);
    let sealed = provider
        .sealer()
        .seal(Purpose::Secret, &context, secret.as_secret(), random);
    let now = provider.now();
    let stored = TemporaryCredentials {
        realm: realm.map(str::to_owned),
        scope,
        ..TemporaryCredentials::new(
            known.client().id.as_str(),
            sealed,
            asked.callback.as_str(),
            family.handle().to_string(),
            now,
            now.plus(provider.config().lifetimes.temporary_credentials),
        )
    };
    let credentials = Credentials::new(token.as_secret().expose(), secret.into_secret());
    (Changes::new().insert(handle, &stored), credentials)
}

/// RFC 5849 §4.12 leaves it to the server to bind callbacks to clients; here they always are.
fn check_callback(consumer: &Consumer, callback: &Callback) -> Result<(), Denial> {
    let is_registered = match callback {
        Callback::OutOfBand => consumer.out_of_band,
        Callback::Uri(uri) => consumer.callbacks.iter().any(|registered| {
            RedirectUri::dangerous_parse(registered).is_ok_and(|registered| registered.matches(uri))
        }),
        _ => false,
    };
    if is_registered {
        Ok(())
    } else {
        Err(Denial::CallbackUnregistered)
    }
}

/// Reads `scope`, which OAuth 1 does not have but its providers do, from query and form.
fn scope_parameter(provider: &Provider, request: &Request<Bytes>) -> Result<Parameters, Denial> {
    let limits = &provider.config().limits;
    let query = incoming::query(request, limits)?;
    let form = match incoming::form(request, limits) {
        Err(incoming::Unreadable::NoForm) => Parameters::new(),
        form => form?,
    };
    let both = query.iter().chain(form.iter());
    Ok(both.filter(|(name, _)| *name == "scope").collect())
}

fn decide_scope(
    config: &Config,
    may: Option<&Scope>,
    parameters: &Parameters,
) -> Result<Scope, Denial> {
    let asked = parameters
        .single("scope")
        .map_err(|_| Denial::ScopeRejected)?;
    let is_within = |scope: &Scope| may.is_none_or(|may| scope.is_subset(may));
    let Some(asked) = asked.filter(|scope| !scope.is_empty()) else {
        let default = &config.default_scope;
        return Ok(may.map_or_else(|| default.clone(), |may| default.intersection(may)));
    };
    let scope = Scope::parse(asked).map_err(|_| Denial::ScopeRejected)?;
    let is_known = scope
        .iter()
        .all(|value| config.description(value).is_some());
    if is_known && is_within(&scope) {
        Ok(scope)
    } else {
        Err(Denial::ScopeRejected)
    }
}

#[cfg(test)]
mod tests {
    use tripod_oauth2::metadata::Issuer;

    use super::*;
    use crate::config::ScopeDescription;
    use crate::seal::Sealed;

    fn consumer(callbacks: &[&str], out_of_band: bool) -> Consumer {
        Consumer {
            secret: Sealed::received(""),
            methods: Vec::new(),
            rsa_key: None,
            callbacks: callbacks.iter().map(|uri| (*uri).to_owned()).collect(),
            out_of_band,
            sessions: false,
        }
    }

    fn is_accepted(registered: &[&str], presented: &str) -> bool {
        let callback = Callback::Uri(presented.to_owned());
        check_callback(&consumer(registered, false), &callback).is_ok()
    }

    #[test]
    fn a_callback_is_matched_to_the_letter() {
        let registered = ["https://client.example/back?a=b", "com.example.app:/back"];
        for uri in registered {
            assert!(is_accepted(&registered, uri), "{uri}");
        }
        for uri in [
            "https://client.example/back",
            "https://client.example/back?a=b&c=d",
            "https://client.example/back?a=b/",
            "https://client.example/BACK?a=b",
            "https://CLIENT.example/back?a=b",
            "https://client.example:443/back?a=b",
            "http://client.example/back?a=b",
            "https://client.example.attacker.example/back?a=b",
            "https://client.example@attacker.example/back?a=b",
            "https://attacker.example/",
            "com.example.app:/other",
        ] {
            assert!(!is_accepted(&registered, uri), "{uri}");
        }
        assert!(!is_accepted(&[], "https://client.example/"));
    }

    #[test]
    fn the_port_of_a_loopback_address_is_free_and_nothing_else_of_it() {
        let registered = ["http://127.0.0.1/callback", "http://[::1]/callback"];
        for uri in [
            "http://127.0.0.1/callback",
            "http://127.0.0.1:50000/callback",
            "http://[::1]:50000/callback",
        ] {
            assert!(is_accepted(&registered, uri), "{uri}");
        }
        for uri in [
            "http://127.0.0.1:50000/other",
            "http://127.0.0.1:50000/callback?a=b",
            "https://127.0.0.1:50000/callback",
            "http://localhost:50000/callback",
            "http://127.0.0.2:50000/callback",
            "http://127.0.0.1:50000@attacker.example/callback",
        ] {
            assert!(!is_accepted(&registered, uri), "{uri}");
        }
    }

    #[test]
    fn out_of_band_is_for_consumers_that_may() {
        assert!(check_callback(&consumer(&[], true), &Callback::OutOfBand).is_ok());
        assert!(check_callback(&consumer(&["oob"], false), &Callback::OutOfBand).is_err());
    }

    #[test]
    fn a_scope_is_known_and_within_what_the_consumer_registered() {
        let mut config = Config::new(Issuer::parse("https://id.example").unwrap());
        config.scopes = ["read", "write", "admin"]
            .map(|name| ScopeDescription::new(name, name))
            .into();
        config.default_scope = Scope::parse("read admin").unwrap();
        let may = Scope::parse("read write").unwrap();
        let decide = |query: &str, may: Option<&Scope>| {
            let parameters = Parameters::parse(query.as_bytes()).unwrap();
            decide_scope(&config, may, &parameters).map(|scope| scope.to_string())
        };
        assert_eq!(decide("", Some(&may)).unwrap(), "read");
        assert_eq!(decide("", None).unwrap(), "read admin");
        assert_eq!(decide("scope=", None).unwrap(), "read admin");
        assert_eq!(
            decide("scope=write+read", Some(&may)).unwrap(),
            "write read"
        );
        assert_eq!(decide("scope=admin", None).unwrap(), "admin");
        for refused in [
            "scope=admin",
            "scope=read+unknown",
            "scope=read&scope=read",
            "scope=%22",
        ] {
            assert!(decide(refused, Some(&may)).is_err(), "{refused}");
        }
    }
}

//! What the provider says of itself ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414) and
//! [OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html)).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use tripod_oauth2::authorization::{Prompt, ResponseMode, ResponseType};
use tripod_oauth2::client_authentication::ClientAuthenticationMethod;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::metadata::{OpenIdMetadata, ServerMetadata};
use tripod_oauth2::pkce::CodeChallengeMethod;
use tripod_oauth2::token::GrantType;

use super::{claims, client};
use crate::answer;
use crate::config::{Config, Registration};
use crate::keys;
use crate::provider::Provider;

/// Returns where the metadata is found, by paths from the root of the host.
///
/// RFC 8414 §3.1 puts the path of an issuer behind the well-known one, OpenID Connect Discovery §4
/// before it; RFC 8414 §5 has clients look at both.
pub(super) fn routes(config: &Config) -> Router<Provider> {
    let path = config.path();
    let mut addresses = vec![format!("/.well-known/oauth-authorization-server{path}")];
    if has_openid(config) {
        addresses.push(format!("{path}/.well-known/openid-configuration"));
        addresses.push(format!("/.well-known/openid-configuration{path}"));
    }
    addresses.sort_unstable();
    addresses.dedup();
    let routes = Router::new();
    addresses
        .iter()
        .fold(routes, |routes, address| routes.route(address, get(read)))
}

async fn read(State(provider): State<Provider>) -> Response {
    let members = of(provider.config()).encode();
    answer::public_json(&members.into())
}

/// Tells whether OpenID Connect is served: where `openid` is a scope.
pub(super) fn has_openid(config: &Config) -> bool {
    config.description("openid").is_some()
}

/// Tells whether devices are served.
pub(super) fn has_devices(config: &Config) -> bool {
    config.serves(&GrantType::DeviceCode)
}

/// Describes a provider: what is switched on, and nothing else.
fn of(config: &Config) -> ServerMetadata {
    let mut metadata = ServerMetadata::new(&config.issuer);
    let address = |path| Some(config.address(path));
    let has_codes = config.serves(&GrantType::AuthorizationCode);
    metadata.token_endpoint = address("/oauth2/token");
    metadata.jwks_uri = address("/oauth2/jwks");
    metadata.revocation_endpoint = address("/oauth2/revoke");
    metadata.introspection_endpoint = address("/oauth2/introspect");
    if config.registration != Registration::Closed {
        metadata.registration_endpoint = address("/oauth2/register");
    }
    if has_devices(config) {
        metadata.device_authorization_endpoint = address("/oauth2/device_authorization");
    }
    if has_codes {
        metadata.authorization_endpoint = address("/oauth2/authorize");
        metadata.pushed_authorization_request_endpoint = address("/oauth2/par");
        metadata.response_types_supported = vec![ResponseType::code()];
        metadata.response_modes_supported = vec![
            ResponseMode::Query,
            ResponseMode::Fragment,
            ResponseMode::FormPost,
        ];
        metadata.code_challenge_methods_supported = vec![CodeChallengeMethod::S256];
        metadata.authorization_response_iss_parameter_supported = true;
    }
    metadata.grant_types_supported.clone_from(&config.grants);
    let scopes = config.scopes.iter();
    metadata.scopes_supported = scopes.map(|scope| scope.name.clone()).collect();
    let resources = config.resources.iter();
    metadata.protected_resources = resources
        .map(|server| server.resource.as_str().to_owned())
        .collect();
    metadata.dpop_signing_alg_values_supported = names(&Algorithm::ASYMMETRIC);
    add_client_authentication(&mut metadata);
    if has_openid(config) {
        metadata.openid = openid(config, has_codes);
    }
    metadata
}

fn add_client_authentication(metadata: &mut ServerMetadata) {
    let methods = client::METHODS.to_vec();
    let algorithms = [names(&client::ALGORITHMS), names(&client::HMACS)].concat();
    // RFC 7662 §2.1: whoever asks about tokens has to authenticate, which `none` does not.
    let secret =
        |method: &&ClientAuthenticationMethod| **method != ClientAuthenticationMethod::None;
    metadata.introspection_endpoint_auth_methods_supported =
        methods.iter().filter(secret).cloned().collect();
    metadata.introspection_endpoint_auth_signing_alg_values_supported = algorithms.clone();
    metadata.revocation_endpoint_auth_methods_supported = methods.clone();
    metadata.revocation_endpoint_auth_signing_alg_values_supported = algorithms.clone();
    metadata.token_endpoint_auth_methods_supported = methods;
    metadata.token_endpoint_auth_signing_alg_values_supported = algorithms;
}

fn openid(config: &Config, has_codes: bool) -> OpenIdMetadata {
    let mut openid = OpenIdMetadata::default();
    openid.userinfo_endpoint = Some(config.address("/oauth2/userinfo"));
    openid.end_session_endpoint = Some(config.address("/oauth2/logout"));
    openid.subject_types_supported = vec!["public".to_owned()];
    openid.id_token_signing_alg_values_supported = names(&keys::ALGORITHMS);
    let always = [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "acr",
        "amr",
        "sid",
    ];
    let of_users = claims::SUPPORTED.map(|(name, _)| name);
    openid.claims_supported = always
        .iter()
        .chain(&of_users)
        .map(|name| (*name).to_owned())
        .collect();
    openid.claims_parameter_supported = has_codes;
    if has_codes {
        openid.prompt_values_supported = vec![
            Prompt::None,
            Prompt::Login,
            Prompt::Consent,
            Prompt::SelectAccount,
        ];
    }
    // OpenID Connect Discovery §3: what is left out counts as yes, so that no has to be said.
    openid.request_uri_parameter_supported = Some(false);
    openid
}

fn names(algorithms: &[Algorithm]) -> Vec<String> {
    let names = algorithms.iter().map(|algorithm| algorithm.as_str());
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use tripod_oauth2::metadata::Issuer;

    use super::*;
    use crate::config::ScopeDescription;

    fn config() -> Config {
        let mut config = Config::new(Issuer::parse("https://id.example/a").unwrap());
        config.scopes = vec![ScopeDescription::new("openid", "Know who you are")];
        config
    }

    #[test]
    fn what_is_published_is_what_rfc_8414_allows() {
        assert_eq!(of(&config()).check(), Ok(()));
    }

    #[test]
    fn what_is_off_is_not_advertised() {
        let mut config = config();
        config.scopes.clear();
        config.grants = vec![GrantType::ClientCredentials];
        config.registration = Registration::Closed;
        let metadata = of(&config);
        assert_eq!(metadata.grant_types_supported, config.grants);
        for endpoint in [
            &metadata.authorization_endpoint,
            &metadata.device_authorization_endpoint,
            &metadata.pushed_authorization_request_endpoint,
            &metadata.registration_endpoint,
            &metadata.openid.userinfo_endpoint,
            &metadata.openid.end_session_endpoint,
        ] {
            assert_eq!(*endpoint, None);
        }
        assert!(
            metadata
                .openid
                .id_token_signing_alg_values_supported
                .is_empty()
        );
        assert!(metadata.code_challenge_methods_supported.is_empty());
    }

    #[test]
    fn nothing_weak_is_advertised() {
        let json = of(&config()).encode().to_json();
        for weak in [
            "\"plain\"",
            "\"implicit\"",
            "\"password\"",
            "\"token\"",
            "RS1\"",
        ] {
            assert!(!json.contains(weak), "{weak}");
        }
        let metadata = of(&config());
        let algorithms = metadata.openid.id_token_signing_alg_values_supported;
        assert_eq!(algorithms, ["RS256", "ES256"]);
        let dpop = metadata.dpop_signing_alg_values_supported;
        assert!(
            !dpop
                .iter()
                .any(|name| name.starts_with("HS") || name == "none")
        );
    }
}

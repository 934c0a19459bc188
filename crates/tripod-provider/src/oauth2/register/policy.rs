//! What clients may register by themselves.

use serde_json::Value;
use tripod_oauth2::authorization::ResponseType;
use tripod_oauth2::client_authentication::ClientAuthenticationMethod as Method;
use tripod_oauth2::error::{ErrorCode, ErrorResponse};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jwk::JwkSet;
use tripod_oauth2::registration::ClientMetadata;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::GrantType;

use crate::config::Config;
use crate::keys;
use crate::oauth2::client::{ALGORITHMS, HMACS, METHODS};
use crate::oauth2::failure::Refusal;

/// The most redirect URIs that anybody needs.
const MOST_URIS: usize = 32;

/// Checks what a client asks for, and returns what it is registered with.
///
/// No address of it is fetched now; a `logo_uri` never is.
pub(super) fn apply(config: &Config, asked: ClientMetadata) -> Result<ClientMetadata, Refusal> {
    let mut metadata = asked;
    metadata.check().map_err(refuse)?;
    if metadata.redirect_uris.len() + metadata.post_logout_redirect_uris.len() > MOST_URIS {
        return Err(invalid("there are too many redirect URIs"));
    }
    check_grants(config, &metadata)?;
    check_authentication(&metadata)?;
    check_keys(config, &metadata)?;
    check_tokens(&metadata)?;
    metadata.scope = metadata.scope.map(|asked| known(config, &asked));
    // RFC 7591 §2.3: a statement may be ignored, and then says nothing.
    metadata.software_statement = None;
    // RFC 7591 §3.2.1: all registered metadata is returned, defaults included.
    metadata.token_endpoint_auth_method = Some(metadata.auth_method());
    metadata.grant_types = metadata.grants();
    metadata.response_types = metadata.responses();
    Ok(metadata)
}

fn check_grants(config: &Config, metadata: &ClientMetadata) -> Result<(), Refusal> {
    // These let a client act for users who were never asked: an administrator registers them.
    let speaks_for_users = [GrantType::JwtBearer, GrantType::TokenExchange];
    for grant in metadata.grants() {
        if !config.serves(&grant) || speaks_for_users.contains(&grant) {
            let description = format!("the grant type `{grant}` cannot be registered");
            return Err(invalid(description));
        }
    }
    let code = ResponseType::code();
    if metadata
        .responses()
        .iter()
        .any(|response| *response != code)
    {
        return Err(invalid("only the response type `code` is served"));
    }
    // RFC 6749 §4.4: client credentials are for confidential clients.
    let is_public = metadata.auth_method() == Method::None;
    if is_public && metadata.grants().contains(&GrantType::ClientCredentials) {
        return Err(invalid("a public client has no credentials"));
    }
    Ok(())
}

fn check_authentication(metadata: &ClientMetadata) -> Result<(), Refusal> {
    let method = metadata.auth_method();
    if !METHODS.contains(&method) {
        let description = format!("the authentication method `{method}` is not served");
        return Err(invalid(description));
    }
    let expected = match method {
        Method::PrivateKeyJwt => &ALGORITHMS[..],
        Method::ClientSecretJwt => &HMACS[..1],
        _ => return Ok(()),
    };
    let named = metadata.token_endpoint_auth_signing_alg.as_deref();
    let is_served = |name| Algorithm::parse(name).is_some_and(|named| expected.contains(&named));
    if named.is_none_or(is_served) {
        Ok(())
    } else {
        Err(invalid("`token_endpoint_auth_signing_alg` is not served"))
    }
}

fn check_keys(config: &Config, metadata: &ClientMetadata) -> Result<(), Refusal> {
    if let Some(uri) = &metadata.jwks_uri {
        let is_safe = uri.starts_with("https://")
            || (config.development.is_some() && uri.starts_with("http://"));
        return if is_safe {
            Ok(())
        } else {
            Err(invalid("`jwks_uri` is not an https URI"))
        };
    }
    let is_needed = metadata.auth_method() == Method::PrivateKeyJwt;
    let Some(jwks) = &metadata.jwks else {
        return if is_needed {
            Err(invalid("`private_key_jwt` needs `jwks` or `jwks_uri`"))
        } else {
            Ok(())
        };
    };
    let Value::Object(members) = Value::from(jwks.clone()) else {
        return Err(invalid("`jwks` is no key set"));
    };
    let set = JwkSet::from_members(members).map_err(|_| invalid("`jwks` is no key set"))?;
    // RFC 7517 §9.2: a private key that was sent here is private no more.
    if set.keys.iter().any(tripod_oauth2::jwk::Jwk::is_private) {
        return Err(invalid("`jwks` has a private key: it is compromised"));
    }
    if is_needed && KeySet::new(&set, &ALGORITHMS).is_empty() {
        return Err(invalid("`jwks` has no key that can sign"));
    }
    Ok(())
}

fn check_tokens(metadata: &ClientMetadata) -> Result<(), Refusal> {
    let algorithm = metadata.id_token_signed_response_alg.as_deref();
    let is_served =
        |name| Algorithm::parse(name).is_some_and(|named| keys::ALGORITHMS.contains(&named));
    if !algorithm.is_none_or(is_served) {
        return Err(invalid("`id_token_signed_response_alg` is not served"));
    }
    let is_other = |name: &str, usual: &str| {
        let asked = metadata.extra.value(name).and_then(Value::as_str);
        asked.is_some_and(|asked| asked != usual)
    };
    let unserved = [
        metadata.tls_client_certificate_bound_access_tokens,
        metadata.require_signed_request_object,
        metadata.request_object_signing_alg.is_some(),
        metadata.authorization_signed_response_alg.is_some(),
        !metadata.authorization_details_types.is_empty(),
        is_other("subject_type", "public"),
        metadata
            .extra
            .value("id_token_encrypted_response_alg")
            .is_some(),
        metadata
            .extra
            .value("userinfo_signed_response_alg")
            .is_some(),
        metadata
            .extra
            .value("userinfo_encrypted_response_alg")
            .is_some(),
    ];
    if unserved.contains(&true) {
        return Err(invalid("the client asks for what is not served here"));
    }
    Ok(())
}

/// RFC 7591 §2: the server may register another scope than was asked for, and says which.
fn known(config: &Config, asked: &Scope) -> Scope {
    let known = asked
        .iter()
        .filter(|name| config.description(name).is_some());
    Scope::of(known).expect("the values of a scope make a scope")
}

fn refuse(error: ErrorResponse) -> Refusal {
    Refusal::new(error.code, error.description.unwrap_or_default())
}

fn invalid(description: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(ErrorCode::InvalidClientMetadata, description)
}

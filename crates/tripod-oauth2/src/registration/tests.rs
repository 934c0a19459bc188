use http::HeaderMap;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::client_authentication::ClientAuthenticationMethod;
use crate::error::ErrorCode;
use crate::token::GrantType;

const REQUEST: &str =
    include_str!("../../../../vectors/oauth2/registration/rfc7591-3.1/request.json");
const RESPONSE: &str =
    include_str!("../../../../vectors/oauth2/registration/rfc7591-3.1/response.json");
const UPDATE: &str =
    include_str!("../../../../vectors/oauth2/registration/rfc7592-2.2/request.json");
const UPDATED: &str =
    include_str!("../../../../vectors/oauth2/registration/rfc7592-2.2/response.json");

fn members(json: &str) -> Members {
    Members::parse(json.as_bytes()).unwrap()
}

fn metadata(json: &str) -> ClientMetadata {
    ClientMetadata::parse(members(json)).unwrap()
}

fn read(status: StatusCode, body: &str) -> Result<ClientInformation, Error> {
    let headers = HeaderMap::new();
    ClientInformation::read(&Answer::new(status, &headers, body.as_bytes()))
}

#[test]
fn the_registration_of_rfc_7591_is_read_and_written() {
    let request = RegistrationRequest::parse(members(REQUEST)).unwrap();
    assert_eq!(
        request.metadata.client_name.as_deref(),
        Some("My Example Client")
    );
    assert!(
        request
            .metadata
            .extra
            .value("client_name#ja-Jpan-JP")
            .is_some()
    );
    assert_eq!(request.encode(), members(REQUEST));
    assert_eq!(request.metadata.check().unwrap().len(), 2);
    let information = read(CREATED, RESPONSE).unwrap();
    assert_eq!(information.client_id, "s6BhdRkqt3");
    assert_eq!(
        information.client_secret_expires_at,
        Some(Timestamp::from_unix(2_893_276_800))
    );
    assert_eq!(information.encode(), members(RESPONSE));
}

#[test]
fn the_update_of_rfc_7592_is_read_and_written() {
    let update = ClientUpdate::parse(members(UPDATE)).unwrap();
    assert_eq!(update.encode(), members(UPDATE));
    let updated = read(StatusCode::OK, UPDATED).unwrap();
    let management = updated.management.as_ref().unwrap();
    assert_eq!(
        management.registration_client_uri,
        "https://server.example.com/register/s6BhdRkqt3"
    );
    assert_eq!(updated.encode(), members(UPDATED));
    assert_eq!(update.verify(&updated), Ok(()));
    let again = ClientUpdate::new(&updated);
    assert_eq!(again.verify(&updated), Ok(()));
    assert!(again.encode().value("registration_access_token").is_none());
}

#[test]
fn a_client_cannot_say_what_the_server_says() {
    for name in [
        "client_secret_expires_at",
        "client_id_issued_at",
        "registration_access_token",
        "registration_client_uri",
    ] {
        let mut update = members(UPDATE);
        update.put(name, 1);
        assert_eq!(
            ClientUpdate::parse(update).unwrap_err().fault,
            Fault::Uncalled,
            "{name}"
        );
    }
    let request = RegistrationRequest::parse(members(RESPONSE)).unwrap();
    for name in ISSUED {
        assert!(request.encode().value(name).is_none(), "{name}");
    }
    assert_eq!(
        ClientUpdate::parse(members("{}")).unwrap_err().fault,
        Fault::Missing
    );
}

#[test]
fn an_update_of_another_client_or_secret_is_refused() {
    let registered = read(StatusCode::OK, UPDATED).unwrap();
    let mut other = ClientUpdate::new(&registered);
    other.client_id.push('x');
    assert_eq!(other.verify(&registered), Err(Mismatch::ClientId));
    let mut other = ClientUpdate::new(&registered);
    other.client_secret = Some("my own choice".into());
    assert_eq!(other.verify(&registered), Err(Mismatch::ClientSecret));
    other.client_secret = None;
    assert_eq!(other.verify(&registered), Ok(()));
}

#[test]
fn a_secret_always_says_when_it_expires() {
    let mut information = ClientInformation::new("a", ClientMetadata::new());
    assert!(
        information
            .encode()
            .value("client_secret_expires_at")
            .is_none()
    );
    information.client_secret = Some("b".into());
    assert_eq!(
        information
            .encode()
            .value("client_secret_expires_at")
            .unwrap(),
        0
    );
    assert_eq!(
        ClientInformation::parse(information.encode()),
        Ok(information)
    );
}

#[test]
fn what_cannot_be_registered_is_refused_with_the_code_to_answer() {
    let refused = |json| metadata(json).check().unwrap_err();
    for json in [
        "{}",
        r#"{"redirect_uris":[]}"#,
        r#"{"redirect_uris":["http://a/cb"]}"#,
        r#"{"redirect_uris":["https://a/#b"]}"#,
        r#"{"redirect_uris":["https://a/","javascript:alert(1)"]}"#,
        r#"{"grant_types":["implicit"],"response_types":["token"]}"#,
    ] {
        assert_eq!(refused(json).code, ErrorCode::InvalidRedirectUri, "{json}");
    }
    for json in [
        r#"{"redirect_uris":["https://a/"],"jwks":{"keys":[]},"jwks_uri":"https://a/"}"#,
        r#"{"redirect_uris":["https://a/"],"response_types":["token"]}"#,
        r#"{"redirect_uris":["https://a/"],"grant_types":["authorization_code"],"response_types":["code token"]}"#,
        r#"{"grant_types":["client_credentials"],"response_types":["code"]}"#,
        r#"{"redirect_uris":["https://a/"],"grant_types":["implicit"],"response_types":["code"]}"#,
        r#"{"redirect_uris":["https://a/"],"token_endpoint_auth_method":"tls_client_auth"}"#,
        r#"{"redirect_uris":["https://a/"],"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_san_dns":"a","tls_client_auth_san_ip":"::1"}"#,
    ] {
        assert_eq!(
            refused(json).code,
            ErrorCode::InvalidClientMetadata,
            "{json}"
        );
    }
}

#[test]
fn what_can_be_registered_is() {
    for json in [
        r#"{"redirect_uris":["https://a/"]}"#,
        r#"{"grant_types":["client_credentials"]}"#,
        r#"{"redirect_uris":["https://a/"],"grant_types":["authorization_code","implicit"],"response_types":["code","code token","id_token"]}"#,
        r#"{"redirect_uris":["https://a/"],"grant_types":["implicit"],"response_types":["id_token"]}"#,
        r#"{"redirect_uris":["https://a/"],"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_san_dns":"a"}"#,
    ] {
        assert!(metadata(json).check().is_ok(), "{json}");
    }
}

#[test]
fn what_is_left_out_has_its_default() {
    let empty = ClientMetadata::new();
    assert_eq!(empty.grants(), [GrantType::AuthorizationCode]);
    assert_eq!(empty.responses()[0].to_string(), "code");
    assert_eq!(
        empty.auth_method(),
        ClientAuthenticationMethod::ClientSecretBasic
    );
    assert!(
        metadata(r#"{"grant_types":["client_credentials"]}"#)
            .responses()
            .is_empty()
    );
}

#[test]
fn members_of_the_wrong_type_are_named() {
    for (json, name) in [
        (r#"{"redirect_uris":"https://a/"}"#, "redirect_uris"),
        (r#"{"scope":["a"]}"#, "scope"),
        (r#"{"scope":"\""}"#, "scope"),
        (r#"{"jwks":[]}"#, "jwks"),
        (r#"{"client_name":1,"x":2}"#, "client_name"),
    ] {
        assert_eq!(
            ClientMetadata::parse(members(json)).unwrap_err().parameter,
            name
        );
    }
    for body in [
        "{}",
        r#"{"client_id":1}"#,
        r#"{"client_id":"a","registration_client_uri":"https://a"}"#,
        r#"{"client_id":"a","registration_access_token":"b"}"#,
        "<html>",
    ] {
        assert!(
            matches!(
                read(CREATED, body),
                Err(Error::Malformed {
                    answer: Some(_),
                    ..
                })
            ),
            "{body}"
        );
    }
}

#[test]
fn the_refusal_of_rfc_7591_is_told() {
    let body = r#"{"error":"invalid_redirect_uri","error_description":"The redirection URI http://sketchy.example.com is not allowed by this server."}"#;
    let refused = read(StatusCode::BAD_REQUEST, body);
    assert!(
        matches!(refused, Err(Error::Refused(refusal)) if refusal.error.code == ErrorCode::InvalidRedirectUri)
    );
}

#[test]
fn a_deletion_needs_no_body_and_a_refusal_is_told() {
    let headers = HeaderMap::new();
    let read = |status, body: &str| read_deletion(&Answer::new(status, &headers, body.as_bytes()));
    assert_eq!(read(StatusCode::NO_CONTENT, ""), Ok(()));
    assert!(matches!(
        read(StatusCode::METHOD_NOT_ALLOWED, ""),
        Err(Error::Malformed {
            answer: Some(_),
            ..
        })
    ));
    assert!(matches!(
        read(StatusCode::UNAUTHORIZED, r#"{"error":"invalid_token"}"#),
        Err(Error::Refused(_))
    ));
}

#[test]
fn no_secret_is_printed() {
    let mut information = ClientInformation::new("a", ClientMetadata::new());
    information.client_secret = Some("sentinel".into());
    information.management = Some(Management::new("https://a/", "sentinel"));
    let update = ClientUpdate::new(&information);
    assert!(!format!("{information:?} {update:?} {:?}", information.encode()).contains("sentinel"));
}

proptest! {
    #[test]
    fn parsing_undoes_writing(
        name in option::of(".{0,9}"),
        secret in option::of("[ -~]{1,9}"),
        expires in option::of(1..i64::MAX),
        token in option::of("[ -~]{1,9}"),
        grants in proptest::collection::vec("(authorization_code|refresh_token|x)", 0..3),
        scope in option::of("[a-z]{1,5}"),
        dpop in any::<bool>(),
        extra in "x_[a-z]{0,9}",
    ) {
        let mut metadata = ClientMetadata::new();
        metadata.client_name = name;
        metadata.grant_types = grants.iter().map(|grant| GrantType::from(grant.as_str())).collect();
        metadata.scope = scope.map(|scope| crate::scope::Scope::parse(&scope).unwrap());
        metadata.dpop_bound_access_tokens = dpop;
        metadata.extra.put(extra, 1);
        let request = RegistrationRequest::new(metadata.clone());
        prop_assert_eq!(RegistrationRequest::parse(request.encode()), Ok(request));
        let mut information = ClientInformation::new("a", metadata);
        information.client_secret = secret.map(Secret::new);
        information.client_secret_expires_at = expires.map(Timestamp::from_unix);
        information.management = token.map(|token| Management::new("https://a/", token));
        let update = ClientUpdate::new(&information);
        prop_assert_eq!(ClientInformation::parse(members(&information.encode().to_json())), Ok(information));
        prop_assert_eq!(ClientUpdate::parse(update.encode()), Ok(update));
    }
}

use http::{HeaderMap, StatusCode};
use proptest::prelude::*;

use super::*;
use crate::answer::Answer;
use crate::authorization::{IssParameter, ResponseMode};
use crate::client_authentication::ClientAuthenticationMethod;
use crate::error::{Error, Fault, Mismatch, Misuse};
use crate::json::Members;
use crate::resource::Resource;
use crate::token::GrantType;

const SERVER: &str = include_str!("../../../../vectors/oauth2/metadata/rfc8414-3.2/response.json");

fn server(json: &str) -> Result<ServerMetadata, Malformed> {
    ServerMetadata::parse(Members::parse(json.as_bytes()).unwrap())
}

fn read(status: u16, body: &str, issuer: &str) -> Result<ServerMetadata, Error> {
    let headers = HeaderMap::new();
    let status = StatusCode::from_u16(status).unwrap();
    ServerMetadata::read(
        &Answer::new(status, &headers, body.as_bytes()),
        &Issuer::parse(issuer).unwrap(),
    )
}

#[test]
fn the_document_of_rfc_8414_is_read_and_written() {
    let metadata = read(200, SERVER, "https://server.example.com").unwrap();
    assert_eq!(
        metadata.token_endpoint.as_deref(),
        Some("https://server.example.com/token")
    );
    assert_eq!(
        metadata.openid.userinfo_endpoint.as_deref(),
        Some("https://server.example.com/userinfo")
    );
    assert_eq!(
        metadata.response_types_supported[1].to_string(),
        "code token"
    );
    assert!(metadata.extra.is_empty());
    assert_eq!(metadata.check(), Ok(()));
    assert_eq!(
        metadata.encode(),
        Members::parse(SERVER.as_bytes()).unwrap()
    );
}

#[test]
fn members_nobody_knows_survive() {
    let json = r#"{"a":{"b":[1,null]},"code_challenge_methods_supported":["S256","S512"],"issuer":"https://a"}"#;
    let metadata = server(json).unwrap();
    assert_eq!(metadata.encode().to_json(), json);
    assert_eq!(metadata.extra.iter().count(), 1);
}

#[test]
fn metadata_of_another_issuer_is_not_used() {
    for issuer in [
        "https://server.example.com/",
        "https://SERVER.example.com",
        "https://server.example.com:443",
        "https://evil.example",
    ] {
        assert_eq!(
            read(200, SERVER, issuer),
            Err(Mismatch::Issuer.into()),
            "{issuer}"
        );
    }
}

#[test]
fn what_is_no_metadata_is_refused_with_an_excerpt() {
    for (status, body) in [
        (404, SERVER),
        (201, SERVER),
        (200, ""),
        (200, "<html>"),
        (200, "{}"),
        (200, r#"{"issuer":1}"#),
        (
            200,
            r#"{"issuer":"https://server.example.com","token_endpoint":7}"#,
        ),
    ] {
        let error = read(status, body, "https://server.example.com").unwrap_err();
        assert!(
            matches!(
                error,
                Error::Malformed {
                    answer: Some(_),
                    ..
                }
            ),
            "{status} {body}"
        );
    }
}

#[test]
fn a_member_of_the_wrong_type_is_named() {
    for (member, name) in [
        (r#""token_endpoint":1"#, "token_endpoint"),
        (r#""scopes_supported":"a""#, "scopes_supported"),
        (
            r#""response_types_supported":["code code"]"#,
            "response_types_supported",
        ),
        (r#""userinfo_endpoint":[]"#, "userinfo_endpoint"),
        (
            r#""require_pushed_authorization_requests":"yes""#,
            "require_pushed_authorization_requests",
        ),
        (r#""mtls_endpoint_aliases":[]"#, "mtls_endpoint_aliases"),
    ] {
        let error = server(&format!(r#"{{"issuer":"https://a","x":1,{member}}}"#)).unwrap_err();
        assert_eq!(error.parameter, name);
    }
    assert_eq!(
        server("{}"),
        Err(Malformed::missing("issuer", "RFC 8414 §2"))
    );
    assert!(
        server(r#"{"issuer":"https://a","token_endpoint":null,"scopes_supported":null}"#).is_ok()
    );
}

#[test]
fn nothing_is_sent_in_clear() {
    for member in [
        "token_endpoint",
        "authorization_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "introspection_endpoint",
    ] {
        let body = |uri| format!(r#"{{"issuer":"https://a","{member}":"{uri}"}}"#);
        for uri in ["http://a/", "ftp://a/", "/token", "", "javascript:alert(1)"] {
            let refused = read(200, &body(uri), "https://a");
            assert!(
                matches!(refused, Err(Error::Malformed { .. })),
                "{member} {uri}"
            );
        }
        assert!(read(200, &body("http://127.0.0.1:8080/x"), "https://a").is_ok());
    }
    let aliases =
        r#"{"issuer":"https://a","mtls_endpoint_aliases":{"token_endpoint":"http://a/"}}"#;
    assert!(read(200, aliases, "https://a").is_err());
}

#[test]
fn what_is_left_out_has_its_default() {
    let metadata = server(r#"{"issuer":"https://a"}"#).unwrap();
    assert_eq!(
        metadata.grant_types(),
        [GrantType::AuthorizationCode, GrantType::Implicit]
    );
    assert_eq!(
        metadata.response_modes(),
        [ResponseMode::Query, ResponseMode::Fragment]
    );
    assert_eq!(
        metadata.token_endpoint_auth_methods(),
        [ClientAuthenticationMethod::ClientSecretBasic]
    );
    assert_eq!(metadata.iss_parameter(), IssParameter::Optional);
    let metadata = server(r#"{"issuer":"https://a","grant_types_supported":["x"],"authorization_response_iss_parameter_supported":true}"#).unwrap();
    assert_eq!(metadata.grant_types(), [GrantType::from("x")]);
    assert_eq!(metadata.iss_parameter(), IssParameter::Required);
}

#[test]
fn what_a_server_may_not_publish_is_named() {
    let base = server(SERVER).unwrap();
    let refused = |change: &dyn Fn(&mut ServerMetadata)| {
        let mut metadata = base.clone();
        change(&mut metadata);
        metadata.check().unwrap_err()
    };
    let name = "token_endpoint_auth_signing_alg_values_supported";
    let missing = refused(&|m| m.token_endpoint_auth_signing_alg_values_supported.clear());
    assert_eq!((&*missing.parameter, missing.fault), (name, Fault::Missing));
    let none = refused(&|m| {
        m.token_endpoint_auth_signing_alg_values_supported
            .push("none".to_owned());
    });
    assert_eq!(
        (&*none.parameter, none.fault),
        (name, Fault::Not("free of `none`"))
    );
    assert_eq!(
        refused(&|m| m.response_types_supported.clear()).fault,
        Fault::Missing
    );
    assert_eq!(
        refused(&|m| m.issuer = "https://a/?b".to_owned()).parameter,
        "issuer"
    );
    assert_eq!(
        refused(&|m| m.jwks_uri = Some("http://a/".to_owned())).parameter,
        "jwks_uri"
    );
}

#[test]
fn an_issuer_is_https_without_query_and_fragment() {
    for issuer in [
        "https://a",
        "https://a/",
        "https://a:8443/b/c",
        "http://127.0.0.1:9090",
        "http://[::1]/a",
        "http://localhost:8080/realms/x",
    ] {
        assert_eq!(Issuer::parse(issuer).unwrap().as_str(), issuer);
    }
    for issuer in [
        "",
        "a",
        "//a",
        "http://a",
        "https://a?",
        "https://a?b",
        "https://a#",
        "https://a/#b",
        "https://u@a",
        "ftp://a",
        "https://",
        "https:a",
        "https://a b",
        "urn:a",
        "http://127.0.0.1.a",
        "https://a/{tenant}",
        "https://a\n",
    ] {
        assert!(Issuer::parse(issuer).is_err(), "{issuer:?}");
    }
    assert!(Issuer::dangerous_parse("http://keycloak:8080/realms/x").is_ok());
    for issuer in ["http://a?b", "http://a#b", "http://u@a", "ftp://a", "a"] {
        assert!(Issuer::dangerous_parse(issuer).is_err(), "{issuer}");
    }
}

#[test]
fn metadata_is_looked_for_where_the_rfcs_say() {
    let candidates = |issuer| Issuer::parse(issuer).unwrap().candidate_uris();
    // RFC 8414 §3.1 and §5
    assert_eq!(
        candidates("https://example.com/issuer1"),
        [
            "https://example.com/.well-known/oauth-authorization-server/issuer1",
            "https://example.com/issuer1/.well-known/openid-configuration",
            "https://example.com/.well-known/openid-configuration/issuer1",
        ]
    );
    assert_eq!(
        candidates("https://example.com/issuer1/"),
        candidates("https://example.com/issuer1")
    );
    for issuer in ["https://example.com", "https://example.com/"] {
        assert_eq!(
            candidates(issuer),
            [
                "https://example.com/.well-known/oauth-authorization-server",
                "https://example.com/.well-known/openid-configuration",
            ]
        );
    }
    assert_eq!(
        candidates("http://127.0.0.1:8080/a/b")[0],
        "http://127.0.0.1:8080/.well-known/oauth-authorization-server/a/b"
    );
}

#[test]
fn the_metadata_of_a_resource_is_looked_for_between_host_and_path() {
    let place = |uri| protected_resource_uri(&Resource::parse(uri).unwrap());
    for (resource, expected) in [
        (
            "https://resource.example.com",
            "https://resource.example.com/.well-known/oauth-protected-resource",
        ),
        (
            "https://resource.example.com/",
            "https://resource.example.com/.well-known/oauth-protected-resource",
        ),
        (
            "https://resource.example.com/resource1",
            "https://resource.example.com/.well-known/oauth-protected-resource/resource1",
        ),
        (
            "https://a/?x=/?",
            "https://a/.well-known/oauth-protected-resource?x=/?",
        ),
        (
            "https://a?x=1",
            "https://a/.well-known/oauth-protected-resource?x=1",
        ),
        (
            "https://a/b/?x=1",
            "https://a/.well-known/oauth-protected-resource/b/?x=1",
        ),
    ] {
        assert_eq!(place(resource).as_deref(), Ok(expected));
    }
    for resource in ["http://a/", "urn:example:a"] {
        assert_eq!(place(resource), Err(Misuse::InsecureTransport));
    }
}

#[test]
fn the_metadata_of_another_resource_is_not_used() {
    let headers = HeaderMap::new();
    let read = |status, body: &str, resource| {
        let resource = Resource::parse(resource).unwrap();
        ProtectedResourceMetadata::read(&Answer::new(status, &headers, body.as_bytes()), &resource)
    };
    let body = r#"{"resource":"https://resource.example.com","authorization_servers":["https://as1.example.com","https://as2.example.net"],"bearer_methods_supported":["header","body"],"scopes_supported":["profile"],"resource_documentation":"https://resource.example.com/doc.html"}"#;
    let own = "https://resource.example.com";
    let metadata = read(StatusCode::OK, body, own).unwrap();
    assert_eq!(
        metadata.bearer_methods_supported,
        [BearerMethod::Header, BearerMethod::Body]
    );
    assert_eq!(metadata.encode(), Members::parse(body.as_bytes()).unwrap());
    assert_eq!(
        read(StatusCode::OK, body, "https://resource.example.com/"),
        Err(Mismatch::Resource.into())
    );
    assert!(matches!(
        read(StatusCode::NOT_FOUND, body, own),
        Err(Error::Malformed { .. })
    ));
    for body in [
        "{}",
        r#"{"resource":7}"#,
        r#"{"resource":"https://resource.example.com","authorization_servers":["http://a"]}"#,
        r#"{"resource":"https://resource.example.com","jwks_uri":"http://a"}"#,
    ] {
        assert!(
            matches!(
                read(StatusCode::OK, body, own),
                Err(Error::Malformed { .. })
            ),
            "{body}"
        );
    }
}

proptest! {
    #[test]
    fn parsing_undoes_writing(
        name in "[a-z]{1,9}",
        scopes in proptest::collection::vec("[a-z]{1,9}", 0..4),
        methods in proptest::collection::vec("(client_secret_basic|private_key_jwt|x)", 0..3),
        (pushed, iss) in (any::<bool>(), any::<bool>()),
        request_uri in proptest::option::of(any::<bool>()),
        extra in "x_[a-z]{0,9}",
    ) {
        let issuer = Issuer::parse(&format!("https://{name}")).unwrap();
        let mut metadata = ServerMetadata::new(&issuer);
        metadata.token_endpoint = Some(format!("https://{name}/token"));
        metadata.mtls_endpoint_aliases.insert(name.clone(), "https://a/".to_owned());
        metadata.scopes_supported.clone_from(&scopes);
        metadata.token_endpoint_auth_methods_supported =
            methods.iter().map(|method| ClientAuthenticationMethod::from(method.as_str())).collect();
        metadata.require_pushed_authorization_requests = pushed;
        metadata.authorization_response_iss_parameter_supported = iss;
        metadata.openid.request_uri_parameter_supported = request_uri;
        metadata.extra.put(extra.as_str(), vec![1, 2]);
        prop_assert_eq!(server(&metadata.encode().to_json()), Ok(metadata));
        let resource = Resource::parse(&format!("https://{name}/")).unwrap();
        let mut metadata = ProtectedResourceMetadata::new(&resource);
        metadata.scopes_supported = scopes;
        metadata.dpop_bound_access_tokens_required = pushed;
        metadata.extra.put(extra, 1);
        prop_assert_eq!(ProtectedResourceMetadata::parse(metadata.encode()), Ok(metadata));
    }
}

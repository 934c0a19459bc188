use std::sync::Arc;

use serde_json::{Value, json};
use tripod_oauth2::metadata::Issuer;
use tripod_provider::config::{Config, Registration};
use tripod_provider::storage::Memory;

use crate::fixture::{Fixture, HandClock, ISSUER, config};

fn at(issuer: &str) -> Fixture {
    let mut moved = Config::new(Issuer::parse(issuer).unwrap());
    moved.scopes = config().scopes;
    Fixture::node(moved, Arc::new(Memory::new()), HandClock::new(), 0)
}

#[tokio::test]
async fn both_documents_say_the_same() {
    let fixture = Fixture::new().await;
    let oauth = fixture.get("/.well-known/oauth-authorization-server").await;
    let openid = fixture.get("/.well-known/openid-configuration").await;
    oauth.assert_ok();
    assert_eq!(oauth.body, openid.body);
    assert_eq!(oauth.header("content-type"), "application/json");
    assert_eq!(oauth.header("cache-control"), "public, max-age=300");
    let json = oauth.json();
    assert_eq!(json["issuer"], ISSUER);
    assert_eq!(json["token_endpoint"], format!("{ISSUER}/oauth2/token"));
    assert_eq!(json["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(json["response_types_supported"], json!(["code"]));
    assert_eq!(json["subject_types_supported"], json!(["public"]));
    // OpenID Connect Discovery §3: RS256 MUST be included.
    let algorithms = &json["id_token_signing_alg_values_supported"];
    assert!(algorithms.as_array().unwrap().contains(&json!("RS256")));
    assert_eq!(json["request_uri_parameter_supported"], false);
    assert_eq!(json["authorization_response_iss_parameter_supported"], true);
}

#[tokio::test]
async fn what_is_advertised_is_there() {
    let fixture = Fixture::with(|config| config.registration = Registration::Open).await;
    let json = fixture
        .get("/.well-known/openid-configuration")
        .await
        .json();
    for endpoint in [
        "token_endpoint",
        "jwks_uri",
        "revocation_endpoint",
        "introspection_endpoint",
        "device_authorization_endpoint",
        "pushed_authorization_request_endpoint",
        "registration_endpoint",
        "userinfo_endpoint",
    ] {
        let uri = json[endpoint].as_str().unwrap();
        let path = uri.strip_prefix(ISSUER).unwrap();
        let answer = fixture.get(path).await;
        assert_ne!(answer.status, 404, "{endpoint}");
    }
}

#[tokio::test]
async fn what_is_off_is_neither_advertised_nor_there() {
    let fixture = Fixture::with(|config| {
        config.registration = Registration::Closed;
        config.scopes.retain(|scope| scope.name != "openid");
    })
    .await;
    let json = fixture
        .get("/.well-known/oauth-authorization-server")
        .await
        .json();
    for member in [
        "registration_endpoint",
        "userinfo_endpoint",
        "subject_types_supported",
    ] {
        assert_eq!(json[member], Value::Null, "{member}");
    }
    for path in [
        "/oauth2/register",
        "/oauth2/userinfo",
        "/.well-known/openid-configuration",
    ] {
        assert_eq!(fixture.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn an_issuer_with_a_path_is_found_where_either_document_has_it() {
    for issuer in [
        "https://id.example/tenant/a",
        "https://id.example/tenant/a/",
    ] {
        let fixture = at(issuer);
        // RFC 8414 §3.1 inserts, OpenID Connect Discovery §4 appends, RFC 8414 §5 has both.
        for path in [
            "/.well-known/oauth-authorization-server/tenant/a",
            "/.well-known/openid-configuration/tenant/a",
            "/tenant/a/.well-known/openid-configuration",
        ] {
            let answer = fixture.get(path).await;
            answer.assert_ok();
            assert_eq!(answer.member("issuer"), issuer);
        }
        for path in ["/.well-known/oauth-authorization-server", "/oauth2/jwks"] {
            assert_eq!(fixture.get(path).await.status, 404, "{path}");
        }
        fixture.get("/tenant/a/oauth2/jwks").await.assert_ok();
        assert_eq!(fixture.get("/tenant/a/api/me").await.status, 401);
    }
}

#[tokio::test]
async fn a_resource_with_a_path_describes_itself_at_the_root() {
    let fixture = at("https://id.example/tenant/a");
    // RFC 9728 §3.1.
    let path = "/.well-known/oauth-protected-resource/tenant/a";
    let answer = fixture.get(path).await;
    answer.assert_ok();
    assert_eq!(answer.member("resource"), "https://id.example/tenant/a");
}

#[tokio::test]
async fn every_place_where_our_own_client_looks_answers() {
    for issuer in [
        "https://id.example",
        "https://id.example/",
        "https://id.example/a",
    ] {
        let fixture = at(issuer);
        for uri in Issuer::parse(issuer).unwrap().candidate_uris() {
            let path = uri.strip_prefix("https://id.example").unwrap();
            fixture.get(path).await.assert_ok();
        }
    }
}

#[tokio::test]
async fn the_key_set_can_be_fetched_from_any_origin_and_kept() {
    let fixture = Fixture::new().await;
    let mut request = http::Request::get("/oauth2/jwks");
    request = request.header("origin", "https://app.example");
    let answer = fixture
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    answer.assert_ok();
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let head = http::Request::head("/oauth2/jwks").body(axum::body::Body::empty());
    let head = fixture.send(head.unwrap()).await;
    head.assert_ok();
    assert!(head.body.is_empty());
}

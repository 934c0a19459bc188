use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};
use tripod_core::secret::Secret;
use tripod_provider::artefact::{Client, InitialAccessToken};
use tripod_provider::config::Registration;
use tripod_provider::handle::Handle;
use tripod_provider::store::Changes;

use super::flow::{TOKEN, add_code, dpop_key, is_active, redemption};
use crate::fixture::{Answer, Fixture, ISSUER};

const PATH: &str = "/oauth2/register";
const INITIAL: &str = "initial-access-token";

async fn open() -> Fixture {
    Fixture::with(|config| config.registration = Registration::Open).await
}

async fn by_token(remaining: Option<u32>) -> Fixture {
    let fixture = Fixture::new().await;
    let mut token = InitialAccessToken::new("somebody");
    token.remaining = remaining;
    let handle = Handle::of(&Secret::from(INITIAL));
    fixture.apply(Changes::new().insert(handle, &token)).await;
    fixture
}

async fn send(
    fixture: &Fixture,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header(CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    fixture.send(request.body(body).unwrap()).await
}

async fn register(fixture: &Fixture, body: &Value) -> Answer {
    send(fixture, Method::POST, PATH, None, body).await
}

fn metadata() -> Value {
    json!({
        "client_name": "My Example",
        "redirect_uris": ["https://client.example.org/callback"],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": "read write",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut metadata = metadata();
    metadata[name] = value;
    metadata
}

/// The path and the token by which a registration is managed.
fn management(registered: &Answer) -> (String, String) {
    let uri = registered.member("registration_client_uri");
    let path = uri.strip_prefix(ISSUER).unwrap().to_owned();
    (path, registered.member("registration_access_token"))
}

#[tokio::test]
async fn who_registers_can_use_what_it_is_given() {
    let fixture = open().await;
    let registered = register(&fixture, &metadata()).await;
    // RFC 7591 §3.2.1.
    assert_eq!(registered.status, 201, "{}", registered.text());
    assert_eq!(registered.header("cache-control"), "no-store");
    let json = registered.json();
    assert_eq!(json["client_secret_expires_at"], 0);
    assert_eq!(json["client_id_issued_at"], fixture.now().as_unix());
    // The defaults that were registered are told, too.
    assert_eq!(json["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(json["response_types"], json!(["code"]));
    let (id, secret) = (
        registered.member("client_id"),
        registered.member("client_secret"),
    );
    let form = [("grant_type", "client_credentials")];
    fixture
        .post_as(&id, &secret, TOKEN, &form)
        .await
        .assert_ok();
    // Doorkeeper CVE-2020-10187: no secret lies anywhere in clear.
    let store = fixture.provider.store();
    let client = store
        .load::<Client>(Client::handle(&id))
        .await
        .unwrap()
        .unwrap();
    let stored = serde_json::to_string(&*client).unwrap();
    for secret in [&secret, &registered.member("registration_access_token")] {
        assert!(!stored.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn a_client_with_keys_or_none_gets_no_secret() {
    let fixture = open().await;
    let key = dpop_key().public_jwk().unwrap().to_public_json().unwrap();
    let mut keys = with("token_endpoint_auth_method", json!("private_key_jwt"));
    keys["jwks"] = json!({ "keys": [key] });
    let mut public = with("token_endpoint_auth_method", json!("none"));
    public["grant_types"] = json!(["authorization_code"]);
    for body in [keys, public] {
        let registered = register(&fixture, &body).await;
        assert_eq!(registered.status, 201, "{}", registered.text());
        assert!(registered.json()["client_secret"].is_null());
    }
    let hmac = with("token_endpoint_auth_method", json!("client_secret_jwt"));
    let registered = register(&fixture, &hmac).await;
    assert!(!registered.member("client_secret").is_empty());
}

#[tokio::test]
async fn what_is_not_served_cannot_be_registered() {
    let fixture = open().await;
    let private = json!({"keys": [{"kty": "OKP", "crv": "Ed25519",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]});
    for (name, value) in [
        ("grant_types", json!(["authorization_code", "implicit"])),
        ("grant_types", json!(["authorization_code", "password"])),
        // These act for users who were never asked.
        (
            "grant_types",
            json!(["urn:ietf:params:oauth:grant-type:jwt-bearer"]),
        ),
        (
            "grant_types",
            json!(["urn:ietf:params:oauth:grant-type:token-exchange"]),
        ),
        ("response_types", json!(["token"])),
        ("response_types", json!(["code", "code id_token"])),
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_method", json!("odd")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        // A public client has no credentials.
        ("token_endpoint_auth_method", json!("none")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("jwks", private),
        ("jwks", json!({"keys": "no"})),
        ("jwks_uri", json!("http://client.example/jwks")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("subject_type", json!("pairwise")),
        ("require_signed_request_object", json!(true)),
        ("authorization_details_types", json!(["a"])),
        ("redirect_uris", json!("https://client.example/cb")),
        ("scope", json!(["read"])),
    ] {
        let answer = register(&fixture, &with(name, value.clone())).await;
        assert_eq!(
            answer.member("error"),
            "invalid_client_metadata",
            "{name} {value}"
        );
        assert_eq!(answer.status, 400);
    }
}

#[tokio::test]
async fn a_redirect_uri_that_leaks_codes_cannot_be_registered() {
    let fixture = open().await;
    for uri in [
        "http://client.example/cb",
        "https://client.example/cb#fragment",
        "javascript:alert(1)",
        "data:text/html,x",
        "/cb",
        "https://user@client.example/cb",
        "myapp:/cb",
        "",
    ] {
        let answer = register(&fixture, &with("redirect_uris", json!([uri]))).await;
        answer.assert_error(400, "invalid_redirect_uri");
    }
    let none = register(&fixture, &with("redirect_uris", json!([]))).await;
    none.assert_error(400, "invalid_redirect_uri");
    for uri in [
        "http://127.0.0.1/cb",
        "http://[::1]:1234/cb",
        "com.example.app:/cb",
    ] {
        let answer = register(&fixture, &with("redirect_uris", json!([uri]))).await;
        assert_eq!(answer.status, 201, "{uri}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let fixture = open().await;
    for body in ["", "[]", "{", "null", r#"{"scope":"a","scope":"b"}"#] {
        let request = Request::post(PATH).header(CONTENT_TYPE, "application/json");
        let answer = fixture.send(request.body(Body::from(body)).unwrap()).await;
        answer.assert_error(400, "invalid_client_metadata");
    }
    let request = Request::post(PATH).header(CONTENT_TYPE, "text/plain");
    let answer = fixture.send(request.body(Body::from("{}")).unwrap()).await;
    answer.assert_error(415, "invalid_request");
}

#[tokio::test]
async fn a_client_chooses_neither_its_name_nor_its_rights() {
    let fixture = open().await;
    let mut body = metadata();
    for (name, value) in [
        ("client_id", "client"),
        ("client_secret", "chosen"),
        ("registration_access_token", "chosen"),
    ] {
        body[name] = json!(value);
    }
    body["introspects"] = json!(true);
    body["skips_consent"] = json!(true);
    body["scope"] = json!("read admin");
    let registered = register(&fixture, &body).await;
    assert_eq!(registered.status, 201);
    let id = registered.member("client_id");
    assert_ne!(id, "client");
    assert_ne!(registered.member("client_secret"), "chosen");
    assert_eq!(registered.member("scope"), "read");
    let store = fixture.provider.store();
    let client = store
        .load::<Client>(Client::handle(&id))
        .await
        .unwrap()
        .unwrap();
    assert!(!client.introspects && !client.skips_consent);
}

#[tokio::test]
async fn without_an_initial_access_token_nobody_registers() {
    let fixture = by_token(None).await;
    for token in [None, Some("wrong"), Some("")] {
        let answer = send(&fixture, Method::POST, PATH, token, &metadata()).await;
        assert!(answer.status == 401 || answer.status == 400, "{token:?}");
    }
    let answer = send(&fixture, Method::POST, PATH, Some("wrong"), &metadata()).await;
    answer.assert_error(401, "invalid_token");
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
    let answer = send(&fixture, Method::POST, PATH, Some(INITIAL), &metadata()).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_two_registrations_is_used_twice() {
    let fixture = by_token(Some(2)).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let fixture = fixture.clone();
            tokio::spawn(async move {
                send(&fixture, Method::POST, PATH, Some(INITIAL), &metadata()).await
            })
        })
        .collect();
    let mut registered = 0;
    for task in tasks {
        registered += u32::from(task.await.unwrap().status == 201);
    }
    assert!((1..=2).contains(&registered));
    for _ in registered..2 {
        let answer = send(&fixture, Method::POST, PATH, Some(INITIAL), &metadata()).await;
        assert_eq!(answer.status, 201);
    }
    let answer = send(&fixture, Method::POST, PATH, Some(INITIAL), &metadata()).await;
    answer.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_registration_is_read_and_replaced() {
    let fixture = open().await;
    let registered = register(&fixture, &metadata()).await;
    let (path, token) = management(&registered);
    let read = send(&fixture, Method::GET, &path, Some(&token), &Value::Null).await;
    read.assert_ok();
    assert_eq!(read.member("client_name"), "My Example");
    assert_eq!(read.member("registration_access_token"), token);
    let mut body = with("client_name", json!("Renamed"));
    body["client_id"] = json!(registered.member("client_id"));
    body.as_object_mut().unwrap().remove("scope");
    let replaced = send(&fixture, Method::PUT, &path, Some(&token), &body).await;
    replaced.assert_ok();
    assert_eq!(replaced.member("client_name"), "Renamed");
    // RFC 7592 §2.2: what is left out is deleted.
    assert!(replaced.json()["scope"].is_null());
    let (id, secret) = (
        registered.member("client_id"),
        registered.member("client_secret"),
    );
    let form = [("grant_type", "client_credentials")];
    fixture
        .post_as(&id, &secret, TOKEN, &form)
        .await
        .assert_ok();
}

#[tokio::test]
async fn what_only_the_server_says_cannot_be_replaced() {
    let fixture = open().await;
    let registered = register(&fixture, &metadata()).await;
    let (path, token) = management(&registered);
    let id = registered.member("client_id");
    for (name, value) in [
        ("client_id", json!("other")),
        ("client_id", Value::Null),
        ("client_secret", json!("chosen")),
        ("registration_access_token", json!("chosen")),
        ("client_id_issued_at", json!(1)),
        (
            "grant_types",
            json!(["urn:ietf:params:oauth:grant-type:jwt-bearer"]),
        ),
    ] {
        let mut body = metadata();
        body["client_id"] = json!(id);
        body[name] = value;
        let answer = send(&fixture, Method::PUT, &path, Some(&token), &body).await;
        assert_eq!(answer.status, 400, "{name}");
    }
    let read = send(&fixture, Method::GET, &path, Some(&token), &Value::Null).await;
    assert_eq!(read.member("client_name"), "My Example");
}

#[tokio::test]
async fn nobody_manages_what_is_another_s() {
    let fixture = open().await;
    let (path, _) = management(&register(&fixture, &metadata()).await);
    let (_, other) = management(&register(&fixture, &metadata()).await);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        for token in [None, Some("wrong"), Some(&*other)] {
            let answer = send(&fixture, method.clone(), &path, token, &metadata()).await;
            answer.assert_error(401, "invalid_token");
        }
        // RFC 7592 §2: a client that is not there is answered the same.
        let nobody = format!("{PATH}/nobody");
        let answer = send(&fixture, method, &nobody, Some(&other), &metadata()).await;
        answer.assert_error(401, "invalid_token");
    }
    // Clients that an administrator registered have no such token.
    let fixed = format!("{PATH}/{}", crate::fixture::CLIENT);
    let answer = send(&fixture, Method::DELETE, &fixed, Some(""), &Value::Null).await;
    assert!(answer.status == 401 || answer.status == 400);
}

#[tokio::test]
async fn with_a_registration_goes_all_it_was_given() {
    let fixture = open().await;
    let registered = register(&fixture, &metadata()).await;
    let (path, token) = management(&registered);
    let (id, secret) = (
        registered.member("client_id"),
        registered.member("client_secret"),
    );
    add_code(&fixture, "code", |code| {
        code.client.clone_from(&id);
        code.redirect_uri = None;
    })
    .await;
    let mut form = redemption("code");
    form.retain(|(name, _)| *name != "redirect_uri");
    let tokens = fixture.post_as(&id, &secret, TOKEN, &form).await;
    tokens.assert_ok();
    let deleted = send(&fixture, Method::DELETE, &path, Some(&token), &Value::Null).await;
    assert_eq!(deleted.status, 204);
    assert!(deleted.body.is_empty());
    assert!(!is_active(&fixture, &tokens.member("access_token")).await);
    let form = [("grant_type", "client_credentials")];
    let answer = fixture.post_as(&id, &secret, TOKEN, &form).await;
    answer.assert_error(401, "invalid_client");
    let again = send(&fixture, Method::GET, &path, Some(&token), &Value::Null).await;
    again.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_token_registers_as_often_as_it_may_also_at_once() {
    let fixture = by_token(Some(5)).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let fixture = fixture.clone();
        tasks.spawn(async move {
            let answer = send(&fixture, Method::POST, PATH, Some(INITIAL), &metadata()).await;
            answer.status.as_u16()
        });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 201, 201, 201, 401, 401, 401]);
}

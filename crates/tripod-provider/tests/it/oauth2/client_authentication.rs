use std::sync::Arc;
use std::time::Duration;

use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;
use tripod_core::secret::Secret;
use tripod_oauth2::client_assertion::Assertion;
use tripod_oauth2::client_authentication::{
    BasicCredentials, ClientAuthenticationMethod as Method,
};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::json::Members;
use tripod_provider::artefact::{Client, SecretHash};
use tripod_provider::fetcher::{Sending, Transport};
use tripod_provider::seal::Purpose;

use super::flow::{TOKEN, dpop_key, other_key};
use crate::fixture::{
    Answer, CLIENT, Fixture, ISSUER, PUBLIC, SECRET, basic, confidential, form, post,
};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const LONG_SECRET: &str = "a secret of more than thirty-two octets";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn send(fixture: &Fixture, authorization: &str, form: &[(&str, &str)]) -> Answer {
    let mut request = post(TOKEN, form);
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, authorization.parse().unwrap());
    fixture.send(request).await
}

/// A provider with a client for each method.
async fn every_method() -> Fixture {
    let fixture = Fixture::new().await;
    for (id, method) in [
        ("post", Method::ClientSecretPost),
        ("hmac", Method::ClientSecretJwt),
        ("keys", Method::PrivateKeyJwt),
    ] {
        fixture.add_client(client(&fixture, id, &method)).await;
    }
    fixture
}

fn client(fixture: &Fixture, id: &str, method: &Method) -> Client {
    let mut client = confidential(id);
    client.metadata.token_endpoint_auth_method = Some(method.clone());
    match method {
        Method::ClientSecretJwt => {
            let context = Client::secret_context(id);
            let mut random = fixture.provider.random();
            let sealer = fixture.provider.sealer();
            let secret = Secret::from(LONG_SECRET);
            let sealed = sealer.seal(Purpose::Secret, &context, &secret, &mut random);
            client.sealed_secret = Some(sealed);
        }
        Method::PrivateKeyJwt => {
            let key = dpop_key().public_jwk().unwrap().to_public_json().unwrap();
            let jwks = json!({ "keys": [key] }).to_string();
            client.metadata.jwks = Some(Members::parse(jwks.as_bytes()).unwrap());
            client.secrets.clear();
        }
        _ => {}
    }
    client
}

fn assertion(fixture: &Fixture, id: &str) -> Assertion {
    Assertion::for_client(id, ISSUER, fixture.now(), &mut fixture.provider.random())
}

fn hmac() -> SigningKey {
    SigningKey::from_secret(Algorithm::Hs256, &Secret::from(LONG_SECRET)).unwrap()
}

async fn assert_with(fixture: &Fixture, assertion: &str) -> Answer {
    let form = [
        GRANT,
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    fixture.post(TOKEN, &form).await
}

async fn sign(fixture: &Fixture, assertion: &Assertion, key: &SigningKey) -> Answer {
    assert_with(fixture, assertion.encode(key).unwrap().expose()).await
}

#[tokio::test]
async fn every_method_works_for_who_registered_it() {
    let fixture = every_method().await;
    fixture.post_as_client(TOKEN, &[GRANT]).await.assert_ok();
    let form = [GRANT, ("client_id", "post"), ("client_secret", SECRET)];
    fixture.post(TOKEN, &form).await.assert_ok();
    sign(&fixture, &assertion(&fixture, "hmac"), &hmac())
        .await
        .assert_ok();
    sign(&fixture, &assertion(&fixture, "keys"), &dpop_key())
        .await
        .assert_ok();
}

#[tokio::test]
async fn no_other_method_works_than_the_one_that_was_registered() {
    let fixture = every_method().await;
    for id in ["post", "hmac", "keys", PUBLIC] {
        let answer = fixture.post_as(id, SECRET, TOKEN, &[GRANT]).await;
        answer.assert_error(401, "invalid_client");
    }
    for id in [CLIENT, "hmac", "keys", PUBLIC] {
        let form = [GRANT, ("client_id", id), ("client_secret", SECRET)];
        fixture
            .post(TOKEN, &form)
            .await
            .assert_error(401, "invalid_client");
    }
    for id in [CLIENT, "post", "hmac", "keys"] {
        let form = [GRANT, ("client_id", id)];
        fixture
            .post(TOKEN, &form)
            .await
            .assert_error(401, "invalid_client");
    }
    for (id, key) in [(CLIENT, hmac()), ("keys", hmac()), ("hmac", dpop_key())] {
        let answer = sign(&fixture, &assertion(&fixture, id), &key).await;
        answer.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_refusal_names_the_scheme() {
    let fixture = Fixture::new().await;
    let answer = fixture.post_as(CLIENT, "wrong", TOKEN, &[GRANT]).await;
    answer.assert_error(401, "invalid_client");
    // RFC 6749 §5.2: `WWW-Authenticate` MUST match the scheme that the client used.
    assert!(answer.header("www-authenticate").starts_with("Basic "));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_client_sound_the_same() {
    let fixture = Fixture::new().await;
    let wrong = fixture.post_as(CLIENT, "wrong", TOKEN, &[GRANT]).await;
    let unknown = fixture.post_as("nobody", SECRET, TOKEN, &[GRANT]).await;
    wrong.assert_error(401, "invalid_client");
    assert_eq!(wrong.body, unknown.body);
    for secret in [
        "",
        "client-secre",
        "client-secret ",
        "CLIENT-SECRET",
        "nobody has this secret",
    ] {
        let answer = fixture.post_as(CLIENT, secret, TOKEN, &[GRANT]).await;
        answer.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_client_authenticates_by_one_method_at_a_time() {
    let fixture = every_method().await;
    let jwt = assertion(&fixture, "keys").encode(&dpop_key()).unwrap();
    for form in [
        vec![GRANT, ("client_id", CLIENT), ("client_secret", SECRET)],
        vec![GRANT, ("client_secret", SECRET)],
        vec![
            GRANT,
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", jwt.expose()),
        ],
        vec![GRANT, ("client_id", "post")],
    ] {
        // RFC 6749 §2.3: MUST NOT use more than one method in each request.
        let answer = fixture.post_as_client(TOKEN, &form).await;
        answer.assert_error(400, "invalid_request");
    }
    let form = [GRANT, ("client_id", CLIENT)];
    fixture.post_as_client(TOKEN, &form).await.assert_ok();
}

#[tokio::test]
async fn a_secret_in_the_query_is_refused() {
    let fixture = every_method().await;
    let address = format!(
        "{TOKEN}?{}",
        form(&[("client_id", "post"), ("client_secret", SECRET)])
    );
    // RFC 6749 §2.3.1: MUST NOT be included in the request URI.
    let answer = fixture.post(&address, &[GRANT]).await;
    answer.assert_error(400, "invalid_request");
    let address = format!("{TOKEN}?{}", form(&[GRANT]));
    let answer = fixture.post_as_client(&address, &[]).await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn headers_that_are_no_basic_credentials_are_refused() {
    let fixture = Fixture::new().await;
    for authorization in [
        "Basic",
        "Basic !",
        "Basic Y2xpZW50",
        "Bearer token",
        "Digest a=b",
        "Basic /////w==",
        "",
    ] {
        let answer = send(&fixture, authorization, &[GRANT]).await;
        answer.assert_error(401, "invalid_client");
    }
    let mut request = post(TOKEN, &[GRANT]);
    let value: http::HeaderValue = basic(CLIENT, SECRET).parse().unwrap();
    request.headers_mut().append(AUTHORIZATION, value.clone());
    request.headers_mut().append(AUTHORIZATION, value);
    let answer = fixture.send(request).await;
    answer.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn names_and_secrets_with_odd_characters_are_read_both_ways() {
    let fixture = Fixture::new().await;
    let (id, secret) = ("https://client.example/", "a b+c%20d:é");
    let mut client = confidential(id);
    client.secrets = vec![SecretHash::of(&Secret::from(secret))];
    fixture.add_client(client).await;
    fixture
        .post_as(id, secret, TOKEN, &[GRANT])
        .await
        .assert_ok();
    let mut plain = confidential("plain");
    plain.secrets = vec![SecretHash::of(&Secret::from(secret))];
    fixture.add_client(plain).await;
    let raw = BasicCredentials::raw("plain", &Secret::from(secret)).unwrap();
    send(&fixture, raw.to_header().expose(), &[GRANT])
        .await
        .assert_ok();
}

#[tokio::test]
async fn two_secrets_count_while_one_is_rotated() {
    let fixture = Fixture::new().await;
    let mut client = confidential("rotating");
    let mut old = SecretHash::of(&Secret::from("old"));
    old.expires = Some(fixture.now().plus(Duration::from_secs(60)));
    client.secrets = vec![old, SecretHash::of(&Secret::from("new"))];
    fixture.add_client(client).await;
    for secret in ["old", "new"] {
        fixture
            .post_as("rotating", secret, TOKEN, &[GRANT])
            .await
            .assert_ok();
    }
    fixture.turn(60);
    let answer = fixture.post_as("rotating", "old", TOKEN, &[GRANT]).await;
    answer.assert_error(401, "invalid_client");
    fixture
        .post_as("rotating", "new", TOKEN, &[GRANT])
        .await
        .assert_ok();
}

#[tokio::test]
async fn who_fails_often_has_to_wait() {
    let fixture = Fixture::new().await;
    for _ in 0..10 {
        let answer = fixture.post_as(CLIENT, "wrong", TOKEN, &[GRANT]).await;
        answer.assert_error(401, "invalid_client");
    }
    let answer = fixture.post_as_client(TOKEN, &[GRANT]).await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    let others = [GRANT, ("client_id", PUBLIC)];
    fixture
        .post(TOKEN, &others)
        .await
        .assert_error(400, "unauthorized_client");
    fixture.turn(300);
    fixture.post_as_client(TOKEN, &[GRANT]).await.assert_ok();
}

#[tokio::test]
async fn an_assertion_counts_once() {
    let fixture = every_method().await;
    let signed = assertion(&fixture, "keys").encode(&dpop_key()).unwrap();
    assert_with(&fixture, signed.expose()).await.assert_ok();
    let replayed = assert_with(&fixture, signed.expose()).await;
    replayed.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_assertion_is_used_up_by_a_request_that_fails_otherwise() {
    let fixture = every_method().await;
    let signed = assertion(&fixture, "keys").encode(&dpop_key()).unwrap();
    let form = [
        GRANT,
        ("scope", "delete"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", signed.expose()),
    ];
    fixture
        .post(TOKEN, &form)
        .await
        .assert_error(400, "invalid_scope");
    let replayed = assert_with(&fixture, signed.expose()).await;
    replayed.assert_error(401, "invalid_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_that_use_an_assertion_at_once_one_is_believed() {
    let fixture = Fixture::with(|config| config.limits.attempts = None).await;
    fixture
        .add_client(client(&fixture, "keys", &Method::PrivateKeyJwt))
        .await;
    let signed = assertion(&fixture, "keys").encode(&dpop_key()).unwrap();
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (fixture, signed) = (fixture.clone(), signed.clone());
            tokio::spawn(async move { assert_with(&fixture, signed.expose()).await })
        })
        .collect();
    let mut believed = 0;
    for task in tasks {
        believed += u32::from(task.await.unwrap().status == 200);
    }
    assert_eq!(believed, 1);
}

#[tokio::test]
async fn an_assertion_that_is_not_for_this_server_and_now_is_refused() {
    let fixture = every_method().await;
    type Change = fn(&mut Assertion);
    let changes: [Change; 8] = [
        |it| it.audiences = vec!["https://other.example".to_owned()],
        |it| it.audiences = vec![format!("{ISSUER}/")],
        |it| it.audiences = vec![format!("{ISSUER}/oauth2/introspect")],
        |it| it.issuer = CLIENT.to_owned(),
        |it| it.subject = "nobody".to_owned(),
        |it| it.expires_at = it.expires_at.minus(Duration::from_secs(91)),
        |it| it.expires_at = it.expires_at.plus(Duration::from_secs(2 * 3600)),
        |it| it.id = None,
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut changed = assertion(&fixture, "keys");
        change(&mut changed);
        let answer = sign(&fixture, &changed, &dpop_key()).await;
        assert_eq!(answer.status, 401, "change {at}");
    }
    let answer = sign(&fixture, &assertion(&fixture, "keys"), &other_key()).await;
    answer.assert_error(401, "invalid_client");
    // RFC 9126 §2: the token endpoint is a name of this server, too.
    let mut named = assertion(&fixture, "keys");
    named.audiences = vec![format!("{ISSUER}{TOKEN}")];
    fixture.turn(300);
    named.expires_at = fixture.now().plus(Duration::from_secs(60));
    sign(&fixture, &named, &dpop_key()).await.assert_ok();
}

#[tokio::test]
async fn an_assertion_of_another_type_or_without_one_is_refused() {
    let fixture = every_method().await;
    let signed = assertion(&fixture, "keys").encode(&dpop_key()).unwrap();
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let form = [
        GRANT,
        ("client_assertion_type", saml),
        ("client_assertion", signed.expose()),
    ];
    fixture
        .post(TOKEN, &form)
        .await
        .assert_error(401, "invalid_client");
    let form = [GRANT, ("client_assertion", signed.expose())];
    fixture
        .post(TOKEN, &form)
        .await
        .assert_error(400, "invalid_request");
    let form = [
        GRANT,
        ("client_id", "hmac"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", signed.expose()),
    ];
    fixture
        .post(TOKEN, &form)
        .await
        .assert_error(401, "invalid_client");
    for junk in ["a", "a.b.c", "..", &"a".repeat(17 * 1024)] {
        assert_with(&fixture, junk)
            .await
            .assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn what_is_no_form_is_no_request() {
    let fixture = Fixture::new().await;
    let json = Request::post(TOKEN)
        .header(AUTHORIZATION, basic(CLIENT, SECRET))
        .header(CONTENT_TYPE, "application/json")
        .body(r#"{"grant_type":"client_credentials"}"#.into())
        .unwrap();
    fixture
        .send(json)
        .await
        .assert_error(415, "invalid_request");
    let long = "a".repeat(65 * 1024);
    let answer = fixture.post_as_client(TOKEN, &[GRANT, ("x", &long)]).await;
    answer.assert_error(413, "invalid_request");
    let many: Vec<_> = (0..300).map(|_| ("resource", "a")).collect();
    let answer = fixture.post_as_client(TOKEN, &many).await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn a_parameter_that_repeats_is_refused() {
    let fixture = Fixture::new().await;
    for form in [
        vec![GRANT, GRANT],
        vec![GRANT, ("scope", "read"), ("scope", "write")],
        vec![GRANT, ("client_id", CLIENT), ("client_id", CLIENT)],
        vec![GRANT, ("unknown", "1"), ("unknown", "2")],
    ] {
        let answer = fixture.post_as_client(TOKEN, &form).await;
        answer.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn methods_that_are_none_are_answered_as_http_has_it() {
    let fixture = Fixture::new().await;
    for path in [TOKEN, "/oauth2/revoke", "/oauth2/introspect", "/oauth2/par"] {
        let answer = fixture.get(path).await;
        assert_eq!(answer.status, 405, "{path}");
        assert!(answer.header("allow").contains("POST"), "{path}");
    }
    let options = Request::options(TOKEN)
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "dpop")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = fixture.send(options).await;
    assert!(answer.status.is_success());
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("dpop")
    );
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

/// Publishes a key set, counts how often it is asked for, and can be changed.
#[derive(Debug, Default)]
struct Published {
    jwks: std::sync::Mutex<String>,
    asked: std::sync::atomic::AtomicU32,
}

impl Published {
    fn publish(&self, keys: &[(&str, &SigningKey)]) {
        let keys: Vec<_> = keys
            .iter()
            .map(|(id, key)| {
                let mut jwk = key.public_jwk().unwrap().clone();
                jwk.id = Some((*id).to_owned());
                jwk.to_public_json().unwrap()
            })
            .collect();
        *self.jwks.lock().unwrap() = json!({ "keys": keys }).to_string();
    }

    fn asked(&self) -> u32 {
        self.asked.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl Transport for Published {
    fn send(&self, request: Request<bytes::Bytes>, _limit: usize) -> Sending<'_> {
        assert_eq!(request.uri(), "https://client.example/jwks");
        self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let jwks = self.jwks.lock().unwrap().clone();
        Box::pin(std::future::ready(Ok(http::Response::new(jwks.into()))))
    }
}

async fn publishing(published: &Arc<Published>) -> Fixture {
    let transport: Arc<dyn Transport> = Arc::clone(published) as _;
    let fixture = Fixture::fetching(transport);
    let mut client = confidential("remote");
    client.metadata.token_endpoint_auth_method = Some(Method::PrivateKeyJwt);
    client.metadata.jwks_uri = Some("https://client.example/jwks".to_owned());
    fixture.add_client(client).await;
    fixture
}

#[tokio::test]
async fn published_keys_are_fetched_and_kept_for_a_while() {
    let published = Arc::new(Published::default());
    let (key, other) = (dpop_key().with_id("1"), other_key().with_id("2"));
    published.publish(&[("1", &key)]);
    let fixture = publishing(&published).await;
    for _ in 0..3 {
        sign(&fixture, &assertion(&fixture, "remote"), &key)
            .await
            .assert_ok();
    }
    assert_eq!(published.asked(), 1);
    // A new key is found at once, and whoever makes up names has nothing fetched.
    published.publish(&[("1", &key), ("2", &other)]);
    fixture.turn(10);
    sign(&fixture, &assertion(&fixture, "remote"), &other)
        .await
        .assert_ok();
    assert_eq!(published.asked(), 2);
    let made_up = other_key().with_id("3");
    for _ in 0..5 {
        let answer = sign(&fixture, &assertion(&fixture, "remote"), &made_up).await;
        answer.assert_error(401, "invalid_client");
    }
    assert_eq!(published.asked(), 2);
    // A key that is published no more counts no more, after a while.
    published.publish(&[("2", &other)]);
    fixture.turn(300);
    let answer = sign(&fixture, &assertion(&fixture, "remote"), &key).await;
    answer.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_authenticate_nobody() {
    let published = Arc::new(Published::default());
    *published.jwks.lock().unwrap() = "<html>".to_owned();
    let fixture = publishing(&published).await;
    for _ in 0..3 {
        let answer = sign(&fixture, &assertion(&fixture, "remote"), &dpop_key()).await;
        answer.assert_error(401, "invalid_client");
    }
    // Whoever knows the name of a client does not have this server call another one at will.
    assert_eq!(published.asked(), 1);
    published.publish(&[("1", &dpop_key().with_id("1"))]);
    fixture.turn(10);
    sign(&fixture, &assertion(&fixture, "remote"), &dpop_key())
        .await
        .assert_ok();
}

/// Requests are signed by another algorithm than assertions: neither puts the other's keys out.
#[tokio::test]
async fn strangers_do_not_have_keys_fetched_by_turns() {
    let published = Arc::new(Published::default());
    published.publish(&[("1", &dpop_key().with_id("1"))]);
    let fixture = publishing(&published).await;
    let mut client = confidential("by turns");
    client.metadata.token_endpoint_auth_method = Some(Method::PrivateKeyJwt);
    client.metadata.request_object_signing_alg = Some("ES256".to_owned());
    client.metadata.jwks_uri = Some("https://client.example/jwks".to_owned());
    fixture.add_client(client).await;
    let unsigned = "eyJhbGciOiJFUzI1NiJ9.e30.AA";
    let address = form(&[("client_id", "by turns"), ("request", unsigned)]);
    for _ in 0..5 {
        let answer = fixture.get(&format!("/oauth2/authorize?{address}")).await;
        assert_eq!(answer.status, 400);
        let made_up = sign(&fixture, &assertion(&fixture, "by turns"), &other_key()).await;
        made_up.assert_error(401, "invalid_client");
    }
    assert_eq!(published.asked(), 2);
}

/// Hydra claimed the identifier of an assertion before it knew whether the assertion was good.
#[tokio::test]
async fn a_refused_assertion_claims_nothing() {
    let fixture = every_method().await;
    let good = assertion(&fixture, "keys");
    let mut elsewhere = good.clone();
    elsewhere.audiences = vec!["https://other.example".to_owned()];
    for answer in [
        sign(&fixture, &elsewhere, &dpop_key()).await,
        sign(&fixture, &good, &other_key()).await,
    ] {
        answer.assert_error(401, "invalid_client");
    }
    sign(&fixture, &good, &dpop_key()).await.assert_ok();
}

/// A public key taken for a shared secret, and no signature at all.
#[tokio::test]
async fn cve_2016_10555_the_key_says_how_an_assertion_is_signed() {
    let fixture = every_method().await;
    let jwk = dpop_key().public_jwk().unwrap().to_public_json().unwrap();
    let whole = json!({ "keys": [jwk] }).to_string();
    for secret in [jwk.to_string(), whole] {
        let confused = SigningKey::from_secret(Algorithm::Hs256, &Secret::new(secret)).unwrap();
        let answer = sign(&fixture, &assertion(&fixture, "keys"), &confused).await;
        answer.assert_error(401, "invalid_client");
    }
    let signed = assertion(&fixture, "keys").encode(&dpop_key()).unwrap();
    let (_, signed) = signed.expose().split_once('.').unwrap();
    let (claims, signature) = signed.split_once('.').unwrap();
    // {"alg":"none"}, {"alg":"None"}, and {"alg":"EdDSA","crit":["exp"]}
    for header in [
        "eyJhbGciOiJub25lIn0",
        "eyJhbGciOiJOb25lIn0",
        "eyJhbGciOiJFZERTQSIsImNyaXQiOlsiZXhwIl19",
    ] {
        for signature in ["", signature] {
            let answer = assert_with(&fixture, &format!("{header}.{claims}.{signature}")).await;
            answer.assert_error(401, "invalid_client");
        }
    }
}

/// Authlib verified a JWT by the key in its own header (CVE-2026-27962).
#[tokio::test]
async fn an_assertion_does_not_bring_its_key_along() {
    // Made with joserfc by `other_key`, whose public half is the `jwk` in the header.
    let assertion = concat!(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSIsImp3ayI6eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6",
        "IlBVQVh3LWhEaVZxU3R3cW5UUnQtdkp5WUxNOHV4SmFNd00xVjhTcjBaZ3cifX0.eyJpc3MiOiJrZXlzIiwic3Vi",
        "Ijoia2V5cyIsImF1ZCI6Imh0dHBzOi8vaWQuZXhhbXBsZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAw",
        "MDYwLCJqdGkiOiIxIn0.wIsHtF75Z7aFCGcJl7fFGj2549RAcmeH_qgyFmQ5CQmo8bihDgSeerHhd7HCXmpID0sm",
        "ZNOY-01tAv1LyohpDA",
    );
    // RFC 8725 §3.10: nor is it believed from whoever registered that very key.
    for registered in [dpop_key(), other_key()] {
        let fixture = Fixture::new().await;
        let mut owner = client(&fixture, "keys", &Method::PrivateKeyJwt);
        let key = registered.public_jwk().unwrap().to_public_json().unwrap();
        let jwks = json!({ "keys": [key] }).to_string();
        owner.metadata.jwks = Some(Members::parse(jwks.as_bytes()).unwrap());
        fixture.add_client(owner).await;
        let answer = assert_with(&fixture, assertion).await;
        answer.assert_error(401, "invalid_client");
        assert!(answer.member("error_description").contains("`jwk`"));
    }
}

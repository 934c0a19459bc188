use tripod_core::secret::Secret;
use tripod_oauth2::pushed::PushedResponse;
use tripod_oauth2::token::GrantType;
use tripod_provider::artefact::PushedRequest;
use tripod_provider::handle::Handle;

use super::flow::{CHALLENGE, dpop_key, other_key, thumbprint};
use crate::fixture::{
    Answer, CLIENT, Fixture, ISSUER, PUBLIC, REDIRECT_URI, SECRET, basic, confidential, post,
};

const PATH: &str = "/oauth2/par";

fn request() -> Vec<(&'static str, &'static str)> {
    vec![
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "read"),
        ("state", "xyz"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// The request with a parameter changed, added or, by an empty value, taken away.
fn with(name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut form = request();
    form.retain(|(own, _)| *own != name);
    form.push((name, value));
    form
}

async fn kept(fixture: &Fixture, answer: &Answer) -> Option<PushedRequest> {
    let handle = Handle::of(&Secret::new(answer.member("request_uri")));
    let store = fixture.provider.store();
    let kept = store.load::<PushedRequest>(handle).await.unwrap();
    kept.map(tripod_provider::store::Stored::into_value)
}

#[tokio::test]
async fn a_request_is_kept_for_a_while() {
    let fixture = Fixture::new().await;
    let answer = fixture.post_as_client(PATH, &request()).await;
    // RFC 9126 §2.2.
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.json()["expires_in"], 90);
    let uri = Secret::new(answer.member("request_uri"));
    assert!(PushedResponse::is_handle(&uri));
    let kept_request = kept(&fixture, &answer).await.unwrap();
    assert_eq!(kept_request.client, CLIENT);
    let parameters = kept_request.to_parameters();
    assert_eq!(parameters.single("state"), Ok(Some("xyz")));
    fixture.turn(90);
    assert!(kept(&fixture, &answer).await.is_none());
}

#[tokio::test]
async fn nothing_that_authenticates_is_kept() {
    let fixture = Fixture::new().await;
    let mut client = confidential("post");
    client.metadata.token_endpoint_auth_method =
        Some(tripod_oauth2::client_authentication::ClientAuthenticationMethod::ClientSecretPost);
    fixture.add_client(client).await;
    let mut form = with("client_id", "post");
    form.push(("client_secret", SECRET));
    let answer = fixture.post(PATH, &form).await;
    let kept = kept(&fixture, &answer).await.unwrap();
    assert!(!format!("{:?}", kept.parameters).contains("secret"));
    assert_eq!(kept.to_parameters().single("client_id"), Ok(Some("post")));
}

#[tokio::test]
async fn a_request_that_the_browser_could_not_bring_is_refused() {
    let fixture = Fixture::new().await;
    for (name, value, code) in [
        ("redirect_uri", "https://evil.example/cb", "invalid_request"),
        (
            "redirect_uri",
            "https://client.example/cb/../x",
            "invalid_request",
        ),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "invalid_request"),
        ("response_type", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("scope", "delete", "invalid_scope"),
        ("resource", "https://other.example/", "invalid_target"),
        ("request_uri", "urn:x", "invalid_request"),
        ("request", "a.b.c", "request_not_supported"),
        ("prompt", "none login", "invalid_request"),
        ("client_id", PUBLIC, "invalid_request"),
    ] {
        let answer = fixture.post_as_client(PATH, &with(name, value)).await;
        assert_eq!(
            answer.member("error"),
            code,
            "{name}={value}: {}",
            answer.text()
        );
        assert_eq!(answer.status, 400);
    }
}

#[tokio::test]
async fn who_does_not_authenticate_pushes_nothing() {
    let fixture = Fixture::new().await;
    fixture
        .post(PATH, &request())
        .await
        .assert_error(401, "invalid_client");
    let answer = fixture.post_as(CLIENT, "wrong", PATH, &request()).await;
    answer.assert_error(401, "invalid_client");
    let mut web = confidential("machine");
    web.metadata.grant_types = vec![GrantType::ClientCredentials];
    fixture.add_client(web).await;
    let form = with("client_id", "machine");
    let answer = fixture.post_as("machine", SECRET, PATH, &form).await;
    answer.assert_error(400, "unauthorized_client");
    let answer = fixture.post(PATH, &with("client_id", PUBLIC)).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn the_key_that_pushes_is_the_key_that_redeems() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    let send = async |form: &[(&str, &str)]| {
        let target = format!("{ISSUER}{PATH}");
        let mut random = fixture.provider.random();
        let proof = tripod_oauth2::dpop::Proof::new("POST", &target, fixture.now(), &mut random);
        let proof = proof.unwrap().encode(&key).unwrap();
        let mut request = post(PATH, form);
        let headers = request.headers_mut();
        headers.insert("dpop", proof.expose().parse().unwrap());
        headers.insert("authorization", basic(CLIENT, SECRET).parse().unwrap());
        fixture.send(request).await
    };
    let answer = send(&request()).await;
    let kept = kept(&fixture, &answer).await.unwrap();
    assert_eq!(kept.dpop_jkt, Some(thumbprint(&key)));
    let mut form = request();
    let other = thumbprint(&other_key());
    form.push(("dpop_jkt", &other));
    // RFC 9449 §10.1.
    send(&form).await.assert_error(400, "invalid_dpop_proof");
}

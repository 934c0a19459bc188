//! What the pages would have done, and what comes of it.

use std::time::Duration;

use http::header::AUTHORIZATION;
use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jwk::Jwk;
use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::{Authentication, AuthorizationCode};
use tripod_provider::handle::Handle;
use tripod_provider::store::Changes;

use crate::fixture::{ALICE, Answer, CLIENT, Fixture, ISSUER, REDIRECT_URI, SECRET, basic, post};

// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) const TOKEN: &str = "/oauth2/token";

/// Lays down a code of [`CLIENT`], as the authorization endpoint does when alice consents.
pub(crate) async fn add_code(
    fixture: &Fixture,
    text: &str,
    change: impl FnOnce(&mut AuthorizationCode),
) {
    let now = fixture.now();
    let mut authentication = Authentication::new(ALICE, now);
    authentication.amr = vec!["pwd".to_owned()];
    authentication.session = Some("session".to_owned());
    let expires = now.plus(Duration::from_secs(60));
    let family = format!("family of {text}");
    let mut code = AuthorizationCode::new(CLIENT, authentication, family, now, expires);
    code.scope = scope("read write");
    code.redirect_uri = Some(REDIRECT_URI.to_owned());
    code.code_challenge = Some(CHALLENGE.to_owned());
    change(&mut code);
    let handle = Handle::of(&Secret::from(text));
    fixture.apply(Changes::new().insert(handle, &code)).await;
}

/// What redeems such a code.
pub(crate) fn redemption(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ]
}

/// Redeems a code as [`CLIENT`].
pub(crate) async fn redeem(fixture: &Fixture, code: &str) -> Answer {
    fixture.post_as_client(TOKEN, &redemption(code)).await
}

/// Gets [`CLIENT`] tokens of alice.
pub(crate) async fn tokens(fixture: &Fixture, asked: &str) -> Answer {
    let code = format!("code for {asked} at {}", fixture.now());
    add_code(fixture, &code, |code| code.scope = scope(asked)).await;
    let answer = redeem(fixture, &code).await;
    answer.assert_ok();
    answer
}

/// Refreshes as [`CLIENT`].
pub(crate) async fn refresh(fixture: &Fixture, token: &str) -> Answer {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    fixture.post_as_client(TOKEN, &form).await
}

/// Tells whether a token is active, as [`CLIENT`] sees it.
pub(crate) async fn is_active(fixture: &Fixture, token: &str) -> bool {
    introspect(fixture, token).await.json()["active"] == true
}

pub(crate) async fn introspect(fixture: &Fixture, token: &str) -> Answer {
    let answer = fixture
        .post_as_client("/oauth2/introspect", &[("token", token)])
        .await;
    answer.assert_ok();
    answer
}

pub(crate) fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// The claims of a JWT, unverified.
pub(crate) fn claims(jwt: &str) -> Value {
    let compact = tripod_oauth2::jose::compact::Compact::parse(jwt).unwrap();
    let claims = compact.dangerous_claims_without_verification().unwrap();
    serde_json::from_str(&claims.encode()).unwrap()
}

/// A key for proofs: that of RFC 8037 A.1.
pub(crate) fn dpop_key() -> SigningKey {
    ed25519(
        r#"{"kty":"OKP","crv":"Ed25519",
        "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    )
}

/// Another one: test 2 of RFC 8032 §7.1.
pub(crate) fn other_key() -> SigningKey {
    ed25519(
        r#"{"kty":"OKP","crv":"Ed25519",
        "d":"TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs",
        "x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}"#,
    )
}

fn ed25519(jwk: &str) -> SigningKey {
    SigningKey::from_jwk(Algorithm::EdDsa, &Jwk::parse(jwk.as_bytes()).unwrap()).unwrap()
}

pub(crate) fn thumbprint(key: &SigningKey) -> String {
    key.public_jwk().unwrap().thumbprint()
}

/// A proof for the token endpoint.
pub(crate) fn proof(fixture: &Fixture, key: &SigningKey) -> Proof {
    let target = format!("{ISSUER}{TOKEN}");
    Proof::new(
        "POST",
        &target,
        fixture.now(),
        &mut fixture.provider.random(),
    )
    .unwrap_or_else(|error| panic!("{error}: {key:?}"))
}

/// Posts to the token endpoint as [`CLIENT`], with a proof.
pub(crate) async fn post_with_proof(
    fixture: &Fixture,
    form: &[(&str, &str)],
    key: &SigningKey,
) -> Answer {
    let proof = proof(fixture, key).encode(key).unwrap();
    post_proof(fixture, form, proof.expose()).await
}

pub(crate) async fn post_proof(fixture: &Fixture, form: &[(&str, &str)], proof: &str) -> Answer {
    let mut request = post(TOKEN, form);
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, basic(CLIENT, SECRET).parse().unwrap());
    headers.insert("dpop", proof.parse().unwrap());
    fixture.send(request).await
}

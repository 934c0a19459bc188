//! What broke other servers: each named after where it did.

use axum::body::Body;
use http::Request;
use http::header::AUTHORIZATION;
use tripod_oauth2::jose::claims::Claims;

use super::flow::{
    TOKEN, VERIFIER, add_code, dpop_key, is_active, redeem, redemption, refresh, tokens,
};
use crate::fixture::{CLIENT, Fixture, REDIRECT_URI, SECRET, basic, confidential, post};

/// Pocket ID refused a code only if its client was wrong *and* it had expired.
#[tokio::test]
async fn cve_2026_28513_each_condition_of_a_code_counts_alone() {
    let fixture = Fixture::new().await;
    fixture.add_client(confidential("other")).await;
    for (client, seconds, uri, verifier) in [
        ("other", 0, REDIRECT_URI, VERIFIER),
        (CLIENT, 60, REDIRECT_URI, VERIFIER),
        (CLIENT, 0, "https://client.example/other", VERIFIER),
        (
            CLIENT,
            0,
            REDIRECT_URI,
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
    ] {
        let code = format!("{client} {seconds} {uri} {verifier}");
        add_code(&fixture, &code, |_| {}).await;
        fixture.turn(seconds);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", uri),
            ("code_verifier", verifier),
        ];
        let answer = fixture.post_as(client, SECRET, TOKEN, &form).await;
        answer.assert_error(400, "invalid_grant");
    }
}

/// Keycloak let a request name a host to call, or a parameter twice.
#[tokio::test]
async fn cve_2026_9689_parameters_are_not_polluted() {
    let fixture = Fixture::new().await;
    for name in [
        "code",
        "redirect_uri",
        "code_verifier",
        "grant_type",
        "client_id",
    ] {
        add_code(&fixture, name, |_| {}).await;
        let mut form = redemption(name);
        form.push((name, "another"));
        form.push((name, "third"));
        let answer = fixture.post_as_client(TOKEN, &form).await;
        answer.assert_error(400, "invalid_request");
    }
}

/// `;` path parameters lead past what looks at paths.
#[tokio::test]
async fn cve_2026_0976_path_parameters_are_no_way_past_a_proxy() {
    let fixture = Fixture::new().await;
    for path in [
        "/oauth2/token;x",
        "/oauth2/token;/a",
        "/oauth2;/token",
        "/oauth2//token",
        "/OAUTH2/token",
    ] {
        let form = [("grant_type", "client_credentials")];
        let answer = fixture.post_as_client(path, &form).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}

/// Starlette built its own address from the `Host` header.
#[tokio::test]
async fn cve_2026_48710_no_host_header_decides_anything() {
    let fixture = Fixture::new().await;
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
    ] {
        let request = Request::get(path)
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example;proto=http");
        let answer = fixture.send(request.body(Body::empty()).unwrap()).await;
        answer.assert_ok();
        assert!(!answer.text().contains("evil"));
    }
    let mut request = post("/oauth2/device_authorization", &[]);
    let headers = request.headers_mut();
    headers.insert("host", "evil.example".parse().unwrap());
    headers.insert(AUTHORIZATION, basic(CLIENT, SECRET).parse().unwrap());
    assert!(!fixture.send(request).await.text().contains("evil"));
}

/// The class of CVE-2016-10555, and Authlib CVE-2025-59420 and CVE-2025-61920.
#[tokio::test]
async fn cve_2016_10555_the_key_says_which_algorithm_counts() {
    let fixture = Fixture::with(super::token_exchange::with_jwt_resource).await;
    let ring = fixture
        .provider
        .keys()
        .ring(&fixture.provider)
        .await
        .unwrap();
    let published = ring.jwk_set().to_public_json().to_string();
    // A public key is no shared secret.
    let claims = Claims::new()
        .with("iss", crate::fixture::ISSUER)
        .with("sub", "alice-id");
    let hmac = tripod_oauth2::jose::signing_key::SigningKey::from_secret(
        tripod_oauth2::jose::algorithm::Algorithm::Hs256,
        &published.as_str().into(),
    );
    let confused = hmac.unwrap().sign("at+jwt", &claims).unwrap();
    let foreign = dpop_key().sign("at+jwt", &claims).unwrap();
    let parts: Vec<_> = foreign.expose().split('.').collect();
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", parts[1]);
    // {"alg":"EdDSA","typ":"at+jwt","crit":["x"]}
    let critical = format!(
        "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImNyaXQiOlsieCJdfQ.{}.{}",
        parts[1], parts[2]
    );
    let long = format!("{}.{}.{}", "a".repeat(20_000), parts[1], parts[2]);
    for token in [
        confused.expose(),
        foreign.expose(),
        &unsigned,
        &critical,
        &long,
    ] {
        assert!(!is_active(&fixture, token).await, "{}", token.len());
    }
}

/// Hydra's PKCE was off for who left the challenge out; glewlwyd's could be taken out on the way.
#[tokio::test]
async fn pkce_downgrade_glewlwyd_2_7_7() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |code| code.code_challenge = None).await;
    redeem(&fixture, "code")
        .await
        .assert_error(400, "invalid_grant");
    let mut form = redemption("code");
    form.retain(|(name, _)| *name != "code_verifier");
    let answer = fixture.post_as_client(TOKEN, &form).await;
    answer.assert_error(400, "invalid_grant");
    let json = fixture
        .get("/.well-known/oauth-authorization-server")
        .await
        .json();
    assert!(
        !json["code_challenge_methods_supported"]
            .to_string()
            .contains("plain")
    );
}

/// Doorkeeper took tokens back for whoever asked.
#[tokio::test]
async fn cve_2016_6582_revocation_authenticates_its_client() {
    let fixture = Fixture::new().await;
    let token = tokens(&fixture, "read").await.member("access_token");
    let answer = fixture.post("/oauth2/revoke", &[("token", &token)]).await;
    answer.assert_error(401, "invalid_client");
    assert!(is_active(&fixture, &token).await);
}

/// fosite said that it had revoked what it had not.
#[tokio::test]
async fn ghsa_7mqr_2v3q_v2wm_revocation_is_done_when_it_is_answered() {
    let fixture = Fixture::new().await;
    let tokens = tokens(&fixture, "read").await;
    let form = [("token", &*tokens.member("refresh_token"))];
    fixture
        .post_as_client("/oauth2/revoke", &form)
        .await
        .assert_ok();
    let answer = refresh(&fixture, &tokens.member("refresh_token")).await;
    answer.assert_error(400, "invalid_grant");
    assert!(!is_active(&fixture, &tokens.member("access_token")).await);
}

/// Tokens, codes and secrets stand in no answer but the one that gives them.
#[tokio::test]
async fn token_leakage_refusals_repeat_nothing() {
    let fixture = Fixture::new().await;
    let secrets = [
        "sentinel-code",
        "sentinel-verifier-sentinel-verifier-sentinel-v",
        "sentinel-secret",
    ];
    add_code(&fixture, secrets[0], |_| {}).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", secrets[0]),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", secrets[1]),
    ];
    for answer in [
        fixture.post_as_client(TOKEN, &form).await,
        fixture.post_as(CLIENT, secrets[2], TOKEN, &form).await,
        fixture
            .post_as_client(
                TOKEN,
                &[
                    ("grant_type", "refresh_token"),
                    ("refresh_token", secrets[2]),
                ],
            )
            .await,
        fixture
            .post_as_client("/oauth2/introspect", &[("token", secrets[2])])
            .await,
    ] {
        let all = format!("{:?} {}", answer.headers, answer.text());
        assert!(!all.contains("sentinel"), "{all}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

/// No request whatever is answered 5xx while the database answers.
#[tokio::test]
async fn no_rubbish_makes_the_server_fail() {
    let fixture = Fixture::with(|config| config.limits.attempts = None).await;
    let long = "a".repeat(60_000);
    let values = [
        "",
        "\u{0}",
        "\u{feff}",
        "%",
        "a.b.c",
        "a.b.c.d.e",
        "\"\\",
        "é",
        "-1",
        &long,
    ];
    let names = [
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "scope",
        "resource",
        "assertion",
        "subject_token",
        "subject_token_type",
        "device_code",
        "client_id",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "token",
        "token_type_hint",
        "request",
        "request_uri",
        "claims",
        "authorization_details",
        "dpop_jkt",
        "audience",
    ];
    let grants = [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ];
    let paths = [
        TOKEN,
        "/oauth2/revoke",
        "/oauth2/introspect",
        "/oauth2/par",
        "/oauth2/device_authorization",
        "/oauth2/userinfo",
        "/oauth2/register",
        "/oauth2/register/%00",
        "/oauth2/jwks",
    ];
    for (at, name) in names.iter().enumerate() {
        for (turn, value) in values.iter().enumerate() {
            let grant = grants[(at + turn) % grants.len()];
            let form = [("grant_type", grant), (*name, *value)];
            for path in paths {
                let answer = fixture.post_as_client(path, &form).await;
                assert!(
                    answer.status.as_u16() < 500,
                    "{path} {name}={value}: {}",
                    answer.text()
                );
                let mut bare = post(path, &form);
                bare.headers_mut().insert("dpop", "a.b.c".parse().unwrap());
                let answer = fixture.send(bare).await;
                assert!(
                    answer.status.as_u16() < 500,
                    "{path} {name}={value}: {}",
                    answer.text()
                );
            }
        }
    }
}

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::id_token;
use tripod_oauth2::id_token::rules::{Companion, ExpectedNonce, Rules};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jwk::JwkSet;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::token::GrantType;
use tripod_provider::artefact::{RefreshPolicy, TOKENS};
use tripod_provider::config::ResourceServer;
use tripod_provider::storage::Selector;
use tripod_provider::store::Changes;

use super::flow::{
    TOKEN, add_code, claims, introspect, is_active, redeem, redemption, refresh, scope, tokens,
};
use crate::fixture::{ALICE, CLIENT, Fixture, ISSUER, PUBLIC, SECRET, confidential};

#[tokio::test]
async fn a_code_gives_tokens_for_what_was_allowed() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |_| {}).await;
    let answer = redeem(&fixture, "code").await;
    answer.assert_ok();
    assert_eq!(answer.member("token_type"), "Bearer");
    assert_eq!(answer.member("scope"), "read write");
    assert!(!answer.member("refresh_token").is_empty());
    // OpenID Connect Core §3.1.2.1: without `openid` it is no OpenID Connect request.
    assert!(answer.json()["id_token"].is_null());
    let token = introspect(&fixture, &answer.member("access_token")).await;
    assert_eq!(token.member("sub"), ALICE);
    assert_eq!(token.json()["auth_time"], fixture.now().as_unix());
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_its_reuse_ends_what_it_gave() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |_| {}).await;
    let first = redeem(&fixture, "code").await;
    first.assert_ok();
    let rotated = refresh(&fixture, &first.member("refresh_token")).await;
    rotated.assert_ok();
    // RFC 6749 §4.1.2: MUST deny, and SHOULD revoke all tokens that it gave.
    redeem(&fixture, "code")
        .await
        .assert_error(400, "invalid_grant");
    for token in [&first, &rotated] {
        assert!(!is_active(&fixture, &token.member("access_token")).await);
    }
    let refreshed = refresh(&fixture, &rotated.member("refresh_token")).await;
    refreshed.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn reuse_is_recognised_as_long_as_there_are_tokens() {
    let fixture = Fixture::new().await;
    let tokens = tokens(&fixture, "read").await;
    let code = format!("code for read at {}", fixture.now());
    fixture.turn(20 * 24 * 3600);
    let alive = refresh(&fixture, &tokens.member("refresh_token")).await;
    alive.assert_ok();
    redeem(&fixture, &code)
        .await
        .assert_error(400, "invalid_grant");
    assert!(!is_active(&fixture, &alive.member("access_token")).await);
}

#[tokio::test]
async fn a_code_expires() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |_| {}).await;
    fixture.turn(60);
    redeem(&fixture, "code")
        .await
        .assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_code_is_of_no_use_to_another_client_and_stays_good() {
    let fixture = Fixture::new().await;
    fixture.add_client(confidential("other")).await;
    add_code(&fixture, "code", |_| {}).await;
    let form = redemption("code");
    let stolen = fixture.post_as("other", SECRET, TOKEN, &form).await;
    stolen.assert_error(400, "invalid_grant");
    let mut form = redemption("code");
    form.push(("client_id", PUBLIC));
    fixture
        .post(TOKEN, &form)
        .await
        .assert_error(400, "invalid_grant");
    redeem(&fixture, "code").await.assert_ok();
}

#[tokio::test]
async fn what_differs_from_the_authorization_request_is_refused() {
    let fixture = Fixture::new().await;
    for (at, (name, value)) in [
        ("redirect_uri", "https://client.example/cb/"),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", ""),
        (
            "code_verifier",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_verifier", ""),
        ("code", "another code"),
    ]
    .into_iter()
    .enumerate()
    {
        let code = format!("code {at}");
        add_code(&fixture, &code, |_| {}).await;
        let form = redemption(&code).into_iter();
        let form: Vec<_> = form
            .map(|(own, was)| (own, if own == name { value } else { was }))
            .collect();
        let answer = fixture.post_as_client(TOKEN, &form).await;
        answer.assert_error(400, "invalid_grant");
    }
    let answer = fixture
        .post_as_client(TOKEN, &[("grant_type", "authorization_code")])
        .await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn a_grant_that_the_user_revoked_gives_nothing() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |_| {}).await;
    let grant = Selector::Grant {
        user: ALICE.to_owned(),
        client: CLIENT.to_owned(),
    };
    fixture
        .apply(Changes::new().remove_all(TOKENS, grant))
        .await;
    redeem(&fixture, "code")
        .await
        .assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn nobody_acts_for_a_user_who_is_disabled() {
    let fixture = Fixture::new().await;
    let tokens = tokens(&fixture, "openid").await;
    add_code(&fixture, "code", |_| {}).await;
    fixture.keep_alice_out().await;
    redeem(&fixture, "code")
        .await
        .assert_error(400, "invalid_grant");
    let refreshed = refresh(&fixture, &tokens.member("refresh_token")).await;
    refreshed.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn an_id_token_tells_who_signed_in_and_verifies_under_the_published_keys() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |code| {
        code.scope = scope("openid profile");
        code.nonce = Some("n-0S6_WzA2Mj".to_owned());
        code.authentication.acr = Some("1".to_owned());
    })
    .await;
    fixture.turn(30);
    let answer = redeem(&fixture, "code").await;
    answer.assert_ok();
    let text = answer.member("id_token");
    let published = JwkSet::parse(&fixture.get("/oauth2/jwks").await.body).unwrap();
    let keys = id_token::keys(&published, None, None).unwrap();
    let mut rules = Rules::new(ISSUER, CLIENT);
    rules.nonce = ExpectedNonce::Sent("n-0S6_WzA2Mj");
    let (access_token, code) = (answer.member("access_token").into(), Secret::from("code"));
    rules.access_token = Companion::FrontChannel(&access_token);
    rules.code = Companion::FrontChannel(&code);
    let token = rules
        .verify(&text.as_str().into(), &keys, fixture.now())
        .unwrap();
    assert_eq!(token.subject, ALICE);
    let at = Timestamp::from_unix(fixture.now().as_unix() - 30);
    assert_eq!(token.authenticated_at, Some(at));
    assert_eq!(token.authentication_class.as_deref(), Some("1"));
    assert_eq!(token.authentication_methods, ["pwd"]);
    assert_eq!(token.session_id.as_deref(), Some("session"));
    assert_eq!(token.authorized_party.as_deref(), Some(CLIENT));
    assert!(token.code_hash.is_some());
    assert_eq!(claims(&text)["name"], "alice Example");
    assert!(claims(&text)["email"].is_null());
}

#[tokio::test]
async fn an_id_token_is_signed_as_the_client_registered() {
    let fixture = Fixture::new().await;
    for (id, algorithm) in [("rs", None), ("es", Some("ES256"))] {
        let mut client = confidential(id);
        client.metadata.id_token_signed_response_alg = algorithm.map(str::to_owned);
        fixture.add_client(client).await;
        add_code(&fixture, id, |code| {
            code.client = id.to_owned();
            code.scope = scope("openid");
        })
        .await;
        let answer = fixture.post_as(id, SECRET, TOKEN, &redemption(id)).await;
        let text = answer.member("id_token");
        let compact = Compact::parse(&text).unwrap();
        let due = algorithm.unwrap_or(Algorithm::Rs256.as_str());
        assert_eq!(compact.header().algorithm(), due);
    }
    let mut client = confidential("hs");
    client.metadata.id_token_signed_response_alg = Some("HS256".to_owned());
    fixture.add_client(client).await;
    add_code(&fixture, "hs", |code| {
        code.client = "hs".to_owned();
        code.scope = scope("openid");
    })
    .await;
    let answer = fixture
        .post_as("hs", SECRET, TOKEN, &redemption("hs"))
        .await;
    answer.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn claims_are_told_that_were_asked_for_by_name() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |code| {
        code.scope = scope("openid");
        code.claims = Some(serde_json::json!({"id_token": {"email": null}}));
    })
    .await;
    let answer = redeem(&fixture, "code").await;
    let told = claims(&answer.member("id_token"));
    assert_eq!(told["email"], "alice@example.org");
    assert!(told["name"].is_null());
    // OpenID Connect Core §12.2: the same after a refresh, without the nonce.
    let answer = refresh(&fixture, &answer.member("refresh_token")).await;
    let again = claims(&answer.member("id_token"));
    assert_eq!(again["email"], "alice@example.org");
    assert_eq!(again["auth_time"], told["auth_time"]);
    assert!(again["nonce"].is_null());
}

#[tokio::test]
async fn who_did_not_register_to_refresh_gets_no_refresh_token() {
    let fixture = Fixture::new().await;
    let mut without = confidential("without");
    without.metadata.grant_types = vec![GrantType::AuthorizationCode];
    let mut never = confidential("never");
    never.refresh = RefreshPolicy::Never;
    for client in [without, never] {
        let id = client.id.clone();
        fixture.add_client(client).await;
        add_code(&fixture, &id, |code| code.client = id.clone()).await;
        let answer = fixture.post_as(&id, SECRET, TOKEN, &redemption(&id)).await;
        answer.assert_ok();
        assert!(answer.json()["refresh_token"].is_null());
    }
}

#[tokio::test]
async fn a_token_is_for_no_more_than_the_user_allowed() {
    const API: &str = "https://api.example/";
    const OTHER: &str = "https://other.example/";
    let fixture = Fixture::with(|config| {
        let server = |uri| ResourceServer::new(Resource::parse(uri).unwrap());
        config.resources = vec![server(API), server(OTHER)];
    })
    .await;
    add_code(&fixture, "code", |code| {
        code.resources = vec![API.to_owned()];
    })
    .await;
    let mut form = redemption("code");
    form.push(("resource", OTHER));
    let answer = fixture.post_as_client(TOKEN, &form).await;
    answer.assert_error(400, "invalid_target");
    let answer = redeem(&fixture, "code").await;
    let token = introspect(&fixture, &answer.member("access_token")).await;
    assert_eq!(token.member("aud"), API);
}

#[tokio::test]
async fn a_public_client_redeems_its_code_by_its_name() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |code| code.client = PUBLIC.to_owned()).await;
    let mut form = redemption("code");
    fixture
        .post(TOKEN, &form)
        .await
        .assert_error(401, "invalid_client");
    form.push(("client_id", PUBLIC));
    fixture.post(TOKEN, &form).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_that_redeem_a_code_at_once_one_wins_and_keeps_nothing() {
    let fixture = Fixture::new().await;
    for round in 0..20 {
        let code = format!("code {round}");
        add_code(&fixture, &code, |_| {}).await;
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (fixture, code) = (fixture.clone(), code.clone());
                tokio::spawn(async move { redeem(&fixture, &code).await })
            })
            .collect();
        let mut won = Vec::new();
        for task in tasks {
            let answer = task.await.unwrap();
            if answer.status == 200 {
                won.push(answer);
            } else {
                answer.assert_error(400, "invalid_grant");
            }
        }
        assert_eq!(won.len(), 1);
        assert!(!is_active(&fixture, &won[0].member("access_token")).await);
        let refreshed = refresh(&fixture, &won[0].member("refresh_token")).await;
        refreshed.assert_error(400, "invalid_grant");
    }
}

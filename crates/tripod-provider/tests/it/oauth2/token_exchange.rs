use tripod_oauth2::resource::Resource;
use tripod_oauth2::token::GrantType;
use tripod_provider::config::{AccessTokenFormat, Config, ResourceServer};

use super::flow::{TOKEN, claims, dpop_key, is_active, post_with_proof, tokens};
use crate::fixture::{ALICE, Answer, Fixture, SECRET, confidential};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

pub(super) const JWT_API: &str = "https://jwt.example/";

/// Adds a resource that takes JWTs.
pub(super) fn with_jwt_resource(config: &mut Config) {
    let mut server = ResourceServer::new(Resource::parse(JWT_API).unwrap());
    server.format = AccessTokenFormat::Jwt;
    config.resources.push(server);
}

async fn fixture() -> Fixture {
    let fixture = Fixture::with(with_jwt_resource).await;
    fixture.add_client(confidential("api")).await;
    fixture
}

async fn exchange(fixture: &Fixture, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", GRANT),
        ("subject_token", token),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    form.extend(more);
    fixture.post_as("api", SECRET, TOKEN, &form).await
}

#[tokio::test]
async fn a_service_exchanges_a_user_s_token_for_another_audience() {
    let fixture = fixture().await;
    let subject = tokens(&fixture, "read write").await.member("access_token");
    fixture.turn(600);
    let more = [("audience", JWT_API), ("scope", "read")];
    let answer = exchange(&fixture, &subject, &more).await;
    answer.assert_ok();
    // RFC 8693 §2.2.1: REQUIRED.
    assert_eq!(answer.member("issued_token_type"), ACCESS_TOKEN);
    assert_eq!(answer.member("scope"), "read");
    assert!(answer.json()["refresh_token"].is_null());
    // It is good no longer than the token that it was got with.
    assert_eq!(answer.json()["expires_in"], 3000);
    let claims = claims(&answer.member("access_token"));
    assert_eq!(claims["sub"], ALICE);
    assert_eq!(claims["client_id"], "api");
    assert_eq!(claims["aud"], JWT_API);
    assert!(claims["act"].is_null());
    let more = [("audience", JWT_API), ("requested_token_type", JWT)];
    let answer = exchange(&fixture, &subject, &more).await;
    assert_eq!(answer.member("issued_token_type"), JWT);
}

#[tokio::test]
async fn scope_never_grows() {
    let fixture = fixture().await;
    let subject = tokens(&fixture, "read").await.member("access_token");
    for scope in ["write", "read write", "openid", "delete"] {
        let answer = exchange(&fixture, &subject, &[("scope", scope)]).await;
        answer.assert_error(400, "invalid_scope");
    }
    let answer = exchange(&fixture, &subject, &[]).await;
    assert_eq!(answer.member("scope"), "read");
    // Nor by an exchange of what was exchanged.
    let again = exchange(
        &fixture,
        &answer.member("access_token"),
        &[("scope", "write")],
    )
    .await;
    again.assert_error(400, "invalid_scope");
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_not_exchanged() {
    let fixture = fixture().await;
    let tokens = tokens(&fixture, "openid").await;
    let (access, refresh) = (
        tokens.member("access_token"),
        tokens.member("refresh_token"),
    );
    let id_token = tokens.member("id_token");
    for (token, kind) in [
        ("unknown", ACCESS_TOKEN),
        (&*refresh, ACCESS_TOKEN),
        (&*refresh, "urn:ietf:params:oauth:token-type:refresh_token"),
        (&*id_token, ACCESS_TOKEN),
        (&*id_token, JWT),
        (&*id_token, "urn:ietf:params:oauth:token-type:id_token"),
        (&*access, JWT),
        (&*access, "urn:ietf:params:oauth:token-type:saml2"),
        (&*access, "access_token"),
    ] {
        let form = [
            ("grant_type", GRANT),
            ("subject_token", token),
            ("subject_token_type", kind),
        ];
        let answer = fixture.post_as("api", SECRET, TOKEN, &form).await;
        answer.assert_error(400, "invalid_request");
    }
    fixture.turn(3600);
    exchange(&fixture, &access, &[])
        .await
        .assert_error(400, "invalid_request");
}

#[tokio::test]
async fn what_cannot_be_had_is_refused() {
    let fixture = fixture().await;
    let subject = tokens(&fixture, "read").await.member("access_token");
    for target in [
        ("audience", "nobody"),
        ("resource", "https://nobody.example/"),
    ] {
        let answer = exchange(&fixture, &subject, &[target]).await;
        answer.assert_error(400, "invalid_target");
    }
    for kind in [JWT, "urn:ietf:params:oauth:token-type:refresh_token", "odd"] {
        let answer = exchange(&fixture, &subject, &[("requested_token_type", kind)]).await;
        answer.assert_error(400, "invalid_request");
    }
    let answer = exchange(&fixture, &subject, &[("actor_token", &subject)]).await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn only_clients_that_were_registered_for_it_exchange() {
    let fixture = fixture().await;
    let mut web = confidential("web");
    web.metadata.grant_types = vec![GrantType::AuthorizationCode];
    fixture.add_client(web).await;
    let subject = tokens(&fixture, "read").await.member("access_token");
    let form = [
        ("grant_type", GRANT),
        ("subject_token", &*subject),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    let answer = fixture.post_as("web", SECRET, TOKEN, &form).await;
    answer.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn nobody_speaks_for_another_client() {
    let fixture = fixture().await;
    let form = [("grant_type", "client_credentials")];
    let of_client = fixture
        .post_as_client(TOKEN, &form)
        .await
        .member("access_token");
    let answer = exchange(&fixture, &of_client, &[]).await;
    answer.assert_error(400, "invalid_request");
    let own = fixture
        .post_as("api", SECRET, TOKEN, &form)
        .await
        .member("access_token");
    exchange(&fixture, &own, &[]).await.assert_ok();
}

#[tokio::test]
async fn who_acts_is_named() {
    let fixture = fixture().await;
    let subject = tokens(&fixture, "read").await.member("access_token");
    let form = [("grant_type", "client_credentials")];
    let actor = fixture
        .post_as("api", SECRET, TOKEN, &form)
        .await
        .member("access_token");
    let acting = [("actor_token", &*actor), ("actor_token_type", ACCESS_TOKEN)];
    let answer = exchange(&fixture, &subject, &acting).await;
    answer.assert_ok();
    let token = answer.member("access_token");
    let form = [("token", &*token)];
    let told = fixture
        .post_as("api", SECRET, "/oauth2/introspect", &form)
        .await;
    assert_eq!(told.member("sub"), ALICE);
    assert_eq!(told.json()["act"]["sub"], "api");
    let foreign = fixture
        .post_as_client(TOKEN, &[("grant_type", "client_credentials")])
        .await;
    let foreign = foreign.member("access_token");
    let acting = [
        ("actor_token", &*foreign),
        ("actor_token_type", ACCESS_TOKEN),
    ];
    let answer = exchange(&fixture, &subject, &acting).await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_not_exchanged_without_it() {
    let fixture = fixture().await;
    let form = [("grant_type", "client_credentials")];
    let bound = post_with_proof(&fixture, &form, &dpop_key())
        .await
        .member("access_token");
    let form = [
        ("grant_type", GRANT),
        ("subject_token", &*bound),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    let answer = fixture.post_as_client(TOKEN, &form).await;
    answer.assert_error(400, "invalid_request");
    post_with_proof(&fixture, &form, &dpop_key())
        .await
        .assert_ok();
}

#[tokio::test]
async fn what_was_exchanged_ends_with_its_family() {
    let fixture = fixture().await;
    let tokens = tokens(&fixture, "read").await;
    let exchanged = exchange(&fixture, &tokens.member("access_token"), &[]).await;
    let form = [("token", &*exchanged.member("access_token"))];
    let active = || fixture.post_as("api", SECRET, "/oauth2/introspect", &form);
    assert_eq!(active().await.json()["active"], true);
    let revoked = [("token", &*tokens.member("refresh_token"))];
    fixture
        .post_as_client("/oauth2/revoke", &revoked)
        .await
        .assert_ok();
    assert_eq!(active().await.json()["active"], false);
    assert!(!is_active(&fixture, &tokens.member("access_token")).await);
}

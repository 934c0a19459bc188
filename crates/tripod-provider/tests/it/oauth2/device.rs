use tripod_core::secret::Secret;
use tripod_oauth2::device::UserCode;
use tripod_oauth2::token::GrantType;
use tripod_provider::artefact::{Authentication, DeviceGrant, DeviceState, UserCodeLink};
use tripod_provider::handle::Handle;
use tripod_provider::store::Changes;

use super::flow::{TOKEN, claims, is_active, refresh};
use crate::fixture::{ALICE, Answer, CLIENT, Fixture, ISSUER, PUBLIC, SECRET, confidential};

const PATH: &str = "/oauth2/device_authorization";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn begin(fixture: &Fixture, form: &[(&str, &str)]) -> Answer {
    let answer = fixture.post_as_client(PATH, form).await;
    answer.assert_ok();
    answer
}

async fn poll(fixture: &Fixture, device_code: &str) -> Answer {
    let form = [("grant_type", GRANT), ("device_code", device_code)];
    fixture.post_as_client(TOKEN, &form).await
}

/// What the device page does with what a user typed.
async fn decide(fixture: &Fixture, typed: &str, state: DeviceState) {
    let code = UserCode::parse(typed).unwrap();
    let store = fixture.provider.store();
    let handle = UserCodeLink::handle(code.as_secret());
    let link = store.load::<UserCodeLink>(handle).await.unwrap().unwrap();
    let device = store
        .load::<DeviceGrant>(link.device)
        .await
        .unwrap()
        .unwrap();
    let mut decided = DeviceGrant::clone(&device);
    decided.state = state;
    let changes = Changes::new().replace(&device, &decided).remove(&link);
    fixture.apply(changes).await;
}

fn approved(fixture: &Fixture) -> DeviceState {
    DeviceState::Approved(Authentication::new(ALICE, fixture.now()))
}

#[tokio::test]
async fn a_device_gets_tokens_once_its_user_allows_it() {
    let fixture = Fixture::new().await;
    let begun = begin(&fixture, &[("scope", "openid read")]).await;
    let json = begun.json();
    assert_eq!(json["expires_in"], 900);
    assert_eq!(json["interval"], 5);
    assert_eq!(json["verification_uri"], format!("{ISSUER}/device"));
    let user_code = begun.member("user_code");
    let complete = format!("{ISSUER}/device?user_code={user_code}");
    assert_eq!(json["verification_uri_complete"], complete);
    assert_eq!(begun.header("cache-control"), "no-store");
    let device_code = begun.member("device_code");
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "authorization_pending");
    decide(&fixture, &user_code.to_lowercase(), approved(&fixture)).await;
    let tokens = poll(&fixture, &device_code).await;
    tokens.assert_ok();
    assert_eq!(tokens.member("scope"), "openid read");
    assert_eq!(claims(&tokens.member("id_token"))["sub"], ALICE);
    assert!(is_active(&fixture, &tokens.member("access_token")).await);
    refresh(&fixture, &tokens.member("refresh_token"))
        .await
        .assert_ok();
    // Once, and what it gave stays.
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "invalid_grant");
    assert!(is_active(&fixture, &tokens.member("access_token")).await);
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_told_to_slow_down() {
    let fixture = Fixture::new().await;
    let device_code = begin(&fixture, &[]).await.member("device_code");
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "authorization_pending");
    fixture.turn(2);
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "slow_down");
    // RFC 8628 §3.5: 5 seconds longer for all that follow.
    fixture.turn(5);
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "slow_down");
    fixture.turn(15);
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "authorization_pending");
}

#[tokio::test]
async fn a_user_who_refuses_is_heard() {
    let fixture = Fixture::new().await;
    let begun = begin(&fixture, &[]).await;
    decide(&fixture, &begun.member("user_code"), DeviceState::Denied).await;
    let answer = poll(&fixture, &begun.member("device_code")).await;
    answer.assert_error(400, "access_denied");
}

#[tokio::test]
async fn a_code_that_has_expired_says_so_for_a_while() {
    let fixture = Fixture::new().await;
    let begun = begin(&fixture, &[]).await;
    decide(&fixture, &begun.member("user_code"), approved(&fixture)).await;
    fixture.turn(900);
    let device_code = begun.member("device_code");
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "expired_token");
    fixture.turn(300);
    poll(&fixture, &device_code)
        .await
        .assert_error(400, "invalid_grant");
    let code = UserCode::parse(&begun.member("user_code")).unwrap();
    let handle = UserCodeLink::handle(code.as_secret());
    let link = fixture.provider.store().load::<UserCodeLink>(handle).await;
    assert!(link.unwrap().is_none());
}

#[tokio::test]
async fn a_device_code_is_of_no_use_to_another_client() {
    let fixture = Fixture::new().await;
    fixture.add_client(confidential("other")).await;
    let begun = begin(&fixture, &[]).await;
    decide(&fixture, &begun.member("user_code"), approved(&fixture)).await;
    let device_code = begun.member("device_code");
    let form = [("grant_type", GRANT), ("device_code", &device_code)];
    let stolen = fixture.post_as("other", SECRET, TOKEN, &form).await;
    stolen.assert_error(400, "invalid_grant");
    let unknown = poll(&fixture, "unknown").await;
    unknown.assert_error(400, "invalid_grant");
    poll(&fixture, &device_code).await.assert_ok();
}

#[tokio::test]
async fn who_may_not_begin_is_refused() {
    let fixture = Fixture::new().await;
    let mut web = confidential("web");
    web.metadata.grant_types = vec![GrantType::AuthorizationCode];
    fixture.add_client(web).await;
    let answer = fixture.post_as("web", SECRET, PATH, &[]).await;
    answer.assert_error(400, "unauthorized_client");
    fixture
        .post(PATH, &[])
        .await
        .assert_error(401, "invalid_client");
    let answer = fixture.post_as(CLIENT, "wrong", PATH, &[]).await;
    answer.assert_error(401, "invalid_client");
    let answer = fixture.post_as_client(PATH, &[("scope", "delete")]).await;
    answer.assert_error(400, "invalid_scope");
    let answer = fixture
        .post_as_client(PATH, &[("resource", "https://other/")])
        .await;
    answer.assert_error(400, "invalid_target");
    fixture
        .post(PATH, &[("client_id", PUBLIC)])
        .await
        .assert_ok();
}

#[tokio::test]
async fn there_is_no_endpoint_for_a_grant_that_is_off() {
    let fixture = Fixture::with(|config| config.grants = vec![GrantType::AuthorizationCode]).await;
    let answer = fixture.post_as_client(PATH, &[]).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_polls_at_once_one_gets_tokens() {
    let fixture = Fixture::new().await;
    for _ in 0..20 {
        let begun = begin(&fixture, &[]).await;
        decide(&fixture, &begun.member("user_code"), approved(&fixture)).await;
        let device_code = begun.member("device_code");
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (fixture, device_code) = (fixture.clone(), device_code.clone());
                tokio::spawn(async move { poll(&fixture, &device_code).await })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            won += u32::from(task.await.unwrap().status == 200);
        }
        assert_eq!(won, 1);
        let store = fixture.provider.store();
        let handle = Handle::of(&Secret::new(device_code));
        let device = store.load::<DeviceGrant>(handle).await.unwrap().unwrap();
        assert_eq!(device.state, DeviceState::Redeemed);
    }
}

#[tokio::test]
async fn where_everything_is_allowed_the_first_poll_gives_tokens() {
    let fixture = Fixture::with(|config| {
        let mut development = tripod_provider::config::Development::default();
        development.auto_approve = Some("alice".to_owned());
        config.development = Some(development);
    })
    .await;
    let begun = begin(&fixture, &[("scope", "openid read")]).await;
    let device_code = begun.member("device_code");
    let answer = poll(&fixture, &device_code).await;
    answer.assert_ok();
    assert_eq!(claims(&answer.member("id_token"))["sub"], ALICE);
    let again = poll(&fixture, &device_code).await;
    again.assert_error(400, "invalid_grant");
    // Nobody is spoken for who is kept out.
    let begun = begin(&fixture, &[]).await;
    fixture.keep_alice_out().await;
    let answer = poll(&fixture, &begun.member("device_code")).await;
    answer.assert_error(400, "authorization_pending");
}

//! A database that does not answer.

use tripod_provider::storage::Storage;

use super::*;
use crate::flaky::Flaky;

#[tokio::test]
async fn those_who_come_meanwhile_are_put_off_and_then_served() {
    let flaky = Arc::new(Flaky::default());
    let fixture = Fixture::empty(Arc::clone(&flaky) as Arc<dyn Storage>, |_| {});
    fixture
        .add_client(oauth1::consumer(&fixture.provider, oauth1::KEY))
        .await;
    fixture.add_user(crate::fixture::user(ALICE, "alice")).await;
    let signed = oauth1::token(&fixture).await;
    let token = issue(&fixture, |_| {}).await;
    let send = async || {
        let me = empty(Method::GET, "/api/me");
        let by_signature = Signing::with_token(&signed).sign(&fixture, me, &[]);
        let request_token = empty(Method::POST, "/oauth1/request_token");
        let callback = [("oauth_callback", oauth1::CALLBACK)];
        let request_token = Signing::new().sign(&fixture, request_token, &callback);
        [
            fixture.send(by_signature).await,
            fixture.send(request_token).await,
            get_with(&fixture, "/api/me", &bearer(&token)).await,
        ]
    };
    flaky.take_away(true);
    for answer in send().await {
        assert_eq!(answer.status, 503);
        assert!(!answer.header("retry-after").is_empty());
    }
    flaky.take_away(false);
    for answer in send().await {
        answer.assert_ok();
    }
}

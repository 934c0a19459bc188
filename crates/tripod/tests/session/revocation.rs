//! Logging out: tokens are given back (RFC 7009), and kept until the provider has taken them.

use tripod::preset::Template;

use super::*;

/// A session, at a provider that answers revocations in turn, or has no endpoint for them.
struct Revoking {
    server: Server,
    vault: Vault,
    session: Session,
}

impl Revoking {
    async fn begin(replies: Vec<Reply>, refresh_token: Option<&str>) -> Self {
        let has_endpoint = !replies.is_empty();
        let replies = Mutex::new(replies.into_iter());
        let server = Server::begin(move |asked| match asked.target.as_str() {
            "/revoke" => replies.lock().unwrap().next().unwrap(),
            _ => Reply::new(404, ""),
        })
        .await;
        let mut provider = Provider::at(&server.at("/token")).unwrap();
        if has_endpoint {
            let endpoint = Template::parse(&server.at("/revoke")).unwrap();
            provider.dialect.revocation_endpoint = Some(endpoint);
        }
        let mut registration = Registration::new("client", provider);
        registration.authentication = Authentication::Basic("secret".into());
        let client = Client::new(registration, http(), Clock::new().edge());
        let (vault, key) = (Vault::memory(), Key::parse("profile").unwrap());
        let keeper = Keeper::new(client, None, vault.clone(), key, Renewal::RefreshToken);
        keeper.put(&tokens("t0", refresh_token)).await.unwrap();
        let session = Session::new(http(), authorizer::OAuth2::new(keeper));
        Self {
            server,
            vault,
            session,
        }
    }

    async fn is_logged_in(&self) -> bool {
        let found = self.vault.read(&Key::parse("profile").unwrap()).await;
        found.unwrap().is_some()
    }

    fn bodies(&self) -> Vec<String> {
        let asked = self.server.asked("/revoke");
        asked.into_iter().map(|asked| asked.body).collect()
    }
}

fn refused(code: &str) -> Reply {
    let reply = Reply::new(400, format!(r#"{{"error":"{code}"}}"#));
    reply.with("content-type", "application/json")
}

#[tokio::test]
async fn both_tokens_are_given_back_and_forgotten() {
    let fine = || Reply::new(200, "whatever it says");
    let at = Revoking::begin(vec![fine(), fine()], Some("r0")).await;
    at.session.revoke().await.unwrap();
    assert_eq!(
        at.bodies(),
        [
            "token=r0&token_type_hint=refresh_token",
            "token=t0&token_type_hint=access_token"
        ]
    );
    let asked = at.server.asked("/revoke");
    // RFC 7009 §2.1: the client includes its authentication credentials.
    assert!(asked.iter().all(|asked| asked.method == "POST"));
    assert!(
        asked
            .iter()
            .all(|asked| asked.token() == Some("Y2xpZW50OnNlY3JldA=="))
    );
    assert!(!at.is_logged_in().await);
    let error = at
        .session
        .get(at.server.at("/api"))
        .send()
        .await
        .unwrap_err();
    assert!(matches!(error.failure(), Failure::LoginNeeded { .. }));
    // What is not there any more has nobody asked about.
    at.session.revoke().await.unwrap();
    assert_eq!(at.bodies().len(), 2);
}

#[tokio::test]
async fn an_access_token_that_cannot_be_revoked_by_itself_keeps_nobody_logged_in() {
    for code in ["unsupported_token_type", "invalid_token"] {
        let replies = vec![Reply::new(200, ""), refused(code)];
        let at = Revoking::begin(replies, Some("r0")).await;
        at.session.revoke().await.unwrap();
        assert!(!at.is_logged_in().await);
    }
    // Where it is all there is, the same answer means that nothing was revoked.
    let at = Revoking::begin(vec![refused("unsupported_token_type")], None).await;
    let error = at.session.revoke().await.unwrap_err();
    assert_eq!(error.stage(), Stage::Revocation);
    assert_eq!(
        error.oauth_error().unwrap().code.as_str(),
        "unsupported_token_type"
    );
    assert!(at.is_logged_in().await);
}

#[tokio::test]
async fn tokens_that_the_provider_did_not_take_back_are_kept() {
    // RFC 7009 §2.2.1: with 503 the client must assume that the token still exists.
    let unavailable = || Reply::new(503, "");
    for replies in [
        vec![unavailable()],
        vec![refused("invalid_client")],
        vec![Reply::new(200, ""), unavailable()],
    ] {
        let at = Revoking::begin(replies, Some("r0")).await;
        let error = at.session.revoke().await.unwrap_err();
        assert_eq!(error.stage(), Stage::Revocation);
        assert!(!format!("{error:?} {error}").contains("r0"), "{error:?}");
        assert!(at.is_logged_in().await);
    }
}

#[tokio::test]
async fn nothing_is_lost_where_nothing_can_be_revoked() {
    let at = Revoking::begin(Vec::new(), Some("r0")).await;
    let error = at.session.revoke().await.unwrap_err();
    assert!(matches!(error.failure(), Failure::Unsupported { .. }));
    assert!(at.is_logged_in().await);
    let oauth1 = tripod::OAuth1::consumer("key", "secret").token("token", "secret");
    let error = oauth1.session().unwrap().revoke().await.unwrap_err();
    assert!(error.to_string().contains("revocation"), "{error}");
    assert!(matches!(error.failure(), Failure::Unsupported { .. }));
}

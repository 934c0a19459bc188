//! A session as middleware of the crate `reqwest-middleware`.

use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Next};
use tripod::error::Error;

use super::server::{Reply, Server};
use super::*;

/// A client that notes what passes behind the session.
fn client(session: &Session, passed: &Arc<AtomicUsize>) -> ClientWithMiddleware {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let passed = Arc::clone(passed);
    ClientBuilder::new(client.build().unwrap())
        .with(session.clone())
        .with_arc(Arc::new(Counting(passed)))
        .build()
}

struct Counting(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl reqwest_middleware::Middleware for Counting {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        self.0.fetch_add(1, Ordering::SeqCst);
        assert!(request.headers().contains_key("authorization"));
        next.run(request, extensions).await
    }
}

#[tokio::test]
async fn a_token_that_was_refused_is_renewed_and_the_body_sent_again() {
    let stage = Stage0::begin().await;
    let keeper = keeper(&stage.server, &stage.vault, &stage.clock, None);
    keeper.put(&tokens("revoked", Some("r0"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let passed = Arc::default();
    let client = client(&session, &passed);
    for due in [2, 3] {
        let post = client.post(stage.server.at("/api")).body("a body");
        let answer = post.send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "fine");
        assert_eq!(passed.load(Ordering::SeqCst), due);
    }
    let asked = stage.server.asked("/api");
    assert!(asked.iter().all(|asked| asked.body == "a body"));
    assert_eq!(stage.server.asked("/token").len(), 1);
}

#[tokio::test]
async fn a_redirect_is_signed_afresh() {
    let server = Server::begin(|asked| match asked.target.as_str() {
        "/first" => Reply::new(307, "").with("location", "/second"),
        _ => Reply::new(200, asked.header("authorization").unwrap()),
    })
    .await;
    let builder = tripod::OAuth1::consumer("key", "secret").token("token", "secret");
    let session = builder.edge(Clock::new().edge()).session().unwrap();
    let client = client(&session, &Arc::default());
    let answer = client.get(server.at("/first")).send().await.unwrap();
    let second = answer.text().await.unwrap();
    let first = server.asked("/first");
    assert_ne!(first[0].header("authorization"), Some(second.as_str()));
}

#[tokio::test]
async fn what_the_session_refuses_is_its_error() {
    let stage = Stage0::begin().await;
    let session = stage.session().await;
    let client = client(&session, &Arc::default());
    let error = client.get("http://api.example.com/").send().await;
    let reqwest_middleware::Error::Middleware(error) = error.unwrap_err() else {
        panic!("it is not the client's");
    };
    let error = error.downcast::<Error>().unwrap();
    assert!(matches!(error.failure(), Failure::Cleartext { .. }));
    let error = client.get("http://127.0.0.1:1/").send().await.unwrap_err();
    assert!(error.is_connect());
}

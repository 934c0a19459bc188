//! A session as a layer of `tower`, in front of a client of another HTTP stack.

use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use tower::{Layer as _, Service, ServiceExt as _};
use tripod::error::Error;
use tripod::layer::BoxError;

use super::server::{Reply, Server};
use super::*;

/// A client that has to be ready before each call, as `tower` wants it.
#[derive(Clone, Default)]
struct Client {
    http: reqwest::Client,
    is_ready: bool,
}

impl<B> Service<Request<B>> for Client
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + Sync + 'static,
{
    type Response = Response<reqwest::Body>;
    type Error = reqwest::Error;
    type Future = futures_util::future::BoxFuture<'static, reqwest::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<reqwest::Result<()>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert!(std::mem::take(&mut self.is_ready), "it was not ready");
        let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap)).unwrap();
        let sent = self.http.execute(request);
        Box::pin(async { sent.await.map(Response::from) })
    }
}

/// A client that follows no redirect.
fn client() -> Client {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    Client {
        http: http.build().unwrap(),
        is_ready: false,
    }
}

async fn call(session: &Session, request: Request<Full<Bytes>>) -> Result<(u16, String), BoxError> {
    let answer = session.layer(client()).oneshot(request).await?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

fn get(uri: String) -> Request<Full<Bytes>> {
    Request::get(uri).body(Full::default()).unwrap()
}

#[tokio::test]
async fn a_token_that_was_refused_is_renewed_and_the_body_sent_again() {
    let stage = Stage0::begin().await;
    let keeper = keeper(&stage.server, &stage.vault, &stage.clock, None);
    keeper.put(&tokens("revoked", Some("r0"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let post = Request::post(stage.server.at("/api")).body(Full::from("a body"));
    let (status, body) = call(&session, post.unwrap()).await.unwrap();
    assert_eq!((status, body.as_str()), (200, "fine"));
    let bodies = stage.server.asked("/api");
    let bodies: Vec<_> = bodies.iter().map(|asked| asked.body.as_str()).collect();
    assert_eq!(bodies, ["a body", "a body"]);
    assert_eq!(stage.server.asked("/token").len(), 1);
}

#[tokio::test]
async fn a_body_that_is_a_stream_is_sent_once() {
    let stage = Stage0::begin().await;
    let keeper = keeper(&stage.server, &stage.vault, &stage.clock, None);
    keeper.put(&tokens("revoked", Some("r0"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let chunks = [Ok::<_, std::io::Error>("one"), Ok("two")];
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let post = Request::post(stage.server.at("/api")).body(body);
    let answer = session.layer(client()).oneshot(post.unwrap()).await;
    assert_eq!(answer.unwrap().status(), 401);
    assert_eq!(stage.server.asked("/api").len(), 1);
    assert_eq!(stage.server.asked("/token").len(), 0);
}

#[tokio::test]
async fn a_redirect_is_authorised_at_the_same_origin_alone() {
    let other = Server::begin(|asked| Reply::new(200, asked.token().unwrap_or("none"))).await;
    let there = other.at("/end");
    let server = Server::begin(move |asked| match asked.target.as_str() {
        "/same" => Reply::new(302, "").with("location", "/end"),
        "/other" => Reply::new(302, "").with("location", &there),
        _ => Reply::new(200, asked.token().unwrap_or("none")),
    })
    .await;
    let keeper = keeper(&server, &Vault::memory(), &Clock::new(), None);
    keeper.put(&tokens("t", None)).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    for (path, token) in [("/same", "t"), ("/other", "none")] {
        let mut request = get(server.at(path));
        let host = "virtual.example".parse().unwrap();
        request.headers_mut().insert("host", host);
        let answer = call(&session, request).await.unwrap();
        assert_eq!(answer, (200, token.to_owned()), "{path}");
    }
    let seen = |asked: Vec<Asked>| asked[0].header("host").unwrap().to_owned();
    assert_eq!(seen(server.asked("/end")), "virtual.example");
    assert!(other.uri.ends_with(&seen(other.asked("/end"))));
}

#[tokio::test]
async fn the_body_of_a_refusal_is_read_and_still_there() {
    let server = Server::begin(|_| {
        let reply = Reply::new(401, "oauth_problem=signature_invalid");
        reply.with("date", "Tue, 14 Nov 2023 23:13:20 GMT")
    })
    .await;
    let builder = tripod::OAuth1::consumer("key", "secret").token("token", "secret");
    let session = builder.edge(Clock::new().edge()).session().unwrap();
    let (status, body) = call(&session, get(server.at("/api"))).await.unwrap();
    assert_eq!(
        (status, body.as_str()),
        (401, "oauth_problem=signature_invalid")
    );
    assert_eq!(server.asked("/api").len(), 1);
}

#[tokio::test]
async fn what_the_session_refuses_is_its_error_and_what_the_client_does_is_the_clients() {
    let stage = Stage0::begin().await;
    let session = stage.session().await;
    let error = call(&session, get("http://api.example.com/".into())).await;
    let error = error.unwrap_err().downcast::<Error>().unwrap();
    assert!(matches!(error.failure(), Failure::Cleartext { .. }));
    let error = call(&session, get("http://127.0.0.1:1/".into())).await;
    assert!(error.unwrap_err().is::<reqwest::Error>());
    let error = call(&session, get("/relative".into())).await;
    let error = error.unwrap_err().downcast::<Error>().unwrap();
    assert!(matches!(error.failure(), Failure::InvalidUri));
}

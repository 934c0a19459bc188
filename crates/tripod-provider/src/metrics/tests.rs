use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tripod_oauth2::metadata::Issuer;

use super::*;
use crate::attempts::{Attempt, Attempts};
use crate::config::{Config, Limits};
use crate::edge::Edge;
use crate::seal::Sealer;
use crate::storage::{self, Memory};

fn provider(change: impl FnOnce(&mut Config)) -> Provider {
    let mut config = Config::new(Issuer::parse("https://id.example").unwrap());
    change(&mut config);
    let edge = Edge::system();
    let key = Sealer::generate_key(&mut edge.clone());
    Provider::new(
        config,
        Arc::new(Memory::new()),
        Sealer::new(&key).unwrap(),
        edge,
    )
}

fn request(uri: &str, peer: Option<&str>) -> Request {
    let mut request = Request::get(uri).body(Body::empty()).unwrap();
    if let Some(peer) = peer {
        let peer = SocketAddr::new(peer.parse().unwrap(), 1);
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    request
}

async fn scraped(provider: &Provider, peer: Option<&str>) -> (StatusCode, String) {
    let answer = provider
        .router()
        .oneshot(request("/metrics", peer))
        .await
        .unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_request_is_counted_by_its_route() {
    let provider = provider(|_| {});
    let secret = "/healthz?access_token=sentinel";
    for uri in [secret, secret, "/no-such-place/sentinel"] {
        let answer = provider.router().oneshot(request(uri, None)).await.unwrap();
        assert!(!answer.status().is_server_error());
    }
    let (status, text) = scraped(&provider, None).await;
    assert_eq!(status, StatusCode::OK);
    for line in [
        r#"tripod_requests_total{method="GET",route="/healthz",status="200"} 2"#,
        r#"tripod_requests_total{method="GET",route="none",status="404"} 1"#,
        r#"tripod_request_duration_seconds_count{route="/healthz"} 2"#,
        "tripod_storage_errors_total 0",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(!text.contains("sentinel"));
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn each_line_of_the_metrics_can_be_read() {
    let provider = provider(|_| {});
    provider.metrics().swept(7);
    let (_, text) = scraped(&provider, None).await;
    assert!(text.contains("tripod_swept_records_total 7"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("tripod_"), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[tokio::test]
async fn strangers_do_not_read_the_metrics() {
    let local = provider(|_| {});
    for (peer, status) in [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("10.1.2.3", 200),
        ("fd00::1", 200),
        ("8.8.8.8", 404),
        ("2001:4860::1", 404),
    ] {
        assert_eq!(scraped(&local, Some(peer)).await.0, status, "{peer}");
    }
    let open = provider(|config| config.metrics = MetricsAccess::Everybody);
    assert_eq!(scraped(&open, Some("8.8.8.8")).await.0, 200);
    let closed = provider(|config| config.metrics = MetricsAccess::Nobody);
    assert_eq!(scraped(&closed, Some("127.0.0.1")).await.0, 404);
}

#[tokio::test]
async fn what_answers_mean_is_counted() {
    let provider = provider(|_| {});
    let limits = Limits {
        attempts: Some(1),
        ..Limits::default()
    };
    let attempts = Attempts::new(&limits);
    let attempt = Attempt::new(What::SignIn, None, Some("alice"));
    attempts.take(&attempt, provider.now()).unwrap();
    let limited = attempts.take(&attempt, provider.now()).unwrap_err();
    let unavailable = storage::Error::unavailable("answer", std::io::Error::other("away"));
    let mut issued = StatusCode::OK.into_response();
    issued
        .extensions_mut()
        .insert(Issued(GrantType::DeviceCode));
    for answer in [
        limited.into_response(),
        unavailable.into_response(),
        issued,
        panicked(Box::new("sentinel")),
    ] {
        let labels = RequestLabels {
            method: "POST",
            route: Route(Some(Arc::from("/oauth2/token"))),
            status: answer.status().as_u16(),
        };
        provider.metrics().count(&answer, &labels, Duration::ZERO);
    }
    let text = provider.metrics().to_text();
    for line in [
        r#"tripod_attempts_limited_total{what="sign_in"} 1"#,
        r#"tripod_refusals_total{route="/oauth2/token",error="temporarily_unavailable"} 2"#,
        r#"tripod_tokens_issued_total{grant="urn:ietf:params:oauth:grant-type:device_code"} 1"#,
        "tripod_storage_errors_total 1",
        "tripod_panics_total 1",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}

#[tokio::test]
async fn a_provider_says_that_it_is_ready() {
    let provider = provider(|_| {});
    for path in ["/healthz", "/readyz"] {
        let answer = provider
            .router()
            .oneshot(request(path, None))
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[test]
fn a_path_is_cut_where_a_character_ends() {
    assert_eq!(shown("/a"), "/a");
    assert_eq!(shown(&"a".repeat(200)).len(), 128);
    assert_eq!(shown(&"ü".repeat(200)).chars().count(), 128);
}

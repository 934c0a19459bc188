use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// Serves one connection with these octets, then keeps it open.
async fn serving(octets: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        stream.write_all(octets.as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    });
    format!("http://{address}/jwks")
}

fn fetcher(reach: Reach) -> Fetcher {
    let network = Network::new(reach).timeout(Duration::from_millis(300));
    Fetcher::over(reach, Arc::new(network))
}

#[tokio::test]
async fn a_document_is_fetched_whole() {
    let uri = serving("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let fetched = fetcher(Reach::Development).get(&uri, 2).await.unwrap();
    assert_eq!(fetched, "{}");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let uri = serving(
        "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let refused = fetcher(Reach::Development).get(&uri, 100).await;
    assert!(matches!(refused, Err(FetchError::Status { status }) if status == 302));
}

#[tokio::test]
async fn a_document_that_is_too_long_is_not_read_to_its_end() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{}{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{}{}\r\n",
    ] {
        let uri = serving(answer).await;
        let refused = fetcher(Reach::Development).get(&uri, 3).await;
        assert!(matches!(refused, Err(FetchError::TooLong { limit: 3 })));
    }
}

#[tokio::test]
async fn nobody_is_waited_for_long() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}"] {
        let uri = serving(answer).await;
        let refused = fetcher(Reach::Development).get(&uri, 100).await;
        assert!(matches!(refused, Err(FetchError::Unreachable { .. })));
    }
}

#[tokio::test]
async fn what_is_not_https_is_not_fetched() {
    for uri in [
        "http://example.com/jwks",
        "http://127.0.0.1/jwks",
        "http://localhost/jwks",
        "ftp://example.com/jwks",
        "file:///etc/passwd",
        "data:application/json,{}",
        "gopher://example.com/",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://",
        "//example.com/",
        "/jwks",
        "",
    ] {
        let refused = fetcher(Reach::Public).get(uri, 100).await;
        assert!(matches!(refused, Err(FetchError::NotAllowed)), "{uri}");
    }
    // Development adds http, but within this machine alone.
    let refused = fetcher(Reach::Development)
        .get("http://a.example/", 100)
        .await;
    assert!(matches!(refused, Err(FetchError::NotAllowed)));
}

/// Every spelling of an address is the same address.
#[tokio::test]
async fn special_addresses_are_forbidden_however_they_are_spelt() {
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "017700000001",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "①②⑦.0.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[fd00:ec2::254]",
        "0",
    ] {
        for uri in [format!("https://{host}/"), format!("https://{host}:8443/")] {
            let refused = fetcher(Reach::Public).get(&uri, 100).await;
            assert!(matches!(refused, Err(FetchError::Forbidden)), "{uri}");
        }
    }
}

/// The name is judged by what it resolves to, when the connection is made.
#[tokio::test]
async fn a_name_for_a_special_address_is_forbidden() {
    for uri in ["https://localhost/", "https://LOCALHOST:8443/"] {
        let refused = fetcher(Reach::Public).get(uri, 100).await;
        assert!(matches!(refused, Err(FetchError::Forbidden)), "{refused:?}");
    }
}

#[tokio::test]
async fn an_error_does_not_repeat_the_uri() {
    let refused = fetcher(Reach::Development)
        .get("http://127.0.0.1:9/sentinel", 100)
        .await
        .unwrap_err();
    assert!(!format!("{refused:?} {refused}").contains("sentinel"));
}

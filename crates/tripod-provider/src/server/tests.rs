use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{ConnectInfo, Request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tripod_core::timestamp::Timestamp;

use super::*;
use crate::incoming;

const TIME: Duration = Duration::from_millis(400);

struct Running {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    ended: JoinHandle<Ended>,
}

fn limits() -> Limits {
    Limits {
        request_time: TIME,
        ..Limits::default()
    }
}

async fn begin(change: impl FnOnce(Server) -> Server) -> Running {
    let address = "127.0.0.1:0".parse().unwrap();
    let server = change(Server::bind(address, &limits()).await.unwrap());
    let address = server.address().unwrap();
    let (end, told) = oneshot::channel::<()>();
    let until = async {
        let _ = told.await;
    };
    let ended = tokio::spawn(server.serve(router(), until));
    Running {
        address,
        end,
        ended,
    }
}

fn router() -> Router {
    Router::new()
        .route("/peer", get(peer))
        .route("/read", post(read))
        .route("/slow", get(slow))
        .route("/long", get(async || "a".repeat(8 << 20)))
}

async fn peer(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
    peer.ip().to_string()
}

async fn read(request: Request) -> Response {
    match incoming::read(request, &limits()).await {
        Ok(request) => request.into_body().len().to_string().into_response(),
        Err(error) => error.into_response(),
    }
}

async fn slow() -> &'static str {
    time::sleep(TIME).await;
    "done"
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address).await.unwrap()
}

/// Reads until the server closes, which it is told to do by the request or does by itself.
async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    let reading = time::timeout(Duration::from_secs(20), stream.read_to_end(&mut read));
    // What a server that closes early has not read makes for a reset.
    let _ = reading.await.expect("the server closes");
    String::from_utf8_lossy(&read).into_owned()
}

async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &str) -> String {
    // The server may have answered and closed before all is written.
    let _ = stream.write_all(request.as_bytes()).await;
    rest(stream).await
}

async fn answer_of(running: &Running, request: &str) -> String {
    answer(&mut connect(running).await, request).await
}

const GET_PEER: &str = "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn the_router_learns_where_a_request_comes_from() {
    let running = begin(|server| server).await;
    let answer = answer_of(&running, GET_PEER).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_dribbled_is_cut_off() {
    let running = begin(|server| server).await;
    let mut stream = connect(&running).await;
    let began = time::Instant::now();
    stream.write_all(b"GET /peer HTTP/1.1\r\n").await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let dribble = tokio::spawn(async move {
        while writing.write_all(b"X-A: b\r\n").await.is_ok() {
            time::sleep(TIME / 10).await;
        }
    });
    let answer = rest(&mut reading).await;
    assert!(began.elapsed() < TIME * 8, "{:?}", began.elapsed());
    assert!(!answer.contains("200"), "{answer}");
    dribble.abort();
}

#[tokio::test]
async fn a_body_that_is_dribbled_is_answered_408() {
    let running = begin(|server| server).await;
    let mut stream = connect(&running).await;
    let head = "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let dribble = tokio::spawn(async move {
        while writing.write_all(b"a").await.is_ok() {
            time::sleep(TIME / 10).await;
        }
    });
    let answer = rest(&mut reading).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    dribble.abort();
}

#[tokio::test]
async fn who_says_nothing_is_cut_off() {
    let running = begin(|server| server).await;
    let mut stream = connect(&running).await;
    assert!(!rest(&mut stream).await.contains("200"));
    // And who says nothing after an answer.
    let mut stream = connect(&running).await;
    let answer = answer(&mut stream, "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.contains("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn who_takes_no_answer_is_cut_off() {
    let running = begin(|server| server).await;
    let mut stream = connect(&running).await;
    let request = "GET /long HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    time::sleep(TIME * 3).await;
    assert!(rest(&mut stream).await.len() < 8 << 20);
}

#[tokio::test]
async fn what_is_too_long_is_refused() {
    let running = begin(|server| server).await;
    let limits = limits();
    let uri = "a".repeat(limits.uri);
    let field = "a".repeat(limits.headers + limits.uri);
    let body = "a".repeat(limits.body + 1);
    let fields = "X: y\r\n".repeat(200);
    for (request, status) in [
        (format!("GET /{uri} HTTP/1.1\r\nHost: a\r\n\r\n"), 414),
        (
            format!("GET /peer HTTP/1.1\r\nHost: a\r\nX: {field}\r\n\r\n"),
            431,
        ),
        (
            format!("GET /peer HTTP/1.1\r\nHost: a\r\n{fields}\r\n"),
            431,
        ),
        (
            format!(
                "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            413,
        ),
    ] {
        let answer = answer_of(&running, &request).await;
        let begin = format!("HTTP/1.1 {status} ");
        let shown: String = answer.chars().take(200).collect();
        assert!(answer.starts_with(&begin), "{status}: {shown}");
    }
    // The longest that is allowed goes through.
    let uri = "a".repeat(limits.uri - "/peer?".len());
    let request = format!("GET /peer?{uri} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(answer_of(&running, &request).await.contains(" 200 OK"));
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let running = begin(|server| server).await;
    for request in [
        "\r\n\r\n\r\nnonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        "\u{16}\u{3}\u{1}\u{2}",
    ] {
        let answer = answer_of(&running, request).await;
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 400");
        assert!(refused, "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn what_has_begun_is_finished() {
    let running = begin(|server| server).await;
    let mut idle = connect(&running).await;
    let mut stream = connect(&running).await;
    let request = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    time::sleep(TIME / 4).await;
    running.end.send(()).unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.ends_with("done"), "{answer}");
    assert_eq!(rest(&mut idle).await, "");
    assert_eq!(running.ended.await.unwrap(), Ended::Finished);
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn what_does_not_end_is_cut_off() {
    let running = begin(|server| server.with_grace(TIME / 4)).await;
    let mut stream = connect(&running).await;
    let request = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    time::sleep(TIME / 4).await;
    running.end.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap(), Ended::CutOff(1));
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn connections_wait_for_room() {
    let few = Limits {
        connections: 2,
        ..limits()
    };
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), &few).await;
    let server = server.unwrap();
    let address = server.address().unwrap();
    let served = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let counting = (Arc::clone(&served), Arc::clone(&most));
    let router = Router::new().route(
        "/",
        get(async move || {
            let (served, most) = counting;
            let now = served.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            time::sleep(TIME / 10).await;
            served.fetch_sub(1, Ordering::SeqCst);
        }),
    );
    tokio::spawn(server.serve(router, std::future::pending()));
    let mut asking = JoinSet::new();
    for _ in 0..8 {
        asking.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            answer(&mut stream, request).await
        });
    }
    for answer in asking.join_all().await {
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(most.load(Ordering::SeqCst) <= 2);
}

fn connector(pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn the_certificate_made_up_is_good_for_this_machine() {
    let now = Timestamp::from_unix(i64::try_from(real_now()).unwrap());
    let (tls, pem) = Tls::self_signed(now).unwrap();
    let running = begin(|server| server.with_tls(tls)).await;
    for (name, is_good) in [
        ("localhost", true),
        ("127.0.0.1", true),
        ("::1", true),
        ("example.com", false),
    ] {
        let name = ServerName::try_from(name).unwrap();
        let handshake = connector(&pem).connect(name.clone(), connect(&running).await);
        match handshake.await {
            Ok(mut stream) => {
                assert!(is_good, "{name:?}");
                let answer = answer(&mut stream, GET_PEER).await;
                assert!(answer.ends_with("127.0.0.1"), "{answer}");
            }
            Err(error) => assert!(!is_good, "{name:?}: {error}"),
        }
    }
    // Who speaks no TLS, or says nothing, is cut off.
    assert!(!answer_of(&running, GET_PEER).await.contains("HTTP"));
    assert_eq!(rest(&mut connect(&running).await).await, "");
}

#[expect(
    clippy::disallowed_methods,
    reason = "certificates are checked by the real clock"
)]
fn real_now() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// Writes a certificate and its key for a name, and returns the certificate.
fn write_pair(certificate: &std::path::Path, key: &std::path::Path) -> String {
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(certificate, pair.cert.pem()).unwrap();
    std::fs::write(key, pair.signing_key.serialize_pem()).unwrap();
    pair.cert.pem()
}

#[tokio::test]
async fn another_certificate_is_read_while_it_runs() {
    let place = tempfile::tempdir().unwrap();
    let [certificate, key] = ["cert.pem", "key.pem"].map(|name| place.path().join(name));
    let first = write_pair(&certificate, &key);
    let tls = Tls::from_files(&certificate, &key).unwrap();
    let running = begin(|server| server.with_tls(tls.clone())).await;
    let name = ServerName::try_from("localhost").unwrap();
    let handshake = async |pem: &str| {
        let stream = connect(&running).await;
        connector(pem).connect(name.clone(), stream).await.is_ok()
    };
    assert!(handshake(&first).await);
    let second = write_pair(&certificate, &key);
    assert!(!handshake(&second).await);
    tls.reload().unwrap();
    assert!(handshake(&second).await);
    // What cannot be used changes nothing.
    std::fs::write(&key, "nonsense").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::NoKey { .. })));
    assert!(handshake(&second).await);
}

#[test]
fn what_cannot_be_used_is_named() {
    let place = tempfile::tempdir().unwrap();
    let [certificate, key, other] = ["a", "b", "c"].map(|name| place.path().join(name));
    let other_key = place.path().join("d");
    write_pair(&certificate, &key);
    write_pair(&other, &other_key);
    assert!(matches!(
        Tls::from_files(&certificate, &other_key),
        Err(TlsError::Unusable { .. })
    ));
    assert!(matches!(
        Tls::from_files(&key, &key),
        Err(TlsError::NoCertificate { .. })
    ));
    assert!(matches!(
        Tls::from_files(&certificate, &certificate),
        Err(TlsError::NoKey { .. })
    ));
    assert!(matches!(
        Tls::from_files(&place.path().join("none"), &key),
        Err(TlsError::Read { .. })
    ));
    let broken = "-----BEGIN PRIVATE KEY-----\nsentinel!\n-----END PRIVATE KEY-----\n";
    std::fs::write(&key, broken).unwrap();
    let error = Tls::from_files(&certificate, &key).unwrap_err();
    assert!(matches!(error, TlsError::Pem { .. }), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("sentinel"));
}

#[tokio::test]
async fn an_address_in_use_is_refused() {
    let running = begin(|server| server).await;
    let error = Server::bind(running.address, &limits()).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}

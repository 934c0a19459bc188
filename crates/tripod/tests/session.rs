//! Sessions over real sockets: what is renewed, tried again, followed, and refused.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tripod::authorizer::{self, Dpop};
use tripod::client::{Authentication, Client, Registration};
use tripod::edge::Edge;
use tripod::error::{Advice, Failure, Stage};
use tripod::http::{Http, Options};
use tripod::preset::TokenPlacement;
use tripod::provider::Provider;
use tripod::session::{self, Session};
use tripod::tokens::{Keeper, Renewal};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::token::{ClientCredentialsGrant, TokenResponse, TokenType};
use tripod_oauth2::token_set::TokenSet;
use tripod_vault::file::{FileOptions, KeySource};
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

#[cfg(feature = "tower")]
#[path = "session/layer.rs"]
mod layer;
#[cfg(feature = "reqwest-middleware")]
#[path = "session/middleware.rs"]
mod middleware;
#[path = "session/oauth1.rs"]
mod oauth1;
#[path = "session/revocation.rs"]
mod revocation;
#[path = "session/server.rs"]
mod server;

use server::{Asked, Reply, Server};

const NOW: i64 = 1_700_000_000;
const REFUSED: &str = r#"Bearer error="invalid_token""#;

/// A clock that is turned by hand, and chance that is good enough.
#[derive(Clone)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOW)))
    }

    fn turn(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn edge(&self) -> Edge {
        let (clock, count) = (self.clone(), AtomicUsize::new(1));
        Edge::new(
            move || Timestamp::from_unix(clock.0.load(Ordering::SeqCst)),
            move |octets| {
                let drawn = count.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                let mut drawn = drawn.iter().rev().cycle();
                octets.fill_with(|| *drawn.next().unwrap());
            },
        )
    }
}

/// A provider that rotates refresh tokens, punishes reuse, and guards an API.
#[derive(Default)]
struct Rotating {
    generation: AtomicUsize,
    reuses: AtomicUsize,
    delay: Mutex<Duration>,
}

impl Rotating {
    fn answer(&self, asked: &Asked) -> Reply {
        match asked.target.split('?').next() {
            Some("/token") => self.token(asked),
            Some("/api") => self.api(asked),
            _ => Reply::new(404, ""),
        }
    }

    fn token(&self, asked: &Asked) -> Reply {
        let current = self.generation.load(Ordering::SeqCst);
        if !asked.body.contains(&format!("refresh_token=r{current}")) {
            self.reuses.fetch_add(1, Ordering::SeqCst);
            return Reply::new(400, r#"{"error":"invalid_grant"}"#);
        }
        let next = self.generation.fetch_add(1, Ordering::SeqCst) + 1;
        let body = format!(
            r#"{{"access_token":"t{next}","token_type":"Bearer","expires_in":3600,"refresh_token":"r{next}"}}"#
        );
        let reply = Reply::new(200, body).with("content-type", "application/json");
        reply.after(*self.delay.lock().unwrap())
    }

    fn api(&self, asked: &Asked) -> Reply {
        let current = format!("t{}", self.generation.load(Ordering::SeqCst));
        if asked.token() == Some(&current) {
            Reply::new(200, "fine")
        } else {
            Reply::new(401, "").with("www-authenticate", REFUSED)
        }
    }
}

struct Stage0 {
    server: Server,
    provider: Arc<Rotating>,
    clock: Clock,
    vault: Vault,
}

impl Stage0 {
    async fn begin() -> Self {
        Self::with(Vault::memory()).await
    }

    async fn with(vault: Vault) -> Self {
        let provider = Arc::new(Rotating::default());
        let shared = Arc::clone(&provider);
        Self {
            server: Server::begin(move |asked| shared.answer(asked)).await,
            provider,
            clock: Clock::new(),
            vault,
        }
    }

    /// A session whose login gave `t0` and `r0`.
    async fn session(&self) -> Session {
        let keeper = keeper(&self.server, &self.vault, &self.clock, None);
        keeper.put(&tokens("t0", Some("r0"))).await.unwrap();
        Session::new(http(), authorizer::OAuth2::new(keeper))
    }
}

fn http() -> Http {
    Http::new(&Options::default()).unwrap()
}

fn tokens(access: &str, refresh: Option<&str>) -> TokenSet {
    let mut response = TokenResponse::new(access, TokenType::Bearer);
    response.expires_in = Some(3600);
    response.refresh_token = refresh.map(Into::into);
    TokenSet::new(response, None, Timestamp::from_unix(NOW))
}

fn client(server: &Server, clock: &Clock) -> Client {
    let provider = Provider::at(&server.at("/token")).unwrap();
    Client::new(Registration::new("client", provider), http(), clock.edge())
}

fn keeper(server: &Server, vault: &Vault, clock: &Clock, dpop: Option<Dpop>) -> Keeper {
    let key = Key::parse("profile").unwrap();
    let client = client(server, clock);
    Keeper::new(client, dpop, vault.clone(), key, Renewal::RefreshToken)
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_expiry() {
    let stage = Stage0::begin().await;
    let session = stage.session().await;
    let get = || session.get(stage.server.at("/api")).send();
    assert_eq!(get().await.unwrap().status(), 200);
    stage.clock.turn(3600 - 61 - 1);
    get().await.unwrap();
    assert_eq!(stage.server.asked("/token").len(), 0);
    stage.clock.turn(61 - 29);
    assert_eq!(get().await.unwrap().status(), 200);
    assert_eq!(stage.server.asked("/token").len(), 1);
    let tokens = stage.server.asked("/api");
    assert_eq!(tokens.last().unwrap().token(), Some("t1"));
}

#[tokio::test]
async fn a_token_that_was_refused_is_renewed_once() {
    let stage = Stage0::begin().await;
    let session = stage.session().await;
    stage.provider.generation.store(1, Ordering::SeqCst);
    // The provider knows r1 only: the refresh token was spent elsewhere.
    let error = session
        .get(stage.server.at("/api"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.stage(), Stage::Refresh);
    assert_eq!(error.advice(), Advice::LogIn);
    let stage = Stage0::begin().await;
    let session = stage.session().await;
    let keeper = keeper(&stage.server, &stage.vault, &stage.clock, None);
    keeper.put(&tokens("revoked", Some("r0"))).await.unwrap();
    let session_2 = Session::new(http(), authorizer::OAuth2::new(keeper));
    for session in [&session_2, &session, &session_2] {
        let answer = session.get(stage.server.at("/api")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    assert_eq!(stage.server.asked("/token").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_requests_at_once_refresh_once() {
    let stage = Stage0::begin().await;
    *stage.provider.delay.lock().unwrap() = Duration::from_millis(50);
    let session = stage.session().await;
    stage.clock.turn(3600);
    let requests = (0..32).map(|_| {
        let (session, uri) = (session.clone(), stage.server.at("/api"));
        tokio::spawn(async move { session.get(uri).send().await.unwrap().status() })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 200);
    }
    assert_eq!(stage.server.asked("/token").len(), 1);
    assert_eq!(stage.provider.reuses.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_refusals_at_once_refresh_once() {
    let stage = Stage0::begin().await;
    let keeper = keeper(&stage.server, &stage.vault, &stage.clock, None);
    keeper.put(&tokens("revoked", Some("r0"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let requests = (0..32).map(|_| {
        let (session, uri) = (session.clone(), stage.server.at("/api"));
        tokio::spawn(async move { session.get(uri).send().await.unwrap().status() })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 200);
    }
    assert_eq!(stage.server.asked("/token").len(), 1);
}

#[tokio::test]
async fn a_refusal_that_a_new_token_does_not_mend_is_the_answer() {
    let server = Server::begin(|asked| match asked.target.as_str() {
        "/token" => Reply::new(
            200,
            r#"{"access_token":"new","token_type":"Bearer","refresh_token":"r"}"#,
        ),
        _ => Reply::new(401, "").with("www-authenticate", REFUSED),
    })
    .await;
    let keeper = keeper(&server, &Vault::memory(), &Clock::new(), None);
    keeper.put(&tokens("old", Some("r"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let answer = session.get(server.at("/api")).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(server.asked("/api").len(), 2);
    assert_eq!(server.asked("/token").len(), 1);
}

#[tokio::test]
async fn without_a_refresh_token_the_user_is_needed() {
    let stage = Stage0::begin().await;
    let keeper = keeper(&stage.server, &stage.vault, &stage.clock, None);
    let session = Session::new(http(), authorizer::OAuth2::new(keeper.clone()));
    let get = || session.get(stage.server.at("/api")).send();
    let error = get().await.unwrap_err();
    assert!(matches!(error.failure(), Failure::LoginNeeded { .. }));
    keeper.put(&tokens("revoked", None)).await.unwrap();
    assert_eq!(get().await.unwrap().status(), 401);
    stage.clock.turn(3600);
    let error = get().await.unwrap_err();
    assert!(matches!(error.failure(), Failure::LoginNeeded { .. }));
    assert_eq!(stage.server.asked("/token").len(), 0);
}

#[tokio::test]
async fn a_provider_out_of_order_does_not_stop_a_token_that_still_does() {
    let server = Server::begin(|asked| match asked.target.as_str() {
        "/token" => Reply::new(503, "busy"),
        _ => Reply::new(200, "fine"),
    })
    .await;
    let clock = Clock::new();
    let keeper = keeper(&server, &Vault::memory(), &clock, None);
    keeper.put(&tokens("t", Some("r"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    clock.turn(3600 - 10);
    let answer = session.get(server.at("/api")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    clock.turn(10);
    let error = session.get(server.at("/api")).send().await.unwrap_err();
    assert_eq!(
        (error.stage(), error.advice()),
        (Stage::Refresh, Advice::Retry)
    );
}

#[tokio::test]
async fn whoever_goes_away_does_not_lose_the_new_refresh_token() {
    let stage = Stage0::begin().await;
    *stage.provider.delay.lock().unwrap() = Duration::from_millis(200);
    let session = stage.session().await;
    stage.clock.turn(3600);
    let request = session.get(stage.server.at("/api")).send();
    let cut_off = tokio::time::timeout(Duration::from_millis(80), request).await;
    assert!(cut_off.is_err());
    assert_eq!(stage.server.asked("/token").len(), 1);
    let answer = session.get(stage.server.at("/api")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(stage.server.asked("/token").len(), 1);
    assert_eq!(stage.provider.reuses.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_cannot_be_written_is_used_and_written_later() {
    let home = tempfile::tempdir().unwrap();
    let (place, aside) = (home.path().join("vault"), home.path().join("aside"));
    let options = FileOptions::at(place.join("tokens.vault")).key(KeySource::KeyFile);
    let vault = Vault::file(options);
    let provider = Arc::new(Rotating::default());
    let (shared, is_broken) = (Arc::clone(&provider), Arc::new(AtomicUsize::new(0)));
    let (from, to, breaks) = (place.clone(), aside.clone(), Arc::clone(&is_broken));
    let server = Server::begin(move |asked| {
        // The disk goes away while the provider is asked, once.
        if asked.target == "/token" && breaks.fetch_add(1, Ordering::SeqCst) == 0 {
            std::fs::rename(&from, &to).unwrap();
            std::fs::write(&from, "no directory").unwrap();
        }
        shared.answer(asked)
    })
    .await;
    let clock = Clock::new();
    let keeper = keeper(&server, &vault, &clock, None);
    keeper.put(&tokens("revoked", Some("r0"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let get = || async {
        let sent = session.get(server.at("/api")).send().await;
        sent.unwrap().status()
    };
    assert_eq!(get().await, 200);
    std::fs::remove_file(&place).unwrap();
    std::fs::rename(&aside, &place).unwrap();
    assert_eq!(get().await, 200);
    assert_eq!(server.asked("/token").len(), 1);
    clock.turn(3600);
    assert_eq!(get().await, 200);
    assert_eq!(server.asked("/token").len(), 2);
    assert_eq!(provider.reuses.load(Ordering::SeqCst), 0);
    let written = vault.read(&Key::parse("profile").unwrap()).await.unwrap();
    let written = TokenSet::from_json(&written.unwrap().document).unwrap();
    assert_eq!(written.access_token.expose(), "t2");
}

#[tokio::test]
async fn a_client_of_its_own_asks_when_it_needs_to() {
    let count = AtomicUsize::new(0);
    let server = Server::begin(move |asked| match asked.target.as_str() {
        "/token" => {
            let next = count.fetch_add(1, Ordering::SeqCst);
            let body =
                format!(r#"{{"access_token":"c{next}","token_type":"bearer","expires_in":"60"}}"#);
            Reply::new(200, body)
        }
        _ => Reply::new(200, asked.token().unwrap_or_default()),
    })
    .await;
    let clock = Clock::new();
    let renewal = Renewal::client_credentials(ClientCredentialsGrant::new(), &[]);
    let key = Key::parse("machine").unwrap();
    let keeper = Keeper::new(client(&server, &clock), None, Vault::memory(), key, renewal);
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let get = || async {
        let sent = session.get(server.at("/api")).send().await.unwrap();
        sent.text().await.unwrap()
    };
    assert_eq!(get().await, "c0");
    assert_eq!(get().await, "c0");
    clock.turn(60);
    assert_eq!(get().await, "c1");
    let form = &server.asked("/token")[0].body;
    assert_eq!(form, "grant_type=client_credentials&client_id=client");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_nonce_is_put_into_the_next_proof_by_all_who_were_refused() {
    let wanted = |asked: &Asked| {
        let proof = asked.header("dpop").unwrap().to_owned();
        let payload = proof.split('.').nth(1).unwrap().to_owned();
        // `"fresh"` within base64url, at each of its three offsets.
        ["ImZyZXNo", "cmVzaCJ9", "cmVzaCIs", "ZnJlc2gi"]
            .iter()
            .any(|text| payload.contains(text))
    };
    let server = Server::begin(move |asked| match asked.target.as_str() {
        "/token" if wanted(asked) => Reply::new(
            200,
            r#"{"access_token":"bound","token_type":"DPoP","expires_in":3600,"refresh_token":"r1"}"#,
        ),
        "/token" => Reply::new(400, r#"{"error":"use_dpop_nonce"}"#).with("dpop-nonce", "fresh"),
        _ if wanted(asked) => Reply::new(200, asked.header("authorization").unwrap()),
        _ => Reply::new(401, "")
            .with("www-authenticate", r#"DPoP error="use_dpop_nonce""#)
            .with("dpop-nonce", "fresh"),
    })
    .await;
    let clock = Clock::new();
    let (dpop, stored) = Dpop::generate(&clock.edge()).unwrap();
    assert_eq!(
        Dpop::stored(&stored).unwrap().thumbprint(),
        dpop.thumbprint()
    );
    let keeper = keeper(&server, &Vault::memory(), &clock, Some(dpop));
    let mut tokens = tokens("old", Some("r0"));
    tokens.token_type = TokenType::Dpop;
    keeper.put(&tokens).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    clock.turn(3600);
    let requests = (0..8).map(|_| {
        let (session, uri) = (session.clone(), server.at("/api"));
        tokio::spawn(async move { session.get(uri).send().await.unwrap() })
    });
    for request in requests.collect::<Vec<_>>() {
        let answer = request.await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.unwrap(), "DPoP bound");
    }
    assert_eq!(server.asked("/token").len(), 2);
}

#[tokio::test]
async fn patience_is_had_once_and_for_what_may_be_repeated() {
    let count = AtomicUsize::new(0);
    let server = Server::begin(move |asked| {
        let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
        match (is_first, asked.method.as_str()) {
            (true, _) | (_, "POST") => Reply::new(429, "").with("retry-after", "1"),
            _ => Reply::new(200, "fine"),
        }
    })
    .await;
    let keeper = keeper(&server, &Vault::memory(), &Clock::new(), None);
    keeper.put(&tokens("t", None)).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let answer = session.get(server.at("/api")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), server.asked("/api").len()),
        (200, 2)
    );
    let answer = session.post(server.at("/post")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), server.asked("/post").len()),
        (429, 1)
    );
}

#[tokio::test]
async fn a_redirect_is_authorised_at_the_same_origin_alone() {
    let other = Server::begin(|asked| Reply::new(200, asked.token().unwrap_or("none"))).await;
    let named = Server::begin(|asked| Reply::new(200, asked.token().unwrap_or("none"))).await;
    let places: HashMap<_, _> = [
        ("/same", "/end".to_owned()),
        ("/other", other.at("/end")),
        ("/named", named.at("/end")),
        ("/circle", "/circle".to_owned()),
        ("/clear", "http://example.com/".to_owned()),
    ]
    .into();
    let server = Server::begin(move |asked| match places.get(asked.target.as_str()) {
        Some(place) => Reply::new(307, "").with("location", place),
        None => Reply::new(200, asked.token().unwrap_or("none")),
    })
    .await;
    let keeper = keeper(&server, &Vault::memory(), &Clock::new(), None);
    keeper.put(&tokens("t", None)).await.unwrap();
    let mut options = session::Options::default();
    options.origins.push(named.uri.parse().unwrap());
    let session = Session::new(http(), authorizer::OAuth2::new(keeper)).options(options);
    for (path, token) in [("/same", "t"), ("/other", "none"), ("/named", "t")] {
        let request = session
            .post(server.at(path))
            .body("a body")
            .header("cookie", "c=1");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), token, "{path}");
    }
    let seen = &other.asked("/end")[0];
    assert_eq!(
        (seen.header("cookie"), seen.body.as_str()),
        (None, "a body")
    );
    let error = session.get(server.at("/circle")).send().await.unwrap_err();
    assert!(matches!(error.failure(), Failure::Redirect { .. }));
}

#[tokio::test]
async fn nothing_travels_in_clear() {
    let stage = Stage0::begin().await;
    let session = stage.session().await;
    let uri = "http://api.example.com/path?secret=s";
    let error = session.get(uri).send().await.unwrap_err();
    assert!(
        matches!(error.failure(), Failure::Cleartext { uri } if uri == "http://api.example.com/path")
    );
    let request = http::Request::get(uri).body(Vec::new()).unwrap();
    let error = session.sign(request).await.unwrap_err();
    assert!(matches!(error.failure(), Failure::Cleartext { .. }));
    assert!(Provider::at("http://id.example.com/token").is_err());
}

#[tokio::test]
async fn a_body_that_is_a_stream_is_sent_once() {
    let stage = Stage0::begin().await;
    let keeper = keeper(&stage.server, &stage.vault, &stage.clock, None);
    keeper.put(&tokens("revoked", Some("r0"))).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    let chunks = [Ok::<_, std::io::Error>("one"), Ok("two")];
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let answer = session
        .post(stage.server.at("/api"))
        .body(body)
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), 401);
    assert_eq!(stage.server.asked("/api").len(), 1);
    assert_eq!(stage.server.asked("/token").len(), 0);
}

#[tokio::test]
async fn a_provider_with_a_header_of_its_own_gets_the_token_there_and_nobody_else_does() {
    let other = Server::begin(|_| Reply::new(200, "")).await;
    let there = other.at("/api").replace("127.0.0.1", "localhost");
    let redirect = Reply::new(302, "").with("location", &there);
    let server = Server::begin(move |_| redirect.clone()).await;
    let mut provider = Provider::at(&server.at("/token")).unwrap();
    let field = TokenPlacement::Field("X-Shop-Access-Token".to_owned());
    provider.dialect.access_token.placements = vec![field];
    let client = Registration::new("client", provider);
    let client = Client::new(client, http(), Clock::new().edge());
    let key = Key::parse("profile").unwrap();
    let keeper = Keeper::new(client, None, Vault::memory(), key, Renewal::RefreshToken);
    keeper.put(&tokens("t0", None)).await.unwrap();
    let session = Session::new(http(), authorizer::OAuth2::new(keeper));
    session.get(server.at("/api")).send().await.unwrap();
    let [asked] = server.asked("/api").try_into().unwrap();
    assert_eq!(asked.header("x-shop-access-token"), Some("t0"));
    assert_eq!(asked.header("authorization"), None);
    let [asked] = other.asked("/api").try_into().unwrap();
    assert_eq!(asked.header("x-shop-access-token"), None);
}

#[tokio::test]
async fn any_http_stack_can_send_what_is_signed() {
    let stage = Stage0::begin().await;
    let session = stage.session().await;
    let request = http::Request::get(stage.server.at("/api")).body(Vec::new());
    let signed = session.sign(request.unwrap()).await.unwrap();
    let header = &signed.headers()["authorization"];
    assert_eq!(header, "Bearer t0");
    assert!(header.is_sensitive());
    let shown = format!("{session:?} {signed:?}");
    assert!(!shown.contains("t0") && !shown.contains("r0"), "{shown}");
}

/// A file on a disk that fails.
struct Broken;

impl std::io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the disk is gone"))
    }
}

#[test]
fn a_program_without_a_runtime_does_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::begin(|asked| {
        Reply::new(200, format!(r#"{{"token":"{}"}}"#, asked.token().unwrap()))
    }));
    let provider = Provider::at(&server.at("/token")).unwrap();
    let login = async {
        let vault = Vault::memory();
        let keeper = keeper(&server, &vault, &Clock::new(), None);
        keeper.put(&tokens("t", None)).await.unwrap();
        let builder = tripod::OAuth2::endpoints(provider).client_id("client");
        let builder = builder.vault(vault).key(Key::parse("profile").unwrap());
        builder.edge(Clock::new().edge()).session().await
    };
    let session = tripod::blocking::Session::begin(login).unwrap();
    let answer = session.get(server.at("/api")).send().unwrap();
    assert_eq!(answer.status(), 200);
    let json: serde_json::Value = answer.json().unwrap();
    assert_eq!(json["token"], "t");
    let mut copied = Vec::new();
    let answer = session.post(server.at("/api")).body("b").send().unwrap();
    assert_eq!(answer.copy_to(&mut copied).unwrap(), 13);
    let file = vec![b'x'; 200_000];
    let upload = session.put(server.at("/api")).header("x-kind", "file");
    let upload = upload.reader(std::io::Cursor::new(file.clone()));
    let answer = upload.timeout(Duration::from_secs(10)).send().unwrap();
    assert_eq!(answer.bytes().unwrap().len(), 13);
    let asked = server.asked("/api");
    let upload = asked.last().unwrap();
    assert_eq!(
        (upload.method.as_str(), upload.header("x-kind")),
        ("PUT", Some("file"))
    );
    assert_eq!(upload.body.matches('x').count(), file.len());
    let broken = session.post(server.at("/api")).reader(Broken).send();
    let error = broken.unwrap_err();
    assert!(
        matches!(error.failure(), Failure::Transport { .. }),
        "{error:?}"
    );
    let form = reqwest::multipart::Form::new().text("name", "value");
    let answer = session.patch(server.at("/api")).multipart(form).send();
    assert_eq!(answer.unwrap().status(), 200);
    let inside =
        runtime.block_on(async { tripod::blocking::Session::begin(async { unreachable!() }) });
    assert!(matches!(
        inside.unwrap_err().failure(),
        Failure::Runtime { .. }
    ));
}

//! What a session learns about the provider's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tripod::OAuth1;
use tripod::error::{Advice, Stage};
use tripod::login::Paste;
use tripod::preset::{Flow, Template};
use tripod::session::Session;
use tripod_vault::vault::Vault;

use super::server::{Asked, Reply, Server};
use super::{Clock, NOW};

/// A clock an hour ahead of the client's.
const THERE: i64 = NOW + 3600;

fn timestamp(asked: &Asked) -> i64 {
    let header = asked.header("authorization").unwrap();
    let (_, rest) = header.split_once("oauth_timestamp=\"").unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

fn session(clock: &Clock) -> Session {
    let builder = OAuth1::consumer("key", "secret").token("token", "secret");
    builder.edge(clock.edge()).session().unwrap()
}

fn guard(asked: &Asked, refusal: Reply) -> Reply {
    if timestamp(asked).abs_diff(THERE) < 300 {
        Reply::new(200, "fine")
    } else {
        refusal
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_clock_is_learnt_from_the_date_by_all_who_were_refused() {
    let server = Server::begin(|asked| {
        let date = "Tue, 14 Nov 2023 23:13:20 GMT";
        guard(
            asked,
            Reply::new(401, "Timestamp invalid").with("date", date),
        )
    })
    .await;
    let session = session(&Clock::new());
    let requests = (0..16).map(|_| {
        let (session, uri) = (session.clone(), server.at("/api"));
        tokio::spawn(async move { session.get(uri).send().await.unwrap().status() })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 200);
    }
    let before = server.asked("/api").len();
    session.get(server.at("/api")).send().await.unwrap();
    assert_eq!(server.asked("/api").len(), before + 1, "it stays learnt");
}

#[tokio::test]
async fn the_clock_is_learnt_from_what_is_acceptable() {
    let body = format!(
        "oauth_problem=timestamp_refused&oauth_acceptable_timestamps={}-{}",
        THERE - 300,
        THERE + 300
    );
    let server = Server::begin(move |asked| guard(asked, Reply::new(400, body.clone()))).await;
    let answer = session(&Clock::new()).get(server.at("/api")).send().await;
    assert_eq!(answer.unwrap().status(), 200);
    assert_eq!(server.asked("/api").len(), 2);
}

#[tokio::test]
async fn another_problem_is_the_answer_and_its_body_is_still_there() {
    let server = Server::begin(|_| {
        let reply = Reply::new(401, "oauth_problem=signature_invalid");
        reply.with("date", "Tue, 14 Nov 2023 23:13:20 GMT")
    })
    .await;
    let answer = session(&Clock::new()).get(server.at("/api")).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(
        answer.text().await.unwrap(),
        "oauth_problem=signature_invalid"
    );
    assert_eq!(server.asked("/api").len(), 1);
}

#[tokio::test]
async fn each_try_has_a_nonce_of_its_own() {
    let count = AtomicUsize::new(0);
    let server = Server::begin(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::new(503, "").with("retry-after", "0"),
        _ => Reply::new(200, ""),
    })
    .await;
    let session = session(&Clock::new());
    session.get(server.at("/api")).send().await.unwrap();
    let asked = server.asked("/api");
    let [first, second] = asked.as_slice() else {
        panic!("it is asked twice");
    };
    assert_ne!(
        first.header("authorization"),
        second.header("authorization")
    );
}

#[tokio::test]
async fn a_form_is_covered_and_one_that_is_a_stream_is_refused() {
    let server = Server::begin(|_| Reply::new(200, "")).await;
    let session = session(&Clock::new());
    let form = [("a", "1"), ("b", "2 3")];
    let answer = session.post(server.at("/api")).form(&form).send().await;
    assert_eq!(answer.unwrap().status(), 200);
    let chunks = [Ok::<_, std::io::Error>("a=1")];
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let request = session.post(server.at("/api")).body(body);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let error = request.send().await.unwrap_err();
    assert!(error.to_string().contains("from memory"), "{error}");
    assert_eq!(server.asked("/api").len(), 1);
}

/// A provider whose tokens expire one after the other, and are renewed by session handles.
fn expiring() -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    let current = AtomicUsize::new(0);
    move |asked| {
        let says = |text: &str| asked.header("authorization").unwrap().contains(text);
        let number = current.load(Ordering::SeqCst);
        let grant = |number: usize| {
            Reply::new(
                200,
                format!(
                    "oauth_token=t{number}&oauth_token_secret=s&oauth_session_handle=h{number}&user_id=7"
                ),
            )
        };
        match asked.target.as_str() {
            "/request_token" => Reply::new(
                200,
                "oauth_token=temporary&oauth_token_secret=s&oauth_callback_confirmed=true",
            ),
            "/access_token" if says("oauth_verifier") => grant(number),
            "/access_token" if says(&format!("oauth_session_handle=\"h{number}\"")) => {
                current.store(number + 1, Ordering::SeqCst);
                grant(number + 1)
            }
            "/access_token" => Reply::new(401, "oauth_problem=token_used"),
            "/expire" => {
                current.store(7, Ordering::SeqCst);
                Reply::new(200, "")
            }
            _ if number > 0 && says(&format!("oauth_token=\"t{number}\"")) => {
                Reply::new(200, "fine")
            }
            _ => Reply::new(401, "oauth_problem=token_expired"),
        }
    }
}

fn builder(server: &Server, vault: &Vault) -> OAuth1 {
    let at = |path| Template::parse(&server.at(path)).unwrap();
    let flow = Flow::new(at("/request_token"), at("/authorize"), at("/access_token"));
    let builder = OAuth1::consumer("key", "secret").endpoints(flow);
    builder.vault(vault.clone()).edge(Clock::new().edge())
}

async fn logged_in(server: &Server, vault: &Vault) -> Session {
    let typed = Paste::new(|_| Ok("verifier".to_owned()));
    builder(server, vault).login(typed).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_expired_is_renewed_once_by_its_session_handle() {
    let server = Server::begin(expiring()).await;
    let vault = Vault::memory();
    let session = logged_in(&server, &vault).await;
    let other = builder(&server, &vault).stored().await.unwrap();
    let sessions = [session, other].into_iter().cycle().take(16);
    let requests = sessions.map(|session| {
        let uri = server.at("/api");
        tokio::spawn(async move { session.get(uri).send().await.unwrap().status() })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 200);
    }
    let asked = server.asked("/access_token");
    let [_login, renewal] = asked.as_slice() else {
        panic!("it is renewed once: {asked:?}");
    };
    // OAuth Session 1.0: signed with the token that has expired.
    let header = renewal.header("authorization").unwrap();
    assert!(header.contains("oauth_token=\"t0\""), "{header}");
    let stored = builder(&server, &vault).stored().await.unwrap();
    assert_eq!(
        stored.get(server.at("/api")).send().await.unwrap().status(),
        200
    );
    assert_eq!(server.asked("/access_token").len(), 2);
}

/// A provider that says how long its tokens live, and renews them, or is out of order.
fn limited(is_out_of_order: Arc<AtomicBool>) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |asked| {
        let says = |text: &str| asked.header("authorization").unwrap().contains(text);
        let grant = |token| {
            let rest = "oauth_token_secret=s&oauth_session_handle=h&oauth_expires_in=1800";
            Reply::new(200, format!("oauth_token={token}&{rest}"))
        };
        match asked.target.as_str() {
            "/request_token" => Reply::new(
                200,
                "oauth_token=temporary&oauth_token_secret=s&oauth_callback_confirmed=true",
            ),
            "/access_token" if says("oauth_verifier") => grant("first"),
            "/access_token" if is_out_of_order.load(Ordering::SeqCst) => Reply::new(503, ""),
            "/access_token" => grant("second"),
            _ => Reply::new(200, ""),
        }
    }
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_expiry_by_its_session_handle() {
    let is_out_of_order = Arc::new(AtomicBool::new(true));
    let server = Server::begin(limited(Arc::clone(&is_out_of_order))).await;
    let (vault, clock) = (Vault::memory(), Clock::new());
    let typed = Paste::new(|_| Ok("verifier".to_owned()));
    let login = builder(&server, &vault).edge(clock.edge()).login(typed);
    let session = login.await.unwrap();
    let token = async || {
        session.get(server.at("/api")).send().await.unwrap();
        let asked = server.asked("/api");
        let header = asked.last().unwrap().header("authorization").unwrap();
        header.contains("oauth_token=\"second\"")
    };
    clock.turn(1800 - 63);
    assert!(!token().await);
    assert_eq!(server.asked("/access_token").len(), 1);
    clock.turn(63 - 29);
    // It is early yet: what there is does, if the provider cannot.
    assert!(!token().await);
    assert_eq!(server.asked("/access_token").len(), 2);
    is_out_of_order.store(false, Ordering::SeqCst);
    assert!(token().await);
    assert!(token().await);
    assert_eq!(server.asked("/access_token").len(), 3);
}

#[tokio::test]
async fn a_session_handle_that_is_over_needs_the_user() {
    let server = Server::begin(expiring()).await;
    let session = logged_in(&server, &Vault::memory()).await;
    session.get(server.at("/expire")).send().await.unwrap();
    let error = session.get(server.at("/api")).send().await.unwrap_err();
    assert_eq!(error.stage(), Stage::Refresh);
    assert_eq!(error.advice(), Advice::LogIn);
    assert_eq!(error.exchanges().len(), 1);
}

#[tokio::test]
async fn without_a_session_handle_the_refusal_is_the_answer() {
    let server = Server::begin(expiring()).await;
    let vault = Vault::memory();
    let given = builder(&server, &vault).token("t0", "s");
    let adopted = given.clone().adopt().await.unwrap();
    for session in [given.session().unwrap(), adopted] {
        let answer = session.get(server.at("/api")).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.text().await.unwrap(), "oauth_problem=token_expired");
    }
    assert_eq!(server.asked("/access_token").len(), 0);
}

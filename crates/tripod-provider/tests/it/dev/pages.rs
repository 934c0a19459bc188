use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST};
use http::{Method, Request};
use tripod_provider::config::Development;

use super::{VERIFIER, code, look, ready, redeem};
use crate::browser::{PASSWORD, authorization, provider_with};
use crate::fixture::{CLIENT, Fixture, SECRET, basic};
use crate::oauth1::{KEY, consumer, token};

/// Returns all that the pages show.
async fn shown(fixture: &Fixture) -> String {
    let mut shown = look(fixture, "/dev/exchanges").await.text().to_owned();
    shown.push_str(look(fixture, "/dev/exchanges.json").await.text());
    for number in 1..30 {
        let page = look(fixture, &format!("/dev/exchanges/{number}")).await;
        shown.push_str(page.text());
    }
    shown
}

#[tokio::test]
async fn exchanges_are_drawn_and_told_by_their_flows() {
    let fixture = ready().await;
    let code = code(&fixture).await;
    redeem(&fixture, &code, VERIFIER).await.assert_ok();
    fixture.get("/oauth2/jwks").await.assert_ok();
    let page = look(&fixture, "/dev/exchanges").await;
    let text = page.text();
    // Authorize, sign in, consent and redeem are one flow, and the keys are another, which is later.
    assert_eq!(text.matches("<section class=\"flow\"").count(), 2, "{text}");
    assert_eq!(text.matches("<details").count(), 5);
    let positions = [
        "Discovery",
        "Authorization code, client",
        "POST /sign-in",
        "200 access_token",
    ];
    let positions = positions.map(|it| text.find(it).unwrap_or_else(|| panic!("{it}: {text}")));
    assert!(positions.is_sorted(), "{positions:?}");
    let told = "4: Client sends POST /oauth2/token authorization_code to Tripod, which answers 200";
    assert!(text.contains(told), "{text}");
    let led = "3: Browser sends POST /consent to Tripod, which answers 303 to https://client.example/cb, \
               which leads on to https://client.example/cb.";
    assert!(text.contains(led), "{text}");
    // CSP: neither scripts nor styles in attributes.
    for forbidden in ["<script", " style=", " onclick", "http-equiv"] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    let trace = look(&fixture, "/dev/exchanges.json").await.json();
    assert_eq!(trace["exchanges"].as_array().unwrap().len(), 5);
    assert_eq!(trace["exchanges"][3]["response"]["status"], 200);
}

#[tokio::test]
async fn no_secret_is_shown() {
    let fixture = ready().await;
    fixture.add_client(consumer(&fixture.provider, KEY)).await;
    let code = code(&fixture).await;
    let tokens = redeem(&fixture, &code, VERIFIER).await.json();
    let access_token = tokens["access_token"].as_str().unwrap();
    let call = Request::get("/api/me").header(AUTHORIZATION, format!("Bearer {access_token}"));
    let call = call.header(COOKIE, "own=a-cookie-of-somebody");
    fixture
        .send(call.body(Body::empty()).unwrap())
        .await
        .assert_ok();
    redeem(&fixture, &code, VERIFIER)
        .await
        .assert_error(400, "invalid_grant");
    let credentials = token(&fixture).await;
    let basic = basic(CLIENT, SECRET);
    let mut secrets = vec![
        PASSWORD,
        SECRET,
        VERIFIER,
        "a-cookie-of-somebody",
        "a-consumer-secret-of",
        code.as_str(),
        access_token,
        basic.split_once(' ').unwrap().1,
        credentials.identifier.as_str(),
        credentials.secret.expose(),
    ];
    secrets.extend(
        ["id_token", "refresh_token"]
            .iter()
            .filter_map(|it| tokens[*it].as_str()),
    );
    let shown = shown(&fixture).await;
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret}");
    }
    // What is sealed into forms, and the cookies that they are bound to.
    assert_eq!(
        shown.matches("flow=").count(),
        shown.matches("flow=(hidden)").count()
    );
    assert!(shown.contains("flow=(hidden)"));
    assert!(shown.contains("tripod-session=(hidden)"));
}

#[tokio::test]
async fn what_others_send_is_text_and_nothing_else() {
    let fixture = ready().await;
    let script = "<script>alert(1)</script>";
    for (name, body) in [
        ("text/html", script.as_bytes().to_vec()),
        (
            "application/x-www-form-urlencoded",
            b"client_id=\x1b[31m\xff\xfe%00%0d%0a&x=<b>".to_vec(),
        ),
        (
            "application/json",
            br#"{"grant_type": "</pre><img src=x>"}"#.to_vec(),
        ),
        (
            "application/x-www-form-urlencoded",
            b"client_id=</title></svg><img>&grant_type='\"><i>".to_vec(),
        ),
    ] {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/oauth2/token?a={}", "x".repeat(3000)))
            .header(CONTENT_TYPE, name)
            .header("user-agent", script)
            .header(
                "x-octets",
                http::HeaderValue::from_bytes(b"\xff\xe2\x80\xae").unwrap(),
            );
        fixture.send(request.body(Body::from(body)).unwrap()).await;
    }
    fixture.get("/%3Cscript%3E/..;/%0a").await;
    for path in ["/dev/exchanges", "/dev/exchanges/1", "/dev/exchanges/4"] {
        let page = look(&fixture, path).await;
        page.assert_ok();
        for tag in [
            "<script", "<img", "<b>", "<i>", "\u{1b}", "\u{0}", "\u{202e}",
        ] {
            assert!(!page.text().contains(tag), "{path} {tag:?}");
        }
    }
    for path in [
        "/dev/exchanges/0",
        "/dev/exchanges/99",
        "/dev/exchanges/%3Cb%3E",
        "/dev/explain/%3Cb%3E",
    ] {
        let page = look(&fixture, path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(!page.text().contains("<b>"), "{path}");
    }
}

#[tokio::test]
async fn only_the_last_are_kept_and_of_long_bodies_the_beginning() {
    let fixture = ready().await;
    let long = "a".repeat(60_000);
    for _ in 0..130 {
        fixture
            .post("/oauth2/token", &[("grant_type", &long)])
            .await;
    }
    let page = look(&fixture, "/dev/exchanges").await;
    assert_eq!(page.text().matches("<details").count(), 120);
    assert!(page.text().contains("[the first 8192 of 60011 octets]"));
    assert!(page.body.len() < 120 * 20_000, "{}", page.body.len());
    assert_eq!(look(&fixture, "/dev/exchanges/10").await.status, 404);
    look(&fixture, "/dev/exchanges/11").await.assert_ok();
    // Looking at them, and what operators ask for, are not among them.
    fixture.get("/healthz").await.assert_ok();
    assert!(
        !look(&fixture, "/dev/exchanges")
            .await
            .text()
            .contains("/healthz")
    );
}

#[tokio::test]
async fn dns_rebinding_shows_nothing() {
    let fixture = ready().await;
    fixture.get(&authorization(&[])).await;
    let paths = [
        "/dev/exchanges",
        "/dev/exchanges.json",
        "/dev/exchanges/1",
        "/dev/explain",
    ];
    for path in paths {
        for host in [
            "attacker.example",
            "attacker.example:9090",
            "127.0.0.1.attacker.example",
        ] {
            let request = Request::get(path).header(HOST, host);
            let refused = fixture.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(refused.status, 421, "{path} {host}");
            assert!(!refused.text().contains("authorize"), "{path} {host}");
        }
        assert_eq!(fixture.get(path).await.status, 421, "{path}");
        for host in ["localhost:9090", "[::1]", "id.example"] {
            let request = Request::get(path).header(HOST, host);
            let shown = fixture.send(request.body(Body::empty()).unwrap()).await;
            shown.assert_ok();
        }
    }
}

#[tokio::test]
async fn what_faults_do_is_seen_and_the_pages_are_spared() {
    let fixture = provider_with(|config| {
        let mut development = Development::default();
        development.faults = vec!["status=502".parse().unwrap()];
        config.development = Some(development);
    })
    .await;
    assert_eq!(fixture.get("/oauth2/jwks").await.status, 502);
    let page = look(&fixture, "/dev/exchanges").await;
    page.assert_ok();
    assert!(page.text().contains("refused: 502"), "{}", page.text());
    assert!(page.text().contains("x-tripod-fault-fired: status"));
}

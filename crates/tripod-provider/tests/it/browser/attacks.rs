//! The attacks that authorization servers have fallen for, tried at the browser's endpoints.

use http::header::HOST;
use http::{HeaderValue, Request};

use super::{Browser, CLIENT, PASSWORD, authorization, between, change_client, posted, provider};
use crate::fixture::{ISSUER, PUBLIC, form};

const EVIL: &str = "https://evil.example/";

#[tokio::test]
async fn open_redirect_by_an_error() {
    let fixture = provider().await;
    let mut browser = Browser::new(&fixture);
    for changes in [
        &[("redirect_uri", EVIL)][..],
        &[("redirect_uri", EVIL), ("response_type", "rubbish")],
        &[("redirect_uri", EVIL), ("prompt", "none")],
        &[("redirect_uri", EVIL), ("scope", "unknown")],
        &[("client_id", "unknown")],
        &[("client_id", "")],
        &[("client_id", "\u{e9}")],
        &[("client_id", "unknown"), ("redirect_uri", EVIL)],
        &[("redirect_uri", "javascript:alert(1)")],
        &[("redirect_uri", "//evil.example/")],
        &[("redirect_uri", "https://client.example/cb/../evil")],
        &[("redirect_uri", "https://client.example/CB")],
        &[("redirect_uri", "https://client.example/cb?x=1")],
        &[("redirect_uri", "https://client.example/cb#x")],
        &[("redirect_uri", "https://client.example.evil.example/cb")],
        &[("redirect_uri", "https://client.example@evil.example/cb")],
        &[("redirect_uri", "https://client.example:444/cb")],
        &[("redirect_uri", "http://client.example/cb")],
        &[("redirect_uri", "https://CLIENT.example/cb")],
        &[(
            "redirect_uri",
            "https://client.example/cb\r\nSet-Cookie: a=b",
        )],
    ] {
        let page = browser.open(&authorization(changes)).await;
        page.assert_fails_here(400);
    }
}

#[tokio::test]
async fn a_loopback_redirect_differs_in_its_port_alone() {
    let fixture = provider().await;
    change_client(&fixture, |client| {
        client.metadata.redirect_uris = ["http://127.0.0.1/callback", "http://[::1]/callback"]
            .map(str::to_owned)
            .into();
    })
    .await;
    let mut browser = Browser::signed_in(&fixture).await;
    for uri in ["http://127.0.0.1:49152/callback", "http://[::1]:1/callback"] {
        let page = browser.open(&authorization(&[("redirect_uri", uri)])).await;
        let page = match page.status() {
            200 => browser.decide(&page, "allow").await,
            _ => page,
        };
        assert!(
            page.location().starts_with(&format!("{uri}?code=")),
            "{uri}"
        );
    }
    for uri in [
        "http://127.0.0.1:49152/other",
        "http://localhost:49152/callback",
        "http://127.0.0.2/callback",
        "https://127.0.0.1/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://evil.example/callback",
        "http://127.0.0.1:1@evil.example/callback",
        "http://[::2]/callback",
        "http://[::1/callback",
        "http://[::1]evil/callback",
    ] {
        let page = browser.open(&authorization(&[("redirect_uri", uri)])).await;
        page.assert_fails_here(400);
    }
}

#[tokio::test]
async fn parameter_pollution() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    for (name, value) in [("client_id", PUBLIC), ("redirect_uri", EVIL)] {
        let address = format!("{}&{}", authorization(&[]), form(&[(name, value)]));
        browser.open(&address).await.assert_fails_here(400);
        let address = format!(
            "/oauth2/authorize?{}&{}",
            form(&[(name, value)]),
            authorization(&[]).split_once('?').unwrap().1
        );
        browser.open(&address).await.assert_fails_here(400);
    }
    for (name, value) in [
        ("scope", "write"),
        ("response_type", "code"),
        ("code_challenge", "x"),
        ("nonce", "a&nonce=b"),
    ] {
        let address = format!("{}&{name}={value}&{name}={value}", authorization(&[]));
        let page = browser.open(&address).await;
        assert_eq!(page.answered_with("error"), "invalid_request", "{name}");
    }
    // Which of two states is the right one nobody knows, so that neither goes back.
    let page = browser
        .open(&format!("{}&state=abc", authorization(&[])))
        .await;
    assert_eq!(page.answered_with("error"), "invalid_request");
    assert_eq!(page.answered_with("state"), "");
    // Half in the query and half in the body is twice all the same.
    let request = posted(&authorization(&[]), form(&[("redirect_uri", EVIL)]));
    browser.send(request).await.assert_fails_here(400);
}

#[tokio::test]
async fn pkce_downgrade() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    for client in [CLIENT, PUBLIC] {
        for changes in [
            &[
                ("client_id", client),
                ("code_challenge", ""),
                ("code_challenge_method", ""),
            ][..],
            &[("client_id", client), ("code_challenge_method", "plain")],
            &[("client_id", client), ("code_challenge_method", "")],
            &[("client_id", client), ("code_challenge_method", "s256")],
            &[("client_id", client), ("code_challenge", "")],
        ] {
            let page = browser.open(&authorization(changes)).await;
            assert_eq!(
                page.answered_with("error"),
                "invalid_request",
                "{changes:?}"
            );
        }
    }
}

#[tokio::test]
async fn mix_up() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let granted = browser.decide(&page, "allow").await;
    let denied = browser.open(&authorization(&[("prompt", "consent")])).await;
    let denied = browser.decide(&denied, "deny").await;
    let refused = browser.open(&authorization(&[("scope", "x")])).await;
    for page in [granted, denied, refused] {
        assert_eq!(page.answered_with("iss"), ISSUER);
    }
}

#[tokio::test]
async fn the_state_comes_back_encoded() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    for state in [
        "a&code=evil",
        "x\r\nLocation: https://evil.example",
        "\" <>'",
        "\u{e9}\u{1f600}",
        "#?%00+ ",
    ] {
        let page = browser
            .open(&authorization(&[("state", state), ("scope", "x")]))
            .await;
        assert_eq!(page.answered_with("state"), state);
        assert_eq!(page.answered().all("code").count(), 0);
        assert!(page.location().is_ascii());
    }
}

#[tokio::test]
async fn cross_site_request_forgery() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let home = browser.open("/").await;
    let forged = [
        ("/consent", form(&[("decision", "allow")])),
        ("/consent", form(&[("decision", "allow"), ("flow", "")])),
        ("/consent", form(&[("decision", "allow"), ("flow", "AAAA")])),
        (
            "/consent",
            form(&[("decision", "allow"), ("flow", home.flow("/sign-out"))]),
        ),
        ("/sign-out", form(&[("flow", page.flow("/consent"))])),
        (
            "/sign-in",
            form(&[("username", "bob"), ("password", PASSWORD)]),
        ),
        ("/device", form(&[("user_code", "WDJB-MJHT")])),
        ("/revoke", form(&[("client", CLIENT)])),
        (
            "/oauth2/logout/confirmation",
            form(&[("decision", "allow")]),
        ),
    ];
    for (path, body) in forged {
        let answer = browser.send(posted(path, body)).await;
        answer.assert_fails_here(403);
    }
    // The right field does not help a page of another site, nor of a sibling domain.
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let mut request = page.filled_in("/consent", &[("decision", "allow")]);
        if name == "origin" {
            request.headers_mut().remove("sec-fetch-site");
        }
        request
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
        browser.send(request).await.assert_fails_here(403);
    }
    assert_eq!(super::audited(&fixture).await, [""; 0]);
    let page = browser.decide(&page, "allow").await;
    assert!(!page.answered_with("code").is_empty());
}

#[tokio::test]
async fn the_flow_of_another_browser() {
    let fixture = provider().await;
    let mut attacker = Browser::new(&fixture);
    let sign_in = attacker.open(&authorization(&[])).await;
    let consent = attacker.sign_in(&sign_in, "bob").await;
    let mut victim = Browser::signed_in(&fixture).await;
    // Signing the victim in as the attacker, and having the victim allow what the attacker began.
    let request = sign_in.filled_in("/sign-in", &[("username", "bob"), ("password", PASSWORD)]);
    victim.send(request).await.assert_fails_here(403);
    let request = consent.filled_in("/consent", &[("decision", "allow")]);
    victim.send(request).await.assert_fails_here(403);
    assert_eq!(super::audited(&fixture).await, [""; 0]);
}

#[tokio::test]
async fn a_consent_page_of_another_session_of_the_same_browser() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let as_alice = browser.open(&authorization(&[])).await;
    let home = browser.open("/").await;
    browser.submit(&home, "/sign-out", &[]).await;
    let page = browser.open("/").await;
    browser.sign_in(&page, "bob").await;
    // Bob presses the button on the page that alice was shown.
    browser
        .decide(&as_alice, "allow")
        .await
        .assert_fails_here(403);
}

#[tokio::test]
async fn a_forged_flow() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let flow = page.flow("/consent").to_owned();
    for at in (0..flow.len()).step_by(37) {
        let mut changed = flow.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let body = form(&[("decision", "allow"), ("flow", &changed)]);
        browser
            .send(posted("/consent", body))
            .await
            .assert_fails_here(403);
    }
    let twice = form(&[("decision", "allow"), ("flow", &flow), ("flow", &flow)]);
    browser
        .send(posted("/consent", twice))
        .await
        .assert_fails_here(403);
    let neither = form(&[("decision", "maybe"), ("flow", &flow)]);
    browser
        .send(posted("/consent", neither))
        .await
        .assert_fails_here(400);
}

#[tokio::test]
async fn a_flow_that_lay_around() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    fixture.turn(1800);
    let page = browser.decide(&page, "allow").await;
    page.assert_fails_here(403);
    assert!(page.text().contains("too old"));
}

#[tokio::test]
async fn a_replayed_consent_gives_no_second_code() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let first = browser.decide(&page, "allow").await.answered_with("code");
    // Whoever presses the button twice sees the answer to the second time alone.
    let second = browser.decide(&page, "allow").await.answered_with("code");
    assert_eq!(first, second);
    assert_eq!(super::audited(&fixture).await, ["consent_granted"]);
    fixture.turn(61);
    browser.decide(&page, "allow").await.assert_fails_here(409);
}

#[tokio::test]
async fn a_denial_is_not_turned_into_consent_by_going_back() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let denied = browser.decide(&page, "deny").await;
    assert_eq!(denied.answered_with("error"), "access_denied");
    browser.decide(&page, "allow").await.assert_fails_here(409);
}

#[tokio::test]
async fn session_fixation() {
    let fixture = provider().await;
    let mut attacker = Browser::signed_in(&fixture).await;
    // The attacker plants both cookies of a session of its own.
    let mut victim = attacker.clone();
    let planted = victim.cookies.clone();
    let page = victim.open(&authorization(&[("prompt", "login")])).await;
    victim.sign_in(&page, "bob").await;
    let session = |cookies: &std::collections::BTreeMap<String, String>| {
        cookies["__Host-tripod-session"].clone()
    };
    assert_ne!(session(&victim.cookies), session(&planted));
    let home = attacker.open("/").await;
    assert!(!home.text().contains("bob"), "{}", home.text());
}

#[tokio::test]
async fn a_session_that_was_made_up() {
    let fixture = provider().await;
    let browser = Browser::signed_in(&fixture).await;
    let sealed = browser.cookies["__Host-tripod-session"].clone();
    for value in ["", "A", "e30", sealed.split_at(1).1, &format!("{sealed}A")] {
        let mut forger = browser.clone();
        forger
            .cookies
            .insert("__Host-tripod-session".to_owned(), value.to_owned());
        forger.open("/").await.assert_asks_to_sign_in();
    }
}

#[tokio::test]
async fn cross_site_scripting() {
    const SCRIPT: &str = "<script>alert('x')</script>\"'&";
    let fixture = provider().await;
    change_client(&fixture, |client| {
        client.metadata.client_name = Some(SCRIPT.to_owned());
        client.metadata.client_uri = Some(format!("javascript:{SCRIPT}"));
    })
    .await;
    let mut browser = Browser::new(&fixture);
    let hint = [("login_hint", SCRIPT), ("state", SCRIPT)];
    let sign_in = browser.open(&authorization(&hint)).await;
    let typed = [("username", SCRIPT), ("password", "wrong")];
    let wrong = browser.submit(&sign_in, "/sign-in", &typed).await;
    let consent = browser.sign_in(&sign_in, "alice").await;
    browser.decide(&consent, "allow").await;
    let by_form = browser
        .open(&authorization(&[
            ("state", SCRIPT),
            ("response_mode", "form_post"),
        ]))
        .await;
    let pages = [
        sign_in,
        wrong,
        consent,
        by_form,
        browser.open("/").await,
        browser
            .open(&authorization(&[("redirect_uri", SCRIPT)]))
            .await,
        browser.open(&authorization(&[("client_id", SCRIPT)])).await,
        browser
            .open(&format!("/device?{}", form(&[("user_code", SCRIPT)])))
            .await,
        browser
            .open(&format!(
                "/oauth2/logout?{}",
                form(&[("client_id", CLIENT)])
            ))
            .await,
        browser
            .open(&format!(
                "/oauth1/authorize?{}",
                form(&[("oauth_token", SCRIPT)])
            ))
            .await,
        browser
            .open(&format!("/oauth2/authorize?{0}={0}&{0}=1", "%3Cscript%3E"))
            .await,
    ];
    for page in pages {
        assert!(page.title().len() > 5, "{}", page.location());
        assert!(!page.text().contains("<script"), "{}", page.text());
        assert!(
            !page.text().contains("href=\"javascript"),
            "{}",
            page.text()
        );
        assert!(!page.text().contains("\"'&"), "{}", page.text());
    }
}

#[tokio::test]
async fn the_host_of_a_request_decides_nothing() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let request = |path: &str| {
        Request::get(path)
            .header(HOST, "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example")
            .body(axum::body::Body::empty())
            .unwrap()
    };
    let page = browser.send(request(&authorization(&[]))).await;
    assert!(!page.text().contains("evil"));
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.answered_with("iss"), ISSUER);
    let page = browser.send(request("/sign-in")).await;
    assert_eq!(page.location(), "/");
}

#[tokio::test]
async fn a_path_with_parameters_is_another_path() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let query = authorization(&[]).split_once('?').unwrap().1.to_owned();
    for path in [
        "/oauth2/authorize;x=1",
        "/oauth2/authorize/",
        "//oauth2/authorize",
        "/oauth2/%61uthorize;",
    ] {
        let page = browser.open(&format!("{path}?{query}")).await;
        assert_eq!(page.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn guessing_passwords() {
    let fixture = provider().await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open("/").await;
    for _ in 0..10 {
        let typed = [("username", "alice"), ("password", "wrong")];
        let answer = browser.submit(&page, "/sign-in", &typed).await;
        assert_eq!(answer.status(), 422);
    }
    let answer = browser.sign_in(&page, "alice").await;
    answer.assert_fails_here(429);
    assert!(answer.answer.header("retry-after").parse::<u64>().unwrap() > 0);
    // Others are not kept out by it, and alice is not for ever.
    assert_eq!(browser.sign_in(&page, "bob").await.location(), "/");
    fixture.turn(301);
    let mut browser = Browser::new(&fixture);
    let page = browser.open("/").await;
    assert_eq!(browser.sign_in(&page, "alice").await.location(), "/");
}

#[tokio::test]
async fn who_has_an_account_cannot_be_told_from_the_answer() {
    let fixture = provider().await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open("/").await;
    let mut answer = async |username: &str| {
        let typed = [("username", username), ("password", "wrong")];
        let answer = browser.submit(&page, "/sign-in", &typed).await;
        let text = answer.text().replace(username, "NAME");
        let flow = between(&text, "name=\"flow\" value=\"", "\"")
            .unwrap()
            .to_owned();
        (answer.status(), text.replace(&flow, "FLOW"))
    };
    assert_eq!(answer("alice").await, answer("mallory").await);
}

#[tokio::test]
async fn rubbish_gives_no_server_error() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    for path in [
        "/",
        "/oauth2/authorize",
        "/oauth1/authorize",
        "/device",
        "/oauth2/logout",
        "/sign-in",
    ] {
        for query in [
            "%",
            "%FF=%FF",
            "a=%FF",
            "=&=&&",
            "client_id=%00&redirect_uri=%00",
            "oauth_token=%00",
            "user_code=%F0%9F%98%80",
            "request=a.b.c&client_id=client",
            "request=%7B%7D",
            "max_age=99999999999999999999",
        ] {
            let page = browser.open(&format!("{path}?{query}")).await;
            assert!(page.status() < 500, "{path}?{query}: {}", page.status());
        }
        let body = "a=1&".repeat(300);
        let page = browser.send(posted(path, body)).await;
        assert!(
            page.status() < 500 && page.status() >= 400,
            "{path} {}",
            page.status()
        );
        let page = browser.send(posted(path, "a".repeat(70_000))).await;
        assert!(
            [405, 413].contains(&page.status()),
            "{path} {}",
            page.status()
        );
    }
}

//! What goes with each page, so that no other site can use it.

use super::{Browser, authorization, change_client, provider, provider_with};
use tripod_oauth2::metadata::Issuer;

#[tokio::test]
async fn clickjacking() {
    let fixture = provider().await;
    let mut nobody = Browser::new(&fixture);
    let mut alice = Browser::signed_in(&fixture).await;
    let pages = [
        nobody.open("/").await,
        nobody.open("/sign-in").await,
        nobody.open("/device").await,
        nobody.open(&authorization(&[])).await,
        alice.open(&authorization(&[])).await,
        alice.open("/").await,
        alice.open("/oauth2/logout").await,
        alice.open("/oauth2/authorize").await,
        alice.open("/oauth1/authorize").await,
    ];
    for page in pages {
        let header = |name| page.answer.header(name);
        let policy = header("content-security-policy");
        for directive in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(directive), "{policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains("script-src"),
            "{policy}"
        );
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        for text in ["<script", "javascript:", " style=", "src=", "onclick"] {
            assert!(!page.text().contains(text), "{text}");
        }
        assert!(page.text().contains("<html lang=\"en\">"));
        assert_eq!(page.text().matches("<h1").count(), 1);
        assert_eq!(page.text().matches("<main>").count(), 1);
    }
}

#[tokio::test]
async fn a_page_that_leads_to_a_client_lets_its_form_lead_there() {
    let fixture = provider().await;
    change_client(&fixture, |client| {
        client
            .metadata
            .redirect_uris
            .push("http://127.0.0.1/cb".to_owned());
        client
            .metadata
            .redirect_uris
            .push("com.example.app:/cb".to_owned());
    })
    .await;
    for (uri, sources) in [
        ("https://client.example/cb", "form-action 'self' https:;"),
        (
            "http://127.0.0.1:5000/cb",
            "form-action 'self' https: http:;",
        ),
        (
            "com.example.app:/cb",
            "form-action 'self' https: com.example.app:;",
        ),
    ] {
        let mut browser = Browser::new(&fixture);
        let sign_in = browser.open(&authorization(&[("redirect_uri", uri)])).await;
        let consent = browser.sign_in(&sign_in, "alice").await;
        for page in [sign_in, consent] {
            let policy = page.answer.header("content-security-policy");
            assert!(policy.contains(sources), "{policy}");
        }
    }
    let policy = Browser::new(&fixture).open("/").await;
    let policy = policy.answer.header("content-security-policy").to_owned();
    assert!(policy.contains("form-action 'self';"), "{policy}");
}

#[tokio::test]
async fn a_redirect_with_a_code_is_kept_by_nobody() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.status(), 303);
    assert_eq!(page.answer.header("cache-control"), "no-store");
    assert_eq!(page.answer.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn forms_go_below_the_path_of_the_issuer() {
    let fixture = provider_with(|config| {
        config.issuer = Issuer::parse("https://id.example/auth").unwrap();
    })
    .await;
    let page = Browser::new(&fixture).open("/sign-in").await;
    assert!(
        page.text().contains("action=\"/auth/sign-in\""),
        "{}",
        page.text()
    );
}

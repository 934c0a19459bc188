use proptest::prelude::*;

use super::*;
use crate::authorization::Granted;
use crate::error::{ErrorCode, ErrorResponse, Fault};

fn registered(uris: &[&str]) -> Vec<RedirectUri> {
    uris.iter()
        .map(|uri| RedirectUri::parse(uri).unwrap())
        .collect()
}

fn verified(uri: &str) -> VerifiedRedirect {
    VerifiedRedirect::verify(Some(uri), &registered(&[uri])).unwrap()
}

fn location(redirection: Redirection) -> String {
    match redirection {
        Redirection::Location(location) => location.expose().to_owned(),
        other @ Redirection::FormPost(_) => panic!("{other:?}"),
    }
}

fn granted() -> AuthorizationResponse {
    let mut response = AuthorizationResponse::granted(Granted::code("SplxlOBeZQQYbYS6WxSbIA"));
    response.state = Some("xyz".into());
    response
}

#[test]
fn what_may_not_be_registered_is_refused() {
    for uri in [
        "",
        "/cb",
        "//host/cb",
        "cb",
        "https://a/#",
        "https://a/cb#x",
        "http://a/cb",
        "http://127.0.0.1.a/cb",
        "http://127.0.0.1@a/cb",
        "https://user:pw@a/cb",
        "https://user@a/",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,a",
        "vbscript:a",
        "file:///etc",
        "myapp:/cb",
        "myapp://cb",
        "https://a/ b",
        "https:///cb",
        "https:cb",
        "https://a/\r\nx",
        "https://a\\@b/",
        "urn:ietf:wg:oauth:2.0:oob",
    ] {
        assert!(RedirectUri::parse(uri).is_err(), "{uri:?}");
    }
}

#[test]
fn what_may_be_registered_is_accepted() {
    for uri in [
        "https://client.example.org/cb",
        "https://a/cb?x=1",
        "http://127.0.0.1/cb",
        "http://[::1]:1234/",
        "http://localhost:3000/cb",
        "com.example.app:/oauth2redirect/example-provider",
        "com.example.app://cb",
    ] {
        assert_eq!(RedirectUri::parse(uri).unwrap().as_str(), uri);
    }
}

#[test]
fn cleartext_is_registered_only_by_name() {
    for uri in ["http://a/cb", "myapp:/cb", "urn:ietf:wg:oauth:2.0:oob"] {
        assert!(RedirectUri::dangerous_parse(uri).is_ok(), "{uri}");
    }
    for uri in ["javascript:alert(1)", "https://a/#b", "https://u@a/", "/cb"] {
        assert!(RedirectUri::dangerous_parse(uri).is_err(), "{uri}");
    }
}

#[test]
fn uris_are_compared_character_for_character() {
    let own = RedirectUri::parse("https://client.example.org/cb").unwrap();
    assert!(own.matches("https://client.example.org/cb"));
    for other in [
        "https://client.example.org/cb/",
        "https://client.example.org/cb?",
        "https://client.example.org/CB",
        "https://CLIENT.example.org/cb",
        "HTTPS://client.example.org/cb",
        "https://client.example.org:443/cb",
        "https://client.example.org//cb",
        "https://client.example.org/%63b",
        "https://client.example.org/cb?x=1",
        "https://client.example.org/./cb",
        "http://client.example.org/cb",
        "https://client.example.org/cb#",
        "https://client.example.org.evil.example/cb",
        "https://evil.example/cb",
        "",
        " https://client.example.org/cb",
    ] {
        assert!(!own.matches(other), "{other}");
    }
}

#[test]
fn the_port_may_vary_on_loopback_literals() {
    for (own, presented) in [
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1:51004/callback",
        ),
        ("http://127.0.0.1:1/callback", "http://127.0.0.1:2/callback"),
        ("http://127.0.0.1:1/callback", "http://127.0.0.1/callback"),
        (
            "http://[::1]/callback?x=1",
            "http://[::1]:61023/callback?x=1",
        ),
    ] {
        assert!(
            RedirectUri::parse(own).unwrap().matches(presented),
            "{own} {presented}"
        );
    }
}

#[test]
fn nothing_but_the_port_may_vary_and_nowhere_else() {
    for (own, presented) in [
        ("http://127.0.0.1/callback", "http://127.0.0.1:1/callback/"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:1/callback?x"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:1/callback#x"),
        ("http://127.0.0.1/callback", "https://127.0.0.1:1/callback"),
        ("http://127.0.0.1/callback", "HTTP://127.0.0.1:1/callback"),
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1:1@evil.example/callback",
        ),
        ("http://127.0.0.1/callback", "http://u@127.0.0.1:1/callback"),
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1:99999/callback",
        ),
        ("http://127.0.0.1/callback", "http://127.0.0.2:1/callback"),
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1.evil.example:1/callback",
        ),
        ("http://127.0.0.1/callback", "http://[::1]:1/callback"),
        (
            "http://[::1]/callback",
            "http://[0:0:0:0:0:0:0:1]:1/callback",
        ),
        ("http://localhost/callback", "http://localhost:1/callback"),
        ("https://127.0.0.1/callback", "https://127.0.0.1:1/callback"),
        ("https://a.example/callback", "https://a.example:1/callback"),
    ] {
        assert!(
            !RedirectUri::parse(own).unwrap().matches(presented),
            "{own} {presented}"
        );
    }
}

#[test]
fn a_uri_that_was_not_registered_is_refused() {
    let own = registered(&["https://a.example/1", "https://a.example/2"]);
    let refused = VerifiedRedirect::verify(Some("https://a.example/3"), &own);
    assert_eq!(refused, Err(Mismatch::RedirectUri.into()));
    assert_eq!(
        VerifiedRedirect::verify(Some("https://a/"), &[]),
        Err(Mismatch::RedirectUri.into())
    );
}

#[test]
fn a_uri_may_be_left_out_only_if_exactly_one_is_registered() {
    let one = registered(&["https://a.example/1"]);
    assert_eq!(
        VerifiedRedirect::verify(None, &one).unwrap().as_str(),
        "https://a.example/1"
    );
    for own in [
        registered(&[]),
        registered(&["https://a.example/1", "https://a.example/2"]),
    ] {
        let refused = VerifiedRedirect::verify(None, &own).unwrap_err();
        assert!(matches!(refused, Error::Malformed { fault, .. } if fault.fault == Fault::Missing));
    }
}

#[test]
fn the_response_of_rfc_6749_is_sent() {
    let redirect = verified("https://client.example.com/cb");
    let sent = location(redirect.redirect(&granted(), &ResponseMode::Query).unwrap());
    assert_eq!(
        sent,
        "https://client.example.com/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz"
    );
    let mut refused = AuthorizationResponse::refused(ErrorResponse::new(ErrorCode::AccessDenied));
    refused.state = Some("xyz".into());
    let sent = location(redirect.redirect(&refused, &ResponseMode::Query).unwrap());
    assert_eq!(
        sent,
        "https://client.example.com/cb?error=access_denied&state=xyz"
    );
    let sent = location(
        redirect
            .redirect(&refused, &ResponseMode::Fragment)
            .unwrap(),
    );
    assert_eq!(
        sent,
        "https://client.example.com/cb#error=access_denied&state=xyz"
    );
}

#[test]
fn a_query_the_uri_has_is_retained() {
    let sent = |uri| {
        location(
            verified(uri)
                .redirect(&granted(), &ResponseMode::Query)
                .unwrap(),
        )
    };
    assert_eq!(
        sent("https://a/?x=%20&y"),
        "https://a/?x=%20&y&code=SplxlOBeZQQYbYS6WxSbIA&state=xyz"
    );
    assert_eq!(
        sent("https://a/?"),
        "https://a/?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz"
    );
}

#[test]
fn a_token_is_never_sent_in_a_query() {
    let granted = Granted {
        id_token: Some("eyJ".into()),
        ..Granted::default()
    };
    let response = AuthorizationResponse::granted(granted);
    let redirect = verified("https://a/");
    assert_eq!(
        redirect.redirect(&response, &ResponseMode::Query),
        Err(Misuse::TokenInQuery)
    );
    assert!(
        redirect
            .redirect(&response, &ResponseMode::Fragment)
            .is_ok()
    );
}

#[test]
fn a_mode_that_wants_a_jwt_sends_nothing_without_one() {
    let redirect = verified("https://a/");
    for mode in [
        "jwt",
        "query.jwt",
        "fragment.jwt",
        "form_post.jwt",
        "web_message",
    ] {
        assert_eq!(
            redirect.redirect(&granted(), &mode.into()),
            Err(Misuse::ResponseMode)
        );
    }
}

#[test]
fn a_form_is_escaped_and_runs_no_script() {
    let fields = Parameters::new().with("state", "\"><script>alert('1')</script>&\n");
    let redirect = verified("https://a/cb?x=1&y='2'");
    let Ok(Redirection::FormPost(form)) = redirect.carry(&fields, &ResponseMode::FormPost) else {
        panic!("not a form");
    };
    let page = form.to_html();
    assert!(!page.contains("<script"));
    assert!(page.contains("action=\"https://a/cb?x=1&amp;y=&#39;2&#39;\""));
    let value = "value=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&#10;\"";
    assert!(page.contains(value), "{page}");
}

#[test]
fn what_is_sent_is_not_printed() {
    let redirect = verified("https://a/");
    for mode in [
        ResponseMode::Query,
        ResponseMode::Fragment,
        ResponseMode::FormPost,
    ] {
        let sent = redirect.redirect(&granted(), &mode).unwrap();
        assert!(!format!("{sent:?}").contains("SplxlOBeZQQYbYS6WxSbIA"));
    }
}

proptest! {
    #[test]
    fn what_matches_differs_in_its_port_at_most(uri in "http://(127.0.0.1|localhost|\\[::1\\])(:[0-9]{1,5})?/[a-z?#@:]{0,5}") {
        let own = RedirectUri::parse("http://127.0.0.1/a").unwrap();
        if own.matches(&uri) {
            prop_assert!(uri.starts_with("http://127.0.0.1") && uri.ends_with("/a"));
        }
    }
}

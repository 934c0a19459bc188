//! OAuth 2, with Authlib on Flask.

use serde_json::Value;

use super::foreign::Foreign;

/// Authlib decodes `%20` in Basic credentials, and not the `+` of RFC 6749 Appendix B.
const SECRET: &str = "s+cret:%&";

fn begin() -> Option<Foreign> {
    Foreign::begin("authlib_server_oauth2.py")
}

/// Calls the API, and returns what it says of the token.
#[track_caller]
fn me(server: &Foreign, profile: &str) -> Value {
    let me = server.at("/api/me");
    let answer = server.said(&["request", "GET", &me, "-p", profile, "--fail"]);
    serde_json::from_str(&answer).unwrap()
}

#[test]
fn a_code_is_redeemed_with_its_verifier() {
    let Some(server) = begin() else { return };
    let client = ["--client-id", "native", "--scope", "read write"];
    let arguments = [&["code", "--issuer", &server.issuer][..], &client];
    let outcome = server.log_in(&arguments.concat());
    assert!(outcome.page.contains("You are logged in"), "{outcome:?}");
    let me = me(&server, "code");
    assert_eq!(me["username"], "alice");
    assert_eq!(me["scope"], "read write");
}

#[test]
fn a_user_who_says_no_is_understood() {
    let Some(server) = begin() else { return };
    let arguments = ["no", "--issuer", &server.issuer, "--client-id", "native"];
    let outcome = server.try_log_in(&arguments, &["--decision", "deny"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(outcome.said.contains("access_denied"), "{outcome:?}");
    let arguments = [&arguments[..], &["--device"]].concat();
    let outcome = server.try_log_in(&arguments, &["--decision", "deny"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(outcome.said.contains("access_denied"), "{outcome:?}");
}

#[test]
fn tokens_are_refreshed_and_the_old_refresh_token_is_spent() {
    let Some(server) = begin() else { return };
    let client = ["--client-id", "short-lived", "--scope", "read"];
    server.log_in(&[&["short", "--issuer", &server.issuer][..], &client].concat());
    let before = server.secrets("short");
    Foreign::wait_until_stale();
    assert_eq!(me(&server, "short")["username"], "alice");
    let after = server.secrets("short");
    for token in ["access_token", "refresh_token"] {
        assert_ne!(before[token], after[token], "{token}");
    }
    let spent = before["refresh_token"].as_str().unwrap();
    let form = format!("grant_type=refresh_token&client_id=short-lived&refresh_token={spent}");
    let answer = server.post("/token", &form);
    assert!(answer.contains("invalid_grant"), "{answer}");
    assert_eq!(me(&server, "short")["username"], "alice");
}

#[test]
fn a_token_that_was_revoked_is_renewed() {
    let Some(server) = begin() else { return };
    server.log_in(&["mine", "--issuer", &server.issuer, "--client-id", "native"]);
    let before = server.said(&["token", "mine"]);
    let form = format!("client_id=native&token={}", before.trim());
    let answer = server.post("/revoke", &form);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(me(&server, "mine")["username"], "alice");
    assert_ne!(server.said(&["token", "mine"]), before);
}

#[test]
fn a_client_shows_its_secret_either_way() {
    let Some(server) = begin() else { return };
    let secret = server.file("secret.txt", SECRET);
    for (client, how) in [("basic", "basic"), ("post", "post")] {
        let arguments = [
            &[client, "--issuer", &server.issuer, "--client-id", client][..],
            &["--client-secret-file", &secret, "--scope", "read"],
            &["--client-authentication", how, "--client-credentials"],
        ];
        server.log_in(&arguments.concat());
        assert_eq!(me(&server, client)["scope"], "read", "{client}");
    }
    let wrong = server.file("wrong.txt", "wrong");
    let arguments = [
        &["wrong", "--issuer", &server.issuer, "--client-id", "basic"][..],
        &["--client-secret-file", &wrong, "--client-credentials"],
    ];
    let outcome = server.try_log_in(&arguments.concat(), &[]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(outcome.said.contains("invalid_client"), "{outcome:?}");
}

#[test]
fn a_device_waits_for_its_user() {
    let Some(server) = begin() else { return };
    let client = ["--client-id", "native", "--scope", "read", "--device"];
    let outcome = server.log_in(&[&["tv", "--issuer", &server.issuer][..], &client].concat());
    assert_eq!(outcome.page, "The device was told");
    assert_eq!(me(&server, "tv")["username"], "alice");
}

//! OAuth 2 and OpenID Connect, with npm's oidc-provider.

use serde_json::Value;

use super::foreign::{Foreign, Outcome};

/// oidc-provider gives refresh tokens to those who ask for consent (OpenID Connect Core §11).
const OFFLINE: [&str; 4] = [
    "--scope",
    "openid offline_access",
    "--param",
    "prompt=consent",
];

fn begin() -> Option<Foreign> {
    Foreign::begin("oidc_provider.mjs")
}

/// Logs in as a client, under its name.
#[track_caller]
fn try_log_in(server: &Foreign, client: &str, more: &[&str]) -> Outcome {
    let arguments = [
        &[client, "--issuer", &server.issuer, "--client-id", client],
        more,
    ];
    server.try_log_in(&arguments.concat(), &[])
}

#[track_caller]
fn log_in(server: &Foreign, client: &str, more: &[&str]) -> Outcome {
    let outcome = try_log_in(server, client, more);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    outcome
}

/// Calls its API, which tells who the user is.
#[track_caller]
fn call(server: &Foreign, profile: &str) {
    let me = server.at("/me");
    let answer = server.said(&["request", "GET", &me, "-p", profile, "--fail"]);
    assert_eq!(answer, r#"{"sub":"alice"}"#);
}

/// Has the server take an access token for unknown.
#[track_caller]
fn forget(server: &Foreign, token: &str) {
    let answer = server.post(&format!("/forget?token={token}"), "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_code_comes_back_to_this_machine() {
    let Some(server) = begin() else { return };
    let outcome = log_in(&server, "native", &[&OFFLINE[..], &["--json"]].concat());
    assert!(outcome.page.contains("You are logged in"), "{outcome:?}");
    let report: Value = serde_json::from_str(&outcome.report).unwrap();
    assert_eq!(report["refreshable"], true);
    assert_eq!(report["scope"], "openid offline_access");
    call(&server, "native");
    let id_token = &server.secrets("native")["id_token"];
    assert_eq!(id_token.as_str().unwrap().split('.').count(), 3);
}

#[test]
fn refresh_tokens_rotate_and_an_old_one_ends_the_login() {
    let Some(server) = begin() else { return };
    log_in(&server, "short-lived", &OFFLINE);
    let before = server.secrets("short-lived");
    Foreign::wait_until_stale();
    call(&server, "short-lived");
    let after = server.secrets("short-lived");
    assert_ne!(before["access_token"], after["access_token"]);
    assert_ne!(before["refresh_token"], after["refresh_token"]);
    let spent = before["refresh_token"].as_str().unwrap();
    let form = format!("grant_type=refresh_token&client_id=short-lived&refresh_token={spent}");
    let answer = server.post("/token", &form);
    assert!(answer.contains("invalid_grant"), "{answer}");
    // The server takes it for a theft, and takes everything back.
    let me = server.at("/me");
    let call = ["request", "GET", &me, "-p", "short-lived"];
    let output = server.tripod(&call).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("tripod login short-lived"), "{said}");
}

#[test]
fn a_token_that_is_over_before_its_time_is_renewed() {
    let Some(server) = begin() else { return };
    log_in(&server, "native", &OFFLINE);
    let before = server.said(&["token", "native"]);
    forget(&server, before.trim());
    call(&server, "native");
    assert_ne!(server.said(&["token", "native"]), before);
}

#[test]
fn a_device_waits_for_its_user() {
    let Some(server) = begin() else { return };
    let outcome = log_in(&server, "native", &["--device", "--scope", "openid"]);
    assert_eq!(outcome.page, "Sign-in Success");
    call(&server, "native");
}

#[test]
fn what_is_asked_for_is_pushed_where_the_server_wants_that() {
    let Some(server) = begin() else { return };
    log_in(&server, "pushing", &["--scope", "openid", "--push"]);
    call(&server, "pushing");
}

#[test]
fn tokens_are_bound_to_a_key_with_the_nonces_that_the_server_wants() {
    let Some(server) = begin() else { return };
    log_in(&server, "bound", &[&OFFLINE[..], &["--dpop"]].concat());
    let token: Value = serde_json::from_str(&server.said(&["token", "bound", "--json"])).unwrap();
    assert_eq!(token["token_type"], "DPoP");
    call(&server, "bound");
    forget(&server, token["access_token"].as_str().unwrap());
    call(&server, "bound");
    let renewed: Value = serde_json::from_str(&server.said(&["token", "bound", "--json"])).unwrap();
    assert_ne!(renewed["access_token"], token["access_token"]);
    assert_eq!(renewed["token_type"], "DPoP");
}

#[test]
fn a_client_that_has_to_bind_its_tokens_gets_no_other() {
    let Some(server) = begin() else { return };
    let outcome = try_log_in(&server, "bound", &["--scope", "openid"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(outcome.said.contains("invalid_grant"), "{outcome:?}");
}

#[test]
fn a_secret_of_any_characters_is_shown_and_an_address_is_pasted() {
    let Some(server) = begin() else { return };
    let secret = server.file("secret.txt", "se cret:+%&~");
    let redirect = "http://127.0.0.1:1/callback";
    let more = ["--scope", "openid", "--client-secret-file", &secret];
    let paste = ["--paste", "--redirect-uri", redirect];
    log_in(&server, "confidential", &[&more[..], &paste].concat());
    call(&server, "confidential");
}

#[test]
fn a_client_logs_in_for_itself() {
    let Some(server) = begin() else { return };
    let secret = server.file("secret.txt", "machine-secret");
    let more = [
        "--client-secret-file",
        &secret,
        "--client-authentication",
        "post",
    ];
    let more = [&more[..], &["--scope", "read", "--client-credentials"]].concat();
    log_in(&server, "machine", &more);
    assert!(!server.said(&["token", "machine"]).trim().is_empty());
}

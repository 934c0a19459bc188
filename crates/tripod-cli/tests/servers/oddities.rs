//! What token endpoints answer instead of what RFC 6749 says, one oddity at a time.
//!
//! `interop/oddities.py` writes the answers, around tokens that Authlib gives.

use super::foreign::{Foreign, Outcome};

fn begin() -> Option<Foreign> {
    Foreign::begin("authlib_server_oauth2.py")
}

/// Gets a token for a client itself, whose name the secret is not.
fn log_in(server: &Foreign, profile: &str, provider: &[&str]) -> Outcome {
    let secret = server.file("secret.txt", "s+cret:%&");
    let arguments = [
        &[profile][..],
        provider,
        &["--client-id", "post", "--client-authentication", "post"],
        &["--client-secret-file", &secret, "--scope", "read write"],
        &["--client-credentials"],
    ];
    server.try_log_in(&arguments.concat(), &[])
}

fn log_in_oddly(server: &Foreign, oddity: &str) -> Outcome {
    let endpoint = server.at(&format!("/odd/{oddity}/token"));
    log_in(server, oddity, &["--token-endpoint", &endpoint])
}

/// Calls the API with the token that an odd answer gave.
#[track_caller]
fn call(server: &Foreign, profile: &str) {
    let me = server.at("/api/me");
    let answer = server.said(&["request", "GET", &me, "-p", profile, "--fail"]);
    assert!(
        answer.contains("\"scope\":\"read write\""),
        "{profile}: {answer}"
    );
}

#[test]
fn what_can_be_understood_is() {
    let Some(server) = begin() else { return };
    for oddity in [
        "a-form",
        "a-form-as-text",
        "byte-order-mark",
        "error-empty",
        "expires-in-empty",
        "expires-in-float",
        "expires-in-missing",
        "expires-in-null",
        "expires-in-text",
        "json-as-page",
        "json-of-no-type",
        "members-of-its-own",
        "scope-list",
        "scope-null",
        "scope-with-commas",
        "status-201",
        "token-type-missing",
        "token-type-null",
        "token-type-in-capitals",
        "token-type-in-lower-case",
        "white-space",
    ] {
        let outcome = log_in_oddly(&server, oddity);
        assert_eq!(outcome.code, Some(0), "{oddity}: {outcome:?}");
        // What was asked for was granted, however the answer writes it.
        assert_eq!(outcome.said, "", "{oddity}");
        call(&server, oddity);
    }
}

#[test]
fn what_a_preset_says_of_answers_is_understood() {
    let Some(server) = begin() else { return };
    for (oddity, quirks) in [
        ("camel-case", "camel_case = true"),
        ("milliseconds", "lifetime_unit = \"milliseconds\""),
        ("nested", "nested_token = \"authed_user\""),
        (
            "other-names",
            "renamed = { token = \"access_token\", expires = \"expires_in\" }",
        ),
        ("other-token-type", "token_type = \"Bearer\""),
        ("endless", "zero_means_endless = true"),
    ] {
        let endpoint = server.at(&format!("/odd/{oddity}/token"));
        let preset = format!(
            "title = \"Odd\"\n[oauth2]\ntoken_endpoint = \"{endpoint}\"\n[oauth2.quirks]\n{quirks}\n"
        );
        server.file(&format!("config/tripod/presets/{oddity}.toml"), &preset);
        let outcome = log_in(&server, oddity, &["--provider", oddity]);
        assert_eq!(outcome.code, Some(0), "{oddity}: {outcome:?}");
        call(&server, oddity);
        let lifetime = lifetime(&server, oddity);
        match oddity {
            "endless" => assert_eq!(lifetime, None),
            "milliseconds" => assert_eq!(lifetime, Some(3600)),
            _ => assert!(lifetime.is_some(), "{oddity}"),
        }
    }
}

/// How many seconds a token lives, as the vault has it.
fn lifetime(server: &Foreign, profile: &str) -> Option<i64> {
    let tokens = server.secrets(profile);
    Some(tokens["expires_at"].as_i64()? - tokens["issued_at"].as_i64()?)
}

#[test]
fn a_refusal_is_one_however_it_is_written() {
    let Some(server) = begin() else { return };
    for (oddity, due) in [
        ("error-as-form", "bad_verification_code (it is over)"),
        ("error-as-list", "invalid_grant (it is over)"),
        ("error-as-number", "40029 (invalid code)"),
        ("error-as-object", "OAuthException (it is over)"),
        ("error-beside-a-token", "invalid_grant (it is over)"),
        ("error-unnamed", "it is over"),
        ("error-with-status-200", "invalid_grant (it is over)"),
    ] {
        refused(&server, oddity, due);
    }
}

#[test]
fn what_cannot_be_understood_is_refused_by_name() {
    let Some(server) = begin() else { return };
    for (oddity, due) in [
        ("access-token-missing", "`access_token` is missing"),
        ("cut-short", "`JSON` is not a JSON object"),
        ("empty", "`body` is missing"),
        (
            "expires-in-words",
            "`expires_in` is not a number of seconds",
        ),
        ("list", "`body` is not JSON"),
        ("page", "`body` is not JSON but a page"),
        ("page-of-a-proxy", "with status 502 Bad Gateway"),
        ("redirect", "with status 302 Found"),
        ("repeated", "`access_token`"),
    ] {
        refused(&server, oddity, due);
    }
    let redirected = log_in_oddly(&server, "redirect");
    assert!(redirected.said.contains("it leads to"), "{redirected:?}");
}

#[test]
fn a_token_of_another_kind_is_not_shown() {
    let Some(server) = begin() else { return };
    // RFC 6749 §7.1: a token of a type that is not understood MUST NOT be used.
    let outcome = log_in_oddly(&server, "token-type-of-its-own");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let me = server.at("/api/me");
    let call = ["request", "GET", &me, "-p", "token-type-of-its-own"];
    let output = server.tripod(&call).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("a type that is not understood"), "{said}");
}

#[track_caller]
fn refused(server: &Foreign, oddity: &str, due: &str) {
    let outcome = log_in_oddly(server, oddity);
    assert_eq!(outcome.code, Some(3), "{oddity}: {outcome:?}");
    assert!(outcome.said.contains(due), "{oddity}: {due}: {outcome:?}");
    assert_eq!(outcome.report, "", "{oddity}");
}

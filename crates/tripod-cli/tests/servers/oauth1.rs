//! OAuth 1.0a, with Authlib and with oauthlib on Flask.

use serde_json::Value;

use super::foreign::{Foreign, Outcome};

const CONSUMER: &str = "consumerOfTheTests0001";
const RSA_CONSUMER: &str = "rsaConsumerOfTheTests1";

/// Logs in by a signature method, under the name of that.
#[track_caller]
fn try_log_in(server: &Foreign, method: &str, more: &[&str], browser: &[&str]) -> Outcome {
    let secret = server.file("secret.txt", "consumer-secret\n");
    let key = server.home.path().join("private.pem");
    let client = match method.starts_with("RSA") {
        true => [RSA_CONSUMER, "--rsa-key", key.to_str().unwrap()],
        false => [CONSUMER, "--client-secret-file", &secret],
    };
    let arguments = [
        &["--signature-method", method, "--client-id"],
        &client[..],
        more,
    ];
    begin_log_in(server, method, &arguments.concat(), browser)
}

#[track_caller]
fn begin_log_in(server: &Foreign, profile: &str, client: &[&str], browser: &[&str]) -> Outcome {
    let places = ["/request_token", "/authorize", "/access_token"].map(|path| server.at(path));
    let [temporary, authorization, token] = places.each_ref().map(String::as_str);
    let arguments = [
        &[profile, "--request-token-endpoint", temporary][..],
        &["--authorization-endpoint", authorization],
        &["--token-endpoint", token],
        client,
    ];
    server.try_log_in(&arguments.concat(), browser)
}

#[track_caller]
fn log_in(server: &Foreign, method: &str, more: &[&str]) {
    let outcome = try_log_in(server, method, more, &[]);
    assert_eq!(outcome.code, Some(0), "{method}: {outcome:?}");
}

/// Calls the API, with whatever a signature covers and may get wrong.
#[track_caller]
fn call(server: &Foreign, method: &str) {
    let me = server.at("/api/me?b=%20%2B&a=2&a%3D1=%252F&empty=");
    let answer = server.said(&["request", "GET", &me, "-p", method, "--fail"]);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["username"], "alice");
    assert_eq!(answer["query"]["b"], " +", "{method}");
    assert_eq!(answer["query"]["a=1"], "%2F", "{method}");
    let form = "name=Ren%C3%A9e+K&b=1%262&empty=";
    let arguments = ["request", "POST", &me, "-p", method, "--fail", "-d", form];
    let answer: Value = serde_json::from_str(&server.said(&arguments)).unwrap();
    assert_eq!(answer["form"]["name"], "Renée K", "{method}");
    let arguments = ["request", "POST", &me, "-p", method, "--fail", "--json"];
    server.said(&[&arguments[..], &[r#"{"not":"signed"}"#]].concat());
}

#[test]
fn authlib_takes_every_method_that_it_knows() {
    let Some(server) = Foreign::begin("authlib_server_oauth1.py") else {
        return;
    };
    for method in ["HMAC-SHA1", "PLAINTEXT", "RSA-SHA1"] {
        log_in(&server, method, &[]);
        call(&server, method);
    }
}

#[test]
fn oauthlib_takes_every_method_that_it_knows() {
    let Some(server) = Foreign::begin("oauthlib_server_oauth1.py") else {
        return;
    };
    for method in [
        "HMAC-SHA1",
        "HMAC-SHA256",
        "HMAC-SHA512",
        "PLAINTEXT",
        "RSA-SHA1",
        "RSA-SHA256",
        "RSA-SHA512",
    ] {
        log_in(&server, method, &[]);
        call(&server, method);
    }
}

#[test]
fn a_verifier_is_typed_in() {
    for script in ["authlib_server_oauth1.py", "oauthlib_server_oauth1.py"] {
        let Some(server) = Foreign::begin(script) else {
            return;
        };
        for method in ["HMAC-SHA1", "RSA-SHA1"] {
            log_in(&server, method, &["--oob"]);
            call(&server, method);
        }
    }
}

#[test]
fn a_user_who_says_no_is_understood() {
    let Some(server) = Foreign::begin("authlib_server_oauth1.py") else {
        return;
    };
    let outcome = try_log_in(&server, "HMAC-SHA1", &[], &["--decision", "deny"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(outcome.said.contains("was denied"), "{outcome:?}");
    assert!(!outcome.page.contains("You are logged in"), "{outcome:?}");
}

#[test]
fn a_method_that_the_server_does_not_take_is_refused() {
    let Some(server) = Foreign::begin("authlib_server_oauth1.py") else {
        return;
    };
    let outcome = try_log_in(&server, "HMAC-SHA256", &[], &[]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(
        outcome.said.contains("unsupported_signature_method"),
        "{outcome:?}"
    );
}

#[test]
fn a_wrong_secret_is_refused_though_the_server_says_nothing() {
    let Some(server) = Foreign::begin("oauthlib_server_oauth1.py") else {
        return;
    };
    let secret = server.file("wrong.txt", "another-secret");
    let client = ["--client-id", CONSUMER, "--client-secret-file", &secret];
    let outcome = begin_log_in(&server, "wrong", &client, &[]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(
        outcome.said.contains("refused with status 401"),
        "{outcome:?}"
    );
}

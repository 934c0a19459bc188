//! Certainty is never a guess: captures that look like a mistake and need not be one.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::{Finding, Likelihood};
use tripod_doctor::known::Known;

fn explain(input: &str, known: &str) -> Vec<Finding> {
    let known = Known::parse(known).unwrap();
    diagnose(
        &Evidence::read(input.as_bytes(), known),
        Timestamp::from_unix(1_795_262_400),
    )
}

fn certain(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .filter(|finding| finding.likelihood == Likelihood::Certain)
        .map(|finding| finding.code)
        .collect()
}

const SECRETS: &str =
    r#"{"consumer_secret": "kd94hf93k423kf44", "token_secret": "pfkkdhi9sl3r4s00"}"#;

/// The last request of RFC 5849 §1.2, which is made over http; its text does not show that.
const PHOTOS: &str = "GET /photos?file=vacation.jpg&size=original HTTP/1.1\nHost: photos.example.net\n\
    Authorization: OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", \
    oauth_token=\"nnch734d00sl2jdk\", oauth_signature_method=\"HMAC-SHA1\", \
    oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", \
    oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"\n\n";

#[test]
fn a_scheme_that_is_not_shown_is_no_mistake() {
    let findings = explain(PHOTOS, SECRETS);
    assert!(
        findings
            .iter()
            .all(|finding| finding.code.starts_with("doctor/")),
        "{findings:?}"
    );
    let refused = format!("{PHOTOS}HTTP/1.1 401 No\n\noauth_problem=signature_invalid");
    assert_eq!(certain(&explain(&refused, SECRETS)), Vec::<&str>::new());
}

#[test]
fn what_the_server_accepted_is_no_certain_mistake() {
    let accepted = PHOTOS.replace("GET ", "POST ") + "HTTP/1.1 200 OK\n\n{}";
    assert_eq!(certain(&explain(&accepted, SECRETS)), Vec::<&str>::new());
}

#[test]
fn other_names_of_a_scope_are_not_missing() {
    let exchange = "POST /token HTTP/1.1\nHost: login.example\nContent-Type: application/x-www-form-urlencoded\n\n\
        grant_type=refresh_token&refresh_token=r&client_id=c&scope=User.Read+offline_access\n\
        HTTP/1.1 200 OK\nContent-Type: application/json\n\n\
        {\"access_token\":\"a\",\"token_type\":\"Bearer\",\"scope\":\"https://graph.microsoft.com/User.Read\"}";
    assert_eq!(explain(exchange, "{}"), []);
}

#[test]
fn metadata_over_http_are_no_mismatch_where_the_scheme_is_not_shown() {
    let exchange = "GET /realms/a/.well-known/openid-configuration HTTP/1.1\nHost: keycloak.internal:8180\n\n\
        HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"issuer\":\"http://keycloak.internal:8180/realms/a\"}";
    assert_eq!(explain(exchange, "{}"), []);
}

#[test]
fn two_clients_in_one_capture_are_not_compared() {
    let capture = "GET /authorize?response_type=code&client_id=one&redirect_uri=https%3A%2F%2Fa.example%2Fcb HTTP/1.1\nHost: one.example\n\n\
        POST /token HTTP/1.1\nHost: two.example\nContent-Type: application/x-www-form-urlencoded\n\n\
        grant_type=authorization_code&code=c&client_id=two&redirect_uri=https%3A%2F%2Fb.example%2Fcb\n\
        HTTP/1.1 400 No\nContent-Type: application/json\n\n{\"error\":\"invalid_grant\"}";
    assert_eq!(certain(&explain(capture, "{}")), Vec::<&str>::new());
}

#[test]
fn words_in_a_log_are_likely_at_best() {
    for text in [
        "see https://docs.example for AADSTS50011 and AADSTS7000215",
        "the refresh token has expired, said the manual",
        "Scope has changed from \"a\" to \"b\"",
    ] {
        assert_eq!(certain(&explain(text, "{}")), Vec::<&str>::new(), "{text}");
    }
}

/// What `curl -v -d …` prints: the head of the request, and nothing of its body.
const TOKEN_BY_CURL: &str = "> POST /oauth2/token HTTP/1.1\n> Host: 127.0.0.1:9090\n> Accept: */*\n\
    > Content-Length: 164\n> Content-Type: application/x-www-form-urlencoded\n> \n\
    } [164 bytes data]\n< HTTP/1.1 400 Bad Request\n< content-type: application/json\n< \n\
    {\"error\":\"invalid_grant\"}\n";

#[test]
fn a_body_that_is_not_shown_lacks_nothing() {
    let findings = explain(TOKEN_BY_CURL, "{}");
    assert_eq!(certain(&findings), Vec::<&str>::new());
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    let expected = [
        "oauth2/token-request/invalid-grant",
        "doctor/body-not-shown",
    ];
    assert_eq!(codes, expected);

    let refused = TOKEN_BY_CURL.replace("invalid_grant", "invalid_client");
    let findings = explain(&refused, "{}");
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert!(
        !codes.contains(&"oauth2/client-authentication/missing"),
        "{codes:?}"
    );
}

#[test]
fn a_body_that_is_empty_lacks_what_it_should_hold() {
    let empty = TOKEN_BY_CURL.replace("164", "0");
    let expected = ["oauth2/request/parameter-missing"];
    assert_eq!(certain(&explain(&empty, "{}")), expected);
}

#[test]
fn a_header_that_is_named_twice_is_seen() {
    let capture = "> GET /api/me HTTP/1.1\n> Host: api.example\n\
        > Authorization: Authorization: OAuth oauth_consumer_key=\"k\", oauth_token=\"t\"\n> \n\
        < HTTP/1.1 401 Unauthorized\n< www-authenticate: OAuth realm=\"a\"\n< \n";
    let expected = ["oauth2/resource/authorization-malformed"];
    assert_eq!(certain(&explain(capture, "{}")), expected);
}

#[test]
fn what_was_masked_is_no_mistake() {
    for (path, header, status) in [
        ("token", "Basic aWQ6c2VjcmV0LXNlY3JldA==", "HTTP/1.1 401 No"),
        ("items", "Bearer tGzv3JOkF0XG5Qx2TlKWIA", "HTTP/1.1 401 No"),
    ] {
        let sent = format!(
            "POST /{path} HTTP/1.1\nHost: as.example\nAuthorization: {header}\n\
             Content-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials\n\n\
             {status}\n\n"
        );
        let evidence = Evidence::read(sent.as_bytes(), Known::default());
        let trace = evidence.to_json().to_string();
        assert!(
            trace.contains("characters)") || trace.contains("(hidden)"),
            "{trace}"
        );
        assert_eq!(
            certain(&explain(&trace, "{}")),
            Vec::<&str>::new(),
            "{trace}"
        );
    }
}

/// People mask secrets before they show what happened, and so do browsers.
#[test]
fn what_others_masked_is_no_mistake() {
    for gap in [
        "***",
        "REDACTED",
        "[redacted]",
        "<redacted>",
        "XXXX",
        "abc...xyz",
        "eyJhbGciOi…",
    ] {
        let call = format!(
            "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer {gap}\n\n\
             HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\"\n\n"
        );
        let signed = format!(
            "GET /me HTTP/1.1\nHost: api.example\nAuthorization: OAuth oauth_consumer_key=\"{gap}\", \
             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", oauth_nonce=\"{gap}\", \
             oauth_signature=\"{gap}\"\n\nHTTP/1.1 401 Unauthorized\n\n"
        );
        let redeemed = format!(
            "POST /token HTTP/1.1\nHost: as.example\nContent-Type: application/x-www-form-urlencoded\n\n\
             grant_type=authorization_code&code={gap}&code_verifier={gap}&client_id=a&client_secret={gap}&redirect_uri=https%3A%2F%2Fa.example%2Fcb\n\
             HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{{\"error\":\"invalid_grant\"}}\n"
        );
        let asked = format!(
            "GET /authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fa.example%2Fcb&code_challenge={gap}&\
             code_challenge_method=S256&state=REDACTED HTTP/1.1\nHost: as.example\n\n\
             HTTP/1.1 302 Found\nLocation: https://a.example/cb?code={gap}&state={gap}\n\n"
        );
        let known = format!(r#"{{"client_id": "a", "client_secret": "s3cret", "state": "{gap}"}}"#);
        let whole = [asked.as_str(), &redeemed, &redeemed].concat();
        for input in [call, [signed.as_str(), &signed].concat(), whole] {
            let findings = explain(&input, &known);
            assert_eq!(
                certain(&findings),
                Vec::<&str>::new(),
                "{gap}: {findings:?}"
            );
            let is_blamed = |finding: &Finding| finding.code == "oauth2/request/placeholder";
            assert!(!findings.iter().any(is_blamed), "{gap}: {findings:?}");
        }
    }
}

/// A method that a log does not show is none that could be wrong.
#[test]
fn a_method_that_is_not_shown_is_no_mistake() {
    let log = "DEBUG:oauthlib.oauth1.rfc5849:Signing: signature base string: POST&https%3A%2F%2Fapi.example%2Frequest_token&oauth_callback%3Doob\n\
        DEBUG:app:https://photos.example.net/photos?file=vacation.jpg&size=original\n\
        DEBUG:app:headers {'Authorization': 'OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_signature_method=\"HMAC-SHA1\", \
        oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"'}\n\
        TokenRequestDenied: response was 'oauth_problem=signature_invalid'\n";
    let found = certain(&explain(log, SECRETS)).join(" ");
    assert!(!found.contains("base-strings-differ"), "{found}");
    assert!(!found.contains("signature/method"), "{found}");
}

/// Chromium leaves credentials out of the archives that it exports, and some bodies.
#[test]
fn what_an_archive_leaves_out_was_not_missing() {
    let entry = |method: &str, url: &str, status: u16, answer: &str| {
        serde_json::json!({"request": {"method": method, "url": url, "headers": []},
            "response": {"status": status, "headers": [{"name": "content-type", "value": "application/json"}],
                         "content": {"text": answer}}})
    };
    let metadata = r#"{"issuer":"https://as.example","token_endpoint_auth_methods_supported":["client_secret_basic"]}"#;
    let mut token = entry(
        "POST",
        "https://as.example/token",
        401,
        r#"{"error":"invalid_client"}"#,
    );
    let unseen = token.clone();
    token["request"]["postData"] = serde_json::json!({"mimeType": "application/x-www-form-urlencoded", "text": "grant_type=client_credentials"});
    let found = entry(
        "GET",
        "https://as.example/.well-known/openid-configuration",
        200,
        metadata,
    );
    for entries in [vec![found.clone(), token], vec![found, unseen]] {
        let archive = serde_json::json!({"log": {"version": "1.2", "entries": entries}});
        let findings = explain(&archive.to_string(), "{}");
        assert_eq!(certain(&findings), Vec::<&str>::new(), "{findings:?}");
        let is_blamed = |finding: &Finding| finding.code == "oauth2/client-authentication/missing";
        assert!(!findings.iter().any(is_blamed), "{findings:?}");
    }
}

/// `-d @FILE` sends what is in the file, and nobody shows that.
#[test]
fn a_body_in_a_file_lacks_nothing() {
    let typed = "$ curl -i -d @request.txt https://as.example/token\nHTTP/1.1 400 Bad Request\n\
        Content-Type: application/json\n\n{\"error\":\"invalid_request\"}";
    assert_eq!(certain(&explain(typed, "{}")), Vec::<&str>::new());
}

/// An exchange in which a JWT is asked for and given; the answer is dated as the clock of the tests.
fn given(asked: &str, claims: &str) -> Vec<Finding> {
    let [header, claims] = [r#"{"alg":"RS256","typ":"at+jwt"}"#, claims]
        .map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    let form = format!("grant_type=client_credentials{asked}");
    explain(
        &format!(
            "POST /token HTTP/1.1\nHost: id.example\n\
             Content-Type: application/x-www-form-urlencoded\n\n{form}\n\n\
             HTTP/1.1 200 OK\nContent-Type: application/json\nDate: Sat, 21 Nov 2026 12:00:00 GMT\n\n\
             {{\"access_token\":\"{header}.{claims}.c2ln\",\"token_type\":\"Bearer\"}}\n"
        ),
        "{}",
    )
}

#[test]
fn a_token_that_is_given_is_held_to_what_was_asked_for() {
    let asked = "&resource=https%3A%2F%2Fphotos.example%2F";
    for (asked, claims, found) in [
        (asked, r#"{"aud":"https://other.example/"}"#, true),
        (asked, r#"{"aud":["https://photos.example"]}"#, true),
        (asked, r#"{"aud":"https://photos.example/"}"#, false),
        (
            asked,
            r#"{"aud":["urn:x","https://photos.example/"]}"#,
            false,
        ),
        (
            &format!("&resource=https%3A%2F%2Falbums.example%2F{asked}"),
            r#"{"aud":"https://photos.example/"}"#,
            false,
        ),
        // Another name for the same, as far as anybody can see.
        (
            asked,
            r#"{"aud":"00000003-0000-0000-c000-000000000000"}"#,
            false,
        ),
        (
            "&resource=photos",
            r#"{"aud":"https://photos.example/"}"#,
            false,
        ),
        (asked, "{}", false),
        ("", r#"{"aud":"https://other.example/"}"#, false),
    ] {
        let findings = given(asked, claims);
        let codes: Vec<_> = findings.iter().map(|it| it.code).collect();
        let is_found = codes.contains(&"oauth2/resource/wrong-audience");
        assert_eq!(is_found, found, "{asked} {claims}: {codes:?}");
        assert_eq!(certain(&findings), Vec::<&str>::new());
    }
}

#[test]
fn a_token_that_is_given_too_late_has_expired() {
    for (exp, found) in [(1_795_262_399, true), (1_795_262_401, false)] {
        let findings = given("", &format!("{{\"exp\":{exp}}}"));
        let codes: Vec<_> = findings.iter().map(|it| it.code).collect();
        assert_eq!(
            codes.contains(&"oauth2/access-token/expired"),
            found,
            "{codes:?}"
        );
    }
}

#[test]
fn who_lists_what_it_may_be_has_stated_nothing() {
    for said in [
        "Client authentication failed due to unknown client, missing secret, or unsupported authentication method.",
        "The redirect uri does not match the authorization code. Or the authorization code has expired.",
        "Could not authenticate the client (e.g. unknown client, bad secret).",
    ] {
        let text = format!(
            "HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{{\"error\":\"invalid_x\",\"error_description\":\"{said}\"}}"
        );
        let findings = explain(&text, "{}");
        assert_eq!(certain(&findings), [""; 0], "{said}");
    }
}

#[test]
fn a_client_that_is_denied_is_no_user_who_said_no() {
    let denied = "POST https://as.example/oauth/token grant_type=client_credentials -> 403: {\"error\":\"access_denied\"}";
    assert_eq!(certain(&explain(denied, "{}")), [""; 0]);
    let callback = "https://app.example/cb?error=access_denied&state=x";
    let findings = explain(callback, "{}");
    assert_eq!(certain(&findings), ["oauth2/authorization/access-denied"]);
}

#[test]
fn prose_is_never_certain() {
    for prose in [
        "It says Bearer {{token}} is wrong.\nAuthorization: Bearer {{token}}\n\nand then 401 Unauthorized",
        "I tried POST https://as.example/token and got a 400, maybe invalid_grant?",
        "error: 'invalid_client'\nstatus code 401",
    ] {
        assert_eq!(certain(&explain(prose, "{}")), [""; 0], "{prose}");
    }
}

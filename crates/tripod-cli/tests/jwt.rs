//! `tripod jwt`, run as a program.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tripod_core::secret::Secret;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::jose::signing_key::SigningKey;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_700_000_000;

fn vector(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors/oauth2")
        .join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(vector(path)).unwrap().trim().to_owned()
}

fn jwt(command: &str, token: &str) -> Command {
    let mut program = Command::cargo_bin("tripod").unwrap();
    program.env_clear().args(["jwt", command, token]);
    program.args(["--now", &NOW.to_string()]);
    program
}

/// Verifies with the shared secret.
fn verify(token: &str, arguments: &[&str]) -> Command {
    let mut command = jwt("verify", token);
    command.env("TRIPOD_JWT_SECRET", SECRET).args(arguments);
    command
}

/// Verifies an example of an RFC with its key, at the time of RFC 7515.
fn example(case: &str) -> Command {
    let mut command = Command::cargo_bin("tripod").unwrap();
    command
        .env_clear()
        .args(["jwt", "verify", "--now", "1300819000", "--file"]);
    command.arg(vector(&format!("jws/{case}/token")));
    command
        .arg("--jwks")
        .arg(vector(&format!("jws/{case}/jwk.json")));
    command
}

/// Signs claims by HS256 under the shared secret.
fn signed(claims: &Value) -> String {
    let key = SigningKey::from_secret(Algorithm::Hs256, &Secret::from(SECRET)).unwrap();
    let Value::Object(claims) = claims.clone() else {
        panic!("claims are an object");
    };
    let token = key.sign("JWT", &Claims::from(claims)).unwrap();
    token.expose().to_owned()
}

fn sound() -> Value {
    json!({"iss": "https://issuer.example", "aud": ["api", "other"], "sub": "alice",
        "iat": NOW - 10, "exp": NOW + 3600, "nonce": "n-1"})
}

/// Writes a token without a signature.
fn unsigned(header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{claims}.")
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs what must fail as usage does: one sentence, nothing on standard output.
fn refusal(command: &mut Command) -> String {
    let output = command.assert().code(2).get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text.strip_prefix("error: ").unwrap().trim_end().to_owned()
}

/// Runs what must not verify; returns the name of the check that fails, and why.
fn invalid(command: &mut Command) -> (String, String) {
    let output = command.assert().code(6).get_output().clone();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.starts_with("NOT VALID: do not believe this token.\n"),
        "{shown}"
    );
    let text = String::from_utf8(output.stderr).unwrap();
    let rest = text
        .strip_prefix("error: the token does not hold: ")
        .unwrap();
    let (check, why) = rest.trim_end().split_once(": ").unwrap();
    (check.to_owned(), why.to_owned())
}

/// The codes of the problems that `decode` finds.
fn problems(token: &str) -> Vec<String> {
    let shown: Value = serde_json::from_str(&stdout(jwt("decode", token).arg("--json"))).unwrap();
    assert_eq!(shown["verified"], false);
    let problems = shown["problems"].as_array().unwrap();
    let codes = problems
        .iter()
        .map(|problem| problem["code"].as_str().unwrap().to_owned());
    codes.collect()
}

#[test]
fn a_decoded_token_is_never_taken_for_a_verified_one() {
    let token = text("jws/rfc7515-a2/token");
    let shown = stdout(&mut jwt("decode", &token));
    let expected = r#"NOT VERIFIED: the signature was not checked; anybody may have written this.

Header
{
  "alg": "RS256"
}

Claims
{
  "exp": 1300819380,
  "http://example.com/is_root": true,
  "iss": "joe"
}

In words
  what       a JWT of no kind that is known here (RFC 7519)
  algorithm  RS256
  signature  256 octets, neither checked nor shown
  issuer     joe
  exp        2011-03-22 18:43:00 UTC, expired 12 years ago

Problems
  expired      it expired 12 years ago
  missing-aud  `aud` is missing: it does not say whom it is for
"#;
    assert_eq!(shown, expected);
    let signature = token.rsplit('.').next().unwrap();
    assert!(!stdout(jwt("decode", &token).arg("--json")).contains(signature));
}

#[test]
fn json_tells_times_and_problems() {
    let shown = stdout(jwt("decode", &signed(&sound())).arg("--json"));
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["verified"], false);
    assert_eq!(shown["kind"], "id-token");
    assert_eq!(shown["header"], json!({"alg": "HS256", "typ": "JWT"}));
    assert_eq!(shown["claims"], sound());
    assert_eq!(shown["problems"], json!([]));
    let exp = json!({"seconds": NOW + 3600, "utc": "2023-11-14T23:13:20Z",
        "words": "expires in 60 minutes"});
    assert_eq!(shown["times"]["exp"], exp);
    assert_eq!(shown["times"]["iat"]["words"], "issued 10 seconds ago");
}

#[test]
fn a_token_is_read_from_wherever_it_was_copied() {
    let token = signed(&sound());
    let expected = stdout(&mut jwt("decode", &token));
    for around in [
        format!("Bearer {token}"),
        format!(" \"{token}\",\n"),
        format!("'Authorization: bearer {token}'"),
    ] {
        assert_eq!(stdout(&mut jwt("decode", &around)), expected, "{around}");
        let mut piped = jwt("decode", "-");
        assert_eq!(stdout(piped.write_stdin(around.clone())), expected);
        let mut piped = Command::cargo_bin("tripod").unwrap();
        piped.args(["jwt", "decode", "--now", &NOW.to_string()]);
        assert_eq!(stdout(piped.write_stdin(around)), expected);
    }
}

#[test]
fn each_kind_is_named() {
    for (path, expected) in [
        (
            "dpop/rfc9449-token-request/proof",
            "a DPoP proof (RFC 9449)",
        ),
        (
            "id-token/oidc-core-a2/id-token",
            "an ID token (OpenID Connect Core §2)",
        ),
        ("jws/rfc7515-a4/token", "signed data, but no JWT (RFC 7515)"),
        ("jws/rfc8037-a4/token", "signed data, but no JWT (RFC 7515)"),
    ] {
        let shown = stdout(&mut jwt("decode", &text(path)));
        assert!(
            shown.contains(&format!("\n  what       {expected}\n")),
            "{shown}"
        );
    }
    assert_eq!(
        problems(&text("dpop/rfc9449-token-request/proof")),
        [""; 0],
        "the key in its header belongs there"
    );
}

#[test]
fn every_fault_of_the_claims_is_named() {
    let with = |name: &str, value: Value| {
        let mut claims = sound();
        claims[name] = value;
        problems(&signed(&claims))
    };
    assert_eq!(with("exp", json!(NOW)), ["expired"]);
    assert_eq!(
        with("exp", json!(NOW - 60)),
        ["expired", "expires-before-issued"]
    );
    assert_eq!(with("exp", json!((NOW + 9) * 1000)), ["time-milliseconds"]);
    assert_eq!(with("exp", json!("1700003600")), ["time-type"]);
    assert_eq!(with("exp", Value::Null), ["time-type"]);
    assert_eq!(with("nbf", json!(NOW + 1)), ["not-yet-valid"]);
    assert_eq!(with("iat", json!(NOW + 1)), ["issued-in-future"]);
    assert_eq!(with("iat", json!(NOW * 1000)), ["time-milliseconds"]);
    assert_eq!(with("aud", json!([1])), ["claim-type"]);
    assert_eq!(with("iss", json!({})), ["claim-type"]);
    assert_eq!(
        problems(&signed(&json!({}))),
        ["missing-iss", "missing-aud", "missing-exp"]
    );
}

#[test]
fn every_fault_of_the_header_is_named() {
    let claims = sound().to_string();
    for (header, expected) in [
        (r#"{"alg":"none"}"#, "alg-none"),
        (r#"{"alg":"NoNe"}"#, "alg-none"),
        (r"{}", "alg-missing"),
        (r#"{"alg":1}"#, "alg-missing"),
        (r#"{"alg":"none","alg":"none"}"#, "repeated-member"),
        (r#"{"alg":"XS256"}"#, "alg-unknown"),
        (r#"{"alg":"none","crit":["exp"]}"#, "crit"),
        (
            r#"{"alg":"none","jku":"https://evil.example"}"#,
            "header-jku",
        ),
        (
            r#"{"alg":"none","x5u":"https://evil.example"}"#,
            "header-x5u",
        ),
        (r#"{"alg":"none","jwk":{}}"#, "header-jwk"),
        (r#"{"alg":"ES256"}"#, "signature-missing"),
        ("[]", "header-not-json"),
    ] {
        let found = problems(&unsigned(header, &claims));
        assert!(
            found.iter().any(|code| code == expected),
            "{header}: {found:?}"
        );
    }
    let der = format!("{}MEUC", unsigned(r#"{"alg":"ES256"}"#, &claims));
    assert_eq!(problems(&der), ["signature-length"]);
}

#[test]
fn every_fault_of_the_writing_is_named() {
    let token = unsigned(
        r#"{"alg":"RS256"}"#,
        r#"{"iss":"??>>","aud":"a","exp":9999999999}"#,
    );
    let (header, payload) = token.trim_end_matches('.').split_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.encode([0xff; 256]);
    let standard = payload.replace('-', "+").replace('_', "/");
    assert_ne!(payload, standard);
    for (token, expected) in [
        (format!("{header}=.{payload}.{signature}"), "base64-padding"),
        (
            format!("{header}.{standard}.{signature}"),
            "base64-alphabet",
        ),
        (
            format!("{header}.{payload}.{signature}\n AAAA"),
            "base64-whitespace",
        ),
        (format!("{header}.{payload}.{signature}!"), "base64-invalid"),
        (format!("{header}.{payload}"), "parts"),
        (format!("{header}.{payload}.a.b"), "parts"),
        (
            format!("{header}.UGF5bG9hZA.{signature}"),
            "payload-not-json",
        ),
        (format!("{header}.e30.e30.e30.e30"), "encrypted"),
    ] {
        let found = problems(&token);
        assert!(
            found.iter().any(|code| code == expected),
            "{token}: {found:?}"
        );
    }
}

#[test]
fn what_is_no_token_is_refused_in_one_sentence() {
    for (token, beginning) in [
        ("", "the token is empty"),
        ("\"\"", "the token is empty"),
        (
            "gho_16C7e42F292c6912E7710c838347Ae178B4a",
            "this is no JWT: it has one part",
        ),
        ("...", "this is no JWT: it has 4 parts instead of three; "),
        (
            "{\"access_token\":\"a\"}",
            "this is no JWT: this is JSON, where ",
        ),
        ("ä.ö.ü", "this is no JWT: the header is not base64url"),
    ] {
        let refused = refusal(&mut jwt("decode", token));
        assert!(refused.starts_with(beginning), "{token}: {refused}");
    }
    let megabyte = "a".repeat(1024 * 1024);
    assert_eq!(
        refusal(jwt("decode", "-").write_stdin(megabyte.clone())),
        "this is no JWT: it is longer than 65536 octets, so nothing of it was decoded"
    );
    let (check, why) = invalid(verify("-", &[]).write_stdin(megabyte));
    assert_eq!(
        (check.as_str(), why.as_str()),
        ("form", "the token is longer than 65536 octets")
    );
    assert_eq!(
        refusal(jwt("decode", "-").write_stdin(b"\xff\xfe")),
        "the token is not text"
    );
    let mut missing = Command::cargo_bin("tripod").unwrap();
    missing.args(["jwt", "decode", "--file", "/nowhere"]);
    assert!(refusal(&mut missing).starts_with("cannot read `/nowhere`: "));
}

#[test]
fn a_terminal_is_told_nothing_by_a_token() {
    let mut claims = sound();
    claims["iss"] = json!("\u{1b}]0;title\u{7}\u{9b}31m\u{202e}\nVERIFIED");
    let token = signed(&claims);
    for shown in [
        stdout(&mut jwt("decode", &token)),
        stdout(jwt("decode", &token).arg("--json")),
        stdout(&mut verify(&token, &[])),
        stdout(&mut verify(&token, &["--json"])),
        invalid(&mut verify(&token, &["--issuer", "joe"])).1,
    ] {
        assert!(
            !shown.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']),
            "{shown}"
        );
        assert!(
            !shown
                .lines()
                .any(|line| line.starts_with("VERIFIED") && line.len() < 10)
        );
    }
}

#[test]
fn the_examples_of_the_rfcs_verify() {
    for case in ["rfc7515-a1", "rfc7515-a2", "rfc7515-a3"] {
        let shown = stdout(example(case).args(["--issuer", "joe"]));
        assert!(shown.starts_with("VERIFIED: everything that was checked holds.\n"));
        assert!(
            shown.contains("\n  ok       exp        expires in 6 minutes\n"),
            "{shown}"
        );
        assert!(shown.contains("\n  ok       issuer     joe\n"), "{shown}");
        assert!(shown.contains("\n  \"iss\": \"joe\"\n"), "{shown}");
    }
    // Well signed, but what is signed is no JWT.
    for case in ["rfc7515-a4", "rfc8037-a4"] {
        let (check, why) = invalid(&mut example(case));
        assert_eq!(check, "claims");
        assert_eq!(why, "the payload is not a JSON object (RFC 7519 §7.2)");
    }
}

#[test]
fn keys_in_pem_verify_what_they_are_for() {
    for (folder, algorithm) in [
        ("ed25519", Algorithm::EdDsa),
        ("p256", Algorithm::Es256),
        ("p384", Algorithm::Es384),
        ("p521", Algorithm::Es512),
        ("rsa", Algorithm::Rs256),
        ("rsa", Algorithm::Ps384),
    ] {
        let pem = Secret::from(text(&format!("key/{folder}/private.pem")));
        let key = SigningKey::from_pem(algorithm, &pem).unwrap();
        let claims = Claims::new().with("exp", NOW + 60);
        let token = key.sign("at+jwt", &claims).unwrap();
        let public = vector(&format!("key/{folder}/public.pem"));
        let mut command = jwt("verify", token.expose());
        command
            .args(["--typ", "application/at+jwt", "--key"])
            .arg(&public);
        if algorithm == Algorithm::Ps384 {
            let (check, why) = invalid(&mut command);
            assert_eq!(check, "algorithm");
            assert!(
                why.ends_with(": PS384; if the key is for that, say so: --alg PS384"),
                "{why}"
            );
            command.args(["--alg", "PS384"]);
        }
        stdout(&mut command);
    }
}

#[test]
fn verified_claims_are_json_too() {
    let arguments = [
        "--issuer",
        "https://issuer.example",
        "--audience",
        "api",
        "--nonce",
        "n-1",
    ];
    let mut command = verify(&signed(&sound()), &arguments);
    let shown: Value = serde_json::from_str(&stdout(command.arg("--json"))).unwrap();
    assert_eq!(shown["verified"], true);
    assert_eq!(shown["claims"], sound());
    let form = json!({"check": "form", "outcome": "ok",
        "text": "three parts of base64url, the header is JSON"});
    assert_eq!(shown["checks"][0], form);
    let checks = shown["checks"].as_array().unwrap();
    let skipped = checks.iter().filter(|check| check["outcome"] == "skipped");
    assert!(skipped.map(|check| &check["check"]).eq(["typ"]));
}

#[test]
fn each_check_of_the_claims_fails_by_name() {
    let with = |name: &str, value: Value| {
        let mut claims = sound();
        claims[name] = value;
        signed(&claims)
    };
    let sound = signed(&sound());
    let cases: [(&str, &[&str], &str); 13] = [
        (&with("exp", json!(NOW - 60)), &[], "exp"),
        (&with("exp", json!(NOW - 1)), &["--leeway", "0"], "exp"),
        (&with("exp", json!("soon")), &[], "exp"),
        (&with("nbf", json!(NOW + 61)), &[], "nbf"),
        (&with("iat", json!(NOW + 61)), &[], "iat"),
        (&sound, &["--issuer", "https://issuer.example/"], "issuer"),
        (&with("iss", json!(1)), &["--issuer", "1"], "issuer"),
        (&sound, &["--audience", "ap"], "audience"),
        (&with("aud", json!([])), &["--audience", ""], "audience"),
        (&sound, &["--nonce", "n-2"], "nonce"),
        (&with("nonce", Value::Null), &["--nonce", "n-1"], "nonce"),
        (&sound, &["--typ", "at+jwt"], "typ"),
        (&signed(&json!({})), &["--audience", "api"], "audience"),
    ];
    for (token, arguments, expected) in cases {
        let (check, _) = invalid(&mut verify(token, arguments));
        assert_eq!(check, expected, "{arguments:?}");
    }
    stdout(&mut verify(&with("exp", json!(NOW - 59)), &[]));
    stdout(&mut verify(&with("nbf", json!(NOW + 60)), &[]));
}

#[test]
fn a_token_that_was_changed_shows_no_claims() {
    let token = signed(&sound());
    let (first, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = first.split_once('.').unwrap();
    let other = URL_SAFE_NO_PAD.encode(r#"{"sub":"mallory"}"#);
    let cases = [
        (format!("{header}.{other}.{signature}"), "signature"),
        (format!("{first}."), "signature"),
        (format!("{first}.AAAA"), "signature"),
        (first.to_owned(), "form"),
        (format!("{first}.{signature}="), "form"),
        (format!("{first}.e30.e30.{signature}"), "form"),
        ("garbage".to_owned(), "form"),
    ];
    for (token, expected) in cases {
        let mut command = verify(&token, &[]);
        let (check, _) = invalid(&mut command);
        assert_eq!(check, expected, "{token}");
        let output = command.arg("--json").assert().code(6).get_output().clone();
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(shown["verified"], false);
        assert_eq!(shown["claims"], Value::Null);
    }
}

#[test]
fn the_header_cannot_choose_how_it_is_verified() {
    for (header, expected) in [
        (r#"{"alg":"none"}"#, "algorithm"),
        (r#"{"alg":"nOnE"}"#, "algorithm"),
        (r#"{"alg":"HS512"}"#, "algorithm"),
        (r#"{"alg":"RS256"}"#, "algorithm"),
        (r#"{"alg":"XS256"}"#, "algorithm"),
        (r#"{"alg":"HS256","crit":["exp"]}"#, "header"),
        (r#"{"alg":"HS256","jku":"https://evil.example"}"#, "header"),
        (r#"{"alg":"HS256","x5u":"https://evil.example"}"#, "header"),
        (r#"{"alg":"HS256","jwk":{}}"#, "header"),
    ] {
        let token = unsigned(header, &sound().to_string());
        let (check, _) = invalid(&mut verify(&token, &[]));
        assert_eq!(check, expected, "{header}");
    }
}

#[test]
fn a_public_key_is_never_taken_for_a_secret() {
    // RFC 8725 §2.1: signed by HMAC with the text of the public key.
    let pem = fs::read_to_string(vector("key/rsa/public.pem")).unwrap();
    let key = SigningKey::from_secret(Algorithm::Hs256, &Secret::from(pem.as_str())).unwrap();
    let token = key
        .sign("JWT", &Claims::new().with("exp", NOW + 60))
        .unwrap();
    let with = |flag: &str, path: &str| {
        let mut command = jwt("verify", token.expose());
        command.arg(flag).arg(vector(path));
        command
    };
    let (check, why) = invalid(&mut with("--key", "key/rsa/public.pem"));
    assert_eq!(check, "algorithm");
    assert!(!why.contains("--alg"), "{why}");
    let (check, _) = invalid(&mut with("--jwks", "key/rsa/jwk.json"));
    assert_eq!(check, "algorithm");
    assert_eq!(
        refusal(&mut with("--secret-file", "key/rsa/public.pem")),
        "the secret is a PEM key; a public key is no secret, so give it by --key FILE"
    );
    let refused = refusal(with("--key", "key/rsa/public.pem").args(["--alg", "HS256"]));
    assert!(
        refused.contains("holds no usable key for HS256: "),
        "{refused}"
    );
}

#[test]
fn a_wrong_key_is_no_key() {
    let (check, _) = invalid(
        jwt("verify", &text("id-token/oidc-core-a2/id-token"))
            .arg("--jwks")
            .arg(vector("key/rsa/jwk.json")),
    );
    assert_eq!(check, "signature");
    let mut command = verify(&signed(&sound()), &[]);
    command.env("TRIPOD_JWT_SECRET", SECRET.to_uppercase());
    assert_eq!(invalid(&mut command).0, "signature");
    let (check, _) = invalid(
        jwt("verify", &text("id-token/oidc-core-a2/id-token"))
            .arg("--jwks")
            .arg(vector("jwk-set/rfc7517-a1/set.json")),
    );
    assert_eq!(check, "key");
}

#[test]
fn keys_that_cannot_be_used_are_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.json");
    fs::write(&empty, r#"{"keys":[]}"#).unwrap();
    let empty = empty.to_str().unwrap();
    let private = vector("key/rsa/private.pem");
    let public = vector("key/p256/public.pem");
    let (private, public) = (private.to_str().unwrap(), public.to_str().unwrap());
    let cases: [(&[&str], &str); 10] = [
        (&[], "no key to verify with: --jwks FILE, "),
        (
            &["--jwks", "https://issuer.example/jwks"],
            "--jwks takes a file, and nothing is fetched",
        ),
        (
            &["--key", "HTTP://issuer.example/key"],
            "--key takes a file, and nothing is fetched",
        ),
        (
            &["--secret-file", "https://a"],
            "--secret-file takes a file, and nothing is fetched",
        ),
        (&["--jwks", "/nowhere"], "cannot read `/nowhere`: "),
        (&["--jwks", empty], "no key in `"),
        (&["--jwks", public], "`"),
        (&["--key", private], "`"),
        (&["--key", empty], "`"),
        (&["--key", public, "--alg", "RS256"], "`"),
    ];
    let token = signed(&sound());
    for (arguments, beginning) in cases {
        let refused = refusal(jwt("verify", &token).args(arguments));
        assert!(refused.starts_with(beginning), "{arguments:?}: {refused}");
    }
    let refused = refusal(verify(&token, &[]).env("TRIPOD_JWT_SECRET", "short"));
    assert!(
        refused.contains("for HS256: the key is shorter than 256 bits"),
        "{refused}"
    );
    assert_eq!(
        refusal(jwt("verify", "-").args(["--secret-file", "-"])),
        "token and key cannot both come from standard input"
    );
    assert_eq!(
        refusal(jwt("verify", &token).args(["--secret", SECRET, "--key", public])),
        "give one of --jwks, --key, --secret-file and --secret, not several"
    );
}

#[test]
fn a_secret_on_the_command_line_works_with_a_warning() {
    let mut command = jwt("verify", &signed(&sound()));
    let output = command
        .args(["--secret", SECRET])
        .assert()
        .success()
        .get_output()
        .clone();
    let warning = String::from_utf8(output.stderr).unwrap();
    assert!(warning.starts_with("warning: --secret shows the secret to every user"));
    assert!(!warning.contains(SECRET));
}

#[test]
fn what_the_parser_refuses_ends_with_2_too() {
    for arguments in [
        &["--alg", "none"][..],
        &["--alg", "hs256"],
        &["--leeway", "-1"],
        &["--now", "today"],
        &["--jwks", "a", "--key", "b"],
        &["--file", "a"],
    ] {
        verify("token", arguments).assert().code(2);
    }
}

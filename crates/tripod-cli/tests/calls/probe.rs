//! `tripod explain --probe`: what servers say makes it surer, and each is named before it is asked.

use super::*;

/// An ID token of the provider.
fn id_token(user: &User) -> String {
    let issuer = user.at("");
    let output = user.log_in(&[
        "login",
        "who",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--scope",
        "openid",
        "--no-browser",
    ]);
    succeeded(&output);
    let shown = user.said(&["profile", "show", "who", "--show-secrets", "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let token = &shown["secrets"]["tokens"]["id_token"];
    token.as_str().unwrap().to_owned()
}

/// The codes that were found, and what was told meanwhile.
fn explained(user: &User, arguments: &[&str]) -> (Vec<String>, String) {
    let mut command = user.tripod(&["explain", "--json"]);
    let output = command.args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).expect(&said);
    let findings = report["findings"].as_array().unwrap();
    let codes = findings
        .iter()
        .map(|found| found["code"].as_str().unwrap().to_owned());
    (codes.collect(), said)
}

#[test]
fn a_signature_is_verified_by_the_keys_of_the_issuer() {
    let user = User::new();
    let token = id_token(&user);
    let (codes, said) = explained(&user, &[&token]);
    assert_eq!((codes.len(), said.as_str()), (0, ""), "{codes:?}");
    let (codes, said) = explained(&user, &[&token, "--probe"]);
    assert_eq!(codes.len(), 0, "{codes:?}");
    let metadata = user.at("/.well-known/");
    assert!(said.contains(&format!("Asking {metadata}")), "{said}");
    assert!(
        said.contains(&format!("Asking {}", user.at("/oauth2/jwks"))),
        "{said}"
    );
    // Another claim under the same signature.
    let (header, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let mut octets = signature.to_owned();
    let first = if octets.starts_with('A') { "B" } else { "A" };
    octets.replace_range(..1, first);
    let broken = format!("{header}.{claims}.{octets}");
    let (codes, _) = explained(&user, &[&broken]);
    assert_eq!(codes.len(), 0, "{codes:?}");
    let (codes, said) = explained(&user, &[&broken, "--probe"]);
    assert_eq!(codes, ["oauth2/jwt/signature"], "{said}");
    assert!(!said.contains(&broken));
}

#[test]
fn a_server_is_asked_for_the_time_and_whether_it_is_there() {
    let user = User::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = free.local_addr().unwrap();
    drop(free);
    let log = format!("> GET /me?access_token=sentinel HTTP/1.1\n> Host: {nobody}\n>\n");
    let curl = format!("curl 'http://{nobody}/me?access_token=sentinel'");
    let path = user.home.path().join("curl.txt");
    fs::write(&path, &curl).unwrap();
    let file = path.to_str().unwrap();
    let (codes, said) = explained(&user, &[file, "--probe"]);
    assert!(
        codes.contains(&"network/refused".to_owned()),
        "{codes:?} {log}"
    );
    assert!(said.contains(&format!("Asking http://{nobody}/")), "{said}");
    assert!(!said.contains("sentinel"), "{said}");
    let (codes, said) = explained(&user, &[file]);
    assert!(!codes.contains(&"network/refused".to_owned()) && said.is_empty());
    // What was answered once could be reached, from wherever it was asked.
    let answered = format!(
        "GET http://{nobody}/me HTTP/1.1\nAuthorization: Bearer sentinel-token\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\"\n\n"
    );
    fs::write(&path, answered).unwrap();
    let (codes, said) = explained(&user, &[file, "--probe"]);
    assert!(
        !codes.contains(&"network/refused".to_owned()),
        "{codes:?} {said}"
    );
    let (_, said) = explained(
        &user,
        &["https://app.example/cb?error=access_denied", "--probe"],
    );
    assert!(said.starts_with("Nothing to ask"), "{said}");
}

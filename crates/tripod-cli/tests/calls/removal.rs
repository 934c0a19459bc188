//! `tripod profile remove --revoke`: the provider hears of it, or nothing happens.

use super::*;

fn remaining(user: &User) -> Value {
    serde_json::from_str(&user.said(&["profile", "list", "--json"])).unwrap()
}

#[test]
fn what_was_revoked_is_good_for_nothing_and_gone() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let exported = user.home.path().join("copy.json");
    user.said(&[
        "profile",
        "export",
        "work",
        "-o",
        exported.to_str().unwrap(),
    ]);
    assert_eq!(
        user.said(&["profile", "remove", "work", "--revoke"]),
        "Removed work.\n"
    );
    assert_eq!(remaining(&user), serde_json::json!([]));

    // Whoever has a copy finds both tokens dead.
    user.said(&["profile", "import", exported.to_str().unwrap()]);
    let me = user.at("/api/me");
    let refused = user.tripod(&["request", "GET", &me, "-p", "work", "--fail"]);
    let refused = { refused }.output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(4), "{said}");
    assert!(said.contains("tripod login work"), "{said}");
    // RFC 7009 §2.2: a token that is none any more is no error.
    user.said(&["profile", "remove", "work", "--revoke"]);
}

#[test]
fn what_cannot_be_revoked_is_not_removed_either() {
    let user = User::new();
    let login = oauth1(&user);
    let login: Vec<_> = login.iter().map(String::as_str).collect();
    succeeded(&user.log_in(&[&login[..], &["--no-browser"]].concat()));
    succeeded(&user.by_issuer("work"));
    let before = remaining(&user);
    let remove = |name: &str| {
        let mut command = user.tripod(&["profile", "remove", name, "--revoke"]);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("nothing was removed"), "{said}");
        (output.status.code(), said)
    };
    let (code, said) = remove("photos");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("OAuth 1 has no request"), "{said}");
    user.provider.signal("KILL");
    while TcpStream::connect(user.provider.address()).is_ok() {}
    let (code, said) = remove("work");
    assert_eq!(code, Some(5), "{said}");
    assert_eq!(remaining(&user), before);
    // Without the provider's word it is removed all the same, if that is wanted.
    user.said(&["profile", "remove", "work"]);
    user.said(&["profile", "remove", "photos"]);
    assert_eq!(remaining(&user), serde_json::json!([]));
}

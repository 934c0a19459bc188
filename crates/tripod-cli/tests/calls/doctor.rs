//! `tripod doctor`: each mistake is made once, and found.

use super::*;

/// Changes what a profile says, or what the vault has for it.
fn change(user: &User, name: &str, change: impl FnOnce(&mut Value)) {
    let path = user.home.path().join("changed.json");
    let file = path.to_str().unwrap();
    user.said(&["profile", "export", name, "-o", file]);
    let mut archive: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut archive["profiles"][name]);
    fs::write(&path, archive.to_string()).unwrap();
    user.said(&["profile", "import", file, "--replace"]);
}

/// Looks at a profile, for machines and for people.
struct Looked {
    json: Value,
    text: String,
    code: Option<i32>,
}

impl Looked {
    #[track_caller]
    fn at(user: &User, arguments: &[&str]) -> Self {
        let mut with_json = vec!["doctor"];
        with_json.extend(arguments);
        let text = user.tripod(&with_json).output().unwrap();
        with_json.push("--json");
        let json = user.tripod(&with_json).output().unwrap();
        assert_eq!(text.status.code(), json.status.code());
        let said = String::from_utf8_lossy(&json.stderr).into_owned();
        Self {
            json: serde_json::from_slice(&json.stdout).expect(&said),
            text: String::from_utf8(text.stdout).unwrap(),
            code: text.status.code(),
        }
    }

    fn step(&self, name: &str) -> &Value {
        let steps = self.json["checks"].as_array().unwrap();
        steps.iter().find(|step| step["step"] == name).unwrap()
    }

    /// The first finding of the step that failed first.
    #[track_caller]
    fn failed(&self, step: &str, code: &str, exit: i32) -> &Value {
        let steps = self.json["checks"].as_array().unwrap();
        let failed = steps.iter().find(|step| step["outcome"] == "failed");
        let failed = failed.unwrap_or_else(|| panic!("nothing failed: {}", self.text));
        let first = &failed["findings"][0];
        assert_eq!(
            (failed["step"].as_str(), first["code"].as_str()),
            (Some(step), Some(code)),
            "{}",
            self.text
        );
        assert_eq!(self.code, Some(exit), "{}", self.text);
        // People read the same, in full.
        for due in [code, "→"] {
            assert!(self.text.contains(due), "{due}: {}", self.text);
        }
        first
    }

    #[track_caller]
    fn advises(&self, command: &str) {
        let line = format!("$ {command}");
        let is_there = self.text.lines().any(|own| own.trim() == line);
        assert!(is_there, "{command}: {}", self.text);
    }
}

fn robot(user: &User) {
    let secret = user.home.path().join("secret.txt");
    fs::write(&secret, "dev-client-secret\n").unwrap();
    let issuer = user.at("");
    user.said(&[
        "login",
        "robot",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-client",
        "--client-secret-file",
        secret.to_str().unwrap(),
        "--scope",
        "read",
        "--client-credentials",
    ]);
}

fn photos(user: &User) {
    let mut arguments = oauth1(user);
    arguments.push("--no-browser".to_owned());
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    succeeded(&user.log_in(&arguments));
}

#[test]
fn all_is_well() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let token = user.said(&["token", "work"]);
    let me = user.at("/api/me");
    let looked = Looked::at(&user, &["work", "--url", &me]);
    assert_eq!(looked.code, Some(0), "{}", looked.text);
    assert_eq!(looked.json["ok"], true);
    for (step, outcome) in [
        ("configuration", "passed"),
        ("network", "passed"),
        ("clock", "passed"),
        ("discovery", "passed"),
        ("client_authentication", "passed"),
        ("redirect_uri", "passed"),
        ("token", "passed"),
        ("scope", "passed"),
        ("refresh", "skipped"),
        ("resource", "passed"),
    ] {
        let step = looked.step(step);
        assert_eq!(step["outcome"], outcome, "{step}: {}", looked.text);
        assert!(step["milliseconds"].is_u64());
    }
    assert!(!looked.text.contains(token.trim()));
    assert!(
        looked
            .text
            .contains("Nothing is wrong, as far as this shows.")
    );
    // Looking has used nothing up.
    assert_eq!(user.said(&["token", "work"]), token);
    let refreshed = Looked::at(&user, &["work", "--url", &me, "--allow-consuming"]);
    assert_eq!(refreshed.code, Some(0), "{}", refreshed.text);
    assert_eq!(refreshed.step("refresh")["outcome"], "passed");
    assert_ne!(user.said(&["token", "work"]), token);
}

#[test]
fn all_is_well_where_nobody_is_asked_and_with_tokens_that_are_bound() {
    let user = User::new();
    robot(&user);
    let looked = Looked::at(&user, &["robot"]);
    assert_eq!(looked.code, Some(0), "{}", looked.text);
    assert_eq!(looked.step("redirect_uri")["outcome"], "skipped");
    assert_eq!(
        looked.step("resource")["outcome"],
        "passed",
        "{}",
        looked.text
    );
    let issuer = user.at("");
    let bound = user.log_in(&[
        "login",
        "bound",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--scope",
        "read",
        "--dpop",
        "--push",
        "--no-browser",
    ]);
    succeeded(&bound);
    let me = user.at("/api/me");
    let looked = Looked::at(&user, &["bound", "--url", &me]);
    assert_eq!(looked.code, Some(0), "{}", looked.text);
}

#[test]
fn a_secret_that_is_wrong() {
    let user = User::new();
    robot(&user);
    change(&user, "robot", |entry| {
        entry["secrets"]["client_secret"] = "another-secret-altogether".into();
    });
    let redirect = ["robot", "--redirect-uri", "http://127.0.0.1:1/callback"];
    let looked = Looked::at(&user, &redirect);
    let code = "oauth2/client-authentication/wrong-secret";
    looked.failed("client_authentication", code, 3);
    looked.advises("tripod login robot --client-secret-file FILE");
    assert!(!looked.text.contains("another-secret-altogether"));
    assert!(
        !looked
            .json
            .to_string()
            .contains("another-secret-altogether")
    );
}

#[test]
fn a_client_that_is_not_known() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    change(&user, "work", |entry| {
        entry["profile"]["client_id"] = "dev-pubilc".into();
    });
    let looked = Looked::at(&user, &["work"]);
    let code = "oauth2/client-authentication/unknown-client";
    looked.failed("client_authentication", code, 3);
    looked.advises("tripod login work --client-id ID");
}

#[test]
fn an_issuer_with_a_slash_too_many() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let issuer = user.at("");
    change(&user, "work", |entry| {
        entry["profile"]["issuer"] = format!("{issuer}/").into();
    });
    let looked = Looked::at(&user, &["work"]);
    let finding = looked.failed("discovery", "oauth2/issuer/mismatch", 6);
    assert_eq!(finding["correction"]["value"], issuer);
    looked.advises(&format!("tripod login work --issuer {issuer}"));
}

#[test]
fn an_issuer_that_publishes_nothing() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    change(&user, "work", |entry| {
        entry["profile"]["issuer"] = user.at("/realms/none").into();
    });
    let looked = Looked::at(&user, &["work"]);
    looked.failed("discovery", "oauth2/issuer/no-metadata", 3);
}

#[test]
fn a_redirect_uri_that_is_not_registered() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let elsewhere = ["work", "--redirect-uri", "http://127.0.0.1:8080/elsewhere"];
    let looked = Looked::at(&user, &elsewhere);
    looked.failed("redirect_uri", "oauth2/redirect-uri/mismatch", 3);
    let in_clear = ["work", "--redirect-uri", "http://app.example/callback"];
    let looked = Looked::at(&user, &in_clear);
    looked.failed("configuration", "setup/invalid", 2);
    assert_eq!(looked.step("network")["outcome"], "skipped");
}

#[test]
fn a_token_that_is_over_revoked_or_not_there() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let token = user.said(&["token", "work"]);
    let form = format!("client_id=dev-public&token={}", token.trim());
    assert_eq!(user.provider.post("/oauth2/revoke", "", &form).status, 200);
    let me = user.at("/api/me");
    let looked = Looked::at(&user, &["work", "--url", &me]);
    looked.failed("resource", "oauth2/access-token/revoked", 3);
    looked.advises("tripod login work");
    change(&user, "work", |entry| {
        entry["secrets"]["tokens"]["expires_at"] = 1_700_000_000.into();
        entry["secrets"]["tokens"]["refresh_token"] = Value::Null;
    });
    let looked = Looked::at(&user, &["work"]);
    looked.failed("token", "setup/login-over", 4);
    looked.advises("tripod login work");
    fs::remove_dir_all(user.home.path().join("data")).unwrap();
    let looked = Looked::at(&user, &["work"]);
    looked.failed("token", "setup/not-logged-in", 4);
}

#[test]
fn a_refresh_token_that_is_dead() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    change(&user, "work", |entry| {
        entry["secrets"]["tokens"]["refresh_token"] =
            "0000000000000000000000000000000000000000000".into();
    });
    let looked = Looked::at(&user, &["work"]);
    assert_eq!(looked.code, Some(0), "{}", looked.text);
    let looked = Looked::at(&user, &["work", "--allow-consuming"]);
    looked.failed("refresh", "oauth2/refresh/revoked", 4);
    looked.advises("tripod login work");
}

#[test]
fn a_scope_that_was_not_granted() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    change(&user, "work", |entry| {
        entry["profile"]["scopes"] = serde_json::json!(["read", "email"]);
    });
    let looked = Looked::at(&user, &["work"]);
    looked.failed("scope", "oauth2/scope/not-granted", 3);
    looked.advises("tripod login work --scope 'read email'");
}

#[test]
fn servers_that_cannot_be_reached() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for (issuer, code) in [
        ("https://no-such-host.invalid", "network/name-unknown"),
        (nobody.as_str(), "network/refused"),
    ] {
        change(&user, "work", |entry| {
            entry["profile"]["issuer"] = issuer.into();
        });
        let looked = Looked::at(&user, &["work"]);
        looked.failed("network", code, 5);
        looked.advises(&format!("curl -v {issuer}"));
        assert_eq!(looked.step("discovery")["outcome"], "skipped");
    }
}

#[test]
fn a_certificate_that_nobody_here_trusts() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let home = tempfile::tempdir().unwrap();
    let server = Running::begin(home.path(), &["--dev", "--tls-self-signed"]);
    let issuer = format!("https://{}", server.address());
    change(&user, "work", |entry| {
        entry["profile"]["issuer"] = issuer.into();
    });
    let looked = Looked::at(&user, &["work"]);
    looked.failed("network", "network/tls-untrusted", 5);
    looked.advises("tripod login work --ca-file FILE");
}

#[test]
fn oauth_1_is_looked_at_the_same_way() {
    let user = User::new();
    photos(&user);
    let me = user.at("/api/me");
    let looked = Looked::at(&user, &["photos", "--url", &me]);
    assert_eq!(looked.code, Some(0), "{}", looked.text);
    for step in ["client_authentication", "redirect_uri", "token", "resource"] {
        assert_eq!(looked.step(step)["outcome"], "passed", "{}", looked.text);
    }
    let elsewhere = "https://app.example/elsewhere";
    let looked = Looked::at(&user, &["photos", "--redirect-uri", elsewhere]);
    looked.failed("redirect_uri", "oauth1/callback/not-approved", 3);
    change(&user, "photos", |entry| {
        entry["secrets"]["tokens"]["token"] = "0000000000000000000000000000000000000000000".into();
    });
    let looked = Looked::at(&user, &["photos", "--url", &me]);
    looked.failed("resource", "oauth1/token/rejected", 3);
    looked.advises("tripod login photos");
    change(&user, "photos", |entry| {
        entry["secrets"]["client_secret"] = "another-secret-altogether".into();
    });
    let looked = Looked::at(&user, &["photos"]);
    let finding = looked.failed(
        "client_authentication",
        "oauth1/signature/fits-the-request",
        3,
    );
    assert_eq!(finding["likelihood"], "likely");
    looked.advises("tripod login photos --client-secret-file FILE");
    assert!(!looked.text.contains("another-secret-altogether"));
    change(&user, "photos", |entry| {
        entry["profile"]["client_id"] = "dev-cosnumer".into();
    });
    let looked = Looked::at(&user, &["photos"]);
    looked.failed("client_authentication", "oauth1/consumer-key/unknown", 3);
    looked.advises("tripod login photos --client-id KEY --client-secret-file FILE");
}

#[test]
fn what_is_installed_is_looked_at_without_a_profile() {
    let home = tempfile::tempdir().unwrap();
    let said = succeeded(&tripod_in(home.path(), &["doctor"]).output().unwrap());
    assert!(said.contains("tripod login PROFILE"), "{said}");
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let said = user.said(&["doctor"]);
    for due in ["1 profile in", "tripod doctor work", "logged in"] {
        assert!(said.contains(due), "{due}: {said}");
    }
    let json: Value = serde_json::from_str(&user.said(&["doctor", "--json"])).unwrap();
    assert_eq!(json["profiles"][0]["name"], "work");
    let output = user.tripod(&["doctor", "wrok"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let broken = user.home.path().join("config/tripod/profiles.toml");
    fs::write(broken, "profiles = 3").unwrap();
    let output = user.tripod(&["doctor"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

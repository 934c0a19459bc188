use tripod_oauth2::metadata::Issuer;

use super::*;

fn config(text: &str) -> Result<Config, String> {
    let mut config = Config::new(Issuer::parse("https://id.example").unwrap());
    let file = ConfigFile::parse(text)?;
    let applied = file.apply(&mut config);
    applied.map(|()| config).map_err(|error| error.to_string())
}

#[test]
fn a_file_says_everything() {
    let config = config(
        r#"
        issuer = "https://id.example"
        listen = "[::1]:443"
        name = "Example"
        default_scope = "read"
        grants = ["authorization_code", "refresh_token"]
        registration = "closed"
        dpop_nonce = "required"
        metrics = "nobody"

        [scopes]
        read = "Read your photos"

        [[resources]]
        resource = "https://api.example"
        format = "jwt"

        [oauth1]
        methods = ["HMAC-SHA256"]
        tolerance = "10m"

        [lifetimes]
        access_token = "15m"
        refresh_retry = "0s"

        [limits]
        attempts = 5
        body = 2048
        "#,
    )
    .unwrap();
    assert_eq!(config.name, "Example");
    assert_eq!(config.description("read"), Some("Read your photos"));
    assert_eq!(config.grants.len(), 2);
    assert_eq!(config.registration, Registration::Closed);
    assert_eq!(config.resources[0].format, AccessTokenFormat::Jwt);
    let oauth1 = config.oauth1.unwrap();
    assert_eq!(oauth1.methods.len(), 1);
    assert_eq!(oauth1.tolerance.as_secs(), 600);
    assert_eq!(config.lifetimes.access_token.as_secs(), 900);
    assert_eq!(config.limits.attempts, Some(5));
}

#[test]
fn without_a_word_nothing_changes() {
    let config = config("").unwrap();
    assert_eq!(
        config.lifetimes,
        tripod_provider::config::Lifetimes::default()
    );
    assert!(config.oauth1.is_some());
    assert!(
        self::config("[oauth1]\nenabled = false")
            .unwrap()
            .oauth1
            .is_none()
    );
}

#[test]
fn what_is_unknown_is_refused_with_what_was_meant() {
    for (text, said) in [
        (
            "isuer = \"a\"",
            "line 1: there is no `isuer`; did you mean `issuer`?",
        ),
        (
            "\n[lifetimes]\naccess_tokens = \"1h\"",
            "line 2: there is no `access_tokens`; did you mean `access_token`?",
        ),
        ("zzz = 1", "line 1: there is no `zzz`"),
        (
            "registration = \"opened\"",
            "line 1: there is no `opened`; did you mean `open`?",
        ),
    ] {
        assert_eq!(config(text).unwrap_err(), said);
    }
}

#[test]
fn values_that_make_no_sense_are_refused() {
    for (text, said) in [
        (
            "[lifetimes]\naccess_token = \"soon\"",
            "a length of time is written as",
        ),
        ("[lifetimes]\naccess_token = 3600", "invalid type"),
        (
            "[lifetimes]\naccess_token = \"0s\"",
            "`lifetimes.access_token` is 1s to 1year",
        ),
        (
            "[lifetimes]\nauthorization_code = \"1h\"",
            "`lifetimes.authorization_code` is 1s to 10m",
        ),
        ("[limits]\nbody = 3", "`limits.body` is 1024 to 16777216"),
        ("[scopes]\n\"a b\" = \"x\"", "is no scope"),
        ("[scopes]\nread = \" \"", "`scopes.read` says nothing"),
        ("default_scope = \"read\"", "which is not among the scopes"),
        (
            "grants = [\"implicit\"]",
            "names `implicit`; there are authorization_code",
        ),
        (
            "[oauth1]\nmethods = [\"MD5\"]",
            "names `MD5`; there are HMAC-SHA1",
        ),
        ("[oauth1]\nmethods = []", "names no method"),
        ("[[resources]]\nresource = \"here\"", "`resources.resource`"),
        ("issuer = ", "line 1"),
    ] {
        let refused = config(text).unwrap_err();
        assert!(refused.contains(said), "{text}: {refused}");
    }
}

#[test]
fn the_example_of_the_readme_can_be_used() {
    let readme = include_str!("../../README.md");
    let (_, example) = readme.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let config = config(example).unwrap();
    assert_eq!(config.description("read"), Some("Read your photos"));
    assert_eq!(config.grants.len(), 3);
}

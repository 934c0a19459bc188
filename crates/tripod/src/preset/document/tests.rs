use proptest::prelude::*;

use super::*;
use crate::preset::built_in;

const SOUND: &str = r#"title = "Mine"

[oauth2]
token_endpoint = "https://id.example.com/token"
"#;

fn refusal(text: &str) -> String {
    Preset::parse("mine", text).unwrap_err().to_string()
}

#[test]
fn little_is_needed() {
    let preset = Preset::parse("mine", SOUND).unwrap();
    assert_eq!(preset.title, "Mine");
    assert_eq!(preset.facts.len(), 1);
}

#[test]
fn a_field_that_is_not_known_is_refused_with_the_nearest_name() {
    for (text, line) in [
        (
            SOUND.replace("token_endpoint", "tokn_endpoint"),
            "line 4: `tokn_endpoint` is not known here; did you mean `token_endpoint`?",
        ),
        (
            format!("titel = \"x\"\n{SOUND}"),
            "line 1: `titel` is not known here; did you mean `title`?",
        ),
        (
            format!("{SOUND}pkce = \"suported\"\n"),
            "line 5: `suported` is not known here; did you mean `supported`?",
        ),
        (
            format!("{SOUND}scope_separator = \"zzzzzzzz\"\n"),
            "line 5: `zzzzzzzz` is not known here; known are `comma`, `plus`, `space`",
        ),
        (
            format!("{SOUND}[oauth2.refresh]\nrotate = true\n"),
            "line 6: `rotate` is not known here; did you mean `rotates`?",
        ),
        (
            format!("{SOUND}[oauth2.quirks]\ncamelcase = true\n"),
            "line 6: `camelcase` is not known here; did you mean `camel_case`?",
        ),
        (
            "title = \"x\"\n[oauth1]\nsignature_methods = [\"HMAC-SHA255\"]\n".to_owned(),
            "line 3: `HMAC-SHA255` is not known here; did you mean one of `HMAC-SHA256`, `HMAC-SHA1`, \
             `HMAC-SHA512`?",
        ),
    ] {
        let refusal = refusal(&text);
        assert_eq!(refusal, line, "{text}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_line() {
    for (text, reason) in [
        ("title = ", "line 1: "),
        (
            "title = 1\n[oauth2]\ntoken_endpoint = \"https://a.example/\"\n",
            "line 1: invalid type",
        ),
        (
            "title = \"x\"\n",
            "there has to be one table [oauth1] or [oauth2], and not both",
        ),
        (
            "title = \"x\"\n[oauth2]\ntoken_endpoint = \"http://a.example/\"\n",
            "line 3: the address has to be https",
        ),
        (
            "title = \"x\"\n[oauth2]\ntoken_endpoint = \"https://{a}.example/\"\n",
            "line 3: `token_endpoint`: `{a}` is not declared: add a table [variables.a]",
        ),
        (
            "title = \"x\"\naliases = [\"A b\"]\n[oauth2]\ntoken_endpoint = \"https://a.example/\"\n",
            "line 2: `A b` is no name",
        ),
        (
            "title = \"x\"\n[oauth1]\nsignature_methods = []\n",
            "line 3: at least one signature method is needed",
        ),
        (
            "title = \"x\"\n[oauth1]\nsignature_methods = [\"HMAC-SHA1\"]\nrealm = { netsuite_account = \"a\" }\n",
            "line 4: `realm`: `{a}` is not declared",
        ),
    ] {
        let refusal = refusal(text);
        assert!(refusal.starts_with(reason), "{refusal}");
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    for (more, reason) in [
        (
            "[oauth2.token_parameters]\nclient_secret = \"x\"\n",
            "`client_secret`: this parameter is set by",
        ),
        (
            "[oauth2.authorization_parameters]\nredirect_uri = \"x\"\n",
            "`redirect_uri`: this parameter",
        ),
        (
            "[oauth2.offline]\nparameters = { state = \"x\" }\n",
            "`state`: this parameter is set by",
        ),
        (
            "default_scopes = [\"a b\"]\n",
            "`scopes`: `scope` is not made of",
        ),
        (
            "grants = [\"authorization_code\"]\n",
            "`authorization_endpoint`: the grant",
        ),
        (
            "[variables.a]\ndescription = \"d\"\nkind = \"label\"\n",
            "`variables.a`: no address uses it",
        ),
        (
            "[[sources]]\nread_in = \"x\"\nfacts = [\"pkce\"]\n",
            "a source names the fact `pkce`",
        ),
    ] {
        let refusal = refusal(&format!("{SOUND}{more}"));
        assert!(refusal.contains(reason), "{refusal}");
    }
}

#[test]
fn a_variable_has_to_accept_its_own_default() {
    let text = "title = \"x\"\n[variables.a]\ndescription = \"d\"\nkind = \"label\"\ndefault = \"b/c\"\n\
                [oauth2]\ntoken_endpoint = \"https://{a}.example/\"\n";
    assert_eq!(
        refusal(text),
        "line 2: `variables.a`: its own `default` or `example` is not a value that it accepts"
    );
}

#[test]
fn a_user_need_not_name_sources() {
    let preset = Preset::parse("mine", SOUND).unwrap();
    assert_eq!(preset.facts[0].sources, [0; 0]);
    for name in ["", "A", "a b", "../a", "-a", "é"] {
        let error = Preset::parse(name, SOUND).unwrap_err();
        assert!(matches!(error.problem, Problem::Name { .. }), "{name}");
    }
}

#[test]
fn nothing_a_terminal_would_obey_is_repeated() {
    let refusal = refusal("\"\\u001b[31m\" = 1\ntitle = \"x\"\n[oauth2]\n");
    assert!(!refusal.contains('\u{1b}'), "{refusal:?}");
}

#[test]
fn what_is_nested_without_end_is_refused() {
    let text = format!("title = {}", "[".repeat(100_000));
    assert!(Preset::parse("mine", &text).is_err());
    let text = format!("{SOUND}[oauth2.access_token]\nlifetime = -1\n");
    assert!(refusal(&text).starts_with("line 6: "));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_preset_is_read_or_refused_and_never_panics(
        which in 0..built_in::TABLE.len(),
        at in 0.0..1.0_f64,
        patch in "[\\[\\]{}\"=#.a-z\\n ]{0,6}",
        cut in 0..20_usize,
    ) {
        let (name, text) = built_in::TABLE[which];
        let characters: Vec<char> = text.chars().collect();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a short text"
        )]
        let at = (at * characters.len() as f64) as usize;
        let rest = characters.iter().skip(at + cut);
        let damaged: String = characters[..at].iter().copied().chain(patch.chars()).chain(rest.copied()).collect();
        if let Err(error) = Preset::parse(name, &damaged) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

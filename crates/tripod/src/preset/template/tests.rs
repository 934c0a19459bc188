use proptest::prelude::*;

use super::*;

fn declared(kind: VariableKind) -> BTreeMap<String, Variable> {
    let variable = Variable {
        description: String::new(),
        kind,
        choices: vec!["com".to_owned()],
        default: None,
        example: None,
    };
    BTreeMap::from([("v".to_owned(), variable)])
}

fn check(text: &str, kind: VariableKind) -> Result<(), TemplateError> {
    Template::parse(text)?.check(&declared(kind))
}

#[test]
fn addresses_that_are_not_safe_are_refused() {
    for text in [
        "",
        "x",
        "http://a.example/",
        "ftp://a.example/",
        "//a.example/",
        "http://127.0.0.1.a/",
        "http://localhost.a/",
        "http://127.0.0.1@a/",
        "https:///a",
        "https://:1/",
        "https://?a",
        "HTTPS://a/",
    ] {
        let error = Template::parse(text).unwrap_err();
        assert!(
            matches!(error, TemplateError::Scheme | TemplateError::Character),
            "{text}"
        );
    }
    for text in [
        "https://a/#b",
        "https://u@a/",
        "https://a b/",
        "https://é/",
        "https://a\\b",
    ] {
        assert_eq!(
            Template::parse(text),
            Err(TemplateError::Character),
            "{text}"
        );
    }
    for text in [
        "https://a/{",
        "https://a/{}",
        "https://a/{B}",
        "https://a/{b-c}",
        "https://{a",
    ] {
        assert_eq!(Template::parse(text), Err(TemplateError::Brace), "{text}");
    }
    for text in [
        "http://127.0.0.1:8080/a",
        "http://[::1]/",
        "http://localhost",
        "https://a?b=c",
    ] {
        assert!(Template::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn a_variable_stands_where_its_kind_can_do_no_harm() {
    use VariableKind::{BaseUri, Choice, Domain, Label, Segment};
    for (text, kind) in [
        ("https://{v}.example.com/a", Label),
        ("https://a.{v}.example.com/a", Label),
        ("https://{v}/a", Domain),
        ("https://{v}.example.com", Domain),
        ("https://accounts.zoho.{v}/oauth", Choice),
        ("https://a.example/{v}/b", Segment),
        ("https://a.example/{v}", Segment),
        ("{v}/b", BaseUri),
    ] {
        assert_eq!(check(text, kind), Ok(()), "{text}");
    }
    for (text, kind) in [
        ("{v}/b", Label),
        ("{v}", BaseUri),
        ("{v}evil", BaseUri),
        ("https://{v}/a", BaseUri),
        ("https://{v}a.example/", Label),
        ("https://a{v}.example/", Label),
        ("https://{v}:1/", Domain),
        ("https://a.example:{v}/", Label),
        ("https://{v}.example/", Segment),
        ("https://a.example/{v}", Domain),
        ("https://a.example/x{v}", Segment),
        ("https://a.example/{v}x", Segment),
        ("https://a.example/?x={v}", Segment),
        ("https://a.example?/{v}", Segment),
        ("https://{v}{v}/", Label),
    ] {
        let name = "v".to_owned();
        assert_eq!(
            check(text, kind),
            Err(TemplateError::Place { name }),
            "{text}"
        );
    }
    let name = "w".to_owned();
    assert_eq!(
        check("https://{w}.example/", Label),
        Err(TemplateError::Undeclared { name })
    );
}

#[test]
fn an_address_is_given_once_all_is_filled_in() {
    let mut template = Template::parse("{v}/oauth/token").unwrap();
    assert_eq!(template.uri().unwrap_err().variable, "v");
    template.fill(&BTreeMap::from([("v", "https://jira.example.com/jira/")]));
    assert_eq!(
        template.uri().unwrap(),
        "https://jira.example.com/jira/oauth/token"
    );
}

proptest! {
    #[test]
    fn no_value_that_is_accepted_leads_to_another_host(value in ".{0,40}") {
        for (text, kind, prefix, suffix) in [
            ("https://{v}.example.com/a", VariableKind::Label, "", ".example.com"),
            ("https://{v}.example.com/a", VariableKind::Domain, "", ".example.com"),
            ("https://x.example.com/{v}/a", VariableKind::Segment, "x.example.com", ""),
        ] {
            let variables = declared(kind);
            let mut template = Template::parse(text).unwrap();
            template.check(&variables).unwrap();
            if variables["v"].accepts(&value) {
                template.fill(&BTreeMap::from([("v", value.as_str())]));
                let uri: http::Uri = template.uri().unwrap().parse().unwrap();
                let host = uri.host().unwrap();
                prop_assert!(host.starts_with(prefix) && host.ends_with(suffix));
                prop_assert_eq!(uri.port(), None);
                prop_assert!(uri.path().ends_with("/a"));
                prop_assert!(uri.query().is_none());
            }
        }
    }

    #[test]
    fn reading_never_panics(text in "[a-z:/?#@{}.]{0,30}") {
        let _ = Template::parse(&text).map(|template| template.check(&declared(VariableKind::Label)));
    }
}

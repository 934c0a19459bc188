use super::*;

fn explained() -> Explained {
    let evidence = tripod_doctor::evidence::Evidence::read(
        b"https://app.example/cb?error=invalid_request&error_description=AADSTS50011",
        tripod_doctor::known::Known::default(),
    );
    let now = tripod_core::timestamp::Timestamp::from_unix(0);
    Explained {
        remark: None,
        findings: tripod_doctor::diagnose::diagnose(&evidence, now),
        address: "http://127.0.0.1:9090/dev/exchanges/7".to_owned(),
    }
}

#[test]
fn a_description_has_no_character_that_is_forbidden() {
    let hostile = "a \"quoted\" \\ \u{1f4a5} \r\nSet-Cookie: x=1 …";
    let description = explained().description(Some(hostile));
    let is_permitted = |c| matches!(c, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    assert!(description.chars().all(is_permitted), "{description}");
    assert!(description.starts_with("a 'quoted' / ?"), "{description}");
    let long = explained().description(Some(&"a".repeat(5000)));
    assert_eq!(long.len(), LONGEST + 3);
}

#[test]
fn challenges_stay_challenges() {
    let told = explained();
    let field = r#"Bearer realm="a", error="invalid_token", error_description="old", scope="read""#;
    let challenged = told.challenged(field).unwrap();
    let challenge = Challenge::parse(&challenged).unwrap().remove(0);
    assert_eq!(challenge.realm.as_deref(), Some("a"));
    assert!(challenge.error_description.unwrap().starts_with("old -- "));
    assert_eq!(
        challenge.extra.all(NAME).next(),
        Some(told.address.as_str())
    );
    assert!(HeaderValue::try_from(challenged).is_ok());

    let field =
        r#"OAuth realm="a", oauth_problem="nonce_used", oauth_problem_advice="old%20one", b="c""#;
    let challenged = told.challenged(field).unwrap();
    assert!(
        challenged.starts_with(
            r#"OAuth realm="a", oauth_problem="nonce_used", b="c", oauth_problem_advice="old%20one%20--"#
        ),
        "{challenged}"
    );
    assert_eq!(challenged.matches(ADVICE).count(), 1);
    for field in [
        "Bearer realm=\"a\"",
        "OAuth realm=\"a\"",
        "Basic realm=\"a\"",
    ] {
        assert_eq!(told.challenged(field), None);
    }
}

#[test]
fn a_redirected_error_keeps_all_else_as_it_was() {
    let told = explained();
    let mut headers = HeaderMap::new();
    let location = "https://c.example/cb?error_description=own&error=invalid_scope\
                    &error_description=no+such&state=a%26b%2Bc&iss=x";
    headers.insert(LOCATION, HeaderValue::from_static(location));
    told.redirect(&mut headers);
    let location = headers[LOCATION].to_str().unwrap();
    let front = "https://c.example/cb?error_description=own&error=invalid_scope&error_description=no+such+--+";
    assert!(location.starts_with(front), "{location}");
    assert!(
        location.contains("&state=a%26b%2Bc&iss=x&tripod_explain=http%3A%2F%2F127"),
        "{location}"
    );

    let mut headers = HeaderMap::new();
    headers.insert(LOCATION, HeaderValue::from_static("/sign-in?a=b"));
    told.redirect(&mut headers);
    assert_eq!(headers[LOCATION], "/sign-in?a=b");
}

use http::HeaderValue;
use proptest::option;
use proptest::prelude::*;

use super::*;

fn one(header: &str) -> Challenge {
    let mut challenges = Challenge::parse(header).unwrap();
    assert_eq!(challenges.len(), 1, "{header}");
    challenges.remove(0)
}

fn schemes(header: &str) -> Vec<String> {
    Challenge::parse(header)
        .unwrap()
        .iter()
        .map(|challenge| challenge.scheme.to_string())
        .collect()
}

#[test]
fn the_challenges_of_rfc_6750_are_read_and_written() {
    let plain = one(r#"Bearer realm="example""#);
    assert_eq!(plain.realm.as_deref(), Some("example"));
    assert_eq!(plain.encode(), r#"Bearer realm="example""#);
    let header = r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#;
    let expired = one(header);
    assert_eq!(expired.error, Some(ErrorCode::InvalidToken));
    assert_eq!(expired.encode(), header);
    let scope = one(r#"Bearer scope="urn:example:channel=HBO&urn:example:rating=G,PG-13""#)
        .scope
        .unwrap();
    assert_eq!(scope.iter().count(), 1);
}

#[test]
fn the_challenges_of_rfc_9470_are_read() {
    // RFC 9470 §3
    let acr = one(
        r#"Bearer error="insufficient_user_authentication", error_description="A different authentication level is required", acr_values="myACR""#,
    );
    assert_eq!(acr.error, Some(ErrorCode::InsufficientUserAuthentication));
    assert_eq!(acr.acr_values.as_deref(), Some("myACR"));
    let age = one(
        r#"Bearer error="insufficient_user_authentication", error_description="More recent authentication is required", max_age="5""#,
    );
    assert_eq!(age.max_age, Some(5));
    assert_eq!(one("Bearer max_age=5").max_age, Some(5));
    let written = Challenge::step_up(Scheme::Bearer, Some("myACR".to_owned()), Some(5)).encode();
    assert_eq!(
        written,
        r#"Bearer error="insufficient_user_authentication", acr_values="myACR", max_age="5""#
    );
}

#[test]
fn the_challenges_of_rfc_9449_are_read() {
    // RFC 9449 §7.1 and §9
    let dpop = one(r#"DPoP algs="ES256 PS256""#);
    assert_eq!(
        (dpop.scheme, dpop.algs.as_deref()),
        (Scheme::Dpop, Some("ES256 PS256"))
    );
    let nonce = one(
        r#"DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof""#,
    );
    assert_eq!(nonce.error, Some(ErrorCode::UseDpopNonce));
}

#[test]
fn the_challenge_of_rfc_9728_is_read() {
    // RFC 9728 §5.1
    let header = r#"Bearer resource_metadata="https://resource.example.com/.well-known/oauth-protected-resource""#;
    let uri = "https://resource.example.com/.well-known/oauth-protected-resource";
    assert_eq!(one(header).resource_metadata.as_deref(), Some(uri));
    assert_eq!(one(header).encode(), header);
}

#[test]
fn several_challenges_in_one_header_are_told_apart() {
    // RFC 9449 §7.1
    let header =
        r#"Bearer error="invalid_token", error_description="Invalid token", DPoP algs="ES256""#;
    assert_eq!(schemes(header), ["Bearer", "DPoP"]);
    // RFC 9110 §11.6.1
    let header = r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#;
    let challenges = Challenge::parse(header).unwrap();
    assert_eq!(schemes(header), ["Basic", "Newauth"]);
    assert_eq!(
        challenges[1].extra.single("title"),
        Ok(Some("Login to \"apps\""))
    );
    assert_eq!(
        schemes("Negotiate, Basic realm=a, NTLM"),
        ["Negotiate", "Basic", "NTLM"]
    );
    assert_eq!(schemes(" , ,Bearer , , DPoP,"), ["Bearer", "DPoP"]);
    let negotiate = one("Negotiate a87421000492aa874209af8bc028==");
    assert_eq!(
        negotiate.token68.as_deref(),
        Some("a87421000492aa874209af8bc028==")
    );
    assert_eq!(
        schemes("Negotiate YWJj, Bearer realm=\"Basic a=b, DPoP\""),
        ["Negotiate", "Bearer"]
    );
}

#[test]
fn several_headers_are_read_in_order() {
    let mut headers = HeaderMap::new();
    for value in ["DPoP algs=\"ES256\"", "bearer", "Basic realm=\"\u{e9}\""] {
        headers.append(
            WWW_AUTHENTICATE,
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    let challenges = Challenge::read(&headers).unwrap();
    let schemes: Vec<&Scheme> = challenges
        .iter()
        .map(|challenge| &challenge.scheme)
        .collect();
    assert_eq!(schemes, [&Scheme::Dpop, &Scheme::Bearer, &Scheme::Basic]);
    assert_eq!(Challenge::read(&HeaderMap::new()), Ok(vec![]));
}

#[test]
fn what_servers_write_carelessly_is_read() {
    for header in [
        r#"bearer realm="a" error="invalid_token""#,
        r#"BEARER REALM="a",ERROR="invalid_token""#,
        "Bearer realm=a,error=invalid_token",
        r#"Bearer realm = "a" ,  error= invalid_token,"#,
        r#"Bearer  error="invalid\_token", realm="\a""#,
    ] {
        let challenge = one(header);
        assert_eq!(challenge.realm.as_deref(), Some("a"), "{header}");
        assert_eq!(challenge.error, Some(ErrorCode::InvalidToken), "{header}");
    }
    assert_eq!(
        one("Bearer error_uri=https://a/b?c=d").error_uri.as_deref(),
        Some("https://a/b?c=d")
    );
}

#[test]
fn what_is_no_challenge_is_refused() {
    for header in [
        "realm=\"a\"",
        "=a",
        "\"a\"",
        "Bearer realm=\"a",
        "Bearer realm=\"a\\",
        "Bearer \"a\"",
        "Bearer é",
        "Bearer max_age=soon",
        "Bearer max_age=-1",
        "Bearer scope=\"a \u{7f}\"",
        "Bearer realm=a, (b)",
    ] {
        assert!(Challenge::parse(header).is_err(), "{header}");
    }
    assert!(Challenge::parse(&"a,".repeat(10_000)).is_err());
    assert_eq!(Challenge::parse(""), Ok(vec![]));
}

#[test]
fn parameters_that_may_not_repeat_are_refused_when_they_do() {
    for name in [
        "realm",
        "scope",
        "error",
        "error_description",
        "error_uri",
        "acr_values",
        "max_age",
        "resource_metadata",
        "algs",
    ] {
        let error = Challenge::parse(&format!("Bearer {name}=1, {name}=1")).unwrap_err();
        assert_eq!((&*error.parameter, error.fault), (name, Fault::Repeated));
        assert!(Challenge::parse(&format!("Bearer {name}=1, DPoP {name}=1")).is_ok());
    }
}

#[test]
fn characters_the_rfc_forbids_are_never_written() {
    let mut challenge = Challenge::new(Scheme::Bearer);
    challenge.realm = Some("a\"b\\c\r\nX-Injected: 1é".to_owned());
    challenge.error = Some(ErrorCode::from("in\"valid"));
    challenge.error_description = Some("a\"b\\c\r\né".to_owned());
    challenge.error_uri = Some("https://a/ b".to_owned());
    let written = challenge.encode();
    assert_eq!(
        written,
        r#"Bearer realm="a\"b\\c??X-Injected: 1?", error="in'valid", error_description="a'b/c???""#
    );
    assert!(HeaderValue::from_str(&written).is_ok());
}

#[test]
fn a_bearer_challenge_always_has_a_parameter() {
    assert_eq!(Challenge::new(Scheme::Bearer).encode(), "Bearer realm=\"\"");
    assert_eq!(
        Challenge::new(Scheme::from("Negotiate")).encode(),
        "Negotiate"
    );
}

#[test]
fn each_error_has_its_status() {
    let status = |error: Option<&str>| {
        let mut challenge = Challenge::new(Scheme::Bearer);
        challenge.error = error.map(ErrorCode::from);
        challenge.status().as_u16()
    };
    assert_eq!(status(None), 401);
    assert_eq!(status(Some("invalid_request")), 400);
    assert_eq!(status(Some("invalid_token")), 401);
    assert_eq!(status(Some("insufficient_scope")), 403);
    assert_eq!(status(Some("insufficient_user_authentication")), 401);
    assert_eq!(status(Some("use_dpop_nonce")), 401);
    let scope = Scope::parse("a").unwrap();
    assert_eq!(
        Challenge::insufficient_scope(Scheme::Dpop, scope)
            .status()
            .as_u16(),
        403
    );
}

proptest! {
    #[test]
    fn parsing_undoes_writing(
        scheme in "(Bearer|DPoP|Basic|X[a-z]{0,5})",
        (realm, resource_metadata, algs) in (option::of("[ -~]{1,9}"), option::of("[ -~]{0,9}"), option::of("[ -~]{0,9}")),
        (error, description) in (option::of("[ !#-\\[\\]-~]{1,9}"), option::of("[ !#-\\[\\]-~]{0,9}")),
        error_uri in option::of("https://[!#-\\[\\]-~]{0,9}"),
        scope in option::of("[a-z]{1,5}( [!#-\\[\\]-~]{1,5})?"),
        (acr_values, max_age) in (option::of("[ -~]{0,9}"), option::of(any::<u64>())),
        extra in option::of(("x[a-z]{0,9}", "[ -~]{0,9}")),
        token68 in option::of("[A-Za-z0-9._~+/-]{1,9}={0,2}"),
        other in "(Bearer|Z)",
    ) {
        let mut challenge = Challenge::new(Scheme::from(scheme.as_str()));
        if token68.is_some() {
            challenge.token68 = token68;
        } else {
            (challenge.realm, challenge.resource_metadata, challenge.algs) = (realm, resource_metadata, algs);
            challenge.error = error.map(|code| ErrorCode::from(code.as_str()));
            (challenge.error_description, challenge.error_uri) = (description, error_uri);
            challenge.scope = scope.map(|scope| Scope::parse(&scope).unwrap());
            (challenge.acr_values, challenge.max_age) = (acr_values, max_age);
            challenge.extra = extra.into_iter().collect();
        }
        let other = Challenge::new(Scheme::from(other.as_str()));
        let header = format!("{}, {}", challenge.encode(), other.encode());
        prop_assert_eq!(Challenge::parse(&header), Ok(vec![challenge, other]));
    }

    #[test]
    fn reading_never_panics(header in "[ -~é]{0,60}", odd in "[a =\",\\\\é]{0,20}") {
        let _ = Challenge::parse(&header);
        let _ = Challenge::parse(&odd);
    }
}

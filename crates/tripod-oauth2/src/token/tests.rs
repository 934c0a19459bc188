use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::authorization_details;
use tripod_core::secret::Secret;

use crate::error::Fault;
use crate::json::Members;

fn parse(form: &str) -> Result<TokenRequest, Malformed> {
    TokenRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
}

/// The requests that the RFCs show, without what authenticates the client.
#[test]
fn the_requests_of_the_rfcs_are_read() {
    let grant = |form| parse(form).unwrap().grant;
    // RFC 6749 §4.1.3
    let mut code = AuthorizationCodeGrant::new("SplxlOBeZQQYbYS6WxSbIA");
    code.redirect_uri = Some("https://client.example.com/cb".to_owned());
    assert_eq!(
        grant(
            "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb"
        ),
        code.into()
    );
    // RFC 6749 §4.3.2
    let password = LegacyPasswordGrant::new("johndoe", "A3ddj3w");
    assert_eq!(
        grant("grant_type=password&username=johndoe&password=A3ddj3w"),
        password.into()
    );
    // RFC 6749 §4.4.2
    assert_eq!(
        grant("grant_type=client_credentials"),
        ClientCredentialsGrant::new().into()
    );
    // RFC 6749 §4.5
    let saml = parse("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&assertion=PEFzc2VydGlvbiBJc3N1ZUluc3RhbnQ").unwrap();
    assert_eq!(
        saml.grant,
        ExtensionGrant::new(GrantType::Saml2Bearer).into()
    );
    assert_eq!(
        saml.extra.single("assertion"),
        Ok(Some("PEFzc2VydGlvbiBJc3N1ZUluc3RhbnQ"))
    );
    // RFC 8628 §3.4
    let device = DeviceCodeGrant::new("GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS");
    let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS&client_id=1406020730";
    assert_eq!(grant(form), device.into());
    assert!(parse(form).unwrap().extra.is_empty());
}

#[test]
fn the_exchange_of_rfc_8693_is_read() {
    // RFC 8693 §2.3
    let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&resource=https%3A%2F%2Fbackend.example.com%2Fapi&subject_token=accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token";
    let request = parse(form).unwrap();
    assert_eq!(
        request.resource[0].as_str(),
        "https://backend.example.com/api"
    );
    let token = "accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC";
    assert_eq!(
        request.grant,
        TokenExchangeGrant::new(token, TokenTypeIdentifier::AccessToken).into()
    );
    let answer = br#"{"access_token":"eyJhbGciOiJFUzI1NiIsImtpZCI6IjllciJ9","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":60}"#;
    let response = TokenResponse::parse(Members::parse(answer).unwrap()).unwrap();
    assert_eq!(
        response.issued_token_type,
        Some(TokenTypeIdentifier::AccessToken)
    );
}

#[test]
fn each_grant_names_what_it_lacks() {
    let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
    let subject = "&subject_token=a&subject_token_type=b";
    for (form, missing) in [
        (String::new(), "grant_type"),
        ("grant_type=".to_owned(), "grant_type"),
        ("grant_type=authorization_code".to_owned(), "code"),
        ("grant_type=authorization_code&code=".to_owned(), "code"),
        ("grant_type=refresh_token".to_owned(), "refresh_token"),
        ("grant_type=password&username=a".to_owned(), "password"),
        ("grant_type=password&password=a".to_owned(), "username"),
        (
            "grant_type=urn:ietf:params:oauth:grant-type:device_code".to_owned(),
            "device_code",
        ),
        (
            "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned(),
            "assertion",
        ),
        (format!("{exchange}&subject_token_type=b"), "subject_token"),
        (format!("{exchange}&subject_token=a"), "subject_token_type"),
        (
            format!("{exchange}{subject}&actor_token=a"),
            "actor_token_type",
        ),
    ] {
        let error = parse(&form).unwrap_err();
        assert_eq!(
            (&*error.parameter, error.fault),
            (missing, Fault::Missing),
            "{form}"
        );
    }
    let error = parse(&format!("{exchange}{subject}&actor_token_type=b")).unwrap_err();
    assert_eq!(error.fault, Fault::Uncalled);
}

#[test]
fn parameters_that_may_not_repeat_are_refused_when_they_do() {
    for form in [
        "grant_type=client_credentials&grant_type=client_credentials",
        "grant_type=authorization_code&code=a&code=a",
        "grant_type=authorization_code&code=a&code_verifier=b&code_verifier=b",
        "grant_type=authorization_code&code=a&redirect_uri=b&redirect_uri=",
        "grant_type=refresh_token&refresh_token=a&refresh_token=b",
        "grant_type=client_credentials&scope=a&scope=b",
        "grant_type=client_credentials&authorization_details=[]&authorization_details=[]",
    ] {
        assert_eq!(parse(form).unwrap_err().fault, Fault::Repeated, "{form}");
    }
}

#[test]
fn malformed_values_are_refused() {
    for form in [
        "grant_type=client_credentials&scope=a%22b",
        "grant_type=client_credentials&resource=api",
        "grant_type=client_credentials&resource=https://a/%23b",
        "grant_type=client_credentials&authorization_details={}",
    ] {
        assert!(
            matches!(parse(form).unwrap_err().fault, Fault::Not(_)),
            "{form}"
        );
    }
}

#[test]
fn what_authenticates_the_client_is_left_to_client_authentication() {
    let form = "grant_type=client_credentials&client_id=a&client_secret=b&client_assertion=c&client_assertion_type=d&x=y";
    let request = parse(form).unwrap();
    assert_eq!(request.extra.iter().collect::<Vec<_>>(), [("x", "y")]);
}

#[test]
fn a_scope_that_was_never_granted_is_named() {
    let granted = Scope::parse("a b").unwrap();
    let mut grant = RefreshTokenGrant::new("r");
    assert_eq!(grant.narrowed(&granted), Ok(&granted));
    grant.scope = Some(Scope::parse("b").unwrap());
    assert_eq!(grant.narrowed(&granted).unwrap().to_string(), "b");
    grant.scope = Some(Scope::parse("b c").unwrap());
    assert_eq!(grant.narrowed(&granted).unwrap_err().to_string(), "c");
}

#[test]
fn a_response_lacks_nothing_that_is_required() {
    for json in [
        "{}",
        r#"{"access_token":"a"}"#,
        r#"{"token_type":"a"}"#,
        r#"{"access_token":"","token_type":"a"}"#,
    ] {
        let error = TokenResponse::parse(Members::parse(json.as_bytes()).unwrap()).unwrap_err();
        assert_eq!(error.fault, Fault::Missing, "{json}");
    }
}

fn secret() -> impl Strategy<Value = Secret> {
    "[ -~]{1,20}".prop_map(Secret::new)
}

fn scope() -> impl Strategy<Value = Option<Scope>> {
    let values = proptest::collection::vec("[!#-\\[\\]-~]{1,8}", 1..4);
    option::of(values.prop_map(|values| Scope::of(values).unwrap()))
}

fn identifier() -> impl Strategy<Value = TokenTypeIdentifier> {
    "(urn:ietf:params:oauth:token-type:(jwt|id_token|access_token)|urn:x:[a-z]{1,5})"
        .prop_map(|identifier| TokenTypeIdentifier::from(identifier.as_str()))
}

fn grant() -> impl Strategy<Value = Grant> {
    prop_oneof![
        (
            secret(),
            option::of("[a-z:/ +&]{1,20}"),
            option::of(secret())
        )
            .prop_map(|(code, uri, verifier)| {
                AuthorizationCodeGrant {
                    code,
                    redirect_uri: uri,
                    code_verifier: verifier,
                }
                .into()
            }),
        (secret(), scope()).prop_map(|(refresh_token, scope)| RefreshTokenGrant {
            refresh_token,
            scope
        }
        .into()),
        scope().prop_map(|scope| ClientCredentialsGrant { scope }.into()),
        (".{1,9}", secret(), scope()).prop_map(|(username, password, scope)| {
            LegacyPasswordGrant {
                username,
                password,
                scope,
            }
            .into()
        }),
        secret().prop_map(|code| DeviceCodeGrant::new(code.expose()).into()),
        (secret(), scope())
            .prop_map(|(assertion, scope)| JwtBearerGrant { assertion, scope }.into()),
        (
            secret(),
            identifier(),
            option::of((secret(), identifier())),
            option::of(identifier()),
            scope()
        )
            .prop_map(|(token, kind, actor, requested, scope)| {
                let mut grant = TokenExchangeGrant::new(token, kind);
                grant.actor = actor.map(|(token, kind)| Actor::new(token, kind));
                grant.requested_token_type = requested;
                grant.audience = vec!["a".to_owned(), "b c".to_owned()];
                grant.scope = scope;
                grant.into()
            }),
        ("urn:x:[a-z]{1,9}", scope()).prop_map(|(name, scope)| {
            let mut grant = ExtensionGrant::new(GrantType::from(name.as_str()));
            grant.scope = scope;
            grant.into()
        }),
    ]
}

proptest! {
    #[test]
    fn parsing_undoes_writing_a_request(
        grant in grant(),
        resource in option::of("https://[a-z]{1,9}/"),
        details in option::of(authorization_details::tests::details()),
        extra in "x_.{0,9}",
    ) {
        let mut request = TokenRequest::new(grant);
        request.resource.extend(resource.map(|uri| Resource::parse(&uri).unwrap()));
        request.authorization_details = details;
        request.extra.push(extra, "1");
        let form = request.encode().to_form();
        prop_assert_eq!(TokenRequest::parse(&Parameters::parse(form.as_bytes()).unwrap()), Ok(request));
    }

    #[test]
    fn parsing_undoes_writing_a_response(
        (token, refresh, id_token) in (secret(), option::of(secret()), option::of(secret())),
        token_type in "[A-Za-z]{1,9}",
        expires_in in option::of(0..u64::MAX),
        scope in scope(),
        issued in option::of(identifier()),
        details in option::of(authorization_details::tests::details()),
        extra in "x_[a-z]{0,9}",
    ) {
        let mut response = TokenResponse::new(token, TokenType::from(token_type.as_str()));
        response.refresh_token = refresh;
        response.id_token = id_token;
        response.expires_in = expires_in;
        response.scope = scope;
        response.issued_token_type = issued;
        response.authorization_details = details;
        response.extra.put(extra, "1");
        let json = response.encode().to_json();
        prop_assert_eq!(TokenResponse::parse(Members::parse(json.as_bytes()).unwrap()), Ok(response));
    }
}

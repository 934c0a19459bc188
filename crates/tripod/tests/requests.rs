//! Requests as providers want them, where they want them otherwise.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, StatusCode};
use tripod::preset::{self, Access, OAuth2, PlacementError, Protocol, RequestError};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signer::SignError;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth2::answer::Answer;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{AuthorizationCodeGrant, RefreshTokenGrant, TokenRequest};

fn oauth2(name: &str, values: &[(&str, &str)]) -> OAuth2 {
    match preset::find(name)
        .unwrap()
        .fill(values.iter().copied())
        .unwrap()
        .protocol
    {
        Protocol::OAuth2(oauth2) => *oauth2,
        other => panic!("{} is no OAuth 2", other.name()),
    }
}

fn own(more: &str) -> OAuth2 {
    let text = format!(
        "title = \"Own\"\n[oauth2]\nauthorization_endpoint = \"https://id.example/authorize?x=y\"\n\
         token_endpoint = \"https://id.example/token\"\n{more}"
    );
    match preset::Preset::parse("own", &text).unwrap().protocol {
        Protocol::OAuth2(oauth2) => *oauth2,
        other => panic!("{} is no OAuth 2", other.name()),
    }
}

/// The header that a preset of OAuth 1 puts on a request.
fn signed(name: &str, values: &[(&str, &str)], token: Option<&Credentials>) -> String {
    let preset = preset::find(name)
        .unwrap()
        .fill(values.iter().copied())
        .unwrap();
    let Protocol::OAuth1(oauth1) = &preset.protocol else {
        panic!("{name} is no OAuth 1");
    };
    let signer = oauth1
        .signer(&Credentials::new("key", "secret"), token)
        .unwrap();
    let mut request = Request::get("https://api.example.com/")
        .body(Vec::new())
        .unwrap();
    let stamp = Stamp::with_nonce(Timestamp::from_unix(1_700_000_000), "nonce");
    let mut random = |octets: &mut [u8]| octets.fill(7);
    signer
        .sign(&request, &stamp, &mut random)
        .unwrap()
        .apply(&mut request);
    match request.headers().get(AUTHORIZATION) {
        Some(header) => header.to_str().unwrap().to_owned(),
        None => request.uri().to_string(),
    }
}

#[test]
fn offline_access_is_asked_for_as_each_provider_wants_it() {
    let uri = |name, values: &[_], access| {
        let provider = oauth2(name, values);
        let scope = Scope::parse("a").unwrap();
        let request = provider
            .authorization_request("c", Some(&scope), access)
            .unwrap();
        provider.authorization_uri(&request).unwrap()
    };
    let google = uri("google", &[], Access::Offline);
    assert!(
        google.contains("prompt=consent") && google.contains("access_type=offline"),
        "{google}"
    );
    let google = uri("google", &[], Access::Online);
    assert!(
        !google.contains("prompt") && !google.contains("access_type"),
        "{google}"
    );
    assert!(uri("microsoft", &[], Access::Offline).contains("scope=a+offline_access"));
    assert!(uri("dropbox", &[], Access::Offline).contains("token_access_type=offline"));
    assert!(uri("reddit", &[], Access::Offline).contains("duration=permanent"));
    assert!(uri("x", &[], Access::Offline).contains("scope=a+offline.access"));
    assert!(uri("zoho", &[("dc", "eu")], Access::Offline).starts_with("https://accounts.zoho.eu/"));
}

#[test]
fn the_client_is_shown_as_each_provider_wants_it() {
    let secret = Secret::from("p+q");
    let call = |name| {
        let provider = oauth2(name, &[]);
        let client = provider
            .client_authentication("c:d", Some(&secret))
            .unwrap();
        let request = TokenRequest::new(AuthorizationCodeGrant::new("code"));
        provider.token_call(&request, &client).unwrap()
    };
    let basic = call("reddit");
    assert_eq!(basic.headers[AUTHORIZATION], "Basic YyUzQWQ6cCUyQnE="); // c%3Ad:p%2Bq
    assert!(basic.headers[AUTHORIZATION].is_sensitive());
    assert!(!basic.body.expose().contains("client"));
    let post = call("google");
    assert!(!post.headers.contains_key(AUTHORIZATION));
    assert!(
        post.body
            .expose()
            .ends_with("&client_id=c%3Ad&client_secret=p%2Bq")
    );
    let tiktok = call("tiktok");
    assert!(
        tiktok
            .body
            .expose()
            .contains("&client_key=c%3Ad&client_secret=")
    );
    assert!(!tiktok.body.expose().contains("client_id"));
    let square = call("square");
    assert!(square.body.expose().contains(r#""client_secret":"p+q""#));
}

#[test]
fn a_client_without_a_secret_is_refused_where_none_is_served() {
    let error = oauth2("google", &[])
        .client_authentication("c", None)
        .unwrap_err();
    assert_eq!(error.to_string(), "this provider wants a client secret");
    let raw = own("client_authentication = [\"basic_raw\"]\n");
    let secret = Secret::from("p+q");
    assert!(matches!(
        raw.client_authentication("c:d", Some(&secret)),
        Err(RequestError::Misuse(_))
    ));
    let client = raw.client_authentication("c", Some(&secret)).unwrap();
    let header = client.encode().authorization.unwrap();
    assert_eq!(header.expose(), "Basic YzpwK3E="); // c:p+q
    // RFC 6749 §2.3.1: the server MUST support the header.
    let unknown = own("").client_authentication("c", Some(&secret)).unwrap();
    assert!(unknown.encode().authorization.is_some());
    assert!(own("").client_authentication("c", None).is_ok());
    let only_public = own("client_authentication = [\"none\"]\n");
    assert!(
        only_public
            .client_authentication("c", Some(&secret))
            .is_ok()
    );
}

#[test]
fn extra_parameters_are_sent_once_and_never_take_the_place_of_the_requests_own() {
    let basecamp = oauth2("basecamp", &[]);
    let client = basecamp
        .client_authentication("c", Some(&"s".into()))
        .unwrap();
    let code = TokenRequest::new(AuthorizationCodeGrant::new("code"));
    let call = basecamp.token_call(&code, &client).unwrap();
    assert!(call.body.expose().ends_with("&type=web_server"));
    let mut refresh = TokenRequest::new(RefreshTokenGrant::new("r"));
    let call = basecamp.token_call(&refresh, &client).unwrap();
    assert!(call.body.expose().ends_with("&type=refresh"));
    refresh.extra.push("type", "own");
    let call = basecamp.token_call(&refresh, &client).unwrap();
    assert_eq!(
        call.body.expose().matches("type=").count(),
        2,
        "grant_type and one more"
    );
    assert!(call.body.expose().contains("&type=own"));
}

#[test]
fn an_endpoint_keeps_its_own_query() {
    let own = own("scope_separator = \"plus\"\ndefault_scopes = [\"a\", \"b\"]\n");
    let request = own
        .authorization_request("c", None, Access::Online)
        .unwrap();
    assert_eq!(
        own.authorization_uri(&request).unwrap(),
        "https://id.example/authorize?x=y&response_type=code&client_id=c&scope=a%2Bb"
    );
}

#[test]
fn a_lifetime_is_assumed_only_where_none_is_told() {
    let own = own("[oauth2.access_token]\nassumed_lifetime = 60\n");
    let headers = HeaderMap::new();
    let lifetime = |body: &str| {
        let answer = Answer::new(StatusCode::OK, &headers, body.as_bytes());
        own.read_token(&answer).unwrap().response.expires_in
    };
    assert_eq!(
        lifetime(r#"{"access_token":"t","token_type":"bearer"}"#),
        Some(60)
    );
    assert_eq!(
        lifetime(r#"{"access_token":"t","token_type":"bearer","expires_in":5}"#),
        Some(5)
    );
}

#[test]
fn a_scheme_of_the_providers_own_goes_into_the_header() {
    let own = own("[oauth2.access_token]\nplacements = [{ header = \"Zoho-oauthtoken\" }]\n");
    let mut request = Request::get("https://api.example/")
        .body(Vec::new())
        .unwrap();
    own.place_token(&Secret::from("t"), &mut request).unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Zoho-oauthtoken t");
    let mut request = Request::get("https://api.example/")
        .body(Vec::new())
        .unwrap();
    let injected = Secret::from("t\r\nHost: evil");
    assert_eq!(
        own.place_token(&injected, &mut request),
        Err(PlacementError::IllegalCharacter)
    );
}

#[test]
fn a_header_of_the_providers_own_holds_the_token_alone() {
    let get = || {
        let request = Request::get("https://api.example/");
        request.body(Vec::new()).unwrap()
    };
    let own = own("[oauth2.access_token]\nplacements = [{ field = \"X-Access-Token\" }]\n");
    let mut request = get();
    own.place_token(&Secret::from("t"), &mut request).unwrap();
    assert_eq!(request.headers()["x-access-token"], "t");
    assert!(request.headers()["x-access-token"].is_sensitive());
    assert!(!request.headers().contains_key(AUTHORIZATION));
    own.place_token(&Secret::from("u"), &mut request).unwrap();
    assert_eq!(request.headers()["x-access-token"], "t");
    let injected = Secret::from("t\r\nHost: evil");
    let refused = own.place_token(&injected, &mut get());
    assert_eq!(refused, Err(PlacementError::IllegalCharacter));
}

#[test]
fn a_header_that_cannot_be_one_is_named() {
    let own = own("[oauth2.access_token]\nplacements = [{ field = \"X Access:Token\" }]\n");
    let mut request = Request::get("https://api.example/")
        .body(Vec::new())
        .unwrap();
    let refused = own
        .place_token(&Secret::from("t"), &mut request)
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`X Access:Token` is no name of a header"
    );
}

#[test]
fn netsuite_has_its_account_in_the_realm() {
    let token = Credentials::new("token", "token secret");
    let header = signed("netsuite", &[("account", "1234567-sb1")], Some(&token));
    assert!(header.contains(r#"realm="1234567_SB1""#), "{header}");
    assert!(
        header.contains(r#"oauth_signature_method="HMAC-SHA256""#),
        "{header}"
    );
    let preset = preset::find("netsuite")
        .unwrap()
        .fill([("account", "1234567-sb1")])
        .unwrap();
    let Protocol::OAuth1(netsuite) = preset.protocol else {
        panic!("OAuth 1")
    };
    assert_eq!(
        netsuite.flow.unwrap().token_endpoint.uri().unwrap(),
        "https://1234567-sb1.restlets.api.netsuite.com/rest/accesstoken"
    );
}

#[test]
fn schoology_wants_an_empty_token_where_there_is_none() {
    let header = signed("schoology", &[], None);
    assert!(header.contains(r#"realm="Schoology API""#), "{header}");
    assert!(header.contains(r#"oauth_token="""#), "{header}");
    assert!(!signed("trello", &[], None).contains("oauth_token="));
}

#[test]
fn woocommerce_is_signed_in_the_query_and_launchpad_in_plain_text() {
    let uri = signed("woocommerce", &[], None);
    assert!(uri.contains("oauth_signature_method=HMAC-SHA256"), "{uri}");
    let header = signed("launchpad", &[], None);
    assert!(
        header.contains(r#"oauth_signature_method="PLAINTEXT""#),
        "{header}"
    );
}

#[test]
fn a_provider_that_wants_rsa_says_so() {
    let preset = preset::find("mastercard").unwrap();
    let Protocol::OAuth1(mastercard) = &preset.protocol else {
        panic!("OAuth 1")
    };
    assert_eq!(mastercard.rsa_method().unwrap().as_str(), "RSA-SHA256");
    let error = mastercard
        .signer(&Credentials::new("key", "secret"), None)
        .unwrap_err();
    assert!(matches!(error, SignError::NeedsKey { .. }), "{error}");
}

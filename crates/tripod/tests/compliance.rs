//! The nine servers that requests-oauthlib has fixes for, each with its odd answer or request.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use tripod::preset::{self, Access, OAuth2, PlacementError, Protocol};
use tripod_core::secret::Secret;
use tripod_oauth2::answer::{Answer, Deviation};
use tripod_oauth2::error::{Error, ErrorCode};
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{
    LegacyPasswordGrant, Reading, RefreshTokenGrant, TokenRequest, TokenType,
};

fn oauth2(name: &str) -> OAuth2 {
    let preset = preset::find(name).unwrap();
    let examples = preset
        .variables
        .iter()
        .filter_map(|(name, variable)| Some((name.as_str(), variable.example.as_deref()?)));
    match preset.fill(examples).unwrap().protocol {
        Protocol::OAuth2(oauth2) => *oauth2,
        other => panic!("{} is no OAuth 2", other.name()),
    }
}

fn answer(name: &str, status: u16, media_type: &'static str, body: &str) -> Result<Reading, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    let status = StatusCode::from_u16(status).unwrap();
    oauth2(name).read_token(&Answer::new(status, &headers, body.as_bytes()))
}

fn json(name: &str, body: &str) -> Reading {
    answer(name, 200, "application/json", body).unwrap()
}

fn refusal(name: &str, status: u16, body: &str) -> (ErrorCode, Vec<Deviation>) {
    match answer(name, status, "application/json", body).unwrap_err() {
        Error::Refused(refusal) => (refusal.error.code, refusal.deviations),
        other => panic!("{other}"),
    }
}

fn get(uri: &str) -> Request<Vec<u8>> {
    Request::get(uri).body(Vec::new()).unwrap()
}

fn form(body: &str) -> Request<Vec<u8>> {
    Request::post("https://api.example.com/call")
        .header(
            CONTENT_TYPE,
            "application/x-www-form-urlencoded; charset=UTF-8",
        )
        .header(CONTENT_LENGTH, body.len())
        .body(body.as_bytes().to_vec())
        .unwrap()
}

#[test]
fn facebook_answers_a_form_as_text_with_a_name_of_its_own_for_the_lifetime() {
    let body = "access_token=CAAB&expires=5183999";
    let reading = answer("facebook", 200, "text/plain; charset=UTF-8", body).unwrap();
    assert_eq!(reading.response.access_token, Secret::from("CAAB"));
    assert_eq!(reading.response.expires_in, Some(5_183_999));
    assert_eq!(reading.response.token_type, TokenType::Bearer);
    assert_eq!(reading.deviations, [Deviation::FormEncoded]);
    let body = r#"{"access_token":"CAAB","token_type":"bearer","expires_in":5183944}"#;
    assert_eq!(json("facebook", body).response.expires_in, Some(5_183_944));
}

#[test]
fn facebook_answers_errors_as_objects() {
    let body =
        r#"{"error":{"message":"Invalid verification code","type":"OAuthException","code":100}}"#;
    let (code, deviations) = refusal("facebook", 400, body);
    assert_eq!(code, ErrorCode::from("OAuthException"));
    assert_eq!(deviations, [Deviation::ErrorAsObject]);
}

#[test]
fn fitbit_answers_errors_as_a_list() {
    let body = r#"{"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid"}],"success":false}"#;
    let (code, deviations) = refusal("fitbit", 400, body);
    assert_eq!(code, ErrorCode::InvalidGrant);
    assert_eq!(deviations, [Deviation::ErrorAsArray]);
    let body = r#"{"access_token":"t","expires_in":28800,"refresh_token":"r","scope":"sleep weight",
        "token_type":"Bearer","user_id":"26FWFL"}"#;
    assert_eq!(json("fitbit", body).deviations, []);
}

#[test]
fn slack_gives_the_token_of_a_bot_at_the_top() {
    let body = r#"{"ok":true,"access_token":"xoxb-bot","token_type":"bot","scope":"commands,chat:write",
        "authed_user":{"id":"U1","scope":"chat:write","access_token":"xoxp-user","token_type":"user"}}"#;
    let reading = json("slack", body);
    assert_eq!(reading.response.access_token, Secret::from("xoxb-bot"));
    assert_eq!(reading.response.token_type, TokenType::Bearer);
    assert_eq!(
        reading.response.scope,
        Some(Scope::parse("commands chat:write").unwrap())
    );
    let reading = json("slack-user", body);
    assert_eq!(reading.response.access_token, Secret::from("xoxp-user"));
    assert_eq!(reading.response.token_type, TokenType::Bearer);
    assert!(reading.deviations.contains(&Deviation::NestedToken));
}

#[test]
fn slack_refuses_with_a_status_of_success() {
    for name in ["slack", "slack-user"] {
        let (code, deviations) = refusal(name, 200, r#"{"ok":false,"error":"invalid_code"}"#);
        assert_eq!(code, ErrorCode::from("invalid_code"));
        assert_eq!(deviations, [Deviation::ErrorWithSuccessStatus]);
    }
}

#[test]
fn slack_wants_scopes_of_a_user_under_another_name_and_with_commas() {
    let scope = Scope::parse("chat:write users:read").unwrap();
    for (name, expected) in [
        ("slack", "&scope=chat%3Awrite%2Cusers%3Aread"),
        ("slack-user", "&user_scope=chat%3Awrite%2Cusers%3Aread"),
    ] {
        let slack = oauth2(name);
        let request = slack
            .authorization_request("c", Some(&scope), Access::Online)
            .unwrap();
        let uri = slack.authorization_uri(&request).unwrap();
        assert!(uri.ends_with(expected), "{uri}");
    }
}

#[test]
fn slack_takes_the_token_in_the_header_or_leaves_the_one_in_the_form() {
    let slack = oauth2("slack");
    let token = Secret::from("xoxb-bot");
    let mut request = form("channel=C1");
    slack.place_token(&token, &mut request).unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer xoxb-bot");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    let mut request = form("channel=C1&token=xoxp-other");
    slack.place_token(&token, &mut request).unwrap();
    assert_eq!(request.body(), b"channel=C1&token=xoxp-other");
    assert!(!request.headers().contains_key(AUTHORIZATION));
}

#[test]
fn a_provider_that_wants_the_token_in_a_form_gets_it_there() {
    let text = "title = \"Old\"\n[oauth2]\ntoken_endpoint = \"https://old.example/token\"\n\
                [oauth2.access_token]\nplacements = [{ form = \"token\" }]\n";
    let Protocol::OAuth2(old) = preset::Preset::parse("old", text).unwrap().protocol else {
        panic!("it speaks OAuth 2");
    };
    let token = Secret::from("a&b+c");
    let mut request = form("channel=C1");
    old.place_token(&token, &mut request).unwrap();
    assert_eq!(request.body(), b"channel=C1&token=a%26b%2Bc");
    assert_eq!(request.headers()[CONTENT_LENGTH], "26");
    let mut request = get("https://old.example/api");
    assert_eq!(
        old.place_token(&token, &mut request),
        Err(PlacementError::NoForm)
    );
    *request.method_mut() = Method::POST;
    old.place_token(&token, &mut request).unwrap();
    assert_eq!(request.body(), b"token=a%26b%2Bc");
    let mut request = form("{}");
    request
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    assert_eq!(
        old.place_token(&token, &mut request),
        Err(PlacementError::NoForm)
    );
}

#[test]
fn instagram_and_weibo_want_the_token_in_the_query() {
    let token = Secret::from("IG&1");
    for name in ["instagram", "weibo"] {
        let provider = oauth2(name);
        for (uri, expected) in [
            (
                "https://api.example.com/me",
                "https://api.example.com/me?access_token=IG%261",
            ),
            (
                "https://api.example.com/me?a=b",
                "https://api.example.com/me?a=b&access_token=IG%261",
            ),
            (
                "https://api.example.com",
                "https://api.example.com/?access_token=IG%261",
            ),
            (
                "https://api.example.com/?access_token=own",
                "https://api.example.com/?access_token=own",
            ),
        ] {
            let mut request = get(uri);
            provider.place_token(&token, &mut request).unwrap();
            assert_eq!(request.uri(), expected);
            assert!(
                !request.headers().contains_key(AUTHORIZATION),
                "one place alone"
            );
        }
    }
}

#[test]
fn instagram_says_nothing_of_lifetime_and_type() {
    let reading = json(
        "instagram",
        r#"{"access_token":"IGQ","user_id":17841405793187218}"#,
    );
    assert_eq!(reading.response.expires_in, Some(3600));
    assert_eq!(reading.deviations, [Deviation::TokenTypeMissing]);
}

#[test]
fn mailchimp_answers_a_scope_of_null_and_a_lifetime_of_zero() {
    let body = r#"{"access_token":"5c6ccc561059aa386da9d112215bae55","expires_in":0,"scope":null}"#;
    let reading = json("mailchimp", body);
    assert_eq!(reading.response.expires_in, None);
    assert_eq!(reading.response.scope, None);
    assert!(reading.deviations.contains(&Deviation::ScopeNull));
}

#[test]
fn weibo_answers_no_type_and_its_own_error_numbers() {
    let body = r#"{"access_token":"2.00","expires_in":1234,"remind_in":"798114","uid":"12341234"}"#;
    let reading = json("weibo", body);
    assert_eq!(reading.response.token_type, TokenType::Bearer);
    assert_eq!(reading.response.expires_in, Some(1234));
    let body = r#"{"error":"invalid_grant","error_code":21325,"request":"/oauth2/access_token"}"#;
    assert_eq!(refusal("weibo", 400, body).0, ErrorCode::InvalidGrant);
}

#[test]
fn plentymarkets_answers_in_camel_case_and_in_snake_case() {
    for body in [
        r#"{"accessToken":"t","tokenType":"Bearer","expiresIn":86400,"refreshToken":"r"}"#,
        r#"{"access_token":"t","token_type":"Bearer","expires_in":86400,"refresh_token":"r"}"#,
    ] {
        let reading = json("plentymarkets", body);
        assert_eq!(reading.response.access_token, Secret::from("t"));
        assert_eq!(reading.response.expires_in, Some(86_400));
        assert_eq!(reading.response.refresh_token, Some(Secret::from("r")));
    }
}

#[test]
fn plentymarkets_takes_json_and_refreshes_elsewhere() {
    let plenty = oauth2("plentymarkets");
    let client = plenty.client_authentication("client", None).unwrap();
    let login = TokenRequest::new(LegacyPasswordGrant::new("alice", "wonderland"));
    let call = plenty.token_call(&login, &client).unwrap();
    assert_eq!(call.uri, "https://myplentyshop.com/rest/login");
    assert_eq!(call.headers[CONTENT_TYPE], "application/json");
    let body: serde_json::Value = serde_json::from_str(call.body.expose()).unwrap();
    assert_eq!(body["username"], "alice");
    assert_eq!(body["password"], "wonderland");
    let refresh = TokenRequest::new(RefreshTokenGrant::new("r"));
    let call = plenty.token_call(&refresh, &client).unwrap();
    assert_eq!(call.uri, "https://myplentyshop.com/rest/login/refresh");
}

#[test]
fn ebay_has_names_of_its_own_for_bearer() {
    for token_type in ["User Access Token", "Application Access Token"] {
        let body =
            format!(r#"{{"access_token":"v^1.1","expires_in":7200,"token_type":"{token_type}"}}"#);
        assert_eq!(json("ebay", &body).response.token_type, TokenType::Bearer);
    }
}

#[test]
fn douban_answers_no_type_and_takes_the_token_in_the_header() {
    let body = r#"{"access_token":"a14afef0f66fcffce3e0fcd2e34f6ff4","expires_in":3920,
        "refresh_token":"5d633d136b6d56a41829b73a424803ec","douban_user_id":"1221"}"#;
    let reading = json("douban", body);
    assert_eq!(reading.response.token_type, TokenType::Bearer);
    assert_eq!(reading.response.expires_in, Some(3920));
    let mut request = get("https://api.douban.com/v2/user/~me");
    oauth2("douban")
        .place_token(&Secret::from("t"), &mut request)
        .unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer t");
}

//! What providers say, each in its dialect; and what sounds like it and is something else.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::{Finding, Likelihood};
use tripod_doctor::known::Known;

fn explain(input: &str) -> Vec<Finding> {
    let known = Known::parse("{}").unwrap();
    diagnose(
        &Evidence::read(input.as_bytes(), known),
        Timestamp::from_unix(1_795_262_400),
    )
}

const CODE: &str =
    "grant_type=authorization_code&code=abc&redirect_uri=https%3A%2F%2Fapp.example%2Fcb";

const REFRESH: &str = "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA";

const MACHINE: &str = "grant_type=client_credentials";

fn first(input: &str) -> String {
    let findings = explain(input);
    let shown = findings
        .iter()
        .find(|finding| finding.likelihood != Likelihood::RuledOut);
    shown.map_or("none", |finding| finding.code).to_owned()
}

fn api(status: &str, body: &str) -> String {
    format!(
        "GET /v1/me HTTP/1.1\nHost: api.example\nAuthorization: Bearer 2YotnFZFEjr1zCsicMWpAA\n\n\
         HTTP/1.1 {status}\nContent-Type: application/json\n\n{body}"
    )
}

fn token(grant: &str, status: &str, body: &str) -> String {
    format!(
        "POST /token HTTP/1.1\nHost: login.example\nContent-Type: application/x-www-form-urlencoded\n\n\
         {grant}&client_id=app-17&client_secret=s3cr3t-9fK2xPq7\n\
         HTTP/1.1 {status}\nContent-Type: application/json\n\n{body}"
    )
}

const APIS: &[(&str, &str, &str)] = &[
    (
        "401 U",
        r#"{"error_summary":"expired_access_token/.","error":{".tag":"expired_access_token"}}"#,
        "access-token/expired",
    ),
    (
        "401 U",
        r#"{"error_summary":"missing_scope/..","error":{".tag":"missing_scope","required_scope":"files.content.read"}}"#,
        "scope/insufficient",
    ),
    (
        "401 U",
        r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#,
        "access-token/expired",
    ),
    (
        "200 OK",
        r#"{"ok":false,"error":"missing_scope","needed":"users:read","provided":"chat:write"}"#,
        "scope/insufficient",
    ),
    (
        "200 OK",
        r#"{"ok":false,"error":"token_revoked"}"#,
        "access-token/revoked",
    ),
    (
        "200 OK",
        r#"{"ok":false,"error":"invalid_auth"}"#,
        "access-token/invalid",
    ),
    (
        "401 U",
        r#"{"error":{"status":401,"message":"The access token expired"}}"#,
        "access-token/expired",
    ),
    (
        "401 U",
        r#"{"message":"Authorization Error","errors":[{"resource":"Athlete","field":"access_token","code":"invalid"}]}"#,
        "access-token/invalid",
    ),
    (
        "401 U",
        r#"{"message":"Authorization Error","errors":[{"resource":"AccessToken","field":"read_permission","code":"missing"}]}"#,
        "scope/insufficient",
    ),
    (
        "403 F",
        r#"{"errors":"[API] This action requires merchant approval for write_orders scope."}"#,
        "scope/insufficient",
    ),
    (
        "401 U",
        r#"{"Title":"Unauthorized","Status":401,"Detail":"TokenExpired: token expired at 11/21/2026"}"#,
        "access-token/expired",
    ),
    (
        "401 U",
        r#"{"warnings":null,"fault":{"error":[{"message":"message=AuthenticationFailed; errorCode=003200; statusCode=401","detail":"Token revoked: AB01","code":"3200"}],"type":"AUTHENTICATION"}}"#,
        "access-token/revoked",
    ),
    (
        "401 U",
        r#"{"code":401,"message":"Unauthorized; scope does not match"}"#,
        "scope/insufficient",
    ),
    (
        "403 F",
        r#"{"errors":[{"message":"Access to requested resource is denied.","code":"Unauthorized","details":"The access token you provided has expired."}]}"#,
        "access-token/expired",
    ),
    (
        "400 B",
        r#"{"__type":"NotAuthorizedException","message":"Access Token has been revoked"}"#,
        "access-token/revoked",
    ),
    (
        "403 F",
        r#"{"error":{"code":403,"message":"Insufficient Permission","errors":[{"domain":"global","reason":"insufficientPermissions","message":"Insufficient Permission"}]}}"#,
        "scope/insufficient",
    ),
    (
        "403 F",
        r#"{"error":{"code":403,"message":"People API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}"#,
        "resource/forbidden",
    ),
    (
        "401 U",
        r#"{"error":{"code":"InvalidAuthenticationToken","message":"Access token has expired or is not yet valid."}}"#,
        "access-token/expired",
    ),
    (
        "403 F",
        r#"{"type":"error","error":{"message":"Your credentials lack one or more required privilege scopes.","detail":{"required":["repository"],"granted":["email"]}}}"#,
        "scope/insufficient",
    ),
    (
        "401 U",
        r#"{"code":124,"message":"Invalid access token."}"#,
        "access-token/invalid",
    ),
    (
        "400 B",
        r#"{"code":4711,"message":"Invalid access token, does not contain scopes:[user:read]."}"#,
        "scope/insufficient",
    ),
    (
        "401 U",
        r#"{"code":"INVALID_TOKEN","details":{},"message":"invalid oauth token","status":"error"}"#,
        "access-token/invalid",
    ),
    (
        "401 U",
        r#"{"serviceErrorCode":65601,"message":"The token used in the request has been revoked by the user","status":401}"#,
        "access-token/revoked",
    ),
    (
        "403 F",
        r#"{"serviceErrorCode":100,"message":"Not enough permissions to access: GET /me","status":403}"#,
        "scope/insufficient",
    ),
    (
        "400 B",
        r#"{"error":{"message":"Error validating access token: Session has expired on Monday.","type":"OAuthException","code":190,"error_subcode":463}}"#,
        "access-token/expired",
    ),
    (
        "401 U",
        r#"{"error":{"code":"access_token_invalid","message":"The access token is invalid or not found in the request.","log_id":"x"}}"#,
        "access-token/invalid",
    ),
    (
        "403 F",
        r#"{"title":"Client Forbidden","type":"https://api.twitter.com/2/problems/client-forbidden","status":403,"detail":"When authenticating requests you must use keys and tokens from a Twitter developer App that is attached to a Project."}"#,
        "resource/forbidden",
    ),
    (
        "401 U",
        r#"{"errors":[{"category":"AUTHENTICATION_ERROR","code":"ACCESS_TOKEN_EXPIRED","detail":"The provided access token has expired."}]}"#,
        "access-token/expired",
    ),
    (
        "401 U",
        r#"{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}"#,
        "access-token/invalid",
    ),
    (
        "401 U",
        r#"{"errors":[{"errorType":"expired_token","message":"Access token expired: eyJ"}],"success":false}"#,
        "access-token/expired",
    ),
    (
        "403 F",
        r#"{"errors":[{"errorType":"insufficient_scope","message":"This application does not have permission to access sleep data."}],"success":false}"#,
        "scope/insufficient",
    ),
    (
        "401 U",
        r#"{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorLink":"E0000011"}"#,
        "access-token/invalid",
    ),
    (
        "401 U",
        r#"{"status":"error","message":"The OAuth token used to make this call expired 5 minute(s) ago.","category":"EXPIRED_AUTHENTICATION"}"#,
        "access-token/expired",
    ),
    (
        "403 F",
        r#"{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}"#,
        "scope/insufficient",
    ),
    // Of nobody's documentation: the words alone have to do.
    (
        "401 U",
        r#"{"kaput":true,"message":"Your bearer token is no longer valid"}"#,
        "access-token/invalid",
    ),
    (
        "401 U",
        r#"{"reasonCode":"AccessTokenHasLapsed","message":"AccessToken lapsed"}"#,
        "access-token/expired",
    ),
    (
        "403 F",
        r#"{"msg":"this token lacks the permission orders:write"}"#,
        "scope/insufficient",
    ),
];

#[test]
fn apis_are_understood() {
    let mut wrong = Vec::new();
    for &(status, body, expected) in APIS {
        let found = first(&api(status, body));
        if found != format!("oauth2/{expected}") {
            wrong.push(format!("{body}: {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const GRANTS: &[(&str, &str, &str, &str)] = &[
    (
        CODE,
        "400 B",
        r#"{"status":"BAD_AUTH_CODE","message":"missing or unknown auth code"}"#,
        "code/expired-or-unknown",
    ),
    (
        REFRESH,
        "400 B",
        r#"{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}"#,
        "refresh/expired",
    ),
    (
        CODE,
        "400 B",
        r#"{"status":"BAD_CLIENT_SECRET","message":"missing or invalid client secret"}"#,
        "client-authentication/wrong-secret",
    ),
    (
        CODE,
        "400 B",
        r#"{"error":"invalid_client_id","error_description":"client identifier invalid"}"#,
        "client-authentication/unknown-client",
    ),
    (
        CODE,
        "400 B",
        r#"{"error":{"message":"Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request","type":"OAuthException","code":100}}"#,
        "redirect-uri/differs-in-token-request",
    ),
    (
        CODE,
        "400 B",
        r#"{"message":"Bad Request","errors":[{"resource":"AuthorizationCode","field":"code","code":"expired"}]}"#,
        "code/expired-or-unknown",
    ),
    (
        CODE,
        "400 B",
        r#"{"error":"invalid_grant","error_description":"This authorization code has already been used."}"#,
        "code/used-twice",
    ),
    (
        MACHINE,
        "401 U",
        r#"{"error":"access_denied","error_description":"Unauthorized"}"#,
        "client-authentication/refused",
    ),
    (
        MACHINE,
        "403 F",
        r#"{"error":"access_denied","error_description":"Service not found: https://api.example/"}"#,
        "request/target",
    ),
    (
        REFRESH,
        "403 F",
        r#"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#,
        "refresh/expired",
    ),
    (
        MACHINE,
        "401 U",
        r#"{"error":"invalid_client","error_description":"Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."}"#,
        "client-authentication/refused",
    ),
    (
        CODE,
        "400 B",
        r#"{"error":"invalid_request","error_description":"Missing required parameter [code_verifier]."}"#,
        "pkce/verifier-missing",
    ),
    (
        CODE,
        "400 B",
        r#"{"error":"invalid_request","error_description":"required parameter 'code_verifier' is missing"}"#,
        "pkce/verifier-missing",
    ),
    (
        CODE,
        "400 B",
        r#"{"error":"invalid_request","error_description":"client utilizes more than one mechanism for authenticating"}"#,
        "client-authentication/two-methods",
    ),
    // The words alone.
    (
        REFRESH,
        "400 B",
        r#"{"code":"X17","message":"refreshToken has been invalidated"}"#,
        "refresh/revoked",
    ),
    (
        CODE,
        "400 B",
        r#"{"oops":1,"message":"the code does not exist"}"#,
        "code/expired-or-unknown",
    ),
    (
        MACHINE,
        "400 B",
        r#"{"message":"applicationSecret is not correct"}"#,
        "client-authentication/wrong-secret",
    ),
    (
        CODE,
        "400 B",
        r#"{"message":"Callback URL isn't registered"}"#,
        "redirect-uri/mismatch",
    ),
];

#[test]
fn token_endpoints_are_understood() {
    let mut wrong = Vec::new();
    for &(grant, status, body, expected) in GRANTS {
        let found = first(&token(grant, status, body));
        if found != format!("oauth2/{expected}") {
            wrong.push(format!("{body}: {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_of_other_trades_are_no_cause() {
    let mut wrong = Vec::new();
    for text in [
        "SyntaxError: Unexpected token '}' in main.js:17",
        "error: expected one of `;` or `}`, found keyword `token`",
        "Error: The page token is invalid. Start again without one.",
        "ERROR 1045: permission denied for table orders",
        "open /etc/shadow: permission denied",
        "sudo: user not found",
        "Your promo code has expired",
        "Error: exit code unknown",
        "CSRF token mismatch",
        "ActionController::InvalidAuthenticityToken",
        "INFO cleaning up 17 expired sessions",
        "INFO access token expired, renewing; DEBUG got a new one",
        "push notification failed: device token invalid",
        "ReferenceError: scope is not defined",
        "KeyError: 'state'",
        "npm ERR! missing script: start",
        "java.lang.NullPointerException at com.example.Client.run(Client.java:7)",
        "the refresh token is not expired and the client id is not unknown",
        "Should the access token be expired, call refresh()",
        "docker: invalid reference format",
        "ERROR: column \"code\" of relation \"countries\" does not exist",
        "missing required argument: --user",
        r#"{"message":"Application not found","status":404}"#,
        r#"{"errors":[{"field":"email","code":"invalid","message":"is not an email"}]}"#,
        r#"{"message":"coupon code is invalid or expired"}"#,
        r#"{"data":[],"message":"no scopes here","success":true}"#,
    ] {
        let found = explain(text);
        let named = found
            .iter()
            .find(|it| it.code.starts_with("oauth") && it.likelihood <= Likelihood::Likely);
        if let Some(finding) = named {
            wrong.push(format!("{text}: {} {}", finding.code, finding.likelihood));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn of_two_causes_none_is_certain() {
    for body in [
        r#"{"message":"Invalid API key or access token"}"#,
        r#"{"error":"invalid_token","error_description":"The access token expired or was revoked"}"#,
        r#"{"error":"invalid_token","error_description":"Either the token has expired or it was revoked"}"#,
        r#"{"message":"missing access token or invalid audience"}"#,
    ] {
        let findings = explain(&api("401 U", body));
        let certain = findings
            .iter()
            .find(|it| it.likelihood == Likelihood::Certain);
        assert!(certain.is_none(), "{body}: {certain:?}");
        assert!(
            findings
                .iter()
                .any(|it| it.likelihood == Likelihood::Likely),
            "{body}"
        );
    }
}

#[test]
fn a_token_endpoint_is_known_by_its_status_in_a_log() {
    for (log, expected) in [
        (
            "Request failed with status code 404\n  at post https://id.example/oauth/token",
            "oauth2/token-answer/wrong-url",
        ),
        (
            "RequestError: 401 Unauthorized\n  url: https://id.example/oauth2/token",
            "oauth2/client-authentication/refused",
        ),
    ] {
        assert_eq!(first(log), expected, "{log}");
    }
    assert_ne!(
        first("GET https://shop.example/cart\n404 Not Found"),
        "oauth2/token-answer/wrong-url"
    );
}

/// Messages and bodies that stand alone, as people paste them.
const ALONE: &[(&str, &str)] = &[
    (
        r#"elixir: ** (OAuth2.Error) {"error":"invalid_grant","error_description":"refresh_token expired"}"#,
        "refresh/expired",
    ),
    (
        r#"Error: Request failed with status code 401
  data: { error: 'invalid_client', error_description: 'The client secret supplied is invalid.' }"#,
        "client-authentication/wrong-secret",
    ),
    (
        r#"reqwest error: {"error":"redirect_uri_mismatch","error_description":"The redirect_uri MUST match the registered callback URL for this application."}"#,
        "redirect-uri/mismatch",
    ),
    (
        r#"spring: [invalid_grant] The provided authorization code is expired or unknown to the server"#,
        "code/expired-or-unknown",
    ),
    (
        r#"{"timestamp":"2026-11-21T10:00:00","status":401,"error":"Unauthorized","message":"Full authentication is required to access this resource","path":"/api"}"#,
        "resource/no-token",
    ),
    (
        r#"org.springframework.security.oauth2.core.OAuth2AuthenticationException: [invalid_token_response] An error occurred while attempting to retrieve the OAuth 2.0 Access Token Response: 401 Unauthorized: [no body]"#,
        "client-authentication/refused",
    ),
    (
        r#"{"detail":"Authentication credentials were not provided."}"#,
        "resource/no-token",
    ),
    (
        r#"{"fault":{"faultstring":"Access Token expired","detail":{"errorcode":"keymanagement.service.access_token_expired"}}}"#,
        "access-token/expired",
    ),
    (
        r#"{"fault":{"faultstring":"Invalid access token","detail":{"errorcode":"oauth.v2.InvalidAccessToken"}}}"#,
        "access-token/invalid",
    ),
    (
        r#"{"fault":{"code":900901,"message":"Invalid Credentials","description":"Access failure for API: /x, version: 1 status: (900901) - Invalid Credentials. Make sure you have provided the correct security credentials"}}"#,
        "access-token/invalid",
    ),
    (
        r#"{"error":"unsupported_grant_type","error_description":"Unsupported grant type: `grant_type` is invalid"}"#,
        "token-request/unsupported-grant-type",
    ),
    (
        r#"{"error":"invalid_grant","error_description":"Invalid grant: authorization code has expired"}"#,
        "code/expired-or-unknown",
    ),
    (
        r#"{"error":"invalid_grant","error_description":"Invalid grant: `redirect_uri` is not a valid URI"}"#,
        "redirect-uri/mismatch",
    ),
    (
        r#"{"error":"unauthorized_client","error_description":"Unauthorized client: `grant_type` is invalid"}"#,
        "client/unauthorized",
    ),
    (
        r#"{"name":"UnauthorizedRequestError","message":"Unauthorized request: no authentication given"}"#,
        "resource/no-token",
    ),
    (
        r#"{"error":"invalid_grant","error_description":"Token is not active"}"#,
        "refresh/expired",
    ),
    (
        r#"{"error":"unauthorized_client","error_description":"Client not enabled to retrieve service account"}"#,
        "client/unauthorized",
    ),
    (
        r#"Invalid parameter: redirect_uri"#,
        "redirect-uri/mismatch",
    ),
    (
        r#"{"error":"unauthorized_client","error_description":"The client is not authorized to use the requested grant type"}"#,
        "client/unauthorized",
    ),
    (r#"{"error":"unauthorized_client"}"#, "client/unauthorized"),
    (
        r#"{"status":403,"err":"Invalid token"}"#,
        "access-token/invalid",
    ),
    (
        r#"{"status_code":401,"error":"INVALID_AUTH","error_description":"The OAuth token you provided was invalid."}"#,
        "access-token/invalid",
    ),
    (
        r#"{"type":"https://mailchimp.com/developer/x","title":"API Key Invalid","status":401,"detail":"Your API key may be invalid, or you've attempted to access the wrong datacenter."}"#,
        "access-token/invalid",
    ),
    (
        r#"{"errorCode":"USER_AUTHENTICATION_FAILED","message":"One or both of Username and Password are invalid. Invalid access token"}"#,
        "access-token/invalid",
    ),
    (
        r#"{"error":"consent_required"}"#,
        "authorization/consent-missing",
    ),
    (
        r#"{"error":"invalid_request","error_description":"Invalid \"redirect_uri\" in request."}"#,
        "redirect-uri/mismatch",
    ),
    (
        r#"{"error":"invalid_grant","error_description":"Invalid \"code\" in request."}"#,
        "code/expired-or-unknown",
    ),
    (
        r#"{"status":403,"message":"invalid client secret"}"#,
        "client-authentication/wrong-secret",
    ),
    (r#"{"error":"invalid_code"}"#, "code/expired-or-unknown"),
    (
        r#"Error 403: access_denied. The developer hasn’t given you access to this app. It’s currently being tested"#,
        "authorization/access-denied",
    ),
    (
        r#"Error 401: deleted_client The OAuth client was deleted."#,
        "client-authentication/unknown-client",
    ),
    (
        r#"AADSTS50105: The signed in user is not assigned to a role for the application"#,
        "authorization/access-denied",
    ),
    (
        r#"AADSTS700054: response_type 'id_token' is not enabled for the application."#,
        "authorization/unsupported-response-type",
    ),
    (
        r#"{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}"#,
        "scope/insufficient",
    ),
    (
        r#"{"error":{"code":"InvalidAuthenticationToken","message":"Access token validation failure. Invalid audience."}}"#,
        "resource/wrong-audience",
    ),
    (
        r#"httr2: HTTP 400 Bad Request. OAuth failure [invalid_grant]: Bad Request"#,
        "token-request/invalid-grant",
    ),
    (
        r#"{"error":"invalid_request","error_description":"The request is missing a required parameter : client_id"}"#,
        "request/parameter-missing",
    ),
    (
        r#"{"error":"invalid_request","error_description":"Could not find Shopify API application with api_key abc"}"#,
        "client-authentication/unknown-client",
    ),
];

#[test]
fn messages_that_stand_alone_are_understood() {
    let mut wrong = Vec::new();
    for &(text, expected) in ALONE {
        let found = first(text);
        if found != format!("oauth2/{expected}") {
            wrong.push(format!("{text}: {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_line_of_the_program_in_a_traceback_says_nothing() {
    let trace = "Traceback (most recent call last):\n  File \"run.py\", line 3, in <module>\n    \
        login(\"pkce-missing\")\nRuntimeError: boom";
    assert!(
        !explain(trace)
            .iter()
            .any(|it| it.code.starts_with("oauth2/"))
    );
}

#[test]
fn a_url_above_a_command_belongs_to_it() {
    let pasted = "I opened https://id.example/authorize?response_type=code&client_id=a&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM%3D&code_challenge_method=S256\n\
        $ curl https://id.example/token -d grant_type=authorization_code -d code=c -d client_id=a \
        -d code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\n\
        {\"error\":\"invalid_grant\",\"error_description\":\"Code challenge failed.\"}";
    assert_eq!(first(pasted), "oauth2/pkce/challenge-malformed");
}

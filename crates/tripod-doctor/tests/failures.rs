//! Every kind of failure that was collected from the field, in the words in which it was seen there.
//!
//! The kinds are grouped as OAuth goes: authorization (A), token request (B), refresh (C), calls of
//! an API (D), OAuth 1 (E), and what cuts across (X).

use std::collections::BTreeSet;

use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::known::Known;

/// A kind, what is seen of it, and the code that has to come first.
const SEEN: &[(&str, &str, &str)] = &[
    (
        "A1",
        "Error 400: redirect_uri_mismatch",
        "oauth2/redirect-uri/mismatch",
    ),
    (
        "A1",
        "AADSTS50011: The redirect URI 'http://localhost:3000/' specified in the request does not match the redirect URIs configured for the application.",
        "oauth2/redirect-uri/mismatch",
    ),
    (
        "A1",
        r#"{"error":"redirect_uri_mismatch","error_description":"The redirect_uri MUST match the registered callback URL for this application."}"#,
        "oauth2/redirect-uri/mismatch",
    ),
    (
        "A1",
        "INVALID_CLIENT: Invalid redirect URI",
        "oauth2/redirect-uri/mismatch",
    ),
    (
        "A1",
        "We are sorry...\nInvalid parameter: redirect_uri",
        "oauth2/redirect-uri/mismatch",
    ),
    (
        "A2",
        "INVALID_CLIENT: Insecure redirect URI",
        "oauth2/redirect-uri/localhost-refused",
    ),
    (
        "A2",
        "This redirect URI is not secure. Learn more here.",
        "oauth2/redirect-uri/localhost-refused",
    ),
    (
        "A3",
        "This site can’t be reached\nlocalhost refused to connect.\nERR_CONNECTION_REFUSED",
        "oauth2/redirect-uri/loopback-unreachable",
    ),
    (
        "A3",
        "Error: Timed out waiting for the OAuth callback",
        "oauth2/redirect-uri/loopback-unreachable",
    ),
    (
        "A4",
        "mismatching_state: CSRF Warning! State not equal in request and response",
        "oauth2/callback/state-mismatch",
    ),
    (
        "A4",
        "https://app.example/login?error=state_mismatch",
        "oauth2/callback/state-mismatch",
    ),
    (
        "A4",
        "[auth][error] missing state cookie",
        "oauth2/callback/state-mismatch",
    ),
    (
        "A5",
        "Error: no code in callback",
        "oauth2/callback/no-code",
    ),
    (
        "A5",
        "(missing_code) Missing code parameter in response.",
        "oauth2/callback/no-code",
    ),
    (
        "A6",
        "Access blocked: this app’s request is invalid\nYou can't sign in because this app doesn't comply with Google's OAuth 2.0 policy.\nError 400: invalid_request",
        "oauth2/authorization/google-policy",
    ),
    (
        "A6",
        "https://accounts.google.com/o/oauth2/auth?client_id=1-a.apps.googleusercontent.com&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob&response_type=code&scope=email\nError 400: invalid_request",
        "oauth2/authorization/google-policy",
    ),
    (
        "A7",
        "http://127.0.0.1:8000/cb?error=invalid_request&error_description=Missing+parameter%3A+code_challenge_method",
        "oauth2/pkce/required",
    ),
    (
        "A7",
        "Clients must include a code_challenge when performing the authorize code flow, but it is missing.",
        "oauth2/pkce/required",
    ),
    (
        "A8",
        "AADSTS50194: Application 'a1b2' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'.",
        "oauth2/entra/tenant",
    ),
    (
        "A8",
        "AADSTS700016: Application with identifier 'a1b2' was not found in the directory 'Contoso'.",
        "oauth2/entra/tenant",
    ),
    (
        "A8",
        "AADSTS90002: Tenant 'contoso' not found.",
        "oauth2/entra/tenant",
    ),
    (
        "A9",
        "AADSTS65001: The user or administrator has not consented to use the application with ID 'a1b2' named 'app'.",
        "oauth2/authorization/consent-missing",
    ),
    (
        "A9",
        "AADSTS90094: The grant requires admin permission.",
        "oauth2/authorization/consent-missing",
    ),
    (
        "A10",
        "AADSTS900144: The request body must contain the following parameter: 'scope'.",
        "oauth2/request/parameter-missing",
    ),
    (
        "A10",
        "AADSTS900144: The request body must contain the following parameter: 'client_id'.",
        "oauth2/request/parameter-missing",
    ),
    (
        "A10",
        "AADSTS900144: The request body must contain the following parameter: 'code'.",
        "oauth2/request/parameter-missing",
    ),
    (
        "B1",
        "AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        "oauth2/code/used-twice",
    ),
    (
        "B1",
        r#"{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}"#,
        "oauth2/code/expired-or-unknown",
    ),
    (
        "B1",
        r#"{"error":"invalid_grant","error_description":"Malformed auth code."}"#,
        "oauth2/code/altered",
    ),
    (
        "B2",
        r#"{"error":"incorrect_client_credentials","error_description":"The client_id and/or client_secret passed are incorrect."}"#,
        "oauth2/client-authentication/refused",
    ),
    (
        "B2",
        "HTTP/1.1 200 OK\n\n{\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"]}\n\
            POST /token HTTP/1.1\nHost: as.example\nContent-Type: application/x-www-form-urlencoded\n\n\
            grant_type=client_credentials&client_id=c&client_secret=d\n\
            HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{\"error\":\"invalid_client\"}",
        "oauth2/client-authentication/wrong-method",
    ),
    // The secret is `a+b/c=`, joined as it is.
    (
        "B3",
        "POST /token HTTP/1.1\nHost: as.example\nAuthorization: Basic Y2xpZW50OmErYi9jPQ==\n\
            Content-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials\n\
            HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{\"error\":\"invalid_client\"}",
        "oauth2/client-authentication/basic-encoding",
    ),
    (
        "B4",
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'a1b2'.",
        "oauth2/client-authentication/wrong-secret",
    ),
    (
        "B4",
        "AADSTS7000222: The provided client secret keys for app 'a1b2' are expired.",
        "oauth2/client-authentication/secret-expired",
    ),
    (
        "B5",
        "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        "oauth2/client-authentication/missing",
    ),
    (
        "B5",
        "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        "oauth2/client-authentication/public-client-sends-secret",
    ),
    (
        "B5",
        "AADSTS90023: Public clients can't send a client secret.",
        "oauth2/client-authentication/public-client-sends-secret",
    ),
    (
        "B6",
        "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
        "oauth2/entra/spa-platform",
    ),
    (
        "B6",
        "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
        "oauth2/entra/spa-platform",
    ),
    (
        "B7",
        r#"{"error":"invalid_request","error_description":"only application/x-www-form-urlencoded content-type bodies are supported on POST /token"}"#,
        "oauth2/token-request/not-a-form",
    ),
    (
        "B7",
        "POST /token HTTP/1.1\nHost: as.example\nContent-Type: application/json\n\n{\"grant_type\":\"client_credentials\",\"client_id\":\"c\"}\n\
            HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{\"error\":\"unsupported_grant_type\"}",
        "oauth2/token-request/not-a-form",
    ),
    (
        "B8",
        "missing field `access_token` at line 1 column 170",
        "oauth2/token-answer/no-access-token",
    ),
    (
        "B8",
        "Failed to parse server response",
        "oauth2/token-answer/no-access-token",
    ),
    (
        "B9",
        "requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "oauth2/token-answer/not-json",
    ),
    (
        "B9",
        "oauth2: cannot parse json: invalid character '<' looking for beginning of value",
        "oauth2/token-answer/not-json",
    ),
    (
        "B10",
        r#"{"error":"invalid_grant","error_description":"PKCE verification failed"}"#,
        "oauth2/pkce/verification-failed",
    ),
    (
        "B10",
        r#"{"error":"invalid_grant","error_description":"PKCE verification failed: Code mismatch"}"#,
        "oauth2/pkce/verification-failed",
    ),
    (
        "B11",
        "GET /o/oauth2/v2/auth?response_type=code&client_id=c&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=email&access_type=offline HTTP/1.1\nHost: accounts.google.com\n\n\
             POST /token HTTP/1.1\nHost: oauth2.googleapis.com\nContent-Type: application/x-www-form-urlencoded\n\n\
             grant_type=authorization_code&code=c1&client_id=c&client_secret=s&redirect_uri=https%3A%2F%2Fapp.example%2Fcb\n\
             HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":3599,\"scope\":\"email\"}",
        "oauth2/refresh/none-issued",
    ),
    (
        "B12",
        r#"Warning: Scope has changed from "email openid" to "openid https://www.googleapis.com/auth/userinfo.email"."#,
        "oauth2/scope/changed",
    ),
    (
        "B13",
        r#"{"error":"authorization_pending"}"#,
        "oauth2/device/authorization-pending",
    ),
    (
        "B13",
        r#"{"error":"slow_down","interval":10}"#,
        "oauth2/device/slow-down",
    ),
    (
        "B13",
        r#"{"error":"expired_token","error_description":"The device code has expired."}"#,
        "oauth2/device/expired",
    ),
    (
        "B13",
        r#"{"error":"access_denied"}"#,
        "oauth2/authorization/access-denied",
    ),
    (
        "X1",
        "The Issuer \"https://kc.example/auth/realms/realm\" provided in the configuration metadata did not match the requested issuer \"https://kc.example/auth/realms/realm/\"",
        "oauth2/issuer/mismatch",
    ),
    (
        "X1",
        "unexpected issuer URI `https://a.example` (expected `https://a.example/`)",
        "oauth2/issuer/mismatch",
    ),
    (
        "X1",
        "Invalid token issuer. Expected 'http://localhost:8180/realms/myrealm', but was 'http://mykeycloak-service.keycloak:8180/realms/myrealm'",
        "oauth2/issuer/mismatch",
    ),
    (
        "X1",
        "Bearer error=\"invalid_token\", error_description=\"The issuer 'https://sts.windows.net/a1b2/' is invalid\"",
        "oauth2/issuer/mismatch",
    ),
    (
        "X2",
        "unexpected issuer: https://login.microsoftonline.com/{tenantid}/v2.0",
        "oauth2/issuer/entra-template",
    ),
    (
        "X3",
        "Invalid audiences: `241564210734825472` is not a trusted audience",
        "oauth2/id-token/audience",
    ),
    (
        "X4",
        "jwt.exceptions.PyJWKClientError: Unable to find a signing key that matches: \"abc\"",
        "oauth2/jwt/unknown-key",
    ),
    ("X4", "error: unknown kid", "oauth2/jwt/unknown-key"),
    (
        "X5",
        r#"{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}"#,
        "oauth2/assertion/clock",
    ),
    (
        "X6",
        "google.auth.exceptions.InvalidValue: Token used too early, 1700000000 < 1700000001. Check that your computer's clock is set correctly.",
        "oauth2/id-token/clock",
    ),
    (
        "X6",
        "ID token was issued in the future",
        "oauth2/id-token/clock",
    ),
    (
        "X6",
        "Claims verification failed: ID token expired at 2024-01-01 00:00:00 UTC (now 2024-01-01 00:00:01)",
        "oauth2/jwt/expired",
    ),
    (
        "X7",
        "UnauthorizedError: jwt malformed",
        "oauth2/access-token/opaque",
    ),
    (
        "C1",
        r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
        "oauth2/refresh/google-expired-or-revoked",
    ),
    (
        "C1",
        r#"{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_subtype":"invalid_rapt"}"#,
        "oauth2/refresh/google-expired-or-revoked",
    ),
    (
        "C2",
        r#"{"error":"invalid_grant","error_description":"expired access/refresh token"}"#,
        "oauth2/refresh/salesforce",
    ),
    (
        "C2",
        r#"{"error":"invalid_grant","error_description":"authentication failure"}"#,
        "oauth2/refresh/salesforce",
    ),
    (
        "C3",
        "AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2024-01-01T00:00:00Z and was inactive for 90.00:00:00.",
        "oauth2/refresh/entra-ended",
    ),
    (
        "C3",
        "AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        "oauth2/refresh/entra-ended",
    ),
    (
        "C3",
        "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access 'a1b2'.",
        "oauth2/authorization/interaction-required",
    ),
    (
        "C3",
        "AADSTS53003: Access has been blocked by Conditional Access policies.",
        "oauth2/authorization/interaction-required",
    ),
    (
        "C4",
        r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#,
        "oauth2/refresh/reused",
    ),
    (
        "C4",
        "ERROR refresh token reuse detected, family revoked",
        "oauth2/refresh/reused",
    ),
    (
        "C5",
        "POST /token HTTP/1.1\nHost: as.example\nContent-Type: application/x-www-form-urlencoded\n\n\
            grant_type=refresh_token&refresh_token=first&client_id=c\n\
            HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"refresh_token\":\"second\"}\n\
            POST /token HTTP/1.1\nHost: as.example\nContent-Type: application/x-www-form-urlencoded\n\n\
            grant_type=refresh_token&refresh_token=first&client_id=c\n\
            HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{\"error\":\"invalid_grant\"}",
        "oauth2/refresh/rotated-token-not-kept",
    ),
    (
        "C6",
        r#"{"error":"invalid_grant","error_description":"Incorrect Token type or clientID"}"#,
        "oauth2/refresh/other-client",
    ),
    (
        "C7",
        "POST /oauth/oauth2/token HTTP/1.1\nHost: api.prod.whoop.com\nContent-Type: application/x-www-form-urlencoded\n\n\
            grant_type=refresh_token&refresh_token=r&client_id=c&client_secret=s\n\
            HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{\"error\":\"invalid_request\"}",
        "oauth2/refresh/needs-more",
    ),
    (
        "C8",
        "oauth2: cannot fetch token: Post \"https://as.example/token\": context canceled",
        "oauth2/refresh/context-canceled",
    ),
    (
        "C9",
        "refresh failed: invalid_grant\nOpening browser for authorization\nrefresh failed: invalid_grant\nOpening browser for authorization",
        "oauth2/refresh/browser-opened-again",
    ),
    (
        "D1",
        r#"{"error":{"code":403,"message":"Request had insufficient authentication scopes.","status":"PERMISSION_DENIED","details":[{"reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#,
        "oauth2/scope/insufficient",
    ),
    (
        "D1",
        "HTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"\n\n",
        "oauth2/scope/insufficient",
    ),
    (
        "D2",
        "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer abcdefgh\n\nHTTP/1.1 301 Moved Permanently\nLocation: https://www.api.example/me\n\n\
            GET /me HTTP/1.1\nHost: www.api.example\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer\n\n",
        "oauth2/resource/authorization-lost-on-redirect",
    ),
    (
        "D3",
        r#"{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"}"#,
        "oauth2/dpop/nonce-required",
    ),
    (
        "D3",
        "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\", error_description=\"Resource server requires nonce in DPoP proof\"\nDPoP-Nonce: abc\n\n",
        "oauth2/dpop/nonce-required",
    ),
    (
        "D4",
        "GET /mcp HTTP/1.1\nHost: api.example\nAuthorization: Bearer abcdefgh\n\nHTTP/1.1 401 Unauthorized\n\n",
        "oauth2/resource/no-challenge",
    ),
    (
        "E1",
        r#"{"errors":[{"code":32,"message":"Could not authenticate you."}]}"#,
        "oauth1/signature/mismatch",
    ),
    (
        "E1",
        "Failed to validate oauth signature and token",
        "oauth1/signature/mismatch",
    ),
    (
        "E1",
        "oauth_signature does not match expected value",
        "oauth1/signature/mismatch",
    ),
    (
        "E1",
        "oauth_problem=signature_invalid",
        "oauth1/signature/mismatch",
    ),
    (
        "E1",
        r#"{"code":"woocommerce_rest_authentication_error","message":"Invalid signature - provided signature does not match.","data":{"status":401}}"#,
        "oauth1/signature/mismatch",
    ),
    // The parameter `size` is not in the base string of the server.
    (
        "E2",
        "GET /photos?file=vacation.jpg&size=original HTTP/1.1\nHost: photos.example.net\n\
            Authorization: OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"\n\n\
            HTTP/1.1 401 Unauthorized\nContent-Type: application/x-www-form-urlencoded\n\n\
            oauth_problem=signature_invalid&debug_sbs=GET%26https%253A%252F%252Fphotos.example.net%252Fphotos%26file%253Dvacation.jpg%2526oauth_consumer_key%253Ddpf43f3p2l4k3l03%2526oauth_nonce%253DchapoH%2526oauth_signature_method%253DHMAC-SHA1%2526oauth_timestamp%253D137131202",
        "oauth1/signature/base-strings-differ",
    ),
    (
        "E4",
        "oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1795262100-1795262700",
        "oauth1/timestamp/refused",
    ),
    (
        "E4",
        "Expired timestamp: given 1324343351 and now 1324343681 has a greater difference than threshold 300",
        "oauth1/timestamp/refused",
    ),
    (
        "E4",
        "Invalid/expired timestamp",
        "oauth1/timestamp/refused",
    ),
    ("E4", "InvalidTimestamp", "oauth1/timestamp/refused"),
    (
        "E5",
        "Duplicate timestamp/nonce combination, possible replay attack. Request rejected.",
        "oauth1/nonce/used",
    ),
    ("E5", "NonceRejected", "oauth1/nonce/used"),
    (
        "E7",
        "error code: INVALID_LOGIN_ATTEMPT\nerror message: Invalid login attempt.",
        "oauth1/netsuite/invalid-login",
    ),
    (
        "E8",
        r#"{"errors":[{"code":415,"message":"Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings"}]}"#,
        "oauth1/callback/not-approved",
    ),
    (
        "E8",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><errors><error code=\"415\">Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings</error></errors>",
        "oauth1/callback/not-approved",
    ),
    (
        "E9",
        r#"{"errors":[{"code":215,"message":"Bad Authentication data."}]}"#,
        "oauth1/request/no-authentication-data",
    ),
];

/// Kinds of OAuth 1 that no server names: they are recomputed, which the corpus tries case by case.
const RECOMPUTED: &[(&str, &[&str])] = &[
    (
        "E3",
        &["oauth1-body-left-out", "oauth1-body-left-out-charset"],
    ),
    (
        "E6",
        &[
            "oauth1-https-signed",
            "oauth1-port-left-out",
            "oauth1-localhost-signed",
        ],
    ),
    (
        "E10",
        &["oauth1-nonce-made-twice", "oauth1-timestamp-made-twice"],
    ),
];

const KINDS: [(&str, usize); 6] = [
    ("A", 10),
    ("B", 13),
    ("C", 9),
    ("D", 4),
    ("E", 10),
    ("X", 7),
];

fn first(text: &str) -> String {
    let evidence = Evidence::read(text.as_bytes(), Known::default());
    let findings = diagnose(&evidence, Timestamp::from_unix(1_795_262_400));
    findings
        .first()
        .map_or_else(|| "none".to_owned(), |finding| finding.code.to_owned())
}

#[test]
fn every_kind_is_recognised_by_what_is_seen_of_it() {
    let missed: Vec<String> = SEEN
        .iter()
        .map(|(kind, text, expected)| (kind, text, expected, first(text)))
        .filter(|(_, _, expected, found)| found != *expected)
        .map(|(kind, text, expected, found)| format!("{kind}: {found} and not {expected}: {text}"))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// A message in a log, and the body in an answer, are the same message.
#[test]
fn a_message_is_recognised_within_a_log() {
    let one_line = SEEN
        .iter()
        .filter(|(_, text, _)| !text.contains('\n') && !text.starts_with("http"));
    let missed: Vec<String> = one_line
        .map(|(kind, text, expected)| {
            (
                kind,
                expected,
                first(&format!(
                    "2026-11-21 12:00:00,000 ERROR app.login request failed: {text}\n"
                )),
            )
        })
        .filter(|(_, expected, found)| found != *expected)
        .map(|(kind, expected, found)| format!("{kind}: {found} and not {expected}"))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn no_kind_is_left_out() {
    let mut tried: BTreeSet<String> = SEEN.iter().map(|(kind, ..)| (*kind).to_owned()).collect();
    for (kind, cases) in RECOMPUTED {
        for case in *cases {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/doctor");
            assert!(
                std::path::Path::new(folder)
                    .join(case)
                    .join("case.json")
                    .exists(),
                "{case}"
            );
        }
        tried.insert((*kind).to_owned());
    }
    let all = KINDS
        .iter()
        .flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}{number}")));
    let all: BTreeSet<String> = all.collect();
    assert_eq!((all.len(), tried), (53, all));
}

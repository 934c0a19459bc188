use super::{Entry, Section, certain, likely, possible};

const TOKEN: Section = Section::TokenRequest;
const DEVICE: Section = Section::Device;
const SCOPE: Section = Section::Scope;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(TOKEN, "oauth2/token-request/invalid-grant", "What was to be exchanged is not accepted")
        .meaning("The code, refresh token or assertion is invalid, expired, revoked, was used, or belongs to another client or redirect URI; the server does not say which.")
        .words(&[
            likely("error=invalid_grant"),
            likely("invalid_grant"),
            likely("appid/redirect uri/code verifier does not match authorization code"),
            likely("authorization grant is invalid, expired, revoked"),
            likely("provided grant is invalid"),
            likely("invalid grant: "),
            likely("bad_grant"),
            likely("aadsts70000"),
            likely("aadsts50126"),
            likely("aadsts70002"),
        ])
        .fix("Show the authorization request, the callback and the token request together: then redirect URI, PKCE and the code itself are compared.")
        .source("RFC 6749 §5.2")
        .generic(),
    Entry::new(TOKEN, "oauth2/token-request/not-a-form", "The token request is no form")
        .meaning("Parameters of a token request are sent as `application/x-www-form-urlencoded` in the body; here they are JSON, multipart or in the query.")
        .words(&[
            certain("only application/x-www-form-urlencoded"),
            certain("content-type … must be application/x-www-form-urlencoded"),
            certain("content type must be application/x-www-form-urlencoded"),
            certain("must be … form-urlencoded"),
            certain("content must be application/x-www-form-urlencoded"),
            likely("missing form parameter"),
            certain("request must be application/x-www-form-urlencoded"),
            certain("content type is not application/x-www-form-urlencoded"),
            likely("content-type header … is not valid"),
            likely("content type 'application/json' not supported"),
            likely("content-type 'application/json' is not supported"),
            likely("content type 'application/json;charset=utf-8' not supported"),
            likely("mandatory 'content-type' header … missing"),
        ])
        .fix("Send `grant_type=…&…` in the body with `Content-Type: application/x-www-form-urlencoded` (curl: `-d`; requests: `data=`, not `json=`).")
        .source("RFC 6749 §4.1.3, App. B; panva/node-oidc-provider#589"),
    Entry::new(TOKEN, "oauth2/token-request/json-wanted", "The provider wants JSON")
        .meaning("This provider wants the token request as JSON, other than the RFC says.")
        .words(&[
            certain("content-type … must be application/json"),
            certain("content type must be application/json"),
            likely("error=unsupported_media_type"),
        ])
        .fix("Send the parameters as a JSON object with `Content-Type: application/json`.")
        .source("Nango's provider list: `body_format: json`"),
    Entry::new(TOKEN, "oauth2/token-request/not-post", "The token request is no POST")
        .meaning("Tokens are asked for by POST; parameters in a URL end up in logs.")
        .words(&[
            certain("unsupported request method"),
            certain("method not allowed … token"),
            certain("must be a post request"),
            likely("request method 'get' not supported"),
            likely("request method 'get' is not supported"),
            certain("method must be post"),
            certain("token endpoint … only … post"),
            likely("cannot get /oauth"),
        ])
        .fix("Send a POST with the parameters in the body.")
        .source("RFC 6749 §3.2"),
    Entry::new(TOKEN, "oauth2/token-request/unsupported-grant-type", "The grant type is not supported")
        .meaning("The server does not know this `grant_type`, or did not find any: a body that is no form looks the same to it.")
        .words(&[
            likely("error=unsupported_grant_type"),
            likely("unsupported_grant_type"),
            likely("unsupported grant_type"),
            certain("aadsts70003"),
            likely("invalid grant_type"),
            likely("unknown grant type"),
            likely("grant type not supported"),
            likely("unsupported grant type"),
        ])
        .fix("Check the spelling of `grant_type`, that the body is a form, and what the metadata lists as `grant_types_supported`.")
        .source("RFC 6749 §5.2")
        .generic(),
    Entry::new(TOKEN, "oauth2/token-answer/error-with-status-200", "An error came with status 200")
        .meaning("The server answered with success, and the body is an error; a library that looks at the status alone says that `access_token` is missing.")
        .fix("Look for `error` in the body before looking for `access_token`.")
        .source("RFC 6749 §5.2; ramosbugs/oauth2-rs#313"),
    Entry::new(TOKEN, "oauth2/token-answer/not-json", "The answer of the token endpoint is a page")
        .meaning("HTML came where JSON was due: a login page, a proxy, a firewall, or a URL that is not the token endpoint.")
        .words(&[
            likely("expecting value: line 1 column 1"),
            likely("unexpected token '<'"),
            likely("unexpected token < in json"),
            likely("invalid character '<' looking for beginning of value"),
            likely("response content-type must be … application/json"),
            likely("oauth_response_is_not_json"),
            likely("\"response\" content-type must be application/json"),
            likely("response is not a json object"),
            likely("the content-type is not json compatible"),
            likely("malformed json string"),
            likely("malformedjsonexception"),
            likely("before \"<"),
            likely("unexpected character ('<'"),
            likely("unexpected token '<', \"<"),
            likely("unexpected token < at"),
            likely("unexpected character '<'"),
            likely("invalid character '<'"),
            likely("<!doctype … is not valid json"),
            likely("is not valid json"),
            likely("jsondecodeerror"),
            likely("json::parsererror"),
            likely("unexpected character ('<' (code 60))"),
            likely("expected value at line 1 column 1"),
            likely("no json object could be decoded"),
            likely("lexical error … <"),
            likely("'<' is an invalid start of a value"),
            likely("unexpected character encountered while parsing value: <"),
            likely("expected value but found invalid token"),
            likely("json … expecting value"),
        ])
        .fix("Look at status and URL: take the token endpoint from the metadata of the issuer, and look for a proxy in between.")
        .source("RFC 6749 §5.1; requests/requests-oauthlib#446"),
    Entry::new(TOKEN, "oauth2/token-answer/wrong-url", "That is not the token endpoint")
        .meaning("The URL does not exist, or takes no POST.")
        .words(&[
            likely("404 … /token"),
            likely("404 … token endpoint"),
            likely("/token … 404"),
            likely("token endpoint … 404"),
            likely("/token … not found"),
            possible("unable to find matching target resource method"),
            likely("404 from post"),
            likely("cannot post /oauth"),
            likely("cannot post /token"),
            likely("cannot post /connect/token"),
            likely("no static resource oauth"),
            likely("filenotfoundexception: http"),
        ])
        .fix("Take `token_endpoint` from the metadata of the issuer (`/.well-known/openid-configuration`).")
        .source("RFC 8414 §3"),
    Entry::new(TOKEN, "oauth2/token-answer/form-encoded", "The answer is a form, not JSON")
        .meaning("The token came form-encoded, as of old; a client that wants JSON fails to read it.")
        .words(&[
            likely("mimetype: application/x-www-form-urlencoded"),
            likely("content type … application/x-www-form-urlencoded … expected … json"),
            likely("expected … json … application/x-www-form-urlencoded"),
            likely("unexpected mimetype: application/x-www-form-urlencoded"),
            likely("unexpected content type … application/x-www-form-urlencoded"),
            likely("unexpected content-type … application/x-www-form-urlencoded"),
            likely("unsupported content type … response … application/x-www-form-urlencoded"),
            likely("invalid character 'a' looking for beginning of value"),
            likely("unexpected token 'a', \"access_tok\""),
            likely("unexpected token a in json at position 0"),
            likely("no suitable httpmessageconverter … application/x-www-form-urlencoded"),
            likely("json to extract_json"),
            likely("unexpected content type: application/x-www-form-urlencoded"),
        ])
        .fix("Send `Accept: application/json` (GitHub answers JSON then), or read the form.")
        .source("RFC 6749 §5.1"),
    Entry::new(TOKEN, "oauth2/token-answer/expires-in-text", "`expires_in` is text")
        .meaning("The answer has `expires_in` in quotes; it has to be a number, and a client that goes by the letter refuses the whole answer.")
        .words(&[
            certain("\"expires_in\" property must be a"),
            likely("expires_in … expected … string"),
            likely("expires_in: invalid type"),
            likely("expires_in … invalid type: string"),
            likely("expires_in … cannot be cast"),
            likely("expires_in … not … number"),
            likely("expires_in … must be … number"),
        ])
        .fix("Read a number that is written as text, too; in a client that cannot, change the answer before it reads it.")
        .source("RFC 6749 §5.1; panva/oauth4webapi, `processGenericAccessTokenResponse`")
        .vague(),
    Entry::new(TOKEN, "oauth2/token-answer/no-access-token", "The answer has no access token")
        .meaning("The library found no `access_token`; it hides what came instead: an error in another dialect, a page, an empty body.")
        .words(&[
            likely("missing access token parameter"),
            likely("missing_token"),
            likely("missing field `access_token`"),
            likely("server response missing access_token"),
            likely("\"response\" body \"access_token\" property must be a string"),
            possible("failed to parse server response"),
        ])
        .fix("Look at status and body of the answer itself (requests-oauthlib: a compliance hook for `access_token_response`, or DEBUG logging on a test account).")
        .source("RFC 6749 §5.1; requests/requests-oauthlib#324"),
    Entry::new(TOKEN, "oauth2/token-answer/token-type", "The token type is missing or not known")
        .meaning("The answer has no `token_type`, or one that the client does not know.")
        .words(&[
            certain("missing_token_type"),
            certain("missing token type"),
            likely("unsupported_token_type"),
            certain("unsupported token type"),
            certain("\"token_type\" property must be a string"),
            certain("unsupported \"token_type\""),
            likely("missing field `token_type`"),
            likely("token_type … missing"),
            likely("missing token_type"),
        ])
        .fix("Take it for `Bearer` if the provider documents that, and compare without regard to case.")
        .source("RFC 6749 §7.1"),
    Entry::new(SCOPE, "oauth2/scope/changed", "Other scopes were granted than asked for")
        .meaning("The server granted other scopes than were asked for: it normalises names, adds `openid`, or leaves out what the user or a policy did not grant.")
        .words(&[certain("scope has changed from")])
        .fix("Compare as sets, and fail on missing ones alone. oauthlib raises for any difference: set OAUTHLIB_RELAX_TOKEN_SCOPE=1 and check yourself.")
        .source("RFC 6749 §3.3; oauthlib/oauthlib#562"),
    Entry::new(SCOPE, "oauth2/scope/not-granted", "A scope that was asked for was not granted")
        .meaning("The answer lists fewer scopes than were asked for.")
        .fix("Ask the user again for what is missing, or do without; users can untick scopes, and apps have to be allowed them.")
        .source("RFC 6749 §3.3"),
    Entry::new(SCOPE, "oauth2/scope/invalid", "A scope is not known or not allowed")
        .meaning("The server does not know a scope, or the client may not ask for it.")
        .words(&[
            certain("error=invalid_scope"),
            certain("invalid_scope"),
            certain("invalid scope"),
            certain("unknown scope"),
            certain("unauthorized_scope_error"),
            certain("aadsts70011"),
            certain("aadsts650053"),
            certain("requested scope is invalid"),
            certain("invalid oauth scope"),
            certain("requested scopes are invalid"),
            certain("error=invalid_scope_requested"),
            certain("requested scope is invalid, unknown, or malformed"),
            certain("aadsts70001 … scope"),
            certain("invalid scopes:"),
            certain("the scope requested is invalid"),
            likely("is not a valid scope"),
            certain("one or more scopes are not configured"),
            likely("some requested scopes were invalid"),
        ])
        .fix("Check the spelling, and that scopes are separated as the provider wants it (a space by the RFC, a comma with some); allow the scope for the client.")
        .source("RFC 6749 §3.3"),
    Entry::new(SCOPE, "oauth2/scope/insufficient", "The token's scope does not reach")
        .meaning("The call needs a scope that the token does not have; neither a retry nor a refresh adds it.")
        .words(&[
            certain("error=insufficient_scope"),
            certain("insufficient_scope"),
            certain("access_token_scope_insufficient"),
            certain("insufficient authentication scopes"),
            certain("insufficient permission: request had insufficient"),
            certain("error=missing_scope"),
            certain("token … scope … insufficient"),
            certain("requires higher privileges than provided"),
            likely("resource not accessible by integration"),
            certain("insufficient client scope"),
            certain("unauthorized; scope does not match"),
            likely("insufficientpermissions"),
            likely("insufficient permission"),
            certain("credentials lack one or more required privilege scopes"),
            likely("does not contain scopes"),
            certain("requires merchant approval for … scope"),
            likely("not enough permissions to access"),
            likely("error=insufficient_permissions"),
            certain("error=no_permission … scope"),
            certain("error=missing_scopes"),
            certain("error=oauth_scope_mismatch"),
            certain("oauth_scope_mismatch"),
            likely("insufficient privileges to complete the operation"),
            likely("authorization_requestdenied"),
            certain("hasn't been granted all required scopes"),
            likely("this access token does not have"),
            likely("missing_scope"),
            likely("the granted scopes do not"),
            likely("requires … permission … to be granted"),
            likely("(#200) requires"),
            likely("(#10) … permission"),
            certain("error=erraccesstoken_insufficientscope"),
            certain("missing required scopes"),
            certain("missing required scope"),
            likely("outside the authorized scopes"),
            likely("required_scope"),
            likely("merchant approval for … scope"),
            likely("does not have the required scope"),
        ])
        .fix("Authorize again with the scope that the call needs, and look whether the user unticked it.")
        .source("RFC 6750 §3.1"),
    Entry::new(DEVICE, "oauth2/device/authorization-pending", "The user has not finished yet")
        .meaning("That is no failure: the user has not entered the code yet.")
        .words(&[
            certain("error=authorization_pending"),
            certain("authorization_pending"),
            certain("aadsts70016"),
            certain("error=device_authorization_pending"),
        ])
        .fix("Ask again after `interval` seconds, until `expires_in` is over.")
        .source("RFC 8628 §3.5"),
    Entry::new(DEVICE, "oauth2/device/slow-down", "The device asks too often")
        .meaning("The server wants longer pauses between the questions of a device.")
        .words(&[certain("error=slow_down"), certain("slow_down")])
        .fix("Add five seconds to the interval, for this and all later questions.")
        .source("RFC 8628 §3.5"),
    Entry::new(DEVICE, "oauth2/device/expired", "The device code has expired")
        .meaning("The user did not finish in time.")
        .words(&[
            certain("error=expired_token"),
            certain("expired_token"),
            certain("device_code … expired"),
            certain("device code … expired"),
            likely("error=expired_device_code"),
            certain("error=device_code_expired"),
        ])
        .fix("Begin again with a new device code, and say how long the user has.")
        .source("RFC 8628 §3.5"),
    Entry::new(TOKEN, "oauth2/request/repeated-parameter", "A parameter stands there twice")
        .meaning("Parameters must not repeat.")
        .words(&[
            certain("duplicate parameter"),
            certain("duplicated parameter"),
            certain("parameter … more than once"),
            certain("multiple \""),
            certain("repeated parameter"),
            likely("duplicate … parameter"),
            certain("parameter has been specified more than once"),
        ])
        .fix("Send it once; look whether it is both in the URL and in the body.")
        .source("RFC 6749 §3.2"),
    Entry::new(TOKEN, "oauth2/token-request/failed", "The token request was refused")
        .meaning("The server refused the token request without an error that can be read.")
        .words(&[
            possible("failed to exchange code"), possible("token request failed"), possible("tokenresponseexception"), possible("/token … 400"), possible("400 … /token"),
            possible("/token - server replied"),
            possible("error transferring … token"),
            possible("could not get a token"),
            possible("failed to get access token"),
            possible("failed to obtain … access token"),
            possible("error requesting token"),
        ])
        .fix("Show status, headers and body of the answer.")
        .source("RFC 6749 §5.2")
        .generic(),
];

use super::{Entry, Section, certain, likely, possible};

const ACCESS: Section = Section::AccessToken;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(ACCESS, "oauth2/access-token/expired", "The access token has expired")
        .meaning("The token's time is over.")
        .words(&[
            certain("access token expired"),
            certain("access token has expired"),
            certain("the access token expired"),
            certain("token is expired"),
            certain("token has expired"),
            certain("token expired"),
            certain("expired access token"),
            certain("lifetime validation failed, the token is expired"),
            certain("error=token_expired"),
            certain("(token_expired)"),
            certain("session has expired"),
            certain("jwt expired"),
            certain("error=expired_access_token"),
            certain("expired_access_token"),
            likely("error=expired_token"),
            certain("tokenexpired: "),
            certain("error=token_is_expired"),
            likely("invalid_session_id"),
            likely("session expired or invalid"),
            certain("access token you provided has expired"),
            certain("the incoming token has expired"),
            certain("error validating access token: session has expired"),
            certain("oauth token used to make this call expired"),
            certain("error=expired_authentication"),
            certain("access token is expired"),
            certain("error=access_token_expired"),
            likely("token_expired_error"),
            likely("token is invalid or expired"),
            certain("lifetime validation failed"),
            certain("error=tokenexpired"),
            certain("oauth token has expired"),
            certain("oauth token expired"),
            certain("the oauth token you provided has expired"),
            likely("expired session for"),
            certain("access token: token expired"),
            certain("token expired: "),
        ])
        .fix("Refresh it, with some seconds to spare before `expires_in` is over; and if the call is refused all the same, once more.")
        .source("RFC 6750 §3.1"),
    Entry::new(ACCESS, "oauth2/access-token/revoked", "The access token was revoked")
        .meaning("The user, an administrator or the provider took the token back.")
        .words(&[
            certain("token was revoked"),
            certain("token has been revoked"),
            certain("error=token_revoked"),
            certain("error=token_inactive"),
            certain("error=account_inactive"),
            likely("token is unknown, or was revoked"),
            certain("error=revoked_access_token"),
            certain("revoked_access_token"),
            certain("access token has been revoked"),
            certain("access token was revoked"),
            certain("access token is revoked"),
            certain("oauth token has been revoked"),
            likely("has not authorized application"),
            likely("user has revoked"),
            certain("the application has been uninstalled"),
            certain("error=access_token_revoked"),
            certain("token revoked: "),
        ])
        .fix("Send the user through the authorization again.")
        .source("RFC 7009 §2"),
    Entry::new(ACCESS, "oauth2/access-token/invalid", "The access token is not accepted")
        .meaning("The token is expired, revoked, malformed, or for another API or environment; the server does not say which.")
        .words(&[
            likely("error=invalid_token"),
            likely("invalid_token"),
            likely("invalid access token"),
            likely("invalid_auth"),
            likely("error=not_authed"),
            likely("bad credentials"),
            likely("invalid credentials"),
            likely("invalid authentication credentials"),
            possible("error=unauthenticated"),
            likely("invalid api key or access token"),
            likely("error=access_token_invalid"),
            likely("error=invalid_access_token"),
            likely("error=invalidauthenticationtoken"),
            likely("invalid oauth token"),
            likely("api token is invalid"),
            likely("error=authentication_required"),
            likely("invalid oauth access token"),
            likely("e0000011"),
            likely("invalid token provided"),
            likely("error=authenticationunsuccessful"),
            likely("error=authentication_error"),
            likely("error=invalid_authentication"),
            likely("authorization_invalid_token"),
            likely("access token not found in cache"),
            likely("cannot parse access token"),
            likely("malformed access token"),
            likely("access token is invalid"),
            likely("error=accesstoken_invalid"),
            likely("access token validation failure"),
            likely("applicationauthenticationfailed"),
            likely("authenticationfailed"),
            likely("given token not valid for any token type"),
            likely("invalid or expired auth credentials"),
            likely("could not validate credentials"),
            likely("improper token"),
            likely("invalid api token"),
            likely("invalid bearer token"),
            likely("authentication credentials … invalid"),
            likely("5.7.3 authentication unsuccessful"),
            possible("authenticate failed"),
            possible("5.7.8 username and password not accepted"),
            likely("xoauth2 … failed"),
            likely("unknown access token"),
            likely("535-5.7.8"),
        ])
        .fix("Refresh once and try again; if that fails too, look at audience, issuer and environment of the token.")
        .source("RFC 6750 §3.1")
        .generic(),
    Entry::new(ACCESS, "oauth2/access-token/opaque", "The access token is no JWT that the API can read")
        .meaning("An access token without an audience is for the provider's own userinfo endpoint, opaque or encrypted; the API cannot read it.")
        .words(&[
            likely("jwt malformed"),
            likely("jwt must have 3 dot separated sections"),
            likely("invalid compact jws"),
            likely("not enough segments"),
            likely("malformed jwt"),
            likely("token is malformed"),
            likely("idx12741"),
            likely("idx14100"),
            likely("not enough or too many segments"),
            likely("wrong number of segments"),
            likely("invalid number of segments"),
            likely("invalid number of parts"),
            likely("must contain exactly 2 period"),
            likely("expected to have 3 parts"),
            likely("oidc: malformed jwt"),
            likely("invalid jwt serialization"),
            likely("not a valid jwt"),
            likely("jwt strings must"),
            likely("invalid serialized"),
            likely("compact jws … 3"),
            likely("token does not have three parts"),
            likely("must consist of 3 parts"),
            likely("missing dot delimiter"),
        ])
        .fix("Send `audience` (Auth0) or `resource` (RFC 8707) in the authorization request, so that the token is for the API.")
        .source("RFC 8707 §2; support.auth0.com, “Invalid Access Token Error When Decoding”"),
    Entry::new(ACCESS, "oauth2/access-token/id-token-sent", "An ID token was sent in place of the access token")
        .meaning("An ID token is for the client alone: it says who logged in. APIs take the access token.")
        .fix("Send `access_token`, not `id_token`.")
        .source("OpenID Connect Core §2; RFC 9068 §2.1"),
    Entry::new(ACCESS, "oauth2/resource/no-token", "No token was sent")
        .meaning("The call has no `Authorization` header that reached the server.")
        .words(&[
            certain("missing authorization header"),
            certain("authorization header … missing"),
            certain("no authorization header"),
            certain("authorization header not found"),
            certain("missing access token"),
            certain("authorization header is required"),
            certain("missing_authorization"),
            certain("no auth token"),
            certain("no access token"),
            likely("no authorization token was found"),
            likely("token not provided"),
            likely("no token provided"),
            likely("bearer token not found"),
            likely("credentials were not provided"),
            likely("credentials_required"),
            likely("no bearer token"),
            likely("missing bearer token"),
            likely("missingauthenticationtoken"),
            certain("no authentication token provided"),
            certain("access token is empty"),
            certain("error=missing_access_token"),
            certain("bearer token is missing"),
            likely("missing authentication token"),
            likely("error=no_auth_header"),
            certain("an access token is required to request this resource"),
            likely("request is missing required authentication credential"),
            likely("full authentication is required to access this resource"),
            likely("no authentication given"),
            likely("authentication credentials were not provided"),
            likely("no authentication token"),
            likely("no access, refresh token or api key"),
            likely("login required to"),
        ])
        .fix("Send `Authorization: Bearer TOKEN`; look whether a proxy or a redirect takes it away.")
        .source("RFC 6750 §2.1"),
    Entry::new(ACCESS, "oauth2/resource/authorization-malformed", "The `Authorization` header is written wrongly")
        .meaning("The header is a scheme (`Bearer`, `DPoP`, `OAuth`), one space and what belongs to it, and nothing else.")
        .words(&[
            certain("authorization header … malformed"),
            certain("invalid authorization header"),
            certain("bad authorization header"),
            certain("format is authorization: bearer"),
        ])
        .fix("Write `Authorization: Bearer TOKEN`, without quotes, and look whether the variable that holds the token is set.")
        .source("RFC 6750 §2.1"),
    Entry::new(ACCESS, "oauth2/resource/authorization-lost-on-redirect", "The header was lost on a redirect")
        .meaning("The first answer was a redirect, and the call that followed it has no `Authorization` header: HTTP clients drop it towards another host, port or scheme.")
        .fix("Call the final URL: https, the right host, the slash at its end.")
        .source("seanmonstar/reqwest#2113; RFC 9110 §15.4"),
    Entry::new(ACCESS, "oauth2/resource/wrong-audience", "The token is for another API")
        .meaning("`aud` of the token does not name the API that was called.")
        .words(&[
            certain("error=invalid_audience"),
            certain("invalid audience"),
            certain("audience is invalid"),
            certain("token is for another resource"),
            certain("audience … did not match"),
            certain("audience … does not match"),
            certain("audience validation failed"),
            certain("jwt audience invalid"),
            certain("access token validation failure. invalid audience"),
            certain("token audience"),
            certain("idx10214"),
            likely("token has wrong audience"),
            likely("invalid audience"),
            likely("audience doesn't match"),
            likely("audience does not match"),
            likely("expected audience"),
            likely("unexpected 'aud'"),
            likely("invalidauderror"),
            likely("invalidaudience"),
            likely("jwt audience invalid"),
            likely("jwt aud claim"),
            likely("doesn't contain the required audience"),
            likely("not allowed to be used by this audience"),
            likely("required audience is missing"),
            likely("validation failed, invalid audience"),
            likely("wrong audience"),
            likely("bad audience"),
            likely("audience … not accepted"),
            likely("audience mismatch"),
            likely("must contain … audience"),
            likely("unexpected \"aud\" value"),
            likely("idx10206"),
            certain("error=\"invalid_token\", error_description=\"the audience"),
            likely("token was not issued for this audience"),
            likely("\"aud\" claim … not valid"),
            likely("the required audience is missing"),
            likely("incorrect \"aud\""),
            likely("\"aud\" … claim … expected"),
            likely("aud claim … expected"),
            likely("audience … expected"),
            likely("claim \"aud\""),
            likely("aud mismatch"),
            likely("invalid aud "),
            likely("unacceptable audience"),
        ])
        .fix("Ask for a token with the API as `resource` or `audience`, in the refresh request too.")
        .source("RFC 8707 §2; RFC 9068 §4"),
    Entry::new(ACCESS, "oauth2/resource/no-challenge", "The refusal says nothing")
        .meaning("The API answered 401 without `WWW-Authenticate` and without a reason.")
        .words(&[
            possible("\"message\":\"unauthorized\""),
            possible("\"message\": \"unauthorized\""),
        ])
        .fix("Check in this order: was a token sent, is it expired, is it for this API (`aud`), does it have the scope.")
        .source("RFC 6750 §3; adcontextprotocol/adcp-client#563")
        .generic(),
    Entry::new(ACCESS, "oauth2/resource/forbidden", "The call is not permitted")
        .meaning("The server knows who calls and does not permit it: a role, a policy, a scope.")
        .words(&[
            possible("error=permission_denied"),
            possible("status 403"),
            possible("forbidden"),
            likely("accessnotconfigured"),
            likely("service_disabled"),
            likely("has not been used in project"),
            likely("error=access_not_configured"),
            likely("client-not-enrolled"),
            likely("client-forbidden"),
            likely("must use keys and tokens from a twitter developer app that is attached to a project"),
            likely("error=authorizationunsuccessful"),
            likely("access to requested resource is denied"),
            likely("e0000006"),
            likely("organization has enabled or enforced saml sso"),
            likely("authorization failed due to insufficient permissions"),
            likely("api_disabled_for_org"),
            likely("resource not accessible by personal access token"),
            possible("status=403"),
            possible("http 403"),
            possible("403 forbidden"),
            possible("(403)"),
            possible("code 403"),
        ])
        .fix("Look at the scopes of the token and at the roles of the user in the API itself.")
        .source("RFC 6750 §3.1")
        .generic(),
];

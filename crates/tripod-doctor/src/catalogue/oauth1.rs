use super::{Entry, Section, certain, likely, possible};

const KEYS: Section = Section::ConsumerKeyAndSecret;
const TIME: Section = Section::TimestampAndNonce;
const CALLBACK: Section = Section::CallbackUrl;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(KEYS, "oauth1/consumer-key/unknown", "The consumer key is not known")
        .meaning("The server knows no client by this consumer key.")
        .words(&[
            certain("consumer_key_unknown"),
            certain("consumer_key_rejected"),
            certain("consumer_key_refused"),
            certain("invalid consumer key"),
            certain("consumer key is invalid"),
            certain("invalid_consumer"),
            certain("unknown consumer"),
            certain("unknownintegration"),
            certain("error=invalid_client … oauth_consumer_key"),
            likely("invalid api key"),
            likely("invalid consumer"),
            likely("consumer … not found"),
            likely("consumer … does not exist"),
            likely("consumer key … not valid"),
            likely("consumer key … unknown"),
            likely("unauthorized consumer"),
            likely("consumerkey … invalid"),
        ])
        .fix("Compare the key with the one in the provider's console: another app, another environment (sandbox), a missing character, or an app that was suspended.")
        .source("OAuth Problem Reporting; RFC 5849 §3.2"),
    Entry::new(KEYS, "oauth1/consumer-key/oauth2-credentials", "Credentials of OAuth 2 are used for OAuth 1")
        .meaning("The consumer key looks like a client id of OAuth 2, which cannot sign requests of OAuth 1.")
        .fix("Take API key and API secret (consumer key and secret) from the console, not client id and client secret.")
        .source("ropensci-archive/rtweet#744; laravel/socialite#641"),
    Entry::new(KEYS, "oauth1/netsuite/invalid-login", "NetSuite refuses the login")
        .meaning("NetSuite answers every fault of token-based authentication with INVALID_LOGIN_ATTEMPT; the reason stands only in its Login Audit Trail.")
        .words(&[
            certain("invalid_login_attempt"),
            certain("invalid login attempt"),
            likely("login audit trail"),
            likely("\"invalid_login\""),
        ])
        .fix("Look at Setup › Users/Roles › View Login Audit Trail › Detail. Check realm (the account, in upper case with `_`), HMAC-SHA256, and that token, role and integration are active.")
        .source("docs.oracle.com, NetSuite “Troubleshooting Token-based Authentication”"),
    Entry::new(KEYS, "oauth1/request/no-authentication-data", "No authentication reached the server")
        .meaning("The server saw no `Authorization` header of scheme OAuth, or one that it cannot read.")
        .words(&[
            certain("bad authentication data"),
            likely("missing mandatory oauth parameters"),
            likely("missing oauth parameters"),
            likely("oauth header … missing"),
        ])
        .fix("Look at what leaves the machine: a proxy or a redirect may strip the header; parameters are joined by commas, values stand in double quotes.")
        .source("RFC 5849 §3.5.1; opauth/twitter#12"),
    Entry::new(KEYS, "oauth1/request/header-malformed", "The `Authorization` header is written wrongly")
        .meaning("The header is not `OAuth name=\"value\", …` with percent-encoded values.")
        .fix("Join parameters by commas, put each value in double quotes, and percent-encode it.")
        .source("RFC 5849 §3.5.1"),
    Entry::new(KEYS, "oauth1/request/parameter-missing", "A parameter of the protocol is missing")
        .meaning("A signed request has a consumer key, a signature method, a signature, a timestamp and a nonce.")
        .words(&[
            certain("parameter_absent"),
            certain("oauth_parameters_absent"),
            certain("missing \"oauth_"),
            certain("missing required parameter: oauth_"),
            likely("error=missing_required_parameter"),
        ])
        .fix("Send every one of them; `oauth_token` too once there is a token.")
        .source("RFC 5849 §3.1"),
    Entry::new(KEYS, "oauth1/request/parameter-repeated", "A parameter of the protocol stands there twice")
        .meaning("Each parameter of the protocol may occur once, and in one place alone: header, query or body.")
        .words(&[
            certain("duplicated_oauth_protocol_parameter"),
            certain("duplicate \"oauth_"),
            certain("duplicate oauth"),
            certain("oauth_ params must come from only 1 signaturetype"),
        ])
        .fix("Send the `oauth_*` parameters in the header alone.")
        .source("RFC 5849 §3.1, §3.5"),
    Entry::new(KEYS, "oauth1/request/parameter-rejected", "A parameter of the protocol is not accepted")
        .meaning("The server does not accept a parameter as it is.")
        .words(&[
            likely("parameter_rejected"),
            likely("oauth_parameters_rejected"),
        ])
        .fix("Look at the parameter that the server names.")
        .source("OAuth Problem Reporting")
        .vague(),
    Entry::new(KEYS, "oauth1/request/signature-method", "The signature method is not accepted")
        .meaning("The server does not know the signature method, or does not accept it any more.")
        .words(&[
            certain("signature_method_rejected"),
            certain("unsupported_signature_method"),
            certain("unsupported signature method"),
            certain("invalid_signature_method"),
            certain("invalid signature method"),
        ])
        .fix("Use one that the provider lists, as it writes it: names are case-sensitive. HMAC-SHA256 where SHA-1 is refused.")
        .source("RFC 5849 §3.4"),
    Entry::new(KEYS, "oauth1/request/version", "The version is not accepted")
        .meaning("`oauth_version` may be left out; if it is there, it is `1.0`.")
        .words(&[
            certain("version_rejected"),
            certain("invalid oauth version"),
            certain("invalid version"),
        ])
        .fix("Send `oauth_version=\"1.0\"`, for OAuth 1.0a too, or leave it out.")
        .source("RFC 5849 §3.1"),
    Entry::new(KEYS, "oauth1/token/rejected", "The token is not accepted")
        .meaning("The server does not accept the token: it was revoked, has expired, was used, or belongs to another client.")
        .words(&[
            certain("token_rejected"),
            certain("token_revoked"),
            certain("token_expired"),
            certain("token_used"),
            certain("invalid or expired token"),
            likely("error=invalid_token … oauth_token"),
            likely("unknown access token"),
            likely("token … unknown or"),
            likely("expired token ("),
        ])
        .fix("Go through the authorization again for a new token and secret. Temporary credentials do not work as a token: exchange them first.")
        .source("OAuth Problem Reporting; RFC 5849 §3.2"),
    Entry::new(KEYS, "oauth1/token/permission-denied", "The token does not reach this far")
        .meaning("The token is good, but the user or the app has no permission for this.")
        .words(&[
            certain("permission_denied"),
            certain("additional_authorization_required"),
            certain("read-only application cannot post"),
            certain("your client app is not configured with the appropriate oauth1 app permissions"),
            likely("method requires … privileges"),
            likely("insufficient permissions. method requires"),
        ])
        .fix("Give the app the permission in the provider's console, and then authorize again: permissions are frozen into a token.")
        .source("OAuth Problem Reporting"),
    Entry::new(KEYS, "oauth1/authorization/undecided", "The user has not decided yet")
        .meaning("The token was to be exchanged before the user allowed anything.")
        .words(&[certain("permission_unknown")])
        .fix("Send the user to the authorization page with the token, and exchange it when the user comes back with `oauth_verifier`.")
        .source("OAuth Problem Reporting; RFC 5849 §2.2"),
    Entry::new(KEYS, "oauth1/authorization/refused", "The user said no")
        .meaning("The user did not grant what was asked for.")
        .words(&[
            certain("user_refused"),
            certain("error=denied"),
            certain("response does not contain a token"),
            likely("callback?denied="),
            likely("&denied="),
            likely("?denied="),
        ])
        .fix("Begin anew when the user asks for it; treat `denied=` in a callback as a refusal.")
        .source("OAuth Problem Reporting; RFC 5849 §2.2"),
    Entry::new(CALLBACK, "oauth1/verifier/invalid", "The verifier is wrong or missing")
        .meaning("The verifier is not the one that came with the callback for these temporary credentials.")
        .words(&[
            certain("verifier_invalid"),
            certain("oauth_verifier … invalid"),
            certain("invalid \"oauth_verifier\""),
            likely("missing \"oauth_verifier\""),
            likely("no client verifier has been set"),
            likely("verifiermissing"),
        ])
        .fix("Send `oauth_verifier` as it came with the callback, once, together with the token that came with it.")
        .source("RFC 5849 §2.3"),
    Entry::new(CALLBACK, "oauth1/callback/not-approved", "The callback URL is not approved")
        .meaning("The callback URL is not among those that are registered for the client.")
        .words(&[
            certain("callback url not approved"),
            certain("oauth_callback … not approved"),
            certain("invalid oauth_callback"),
            certain("callback_rejected"),
            certain("callback is none that the consumer registered"),
            certain("parameter_rejected … oauth_callback"),
            certain("desktop applications only support the oauth_callback value 'oob'"),
            likely("callback … not approved"),
            likely("callback … not allowed"),
            likely("callback … not registered"),
            likely("callback … does not match"),
            likely("callback must be a prefix"),
            likely("oauth_callback must be"),
            likely("callback … must be … registered"),
        ])
        .fix("Register the callback URL exactly as it is sent, scheme, port and slash included; or use `oob`.")
        .source("RFC 5849 §2.1; abraham/twitteroauth#658"),
    Entry::new(TIME, "oauth1/timestamp/refused", "The timestamp is refused")
        .meaning("The timestamp lies too far from the server's clock.")
        .words(&[
            certain("timestamp_refused"),
            certain("expired timestamp"),
            certain("invalid/expired timestamp"),
            certain("invalidtimestamp"),
            certain("timestamp out of bounds"),
            certain("invalid timestamp"),
            certain("timestamp … is too old"),
            certain("oauth_acceptable_timestamps"),
        ])
        .fix("Set the clock by NTP; where that is not possible, add the difference to every timestamp.")
        .source("RFC 5849 §3.3; YelpArchive/yelp-api#8"),
    Entry::new(TIME, "oauth1/timestamp/malformed", "The timestamp is no number of seconds")
        .meaning("`oauth_timestamp` is a whole number of seconds since 1970; milliseconds lie in the far future.")
        .fix("Send seconds: divide milliseconds by 1000 and round down.")
        .source("RFC 5849 §3.3"),
    Entry::new(TIME, "oauth1/nonce/used", "The nonce was used before")
        .meaning("The server has seen this nonce with this timestamp: the same signed request arrived twice.")
        .words(&[
            certain("nonce_used"),
            certain("noncerejected"),
            certain("nonce already used"),
            certain("invalid_nonce"),
            certain("nonce has already been used"),
            certain("duplicate timestamp/nonce"),
            certain("replay attack"),
        ])
        .fix("Sign every attempt anew: retries and redirects too. Draw the nonce at random, not from the clock.")
        .source("RFC 5849 §3.3"),
    Entry::new(KEYS, "oauth1/request/failed", "A request of OAuth 1 was refused")
        .meaning("The server refused a signed request without saying why.")
        .words(&[
            possible("token request failed with code"),
            possible("tokenrequestdenied"),
            possible("oauth::unauthorized"),
            possible("oauthnotauthorizedexception"),
            possible("oauth::problem"),
            possible("consumer key was not correct or the signatures did not match"),
            possible("failed to obtain oauth 1"),
            possible("failed to obtain request token"),
            possible("could not get request token"),
            possible("oauth 1 request token error"),
            possible("init_oauth1.0"),
            possible("request_token … 401"),
            possible("/oauth/request_token … 401"),
            possible("cannot start the login … 401"),
            possible("get_request_token"),
        ])
        .fix("Give both secrets: then the signature is recomputed under every known mistake. Show headers and body of the answer too.")
        .source("RFC 5849 §3.2")
        .generic(),
];

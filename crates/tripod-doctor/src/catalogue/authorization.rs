use super::{Entry, Section, certain, likely, possible};

const REDIRECT: Section = Section::RedirectUrl;
const ASK: Section = Section::Authorization;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(REDIRECT, "oauth2/redirect-uri/mismatch", "The redirect URI is not one that is registered")
        .meaning("The redirect URI that was sent is compared octet for octet with those that are registered, and none is the same.")
        .words(&[
            certain("redirect_uri_mismatch"),
            certain("aadsts50011"),
            certain("redirect_uri must match the registered callback"),
            certain("invalid redirect uri"),
            certain("invalid parameter: redirect_uri"),
            certain("mismatching redirect uri"),
            certain("mismatching_redirect_uri"),
            certain("redirect uri equals none that was registered"),
            certain("redirect uri … is not supported by client"),
            certain("redirect_uri … does not match"),
            certain("redirect_uri … did not match"),
            certain("redirect uri … does not match"),
            certain("redirect uri does not match"),
            certain("redirect_uri is not associated"),
            certain("pre-registered redirect"),
            certain("bad_redirect_uri"),
            certain("invalid_redirect_uri"),
            certain("invalid redirect_uri"),
            certain("invalid \"redirect_uri\""),
            certain("url blocked … redirect"),
            certain("redirect uri equals none"),
            likely("redirect_uri is not valid"),
            certain("error=redirect_mismatch"),
            certain("redirect_mismatch"),
            certain("error=bad_redirect_uri"),
            certain("redirect uri mismatch"),
            certain("redirect uri is not registered"),
            certain("redirect_uri is not registered"),
            certain("redirect_uri is not whitelisted"),
            certain("invalid redirection uri"),
            certain("can't load url: the domain of this url isn't included"),
            certain("redirect uri is not valid"),
            certain("callback url mismatch"),
            certain("redirect_uri not allowed"),
            certain("is not in the list of allowed callback urls"),
            certain("illegal redirect_uri"),
            certain("redirect uri does not match registered"),
            likely("not registered … redirect uri"),
            certain("'redirect_uri' parameter must be a login redirect uri in the client app settings"),
            certain("invalid url redirect_uri"),
            certain("the redirect_uri and application url must have matching hosts"),
            certain("redirect uri specified by the client is not"),
            certain("redirect_uri does not match"),
            certain("the redirect url does not match"),
            likely("invalid redirect: http"),
            likely("invalid redirect url"),
            likely("invalid redirect"),
        ])
        .fix("Register the redirect URI exactly as it is sent, or send the one that is registered: scheme, host, port, path and the slash at its end count. Behind a proxy that ends TLS, have the app build `https` URLs.")
        .source("RFC 6749 §3.1.2.3; RFC 9700 §4.1.3"),
    Entry::new(REDIRECT, "oauth2/redirect-uri/differs-in-token-request", "The token request has another redirect URI")
        .meaning("The redirect URI of the token request has to be the same as that of the authorization request.")
        .words(&[
            certain("redirect_uri … differs from"),
            certain("redirect_uri … authorization request"),
            certain("redirect uri in request … does not match … authorization"),
            certain("make sure your redirect_uri is identical to the one you used in the oauth dialog request"),
            certain("mismatch_redirect_uri_auth_code"),
            certain("redirect_uri does not match the redirection uri used in the authorization"),
            certain("redirect_uri is identical to the one you used"),
            certain("redirect uri mismatch … authorization code"),
            certain("redirect_uri did not match … authorization"),
            certain("redirect uri used … different … authorization"),
        ])
        .fix("Keep the redirect URI of the authorization request, and send the same one with the code.")
        .source("RFC 6749 §4.1.3; intuit/quickbooks-online-mcp-server#69"),
    Entry::new(REDIRECT, "oauth2/redirect-uri/missing", "The redirect URI is missing")
        .meaning("The server wants a redirect URI, and none was sent.")
        .words(&[
            certain("missing redirect uri"),
            certain("missing \"redirect_uri\""),
            certain("missing redirect_uri"),
            certain("redirect_uri is required"),
            certain("missing required parameter: redirect_uri"),
            certain("must contain … parameter: 'redirect_uri'"),
            certain("error=missing_redirect_uri"),
            likely("no redirect uri"),
            certain("redirect uri is required"),
            certain("redirect_uri … must be present"),
            certain("aadsts900971"),
            certain("aadsts50113"),
            certain("aadsts500113"),
        ])
        .fix("Send `redirect_uri` in the authorization request, and the same one in the token request.")
        .source("RFC 6749 §3.1.2.3"),
    Entry::new(REDIRECT, "oauth2/redirect-uri/localhost-refused", "The name `localhost` is refused as redirect URI")
        .meaning("The provider accepts loopback addresses by number alone, or https.")
        .words(&[
            certain("insecure redirect uri"),
            certain("redirect uri is not secure"),
        ])
        .fix("Use `http://127.0.0.1:PORT/…` or `http://[::1]:PORT/…`, and register that.")
        .source("RFC 8252 §7.3, §8.3; spotipy-dev/spotipy#1217"),
    Entry::new(REDIRECT, "oauth2/redirect-uri/loopback-unreachable", "The browser cannot reach the loopback redirect")
        .meaning("The user came back to a port of this machine where nothing listens, or listens on the other address family.")
        .words(&[
            likely("localhost refused to connect"),
            likely("127.0.0.1 refused to connect"),
            likely("err_connection_refused"),
            likely("waiting for … callback … timed out"),
            likely("timed out waiting for … callback"),
            likely("timeout waiting for … redirect"),
            likely("timeout … waiting for authorization code"),
        ])
        .fix("Use the address by number, listen on 127.0.0.1 and ::1, keep listening until the user is back; on a remote machine forward the port (`ssh -L`), paste the URL, or use the device flow.")
        .source("RFC 8252 §7.3; Hmbown/Codewhale#4998"),
    Entry::new(REDIRECT, "oauth2/redirect-uri/insecure-transport", "The library refuses a redirect over http")
        .meaning("oauthlib wants https everywhere and knows no exception for loopback addresses.")
        .words(&[
            certain("insecure_transport"),
            certain("oauth 2 must utilize https"),
            certain("insecuretransporterror"),
            likely("only requests to https are allowed"),
            likely("only requests over https are allowed"),
        ])
        .fix("Behind a proxy, have the app see the public https URL (ProxyFix, X-Forwarded-Proto). For loopback addresses in development set OAUTHLIB_INSECURE_TRANSPORT=1, never in production.")
        .source("RFC 8252 §8.3; requests/requests-oauthlib#61"),
    Entry::new(REDIRECT, "oauth2/callback/state-mismatch", "The state that came back is not the one that was sent")
        .meaning("`state` binds the callback to the browser that began; here it is another one, or the session that held it is gone.")
        .words(&[
            likely("mismatching_state"),
            likely("state not equal in request and response"),
            likely("state_mismatch"),
            likely("state mismatch"),
            likely("invalid state parameter"),
            likely("missing state cookie"),
            likely("invalid_state"),
            likely("unexpected \"state\" response parameter"),
            likely("csrf warning"),
            likely("csrf_detected"),
            likely("csrf detected"),
            likely("unable to verify authorization request state"),
            likely("state value could not be parsed"),
            likely("invalid authorization request state"),
            likely("pkcecodeverifier value could not be parsed"),
            likely("checks.state argument is missing"),
            likely("state missing from the response"),
            likely("did not find the expected authorization request in storage"),
            likely("authorization_request_not_found"),
            likely("correlation failed"),
            likely("unable to unprotect the message.state"),
            likely("state parameter … match"),
            likely("invalid state"),
            likely("state does not match"),
            likely("state doesn't match"),
            likely("state did not match"),
            likely("state not found"),
            likely("state cookie … missing"),
            likely("failed to verify request state"),
            likely("csrf state"),
            likely("state token is invalid"),
            likely("authstatemissing"),
            likely("authstateforbidden"),
            likely("session value … state"),
            likely("state cookie found: check"),
            likely("unable to restore state"),
            likely("invalid authorization response state"),
            likely("auth_verification"),
            likely("login flow is initiated … before the callback"),
            likely("transaction cookie"),
            likely("state cookie"),
            likely("login session … not found"),
            likely("session expired … state"),
            likely("cookie … callback … not found"),
            likely("login_state"),
            likely("state … was not found"),
            likely("no matching state"),
            likely("no matching state found in storage"),
            likely("state … expired"),
        ])
        .fix("Begin and end on the same host (`localhost` and `127.0.0.1` have different cookies). With `response_mode=form_post` the cookie needs `SameSite=None; Secure`. Check for a second tab, a replayed callback, and sessions that are not shared by all processes.")
        .source("RFC 6749 §10.12; authlib/authlib#376"),
    Entry::new(REDIRECT, "oauth2/callback/no-code", "The callback has no code")
        .meaning("What arrived at the redirect URI is no answer of the provider: a favicon, a prefetch, or a URL that was cut.")
        .words(&[
            likely("missing_code"),
            likely("missing code parameter in response"),
            likely("no code in callback"),
            likely("no authorization code in"),
            likely("\"code\" response parameter missing"),
            likely("missing code parameter"),
            likely("oauth2 missing code"),
            likely("no code parameter"),
            likely("missing authorization code"),
            likely("code not found in … callback"),
            likely("\"code\" missing"),
            likely("did not receive … authorization code"),
            likely("no authorization code"),
            likely("callback … without … code"),
        ])
        .fix("Serve the exact path alone, answer everything else with 404, and keep listening. If the provider sent an error, look at that.")
        .source("RFC 6749 §4.1.2; resend/resend-cli#320"),
    Entry::new(REDIRECT, "oauth2/callback/issuer-mismatch", "The callback comes from another issuer")
        .meaning("`iss` in the callback is not the issuer that was asked: a mix-up, or another spelling of it.")
        .words(&[
            certain("unexpected \"iss\" (issuer)"),
            certain("unexpected \"iss\" response"),
            certain("response parameter \"iss\" (issuer) missing"),
        ])
        .fix("Compare `iss` with the issuer of the metadata, octet for octet; do not redeem the code.")
        .source("RFC 9207 §2.4"),
    Entry::new(ASK, "oauth2/authorization/access-denied", "The user or a policy said no")
        .meaning("What was asked for was not granted.")
        .words(&[
            certain("error=access_denied"),
            certain("error=user_denied"),
            certain("user_cancelled_login"),
            certain("user_cancelled_authorize"),
            likely("the user denied"),
            likely("user has denied"),
            likely("resource owner denied"),
            likely("denied your request"),
            certain("aadsts50105"),
            certain("aadsts50057"),
            likely("admin_policy_enforced"),
            certain("org_internal"),
            likely("developer hasn't given you access to this app"),
        ])
        .fix("Offer to begin again. If nobody said no, look at the policy of the organisation, and whether the user is among the test users of an app that is not published.")
        .source("RFC 6749 §4.1.2.1"),
    Entry::new(ASK, "oauth2/authorization/google-policy", "Google refuses how the app asks")
        .meaning("The request breaks a policy of Google: the out-of-band flow, which was removed, a redirect to plain http or an IP address, or an app that is not verified.")
        .words(&[
            certain("doesn't comply with google's oauth 2.0 policy"),
            certain("doesn’t comply with google’s oauth 2.0 policy"),
            certain("the out-of-band (oob) flow has been blocked"),
            certain("error=disallowed_useragent"),
            likely("urn:ietf:wg:oauth:2.0:oob"),
        ])
        .fix("Use a loopback redirect (`http://127.0.0.1:PORT`) with a client of type Desktop, or the device flow where there is no browser.")
        .source("RFC 8252 §7.3; developers.google.com, “OOB migration”"),
    Entry::new(ASK, "oauth2/authorization/consent-missing", "Consent is missing")
        .meaning("Nobody consented to what the app asks for yet, or only an administrator may.")
        .words(&[
            certain("aadsts65001"),
            certain("aadsts90094"),
            certain("aadsts65004"),
            certain("error=consent_required"),
            certain("has not consented to use the application"),
            certain("aadsts65005"),
            likely("user hasn't approved this consumer"),
            likely("user_consent_required"),
            certain("aadsts650056"),
            certain("aadsts650057"),
            certain("aadsts90008"),
        ])
        .fix("Send the user through the authorization page (`prompt=consent`); where an administrator has to consent, use the admin consent URL.")
        .source("learn.microsoft.com, AADSTS65001; OpenID Connect Core §3.1.2.6"),
    Entry::new(ASK, "oauth2/authorization/interaction-required", "The user has to be asked")
        .meaning("The request said that no page may be shown (`prompt=none`), but one is needed.")
        .words(&[
            certain("error=login_required"),
            certain("error=interaction_required"),
            certain("error=account_selection_required"),
            certain("aadsts50058"),
            certain("aadsts50076"),
            certain("aadsts50079"),
            certain("aadsts53003"),
            certain("aadsts16000"),
            certain("aadsts50074"),
            certain("aadsts50072"),
            certain("aadsts50097"),
            certain("aadsts53000"),
            certain("aadsts53001"),
            certain("aadsts53004"),
            certain("aadsts530002"),
            certain("aadsts530003"),
        ])
        .fix("Ask again without `prompt=none`, in the browser of the user. Multi-factor and conditional access cannot be met by refreshing.")
        .source("OpenID Connect Core §3.1.2.6"),
    Entry::new(ASK, "oauth2/entra/tenant", "The tenant or the audience of the app is wrong (Entra)")
        .meaning("The app is not known in the tenant that was asked, or is registered for one tenant and asked through `/common`.")
        .words(&[
            certain("aadsts50194"),
            certain("aadsts700016"),
            certain("aadsts90002"),
            certain("aadsts50020"),
            certain("aadsts500011"),
            certain("is not configured as a multi-tenant application"),
            likely("unable to get authority configuration for"),
            likely("tenant … not found"),
            certain("aadsts90072"),
            certain("aadsts900023"),
            certain("aadsts7000229"),
            likely("aadsts50034"),
            certain("aadsts90019"),
        ])
        .fix("Use the authority of the tenant (`https://login.microsoftonline.com/TENANT`), or make the app multi-tenant.")
        .source("learn.microsoft.com, AADSTS error codes"),
    Entry::new(ASK, "oauth2/authorization/unsupported-response-type", "The response type is not supported")
        .meaning("The client may not use this `response_type`, or the server does not know it.")
        .words(&[
            certain("error=unsupported_response_type"),
            certain("unsupported response_type"),
            certain("aadsts700051"),
            certain("aadsts70005"),
            certain("aadsts700054"),
        ])
        .fix("Use `response_type=code`; implicit and hybrid flows have to be allowed for the client.")
        .source("RFC 6749 §4.1.2.1"),
    Entry::new(ASK, "oauth2/request/parameter-missing", "A required parameter is missing")
        .meaning("The server wants a parameter that was not sent, or was sent empty.")
        .words(&[
            certain("aadsts900144"),
            certain("aadsts90014"),
            certain("missing required parameter"),
            certain("required parameter … missing"),
            certain("required parameter is missing"),
            certain("parameter is required"),
            certain("missing parameter"),
            certain("request is missing"),
            likely("missing \""),
            certain("missing client id"),
            certain("missing response_type"),
            likely("missing mandatory"),
            certain("must contain the following parameter"),
        ])
        .fix("Send it; look whether the variable that should hold it is empty. Entra wants `scope` where the RFC does not.")
        .source("RFC 6749 §4.1.2.1, §5.2")
        .vague(),
    Entry::new(ASK, "oauth2/request/placeholder", "A placeholder was sent in place of a value")
        .meaning("A parameter holds the name of a variable, or the word for nothing, in place of its value.")
        .fix("Set the variable; quote it so that the shell or the template puts its value there.")
        .source("RFC 6749 §3.2"),
    Entry::new(ASK, "oauth2/request/invalid", "The request is not accepted as it is")
        .meaning("A parameter is missing, repeated, unknown or malformed; the server does not say which.")
        .words(&[
            likely("error=invalid_request"),
            possible("error=invalid_client_id"),
            possible("invalid_request"),
        ])
        .fix("Compare the request with the provider's documentation, parameter by parameter. oauthlib names a class such as InvalidClientIdError for any `invalid_request`: do not trust the class.")
        .source("RFC 6749 §5.2; oauthlib/oauthlib#776")
        .generic(),
    Entry::new(ASK, "oauth2/client/unauthorized", "The client may not do this")
        .meaning("The client is known, but not allowed to use this grant or response type.")
        .words(&[
            likely("error=unauthorized_client"),
            certain("not authorized to use this grant"),
            certain("client is not allowed to use … grant"),
            certain("client not allowed for direct access grants"),
            certain("client not enabled to retrieve service account"),
            certain("grant type … not allowed for the client"),
            certain("grant type … not allowed for this client"),
            certain("error=device_flow_disabled"),
            certain("device_flow_disabled"),
            certain("device flow must be explicitly enabled"),
            certain("client is not authorized to use this"),
            likely("unauthorized client or scope in request"),
            likely("client is not enabled"),
            likely("client disabled"),
            likely("grant type … not allowed"),
            certain("not allowed to initiate browser login"),
            certain("implicit flow is disabled for the client"),
            certain("standard flow is disabled for the client"),
            certain("client not allowed to exchange"),
            certain("oauth app is disabled"),
            certain("application is disabled"),
            certain("partner_authentication_failed"),
            certain("aadsts7000112"),
            certain("client is not configured to support the following extension grant type"),
            likely("app not approved"),
            certain("client … not allowed to use grant"),
            likely("client credentials flow is not"),
        ])
        .fix("Allow the grant for the client in the provider's console.")
        .source("RFC 6749 §5.2"),
    Entry::new(ASK, "oauth2/request/target", "The resource is not known")
        .meaning("`resource` or `audience` names something the server issues no tokens for.")
        .words(&[
            certain("error=invalid_target"),
            certain("service not found: "),
            likely("client is not authorized to access"),
            likely("invalid resource"),
            likely("the requested audience … not"),
            likely("requested resource … invalid, missing, unknown, or malformed"),
            likely("unknown audience"),
            certain("requested audience … has not been whitelisted"),
            likely("service not enabled within domain"),
            likely("service not found: http"),
        ])
        .fix("Send the identifier that the API publishes, octet for octet.")
        .source("RFC 8707 §2"),
];

use super::{Entry, Section, certain, likely, possible};

const CLIENT: Section = Section::ClientIdAndSecret;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(CLIENT, "oauth2/client-authentication/refused", "The client is not authenticated")
        .meaning("The server does not accept how the client proves who it is: id, secret or method is wrong.")
        .words(&[
            likely("error=invalid_client"),
            likely("error=incorrect_client_credentials"),
            likely("error=access_denied … \"unauthorized\""),
            likely("invalid_client"),
            likely("bad client credentials"),
            likely("client authentication failed"),
            likely("incorrect_client_credentials"),
            likely("401 … /token"),
            likely("/token … 401"),
            likely("tokenresponseexception: 401"),
            likely("client_id and/or client_secret passed are incorrect"),
            likely("client authentication failed due to unknown client"),
            likely("prawcore … received 401"),
            likely("invalid client or invalid client credentials"),
            likely("bad_client_credentials"),
            likely("error=invalid_client_credentials"),
            likely("client secret or client id is invalid"),
            likely("client id or secret"),
            likely("client_id or client_secret"),
            likely("client credentials are invalid"),
            likely("invalid client credentials"),
            likely("client_secret or client_id"),
            likely("access token response: 401"),
            likely("could not obtain grant code … 401"),
        ])
        .fix("Give the client secret (`--client-secret-file`): then what was sent is compared with it. Check that id and secret are of the same app and environment, and which method the provider wants (header or body).")
        .source("RFC 6749 §5.2")
        .generic(),
    Entry::new(CLIENT, "oauth2/client-authentication/unknown-client", "The client id is not known")
        .meaning("The server knows no client by this id.")
        .words(&[
            certain("the oauth client was not found"),
            certain("client not found"),
            certain("unknown client"),
            certain("client is not known"),
            certain("client_id` is not that of a client"),
            certain("invalid client_id"),
            certain("client_id is invalid"),
            certain("client does not exist"),
            certain("error=deleted_client"),
            certain("invalid_client: invalid client"),
            likely("invalid client id"),
            likely("client is invalid"),
            likely("client id is invalid"),
            certain("client identifier invalid"),
            certain("client identifier is invalid"),
            certain("error=invalid_client_id"),
            certain("could not find shopify api application with api_key"),
            certain("error=bad_client_id"),
            certain("no application found with client_id"),
            certain("integrator key was not found"),
            certain("error=application_not_found"),
            certain("invalid app id"),
            certain("error validating application. cannot get application info"),
            certain("unknown client_id"),
            certain("no client with id"),
            certain("client with id … not found"),
            certain("unregistered client"),
            certain("registeredclient not found"),
            likely("requested resource does not exist … client"),
            certain("invalid value for 'client_id' parameter"),
            certain("client application not found"),
            certain("could not find application with"),
            certain("could not find a client"),
            possible("application … does not exist"),
            likely("no client … with … id"),
        ])
        .fix("Compare the id with the provider's console: another app, another environment, a missing character, or an app that was deleted.")
        .source("RFC 6749 §4.1.2.1"),
    Entry::new(CLIENT, "oauth2/client-authentication/wrong-method", "The client authenticates by a method the server does not take")
        .meaning("Servers may take the secret in the header alone or in the body alone; this one does not take the one that was used.")
        .words(&[
            certain("client … supports only … authentication method"),
            certain("client authentication method … not allowed"),
            certain("unsupported authentication method"),
            certain("does not support … client authentication method"),
            certain("token_endpoint_auth_method … not"),
            certain("only supports … client authentication method"),
            likely("no client authentication mechanism"),
            likely("client cannot authenticate with methods"),
            likely("client authentication … unsupported method"),
            likely("no client authentication included, or unsupported"),
            certain("supports client authentication method … but method"),
            certain("was requested … token_endpoint_auth_method"),
        ])
        .fix("Set the method explicitly: `client_secret_basic` (header) or `client_secret_post` (body); see `token_endpoint_auth_methods_supported` of the metadata, or how the client is registered.")
        .source("RFC 6749 §2.3.1; RFC 8414 §2"),
    Entry::new(CLIENT, "oauth2/client-authentication/two-methods", "The client authenticates in two ways at once")
        .meaning("A request must not use more than one method: here the secret stands in header and body.")
        .words(&[
            certain("more than one … client authentication"),
            certain("multiple client credentials"),
            certain("multiple client authentication"),
            certain("client credentials … must be … only one"),
            certain("must only be provided using one mechanism"),
            certain("only one client authentication"),
            likely("multiple authentication methods"),
            certain("more than one authentication method"),
            certain("more than one method of client authentication"),
            certain("more than one mechanism for authenticating"),
            certain("client authentication … more than one"),
            certain("cannot send client credentials in both"),
            certain("only one authentication method"),
            certain("utilizes more than one"),
        ])
        .fix("Send the secret in one place alone.")
        .source("RFC 6749 §2.3"),
    Entry::new(CLIENT, "oauth2/client-authentication/missing", "The client did not authenticate")
        .meaning("A confidential client has to prove who it is, and nothing in the request does.")
        .words(&[
            certain("aadsts7000218"),
            certain("client_secret is missing"),
            certain("client secret not provided"),
            certain("client_assertion' or 'client_secret"),
            certain("missing client_secret"),
            certain("client secret is required"),
            likely("client authentication required"),
            certain("configured with secret but secret_hash was not received"),
            certain("configured for secret but secret was not received"),
            certain("no client authentication was provided"),
            certain("missing client credentials"),
            certain("aadsts7000216"),
        ])
        .fix("Send the secret, or register the app as a public one (Entra: “Allow public client flows”).")
        .source("RFC 6749 §3.2.1"),
    Entry::new(CLIENT, "oauth2/client-authentication/public-client-sends-secret", "A public client sent a secret")
        .meaning("The app is registered as a public one, which has no secret and must not send one.")
        .words(&[
            certain("aadsts700025"),
            certain("aadsts90023"),
            certain("public client can't send a client secret"),
            certain("public clients can't send a client secret"),
            certain("client is public so neither"),
        ])
        .fix("Leave the secret out and use PKCE, or register the app as a web app.")
        .source("RFC 6749 §2.1"),
    Entry::new(CLIENT, "oauth2/client-authentication/wrong-secret", "The client secret is wrong")
        .meaning("The server knows the client, and the secret is not its own.")
        .words(&[
            certain("aadsts7000215"),
            certain("invalid client secret"),
            certain("client secret is invalid"),
            certain("client_secret … invalid"),
            certain("client secret … mismatch"),
            certain("invalid client or invalid client credentials"),
            certain("unauthorized_client … invalid client or invalid client credentials"),
            certain("the client secret supplied for … is invalid"),
            certain("error=bad_client_secret"),
            certain("unable to verify secret hash"),
            certain("error validating client secret"),
            certain("the provided client secret is invalid"),
            certain("client secret does not match"),
            certain("client secret mismatch"),
            certain("error=invalid_client_secret"),
            certain("invalid client_secret"),
            certain("incorrect client secret"),
            likely("wrong client secret"),
            likely("bad client secret"),
        ])
        .fix("Copy the value of the secret, not its id (Entra shows both, and the id is a GUID). Look for a cut, a decoded or an old one.")
        .source("RFC 6749 §2.3.1; keycloak/keycloak#31294"),
    Entry::new(CLIENT, "oauth2/client-authentication/secret-expired", "The client secret has expired")
        .meaning("The secret was right once, and its time is over.")
        .words(&[
            certain("aadsts7000222"),
            certain("client secret … expired"),
            certain("client_secret has expired"),
        ])
        .fix("Create a new secret, and note when it ends.")
        .source("learn.microsoft.com, AADSTS7000222"),
    Entry::new(CLIENT, "oauth2/client-authentication/other-secret", "The secret that was sent is not the expected one")
        .meaning("The request carries another id or secret than the one you say is right, in none of the usual disguises.")
        .fix("Look where the program takes its secret from: another environment, an old file, a variable that is not set.")
        .source("RFC 6749 §2.3.1"),
    Entry::new(CLIENT, "oauth2/client-authentication/secrets-swapped", "Id and secret are swapped")
        .meaning("The client id stands where the secret belongs, or the other way round.")
        .fix("Send `client_id:client_secret`, in this order.")
        .source("RFC 6749 §2.3.1"),
    Entry::new(CLIENT, "oauth2/client-authentication/stray-characters", "Something sticks to the id or the secret")
        .meaning("A line break, a space or quotes around the id or the secret were sent along.")
        .fix("Trim them where they are read; `echo -n` or `printf %s` before base64.")
        .source("RFC 6749 §2.3.1"),
    Entry::new(CLIENT, "oauth2/client-authentication/basic-encoding", "Id and secret are encoded another way than the server decodes them")
        .meaning("The RFC wants id and secret form-encoded before they are joined and put into base64; half the world does not, so a secret with special characters fails on one side.")
        .fix("Send them the other way (form-encoded or raw), use `client_secret_post`, or a secret of letters and digits alone.")
        .source("RFC 6749 §2.3.1; panva/openid-client#134, requests/requests-oauthlib#568"),
    Entry::new(CLIENT, "oauth2/client-authentication/basic-malformed", "The Basic header is written wrongly")
        .meaning("The header is not `Basic` and the base64 of `id:secret`.")
        .fix("Write `Authorization: Basic ` and the base64, with padding, of id, colon and secret.")
        .source("RFC 7617 §2"),
    Entry::new(CLIENT, "oauth2/entra/spa-platform", "The redirect URI is registered under the wrong platform (Entra)")
        .meaning("A code for a single-page application is redeemed by a browser alone, and a code for a web app by a server alone.")
        .words(&[
            certain("aadsts9002327"),
            certain("aadsts9002326"),
            certain("may only be redeemed via cross-origin requests"),
            certain("cross-origin token redemption is permitted only for"),
        ])
        .fix("Register the redirect URI under “Web” or “Mobile and desktop applications” for servers and command lines, under “Single-page application” for browsers.")
        .source("AzureAD/microsoft-authentication-library-for-js#2482"),
    Entry::new(CLIENT, "oauth2/assertion/clock", "The assertion is not valid at the time of the server")
        .meaning("`iat`, `nbf` or `exp` of the JWT lies outside of what the server accepts: the clock is off, or the lifetime is too long.")
        .words(&[
            certain("token must be a short-lived token"),
            certain("assertion … expired"),
            certain("assertion … not yet valid"),
            certain("aadsts700024"),
            certain("'expiration time' claim ('exp') is too far in the future"),
            certain("'issued at' claim ('iat') must be"),
            certain("client_assertion … exp"),
            possible("token is not active"),
            likely("assertion has expired"),
        ])
        .fix("Set the clock by NTP. Date `iat` and `nbf` back by half a minute, and let `exp` be a few minutes ahead.")
        .source("RFC 7523 §3; googleapis/google-api-php-client#1429"),
    Entry::new(CLIENT, "oauth2/assertion/claims", "A claim of the assertion is wrong")
        .meaning("An assertion names the client as `iss` and `sub`, the server as `aud`, and has `exp` and `jti`.")
        .words(&[
            certain("client_assertion … audience"),
            certain("assertion … aud"),
            certain("invalid_client … aud claim"),
            certain("invalid jwt … audience"),
            likely("invalid client assertion"),
            likely("client_assertion … invalid"),
            certain("aadsts700021"),
            certain("aadsts700023"),
            certain("aadsts700030"),
        ])
        .fix("Set `iss` and `sub` to the client id, `aud` to the issuer or the token endpoint as the provider documents it, `exp` a few minutes ahead, and a fresh `jti`.")
        .source("RFC 7523 §3"),
    Entry::new(CLIENT, "oauth2/assertion/signature", "The assertion's signature does not verify")
        .meaning("The server does not find the key, or the assertion was signed by another one.")
        .words(&[
            certain("aadsts700027"),
            certain("invalid jwt signature"),
            certain("assertion … signature"),
            certain("signature validation of jwt failed"),
            certain("unable to load public key"),
            certain("aadsts50012"),
        ])
        .fix("Register the public half of the key that signs, with the same `kid`, and sign by the algorithm that is registered.")
        .source("RFC 7523 §3"),
    Entry::new(CLIENT, "oauth2/assertion/type", "`client_assertion_type` is wrong")
        .meaning("Beside `client_assertion` stands `client_assertion_type` with one fixed value.")
        .words(&[
            certain("client_assertion_type … invalid"),
            certain("unsupported client_assertion_type"),
            possible("client_assertion_type"),
        ])
        .fix("Send `client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.")
        .source("RFC 7523 §2.2"),
];

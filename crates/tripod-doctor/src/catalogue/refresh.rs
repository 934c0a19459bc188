use super::{Entry, Section, certain, likely, possible};

const REFRESH: Section = Section::RefreshToken;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(REFRESH, "oauth2/refresh/none-issued", "There is no refresh token")
        .meaning("The provider gives a refresh token only when it is asked for in its own way.")
        .words(&[
            certain("missing required parameter: refresh_token"),
            likely("no refresh token"),
            likely("refresh token is missing"),
            likely("missing refresh_token"),
            likely("refresh_token is null"),
            likely("the credentials do not contain the necessary fields need to refresh"),
            likely("did not return a refresh token"),
            likely("must contain … parameter: 'refresh_token'"),
            likely("missing required param … refresh_token"),
            likely("refresh_token is required"),
            likely("refresh token is required"),
            likely("no refresh_token"),
            likely("refresh token not found in"),
            likely("refresh token not set"),
            likely("refresh token is null"),
            likely("without a refresh token"),
            likely("does not have a refresh token"),
            likely("no refresh token is set"),
            likely("refresh token is not set"),
            likely("token expired and refresh token is not set"),
            likely("no refresh token available"),
            likely("no refresh token in"),
            likely("refresh token … empty"),
            likely("refresh token … missing"),
            likely("cannot refresh … no refresh token"),
            likely("without refresh token"),
            likely("refresh_token … undefined"),
            likely("no refresh handler"),
        ])
        .fix("Google: `access_type=offline&prompt=consent`. Entra, Okta, Auth0 and most others: the scope `offline_access` (X: `offline.access`; Salesforce: `refresh_token`).")
        .source("OpenID Connect Core §11; developers.google.com, “Offline access”"),
    Entry::new(REFRESH, "oauth2/refresh/google-expired-or-revoked", "Google ended the refresh token")
        .meaning("Google says the same for every end of a refresh token: seven days for an app in testing, revoked by the user, six months unused, a password changed, or more than a hundred tokens for the same user and client.")
        .words(&[
            likely("token has been expired or revoked"),
            certain("invalid_rapt"),
            likely("google.auth.exceptions.refresherror … expired or revoked"),
            likely("google.auth.exceptions.refresherror … bad request"),
            likely("reauthentication is needed"),
            likely("reauthentication failed"),
            likely("reauth related error"),
        ])
        .fix("If it happens after seven days, publish the app (“In production”) and authorize again: the old token does not come back. Otherwise send the user through the authorization.")
        .source("developers.google.com, “Refresh token expiration”"),
    Entry::new(REFRESH, "oauth2/refresh/google-testing", "The Google app is in testing: tokens live for seven days")
        .meaning("The refresh token died seven days after it was issued, as those of apps in testing do.")
        .fix("Publish the app (“In production”) and authorize again: the old token does not come back.")
        .source("developers.google.com, “Refresh token expiration”"),
    Entry::new(REFRESH, "oauth2/refresh/salesforce", "Salesforce ended the refresh token")
        .meaning("Salesforce keeps five grants for a user and app, and the sixth login ends the oldest; a policy may end tokens at once; a sandbox has another login host.")
        .words(&[
            likely("expired access/refresh token"),
            likely("error=inactive_user"),
            likely("error=inactive_org"),
            likely("error_description … authentication failure"),
        ])
        .fix("Share one grant instead of logging in again; look at the app's refresh token policy; use `test.salesforce.com` or the My Domain host for sandboxes.")
        .source("help.salesforce.com, “OAuth Error Codes”"),
    Entry::new(REFRESH, "oauth2/refresh/entra-ended", "Entra ended the refresh token")
        .meaning("The token was not used for too long, or was revoked: by a changed password, an administrator, or a policy.")
        .words(&[
            certain("aadsts700082"),
            certain("aadsts50173"),
            certain("aadsts70043"),
            certain("aadsts700084"),
            certain("aadsts50078"),
            certain("aadsts700003"),
        ])
        .fix("Send the user through the authorization again.")
        .source("learn.microsoft.com, AADSTS700082"),
    Entry::new(REFRESH, "oauth2/refresh/reused", "A refresh token was used twice")
        .meaning("The token is for one use, and two processes, threads or retries used it; many servers then end the whole family of tokens.")
        .words(&[
            certain("refresh token reuse"),
            certain("reuse detected"),
            certain("refresh_token_reused"),
            certain("refresh token … already … used"),
            certain("refresh token has been used"),
            certain("maximum allowed refresh token reuse exceeded"),
            certain("refresh token … was already used"),
            likely("unknown or invalid refresh token"),
            likely("stale token"),
            likely("session doesn't have required client"),
            certain("refresh token has already been used"),
            certain("refresh_token has already been used"),
            certain("token reuse detected"),
            certain("refresh token was globally revoked … reuse"),
        ])
        .fix("Lock across processes around reading, refreshing and writing; read again after locking; after `invalid_grant` read again before giving up. Do not let two installations share one token.")
        .source("RFC 9700 §4.14.2; cloudflare/workers-sdk#15089"),
    Entry::new(REFRESH, "oauth2/refresh/rotated-token-not-kept", "The new refresh token was not kept")
        .meaning("A refresh brought a new refresh token, and the next refresh sent the old one.")
        .words(&[
            likely("refresh token rotated"),
            likely("refresh token is no longer valid"),
        ])
        .fix("Write the refresh token of every answer back to where it is kept, before using the access token.")
        .source("RFC 6749 §6; golang/oauth2#84"),
    Entry::new(REFRESH, "oauth2/refresh/other-client", "The refresh token belongs to another client or environment")
        .meaning("A refresh token works for the client that got it, in the environment where it got it; and an access token is none.")
        .words(&[
            certain("incorrect token type or clientid"),
            certain("refresh token was issued to another client"),
            certain("refresh token … not issued to"),
            certain("token client and authorized client don't match"),
            certain("invalid refresh token. token client"),
            certain("refresh token … different client"),
            certain("does not belong to … client"),
            certain("aadsts700007"),
            certain("refresh token does not belong to"),
            certain("refresh token belongs to a different"),
            certain("refresh token was issued to a different"),
        ])
        .fix("Look whether keys of development and tokens of production are mixed (or the reverse), and whether an access token was stored as a refresh token.")
        .source("RFC 6749 §6; developer.intuit.com, “invalid_grant”"),
    Entry::new(REFRESH, "oauth2/refresh/needs-more", "The provider wants more with a refresh than the RFC")
        .meaning("Some providers want the scope again, or have another URL for refreshing.")
        .words(&[
            likely("the token endpoint … refresh … scope"),
            likely("scope is required for refresh"),
            likely("use the refresh endpoint"),
        ])
        .fix("WHOOP wants `scope=offline` again, Entra may want `scope`; Figma, Instagram and TikTok have a refresh URL of their own.")
        .source("shashankswe2020-ux/whoop-mcp#249; Nango's provider list: `refresh_url`"),
    Entry::new(REFRESH, "oauth2/refresh/context-canceled", "The refresh was cancelled with the request that began it")
        .meaning("The token source keeps the context of the first request, and when that ends every refresh fails.")
        .words(&[
            likely("oauth2 … context canceled"),
            likely("oauth2: cannot fetch token … context deadline exceeded"),
            likely("token … context canceled"),
            likely("refresh … context canceled"),
            likely("context canceled … refresh"),
            likely("context canceled … token"),
        ])
        .fix("Make the token source with a context that lives as long as the program (`context.Background()`).")
        .source("golang/oauth2#388"),
    Entry::new(REFRESH, "oauth2/refresh/browser-opened-again", "A failed refresh opens the browser again")
        .meaning("The refresh failed, and the library began a new login in silence: on a server, once for every retry.")
        .words(&[
            likely("please visit this url to authorize"),
            likely("refresh … failed … opening browser"),
            likely("opening browser … re-authenticate"),
            likely("could not locate runnable browser"),
        ])
        .fix("Treat a failed refresh as an error, tell a person, and begin a login only when somebody asks for it.")
        .source("NousResearch/hermes-agent#56496"),
    Entry::new(REFRESH, "oauth2/refresh/revoked", "The refresh token was revoked")
        .meaning("The user, an administrator or the provider took the refresh token back, or the server never gave it out.")
        .words(&[
            certain("refresh token was revoked"),
            certain("refresh token has been revoked"),
            certain("refresh token revoked"),
            certain("refresh token is revoked"),
            likely("refresh token is unknown, or was revoked"),
            certain("refresh_token was globally revoked"),
            certain("refresh_token has been revoked"),
            certain("refresh_token was revoked"),
        ])
        .fix("Send the user through the authorization again, and look whether a logout, a new password or another login of the same user ends the tokens.")
        .source("RFC 7009 §2; RFC 6749 §5.2"),
    Entry::new(REFRESH, "oauth2/refresh/expired", "The refresh token has expired")
        .meaning("The refresh token's time is over, or the session it belongs to has ended.")
        .words(&[
            certain("refresh token expired"),
            certain("refresh token has expired"),
            certain("expired refresh token"),
            certain("refresh_token … expired"),
            certain("session not active"),
            likely("token is not active"),
            certain("invalid refresh token (expired)"),
            likely("invalid refresh token"),
            likely("invalid \"refresh_token\""),
            likely("refresh_token is invalid"),
            likely("refresh token is invalid"),
            likely("invalid refresh_token"),
            likely("error=bad_refresh_token … expired"),
            certain("refresh token lifetime … expired"),
            certain("refresh_token has expired"),
            certain("refresh token lifetime has been reached"),
        ])
        .fix("Send the user through the authorization again; ask for offline access where sessions end (`offline_access`).")
        .source("RFC 6749 §6"),
    Entry::new(REFRESH, "oauth2/refresh/update-not-handled", "The library refreshed, and wants the new token kept")
        .meaning("requests-oauthlib refreshed the token and raises TokenUpdated, since no `token_updater` is given: the request itself was not sent.")
        .words(&[certain("tokenupdated"), certain("requests_oauthlib.oauth2_session.tokenupdated")])
        .fix("Give `token_updater` a function that keeps the token, or catch the exception and send the request again.")
        .source("requests-oauthlib, “Refreshing tokens”"),
    Entry::new(REFRESH, "oauth2/refresh/refused", "The refresh was refused")
        .meaning("The server did not accept the refresh token: it has expired, was revoked, was used before, or belongs to another client.")
        .fix("Look whether another process refreshed meanwhile (then the store has a newer token); otherwise send the user through the authorization again.")
        .words(&[
            possible("failed to refresh token"),
            possible("token refresh failed"),
            likely("missing or invalid refresh token"),
            likely("error=bad_refresh_token"),
            likely("error=invalid_refresh_token"),
            likely("refresh token invalid: "),
        ])
        .source("RFC 6749 §6")
        .generic(),
];

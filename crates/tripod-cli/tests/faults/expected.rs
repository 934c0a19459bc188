//! What each fault is, by the fault itself and not by what is found.

/// Fault, who meets it (any client where that is empty), and the code of what it is.
pub(crate) const EXPECTED: &[(&str, &str, &str)] = &[
    // Of OAuth 1 a token that is no good is all that its dialect has a word for.
    ("expired-token", "authlib OAuth 1", "oauth1/token/rejected"),
    ("revoked-token", "authlib OAuth 1", "oauth1/token/rejected"),
    (
        "expired-code",
        "requests_oauthlib OAuth 1",
        "oauth1/token/rejected",
    ),
    (
        "used-code",
        "requests_oauthlib OAuth 1",
        "oauth1/token/rejected",
    ),
    (
        "scope-cut=read",
        "authlib OAuth 1",
        "oauth1/token/permission-denied",
    ),
    (
        "unknown-client",
        "requests_oauthlib OAuth 1",
        "oauth1/consumer-key/unknown",
    ),
    (
        "redirect-mismatch",
        "requests_oauthlib OAuth 1",
        "oauth1/callback/not-approved",
    ),
    (
        "nonce-used",
        "requests_oauthlib OAuth 1",
        "oauth1/nonce/used",
    ),
    ("nonce-used", "authlib OAuth 1", "oauth1/nonce/used"),
    ("clock-skew=3600", "", "oauth1/timestamp/refused"),
    ("clock-skew=-3600", "", "oauth1/timestamp/refused"),
    ("base-string", "", "oauth1/signature/base-strings-differ"),
    // Access tokens.
    ("expired-token", "", "oauth2/access-token/expired"),
    ("revoked-token", "", "oauth2/access-token/revoked"),
    ("wrong-audience", "", "oauth2/resource/wrong-audience"),
    (
        "expired-token,endpoint=token",
        "",
        "oauth2/access-token/expired",
    ),
    (
        "wrong-audience,endpoint=token",
        "",
        "oauth2/resource/wrong-audience",
    ),
    ("scope-cut=read", "", "oauth2/scope/insufficient"),
    ("scope-cut", "", "oauth2/scope/not-granted"),
    // What is exchanged for tokens.
    ("dead-refresh-token", "", "oauth2/refresh/revoked"),
    ("reused-refresh-token", "", "oauth2/refresh/reused"),
    ("expired-code", "authlib device", "oauth2/device/expired"),
    ("expired-code", "", "oauth2/code/expired-or-unknown"),
    ("used-code", "", "oauth2/code/used-twice"),
    ("slow-down", "", "oauth2/device/slow-down"),
    // Who asks, and how.
    (
        "unknown-client",
        "",
        "oauth2/client-authentication/unknown-client",
    ),
    ("redirect-mismatch", "curl", "oauth2/redirect-uri/mismatch"),
    (
        "redirect-mismatch",
        "",
        "oauth2/redirect-uri/differs-in-token-request",
    ),
    ("dpop-nonce", "", "oauth2/dpop/nonce-required"),
    ("dpop-nonce,endpoint=api", "", "oauth2/dpop/nonce-required"),
    ("nonce-used", "oauth4webapi", "oauth2/dpop/proof-used-twice"),
    // Who answers, and when.
    ("clock-skew=-7200", "", "oauth2/id-token/clock"),
    ("wrong-iss", "", "oauth2/issuer/mismatch"),
    ("wrong-iss,endpoint=metadata", "", "oauth2/issuer/mismatch"),
    (
        "wrong-iss,endpoint=authorize",
        "",
        "oauth2/callback/issuer-mismatch",
    ),
    ("wrong-kid", "", "oauth2/jwt/unknown-key"),
    ("wrong-alg", "", "oauth2/jwt/algorithm"),
    ("keys-rotated", "", "oauth2/jwt/unknown-key"),
    // The answer.
    ("lost-answer", "", "oauth2/code/used-twice"),
    ("drop", "", "network/closed"),
    ("half-answer", "", "network/closed"),
    ("delay=3s", "", "network/timeout"),
    ("status=429", "", "oauth2/server/too-many-requests"),
    ("status=500", "", "oauth2/server/unavailable"),
    ("status=502", "", "oauth2/server/unavailable"),
    // oauth4webapi hides the refusal behind the status; the others tell of it.
    (
        "status-200",
        "oauth4webapi",
        "oauth2/token-answer/error-with-status-200",
    ),
    (
        "status-200",
        "",
        "oauth2/client-authentication/unknown-client",
    ),
    ("form-answer", "", "oauth2/token-answer/form-encoded"),
    ("html-answer", "", "oauth2/token-answer/not-json"),
    ("html-answer=403", "", "oauth2/token-answer/not-json"),
    ("expires-in-text", "", "oauth2/token-answer/expires-in-text"),
    (
        "redirect",
        "",
        "oauth2/resource/authorization-lost-on-redirect",
    ),
];

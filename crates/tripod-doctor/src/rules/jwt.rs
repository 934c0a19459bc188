//! JSON Web Tokens: times, parties and keys.

use tripod_core::secret::Secret;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::{Error, Mismatch};
use tripod_oauth2::jwk::JwkSet;

use super::{computed, list, time};
use crate::case::jwt::{Jwt, Origin};
use crate::case::said::Said;
use crate::case::{Call, Case};
use crate::finding::{Finding, Likelihood};
use crate::wording::{span, uri_differences};

fn call_of<'a, 'e>(case: &'a Case<'e>, token: &Jwt) -> Option<&'a Call<'e>> {
    let index = token.call?;
    case.calls.iter().find(|call| call.index == index)
}

/// Compares `exp`, `nbf` and `iat` with the clock.
pub(super) fn times(case: &Case<'_>) -> Vec<Finding> {
    const LEEWAY: i64 = 60;
    case.tokens
        .iter()
        .filter(|token| !matches!(token.origin, Origin::Proof | Origin::Assertion))
        .filter_map(|token| {
            let server = time::of_index(case, token.call);
            let refused = call_of(case, token).is_some_and(Call::is_refused);
            // In an exchange only the server's clock counts: the evidence may be old.
            let now = match token.origin {
                Origin::Alone => case.now.as_unix(),
                _ => server?,
            };
            let quote = |claim: &str, at: i64| format!("{claim}={at}");
            let likelihood = if refused {
                Likelihood::Certain
            } else {
                Likelihood::Likely
            };
            if let Some(exp) = token.time("exp").filter(|exp| *exp <= now) {
                let code = match token.origin {
                    Origin::AccessToken | Origin::Given => "oauth2/access-token/expired",
                    _ => "oauth2/jwt/expired",
                };
                let cause = format!(
                    "The token expired {} before it was looked at.",
                    span(now.saturating_sub(exp))
                );
                return Some(
                    computed(code, likelihood)
                        .because(cause)
                        .seen(quote("exp", exp), &token.place),
                );
            }
            let early = ["nbf", "iat"].into_iter().find_map(|claim| {
                let at = token.time(claim)?;
                (at > now.saturating_add(LEEWAY)).then_some((claim, at))
            });
            early.map(|(claim, at)| {
                let cause = format!(
                    "`{claim}` of the token lies {} in the future: one of the clocks is off.",
                    span(at.saturating_sub(now))
                );
                computed("oauth2/id-token/clock", likelihood)
                    .because(cause)
                    .seen(quote(claim, at), &token.place)
            })
        })
        .collect()
}

/// Finds ID tokens that a client takes for expired when they have just been issued.
pub(super) fn fresh(case: &Case<'_>) -> Vec<Finding> {
    const WORDS: [&str; 5] = [
        "\"exp\" … claim timestamp check failed",
        "jwt \"exp\"",
        "jwt expired",
        "token has expired",
        "the token is expired",
    ];
    let mut libraries = case.said.iter().filter(|said| !said.by_server);
    let complains = |said: &Said| WORDS.iter().any(|words| said.matches(words));
    if !libraries.any(complains) {
        return Vec::new();
    }
    case.tokens
        .iter()
        .filter(|token| token.origin == Origin::IdToken)
        .filter_map(|token| {
            let server = time::of_index(case, token.call)?;
            let (iat, exp) = (token.time("iat")?, token.time("exp")?);
            // By the server's own clock it was issued with the answer, and lives on.
            if iat.abs_diff(server) > 60 || exp <= server {
                return None;
            }
            let cause = format!(
                "The ID token was issued with this answer and is good for {}, by the clock of the \
                 server; the client takes it for expired: the clocks are as far apart, or more.",
                span(exp.saturating_sub(iat))
            );
            Some(
                computed("oauth2/id-token/clock", Likelihood::Certain)
                    .because(cause)
                    .seen(format!("iat={iat} exp={exp}"), &token.place),
            )
        })
        .collect()
}

/// Compares `iss`, and `aud` of ID tokens.
pub(super) fn parties(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for token in case
        .tokens
        .iter()
        .filter(|token| !matches!(token.origin, Origin::Proof | Origin::Assertion))
    {
        if let (Some(expected), Some(issuer)) = (case.known.issuer.as_deref(), token.text("iss")) {
            findings.extend(issuer_finding(token, issuer, expected));
        }
        let is_for_client = token.origin == Origin::IdToken;
        if let (true, Some(client)) = (is_for_client, client_id(case, token)) {
            let audiences = token.audiences();
            if !audiences.contains(&client.as_str()) {
                let cause = format!(
                    "`aud` of the ID token is {}, and the client is `{client}`.",
                    audiences.join(", ")
                );
                findings.push(
                    computed("oauth2/id-token/audience", Likelihood::Certain)
                        .because(cause)
                        .seen(format!("aud={}", audiences.join(",")), &token.place),
                );
            }
        }
    }
    findings
}

fn client_id(case: &Case<'_>, token: &Jwt) -> Option<String> {
    let known = case.known.client_id.clone();
    known.or_else(|| {
        call_of(case, token)?
            .parameter("client_id")
            .map(str::to_owned)
    })
}

fn issuer_finding(token: &Jwt, issuer: &str, expected: &str) -> Option<Finding> {
    let differences = uri_differences(issuer, expected);
    if differences.is_empty() {
        return None;
    }
    if expected.contains("{tenantid}")
        && expected.replace("{tenantid}", token.text("tid").unwrap_or_default()) == issuer
    {
        return Some(
            computed("oauth2/issuer/entra-template", Likelihood::Certain)
                .seen(format!("iss={issuer}"), &token.place),
        );
    }
    let cause = format!(
        "`iss` of the token is not the issuer you gave: {}.",
        list(&differences)
    );
    Some(
        computed("oauth2/issuer/mismatch", Likelihood::Certain)
            .because(cause)
            .seen(format!("iss={issuer}"), &token.place)
            .seen(expected, "the issuer you gave"),
    )
}

/// Verifies the signature where keys are given.
pub(super) fn keys(case: &Case<'_>) -> Vec<Finding> {
    let fetched = || {
        case.calls.iter().find(|call| {
            call.answer
                .as_ref()
                .is_some_and(|answer| answer.get("keys").is_some_and(serde_json::Value::is_array))
        })
    };
    let text = case.known.jwks.clone().or_else(|| {
        fetched()?
            .response?
            .body
            .as_ref()
            .map(|body| body.expose().to_owned())
    });
    let Some(set) = text.and_then(|text| JwkSet::parse(text.as_bytes()).ok()) else {
        return Vec::new();
    };
    case.tokens
        .iter()
        .filter(|token| {
            matches!(
                token.origin,
                Origin::Alone | Origin::AccessToken | Origin::IdToken
            )
        })
        .filter_map(|token| verify(token, &set))
        .collect()
}

fn verify(token: &Jwt, set: &JwkSet) -> Option<Finding> {
    let alg = token
        .header
        .get("alg")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    let kid = token.header.get("kid").and_then(serde_json::Value::as_str);
    let quote = format!("alg={alg} kid={}", kid.unwrap_or("(none)"));
    let finding = |code, cause: String| {
        Some(
            computed(code, Likelihood::Certain)
                .because(cause)
                .seen(quote.clone(), &token.place),
        )
    };
    let Some(algorithm) = Algorithm::parse(alg) else {
        return finding(
            "oauth2/jwt/algorithm",
            format!("`alg` of the token is `{alg}`, by which nothing can be verified."),
        );
    };
    let names: Vec<&str> = set
        .keys
        .iter()
        .filter_map(|key| key.id.as_deref())
        .collect();
    if let Some(kid) = kid.filter(|kid| !names.is_empty() && !names.contains(kid)) {
        return finding(
            "oauth2/jwt/unknown-key",
            format!(
                "`kid` of the token is `{kid}`, and the keys are {}.",
                names.join(", ")
            ),
        );
    }
    let secret = Secret::from(token.text.expose());
    match Compact::parse(secret.expose())
        .ok()?
        .verify_payload(&KeySet::new(set, &[algorithm]))
    {
        Err(Error::Mismatch(Mismatch::Signature)) => finding(
            "oauth2/jwt/signature",
            "The key of that name did not sign this token, or the token was changed.".to_owned(),
        ),
        Err(Error::Mismatch(Mismatch::Algorithm)) => finding(
            "oauth2/jwt/algorithm",
            format!(
                "The token is signed by `{alg}`, and the key of that name is for another algorithm."
            ),
        ),
        Err(Error::Mismatch(Mismatch::KeyUnknown)) => finding(
            "oauth2/jwt/unknown-key",
            format!("None of the keys can verify `{alg}`."),
        ),
        _ => None,
    }
}

//! Client assertions, claim by claim (RFC 7523 §3).

use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::{Error, Mismatch};
use tripod_oauth2::jwk::JwkSet;

use super::jws::{self, Keyed};
use super::{computed, if_refused, list, time};
use crate::case::jwt::{Jwt, Origin};
use crate::case::{Call, Case};
use crate::finding::{Finding, Likelihood};
use crate::wording::span;

/// Compares each claim with what it must be.
pub(super) fn claims(case: &Case<'_>) -> Vec<Finding> {
    case.tokens
        .iter()
        .filter(|token| token.origin == Origin::Assertion)
        .flat_map(|token| {
            let call = token
                .call
                .and_then(|index| case.calls.iter().find(|call| call.index == index));
            let mut findings = Vec::new();
            findings.extend(call.and_then(|call| wrong_times(token, call)));
            findings.extend(call.and_then(|call| wrong_claims(case, token, call)));
            findings.extend(call.and_then(|call| wrong_signature(case, token, call)));
            findings
        })
        .collect()
}

fn wrong_times(token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    const LEEWAY: i64 = 60;
    const LONGEST: i64 = 3600 + LEEWAY;
    let now = time::of_call(call)?;
    let (issued, ends) = (token.time("iat"), token.time("exp"));
    let cause = match (issued, ends) {
        (_, Some(ends)) if ends <= now => format!(
            "The assertion expired {} before it arrived, by the clock of the server.",
            span(now - ends)
        ),
        (Some(issued), _) if issued > now + LEEWAY => format!(
            "`iat` lies {} ahead of the clock of the server.",
            span(issued - now)
        ),
        (_, Some(ends)) if ends > now + LONGEST => format!(
            "`exp` lies {} ahead; servers accept minutes, or an hour at most.",
            span(ends - now)
        ),
        _ => match token.time("nbf") {
            Some(begins) if begins > now + LEEWAY => format!(
                "`nbf` lies {} ahead of the clock of the server.",
                span(begins - now)
            ),
            _ => return None,
        },
    };
    let quote = format!(
        "iat={} exp={}",
        issued.unwrap_or_default(),
        ends.unwrap_or_default()
    );
    Some(
        computed("oauth2/assertion/clock", if_refused(call.is_refused()))
            .because(cause)
            .seen(quote, &token.place),
    )
}

fn wrong_claims(case: &Case<'_>, token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    let is_client = call
        .parameter("client_assertion")
        .is_some_and(|text| text == token.text.expose());
    let mut wrong = Vec::new();
    let (issuer, subject) = (token.text("iss"), token.text("sub"));
    if issuer.is_none() {
        wrong.push("`iss` is missing".to_owned());
    }
    if is_client {
        // RFC 7523 §3: for client authentication both MUST be the client id.
        if subject.is_none() {
            wrong.push("`sub` is missing".to_owned());
        } else if subject != issuer && issuer.is_some() {
            wrong.push("`iss` and `sub` differ, and both have to be the client id".to_owned());
        }
        let client = case
            .known
            .client_id
            .as_deref()
            .or_else(|| call.parameter("client_id"));
        if let Some(client) = client.filter(|client| issuer.is_some_and(|issuer| issuer != *client))
        {
            wrong.push(format!("`iss` is not the client id `{client}`"));
        }
        if !token.claims.contains_key("jti") && call.is_refused() {
            wrong.push("`jti` is missing".to_owned());
        }
    }
    if token.time("exp").is_none() {
        wrong.push("`exp` is missing".to_owned());
    }
    wrong.extend(wrong_audience(case, token, call));
    if wrong.is_empty() {
        return None;
    }
    let cause = format!("In the assertion {}.", list(&wrong));
    let quote = format!(
        "iss={} aud={}",
        issuer.unwrap_or_default(),
        token.audiences().join(",")
    );
    Some(
        computed("oauth2/assertion/claims", if_refused(call.is_refused()))
            .because(cause)
            .seen(quote, &token.place),
    )
}

fn wrong_audience(case: &Case<'_>, token: &Jwt, call: &Call<'_>) -> Option<String> {
    let audiences = token.audiences();
    if audiences.is_empty() {
        return Some("`aud` is missing".to_owned());
    }
    let endpoint = call.uri.without_query();
    let accepted = [
        Some(endpoint.as_str()),
        case.known.issuer.as_deref(),
        case.known.audience.as_deref(),
    ];
    let is_guessed = call
        .request
        .is_some_and(|request| request.is_scheme_guessed);
    let rest = |uri: &str| uri.split_once("://").map(|(_, rest)| rest.to_owned());
    let is_same_place = is_guessed
        && audiences
            .iter()
            .any(|audience| rest(audience) == rest(&endpoint));
    let is_exact = audiences
        .iter()
        .any(|audience| accepted.contains(&Some(audience)));
    // The issuer is not known from a request alone; another host is wrong whatever it is.
    let same_host = audiences
        .iter()
        .any(|audience| audience.contains(&call.uri.host));
    let is_judged = case.known.issuer.is_some() || case.known.audience.is_some() || !same_host;
    (!is_exact && !is_same_place && is_judged && !call.uri.host.is_empty()).then(|| {
        format!(
            "`aud` is {}, and the request went to {endpoint}",
            audiences.join(", ")
        )
    })
}

/// Verifies the signature: by the client's secret, or by its public keys.
fn wrong_signature(case: &Case<'_>, token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    let secret = case.known.client_secret.as_ref();
    let keyed = secret.and_then(|secret| jws::keyed(token, secret.expose()));
    let (cause, likelihood) = match keyed {
        Some(keyed) => (by_another_secret(keyed)?.to_owned(), Likelihood::Certain),
        None => by_another_key(case, token)?,
    };
    let quote = format!("alg={}", jws::algorithm(token));
    Some(
        computed(
            "oauth2/assertion/signature",
            likelihood.max(if_refused(call.is_refused())),
        )
        .because(cause)
        .seen(quote, &token.place),
    )
}

/// RFC 7523 §3, OpenID Connect Core §9: the octets of the client secret are the key.
const fn by_another_secret(keyed: Keyed) -> Option<&'static str> {
    match keyed {
        Keyed::AsItIs => None,
        Keyed::Decoded => Some(
            "The assertion was signed by what the client secret is the base64 of; the key is the secret as it is written.",
        ),
        Keyed::Otherwise => Some("The assertion was signed by another secret than you gave."),
        Keyed::WithNewline => {
            Some("The assertion was signed by the client secret with a line break behind it.")
        }
    }
}

fn by_another_key(case: &Case<'_>, token: &Jwt) -> Option<(String, Likelihood)> {
    let set = JwkSet::parse(case.known.jwks.as_deref()?.as_bytes()).ok()?;
    let algorithm = Algorithm::parse(jws::algorithm(token))?;
    let compact = Compact::parse(token.text.expose()).ok()?;
    let is_named = compact.header().key_id().is_some();
    match compact.verify_payload(&KeySet::new(&set, &[algorithm])) {
        Err(Error::Mismatch(Mismatch::Signature)) => {
            let (cause, likelihood) = jws::flaw(token);
            // Without a name it is not said that the keys you gave are the client's.
            let doubt = if is_named {
                Likelihood::Certain
            } else {
                Likelihood::Likely
            };
            Some((cause, likelihood.max(doubt)))
        }
        Err(Error::Mismatch(Mismatch::KeyUnknown)) => {
            let cause = "None of the keys you gave has the name that the assertion asks for.";
            Some((cause.to_owned(), Likelihood::Possible))
        }
        _ => None,
    }
}

//! DPoP proofs, claim by claim (RFC 9449 §4.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::dpop::received::{Received, Refusal, Request, Rules};
use tripod_oauth2::jose::{Error, Mismatch};
use tripod_oauth2::jwk::Jwk;

use super::{computed, if_refused, jws, list, time};
use crate::case::jwt::{Jwt, Origin};
use crate::case::uri::Uri;
use crate::case::{Call, Case};
use crate::finding::{Finding, Likelihood};
use crate::wording::{span, uri_differences};

/// Compares each claim with what it must be.
pub(super) fn proofs(case: &Case<'_>) -> Vec<Finding> {
    let mut seen: Vec<(String, usize)> = Vec::new();
    let mut findings = Vec::new();
    for token in case
        .tokens
        .iter()
        .filter(|token| token.origin == Origin::Proof)
    {
        let Some(call) = token
            .call
            .and_then(|index| case.calls.iter().find(|call| call.index == index))
        else {
            continue;
        };
        findings.extend(request(token, call));
        findings.extend(access_token(case, token, call));
        findings.extend(shape(token, call));
        findings.extend(signature(token, call));
        findings.extend(clock(token, call).or_else(|| clock_by_now(case, token, call)));
        if let Some(id) = token.text("jti") {
            if call.is_refused()
                && seen
                    .iter()
                    .any(|(known, index)| known == id && *index != call.index)
            {
                findings.push(
                    computed("oauth2/dpop/proof-used-twice", Likelihood::Likely)
                        .seen(format!("jti={id}"), &token.place),
                );
            }
            seen.push((id.to_owned(), call.index));
        }
    }
    findings
}

fn request(token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    let mut wrong = Vec::new();
    let method = call.request?.method.as_deref().unwrap_or_default();
    if let Some(proven) = token
        .text("htm")
        .filter(|proven| *proven != method && !method.is_empty())
    {
        wrong.push(format!("`htm` is {proven}, and the method is {method}"));
    }
    if let Some(proven) = token.text("htu").filter(|_| !call.uri.host.is_empty()) {
        // RFC 9449 §4.3, 9: without query and fragment, normalised.
        let normal = |uri: &Uri| {
            let path = if uri.path.is_empty() { "/" } else { &uri.path };
            let default = matches!(
                (uri.scheme.as_str(), uri.port.as_str()),
                ("https", "443") | ("http", "80")
            );
            let port = if default || uri.port.is_empty() {
                String::new()
            } else {
                format!(":{}", uri.port)
            };
            format!(
                "{}://{}{port}{path}",
                uri.scheme.to_lowercase(),
                uri.host.to_lowercase()
            )
        };
        let mut called = call.uri.clone();
        let proven = Uri::parse(proven);
        if call.request?.is_scheme_guessed {
            called.scheme.clone_from(&proven.scheme);
        }
        let (proven, called) = (normal(&proven), normal(&called));
        let differences = uri_differences(&proven, &called);
        if !differences.is_empty() {
            wrong.push(format!(
                "`htu` is {proven}, and the URI is {called} ({})",
                list(&differences)
            ));
        }
    }
    if wrong.is_empty() {
        return None;
    }
    let cause = format!("In the proof {}.", list(&wrong));
    Some(
        computed(
            "oauth2/dpop/proof-for-another-request",
            if_refused(call.is_refused()),
        )
        .because(cause)
        .seen(call.target(), &token.place),
    )
}

fn access_token(case: &Case<'_>, token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    let sent = call.authorization("dpop")?;
    let due = URL_SAFE_NO_PAD.encode(Sha256::digest(sent));
    let likelihood = if_refused(call.is_refused());
    let finding = |code, cause: &str| {
        Some(
            computed(code, likelihood)
                .because(cause)
                .seen(call.target(), &token.place),
        )
    };
    match token.text("ath") {
        None => {
            return finding(
                "oauth2/dpop/access-token-hash",
                "The proof has no `ath`, though an access token is sent.",
            );
        }
        Some(hash) if hash != due => {
            return finding(
                "oauth2/dpop/access-token-hash",
                "`ath` of the proof is not the hash of the access token that is sent.",
            );
        }
        Some(_) => {}
    }
    let bound = case
        .tokens
        .iter()
        .find(|other| other.origin == Origin::AccessToken && other.call == token.call)?;
    let bound = bound.claims.get("cnf")?.get("jkt")?.as_str()?;
    let Value::Object(members) = token.header.get("jwk")? else {
        return None;
    };
    let thumbprint = Jwk::from_members(members.clone()).ok()?.thumbprint();
    if thumbprint == bound {
        return None;
    }
    finding(
        "oauth2/dpop/other-key",
        "The access token is bound to another key than that of the proof.",
    )
}

fn shape(token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    let text = |name: &str| {
        token
            .header
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let mut wrong = Vec::new();
    if text("typ") != "dpop+jwt" {
        wrong.push(format!(
            "`typ` is `{}`, and has to be `dpop+jwt`",
            text("typ")
        ));
    }
    if text("alg").starts_with("HS") || text("alg") == "none" {
        wrong.push(format!(
            "`alg` is `{}`, and has to be asymmetric",
            text("alg")
        ));
    }
    match token.header.get("jwk") {
        None => wrong.push("`jwk` is missing from the header".to_owned()),
        Some(key) if key.get("d").is_some() => wrong.push("`jwk` is the private key".to_owned()),
        Some(_) => {}
    }
    for claim in ["jti", "htm", "htu", "iat"] {
        if !token.claims.contains_key(claim) {
            wrong.push(format!("`{claim}` is missing"));
        }
    }
    if wrong.is_empty() {
        return None;
    }
    let cause = format!("In the proof {}.", list(&wrong));
    Some(
        computed("oauth2/dpop/proof-malformed", if_refused(call.is_refused()))
            .because(cause)
            .seen(call.target(), &token.place),
    )
}

/// Verifies the proof under the key that it carries itself (RFC 9449 §4.3, 6).
fn signature(token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    let received = Received::parse([token.text.expose()]).ok()?;
    // The signature is looked at before any claim, so nothing but the key counts here.
    let nothing = (Request::new("", ""), Timestamp::from_unix(0));
    let verified = received.verify(&nothing.0, &Rules::default(), nothing.1);
    let Err(Refusal::Token(Error::Mismatch(Mismatch::Signature))) = verified else {
        return None;
    };
    let (cause, likelihood) = jws::flaw(token);
    let likelihood = likelihood.max(if_refused(call.is_refused()));
    let quote = format!("alg={}", jws::algorithm(token));
    Some(
        computed("oauth2/dpop/signature", likelihood)
            .because(cause)
            .seen(quote, &token.place),
    )
}

fn clock(token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    const WINDOW: i64 = 300;
    let skew = token.time("iat")?.saturating_sub(time::of_call(call)?);
    if skew.abs() <= WINDOW || !call.is_refused() {
        return None;
    }
    let side = if skew > 0 { "ahead of" } else { "behind" };
    let cause = format!(
        "`iat` of the proof is {} {side} the clock of the server.",
        span(skew)
    );
    Some(
        computed("oauth2/dpop/time", Likelihood::Likely)
            .because(cause)
            .seen(call.target(), &token.place),
    )
}

/// Where the answer has no date, the proof is held against the clock of whoever asks.
fn clock_by_now(case: &Case<'_>, token: &Jwt, call: &Call<'_>) -> Option<Finding> {
    const WINDOW: i64 = 300;
    let is_undated = time::of_call(call).is_none() && call.is_refused();
    let stated = case
        .said_of(call)
        .any(|said| said.has("invalid_dpop_proof"));
    let skew = token
        .time("iat")
        .filter(|_| is_undated)?
        .saturating_sub(case.now.as_unix());
    if skew.abs() <= WINDOW {
        return None;
    }
    let side = if skew > 0 { "ahead of" } else { "behind" };
    let cause = format!(
        "`iat` of the proof is {} {side} the clock of this machine. If the request is of now, and not of then, an old proof was sent: each request needs a new one.",
        span(skew)
    );
    // The evidence may be as old as the proof.
    let likelihood = match stated {
        true => Likelihood::Likely,
        false => Likelihood::Possible,
    };
    Some(
        computed("oauth2/dpop/time", likelihood)
            .because(cause)
            .seen(call.target(), &token.place)
            .weighing(40),
    )
}

/// A token that is bound to a key, sent as if it were not.
pub(super) fn scheme(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = bound(case);
    if findings.is_empty() {
        findings.extend(case.calls.iter().filter_map(challenged));
    }
    findings
}

/// An API that knows nothing but DPoP says so in its challenge (RFC 9449 §7.1).
fn challenged(call: &Call<'_>) -> Option<Finding> {
    let response = call
        .response
        .filter(|response| response.status == Some(401))?;
    call.authorization("bearer")?;
    let mut challenges = response
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("www-authenticate"))
        .map(|header| header.value.expose());
    let is_of = |challenge: &str, scheme: &str| {
        let words = challenge.split([' ', ',']);
        words
            .into_iter()
            .any(|word| word.eq_ignore_ascii_case(scheme))
    };
    let asks = challenges.clone().any(|challenge| is_of(challenge, "dpop"));
    let takes_bearer = challenges.any(|challenge| is_of(challenge, "bearer"));
    (asks && !takes_bearer).then(|| {
        computed("oauth2/dpop/bearer-scheme", Likelihood::Likely)
            .because("The token was sent with the scheme Bearer, and the challenge of the API names DPoP alone.")
            .seen(call.target(), call.place())
    })
}

fn bound(case: &Case<'_>) -> Vec<Finding> {
    case.tokens
        .iter()
        .filter(|token| {
            token.origin == Origin::AccessToken
                && token
                    .claims
                    .get("cnf")
                    .is_some_and(|cnf| cnf.get("jkt").is_some())
        })
        .filter_map(|token| {
            let call = token
                .call
                .and_then(|index| case.calls.iter().find(|call| call.index == index))?;
            let is_bearer = call.authorization("bearer").is_some();
            is_bearer.then(|| {
                computed("oauth2/dpop/bearer-scheme", if_refused(call.is_refused()))
                    .seen(call.target(), &token.place)
            })
        })
        .collect()
}

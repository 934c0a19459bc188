//! What can be seen of a signed request without any secret.

use super::{computed, if_refused, list};
use crate::case::oauth1::{Flaw, Where};
use crate::case::{Call, Case};
use crate::catalogue;
use crate::finding::{Finding, Likelihood};

/// Required parameters that are not there.
pub(super) fn missing(case: &Case<'_>) -> Vec<Finding> {
    // RFC 5849 §3.1; nonce and timestamp may be left out with PLAINTEXT.
    const REQUIRED: [&str; 5] = [
        "oauth_consumer_key",
        "oauth_signature_method",
        "oauth_signature",
        "oauth_timestamp",
        "oauth_nonce",
    ];
    case.signed()
        .filter_map(|(call, signed)| {
            let is_plaintext =
                signed.first("oauth_signature_method").as_deref() == Some("PLAINTEXT");
            let required = if is_plaintext {
                REQUIRED.get(..3)?
            } else {
                &REQUIRED
            };
            let absent: Vec<String> = required
                .iter()
                .filter(|name| signed.first(name).is_none_or(|value| value.is_empty()))
                .map(|name| format!("`{name}`"))
                .collect();
            if absent.is_empty() {
                return None;
            }
            let cause = format!("The request lacks {}.", list(&absent));
            let likelihood = if_refused(call.is_refused());
            Some(
                computed("oauth1/request/parameter-missing", likelihood)
                    .because(cause)
                    .seen(call.target(), call.place()),
            )
        })
        .collect()
}

/// Parameters of the protocol that stand there twice.
pub(super) fn repeated(case: &Case<'_>) -> Vec<Finding> {
    case.signed()
        .filter_map(|(call, signed)| {
            let protocol: Vec<_> = signed
                .parameters
                .iter()
                .filter(|one| one.name.starts_with(b"oauth_"))
                .collect();
            let twice: Vec<_> = protocol
                .iter()
                .enumerate()
                .filter(|(index, one)| {
                    protocol
                        .iter()
                        .take(*index)
                        .any(|other| other.name == one.name)
                })
                .map(|(_, one)| one)
                .collect();
            let first = twice.first()?;
            let name = String::from_utf8_lossy(&first.name);
            let place = match first.place {
                Where::Header => "the header",
                Where::Query => "the query",
                Where::Body => "the body",
            };
            let cause = format!("`{name}` occurs more than once, the second time in {place}.");
            let likelihood = if_refused(call.is_refused());
            Some(
                computed("oauth1/request/parameter-repeated", likelihood)
                    .because(cause)
                    .seen(call.target(), call.place()),
            )
        })
        .collect()
}

/// How the header is written.
pub(super) fn flaws(case: &Case<'_>) -> Vec<Finding> {
    case.signed()
        .filter_map(|(call, signed)| {
            let flaw = signed.flaws.first()?;
            let cause = match flaw {
                Flaw::Separator => "In the header parameters are separated by something else than a comma.".to_owned(),
                Flaw::Unquoted(name) => format!("In the header the value of `{name}` is not in double quotes."),
                Flaw::Unescaped(name, letter) => format!("In the header the value of `{name}` has a `{letter}` that is not percent-encoded."),
                Flaw::Escape(name) => format!("In the header the value of `{name}` has a `%` that begins no escape."),
            };
            // Many servers read it all the same.
            let likelihood = if call.is_refused() { Likelihood::Likely } else { Likelihood::Possible };
            let header = call.request?.header("authorization")?;
            Some(computed("oauth1/request/header-malformed", likelihood).because(cause).seen(header, call.place()).weighing(40))
        })
        .collect()
}

/// Authlib's server names a consumer that it does not know as OAuth 2 does.
pub(super) fn clients(case: &Case<'_>) -> Vec<Finding> {
    case.said
        .iter()
        .filter(|said| said.is("invalid_client"))
        .filter(|said| match said.call {
            Some(index) => case.signed().any(|(call, _)| call.index == index),
            None => case.is_of_first,
        })
        .map(|said| {
            let entry = catalogue::entry("oauth1/consumer-key/unknown");
            Finding::new(entry, Likelihood::Likely).seen(said.text.as_str(), &said.place)
        })
        .collect()
}

/// Values that cannot be right.
pub(super) fn values(case: &Case<'_>) -> Vec<Finding> {
    case.signed().flat_map(|(call, signed)| {
        let refused = call.is_refused();
        let mut findings = Vec::new();
        let mut add = |code, cause: String, quote: String| {
            findings.push(computed(code, if_refused(refused)).because(cause).seen(quote, call.place()));
        };
        if let Some(version) = signed.first("oauth_version").filter(|version| version != "1.0") {
            // RFC 5849 §3.1: if it is there, it MUST be 1.0.
            add("oauth1/request/version", format!("`oauth_version` is `{version}`, and has to be `1.0`."), format!("oauth_version={version}"));
        }
        if let Some(timestamp) = signed.first("oauth_timestamp") {
            let is_number = !timestamp.is_empty() && timestamp.bytes().all(|octet| octet.is_ascii_digit());
            let cause = match timestamp.len() {
                _ if !is_number => Some("`oauth_timestamp` is no whole number."),
                13 => Some("`oauth_timestamp` has 13 digits: it is in milliseconds, and has to be in seconds."),
                16.. => Some("`oauth_timestamp` is in microseconds or finer, and has to be in seconds."),
                _ => None,
            };
            if let Some(cause) = cause {
                add("oauth1/timestamp/malformed", cause.to_owned(), format!("oauth_timestamp={timestamp}"));
            }
        }
        if let Some(method) = signed.first("oauth_signature_method") {
            let known = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"];
            let meant = known.iter().find(|name| {
                let letters = |text: &str| text.to_ascii_uppercase().replace(['-', '_'], "");
                **name != method && letters(name) == letters(&method)
            });
            if let Some(meant) = meant {
                let cause = format!("`oauth_signature_method` is `{method}`; the name is `{meant}`, and case counts.");
                add("oauth1/request/signature-method", cause, format!("oauth_signature_method={method}"));
            }
        }
        findings
    }).collect()
}

/// Signed requests that were refused, and nothing shows why.
pub(super) fn refused(case: &Case<'_>) -> Vec<Finding> {
    case.signed()
        .filter_map(|(call, _)| {
            let response = call.response?;
            let status = response.status.filter(|status| matches!(status, 400 | 401 | 403))?;
            let is_silent = response.body().trim().is_empty()
                && response.header("www-authenticate").is_none();
            is_silent.then(|| {
                Finding::new(catalogue::entry("oauth1/request/failed"), Likelihood::Likely)
                    .because(format!(
                        "The signed request was refused with status {status}, and the evidence does not show what the server said of it."
                    ))
                    .seen(call.target(), call.place())
            })
        })
        .collect()
}

/// A client id of OAuth 2 where a consumer key belongs.
pub(super) fn credentials(case: &Case<'_>) -> Vec<Finding> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    case.signed()
        .filter_map(|(call, signed)| {
            let key = signed.first("oauth_consumer_key")?;
            // X makes client ids of `…:1:ci` in base64.
            let decoded = STANDARD_NO_PAD.decode(key.trim_end_matches('=')).ok()?;
            let is_client_id = decoded.ends_with(b":ci") || decoded.ends_with(b":na");
            let is_google = key.ends_with(".apps.googleusercontent.com");
            (is_client_id || is_google).then(|| {
                let likelihood = if call.is_refused() {
                    Likelihood::Likely
                } else {
                    Likelihood::Possible
                };
                computed("oauth1/consumer-key/oauth2-credentials", likelihood)
                    .seen(format!("oauth_consumer_key={key}"), call.place())
            })
        })
        .collect()
}

/// What NetSuite wants beside the RFC.
pub(super) fn netsuite(case: &Case<'_>) -> Vec<Finding> {
    case.signed()
        .filter(|(call, _)| call.uri.host.ends_with("netsuite.com") && call.is_refused())
        .filter_map(|(call, signed)| {
            let method = signed.first("oauth_signature_method").unwrap_or_default();
            let cause = match &signed.realm {
                None => "The header has no `realm`; NetSuite wants the account there, such as `1234567_SB1`.".to_owned(),
                Some(realm) if realm.contains('-') || realm.chars().any(char::is_lowercase) => {
                    format!("The realm is `{realm}`; NetSuite wants the account in upper case with `_`.")
                }
                Some(_) if method == "HMAC-SHA1" => "The request is signed by HMAC-SHA1; NetSuite wants HMAC-SHA256.".to_owned(),
                Some(_) => return None,
            };
            Some(netsuite_finding(call, cause))
        })
        .collect()
}

fn netsuite_finding(call: &Call<'_>, cause: String) -> Finding {
    computed("oauth1/netsuite/invalid-login", Likelihood::Likely)
        .because(cause)
        .seen(call.target(), call.place())
}

//! How the client authenticated, compared with what the user knows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tripod_core::form;
use tripod_core::secret::Secret;

use super::computed;
use crate::case::{Call, Carrier, Case, Role};
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;
use crate::wording::is_placeholder;

fn decode(text: &str) -> String {
    let octets = form::Component::new(text.as_bytes()).decode();
    String::from_utf8_lossy(&octets).into_owned()
}

fn calls<'a, 'e>(case: &'a Case<'e>) -> impl Iterator<Item = &'a Call<'e>> {
    case.calls
        .iter()
        .filter(|call| matches!(call.role, Role::Token | Role::Device | Role::Other))
}

/// Tells whether the server has something against the client.
fn is_blamed(case: &Case<'_>, call: &Call<'_>) -> bool {
    case.said_of(call)
        .any(|said| said.has("client") || said.status == Some(401))
}

/// Takes Basic credentials apart.
pub(super) fn basic(case: &Case<'_>) -> Vec<Finding> {
    calls(case)
        .filter_map(|call| {
            let encoded = call.authorization("basic").filter(|it| !has_gaps(it))?;
            let finding = one_basic(case, call, encoded)?;
            Some(finding.seen("Authorization: Basic (hidden)", call.place()))
        })
        .collect()
}

fn one_basic(case: &Case<'_>, call: &Call<'_>, encoded: &str) -> Option<Finding> {
    let blamed = is_blamed(case, call);
    let malformed = |cause: &str| {
        Some(
            computed(
                "oauth2/client-authentication/basic-malformed",
                super::if_refused(call.is_refused()),
            )
            .because(cause),
        )
    };
    let Ok(octets) = STANDARD.decode(encoded) else {
        let cause = if encoded.contains(':') {
            "Behind `Basic` stand id and secret themselves, not their base64."
        } else {
            "What stands behind `Basic` is no base64 with padding."
        };
        return malformed(cause);
    };
    let joined = Secret::new(String::from_utf8_lossy(&octets).into_owned());
    let Some((id, secret)) = joined.expose().split_once(':') else {
        return malformed("What stands behind `Basic` has no colon between id and secret.");
    };
    if is_wrapped(case, call, encoded, secret) {
        return malformed(
            "The base64 ends where its lines are broken: the rest of it, behind a line break, is not in the header.",
        );
    }
    if let Some(finding) = hollow(id, secret).or_else(|| compare(case, call, id, secret, true)) {
        return Some(finding);
    }
    let is_response_missing = call.response.is_none();
    if (blamed || is_response_missing) && has_strays(id, secret) {
        return Some(
            computed(
                "oauth2/client-authentication/stray-characters",
                Likelihood::Likely,
            )
            .because("At the end of the id or the secret stands a line break or a space, which is sent along."),
        );
    }
    if !blamed {
        return None;
    }
    let is_special = |text: &str| {
        text.chars()
            .any(|letter| !letter.is_ascii_alphanumeric() && !"-._*".contains(letter))
    };
    // Some encode more than they have to, such as `-`.
    let is_form = |letter: char| letter.is_ascii_alphanumeric() || "-._*%+".contains(letter);
    let is_encoded = decode(secret) != secret && secret.chars().all(is_form);
    let cause = if is_encoded {
        "The secret has characters that were form-encoded before base64, as the RFC wants it; many servers do not decode them."
    } else if is_special(id) || is_special(secret) {
        "The secret has special characters and was joined as it is; the RFC wants it form-encoded first, and servers that decode it see another one."
    } else {
        return None;
    };
    Some(
        computed(
            "oauth2/client-authentication/basic-encoding",
            Likelihood::Likely,
        )
        .because(cause)
        .weighing(60),
    )
}

/// `base64` breaks its lines after 76 characters (RFC 2045 §6.8), PEM after 64 (RFC 7468 §2).
fn is_wrapped(case: &Case<'_>, call: &Call<'_>, encoded: &str, secret: &str) -> bool {
    const LENGTHS: [usize; 2] = [64, 76];
    let is_whole = encoded.ends_with('=') || !LENGTHS.contains(&encoded.len());
    let due = case.known.client_secret.as_ref().map(Secret::expose);
    let is_cut = due.is_some_and(|due| due.len() > secret.len() && due.starts_with(secret));
    !is_whole && call.is_refused() && is_cut
}

/// Finds variables that nobody put a value in.
fn hollow(id: &str, secret: &str) -> Option<Finding> {
    let named = [("id", id), ("secret", secret)]
        .into_iter()
        .find(|(_, value)| is_placeholder(value))?;
    let cause = format!(
        "In place of the {} stands `{}`: a variable was not put in its place.",
        named.0, named.1
    );
    Some(computed("oauth2/request/placeholder", Likelihood::Likely).because(cause))
}

/// No control character can be part of an id or a secret (RFC 7617 §2).
fn has_strays(id: &str, secret: &str) -> bool {
    [id, secret]
        .iter()
        .any(|text| text.chars().any(char::is_control) || text.trim() != *text)
}

/// Compares a secret in the body with the one that is known.
pub(super) fn body_secret(case: &Case<'_>) -> Vec<Finding> {
    calls(case)
        .filter_map(|call| {
            let secret = call
                .body
                .first("client_secret")
                .filter(|it| !has_gaps(it))?;
            let id = call.body.first("client_id").unwrap_or_default();
            let finding = compare(case, call, id, secret, false).or_else(|| guid(call, secret))?;
            Some(finding.seen("client_secret=(hidden)", call.place()))
        })
        .collect()
}

/// Entra shows the id of a secret, a GUID, beside its value.
fn guid(call: &Call<'_>, secret: &str) -> Option<Finding> {
    let lengths: Vec<usize> = secret.split('-').map(str::len).collect();
    let is_guid = lengths == [8, 4, 4, 4, 12]
        && secret
            .chars()
            .all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    let is_entra = call.uri.host.ends_with("microsoftonline.com")
        || call.uri.host.ends_with("microsoftonline.us");
    (is_guid && is_entra && call.is_refused()).then(|| {
        computed(
            "oauth2/client-authentication/wrong-secret",
            Likelihood::Certain,
        )
        .because(
            "What was sent as the secret is a GUID: that is the id of a secret, not its value.",
        )
    })
}

fn compare(
    case: &Case<'_>,
    call: &Call<'_>,
    id: &str,
    secret: &str,
    is_basic: bool,
) -> Option<Finding> {
    let due = case.known.client_secret.as_ref()?.expose();
    let due_id = case.known.client_id.as_deref();
    let likelihood = super::if_refused(call.is_refused());
    let named = |code, cause: &str| Some(computed(code, likelihood).because(cause));
    let encoded = form::encode(due);
    let same_id = due_id.is_none_or(|due| id == due || decode(id) == due);
    if same_id && (secret == due || (is_basic && decode(secret) == due)) {
        let is_special = encoded != due;
        let blamed = is_blamed(case, call);
        if is_basic && is_special && blamed {
            let cause = if secret == due {
                "The secret is the right one but was not form-encoded before base64, as the RFC wants it."
            } else {
                "The secret is the right one, form-encoded before base64 as the RFC wants it; this server seems not to decode it."
            };
            return Some(
                computed(
                    "oauth2/client-authentication/basic-encoding",
                    Likelihood::Likely,
                )
                .because(cause),
            );
        }
        return None;
    }
    let strays = |text: &str, due: &str| {
        text != due
            && text.trim_matches(|letter: char| {
                letter.is_whitespace() || "\"'`\u{feff}".contains(letter)
            }) == due
    };
    let inner = if is_basic {
        decode(secret)
    } else {
        secret.to_owned()
    };
    if strays(secret, due) || strays(&inner, due) || due_id.is_some_and(|due| strays(id, due)) {
        return named(
            "oauth2/client-authentication/stray-characters",
            "Around the id or the secret stand white space or quotes that do not belong to it.",
        );
    }
    if due_id.is_some_and(|due_id| secret == due_id || decode(secret) == due_id) {
        return named(
            "oauth2/client-authentication/secrets-swapped",
            "The client id stands where the secret belongs.",
        );
    }
    let twice = form::encode(&encoded);
    if encoded != due && (secret == twice || (!is_basic && secret == encoded)) {
        return named(
            "oauth2/client-authentication/basic-encoding",
            "The secret was encoded once too often.",
        );
    }
    if due != secret && decode(due) == secret {
        return named(
            "oauth2/client-authentication/basic-encoding",
            "The secret was decoded before it was sent.",
        );
    }
    if due.len() > secret.len() && due.starts_with(secret) {
        return named(
            "oauth2/client-authentication/other-secret",
            "Only the beginning of the secret was sent: its end is missing.",
        );
    }
    if !same_id {
        return named(
            "oauth2/client-authentication/other-secret",
            "The client id that was sent is another one than expected.",
        );
    }
    named(
        "oauth2/client-authentication/other-secret",
        "The secret that was sent is another one than expected, in none of the usual disguises.",
    )
}

/// Providers whose documentation knows the client in the header alone.
const HEADER_ALONE: [&str; 10] = [
    "www.reddit.com",
    "ssl.reddit.com",
    "api.notion.com",
    "api.ebay.com",
    "api.fitbit.com",
    "api.pinterest.com",
    "api-m.paypal.com",
    "api-m.sandbox.paypal.com",
    "a.klaviyo.com",
    "oauth.platform.intuit.com",
];

/// A secret in the body, where the provider looks for it in the header.
fn header_alone(call: &Call<'_>, used: &[&str]) -> Option<Finding> {
    let is_known = HEADER_ALONE.contains(&call.uri.host.as_str());
    let host = &call.uri.host;
    (is_known && used == ["client_secret_post"]).then(|| {
        computed(
            "oauth2/client-authentication/wrong-method",
            Likelihood::Likely,
        )
        .because(format!(
            "The client sent its id and secret in the body, and {host} takes them in the header alone (client_secret_basic)."
        ))
        .seen(call.target(), call.place())
    })
}

/// Which methods were used, and which the server takes.
pub(super) fn methods(case: &Case<'_>) -> Vec<Finding> {
    let supported: Option<Vec<String>> = case.calls.iter().find_map(|call| {
        let list = call
            .answer
            .as_ref()?
            .get("token_endpoint_auth_methods_supported")?
            .as_array()?;
        Some(
            list.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        )
    });
    case.token_calls()
        .filter(|call| call.is_refused() && is_blamed(case, call))
        .filter_map(|call| {
            let used = used(call);
            if let (Some(supported), Some(first)) = (&supported, used.first())
                && !supported.iter().any(|method| method == first)
            {
                let cause = format!(
                    "The client used `{first}`, and the metadata of the server lists {} alone.",
                    supported.join(", ")
                );
                return Some(
                    computed(
                        "oauth2/client-authentication/wrong-method",
                        Likelihood::Certain,
                    )
                    .because(cause)
                    .seen(call.target(), call.place()),
                );
            }
            if let Some(finding) = header_alone(call, &used) {
                return Some(finding);
            }
            if used.len() > 1 {
                // RFC 6749 §2.3: MUST NOT use more than one.
                return Some(
                    computed(
                        "oauth2/client-authentication/two-methods",
                        Likelihood::Likely,
                    )
                    .seen(call.target(), call.place())
                    .weighing(40),
                );
            }
            let has_assertion = call.parameter("client_assertion").is_some();
            let due = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            if has_assertion && call.parameter("client_assertion_type") != Some(due) {
                return Some(
                    computed("oauth2/assertion/type", Likelihood::Certain)
                        .seen(call.target(), call.place()),
                );
            }
            let is_public = used == ["none"];
            let is_refused = case.said_of(call).any(|said| said.is("invalid_client"));
            let is_certificate = case.said_of(call).any(|said| said.has("certificate"));
            (is_public && is_refused && !is_certificate).then(|| {
                computed("oauth2/client-authentication/missing", Likelihood::Likely)
                    .seen(call.target(), call.place())
                    .weighing(60)
            })
        })
        .collect()
}

fn used(call: &Call<'_>) -> Vec<&'static str> {
    let mut used = Vec::new();
    if call.authorization("basic").is_some() {
        used.push("client_secret_basic");
    }
    if call
        .parameter("client_secret")
        .is_some_and(|secret| !secret.is_empty())
    {
        used.push("client_secret_post");
    }
    if call.parameter("client_assertion").is_some() {
        used.push("private_key_jwt");
    }
    // What the evidence does not show may hold anything.
    if used.is_empty()
        && call.carrier != Carrier::Unseen
        && call.request.is_some_and(|request| {
            request.header("authorization").is_none() && !request.is_authorization_left_out
        })
    {
        used.push("none");
    }
    used
}

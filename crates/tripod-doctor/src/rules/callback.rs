//! What came back with the user.

use tripod_core::secret::Secret;
use tripod_core::{form, percent};

use super::computed;
use crate::case::Case;
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;
use crate::wording::uri_differences;

/// Compares the state that came back with the one that was sent.
pub(super) fn state(case: &Case<'_>) -> Vec<Finding> {
    let asked = case
        .authorizations()
        .find_map(|call| call.parameter("state"));
    let known = case.known.state.as_ref().map(Secret::expose);
    let Some(sent) = known.or(asked).filter(|sent| !has_gaps(sent)) else {
        return Vec::new();
    };
    let several = case.authorizations().count() > 1 && known.is_none();
    case.callbacks
        .iter()
        .filter_map(|callback| {
            let returned = callback.fields.first("state");
            let one_of_several = case
                .authorizations()
                .any(|call| call.parameter("state") == returned);
            let is_masked = returned.is_some_and(has_gaps);
            if returned == Some(sent) || is_masked || (several && one_of_several) {
                return None;
            }
            let cause = match returned {
                Some(_) => "The state in the callback is not the one that was sent.",
                None => "A state was sent, and the callback has none.",
            };
            Some(
                computed("oauth2/callback/state-mismatch", Likelihood::Certain)
                    .because(cause)
                    .seen(format!("state={sent}"), "the state that was sent")
                    .seen(
                        format!("state={}", returned.unwrap_or_default()),
                        &callback.place,
                    ),
            )
        })
        .collect()
}

/// Compares `iss` with the issuer that was asked.
pub(super) fn issuer(case: &Case<'_>) -> Vec<Finding> {
    let Some(expected) = case.known.issuer.as_deref() else {
        return Vec::new();
    };
    case.callbacks
        .iter()
        .filter_map(|callback| {
            let issuer = callback.fields.first("iss")?;
            let differences = uri_differences(issuer, expected);
            if differences.is_empty() {
                return None;
            }
            let cause = format!(
                "`iss` in the callback is not the issuer you gave: {}.",
                super::list(&differences)
            );
            Some(
                computed("oauth2/callback/issuer-mismatch", Likelihood::Certain)
                    .because(cause)
                    .seen(format!("iss={issuer}"), &callback.place),
            )
        })
        .collect()
}

/// Compares the code that was redeemed with the one that came.
pub(super) fn code_altered(case: &Case<'_>) -> Vec<Finding> {
    case.token_calls()
        .filter(|call| call.is_refused() || call.response.is_none())
        .filter_map(|call| {
            let sent = call.parameter("code").filter(|it| !has_gaps(it))?;
            let came: Vec<&str> = case.callbacks.iter().filter_map(|callback| callback.fields.first("code")).collect();
            if came.contains(&sent) {
                return None;
            }
            let decoded = percent::decode(sent).ok().map(std::borrow::Cow::into_owned);
            let is_encoded = sent.contains('%') && decoded.as_deref().is_some_and(|code| code != sent.as_bytes());
            let code = "oauth2/code/altered";
            let cause = came.iter().find_map(|came| altered(sent, came));
            if let Some(cause) = cause {
                return Some(computed(code, super::if_refused(call.is_refused())).because(cause).seen(format!("code={sent}"), call.place()));
            }
            if is_encoded {
                let cause = "The code in the token request has percent-escapes after it was decoded: it was copied from the URL of the callback without decoding it.";
                return Some(computed(code, Likelihood::Likely).because(cause).seen(format!("code={sent}"), call.place()));
            }
            None
        })
        .collect()
}

fn altered(sent: &str, came: &str) -> Option<String> {
    let text = |octets: Vec<u8>| String::from_utf8_lossy(&octets).into_owned();
    let decode = |code: &str| {
        percent::decode(code)
            .ok()
            .map(|octets| text(octets.into_owned()))
    };
    let words = if decode(sent).as_deref() == Some(came) || form::encode(came) == sent {
        "it was encoded once too often (or taken from the URL without decoding it)"
    } else if decode(came).as_deref() == Some(sent) {
        "it was decoded once too often"
    } else if came.replace('+', " ") == sent {
        "its `+` became a space"
    } else if sent.trim() == came {
        "there is white space around it"
    } else if came.len() > sent.len() && came.starts_with(sent) {
        "its end is missing"
    } else {
        return None;
    };
    Some(format!(
        "The code in the token request is not the one in the callback: {words}."
    ))
}

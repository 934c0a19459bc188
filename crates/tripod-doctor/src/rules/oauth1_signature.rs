//! What the signature detective and the base strings of servers tell.

use tripod_core::form;
use tripod_oauth1::base_string::{BaseString, Difference};

use super::{computed, list};
use crate::case::oauth1::SignedCall;
use crate::case::said::Said;
use crate::case::{Call, Case};
use crate::evidence::Response;
use crate::finding::{Finding, Likelihood};
use crate::signature::{self, Mistake, Subject, Verdict, body_hash as hash};

fn subject<'a>(
    case: &'a Case<'_>,
    call: &'a Call<'_>,
    signed: &'a SignedCall,
) -> Option<Subject<'a>> {
    Some(Subject {
        request: call.request?,
        uri: &call.uri,
        call: signed,
        known: case.known,
    })
}

/// Recomputes every signature.
pub(super) fn signature(case: &Case<'_>) -> Vec<Finding> {
    // More are repetitions; each may take milliseconds.
    const MOST: usize = 4;
    case.signed()
        .take(MOST)
        .flat_map(|(call, signed)| {
            subject(case, call, signed)
                .map_or_else(Vec::new, |subject| of_call(case, call, &subject))
        })
        .collect()
}

fn of_call(case: &Case<'_>, call: &Call<'_>, subject: &Subject<'_>) -> Vec<Finding> {
    let blamed = is_blamed(case, call);
    let accepted = call.response.is_some_and(Response::is_success);
    match signature::investigate(subject) {
        Verdict::Fits => fits(case, call, subject, blamed),
        Verdict::Malformed(mistake) => {
            let likelihood = if accepted {
                Likelihood::Possible
            } else {
                Likelihood::Certain
            };
            vec![named(
                &mistake,
                std::slice::from_ref(&mistake),
                likelihood,
                call,
            )]
        }
        Verdict::Mistaken {
            mistakes,
            signed,
            due,
        } => {
            let (mistakes, is_guess) = without_guess(mistakes, subject);
            if is_guess && !blamed {
                return Vec::new();
            }
            // What a server accepted may be how that server wants it.
            let likelihood = match (accepted, is_guess) {
                (true, _) => Likelihood::Possible,
                (false, true) => Likelihood::Likely,
                (false, false) => Likelihood::Certain,
            };
            mistakes
                .iter()
                .enumerate()
                .map(|(index, mistake)| {
                    let rank = u8::try_from(index).unwrap_or(u8::MAX);
                    let finding = named(mistake, &mistakes, likelihood, call);
                    let weight = finding.weight.saturating_sub(rank);
                    compared(finding, &signed, &due).weighing(weight)
                })
                .collect()
        }
        Verdict::Unexplained { tried, due } if blamed || call.response.is_none() => {
            let token = subject
                .call
                .first("oauth_token")
                .filter(|token| !token.is_empty());
            let lacks_token_secret = token.is_some() && case.known.token_secret.is_none();
            let cause = if lacks_token_secret {
                format!(
                    "The request has a token, and its secret was not given; none of {tried} ways to sign without it yields what was sent."
                )
            } else {
                format!(
                    "None of {tried} ways to make a signature with these secrets yields what was sent: most likely it was made with other secrets, or the request was changed after it was signed."
                )
            };
            let fix = if lacks_token_secret {
                "Give --token-secret-file as well."
            } else {
                "Compare both secrets with the provider's console, and show the request exactly as it was sent, its form body included."
            };
            let likelihood = if blamed {
                Likelihood::Likely
            } else {
                Likelihood::Possible
            };
            let finding = computed("oauth1/signature/mismatch", likelihood)
                .because(cause)
                .mended_by(fix);
            vec![finding.seen(format!("due base string: {due}"), call.place())]
        }
        Verdict::Unknowable if blamed => visible(call, subject),
        Verdict::Unexplained { .. } | Verdict::Unknowable => Vec::new(),
    }
}

/// Leaves out the scheme where the evidence does not show it; tells whether that is all there is.
fn without_guess(mistakes: Vec<Mistake>, subject: &Subject<'_>) -> (Vec<Mistake>, bool) {
    let is_scheme = |mistake: &Mistake| mistake.code == "oauth1/signature/other-scheme";
    if !subject.request.is_scheme_guessed || !mistakes.iter().any(is_scheme) {
        return (mistakes, false);
    }
    if mistakes.iter().all(is_scheme) {
        return (mistakes, true);
    }
    let others = mistakes.into_iter().filter(|mistake| !is_scheme(mistake));
    (others.collect(), false)
}

/// Tells whether what is said of the call may be about its signature.
fn is_blamed(case: &Case<'_>, call: &Call<'_>) -> bool {
    let names = [
        "signature",
        "could not authenticate",
        "unauthorized",
        "invalid_login",
    ];
    let said = case
        .said_of(call)
        .any(|said| names.iter().any(|name| said.has(name)) || said.is("32"));
    let elsewhere = case
        .said
        .iter()
        .any(|said| said.call.is_none() && said.has("signature"));
    let silent = call
        .response
        .is_some_and(|response| response.status == Some(401) && response.body().trim().is_empty());
    said || elsewhere || silent
}

fn fits(case: &Case<'_>, call: &Call<'_>, subject: &Subject<'_>, blamed: bool) -> Vec<Finding> {
    let token = subject
        .call
        .first("oauth_token")
        .filter(|token| !token.is_empty());
    if token.is_some() && case.known.token_secret.is_none() {
        let code = "oauth1/signature/token-secret-left-out";
        let likelihood = if blamed {
            Likelihood::Likely
        } else {
            Likelihood::Possible
        };
        let cause = "The request has a token, and the signature was made with the consumer secret alone, with nothing behind the `&`.";
        return vec![
            computed(code, likelihood)
                .because(cause)
                .seen(call.target(), call.place()),
        ];
    }
    let ruled_out = computed("oauth1/signature/mismatch", Likelihood::RuledOut)
        .because("The signature was recomputed from the request and the secrets, and is the one that was sent.")
        .seen(call.target(), call.place());
    if !blamed {
        return vec![ruled_out];
    }
    let finding = computed("oauth1/signature/fits-the-request", Likelihood::Likely).because(
        "The signature is the right one for the request as it is shown, with the secrets that are known, and still the \
         server refuses it: it sees another URL, method or body, or has other secrets.",
    );
    // A cause that the server names weighs more.
    let finding = finding.weighing(45);
    vec![finding.seen(call.target(), call.place()), ruled_out]
}

fn named(mistake: &Mistake, all: &[Mistake], likelihood: Likelihood, call: &Call<'_>) -> Finding {
    let words: Vec<String> = all.iter().map(|mistake| mistake.words.clone()).collect();
    let cause = format!(
        "The signature that was sent was made with {}.",
        list(&words)
    );
    computed(mistake.code, likelihood)
        .because(cause)
        .seen(call.target(), call.place())
}

fn compared(finding: Finding, signed: &str, due: &str) -> Finding {
    if signed == due {
        return finding;
    }
    finding
        .seen(signed, "the base string that was signed")
        .seen(due, "the base string that is due")
}

/// Says what is worth a look where no secret is known.
fn visible(call: &Call<'_>, subject: &Subject<'_>) -> Vec<Finding> {
    let finding = |code, cause: &str| {
        computed(code, Likelihood::Possible)
            .because(cause)
            .seen(call.target(), call.place())
    };
    let mut findings = Vec::new();
    let others = || {
        subject
            .call
            .parameters
            .iter()
            .filter(|one| !one.name.starts_with(b"oauth_"))
    };
    let has_form = others().any(|one| one.place == crate::case::oauth1::Where::Body);
    if has_form {
        findings.push(finding(
            "oauth1/signature/body-parameters-left-out",
            "The request has a form body, which many libraries forget to sign.",
        ));
    }
    let has =
        |wanted: &[u8]| others().any(|one| one.value.iter().any(|octet| wanted.contains(octet)));
    if has(b" +") {
        findings.push(finding("oauth1/signature/plus-for-space", "A parameter has a space or a plus sign, which form encoders and percent-encoders write in different ways."));
    }
    if has(b"!*'()") {
        findings.push(finding(
            "oauth1/signature/reserved-characters-raw",
            "A parameter has one of `!*'()`, which JavaScript's encoder leaves as they are.",
        ));
    }
    let port = subject.uri.port.as_str();
    if matches!(port, "80" | "443") {
        findings.push(finding(
            "oauth1/signature/port",
            "The URL names its default port, which does not belong into the base string.",
        ));
    }
    if subject.uri.host.chars().any(char::is_uppercase) {
        findings.push(finding(
            "oauth1/signature/other-host",
            "The host is not in lower case, and is in the base string.",
        ));
    }
    findings
}

/// Compares the base string that a server shows with the one that the request gives.
pub(super) fn base_strings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for said in &case.said {
        let Some(shown) = shown_base_string(&said.text).filter(|_| !is_of_client(said)) else {
            continue;
        };
        let own = said
            .call
            .and_then(|index| case.calls.iter().find(|call| call.index == index));
        let own = own.filter(|call| call.signed.is_some());
        let call = own.or_else(|| case.signed().map(|(call, _)| call).next());
        let Some((call, signed)) = call.and_then(|call| Some((call, call.signed.as_ref()?))) else {
            continue;
        };
        let Some(subject) =
            subject(case, call, signed).filter(|subject| !subject.uri.host.is_empty())
        else {
            continue;
        };
        let due = signature::due_base_string(&subject);
        if let (Ok(theirs), Ok(ours)) = (BaseString::parse(&shown), BaseString::parse(&due)) {
            let mut differences = ours.differences(&theirs);
            if subject.request.method.is_none() {
                differences.retain(|difference| !matches!(difference, Difference::Method { .. }));
            }
            let is_guess = subject.request.is_scheme_guessed && is_scheme_alone(&differences);
            let finding = difference(&differences, is_guess);
            findings.push(
                finding
                    .seen(shown, &said.place)
                    .seen(due, "the base string that the request gives"),
            );
        }
    }
    findings
}

/// oauthlib logs what it signs; that is no word of the server.
fn is_of_client(said: &Said) -> bool {
    !said.by_server && (said.has("signing: ") || said.has("oauthlib.oauth1"))
}

/// Tells whether the two differ in nothing but the scheme of the URL.
fn is_scheme_alone(differences: &[Difference]) -> bool {
    let rest = |uri: &str| uri.split_once("://").map(|(_, rest)| rest.to_owned());
    matches!(differences, [Difference::Uri { first, second }] if rest(first) == rest(second))
}

fn difference(differences: &[Difference], is_guess: bool) -> Finding {
    if differences.is_empty() {
        return computed("oauth1/signature/secrets-differ", Likelihood::Likely);
    }
    // A scheme that the evidence does not show may be the one that the server saw.
    let likelihood = if is_guess {
        Likelihood::Likely
    } else {
        Likelihood::Certain
    };
    let words: Vec<String> = differences.iter().take(5).map(described).collect();
    let cause = format!(
        "The server computed the signature from another base string than the request gives: {}.",
        words.join("; ")
    );
    computed("oauth1/signature/base-strings-differ", likelihood).because(cause)
}

fn described(difference: &Difference) -> String {
    match difference {
        Difference::Method { first, second } => {
            format!("the method is {first} in the request and {second} for the server")
        }
        Difference::Uri { first, second } => {
            let words = crate::wording::uri_differences(second, first);
            format!(
                "for the server the URL is {second}, in the request {first} ({})",
                words.join(", ")
            )
        }
        Difference::OnlyInFirst(parameter) => format!(
            "`{}` is in the request, and not in the server's base string",
            parameter.name
        ),
        Difference::OnlyInSecond(parameter) => format!(
            "`{}` is in the server's base string, and not in the request",
            parameter.name
        ),
        Difference::Order => "the same parameters stand in another order".to_owned(),
        Difference::Value {
            name,
            first,
            second,
        } => {
            let encoding = if first.len() == second.len() {
                ""
            } else {
                ", perhaps encoded once more or less"
            };
            format!(
                "`{name}` has another value{encoding}: {first} in the request, {second} for the server"
            )
        }
        other => other.to_string(),
    }
}

/// Finds `METHOD&http…&…` in what a server says.
fn shown_base_string(text: &str) -> Option<String> {
    plain_base_string(text).or_else(|| {
        // In a form that was not read as one it is encoded once more.
        let at = text.find("%26http")?;
        let begin = text
            .get(..at)?
            .rfind(|letter: char| !letter.is_ascii_uppercase());
        let rest = text.get(begin.map_or(0, |begin| begin + 1)..)?;
        let end = rest.find(|letter: char| letter.is_whitespace() || "&\"'<>".contains(letter));
        let value = rest.get(..end.unwrap_or(rest.len()))?;
        let octets = form::Component::new(value.as_bytes()).decode();
        plain_base_string(&String::from_utf8_lossy(&octets))
    })
}

fn plain_base_string(text: &str) -> Option<String> {
    ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]
        .iter()
        .find_map(|method| {
            [
                "&http%3A%2F%2F",
                "&https%3A%2F%2F",
                "&http%3a%2f%2f",
                "&https%3a%2f%2f",
            ]
            .iter()
            .find_map(|scheme| {
                let at = text.find(&format!("{method}{scheme}"))?;
                let rest = text.get(at..)?;
                let end = rest
                    .find(|letter: char| letter.is_whitespace() || "\"'<>),;}".contains(letter));
                // It has two ampersands; what follows a third is another parameter of a form.
                let shown = rest.get(..end.unwrap_or(rest.len()))?;
                let third = shown.match_indices('&').nth(2);
                let shown = third.and_then(|(at, _)| shown.get(..at)).unwrap_or(shown);
                Some(shown.trim_end_matches('.').to_owned())
            })
        })
}

/// Recomputes body hashes.
pub(super) fn body_hash(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (call, signed) in case.signed() {
        let (Some(sent), Some(request)) = (signed.first("oauth_body_hash"), call.request) else {
            continue;
        };
        let method = signed.first("oauth_signature_method").unwrap_or_default();
        // A body that the evidence does not show cannot be hashed.
        let Err(made) = hash::explain(&sent, &method, request.body()) else {
            continue;
        };
        if made.is_none() && request.body().is_empty() {
            continue;
        }
        let refused = call.is_refused();
        let cause = match &made {
            Some(words) => {
                format!("`oauth_body_hash` is not that of the body as it should be: {words}.")
            }
            None => "`oauth_body_hash` is the hash of another body than the one that was sent."
                .to_owned(),
        };
        let likelihood = super::if_refused(refused);
        findings.push(
            computed("oauth1/body-hash/mismatch", likelihood)
                .because(cause)
                .seen(format!("oauth_body_hash={sent}"), call.place()),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_string_is_found_plain_and_in_a_form() {
        let plain = "GET&http%3A%2F%2Fa.example%2Fx&a%3D1%26b%3D2";
        for (text, is_there) in [
            (format!("expected: {plain}."), true),
            (format!("debug_sbs={plain}&advice=the signature"), true),
            (
                format!("oauth_problem=x&debug_sbs={}&y=1", form::encode(plain)),
                true,
            ),
            (form::encode(plain), true),
            ("a=b%26http%3A%2F%2Fa.example".to_owned(), false),
            ("%26http".to_owned(), false),
            ("GET%26http%2".to_owned(), false),
        ] {
            let found = shown_base_string(&text);
            assert_eq!(found.as_deref(), is_there.then_some(plain), "{text}");
        }
    }
}

//! PKCE, recomputed.

use tripod_core::secret::Secret;
use tripod_oauth2::pkce::{ChallengeForm, CodeChallengeMethod, VerifierForm, explain};

use super::{computed, if_refused};
use crate::case::{Call, Case};
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;

/// Compares challenge and verifier.
pub(super) fn pair(case: &Case<'_>) -> Vec<Finding> {
    let asked: Vec<&Call<'_>> = case
        .authorizations()
        .filter(|call| !is_masked(call, "code_challenge"))
        .collect();
    let known = case.known.code_verifier.as_ref().map(Secret::expose);
    let mut findings: Vec<Finding> = case
        .token_calls()
        .filter(|call| call.parameter("grant_type") == Some("authorization_code"))
        .filter(|call| known.is_some() || !is_masked(call, "code_verifier"))
        .filter_map(|call| of_token_call(&asked, call, known))
        .collect();
    let alone = case.token_calls().next().is_none();
    if let (true, Some(verifier), Some(call)) = (alone, known, asked.last())
        && let Some(challenge) = call.parameter("code_challenge")
    {
        let refused = case.has_failed();
        findings.extend(compare(call, challenge, verifier, refused));
    }
    findings
}

fn is_masked(call: &Call<'_>, name: &str) -> bool {
    call.parameter(name).is_some_and(has_gaps)
}

fn of_token_call(asked: &[&Call<'_>], call: &Call<'_>, known: Option<&str>) -> Option<Finding> {
    let refused = call.is_refused();
    let sent = call.parameter("code_verifier");
    // What is not shown is what the user says it was.
    let verifier = sent.and_then(|sent| match has_gaps(sent) {
        true => known,
        false => Some(sent),
    });
    let challenges: Vec<(&Call<'_>, &str)> = asked
        .iter()
        .filter(|asked| asked.may_be_of_client_of(call))
        .filter_map(|asked| Some((*asked, asked.parameter("code_challenge")?)))
        .collect();
    match (challenges.last(), verifier) {
        (Some((asked, challenge)), Some(verifier)) => {
            let fits_any = challenges.iter().any(|(asked, challenge)| {
                explain(challenge, &method(asked), verifier)
                    .is_some_and(|explanation| explanation.is_as_due)
            });
            if fits_any && challenges.len() > 1 {
                let last = explain(challenge, &method(asked), verifier)
                    .is_some_and(|explanation| explanation.is_as_due);
                return (!last && refused).then(|| {
                    computed("oauth2/pkce/verifier-of-another-attempt", Likelihood::Likely)
                        .because("There are several authorization requests, and the verifier fits an earlier one.")
                        .seen(call.target(), call.place())
                });
            }
            compare(asked, challenge, verifier, refused)
        }
        (Some((asked, _)), None) if refused => Some(
            computed("oauth2/pkce/verifier-missing", if_refused(refused))
                .seen(asked.target(), asked.place())
                .seen(call.target(), call.place()),
        ),
        (None, Some(verifier)) if !is_well_formed(verifier) => {
            Some(malformed(verifier, refused).seen(call.target(), call.place()))
        }
        (None, Some(_)) if refused && !asked.is_empty() => Some(
            computed("oauth2/pkce/challenge-missing", Likelihood::Likely)
                .seen(call.target(), call.place()),
        ),
        (None, Some(verifier)) if refused && known.is_some_and(|known| known != verifier) => Some(
            computed(
                "oauth2/pkce/verifier-of-another-attempt",
                Likelihood::Certain,
            )
            .because("The verifier that was sent is not the one you gave.")
            .seen(call.target(), call.place()),
        ),
        _ => None,
    }
}

fn method(asked: &Call<'_>) -> CodeChallengeMethod {
    // RFC 7636 §4.3: the method defaults to `plain`.
    asked
        .parameter("code_challenge_method")
        .map_or(CodeChallengeMethod::Plain, CodeChallengeMethod::from)
}

fn compare(asked: &Call<'_>, challenge: &str, verifier: &str, refused: bool) -> Option<Finding> {
    let method = method(asked);
    let quote = format!(
        "code_challenge={challenge}&code_challenge_method={}",
        asked.parameter("code_challenge_method").unwrap_or("(none)")
    );
    let finding = |code, cause: &str| {
        Some(
            computed(code, if_refused(refused))
                .because(cause)
                .seen(quote.clone(), asked.place()),
        )
    };
    let Some(explanation) = explain(challenge, &method, verifier) else {
        if !is_well_formed(verifier) {
            return Some(malformed(verifier, refused).seen(quote, asked.place()));
        }
        return finding(
            "oauth2/pkce/verifier-of-another-attempt",
            "The challenge was not made of this verifier, in any way that is known: it belongs to another attempt.",
        );
    };
    if explanation.is_as_due {
        if !is_well_formed(verifier) {
            return Some(malformed(verifier, refused).seen(quote, asked.place()));
        }
        return refused.then(|| {
            computed("oauth2/pkce/verification-failed", Likelihood::RuledOut)
                .because("Challenge and verifier were recomputed, and belong together.")
                .seen(quote, asked.place())
        });
    }
    if explanation.verifier != VerifierForm::AsSent {
        return finding(
            "oauth2/pkce/verifier-altered",
            verifier_words(explanation.verifier),
        );
    }
    match explanation.challenge {
        ChallengeForm::S256 => finding(
            "oauth2/pkce/method-mismatch",
            "The challenge was made by S256, and the request does not say so: without `code_challenge_method` it is taken for `plain`.",
        ),
        ChallengeForm::Plain => finding(
            "oauth2/pkce/method-mismatch",
            "The challenge is the verifier itself (`plain`), and the request says `S256`.",
        ),
        form => finding("oauth2/pkce/challenge-malformed", challenge_words(form)),
    }
}

fn is_well_formed(verifier: &str) -> bool {
    // RFC 7636 §4.1.
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(tripod_core::percent::is_unreserved)
}

fn malformed(verifier: &str, refused: bool) -> Finding {
    let length = verifier.chars().count();
    let cause = if (43..=128).contains(&length) {
        "The verifier has characters other than letters, digits and `-._~`.".to_owned()
    } else {
        format!("The verifier has {length} characters; it has to have 43 to 128.")
    };
    computed("oauth2/pkce/verifier-malformed", if_refused(refused)).because(cause)
}

const fn challenge_words(form: ChallengeForm) -> &'static str {
    match form {
        ChallengeForm::Padded => {
            "The challenge ends in `=`: base64url is written without padding here."
        }
        ChallengeForm::StandardAlphabet | ChallengeForm::StandardAlphabetPadded => {
            "The challenge is in base64 with `+` and `/`, not in base64url."
        }
        ChallengeForm::Hex | ChallengeForm::UpperHex => {
            "The challenge is the digest in hexadecimal digits, not in base64url."
        }
        ChallengeForm::Base64OfHex => {
            "The challenge is the base64url of the hexadecimal digits of the digest, not of the digest itself."
        }
        _ => "The challenge was made of the verifier in another way than S256.",
    }
}

const fn verifier_words(form: VerifierForm) -> &'static str {
    match form {
        VerifierForm::Base64Decoded => {
            "The challenge was made of the octets that the verifier encodes, not of its text."
        }
        VerifierForm::HexDecoded => {
            "The challenge was made of the octets that the verifier writes in hexadecimal digits, not of its text."
        }
        VerifierForm::PercentDecoded => {
            "The verifier was percent-encoded once too often in the token request."
        }
        VerifierForm::Trimmed => "White space around the verifier was sent and not hashed.",
        VerifierForm::WithNewline => {
            "A line break was hashed with the verifier and not sent, as by `echo` without `-n`."
        }
        VerifierForm::WithPadding => "Padding was hashed with the verifier and not sent.",
        _ => "The verifier that was hashed is not the one that was sent.",
    }
}

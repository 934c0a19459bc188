//! Which of two findings gives way: what a server says in general, where it is known what it is
//! about in particular.

use crate::catalogue::RECOMPUTED;
use crate::finding::{Finding, Likelihood};

/// A code, and those that say the same more precisely.
const PRECISE: &[(&str, &[&str])] = &[
    (
        "oauth2/request/parameter-missing",
        &[
            "oauth2/client-authentication/missing",
            "oauth2/client-authentication/two-methods",
            "oauth2/pkce/required",
            "oauth2/pkce/verifier-missing",
            "oauth2/redirect-uri/missing",
            "oauth2/request/repeated-parameter",
            "oauth2/token-request/not-a-form",
            "oauth2/token-request/not-post",
        ],
    ),
    (
        "oauth2/pkce/verification-failed",
        &[
            "oauth2/pkce/challenge-malformed",
            "oauth2/pkce/method-mismatch",
            "oauth2/pkce/verifier-altered",
            "oauth2/pkce/verifier-malformed",
            "oauth2/pkce/verifier-missing",
            "oauth2/pkce/verifier-of-another-attempt",
        ],
    ),
    (
        "oauth2/redirect-uri/mismatch",
        &["oauth2/redirect-uri/differs-in-token-request"],
    ),
    (
        "oauth2/authorization/access-denied",
        &[
            "oauth2/authorization/consent-missing",
            "oauth2/client-authentication/wrong-secret",
            "oauth2/client/unauthorized",
            "oauth2/request/target",
            "oauth2/scope/invalid",
        ],
    ),
    (
        "oauth2/authorization/google-policy",
        &["oauth2/redirect-uri/mismatch"],
    ),
    (
        "oauth2/client-authentication/unknown-client",
        &[
            "oauth2/client-authentication/two-methods",
            "oauth2/client-authentication/wrong-method",
        ],
    ),
    (
        "oauth2/id-token/audience",
        &["oauth2/access-token/id-token-sent"],
    ),
    (
        "oauth2/resource/wrong-audience",
        &["oauth2/access-token/id-token-sent"],
    ),
    (
        "oauth2/request/invalid",
        &["oauth2/token-request/invalid-grant"],
    ),
    (
        "oauth2/token-answer/wrong-url",
        &["oauth2/issuer/no-metadata"],
    ),
    (
        // A library misses the token; what the server said is why there is none.
        "oauth2/token-answer/no-access-token",
        &[
            "oauth2/client-authentication/refused",
            "oauth2/client-authentication/wrong-secret",
            "oauth2/code/expired-or-unknown",
            "oauth2/redirect-uri/mismatch",
            "oauth2/refresh/refused",
            "oauth2/token-answer/error-with-status-200",
        ],
    ),
    ("oauth2/refresh/expired", &["oauth2/refresh/entra-ended"]),
];

/// Puts the general behind the precise; it stays certain of nothing that is another cause.
///
/// What a server states outweighs a guess by words, and not what is recomputed.
pub(crate) fn settle(mut findings: Vec<Finding>) -> Vec<Finding> {
    let found: Vec<(&str, Likelihood, u8)> = findings
        .iter()
        .map(|finding| (finding.code, finding.likelihood, finding.weight))
        .collect();
    for finding in &mut findings {
        let precise = PRECISE.iter().find(|(general, _)| *general == finding.code);
        let gives_way = precise.is_some_and(|(_, precise)| {
            found.iter().any(|(code, likelihood, weight)| {
                let outweighs = *likelihood <= finding.likelihood || *weight >= RECOMPUTED;
                precise.contains(code) && *likelihood <= Likelihood::Likely && outweighs
            })
        });
        if gives_way {
            finding.likelihood = finding.likelihood.max(Likelihood::Possible);
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    fn settled(codes: &[(&str, Likelihood)]) -> Vec<Likelihood> {
        let findings = codes
            .iter()
            .map(|(code, likelihood)| Finding::new(catalogue::entry(code), *likelihood));
        let settled = settle(findings.collect());
        settled.iter().map(|finding| finding.likelihood).collect()
    }

    #[test]
    fn the_general_gives_way_to_the_precise() {
        use Likelihood::{Certain, Likely, Possible, RuledOut};
        let general = "oauth2/pkce/verification-failed";
        let precise = "oauth2/pkce/challenge-malformed";
        assert_eq!(
            settled(&[(general, Certain), (precise, Certain)]),
            [Possible, Certain]
        );
        assert_eq!(
            settled(&[(general, Certain), (precise, Likely)]),
            [Certain, Likely]
        );
        assert_eq!(
            settled(&[(general, Certain), (precise, Possible)]),
            [Certain, Possible]
        );
        assert_eq!(
            settled(&[(general, RuledOut), (precise, Certain)]),
            [RuledOut, Certain]
        );
        assert_eq!(settled(&[(general, Certain)]), [Certain]);
    }

    #[test]
    fn every_code_has_a_page() {
        for (general, precise) in PRECISE {
            for code in std::iter::once(general).chain(precise.iter()) {
                assert!(catalogue::find(code).is_some(), "{code}");
            }
        }
    }
}

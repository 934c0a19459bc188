use Disclosure::{Full, Guarded};

use super::*;

const BAD: StatusCode = StatusCode::BAD_REQUEST;
const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;

fn name() -> String {
    "oauth_nonce".to_owned()
}

/// Every refusal, with status and problem as they are told in full.
fn every_refusal() -> Vec<(Refusal, StatusCode, &'static str)> {
    let at = Timestamp::from_unix;
    let several = Refusal::SeveralPlaces {
        one: Placement::Header,
        other: Placement::Query,
    };
    let method = SignatureMethod::RsaSha1;
    let late = Refusal::TimestampRefused {
        timestamp: at(9),
        first: at(10),
        last: at(20),
    };
    let missing = Refusal::Missing {
        names: vec!["oauth_nonce", "oauth_timestamp"],
    };
    vec![
        (Refusal::BodyHashOfForm, BAD, "parameter_rejected"),
        (Refusal::BodyHashMismatch, UNAUTHORIZED, "signature_invalid"),
        (
            Refusal::ConsumerKeyUnknown,
            UNAUTHORIZED,
            "consumer_key_unknown",
        ),
        (
            Refusal::Duplicate { name: name() },
            BAD,
            "parameter_rejected",
        ),
        (Refusal::Header(Malformed::Name), BAD, "parameter_rejected"),
        (
            Refusal::InvalidValue { name: name() },
            BAD,
            "parameter_rejected",
        ),
        (missing, BAD, "parameter_absent"),
        (Refusal::NonceUsed, UNAUTHORIZED, "nonce_used"),
        (Refusal::NotSigned, UNAUTHORIZED, "parameter_absent"),
        (
            Refusal::PlaintextInCleartext,
            BAD,
            "signature_method_rejected",
        ),
        (several, BAD, "parameter_rejected"),
        (Refusal::SignatureInvalid, UNAUTHORIZED, "signature_invalid"),
        (
            Refusal::SignatureMethodRejected { method },
            BAD,
            "signature_method_rejected",
        ),
        (late, UNAUTHORIZED, "timestamp_refused"),
        (Refusal::TokenUnknown, UNAUTHORIZED, "token_rejected"),
        (
            Refusal::TooLarge { name: name() },
            BAD,
            "parameter_rejected",
        ),
        (Refusal::VersionRejected, BAD, "version_rejected"),
    ]
}

/// Fails to compile when there is a refusal more.
fn tells_of_credentials(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::BodyHashMismatch
        | Refusal::ConsumerKeyUnknown
        | Refusal::SignatureInvalid
        | Refusal::SignatureMethodRejected { .. }
        | Refusal::TokenUnknown => true,
        Refusal::BodyHashOfForm
        | Refusal::Duplicate { .. }
        | Refusal::Header(_)
        | Refusal::InvalidValue { .. }
        | Refusal::Missing { .. }
        | Refusal::NonceUsed
        | Refusal::NotSigned
        | Refusal::PlaintextInCleartext
        | Refusal::SeveralPlaces { .. }
        | Refusal::TimestampRefused { .. }
        | Refusal::TooLarge { .. }
        | Refusal::VersionRejected => false,
    }
}

#[test]
fn a_friend_is_told_all() {
    for (refusal, status, word) in every_refusal() {
        let problem = refusal.problem(Full);
        assert_eq!(refusal.status(Full), status, "{refusal}");
        assert_eq!(problem.code.as_str(), word, "{refusal}");
        assert_eq!(problem.advice, Some(refusal.to_string()));
    }
}

#[test]
fn a_stranger_is_told_all_but_what_tells_of_credentials() {
    for (refusal, status, word) in every_refusal() {
        let problem = refusal.problem(Guarded);
        assert_eq!(problem.advice, None, "{refusal}");
        if !tells_of_credentials(&refusal) {
            assert_eq!(refusal.status(Guarded), status, "{refusal}");
            assert_eq!(problem.code.as_str(), word, "{refusal}");
        }
    }
}

#[test]
fn a_stranger_cannot_tell_wrong_credentials_apart() {
    let told = |refusal: &Refusal| (refusal.status(Guarded), refusal.problem(Guarded));
    let expected = told(&Refusal::SignatureInvalid);
    assert_eq!(
        expected,
        (UNAUTHORIZED, Problem::new(ProblemCode::SignatureInvalid))
    );
    let mut withheld = every_refusal();
    withheld.retain(|(refusal, ..)| tells_of_credentials(refusal));
    assert_eq!(withheld.len(), 5);
    for (refusal, ..) in withheld {
        assert_eq!(told(&refusal), expected, "{refusal}");
    }
}

#[test]
fn what_would_help_is_told_to_both() {
    for disclosure in [Full, Guarded] {
        for (refusal, ..) in every_refusal() {
            let problem = refusal.problem(disclosure);
            let (mut absent, mut rejected) = (vec![], vec![]);
            let (mut timestamps, mut versions) = (None, None);
            match refusal {
                Refusal::Missing { .. } => absent = vec!["oauth_nonce", "oauth_timestamp"],
                Refusal::Duplicate { .. }
                | Refusal::InvalidValue { .. }
                | Refusal::TooLarge { .. } => rejected = vec!["oauth_nonce"],
                Refusal::TimestampRefused { first, last, .. } => timestamps = Some((first, last)),
                Refusal::VersionRejected => versions = Some(("1.0".to_owned(), "1.0".to_owned())),
                _ => {}
            }
            assert_eq!(problem.parameters_absent, absent);
            assert_eq!(problem.parameters_rejected, rejected);
            assert_eq!(problem.acceptable_timestamps, timestamps);
            assert_eq!(problem.acceptable_versions, versions);
        }
    }
}

#[test]
fn every_refusal_is_one_lower_case_fact_or_names_a_method() {
    for (refusal, ..) in every_refusal() {
        let text = refusal.to_string();
        assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
    }
}

//! What is said of what: `access token` and `expired` near each other, in whichever words.
//!
//! Phrases of the catalogue are exact and come first; this is for providers whose phrase nobody
//! wrote down. It never makes anything certain.

pub(crate) mod predicate;
pub(crate) mod sentence;
pub(crate) mod subject;

use predicate::Predicate;
use sentence::Sentence;
use subject::Subject;

/// One thing that is said of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) subject: Subject,
    pub(crate) predicate: Predicate,
    /// How many causes the sentence leaves open, this one among them.
    pub(crate) alternatives: usize,
    /// Whether it is put carefully: “may have expired”.
    pub(crate) is_guess: bool,
    /// The sentence that says it, for quoting.
    pub(crate) sentence: String,
}

/// Further apart than this, words do not belong together.
const REACH: usize = 7;

/// Reads every sentence of a text; `known` says which pairs mean anything.
pub(crate) fn read(text: &str, known: impl Fn(Subject, Predicate) -> bool) -> Vec<Statement> {
    let sentences = sentence::split(text);
    sentences
        .iter()
        .flat_map(|sentence| statements(sentence, &known))
        .collect()
}

fn statements(sentence: &Sentence, known: impl Fn(Subject, Predicate) -> bool) -> Vec<Statement> {
    let words: Vec<&str> = sentence.words.iter().map(String::as_str).collect();
    let predicates = predicate::find(&words);
    if predicates.is_empty() {
        return Vec::new();
    }
    let subjects = subject::find(&words);
    let mut pairs: Vec<(Subject, Predicate)> = Vec::new();
    for found in &predicates {
        for subject in of_predicate(found, &subjects, &words, &known) {
            if !pairs.contains(&(subject, found.predicate)) {
                pairs.push((subject, found.predicate));
            }
        }
    }
    let is_open =
        words.iter().any(|word| ["or", "either"].contains(word)) || sentence.text.contains(", no ");
    // What is said of nobody counts too: “the grant is invalid, expired or revoked”.
    let alternatives = if is_open {
        pairs.len().max(predicates.len()).max(2)
    } else {
        1
    };
    pairs
        .into_iter()
        .map(|(subject, predicate)| Statement {
            subject,
            predicate,
            alternatives,
            is_guess: sentence.is_guess,
            sentence: sentence.text.clone(),
        })
        .collect()
}

/// Finds the subjects of a predicate: the nearest, those that say most before others, and what is
/// joined to it by “or”.
fn of_predicate(
    found: &predicate::Found,
    subjects: &[subject::Found],
    words: &[&str],
    known: &impl Fn(Subject, Predicate) -> bool,
) -> Vec<Subject> {
    let distance = |subject: &subject::Found| {
        if subject.end <= found.start {
            found.start - subject.end + found.predicate.penalty_before()
        } else {
            subject.start.saturating_sub(found.end) + found.predicate.penalty_behind()
        }
    };
    let nearest = subjects
        .iter()
        .filter(|subject| known(subject.subject, found.predicate))
        .filter(|subject| distance(subject) <= REACH)
        .min_by_key(|subject| (subject.subject.is_weak(), distance(subject)));
    let Some(nearest) = nearest else {
        return Vec::new();
    };
    let joined = |subject: &&subject::Found| {
        let (from, to) = if subject.end <= nearest.start {
            (subject.end, nearest.start)
        } else {
            (nearest.end, subject.start)
        };
        let between = words.get(from..to).unwrap_or_default();
        let is_joined = between.contains(&"or") && between.iter().all(|word| is_joint(word));
        is_joined && known(subject.subject, found.predicate)
    };
    let others = subjects.iter().filter(joined).map(|other| other.subject);
    std::iter::once(nearest.subject).chain(others).collect()
}

fn is_joint(word: &str) -> bool {
    ["or", "the", "a", "an", "your", "and", "either"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(Subject, Predicate)> {
        let statements = read(text, |subject, predicate| {
            crate::rules::meant::is_known(subject, predicate)
        });
        let pairs = statements.iter();
        pairs.map(|it| (it.subject, it.predicate)).collect()
    }

    #[test]
    fn a_predicate_finds_its_subject_in_any_spelling() {
        use Predicate::*;
        use Subject::*;
        for (text, subject, predicate) in [
            ("EXPIRED_ACCESS_TOKEN", AccessToken, Expired),
            ("Your accessToken is no longer valid", AccessToken, Invalid),
            ("BAD_REFRESH_TOKEN", RefreshToken, Invalid),
            (
                "the refresh-token you sent was already redeemed",
                RefreshToken,
                Used,
            ),
            ("RefreshTokenRevoked: bye", RefreshToken, Revoked),
            ("client_secret doesn't match our records", Secret, Mismatch),
            ("No such client id: 17", ClientId, Unknown),
            (
                "could not find an application with this client_id",
                ClientId,
                Unknown,
            ),
            ("redirect_uri isn't whitelisted", RedirectUri, NotAllowed),
            ("callback URL hasn't been registered", RedirectUri, Unknown),
            ("The auth code was already used", Code, Used),
            ("Your credentials lack the scopes read:a", Scope, Lacks),
            ("You do not have the required permissions", Scope, Lacks),
            ("code_verifier must be provided", Verifier, Missing),
            ("PKCE is required for this client", Pkce, Missing),
            ("the user has declined", User, Denied),
            ("Authorization header not present", Header, Missing),
        ] {
            assert_eq!(said(text).first(), Some(&(subject, predicate)), "{text}");
        }
    }

    #[test]
    fn what_is_denied_or_conditional_is_not_said() {
        for text in [
            "the access token is not expired",
            "If the refresh token was revoked, log in again",
            "please check that your client_id is not missing",
            "access token expires in 3600 seconds",
            "How to handle an expired access token",
            "has the refresh token expired?",
            "unexpected token < in JSON at position 0",
            "the next page token is invalid",
            "csrf token mismatch",
            "POST /oauth/token/expired",
            "invalid_client",
            "failed (e.g. unknown client id, missing client secret)",
        ] {
            assert_eq!(said(text), [], "{text}");
        }
    }

    #[test]
    fn alternatives_are_counted() {
        let count = |text: &str| {
            read(text, crate::rules::meant::is_known)
                .iter()
                .map(|it| it.alternatives)
                .collect::<Vec<_>>()
        };
        assert_eq!(count("Invalid or expired access token"), [2, 2]);
        assert_eq!(
            count("The refresh token is invalid, expired, or was revoked"),
            [3, 3, 3]
        );
        assert_eq!(count("The access token expired"), [1]);
    }
}

//! What is said of a subject.

/// What is wrong with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Predicate {
    /// A person said no.
    Denied,
    Expired,
    Invalid,
    /// There is less of it than is needed.
    Lacks,
    Mismatch,
    Missing,
    NotAllowed,
    Revoked,
    Unknown,
    Used,
}

impl Predicate {
    /// Words of which the subject stands behind: “lacks the scope”.
    pub(super) const fn penalty_before(self) -> usize {
        match self {
            Self::Lacks => 2,
            _ => 0,
        }
    }

    /// Words of which the subject stands before: “the URI does not match”.
    pub(super) const fn penalty_behind(self) -> usize {
        match self {
            Self::Mismatch | Self::Used | Self::Denied => 3,
            Self::Missing => 2,
            _ => 0,
        }
    }
}

/// Where a predicate stands among the words.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) predicate: Predicate,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

const PLAIN: &[(&str, Predicate)] = &[
    ("expired", Predicate::Expired),
    ("stale", Predicate::Expired),
    ("outdated", Predicate::Expired),
    ("too old", Predicate::Expired),
    ("lapsed", Predicate::Expired),
    ("invalid", Predicate::Invalid),
    ("bad", Predicate::Invalid),
    ("wrong", Predicate::Invalid),
    ("incorrect", Predicate::Invalid),
    ("malformed", Predicate::Invalid),
    ("illegal", Predicate::Invalid),
    ("inactive", Predicate::Invalid),
    ("corrupt", Predicate::Invalid),
    ("corrupted", Predicate::Invalid),
    ("rejected", Predicate::Invalid),
    ("validation failed", Predicate::Invalid),
    ("validation failure", Predicate::Invalid),
    ("verification failed", Predicate::Invalid),
    ("failed validation", Predicate::Invalid),
    ("failed verification", Predicate::Invalid),
    ("error validating", Predicate::Invalid),
    ("revoked", Predicate::Revoked),
    ("withdrawn", Predicate::Revoked),
    ("invalidated", Predicate::Revoked),
    ("deauthorized", Predicate::Revoked),
    ("deauthorised", Predicate::Revoked),
    ("deactivated", Predicate::Revoked),
    ("uninstalled", Predicate::Revoked),
    ("blacklisted", Predicate::Revoked),
    ("unknown", Predicate::Unknown),
    ("unrecognized", Predicate::Unknown),
    ("unrecognised", Predicate::Unknown),
    ("unregistered", Predicate::Unknown),
    ("nonexistent", Predicate::Unknown),
    ("no such", Predicate::Unknown),
    ("deleted", Predicate::Unknown),
    ("missing", Predicate::Missing),
    ("absent", Predicate::Missing),
    ("omitted", Predicate::Missing),
    ("empty", Predicate::Missing),
    ("blank", Predicate::Missing),
    ("undefined", Predicate::Missing),
    ("without", Predicate::Missing),
    ("is required", Predicate::Missing),
    ("are required", Predicate::Missing),
    ("required", Predicate::Lacks),
    ("must provide", Predicate::Missing),
    ("must include", Predicate::Missing),
    ("must specify", Predicate::Missing),
    ("must be provided", Predicate::Missing),
    ("must be included", Predicate::Missing),
    ("must be specified", Predicate::Missing),
    ("must be present", Predicate::Missing),
    ("must be supplied", Predicate::Missing),
    ("must be set", Predicate::Missing),
    ("mismatch", Predicate::Mismatch),
    ("mismatched", Predicate::Mismatch),
    ("mismatching", Predicate::Mismatch),
    ("differs", Predicate::Mismatch),
    ("differ", Predicate::Mismatch),
    ("different", Predicate::Mismatch),
    ("unexpected", Predicate::Mismatch),
    ("must match", Predicate::Mismatch),
    ("should match", Predicate::Mismatch),
    ("must be identical", Predicate::Mismatch),
    ("must equal", Predicate::Mismatch),
    ("issued to another", Predicate::Mismatch),
    ("belongs to another", Predicate::Mismatch),
    ("disallowed", Predicate::NotAllowed),
    ("unsupported", Predicate::NotAllowed),
    ("disabled", Predicate::NotAllowed),
    ("blocked", Predicate::NotAllowed),
    ("prohibited", Predicate::NotAllowed),
    ("suspended", Predicate::NotAllowed),
    ("unapproved", Predicate::NotAllowed),
    ("must be enabled", Predicate::NotAllowed),
    ("must be explicitly enabled", Predicate::NotAllowed),
    ("exceeds", Predicate::NotAllowed),
    ("denied", Predicate::Denied),
    ("declined", Predicate::Denied),
    ("cancelled", Predicate::Denied),
    ("canceled", Predicate::Denied),
    ("refused", Predicate::Denied),
    ("already used", Predicate::Used),
    ("already been used", Predicate::Used),
    ("already redeemed", Predicate::Used),
    ("already been redeemed", Predicate::Used),
    ("already exchanged", Predicate::Used),
    ("already been exchanged", Predicate::Used),
    ("already consumed", Predicate::Used),
    ("already been consumed", Predicate::Used),
    ("already claimed", Predicate::Used),
    ("previously used", Predicate::Used),
    ("been used", Predicate::Used),
    ("used before", Predicate::Used),
    ("used twice", Predicate::Used),
    ("used more than once", Predicate::Used),
    ("been redeemed", Predicate::Used),
    ("been consumed", Predicate::Used),
    ("reused", Predicate::Used),
    ("reuse", Predicate::Used),
    ("replayed", Predicate::Used),
    ("insufficient", Predicate::Lacks),
    ("lack", Predicate::Lacks),
    ("lacks", Predicate::Lacks),
    ("lacking", Predicate::Lacks),
    ("requires", Predicate::Lacks),
    ("require", Predicate::Lacks),
    ("needs", Predicate::Lacks),
    ("not enough", Predicate::Lacks),
];

/// What a word means behind `not`.
const NEGATED: &[(Predicate, &str)] = &[
    (
        Predicate::Unknown,
        "found exist exists known recognized recognised registered find locate configured existing",
    ),
    (
        Predicate::Invalid,
        "valid accepted acceptable correct right validated verified validate verify decode decoded parse usable active wellformed",
    ),
    (
        Predicate::NotAllowed,
        "allowed permitted authorized authorised enabled supported approved whitelisted allow support permit entitled eligible allowlisted",
    ),
    (
        Predicate::Mismatch,
        "match matching matches equal same identical agree correspond belong issued associated",
    ),
    (
        Predicate::Missing,
        "provided present specified supplied set given included sent passed received submitted defined empty blank null",
    ),
    (
        Predicate::Lacks,
        "have has contain contains include includes cover covers granted grant",
    ),
];

const NEGATORS: [&str; 6] = ["not", "never", "no", "unable", "failed", "neither"];

/// Words that may stand between `not` and what is denied.
const FILLERS: [&str; 22] = [
    "a",
    "an",
    "the",
    "any",
    "be",
    "been",
    "being",
    "longer",
    "yet",
    "to",
    "is",
    "was",
    "currently",
    "properly",
    "correctly",
    "such",
    "been",
    "explicitly",
    "anymore",
    "in",
    "fully",
    "well",
];

pub(crate) fn find(words: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (predicate, end) = read(words, at);
        if let Some(predicate) = predicate {
            found.push(Found {
                predicate,
                start: at,
                end,
            });
        }
        at = end;
    }
    found
}

/// Reads what begins at a word, and says where it ends.
fn read(words: &[&str], at: usize) -> (Option<Predicate>, usize) {
    let plain = longest(words, at);
    if let Some((predicate, length)) = plain.filter(|(_, length)| *length > 1) {
        return (Some(predicate), at + length);
    }
    let word = words.get(at).copied().unwrap_or_default();
    if NEGATORS.contains(&word)
        && let Some(negated) = negated(words, at)
    {
        return negated;
    }
    let next = words.get(at + 1).copied().unwrap_or_default();
    // “Bad Request” is what every refusal is called.
    let is_of_request = ["request", "gateway", "parameter"].contains(&next) && word != "missing";
    match plain {
        Some((Predicate::Invalid, _)) if is_of_request => (None, at + 2),
        Some((predicate, length)) => (Some(predicate), at + length),
        None => (None, at + 1),
    }
}

fn negated(words: &[&str], at: usize) -> Option<(Option<Predicate>, usize)> {
    const FURTHEST: usize = 4;
    let rest = words.get(at + 1..)?;
    let gap = rest
        .iter()
        .take(FURTHEST)
        .position(|word| !FILLERS.contains(word))?;
    let denied = rest.get(gap)?;
    let end = at + 1 + gap + 1;
    let meant = NEGATED
        .iter()
        .find(|(_, list)| list.split(' ').any(|word| word == *denied));
    if let Some((predicate, _)) = meant {
        return Some((Some(*predicate), end));
    }
    if let Some((_, length)) = longest(words, at + 1 + gap) {
        return Some((None, at + 1 + gap + length));
    }
    // “no refresh token”, and not “no, …”.
    let behind: Vec<&str> = rest.iter().skip(gap).take(2).copied().collect();
    let is_none = words.get(at) == Some(&"no") && !super::subject::find(&behind).is_empty();
    is_none.then_some((Some(Predicate::Missing), at + 1))
}

fn longest(words: &[&str], at: usize) -> Option<(Predicate, usize)> {
    let rest = words.get(at..)?;
    PLAIN
        .iter()
        .filter_map(|(name, predicate)| {
            let length = name.split(' ').count();
            let is_there =
                rest.len() >= length && name.split(' ').eq(rest.iter().copied().take(length));
            is_there.then_some((*predicate, length))
        })
        .max_by_key(|(_, length)| *length)
}

//! What servers and libraries say in so many words.

use crate::case::said::{Said, quotes_alike};
use crate::case::{Case, Role};
use crate::catalogue::{Entry, GENERIC, Section, VAGUE, Words, entries};
use crate::evidence::Kind;
use crate::finding::{Finding, Likelihood};

/// Looks for the words of every entry in everything that was said.
pub(super) fn words(case: &Case<'_>) -> Vec<Finding> {
    entries()
        .flat_map(|entry| {
            case.said
                .iter()
                .filter_map(move |said| stated(case, entry, said))
        })
        .collect()
}

/// Tells whether a phrase of the catalogue names the cause, and not just a code.
pub(super) fn is_recognised(case: &Case<'_>, said: &Said) -> bool {
    entries()
        .filter(|entry| entry.weight > VAGUE)
        .filter_map(|entry| Some((entry, found(case, entry, said)?)))
        .any(|(entry, (words, at))| {
            const LONG: usize = 20;
            let is_first = entry.code.starts_with("oauth1/");
            words.likelihood <= Likelihood::Likely
                && (!is_first || words.pattern.len() >= LONG || speaks_of_first(said))
                && (words.pattern.contains([' ', '…', '_']) || words.pattern.starts_with("aadsts"))
                && !words.pattern.starts_with("error=")
                && openness(words, said, at) == 1
        })
}

/// Finds the words of an entry that say most.
fn found(case: &Case<'_>, entry: &'static Entry, said: &Said) -> Option<(&'static Words, usize)> {
    // Words like `token is expired` are found in what is said of a refresh token, too.
    let is_of_refresh_token = entry.section == Section::AccessToken
        && (said.has("refresh token") || said.has("refresh_token is"))
        && !said.has("access token");
    if is_of_refresh_token || !concerns(case, entry, said) || is_no_denial(case, entry, said) {
        return None;
    }
    entry
        .words
        .iter()
        .filter_map(|words| Some((words, position(words.pattern, said)?)))
        .min_by_key(|(words, _)| (words.likelihood, std::cmp::Reverse(weight(entry, words))))
        .filter(|_| !super::meant::is_renewal(said))
}

/// Nobody is asked where a client asks for itself: the server means the client (Auth0).
fn is_no_denial(case: &Case<'_>, entry: &Entry, said: &Said) -> bool {
    let call = said.call.and_then(|index| case.calls.get(index));
    entry.code == "oauth2/authorization/access-denied"
        && (said.status == Some(401)
            || said.has("\"error_description\":\"unauthorized\"")
            || said.has("client_credentials")
            || call.and_then(|call| call.parameter("grant_type")) == Some("client_credentials"))
}

/// Counts the causes that the sentence leaves open: 1 if it is sure of this one.
fn openness(words: &Words, said: &Said, at: usize) -> usize {
    const CODES: [&str; 2] = ["error=", "aadsts"];
    if CODES.iter().any(|start| words.pattern.starts_with(start))
        || !words.pattern.contains(' ')
        || words.pattern.contains('/')
        || words.pattern.contains(" or ")
    {
        return 1;
    }
    let first = words.pattern.split('…').next().unwrap_or_default().trim();
    alternatives(&said.lower, at, at + first.len())
}

fn stated(case: &Case<'_>, entry: &'static Entry, said: &Said) -> Option<Finding> {
    let (words, at) = found(case, entry, said)?;
    let open = openness(words, said, at);
    let entry = named(entry, words, said, at).unwrap_or(entry);
    // Words in a log may be a quotation; only a server's own answer is a statement.
    let is_stated = said.by_server && !(case.evidence.kind == Kind::Text && said.status.is_none());
    // `token_expired` alone is said in both protocols, and more often in the second.
    let is_first = entry.code.starts_with("oauth1/");
    let is_doubtful = is_first && !speaks_of_first(said);
    let is_of_another = is_doubtful
        || !is_first && said.has("oauth_problem")
        || entry.section == Section::AccessToken && said.has("refresh token")
        || is_example(said, at)
        || is_denied_by_server(case, entry, said);
    let likelihood = match words.likelihood {
        likelihood if open >= MANY => likelihood.max(Likelihood::Possible),
        likelihood if is_doubtful && said.by_server => likelihood.max(Likelihood::Possible),
        Likelihood::Certain if !is_stated || is_of_another || open > 1 => Likelihood::Likely,
        likelihood => likelihood,
    };
    let finding = Finding::new(entry, likelihood).seen(excerpt(&said.text, at), &said.place);
    let weight = weight(entry, words);
    let weight = if is_doubtful { weight.min(20) } else { weight };
    Some(finding.weighing(weight + leaning(case, entry)))
}

/// Who complains of an audience is the client, about an ID token, or an API, about an access token.
fn leaning(case: &Case<'_>, entry: &Entry) -> u8 {
    match entry.code {
        "oauth2/id-token/audience" if case.said.iter().any(speaks_of_id_token) => 5,
        "oauth2/resource/wrong-audience" => 2,
        _ => 0,
    }
}

fn speaks_of_id_token(said: &Said) -> bool {
    const WORDS: [&str; 6] = [
        "id token",
        "id_token",
        "oidc:",
        "sign in with",
        "verify_oauth2_token",
        "openidconnect",
    ];
    // `invalid_token` ends like the name of the other.
    let begins_word = |at: usize| {
        let before = said.lower.get(..at).unwrap_or_default();
        !before.ends_with(char::is_alphanumeric)
    };
    let mut found = WORDS.iter().flat_map(|word| said.lower.match_indices(word));
    found.any(|(at, _)| begins_word(at))
}

/// Parameters whose absence has a page of its own.
const PARAMETERS: [(&str, &str); 5] = [
    ("code_verifier", "oauth2/pkce/verifier-missing"),
    ("code_challenge", "oauth2/pkce/required"),
    ("redirect_uri", "oauth2/redirect-uri/missing"),
    ("client_secret", "oauth2/client-authentication/missing"),
    ("client_assertion", "oauth2/client-authentication/missing"),
];

/// Takes the page of the parameter where the server says which is missing, and says one alone.
fn named(entry: &Entry, words: &Words, said: &Said, at: usize) -> Option<&'static Entry> {
    const NEAR: usize = 60;
    if entry.code != MISSING || words.pattern.starts_with("error=") {
        return None;
    }
    let behind = said.lower.get(at..)?;
    let sentence = behind.split(". ").next()?;
    let begin = at.saturating_sub(NEAR);
    let before = said.lower.get(begin..at).unwrap_or_default();
    let own = |text: &str| {
        let mut named = PARAMETERS.iter().filter(|(name, _)| text.contains(name));
        named.next().filter(|_| named.next().is_none())
    };
    let (_, code) = own(sentence).or_else(|| own(before))?;
    let others = ["client_id", "grant_type", "response_type", "scope"];
    let is_alone = !others.iter().any(|name| sentence.contains(name));
    is_alone.then(|| crate::catalogue::entry(code))
}

const MISSING: &str = "oauth2/request/parameter-missing";

/// So many causes in one sentence are a list of what there is, and no statement.
const MANY: usize = 3;

/// Counts what “or” joins in the sentence around some words.
fn alternatives(text: &str, from: usize, to: usize) -> usize {
    const NEAR: usize = 160;
    let before = text.get(..from).unwrap_or_default();
    let behind = text.get(to..).unwrap_or_default();
    // “It does not match. Or it has expired.” is one sentence.
    let is_end = |at: &usize| !text.get(*at..).unwrap_or_default().starts_with(". or ");
    let begin = before.rmatch_indices(". ").map(|(at, _)| at).find(is_end);
    let end = behind
        .match_indices(". ")
        .map(|(at, _)| to + at)
        .find(is_end);
    let before = text
        .get(begin.unwrap_or_default()..from)
        .unwrap_or_default();
    let behind = text.get(to..end.unwrap_or(text.len())).unwrap_or_default();
    let skipped = before.chars().count().saturating_sub(NEAR);
    let around: String = before
        .chars()
        .skip(skipped)
        .chain(behind.chars().take(NEAR))
        .collect();
    match around.matches(" or ").count() {
        0 => 1,
        joints => 1 + joints + around.matches(", ").count(),
    }
}

/// Tells whether the words are one example of several: `(e.g., unknown client, …)`.
fn is_example(said: &Said, at: usize) -> bool {
    let before = said.lower.get(..at).unwrap_or_default();
    let begin = before.rfind(['(', ';', '"']).unwrap_or_default();
    before.get(begin..).unwrap_or_default().contains("e.g.")
}

/// Tells whether a server denies a client, and not a user: some use the code of the one for the other.
fn is_denied_by_server(case: &Case<'_>, entry: &Entry, said: &Said) -> bool {
    let is_redirect = said
        .status
        .is_some_and(|status| (300..400).contains(&status));
    let call = said
        .call
        .and_then(|index| case.calls.get(index))
        .filter(|_| !is_redirect);
    entry.code == "oauth2/authorization/access-denied"
        && call.is_some_and(|call| {
            let is_device = call
                .parameter("grant_type")
                .is_some_and(|grant| grant.contains("device"));
            !is_device
                && !matches!(
                    call.role,
                    Role::Callback | Role::Authorization | Role::Device
                )
        })
}

/// Tells whether what was said can be about such a failure at all.
fn concerns(case: &Case<'_>, entry: &Entry, said: &Said) -> bool {
    let call = said.call.and_then(|index| case.calls.get(index));
    let is_first = entry.code.starts_with("oauth1/");
    // Fitbit's APIs call an access token so.
    if entry.section == Section::Device && said.has("errortype") {
        return false;
    }
    match call.map(|call| call.role) {
        Some(Role::Signed) => is_first || entry.code.starts_with("oauth2/server/"),
        Some(Role::Token | Role::Authorization | Role::Device) => {
            !is_first && entry.section != Section::AccessToken
        }
        Some(Role::Resource) => {
            let is_of_call = entry.section != Section::RefreshToken
                && !entry.code.starts_with("oauth2/id-token/")
                && !entry.code.starts_with("oauth2/token-answer/");
            !is_first && is_of_call
        }
        // RFC 6750 §3.1: the token that was called with, and no ID token.
        _ if entry.code.starts_with("oauth2/id-token/") => {
            !case.has_called_with_token || speaks_of_id_token(said)
        }
        None if case.is_of_first => is_first || entry.code.starts_with("oauth2/server/"),
        _ => true,
    }
}

/// Tells whether it is about OAuth 1 by its words.
fn speaks_of_first(said: &Said) -> bool {
    // JSON Web Tokens have signatures too.
    if ["jwt", "jws", "jwk"].iter().any(|word| said.has(word)) {
        return false;
    }
    [
        "oauth_",
        "oauth1",
        "oauth 1",
        "consumer",
        "signature",
        "timestamp",
        "nonce",
    ]
    .iter()
    .any(|word| said.has(word))
}

/// The more words are found, the more they say; a code alone says less than words do.
fn weight(entry: &Entry, words: &Words) -> u8 {
    const MOST: usize = 15;
    if entry.weight <= GENERIC {
        return entry.weight;
    }
    if words.pattern.starts_with("error=") {
        return entry.weight - 5;
    }
    if words.pattern.starts_with("aadsts") {
        return entry.weight + 20;
    }
    let length = u8::try_from((words.pattern.len() / 3).min(MOST)).unwrap_or_default();
    entry.weight + length
}

/// Finds where the pattern begins in what was said.
fn position(pattern: &str, said: &Said) -> Option<usize> {
    let alike;
    let pattern = match pattern.contains(['\'', '`', '’']) {
        true => {
            alike = quotes_alike(pattern);
            alike.as_str()
        }
        false => pattern,
    };
    let text = said.lower.as_str();
    let mut parts = pattern.split('…').map(str::trim);
    if let Some(error) = pattern.strip_prefix("error=") {
        let error = error.split('…').next().unwrap_or_default().trim();
        let own = said.error.as_deref()?;
        parts.next();
        let is_there = own.eq_ignore_ascii_case(error) && parts.all(|part| text.contains(part));
        return is_there.then_some(0);
    }
    let first = parts.next()?;
    let rest: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    occurrences(text, first).find(|at| follow(text, at + first.len(), &rest))
}

/// Tells whether the parts follow each other from there on, in one sentence.
fn follow(text: &str, from: usize, parts: &[&str]) -> bool {
    const GAP: usize = 160;
    let behind = text.get(from..).unwrap_or_default();
    let Some((part, rest)) = parts.split_first() else {
        // Who says “this, or that” has not said this.
        return !behind.starts_with(", or ") && !behind.starts_with(", no ");
    };
    let Some(gap) = occurrences(behind, part).next() else {
        return false;
    };
    let is_near = gap <= GAP && !behind.get(..gap).unwrap_or_default().contains(". ");
    is_near && follow(text, from + gap + part.len(), rest)
}

/// Finds a part wherever it stands; a number has to end where it ends, and the name of a claim to
/// be a word: `ath` is no part of `path`.
fn occurrences<'a>(text: &'a str, part: &'a str) -> impl Iterator<Item = usize> + 'a {
    const NAME: usize = 3;
    let is_number = part.ends_with(|last: char| last.is_ascii_digit());
    let is_common = ["code ", "token "]
        .iter()
        .any(|word| part.starts_with(word));
    let is_name = part.len() <= NAME && part.bytes().all(|octet| octet.is_ascii_lowercase());
    text.match_indices(part)
        .map(|(at, _)| at)
        .filter(move |at| {
            let before = text.get(..*at).unwrap_or_default();
            let behind = text.get(at + part.len()..).unwrap_or_default();
            let is_word = !before.ends_with(char::is_alphanumeric)
                && !behind.starts_with(char::is_alphanumeric);
            let last = || {
                before
                    .rsplit(|letter: char| !letter.is_alphanumeric())
                    .find(|it| !it.is_empty())
            };
            // A promo code expires, too.
            let is_other = is_common && last().is_some_and(crate::lexicon::subject::is_other);
            !is_other
                && (!is_number || !behind.starts_with(|next: char| next.is_ascii_digit()))
                && (!is_name || is_word)
        })
}

/// Takes what stands around the words.
fn excerpt(text: &str, at: usize) -> String {
    const BEFORE: usize = 60;
    const LENGTH: usize = 280;
    let skipped = text
        .get(..at)
        .map_or(0, |before| before.chars().count())
        .saturating_sub(BEFORE);
    let shown: String = text.chars().skip(skipped).take(LENGTH).collect();
    if skipped > 0 {
        format!("…{shown}")
    } else {
        shown
    }
}

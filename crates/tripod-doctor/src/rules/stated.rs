//! What servers and libraries say in so many words.

use crate::case::said::{Said, quotes_alike};
use crate::case::{Case, Role};
use crate::catalogue::{Entry, GENERIC, Section, Words, entries};
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

fn stated(case: &Case<'_>, entry: &'static Entry, said: &Said) -> Option<Finding> {
    if !concerns(case, entry, said) {
        return None;
    }
    let matched: Vec<(&Words, usize)> = entry
        .words
        .iter()
        .filter_map(|words| Some((words, position(words.pattern, said)?)))
        .collect();
    let (words, at) = matched
        .into_iter()
        .min_by_key(|(words, _)| (words.likelihood, std::cmp::Reverse(weight(entry, words))))?;
    // Words in a log may be a quotation; only a server's own answer is a statement.
    let is_stated = said.by_server && !(case.evidence.kind == Kind::Text && said.status.is_none());
    // `token_expired` alone is said in both protocols, and more often in the second.
    let is_first = entry.code.starts_with("oauth1/");
    let is_doubtful = is_first && !speaks_of_first(said);
    let is_of_another = is_doubtful
        || !is_first && said.has("oauth_problem")
        || entry.section == Section::AccessToken && said.has("refresh token");
    let likelihood = match words.likelihood {
        Likelihood::Certain if !is_stated || is_of_another => Likelihood::Likely,
        likelihood => likelihood,
    };
    let finding = Finding::new(entry, likelihood).seen(excerpt(&said.text, at), &said.place);
    let weight = weight(entry, words);
    let weight = if is_doubtful { weight.min(20) } else { weight };
    Some(finding.weighing(weight + leaning(case, entry)))
}

/// Who complains of an audience is the client, about an ID token, or an API, about an access token.
fn leaning(case: &Case<'_>, entry: &Entry) -> u8 {
    const OF_ID_TOKENS: [&str; 6] = [
        "id token",
        "id_token",
        "oidc:",
        "sign in with",
        "verify_oauth2_token",
        "openidconnect",
    ];
    // `invalid_token` ends like the name of the other.
    let has_word = |text: &str, word: &str| {
        let mut found = text.match_indices(word);
        found.any(|(at, _)| {
            !text
                .get(..at)
                .unwrap_or_default()
                .ends_with(char::is_alphanumeric)
        })
    };
    let is_any = || {
        let mut all = case.said.iter();
        all.any(|said| OF_ID_TOKENS.iter().any(|word| has_word(&said.lower, word)))
    };
    match entry.code {
        "oauth2/id-token/audience" if is_any() => 5,
        "oauth2/resource/wrong-audience" => 2,
        _ => 0,
    }
}

/// Tells whether what was said can be about such a failure at all.
fn concerns(case: &Case<'_>, entry: &Entry, said: &Said) -> bool {
    let call = said.call.and_then(|index| case.calls.get(index));
    let is_first = entry.code.starts_with("oauth1/");
    match call.map(|call| call.role) {
        Some(Role::Signed) => is_first || entry.code.starts_with("oauth2/server/"),
        Some(Role::Token | Role::Authorization | Role::Device) => {
            !is_first && entry.section != Section::AccessToken
        }
        Some(Role::Resource) => {
            let is_of_call = entry.section != Section::RefreshToken
                && !entry.code.starts_with("oauth2/token-answer/");
            !is_first && is_of_call
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
        return !behind.starts_with(", or ");
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
    let is_name = part.len() <= NAME && part.bytes().all(|octet| octet.is_ascii_lowercase());
    text.match_indices(part)
        .map(|(at, _)| at)
        .filter(move |at| {
            let before = text.get(..*at).unwrap_or_default();
            let behind = text.get(at + part.len()..).unwrap_or_default();
            let is_word = !before.ends_with(char::is_alphanumeric)
                && !behind.starts_with(char::is_alphanumeric);
            (!is_number || !behind.starts_with(|next: char| next.is_ascii_digit()))
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

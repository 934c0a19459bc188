//! Finds what is named like a secret, however it is written.

use std::ops::Range;

/// What a value is, which decides how much of it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing may be shown.
    Secret,
    /// The first characters may be shown, so that two can be told apart.
    Token,
}

impl Class {
    pub(super) fn mask(self, value: &str) -> String {
        let length = value.chars().count();
        match self {
            Self::Secret => "(hidden)".to_owned(),
            Self::Token if length >= 16 => {
                let first: String = value.chars().take(4).collect();
                format!("{first}…({length} characters)")
            }
            Self::Token => format!("…({length} characters)"),
        }
    }
}

/// A value that must not be shown.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    pub(super) class: Class,
}

const NAMES: [(&str, Class); 51] = [
    ("access_token", Class::Token),
    ("accesstoken", Class::Token),
    ("actor_token", Class::Token),
    ("api_key", Class::Secret),
    ("api_secret", Class::Secret),
    ("app_secret", Class::Secret),
    ("assertion", Class::Token),
    ("client-secret", Class::Secret),
    ("client_assertion", Class::Token),
    ("client_secret", Class::Secret),
    ("clientsecret", Class::Secret),
    ("code", Class::Token),
    ("code_verifier", Class::Secret),
    ("codeverifier", Class::Secret),
    ("consumer_secret", Class::Secret),
    ("consumersecret", Class::Secret),
    ("cookie", Class::Secret),
    ("device_code", Class::Token),
    ("id_token", Class::Token),
    ("id_token_hint", Class::Token),
    ("logout_token", Class::Token),
    ("oauth_consumer_secret", Class::Secret),
    ("oauth_session_handle", Class::Token),
    ("oauth_signature", Class::Token),
    ("oauth_token", Class::Token),
    ("oauth_token_secret", Class::Secret),
    ("oauth_verifier", Class::Token),
    ("passwd", Class::Secret),
    ("password", Class::Secret),
    ("private_key", Class::Secret),
    ("refresh_token", Class::Token),
    ("refreshtoken", Class::Token),
    ("registration_access_token", Class::Token),
    ("resource_owner_key", Class::Token),
    ("resource_owner_secret", Class::Secret),
    ("samlresponse", Class::Token),
    ("secret", Class::Secret),
    ("session_state", Class::Token),
    ("set-cookie", Class::Secret),
    ("sid", Class::Token),
    ("state", Class::Token),
    ("subject_token", Class::Token),
    ("token", Class::Token),
    ("token_secret", Class::Secret),
    ("tokensecret", Class::Secret),
    ("user_code", Class::Token),
    ("verifier", Class::Token),
    ("x-amz-access-token", Class::Token),
    ("x-api-key", Class::Secret),
    ("x-shopify-access-token", Class::Token),
    ("xoauth_token", Class::Token),
];

/// Finds all of it.
pub(super) fn hits(text: &str) -> Vec<Hit> {
    let lower = text.to_ascii_lowercase();
    let mut hits = named(text, &lower);
    hits.extend(schemes(text, &lower));
    hits.extend(tokens(text));
    hits.extend(private_keys(text));
    hits.extend(user_info(text));
    if lower.contains("plaintext") {
        // There the signature is the secrets themselves (RFC 5849 §3.4.4).
        let values = occurrences(&lower, "oauth_signature").filter_map(|end| value(text, end));
        let class = Class::Secret;
        hits.extend(values.map(|(range, _)| Hit { range, class }));
    }
    hits
}

/// Returns what a parameter holds wherever it is named.
pub(super) fn values_of(text: &str, name: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    occurrences(&lower, name)
        .filter_map(|end| value(text, end).map(|(range, _)| range))
        .filter_map(|range| text.get(range).map(str::to_owned))
        .collect()
}

/// Looks at each word once and asks whether it is a name: texts may be long.
fn named(text: &str, lower: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut begin = None;
    let octets = lower.as_bytes();
    for at in 0..=octets.len() {
        let in_name = octets
            .get(at)
            .is_some_and(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-'));
        match (begin, in_name) {
            (None, true) => begin = Some(at),
            (Some(first), false) => {
                begin = None;
                hits.extend(lower.get(first..at).and_then(|name| hit(text, name, at)));
            }
            _ => {}
        }
    }
    hits
}

fn hit(text: &str, name: &str, end: usize) -> Option<Hit> {
    // In a base string the octets of an escape stand before a name: `%26oauth_token%3D`.
    let name = name
        .strip_prefix("2526")
        .or_else(|| name.strip_prefix("26"))
        .unwrap_or(name);
    let index = NAMES
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()?;
    let (name, class) = NAMES.get(index)?;
    let (range, separator) = value(text, end)?;
    let value = text.get(range.clone())?;
    let is_word = separator == ':'
        && value.chars().all(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.- ".contains(letter)
        });
    let is_ambiguous = matches!(
        *name,
        "code" | "token" | "state" | "sid" | "secret" | "verifier" | "assertion"
    );
    if is_ambiguous && (is_word || value.contains(' ')) {
        return None;
    }
    let class = *class;
    Some(Hit { range, class })
}

fn occurrences<'a>(lower: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    lower.match_indices(name).map(|(at, name)| at + name.len())
}

/// Finds the value behind a name: `name=value`, `name: value`, `"name": "value"`, `name%3Dvalue`.
fn value(text: &str, end: usize) -> Option<(Range<usize>, char)> {
    let rest = text.get(end..)?;
    if let Some(value) = rest
        .strip_prefix("%3D")
        .or_else(|| rest.strip_prefix("%253D"))
    {
        let begin = text.len() - value.len();
        let length = value.find("%26").into_iter().chain(value.find("%2526"));
        let length = length.chain(value.find(|end: char| !is_plain(end))).min();
        return Some((begin..begin + length.unwrap_or(value.len()), '='));
    }
    let rest = rest
        .trim_start_matches(['"', '\'', '\\'])
        .trim_start_matches(' ');
    let separator = rest
        .chars()
        .next()
        .filter(|mark| matches!(mark, '=' | ':'))?;
    let rest = rest.get(1..)?.trim_start_matches([' ', '>']);
    let rest = rest
        .strip_prefix('b')
        .filter(|rest| rest.starts_with(['\'', '"']))
        .unwrap_or(rest);
    let inner = rest.trim_start_matches('\\');
    if inner.len() < rest.len()
        && let Some(inner) = inner.strip_prefix(['"', '\''])
    {
        // Within a text the quotes are escaped: `\"name\":\"value\"`.
        let begin = text.len() - inner.len();
        let length = inner.find(['\\', '"', '\'']).unwrap_or(inner.len());
        return (length > 0).then_some((begin..begin + length, separator));
    }
    let begin = text.len() - rest.len();
    let length = match rest.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = rest.get(1..)?;
            let length = inner.find(quote).unwrap_or(inner.len());
            return (length > 0).then_some((begin + 1..begin + 1 + length, separator));
        }
        '{' | '[' | '(' => return None,
        _ => rest.find(|end: char| !is_plain(end)).unwrap_or(rest.len()),
    };
    // What is masked already stays as it is.
    let is_masked = rest.get(length..).is_some_and(|rest| rest.starts_with('…'));
    (length > 0 && !is_masked).then_some((begin..begin + length, separator))
}

/// Tells whether a character may stand in a value without quotes.
fn is_plain(character: char) -> bool {
    !character.is_whitespace() && !"&\"'<>,;(){}[]|\\#…".contains(character)
}

fn schemes(text: &str, lower: &str) -> Vec<Hit> {
    let schemes = [
        ("bearer ", Class::Token),
        ("basic ", Class::Secret),
        ("dpop ", Class::Token),
    ];
    let mut hits = Vec::new();
    for (scheme, class) in schemes {
        for begin in occurrences(lower, scheme) {
            let rest = text.get(begin..).unwrap_or_default();
            let end =
                rest.find(|end: char| !(end.is_ascii_alphanumeric() || "-._~+/=".contains(end)));
            let length = end.unwrap_or(rest.len());
            let value = rest.get(..length).unwrap_or_default();
            // `Bearer realm="…"` and `Bearer token expired` are no tokens.
            let is_token = value.len() > 6
                && !rest.get(length..).unwrap_or_default().starts_with('"')
                && value.chars().any(|letter| !letter.is_ascii_lowercase());
            if is_token {
                let range = begin..begin + length;
                hits.push(Hit { range, class });
            }
        }
    }
    hits
}

/// Finds what is shaped like a JWT.
fn tokens(text: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for (begin, _) in text.match_indices("eyJ") {
        if hits.last().is_some_and(|hit| hit.range.contains(&begin)) {
            continue;
        }
        let rest = text.get(begin..).unwrap_or_default();
        let end = rest.find(|end: char| !(end.is_ascii_alphanumeric() || "-._~+/=".contains(end)));
        let length = end.unwrap_or(rest.len());
        if length > 20 {
            let range = begin..begin + length;
            hits.push(Hit {
                range,
                class: Class::Token,
            });
        }
    }
    hits
}

fn private_keys(text: &str) -> Vec<Hit> {
    let Some(begin) = text.find("PRIVATE KEY-----") else {
        return Vec::new();
    };
    let begin = begin + "PRIVATE KEY-----".len();
    let rest = text.get(begin..).unwrap_or_default();
    let end = begin + rest.find("-----END").unwrap_or(rest.len());
    vec![Hit {
        range: begin..end,
        class: Class::Secret,
    }]
}

/// Finds `user:password@` in a URL.
fn user_info(text: &str) -> Vec<Hit> {
    text.match_indices("://")
        .filter_map(|(at, mark)| {
            let begin = at + mark.len();
            let rest = text.get(begin..)?;
            let authority =
                rest.get(..rest.find(['/', '?', ' ', '"', '\'']).unwrap_or(rest.len()))?;
            let (user_info, _) = authority.rsplit_once('@')?;
            let (user, password) = user_info.split_once(':')?;
            let begin = begin + user.len() + 1;
            Some(Hit {
                range: begin..begin + password.len(),
                class: Class::Secret,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_for_the_search() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| *name));
    }
}

//! What servers and libraries say in so many words.

use crate::case::Case;
use crate::case::said::Said;
use crate::catalogue::{Entry, GENERIC, Words, entries};
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
    let matched: Vec<(&Words, usize)> = entry
        .words
        .iter()
        .filter_map(|words| Some((words, position(words.pattern, said)?)))
        .collect();
    let (words, at) = matched
        .into_iter()
        .min_by_key(|(words, _)| words.likelihood)?;
    // Words in a log may be a quotation; only a server's own answer is a statement.
    let is_stated = said.by_server && !(case.evidence.kind == Kind::Text && said.status.is_none());
    let likelihood = match words.likelihood {
        Likelihood::Certain if !is_stated => Likelihood::Likely,
        likelihood => likelihood,
    };
    let finding = Finding::new(entry, likelihood).seen(excerpt(&said.text, at), &said.place);
    // A code alone says less than words do.
    let is_code = words.pattern.starts_with("error=");
    let weight = if is_code && entry.weight > GENERIC {
        entry.weight - 5
    } else {
        entry.weight
    };
    Some(finding.weighing(weight))
}

/// Finds where the pattern begins in what was said.
fn position(pattern: &str, said: &Said) -> Option<usize> {
    let mut parts = pattern.split('…').map(str::trim);
    let mut rest = said.lower.as_str();
    let mut first = None;
    if let Some(error) = pattern.strip_prefix("error=") {
        let error = error.split('…').next().unwrap_or_default().trim();
        if !said
            .error
            .as_deref()
            .is_some_and(|own| own.eq_ignore_ascii_case(error))
        {
            return None;
        }
        parts.next();
        first = Some(0);
    }
    for part in parts.filter(|part| !part.is_empty()) {
        let at = rest.find(part)?;
        first.get_or_insert(said.lower.len() - rest.len() + at);
        rest = rest.get(at + part.len()..)?;
    }
    first
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

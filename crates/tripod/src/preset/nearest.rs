//! The names that somebody may have meant.

/// No name is longer; comparing longer ones would only cost time.
const MAX_OCTETS: usize = 64;

/// Returns the names most like a word, best first, three at most.
pub(super) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if word.is_empty() || word.len() > MAX_OCTETS {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| Some((distance(&word, name)?, name)))
        .collect();
    near.sort_unstable();
    near.dedup_by_key(|(_, name)| *name);
    near.into_iter().map(|(_, name)| name).take(3).collect()
}

/// How many slips of the finger lie between two words; `None` if they are too many.
fn distance(word: &str, name: &str) -> Option<usize> {
    let slips = strsim::damerau_levenshtein(word, &name.to_lowercase());
    let allowed = word.chars().count() / 3 + 1;
    let is_part = word.len() >= 3 && (name.contains(word) || word.contains(name));
    (slips <= allowed || is_part).then_some(slips)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_parts_are_found_and_strangers_are_not() {
        let names = ["github", "gitlab", "google", "x", "netsuite"];
        assert_eq!(nearest("Githbu", names), ["github", "gitlab"]);
        assert_eq!(nearest("suite", names), ["netsuite"]);
        assert_eq!(nearest("zzzzzz", names), [""; 0]);
        assert_eq!(nearest("", names), [""; 0]);
        assert_eq!(nearest(&"g".repeat(100_000), names), [""; 0]);
    }
}

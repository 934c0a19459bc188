//! What is wrong with a file, in a line that says where and what was probably meant.

/// Explains why a file cannot be read.
pub(crate) fn explain(error: &toml::de::Error, text: &str) -> String {
    let message = error.message().lines().next().unwrap_or_default();
    let place = error.span().map_or_else(String::new, |span| {
        let before = text.get(..span.start).unwrap_or(text);
        format!("line {}: ", before.lines().count().max(1))
    });
    match meant(message) {
        Some((unknown, Some(near))) => {
            format!("{place}there is no `{unknown}`; did you mean `{near}`?")
        }
        Some((unknown, None)) => format!("{place}there is no `{unknown}`"),
        None => format!("{place}{message}"),
    }
}

/// Finds what serde does not know in its message, and what comes nearest of what it does.
fn meant(message: &str) -> Option<(&str, Option<&str>)> {
    let is_unknown = ["unknown field", "unknown variant"];
    if !is_unknown.iter().any(|begin| message.starts_with(begin)) {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = quoted.next()?;
    let near = quoted
        .map(|known| (strsim::jaro_winkler(unknown, known), known))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known);
    Some((unknown, near))
}

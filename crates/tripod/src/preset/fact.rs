//! Facts, and where each was read.

use serde::Deserialize;
use toml::{Table, Value};

/// Where facts were read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// The address of a page, the name of a project's file, or a section of an RFC.
    pub read_in: String,
    /// Which facts: their names, `endpoints` for all addresses, or a table for all that is in it.
    pub facts: Vec<String>,
}

impl Source {
    /// Tells whether a fact was read here.
    #[must_use]
    pub fn covers(&self, fact: &str) -> bool {
        self.facts.iter().any(|name| is_of(fact, name))
    }
}

/// Tells whether a name a source uses stands for a fact.
pub(super) fn is_of(fact: &str, name: &str) -> bool {
    let last = fact.rsplit('.').next().unwrap_or(fact);
    let is_endpoint = last.ends_with("endpoint") || last == "issuer";
    let in_table = |rest: &str| rest.is_empty() || rest.starts_with('.');
    (name == "endpoints" && is_endpoint) || fact.strip_prefix(name).is_some_and(in_table)
}

/// One thing that is known about a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fact {
    /// Its name, as in `token_endpoint` or `refresh.rotates`.
    pub name: String,
    /// What is known, as text.
    pub value: String,
    /// Where it was read, by index into [`Preset::sources`](super::Preset::sources).
    pub sources: Vec<usize>,
}

/// Lists the facts of a document in the order of their names, those of the whole preset first.
pub(super) fn facts(document: &Table, sources: &[Source]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for name in ["registration", "documentation", "notes"] {
        if let Some(value) = document.get(name) {
            collect(name, value, sources, &mut facts);
        }
    }
    for protocol in ["oauth1", "oauth2"] {
        if let Some(Value::Table(table)) = document.get(protocol) {
            for (name, value) in table {
                collect(name, value, sources, &mut facts);
            }
        }
    }
    facts
}

fn collect(name: &str, value: &Value, sources: &[Source], facts: &mut Vec<Fact>) {
    if let Value::Table(table) = value {
        for (inner, value) in table {
            collect(&format!("{name}.{inner}"), value, sources, facts);
        }
        return;
    }
    let read = sources.iter().enumerate();
    let read = read.filter(|(_, source)| source.covers(name));
    facts.push(Fact {
        name: name.to_owned(),
        value: text(value),
        sources: read.map(|(at, _)| at).collect(),
    });
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().map(text).collect();
            texts.join(", ")
        }
        Value::Table(table) => {
            let texts = table
                .iter()
                .map(|(name, value)| format!("{name} {}", text(value)));
            texts.collect::<Vec<_>>().join(", ")
        }
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Datetime(moment) => moment.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Integer(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_covers_a_fact_a_table_or_all_endpoints() {
        assert!(is_of("pkce", "pkce"));
        assert!(is_of("refresh.rotates", "refresh"));
        assert!(is_of("refresh.endpoint", "endpoints"));
        assert!(is_of("flow.token_endpoint", "endpoints"));
        assert!(is_of("issuer", "endpoints"));
        assert!(!is_of("refreshing", "refresh"));
        assert!(!is_of("pkce", "endpoints"));
        assert!(!is_of("token_endpoint", "token"));
    }
}

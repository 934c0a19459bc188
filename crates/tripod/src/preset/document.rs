//! A preset as it is written in TOML, and what can be wrong with it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Table;

use super::fact::{facts, is_of};
use super::nearest::nearest;
use super::{
    Fact, OAuth1, OAuth2, Origin, Preset, Protocol, Source, Template, TemplateError, Variable,
};
use super::{quoted, suggestion};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    title: String,
    #[serde(default)]
    aliases: Vec<String>,
    documentation: Option<Template>,
    registration: Option<Template>,
    notes: Option<String>,
    #[serde(default)]
    tried_live: bool,
    #[serde(default)]
    variables: BTreeMap<String, Variable>,
    oauth1: Option<OAuth1>,
    oauth2: Option<OAuth2>,
    #[serde(default)]
    sources: Vec<Source>,
}

impl Preset {
    /// Reads a preset from TOML.
    ///
    /// # Errors
    ///
    /// [`PresetError`] says in which line, what is wrong, and what to write instead.
    pub fn parse(name: &str, text: &str) -> Result<Self, PresetError> {
        read(name, text, Origin::Text)
    }
}

pub(super) fn read(name: &str, text: &str, origin: Origin) -> Result<Preset, PresetError> {
    let document: Document = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    let table: Table = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    let facts = facts(&table, &document.sources);
    document
        .into_preset(name, facts, origin)
        .map_err(|(needle, problem)| PresetError {
            line: line_of(text, &needle),
            problem,
        })
}

/// A problem, behind what its line holds.
type Found = (String, Problem);

impl Document {
    fn into_preset(self, name: &str, facts: Vec<Fact>, origin: Origin) -> Result<Preset, Found> {
        self.check(name, &facts)?;
        let mut protocol = match (self.oauth1, self.oauth2) {
            (Some(oauth1), None) => Protocol::OAuth1(Box::new(oauth1)),
            (None, Some(oauth2)) => Protocol::OAuth2(Box::new(oauth2)),
            _ => return Err((String::new(), Problem::Protocol)),
        };
        check_variables(&mut protocol, &self.variables)?;
        let page = |page: Option<Template>| page.map(|page| page.as_str().to_owned());
        Ok(Preset {
            name: name.to_owned(),
            title: self.title,
            aliases: self.aliases,
            protocol,
            documentation: page(self.documentation),
            registration: page(self.registration),
            notes: self.notes,
            variables: self.variables,
            facts,
            sources: self.sources,
            tried_live: self.tried_live,
            origin,
        })
    }

    /// Checks what is not checked by the types.
    fn check(&self, name: &str, facts: &[Fact]) -> Result<(), Found> {
        let problem = |name: &str| Problem::Name {
            name: name.to_owned(),
        };
        if !is_name(name) {
            return Err((String::new(), problem(name)));
        }
        if let Some(alias) = self.aliases.iter().find(|alias| !is_name(alias)) {
            return Err((alias.clone(), problem(alias)));
        }
        if let Some((field, why)) = self.oauth2.as_ref().and_then(OAuth2::fault) {
            return Err((field.clone(), Problem::Field { field, why }));
        }
        let mut pages = self.documentation.iter().chain(&self.registration);
        if let Some(page) = pages.find(|page| page.uri().is_err()) {
            let field = page.as_str().to_owned();
            let why = "a page has no variables".to_owned();
            return Err((field.clone(), Problem::Field { field, why }));
        }
        let is_there = |name: &&String| facts.iter().any(|fact| is_of(&fact.name, name));
        let mut claimed = self.sources.iter().flat_map(|source| &source.facts);
        match claimed.find(|name| !is_there(name)) {
            Some(name) => Err((name.clone(), Problem::NoFact { name: name.clone() })),
            None => Ok(()),
        }
    }
}

/// Checks that the variables are sound, all are used, and none stands where it could do harm.
fn check_variables(
    protocol: &mut Protocol,
    variables: &BTreeMap<String, Variable>,
) -> Result<(), Found> {
    let realm = match protocol {
        Protocol::OAuth1(oauth1) => oauth1.realm.as_ref().and_then(|realm| realm.variable()),
        Protocol::OAuth2(_) => None,
    };
    let mut used: Vec<String> = realm.map(str::to_owned).into_iter().collect();
    if let Some(name) = used.iter().find(|name| !variables.contains_key(*name)) {
        let source = TemplateError::Undeclared { name: name.clone() };
        let field = "realm".to_owned();
        return Err((field.clone(), Problem::Template { field, source }));
    }
    for (field, template) in protocol.templates_mut() {
        template.check(variables).map_err(|source| {
            let field = field.to_owned();
            (
                template.as_str().to_owned(),
                Problem::Template { field, source },
            )
        })?;
        used.extend(template.variables().map(str::to_owned));
    }
    for (name, variable) in variables {
        let field = || format!("variables.{name}");
        if let Some(why) = variable.fault() {
            let why = why.to_owned();
            return Err((
                field(),
                Problem::Field {
                    field: field(),
                    why,
                },
            ));
        }
        if !used.contains(name) {
            let why = "no address uses it: take it out".to_owned();
            return Err((
                field(),
                Problem::Field {
                    field: field(),
                    why,
                },
            ));
        }
    }
    Ok(())
}

/// Lower case letters, digits and hyphens: what can be typed, and be the name of a file.
pub(super) fn is_name(name: &str) -> bool {
    let inner = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(inner) && !name.starts_with('-')
}

fn syntax(text: &str, error: &toml::de::Error) -> PresetError {
    let start = error.span().map(|span| span.start);
    let before = start.and_then(|start| text.get(..start));
    PresetError {
        line: before.map(|before| before.matches('\n').count() + 1),
        problem: unknown_name(error.message()).unwrap_or_else(|| Problem::Toml {
            message: error.message().trim_end().replace('\n', " "),
        }),
    }
}

/// Takes apart what serde says of a name it does not know, which it always words alike.
fn unknown_name(message: &str) -> Option<Problem> {
    let rest = message
        .strip_prefix("unknown field ")
        .or_else(|| message.strip_prefix("unknown variant "))?;
    let mut names = rest.split('`').skip(1).step_by(2);
    let name = names.next()?.to_owned();
    let known: Vec<String> = names.map(str::to_owned).collect();
    let near = nearest(&name, known.iter().map(String::as_str));
    Some(Problem::UnknownName {
        nearest: near.into_iter().map(str::to_owned).collect(),
        name,
        known,
    })
}

fn line_of(text: &str, needle: &str) -> Option<usize> {
    let at = text.lines().position(|line| line.contains(needle));
    at.filter(|_| !needle.is_empty()).map(|at| at + 1)
}

/// Why a preset could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresetError {
    /// The line, counted from one, if it is one alone.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.problem.fmt(f)
    }
}

impl std::error::Error for PresetError {}

/// What is wrong with a preset, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A field says what cannot be meant.
    #[error("`{}`: {why}", field.escape_debug())]
    Field {
        /// The field.
        field: String,
        /// What is wrong with it.
        why: String,
    },
    /// A name is not one that can be typed.
    #[error("`{}` is no name: use lower case letters, digits and hyphens", name.escape_debug())]
    Name {
        /// The name.
        name: String,
    },
    /// A source names a fact that is not there.
    #[error(
        "a source names the fact `{}`, which is not in the preset: add it, or correct the name",
        name.escape_debug()
    )]
    NoFact {
        /// The name.
        name: String,
    },
    /// There is no protocol, or there are two.
    #[error("there has to be one table [oauth1] or [oauth2], and not both")]
    Protocol,
    /// An address cannot be used.
    #[error("`{field}`: {source}")]
    Template {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: TemplateError,
    },
    /// It is no TOML, or not of the right types.
    #[error("{message}")]
    Toml {
        /// What the parser says.
        message: String,
    },
    /// A field or a value is not one that is known.
    #[error("`{}` is not known here{}", name.escape_debug(), instead(nearest, known))]
    UnknownName {
        /// What was written.
        name: String,
        /// What may have been meant.
        nearest: Vec<String>,
        /// All that is known.
        known: Vec<String>,
    },
}

fn instead(nearest: &[String], known: &[String]) -> String {
    match (nearest, known) {
        ([], []) => String::new(),
        ([], known) => format!("; known are {}", quoted(known)),
        (nearest, _) => suggestion(nearest),
    }
}

#[cfg(test)]
mod tests;

//! Addresses that differ from account to account, as `https://{shop}.myshopify.com/admin`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::variable::{Variable, VariableKind, is_loopback};

/// An address in which variables may stand for what differs from account to account.
///
/// Only what a [`Variable`] accepts can be filled in, so a value cannot name another host, port or
/// path than the one the template leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
}

impl Template {
    /// Reads an address, with its variables in braces.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] if it is no address, or not one to which a secret may go.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(TemplateError::Brace)?;
            let is_name = |octet: u8| octet.is_ascii_lowercase() || octet == b'_';
            if name.is_empty() || !name.bytes().all(is_name) {
                return Err(TemplateError::Brace);
            }
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Variable(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        let template = Self {
            text: text.to_owned(),
            pieces,
        };
        template.check_text().map(|()| template)
    }

    fn check_text(&self) -> Result<(), TemplateError> {
        let texts = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Variable(_) => None,
        });
        let is_plain = |octet: u8| octet.is_ascii_graphic() && !b"\"#<>@\\^`{|}".contains(&octet);
        if !texts.clone().all(|text| text.bytes().all(is_plain)) {
            return Err(TemplateError::Character);
        }
        match self.pieces.first() {
            Some(Piece::Text(text)) if is_safe_beginning(text) => Ok(()),
            // What it stands for is checked when its kind is known.
            Some(Piece::Variable(_)) => Ok(()),
            _ => Err(TemplateError::Scheme),
        }
    }

    /// Checks that each variable stands where a value of its kind can do no harm.
    pub(super) fn check(
        &self,
        variables: &BTreeMap<String, Variable>,
    ) -> Result<(), TemplateError> {
        let mut before = String::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            let name = match piece {
                Piece::Text(text) => {
                    before.push_str(text);
                    continue;
                }
                Piece::Variable(name) => name,
            };
            let variable = variables
                .get(name)
                .ok_or_else(|| TemplateError::Undeclared { name: name.clone() })?;
            let after = match self.pieces.get(at + 1) {
                Some(Piece::Text(text)) => text.as_str(),
                Some(Piece::Variable(_)) => "{",
                None => "",
            };
            if !may_stand(variable.kind, &before, after) {
                return Err(TemplateError::Place { name: name.clone() });
            }
            before.push_str(match variable.kind {
                VariableKind::BaseUri => "https://x/x",
                _ => "x",
            });
        }
        Ok(())
    }

    /// Puts values in the place of variables.
    pub(super) fn fill(&mut self, values: &BTreeMap<&str, &str>) {
        for piece in &mut self.pieces {
            if let Piece::Variable(name) = piece
                && let Some(value) = values.get(name.as_str())
            {
                *piece = Piece::Text(value.trim_end_matches('/').to_owned());
            }
        }
        self.text = self.pieces.iter().map(Piece::to_string).collect();
    }

    /// Returns the names of the variables that are still to be filled in.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable(name) => Some(name.as_str()),
        })
    }

    /// Returns the address.
    ///
    /// # Errors
    ///
    /// [`Unfilled`] if a variable has no value yet; [`Preset::fill`](super::Preset::fill) gives it one.
    pub fn uri(&self) -> Result<&str, Unfilled> {
        match self.variables().next() {
            None => Ok(&self.text),
            Some(name) => Err(Unfilled {
                variable: name.to_owned(),
            }),
        }
    }

    /// Returns the text as it was written, its variables in braces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Variable(name) => write!(f, "{{{name}}}"),
        }
    }
}

/// https, or http that does not leave the machine; the host of the latter has to be there whole.
fn is_safe_beginning(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("https://") {
        return !rest.starts_with(['/', '?', ':']);
    }
    let Some(rest) = text.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => authority,
    };
    is_loopback(host)
}

fn may_stand(kind: VariableKind, before: &str, after: &str) -> bool {
    let in_host = before
        .split_once("://")
        .is_none_or(|(_, rest)| !rest.contains(['/', '?']));
    let in_query = before.contains('?');
    let ends_segment = after.is_empty() || after.starts_with(['/', '?']);
    match kind {
        VariableKind::BaseUri => before.is_empty() && after.starts_with('/'),
        _ if before.is_empty() || in_query => false,
        VariableKind::Choice | VariableKind::Domain | VariableKind::Label if in_host => {
            before.ends_with(['/', '.']) && (after.starts_with('.') || ends_segment)
        }
        VariableKind::Choice | VariableKind::Label | VariableKind::Segment if !in_host => {
            before.ends_with('/') && ends_segment
        }
        _ => false,
    }
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The braces do not hold names.
    #[error("a variable is written {{name}}, in lower case letters")]
    Brace,
    /// A character that an address cannot have, or should not.
    #[error("the address has a character that does not belong there, or a fragment or user name")]
    Character,
    /// The variable would leave open more than its kind closes.
    #[error("a variable of that kind may not stand where `{{{name}}}` stands")]
    Place {
        /// The variable.
        name: String,
    },
    /// The address is not https.
    #[error("the address has to be https, or http on 127.0.0.1, [::1] or localhost")]
    Scheme,
    /// Nothing says what the variable is.
    #[error("`{{{name}}}` is not declared: add a table [variables.{name}]")]
    Undeclared {
        /// The variable.
        name: String,
    },
}

/// An address still has a variable without a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{variable}` has no value yet: fill the preset in first")]
#[non_exhaustive]
pub struct Unfilled {
    /// The variable.
    pub variable: String,
}

#[cfg(test)]
mod tests;

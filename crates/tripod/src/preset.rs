//! Presets: what is known about providers, as data, each fact with where it was read.
//!
//! No fact was tried on a live provider unless its preset says so.

use std::collections::BTreeMap;
use std::path::PathBuf;

mod built_in;
mod directory;
mod document;
mod fact;
mod lookup;
mod nearest;
mod oauth1;
mod oauth2;
mod template;
mod token_placement;
mod variable;

pub use directory::DirectoryError;
pub use document::{PresetError, Problem};
pub use fact::{Fact, Source};
pub use lookup::{Presets, UnknownPreset, all, find, search};
pub use oauth1::{CallbackStep, Flow, FlowError, OAuth1, Realm, TokenUse, Verifier};
pub use oauth2::{
    Access, AccessTokenRules, ClientAuthenticationMethod, OAuth2, Offline, Pkce, Refresh,
    RequestBody, RequestError, TokenCall,
};
pub use template::{Template, TemplateError, Unfilled};
pub(crate) use token_placement::field;
pub use token_placement::{PlacementError, TokenPlacement};
pub use variable::{Variable, VariableKind};

use nearest::nearest;

/// What is known about one provider.
///
/// ```
/// use tripod::preset::{self, Access};
/// use tripod_oauth2::scope::Scope;
///
/// let shopify = preset::find("shopify")?.fill([("shop", "my-shop")])?;
/// let shopify = shopify.protocol.oauth2().expect("Shopify speaks OAuth 2");
/// let scope = Scope::parse("read_orders write_orders")?;
/// let request = shopify.authorization_request("client", Some(&scope), Access::Online)?;
/// let uri = shopify.authorization_uri(&request)?;
/// assert!(uri.starts_with("https://my-shop.myshopify.com/admin/oauth/authorize?"));
/// assert!(uri.ends_with("scope=read_orders%2Cwrite_orders"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preset {
    /// What it is called by.
    pub name: String,
    /// What the provider calls itself.
    pub title: String,
    /// Other names by which it is found.
    pub aliases: Vec<String>,
    /// What it speaks, and how.
    pub protocol: Protocol,
    /// Where the provider explains itself.
    pub documentation: Option<String>,
    /// Where a developer gets credentials.
    pub registration: Option<String>,
    /// What else to know, in words.
    pub notes: Option<String>,
    /// What has to be filled in before it can be used.
    pub variables: BTreeMap<String, Variable>,
    /// Each fact with its sources, for people.
    pub facts: Vec<Fact>,
    /// Where the facts were read.
    pub sources: Vec<Source>,
    /// Whether somebody has logged in with it.
    pub tried_live: bool,
    /// Where the preset itself comes from.
    pub origin: Origin,
}

/// What a provider speaks, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// OAuth 1.0a.
    OAuth1(Box<OAuth1>),
    /// OAuth 2.
    OAuth2(Box<OAuth2>),
}

impl Protocol {
    /// Returns the name of the protocol.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OAuth1(_) => "OAuth 1.0a",
            Self::OAuth2(_) => "OAuth 2",
        }
    }

    /// Returns what is known if it is OAuth 1.0a.
    #[must_use]
    pub fn oauth1(&self) -> Option<&OAuth1> {
        match self {
            Self::OAuth1(oauth1) => Some(oauth1),
            Self::OAuth2(_) => None,
        }
    }

    /// Returns what is known if it is OAuth 2.
    #[must_use]
    pub fn oauth2(&self) -> Option<&OAuth2> {
        match self {
            Self::OAuth1(_) => None,
            Self::OAuth2(oauth2) => Some(oauth2),
        }
    }

    fn templates_mut(&mut self) -> Vec<(&'static str, &mut Template)> {
        match self {
            Self::OAuth1(oauth1) => oauth1.templates_mut(),
            Self::OAuth2(oauth2) => oauth2.templates_mut(),
        }
    }
}

/// Where a preset comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// It came with Tripod.
    BuiltIn,
    /// The user wrote it.
    File(PathBuf),
    /// It was read from text that is in no file.
    Text,
}

impl Preset {
    /// Gives the variables values, so that the preset can be used.
    ///
    /// What is left out takes its default.
    ///
    /// # Errors
    ///
    /// [`VariableError`] if a value is missing, unknown, or would lead somewhere else.
    pub fn fill<'a>(
        &self,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, VariableError> {
        let mut given = BTreeMap::new();
        for (name, value) in values {
            let variable = self.variables.get(name).ok_or_else(|| self.unknown(name))?;
            if !variable.accepts(value) {
                return Err(VariableError::Refused {
                    variable: name.to_owned(),
                    rule: variable.kind.rule(),
                    choices: variable.choices.clone(),
                });
            }
            given.insert(name, value);
        }
        for (name, variable) in &self.variables {
            if given.contains_key(name.as_str()) {
                continue;
            }
            let missing = || VariableError::Missing {
                variable: name.clone(),
                description: variable.description.clone(),
            };
            given.insert(name, variable.default.as_deref().ok_or_else(missing)?);
        }
        let mut filled = self.clone();
        for (_, template) in filled.protocol.templates_mut() {
            template.fill(&given);
        }
        if let Protocol::OAuth1(oauth1) = &mut filled.protocol
            && let Some(realm) = &mut oauth1.realm
        {
            realm.fill(&given);
        }
        filled.variables.clear();
        Ok(filled)
    }

    fn unknown(&self, name: &str) -> VariableError {
        let names = self.variables.keys().map(String::as_str);
        VariableError::Unknown {
            variable: name.to_owned(),
            nearest: nearest(name, names)
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// Why a preset could not be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VariableError {
    /// A value is needed, and there is no default.
    #[error("`{variable}` is needed: {description}")]
    Missing {
        /// The variable.
        variable: String,
        /// What it is.
        description: String,
    },
    /// The value is not of the kind that is due.
    #[error(
        "the value of `{variable}` is refused: it has to be {rule}{}",
        listed(choices)
    )]
    Refused {
        /// The variable.
        variable: String,
        /// What a value has to be.
        rule: &'static str,
        /// The values there are, if they are listed.
        choices: Vec<String>,
    },
    /// The preset has no such variable.
    #[error("`{variable}` is no variable of this preset{}", suggestion(nearest))]
    Unknown {
        /// What was given.
        variable: String,
        /// What may have been meant.
        nearest: Vec<String>,
    },
}

fn listed(choices: &[String]) -> String {
    if choices.is_empty() {
        String::new()
    } else {
        format!(": {}", choices.join(", "))
    }
}

/// Writes the names that may have been meant behind what was not found.
fn suggestion(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        [one] => format!("; did you mean `{one}`?"),
        several => format!("; did you mean one of {}?", quoted(several)),
    }
}

fn quoted(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests;

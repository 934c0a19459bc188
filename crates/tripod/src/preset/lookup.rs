//! Finding presets by name, by alias and by what they say.

use std::sync::OnceLock;

use super::document::read;
use super::nearest::nearest;
use super::{Origin, Preset, Protocol, built_in, quoted};

/// A set of presets, in the order of their names.
#[derive(Clone, Debug)]
pub struct Presets {
    presets: Vec<Preset>,
}

impl Presets {
    /// Takes the presets that come with Tripod.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            presets: all().to_vec(),
        }
    }

    /// Adds a preset; one of the same name is replaced.
    pub(super) fn put(&mut self, preset: Preset) {
        let at = self
            .presets
            .binary_search_by(|own| own.name.cmp(&preset.name));
        match at {
            Ok(at) => self.presets[at] = preset,
            Err(at) => self.presets.insert(at, preset),
        }
    }

    /// Finds a preset by its name, or else by an alias; case does not count.
    ///
    /// # Errors
    ///
    /// [`UnknownPreset`] with the names that may have been meant.
    pub fn find(&self, name: &str) -> Result<&Preset, UnknownPreset> {
        find_in(&self.presets, name)
    }

    /// Returns the presets in which each word of a text occurs: in names, title or protocol.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<&Preset> {
        search_in(&self.presets, text)
    }

    /// Returns all presets.
    pub fn iter(&self) -> impl Iterator<Item = &Preset> {
        self.presets.iter()
    }
}

/// Finds a built-in preset by its name, or else by an alias; case does not count.
///
/// # Errors
///
/// [`UnknownPreset`] with the names that may have been meant.
pub fn find(name: &str) -> Result<&'static Preset, UnknownPreset> {
    find_in(all(), name)
}

/// Returns the built-in presets in which each word of a text occurs.
#[must_use]
pub fn search(text: &str) -> Vec<&'static Preset> {
    search_in(all(), text)
}

/// Returns the presets that come with Tripod, in the order of their names.
#[must_use]
pub fn all() -> &'static [Preset] {
    static ALL: OnceLock<Vec<Preset>> = OnceLock::new();
    ALL.get_or_init(|| {
        let preset = |(name, text): &(&str, &str)| {
            read(name, text, Origin::BuiltIn).expect("a test reads each built-in preset")
        };
        built_in::TABLE.iter().map(preset).collect()
    })
}

fn find_in<'a>(presets: &'a [Preset], name: &str) -> Result<&'a Preset, UnknownPreset> {
    let wanted = name.trim().to_lowercase();
    let by_name = presets.iter().find(|preset| preset.name == wanted);
    let by_alias = || {
        let has = |preset: &&Preset| preset.aliases.contains(&wanted);
        let is_own = |preset: &&Preset| preset.origin != Origin::BuiltIn;
        // What the user wrote comes first, as it does for names.
        let own = presets.iter().filter(is_own).find(has);
        own.or_else(|| presets.iter().find(has))
    };
    by_name.or_else(by_alias).ok_or_else(|| UnknownPreset {
        name: name.to_owned(),
        nearest: nearest(&wanted, presets.iter().flat_map(names))
            .into_iter()
            .map(str::to_owned)
            .collect(),
    })
}

fn names(preset: &Preset) -> impl Iterator<Item = &str> {
    std::iter::once(preset.name.as_str()).chain(preset.aliases.iter().map(String::as_str))
}

fn search_in<'a>(presets: &'a [Preset], text: &str) -> Vec<&'a Preset> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let says = |preset: &&Preset| {
        let protocol = match preset.protocol {
            Protocol::OAuth1(_) => "oauth1 oauth 1.0a",
            Protocol::OAuth2(_) => "oauth2 oauth 2",
        };
        let title = preset.title.to_lowercase();
        words.iter().all(|word| {
            names(preset).any(|name| name.contains(word))
                || title.contains(word)
                || protocol.split(' ').any(|name| name == word)
        })
    };
    presets.iter().filter(says).collect()
}

/// There is no preset of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no provider is called `{name}`{}", near(nearest))]
#[non_exhaustive]
pub struct UnknownPreset {
    /// What was asked for.
    pub name: String,
    /// What may have been meant, best first.
    pub nearest: Vec<String>,
}

fn near(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        [one] => format!("; the nearest name is `{one}`"),
        several => format!("; the nearest names are {}", quoted(several)),
    }
}

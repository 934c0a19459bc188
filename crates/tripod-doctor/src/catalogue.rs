//! The catalogue: what is known to go wrong, a page for each.

use crate::finding::Likelihood;

mod access_token;
mod authorization;
mod client;
mod code;
mod doctor;
mod oauth1;
mod proof;
mod refresh;
mod setup;
mod signature;
mod token;

/// What is known of one kind of failure.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The stable code.
    pub code: &'static str,
    /// Where the troubleshooting guide has it.
    pub section: Section,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What it means, in a sentence or two.
    pub meaning: &'static str,
    /// What servers and libraries say when it happens.
    pub words: &'static [Words],
    /// What to do.
    pub fix: &'static str,
    /// The section of an RFC, or a page where it was seen.
    pub reference: &'static str,
    /// How much it says: generic ones stand behind those that name a cause.
    pub(crate) weight: u8,
}

impl Entry {
    /// Begins an entry; the rest is added by the methods below.
    const fn new(section: Section, code: &'static str, title: &'static str) -> Self {
        Self {
            code,
            section,
            title,
            meaning: "",
            words: &[],
            fix: "",
            reference: "",
            weight: SPECIFIC,
        }
    }

    const fn meaning(mut self, text: &'static str) -> Self {
        self.meaning = text;
        self
    }

    const fn words(mut self, words: &'static [Words]) -> Self {
        self.words = words;
        self
    }

    const fn fix(mut self, text: &'static str) -> Self {
        self.fix = text;
        self
    }

    const fn source(mut self, text: &'static str) -> Self {
        self.reference = text;
        self
    }

    /// Says less than other entries whose words are found beside it.
    const fn vague(mut self) -> Self {
        self.weight = VAGUE;
        self
    }

    const fn generic(mut self) -> Self {
        self.weight = GENERIC;
        self
    }
}

/// Weight of what only repeats an error code.
pub(crate) const GENERIC: u8 = 10;
/// Weight of what names a kind of cause.
pub(crate) const VAGUE: u8 = 30;
/// Weight of what names a cause.
pub(crate) const SPECIFIC: u8 = 50;
/// Weight of what was recomputed from the evidence.
pub(crate) const RECOMPUTED: u8 = 90;

/// Words by which a failure is recognised.
///
/// Case does not count. `…` stands for anything; `error=x` at the beginning wants the code `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Words {
    /// How likely it is the cause when a server says so.
    pub likelihood: Likelihood,
    /// The words, in lower case.
    pub pattern: &'static str,
}

const fn certain(pattern: &'static str) -> Words {
    let likelihood = Likelihood::Certain;
    Words {
        likelihood,
        pattern,
    }
}

const fn likely(pattern: &'static str) -> Words {
    let likelihood = Likelihood::Likely;
    Words {
        likelihood,
        pattern,
    }
}

const fn possible(pattern: &'static str) -> Words {
    let likelihood = Likelihood::Possible;
    Words {
        likelihood,
        pattern,
    }
}

/// A section of the troubleshooting guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Section {
    /// OAuth 1: who the client is.
    ConsumerKeyAndSecret,
    /// OAuth 1: what is signed and how.
    Signature,
    /// OAuth 1: when it was signed.
    TimestampAndNonce,
    /// OAuth 1: where the user comes back.
    CallbackUrl,
    /// OAuth 2: where the user comes back.
    RedirectUrl,
    /// OAuth 2: the user is asked.
    Authorization,
    /// OAuth 2: who the client is.
    ClientIdAndSecret,
    /// OAuth 2: the code and its proof.
    CodeAndPkce,
    /// OAuth 2: how a token is asked for, and what comes back.
    TokenRequest,
    /// Calls of the API.
    AccessToken,
    /// How a token is renewed.
    RefreshToken,
    /// What a token is good for.
    Scope,
    /// Who issued a token, and when.
    IssuerAndTime,
    /// Tokens that are bound to a key.
    Dpop,
    /// Devices without a browser.
    Device,
    /// What is configured here, and whether somebody is logged in.
    Setup,
    /// The way to the server.
    Network,
    /// The doctor itself.
    Doctor,
}

impl Section {
    /// All of them, in the order of the guide.
    pub const ALL: [Self; 18] = [
        Self::ConsumerKeyAndSecret,
        Self::Signature,
        Self::TimestampAndNonce,
        Self::CallbackUrl,
        Self::RedirectUrl,
        Self::Authorization,
        Self::ClientIdAndSecret,
        Self::CodeAndPkce,
        Self::TokenRequest,
        Self::AccessToken,
        Self::RefreshToken,
        Self::Scope,
        Self::IssuerAndTime,
        Self::Dpop,
        Self::Device,
        Self::Setup,
        Self::Network,
        Self::Doctor,
    ];

    /// Returns its heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::ConsumerKeyAndSecret => "Consumer key and secret (OAuth 1)",
            Self::Signature => "Signature (OAuth 1)",
            Self::TimestampAndNonce => "Timestamp and nonce (OAuth 1)",
            Self::CallbackUrl => "Callback URL (OAuth 1)",
            Self::RedirectUrl => "Redirect URL",
            Self::Authorization => "Authorization and consent",
            Self::ClientIdAndSecret => "Client id and secret",
            Self::CodeAndPkce => "Authorization code and PKCE",
            Self::TokenRequest => "Token request and its answer",
            Self::AccessToken => "Expired or invalid access token",
            Self::RefreshToken => "Refresh token",
            Self::Scope => "Scope permissions",
            Self::IssuerAndTime => "Issuer, ID token and clock",
            Self::Dpop => "DPoP",
            Self::Device => "Device flow",
            Self::Setup => "Configuration and login",
            Self::Network => "Network, TLS and clock",
            Self::Doctor => "When the doctor cannot tell",
        }
    }
}

/// Returns all entries, in the order of the guide.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    Section::ALL
        .into_iter()
        .flat_map(|section| unordered().filter(move |entry| entry.section == section))
}

/// Finds an entry by its code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Entry> {
    unordered().find(|entry| entry.code == code)
}

/// Returns the entry of a code that a rule names; a test looks at every one of these.
pub(crate) fn entry(code: &str) -> &'static Entry {
    find(code).unwrap_or(&doctor::TOO_LITTLE)
}

fn unordered() -> impl Iterator<Item = &'static Entry> {
    let parts: [&'static [Entry]; 11] = [
        oauth1::ENTRIES,
        signature::ENTRIES,
        authorization::ENTRIES,
        client::ENTRIES,
        code::ENTRIES,
        token::ENTRIES,
        access_token::ENTRIES,
        refresh::ENTRIES,
        proof::ENTRIES,
        setup::ENTRIES,
        doctor::ENTRIES,
    ];
    parts.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_entry_is_complete_and_its_code_its_own() {
        let mut codes = HashSet::new();
        for entry in entries() {
            assert!(codes.insert(entry.code), "{} twice", entry.code);
            for text in [entry.title, entry.meaning, entry.fix, entry.reference] {
                assert!(!text.is_empty(), "{}", entry.code);
            }
            assert!(
                entry.meaning.ends_with('.') && entry.fix.ends_with('.'),
                "{}",
                entry.code
            );
            for words in entry.words {
                assert_eq!(
                    words.pattern,
                    words.pattern.to_lowercase(),
                    "{}",
                    entry.code
                );
            }
        }
        assert_eq!(codes.len(), unordered().count());
    }

    /// A rule that names a code which is no entry would answer with the wrong page.
    #[test]
    fn every_code_in_the_source_is_an_entry() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                for text in std::fs::read_to_string(&path).unwrap().split('"') {
                    let is_code = ["oauth1/", "oauth2/", "doctor/", "network/", "setup/"]
                        .iter()
                        .any(|start| text.starts_with(start))
                        && !text.ends_with('/')
                        && !text.contains([' ', '.', '\n']);
                    if is_code {
                        seen += 1;
                        assert!(find(text).is_some(), "{text} in {}", path.display());
                    }
                }
            }
        }
        assert!(seen > 150, "{seen}");
    }
}

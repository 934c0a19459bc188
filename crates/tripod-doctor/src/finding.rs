//! What the doctor answers.

use std::fmt;

use serde_json::{Value, json};

use crate::catalogue::{Entry, GENERIC};

/// One cause, how likely it is, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The stable code, which names a page of the catalogue.
    pub code: &'static str,
    /// How likely it is the cause.
    pub likelihood: Likelihood,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What went wrong here, in a sentence or two.
    pub cause: String,
    /// What it was seen by; secrets are masked.
    pub evidence: Vec<Quote>,
    /// What to do.
    pub fix: String,
    /// The setting that is wrong, and its right value, where that is known.
    pub correction: Option<Correction>,
    /// The section of an RFC, or a provider's page.
    pub reference: &'static str,
    /// How much the code says; among equals the one that says more comes first.
    pub(crate) weight: u8,
}

impl Finding {
    /// Begins with what the catalogue says of it.
    pub(crate) fn new(entry: &'static Entry, likelihood: Likelihood) -> Self {
        Self {
            code: entry.code,
            likelihood,
            title: entry.title,
            cause: entry.meaning.to_owned(),
            evidence: Vec::new(),
            fix: entry.fix.to_owned(),
            correction: None,
            reference: entry.reference,
            weight: entry.weight,
        }
    }

    /// Says what went wrong in this very case.
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    /// Says what to do in this very case.
    pub(crate) fn mended_by(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Names the setting that is wrong, and its right value.
    pub(crate) fn correcting(mut self, setting: &str, value: impl Into<String>) -> Self {
        self.correction = Some(Correction {
            setting: setting.to_owned(),
            value: value.into(),
        });
        self
    }

    /// Adds something that supports it.
    pub(crate) fn seen(mut self, text: impl Into<String>, place: impl fmt::Display) -> Self {
        let place = place.to_string();
        let text = shortened(&text.into());
        self.evidence.push(Quote { text, place });
        self
    }

    /// Puts it before or behind others that are as likely.
    pub(crate) const fn weighing(mut self, weight: u8) -> Self {
        self.weight = weight;
        self
    }

    /// Tells whether it names a cause, and does not just say an error code in other words.
    #[must_use]
    pub fn names_a_cause(&self) -> bool {
        self.weight > GENERIC && !self.code.starts_with("doctor/")
    }

    /// Writes it for machines.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let evidence: Vec<_> = self
            .evidence
            .iter()
            .map(|quote| json!({"text": quote.text, "place": quote.place}))
            .collect();
        let mut finding = json!({
            "code": self.code,
            "likelihood": self.likelihood.as_str(),
            "title": self.title,
            "cause": self.cause,
            "evidence": evidence,
            "fix": self.fix,
            "reference": self.reference,
        });
        if let Some(Correction { setting, value }) = &self.correction {
            finding["correction"] = json!({"setting": setting, "value": value});
        }
        finding
    }
}

/// A setting that is wrong, and what it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Correction {
    /// The setting, as the RFCs name it.
    pub setting: String,
    /// What it has to be.
    pub value: String,
}

/// A piece of the evidence that supports a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quote {
    /// What stands there, secrets masked.
    pub text: String,
    /// Where in the input it stands.
    pub place: String,
}

/// How likely a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Likelihood {
    /// Recomputed, or stated by the server.
    Certain,
    /// The evidence speaks for it.
    Likely,
    /// It would explain the evidence, as other things would.
    Possible,
    /// Looked for, and not so.
    RuledOut,
}

impl Likelihood {
    /// Returns the words for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::RuledOut => "ruled out",
        }
    }
}

impl fmt::Display for Likelihood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Cuts what is too long to be read.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 400;
    let one_line = text.trim().replace(['\r', '\n', '\t'], " ");
    match one_line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", one_line.split_at(at).0),
        None => one_line,
    }
}

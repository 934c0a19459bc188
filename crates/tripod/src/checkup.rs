//! A check-up: everything that a call depends on, looked at step by step.
//!
//! ```no_run
//! use tripod::OAuth2;
//! use tripod::checkup::{Options, Outcome};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let builder = OAuth2::issuer("https://id.example").client_id("client");
//! let checks = builder
//!     .check_up(&Options::default(), |check| println!("{check}"))
//!     .await;
//! for check in &checks {
//!     if let Outcome::Failed { findings } = &check.outcome {
//!         println!("{}: {}", findings[0].cause, findings[0].fix);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! No step uses up what can be used once, unless that is allowed: who the client is, is asked with a
//! token that was made up, and the authorization endpoint is visited without following anywhere.

use std::fmt;
use std::time::Duration;

use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Observation};
use tripod_doctor::finding::Finding;

use round::{Made, Stop};

mod client_authentication;
pub(crate) mod clock;
mod oauth1;
mod oauth2;
mod redirect_uri;
mod resource;
mod round;
mod setup;
mod token;

/// What is looked at, and how far.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Where the browser would come back; without one, nobody asks whether it is registered.
    pub redirect_uri: Option<String>,
    /// Whether somebody said so, or it is what a login would take.
    pub redirect_uri_origin: RedirectUriOrigin,
    /// What of the API is to be got with the token.
    pub url: Option<String>,
    /// Whether a refresh token may be used up.
    pub refresh: Refresh,
}

/// Why a refresh is skipped that [`Options::refresh`] does not allow.
pub const REFRESH_FORBIDDEN: &str = "it would use up the refresh token, which has to be allowed";

/// Where a redirect URI comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectUriOrigin {
    /// A login would take it; whoever is logged in may have taken another one.
    Assumed,
    /// It is the one that is registered, or should be.
    #[default]
    Stated,
}

/// Whether a refresh token may be used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refresh {
    /// It may, and what it brings is kept.
    Allowed,
    /// It may not.
    #[default]
    Forbidden,
}

/// What is looked at, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// What is configured can be used at all.
    Configuration,
    /// The servers can be reached, by name and by TLS.
    Network,
    /// The clocks agree.
    Clock,
    /// What the provider publishes is what is configured.
    Discovery,
    /// The provider takes the client for who it is.
    ClientAuthentication,
    /// The provider sends the browser back there.
    RedirectUri,
    /// There is a token, and its time is not over.
    Token,
    /// The token is good for what was asked for.
    Scope,
    /// The token can be renewed.
    Refresh,
    /// The API takes the token.
    Resource,
}

impl Step {
    /// All of them, in the order in which they are taken.
    pub const ALL: [Self; 10] = [
        Self::Configuration,
        Self::Network,
        Self::Clock,
        Self::Discovery,
        Self::ClientAuthentication,
        Self::RedirectUri,
        Self::Token,
        Self::Scope,
        Self::Refresh,
        Self::Resource,
    ];

    /// Returns its stable name, for machines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientAuthentication => "client_authentication",
            Self::Clock => "clock",
            Self::Configuration => "configuration",
            Self::Discovery => "discovery",
            Self::Network => "network",
            Self::RedirectUri => "redirect_uri",
            Self::Refresh => "refresh",
            Self::Resource => "resource",
            Self::Scope => "scope",
            Self::Token => "token",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientAuthentication => "client authentication",
            Self::Network => "DNS and TLS",
            Self::RedirectUri => "redirect URI",
            step => step.as_str(),
        })
    }
}

/// A step that was taken, and what came of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// What was looked at.
    pub step: Step,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// What came of a step. No text holds a secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Something is wrong.
    Failed {
        /// Why, the likeliest first; there is one at least.
        findings: Vec<Finding>,
    },
    /// All is well.
    Passed {
        /// What was seen, in words.
        what: String,
    },
    /// It could not be looked at.
    Skipped {
        /// Why not, in words.
        why: String,
    },
}

impl Check {
    /// Says that a setting cannot be used, before any step could be taken.
    #[must_use]
    pub fn misconfigured(setting: &str, problem: &str) -> Self {
        let seen = Observation::Misconfigured {
            setting: setting.to_owned(),
            problem: problem.to_owned(),
        };
        let evidence = Evidence::default().observing([seen]);
        Self {
            step: Step::Configuration,
            outcome: Outcome::Failed {
                findings: diagnose(&evidence, Timestamp::from_unix(0)),
            },
            took: Duration::ZERO,
        }
    }

    /// Returns the findings, if something is wrong.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        match &self.outcome {
            Outcome::Failed { findings } => findings,
            Outcome::Passed { .. } | Outcome::Skipped { .. } => &[],
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Failed { findings } => {
                let cause = findings.first().map_or("", |finding| &finding.cause);
                write!(f, "{}: {cause}", self.step)
            }
            Outcome::Passed { what } => write!(f, "{}: {what}", self.step),
            Outcome::Skipped { why } => write!(f, "{}: skipped: {why}", self.step),
        }
    }
}

/// Whoever is logged in came back somewhere: that a guess is refused is no failure then.
fn doubted(asked: Made<()>, options: &Options, is_logged_in: bool) -> Made<()> {
    let is_guess = options.redirect_uri_origin == RedirectUriOrigin::Assumed && is_logged_in;
    match (asked, &options.redirect_uri) {
        (Err(Stop::Failed(_)), Some(uri)) if is_guess => Err(Stop::skipped(format!(
            "the provider refuses {uri}, which is only a guess: name the one that is registered"
        ))),
        (asked, _) => asked,
    }
}

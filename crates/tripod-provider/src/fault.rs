//! Faults on demand: a provider for tests that fails as real ones do, when it is told to.
//!
//! `tripod serve --dev --fault NAME[=VALUE][,every=N][,endpoint=NAME]…` sets faults for a whole run, and
//! the header `X-Tripod-Fault` for one request. Where it can, a fault brings the state about of which the
//! refusal is the consequence, so that the answer is the provider's own: a token is removed, a code is
//! spent, the clock is off. What happens between servers happens to the answer on its way.
//!
//! There are faults in development alone: without, none of this is in the path of a request.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

mod answers;
mod endpoint;
mod guide;
mod kind;
mod layer;
mod setup;
mod state;
mod value;
mod view;
mod wire;

pub use endpoint::Endpoint;
pub use guide::{listing, markdown};
pub(crate) use layer::{ASKED, FIRED, Faults, dated};

use kind::{KINDS, Kind};
use value::Value;

/// A fault, when it fires, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: &'static Kind,
    /// The value as it is written, or the default of the kind.
    text: Option<String>,
    value: Value,
    /// Every so many requests that it could fire at; one is each of them.
    every: u64,
    /// Where it may fire; empty is where its kind does.
    endpoints: Vec<Endpoint>,
}

impl Fault {
    /// Returns what it is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Tells whether it may fire at an endpoint when nothing says that this very request is meant.
    fn concerns(&self, endpoint: Option<Endpoint>) -> bool {
        let own = match self.endpoints.as_slice() {
            [] => self.kind.endpoints,
            own => own,
        };
        endpoint.is_some_and(|endpoint| own.is_empty() || own.contains(&endpoint))
    }
}

/// A fault as it is written: `NAME[=VALUE][,every=N][,endpoint=NAME]…`.
impl FromStr for Fault {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let mut parts = text.split(',').map(str::trim);
        let (name, value) = pair(parts.next().unwrap_or_default());
        let kind = KINDS.iter().find(|kind| kind.name == name);
        let kind = kind.ok_or_else(|| Unknown::Name {
            name: name.to_owned(),
            nearest: nearest(name, KINDS.iter().map(|kind| kind.name)),
        })?;
        let value = value.or(kind.default);
        let mut fault = Self {
            kind,
            text: value.map(str::to_owned),
            value: Value::parse(kind, value)?,
            every: 1,
            endpoints: Vec::new(),
        };
        for part in parts {
            match pair(part) {
                ("every", Some(count)) => {
                    let every = count.parse().ok().filter(|count| *count > 0);
                    fault.every = every.ok_or_else(|| Unknown::Every(count.to_owned()))?;
                }
                ("endpoint", Some(name)) => fault.endpoints.push(name.parse()?),
                _ => return Err(Unknown::Option(part.to_owned())),
            }
        }
        Ok(fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name)?;
        if let Some(value) = &self.text {
            write!(f, "={value}")?;
        }
        if self.every > 1 {
            write!(f, ",every={}", self.every)?;
        }
        for endpoint in &self.endpoints {
            write!(f, ",endpoint={endpoint}")?;
        }
        Ok(())
    }
}

fn pair(text: &str) -> (&str, Option<&str>) {
    match text.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (text, None),
    }
}

/// Why something written is no fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unknown {
    /// No endpoint is called so.
    #[error("there is no endpoint `{name}`; {}", meant(nearest))]
    Endpoint {
        /// What was written.
        name: String,
        /// What comes nearest.
        nearest: Vec<&'static str>,
    },
    /// It is no number, or zero.
    #[error("`every` takes a number from 1 on, and not `{0}`")]
    Every(String),
    /// No fault is called so.
    #[error("there is no fault `{name}`; {}", meant(nearest))]
    Name {
        /// What was written.
        name: String,
        /// What comes nearest.
        nearest: Vec<&'static str>,
    },
    /// Nothing of the kind can be said of a fault.
    #[error("a fault takes `every=N` and `endpoint=NAME` behind a comma, and not `{0}`")]
    Option(String),
    /// The fault takes another value, or none.
    #[error("`{name}` takes {takes}, and not `{value}`")]
    Value {
        /// The fault.
        name: &'static str,
        /// What its value is.
        takes: &'static str,
        /// What was written.
        value: String,
    },
}

fn meant(nearest: &[&'static str]) -> String {
    match nearest {
        [] => "`--fault help` lists all".to_owned(),
        near => format!("did you mean `{}`?", near.join("`, `")),
    }
}

/// Finds the names that are written nearly so, the nearest first.
fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    const ENOUGH: f64 = 0.75;
    const MOST: usize = 3;
    let likeness = |known: &'static str| (strsim::jaro_winkler(name, known), known);
    let mut near: Vec<_> = known.map(likeness).filter(|(it, _)| *it > ENOUGH).collect();
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_written_again() {
        for text in [
            "expired-token",
            "expired-token,every=2",
            "clock-skew=-600",
            "status=502,every=3,endpoint=token,endpoint=api",
            "delay=500ms,endpoint=jwks",
        ] {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), text);
        }
        let spaced: Fault = "status = 429 , every=2".parse().unwrap();
        assert_eq!(spaced.to_string(), "status=429,every=2");
    }

    #[test]
    fn what_is_nearly_a_fault_is_told_from_what_is_none() {
        let refused = |text: &str| text.parse::<Fault>().unwrap_err().to_string();
        assert_eq!(
            refused("expired-tokens"),
            "there is no fault `expired-tokens`; did you mean `expired-token`, `expired-code`, \
             `expires-in-text`?"
        );
        assert_eq!(
            refused("zzz"),
            "there is no fault `zzz`; `--fault help` lists all"
        );
        assert!(refused("drop,endpoint=tokens").contains("did you mean `token`?"));
        for wrong in ["drop,every=0", "drop,every=x"] {
            assert!(
                refused(wrong).starts_with("`every` takes a number"),
                "{wrong}"
            );
        }
        for wrong in ["drop,often", "drop,every", "drop,sometimes=1"] {
            assert!(refused(wrong).starts_with("a fault takes"), "{wrong}");
        }
    }

    #[test]
    fn a_value_is_held_to_what_the_fault_takes() {
        for wrong in [
            "expired-token=1",
            "clock-skew",
            "clock-skew=soon",
            "delay=never",
            "delay=100m",
            "status=200",
            "status=oops",
            "wrong-alg=none",
            "wrong-iss=nonsense",
            "base-string=nonsense",
            "wrong-kid=",
            "scope-cut=\"",
        ] {
            let refused = wrong.parse::<Fault>().unwrap_err();
            assert!(matches!(refused, Unknown::Value { .. }), "{wrong}");
        }
    }

    #[test]
    fn a_fault_concerns_its_own_endpoints_or_those_that_are_named() {
        let fault: Fault = "used-code".parse().unwrap();
        assert!(fault.concerns(Some(Endpoint::Token)));
        assert!(!fault.concerns(Some(Endpoint::Api)));
        let fault: Fault = "drop,endpoint=api".parse().unwrap();
        assert!(fault.concerns(Some(Endpoint::Api)));
        assert!(!fault.concerns(Some(Endpoint::Token)));
        let fault: Fault = "drop".parse().unwrap();
        assert!(fault.concerns(Some(Endpoint::Jwks)));
        assert!(!fault.concerns(None));
    }
}

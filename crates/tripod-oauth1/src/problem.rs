//! OAuth Problem Reporting: what a provider tells of a refusal, and how a client reads it.
//!
//! The extension (OAuth Problem Reporting, 2008) was never an RFC, but is what providers speak:
//! `oauth_problem` and its companions in the body or in `WWW-Authenticate`.

use std::fmt;

use tripod_core::parameters::Parameters;
use tripod_core::percent;
use tripod_core::timestamp::Timestamp;

use crate::authorization_header::{self, REALM, quote};
use crate::pair::Piece;

mod code;

pub use code::ProblemCode;

/// A problem as it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// `oauth_problem`: which one.
    pub code: ProblemCode,
    /// `oauth_problem_advice`: a text for people.
    pub advice: Option<String>,
    /// `oauth_parameters_absent`: the names of parameters that are missing.
    pub parameters_absent: Vec<String>,
    /// `oauth_parameters_rejected`: the names of parameters that are not wanted as they are.
    ///
    /// The extension has values there too; they are neither sent nor kept, since they may be secret.
    pub parameters_rejected: Vec<String>,
    /// `oauth_acceptable_timestamps`: the first and the last that would do.
    pub acceptable_timestamps: Option<(Timestamp, Timestamp)>,
    /// `oauth_acceptable_versions`: the lowest and the highest that would do.
    pub acceptable_versions: Option<(String, String)>,
}

impl Problem {
    /// Names a problem, with nothing more to say of it.
    #[must_use]
    pub const fn new(code: ProblemCode) -> Self {
        Self {
            code,
            advice: None,
            parameters_absent: Vec::new(),
            parameters_rejected: Vec::new(),
            acceptable_timestamps: None,
            acceptable_versions: None,
        }
    }

    /// Finds a problem among the parameters of a body or a callback URI.
    ///
    /// Companions that cannot be read are left out: the code is worth more than the rest.
    #[must_use]
    pub fn parse(parameters: &Parameters) -> Option<Self> {
        let first = |name| parameters.all(name).next();
        let range = |name| first(name).and_then(|text| text.split_once('-'));
        let timestamp = |text: &str| text.trim().parse().ok().map(Timestamp::from_unix);
        Some(Self {
            code: ProblemCode::parse(first("oauth_problem")?),
            advice: first("oauth_problem_advice").map(str::to_owned),
            parameters_absent: first("oauth_parameters_absent")
                .map(names)
                .unwrap_or_default(),
            parameters_rejected: first("oauth_parameters_rejected")
                .map(names)
                .unwrap_or_default(),
            acceptable_timestamps: range("oauth_acceptable_timestamps")
                .and_then(|(from, to)| timestamp(from).zip(timestamp(to))),
            acceptable_versions: range("oauth_acceptable_versions")
                .map(|(from, to)| (from.to_owned(), to.to_owned())),
        })
    }

    /// Finds a problem in a `WWW-Authenticate` header of scheme `OAuth`.
    #[must_use]
    pub fn parse_header(header: &[u8]) -> Option<Self> {
        let decoded = |piece: Piece<'_>| String::from_utf8(piece.decode().into_owned()).ok();
        let parameters: Option<Parameters> = authorization_header::parts(header)?
            .filter(|part| part.as_ref().map_or(true, |part| !part.name.is(REALM)))
            .map(|part| {
                part.ok()
                    .and_then(|part| decoded(part.name).zip(decoded(part.value)))
            })
            .collect::<Option<Vec<_>>>()
            .map(Parameters::from_iter);
        Self::parse(&parameters?)
    }

    /// Writes it as parameters, for a body.
    #[must_use]
    pub fn to_parameters(&self) -> Parameters {
        let mut parameters = Parameters::new().with("oauth_problem", self.code.as_str());
        let mut push = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                parameters.push(name, value);
            }
        };
        push("oauth_problem_advice", self.advice.clone());
        push(
            "oauth_parameters_absent",
            joined(&self.parameters_absent, ""),
        );
        push(
            "oauth_parameters_rejected",
            joined(&self.parameters_rejected, "="),
        );
        let timestamps = self.acceptable_timestamps.as_ref();
        push(
            "oauth_acceptable_timestamps",
            timestamps.map(|(from, to)| format!("{from}-{to}")),
        );
        let versions = self.acceptable_versions.as_ref();
        push(
            "oauth_acceptable_versions",
            versions.map(|(from, to)| format!("{from}-{to}")),
        );
        parameters
    }

    /// Writes it as the value of a `WWW-Authenticate` header with a realm.
    ///
    /// Control characters, which no header can carry, are dropped from the realm.
    #[must_use]
    pub fn to_header(&self, realm: &str) -> String {
        let realm = realm.replace(char::is_control, "");
        let mut header = format!("OAuth realm=\"{}\"", quote(&realm).unwrap_or_default());
        for (name, value) in self.to_parameters().iter() {
            header.push_str(&format!(", {name}=\"{}\"", percent::encode(value)));
        }
        header
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whoever sent it may have put anything in, and it ends on a terminal.
        write!(f, "{}", self.code.as_str().escape_debug())?;
        match &self.advice {
            Some(advice) => write!(f, " ({})", advice.escape_debug()),
            None => Ok(()),
        }
    }
}

/// Names percent-encoded and joined by `&`, each with what follows it.
fn joined(names: &[String], suffix: &str) -> Option<String> {
    let encoded: Vec<_> = names
        .iter()
        .map(|name| format!("{}{suffix}", percent::encode(name)))
        .collect();
    (!encoded.is_empty()).then(|| encoded.join("&"))
}

fn names(text: &str) -> Vec<String> {
    tripod_core::form::pairs(text.as_bytes())
        .map(|pair| String::from_utf8_lossy(&pair.name.decode()).into_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(form: &str) -> Option<Problem> {
        Problem::parse(&Parameters::parse(form.as_bytes()).unwrap())
    }

    #[test]
    fn the_reports_of_the_field_are_read() {
        let problem = read(
            "oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1324343381-1324343981",
        );
        let problem = problem.unwrap();
        assert_eq!(problem.code, ProblemCode::TimestampRefused);
        let (from, to) = problem.acceptable_timestamps.unwrap();
        assert_eq!(
            (from.as_unix(), to.as_unix()),
            (1_324_343_381, 1_324_343_981)
        );

        let problem = read("oauth_problem=signature_invalid&debug_sbs=GET%26http").unwrap();
        assert_eq!(problem, Problem::new(ProblemCode::SignatureInvalid));

        let problem =
            read("oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce%26a");
        assert_eq!(problem.unwrap().parameters_absent, ["oauth_nonce", "a"]);
        assert_eq!(read("error=invalid_request"), None);
    }

    #[test]
    fn a_companion_that_cannot_be_read_does_not_hide_the_problem() {
        let problem = read("oauth_problem=timestamp_refused&oauth_acceptable_timestamps=soon");
        assert_eq!(problem, Some(Problem::new(ProblemCode::TimestampRefused)));
    }

    #[test]
    fn values_of_rejected_parameters_are_not_kept() {
        let form = "oauth_problem=parameter_rejected&oauth_parameters_rejected=a%3Dsentinel";
        let problem = read(form).unwrap();
        assert_eq!(problem.parameters_rejected, ["a"]);
        assert!(!format!("{problem:?}").contains("sentinel"));
    }

    #[test]
    fn a_name_that_is_empty_names_no_parameter() {
        let form = "oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce%26%3D1\
                    &oauth_parameters_rejected=%3Da";
        let problem = read(form).unwrap();
        assert_eq!(problem.parameters_absent, ["oauth_nonce"]);
        assert!(problem.parameters_rejected.is_empty());
        assert_eq!(Problem::parse(&problem.to_parameters()), Some(problem));
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(
            code: String,
            advice: Option<String>,
            parameters_absent in prop::collection::vec(".+", 0..3),
            parameters_rejected in prop::collection::vec(".+", 0..3),
            timestamps: Option<(u32, u32)>,
            versions in prop::option::of(("[^-]*", ".*")),
            realm: String,
        ) {
            let timestamp = |seconds: u32| Timestamp::from_unix(seconds.into());
            let problem = Problem {
                advice,
                parameters_absent,
                parameters_rejected,
                acceptable_timestamps: timestamps.map(|(from, to)| (timestamp(from), timestamp(to))),
                acceptable_versions: versions,
                ..Problem::new(ProblemCode::parse(&code))
            };
            prop_assert_eq!(Problem::parse(&problem.to_parameters()), Some(problem.clone()));
            let header = problem.to_header(&realm);
            prop_assert_eq!(Problem::parse_header(header.as_bytes()), Some(problem));
        }

        #[test]
        fn reading_never_panics(header: Vec<u8>) {
            let _ = Problem::parse_header(&header);
        }
    }
}

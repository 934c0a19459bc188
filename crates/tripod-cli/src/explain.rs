//! `tripod explain`: why an OAuth call failed. Nothing is sent anywhere, unless that is asked for.

use std::io::IsTerminal as _;
use std::path::Path;

use clap::ArgMatches;
use serde_json::json;
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::catalogue::{self, Entry};
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::{Finding, Likelihood};
use tripod_doctor::known;

use crate::edge::Edge;
use crate::exit::Exit;
use crate::failure::CallFailed;
use crate::output;
use crate::secret_source::{FileError, read_octets};

mod bundle;
mod opts;
pub(crate) mod page;
mod probe;

pub(crate) use opts::Opts;

/// Diagnoses what was captured, or shows the catalogue.
///
/// # Errors
///
/// [`ExplainFailed`] says what to type instead.
pub(crate) fn run(opts: &Opts, matches: &ArgMatches, edge: &Edge) -> Result<Exit, ExplainFailed> {
    if opts.list {
        return list(opts);
    }
    if let Some(entry) = opts.entry() {
        return show(opts, entry);
    }
    let input = input(opts)?;
    let known = opts.known(matches)?;
    let now = opts.now.map_or_else(|| edge.now(), Timestamp::from_unix);
    let mut evidence = Evidence::read(&input, known);
    if opts.probe {
        probe::ask(&mut evidence).map_err(Box::new)?;
    }
    let findings = diagnose(&evidence, now);
    let written = if opts.json {
        let findings: Vec<_> = findings.iter().map(Finding::to_json).collect();
        output::result(format!("{:#}", json!({ "findings": findings })).as_bytes())
    } else if opts.bundle {
        output::result(bundle::markdown(&evidence, &findings).as_bytes())
    } else {
        output::styled(&page::findings(&evidence, &findings))
    };
    written.map_err(ExplainFailed::Output)?;
    Ok(exit(&findings))
}

/// A cause that is at least likely is why the provider refused, or will.
fn exit(findings: &[Finding]) -> Exit {
    let is_found = |finding: &Finding| {
        matches!(
            finding.likelihood,
            Likelihood::Certain | Likelihood::Likely | Likelihood::Possible
        ) && !finding.code.starts_with("doctor/")
    };
    if findings.iter().any(is_found) {
        Exit::Refused
    } else {
        Exit::Ok
    }
}

fn list(opts: &Opts) -> Result<Exit, ExplainFailed> {
    let written = if opts.json {
        let entries: Vec<_> = catalogue::entries()
            .map(|entry| json!({"code": entry.code, "title": entry.title, "section": entry.section.heading()}))
            .collect();
        output::result(format!("{:#}", json!({ "codes": entries })).as_bytes())
    } else {
        output::styled(&page::list())
    };
    written.map_err(ExplainFailed::Output)?;
    Ok(Exit::Ok)
}

fn show(opts: &Opts, entry: &'static Entry) -> Result<Exit, ExplainFailed> {
    let written = if opts.json {
        let words: Vec<_> = entry.words.iter().map(|words| words.pattern).collect();
        let page = json!({
            "code": entry.code,
            "title": entry.title,
            "section": entry.section.heading(),
            "meaning": entry.meaning,
            "words": words,
            "fix": entry.fix,
            "reference": entry.reference,
        });
        output::result(format!("{page:#}").as_bytes())
    } else {
        output::styled(&page::entry(entry))
    };
    written.map_err(ExplainFailed::Output)?;
    Ok(Exit::Ok)
}

/// Reads a file, standard input, or takes what was typed itself for the evidence.
fn input(opts: &Opts) -> Result<Vec<u8>, ExplainFailed> {
    match opts.evidence.as_deref() {
        None if std::io::stdin().is_terminal() => Err(ExplainFailed::NoEvidence),
        None => Ok(read_octets(Path::new("-"))?),
        Some(path) if path == "-" || Path::new(path).exists() => Ok(read_octets(Path::new(path))?),
        Some(text) if is_evidence(text) => Ok(text.as_bytes().to_vec()),
        Some(text) => Err(ExplainFailed::Unknown(text.to_owned())),
    }
}

/// Tells whether something typed is a URL, a header, a token or a message, and no file or code.
fn is_evidence(text: &str) -> bool {
    text.contains([' ', '\n', '{', '&']) || text.contains("://") || text.starts_with("eyJ")
}

/// Why nothing was explained.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExplainFailed {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{path}` does not say what is known: {source}")]
    Known {
        path: String,
        source: known::Malformed,
    },
    #[error(
        "no evidence: give a file, `-` for standard input, or a URL, header or token in quotes"
    )]
    NoEvidence,
    #[error("`{0}` is not text")]
    NotText(String),
    #[error(transparent)]
    Probe(#[from] Box<CallFailed>),
    #[error("cannot write the result")]
    Output(#[source] std::io::Error),
    #[error("`{0}` is no file, and no code of the catalogue (`tripod explain --list`)")]
    Unknown(String),
}

impl ExplainFailed {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Output(_) | Self::Probe(_) => Exit::Unexpected,
            _ => Exit::Usage,
        }
    }
}

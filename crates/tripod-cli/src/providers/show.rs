//! `tripod providers show`: each fact with where it was read.

use clap::Args;
use serde_json::{Map, Value, json};
use tripod::preset::{Fact, Origin, Preset, Variable};

use super::list::protocol;
use super::{Directory, ProvidersFailed};
use crate::output;
use crate::page::{self, Page, Tone};

/// Show all that is known about a provider, and where each fact was read.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod providers show github
  tripod providers show jira-data-center --json
No fact was tried on a live provider unless it says so.")]
pub(super) struct Opts {
    /// Its name, or another name by which it is known
    name: String,

    #[command(flatten)]
    directory: Directory,

    /// Print all of it as JSON
    #[arg(long)]
    json: bool,
}

/// Shows the provider.
pub(super) fn run(opts: &Opts) -> Result<(), ProvidersFailed> {
    let presets = opts.directory.read()?;
    let preset = presets.find(&opts.name)?;
    let written = if opts.json {
        output::result(page::json(&report(preset)).as_bytes())
    } else {
        output::styled(shown(preset).finish())
    };
    written.map_err(ProvidersFailed::Output)
}

fn shown(preset: &Preset) -> Page {
    let mut page = Page::default();
    let title = page::one_line(&preset.title);
    page.line(
        Tone::Good,
        &format!("{title} speaks {}", preset.protocol.name()),
    );
    let names = std::iter::once(&preset.name).chain(&preset.aliases);
    let names: Vec<_> = names.map(String::as_str).collect();
    page.line(Tone::Plain, &format!("Called {}", names.join(", ")));
    if let Origin::File(path) = &preset.origin {
        let path = page::one_line(&path.display().to_string());
        page.line(Tone::Plain, &format!("From the file {path}"));
    }
    page.line(Tone::Warning, tried(preset));
    page.heading("Facts, with where each was read");
    let facts = preset.facts.iter().map(fact_row);
    page.rows(&facts.collect::<Vec<_>>());
    if !preset.variables.is_empty() {
        page.heading("To fill in");
        let variables = preset.variables.iter().map(variable_row);
        page.rows(&variables.collect::<Vec<_>>());
    }
    if !preset.sources.is_empty() {
        page.heading("Sources");
        let numbers: Vec<_> = (1..=preset.sources.len())
            .map(|n| format!("[{n}]"))
            .collect();
        let sources = numbers.iter().zip(&preset.sources);
        let sources = sources.map(|(n, source)| (Tone::Quiet, n.as_str(), source.read_in.clone()));
        page.rows(&sources.collect::<Vec<_>>());
    }
    page
}

const fn tried(preset: &Preset) -> &'static str {
    if preset.tried_live {
        "Tried on the live provider"
    } else {
        "Not tried on the live provider"
    }
}

fn fact_row(fact: &Fact) -> (Tone, &str, String) {
    let numbers = fact.sources.iter().map(|at| format!(" [{}]", at + 1));
    let text = format!("{}{}", fact.value, numbers.collect::<String>());
    (Tone::Plain, &fact.name, text)
}

fn variable_row<'a>((name, variable): (&'a String, &Variable)) -> (Tone, &'a str, String) {
    let mut text = format!("{}; {}", variable.description, variable.kind.rule());
    if !variable.choices.is_empty() {
        text.push_str(&format!(": {}", variable.choices.join(", ")));
    }
    if let Some(default) = &variable.default {
        text.push_str(&format!("; {default} where nothing is said"));
    } else if let Some(example) = &variable.example {
        text.push_str(&format!("; as {example}"));
    }
    (Tone::Plain, name, text)
}

fn report(preset: &Preset) -> Value {
    let facts = preset
        .facts
        .iter()
        .map(|fact| json!({ "name": fact.name, "value": fact.value, "sources": fact.sources }));
    let sources = preset
        .sources
        .iter()
        .map(|source| json!({ "read_in": source.read_in, "facts": source.facts }));
    let variables = preset.variables.iter().map(|(name, variable)| {
        let shown = json!({
            "description": variable.description,
            "rule": variable.kind.rule(),
            "choices": variable.choices,
            "default": variable.default,
            "example": variable.example,
        });
        (name.clone(), shown)
    });
    json!({
        "name": preset.name,
        "title": preset.title,
        "aliases": preset.aliases,
        "protocol": protocol(preset),
        "tried_live": preset.tried_live,
        "file": match &preset.origin {
            Origin::File(path) => Some(path.display().to_string()),
            _ => None,
        },
        "variables": variables.collect::<Map<_, _>>(),
        "facts": facts.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(),
    })
}

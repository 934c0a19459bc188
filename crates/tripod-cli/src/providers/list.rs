//! `tripod providers`: one line a provider.

use clap::Args;
use serde_json::{Value, json};
use tripod::preset::{Preset, Presets, Protocol};

use super::{Directory, ProvidersFailed};
use crate::output;
use crate::page::{self, Page, Tone};

#[derive(Args)]
pub(super) struct Selection {
    /// Words that have to occur in name, title or protocol (`oauth1`, `oauth2`)
    #[arg(value_name = "SEARCH")]
    search: Vec<String>,

    #[command(flatten)]
    directory: Directory,

    /// Print the list as JSON
    #[arg(long)]
    json: bool,
}

/// Lists the providers.
pub(super) fn run(opts: &Selection) -> Result<(), ProvidersFailed> {
    let presets = opts.directory.read()?;
    let search = opts.search.join(" ");
    let found = presets.search(&search);
    if found.is_empty() {
        let nearest = nearest(&presets, &search);
        return Err(ProvidersFailed::NothingFound { search, nearest });
    }
    let written = if opts.json {
        let providers: Vec<_> = found.into_iter().map(summary).collect();
        output::result(page::json(&json!({ "providers": providers })).as_bytes())
    } else {
        output::styled(table(&found).finish())
    };
    written.map_err(ProvidersFailed::Output)
}

fn nearest(presets: &Presets, search: &str) -> Vec<String> {
    presets
        .find(search)
        .err()
        .map(|unknown| unknown.nearest)
        .unwrap_or_default()
}

fn table(presets: &[&Preset]) -> Page {
    let rows: Vec<[String; 4]> = presets.iter().map(|preset| row(preset)).collect();
    let heading = ["NAME", "PROTOCOL", "NEEDS", "PROVIDER"].map(str::to_owned);
    let width = |column: usize| {
        let cells = rows.iter().chain([&heading]).map(|row| &row[column]);
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    let line = |[name, protocol, needs, title]: &[String; 4]| {
        let [a, b, c] = widths;
        format!("{name:<a$}  {protocol:<b$}  {needs:<c$}  {title}")
    };
    let mut page = Page::default();
    page.line(Tone::Quiet, &line(&heading));
    for row in &rows {
        page.line(Tone::Plain, line(row).trim_end());
    }
    page
}

/// Name, protocol, the variables that need a value, and title.
fn row(preset: &Preset) -> [String; 4] {
    let needed = preset.variables.iter();
    let needed = needed.filter(|(_, variable)| variable.default.is_none());
    let needed: Vec<_> = needed.map(|(name, _)| name.as_str()).collect();
    [
        preset.name.clone(),
        preset.protocol.name().to_owned(),
        page::one_line(&needed.join(" ")),
        page::one_line(&preset.title),
    ]
}

fn summary(preset: &Preset) -> Value {
    json!({
        "name": preset.name,
        "title": preset.title,
        "aliases": preset.aliases,
        "protocol": protocol(preset),
        "variables": preset.variables.keys().collect::<Vec<_>>(),
        "registration": preset.registration,
        "documentation": preset.documentation,
    })
}

/// The name of the protocol for machines.
pub(super) const fn protocol(preset: &Preset) -> &'static str {
    match preset.protocol {
        Protocol::OAuth1(_) => "oauth1",
        _ => "oauth2",
    }
}

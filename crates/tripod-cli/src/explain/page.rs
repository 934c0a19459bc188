//! What people see of findings and of the catalogue.

use tripod_doctor::catalogue::{Entry, Section, entries};
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::{Finding, Likelihood};

use crate::page;

/// More causes than this confuse.
const MOST: usize = 8;

/// Writes the findings, the likeliest first and in full.
pub(super) fn findings(evidence: &Evidence, findings: &[Finding]) -> String {
    let mut lines = vec![dim(&format!(
        "Read as {}{}.",
        evidence.kind.as_str(),
        counted(evidence)
    ))];
    if findings.is_empty() {
        lines.push(String::new());
        lines.push("Nothing is wrong, as far as this shows.".to_owned());
    }
    for (index, finding) in findings.iter().take(MOST).enumerate() {
        lines.push(String::new());
        lines.extend(self::finding(finding, index == 0, &[]));
    }
    if findings.len() > MOST {
        lines.push(String::new());
        lines.push(dim(&format!(
            "and {} more that are less likely (--json shows all)",
            findings.len() - MOST
        )));
    }
    lines.join("\n")
}

fn counted(evidence: &Evidence) -> String {
    let exchanges = match evidence.exchanges.len() {
        0 | 1 => String::new(),
        number => format!(", with {number} exchanges"),
    };
    let others = match evidence.passed_over {
        0 => String::new(),
        number => format!(" ({number} others passed over)"),
    };
    format!("{exchanges}{others}")
}

/// Writes one finding, with what to type where that is known.
pub(crate) fn finding(finding: &Finding, is_first: bool, commands: &[String]) -> Vec<String> {
    let (likelihood, title) = (tone(finding.likelihood), bold(finding.title));
    let mut lines = vec![format!("{likelihood}  {title}  {}", dim(finding.code))];
    lines.push(wrapped(&finding.cause, "  "));
    // What is less likely than the first is told in brief.
    let quotes = if is_first { 6 } else { 2 };
    for quote in finding.evidence.iter().take(quotes) {
        lines.push(format!(
            "    {} {}",
            dim(&format!("{}:", quote.place)),
            visible(&quote.text)
        ));
    }
    if finding.likelihood != Likelihood::RuledOut {
        lines.push(wrapped(&format!("→ {}", finding.fix), "  "));
        let commands = commands.iter();
        lines.extend(commands.map(|command| format!("  \x1b[1m$ {}\x1b[0m", visible(command))));
    }
    lines.push(dim(&format!("  {}", finding.reference)));
    lines
}

/// Writes the page of an entry.
pub(super) fn entry(entry: &Entry) -> String {
    let mut lines = vec![bold(entry.title), dim(entry.code), String::new()];
    lines.push(wrapped(entry.meaning, ""));
    if !entry.words.is_empty() {
        lines.push(String::new());
        lines.push(bold("How it shows"));
        lines.extend(
            entry
                .words
                .iter()
                .map(|words| format!("  {}", words.pattern)),
        );
    }
    lines.push(String::new());
    lines.push(bold("What to do"));
    lines.push(wrapped(entry.fix, "  "));
    lines.push(String::new());
    lines.push(dim(&format!("Source: {}", entry.reference)));
    lines.join("\n")
}

/// Writes the catalogue, a line for each code.
pub(super) fn list() -> String {
    let width = entries()
        .map(|entry| entry.code.len())
        .max()
        .unwrap_or_default();
    let mut lines = Vec::new();
    for section in Section::ALL {
        lines.push(bold(section.heading()));
        let entries = entries().filter(|entry| entry.section == section);
        lines.extend(entries.map(|entry| format!("  {:<width$}  {}", entry.code, entry.title)));
        lines.push(String::new());
    }
    lines.join("\n").trim_end().to_owned()
}

fn tone(likelihood: Likelihood) -> String {
    let code = match likelihood {
        Likelihood::Certain => "1;31",
        Likelihood::Likely => "1;33",
        Likelihood::RuledOut => "32",
        _ => "36",
    };
    format!("\x1b[{code}m{:<9}\x1b[0m", likelihood.as_str())
}

fn bold(text: &str) -> String {
    format!("\x1b[1m{}\x1b[0m", visible(text))
}

fn dim(text: &str) -> String {
    format!("\x1b[2m{}\x1b[0m", visible(text))
}

/// Breaks lines between words.
fn wrapped(text: &str, indent: &str) -> String {
    const WIDTH: usize = 96;
    let lines = page::wrapped(&visible(text), WIDTH - indent.len());
    let lines = lines.iter().map(|line| format!("{indent}{line}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Takes away what a terminal might obey: the evidence comes from elsewhere.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|letter| {
            !letter.is_control() && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        })
        .collect()
}

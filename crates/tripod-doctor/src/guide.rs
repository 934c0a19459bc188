//! The troubleshooting guide, made of the catalogue.

use crate::catalogue::{Entry, Section, entries};

/// Writes the whole guide in Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# Troubleshooting OAuth\n\n\
         Made of the catalogue of `tripod-doctor`; do not edit. What to do when a call fails: paste what you have \
         into `tripod explain`, and look up here what it names. `tripod explain CODE` shows the same page.\n\n",
    );
    for section in Section::ALL {
        let heading = section.heading();
        text.push_str(&format!("* [{heading}](#{})\n", anchor(heading)));
    }
    for section in Section::ALL {
        text.push_str(&format!("\n## {}\n", section.heading()));
        for entry in entries().filter(|entry| entry.section == section) {
            text.push_str(&page(entry));
        }
    }
    text
}

fn page(entry: &Entry) -> String {
    let mut text = format!(
        "\n### {}\n\n`{}`\n\n{}\n",
        entry.title, entry.code, entry.meaning
    );
    if !entry.words.is_empty() {
        text.push_str("\nHow it shows:\n\n");
        for words in entry.words {
            let shown = words.pattern.replace('`', "'");
            text.push_str(&format!("* `{shown}`\n"));
        }
    }
    text.push_str(&format!(
        "\n**What to do.** {}\n\n*Source: {}.*\n",
        entry.fix, entry.reference
    ));
    text
}

fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || *letter == ' ')
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_guide_in_the_repository_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/troubleshooting.md");
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == markdown(),
            "run `cargo run -p tripod-doctor --example guide > docs/troubleshooting.md`"
        );
    }
}

//! What is shown to people: headings, JSON and aligned rows.

use serde_json::{Map, Value};

/// How a word stands out on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Bad,
    Good,
    Heading,
    Plain,
    Quiet,
    Warning,
}

impl Tone {
    /// Colours a text, for [`output::styled`](crate::output::styled).
    pub(crate) fn paint(self, text: &str) -> String {
        let code = match self {
            Self::Bad => "1;31",
            Self::Good => "32",
            Self::Heading => "1",
            Self::Plain => return text.to_owned(),
            Self::Quiet => "2",
            Self::Warning => "1;33",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// A text that grows by paragraphs.
#[derive(Default)]
pub(crate) struct Page(String);

impl Page {
    /// Adds a line in a tone.
    pub(crate) fn line(&mut self, tone: Tone, text: &str) {
        let text = tone.paint(text);
        self.push(&text);
    }

    /// Adds a heading with an empty line before it.
    pub(crate) fn heading(&mut self, text: &str) {
        self.0.push('\n');
        self.line(Tone::Heading, text);
    }

    /// Adds members as indented JSON.
    pub(crate) fn json(&mut self, members: &Map<String, Value>) {
        self.push(&json(&Value::from(members.clone())));
    }

    /// Adds rows of a label and a text, one below the other.
    pub(crate) fn rows(&mut self, rows: &[(Tone, &str, String)]) {
        let width = rows.iter().map(|(_, label, _)| label.len()).max();
        for (tone, label, text) in rows {
            let label = tone.paint(&format!("{label:<0$}", width.unwrap_or_default()));
            let text = one_line(text);
            self.push(format!("  {label}  {text}").trim_end());
        }
    }

    /// Returns the text without a newline at its end.
    pub(crate) fn finish(&self) -> &str {
        self.0.trim_end()
    }

    fn push(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }
}

/// Writes indented JSON in which nothing is hidden.
pub(crate) fn json(value: &Value) -> String {
    // Outside of texts JSON has nothing that is escaped here but the newlines.
    let lines = format!("{value:#}");
    let lines = lines.lines().map(one_line);
    lines.collect::<Vec<_>>().join("\n")
}

/// Breaks a text into lines between its words; a word that is longer than a line is broken, too.
///
/// A no-break space keeps its words together, and is written as a space.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let (mut length, width) = (0, width.max(1));
    for word in text.split(' ') {
        let letters: Vec<_> = word.replace('\u{a0}', " ").chars().collect();
        if length > 0 && length + 1 + letters.len() > width {
            lines.push(String::new());
            length = 0;
        } else if length > 0 {
            lines.last_mut().expect("there is one").push(' ');
            length += 1;
        }
        for (index, part) in letters.chunks(width).enumerate() {
            if index > 0 {
                lines.push(String::new());
                length = 0;
            }
            lines.last_mut().expect("there is one").extend(part);
            length += part.len();
        }
    }
    lines
}

/// Writes what a terminal might obey, or what turns text around, as JSON escapes it.
pub(crate) fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let is_hidden = character.is_control()
            || matches!(
                character,
                '\u{061c}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{feff}'
            );
        if is_hidden {
            shown.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_only_then_within_them() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("one äöüäöüäöü x", 6), ["one", "äöüäöü", "äöü x"]);
        assert_eq!(wrapped("see RFC\u{a0}5849", 11), ["see", "RFC 5849"]);
        assert_eq!(wrapped("", 8), [""]);
    }

    #[test]
    fn nothing_a_terminal_would_obey_is_shown() {
        assert_eq!(
            one_line("a\u{9b}31m\u{7f}\u{1b}\u{202e}b\nü"),
            "a\\u009b31m\\u007f\\u001b\\u202eb\\u000aü"
        );
        let value = Value::from("\u{85}\n\u{2028}");
        assert_eq!(json(&value), r#""\u0085\n\u2028""#);
        let mut page = Page::default();
        page.rows(&[(Tone::Plain, "issuer", "\u{1b}]0;title\u{7}".to_owned())]);
        assert_eq!(page.finish(), "  issuer  \\u001b]0;title\\u0007");
    }
}

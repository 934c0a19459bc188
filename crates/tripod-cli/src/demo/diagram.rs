//! Draws who says what to whom: lifelines on the left, what is said on the right.

use crate::page::{Tone, one_line, wrapped};

/// Who takes part, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Browser,
    Client,
    Provider,
    Api,
}

impl Lane {
    const ALL: [Self; 4] = [Self::Browser, Self::Client, Self::Provider, Self::Api];

    const fn name(self) -> &'static str {
        match self {
            Self::Browser => "You",
            Self::Client => "Client",
            Self::Provider => "Provider",
            Self::Api => "API",
        }
    }

    /// In which column its lifeline stands: below the middle of its name.
    const fn column(self) -> usize {
        match self {
            Self::Browser => 1,
            Self::Client => 8,
            Self::Provider => 17,
            Self::Api => 25,
        }
    }
}

/// A sequence diagram as it grows.
#[derive(Debug)]
pub(super) struct Diagram {
    width: usize,
    number: usize,
    lines: Vec<String>,
}

impl Diagram {
    /// How many columns the lifelines take.
    const GUTTER: usize = 28;

    pub(super) fn new(width: usize) -> Self {
        let mut head = String::new();
        for lane in Lane::ALL {
            let begin = lane.column() - lane.name().len() / 2;
            head.push_str(&" ".repeat(begin - head.len()));
            head.push_str(lane.name());
        }
        let mut diagram = Self {
            width,
            number: 0,
            lines: vec![Tone::Heading.paint(&head)],
        };
        diagram.gap();
        diagram
    }

    /// Draws a message, under the next number.
    pub(super) fn arrow(&mut self, way: (Lane, Lane), tone: Tone, title: &str) {
        self.number += 1;
        let gutter = gutter(Some(way));
        let title = one_line(&format!("{} {title}", self.number));
        let mut lines = wrapped(&title, self.room()).into_iter();
        let first = lines.next().unwrap_or_default();
        self.lines.push(format!("{gutter}{}", tone.paint(&first)));
        for line in lines {
            self.line(tone, &line);
        }
    }

    /// Writes beside the lifelines; a line that goes on is set in.
    pub(super) fn say(&mut self, tone: Tone, text: &str) {
        let text = one_line(text);
        let indent = 2 + text.len() - text.trim_start().len();
        let room = self.room() - indent;
        let is_cut = tone == Tone::Quiet && text.trim_start().chars().count() > room;
        let hang = if is_cut { 2 } else { 0 };
        for (index, line) in wrapped(text.trim_start(), room - hang).iter().enumerate() {
            let indent = if index > 0 { indent + hang } else { indent };
            self.line(tone, &format!("{:indent$}{line}", ""));
        }
    }

    /// Leaves a line empty but for the lifelines.
    pub(super) fn gap(&mut self) {
        self.lines.push(gutter(None).trim_end().to_owned());
    }

    pub(super) fn finish(self) -> String {
        self.lines.join("\n") + "\n"
    }

    fn line(&mut self, tone: Tone, text: &str) {
        let line = format!("{}{}", gutter(None), tone.paint(text));
        self.lines.push(line);
    }

    const fn room(&self) -> usize {
        self.width - Self::GUTTER
    }
}

/// Draws the lifelines, and an arrow between two of them.
fn gutter(arrow: Option<(Lane, Lane)>) -> String {
    let mut cells = [' '; Diagram::GUTTER];
    if let Some((from, to)) = arrow {
        let (left, right) = match from.column() < to.column() {
            true => (from, to),
            false => (to, from),
        };
        for cell in cells
            .iter_mut()
            .take(right.column())
            .skip(left.column() + 1)
        {
            *cell = '─';
        }
    }
    for lane in Lane::ALL {
        if let Some(cell) = cells.get_mut(lane.column()) {
            *cell = match *cell {
                '─' => '┼',
                _ => '│',
            };
        }
    }
    if let Some((from, to)) = arrow {
        let goes_right = from.column() < to.column();
        let (begin, head, end) = match goes_right {
            true => ('├', '▶', to.column() - 1),
            false => ('┤', '◀', to.column() + 1),
        };
        for (column, drawn) in [(from.column(), begin), (end, head)] {
            if let Some(cell) = cells.get_mut(column) {
                *cell = drawn;
            }
        }
    }
    cells.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_stand_beside_their_arrows() {
        let mut diagram = Diagram::new(60);
        diagram.arrow((Lane::Client, Lane::Provider), Tone::Plain, "POST /token");
        diagram.say(Tone::Plain, "The code is redeemed, and is spent.");
        diagram.arrow((Lane::Api, Lane::Client), Tone::Plain, "200 OK");
        diagram.arrow((Lane::Provider, Lane::Browser), Tone::Plain, "302 Found");
        let drawn = diagram.finish();
        let drawn: Vec<_> = drawn.lines().skip(1).collect();
        assert_eq!(
            drawn,
            [
                " │      │        │       │",
                " │      ├───────▶│       │  1 POST /token",
                " │      │        │       │    The code is redeemed, and is",
                " │      │        │       │    spent.",
                " │      │◀───────┼───────┤  2 200 OK",
                " │◀─────┼────────┤       │  3 302 Found",
            ]
        );
    }

    #[test]
    fn a_value_that_is_too_long_goes_on_below() {
        let mut diagram = Diagram::new(60);
        diagram.say(Tone::Quiet, "scope=read");
        diagram.say(Tone::Quiet, &"x".repeat(40));
        for line in diagram.finish().lines() {
            let plain = anstream::adapter::strip_str(line).to_string();
            assert!(plain.chars().count() <= 60, "{plain}");
        }
    }
}

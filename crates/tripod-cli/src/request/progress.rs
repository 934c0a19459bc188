//! How far a download is: one line of the terminal, written over once a second.

use std::io::{self, IsTerminal as _};

use tripod_core::timestamp::Timestamp;

use crate::output;

/// The line of a download; it is gone once this is dropped.
pub(super) struct Progress {
    total: Option<u64>,
    done: u64,
    began: Timestamp,
    shown: Timestamp,
}

impl Progress {
    /// Begins a line, where somebody sees it; so far the body has this length, if it has one.
    pub(super) fn begin(total: Option<u64>, now: Timestamp) -> Option<Self> {
        io::stderr().is_terminal().then_some(Self {
            total,
            done: 0,
            began: now,
            shown: now,
        })
    }

    /// Notes what has come. What is over within a second shows nothing.
    pub(super) fn add(&mut self, octets: usize, now: Timestamp) {
        self.done = self
            .done
            .saturating_add(octets.try_into().unwrap_or(u64::MAX));
        if now != self.shown {
            self.shown = now;
            output::transient(&self.line(now));
        }
    }

    fn line(&self, now: Timestamp) -> String {
        let done = amount(self.done);
        let seconds = now.since(self.began).as_secs().max(1);
        let rate = amount(self.done.div_euclid(seconds));
        match self.total {
            Some(total) if total > 0 => {
                let percent = u128::from(self.done) * 100 / u128::from(total);
                format!("{percent:>3} %  {done} of {}  {rate}/s", amount(total))
            }
            _ => format!("{done}  {rate}/s"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown != self.began {
            output::transient("");
        }
    }
}

/// Writes a number of octets as people read it.
fn amount(octets: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if octets < 1000 {
        return format!("{octets} B");
    }
    let mut tenths = octets / 100;
    let mut units = UNITS.iter();
    let mut unit = units.next().unwrap_or(&"");
    while tenths >= 10_000 {
        let Some(next) = units.next() else { break };
        (tenths, unit) = (tenths / 1000, next);
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_as_people_read_them() {
        for (octets, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1_250_000, "1.2 MB"),
            (999_999, "999.9 kB"),
            (u64::MAX, "18446.7 PB"),
        ] {
            assert_eq!(amount(octets), text);
        }
    }

    #[test]
    fn a_line_says_how_far_and_how_fast() {
        let at = Timestamp::from_unix;
        let mut progress = Progress {
            total: Some(4_000_000),
            done: 1_000_000,
            began: at(100),
            shown: at(100),
        };
        assert_eq!(
            progress.line(at(104)),
            " 25 %  1.0 MB of 4.0 MB  250.0 kB/s"
        );
        progress.total = None;
        assert_eq!(progress.line(at(100)), "1.0 MB  1.0 MB/s");
    }
}

//! A sequence diagram: who sends what to whom, from top to bottom.

use super::flow::{Party, Step, cut};

/// The width of all diagrams, in units of the drawing: that of a small phone in points.
pub(super) const WIDTH: usize = 340;
/// Where the outermost lifelines are, from either side.
const MARGIN: usize = 36;
/// Below the names of the parties.
const TOP: usize = 34;
/// From an arrow to the next, with its label between them.
const STEP: usize = 34;
/// About the width of a character of a label.
const CHARACTER: usize = 8;

/// What there is to be drawn.
pub(super) struct Diagram {
    pub(super) title: String,
    /// The same in words, for whoever cannot see it.
    pub(super) description: String,
    pub(super) height: usize,
    pub(super) lifelines: Vec<Lifeline>,
    pub(super) arrows: Vec<Arrow>,
}

pub(super) struct Lifeline {
    pub(super) x: usize,
    pub(super) name: &'static str,
}

pub(super) struct Arrow {
    pub(super) class: &'static str,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) y: usize,
    pub(super) label: String,
    /// The middle of the label.
    pub(super) label_x: usize,
}

impl Diagram {
    pub(super) fn of(steps: &[Step], title: &str) -> Self {
        let parties = parties(steps);
        let x = |party| x(&parties, party);
        let mut arrows: Vec<Arrow> = Vec::new();
        let mut draw = |class, from, to, label: &str| {
            let y = TOP + STEP * (arrows.len() + 1) - STEP / 4;
            arrows.push(Arrow::new(class, x(from), x(to), y, label));
        };
        for step in steps {
            let (from, to) = (step.from, step.to);
            draw(
                "request",
                from,
                to,
                &format!("{} {}", step.number, step.asks),
            );
            let class = if step.is_refused { "refusal" } else { "answer" };
            draw(class, to, from, &step.says);
            if let Some(leads_to) = &step.leads_to {
                draw("unseen", Party::Browser, Party::Client, leads_to);
            }
        }
        let lifelines = parties.iter().map(|party| Lifeline {
            x: x(*party),
            name: party.name(),
        });
        Self {
            title: title.to_owned(),
            description: description(steps),
            height: TOP + STEP * arrows.len() + STEP / 2,
            lifelines: lifelines.collect(),
            arrows,
        }
    }
}

impl Arrow {
    fn new(class: &'static str, from: usize, to: usize, y: usize, label: &str) -> Self {
        let label = cut(label, WIDTH / CHARACTER - 3);
        let half = label.chars().count() * CHARACTER / 2 + 4;
        let middle = usize::midpoint(from, to);
        Self {
            class,
            from,
            to,
            y,
            label_x: middle.max(half).min(WIDTH.saturating_sub(half)),
            label,
        }
    }

    /// Draws the head, whose point is where the arrow ends.
    pub(super) fn head(&self) -> String {
        let back = if self.from < self.to { "-7" } else { "7" };
        format!("M{} {}l{back} -3.5v7z", self.to, self.y)
    }

    /// Returns where the label stands.
    pub(super) const fn label_y(&self) -> usize {
        self.y.saturating_sub(6)
    }
}

/// Returns who takes part, in the order in which they are drawn.
fn parties(steps: &[Step]) -> Vec<Party> {
    let redirects = steps.iter().any(|step| step.leads_to.is_some());
    let led = [Party::Browser, Party::Client];
    let named = steps.iter().flat_map(|step| [step.from, step.to]);
    let mut parties: Vec<_> = named.chain(led.into_iter().filter(|_| redirects)).collect();
    parties.sort_unstable();
    parties.dedup();
    parties
}

fn x(parties: &[Party], party: Party) -> usize {
    let index = parties
        .iter()
        .position(|it| *it == party)
        .unwrap_or_default();
    let gaps = parties.len().saturating_sub(1).max(1);
    MARGIN + index * (WIDTH - 2 * MARGIN) / gaps
}

fn description(steps: &[Step]) -> String {
    let sentences = steps.iter().map(|step| {
        let (from, to) = (step.from.name(), step.to.name());
        let verb = if step.is_refused {
            "refuses with"
        } else {
            "answers"
        };
        let on = match &step.leads_to {
            Some(leads_to) => format!(", which leads on to {leads_to}"),
            None => String::new(),
        };
        let Step {
            number, asks, says, ..
        } = step;
        format!("{number}: {from} sends {asks} to {to}, which {verb} {says}{on}.")
    });
    sentences.collect::<Vec<_>>().join(" ")
}

//! `tripod demo`: both protocols, every message shown and explained, on this machine alone.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::Finding;
use tripod_doctor::known::Known;

mod diagram;
mod lesson;
mod message;
mod scene;
mod stage;

use crate::account::wait_for;
use crate::failure::CallFailed;
use crate::output;
use crate::page::{self, Tone, one_line};
use diagram::{Diagram, Lane};
use lesson::Words;
use message::Message;
use scene::Scene;
use stage::Stage;

/// See both protocols at work: two logins, calls, a refresh and a mistake, every message explained.
///
/// A provider is started inside the program, on a free port of this machine. Nobody else is called,
/// nothing is written to disk, and secrets are shortened.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod demo
  tripod demo --only oauth1
  tripod demo | less
  tripod demo --json | jq '.exchanges[].explanation'")]
pub(crate) struct Opts {
    /// Show one protocol
    #[arg(long, value_name = "PROTOCOL")]
    only: Option<Protocol>,

    /// Print the exchanges as JSON, as `tripod explain` reads them
    #[arg(long)]
    json: bool,
}

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Protocol {
    /// OAuth 1.0a
    Oauth1,
    /// OAuth 2
    Oauth2,
}

/// Plays the scenes, and shows each as it ends.
///
/// # Errors
///
/// [`CallFailed`] if this machine does not let the program listen and call itself.
pub(crate) fn run(opts: &Opts) -> Result<(), CallFailed> {
    let has = |protocol| opts.only.is_none_or(|only| only == protocol);
    wait_for(async {
        let stage = Stage::begin().await?;
        let mut play = Play::new(opts, &stage);
        play.begin()?;
        if has(Protocol::Oauth1) {
            play.show(&scene::oauth1(&stage).await?)?;
        }
        if has(Protocol::Oauth2) {
            let (scene, session) = scene::oauth2(&stage).await?;
            play.show(&scene)?;
            play.show(&scene::refresh(&stage, &session).await?)?;
        }
        if has(Protocol::Oauth1) {
            play.show(&scene::mistake(&stage).await?)?;
        }
        play.end()
    })
}

/// What is shown, and how.
struct Play<'a> {
    opts: &'a Opts,
    stage: &'a Stage,
    width: usize,
    exchanges: Vec<Value>,
    findings: Vec<Value>,
}

impl<'a> Play<'a> {
    fn new(opts: &'a Opts, stage: &'a Stage) -> Self {
        Self {
            opts,
            stage,
            // Narrower has no room for the lifelines, wider is hard to read.
            width: output::width().clamp(60, 120),
            exchanges: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn begin(&self) -> Result<(), CallFailed> {
        let text = format!(
            "A provider was started inside this program, at {}. It has a user, alice, and two \
             clients; you are alice. Everything below went over real sockets of this machine. Tokens \
             are shortened, secrets hidden, and percent-encoding is undone, so that you can read it.",
            self.stage.at("")
        );
        self.say(&page::wrapped(&text, self.width).join("\n"))
    }

    fn show(&mut self, scene: &Scene) -> Result<(), CallFailed> {
        let evidence = Evidence::of_exchanges(scene.exchanges.clone(), Known::default());
        let mut written = evidence.to_json();
        let masked = evidence.masked();
        let lessons: Vec<_> = masked.iter().map(lesson::of).collect();
        if self.opts.json {
            let written = written["exchanges"].as_array_mut();
            for (exchange, lesson) in written.into_iter().flatten().zip(&lessons) {
                exchange["scene"] = json!(scene.title);
                exchange["explanation"] = lesson.asked.to_json();
                if exchange.get("response").is_some() {
                    exchange["outcome"] = lesson.answered.to_json();
                }
                self.exchanges.push(exchange.take());
            }
            let findings = scene.findings.iter().map(Finding::to_json);
            self.findings.extend(findings);
            return Ok(());
        }
        let mut diagram = Diagram::new(self.width);
        for (exchange, lesson) in masked.iter().zip(&lessons) {
            if let Some(request) = &exchange.request {
                let message = message::request(request);
                let way = (lesson.from, lesson.to);
                add(&mut diagram, way, &lesson.asked, &message);
            }
            if let Some(response) = &exchange.response {
                let message = message::response(response, lesson.shown);
                let way = (lesson.to, lesson.from);
                add(&mut diagram, way, &lesson.answered, &message);
            }
        }
        let mut text = format!("\n{}\n", Tone::Heading.paint(scene.title));
        text.push_str(&page::wrapped(scene.plot, self.width).join("\n"));
        text.push_str("\n\n");
        text.push_str(&diagram.finish());
        for finding in scene.findings.iter().take(1) {
            text.push_str(&self.finding(finding));
        }
        self.say(text.trim_end())
    }

    fn finding(&self, finding: &Finding) -> String {
        let likelihood = finding.likelihood.as_str();
        let title = format!("The doctor is {likelihood}: {}", finding.title);
        let mut text = format!("\n{}\n", Tone::Heading.paint(&one_line(&title)));
        let fix = format!("→ {}", finding.fix);
        for paragraph in [finding.cause.as_str(), &fix, finding.reference] {
            for line in page::wrapped(paragraph, self.width - 2) {
                text.push_str(&format!("  {line}\n"));
            }
        }
        text
    }

    fn end(self) -> Result<(), CallFailed> {
        if self.opts.json {
            let text = json!({ "exchanges": self.exchanges, "findings": self.findings });
            return output::result(page::json(&text).as_bytes()).map_err(CallFailed::Output);
        }
        let next = [
            (
                "tripod serve --dev",
                "this provider, to play with; then, elsewhere:",
            ),
            (
                "tripod login local --issuer http://127.0.0.1:9090 --client-id dev-public",
                "",
            ),
            (
                "tripod request GET http://127.0.0.1:9090/api/me -p local",
                "",
            ),
            (
                "tripod providers",
                "those that are known by name, for real APIs",
            ),
            ("tripod explain FILE", "why a call of yours failed"),
        ];
        let mut text = format!("\n{}", Tone::Heading.paint("What to type next"));
        for (command, meaning) in next {
            text.push_str(&match meaning {
                "" => format!("\n  {command}"),
                _ => format!("\n  {command:<21} {}", Tone::Quiet.paint(meaning)),
            });
        }
        self.say(&text)
    }

    fn say(&self, text: &str) -> Result<(), CallFailed> {
        match self.opts.json {
            true => Ok(()),
            false => output::styled(text).map_err(CallFailed::Output),
        }
    }
}

fn add(diagram: &mut Diagram, way: (Lane, Lane), words: &Words, message: &Message) {
    diagram.arrow(way, message.tone, &message.title);
    // A section stays on the line of its RFC.
    let reference = words.reference.replace(" §", "\u{a0}§");
    let reference = reference.replace("RFC ", "RFC\u{a0}");
    diagram.say(Tone::Plain, &format!("{} {reference}", words.text));
    for part in &message.parts {
        diagram.say(Tone::Quiet, part);
    }
    diagram.gap();
}

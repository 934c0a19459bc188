//! `tripod jwt decode`: what a token says. Nothing of it is verified.

use clap::Args;
use serde_json::{Map, Value, json};
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::claims::Claims;

use super::JwtFailed;
use super::anatomy::Anatomy;
use super::kind::Kind;
use super::problem::{self, Problem};
use super::time::{self, CLAIMS, Moment};
use super::token_source::TokenSource;
use crate::edge::Edge;
use crate::output;
use crate::page::{self, Page, Tone};

/// Show what a token says and what is wrong with it, without verifying it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod jwt decode --file token.jwt
  tripod jwt decode 'Bearer eyJhbGciOi…' --json
The signature is not checked: `tripod jwt verify` does that.")]
pub(super) struct Opts {
    #[command(flatten)]
    token: TokenSource,

    /// Judge the times as of then, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    now: Option<i64>,

    /// Print all of it as JSON
    #[arg(long)]
    json: bool,
}

/// Shows the token.
pub(super) fn run(opts: &Opts, edge: &Edge) -> Result<(), JwtFailed> {
    let token = opts.token.read()?;
    let now = opts.now.map_or_else(|| edge.now(), Timestamp::from_unix);
    let mut anatomy = Anatomy::of(token.expose());
    let kind = Kind::of(anatomy.header.as_ref(), anatomy.claims.as_ref());
    let judged = problem::judge(&anatomy, kind, now);
    anatomy.problems.extend(judged);
    if anatomy.header.is_none() && anatomy.claims.is_none() {
        let texts = anatomy.problems.into_iter().map(|problem| problem.text);
        return Err(JwtFailed::NotJwt(texts.collect::<Vec<_>>().join("; ")));
    }
    let report = Report { anatomy, kind, now };
    let written = if opts.json {
        output::result(page::json(&report.json()).as_bytes())
    } else {
        output::styled(report.page().finish())
    };
    written.map_err(JwtFailed::Output)
}

struct Report {
    anatomy: Anatomy,
    kind: Kind,
    now: Timestamp,
}

impl Report {
    fn json(&self) -> Value {
        let claims = self.anatomy.claims.clone().map(Map::from);
        let times = self
            .anatomy
            .claims
            .as_ref()
            .map(|claims| times(claims, self.now));
        let problems: Vec<_> = self
            .anatomy
            .problems
            .iter()
            .map(|Problem { code, text }| json!({"code": code, "text": text}))
            .collect();
        json!({
            "verified": false,
            "kind": self.kind.code(),
            "header": self.anatomy.header,
            "claims": claims,
            "times": times.unwrap_or_default(),
            "problems": problems,
        })
    }

    fn page(&self) -> Page {
        let mut page = Page::default();
        page.line(
            Tone::Warning,
            "NOT VERIFIED: the signature was not checked; anybody may have written this.",
        );
        if let Some(header) = &self.anatomy.header {
            page.heading("Header");
            page.json(header);
        }
        if let Some(claims) = &self.anatomy.claims {
            page.heading("Claims");
            page.json(&claims.clone().into());
        }
        page.heading("In words");
        page.rows(&self.words());
        page.heading("Problems");
        let problems = self.anatomy.problems.iter();
        let problems: Vec<_> = problems
            .map(|problem| (Tone::Bad, problem.code, problem.text.clone()))
            .collect();
        match problems.as_slice() {
            [] => page.line(Tone::Plain, "  none to be seen without the key"),
            problems => page.rows(problems),
        }
        page
    }

    fn what(&self) -> &'static str {
        let header = self.anatomy.header.as_ref();
        match (&self.anatomy.claims, self.kind) {
            (None, _) if header.is_some_and(|header| header.contains_key("enc")) => {
                "encrypted data, perhaps a JWT (RFC 7516)"
            }
            (None, Kind::Other) => "signed data, but no JWT (RFC 7515)",
            (_, kind) => kind.text(),
        }
    }

    fn words(&self) -> Vec<(Tone, &'static str, String)> {
        let mut rows = vec![(Tone::Quiet, "what", self.what().to_owned())];
        let header = self.anatomy.header.as_ref();
        for (label, name) in [("type", "typ"), ("algorithm", "alg"), ("key id", "kid")] {
            let value = header.and_then(|header| header.get(name));
            rows.extend(value.map(|value| (Tone::Quiet, label, said(value))));
        }
        if let Some(signature) = &self.anatomy.signature {
            let text = format!("{} octets, neither checked nor shown", signature.len());
            rows.push((Tone::Quiet, "signature", text));
        }
        let Some(claims) = &self.anatomy.claims else {
            return rows;
        };
        for (label, name) in [("issuer", "iss"), ("subject", "sub"), ("audience", "aud")] {
            let value = claims.value(name);
            rows.extend(value.map(|value| (Tone::Quiet, label, said(value))));
        }
        let moments = CLAIMS
            .into_iter()
            .filter_map(|claim| Moment::of(claims, claim));
        rows.extend(moments.map(|moment| {
            let text = format!("{}, {}", time::utc(moment.at), moment.relative(self.now));
            (Tone::Quiet, moment.claim, text)
        }));
        rows
    }
}

/// Describes the times of a token for machines.
fn times(claims: &Claims, now: Timestamp) -> Map<String, Value> {
    let moments = CLAIMS
        .into_iter()
        .filter_map(|claim| Moment::of(claims, claim));
    let times = moments.map(|moment| {
        let time = json!({
            "seconds": moment.at.as_unix(),
            "utc": time::rfc3339(moment.at),
            "words": moment.relative(now),
        });
        (moment.claim.to_owned(), time)
    });
    times.collect()
}

/// Writes a value as one says it: a text without quotes, a list with commas.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

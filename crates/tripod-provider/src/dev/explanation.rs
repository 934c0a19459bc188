//! Why something was refused: the doctor's word, with what the provider knows.

use std::time::Duration;

use axum::body::Bytes;
use http::Request;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Exchange, Place};
use tripod_doctor::finding::{Finding, Likelihood};
use tripod_doctor::known::Known;

use super::EXCHANGES;
use super::known::{self, About};
use crate::provider::Provider;

/// What the doctor found about an exchange.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    /// What the provider knows of it, and the doctor cannot.
    pub(crate) remark: Option<String>,
    /// The likeliest first.
    pub(crate) findings: Vec<Finding>,
    /// The page about the exchange.
    pub(crate) address: String,
}

/// So many findings are worth reading.
const MOST: usize = 3;

/// A search takes milliseconds. Whoever develops may wait for so long, and for no longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the doctor is asked about.
pub(super) struct Question {
    pub(super) number: u64,
    pub(super) exchange: Exchange,
    /// What went well before in the same flow.
    pub(super) context: Vec<(u64, Exchange)>,
}

impl Question {
    /// Asks the doctor.
    pub(super) async fn ask(self, provider: &Provider, request: &Request<Bytes>) -> Explained {
        let about = known::about(provider, request).await;
        let About { known, remark } = about.unwrap_or_else(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "what would explain a refusal cannot be loaded");
            About::default()
        });
        let (number, now) = (self.number, provider.now());
        // Hundreds of signatures are computed: not where others wait for their turn.
        let search = spawn_blocking(move || self.search(known, now));
        let findings = match timeout(PATIENCE, search).await {
            Ok(Ok(findings)) => findings,
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(number, "no explanation was found in time");
                Vec::new()
            }
        };
        let address = provider.config().address(EXCHANGES);
        Explained {
            remark,
            findings,
            address: format!("{address}/{number}"),
        }
    }

    fn search(self, known: Known, now: Timestamp) -> Vec<Finding> {
        let here = format!("exchange {}", self.number);
        let context = self.context.into_iter();
        let mut exchanges: Vec<_> = context.map(|(number, it)| placed(it, number)).collect();
        let before = Evidence::of_exchanges(exchanges.clone(), known.clone());
        exchanges.push(placed(self.exchange, self.number));
        let found = diagnose(&Evidence::of_exchanges(exchanges, known), now);
        about(found, &diagnose(&before, now), &here)
    }
}

fn placed(mut exchange: Exchange, number: u64) -> Exchange {
    let place = Place::new(format!("exchange {number}"));
    if let Some(request) = &mut exchange.request {
        request.place = place.within("request");
    }
    if let Some(response) = &mut exchange.response {
        response.place = place.within("answer");
    }
    exchange
}

/// Keeps what is about the exchange that was refused: what was so before did no harm.
fn about(found: Vec<Finding>, before: &[Finding], here: &str) -> Vec<Finding> {
    let is_here = |place: &str| {
        let rest = place.strip_prefix(here);
        rest.is_some_and(|rest| !rest.starts_with(|it: char| it.is_ascii_digit()))
    };
    let is_about = |finding: &Finding| {
        let is_new = before.iter().all(|known| known.code != finding.code);
        is_new || finding.evidence.iter().any(|quote| is_here(&quote.place))
    };
    let mut kept: Vec<_> = found.into_iter().filter(is_about).collect();
    kept.retain(|finding| {
        finding.likelihood != Likelihood::RuledOut && !finding.code.starts_with("doctor/")
    });
    // An error code in other words is worth saying only if nothing better is known.
    if kept.iter().any(Finding::names_a_cause) {
        kept.retain(Finding::names_a_cause);
    }
    kept.truncate(MOST);
    kept
}

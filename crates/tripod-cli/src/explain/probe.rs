//! `--probe`: asking servers, each named before it is asked.

use tripod::edge::Edge;
use tripod::http::{Http, Options};
use tripod::probe;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::probe::plan;

use crate::account::wait_for;
use crate::failure::CallFailed;
use crate::output;
use crate::page;

/// Asks what the evidence gives reason to, and adds the answers to it.
pub(super) fn ask(evidence: &mut Evidence) -> Result<(), CallFailed> {
    let probes = plan(evidence);
    if probes.is_empty() {
        output::note("Nothing to ask: the evidence names no server.");
        return Ok(());
    }
    let http = Http::new(&Options::default())?;
    wait_for(async {
        for probe in &probes {
            let tell = |uri: &str| output::note(&format!("Asking {} …", page::one_line(uri)));
            let answer = probe::ask(&http, &Edge::system(), probe, tell).await;
            evidence.exchanges.extend(answer.exchanges);
            evidence.observations.extend(answer.observations);
        }
        Ok(())
    })
}

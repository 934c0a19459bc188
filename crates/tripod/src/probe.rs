//! Asking servers what the doctor would like to know.
//!
//! Nothing is used up, no secret is sent, no redirect is followed, and no more than a megabyte is
//! read. The hosts are those of the evidence: whoever made it chose them, so each request is told
//! before it is sent.

use serde_json::Value;
use tripod_doctor::evidence::{Exchange, Observation};
use tripod_doctor::probe::Probe;
use tripod_oauth2::metadata::Issuer;

use crate::checkup::clock;
use crate::edge::Edge;
use crate::error::Stage;
use crate::http::Http;

/// What came of a probe.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Answer {
    /// What was asked and answered.
    pub exchanges: Vec<Exchange>,
    /// What was seen besides.
    pub observations: Vec<Observation>,
}

/// Asks, and tells of each address before it is asked.
pub async fn ask(http: &Http, edge: &Edge, probe: &Probe, mut tell: impl FnMut(&str)) -> Answer {
    let mut answer = Answer::default();
    match probe {
        Probe::Host { uri, is_answered } => {
            let Ok(place) = reqwest::Url::parse(uri) else {
                return answer;
            };
            tell(uri);
            match clock::ask(http, edge, &place).await {
                Ok(heard) => answer
                    .observations
                    .extend(heard.map(|heard| heard.observe())),
                // From where it was captured, it could be reached.
                Err(_) if *is_answered => {}
                Err(seen) => answer.observations.push(seen),
            }
        }
        Probe::Issuer { issuer } => {
            if let Ok(issuer) = Issuer::parse(issuer) {
                answer.exchanges = published(http, &issuer, &mut tell).await;
            }
        }
        _ => {}
    }
    answer
}

/// Gets the metadata of an issuer and its keys, as far as there are any.
async fn published(http: &Http, issuer: &Issuer, tell: &mut impl FnMut(&str)) -> Vec<Exchange> {
    for uri in issuer.candidate_uris() {
        let Some((metadata, exchange)) = get(http, &uri, tell).await else {
            continue;
        };
        let mut exchanges = vec![exchange];
        if let Some(uri) = metadata.get("jwks_uri").and_then(Value::as_str) {
            exchanges.extend(get(http, uri, tell).await.map(|(_, exchange)| exchange));
        }
        return exchanges;
    }
    Vec::new()
}

async fn get(http: &Http, uri: &str, tell: &mut impl FnMut(&str)) -> Option<(Value, Exchange)> {
    tell(uri);
    let received = http.get(Stage::Discovery, uri).await.ok()?;
    let document = serde_json::from_slice(&received.body).ok()?;
    let is_there = received.status == http::StatusCode::OK;
    is_there.then(|| (document, received.exchange()))
}

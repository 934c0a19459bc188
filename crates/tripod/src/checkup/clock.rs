//! Reaching a server, and hearing from it what time it is.

use std::time::{Duration, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{AGE, DATE};
use reqwest::Url;
use tripod_core::clock::Clock as _;
use tripod_doctor::evidence::Observation;

use super::round::{Made, Stop};
use crate::edge::Edge;
use crate::error::obstacle;
use crate::http::Http;

/// What a server said of the time.
pub(crate) struct Heard {
    host: String,
    /// How far this machine's clock is ahead of the server's, in seconds.
    ahead: i64,
}

impl Heard {
    /// Returns how far the clocks differ.
    pub(crate) fn observe(&self) -> Observation {
        Observation::Clock {
            host: self.host.clone(),
            ahead: self.ahead,
        }
    }
}

/// Who does not answer a plain question by then would keep a login waiting, too.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks a server for its front page: any answer will do, and none is read.
pub(crate) async fn ask(
    http: &Http,
    edge: &Edge,
    place: &Url,
) -> Result<Option<Heard>, Observation> {
    let host = obstacle::host(place);
    let mut front = place.clone();
    front.set_path("/");
    front.set_query(None);
    let before = edge.now().as_unix();
    let client = http.client(&front);
    let sent = client.get(front).timeout(PATIENCE).send().await;
    let answer = sent.map_err(|error| obstacle::observe(&host, &error))?;
    let after = edge.now().as_unix();
    let here = before.saturating_add(after.saturating_sub(before) / 2);
    let heard = said(answer.headers()).map(|there| Heard {
        host,
        ahead: here.saturating_sub(there),
    });
    Ok(heard)
}

/// Reads the time off an answer; a cache says for how long it has kept it.
fn said(headers: &HeaderMap) -> Option<i64> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    let date = date.duration_since(UNIX_EPOCH).ok()?.as_secs();
    // RFC 9111 §5.1: how many seconds ago the origin server made the answer.
    let age = headers.get(AGE).and_then(|age| age.to_str().ok());
    let age: u64 = age.and_then(|age| age.parse().ok()).unwrap_or_default();
    i64::try_from(date.saturating_add(age)).ok()
}

/// Compares this machine's clock with those of the servers.
pub(super) fn compare(heard: &[Heard]) -> Made<()> {
    /// `Date` has whole seconds, and the way takes time, too.
    const UNNOTICED: u64 = 2;
    /// Assertions, proofs and ID tokens are judged as strictly as this.
    const FORGIVEN: u64 = 60;
    let farthest = heard.iter().max_by_key(|heard| heard.ahead.unsigned_abs());
    let Some(farthest) = farthest else {
        return Err(Stop::skipped("no server said what time it is"));
    };
    let Heard { host, ahead } = farthest;
    let off = ahead.unsigned_abs();
    if off > FORGIVEN {
        return Err(Stop::observed(farthest.observe()));
    }
    let what = match (off <= UNNOTICED, *ahead > 0) {
        (true, _) => format!("in step with {host}"),
        (false, true) => format!("{off} s ahead of {host}"),
        (false, false) => format!("{off} s behind {host}"),
    };
    Ok((what, ()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_counts_the_seconds_that_it_kept_an_answer() {
        let mut headers = HeaderMap::new();
        assert_eq!(said(&headers), None);
        headers.insert(DATE, "Tue, 14 Nov 2023 22:13:20 GMT".parse().unwrap());
        assert_eq!(said(&headers), Some(1_700_000_000));
        headers.insert(AGE, "600".parse().unwrap());
        assert_eq!(said(&headers), Some(1_700_000_600));
        headers.insert(DATE, "yesterday".parse().unwrap());
        assert_eq!(said(&headers), None);
    }
}

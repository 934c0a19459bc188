//! What an error is to the doctor.

use reqwest::Url;
use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Exchange, Header, Observation, Response};
use tripod_doctor::finding::Finding;

use super::{Error, Failure, obstacle};
use crate::edge::Edge;
use tripod_oauth2::answer::Excerpt;

impl Error {
    /// Says why it failed, the likeliest cause first, each with what to do about it.
    ///
    /// It goes by what was sent and answered, and by what the client knows besides: its secrets, so
    /// that a signature can be recomputed; the redirect URI, the state and the verifier of the
    /// login. None of them stands in a finding. Nothing is sent anywhere.
    ///
    /// ```
    /// # fn example(error: &tripod::error::Error) {
    /// if let Some(finding) = error.diagnose().first() {
    ///     eprintln!("{}: {}\n{}", finding.likelihood, finding.cause, finding.fix);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn diagnose(&self) -> Vec<Finding> {
        let evidence = self.evidence();
        if evidence.is_empty() {
            return Vec::new();
        }
        diagnose(&evidence, Edge::system().now())
    }

    /// Gathers what there is to go by, for the doctor.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let known = self.known().cloned().unwrap_or_default();
        let mut exchanges = self.exchanges().to_vec();
        if exchanges.is_empty() {
            exchanges.extend(self.excerpt().map(answered));
        }
        Evidence::of_exchanges(exchanges, known).observing(self.observation())
    }

    fn observation(&self) -> Option<Observation> {
        let misconfigured = |problem: String| Observation::Misconfigured {
            setting: self.stage().to_string(),
            problem,
        };
        match self.failure() {
            Failure::Transport { source } => Some(obstacle::observe(&self.host(), source)),
            Failure::LoginNeeded { .. } => Some(Observation::NoToken),
            Failure::Cleartext { .. }
            | Failure::InvalidUri
            | Failure::Key(_)
            | Failure::Placement(_)
            | Failure::Provider(_)
            | Failure::Sign(_)
            | Failure::Unsupported { .. }
            | Failure::Variable(_) => Some(misconfigured(self.failure().to_string())),
            _ => None,
        }
    }

    /// Where the last request went.
    fn host(&self) -> String {
        let last = self.exchanges().last();
        let request = last.and_then(|exchange| exchange.request.as_ref());
        let uri = request.and_then(|request| request.uri.as_ref());
        let uri = uri.and_then(|uri| Url::parse(uri.expose()).ok());
        uri.map_or_else(|| "the server".to_owned(), |uri| obstacle::host(&uri))
    }
}

/// An answer of which only the beginning was kept.
fn answered(excerpt: &Excerpt) -> Exchange {
    let mut response = Response::new(excerpt.status.as_u16());
    let headers = excerpt.headers.iter();
    let headers = headers.map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        Header::new(name.as_str(), Secret::new(value))
    });
    response.headers = headers.collect();
    response.body = Some(excerpt.body.clone());
    Exchange::new(None, Some(response))
}

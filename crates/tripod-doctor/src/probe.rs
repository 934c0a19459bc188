//! What could be asked of servers so that more is known; asking is for somebody else.

use tripod_core::timestamp::Timestamp;

use crate::case::jwt::Origin;
use crate::case::uri::Uri;
use crate::case::{Case, Role};
use crate::evidence::{Evidence, Response};

/// A question that uses nothing up, needs no secret and changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Probe {
    /// Whether a server can be reached, and what time it is there.
    Host {
        /// Its front page.
        uri: String,
        /// Whether the evidence has an answer of it: then whoever captured that has reached it.
        is_answered: bool,
    },
    /// What an issuer publishes, its keys included.
    Issuer {
        /// The issuer, as it is written.
        issuer: String,
    },
}

/// More servers than this are not asked: a HAR file names dozens.
const MOST: usize = 6;

/// Says what to ask, by what the evidence names.
///
/// Whoever made the evidence chose the hosts: say which are asked, and ask for nothing else there.
#[must_use]
pub fn plan(evidence: &Evidence) -> Vec<Probe> {
    let case = Case::new(evidence, Timestamp::from_unix(0));
    let mut probes = Vec::new();
    for call in &case.calls {
        let origin = call.uri.origin();
        // Where the browser comes back is the client's own place.
        if !is_askable(&call.uri) || call.role == Role::Callback {
            continue;
        }
        let uri = format!("{origin}/");
        let answered = call
            .response
            .is_some_and(|answer: &Response| answer.status.is_some());
        let known = probes.iter_mut().find_map(|probe| match probe {
            Probe::Host {
                uri: known,
                is_answered,
            } if *known == uri => Some(is_answered),
            _ => None,
        });
        match known {
            Some(is_answered) => *is_answered |= answered,
            None => probes.push(Probe::Host {
                uri,
                is_answered: answered,
            }),
        }
    }
    probes.truncate(MOST);
    probes.extend(issuer(&case).map(|issuer| Probe::Issuer { issuer }));
    probes
}

/// The keys of one issuer say nothing of another's tokens, so there may be only one.
fn issuer(case: &Case<'_>) -> Option<String> {
    if let Some(issuer) = &case.known.issuer {
        return Some(issuer.clone());
    }
    let of_issuer = |origin| {
        matches!(
            origin,
            Origin::AccessToken | Origin::Alone | Origin::IdToken
        )
    };
    let tokens = case.tokens.iter().filter(|token| of_issuer(token.origin));
    let mut issuers: Vec<_> = tokens.filter_map(|token| token.text("iss")).collect();
    issuers.sort_unstable();
    issuers.dedup();
    match issuers.as_slice() {
        [issuer] if is_askable(&Uri::parse(issuer)) => Some((*issuer).to_owned()),
        _ => None,
    }
}

fn is_askable(uri: &Uri) -> bool {
    let is_http =
        uri.scheme.eq_ignore_ascii_case("http") || uri.scheme.eq_ignore_ascii_case("https");
    is_http && !uri.host.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Known;

    fn planned(input: &str) -> Vec<Probe> {
        plan(&Evidence::read(input.as_bytes(), Known::default()))
    }

    #[test]
    fn each_server_is_asked_once_and_nothing_of_the_request_is_repeated() {
        let capture = "> GET https://api.example:8443/me?access_token=sentinel HTTP/1.1\n> Host: api.example:8443\n>\n\
                       < HTTP/1.1 401 Unauthorized\n<\n";
        let log = format!("{capture}{capture}");
        let probes = planned(&log);
        assert!(!format!("{probes:?}").contains("sentinel"));
        let hosts = probes
            .iter()
            .filter(|probe| matches!(probe, Probe::Host { .. }));
        assert_eq!(hosts.count(), 1, "{probes:?}");
    }

    #[test]
    fn the_issuer_of_a_token_is_asked_if_there_is_only_one() {
        // {"alg":"none"}, {"iss":"https://one.example"} and {"iss":"https://two.example"}
        let one = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL29uZS5leGFtcGxlIn0.";
        let two = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL3R3by5leGFtcGxlIn0.";
        let issuer = "https://one.example".to_owned();
        assert_eq!(planned(one), [Probe::Issuer { issuer }]);
        let both = format!(
            "GET /a HTTP/1.1\nAuthorization: Bearer {one}\n\nGET /b HTTP/1.1\nAuthorization: Bearer {two}\n\n"
        );
        let is_issuer = |probe: &Probe| matches!(probe, Probe::Issuer { .. });
        assert!(!planned(&both).iter().any(is_issuer));
    }

    #[test]
    fn what_is_no_server_is_not_asked() {
        // {"alg":"none"}, {"iss":"file:///etc/passwd"}
        assert_eq!(
            planned("eyJhbGciOiJub25lIn0.eyJpc3MiOiJmaWxlOi8vL2V0Yy9wYXNzd2QifQ."),
            []
        );
        assert_eq!(planned("it does not work"), []);
        assert_eq!(planned("com.example.app:/cb?code=1"), []);
    }
}

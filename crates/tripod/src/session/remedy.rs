//! What an answer says is wrong with a request, and whether that can be mended.

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};
use tripod_core::parameters::Parameters;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::problem::{Problem, ProblemCode};
use tripod_oauth2::challenge::{Challenge, Scheme};
use tripod_oauth2::error::ErrorCode;

/// What can be done so that the same request succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Go by the provider's clock, which says this.
    Clock(Timestamp),
    /// Prove again, with the nonce that came along.
    Nonce,
    /// Renew the token.
    Renew,
    /// Wait.
    Wait(Duration),
}

/// Decides on the answer to a request that carried an access token.
pub(crate) fn for_token(status: StatusCode, headers: &HeaderMap) -> Option<Remedy> {
    if status != StatusCode::UNAUTHORIZED {
        return None;
    }
    // A challenge that cannot be read is no reason to keep a token that was refused.
    let challenges = Challenge::read(headers).unwrap_or_default();
    // Somebody else's challenge, such as that of a proxy for Basic, asks for no other token.
    let is_ours = |challenge: &Challenge| challenge.scheme != Scheme::Basic;
    if !challenges.is_empty() && !challenges.iter().any(is_ours) {
        return None;
    }
    let says = |code: &ErrorCode| {
        let mut errors = challenges
            .iter()
            .filter_map(|challenge| challenge.error.as_ref());
        errors.any(|error| error == code)
    };
    if says(&ErrorCode::UseDpopNonce) {
        return Some(Remedy::Nonce);
    }
    if says(&ErrorCode::InsufficientScope) || says(&ErrorCode::InvalidDpopProof) {
        return None;
    }
    Some(Remedy::Renew)
}

/// Decides on the answer to a request that was signed.
pub(crate) fn for_signature(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
    tolerance: u64,
) -> Option<Remedy> {
    if !(status == StatusCode::UNAUTHORIZED || status == StatusCode::BAD_REQUEST) {
        return None;
    }
    let problem = problem(headers, body);
    match problem.as_ref().map(|problem| &problem.code) {
        Some(ProblemCode::TokenExpired) => return Some(Remedy::Renew),
        None | Some(ProblemCode::TimestampRefused) => {}
        Some(_) => return None,
    }
    let acceptable = problem.and_then(|problem| problem.acceptable_timestamps);
    let there = match acceptable {
        Some((first, last)) => middle(first, last),
        None => date(headers)?,
    };
    let is_off = there.as_unix().abs_diff(now.as_unix()) > tolerance;
    is_off.then_some(Remedy::Clock(there))
}

/// Decides on an answer that asks for patience, where the request may be repeated ([RFC 9110 §9.2.2]).
///
/// [RFC 9110 §9.2.2]: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
pub(crate) fn for_patience(
    method: &Method,
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
    longest: Duration,
) -> Option<Remedy> {
    let is_asked = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    if !is_asked || !method.is_idempotent() {
        return None;
    }
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => http_date(text)?.since(now),
    };
    (wait <= longest).then_some(Remedy::Wait(wait))
}

/// Finds a problem in the challenge or, as most providers have it, in the body.
pub(crate) fn problem(headers: &HeaderMap, body: &[u8]) -> Option<Problem> {
    let challenges = headers.get_all(http::header::WWW_AUTHENTICATE).iter();
    let mut told = challenges.filter_map(|value| Problem::parse_header(value.as_bytes()));
    told.next().or_else(|| {
        let parameters = Parameters::parse(body).ok()?;
        Problem::parse(&parameters)
    })
}

fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

fn http_date(text: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(text).ok()?;
    let since_epoch = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since_epoch.as_secs())
        .ok()
        .map(Timestamp::from_unix)
}

const fn middle(first: Timestamp, last: Timestamp) -> Timestamp {
    let (first, last) = (first.as_unix(), last.as_unix());
    Timestamp::from_unix(first.saturating_add(last.saturating_sub(first) / 2))
}

#[cfg(test)]
mod tests {
    use http::header::WWW_AUTHENTICATE;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

    fn headers<const N: usize>(fields: [(&'static str, &'static str); N]) -> HeaderMap {
        let fields = fields.into_iter();
        fields
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn challenge(value: &'static str) -> HeaderMap {
        headers([(WWW_AUTHENTICATE.as_str(), value)])
    }

    #[test]
    fn a_refused_token_is_renewed() {
        let unauthorized = StatusCode::UNAUTHORIZED;
        let of = |value| for_token(unauthorized, &challenge(value));
        assert_eq!(of(r#"Bearer error="invalid_token""#), Some(Remedy::Renew));
        assert_eq!(of("Bearer"), Some(Remedy::Renew));
        assert_eq!(
            for_token(unauthorized, &HeaderMap::new()),
            Some(Remedy::Renew)
        );
    }

    #[test]
    fn what_a_new_token_would_not_mend_is_left_alone() {
        let unauthorized = StatusCode::UNAUTHORIZED;
        let of = |value| for_token(unauthorized, &challenge(value));
        assert_eq!(of(r#"Bearer error="insufficient_scope""#), None);
        assert_eq!(of(r#"DPoP error="invalid_dpop_proof""#), None);
        assert_eq!(of(r#"Basic realm="a proxy""#), None);
        let refused = challenge(r#"Bearer error="invalid_token""#);
        for status in [200, 400, 403, 404, 500] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(for_token(status, &refused), None);
        }
    }

    #[test]
    fn a_nonce_is_what_the_challenge_asks_for() {
        let wanted = challenge(r#"DPoP error="use_dpop_nonce", error_description="nonce""#);
        let remedy = for_token(StatusCode::UNAUTHORIZED, &wanted);
        assert_eq!(remedy, Some(Remedy::Nonce));
    }

    fn signed(headers: &HeaderMap, body: &str) -> Option<Remedy> {
        for_signature(StatusCode::UNAUTHORIZED, headers, body.as_bytes(), NOW, 30)
    }

    #[test]
    fn the_acceptable_timestamps_tell_the_time() {
        let body =
            "oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1700003300-1700003900";
        let there = Timestamp::from_unix(1_700_003_600);
        assert_eq!(signed(&HeaderMap::new(), body), Some(Remedy::Clock(there)));
    }

    #[test]
    fn the_date_of_the_answer_tells_the_time() {
        // 1700000000 is Tue, 14 Nov 2023 22:13:20 GMT.
        let hour_off = headers([("date", "Tue, 14 Nov 2023 23:13:20 GMT")]);
        let there = Timestamp::from_unix(1_700_003_600);
        assert_eq!(signed(&hour_off, ""), Some(Remedy::Clock(there)));
        let in_time = headers([("date", "Tue, 14 Nov 2023 22:13:40 GMT")]);
        assert_eq!(signed(&in_time, ""), None);
        assert_eq!(signed(&HeaderMap::new(), ""), None);
    }

    #[test]
    fn another_problem_is_not_the_clock() {
        let hour_off = headers([("date", "Tue, 14 Nov 2023 23:13:20 GMT")]);
        assert_eq!(signed(&hour_off, "oauth_problem=signature_invalid"), None);
        assert_eq!(signed(&hour_off, "oauth_problem=token_rejected"), None);
    }

    #[test]
    fn token_credentials_that_expired_are_renewed() {
        let body = "oauth_problem=token_expired";
        assert_eq!(signed(&HeaderMap::new(), body), Some(Remedy::Renew));
        let told = challenge(r#"OAuth realm="a", oauth_problem="token_expired""#);
        assert_eq!(signed(&told, ""), Some(Remedy::Renew));
    }

    #[test]
    fn patience_is_for_what_may_be_repeated() {
        let asked = headers([("retry-after", "7")]);
        let busy = StatusCode::SERVICE_UNAVAILABLE;
        let longest = Duration::from_secs(60);
        let of = |method: Method, status, headers: &HeaderMap| {
            for_patience(&method, status, headers, NOW, longest)
        };
        let wait = Some(Remedy::Wait(Duration::from_secs(7)));
        assert_eq!(of(Method::GET, busy, &asked), wait);
        assert_eq!(of(Method::PUT, StatusCode::TOO_MANY_REQUESTS, &asked), wait);
        assert_eq!(of(Method::POST, busy, &asked), None);
        assert_eq!(of(Method::GET, StatusCode::BAD_GATEWAY, &asked), None);
        assert_eq!(of(Method::GET, busy, &HeaderMap::new()), None);
        assert_eq!(
            of(Method::GET, busy, &headers([("retry-after", "61")])),
            None
        );
        assert_eq!(
            of(Method::GET, busy, &headers([("retry-after", "soon")])),
            None
        );
        let until = headers([("retry-after", "Tue, 14 Nov 2023 22:13:27 GMT")]);
        assert_eq!(of(Method::GET, busy, &until), wait);
    }
}

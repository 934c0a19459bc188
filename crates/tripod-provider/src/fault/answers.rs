//! Reading what an answer gives, and writing it otherwise.

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::verifier::Verifier;

use crate::config::Config;

/// Reads an answer whole; those of the provider are in memory.
pub(super) async fn whole(answer: Response<Body>) -> Response<Bytes> {
    let (parts, body) = answer.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes);
    Response::from_parts(parts, body.unwrap_or_default())
}

/// Returns the first of these that an answer gives, in JSON or in a form.
pub(super) fn given(answer: &Response<Bytes>, names: &[&str]) -> Option<Secret> {
    if !answer.status().is_success() {
        return None;
    }
    if let Some(members) = json(answer) {
        let mut values = names.iter().filter_map(|name| members.get(*name)?.as_str());
        return values.next().map(Secret::from);
    }
    let form = Parameters::parse(answer.body()).ok()?;
    let mut values = names.iter().filter_map(|name| form.single(name).ok()?);
    values.next().map(Secret::from)
}

/// Reads the JSON object that an answer is.
pub(super) fn json(answer: &Response<Bytes>) -> Option<Map<String, Value>> {
    serde_json::from_slice(answer.body()).ok()
}

/// Gives an answer another body.
pub(super) fn rewrite(answer: &mut Response<Bytes>, media_type: &'static str, body: String) {
    let headers = answer.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    *answer.body_mut() = body.into();
}

/// Tells the base string that a signature was verified against, as `debug_sbs`.
pub(super) fn tell_base_string(
    config: &Config,
    request: &Request<Bytes>,
    answer: &mut Response<Bytes>,
) -> bool {
    const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";
    let problem = Parameters::parse(answer.body()).ok();
    let is_invalid =
        |problem: &Parameters| problem.single("oauth_problem") == Ok(Some("signature_invalid"));
    let Some(problem) = problem.filter(is_invalid) else {
        return false;
    };
    let Ok(signed) = SignedRequest::parse(request) else {
        return false;
    };
    let base_string = Verifier::new(config.origin.clone()).base_string(&signed);
    let told = problem.with("debug_sbs", base_string.to_string());
    rewrite(answer, MEDIA_TYPE, told.to_form());
    true
}

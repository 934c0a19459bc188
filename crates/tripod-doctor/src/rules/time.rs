//! The clocks of a case.

use crate::case::{Call, Case};
use crate::evidence::Response;

/// Returns the server's own time of an answer.
pub(super) fn of(response: &Response) -> Option<i64> {
    let date = httpdate::parse_http_date(response.header("date")?.trim()).ok()?;
    let since = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// Returns the server's time of a call.
pub(super) fn of_call(call: &Call<'_>) -> Option<i64> {
    call.response.and_then(of)
}

/// Returns the server's time of the call at an index.
pub(super) fn of_index(case: &Case<'_>, index: Option<usize>) -> Option<i64> {
    let index = index?;
    case.calls
        .iter()
        .find(|call| call.index == index)
        .and_then(of_call)
}

//! Reading what servers really answer, each deviation by name.

use serde_json::Value;
use tripod_core::parameters::Parameters;

use super::{LifetimeUnit, Quirks, TokenResponse};
use crate::answer::{Answer, Deviation, Excerpt};
use crate::error::{Error, ErrorCode, ErrorResponse, Fault, Malformed, Refusal};
use crate::json::{MAX_OCTETS, Members};
use crate::scope::{Scope, Separator};

const RULE: &str = "RFC 6749 §5.1";

/// What stands for a code that was not told.
const UNKNOWN: &str = "unknown";

/// Where servers put the text that goes with an error, the RFC's own name first.
const DESCRIPTIONS: [&str; 4] = ["error_description", "error_message", "message", "errmsg"];

/// A token response and how the answer that carried it differs from the RFC.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// What was answered.
    pub response: TokenResponse,
    /// What had to be overlooked to understand it.
    pub deviations: Vec<Deviation>,
}

/// Reads the answer of a token endpoint as servers really write it.
///
/// The server's own error comes first: neither a status of success nor a missing token hides it.
///
/// ```
/// use http::{HeaderMap, StatusCode};
/// use tripod_oauth2::{answer::Answer, token};
///
/// let headers = HeaderMap::new();
/// let body = b"error=bad_verification_code&error_description=The+code+is+incorrect.";
/// let answer = Answer::new(StatusCode::OK, &headers, body);
/// let error = token::read(&answer, &token::Quirks::default()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the server refused: bad_verification_code (The code is incorrect.)"
/// );
/// ```
///
/// # Errors
///
/// [`Error::Refused`] with what the server said, or [`Error::Malformed`] where it said nothing that
/// can be understood; either with an [`Excerpt`] of the answer.
pub fn read(answer: &Answer<'_>, quirks: &Quirks) -> Result<Reading, Error> {
    let mut deviations = Vec::new();
    let malformed = |fault| Error::Malformed {
        fault,
        answer: Some(Box::new(Excerpt::new(answer))),
    };
    let members = decode(answer, &mut deviations).map_err(malformed)?;
    let mut members = rename(members, quirks, &mut deviations);
    if let Some(error) = take_error(&mut members, &mut deviations) {
        return Err(refused(answer, error, deviations));
    }
    let mut members = unnest(members, quirks, &mut deviations);
    let has_no_token = !answer.status.is_success() || members.value("access_token").is_none();
    if has_no_token && let Some(error) = take_unnamed_error(&mut members, &mut deviations) {
        return Err(refused(answer, error, deviations));
    }
    if !answer.status.is_success() {
        // RFC 6749 §5.2: a refusal names its `error`.
        return Err(malformed(Malformed::missing("error", "RFC 6749 §5.2")));
    }
    let response = normalise(members, quirks, &mut deviations)
        .and_then(TokenResponse::parse)
        .map_err(malformed)?;
    Ok(Reading {
        response,
        deviations,
    })
}

/// Reads the members of an answer at another endpoint of the server, any error it names first.
pub(crate) fn read_members(
    answer: &Answer<'_>,
    quirks: &Quirks,
    rule: &'static str,
) -> Result<Members, Error> {
    let mut deviations = Vec::new();
    let malformed = |fault| Error::Malformed {
        fault,
        answer: Some(Box::new(Excerpt::new(answer))),
    };
    let members = decode(answer, &mut deviations).map_err(malformed)?;
    let mut members = rename(members, quirks, &mut deviations);
    if let Some(error) = take_error(&mut members, &mut deviations) {
        return Err(refused(answer, error, deviations));
    }
    if !answer.status.is_success() {
        return Err(match take_unnamed_error(&mut members, &mut deviations) {
            Some(error) => refused(answer, error, deviations),
            None => malformed(Malformed::missing("error", rule)),
        });
    }
    if let Some(lifetime) = members.take("expires_in") {
        let seconds = read_lifetime(&lifetime, quirks, &mut deviations).map_err(malformed)?;
        members.put_some("expires_in", seconds);
    }
    Ok(members)
}

fn refused(answer: &Answer<'_>, error: ErrorResponse, mut deviations: Vec<Deviation>) -> Error {
    if answer.status.is_success() {
        deviations.push(Deviation::ErrorWithSuccessStatus);
    }
    Error::Refused(Box::new(Refusal {
        error,
        deviations,
        answer: Some(Excerpt::new(answer)),
    }))
}

/// Tells what the body is by its first character: the `Content-Type` is wrong too often.
fn decode(answer: &Answer<'_>, deviations: &mut Vec<Deviation>) -> Result<Members, Malformed> {
    let body = answer.body.trim_ascii();
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    match body.first() {
        None => Err(Malformed::missing("body", RULE)),
        Some(b'{') => {
            if !answer.says_json() {
                deviations.push(Deviation::WrongContentType);
            }
            Members::parse(body)
        }
        Some(b'<') => Err(Malformed::not("body", "JSON but a page", RULE)),
        Some(_) => {
            let members = decode_form(body)?;
            deviations.push(Deviation::FormEncoded);
            Ok(members)
        }
    }
}

fn decode_form(body: &[u8]) -> Result<Members, Malformed> {
    if body.len() > MAX_OCTETS {
        let limit = MAX_OCTETS;
        return Err(Malformed::new("body", Fault::TooLong { limit }, RULE));
    }
    let neither = || Malformed::not("body", "JSON", RULE);
    let parameters = Parameters::parse(body).map_err(|_| neither())?;
    let has = |name| parameters.all(name).next().is_some();
    if !has("access_token") && !has("error") {
        return Err(neither());
    }
    let mut members = Members::new();
    for (name, value) in parameters.iter() {
        // RFC 6749 §3.2: parameters MUST NOT be included more than once.
        if members.value(name).is_some() {
            return Err(Malformed::new(
                name.to_owned(),
                Fault::Repeated,
                "RFC 6749 §3.2",
            ));
        }
        members.put(name, value);
    }
    Ok(members)
}

/// Gives the members the names of the RFC, where the server is known to have others.
fn rename(members: Members, quirks: &Quirks, deviations: &mut Vec<Deviation>) -> Members {
    if !quirks.camel_case && quirks.renamed.is_empty() {
        return members;
    }
    let mut renamed = Members::new();
    for (name, value) in members.iter() {
        let own = quirks.renamed.iter().find(|(theirs, _)| theirs == name);
        let ours = match own {
            Some((_, ours)) => ours.clone(),
            None if quirks.camel_case => snake_case(name),
            None => name.to_owned(),
        };
        if own.is_none() && ours != name && !deviations.contains(&Deviation::NamesInCamelCase) {
            deviations.push(Deviation::NamesInCamelCase);
        }
        if ours == name || members.value(&ours).is_none() {
            renamed.put(ours, value.clone());
        }
    }
    renamed
}

fn snake_case(name: &str) -> String {
    let mut written = String::with_capacity(name.len() + 2);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !written.is_empty() {
            written.push('_');
        }
        written.push(character.to_ascii_lowercase());
    }
    written
}

/// Lifts a nested token to the top; what stands beside it stays, unless a name meets its like.
fn unnest(mut members: Members, quirks: &Quirks, deviations: &mut Vec<Deviation>) -> Members {
    let Some(name) = &quirks.nested_token else {
        return members;
    };
    match members.take(name) {
        Some(Value::Object(nested)) => {
            deviations.push(Deviation::NestedToken);
            for (name, value) in nested {
                members.put(name, value);
            }
        }
        Some(other) => members.put(name, other),
        None => {}
    }
    members
}

/// Takes the error out of the members, in any of the shapes that servers give it.
fn take_error(members: &mut Members, deviations: &mut Vec<Deviation>) -> Option<ErrorResponse> {
    match members.take("error") {
        Some(Value::String(code)) if !code.is_empty() => Some(ErrorResponse {
            code: ErrorCode::from(code.as_str()),
            description: take_any_text(members, &DESCRIPTIONS),
            uri: take_any_text(members, &["error_uri"]),
            extra: std::mem::take(members),
        }),
        Some(Value::Object(error)) => {
            deviations.push(Deviation::ErrorAsObject);
            let mut error = Members::from(error);
            let code = take_any_text(&mut error, &["error", "type", "status", "code"]);
            Some(ErrorResponse {
                code: ErrorCode::from(code.as_deref().unwrap_or(UNKNOWN)),
                description: take_any_text(
                    &mut error,
                    &["error_description", "message", "description"],
                ),
                uri: None,
                extra: error,
            })
        }
        Some(Value::Bool(true)) => Some(flat_error(members, UNKNOWN)),
        Some(Value::Number(number)) => Some(flat_error(members, &number.to_string())),
        _ => take_error_array(members, deviations),
    }
}

/// Takes an error out of members that have no `error`; only where they cannot be anything else.
fn take_unnamed_error(
    members: &mut Members,
    deviations: &mut Vec<Deviation>,
) -> Option<ErrorResponse> {
    let code = take_any_text(members, &["error_code", "errcode", "code"]);
    let is_told =
        |name: &&str| matches!(members.value(name), Some(Value::String(text)) if !text.is_empty());
    if code.is_none() && !DESCRIPTIONS.iter().any(is_told) {
        return None;
    }
    deviations.push(Deviation::ErrorUnnamed);
    Some(flat_error(members, code.as_deref().unwrap_or(UNKNOWN)))
}

/// An error that is told by a number or a mere flag.
fn flat_error(members: &mut Members, code: &str) -> ErrorResponse {
    ErrorResponse {
        code: ErrorCode::from(code),
        description: take_any_text(members, &DESCRIPTIONS),
        uri: None,
        extra: std::mem::take(members),
    }
}

fn take_error_array(
    members: &mut Members,
    deviations: &mut Vec<Deviation>,
) -> Option<ErrorResponse> {
    let Some(Value::Array(errors)) = members.value("errors") else {
        return None;
    };
    let Some(Value::Object(first)) = errors.first() else {
        return None;
    };
    let mut error = Members::from(first.clone());
    let code = take_any_text(&mut error, &["errorType", "error", "type", "code"])?;
    deviations.push(Deviation::ErrorAsArray);
    Some(ErrorResponse {
        code: ErrorCode::from(code.as_str()),
        description: take_any_text(&mut error, &["message", "description", "detail"]),
        uri: None,
        extra: std::mem::take(members),
    })
}

/// Takes the first of the names that has a text or a number for a value.
fn take_any_text(members: &mut Members, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match members.value(name)? {
        Value::String(text) if !text.is_empty() => {
            let text = text.clone();
            members.take(name);
            Some(text)
        }
        Value::Number(number) => {
            let text = number.to_string();
            members.take(name);
            Some(text)
        }
        _ => None,
    })
}

/// Writes the members as the RFC wants them.
fn normalise(
    mut members: Members,
    quirks: &Quirks,
    deviations: &mut Vec<Deviation>,
) -> Result<Members, Malformed> {
    if let Some(lifetime) = members.take("expires_in") {
        let seconds = read_lifetime(&lifetime, quirks, deviations)?;
        members.put_some("expires_in", seconds);
    }
    let scope = members.value("scope").cloned();
    members.take("scope");
    if let Some(scope) = scope {
        let scope = Scope::read(scope, quirks.scope_separator, deviations)?;
        members.put_some(
            "scope",
            scope.map(|scope| scope.to_separated(Separator::Space)),
        );
    }
    match (&quirks.token_type, members.value("token_type")) {
        (Some(token_type), _) => members.put("token_type", token_type.as_str()),
        (None, None | Some(Value::Null)) => {
            deviations.push(Deviation::TokenTypeMissing);
            members.put("token_type", "Bearer");
        }
        (None, Some(Value::String(text))) if text.is_empty() => {
            deviations.push(Deviation::TokenTypeMissing);
            members.put("token_type", "Bearer");
        }
        (None, Some(_)) => {}
    }
    Ok(members)
}

fn read_lifetime(
    value: &Value,
    quirks: &Quirks,
    deviations: &mut Vec<Deviation>,
) -> Result<Option<u64>, Malformed> {
    let number = match value {
        Value::Number(number) => number
            .as_u64()
            .map_or_else(|| number.as_f64().and_then(whole), Some),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text
            .parse()
            .ok()
            .or_else(|| text.parse().ok().and_then(whole)),
        _ => None,
    };
    let number = number.ok_or_else(|| Malformed::not("expires_in", "a number of seconds", RULE))?;
    match value {
        // A form has nothing but text.
        Value::String(_) if !deviations.contains(&Deviation::FormEncoded) => {
            deviations.push(Deviation::ExpiresInText);
        }
        Value::Number(number) if number.is_f64() => deviations.push(Deviation::ExpiresInFloat),
        _ => {}
    }
    if number == 0 && quirks.zero_means_endless {
        return Ok(None);
    }
    Ok(Some(match quirks.lifetime_unit {
        LifetimeUnit::Milliseconds => {
            deviations.push(Deviation::ExpiresInMilliseconds);
            number / 1000
        }
        LifetimeUnit::Seconds => number,
    }))
}

/// Cuts the fraction off; what is negative or beyond any lifetime is no number of seconds.
fn whole(number: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: beyond it a double has no whole seconds
    if !(0.0..EXACT).contains(&number) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative and below 2^53; the fraction is to go"
    )]
    Some(number as u64)
}

#[cfg(test)]
mod tests;

//! Reads what a provider answers to a request for credentials.

use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use tripod_core::parameters::{self, Parameters};
use tripod_core::secret::Secret;

use crate::credentials::Credentials;
use crate::problem::{Problem, ProblemCode};

/// Why an answer does not hold the credentials that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The provider did not confirm the callback: it speaks 1.0, not 1.0a.
    #[error("`oauth_callback_confirmed` is not `true`: this provider does not speak OAuth 1.0a")]
    CallbackNotConfirmed,
    /// A parameter that must be there is not.
    #[error(
        "the answer lacks `{parameter}`; it is of type {}",
        content_type.as_deref().unwrap_or("unknown")
    )]
    Missing {
        /// The parameter.
        parameter: &'static str,
        /// What the answer says it is, which tells a page from credentials.
        content_type: Option<String>,
    },
    /// The answer is no form that can be read.
    #[error("the answer cannot be read as a form")]
    NotAForm(#[from] parameters::Error),
    /// The provider refused.
    #[error("the provider refused with status {}{}", status.as_u16(), reported(problem.as_deref()))]
    Refused {
        /// The status of the answer; some providers refuse with 200.
        status: StatusCode,
        /// What the provider reports, if it does so by the extension.
        problem: Option<Box<Problem>>,
        /// How the body begins, at most 512 octets of it, where no problem was reported.
        ///
        /// Empty if the body names a secret, as one that grants does.
        excerpt: String,
    },
}

/// Writes a problem behind what it explains.
pub(crate) fn reported(problem: Option<&Problem>) -> String {
    problem
        .map(|problem| format!(": {problem}"))
        .unwrap_or_default()
}

/// Reads the parameters of an answer that grants, and takes the credentials out of them.
///
/// What the provider says of a refusal comes before everything else that may be wrong.
pub(crate) fn credentials<B: AsRef<[u8]>>(
    answer: &Response<B>,
) -> Result<(Credentials, Parameters), AnswerError> {
    let body = answer.body().as_ref();
    let parameters = Parameters::parse(body);
    let in_body = parameters.as_ref().ok().and_then(Problem::parse);
    let problem = in_body.or_else(|| in_headers(answer.headers()));
    let is_success = answer.status().is_success();
    // Beside credentials an `error` may be anything; without success it is the reason.
    let told = parameters.as_ref().ok().filter(|_| !is_success);
    let problem = problem.or_else(|| told.and_then(as_oauth2));
    if problem.is_some() || !is_success {
        let excerpt = if problem.is_some() {
            String::new()
        } else {
            excerpt(body)
        };
        let (status, problem) = (answer.status(), problem.map(Box::new));
        return Err(AnswerError::Refused {
            status,
            problem,
            excerpt,
        });
    }
    let parameters = parameters?;
    let required = |parameter| {
        let content_type = answer.headers().get(CONTENT_TYPE).map(HeaderValue::to_str);
        let content_type = content_type.and_then(Result::ok).map(str::to_owned);
        let missing = AnswerError::Missing {
            parameter,
            content_type,
        };
        // An empty token would be none when it is used (RFC 5849 §3.1); an empty secret is one.
        let value = parameters.single(parameter)?;
        let is_given = |value: &&str| parameter != TOKEN || !value.is_empty();
        value.filter(is_given).ok_or(missing)
    };
    let credentials = Credentials::new(required(TOKEN)?, required(TOKEN_SECRET)?);
    Ok((credentials, parameters))
}

/// Writes credentials as an answer holds them.
pub(crate) fn parameters(credentials: &Credentials) -> Parameters {
    Parameters::new()
        .with(TOKEN, credentials.identifier.as_str())
        .with(TOKEN_SECRET, credentials.secret.expose())
}

/// Returns what an answer holds beside the parameters that are known.
pub(crate) fn additional(parameters: &Parameters, known: &[&str]) -> Parameters {
    let is_additional =
        |name: &str| !known.contains(&name) && name != TOKEN && name != TOKEN_SECRET;
    parameters
        .iter()
        .filter(|(name, _)| is_additional(name))
        .collect()
}

/// Returns a parameter that may be absent but not repeat, as a secret.
pub(crate) fn secret(
    parameters: &Parameters,
    name: &str,
) -> Result<Option<Secret>, parameters::Error> {
    Ok(parameters.single(name)?.map(Secret::from))
}

fn in_headers(headers: &HeaderMap) -> Option<Problem> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .find_map(|header| Problem::parse_header(header.as_bytes()))
}

/// Finds a refusal in the names of OAuth 2, by which servers of oauthlib and Authlib tell it.
fn as_oauth2(parameters: &Parameters) -> Option<Problem> {
    let first = |name| parameters.all(name).next();
    let mut problem = Problem::new(ProblemCode::parse(first("error")?));
    let description = first("error_description").filter(|text| !text.is_empty());
    problem.advice = description.map(str::to_owned);
    Some(problem)
}

fn excerpt(body: &[u8]) -> String {
    const LONGEST: usize = 512;
    let names = |name: &str| body.windows(name.len()).any(|part| part == name.as_bytes());
    if names(TOKEN_SECRET) || names("oauth_session_handle") {
        return String::new();
    }
    let beginning = body.get(..LONGEST).unwrap_or(body);
    String::from_utf8_lossy(beginning).into_owned()
}

const TOKEN: &str = "oauth_token";
const TOKEN_SECRET: &str = "oauth_token_secret";

#[cfg(test)]
mod tests;

//! Forms that clients post, read whole.

use std::collections::HashSet;
use std::net::IpAddr;

use axum::body::Body;
use http::{HeaderMap, Request};
use tripod_core::parameters::Parameters;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::client_authentication::ClientAuthentication;

use super::failure::{Failure, Refusal};
use crate::incoming;
use crate::provider::Provider;

/// A form that a client posted, and when and whence it came.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) headers: HeaderMap,
    pub(crate) form: Parameters,
    pub(crate) address: Option<IpAddr>,
    pub(crate) now: Timestamp,
}

impl Posted {
    pub(crate) async fn read(provider: &Provider, request: Request<Body>) -> Result<Self, Failure> {
        let limits = &provider.config().limits;
        let address = provider.peer(&request);
        let query = incoming::query(&request, limits)?;
        ClientAuthentication::refuse_in_query(&query)?;
        let request = incoming::read(request, limits).await?;
        let form = incoming::form(&request, limits)?;
        refuse_repeated(&form)?;
        let (parts, _) = request.into_parts();
        Ok(Self {
            headers: parts.headers,
            form,
            address,
            now: provider.now(),
        })
    }
}

/// The parameters that may repeat (RFC 8707 §2, RFC 8693 §2.1).
const REPEATABLE: [&str; 2] = ["audience", "resource"];

/// Refuses a form that says two things at once, whether anybody here reads them or not.
fn refuse_repeated(form: &Parameters) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    let mut names = form.iter().map(|(name, _)| name);
    // RFC 6749 §3.2: request and response parameters MUST NOT be included more than once.
    let repeated = names.find(|name| !REPEATABLE.contains(name) && !seen.insert(*name));
    repeated.map_or(Ok(()), |name| Err(refused(name)))
}

/// A name that is no name may be a value that stands in the wrong place, and is not repeated.
fn refused(name: &str) -> Refusal {
    const LONGEST: usize = 40;
    let is_letter = |octet: u8| octet.is_ascii_lowercase() || octet == b'_';
    let is_name = name.len() <= LONGEST && name.bytes().all(is_letter);
    let what = if is_name && !name.is_empty() {
        format!("`{name}`")
    } else {
        "a parameter".to_owned()
    };
    Refusal::invalid_request(format!(
        "{what} occurs more than once (RFC 6749 section 3.2)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Result<(), Refusal> {
        refuse_repeated(&Parameters::parse(form.as_bytes()).unwrap())
    }

    #[test]
    fn only_audiences_and_resources_repeat() {
        assert!(read("a=1&b=1&resource=x&resource=y&audience=x&audience=x").is_ok());
        for form in ["a=1&a=1", "a=1&b=2&a=", "code=1&code=2", "%61=1&a=2"] {
            assert!(read(form).is_err(), "{form}");
        }
    }

    #[test]
    fn what_repeats_is_named_unless_it_is_no_name() {
        let description = |form| read(form).unwrap_err().description;
        assert!(description("scope=a&scope=b").starts_with("`scope` occurs"));
        for form in ["aB3=&aB3=", "=1&=2", "%22=1&%22=2"] {
            assert!(
                description(form).starts_with("a parameter occurs"),
                "{form}"
            );
        }
    }
}

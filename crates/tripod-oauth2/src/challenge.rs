//! What a resource says when it wants a token, or a better one (RFC 6750 §3, RFC 9449 §7, RFC 9470).

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, StatusCode};
use tripod_core::parameters::Parameters;

mod header;

use self::header::Written;
use crate::error::{ErrorCode, Fault, Malformed, permitted};
use crate::registry::{Unregistered, wire_names};
use crate::scope::Scope;

const RULE: &str = "RFC 6750 §3";

/// What a resource wants, and why ([RFC 6750 §3]).
///
/// ```
/// use tripod_oauth2::challenge::{Challenge, Scheme};
/// use tripod_oauth2::error::ErrorCode;
///
/// let header = r#"Basic realm="a", Bearer error="insufficient_scope", scope="read write""#;
/// let challenges = Challenge::parse(header)?;
/// let bearer = challenges.iter().find(|challenge| challenge.scheme == Scheme::Bearer).unwrap();
/// assert_eq!(bearer.error, Some(ErrorCode::InsufficientScope));
/// assert_eq!(bearer.scope.as_ref().unwrap().to_string(), "read write");
/// # Ok::<(), tripod_oauth2::error::Malformed>(())
/// ```
///
/// [RFC 6750 §3]: https://www.rfc-editor.org/rfc/rfc6750#section-3
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// How to authenticate.
    pub scheme: Scheme,
    /// What is protected.
    pub realm: Option<String>,
    /// What went wrong, for programs; absent if nothing was tried.
    pub error: Option<ErrorCode>,
    /// What went wrong, for the developer of the client.
    pub error_description: Option<String>,
    /// A page about it.
    pub error_uri: Option<String>,
    /// Which scope the token needs.
    pub scope: Option<Scope>,
    /// How well the user has to be authenticated, best first, separated by spaces (RFC 9470 §3).
    pub acr_values: Option<String>,
    /// How many seconds ago the user may have been authenticated (RFC 9470 §3).
    pub max_age: Option<u64>,
    /// Where the resource describes itself (RFC 9728 §5.1).
    pub resource_metadata: Option<String>,
    /// How DPoP proofs may be signed, separated by spaces (RFC 9449 §7.1).
    pub algs: Option<String>,
    /// What stands in place of parameters, as with `Negotiate` (RFC 9110 §11.2).
    pub token68: Option<String>,
    /// Parameters that no RFC we know names, in lower case.
    pub extra: Parameters,
}

impl Challenge {
    /// Begins with how to authenticate; the rest stays empty.
    #[must_use]
    pub fn new(scheme: Scheme) -> Self {
        Self {
            scheme,
            realm: None,
            error: None,
            error_description: None,
            error_uri: None,
            scope: None,
            acr_values: None,
            max_age: None,
            resource_metadata: None,
            algs: None,
            token68: None,
            extra: Parameters::new(),
        }
    }

    /// Asks for a token with more scope.
    #[must_use]
    pub fn insufficient_scope(scheme: Scheme, scope: Scope) -> Self {
        Self {
            error: Some(ErrorCode::InsufficientScope),
            scope: Some(scope),
            ..Self::new(scheme)
        }
    }

    /// Asks for a token of a user who was authenticated better or later ([RFC 9470 §3]).
    ///
    /// [RFC 9470 §3]: https://www.rfc-editor.org/rfc/rfc9470#section-3
    #[must_use]
    pub fn step_up(scheme: Scheme, acr_values: Option<String>, max_age: Option<u64>) -> Self {
        Self {
            error: Some(ErrorCode::InsufficientUserAuthentication),
            acr_values,
            max_age,
            ..Self::new(scheme)
        }
    }

    /// Reads all challenges of an answer, from one header or several.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn read(headers: &HeaderMap) -> Result<Vec<Self>, Malformed> {
        let mut challenges = Vec::new();
        for value in headers.get_all(WWW_AUTHENTICATE) {
            challenges.extend(Self::parse(&String::from_utf8_lossy(value.as_bytes()))?);
        }
        Ok(challenges)
    }

    /// Reads the value of one header, which may hold several challenges.
    ///
    /// Commas that are missing between parameters are not missed.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a quotation does not end, or a parameter repeats or is malformed.
    pub fn parse(header: &str) -> Result<Vec<Self>, Malformed> {
        header::split(header)?
            .into_iter()
            .map(Self::from_written)
            .collect()
    }

    fn from_written(mut written: Written) -> Result<Self, Malformed> {
        let scope = written.take("scope")?;
        let max_age = written
            .take("max_age")?
            .map(|seconds| seconds.parse())
            .transpose();
        Ok(Self {
            realm: written.take("realm")?.filter(|realm| !realm.is_empty()),
            error: written
                .take("error")?
                .map(|code| ErrorCode::from(code.as_str())),
            error_description: written.take("error_description")?,
            error_uri: written.take("error_uri")?,
            scope: scope.as_deref().map(Scope::parse).transpose()?,
            acr_values: written.take("acr_values")?,
            max_age: max_age
                .map_err(|_| Malformed::not("max_age", "a number of seconds", "RFC 9470 §3"))?,
            resource_metadata: written.take("resource_metadata")?,
            algs: written.take("algs")?,
            scheme: Scheme::from_any_case(&written.scheme),
            token68: written.token68,
            extra: written.parameters.into_iter().collect(),
        })
    }

    /// Writes the challenge as the value of a header.
    ///
    /// Characters that RFC 6750 §3 forbids in an error are replaced; a URI with such is left out.
    #[must_use]
    pub fn encode(&self) -> String {
        if let Some(token68) = &self.token68 {
            return format!("{} {token68}", self.scheme);
        }
        let scope = self.scope.as_ref().map(Scope::to_string);
        let max_age = self.max_age.map(|seconds| seconds.to_string());
        let is_uri = |uri: &&str| !uri.contains(' ') && **uri == permitted(uri);
        let known = [
            ("realm", self.realm.clone()),
            (
                "error",
                self.error.as_ref().map(|code| permitted(code.as_str())),
            ),
            (
                "error_description",
                self.error_description.as_deref().map(permitted),
            ),
            (
                "error_uri",
                self.error_uri.as_deref().filter(is_uri).map(str::to_owned),
            ),
            ("scope", scope),
            ("acr_values", self.acr_values.clone()),
            ("max_age", max_age),
            ("resource_metadata", self.resource_metadata.clone()),
            ("algs", self.algs.clone()),
        ];
        let known = known
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let mut parameters: Vec<String> = known
            .chain(self.extra.iter())
            .map(|(name, value)| format!("{name}={}", header::quote(value)))
            .collect();
        // RFC 6750 §3: the scheme MUST be followed by one or more auth-param values.
        if parameters.is_empty() && self.scheme == Scheme::Bearer {
            parameters.push("realm=\"\"".to_owned());
        }
        format!("{} {}", self.scheme, parameters.join(", "))
            .trim_end()
            .to_owned()
    }

    /// Returns the status that goes with the challenge (RFC 6750 §3.1).
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match &self.error {
            Some(ErrorCode::InvalidRequest) => StatusCode::BAD_REQUEST,
            Some(ErrorCode::InsufficientScope) => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
}

/// How to authenticate (RFC 9110 §11.1); case does not count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// Name and password (RFC 7617).
    Basic,
    /// A token that whoever holds it may use (RFC 6750).
    Bearer,
    /// A token with a proof of possession (RFC 9449).
    Dpop,
    /// Any other scheme.
    Other(Unregistered),
}

wire_names!(Scheme {
    Basic => "Basic",
    Bearer => "Bearer",
    Dpop => "DPoP",
});

impl Scheme {
    fn from_any_case(written: &str) -> Self {
        let known = ["Basic", "Bearer", "DPoP"]
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(written));
        Self::from(known.unwrap_or(written))
    }
}

/// Refuses a parameter that occurs again; RFC 6750 §3 lets none of them.
fn repeated(name: String) -> Malformed {
    Malformed::new(name, Fault::Repeated, RULE)
}

#[cfg(test)]
mod tests;

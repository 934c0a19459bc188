use std::fmt;

use tripod_core::parameters::Parameters;

use super::{ErrorCode, Malformed};
use crate::fields::Fields;
use crate::json::Members;

const RULE: &str = "RFC 6749 §5.2";

/// An error as it stands in an answer or in a redirect ([RFC 6749 §5.2], [§4.1.2.1]).
///
/// The same three parameters serve every endpoint of the family.
///
/// ```
/// use tripod_oauth2::error::{ErrorCode, ErrorResponse};
///
/// let error = ErrorResponse::new(ErrorCode::InvalidGrant).with_description("The code has expired");
/// assert_eq!(
///     error.encode().to_json(),
///     r#"{"error":"invalid_grant","error_description":"The code has expired"}"#
/// );
/// ```
///
/// [RFC 6749 §5.2]: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
/// [§4.1.2.1]: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What went wrong, for the developer of the client.
    pub description: Option<String>,
    /// A page about it.
    pub uri: Option<String>,
    /// Members that no RFC names.
    pub extra: Members,
}

impl ErrorResponse {
    /// Takes a code; what is optional stays empty.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            description: None,
            uri: None,
            extra: Members::new(),
        }
    }

    /// Adds a text for the developer of the client.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Reads the members of a JSON object.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if `error` is missing or one of the three is not text.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        let code = members
            .take_text("error", RULE)?
            .ok_or_else(|| Malformed::missing("error", RULE))?;
        Ok(Self {
            code: ErrorCode::from(code.as_str()),
            description: members.take_text("error_description", RULE)?,
            uri: members.take_text("error_uri", RULE)?,
            extra: members,
        })
    }

    /// Writes the members of a JSON object; characters that RFC 6749 forbids are replaced.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.extra.clone();
        members.put("error", permitted(self.code.as_str()));
        members.put_some(
            "error_description",
            self.description.as_deref().map(permitted),
        );
        members.put_some("error_uri", self.permitted_uri());
        members
    }

    /// Reads the parameters of a redirect; `None` when it carries no error.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if one of the three repeats.
    pub fn parse_redirect(parameters: &Parameters) -> Result<Option<Self>, Malformed> {
        let mut fields = Fields::new(parameters, "RFC 6749 §4.1.2.1");
        let Some(code) = fields.optional("error")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            code: ErrorCode::from(code),
            description: fields.optional("error_description")?.map(str::to_owned),
            uri: fields.optional("error_uri")?.map(str::to_owned),
            extra: Members::new(),
        }))
    }

    /// Adds the parameters of a redirect.
    pub fn encode_redirect(&self, parameters: &mut Parameters) {
        parameters.push("error", permitted(self.code.as_str()));
        if let Some(description) = &self.description {
            parameters.push("error_description", permitted(description));
        }
        if let Some(uri) = self.permitted_uri() {
            parameters.push("error_uri", uri);
        }
    }

    /// Leaves out a URI with characters that RFC 6749 §5.2 forbids: no replacement would be one.
    fn permitted_uri(&self) -> Option<&str> {
        let permitted =
            |uri: &&str| !uri.is_empty() && uri.chars().all(|c| is_permitted(c) && c != ' ');
        self.uri.as_deref().filter(permitted)
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.as_str().escape_debug())?;
        match &self.description {
            Some(description) => write!(f, " ({})", description.escape_debug()),
            None => Ok(()),
        }
    }
}

/// Replaces what `error` and `error_description` MUST NOT include (RFC 6749 §5.2).
#[must_use]
pub fn permitted(text: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => replaced.push('\''),
            '\\' => replaced.push('/'),
            '…' => replaced.push_str("..."),
            '§' => replaced.push_str("section "),
            character if is_permitted(character) => replaced.push(character),
            _ => replaced.push('?'),
        }
    }
    replaced
}

/// The set `%x20-21 / %x23-5B / %x5D-7E`.
const fn is_permitted(c: char) -> bool {
    matches!(c, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E')
}

//! Giving tokens back before they expire (RFC 7009).

use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use crate::answer::Answer;
use crate::client_authentication;
use crate::error::{Error, Malformed};
use crate::fields::Fields;
use crate::registry::{Unregistered, wire_names};
use crate::token::{self, Quirks};

const RULE: &str = "RFC 7009 §2.1";

/// Asks to revoke a token ([RFC 7009 §2.1]), client authentication apart.
///
/// [RFC 7009 §2.1]: https://www.rfc-editor.org/rfc/rfc7009#section-2.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevocationRequest {
    /// The token.
    pub token: Secret,
    /// Where to look first; a server searches on if it is not there.
    pub token_type_hint: Option<TokenTypeHint>,
    /// Parameters that no RFC we know names.
    pub extra: Parameters,
}

impl RevocationRequest {
    /// Takes a token; what is optional stays empty.
    #[must_use]
    pub fn new(token: impl Into<Secret>) -> Self {
        Self {
            token: token.into(),
            token_type_hint: None,
            extra: Parameters::new(),
        }
    }

    /// Reads the parameters of a request body; those that authenticate the client are left out.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the token is missing, or a parameter repeats.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        let mut fields = Fields::new(parameters, RULE);
        fields.skip(&client_authentication::PARAMETERS);
        Ok(Self {
            token: fields.required("token")?.into(),
            token_type_hint: fields.optional("token_type_hint")?.map(TokenTypeHint::from),
            extra: fields.rest(),
        })
    }

    /// Writes the parameters of a request body.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let mut parameters = Parameters::new().with("token", self.token.expose());
        if let Some(hint) = &self.token_type_hint {
            parameters.push("token_type_hint", hint.as_str());
        }
        for (name, value) in self.extra.iter() {
            parameters.push(name, value);
        }
        parameters
    }
}

/// Reads the answer: a token is revoked, or never was one, if the status says success.
///
/// # Errors
///
/// [`Error::Refused`] with what the server said, or [`Error::Malformed`] if it only has a status:
/// with 503 the token still exists.
pub fn read(answer: &Answer<'_>) -> Result<(), Error> {
    // RFC 7009 §2.2: the content of the response body is ignored.
    if answer.status.is_success() {
        return Ok(());
    }
    token::read_members(answer, &Quirks::default(), "RFC 7009 §2.2.1").map(drop)
}

/// What kind of token is meant ([RFC 7009 §4.1.2]).
///
/// [RFC 7009 §4.1.2]: https://www.rfc-editor.org/rfc/rfc7009#section-4.1.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenTypeHint {
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
    /// Any other kind.
    Other(Unregistered),
}

wire_names!(TokenTypeHint {
    AccessToken => "access_token",
    RefreshToken => "refresh_token",
});

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use proptest::prelude::*;

    use super::*;
    use crate::error::{ErrorCode, Fault};

    fn parse(form: &str) -> Result<RevocationRequest, Malformed> {
        RevocationRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
    }

    fn answer(status: u16, body: &str) -> Result<(), Error> {
        let headers = HeaderMap::new();
        read(&Answer::new(
            StatusCode::from_u16(status).unwrap(),
            &headers,
            body.as_bytes(),
        ))
    }

    #[test]
    fn the_request_of_rfc_7009_is_read() {
        let request = parse("token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token").unwrap();
        assert_eq!(request.token.expose(), "45ghiukldjahdnhzdauz");
        assert_eq!(request.token_type_hint, Some(TokenTypeHint::RefreshToken));
    }

    #[test]
    fn malformed_requests_are_refused() {
        for form in ["", "token=", "token_type_hint=access_token"] {
            assert_eq!(parse(form).unwrap_err().fault, Fault::Missing, "{form}");
        }
        for form in [
            "token=a&token=a",
            "token=a&token_type_hint=b&token_type_hint=b",
        ] {
            assert_eq!(parse(form).unwrap_err().fault, Fault::Repeated, "{form}");
        }
    }

    #[test]
    fn a_hint_nobody_knows_is_no_error() {
        let hint = parse("token=a&token_type_hint=odd")
            .unwrap()
            .token_type_hint
            .unwrap();
        assert_eq!(hint.as_str(), "odd");
    }

    #[test]
    fn success_needs_no_body_and_ignores_any() {
        for body in ["", "{}", "<html>", "{\"error\":\"invalid_token\"}"] {
            assert_eq!(answer(200, body), Ok(()), "{body}");
        }
    }

    #[test]
    fn a_refusal_is_told_and_trouble_keeps_its_status() {
        let refused = answer(400, "{\"error\":\"unsupported_token_type\"}").unwrap_err();
        assert!(
            matches!(refused, Error::Refused(refusal) if refusal.error.code == ErrorCode::UnsupportedTokenType)
        );
        let trouble = answer(503, "").unwrap_err();
        assert!(
            matches!(trouble, Error::Malformed { answer: Some(answer), .. } if answer.status == 503)
        );
    }

    proptest! {
        #[test]
        fn parsing_undoes_writing(token in "[ -~]{1,20}", hint in proptest::option::of("[a-z_]{1,9}"), extra in "x_.{0,9}") {
            let mut request = RevocationRequest::new(token);
            request.token_type_hint = hint.map(|hint| TokenTypeHint::from(hint.as_str()));
            request.extra.push(extra, "1");
            prop_assert_eq!(RevocationRequest::parse(&request.encode()), Ok(request));
        }
    }
}

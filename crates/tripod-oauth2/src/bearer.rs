//! Where an access token stands in a request: in one place (RFC 6750 §2, RFC 9449 §7.1).

use http::HeaderMap;
use http::header::AUTHORIZATION;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use crate::error::{Fault, Malformed, Misuse};
use crate::fields::Fields;
use crate::token::TokenType;

const NAME: &str = "access_token";
const RULE: &str = "RFC 6750 §2";

/// An access token on its way to a resource ([RFC 6750 §2]).
///
/// ```
/// use tripod_oauth2::bearer::AccessToken;
///
/// let token = AccessToken::bearer("mF_9.B5f-4.1JqM")?;
/// assert_eq!(token.to_header().expose(), "Bearer mF_9.B5f-4.1JqM");
/// # Ok::<(), tripod_oauth2::error::Misuse>(())
/// ```
///
/// [RFC 6750 §2]: https://www.rfc-editor.org/rfc/rfc6750#section-2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    token_type: TokenType,
    token: Secret,
}

impl AccessToken {
    /// Takes a bearer token.
    ///
    /// # Errors
    ///
    /// [`Misuse::IllegalCharacter`] if it is empty or a header cannot hold it.
    pub fn bearer(token: impl Into<Secret>) -> Result<Self, Misuse> {
        Self::new(TokenType::Bearer, token)
    }

    /// Takes a token that needs a DPoP proof beside it.
    ///
    /// # Errors
    ///
    /// As [`bearer`](Self::bearer).
    pub fn dpop(token: impl Into<Secret>) -> Result<Self, Misuse> {
        Self::new(TokenType::Dpop, token)
    }

    fn new(token_type: TokenType, token: impl Into<Secret>) -> Result<Self, Misuse> {
        let token = token.into();
        // Wider than RFC 6750 §2.1, whose alphabet lacks the `|` of some well-known tokens.
        if token.is_empty() || !token.expose().bytes().all(|octet| octet.is_ascii_graphic()) {
            return Err(Misuse::IllegalCharacter);
        }
        Ok(Self { token_type, token })
    }

    /// Writes the value of the header `Authorization`, the place that every server supports.
    #[must_use]
    pub fn to_header(&self) -> Secret {
        Secret::new(format!("{} {}", self.token_type, self.token.expose()))
    }

    /// Adds the token to a form.
    ///
    /// Only for a request whose method gives a body a meaning, whose `Content-Type` is
    /// `application/x-www-form-urlencoded` and whose body is ASCII (RFC 6750 §2.2).
    ///
    /// # Errors
    ///
    /// [`Misuse::TokenPlace`] if the token needs a proof, or the form has one already.
    pub fn add_to_form(&self, form: &mut Parameters) -> Result<(), Misuse> {
        // RFC 9449 §7.1: a token that needs a proof goes into the header.
        if self.token_type != TokenType::Bearer || form.all(NAME).next().is_some() {
            return Err(Misuse::TokenPlace);
        }
        form.push(NAME, self.token.expose());
        Ok(())
    }

    /// Adds the token to a query, where it ends up in logs and histories.
    ///
    /// RFC 9700 §4.3.2 says that tokens MUST NOT be passed so.
    ///
    /// # Errors
    ///
    /// As [`add_to_form`](Self::add_to_form).
    pub fn dangerous_add_to_query(&self, query: &mut Parameters) -> Result<(), Misuse> {
        self.add_to_form(query)
    }

    /// Reads the token of a request; `None` if it has none.
    ///
    /// `form` is the body if it is one, and the method gives it a meaning.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a token stands in more than one place, twice in one, or in the query.
    pub fn read(
        headers: &HeaderMap,
        form: Option<&Parameters>,
        query: &Parameters,
    ) -> Result<Option<Self>, Malformed> {
        if query.all(NAME).next().is_some() {
            return Err(Malformed::new(NAME, Fault::Uncalled, "RFC 9700 §4.3.2"));
        }
        Self::dangerous_read(headers, form, query)
    }

    /// Reads the token of a request, from the query, too.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a token stands in more than one place, or twice in one.
    pub fn dangerous_read(
        headers: &HeaderMap,
        form: Option<&Parameters>,
        query: &Parameters,
    ) -> Result<Option<Self>, Malformed> {
        let parameter = |parameters: &Parameters| -> Result<Option<Self>, Malformed> {
            let token = Fields::new(parameters, RULE).optional(NAME)?;
            token
                .map(|token| Self::presented(TokenType::Bearer, token))
                .transpose()
        };
        let places = [
            Self::read_header(headers)?,
            form.map(parameter).transpose()?.flatten(),
            parameter(query)?,
        ];
        let mut presented = places.into_iter().flatten();
        let token = presented.next();
        // RFC 6750 §2: clients MUST NOT use more than one method in each request.
        if presented.next().is_some() {
            return Err(Malformed::new(NAME, Fault::Repeated, RULE));
        }
        Ok(token)
    }

    fn read_header(headers: &HeaderMap) -> Result<Option<Self>, Malformed> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(Malformed::new("Authorization", Fault::Repeated, RULE));
        }
        let value = value.to_str().unwrap_or_default();
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        match TokenType::from(scheme) {
            known @ (TokenType::Bearer | TokenType::Dpop) => {
                Self::presented(known, token.trim_matches(' ')).map(Some)
            }
            // Another scheme brings no token; whatever reads it will say what it thinks of it.
            _ => Ok(None),
        }
    }

    fn presented(token_type: TokenType, token: &str) -> Result<Self, Malformed> {
        let due = "one word of printable ASCII";
        Self::new(token_type, token).map_err(|_| Malformed::not(NAME, due, "RFC 6750 §2.1"))
    }

    /// Returns how the token was or is to be presented.
    #[must_use]
    pub const fn token_type(&self) -> &TokenType {
        &self.token_type
    }

    /// Returns the token itself.
    #[must_use]
    pub const fn token(&self) -> &Secret {
        &self.token
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let value = |value: &&str| (AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        values.iter().map(value).collect()
    }

    fn parameters(form: &str) -> Parameters {
        Parameters::parse(form.as_bytes()).unwrap()
    }

    fn read(
        authorization: &[&str],
        form: Option<&str>,
        query: &str,
    ) -> Result<Option<AccessToken>, Malformed> {
        AccessToken::read(
            &headers(authorization),
            form.map(parameters).as_ref(),
            &parameters(query),
        )
    }

    #[test]
    fn the_requests_of_rfc_6750_are_read() {
        let token = AccessToken::bearer("mF_9.B5f-4.1JqM").unwrap();
        assert_eq!(
            read(&["Bearer mF_9.B5f-4.1JqM"], None, ""),
            Ok(Some(token.clone()))
        );
        assert_eq!(
            read(&["bearer  mF_9.B5f-4.1JqM "], None, ""),
            Ok(Some(token.clone()))
        );
        assert_eq!(
            read(&[], Some("access_token=mF_9.B5f-4.1JqM"), ""),
            Ok(Some(token.clone()))
        );
        let query = parameters("access_token=mF_9.B5f-4.1JqM&p=q");
        assert_eq!(
            AccessToken::dangerous_read(&headers(&[]), None, &query),
            Ok(Some(token))
        );
    }

    #[test]
    fn a_token_in_the_query_is_accepted_only_by_name() {
        assert_eq!(
            read(&[], None, "access_token=a").unwrap_err().fault,
            Fault::Uncalled
        );
        assert_eq!(
            read(&["Bearer a"], None, "access_token=a")
                .unwrap_err()
                .fault,
            Fault::Uncalled
        );
    }

    #[test]
    fn more_than_one_token_is_refused() {
        for (authorization, form) in [
            (vec!["Bearer a", "Bearer a"], None),
            (vec!["Bearer a", "Basic a"], None),
            (vec!["Bearer a"], Some("access_token=a")),
            (vec!["DPoP a"], Some("access_token=a")),
            (vec![], Some("access_token=a&access_token=a")),
        ] {
            assert_eq!(
                read(&authorization, form, "").unwrap_err().fault,
                Fault::Repeated
            );
        }
        let query = parameters("access_token=a");
        for (authorization, form) in [(vec!["Bearer a"], None), (vec![], Some(&query))] {
            let refused = AccessToken::dangerous_read(&headers(&authorization), form, &query);
            assert_eq!(refused.unwrap_err().fault, Fault::Repeated);
        }
    }

    #[test]
    fn malformed_tokens_are_refused() {
        for header in ["Bearer", "Bearer ", "Bearer a b", "DPoP", "Bearer a\tb"] {
            assert!(read(&[header], None, "").is_err(), "{header:?}");
        }
        assert!(read(&[], Some("access_token=a+b"), "").is_err());
    }

    #[test]
    fn no_token_is_none() {
        for header in ["Basic YTpi", "Bearerx a", "", "Digest a=b"] {
            assert_eq!(read(&[header], Some("a=b"), ""), Ok(None), "{header}");
        }
        assert_eq!(read(&[], None, ""), Ok(None));
        assert_eq!(read(&[], Some("access_token="), ""), Ok(None));
    }

    #[test]
    fn a_token_that_needs_a_proof_goes_into_the_header() {
        let token = AccessToken::dpop("a").unwrap();
        assert_eq!(token.to_header().expose(), "DPoP a");
        assert_eq!(
            token.add_to_form(&mut Parameters::new()),
            Err(Misuse::TokenPlace)
        );
        assert_eq!(
            token.dangerous_add_to_query(&mut Parameters::new()),
            Err(Misuse::TokenPlace)
        );
        let bearer = AccessToken::bearer("a").unwrap();
        let mut form = Parameters::new().with("access_token", "b");
        assert_eq!(bearer.add_to_form(&mut form), Err(Misuse::TokenPlace));
    }

    #[test]
    fn what_a_header_cannot_hold_is_no_token() {
        for token in ["", "a b", "a\r\nX: y", "é", "a\0"] {
            assert_eq!(
                AccessToken::bearer(token),
                Err(Misuse::IllegalCharacter),
                "{token:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(token in "[!-~]{1,40}") {
            let bearer = AccessToken::bearer(token.as_str()).unwrap();
            let dpop = AccessToken::dpop(token).unwrap();
            for token in [&bearer, &dpop] {
                prop_assert_eq!(read(&[token.to_header().expose()], None, ""), Ok(Some(token.clone())));
            }
            let mut form = Parameters::new().with("a", "b");
            bearer.add_to_form(&mut form).unwrap();
            prop_assert_eq!(read(&[], Some(&form.to_form()), ""), Ok(Some(bearer)));
        }
    }
}

//! Pushed authorization requests: what is asked goes to the server first (RFC 9126).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use tripod_core::parameters::Parameters;
use tripod_core::random::Random;
use tripod_core::secret::Secret;

use crate::answer::{Answer, Excerpt};
use crate::authorization::{AuthorizationRequest, PresentedRequest};
use crate::client_authentication;
use crate::error::{Error, Fault, Malformed};
use crate::json::Members;
use crate::token::{self, Quirks};

const RULE: &str = "RFC 9126 §2.2";

/// What our handles begin with (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The status of an answer with a handle (RFC 9126 §2.2).
pub const CREATED: StatusCode = StatusCode::CREATED;

/// An authorization request that goes to the server directly ([RFC 9126 §2.1]).
///
/// [RFC 9126 §2.1]: https://www.rfc-editor.org/rfc/rfc9126#section-2.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushedRequest {
    /// Its parameters.
    Parameters(Box<AuthorizationRequest>),
    /// A JWT that holds them (RFC 9126 §3).
    RequestObject {
        /// Who asks; has to equal the one in the JWT, and the one that authenticates.
        client_id: String,
        /// The JWT.
        request: Secret,
    },
}

impl PushedRequest {
    /// Reads the parameters of a request body; those that authenticate the client are left out.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it has a `request_uri`, or as [`AuthorizationRequest::parse`].
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        let authenticates =
            |name: &str| name != "client_id" && client_authentication::PARAMETERS.contains(&name);
        let parameters: Parameters = parameters
            .iter()
            .filter(|(name, _)| !authenticates(name))
            .collect();
        // RFC 9126 §2.1: `request_uri` MUST NOT be provided.
        if parameters.all("request_uri").next().is_some() {
            return Err(Malformed::new(
                "request_uri",
                Fault::Uncalled,
                "RFC 9126 §2.1",
            ));
        }
        match PresentedRequest::parse(&parameters)? {
            PresentedRequest::Parameters(request) => Ok(Self::Parameters(request)),
            PresentedRequest::RequestObject { client_id, request } => {
                Ok(Self::RequestObject { client_id, request })
            }
            PresentedRequest::RequestUri { .. } => Err(Malformed::new(
                "request_uri",
                Fault::Uncalled,
                "RFC 9126 §2.1",
            )),
        }
    }

    /// Writes the parameters of a request body.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        match self {
            Self::Parameters(request) => request.encode(),
            Self::RequestObject { client_id, request } => Parameters::new()
                .with("client_id", client_id)
                .with("request", request.expose()),
        }
    }
}

impl From<AuthorizationRequest> for PushedRequest {
    fn from(request: AuthorizationRequest) -> Self {
        Self::Parameters(Box::new(request))
    }
}

/// A handle to a request that was pushed, for one use ([RFC 9126 §2.2]).
///
/// [RFC 9126 §2.2]: https://www.rfc-editor.org/rfc/rfc9126#section-2.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushedResponse {
    /// The handle.
    pub request_uri: Secret,
    /// How long it lives from now on, in seconds.
    pub expires_in: u64,
    /// Members that no RFC we know names.
    pub extra: Members,
}

impl PushedResponse {
    /// Makes a new handle of 256 random bits.
    ///
    /// A lifetime below one second is written as one: RFC 9126 §2.2 wants it positive.
    pub fn generate(random: &mut impl Random, lifetime: Duration) -> Self {
        let mut octets = [0; 32];
        random.fill(&mut octets);
        Self {
            request_uri: Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(octets))),
            expires_in: lifetime.as_secs().max(1),
            extra: Members::new(),
        }
    }

    /// Tells whether a `request_uri` can be a handle of ours, before anything is looked up.
    #[must_use]
    pub fn is_handle(request_uri: &Secret) -> bool {
        let reference = request_uri.expose().strip_prefix(PREFIX);
        reference.is_some_and(|reference| matches!(URL_SAFE_NO_PAD.decode(reference), Ok(octets) if octets.len() == 32))
    }

    /// Returns what the browser brings to the authorization endpoint instead of the request.
    #[must_use]
    pub fn reference(&self, client_id: impl Into<String>) -> PresentedRequest {
        PresentedRequest::RequestUri {
            client_id: client_id.into(),
            request_uri: self.request_uri.clone(),
        }
    }

    /// Reads the answer of the endpoint; 200 is taken for 201.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with what the server said, or [`Error::Malformed`].
    pub fn read(answer: &Answer<'_>) -> Result<Self, Error> {
        let members = token::read_members(answer, &Quirks::default(), RULE)?;
        Self::parse(members).map_err(|fault| Error::Malformed {
            fault,
            answer: Some(Box::new(Excerpt::new(answer))),
        })
    }

    /// Reads the members of the answer.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if one is missing or not what it has to be.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        let request_uri = members.take_secret("request_uri", RULE)?;
        let expires_in = members.take_number("expires_in", RULE)?;
        Ok(Self {
            request_uri: request_uri.ok_or_else(|| Malformed::missing("request_uri", RULE))?,
            expires_in: match expires_in {
                Some(0) => return Err(Malformed::not("expires_in", "a positive number", RULE)),
                Some(seconds) => seconds,
                None => return Err(Malformed::missing("expires_in", RULE)),
            },
            extra: members,
        })
    }

    /// Writes the members of the answer, the handle included.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.extra.clone();
        members.put("request_uri", self.request_uri.expose());
        members.put("expires_in", self.expires_in);
        members
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use proptest::prelude::*;

    use super::*;
    use crate::authorization::ResponseType;

    const REQUEST: &str = include_str!("../../../vectors/oauth2/par/rfc9126-2.1/request.form");
    const RESPONSE: &str = include_str!("../../../vectors/oauth2/par/rfc9126-2.1/response.json");

    fn parse(form: &str) -> Result<PushedRequest, Malformed> {
        PushedRequest::parse(&Parameters::parse(form.trim_end().as_bytes()).unwrap())
    }

    fn read(status: u16, body: &str) -> Result<PushedResponse, Error> {
        let headers = HeaderMap::new();
        PushedResponse::read(&Answer::new(
            StatusCode::from_u16(status).unwrap(),
            &headers,
            body.as_bytes(),
        ))
    }

    #[test]
    fn the_request_of_rfc_9126_is_read() {
        let PushedRequest::Parameters(request) = parse(REQUEST).unwrap() else {
            panic!("an object")
        };
        assert_eq!(request.client_id, "s6BhdRkqt3");
        assert_eq!(
            request.code_challenge.unwrap().challenge.expose(),
            "K2-ltc83acc4h0c9w6ESC_rEMTJ3bww-uCHaoeK1t8U"
        );
        assert!(
            request.extra.is_empty(),
            "what authenticates the client is none of the request"
        );
    }

    #[test]
    fn the_answer_of_rfc_9126_is_read_and_referred_to() {
        let response = read(201, RESPONSE).unwrap();
        assert_eq!(response.expires_in, 60);
        let uri = response
            .reference("s6BhdRkqt3")
            .to_uri("https://as.example.com/authorize")
            .unwrap();
        // RFC 9126 §4
        assert_eq!(
            uri,
            "https://as.example.com/authorize?client_id=s6BhdRkqt3&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c"
        );
    }

    #[test]
    fn a_reference_cannot_be_pushed() {
        for form in [
            "client_id=a&request_uri=b",
            "client_id=a&response_type=code&request_uri=",
            "client_id=a&request=b&request_uri=c",
        ] {
            assert_eq!(parse(form).unwrap_err().fault, Fault::Uncalled, "{form}");
        }
    }

    #[test]
    fn a_pushed_request_is_held_to_the_same_rules() {
        for form in [
            "",
            "client_id=a",
            "response_type=code",
            "response_type=code&client_id=a&state=1&state=2",
            "request=a",
        ] {
            assert!(parse(form).is_err(), "{form}");
        }
    }

    #[test]
    fn an_object_is_pushed_with_its_client() {
        let pushed = parse("client_id=a&request=eyJ.b.c&client_secret=d").unwrap();
        let object = PushedRequest::RequestObject {
            client_id: "a".to_owned(),
            request: "eyJ.b.c".into(),
        };
        assert_eq!(pushed, object);
        assert_eq!(pushed.encode().to_form(), "client_id=a&request=eyJ.b.c");
    }

    #[test]
    fn malformed_answers_are_refused() {
        for body in [
            "{}",
            r#"{"request_uri":"a"}"#,
            r#"{"expires_in":1}"#,
            r#"{"request_uri":"","expires_in":1}"#,
            r#"{"request_uri":"a","expires_in":0}"#,
            r#"{"request_uri":"a","expires_in":-1}"#,
            "<html>",
            "",
        ] {
            assert!(
                matches!(read(201, body), Err(Error::Malformed { .. })),
                "{body}"
            );
        }
        let refused = read(
            400,
            r#"{"error":"invalid_request","error_description":"The redirect_uri is not valid for the given client"}"#,
        );
        assert!(matches!(refused, Err(Error::Refused(_))));
    }

    #[test]
    fn a_handle_is_known_by_its_shape() {
        let handle = PushedResponse::generate(
            &mut |octets: &mut [u8]| octets.fill(7),
            Duration::from_millis(1),
        );
        assert_eq!(handle.expires_in, 1);
        assert!(PushedResponse::is_handle(&handle.request_uri));
        assert!(!format!("{handle:?}").contains("BwcH"));
        for other in [
            "",
            PREFIX,
            "https://a/request.jwt",
            "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
        ] {
            assert!(!PushedResponse::is_handle(&other.into()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn parsing_undoes_writing(client_id in "[ -~]{1,9}", request_uri in "[ -~]{1,9}", expires_in in 1..u64::MAX, extra in "x_[a-z]{0,9}") {
            let response = PushedResponse { request_uri: request_uri.as_str().into(), expires_in, extra: Members::new() };
            prop_assert_eq!(PushedResponse::parse(response.encode()), Ok(response));
            let mut request = AuthorizationRequest::new(ResponseType::code(), client_id.as_str());
            request.extra.push(extra, "1");
            let pushed = PushedRequest::from(request);
            prop_assert_eq!(PushedRequest::parse(&pushed.encode()), Ok(pushed));
            let object = PushedRequest::RequestObject { client_id, request: request_uri.into() };
            prop_assert_eq!(PushedRequest::parse(&object.encode()), Ok(object));
        }
    }
}

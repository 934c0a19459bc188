use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::{AuthorizationRequest, ResponseMode, ResponseType, read_client_id, text, to_uri};
use crate::error::{Fault, Malformed, Misuse};
use crate::fields::Fields;

/// Who is to hear what becomes of a request, read before anything else of it.
///
/// While client and redirect URI are not verified, every error is shown to the user; only after
/// that may one go back to the client (RFC 6749 §4.1.2.1). So these are read first, and a fault in
/// the rest of the request can still be told to whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addressee {
    /// Who says that it asks.
    pub client_id: String,
    /// Where it wants the answer.
    pub redirect_uri: Option<String>,
    /// What it wants back; absent if it cannot be told which.
    pub state: Option<Secret>,
    /// How it wants the answer, as far as that can be told.
    pub mode: ResponseMode,
}

impl Addressee {
    /// Reads who is to hear what becomes of a request.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if client or redirect URI are missing, repeated or malformed; not to be
    /// redirected.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        let mut fields = Fields::new(parameters, "RFC 6749 §4.1.2.1");
        let single = |name| {
            parameters
                .single(name)
                .ok()
                .flatten()
                .filter(|value| !value.is_empty())
        };
        let response_type = single("response_type").and_then(|text| ResponseType::parse(text).ok());
        let default = response_type
            .as_ref()
            .map_or(ResponseMode::Query, ResponseType::default_mode);
        let asked = single("response_mode").map(ResponseMode::from);
        let has_token = response_type.is_some_and(|response_type| response_type.has_token());
        Ok(Self {
            client_id: read_client_id(&mut fields)?,
            redirect_uri: text(&mut fields, "redirect_uri")?,
            state: single("state").map(Secret::from),
            mode: match asked {
                None | Some(ResponseMode::Other(_)) => default,
                Some(ResponseMode::Query) if has_token => default,
                Some(asked) => asked,
            },
        })
    }
}

/// An authorization request as it arrives at the endpoint ([RFC 9101 §5]).
///
/// [RFC 9101 §5]: https://www.rfc-editor.org/rfc/rfc9101#section-5
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentedRequest {
    /// Its parameters.
    Parameters(Box<AuthorizationRequest>),
    /// A JWT that holds them.
    RequestObject {
        /// Who asks; has to equal the one in the JWT.
        client_id: String,
        /// The JWT.
        request: Secret,
    },
    /// A handle to them, for one use: a pushed request, or a JWT elsewhere.
    RequestUri {
        /// Who asks; has to equal the one that pushed.
        client_id: String,
        /// The handle.
        request_uri: Secret,
    },
}

impl PresentedRequest {
    /// Reads the parameters of the query or of the posted form.
    ///
    /// # Errors
    ///
    /// [`Malformed`] as [`AuthorizationRequest::parse`], if `request` and `request_uri` are both
    /// there, or if the latter is neither an https URI nor a URN.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        const RULE: &str = "RFC 9101 §5";
        let mut fields = Fields::new(parameters, RULE);
        let request = fields.optional("request")?;
        let request_uri = fields.optional("request_uri")?;
        // RFC 9101 §5: `request` and `request_uri` MUST NOT be used together; beside either, the
        // other parameters are not looked at (§6.3).
        match (request, request_uri) {
            (None, None) => AuthorizationRequest::parse(parameters)
                .map(|request| Self::Parameters(request.into())),
            (Some(request), None) => Ok(Self::RequestObject {
                client_id: read_client_id(&mut fields)?,
                request: request.into(),
            }),
            (None, Some(request_uri)) if !is_reference(request_uri) => Err(Malformed::not(
                "request_uri",
                "an https URI or a URN",
                "RFC 9101 §5.2",
            )),
            (None, Some(request_uri)) => Ok(Self::RequestUri {
                client_id: read_client_id(&mut fields)?,
                request_uri: request_uri.into(),
            }),
            (Some(_), Some(_)) => Err(Malformed::new(
                "request",
                Fault::Beside("request_uri"),
                RULE,
            )),
        }
    }

    /// Writes the parameters.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let written = |client_id: &str, name, secret: &Secret| {
            Parameters::new()
                .with("client_id", client_id)
                .with(name, secret.expose())
        };
        match self {
            Self::Parameters(request) => request.encode(),
            Self::RequestObject { client_id, request } => written(client_id, "request", request),
            Self::RequestUri {
                client_id,
                request_uri,
            } => written(client_id, "request_uri", request_uri),
        }
    }

    /// Writes the address to which the browser goes.
    ///
    /// # Errors
    ///
    /// [`Misuse::InsecureTransport`] unless the endpoint is https, or http on a loopback address.
    pub fn to_uri(&self, endpoint: &str) -> Result<String, Misuse> {
        to_uri(endpoint, &self.encode())
    }
}

/// RFC 9101 §5.2: an `https` URI, or a URN if the server gave it.
fn is_reference(uri: &str) -> bool {
    ["https://", "urn:"].into_iter().any(|start| {
        uri.split_at_checked(start.len())
            .is_some_and(|(head, rest)| head.eq_ignore_ascii_case(start) && !rest.is_empty())
    })
}

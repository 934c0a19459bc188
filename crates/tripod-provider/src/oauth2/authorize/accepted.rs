use tripod_oauth2::authorization::{AuthorizationRequest, ResponseMode, ResponseType};
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::pkce::CodeChallengeMethod;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::GrantType;

use super::presented::Presented;
use crate::artefact::Client;
use crate::config::Config;
use crate::oauth2::failure::Refusal;
use crate::oauth2::{audience, scope};

/// A request that may be granted, if the user allows it.
pub(super) struct Accepted {
    pub(super) request: AuthorizationRequest,
    pub(super) scope: Scope,
    pub(super) resources: Vec<String>,
    pub(super) dpop_jkt: Option<String>,
}

impl Accepted {
    /// Reads a request by the rules of the server and of its client.
    pub(super) fn read(
        config: &Config,
        presented: &Presented,
        client: &Client,
    ) -> Result<Self, Refusal> {
        check_form(presented, client)?;
        let request = AuthorizationRequest::parse(&presented.parameters())?;
        check_response(config, &request, client)?;
        check_challenge(&request)?;
        Ok(Self {
            scope: scope::of_user(config, client, request.scope.as_ref())?,
            resources: audience::of_request(config, &request.resource)?,
            dpop_jkt: dpop_jkt(&request, presented)?,
            request,
        })
    }
}

fn check_form(presented: &Presented, client: &Client) -> Result<(), Refusal> {
    let metadata = &client.metadata;
    if metadata.require_pushed_authorization_requests && presented.pushed.is_none() {
        return Err(Refusal::invalid_request(
            "this client has to push its requests (RFC 9126 section 6)",
        ));
    }
    if metadata.require_signed_request_object && !presented.is_signed {
        return Err(Refusal::invalid_request(
            "this client has to sign its requests (RFC 9101 section 10.5)",
        ));
    }
    Ok(())
}

fn check_response(
    config: &Config,
    request: &AuthorizationRequest,
    client: &Client,
) -> Result<(), Refusal> {
    // RFC 9700 §2.1.2: no token travels through the browser.
    if request.response_type != ResponseType::code() {
        return Err(Refusal::new(
            ErrorCode::UnsupportedResponseType,
            "`response_type` has to be `code`",
        ));
    }
    let grant = GrantType::AuthorizationCode;
    if !config.serves(&grant) || !client.metadata.grants().contains(&grant) {
        return Err(Refusal::unauthorized_client(
            "the client did not register `authorization_code`",
        ));
    }
    if !client.metadata.responses().contains(&request.response_type) {
        return Err(Refusal::unauthorized_client(
            "the client did not register the response type `code`",
        ));
    }
    match request.mode() {
        ResponseMode::FormPost | ResponseMode::Fragment | ResponseMode::Query => {}
        _ => {
            return Err(Refusal::invalid_request(
                "`response_mode` has to be `query`, `fragment` or `form_post`",
            ));
        }
    }
    if request.authorization_details.is_some() {
        // RFC 9396 §5: a type that is not known is refused, and none is.
        return Err(Refusal::new(
            ErrorCode::InvalidAuthorizationDetails,
            "no type of authorization details is known here",
        ));
    }
    Ok(())
}

fn check_challenge(request: &AuthorizationRequest) -> Result<(), Refusal> {
    // RFC 9700 §2.1.1: PKCE, for every client, and by S256 alone (RFC 7636 §7.2).
    match &request.code_challenge {
        Some(challenge) if challenge.method == CodeChallengeMethod::S256 => Ok(()),
        Some(_) => Err(Refusal::invalid_request(
            "`code_challenge_method` has to be `S256` (RFC 7636 section 4.4.1)",
        )),
        None => Err(Refusal::invalid_request(
            "`code_challenge` is missing: PKCE is required (RFC 7636 section 4.4.1)",
        )),
    }
}

fn dpop_jkt(
    request: &AuthorizationRequest,
    presented: &Presented,
) -> Result<Option<String>, Refusal> {
    let is_thumbprint = |jkt: &String| {
        let is_base64url = |octet: u8| octet.is_ascii_alphanumeric() || b"-_".contains(&octet);
        jkt.len() == 43 && jkt.bytes().all(is_base64url)
    };
    match (&request.dpop_jkt, &presented.pushed_jkt) {
        (Some(jkt), _) if !is_thumbprint(jkt) => Err(Refusal::invalid_request(
            "`dpop_jkt` is no SHA-256 thumbprint in base64url (RFC 9449 section 10)",
        )),
        // RFC 9449 §10.1: if both are there, they have to be the same.
        (Some(jkt), Some(pushed)) if jkt != pushed => Err(Refusal::invalid_request(
            "`dpop_jkt` is not the key that pushed the request (RFC 9449 section 10.1)",
        )),
        (Some(jkt), _) | (None, Some(jkt)) => Ok(Some(jkt.clone())),
        (None, None) => Ok(None),
    }
}

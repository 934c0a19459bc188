use crate::registry::{Unregistered, wire_names};

/// An error code on the wire, whichever endpoint it comes from.
///
/// Each variant names where its meaning is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The resource owner or the server said no (RFC 6749 §4.1.2.1, RFC 8628 §3.5).
    AccessDenied,
    /// The user has to choose an account (OpenID Connect Core §3.1.2.6).
    AccountSelectionRequired,
    /// The user has not decided yet (RFC 8628 §3.5).
    AuthorizationPending,
    /// The user has to consent (OpenID Connect Core §3.1.2.6).
    ConsentRequired,
    /// The device code has expired (RFC 8628 §3.5).
    ExpiredToken,
    /// The token lacks a scope (RFC 6750 §3.1).
    InsufficientScope,
    /// The user was not authenticated well or recently enough (RFC 9470 §3).
    InsufficientUserAuthentication,
    /// The server has to talk to the user (OpenID Connect Core §3.1.2.6).
    InteractionRequired,
    /// The authorization details are unknown, malformed or not allowed (RFC 9396 §5).
    InvalidAuthorizationDetails,
    /// Client authentication failed (RFC 6749 §5.2).
    InvalidClient,
    /// A registered value is not acceptable (RFC 7591 §3.2.2).
    InvalidClientMetadata,
    /// The DPoP proof is not valid (RFC 9449 §5).
    InvalidDpopProof,
    /// The grant is invalid, expired, revoked or somebody else's (RFC 6749 §5.2).
    InvalidGrant,
    /// A redirect URI cannot be registered (RFC 7591 §3.2.2).
    InvalidRedirectUri,
    /// A parameter is missing, repeated or malformed (RFC 6749 §4.1.2.1, §5.2, RFC 6750 §3.1).
    InvalidRequest,
    /// The request object is not valid (RFC 9101 §7).
    InvalidRequestObject,
    /// The `request_uri` is not valid (RFC 9101 §7).
    InvalidRequestUri,
    /// The scope is unknown, malformed or too wide (RFC 6749 §5.2).
    InvalidScope,
    /// The software statement is not valid (RFC 7591 §3.2.2).
    InvalidSoftwareStatement,
    /// The resource is unknown, malformed or not allowed (RFC 8707 §2, RFC 8693 §2.2.2).
    InvalidTarget,
    /// The access token is expired, revoked or malformed (RFC 6750 §3.1).
    InvalidToken,
    /// The user has to sign in (OpenID Connect Core §3.1.2.6).
    LoginRequired,
    /// The `registration` parameter is not supported (OpenID Connect Core §3.1.2.6).
    RegistrationNotSupported,
    /// The `request` parameter is not supported (RFC 9101 §7).
    RequestNotSupported,
    /// The `request_uri` parameter is not supported (RFC 9101 §7).
    RequestUriNotSupported,
    /// The server failed (RFC 6749 §4.1.2.1).
    ServerError,
    /// The client polls too fast (RFC 8628 §3.5).
    SlowDown,
    /// The server is busy (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
    /// The client may not use this grant (RFC 6749 §4.1.2.1, §5.2).
    UnauthorizedClient,
    /// The software statement comes from nobody known (RFC 7591 §3.2.2).
    UnapprovedSoftwareStatement,
    /// The authentication the request asks for cannot be met (OpenID Connect Unmet ACR §2).
    UnmetAuthenticationRequirements,
    /// The grant type is not supported (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// The response type is not supported (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// Tokens of this type cannot be revoked (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// The DPoP proof has to carry the nonce that came with this answer (RFC 9449 §8).
    UseDpopNonce,
    /// Any other code.
    Other(Unregistered),
}

wire_names!(ErrorCode {
    AccessDenied => "access_denied",
    AccountSelectionRequired => "account_selection_required",
    AuthorizationPending => "authorization_pending",
    ConsentRequired => "consent_required",
    ExpiredToken => "expired_token",
    InsufficientScope => "insufficient_scope",
    InsufficientUserAuthentication => "insufficient_user_authentication",
    InteractionRequired => "interaction_required",
    InvalidAuthorizationDetails => "invalid_authorization_details",
    InvalidClient => "invalid_client",
    InvalidClientMetadata => "invalid_client_metadata",
    InvalidDpopProof => "invalid_dpop_proof",
    InvalidGrant => "invalid_grant",
    InvalidRedirectUri => "invalid_redirect_uri",
    InvalidRequest => "invalid_request",
    InvalidRequestObject => "invalid_request_object",
    InvalidRequestUri => "invalid_request_uri",
    InvalidScope => "invalid_scope",
    InvalidSoftwareStatement => "invalid_software_statement",
    InvalidTarget => "invalid_target",
    InvalidToken => "invalid_token",
    LoginRequired => "login_required",
    RegistrationNotSupported => "registration_not_supported",
    RequestNotSupported => "request_not_supported",
    RequestUriNotSupported => "request_uri_not_supported",
    ServerError => "server_error",
    SlowDown => "slow_down",
    TemporarilyUnavailable => "temporarily_unavailable",
    UnauthorizedClient => "unauthorized_client",
    UnapprovedSoftwareStatement => "unapproved_software_statement",
    UnmetAuthenticationRequirements => "unmet_authentication_requirements",
    UnsupportedGrantType => "unsupported_grant_type",
    UnsupportedResponseType => "unsupported_response_type",
    UnsupportedTokenType => "unsupported_token_type",
    UseDpopNonce => "use_dpop_nonce",
});

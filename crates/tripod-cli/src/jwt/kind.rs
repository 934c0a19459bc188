//! What kind of token it is, by its `typ` or else by its claims.

use serde_json::{Map, Value};
use tripod_oauth2::jose::claims::Claims;

/// The kinds that can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    AccessToken,
    AuthorizationResponse,
    ClientAssertion,
    DpopProof,
    IdToken,
    IntrospectionResponse,
    LogoutToken,
    Other,
    RequestObject,
    SecurityEvent,
}

impl Kind {
    /// Guesses; what the header says goes before what the claims look like.
    pub(super) fn of(header: Option<&Map<String, Value>>, claims: Option<&Claims>) -> Self {
        let media_type = header.and_then(|header| header.get("typ"));
        media_type
            .and_then(Value::as_str)
            .and_then(Self::of_media_type)
            .or_else(|| claims.map(Self::of_claims))
            .unwrap_or(Self::Other)
    }

    fn of_media_type(media_type: &str) -> Option<Self> {
        let lower = media_type.to_ascii_lowercase();
        Some(match lower.strip_prefix("application/").unwrap_or(&lower) {
            "at+jwt" => Self::AccessToken,
            "client-authentication+jwt" => Self::ClientAssertion,
            "dpop+jwt" => Self::DpopProof,
            "logout+jwt" => Self::LogoutToken,
            "oauth-authz-req+jwt" => Self::RequestObject,
            "secevent+jwt" => Self::SecurityEvent,
            "token-introspection+jwt" => Self::IntrospectionResponse,
            _ => return None,
        })
    }

    fn of_claims(claims: &Claims) -> Self {
        const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";
        let has = |name: &str| claims.value(name).is_some();
        let all = |names: &[&str]| names.iter().all(|name| has(name));
        let any = |names: &[&str]| names.iter().any(|name| has(name));
        let events = claims.value("events");
        if events.is_some_and(|events| events.get(LOGOUT).is_some()) {
            Self::LogoutToken
        } else if events.is_some() {
            Self::SecurityEvent
        } else if all(&["htm", "htu"]) {
            Self::DpopProof
        } else if has("token_introspection") {
            Self::IntrospectionResponse
        } else if has("client_id") && any(&["response_type", "redirect_uri"]) {
            Self::RequestObject
        } else if any(&["scope", "scp", "client_id"]) {
            Self::AccessToken
        } else if any(&["nonce", "at_hash", "c_hash", "auth_time", "azp", "amr"]) {
            Self::IdToken
        } else if has("aud") && any(&["code", "error", "response"]) {
            Self::AuthorizationResponse
        } else if has("aud") && has("iss") && claims.value("iss") == claims.value("sub") {
            Self::ClientAssertion
        } else {
            Self::Other
        }
    }

    /// Returns the name for machines.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::AccessToken => "access-token",
            Self::AuthorizationResponse => "authorization-response",
            Self::ClientAssertion => "client-assertion",
            Self::DpopProof => "dpop-proof",
            Self::IdToken => "id-token",
            Self::IntrospectionResponse => "introspection-response",
            Self::LogoutToken => "logout-token",
            Self::Other => "jwt",
            Self::RequestObject => "request-object",
            Self::SecurityEvent => "security-event",
        }
    }

    /// Says it to people.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::AccessToken => "an access token (RFC 9068)",
            Self::AuthorizationResponse => "an authorization response (JARM)",
            Self::ClientAssertion => "a client's assertion of who it is (RFC 7523 §3)",
            Self::DpopProof => "a DPoP proof (RFC 9449)",
            Self::IdToken => "an ID token (OpenID Connect Core §2)",
            Self::IntrospectionResponse => "an introspection response (RFC 9701)",
            Self::LogoutToken => "a logout token (OpenID Connect Back-Channel Logout §2.4)",
            Self::Other => "a JWT of no kind that is known here (RFC 7519)",
            Self::RequestObject => "a request object (RFC 9101)",
            Self::SecurityEvent => "a security event token (RFC 8417)",
        }
    }

    /// Returns the claims without which nobody should take it.
    pub(super) const fn due(self) -> &'static [&'static str] {
        match self {
            Self::DpopProof => &["htm", "htu", "iat", "jti"],
            Self::IdToken => &["iss", "sub", "aud", "exp", "iat"],
            Self::AccessToken => &["iss", "sub", "aud", "exp", "iat", "jti", "client_id"],
            Self::ClientAssertion => &["iss", "sub", "aud", "exp"],
            Self::IntrospectionResponse => &["iss", "aud", "iat"],
            Self::LogoutToken => &["iss", "aud", "iat", "exp", "jti", "events"],
            Self::RequestObject => &["iss", "aud", "exp"],
            Self::SecurityEvent => &["iss", "iat", "jti"],
            Self::AuthorizationResponse | Self::Other => &["iss", "aud", "exp"],
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(header: Value, claims: Value) -> Kind {
        let (Value::Object(header), Value::Object(claims)) = (header, claims) else {
            panic!("objects");
        };
        Kind::of(Some(&header), Some(&Claims::from(claims)))
    }

    #[test]
    fn typ_goes_before_the_claims() {
        let claims = json!({"nonce": "n", "iss": "a", "aud": "b"});
        for (media_type, expected) in [
            ("at+jwt", Kind::AccessToken),
            ("application/AT+JWT", Kind::AccessToken),
            ("dpop+jwt", Kind::DpopProof),
            ("logout+jwt", Kind::LogoutToken),
            ("oauth-authz-req+jwt", Kind::RequestObject),
            ("JWT", Kind::IdToken),
            ("unheard+jwt", Kind::IdToken),
        ] {
            assert_eq!(kind(json!({"typ": media_type}), claims.clone()), expected);
        }
    }

    #[test]
    fn claims_tell_when_typ_does_not() {
        let logout = "http://schemas.openid.net/event/backchannel-logout";
        for (claims, expected) in [
            (json!({"htm": "GET", "htu": "https://a"}), Kind::DpopProof),
            (json!({"events": {logout: {}}}), Kind::LogoutToken),
            (json!({"events": {"other": {}}}), Kind::SecurityEvent),
            (json!({"scope": "a", "azp": "b"}), Kind::AccessToken),
            (json!({"at_hash": "a"}), Kind::IdToken),
            (
                json!({"aud": "a", "code": "b"}),
                Kind::AuthorizationResponse,
            ),
            (
                json!({"iss": "a", "sub": "a", "aud": "b"}),
                Kind::ClientAssertion,
            ),
            (json!({"iss": "a", "sub": "b", "aud": "b"}), Kind::Other),
            (json!({}), Kind::Other),
        ] {
            assert_eq!(kind(json!({}), claims.clone()), expected, "{claims}");
        }
    }
}

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Malformed;
use crate::registry::{Unregistered, wire_names};

/// What the authorization endpoint is to answer: a set of names ([RFC 6749 §3.1.1]).
///
/// ```
/// use tripod_oauth2::authorization::ResponseType;
///
/// assert_eq!(ResponseType::parse("id_token code"), ResponseType::parse("code id_token"));
/// ```
///
/// [RFC 6749 §3.1.1]: https://www.rfc-editor.org/rfc/rfc6749#section-3.1.1
#[derive(Clone, Debug)]
pub struct ResponseType(Vec<ResponseName>);

impl ResponseType {
    /// Asks for a code, as OAuth 2.1 does.
    #[must_use]
    pub fn code() -> Self {
        Self(vec![ResponseName::Code])
    }

    /// Reads names separated by spaces.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if there is none, one repeats, or `none` has company.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        const RULE: &str = "RFC 6749 §3.1.1";
        let mut names = Vec::new();
        for name in text.split(' ') {
            let is_name = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'_';
            let name_is_well_formed = !name.is_empty() && name.bytes().all(is_name);
            let name = ResponseName::from(name);
            if !name_is_well_formed || names.contains(&name) {
                return Err(Malformed::not(
                    "response_type",
                    "a list of different names",
                    RULE,
                ));
            }
            names.push(name);
        }
        if names.contains(&ResponseName::None) && names.len() > 1 {
            let rule = "OAuth 2.0 Multiple Response Types §4";
            return Err(Malformed::not("response_type", "`none` alone", rule));
        }
        Ok(Self(names))
    }

    /// Tells whether a name is in the set.
    #[must_use]
    pub fn contains(&self, name: &ResponseName) -> bool {
        self.0.contains(name)
    }

    /// Tells whether a token is to come back through the browser.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.contains(&ResponseName::Token) || self.contains(&ResponseName::IdToken)
    }

    /// Returns how the answer is sent unless the request says otherwise.
    #[must_use]
    pub fn default_mode(&self) -> ResponseMode {
        if self.has_token() {
            ResponseMode::Fragment
        } else {
            ResponseMode::Query
        }
    }

    /// Returns the names in order.
    pub fn iter(&self) -> impl Iterator<Item = &ResponseName> {
        self.0.iter()
    }
}

impl PartialEq for ResponseType {
    fn eq(&self, other: &Self) -> bool {
        // RFC 6749 §3.1.1: the order of values does not matter.
        self.0.len() == other.0.len() && self.0.iter().all(|name| other.contains(name))
    }
}

impl Eq for ResponseType {}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(ResponseName::as_str).collect();
        f.write_str(&names.join(" "))
    }
}

impl Serialize for ResponseType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ResponseType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// One name in a [`ResponseType`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseName {
    /// An authorization code.
    Code,
    /// An ID token.
    IdToken,
    /// Nothing but the consent.
    None,
    /// An access token, which OAuth 2.1 has done away with.
    Token,
    /// Any other.
    Other(Unregistered),
}

wire_names!(ResponseName {
    Code => "code",
    IdToken => "id_token",
    None => "none",
    Token => "token",
});

/// How an authorization response is sent ([OAuth 2.0 Multiple Response Types §2.1]).
///
/// [OAuth 2.0 Multiple Response Types §2.1]: https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseMode {
    /// A form that the browser posts.
    FormPost,
    /// The same, signed (JARM §2.3.3).
    FormPostJwt,
    /// The fragment of the redirect URI.
    Fragment,
    /// The same, signed (JARM §2.3.2).
    FragmentJwt,
    /// The default of the response type, signed (JARM §2.3.4).
    Jwt,
    /// The query of the redirect URI.
    Query,
    /// The same, signed (JARM §2.3.1).
    QueryJwt,
    /// Any other.
    Other(Unregistered),
}

wire_names!(ResponseMode {
    FormPost => "form_post",
    FormPostJwt => "form_post.jwt",
    Fragment => "fragment",
    FragmentJwt => "fragment.jwt",
    Jwt => "jwt",
    Query => "query",
    QueryJwt => "query.jwt",
});

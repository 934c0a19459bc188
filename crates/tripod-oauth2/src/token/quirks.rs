use super::TokenType;
use crate::scope::Separator;

/// What a server is known to answer differently; nothing of it is guessed.
///
/// ```
/// use tripod_oauth2::token::Quirks;
///
/// let mut slack = Quirks::default();
/// slack.nested_token = Some("authed_user".to_owned());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quirks {
    /// Names come in camel case, as in `accessToken`.
    pub camel_case: bool,
    /// What `expires_in` counts.
    pub lifetime_unit: LifetimeUnit,
    /// The member in which the token stands, where it does not stand at the top.
    pub nested_token: Option<String>,
    /// Members with names of the server's own, each with the name the RFC has for it.
    pub renamed: Vec<(String, String)>,
    /// What separates scopes; without it, commas do where no space does.
    pub scope_separator: Option<Separator>,
    /// What the token type means, whatever the server calls it.
    pub token_type: Option<TokenType>,
    /// `expires_in: 0` says that the token does not expire.
    pub zero_means_endless: bool,
}

/// What a lifetime counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LifetimeUnit {
    /// Thousandths of seconds.
    Milliseconds,
    /// Seconds, as RFC 6749 §5.1 says.
    #[default]
    Seconds,
}

//! Signing out at the provider ([OpenID Connect RP-Initiated Logout]).
//!
//! [OpenID Connect RP-Initiated Logout]: https://openid.net/specs/openid-connect-rpinitiated-1_0.html

use tripod_core::parameters::{self, Parameters};
use tripod_core::secret::Secret;

/// What a client sends the browser to the `end_session_endpoint` with ([RP-Initiated Logout §2]).
///
/// ```
/// use tripod_oauth2::logout::LogoutRequest;
///
/// let mut request = LogoutRequest::new();
/// request.client_id = Some("s6BhdRkqt3".to_owned());
/// request.post_logout_redirect_uri = Some("https://client.example/bye".to_owned());
/// let query = request.encode().to_form();
/// assert_eq!(query, "client_id=s6BhdRkqt3&post_logout_redirect_uri=https%3A%2F%2Fclient.example%2Fbye");
/// ```
///
/// [RP-Initiated Logout §2]: https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// `id_token_hint`: an ID token of whoever signs out; that it has expired does not matter.
    pub id_token_hint: Option<Secret>,
    /// `logout_hint`: who signs out, in the provider's words.
    pub logout_hint: Option<String>,
    /// `client_id`.
    pub client_id: Option<String>,
    /// `post_logout_redirect_uri`.
    pub post_logout_redirect_uri: Option<String>,
    /// `state`, which comes back with the redirect.
    pub state: Option<String>,
    /// `ui_locales`, separated by spaces.
    pub ui_locales: Option<String>,
    /// Every other parameter.
    pub others: Parameters,
}

impl LogoutRequest {
    /// Begins a request that says nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the parameters.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let named = [
            (
                ID_TOKEN_HINT,
                self.id_token_hint.as_ref().map(Secret::expose),
            ),
            (LOGOUT_HINT, self.logout_hint.as_deref()),
            (CLIENT_ID, self.client_id.as_deref()),
            (REDIRECT_URI, self.post_logout_redirect_uri.as_deref()),
            (STATE, self.state.as_deref()),
            (UI_LOCALES, self.ui_locales.as_deref()),
        ];
        let named = named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        named.chain(self.others.iter()).collect()
    }

    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// [`parameters::Error::Repeated`] if one of those that are known occurs again.
    pub fn parse(parameters: &Parameters) -> Result<Self, parameters::Error> {
        let single = |name| Ok(parameters.single(name)?.map(str::to_owned));
        let unknown = |(name, _): &(&str, &str)| !KNOWN.contains(name);
        Ok(Self {
            id_token_hint: parameters.single(ID_TOKEN_HINT)?.map(Secret::from),
            logout_hint: single(LOGOUT_HINT)?,
            client_id: single(CLIENT_ID)?,
            post_logout_redirect_uri: single(REDIRECT_URI)?,
            state: single(STATE)?,
            ui_locales: single(UI_LOCALES)?,
            others: parameters.iter().filter(unknown).collect(),
        })
    }
}

const ID_TOKEN_HINT: &str = "id_token_hint";
const LOGOUT_HINT: &str = "logout_hint";
const CLIENT_ID: &str = "client_id";
const REDIRECT_URI: &str = "post_logout_redirect_uri";
const STATE: &str = "state";
const UI_LOCALES: &str = "ui_locales";
const KNOWN: [&str; 6] = [
    ID_TOKEN_HINT,
    LOGOUT_HINT,
    CLIENT_ID,
    REDIRECT_URI,
    STATE,
    UI_LOCALES,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_parameter_that_repeats_is_refused() {
        for name in KNOWN {
            let parameters = Parameters::new().with(name, "a").with(name, "a");
            let name = name.to_owned();
            assert_eq!(
                LogoutRequest::parse(&parameters),
                Err(parameters::Error::Repeated { name })
            );
        }
    }

    #[test]
    fn what_is_not_known_survives_and_may_repeat() {
        let parameters = Parameters::new()
            .with("x", "1")
            .with("x", "2")
            .with(STATE, "s");
        let request = LogoutRequest::parse(&parameters).unwrap();
        assert_eq!(
            request.others,
            Parameters::new().with("x", "1").with("x", "2")
        );
        assert_eq!(request.state.as_deref(), Some("s"));
    }

    #[test]
    fn the_id_token_is_not_printed() {
        let parameters = Parameters::new().with(ID_TOKEN_HINT, "sentinel");
        let request = LogoutRequest::parse(&parameters).unwrap();
        assert!(!format!("{request:?}").contains("sentinel"));
    }

    proptest! {
        #[test]
        fn parsing_undoes_encoding(hint: Option<String>, texts: [Option<String>; 5], other: Vec<String>) {
            let [logout_hint, client_id, post_logout_redirect_uri, state, ui_locales] = texts;
            let request = LogoutRequest {
                id_token_hint: hint.map(Secret::new),
                logout_hint,
                client_id,
                post_logout_redirect_uri,
                state,
                ui_locales,
                others: other.into_iter().map(|value| ("other", value)).collect(),
            };
            prop_assert_eq!(LogoutRequest::parse(&request.encode()), Ok(request));
        }
    }
}

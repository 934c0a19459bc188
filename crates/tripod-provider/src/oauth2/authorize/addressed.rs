use axum::response::Response;
use tripod_core::secret::Secret;
use tripod_oauth2::authorization::{AuthorizationResponse, Granted, ResponseMode};
use tripod_oauth2::client_authentication::ClientAuthenticationMethod;
use tripod_oauth2::error::ErrorResponse;
use tripod_oauth2::redirect_uri::{RedirectUri, Redirection, VerifiedRedirect};

use super::presented::{Presented, unaddressed};
use crate::artefact::Client;
use crate::metrics::Refused;
use crate::pages::{Onward, Stop, redirect};
use crate::provider::Provider;

/// Where the answer goes, now that it is known to be the client's.
pub(super) struct Addressed {
    redirect: VerifiedRedirect,
    state: Option<Secret>,
    mode: ResponseMode,
}

impl Addressed {
    /// Finds the redirect URI among those of the client.
    pub(super) fn verify(
        provider: &Provider,
        presented: &Presented,
        client: &Client,
    ) -> Result<Self, Stop> {
        let addressee = presented.addressee(provider)?;
        let registered: Vec<RedirectUri> = client
            .metadata
            .redirect_uris
            .iter()
            // What may be registered was decided when it was; a script never may.
            .filter_map(|uri| RedirectUri::dangerous_parse(uri).ok())
            .collect();
        let redirect = VerifiedRedirect::verify(addressee.redirect_uri.as_deref(), &registered);
        let redirect = redirect.map_err(|error| {
            let text = format!("`redirect_uri`: {error}. It is compared character for character.");
            unaddressed(provider, client, text)
        })?;
        Ok(Self {
            redirect,
            state: addressee.state,
            mode: sendable(addressee.mode),
        })
    }

    /// Returns where the answer goes.
    pub(super) fn redirect_uri(&self) -> &str {
        self.redirect.as_str()
    }

    /// Tells whether nobody but the client can get what is sent there.
    ///
    /// RFC 8252 §8.6: any program on the device can be who listens on a loopback address or for a
    /// scheme, so that for a client without a secret the user is asked each time.
    pub(super) fn is_assured(&self, client: &Client) -> bool {
        let scheme = self.redirect_uri().split(':').next().unwrap_or_default();
        let has_secret = client.metadata.auth_method() != ClientAuthenticationMethod::None;
        has_secret || scheme.eq_ignore_ascii_case("https")
    }

    /// Sends an error to the client.
    pub(super) fn refuse(
        &self,
        provider: &Provider,
        client: &Client,
        error: ErrorResponse,
    ) -> Response {
        let code = error.code.as_str();
        tracing::info!(client = client.id, error = code, "refused by redirect");
        let refused = Refused(code.to_owned());
        let mut answer = self.send(provider, client, AuthorizationResponse::refused(error));
        answer.extensions_mut().insert(refused);
        answer
    }

    /// Sends a code to the client.
    pub(super) fn grant(&self, provider: &Provider, client: &Client, code: Secret) -> Response {
        let granted = AuthorizationResponse::granted(Granted::code(code));
        self.send(provider, client, granted)
    }

    fn send(
        &self,
        provider: &Provider,
        client: &Client,
        mut response: AuthorizationResponse,
    ) -> Response {
        // RFC 6749 §4.1.2: the state is given back as it was received.
        response.state.clone_from(&self.state);
        // RFC 9207 §2: every response names its issuer, errors as well.
        response.iss = Some(provider.config().issuer.as_str().to_owned());
        let redirection = self.redirect.redirect(&response, &self.mode);
        match redirection.expect("the mode is one that is sent, and codes go by each of these") {
            Redirection::FormPost(form) => Onward::new(client.name(), form).show(provider),
            Redirection::Location(location) => redirect(&location),
            _ => redirect(&Secret::from(self.redirect_uri())),
        }
    }
}

/// Returns the mode itself if we can send by it, and otherwise that of an error about it.
fn sendable(mode: ResponseMode) -> ResponseMode {
    match mode {
        ResponseMode::FormPost | ResponseMode::Fragment | ResponseMode::Query => mode,
        _ => ResponseMode::Query,
    }
}

//! The secrets that clients are given who register.

use tripod_core::secret::Secret;
use tripod_oauth2::client_authentication::ClientAuthenticationMethod;

use crate::artefact::{Client, SecretHash};
use crate::handle::PlainToken;
use crate::provider::Provider;
use crate::seal::{Purpose, Sealed};

/// What becomes of the secret of a client.
#[derive(Debug)]
pub(super) enum Credentials {
    /// It stays as it is; nobody can read it again.
    Kept,
    /// There is a new one, readable by this server if the client signs with it.
    New {
        secret: Secret,
        sealed: Option<Sealed>,
    },
    /// There is none.
    None,
}

impl Credentials {
    pub(super) const fn kept() -> Self {
        Self::Kept
    }

    /// Draws what a new client needs.
    pub(super) fn draw(provider: &Provider, client: &Client) -> Self {
        let method = client.metadata.auth_method();
        if !has_secret(&method) {
            return Self::None;
        }
        let secret = PlainToken::generate(&mut provider.random()).into_secret();
        let is_signed_with = method == ClientAuthenticationMethod::ClientSecretJwt;
        let sealed = is_signed_with.then(|| {
            let context = Client::secret_context(&client.id);
            let mut random = provider.random();
            let sealer = provider.sealer();
            sealer.seal(Purpose::Secret, &context, &secret, &mut random)
        });
        Self::New { secret, sealed }
    }

    /// Draws anew where the way to authenticate needs what the client does not have.
    pub(super) fn renew(provider: &Provider, before: &Client, now: &Client) -> Self {
        let method = now.metadata.auth_method();
        let is_signed_with = method == ClientAuthenticationMethod::ClientSecretJwt;
        let suffices = if is_signed_with {
            before.sealed_secret.is_some()
        } else {
            !before.secrets.is_empty()
        };
        if has_secret(&method) && suffices {
            Self::Kept
        } else {
            Self::draw(provider, now)
        }
    }

    pub(super) fn store(&self, client: &mut Client) {
        match self {
            Self::Kept => {}
            Self::New { secret, sealed } => {
                client.secrets = vec![SecretHash::of(secret)];
                client.sealed_secret.clone_from(sealed);
            }
            Self::None => {
                client.secrets.clear();
                client.sealed_secret = None;
            }
        }
    }

    pub(super) const fn secret(&self) -> Option<&Secret> {
        match self {
            Self::New { secret, .. } => Some(secret),
            Self::Kept | Self::None => None,
        }
    }
}

const fn has_secret(method: &ClientAuthenticationMethod) -> bool {
    matches!(
        method,
        ClientAuthenticationMethod::ClientSecretBasic
            | ClientAuthenticationMethod::ClientSecretJwt
            | ClientAuthenticationMethod::ClientSecretPost
    )
}

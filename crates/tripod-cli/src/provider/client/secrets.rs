//! A secret in the forms in which a client has it at rest.

use tripod_core::secret::Secret;
use tripod_oauth2::client_authentication::ClientAuthenticationMethod;
use tripod_provider::artefact::{Client, Consumer, SecretHash};
use tripod_provider::provider::Provider;
use tripod_provider::seal::Sealed;

use super::{SEALED_FOR, has_secret};
use crate::edge::Edge;

/// A secret that a client is given.
pub(super) struct Secrets<'a> {
    provider: &'a Provider,
    secret: &'a Secret,
}

impl<'a> Secrets<'a> {
    pub(super) const fn new(provider: &'a Provider, secret: &'a Secret) -> Self {
        Self { provider, secret }
    }

    /// Puts it in the place of the one before: digested, and sealed where a MAC needs it.
    pub(super) fn give(&self, client: &mut Client) {
        let id = client.id.clone();
        if let Some(consumer) = &mut client.oauth1 {
            consumer.secret = self.sealed(&Consumer::context(&id));
        }
        client.secrets.clear();
        client.sealed_secret = None;
        if has_secret(client) {
            client.secrets.push(SecretHash::of(self.secret));
        }
        let method = client.metadata.auth_method();
        if method == ClientAuthenticationMethod::ClientSecretJwt {
            client.sealed_secret = Some(self.sealed(&Client::secret_context(&id)));
        }
    }

    pub(super) fn sealed(&self, context: &str) -> Sealed {
        let sealer = self.provider.sealer();
        sealer.seal(SEALED_FOR, context, self.secret, &mut Edge)
    }
}

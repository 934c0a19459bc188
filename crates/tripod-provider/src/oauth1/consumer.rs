//! Consumers as they are verified.

use std::sync::Arc;

use tripod_core::secret::Secret;
use tripod_oauth1::signature_method::{RsaPublicKey, SignatureMethod, VerifyingKey};
use tripod_oauth1::verifier;

use crate::artefact::{Client, Consumer};
use crate::provider::Provider;
use crate::seal::Purpose;
use crate::storage;
use crate::store::Stored;

/// A consumer with what its signatures by one method are verified with.
#[derive(Debug)]
pub(crate) struct KnownConsumer {
    client: Client,
    consumer: Consumer,
    methods: Vec<SignatureMethod>,
    secret: Option<Secret>,
    keys: Vec<Arc<dyn VerifyingKey>>,
}

impl KnownConsumer {
    /// Loads the consumer of a name, with what verifies a signature by this method.
    pub(crate) async fn load(
        provider: &Provider,
        key: &str,
        method: &SignatureMethod,
    ) -> Result<Option<Self>, storage::Error> {
        let client: Option<Stored<Client>> = provider.store().load(Client::handle(key)).await?;
        Ok(client.and_then(|client| Self::of(provider, client.into_value(), method)))
    }

    fn of(provider: &Provider, mut client: Client, method: &SignatureMethod) -> Option<Self> {
        let served = &provider.config().oauth1.as_ref()?.methods;
        let consumer = client.oauth1.take()?;
        let methods = consumer.methods.iter();
        let methods: Vec<_> = methods
            .map(|name| SignatureMethod::parse(name))
            .filter(|method| served.contains(method))
            .collect();
        let key = rsa_key(&consumer, method);
        let secret = match key {
            // The secret takes no part in RSA, and need not be decrypted.
            Some(_) => None,
            None => shared_secret(provider, &client.id, &consumer),
        };
        Some(Self {
            client,
            consumer,
            methods,
            secret,
            keys: key.into_iter().collect(),
        })
    }

    /// Returns what the verifier wants to know.
    pub(crate) fn as_verified(&self) -> verifier::Client<'_> {
        let client = verifier::Client::new(&self.methods).with_keys(&self.keys);
        match &self.secret {
            Some(secret) => client.with_secret(secret),
            None => client,
        }
    }

    /// Returns the shared secret; none where it takes no part in the method.
    pub(crate) const fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// Returns the client that it is; what makes it a consumer is [`consumer`](Self::consumer).
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Returns what makes it a consumer.
    pub(crate) const fn consumer(&self) -> &Consumer {
        &self.consumer
    }
}

fn rsa_key(consumer: &Consumer, method: &SignatureMethod) -> Option<Arc<dyn VerifyingKey>> {
    let pem = consumer.rsa_key.as_deref()?;
    if !matches!(
        method,
        SignatureMethod::RsaSha1 | SignatureMethod::RsaSha256 | SignatureMethod::RsaSha512
    ) {
        return None;
    }
    let key = RsaPublicKey::from_pem(pem).and_then(|key| key.with_method(method.clone()));
    match key {
        Ok(key) => Some(Arc::new(key)),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the RSA key of a consumer cannot be used"
            );
            None
        }
    }
}

fn shared_secret(provider: &Provider, client: &str, consumer: &Consumer) -> Option<Secret> {
    let context = Consumer::context(client);
    let opened = provider
        .sealer()
        .open(Purpose::Secret, &context, &consumer.secret);
    if opened.is_err() {
        tracing::error!(
            client,
            "the secret of a consumer does not open under the server's key"
        );
    }
    opened.ok()
}

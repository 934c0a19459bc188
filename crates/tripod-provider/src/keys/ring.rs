//! The keys of a provider, parsed.

use std::sync::Arc;

use serde_json::Value;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::signing_key::SigningKey as Signer;
use tripod_oauth2::jwk::{Jwk, JwkSet};

use super::{ALGORITHMS, generate};
use crate::artefact::{SigningKey, SigningKeyState};
use crate::provider::Provider;
use crate::storage::Error;
use crate::store::Stored;

/// The keys that sign now, and all that are published.
#[derive(Debug)]
pub struct KeyRing {
    signers: Vec<Arc<Signer>>,
    jwk_set: JwkSet,
    key_set: KeySet,
}

impl KeyRing {
    /// Parses keys; private ones that were parsed before are taken from there.
    pub(super) fn open(
        provider: &Provider,
        records: &[Stored<SigningKey>],
        before: Option<&Self>,
    ) -> Result<Self, Error> {
        let current = records
            .iter()
            .filter(|key| key.state == SigningKeyState::Current);
        let signers = current.map(
            |record| match before.and_then(|ring| ring.named(&record.id)) {
                Some(known) => Ok(Arc::clone(known)),
                None => generate::open(provider, record).map(Arc::new),
            },
        );
        let signers = signers.collect::<Result<_, _>>()?;
        Ok(Self::publishing(records, signers))
    }

    /// Parses keys, and has those that sign name themselves otherwise than they are published.
    pub(super) fn misnamed(
        provider: &Provider,
        records: &[Stored<SigningKey>],
        id: &str,
    ) -> Result<Self, Error> {
        let current = records
            .iter()
            .filter(|key| key.state == SigningKeyState::Current);
        let signers =
            current.map(|record| Ok(Arc::new(generate::open(provider, record)?.with_id(id))));
        let signers = signers.collect::<Result<_, Error>>()?;
        Ok(Self::publishing(records, signers))
    }

    fn publishing(records: &[Stored<SigningKey>], signers: Vec<Arc<Signer>>) -> Self {
        let jwk_set: JwkSet = records.iter().filter_map(|key| public(key)).collect();
        let key_set = KeySet::new(&jwk_set, &ALGORITHMS);
        Self {
            signers,
            jwk_set,
            key_set,
        }
    }

    fn named(&self, id: &str) -> Option<&Arc<Signer>> {
        self.signers.iter().find(|key| key.id() == Some(id))
    }

    /// Returns the key that signs under an algorithm, if that is one of [`ALGORITHMS`].
    #[must_use]
    pub fn current(&self, algorithm: Algorithm) -> Option<&Arc<Signer>> {
        self.signers.iter().find(|key| key.algorithm() == algorithm)
    }

    /// Returns the keys under which tokens of this provider verify.
    #[must_use]
    pub const fn key_set(&self) -> &KeySet {
        &self.key_set
    }

    /// Returns what is published.
    #[must_use]
    pub const fn jwk_set(&self) -> &JwkSet {
        &self.jwk_set
    }
}

fn public(record: &SigningKey) -> Option<Jwk> {
    match &record.public {
        Value::Object(members) => Jwk::from_members(members.clone()).ok(),
        _ => None,
    }
}

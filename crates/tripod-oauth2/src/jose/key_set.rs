//! The keys somebody trusts, parsed once.

use super::Mismatch;
use super::algorithm::Algorithm;
use super::verifying_key::VerifyingKey;
use crate::jwk::JwkSet;

/// The keys under which a token may be signed, and for each the one algorithm it is for.
///
/// ```
/// use tripod_oauth2::jose::{algorithm::Algorithm, key_set::KeySet};
/// use tripod_oauth2::jwk::JwkSet;
///
/// let published = JwkSet::parse(br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1",
///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#)?;
/// assert_eq!(KeySet::new(&published, &[Algorithm::EdDsa]).len(), 1);
/// assert_eq!(KeySet::new(&published, &[Algorithm::Rs256]).len(), 0);
/// # Ok::<(), tripod_oauth2::jose::KeyError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<VerifyingKey>);

impl KeySet {
    /// Takes from a published set what can verify under the algorithms that are expected.
    ///
    /// A key that names its `alg` is for that one. A key that does not is for each of the expected
    /// ones that fit its type, so expect few: best the one that is registered for the client.
    #[must_use]
    pub fn new(published: &JwkSet, expected: &[Algorithm]) -> Self {
        let fitting = published.keys.iter().flat_map(|key| {
            expected
                .iter()
                .filter_map(|&algorithm| VerifyingKey::from_jwk(algorithm, key).ok())
        });
        Self(fitting.collect())
    }

    /// Finds the key for a header ([RFC 7515 §4.1.4]).
    ///
    /// With a `kid`, only keys of that name are looked at; without one, there may be only one key
    /// for the algorithm ([OpenID Connect Core §10.1]).
    ///
    /// # Errors
    ///
    /// [`Mismatch::KeyUnknown`], [`Mismatch::KeyAmbiguous`], or [`Mismatch::Algorithm`] if the key
    /// of that name is for another one.
    ///
    /// [RFC 7515 §4.1.4]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4
    /// [OpenID Connect Core §10.1]: https://openid.net/specs/openid-connect-core-1_0.html#SigEnc
    pub fn find(&self, algorithm: Algorithm, id: Option<&str>) -> Result<&VerifyingKey, Mismatch> {
        // A single key without a name is taken whatever the header calls it.
        let named = |key: &&VerifyingKey| match key.id() {
            Some(_) => id.is_none() || key.id() == id,
            None => id.is_none() || self.0.len() == 1,
        };
        let mut named = self.0.iter().filter(named).peekable();
        if named.peek().is_none() {
            return Err(Mismatch::KeyUnknown);
        }
        let mut fitting = named.filter(|key| key.algorithm() == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(Mismatch::KeyAmbiguous),
            (None, _) => Err(Mismatch::Algorithm),
        }
    }

    /// Returns how many keys there are; one that is for two algorithms counts twice.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<VerifyingKey> for KeySet {
    fn from(key: VerifyingKey) -> Self {
        Self(vec![key])
    }
}

impl FromIterator<VerifyingKey> for KeySet {
    fn from_iter<I: IntoIterator<Item = VerifyingKey>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

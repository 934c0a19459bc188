//! What a client asks of an ID token ([OpenID Connect Core §3.1.3.7]).
//!
//! [OpenID Connect Core §3.1.3.7]: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation

use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use super::{IdToken, Mismatch, Refusal, expect_id_token, half_hash};
use crate::jose;
use crate::jose::algorithm::Algorithm;
use crate::jose::compact::Compact;
use crate::jose::key_set::KeySet;

/// What the client knows of the sign-in that the token is about.
///
/// ```
/// use std::time::Duration;
/// use tripod_core::{secret::Secret, timestamp::Timestamp};
/// use tripod_oauth2::id_token::{self, IdToken, rules::{ExpectedNonce, Rules}};
/// use tripod_oauth2::jose::{algorithm::Algorithm, signing_key::SigningKey};
/// use tripod_oauth2::jwk::JwkSet;
///
/// let now = Timestamp::from_unix(1_700_000_000);
/// let secret = Secret::from("0123456789abcdef0123456789abcdef");
///
/// // The provider:
/// let key = SigningKey::from_secret(Algorithm::Hs256, &secret)?;
/// let mut token = IdToken::new("https://op.example", "alice", "client", now, Duration::from_secs(300));
/// token.nonce = Some("n-0S6_WzA2Mj".to_owned());
/// let token = token.encode(&key)?;
///
/// // The client:
/// let keys = id_token::keys(&JwkSet::default(), Some(Algorithm::Hs256), Some(&secret))?;
/// let mut rules = Rules::new("https://op.example", "client");
/// rules.nonce = ExpectedNonce::Sent("n-0S6_WzA2Mj");
/// assert_eq!(rules.verify(&token, &keys, now)?.subject, "alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rules<'a> {
    /// The provider, as discovery names it.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// Who else may stand in `aud`; nobody unless told.
    pub trusted_audiences: &'a [&'a str],
    /// Which nonce the authorization request had.
    pub nonce: ExpectedNonce<'a>,
    /// The access token that came with it.
    pub access_token: Companion<'a>,
    /// The code that came with it.
    pub code: Companion<'a>,
    /// One of these must be `acr`; whatever it is, if there are none.
    pub authentication_classes: &'a [&'a str],
    /// `max_age` of the authorization request, or of the registration.
    pub max_age: Option<Duration>,
    /// Whether `auth_time` was asked for, as it is by `max_age`.
    pub require_authentication_time: bool,
    /// How long ago `iat` may be; as long as it is valid, unless told.
    pub longest_age: Option<Duration>,
    /// How much two clocks may differ; half a minute unless told.
    pub leeway: Duration,
}

/// What is known of the nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedNonce<'a> {
    /// None was sent, so none may come back.
    NotSent,
    /// It was refreshed: a nonce may be missing, or be that of the first token (§12.2).
    Refreshed(Option<&'a str>),
    /// This one was sent, and must come back.
    Sent(&'a str),
}

/// What was issued together with an ID token.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Companion<'a> {
    /// It came from the token endpoint: its hash may be missing, and is checked if it is not.
    Direct(&'a Secret),
    /// It came through the browser: its hash must be there.
    FrontChannel(&'a Secret),
    /// None.
    None,
}

impl<'a> Rules<'a> {
    /// Begins the rules of a client at a provider, for a sign-in without nonce.
    #[must_use]
    pub const fn new(issuer: &'a str, client_id: &'a str) -> Self {
        Self {
            issuer,
            client_id,
            trusted_audiences: &[],
            nonce: ExpectedNonce::NotSent,
            access_token: Companion::None,
            code: Companion::None,
            authentication_classes: &[],
            max_age: None,
            require_authentication_time: false,
            longest_age: None,
            leeway: Duration::from_secs(30),
        }
    }

    /// Checks a token.
    ///
    /// The signature is checked also where the token came straight from the token endpoint; rule 6
    /// would let TLS do there. Encrypted tokens (rule 1) are refused.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed.
    pub fn verify(
        &self,
        token: &Secret,
        keys: &KeySet,
        now: Timestamp,
    ) -> Result<IdToken, Refusal> {
        let compact = Compact::parse(token.expose())?;
        expect_id_token(&compact)?;
        // 6 and 7: the keys are those of the provider, for the algorithm that is registered.
        let claims = compact.verify(keys)?;
        // 9.
        claims.check_times(now, self.leeway)?;
        let token = IdToken::from_claims(claims)?;
        let algorithm = Algorithm::parse(compact.header().algorithm())
            .ok_or(jose::Mismatch::UnknownAlgorithm)
            .map_err(jose::Error::from)?;
        self.check(&token, algorithm, now)?;
        Ok(token)
    }

    fn check(&self, token: &IdToken, algorithm: Algorithm, now: Timestamp) -> Result<(), Mismatch> {
        // 2: the issuer MUST match exactly.
        if token.issuer != self.issuer {
            return Err(Mismatch::Issuer);
        }
        self.check_audience(token, algorithm)?;
        // 10.
        let oldest = |age: Duration| now.minus(age).minus(self.leeway);
        if self
            .longest_age
            .is_some_and(|age| token.issued_at < oldest(age))
        {
            return Err(Mismatch::TooOld);
        }
        self.nonce.check(token.nonce.as_deref())?;
        // 12.
        let classes = self.authentication_classes;
        let class = token.authentication_class.as_deref();
        if !classes.is_empty() && !class.is_some_and(|class| classes.contains(&class)) {
            return Err(Mismatch::AuthenticationClass);
        }
        // 13.
        match (self.max_age, token.authenticated_at) {
            (Some(age), Some(at)) if at < oldest(age) => {
                return Err(Mismatch::AuthenticationTooOld);
            }
            (Some(_), None) => return Err(Mismatch::AuthenticationTimeMissing),
            (None, None) if self.require_authentication_time => {
                return Err(Mismatch::AuthenticationTimeMissing);
            }
            _ => {}
        }
        if !self
            .access_token
            .fits(token.access_token_hash.as_deref(), algorithm)
        {
            return Err(Mismatch::AccessTokenHash);
        }
        if !self.code.fits(token.code_hash.as_deref(), algorithm) {
            return Err(Mismatch::CodeHash);
        }
        Ok(())
    }

    fn check_audience(&self, token: &IdToken, algorithm: Algorithm) -> Result<(), Mismatch> {
        // 3: the client MUST be there, and nobody whom it does not trust.
        let ours = |audience: &String| audience == self.client_id;
        let trusted = |audience: &String| {
            ours(audience) || self.trusted_audiences.contains(&audience.as_str())
        };
        if !token.audiences.iter().any(ours) || !token.audiences.iter().all(trusted) {
            return Err(Mismatch::Audience);
        }
        // 4: beside several audiences there is `azp`. 5: which is the client.
        match token.authorized_party.as_deref() {
            Some(party) if party == self.client_id => {}
            None if token.audiences.len() == 1 => {}
            _ => return Err(Mismatch::AuthorizedParty),
        }
        // 8: whose secret it would be is not said where several are meant.
        if algorithm.is_symmetric() && token.audiences.len() > 1 {
            return Err(Mismatch::Audience);
        }
        Ok(())
    }
}

impl ExpectedNonce<'_> {
    /// 11: a nonce that was sent MUST be present and the same. One that was not sent was sent by
    /// somebody else.
    fn check(self, nonce: Option<&str>) -> Result<(), Mismatch> {
        let expected = match self {
            Self::NotSent => nonce.is_none(),
            Self::Refreshed(first) => nonce.is_none() || nonce == first,
            Self::Sent(sent) => nonce == Some(sent),
        };
        if expected {
            Ok(())
        } else {
            Err(Mismatch::Nonce)
        }
    }
}

impl Companion<'_> {
    fn fits(self, hash: Option<&str>, algorithm: Algorithm) -> bool {
        match (self, hash) {
            (Self::None, _) | (Self::Direct(_), None) => true,
            (Self::FrontChannel(_), None) => false,
            (Self::Direct(secret) | Self::FrontChannel(secret), Some(hash)) => {
                half_hash(algorithm, secret) == hash
            }
        }
    }
}

impl IdToken {
    /// Checks that a refreshed token goes on from the first one ([OpenID Connect Core §12.2]).
    ///
    /// The refreshed one was verified before, with [`ExpectedNonce::Refreshed`].
    ///
    /// # Errors
    ///
    /// [`Mismatch`] names the claim that must not differ and does.
    ///
    /// [OpenID Connect Core §12.2]: https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
    pub fn check_continues(&self, first: &Self) -> Result<(), Mismatch> {
        if self.issuer != first.issuer {
            return Err(Mismatch::Issuer);
        }
        if self.subject != first.subject {
            return Err(Mismatch::Subject);
        }
        if !first.audiences.iter().all(|it| self.audiences.contains(it)) {
            return Err(Mismatch::Audience);
        }
        if self.authenticated_at.is_some() && self.authenticated_at != first.authenticated_at {
            return Err(Mismatch::AuthenticationTooOld);
        }
        if self.authorized_party != first.authorized_party {
            return Err(Mismatch::AuthorizedParty);
        }
        ExpectedNonce::Refreshed(first.nonce.as_deref()).check(self.nonce.as_deref())
    }
}

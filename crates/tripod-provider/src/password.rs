//! Passwords of people: Argon2id, and not too many at once.
//!
//! Machine secrets are random and digested (see [`Handle`](crate::handle::Handle)); what people think
//! of is not, so that each guess has to cost something. It costs the server just as much, which is
//! why there is a gate before it.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::Semaphore;
use tripod_core::random::Random;
use tripod_core::secret::Secret;

/// What is kept of a password: its Argon2id hash, as a PHC string.
///
/// `Debug` does not show it: unlike the digest of a random token it can be guessed at.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

/// A password that nobody can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a password has at least one character and at most {MAX_OCTETS} octets")]
#[non_exhaustive]
pub struct UnusablePassword;

/// Longer ones are sent to keep the server busy, and not to sign in.
const MAX_OCTETS: usize = 1024;

/// The salt that RFC 9106 §4 recommends.
const SALT_OCTETS: usize = 16;

impl PasswordHash {
    /// Hashes a password, which takes its time: not for an async task.
    ///
    /// # Errors
    ///
    /// [`UnusablePassword`] if it is empty or longer than anybody's.
    ///
    /// # Panics
    ///
    /// Never: the salt and the parameters are ours.
    pub fn new(password: &Secret, random: &mut impl Random) -> Result<Self, UnusablePassword> {
        if password.is_empty() || password.expose().len() > MAX_OCTETS {
            return Err(UnusablePassword);
        }
        let mut salt = [0; SALT_OCTETS];
        random.fill(&mut salt);
        let hash: phc::PasswordHash = argon2()
            .hash_password_with_salt(password.expose().as_bytes(), &salt)
            .expect("Argon2 takes a salt of 16 octets and a password of this length");
        Ok(Self(hash.to_string()))
    }

    /// Takes a PHC string that another program wrote, for accounts that move in.
    ///
    /// # Errors
    ///
    /// [`UnusablePassword`] if it is none of Argon2.
    pub fn parse(phc: &str) -> Result<Self, UnusablePassword> {
        let hash = phc::PasswordHash::new(phc).map_err(|_| UnusablePassword)?;
        Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| UnusablePassword)?;
        Ok(Self(phc.to_owned()))
    }

    /// Tells whether a password is the one, which takes its time: not for an async task.
    #[must_use]
    pub fn matches(&self, password: &Secret) -> bool {
        if password.expose().len() > MAX_OCTETS {
            return false;
        }
        phc::PasswordHash::new(&self.0).is_ok_and(|hash| {
            argon2()
                .verify_password(password.expose().as_bytes(), &hash)
                .is_ok()
        })
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// Checks passwords: so many at once, and with as much work for users that do not exist.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    places: Semaphore,
}

/// So many wait already that nobody more can be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("too many passwords are being checked")]
#[non_exhaustive]
pub struct Busy;

/// How many wait for each that is checked: some seconds' worth.
const WAITING_FOR_EACH: usize = 32;

/// How long somebody waits for a turn before hearing that there is none.
const PATIENCE: Duration = Duration::from_secs(10);

impl Passwords {
    /// Lets so many be checked at once; none would be no gate but a wall, so at least one is.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS / (WAITING_FOR_EACH + 1));
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            places: Semaphore::new(at_once.saturating_mul(WAITING_FOR_EACH + 1)),
        }
    }

    /// Tells whether a password is that of a user.
    ///
    /// Without a hash the answer is no, and takes as long: nobody learns by a clock who has an account.
    ///
    /// # Errors
    ///
    /// [`Busy`] if too many wait already, or for too long.
    pub async fn check(&self, hash: Option<PasswordHash>, password: Secret) -> Result<bool, Busy> {
        let _place = self.places.try_acquire().map_err(|_| Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = tokio::time::timeout(PATIENCE, turn).await;
        let turn = turn.map_err(|_| Busy)?.map_err(|_| Busy)?;
        let checked = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, even if whoever asked goes away before.
            let _turn = turn;
            let is_known = hash.is_some();
            hash.as_ref().unwrap_or(&NOBODY).matches(&password) & is_known
        });
        Ok(checked.await.unwrap_or(false))
    }
}

/// The hash of nobody's password, with the parameters of everybody's.
static NOBODY: LazyLock<PasswordHash> = LazyLock::new(|| {
    PasswordHash::new(&Secret::from("nobody"), &mut |octets: &mut [u8]| {
        octets.fill(0);
    })
    .expect("it is neither empty nor long")
});

/// RFC 9106 §3.1 wants Argon2id; 19 MiB and two passes are what OWASP recommends for servers.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(password: &str) -> PasswordHash {
        PasswordHash::new(&password.into(), &mut |octets: &mut [u8]| octets.fill(7)).unwrap()
    }

    #[test]
    fn a_password_matches_its_hash_alone() {
        let own = hash("correct horse");
        assert!(own.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(own.matches(&"correct horse".into()));
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            assert!(!own.matches(&wrong.into()), "{wrong}");
        }
    }

    /// Made with `argon2-cffi` 25.1: `PasswordHasher(2, 19456, 1).hash("alice-password")`.
    #[test]
    fn a_hash_of_another_implementation_is_understood() {
        let phc = "$argon2id$v=19$m=19456,t=2,p=1$Ey9K3s6NrYTvU72rHoTYUQ$U5OEWeQlXEz8EZvwkDGV5L5+mAki4Ropxm5sg+hXSOE";
        let foreign = PasswordHash::parse(phc).unwrap();
        assert!(foreign.matches(&"alice-password".into()));
        assert!(!foreign.matches(&"alice-passwore".into()));
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        for phc in [
            "",
            "x",
            "$argon2id$",
            "$2b$12$abc",
            "$scrypt$ln=1$YWJj$YWJj",
        ] {
            assert_eq!(PasswordHash::parse(phc), Err(UnusablePassword), "{phc}");
            assert!(!PasswordHash(phc.to_owned()).matches(&"".into()), "{phc}");
        }
    }

    #[test]
    fn nobody_has_an_empty_or_an_endless_password() {
        let mut random = |octets: &mut [u8]| octets.fill(7);
        let endless = "a".repeat(MAX_OCTETS + 1);
        for password in ["", endless.as_str()] {
            let refused = PasswordHash::new(&password.into(), &mut random);
            assert_eq!(refused, Err(UnusablePassword));
        }
        assert!(!hash("a").matches(&endless.as_str().into()));
    }

    #[test]
    fn neither_password_nor_hash_is_printed() {
        assert_eq!(
            format!("{:?}", Some(hash("sentinel"))),
            "Some(PasswordHash(..))"
        );
    }

    #[tokio::test]
    async fn a_user_that_does_not_exist_has_no_password() {
        let passwords = Passwords::new(1);
        assert_eq!(passwords.check(None, "nobody".into()).await, Ok(false));
        let own = Some(hash("a"));
        assert_eq!(passwords.check(own.clone(), "a".into()).await, Ok(true));
        assert_eq!(passwords.check(own, "nobody".into()).await, Ok(false));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_finds_no_place_or_no_turn_hears_it() {
        let passwords = Passwords::new(1);
        let turn = passwords.turns.acquire().await.unwrap();
        assert_eq!(passwords.check(None, "a".into()).await, Err(Busy));
        drop(turn);
        let places = u32::try_from(WAITING_FOR_EACH + 1).unwrap();
        let all = passwords.places.acquire_many(places).await.unwrap();
        assert_eq!(passwords.check(None, "a".into()).await, Err(Busy));
        drop(all);
        assert_eq!(passwords.check(None, "a".into()).await, Ok(false));
    }
}

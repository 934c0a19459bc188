//! The claims of a token ([RFC 7519 §4]).
//!
//! [RFC 7519 §4]: https://www.rfc-editor.org/rfc/rfc7519#section-4

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};
use tripod_core::timestamp::Timestamp;

use super::{Error, Malformed, Mismatch, Part, json};

/// The members of a token's payload, none twice, unknown ones kept.
///
/// They may be personal, so `Debug` shows the names alone.
///
/// ```
/// use tripod_oauth2::jose::claims::Claims;
///
/// let claims = Claims::new().with("iss", "https://issuer.example").with("aud", "client");
/// assert_eq!(claims.text("iss")?, "https://issuer.example");
/// assert!(claims.is_for("client")?);
/// assert_eq!(format!("{claims:?}"), r#"Claims("aud", "iss")"#);
/// # Ok::<(), tripod_oauth2::jose::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Begins an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a payload.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is no JSON object or names a member twice.
    pub fn parse(payload: &[u8]) -> Result<Self, Error> {
        let part = Part::Payload;
        json::parse(payload).map(Self).map_err(|error| match error {
            json::Error::NotObject => Malformed::NotJsonObject { part }.into(),
            json::Error::Repeated => Malformed::RepeatedMember { part }.into(),
        })
    }

    /// Adds a claim, or replaces it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a claim if there is a value for it.
    #[must_use]
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a time.
    #[must_use]
    pub fn with_time(self, name: &str, time: Timestamp) -> Self {
        self.with(name, time.as_unix())
    }

    /// Adds the audiences, a single one as a text.
    #[must_use]
    pub fn with_audiences(self, audiences: &[String]) -> Self {
        match audiences {
            [audience] => self.with("aud", audience.as_str()),
            _ => self.with("aud", audiences.to_vec()),
        }
    }

    /// Returns what is left when some claims are taken out.
    #[must_use]
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        for name in names {
            self.0.remove(*name);
        }
        self
    }

    /// Takes a claim out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Returns a claim as it is.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Returns a text that must be there.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is missing or no text.
    pub fn text(&self, claim: &'static str) -> Result<&str, Error> {
        self.optional_text(claim)?
            .ok_or_else(|| Malformed::ClaimMissing { claim }.into())
    }

    /// Returns a text that may be missing.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is no text.
    pub fn optional_text(&self, claim: &'static str) -> Result<Option<&str>, Error> {
        match self.0.get(claim) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Malformed::ClaimType { claim }.into()),
        }
    }

    /// Returns a time that must be there.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is missing or no number.
    pub fn time(&self, claim: &'static str) -> Result<Timestamp, Error> {
        self.optional_time(claim)?
            .ok_or_else(|| Malformed::ClaimMissing { claim }.into())
    }

    /// Returns a time that may be missing, to the second; what comes after the point is dropped.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is no number (RFC 7519 §2, `NumericDate`).
    pub fn optional_time(&self, claim: &'static str) -> Result<Option<Timestamp>, Error> {
        let Some(value) = self.0.get(claim) else {
            return Ok(None);
        };
        let seconds = value.as_i64().or_else(|| value.as_f64().and_then(whole));
        match seconds {
            Some(seconds) => Ok(Some(Timestamp::from_unix(seconds))),
            None => Err(Malformed::ClaimType { claim }.into()),
        }
    }

    /// Returns the audiences: `aud` is a text or an array of texts ([RFC 7519 §4.1.3]).
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is missing, empty or anything else.
    ///
    /// [RFC 7519 §4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
    pub fn audiences(&self) -> Result<Vec<&str>, Error> {
        let claim = "aud";
        let audiences = match self.0.get(claim) {
            None => return Err(Malformed::ClaimMissing { claim }.into()),
            Some(Value::String(audience)) => Some(vec![audience.as_str()]),
            Some(Value::Array(audiences)) => audiences.iter().map(Value::as_str).collect(),
            Some(_) => None,
        };
        match audiences {
            Some(audiences) if !audiences.is_empty() => Ok(audiences),
            _ => Err(Malformed::ClaimType { claim }.into()),
        }
    }

    /// Tells whether `aud` names this audience, octet for octet.
    ///
    /// # Errors
    ///
    /// As [`audiences`](Self::audiences).
    pub fn is_for(&self, audience: &str) -> Result<bool, Error> {
        Ok(self.audiences()?.contains(&audience))
    }

    /// Checks `exp`, `nbf` and `iat`, each if it is there, and returns them.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] names the first that fails, [`Malformed`] one that is no number.
    pub fn check_times(&self, now: Timestamp, leeway: Duration) -> Result<Times, Error> {
        let times = Times {
            expires_at: self.optional_time("exp")?,
            not_before: self.optional_time("nbf")?,
            issued_at: self.optional_time("iat")?,
        };
        // RFC 7519 §4.1.4: on or after `exp` it MUST NOT be accepted.
        if times.expires_at.is_some_and(|at| now >= at.plus(leeway)) {
            return Err(Mismatch::Expired.into());
        }
        // RFC 7519 §4.1.5: before `nbf` it MUST NOT be accepted.
        if times.not_before.is_some_and(|at| now.plus(leeway) < at) {
            return Err(Mismatch::NotYetValid.into());
        }
        if times.issued_at.is_some_and(|at| now.plus(leeway) < at) {
            return Err(Mismatch::IssuedInFuture.into());
        }
        Ok(times)
    }

    /// Returns all names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Writes the payload.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(&self.0).expect("JSON values with text for names can be written")
    }
}

impl From<Map<String, Value>> for Claims {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl From<Claims> for Map<String, Value> {
    fn from(claims: Claims) -> Self {
        claims.0
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = f.debug_tuple("Claims");
        for (name, _) in self.iter() {
            names.field(&name);
        }
        names.finish()
    }
}

/// The times of a token that were checked; see [`Claims::check_times`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// `exp`.
    pub expires_at: Option<Timestamp>,
    /// `nbf`.
    pub not_before: Option<Timestamp>,
    /// `iat`.
    pub issued_at: Option<Timestamp>,
}

fn whole(seconds: f64) -> Option<i64> {
    // Beyond 2^53 a double no longer counts single seconds; nobody means such a time.
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within the limit it is exact"
    )]
    (seconds.abs() < LIMIT).then(|| seconds.floor() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEEWAY: Duration = Duration::from_secs(5);

    fn claims(payload: &str) -> Claims {
        Claims::parse(payload.as_bytes()).unwrap()
    }

    fn checked(payload: &str, now: i64) -> Result<Times, Error> {
        claims(payload).check_times(Timestamp::from_unix(now), LEEWAY)
    }

    #[test]
    fn a_claim_of_another_type_is_refused_by_name() {
        let claims = claims(r#"{"iss":1,"exp":"1300819380","iat":null,"nbf":1e300,"aud":{}}"#);
        let refused = |claim| Error::from(Malformed::ClaimType { claim });
        assert_eq!(claims.text("iss"), Err(refused("iss")));
        assert_eq!(claims.optional_text("iss"), Err(refused("iss")));
        assert_eq!(claims.time("exp"), Err(refused("exp")));
        assert_eq!(claims.time("iat"), Err(refused("iat")));
        assert_eq!(claims.time("nbf"), Err(refused("nbf")));
        assert_eq!(claims.audiences(), Err(refused("aud")));
    }

    #[test]
    fn a_claim_that_is_missing_is_refused_by_name_where_it_must_be_there() {
        let claims = Claims::new();
        let refused = |claim| Error::from(Malformed::ClaimMissing { claim });
        assert_eq!(claims.text("iss"), Err(refused("iss")));
        assert_eq!(claims.time("exp"), Err(refused("exp")));
        assert_eq!(claims.audiences(), Err(refused("aud")));
        assert_eq!(claims.optional_text("iss"), Ok(None));
        assert_eq!(claims.optional_time("exp"), Ok(None));
    }

    #[test]
    fn an_audience_is_a_text_or_some_texts() {
        assert!(claims(r#"{"aud":"a"}"#).is_for("a").unwrap());
        assert!(claims(r#"{"aud":["b","a"]}"#).is_for("a").unwrap());
        assert!(!claims(r#"{"aud":["b","A","ab"]}"#).is_for("a").unwrap());
        for payload in [r#"{"aud":[]}"#, r#"{"aud":["a",1]}"#, r#"{"aud":null}"#] {
            assert!(claims(payload).audiences().is_err(), "{payload}");
        }
    }

    #[test]
    fn a_time_may_have_a_fraction() {
        let claims = claims(r#"{"exp":1300819380.75,"iat":-0.5}"#);
        assert_eq!(claims.time("exp"), Ok(Timestamp::from_unix(1_300_819_380)));
        assert_eq!(claims.time("iat"), Ok(Timestamp::from_unix(-1)));
    }

    #[test]
    fn times_hold_to_the_second_with_the_leeway_on_both_sides() {
        let refused = |mismatch| Err(Error::Mismatch(mismatch));
        assert!(checked(r#"{"exp":100}"#, 104).is_ok());
        assert_eq!(checked(r#"{"exp":100}"#, 105), refused(Mismatch::Expired));
        assert!(checked(r#"{"nbf":100}"#, 95).is_ok());
        assert_eq!(
            checked(r#"{"nbf":100}"#, 94),
            refused(Mismatch::NotYetValid)
        );
        assert!(checked(r#"{"iat":100}"#, 95).is_ok());
        assert_eq!(
            checked(r#"{"iat":100}"#, 94),
            refused(Mismatch::IssuedInFuture)
        );
        assert!(checked(r#"{"exp":-9223372036854775808}"#, 0).is_err());
    }

    #[test]
    fn a_payload_that_is_no_object_or_repeats_itself_is_refused() {
        let part = Part::Payload;
        assert_eq!(
            Claims::parse(b"[]"),
            Err(Malformed::NotJsonObject { part }.into())
        );
        let repeated = Claims::parse(br#"{"sub":"a","sub":"b"}"#);
        assert_eq!(repeated, Err(Malformed::RepeatedMember { part }.into()));
    }

    proptest! {
        #[test]
        fn parsing_undoes_encoding(members: Vec<(String, String)>, time: i64) {
            let claims = members.iter().fold(Claims::new(), |claims, (n, v)| claims.with(n, v.as_str()));
            let claims = claims.with_time("exp", Timestamp::from_unix(time));
            prop_assert_eq!(Claims::parse(claims.encode().as_bytes()), Ok(claims));
        }
    }
}

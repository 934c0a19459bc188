//! Verifies requests: the provider's half of [RFC 5849 §3](https://www.rfc-editor.org/rfc/rfc5849#section-3).

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use subtle::ConstantTimeEq as _;
use tripod_core::percent;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::base_string::BaseString;
use crate::body_hash;
use crate::message::{Message, Protocol, Target, split};
use crate::origin::Origin;
use crate::pair::Pairs;
use crate::refusal::Refusal;
use crate::signature_method::{RsaPublicKey, SharedSecretKey, SignatureMethod, VerifyingKey};
use crate::signed_request::SignedRequest;

/// Verifies the requests that reach one origin.
///
/// Four steps, of which the caller does the second and the last, since they need storage:
///
/// 1. [`SignedRequest::parse`] takes the request apart.
/// 2. The caller looks up the client and the token that it names.
/// 3. [`verify`](Self::verify) checks timestamp, signature and body hash.
/// 4. [`Authentic::accept`] has the nonce claimed, and gives the request back as accepted.
///
/// The nonce comes last, so that nobody without the secrets can use up those of others.
///
/// ```
/// use http::Request;
/// use tripod_core::{secret::Secret, timestamp::Timestamp};
/// use tripod_oauth1::signature_method::SignatureMethod::HmacSha1;
/// use tripod_oauth1::signed_request::SignedRequest;
/// use tripod_oauth1::verifier::{Claimed, Client, Verifier};
///
/// # let request = Request::get("/photos?file=vacation.jpg&size=original")
/// #     .header("authorization", concat!(r#"OAuth realm="Photos", oauth_nonce="chapoH", "#,
/// #         r#"oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", "#,
/// #         r#"oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", "#,
/// #         r#"oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D""#)).body("")?;
/// let verifier = Verifier::new("http://photos.example.net".parse()?);
/// let signed = SignedRequest::parse(&request)?;
///
/// let secret = Secret::from("kd94hf93k423kf44"); // of signed.consumer_key()
/// let client = Client::new(&[HmacSha1]).with_secret(&secret);
/// let token_secret = Secret::from("pfkkdhi9sl3r4s00"); // of signed.token()
/// let now = Timestamp::from_unix(137_131_212);
///
/// let authentic = verifier.verify(&signed, Some(&client), Some(&token_secret), now)?;
/// let accepted = authentic.accept(|claim| {
///     // Insert claim.id(), to be forgotten at claim.expires(); atomically!
///     Claimed::First
/// })?;
/// assert_eq!(accepted.token(), Some("nnch734d00sl2jdk"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    origin: Origin,
    tolerance: Duration,
    exposed_plaintext: bool,
}

impl Verifier {
    /// What NetSuite and others allow, and more than clocks that are set at all are off.
    const TOLERANCE: Duration = Duration::from_secs(300);

    /// Begins to verify for an origin, with a tolerance of 300 seconds either way.
    #[must_use]
    pub const fn new(origin: Origin) -> Self {
        Self {
            origin,
            tolerance: Self::TOLERANCE,
            exposed_plaintext: false,
        }
    }

    /// Sets how far timestamps may be off, in the past and in the future.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Accepts PLAINTEXT over cleartext HTTP, against [RFC 5849 §3.4.4].
    ///
    /// Where a proxy ends TLS there is no need for it: the origin is then that of the proxy.
    ///
    /// [RFC 5849 §3.4.4]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.4
    #[must_use]
    pub const fn dangerous_exposed_plaintext(mut self) -> Self {
        self.exposed_plaintext = true;
        self
    }

    /// Checks timestamp, signature and body hash.
    ///
    /// `client` is what is known of the client that the request names, `None` if nothing is;
    /// likewise `token_secret` for the token, if it names one. Unknown ones are verified with a
    /// secret made up for the purpose, so that the time does not tell which it was.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed.
    pub fn verify<'r, 'a>(
        &self,
        request: &'r SignedRequest<'a>,
        client: Option<&Client<'_>>,
        token_secret: Option<&Secret>,
        now: Timestamp,
    ) -> Result<Authentic<'r, 'a>, Refusal> {
        let claim = self.check_stamp(request, now)?;
        let method = request.signature_method();
        let is_plaintext = *method == SignatureMethod::Plaintext;
        if is_plaintext && !self.origin.is_private() && !self.exposed_plaintext {
            return Err(Refusal::PlaintextInCleartext);
        }
        let signed = self.is_signed(request, client, token_secret);
        let client = client.ok_or(Refusal::ConsumerKeyUnknown)?;
        if !client.signs_by(method) {
            return Err(Refusal::SignatureMethodRejected {
                method: method.clone(),
            });
        }
        if request.token().is_some() && token_secret.is_none() {
            return Err(Refusal::TokenUnknown);
        }
        if !signed {
            return Err(Refusal::SignatureInvalid);
        }
        check_body_hash(request)?;
        Ok(Authentic { request, claim })
    }

    /// Returns the base string that the signature is verified against, for people.
    #[must_use]
    pub fn base_string(&self, request: &SignedRequest<'_>) -> BaseString {
        self.with_message(request, |message| BaseString::from(message))
    }

    fn with_message<R>(
        &self,
        request: &SignedRequest<'_>,
        then: impl FnOnce(&Message<'_>) -> R,
    ) -> R {
        let (method, path) = (request.method, request.path);
        let target = Target {
            method,
            origin: self.origin.borrowed(),
            path,
        };
        let mut others = Pairs::from_slice(&request.others);
        let protocol = Protocol::Listed(&request.protocol);
        then(&Message::new(target, protocol, split(&mut others)))
    }

    fn check_stamp<'r>(
        &self,
        request: &'r SignedRequest<'_>,
        now: Timestamp,
    ) -> Result<Option<NonceClaim<'r>>, Refusal> {
        let Some((timestamp, nonce)) = request.stamp() else {
            return Ok(None);
        };
        let (first, last) = (now.minus(self.tolerance), now.plus(self.tolerance));
        if !(first..=last).contains(&timestamp) {
            return Err(Refusal::TimestampRefused {
                timestamp,
                first,
                last,
            });
        }
        Ok(Some(NonceClaim {
            consumer_key: request.consumer_key(),
            token: request.token().unwrap_or_default(),
            timestamp,
            nonce,
            expires: timestamp.plus(self.tolerance).plus(Duration::from_secs(1)),
        }))
    }

    fn is_signed(
        &self,
        request: &SignedRequest<'_>,
        client: Option<&Client<'_>>,
        token_secret: Option<&Secret>,
    ) -> bool {
        let method = request.signature_method();
        let secret = client
            .and_then(|client| client.secret)
            .unwrap_or(&DUMMY_SECRET);
        let token_secret = request
            .token()
            .map(|_| token_secret.unwrap_or(&DUMMY_SECRET));
        let shared = SharedSecretKey::for_method(method, secret, token_secret);
        let key: &dyn VerifyingKey = match &shared {
            Some(key) => key,
            None => match client
                .and_then(|client| client.key(method))
                .or_else(|| dummy_key(method))
            {
                Some(key) => key.as_ref(),
                None => return false,
            },
        };
        self.with_message(request, |message| key.verify(message, &request.signature()))
    }
}

fn check_body_hash(request: &SignedRequest<'_>) -> Result<(), Refusal> {
    let Some(hash) = request.body_hash() else {
        return Ok(());
    };
    // The extension, §3.2: MUST NOT be included with a form.
    if request.is_form {
        return Err(Refusal::BodyHashOfForm);
    }
    let computed = body_hash::compute(request.signature_method(), request.body);
    if bool::from(computed.as_bytes().ct_eq(&hash)) {
        Ok(())
    } else {
        Err(Refusal::BodyHashMismatch)
    }
}

/// What a provider knows of a client, as far as signatures go.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    methods: &'a [SignatureMethod],
    secret: Option<&'a Secret>,
    keys: &'a [Arc<dyn VerifyingKey>],
}

impl<'a> Client<'a> {
    /// Begins with the methods by which the client may sign.
    #[must_use]
    pub const fn new(methods: &'a [SignatureMethod]) -> Self {
        Self {
            methods,
            secret: None,
            keys: &[],
        }
    }

    /// Adds the shared secret, for HMAC and PLAINTEXT.
    #[must_use]
    pub const fn with_secret(mut self, secret: &'a Secret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Adds the keys that it registered, one for each method that is not HMAC or PLAINTEXT.
    #[must_use]
    pub const fn with_keys(mut self, keys: &'a [Arc<dyn VerifyingKey>]) -> Self {
        self.keys = keys;
        self
    }

    fn key(&self, method: &SignatureMethod) -> Option<&'a Arc<dyn VerifyingKey>> {
        self.keys
            .iter()
            .find(|key| key.signature_method() == *method)
    }

    fn signs_by(&self, method: &SignatureMethod) -> bool {
        let has_key = match method {
            SignatureMethod::HmacSha1
            | SignatureMethod::HmacSha256
            | SignatureMethod::HmacSha512
            | SignatureMethod::Plaintext => self.secret.is_some(),
            _ => self.key(method).is_some(),
        };
        has_key && self.methods.contains(method)
    }
}

/// A request whose signature is good, and whose nonce is still to be claimed.
#[derive(Clone, Debug)]
#[must_use = "a nonce that is not claimed can be used again"]
pub struct Authentic<'r, 'a> {
    request: &'r SignedRequest<'a>,
    claim: Option<NonceClaim<'r>>,
}

impl<'r, 'a> Authentic<'r, 'a> {
    /// Returns the nonce to claim; PLAINTEXT may come without.
    #[must_use]
    pub const fn nonce_claim(&self) -> Option<&NonceClaim<'r>> {
        self.claim.as_ref()
    }

    /// Has the nonce claimed, if there is one, and accepts the request.
    ///
    /// Where the storage is asynchronous, claim [`nonce_claim`](Self::nonce_claim) before, and
    /// return the outcome here.
    ///
    /// # Errors
    ///
    /// [`Refusal::NonceUsed`] if it was claimed before.
    pub fn accept(
        self,
        claim: impl FnOnce(&NonceClaim<'r>) -> Claimed,
    ) -> Result<&'r SignedRequest<'a>, Refusal> {
        match self.claim.as_ref().map(claim) {
            // RFC 5849 §3.2: MUST ensure that it has not been used before.
            Some(Claimed::Before) => Err(Refusal::NonceUsed),
            Some(Claimed::First) | None => Ok(self.request),
        }
    }
}

/// A nonce to be claimed: inserted if it is not there, in one atomic step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonceClaim<'r> {
    consumer_key: &'r str,
    token: &'r str,
    timestamp: Timestamp,
    nonce: &'r str,
    expires: Timestamp,
}

impl NonceClaim<'_> {
    /// Returns what must be unique: timestamp, client, token and nonce ([RFC 5849 §3.3]) in one text.
    ///
    /// [RFC 5849 §3.3]: https://www.rfc-editor.org/rfc/rfc5849#section-3.3
    #[must_use]
    pub fn id(&self) -> String {
        // Encoded, so that no `&` in one of them makes two claims alike.
        let [client, token, nonce] =
            [self.consumer_key, self.token, self.nonce].map(percent::encode);
        format!("{}&{client}&{token}&{nonce}", self.timestamp)
    }

    /// Returns when it may be forgotten: from then on the timestamp itself is refused.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// What became of a [`NonceClaim`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claimed {
    /// It was claimed before.
    Before,
    /// It was claimed now, and nobody did so before.
    First,
}

/// For clients and tokens that nobody knows; what it says does not matter, for they are refused.
///
/// It is as long as 256 random bits in base64url, the usual length: beyond 64 octets of key an HMAC
/// takes a step more, and a shorter one would tell.
static DUMMY_SECRET: LazyLock<Secret> =
    LazyLock::new(|| Secret::from("a-secret-of-nobodys-that-is-the-key-to-none"));

fn dummy_key(method: &SignatureMethod) -> Option<&'static Arc<dyn VerifyingKey>> {
    /// A key of 2048 bits whose private half was thrown away.
    const PEM: &str = include_str!("verifier/nobody.pem");
    static KEYS: LazyLock<Vec<Arc<dyn VerifyingKey>>> = LazyLock::new(|| {
        let key = RsaPublicKey::from_pem(PEM).ok();
        let methods = SignatureMethod::KNOWN.into_iter();
        let keys = methods.filter_map(|method| key.as_ref()?.with_method(method).ok());
        keys.map(|key| Arc::new(key) as Arc<dyn VerifyingKey>)
            .collect()
    });
    KEYS.iter().find(|key| key.signature_method() == *method)
}

#[cfg(test)]
mod tests;

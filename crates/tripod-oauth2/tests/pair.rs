//! A client, an authorization server and an API, joined in memory, with the clock turned by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::HashMap;
use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{self, AccessToken};
use tripod_oauth2::client_assertion::{self, Assertion};
use tripod_oauth2::confirmation::{self, Confirmation, Presented};
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::dpop::nonce::{Nonce, Nonces};
use tripod_oauth2::dpop::received::{self, Accepted, ExpectedNonce, Received, Request};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::one_use::OneUse;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jwk::{Jwk, JwkSet};

const ISSUER: &str = "https://as.example";
const TOKEN_ENDPOINT: &str = "https://as.example/oauth2/token";
const API: &str = "https://api.example";
const ME: &str = "https://api.example/me";
const START: Timestamp = Timestamp::from_unix(1_700_000_000);

/// What was used once, as a store remembers it.
#[derive(Default)]
struct Claimed(HashMap<String, Timestamp>);

impl Claimed {
    fn claim(&mut self, one_use: OneUse, now: Timestamp) -> bool {
        self.0.retain(|_, until| *until > now);
        self.0.insert(one_use.id, one_use.until).is_none()
    }
}

/// The authorization server and the API; they trust each other's keys and share a store.
struct Server {
    key: SigningKey,
    published: JwkSet,
    client_keys: KeySet,
    nonces: Nonces,
    claimed: Claimed,
}

impl Server {
    fn new(client: &SigningKey) -> Self {
        let key = key("p256", Algorithm::Es256).with_id("as-1");
        let registered = JwkSet::new(vec![client.public_jwk().unwrap().clone()]);
        Self {
            published: JwkSet::new(vec![key.public_jwk().unwrap().clone()]),
            key,
            client_keys: KeySet::new(&registered, &[Algorithm::Ps256]),
            nonces: Nonces::new(&"a key that no client knows of ...".into(), MINUTE).unwrap(),
            claimed: Claimed::default(),
        }
    }

    /// Authenticates the client, checks its proof and gives a token bound to its key.
    fn token(
        &mut self,
        assertion: &Secret,
        proof: &Secret,
        now: Timestamp,
    ) -> Result<Secret, String> {
        let mut request = Request::new("POST", TOKEN_ENDPOINT);
        request.nonce = ExpectedNonce::Recent(&self.nonces);
        let proof = accept(proof, &request, now)?;
        let assertion = client_assertion::Received::parse(assertion.expose()).map_err(text)?;
        let rules = client_assertion::Rules::new([ISSUER]);
        let client = assertion.claimed_subject().to_owned();
        let (_, one_use) = assertion
            .verify_client(&client, &self.client_keys, &rules, now)
            .map_err(text)?;
        if !self.claimed.claim(one_use, now) || !self.claimed.claim(proof.one_use, now) {
            return Err("replayed".to_owned());
        }
        let mut token = AccessToken::new(
            ISSUER,
            API,
            "alice",
            client,
            now,
            5 * MINUTE,
            &mut random(9),
        );
        token.confirmation = Some(Confirmation::to_key(proof.thumbprint));
        token.encode(&self.key).map_err(text)
    }

    /// Says who is asking.
    fn me(
        &mut self,
        token: &Secret,
        proof: Option<&Secret>,
        now: Timestamp,
    ) -> Result<String, String> {
        let mut request = Request::new("GET", ME);
        request.access_token = Some(token);
        let proof = proof
            .map(|proof| accept(proof, &request, now))
            .transpose()?;
        let presented = match &proof {
            Some(proof) => Presented::with_key(&proof.thumbprint),
            None => Presented::bearer(),
        };
        let keys = KeySet::new(&self.published, &Algorithm::ASYMMETRIC);
        let rules = access_token::Rules::new(ISSUER, [API]);
        let token = AccessToken::verify(token, &keys, &rules, &presented, now).map_err(text)?;
        if proof.is_some_and(|proof| !self.claimed.claim(proof.one_use, now)) {
            return Err("replayed".to_owned());
        }
        Ok(token.subject)
    }
}

fn accept(proof: &Secret, request: &Request<'_>, now: Timestamp) -> Result<Accepted, String> {
    let received = Received::parse([proof.expose()]).map_err(text)?;
    received
        .verify(request, &received::Rules::default(), now)
        .map_err(text)
}

/// The client, which draws another number each time.
struct Client {
    authentication: SigningKey,
    proof: SigningKey,
    nonce: Option<Nonce>,
    drawn: u8,
}

impl Client {
    fn new() -> Self {
        Self {
            authentication: key("rsa", Algorithm::Ps256),
            proof: key("ed25519", Algorithm::EdDsa),
            nonce: None,
            drawn: 0,
        }
    }

    fn assertion(&mut self, now: Timestamp) -> Secret {
        self.drawn += 1;
        let assertion = Assertion::for_client("client", ISSUER, now, &mut random(self.drawn));
        assertion.encode(&self.authentication).unwrap()
    }

    fn proof(&mut self, method: &str, uri: &str, token: Option<&Secret>, now: Timestamp) -> Secret {
        self.drawn += 1;
        let mut proof = Proof::new(method, uri, now, &mut random(self.drawn)).unwrap();
        if let Some(token) = token {
            proof = proof.for_token(token);
        }
        if let Some(nonce) = &self.nonce {
            proof = proof.with_nonce(nonce);
        }
        proof.encode(&self.proof).unwrap()
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_bound_token_is_fetched_and_used_by_its_owner_alone() {
    let mut client = Client::new();
    let mut server = Server::new(&client.authentication);

    // Without a nonce there is none, and with the one that was given there is a token.
    let assertion = client.assertion(START);
    let proof = client.proof("POST", TOKEN_ENDPOINT, None, START);
    let refused = server.token(&assertion, &proof, START).unwrap_err();
    assert_eq!(refused, received::Mismatch::NonceMissing.to_string());
    client.nonce = Some(server.nonces.current(START));
    let proof = client.proof("POST", TOKEN_ENDPOINT, None, START);
    let token = server.token(&assertion, &proof, START).unwrap();

    // What was used once is used up.
    assert_eq!(
        server.token(&assertion, &proof, START).unwrap_err(),
        "replayed"
    );
    let again = client.proof("POST", TOKEN_ENDPOINT, None, START);
    assert_eq!(
        server.token(&assertion, &again, START).unwrap_err(),
        "replayed"
    );

    // The owner uses the token, once with each proof, and nobody without one.
    let proof = client.proof("GET", ME, Some(&token), START);
    assert_eq!(server.me(&token, Some(&proof), START).unwrap(), "alice");
    assert_eq!(
        server.me(&token, Some(&proof), START).unwrap_err(),
        "replayed"
    );
    let bound = confirmation::Refusal::Key.to_string();
    assert_eq!(server.me(&token, None, START).unwrap_err(), bound);
    let mut thief = Client {
        proof: key("rsa", Algorithm::Ps256),
        ..Client::new()
    };
    let stolen = thief.proof("GET", ME, Some(&token), START);
    assert_eq!(server.me(&token, Some(&stolen), START).unwrap_err(), bound);
}

#[test]
fn what_was_good_yesterday_is_not_good_for_ever() {
    let mut client = Client::new();
    let mut server = Server::new(&client.authentication);
    client.nonce = Some(server.nonces.current(START));
    let assertion = client.assertion(START);
    let proof = client.proof("POST", TOKEN_ENDPOINT, None, START);
    let token = server.token(&assertion, &proof, START).unwrap();

    // The nonce is old, though the proof is new.
    let later = START.plus(2 * MINUTE);
    let (assertion, proof) = (
        client.assertion(later),
        client.proof("POST", TOKEN_ENDPOINT, None, later),
    );
    let refused = server.token(&assertion, &proof, later).unwrap_err();
    assert_eq!(refused, received::Mismatch::Nonce.to_string());

    // The proof is old, though the token still holds; then the token does not.
    let proof = client.proof("GET", ME, Some(&token), START);
    let refused = server.me(&token, Some(&proof), later).unwrap_err();
    assert_eq!(refused, received::Mismatch::TooOld.to_string());
    let proof = client.proof("GET", ME, Some(&token), later);
    assert!(server.me(&token, Some(&proof), later).is_ok());
    let much_later = START.plus(6 * MINUTE);
    let proof = client.proof("GET", ME, Some(&token), much_later);
    assert!(
        server
            .me(&token, Some(&proof), much_later)
            .unwrap_err()
            .contains("expired")
    );
}

#[test]
fn tokens_of_one_kind_do_not_pass_for_another() {
    let mut client = Client::new();
    let mut server = Server::new(&client.authentication);
    client.nonce = Some(server.nonces.current(START));
    let assertion = client.assertion(START);
    let proof = client.proof("POST", TOKEN_ENDPOINT, None, START);
    let token = server.token(&assertion, &proof, START).unwrap();

    let at_me = client.proof("GET", ME, Some(&token), START);
    assert!(server.me(&assertion, Some(&at_me), START).is_err());
    assert!(server.me(&at_me, None, START).is_err());
    assert!(server.me(&token, Some(&token), START).is_err());
    let proof = client.proof("POST", TOKEN_ENDPOINT, None, START);
    assert!(server.token(&token, &proof, START).is_err());
    assert!(server.token(&proof, &proof, START).is_err());
    let fresh = client.assertion(START);
    assert!(server.token(&fresh, &at_me, START).is_err());
    assert!(server.token(&fresh, &proof, START).is_ok());
}

fn key(name: &str, algorithm: Algorithm) -> SigningKey {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/oauth2/key");
    let jwk = std::fs::read(format!("{vectors}/{name}/jwk.json")).unwrap();
    SigningKey::from_jwk(algorithm, &Jwk::parse(&jwk).unwrap()).unwrap()
}

fn random(number: u8) -> impl FnMut(&mut [u8]) {
    move |bytes: &mut [u8]| bytes.fill(number)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

//! OAuth 1 over HTTP: consumers that sign as `tripod-oauth1` does, and users who decide.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use http::{Method, Request, Response};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::authorization::AuthorizationResponse;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::problem::Problem;
use tripod_oauth1::signature_method::{RsaPrivateKey, SignatureMethod};
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::temporary_credentials::TemporaryCredentialsResponse;
use tripod_oauth1::token_credentials::TokenCredentialsResponse;
use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::{Authentication, Client, Consumer};
use tripod_provider::oauth1::authorization::{Outcome, Undecided};
use tripod_provider::provider::Provider;
use tripod_provider::seal::Purpose;

use crate::fixture::{ALICE, Answer, Fixture, ISSUER, confidential};

mod access_token;
mod attacks;
mod interop;
mod request_token;
mod session;

/// The consumer that [`ready`] registers.
pub(crate) const KEY: &str = "consumer";
const SECRET: &str = "a-consumer-secret-of-as-many-characters-as-usual";
pub(crate) const CALLBACK: &str = "https://client.example/back";

const RSA_KEY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../vectors/oauth1/keys/rsa-2048.pem"
);

/// A provider with a consumer and a user.
pub(crate) async fn ready() -> Fixture {
    let fixture = Fixture::new().await;
    fixture.add_client(consumer(&fixture.provider, KEY)).await;
    fixture
}

/// A consumer that may do everything but have sessions.
pub(crate) fn consumer(provider: &Provider, id: &str) -> Client {
    let mut client = confidential(id);
    client.metadata.scope = Some(Scope::parse("read write").unwrap());
    client.metadata.grant_types = Vec::new();
    let sealed = provider.sealer().seal(
        Purpose::Secret,
        &Consumer::context(id),
        &Secret::from(SECRET),
        &mut provider.random(),
    );
    let mut consumer = Consumer::new(sealed);
    consumer.methods = SignatureMethod::KNOWN
        .iter()
        .map(|method| method.as_str().to_owned())
        .collect();
    consumer.rsa_key = Some(public_key());
    consumer.callbacks = vec![CALLBACK.to_owned(), "http://127.0.0.1/back".to_owned()];
    consumer.out_of_band = true;
    client.oauth1 = Some(consumer);
    client
}

/// Parsed once: that takes longer than everything else here.
static PRIVATE_KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| {
    let pem = std::fs::read_to_string(RSA_KEY).unwrap();
    RsaPrivateKey::from_pem(&pem.into()).unwrap()
});

fn public_key() -> String {
    let path = RSA_KEY.replace("rsa-2048.pem", "rsa-2048.public.pem");
    std::fs::read_to_string(path).unwrap()
}

/// Signs requests as a consumer, with a token or without.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) method: SignatureMethod,
    pub(crate) placement: Placement,
    pub(crate) client: Credentials,
    pub(crate) token: Option<Credentials>,
    pub(crate) realm: Option<&'static str>,
    pub(crate) body_hash: bool,
    pub(crate) stamp: Option<Stamp>,
}

impl Signing {
    /// Signs by HMAC-SHA256 in the header, as [`KEY`].
    pub(crate) fn new() -> Self {
        Self {
            method: SignatureMethod::HmacSha256,
            placement: Placement::Header,
            client: Credentials::new(KEY, SECRET),
            token: None,
            realm: None,
            body_hash: false,
            stamp: None,
        }
    }

    pub(crate) fn with_token(token: &Credentials) -> Self {
        Self {
            token: Some(token.clone()),
            ..Self::new()
        }
    }

    /// Signs with a nonce that was or will be used elsewhere.
    pub(crate) fn stamped(mut self, at: Timestamp, nonce: &str) -> Self {
        self.stamp = Some(Stamp::with_nonce(at, nonce));
        self
    }

    /// Signs a request to a path of the provider.
    pub(crate) fn sign(
        &self,
        fixture: &Fixture,
        request: Request<Vec<u8>>,
        added: &[(&str, &str)],
    ) -> Request<Body> {
        static DRAWN: AtomicU64 = AtomicU64::new(0);
        let (mut parts, body) = request.into_parts();
        parts.uri = format!("{ISSUER}{}", parts.uri).parse().unwrap();
        let mut request = Request::from_parts(parts, body);
        let nonce = DRAWN.fetch_add(1, Ordering::SeqCst);
        let fresh = Stamp::with_nonce(fixture.now(), format!("nonce-{nonce}"));
        let stamp = self.stamp.as_ref().unwrap_or(&fresh);
        let mut random = |octets: &mut [u8]| octets.fill(7);
        self.signer()
            .sign_with(&request, stamp, added, &mut random)
            .unwrap()
            .apply(&mut request);
        let path = request.uri().path_and_query().unwrap().as_str();
        *request.uri_mut() = path.parse().unwrap();
        request.map(Body::from)
    }

    fn signer(&self) -> Signer {
        let signer = match PRIVATE_KEY.with_method(self.method.clone()) {
            Ok(key) => {
                let token = self.token.as_ref().map(|token| token.identifier.as_str());
                Signer::with_rsa(key, &self.client.identifier, token)
            }
            Err(_) => {
                Signer::with_secrets(&self.method, &self.client, self.token.as_ref()).unwrap()
            }
        };
        let signer = match self.realm {
            Some(realm) => signer.realm(realm).unwrap(),
            None => signer,
        };
        let signer = signer.placement(self.placement);
        if self.body_hash {
            signer.with_body_hash()
        } else {
            signer
        }
    }
}

/// An empty request.
pub(crate) fn empty(method: Method, path: &str) -> Request<Vec<u8>> {
    let request = Request::builder().method(method).uri(path);
    request.body(Vec::new()).unwrap()
}

/// A request with a form.
pub(crate) fn form(path: &str, form: &str) -> Request<Vec<u8>> {
    Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.as_bytes().to_vec())
        .unwrap()
}

pub(crate) const REQUEST_TOKEN: &str = "/oauth1/request_token";
pub(crate) const ACCESS_TOKEN: &str = "/oauth1/access_token";

/// Asks for temporary credentials.
pub(crate) async fn request_token(fixture: &Fixture, signing: &Signing, callback: &str) -> Answer {
    let request = empty(Method::POST, REQUEST_TOKEN);
    let request = signing.sign(fixture, request, &[("oauth_callback", callback)]);
    fixture.send(request).await
}

/// Gets temporary credentials.
pub(crate) async fn temporary(fixture: &Fixture, callback: &str) -> Credentials {
    let answer = request_token(fixture, &Signing::new(), callback).await;
    let parsed = TemporaryCredentialsResponse::parse(&http_answer(&answer));
    parsed.unwrap_or_else(|error| panic!("{error}")).credentials
}

/// Has alice allow all that is asked for, and returns the verification code.
pub(crate) async fn approve(fixture: &Fixture, temporary: &Credentials) -> Secret {
    let undecided = Undecided::load(&fixture.provider, &temporary.identifier).await;
    let undecided = undecided.unwrap();
    let authentication = Authentication::new(ALICE, fixture.now());
    let (changes, outcome) = undecided.approve(
        &fixture.provider,
        authentication,
        &undecided.scope().clone(),
    );
    fixture.apply(changes).await;
    match outcome {
        Outcome::Redirect(uri) => {
            AuthorizationResponse::parse(uri.expose(), &temporary.identifier).unwrap()
        }
        Outcome::VerificationCode(code) => code,
        outcome => panic!("{outcome:?}"),
    }
}

/// Redeems temporary credentials.
async fn redeem(fixture: &Fixture, temporary: &Credentials, verifier: &str) -> Answer {
    let signing = Signing::with_token(temporary);
    let request = empty(Method::POST, ACCESS_TOKEN);
    let request = signing.sign(fixture, request, &[("oauth_verifier", verifier)]);
    fixture.send(request).await
}

/// Goes all the way to token credentials.
pub(crate) async fn token(fixture: &Fixture) -> Credentials {
    token_by(fixture, &Signing::new()).await
}

/// The same for a consumer that signs its first request in a way of its own.
pub(crate) async fn token_by(fixture: &Fixture, signing: &Signing) -> Credentials {
    let answer = request_token(fixture, signing, CALLBACK).await;
    let parsed = TemporaryCredentialsResponse::parse(&http_answer(&answer));
    let temporary = parsed.unwrap_or_else(|error| panic!("{error}")).credentials;
    let verifier = approve(fixture, &temporary).await;
    granted(&redeem(fixture, &temporary, verifier.expose()).await).credentials
}

#[track_caller]
fn granted(answer: &Answer) -> TokenCredentialsResponse {
    TokenCredentialsResponse::parse(&http_answer(answer)).unwrap_or_else(|error| panic!("{error}"))
}

fn http_answer(answer: &Answer) -> Response<Vec<u8>> {
    let mut response = Response::new(answer.body.to_vec());
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers.clone();
    response
}

/// Asserts that a request was refused, in the body and in the header alike.
#[track_caller]
pub(crate) fn assert_problem(answer: &Answer, status: u16, problem: &str) {
    let header = Problem::parse_header(answer.header("www-authenticate").as_bytes());
    let parameters = tripod_core::parameters::Parameters::parse(&answer.body).unwrap();
    let body = Problem::parse(&parameters);
    assert_eq!(header, body, "{answer:?}");
    let code = body.map(|problem| problem.code.to_string());
    let heard = (answer.status.as_u16(), code.as_deref());
    assert_eq!(heard, (status, Some(problem)), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

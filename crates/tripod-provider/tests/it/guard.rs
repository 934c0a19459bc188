//! The guard, around the sample API and around services of others.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::challenge::{Challenge, Scheme};
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jwk::Jwk;
use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::AccessToken;
use tripod_provider::guard::{Caller, Guard};
use tripod_provider::handle::PlainToken;
use tripod_provider::provider::Provider;
use tripod_provider::store::Changes;

use crate::fixture::{ALICE, Answer, CLIENT, Fixture, ISSUER};
use crate::oauth1::{self, Signing, empty, form};

mod api;
mod bearer;
mod dpop;
mod remote;
mod session;
mod signature;
mod storage_away;

/// Puts an access token of alice's into the database and returns it.
async fn issue(fixture: &Fixture, change: impl FnOnce(&mut AccessToken)) -> Secret {
    let token = PlainToken::generate(&mut fixture.provider.random());
    let now = fixture.now();
    let scope = Scope::parse("read").unwrap();
    let mut stored = AccessToken::new(CLIENT, scope, now, now.plus(Duration::from_secs(3600)));
    stored.user = Some(ALICE.to_owned());
    change(&mut stored);
    fixture
        .apply(Changes::new().insert(token.handle(), &stored))
        .await;
    token.into_secret()
}

async fn get_with(fixture: &Fixture, path: &str, authorization: &str) -> Answer {
    let request = Request::get(path).header("authorization", authorization);
    fixture.send(request.body(Body::empty()).unwrap()).await
}

fn bearer(token: &Secret) -> String {
    format!("Bearer {}", token.expose())
}

/// Returns the challenges of the schemes of OAuth 2.
fn challenges(answer: &Answer) -> Vec<Challenge> {
    let headers = answer.headers.get_all("www-authenticate").iter();
    let headers = headers.map(|header| header.to_str().unwrap());
    let of_oauth2 = headers.filter(|header| !header.starts_with("OAuth"));
    of_oauth2
        .flat_map(|header| Challenge::parse(header).unwrap())
        .collect()
}

/// Asserts that there is one challenge, of this scheme and with this error.
#[track_caller]
fn assert_challenge(answer: &Answer, status: u16, scheme: &Scheme, error: &ErrorCode) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    let [challenge] = challenges(answer).try_into().unwrap();
    assert_eq!(challenge.scheme, *scheme);
    assert_eq!(challenge.error.as_ref(), Some(error));
    let metadata = "https://id.example/.well-known/oauth-protected-resource";
    assert_eq!(challenge.resource_metadata.as_deref(), Some(metadata));
    answer.assert_error(status, error.as_str());
    assert_eq!(answer.header("cache-control"), "no-store");
}

async fn send_to(router: &Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

/// A service of somebody else's that says who calls.
fn photos() -> axum::routing::MethodRouter {
    let photos = async |caller: Caller| format!("{:?} {:?}", caller.user, caller.protocol);
    get(photos)
}

/// A key pair of a client.
fn key() -> SigningKey {
    // RFC 8037 A.1.
    let jwk = br#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    SigningKey::from_jwk(Algorithm::EdDsa, &Jwk::parse(jwk).unwrap()).unwrap()
}

const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

fn proof(fixture: &Fixture, method: &str, uri: &str, token: &Secret) -> Proof {
    let proof = Proof::new(method, uri, fixture.now(), &mut fixture.provider.random());
    proof.unwrap().for_token(token)
}

fn proven(path: &str, token: &Secret, proof: &Proof) -> Request<Body> {
    Request::get(path)
        .header("authorization", format!("DPoP {}", token.expose()))
        .header("dpop", proof.encode(&key()).unwrap().expose())
        .body(Body::empty())
        .unwrap()
}

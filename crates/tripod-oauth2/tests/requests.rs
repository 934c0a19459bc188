//! Requests as they travel, from the client that writes them to the server that decides.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tripod_core::parameters::Parameters;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{self, AccessToken};
use tripod_oauth2::authorization::{AuthorizationRequest, PresentedRequest, ResponseType};
use tripod_oauth2::bearer;
use tripod_oauth2::challenge::{Challenge, Scheme};
use tripod_oauth2::client_assertion::{self, Assertion, Received};
use tripod_oauth2::client_authentication::{
    AssertionType, ClientAssertion, ClientAuthentication, ClientAuthenticationMethod,
};
use tripod_oauth2::confirmation::{self, Confirmation, Presented};
use tripod_oauth2::dpop::{self, Proof};
use tripod_oauth2::error::{Error, ErrorCode, Mismatch};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jwk::{Jwk, JwkSet};
use tripod_oauth2::pushed::PushedRequest;
use tripod_oauth2::request_object::{self, RequestObject};
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{AuthorizationCodeGrant, TokenRequest, TokenType};

const ISSUER: &str = "https://as.example";
const API: &str = "https://api.example";
const ME: &str = "https://api.example/me";
const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

#[test]
fn a_client_authenticates_with_its_private_key() {
    let key = key("p256", Algorithm::Es256);

    // The client writes a form.
    let assertion = Assertion::for_client("client", ISSUER, NOW, &mut random(1));
    let assertion = ClientAssertion::jwt(assertion.encode(&key).unwrap());
    let mut form = TokenRequest::new(AuthorizationCodeGrant::new("code")).encode();
    ClientAuthentication::Assertion(assertion)
        .encode()
        .add_to(&mut form);
    let body = form.to_form();

    // The server reads it,
    let form = Parameters::parse(body.as_bytes()).unwrap();
    let authentication = ClientAuthentication::parse(&HeaderMap::new(), &form).unwrap();
    let Some(ClientAuthentication::Assertion(shown)) = authentication else {
        panic!("{authentication:?}");
    };
    assert_eq!(shown.assertion_type, AssertionType::JwtBearer);
    assert!(TokenRequest::parse(&form).unwrap().extra.is_empty());

    // looks the client up by what it says of itself, and checks that.
    let check = |keys: &KeySet, now| {
        let received = Received::parse(shown.assertion.expose())?;
        assert_eq!(received.claimed_subject(), "client");
        let rules = client_assertion::Rules::new([ISSUER]);
        let (assertion, one_use) = received.verify_client("client", keys, &rules, now)?;
        assert!(one_use.until > now);
        Ok::<_, Error>(assertion.subject)
    };
    let keys = published(&key, Algorithm::Es256);
    assert_eq!(check(&keys, NOW).unwrap(), "client");
    let late = check(&keys, NOW.plus(Duration::from_secs(600)));
    assert!(matches!(late, Err(Error::Mismatch(Mismatch::Token(_)))));
    let other = published(&self::key("ed25519", Algorithm::EdDsa), Algorithm::EdDsa);
    assert!(matches!(check(&other, NOW), Err(Error::Mismatch(_))));

    // It was how this client registered to authenticate, and no other way.
    let shown = ClientAuthentication::Assertion(shown.clone());
    assert!(shown.is_by(&ClientAuthenticationMethod::PrivateKeyJwt));
    assert!(!shown.is_by(&ClientAuthenticationMethod::ClientSecretPost));
    assert!(shown.verify_secret(&"".into()).is_err());
}

#[test]
fn a_signed_request_is_pushed_or_presented() {
    let key = key("ed25519", Algorithm::EdDsa);
    let keys = published(&key, Algorithm::EdDsa);
    let mut request = AuthorizationRequest::new(ResponseType::code(), "client");
    request.scope = Some(Scope::parse("read").unwrap());
    request.state = Some("af0ifjsldkj".into());
    let object = RequestObject::new("client", ISSUER, &request.encode(), NOW, &mut random(2));
    let signed = object.encode(&key).unwrap();

    // By way of the browser, or straight to the endpoint for pushed requests.
    let form = PresentedRequest::parse(
        &Parameters::new()
            .with("client_id", "client")
            .with("scope", "everything")
            .with("request", signed.expose()),
    );
    let PresentedRequest::RequestObject {
        client_id,
        request: jwt,
    } = form.unwrap()
    else {
        panic!("not a request object");
    };
    let pushed = PushedRequest::parse(
        &Parameters::new()
            .with("client_id", "client")
            .with("request", signed.expose()),
    );
    let PushedRequest::RequestObject { request: same, .. } = pushed.unwrap() else {
        panic!("not a request object");
    };
    assert_eq!(jwt, same);

    // What counts is what was signed, and only for the client that signed it.
    let rules = request_object::Rules::new(ISSUER);
    let (object, one_use) = RequestObject::verify(&jwt, &client_id, &keys, &rules, NOW).unwrap();
    assert!(one_use.is_some());
    let parameters = object.parameters.with("client_id", &object.client_id);
    assert_eq!(AuthorizationRequest::parse(&parameters), Ok(request));
    let stolen = RequestObject::verify(&jwt, "thief", &keys, &rules, NOW).map_err(Error::from);
    assert!(matches!(
        stolen,
        Err(Error::Mismatch(Mismatch::RequestObject(_)))
    ));
}

#[test]
fn a_resource_reads_a_bound_token_or_says_what_it_wants() {
    let (issuer, client) = (
        key("p256", Algorithm::Es256),
        key("ed25519", Algorithm::EdDsa),
    );
    let lifetime = Duration::from_secs(300);
    let mut token = AccessToken::new(
        ISSUER,
        API,
        "alice",
        "client",
        NOW,
        lifetime,
        &mut random(3),
    );
    token.scope = Some(Scope::parse("read").unwrap());
    token.confirmation = Some(Confirmation::to_key(
        client.public_jwk().unwrap().thumbprint(),
    ));
    let token = token.encode(&issuer).unwrap();
    let proof = Proof::new("GET", ME, NOW, &mut random(4)).unwrap();
    let proof = proof.for_token(&token).encode(&client).unwrap();
    let bound = bearer::AccessToken::dpop(token.clone())
        .unwrap()
        .to_header();
    let resource = Resource {
        keys: published(&issuer, Algorithm::Es256),
    };
    let ask = |authorization: Option<&str>, proof: Option<&str>, wanted: &str, now| {
        let mut headers = HeaderMap::new();
        for (name, value) in [(AUTHORIZATION.as_str(), authorization), ("dpop", proof)] {
            if let Some(value) = value {
                let name = HeaderName::try_from(name).unwrap();
                headers.insert(name, HeaderValue::from_str(value).unwrap());
            }
        }
        let wanted = Scope::parse(wanted).unwrap();
        resource
            .answer(&headers, &wanted, now)
            .map_err(|challenge| {
                // What the client makes of it.
                let header = challenge.encode();
                assert_eq!(
                    Challenge::parse(&header).unwrap(),
                    [*challenge.clone()],
                    "{header}"
                );
                assert_eq!(challenge.scheme, Scheme::Dpop);
                (challenge.status(), challenge.error)
            })
    };
    let (good, proof) = (Some(bound.expose()), Some(proof.expose()));
    assert_eq!(ask(good, proof, "read", NOW), Ok("alice".to_owned()));

    // Nothing was shown: only what is wanted is said (RFC 6750 §3.1).
    assert_eq!(
        ask(None, None, "read", NOW),
        Err((StatusCode::UNAUTHORIZED, None))
    );
    let refused = |code| Err((StatusCode::UNAUTHORIZED, Some(code)));
    assert_eq!(
        ask(good, None, "read", NOW),
        refused(ErrorCode::InvalidDpopProof)
    );
    assert_eq!(
        ask(good, Some("a.b.c"), "read", NOW),
        refused(ErrorCode::InvalidDpopProof)
    );
    // RFC 9449 §7.2: a bound token is no bearer token, with a proof or without.
    let as_bearer = format!("Bearer {}", token.expose());
    for proof in [None, proof] {
        let downgraded = ask(Some(&as_bearer), proof, "read", NOW);
        assert_eq!(downgraded, refused(ErrorCode::InvalidToken));
    }
    let later = NOW.plus(Duration::from_secs(60));
    let expired = NOW.plus(Duration::from_secs(331));
    assert!(ask(good, proof, "read", later).is_ok());
    assert_eq!(
        ask(good, proof, "read", expired),
        refused(ErrorCode::InvalidDpopProof)
    );
    assert_eq!(
        ask(good, proof, "write", NOW),
        Err((StatusCode::FORBIDDEN, Some(ErrorCode::InsufficientScope)))
    );
    assert_eq!(
        ask(Some("DPoP a b"), proof, "read", NOW),
        Err((StatusCode::BAD_REQUEST, Some(ErrorCode::InvalidRequest)))
    );
}

struct Resource {
    keys: KeySet,
}

impl Resource {
    /// Says who asks, or with which challenge it refuses.
    fn answer(
        &self,
        headers: &HeaderMap,
        wanted: &Scope,
        now: Timestamp,
    ) -> Result<String, Box<Challenge>> {
        let challenge = |error: ErrorCode| {
            let mut challenge = Challenge::new(Scheme::Dpop);
            challenge.algs = Some("ES256 EdDSA".to_owned());
            challenge.error = Some(error);
            Box::new(challenge)
        };
        let shown = bearer::AccessToken::read(headers, None, &Parameters::new())
            .map_err(|fault| challenge(fault.code()))?;
        let Some(shown) = shown else {
            let mut unasked = challenge(ErrorCode::InvalidToken);
            unasked.error = None;
            return Err(unasked);
        };
        let thumbprint = match shown.token_type() {
            TokenType::Dpop => Some(
                accept_proof(headers, &shown, now)
                    .map_err(|_| challenge(ErrorCode::InvalidDpopProof))?,
            ),
            _ => None,
        };
        let presented = match &thumbprint {
            Some(thumbprint) => Presented::with_key(thumbprint),
            None => Presented::bearer(),
        };
        let rules = access_token::Rules::new(ISSUER, [API]);
        let token = AccessToken::verify(shown.token(), &self.keys, &rules, &presented, now);
        let token = token.map_err(|refusal| {
            let downgraded = access_token::Mismatch::Binding(confirmation::Refusal::Key);
            if thumbprint.is_none() {
                assert_eq!(refusal, downgraded.into());
            }
            challenge(ErrorCode::InvalidToken)
        })?;
        if token
            .scope
            .is_none_or(|granted| !wanted.is_subset(&granted))
        {
            return Err(Box::new(Challenge::insufficient_scope(
                Scheme::Dpop,
                wanted.clone(),
            )));
        }
        Ok(token.subject)
    }
}

fn accept_proof(
    headers: &HeaderMap,
    shown: &bearer::AccessToken,
    now: Timestamp,
) -> Result<String, Error> {
    let fields = headers.get_all("dpop").iter();
    let received =
        dpop::received::Received::parse(fields.map(|field| field.to_str().unwrap_or_default()))?;
    let mut request = dpop::received::Request::new("GET", ME);
    request.access_token = Some(shown.token());
    let accepted = received.verify(&request, &dpop::received::Rules::default(), now)?;
    Ok(accepted.thumbprint)
}

fn key(name: &str, algorithm: Algorithm) -> SigningKey {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/oauth2/key");
    let jwk = std::fs::read(format!("{vectors}/{name}/jwk.json")).unwrap();
    SigningKey::from_jwk(algorithm, &Jwk::parse(&jwk).unwrap()).unwrap()
}

fn published(key: &SigningKey, algorithm: Algorithm) -> KeySet {
    let published = JwkSet::new(vec![key.public_jwk().unwrap().clone()]);
    KeySet::new(&published, &[algorithm])
}

fn random(number: u8) -> impl FnMut(&mut [u8]) {
    move |bytes: &mut [u8]| bytes.fill(number)
}

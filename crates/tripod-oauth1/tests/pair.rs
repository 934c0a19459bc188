//! The client's half and the provider's half joined in memory.

use std::sync::Arc;

use http::{HeaderValue, Request, Uri};
use proptest::prelude::*;
use tripod_core::percent;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::signature_method::{RsaPrivateKey, RsaPublicKey, SignatureMethod, VerifyingKey};
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::verifier::{Claimed, Client, Verifier};

const NOW: Timestamp = Timestamp::from_unix(137_131_200);
const ORIGIN: &str = "https://example.com";
const FORM: &str = "application/x-www-form-urlencoded";

type Pair = (String, String);

/// A signed request taken apart, so that one part can be changed and all put together again.
#[derive(Clone, Debug, PartialEq)]
struct Parts {
    method: String,
    path: String,
    /// As they are written: header, query, form.
    lists: [Vec<Pair>; 3],
    /// A body that is no form.
    body: Option<Vec<u8>>,
}

const HEADER: usize = 0;

impl Parts {
    fn of(request: &Request<Vec<u8>>) -> Self {
        let header = request.headers().get("authorization");
        let header = header.map_or("", |value| value.to_str().expect("ASCII"));
        let header = header.trim_start_matches("OAuth ").split(", ");
        let header = header.map(|part| part.replace('"', "")).collect::<Vec<_>>();
        let form = request
            .headers()
            .get("content-type")
            .is_some_and(|value| value == FORM);
        let body = request.body().clone();
        let (form, body) = if form {
            (String::from_utf8(body).expect("ASCII"), None)
        } else {
            (String::new(), Some(body))
        };
        let query = request.uri().query().unwrap_or_default();
        Self {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            lists: [pairs(&header.join("&")), pairs(query), pairs(&form)],
            body,
        }
    }

    /// As it reaches a server: without scheme and host.
    fn request(&self) -> Request<Vec<u8>> {
        let [header, query, form] = &self.lists;
        let uri = format!("{}?{}", self.path, joined(query));
        let mut request = Request::builder().method(self.method.as_str()).uri(uri);
        if !header.is_empty() {
            let parts: Vec<_> = header
                .iter()
                .map(|(name, value)| format!("{name}=\"{value}\""))
                .collect();
            request = request.header("authorization", format!("OAuth {}", parts.join(", ")));
        }
        let body = match &self.body {
            Some(body) => body.clone(),
            None => {
                request = request.header("content-type", FORM);
                joined(form).into_bytes()
            }
        };
        request.body(body).expect("what was a request is one")
    }

    /// Everything that can be reached from here by one change that the signature covers.
    fn changed(&self, body_is_hashed: bool) -> Vec<Self> {
        let mut changed = Vec::new();
        let mut change = |apply: &dyn Fn(&mut Self)| {
            let mut copy = self.clone();
            apply(&mut copy);
            assert_ne!(copy, *self);
            changed.push(copy);
        };
        change(&|parts| parts.method.push('X'));
        change(&|parts| parts.path.push('x'));
        change(&|parts| parts.path.insert(1, '/'));
        for list in 0..self.lists.len() {
            // A header that was not there would be a second place, not an added parameter.
            if list != HEADER || !self.lists[HEADER].is_empty() {
                change(&|parts| parts.lists[list].push(("added".into(), String::new())));
            }
            for at in 0..self.lists[list].len() {
                change(&|parts| change_value(&mut parts.lists[list][at]));
                change(&|parts| parts.lists[list][at].0.push('x'));
                change(&|parts| drop(parts.lists[list].remove(at)));
                change(&|parts| {
                    let again = parts.lists[list][at].clone();
                    parts.lists[list].push(again);
                });
            }
        }
        if body_is_hashed {
            change(&|parts| parts.body.iter_mut().for_each(|body| body.push(b' ')));
        }
        // A form that was not there makes the body one, so it is no change to a form.
        if self.body.is_some() {
            changed.retain(|copy| copy.lists[2].is_empty());
        }
        changed
    }
}

fn change_value((name, value): &mut Pair) {
    // A timestamp must stay one, or it is refused for its looks.
    if name == "oauth_timestamp" {
        let last = value.pop();
        value.push(if last == Some('1') { '2' } else { '1' });
    } else {
        value.push('x');
    }
}

fn pairs(form: &str) -> Vec<Pair> {
    let pieces = form.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn joined(pairs: &[Pair]) -> String {
    let pieces: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pieces.join("&")
}

/// What is sent, before it is signed, and by whom.
#[derive(Clone, Debug)]
struct Scene {
    method: SignatureMethod,
    placement: Placement,
    client: Credentials,
    token: Option<Credentials>,
    body_hash: bool,
    http_method: &'static str,
    path: String,
    query: Vec<(Vec<u8>, Vec<u8>)>,
    body: Body,
    nonce: String,
}

#[derive(Clone, Debug)]
enum Body {
    Form(Vec<(Vec<u8>, Vec<u8>)>),
    Other(Vec<u8>),
}

impl Scene {
    fn request(&self) -> Request<Vec<u8>> {
        let uri = format!("{ORIGIN}/{}?{}", self.path, encoded(&self.query));
        let request = Request::builder().method(self.http_method).uri(uri);
        let request = match &self.body {
            Body::Form(pairs) => request
                .header("content-type", FORM)
                .body(encoded(pairs).into_bytes()),
            Body::Other(body) => request
                .header("content-type", "application/json")
                .body(body.clone()),
        };
        request.expect("a request by construction")
    }

    fn signed(&self) -> Request<Vec<u8>> {
        let signer = Signer::with_secrets(&self.method, &self.client, self.token.as_ref())
            .expect("a method of shared secrets")
            .placement(self.placement)
            .dangerous_exposed_plaintext();
        let signer = if self.body_hash {
            signer.with_body_hash()
        } else {
            signer
        };
        let mut request = self.request();
        let stamp = Stamp::with_nonce(NOW, self.nonce.as_str());
        let mut random = |octets: &mut [u8]| octets.fill(0);
        let signed = signer.sign(&request, &stamp, &mut random);
        signed
            .expect("a request that can be signed")
            .apply(&mut request);
        request
    }

    /// Looks nothing up: whatever the request names has the secrets of this scene.
    fn verify(&self, request: &Request<Vec<u8>>) -> Result<(), Refusal> {
        let client = &self.client.secret;
        let token = self.token.as_ref().map(|token| &token.secret);
        verify(request, ORIGIN, client, token)
    }

    fn body_is_hashed(&self) -> bool {
        self.body_hash && matches!(self.body, Body::Other(_))
    }
}

fn verify(
    request: &Request<Vec<u8>>,
    origin: &str,
    secret: &Secret,
    token_secret: Option<&Secret>,
) -> Result<(), Refusal> {
    let verifier = Verifier::new(origin.parse().expect("an origin"));
    let client = Client::new(&SignatureMethod::KNOWN).with_secret(secret);
    let parsed = SignedRequest::parse(request)?;
    let authentic = verifier.verify(&parsed, Some(&client), token_secret, NOW)?;
    authentic.accept(|_| Claimed::First).map(|_| ())
}

fn encoded(pairs: &[(Vec<u8>, Vec<u8>)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| (percent::encode(name), percent::encode(value)));
    joined(&pairs.collect::<Vec<_>>())
}

fn parameters() -> impl Strategy<Value = Vec<(Vec<u8>, Vec<u8>)>> {
    let text = || {
        prop_oneof![
            "[a-b]{0,2}".prop_map(String::into_bytes),
            "[ -~\u{e4}-\u{fc}]{0,9}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..9),
        ]
    };
    let name = text().prop_filter("of the protocol", |name| !name.starts_with(b"oauth_"));
    prop::collection::vec((name, text()), 0..5)
}

fn credentials() -> impl Strategy<Value = Credentials> {
    (".{1,9}", ".{0,9}").prop_map(|(name, secret)| Credentials::new(name, secret))
}

fn scene() -> impl Strategy<Value = Scene> {
    let methods = vec![
        SignatureMethod::HmacSha1,
        SignatureMethod::HmacSha256,
        SignatureMethod::HmacSha512,
        SignatureMethod::Plaintext,
    ];
    let body = prop_oneof![
        parameters().prop_map(Body::Form),
        prop::collection::vec(any::<u8>(), 0..99).prop_map(Body::Other),
    ];
    let placement =
        prop::sample::select(vec![Placement::Header, Placement::Body, Placement::Query]);
    (
        (prop::sample::select(methods), placement, any::<bool>()),
        (credentials(), prop::option::of(credentials())),
        prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]),
        (
            "[a-zA-Z0-9;=/~%$!()*',:@-]{0,20}",
            parameters(),
            body,
            ".{1,9}",
        ),
    )
        .prop_map(
            |(how, who, http_method, (path, query, body, nonce))| Scene {
                method: how.0,
                // What is no form cannot hold the parameters.
                placement: match (how.1, &body) {
                    (Placement::Body, Body::Other(_)) => Placement::Header,
                    (placement, _) => placement,
                },
                client: who.0,
                token: who.1,
                body_hash: how.2,
                http_method,
                path,
                query,
                body,
                nonce,
            },
        )
}

fn with_x(secret: &Secret) -> Secret {
    Secret::new(format!("{}x", secret.expose()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_signed_is_accepted(scene in scene()) {
        let signed = scene.signed();
        prop_assert_eq!(scene.verify(&signed), Ok(()));
        // Taken apart and put together, as the changes below do it.
        let parts = Parts::of(&signed);
        prop_assert_eq!(scene.verify(&parts.request()), Ok(()));
        let reversed = Parts {
            lists: parts.lists.clone().map(|list| list.into_iter().rev().collect()),
            ..parts
        };
        prop_assert_eq!(scene.verify(&reversed.request()), Ok(()));
    }

    #[test]
    fn no_request_is_accepted_after_a_single_change(scene in scene()) {
        prop_assume!(scene.method != SignatureMethod::Plaintext);
        for changed in Parts::of(&scene.signed()).changed(scene.body_is_hashed()) {
            let outcome = scene.verify(&changed.request());
            prop_assert!(outcome.is_err(), "{changed:?}");
        }
    }

    #[test]
    fn no_other_origin_and_no_other_secret_accepts_it(scene in scene()) {
        let request = scene.signed();
        let client = &scene.client.secret;
        let token = scene.token.as_ref().map(|token| &token.secret);
        let refused = Err(Refusal::SignatureInvalid);
        prop_assert_eq!(verify(&request, ORIGIN, &with_x(client), token), refused.clone());
        if let Some(token) = token {
            let other = Some(with_x(token));
            prop_assert_eq!(verify(&request, ORIGIN, client, other.as_ref()), refused.clone());
            prop_assert_eq!(verify(&request, ORIGIN, client, None), Err(Refusal::TokenUnknown));
        }
        if scene.method != SignatureMethod::Plaintext {
            for origin in ["http://example.com", "https://example.com:444", "https://example.co"] {
                prop_assert_eq!(verify(&request, origin, client, token), refused.clone());
            }
        }
    }

    #[test]
    fn plaintext_is_not_accepted_with_another_signature_or_body(scene in scene()) {
        let scene = Scene { method: SignatureMethod::Plaintext, ..scene };
        let parts = Parts::of(&scene.signed());
        let mut changed = parts.clone();
        for (_, value) in changed
            .lists
            .iter_mut()
            .flatten()
            .filter(|(name, _)| name == "oauth_signature")
        {
            value.push('x');
        }
        prop_assert_eq!(scene.verify(&changed.request()), Err(Refusal::SignatureInvalid));
        if scene.body_is_hashed() {
            let mut changed = parts;
            changed.body = changed.body.map(|body| [body, vec![0]].concat());
            prop_assert_eq!(scene.verify(&changed.request()), Err(Refusal::BodyHashMismatch));
        }
    }
}

#[test]
fn rsa_signatures_are_accepted_and_not_after_a_single_change() {
    const PRIVATE: &str = include_str!("../../../vectors/oauth1/keys/rsa-2048.pem");
    const PUBLIC: &str = include_str!("../../../vectors/oauth1/keys/rsa-2048.public.pem");
    const SHORT: &str = include_str!("../../../vectors/oauth1/keys/wiki-rsa-1024.pem");

    let private = RsaPrivateKey::from_pem(&Secret::from(PRIVATE)).unwrap();
    let short = RsaPrivateKey::dangerous_short_from_pem(&Secret::from(SHORT)).unwrap();
    let of_long = RsaPublicKey::from_pem(PUBLIC).unwrap();
    let methods = [
        SignatureMethod::RsaSha1,
        SignatureMethod::RsaSha256,
        SignatureMethod::RsaSha512,
    ];
    for method in methods {
        for (private, public) in [(&private, &of_long), (&short, &short.public_key())] {
            let key = private.with_method(method.clone()).unwrap();
            let signer = Signer::with_rsa(key, "ck", Some("t")).with_body_hash();
            let mut request = Request::post("https://example.com/x?a=1")
                .header("content-type", "application/json")
                .body(b"{}".to_vec())
                .unwrap();
            let stamp = Stamp::with_nonce(NOW, "n");
            let mut random = |octets: &mut [u8]| octets.fill(7);
            let signed = signer.sign(&request, &stamp, &mut random).unwrap();
            signed.apply(&mut request);

            let verify = |request: &Request<Vec<u8>>, public: &RsaPublicKey| {
                let key = Arc::new(public.with_method(method.clone()).unwrap());
                let keys: [Arc<dyn VerifyingKey>; 1] = [key];
                let client = Client::new(&SignatureMethod::KNOWN).with_keys(&keys);
                let verifier = Verifier::new(ORIGIN.parse().unwrap());
                let parsed = SignedRequest::parse(request)?;
                // The secret of the token takes no part, but tells that the token is known.
                let secret = Secret::from("");
                let authentic = verifier.verify(&parsed, Some(&client), Some(&secret), NOW)?;
                authentic.accept(|_| Claimed::First).map(|_| ())
            };
            assert_eq!(verify(&request, public), Ok(()));
            for changed in Parts::of(&request).changed(true) {
                assert!(verify(&changed.request(), public).is_err(), "{changed:?}");
            }
            let other = if public == &of_long {
                short.public_key()
            } else {
                of_long.clone()
            };
            let refused = verify(&request, &other);
            assert_eq!(refused, Err(Refusal::SignatureInvalid));
        }
    }
}

#[test]
fn a_proxy_may_turn_the_uri_and_the_host_into_its_own() {
    let request = Request::get("https://example.com/x")
        .body(Vec::new())
        .unwrap();
    let client = Credentials::new("ck", "cs");
    let signer = Signer::with_secrets(&SignatureMethod::HmacSha256, &client, None).unwrap();
    let mut forwarded = request.clone();
    let stamp = Stamp::with_nonce(NOW, "n");
    let mut random = |octets: &mut [u8]| octets.fill(0);
    let signed = signer.sign(&request, &stamp, &mut random).unwrap();
    signed.apply(&mut forwarded);
    *forwarded.uri_mut() = Uri::from_static("http://10.0.0.1:8080/x");
    let host = HeaderValue::from_static("10.0.0.1:8080");
    forwarded.headers_mut().insert("host", host);
    assert_eq!(verify(&forwarded, ORIGIN, &client.secret, None), Ok(()));
}

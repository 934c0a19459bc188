//! Known answers, from `vectors/oauth1`: one loop, so that a failure names the case and the step.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::AUTHORIZATION;
use http::{Request, Uri};
use serde_json::Value;
use sha1::Sha1;
use tripod_core::percent;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::base_string::BaseString;
use tripod_oauth1::body_hash;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::message::Message;
use tripod_oauth1::origin::Origin;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::signature_method::{
    RsaPrivateKey, Signature, SignatureMethod, SigningFailed, SigningKey, VerifyingKey,
};
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::verifier::{Claimed, Client, Verifier};

/// As many as there are: a case that is not read proves nothing.
const CASES: usize = 118;

#[test]
fn every_case_comes_out_as_its_source_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/oauth1");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.retain(|folder| folder.join("input.json").exists());
    folders.sort();
    assert_eq!(folders.len(), CASES);
    let mut steps = BTreeMap::new();
    for folder in folders {
        assert!(
            folder.join("SOURCE").exists(),
            "{} has a source",
            folder.display()
        );
        for step in Case::read(&folder).check() {
            *steps.entry(step).or_insert(0) += 1;
        }
    }
    // What was compared, and how often: a loop that passes over something would show here.
    let expected = [
        ("authorization", 56),
        ("base-string", 79),
        ("base-string-uri", 94),
        ("body-hash", 12),
        ("key", 80),
        ("parameters", 89),
        ("signature", 86),
        ("verified", 78),
    ];
    assert_eq!(steps, BTreeMap::from(expected));
}

struct Case {
    name: String,
    folder: PathBuf,
    input: Value,
    request: Option<Request<Vec<u8>>>,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let input = fs::read(folder.join("input.json")).unwrap();
        Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            input: serde_json::from_slice(&input).unwrap(),
            request: fs::read(folder.join("request"))
                .ok()
                .map(|raw| parse_request(&raw)),
        }
    }

    fn check(&self) -> Vec<&'static str> {
        let mut steps = Vec::new();
        if let Some(expected) = self.file("key") {
            assert_eq!(self.plaintext_signature(), expected, "{}: key", self.name);
            steps.push("key");
        }
        self.check_base_string(&mut steps);
        self.check_body_hash(&mut steps);
        if let Some(expected) = self.file("signature") {
            assert_eq!(
                self.signature(&mut steps),
                expected,
                "{}: signature",
                self.name
            );
            steps.push("signature");
        }
        steps
    }

    fn check_base_string(&self, steps: &mut Vec<&'static str>) {
        let Some(base_string) = self.base_string() else {
            return;
        };
        for (step, found) in [
            ("base-string-uri", base_string.uri.clone()),
            ("parameters", base_string.normalized_parameters()),
            ("base-string", base_string.to_string()),
        ] {
            if let Some(expected) = self.file(step) {
                assert_eq!(found, expected, "{}: {step}", self.name);
                steps.push(step);
            }
        }
    }

    fn check_body_hash(&self, steps: &mut Vec<&'static str>) {
        if let Some(expected) = self.file("body-hash") {
            let body = self.request.as_ref().unwrap().body();
            let found = body_hash::compute(&self.method().unwrap(), body);
            assert_eq!(found, expected, "{}: body-hash", self.name);
            steps.push("body-hash");
        }
    }

    fn signature(&self, steps: &mut Vec<&'static str>) -> String {
        match (&self.request, self.stamp(), self.file("base-string")) {
            (Some(request), Some(stamp), _) => self.signature_of(request, &stamp, steps),
            (None, _, Some(base_string)) => self.signature_of_text(&base_string),
            // PLAINTEXT, which needs no more than the secrets.
            _ => self.plaintext_signature(),
        }
    }

    fn signature_of(
        &self,
        request: &Request<Vec<u8>>,
        stamp: &Stamp,
        steps: &mut Vec<&'static str>,
    ) -> String {
        let mut signed = request.clone();
        let added = self
            .signer()
            .sign_with(request, stamp, &self.extra(), &mut random);
        added.unwrap().apply(&mut signed);
        let found = protocol_parameters(&signed);
        if let Some(printed) = self.file("authorization") {
            assert_eq!(
                found,
                header_parameters(&printed),
                "{}: authorization",
                self.name
            );
            steps.push("authorization");
        }
        self.check_verified(&signed, stamp, steps);
        found["oauth_signature"].clone()
    }

    /// Cases that begin at a text that is no base string: the MAC is all there is to compare.
    fn signature_of_text(&self, base_string: &str) -> String {
        assert_eq!(
            self.method(),
            Some(SignatureMethod::HmacSha1),
            "{}",
            self.name
        );
        let mac = Hmac::<Sha1>::new_from_slice(self.plaintext_signature().as_bytes());
        let mac = mac.unwrap().chain_update(base_string).finalize();
        STANDARD.encode(mac.into_bytes())
    }

    /// The provider's half accepts what was printed.
    fn check_verified(
        &self,
        request: &Request<Vec<u8>>,
        stamp: &Stamp,
        steps: &mut Vec<&'static str>,
    ) {
        let signed = SignedRequest::parse(request);
        // Twitter takes a verifier in the body beside a signed header; RFC 5849 §3.5 does not.
        if self.name == "twitter-sign-in-access-token-verifier-in-body" {
            assert!(
                matches!(signed, Err(Refusal::SeveralPlaces { .. })),
                "{}",
                self.name
            );
            return;
        }
        let signed = signed.unwrap();
        let methods = [self.method().unwrap()];
        let secret = self.secret("consumer_secret");
        let public_key = self.rsa_key().map(|key| key.public_key());
        let keys: Vec<Arc<dyn VerifyingKey>> = public_key
            .map(|key| key.with_method(methods[0].clone()).unwrap())
            .map(|key| Arc::new(key) as Arc<dyn VerifyingKey>)
            .into_iter()
            .collect();
        let client = Client::new(&methods).with_secret(&secret).with_keys(&keys);
        let verifier = Verifier::new(origin(request)).dangerous_exposed_plaintext();
        let token_secret = self.secret("token_secret");
        let verified = verifier.verify(
            &signed,
            Some(&client),
            Some(&token_secret),
            stamp.timestamp(),
        );
        let accepted = verified.and_then(|authentic| authentic.accept(|_| Claimed::First));
        assert_eq!(accepted.err(), None, "{}: verified", self.name);
        steps.push("verified");
    }

    fn base_string(&self) -> Option<BaseString> {
        let request = self.request.as_ref()?;
        let signs = self.text("consumer_key").is_some();
        match self.stamp() {
            Some(stamp) if signs => Some(
                self.signer()
                    .base_string(request, &stamp, &self.extra())
                    .unwrap(),
            ),
            _ => Some(BaseString::of_request(request, &origin(request)).unwrap()),
        }
    }

    fn signer(&self) -> Signer {
        let (consumer_key, method) = (self.text("consumer_key").unwrap(), self.method().unwrap());
        let token = self.text("token");
        let mut signer = match (self.rsa_key(), self.text("consumer_secret")) {
            (Some(key), _) => {
                Signer::with_rsa(key.with_method(method).unwrap(), consumer_key, token)
            }
            (None, Some(secret)) => {
                let client = Credentials::new(consumer_key, secret);
                let token = token.map(|token| Credentials::new(token, self.secret("token_secret")));
                Signer::with_secrets(&method, &client, token.as_ref()).unwrap()
            }
            (None, None) => Signer::with_key(Arc::new(Unpublished(method)), consumer_key, token),
        };
        if self.text("version").is_none() {
            signer = signer.without_version();
        }
        if let Some(realm) = self.text("realm") {
            signer = signer.realm(realm).unwrap();
        }
        if self.input["body_hash"] == true {
            signer = signer.with_body_hash();
        }
        signer
            .dangerous_exposed_plaintext()
            .placement(match self.text("placement") {
                None | Some("header") => Placement::Header,
                Some("query") => Placement::Query,
                Some("body") => Placement::Body,
                Some(other) => panic!("{}: placement {other}", self.name),
            })
    }

    /// What PLAINTEXT sends is what keys an HMAC.
    fn plaintext_signature(&self) -> String {
        let client = Credentials::new("client", self.secret("consumer_secret"));
        let token = Credentials::new("token", self.secret("token_secret"));
        let signer = Signer::with_secrets(&SignatureMethod::Plaintext, &client, Some(&token));
        let mut request = Request::get("https://example.com/")
            .body(Vec::new())
            .unwrap();
        let stamp = Stamp::with_nonce(Timestamp::from_unix(1), "nonce");
        signer
            .unwrap()
            .sign(&request, &stamp, &mut random)
            .unwrap()
            .apply(&mut request);
        protocol_parameters(&request)
            .remove("oauth_signature")
            .unwrap()
    }

    fn stamp(&self) -> Option<Stamp> {
        let timestamp = self.input["timestamp"].as_i64()?;
        Some(Stamp::with_nonce(
            Timestamp::from_unix(timestamp),
            self.text("nonce")?,
        ))
    }

    fn extra(&self) -> Vec<(&str, &str)> {
        let extra = self.input["extra"].as_object().into_iter().flatten();
        extra
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect()
    }

    fn method(&self) -> Option<SignatureMethod> {
        self.text("signature_method").map(SignatureMethod::parse)
    }

    fn rsa_key(&self) -> Option<RsaPrivateKey> {
        let pem = fs::read_to_string(self.folder.join(self.text("rsa_key")?)).unwrap();
        Some(RsaPrivateKey::dangerous_short_from_pem(&Secret::from(pem)).unwrap())
    }

    fn secret(&self, name: &str) -> Secret {
        Secret::from(self.text(name).unwrap_or_default())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.input[name].as_str()
    }

    fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok()
    }
}

/// The key of a case that prints a base string but not what it was signed with.
#[derive(Debug)]
struct Unpublished(SignatureMethod);

impl SigningKey for Unpublished {
    fn signature_method(&self) -> SignatureMethod {
        self.0.clone()
    }

    fn sign(&self, _: &Message<'_>, _: &mut dyn Random) -> Result<Signature, SigningFailed> {
        unreachable!("such a case has no signature")
    }
}

fn random(octets: &mut [u8]) {
    octets.fill(7);
}

fn origin(request: &Request<Vec<u8>>) -> Origin {
    let scheme = request.uri().scheme_str().unwrap();
    let authority = request.uri().authority().unwrap().as_str();
    let host = request
        .headers()
        .get("host")
        .map(|host| host.to_str().unwrap());
    format!("{scheme}://{}", host.unwrap_or(authority))
        .parse()
        .unwrap()
}

fn parse_request(raw: &[u8]) -> Request<Vec<u8>> {
    let end = raw.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let head = str::from_utf8(&raw[..end]).unwrap();
    let mut lines = head.lines();
    let (method, rest) = lines.next().unwrap().split_once(' ').unwrap();
    let uri: Uri = rest.strip_suffix(" HTTP/1.1").unwrap().parse().unwrap();
    let mut request = Request::builder().method(method).uri(uri);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value.trim());
    }
    request.body(raw[end + 2..].to_vec()).unwrap()
}

/// The parameters that a signed request carries, decoded, wherever they stand.
fn protocol_parameters(request: &Request<Vec<u8>>) -> BTreeMap<String, String> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        return header_parameters(header.to_str().unwrap());
    }
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let forms = [query, request.body().as_slice()];
    let pairs = forms
        .into_iter()
        .flat_map(tripod_core::form::pairs)
        .map(|pair| {
            let (name, value) = pair.decode();
            (
                String::from_utf8_lossy(&name).into_owned(),
                String::from_utf8_lossy(&value).into_owned(),
            )
        });
    pairs
        .filter(|(name, _)| name.starts_with("oauth_"))
        .collect()
}

fn header_parameters(header: &str) -> BTreeMap<String, String> {
    let parts = header.strip_prefix("OAuth ").unwrap().split(',');
    let decoded = |text| String::from_utf8(percent::decode(text).unwrap().into_owned()).unwrap();
    parts
        .map(|part| {
            let (name, value) = part.trim().split_once('=').unwrap();
            let value = value.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
            (decoded(name), decoded(value))
        })
        .collect()
}

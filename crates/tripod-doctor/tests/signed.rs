//! What the client itself signs: DPoP proofs and client assertions.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::{Finding, Likelihood};
use tripod_doctor::known::Known;
use tripod_oauth2::client_assertion::Assertion;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;

const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);
const DATE: &str = "Sat, 21 Nov 2026 12:00:00 GMT";
const SECRET: &str = "sentinel-sentinel-sentinel-sentinel-0123456789";
const P256: &str = include_str!("../../../vectors/oauth2/key/p256/private.pem");
const RSA: &str = include_str!("../../../vectors/oauth2/key/rsa/private.pem");

struct Repeated;

impl Random for Repeated {
    fn fill(&mut self, octets: &mut [u8]) {
        octets.fill(0x5a);
    }
}

fn key(algorithm: Algorithm, pem: &str) -> SigningKey {
    SigningKey::from_pem(algorithm, &Secret::from(pem)).unwrap()
}

fn explain(request: &str, known: Known) -> Vec<Finding> {
    let answer = format!(
        "HTTP/1.1 401 Unauthorized\nDate: {DATE}\nContent-Type: application/json\n\n{{\"error\":\"invalid_client\"}}"
    );
    let evidence = Evidence::read(format!("{request}\n{answer}").as_bytes(), known);
    diagnose(&evidence, NOW)
}

fn find<'a>(findings: &'a [Finding], code: &str) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.code == code)
}

/// Writes a token once more with these octets for its signature.
fn signed_by(token: &str, octets: &[u8]) -> String {
    let (rest, _) = token.rsplit_once('.').unwrap();
    format!("{rest}.{}", URL_SAFE_NO_PAD.encode(octets))
}

fn signature(token: &str) -> Vec<u8> {
    let (_, last) = token.rsplit_once('.').unwrap();
    URL_SAFE_NO_PAD.decode(last).unwrap()
}

/// R and S as OpenSSL writes them: two integers in a sequence.
fn der(fixed: &[u8]) -> Vec<u8> {
    let mut integers = Vec::new();
    for half in fixed.chunks(32) {
        let significant: Vec<u8> = half
            .iter()
            .copied()
            .skip_while(|octet| *octet == 0)
            .collect();
        let sign: &[u8] = if significant[0] >= 0x80 { &[0] } else { &[] };
        integers.extend([0x02, u8::try_from(sign.len() + significant.len()).unwrap()]);
        integers.extend(sign);
        integers.extend(significant);
    }
    let mut sequence = vec![0x30, u8::try_from(integers.len()).unwrap()];
    sequence.extend(integers);
    sequence
}

fn proof() -> String {
    let proof = Proof::new("POST", "https://as.example/token", NOW, &mut Repeated).unwrap();
    let signed = proof.encode(&key(Algorithm::Es256, P256)).unwrap();
    signed.expose().to_owned()
}

fn proven(proof: &str) -> Vec<Finding> {
    let request = format!(
        "POST https://as.example/token HTTP/1.1\nHost: as.example\nDPoP: {proof}\n\
         Content-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials&client_id=c"
    );
    explain(&request, Known::default())
}

#[test]
fn a_proof_that_its_own_key_signed_is_not_blamed() {
    assert!(find(&proven(&proof()), "oauth2/dpop/signature").is_none());
}

#[test]
fn a_proof_that_was_signed_by_another_key_or_changed_is_found() {
    let proof = proof();
    let mut octets = signature(&proof);
    octets[10] ^= 1;
    let findings = proven(&signed_by(&proof, &octets));
    let finding = find(&findings, "oauth2/dpop/signature").unwrap();
    assert_eq!(finding.likelihood, Likelihood::Certain);
    assert!(finding.cause.contains("did not sign"), "{}", finding.cause);
}

#[test]
fn a_signature_in_der_is_called_that() {
    let proof = proof();
    let findings = proven(&signed_by(&proof, &der(&signature(&proof))));
    let finding = find(&findings, "oauth2/dpop/signature").unwrap();
    assert!(finding.cause.contains("DER"), "{}", finding.cause);
    assert_eq!(finding.likelihood, Likelihood::Certain);
}

/// Who shows a capture to others may have cut the signature.
#[test]
fn a_signature_that_was_cut_is_not_certainly_the_cause() {
    let proof = proof();
    let octets = signature(&proof);
    let findings = proven(&signed_by(&proof, octets.get(..20).unwrap()));
    let finding = find(&findings, "oauth2/dpop/signature").unwrap();
    assert_eq!(finding.likelihood, Likelihood::Likely);
}

fn assertion(key: &SigningKey) -> String {
    let assertion = Assertion::for_client("client", "https://as.example/token", NOW, &mut Repeated);
    assertion.encode(key).unwrap().expose().to_owned()
}

fn asserted(assertion: &str, known: Known) -> Vec<Finding> {
    let request = format!(
        "POST https://as.example/token HTTP/1.1\nHost: as.example\n\
         Content-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials&client_id=client\
         &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
         &client_assertion={assertion}"
    );
    explain(&request, known)
}

fn by_secret(secret: &str) -> String {
    let key = SigningKey::from_secret(Algorithm::Hs256, &Secret::from(secret)).unwrap();
    assertion(&key)
}

fn knowing_secret(secret: &str) -> Known {
    let mut known = Known::default();
    known.client_secret = Some(secret.into());
    known
}

const CODE: &str = "oauth2/assertion/signature";

#[test]
fn an_assertion_is_verified_by_the_client_secret() {
    let right = asserted(&by_secret(SECRET), knowing_secret(SECRET));
    assert!(find(&right, CODE).is_none(), "{right:?}");
    let nothing = asserted(&by_secret(SECRET), Known::default());
    assert!(find(&nothing, CODE).is_none(), "{nothing:?}");
    for (signed_with, words) in [
        (
            "another-secret-another-secret-another-secret",
            "another secret",
        ),
        (&format!("{SECRET}\n"), "line break"),
    ] {
        let findings = asserted(&by_secret(signed_with), knowing_secret(SECRET));
        let finding = find(&findings, CODE).unwrap();
        assert!(finding.cause.contains(words), "{}", finding.cause);
        assert_eq!(finding.likelihood, Likelihood::Certain);
        assert!(!format!("{findings:?}").contains("sentinel"));
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(SECRET);
    let findings = asserted(&by_secret(SECRET), knowing_secret(&encoded));
    let finding = find(&findings, CODE).unwrap();
    assert!(finding.cause.contains("base64"), "{}", finding.cause);
}

/// The public half as a set of keys.
fn set(key: &SigningKey) -> String {
    let public = key.public_jwk().unwrap().to_public_json().unwrap();
    serde_json::json!({ "keys": [public] }).to_string()
}

fn knowing_keys(keys: String) -> Known {
    let mut known = Known::default();
    known.jwks = Some(keys);
    known
}

#[test]
fn an_assertion_is_verified_by_the_public_keys_of_the_client() {
    let own = key(Algorithm::Rs256, RSA).with_id("one");
    let right = asserted(&assertion(&own), knowing_keys(set(&own)));
    assert!(find(&right, CODE).is_none(), "{right:?}");
    let mut octets = signature(&assertion(&own));
    octets[3] ^= 1;
    let broken = signed_by(&assertion(&own), &octets);
    let findings = asserted(&broken, knowing_keys(set(&own)));
    assert_eq!(
        find(&findings, CODE).unwrap().likelihood,
        Likelihood::Certain
    );
    // Keys that are called otherwise may be those of somebody else.
    let other = key(Algorithm::Rs256, RSA).with_id("two");
    let findings = asserted(&assertion(&own), knowing_keys(set(&other)));
    assert_ne!(
        find(&findings, CODE).map(|finding| finding.likelihood),
        Some(Likelihood::Certain)
    );
}

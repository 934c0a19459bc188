use super::*;

const PKCS8: &str = include_str!("../../../../../vectors/oauth1/keys/rsa-2048.pem");
const PKCS8_DER: &[u8] = include_bytes!("../../../../../vectors/oauth1/keys/rsa-2048.pkcs8.der");
const PKCS1: &str = include_str!("../../../../../vectors/oauth1/keys/rsa-2048.pkcs1.pem");
const PKCS1_DER: &[u8] = include_bytes!("../../../../../vectors/oauth1/keys/rsa-2048.pkcs1.der");
const PUBLIC: &str = include_str!("../../../../../vectors/oauth1/keys/rsa-2048.public.pem");
const PUBLIC_PKCS1: &str =
    include_str!("../../../../../vectors/oauth1/keys/rsa-2048.public.pkcs1.pem");
const CERTIFICATE: &str =
    include_str!("../../../../../vectors/oauth1/keys/rsa-2048.certificate.pem");
const SHORT: &str = include_str!("../../../../../vectors/oauth1/keys/wiki-rsa-1024.pem");

const EC_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgk6aIlY8ZcNp6O3HL
8rS4V9KmU7AnMRHZJqneUe8EvUWhRANCAASnPkDm58fu7F7Fi5ng4+Xi3RVDkmox
5OWcSwb4z/THCIbrKk0FRmUYOlzNeWL1ZER4knzXJun86M8o0Hu1J3Ov
-----END PRIVATE KEY-----
";
const EC: &str = "\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIJOmiJWPGXDaejtxy/K0uFfSplOwJzER2Sap3lHvBL1FoAoGCCqGSM49
AwEHoUQDQgAEpz5A5ufH7uxexYuZ4OPl4t0VQ5JqMeTlnEsG+M/0xwiG6ypNBUZl
GDpczXli9WREeJJ81ybp/OjPKNB7tSdzrw==
-----END EC PRIVATE KEY-----
";
const EC_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpz5A5ufH7uxexYuZ4OPl4t0VQ5Jq
MeTlnEsG+M/0xwiG6ypNBUZlGDpczXli9WREeJJ81ybp/OjPKNB7tSdzrw==
-----END PUBLIC KEY-----
";
const TOO_SHORT: &str = "\
-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBAL3qXiIze0NNVXSJcICg11YRKIHzLTln0ikLVohwAHIlkAA188tp
eqAS+vRawwFi/7vwQXjzzF+1J/HSAd1J4PkCAwEAAQJBAKZRg9LL5x0PstD2NFJR
iYPUTvdPMcHeTEypo0SlYZ6UCIekuyQf7ePQ4n89wjdh/ciKigiy6yy+QKHwpko4
FwECIQDfBYp2ebWEGZqNbHb9MCxgWRwKP9E4Iih+XEHZD2pp8QIhANn/mPLYxuAA
XFW6xdZDGGTNAwCxmyvAsAuK5+4Xsx+JAiAcbNdeDFsvUBgbyGROFvLBAPqK7+FZ
tzjUCiw2Xzmf8QIgVFpJxZZKBf09vVKDIPBfbQnDIq6Wu2xY8m5yZje3cPkCICD5
jfzttgRICQMM1etb5Hx7+z19akaC18iDCwJoqnzf
-----END RSA PRIVATE KEY-----
";
const TOO_SHORT_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK52gm+RZlEGJ2yKMkK5ofyJfSITUwoq
QR5hOhihnJxxqarjaMYPeT6A92cfbbe5nGl6ejqt+YhXa6UT95GzEeUCAwEAAQ==
-----END PUBLIC KEY-----
";
/// What openssl writes in front of a body that is of no matter here.
const ENCRYPTED_PKCS1: &str = "\
-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,E80486C0A220B201C7BE11E67212F14B

AAAA
-----END RSA PRIVATE KEY-----
";
const ENCRYPTED_PKCS8: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
AAAA
-----END ENCRYPTED PRIVATE KEY-----
";

fn private(pem: &str) -> Result<RsaPrivateKey, RsaKeyError> {
    RsaPrivateKey::from_pem(&Secret::from(pem))
}

fn short(pem: &str) -> Result<RsaPrivateKey, RsaKeyError> {
    RsaPrivateKey::dangerous_short_from_pem(&Secret::from(pem))
}

fn wrong_label(label: &str) -> RsaKeyError {
    RsaKeyError::WrongLabel {
        label: label.to_owned(),
    }
}

fn public_der(pem: &str) -> Vec<u8> {
    pem::parse(pem).unwrap().into_contents()
}

#[test]
fn a_private_key_is_read_in_every_form() {
    let keys = [
        private(PKCS8),
        private(PKCS1),
        RsaPrivateKey::from_der(PKCS8_DER),
        RsaPrivateKey::from_der(PKCS1_DER),
        RsaPrivateKey::dangerous_short_from_der(PKCS8_DER),
        short(PKCS1),
    ];
    let expected = RsaPublicKey::from_pem(PUBLIC).unwrap();
    for key in keys {
        let key = key.unwrap();
        assert_eq!(key.public_key(), expected);
        // Without it every signature would take four times as long.
        assert!(key.fast.is_some());
    }
}

#[test]
fn a_public_key_is_read_in_every_form() {
    let keys = [
        RsaPublicKey::from_pem(PUBLIC),
        RsaPublicKey::from_pem(PUBLIC_PKCS1),
        RsaPublicKey::from_der(&public_der(PUBLIC)),
        RsaPublicKey::from_der(&public_der(PUBLIC_PKCS1)),
    ];
    let expected = private(PKCS8).unwrap().public_key();
    for key in keys {
        assert_eq!(key, Ok(expected.clone()));
    }
}

#[test]
fn the_label_does_not_decide_between_pkcs_1_and_pkcs_8() {
    let (pkcs1, pkcs8) = ("RSA PRIVATE KEY", "PRIVATE KEY");
    assert!(private(&PKCS8.replace(pkcs8, pkcs1)).is_ok());
    assert!(private(&PKCS1.replace(pkcs1, pkcs8)).is_ok());
    let (pkcs1, spki) = ("RSA PUBLIC KEY", "PUBLIC KEY");
    assert!(RsaPublicKey::from_pem(&PUBLIC.replace(spki, pkcs1)).is_ok());
    assert!(RsaPublicKey::from_pem(&PUBLIC_PKCS1.replace(pkcs1, spki)).is_ok());
}

#[test]
fn what_stands_around_the_block_and_how_its_lines_end_does_not_matter() {
    let around = format!("Bag Attributes\n    friendlyName: x\n{PKCS8}\nmore\n");
    assert!(private(&around).is_ok());
    assert!(private(&PKCS8.replace('\n', "\r\n")).is_ok());
    assert!(private(PKCS8.trim()).is_ok());
}

#[test]
fn what_is_no_rsa_private_key_is_refused_by_what_it_is() {
    let cases = [
        ("", RsaKeyError::NotPem),
        ("garbage", RsaKeyError::NotPem),
        ("-----BEGIN PRIVATE KEY-----", RsaKeyError::NotPem),
        (PKCS8.trim_end_matches(['-', '\n']), RsaKeyError::NotPem),
        (CERTIFICATE, wrong_label("CERTIFICATE")),
        (PUBLIC, wrong_label("PUBLIC KEY")),
        (PUBLIC_PKCS1, wrong_label("RSA PUBLIC KEY")),
        (EC, wrong_label("EC PRIVATE KEY")),
        (EC_PKCS8, RsaKeyError::Damaged),
        (ENCRYPTED_PKCS1, RsaKeyError::Encrypted),
        (ENCRYPTED_PKCS8, RsaKeyError::Encrypted),
    ];
    for (pem, expected) in cases {
        assert_eq!(private(pem).map(|_| ()), Err(expected.clone()), "{pem}");
        assert_eq!(short(pem).map(|_| ()), Err(expected), "{pem}");
    }
    let empty_block = "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n";
    assert_eq!(private(empty_block).map(|_| ()), Err(RsaKeyError::Damaged));
}

#[test]
fn what_is_no_rsa_public_key_is_refused_by_what_it_is() {
    let cases = [
        ("garbage", RsaKeyError::NotPem),
        (CERTIFICATE, RsaKeyError::Certificate),
        (PKCS8, wrong_label("PRIVATE KEY")),
        (PKCS1, wrong_label("RSA PRIVATE KEY")),
        (EC_PUBLIC, RsaKeyError::Damaged),
        (TOO_SHORT_PUBLIC, RsaKeyError::Damaged),
        (ENCRYPTED_PKCS1, RsaKeyError::Encrypted),
    ];
    for (pem, expected) in cases {
        assert_eq!(RsaPublicKey::from_pem(pem), Err(expected), "{pem}");
    }
}

#[test]
fn der_that_is_no_key_or_damaged_is_refused() {
    let certificate = public_der(CERTIFICATE);
    let public = public_der(PUBLIC);
    let truncated = &PKCS8_DER[..PKCS8_DER.len() - 1];
    for der in [
        &[],
        b"garbage".as_slice(),
        PKCS8.as_bytes(),
        &certificate,
        &public,
        truncated,
    ] {
        let refused = RsaPrivateKey::from_der(der).map(|_| ());
        assert_eq!(refused, Err(RsaKeyError::Damaged));
    }
    for der in [
        &[],
        b"garbage".as_slice(),
        &certificate,
        PKCS8_DER,
        PKCS1_DER,
    ] {
        assert_eq!(RsaPublicKey::from_der(der), Err(RsaKeyError::Damaged));
    }
}

#[test]
fn parts_of_a_key_that_do_not_fit_together_are_refused() {
    // One bit of the modulus, of the exponent and of each prime.
    for at in [100, 300, 600, 750] {
        let mut der = PKCS1_DER.to_vec();
        der[at] ^= 1;
        let refused = RsaPrivateKey::from_der(&der).map(|_| ());
        assert_eq!(refused, Err(RsaKeyError::Damaged), "octet {at}");
    }
}

#[test]
fn a_key_of_1024_bits_signs_only_by_the_dangerous_name() {
    let refused = Err(RsaKeyError::TooShort {
        bits: 1024,
        least: 2048,
    });
    assert_eq!(private(SHORT).map(|_| ()), refused);
    let der = public_der(SHORT);
    assert_eq!(RsaPrivateKey::from_der(&der).map(|_| ()), refused);
    assert!(RsaPrivateKey::dangerous_short_from_der(&der).is_ok());
    assert!(short(SHORT).is_ok());
}

#[test]
fn a_public_key_of_1024_bits_verifies_by_every_method() {
    let key = short(SHORT).unwrap().public_key();
    let der = key.0.to_pkcs1_der().unwrap();
    let key = RsaPublicKey::from_der(der.as_bytes()).unwrap();
    for method in [
        SignatureMethod::RsaSha1,
        SignatureMethod::RsaSha256,
        SignatureMethod::RsaSha512,
    ] {
        let verifying = key.with_method(method.clone()).unwrap();
        assert_eq!(verifying.signature_method(), method);
    }
}

#[test]
fn a_key_is_for_rsa_methods_alone() {
    let (private, public) = (
        private(PKCS8).unwrap(),
        RsaPublicKey::from_pem(PUBLIC).unwrap(),
    );
    let methods = [
        SignatureMethod::HmacSha1,
        SignatureMethod::HmacSha256,
        SignatureMethod::HmacSha512,
        SignatureMethod::Plaintext,
        SignatureMethod::parse("RSA-SHA384"),
    ];
    for method in methods {
        let refused = RsaKeyError::WrongMethod {
            method: method.clone(),
        };
        let signing = private.with_method(method.clone()).map(|_| ());
        assert_eq!(signing, Err(refused.clone()));
        assert_eq!(public.with_method(method).map(|_| ()), Err(refused));
    }
}

#[test]
fn a_key_of_less_than_1024_bits_is_refused_by_either_name() {
    let refused = |least| Err(RsaKeyError::TooShort { bits: 512, least });
    let der = public_der(TOO_SHORT);
    assert_eq!(private(TOO_SHORT).map(|_| ()), refused(2048));
    assert_eq!(RsaPrivateKey::from_der(&der).map(|_| ()), refused(2048));
    assert_eq!(short(TOO_SHORT).map(|_| ()), refused(1024));
    let of_der = RsaPrivateKey::dangerous_short_from_der(&der).map(|_| ());
    assert_eq!(of_der, refused(1024));
}

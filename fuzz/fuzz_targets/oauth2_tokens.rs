#![no_main]
//! No token that comes from without is accepted: the secret is drawn when the process starts.
//!
//! A line of three parts is a token as it is; of two lines, header and claims in plain JSON, one is
//! made. A proof brings its own key, so what is accepted there is only ever about that key.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::confirmation::Presented;
use tripod_oauth2::dpop::received::{Received, Request, Rules};
use tripod_oauth2::id_token::IdToken;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::verifying_key::VerifyingKey;
use tripod_oauth2::{
    access_token, client_assertion, id_token, jarm, logout_token, request_object, userinfo,
};

const ISSUER: &str = "https://as.example";
const CLIENT: &str = "client";
const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let secret = tripod_fuzz::unguessable();
    VerifyingKey::from_secret(Algorithm::Hs256, &secret)
        .expect("long enough")
        .into()
});

fuzz_target!(|octets: &[u8]| {
    let (header, claims) = tripod_fuzz::cut(octets, b"\n");
    if let Ok(token) = str::from_utf8(header) {
        refuse(token);
    }
    let _ = userinfo::UserInfo::parse(claims, "alice");
    let token = format!("{}.{}.AAAA", base64url(header), base64url(claims));
    refuse(&token);
});

fn refuse(text: &str) {
    let token = &Secret::from(text);
    let keys = &*KEYS;

    let rules = access_token::Rules::new(ISSUER, [CLIENT]);
    let bearer = Presented::bearer();
    assert!(access_token::AccessToken::verify(token, keys, &rules, &bearer, NOW).is_err());

    let rules = client_assertion::Rules::new([ISSUER]);
    for as_client in [true, false] {
        let Ok(received) = client_assertion::Received::parse(text) else {
            break;
        };
        let issuer = received.claimed_issuer().to_owned();
        assert!(match as_client {
            true => received.verify_client(&issuer, keys, &rules, NOW).is_err(),
            false => received.verify_grant(&issuer, keys, &rules, NOW).is_err(),
        });
    }

    let rules = id_token::rules::Rules::new(ISSUER, CLIENT);
    assert!(rules.verify(token, keys, NOW).is_err());
    assert!(IdToken::verify_hint(token, keys, ISSUER).is_err());

    let rules = logout_token::Rules::new(ISSUER, CLIENT);
    assert!(logout_token::LogoutToken::verify(token, keys, &rules, NOW).is_err());

    let rules = jarm::Rules::new(ISSUER, CLIENT);
    assert!(jarm::Response::verify(token, keys, &rules, NOW).is_err());

    let rules = request_object::Rules::new(ISSUER);
    assert!(request_object::RequestObject::verify(token, CLIENT, keys, &rules, NOW).is_err());

    let rules = userinfo::Rules::new(ISSUER, CLIENT, "alice");
    assert!(userinfo::UserInfo::verify(token, keys, &rules, NOW).is_err());

    if let Ok(received) = Received::parse([text])
        && let Ok(accepted) = received.verify(&Request::new("POST", ISSUER), &Rules::default(), NOW)
    {
        assert_eq!(accepted.thumbprint.len(), 43);
    }
}

fn base64url(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut written = String::new();
    for chunk in octets.chunks(3) {
        let word = chunk
            .iter()
            .fold(0, |word, octet| word << 8 | u32::from(*octet));
        let word = word << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            let sextet = word >> (18 - 6 * at) & 63;
            written.push(char::from(ALPHABET[sextet as usize]));
        }
    }
    written
}

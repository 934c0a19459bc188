//! Known answers, and what must be refused.

use proptest::prelude::*;
use serde_json::json;

use super::rules::{Companion, ExpectedNonce, Rules};
use super::*;
use crate::jose::tests::{Case, forge, signer, trust};
use crate::jwk::Jwk;

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);
const ISSUER: &str = "https://op.example";

fn key() -> SigningKey {
    signer(Algorithm::Es256)
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "client", "sub": "alice",
        "iat": NOW.as_unix(), "exp": NOW.as_unix() + 300,
    })
}

fn with(member: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[member] = value.into();
    claims
}

fn without(member: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(member);
    claims
}

fn rules() -> Rules<'static> {
    Rules::new(ISSUER, "client")
}

fn verify(claims: &Value, rules: &Rules<'_>) -> Result<IdToken, Refusal> {
    let token = forge(&key(), &json!({"alg": "ES256"}), claims).into();
    rules.verify(&token, &trust(&key()), NOW)
}

fn refused(mismatch: Mismatch) -> Result<IdToken, Refusal> {
    Err(Refusal::Mismatch(mismatch))
}

#[test]
fn the_tokens_of_openid_connect_are_accepted_at_their_time() {
    for case in Case::all("id-token") {
        let token = Secret::new(case.text("id-token"));
        let published = JwkSet::new(vec![case.jwk()]);
        let keys = keys(&published, None, None).unwrap();
        let now = Timestamp::from_unix(1_311_281_000);
        let read = |file: &str| case.has(file).then(|| Secret::new(case.text(file)));
        let (access_token, code) = (read("access-token"), read("code"));
        let mut rules = Rules::new("https://server.example.com", "s6BhdRkqt3");
        rules.nonce = ExpectedNonce::Sent("n-0S6_WzA2Mj");
        rules.access_token = access_token
            .as_ref()
            .map_or(Companion::None, Companion::FrontChannel);
        rules.code = code
            .as_ref()
            .map_or(Companion::None, Companion::FrontChannel);
        let read = rules.verify(&token, &keys, now).unwrap();
        assert_eq!(read.subject, "248289761001", "{}", case.name());

        let other = Secret::from("other");
        for (wrong, mismatch) in [
            (
                Rules {
                    issuer: "https://server.example.com/",
                    ..rules.clone()
                },
                Mismatch::Issuer,
            ),
            (
                Rules {
                    client_id: "S6BhdRkqt3",
                    ..rules.clone()
                },
                Mismatch::Audience,
            ),
            (
                Rules {
                    nonce: ExpectedNonce::Sent("x"),
                    ..rules.clone()
                },
                Mismatch::Nonce,
            ),
            (
                Rules {
                    nonce: ExpectedNonce::NotSent,
                    ..rules.clone()
                },
                Mismatch::Nonce,
            ),
            (
                Rules {
                    max_age: Some(Duration::MAX),
                    ..rules.clone()
                },
                Mismatch::AuthenticationTimeMissing,
            ),
            (
                Rules {
                    access_token: Companion::FrontChannel(&other),
                    ..rules.clone()
                },
                Mismatch::AccessTokenHash,
            ),
        ] {
            assert_eq!(
                wrong.verify(&token, &keys, now),
                refused(mismatch),
                "{}",
                case.name()
            );
        }
        let late = rules.verify(&token, &keys, Timestamp::from_unix(1_311_282_000));
        assert_eq!(late, Err(Refusal::Token(jose::Mismatch::Expired.into())));
    }
}

#[test]
fn hashes_are_those_of_openid_connect_and_of_authlib() {
    let token = Secret::from("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    for (algorithm, hash) in [
        (Algorithm::Rs256, "77QmUPtjPfzWtF2AnpK9RQ"), // OpenID Connect Core A.3
        (Algorithm::Es384, "jtAeDp945y1dDqU3nkIVGNZP1HjH_MFs"),
        (
            Algorithm::Ps512,
            "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM",
        ),
        (
            Algorithm::EdDsa,
            "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM",
        ),
    ] {
        assert_eq!(half_hash(algorithm, &token), hash, "{algorithm}");
    }
}

#[test]
fn claims_that_must_be_there_are_missed_by_name() {
    for claim in ["iss", "sub", "aud", "exp", "iat"] {
        let missing = Err(Refusal::from(Malformed::ClaimMissing { claim }));
        assert_eq!(verify(&without(claim), &rules()), missing);
    }
    for (claim, value) in [
        ("sub", json!("a".repeat(256))),
        ("sub", json!("")),
        ("sub", json!("ä")),
        ("sub", json!(1)),
        ("nonce", json!(1)),
        ("azp", json!(["client"])),
        ("amr", json!(1)),
        ("amr", json!([1])),
        ("auth_time", json!("now")),
        ("at_hash", json!(null)),
        ("sid", json!(1)),
    ] {
        let malformed = Err(Refusal::from(Malformed::ClaimType { claim }));
        assert_eq!(
            verify(&with(claim, value.clone()), &rules()),
            malformed,
            "{claim} {value}"
        );
    }
    assert!(verify(&with("sub", "a".repeat(255)), &rules()).is_ok());
}

#[test]
fn rule_2_the_issuer_matches_exactly() {
    for issuer in [
        "https://op.example/",
        "https://OP.example",
        "http://op.example",
        "",
    ] {
        assert_eq!(
            verify(&with("iss", issuer), &rules()),
            refused(Mismatch::Issuer),
            "{issuer}"
        );
    }
}

#[test]
fn rule_3_the_audience_is_the_client_and_whom_it_trusts() {
    for audience in [
        json!("other"),
        json!("Client"),
        json!(["other"]),
        json!(["client", "other"]),
    ] {
        let claims = with("aud", audience);
        assert_eq!(
            verify(&claims, &rules()),
            refused(Mismatch::Audience),
            "{claims}"
        );
    }
    let trusting = Rules {
        trusted_audiences: &["other"],
        ..rules()
    };
    let mut both = with("aud", json!(["client", "other"]));
    both["azp"] = "client".into();
    assert!(verify(&both, &trusting).is_ok());
    assert_eq!(
        verify(&with("aud", "other"), &trusting),
        refused(Mismatch::Audience)
    );
    assert!(verify(&with("aud", json!(["client"])), &rules()).is_ok());
}

#[test]
fn rules_4_and_5_the_authorized_party_is_the_client() {
    let trusting = Rules {
        trusted_audiences: &["other"],
        ..rules()
    };
    let several = with("aud", json!(["client", "other"]));
    assert_eq!(
        verify(&several, &trusting),
        refused(Mismatch::AuthorizedParty)
    );
    assert_eq!(
        verify(&with("azp", "other"), &rules()),
        refused(Mismatch::AuthorizedParty)
    );
    assert!(verify(&with("azp", "client"), &rules()).is_ok());
}

#[test]
fn rules_6_and_7_the_signature_is_of_the_provider_under_the_registered_algorithm() {
    let token = forge(&key(), &json!({"alg": "ES256"}), &claims()).into();
    let published = JwkSet::new(vec![key().public_jwk().unwrap().clone()]);
    let verify = |registered| {
        let keys = keys(&published, registered, None).unwrap();
        rules().verify(&token, &keys, NOW)
    };
    assert!(verify(Some(Algorithm::Es256)).is_ok());
    let unknown = Err(Refusal::Token(jose::Mismatch::KeyUnknown.into()));
    assert_eq!(verify(None), unknown); // RS256
    assert_eq!(verify(Some(Algorithm::EdDsa)), unknown);
    let unsigned = forge(&key(), &json!({"alg": "none"}), &claims()).into();
    let refused = rules().verify(&unsigned, &trust(&key()), NOW);
    assert_eq!(
        refused,
        Err(Refusal::Token(jose::Mismatch::Unsecured.into()))
    );
}

#[test]
fn rule_8_an_hmac_is_for_a_client_with_a_secret_that_is_registered_so() {
    let secret = Secret::from("0123456789abcdef0123456789abcdef");
    let key = SigningKey::from_secret(Algorithm::Hs256, &secret).unwrap();
    let published =
        br#"{"keys":[{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}"#;
    let published = JwkSet::parse(published).unwrap();
    let hs256 = Some(Algorithm::Hs256);
    assert_eq!(keys(&published, hs256, None).unwrap_err(), KeyError::Public);
    let short = keys(&published, hs256, Some(&"short".into())).unwrap_err();
    assert_eq!(short, KeyError::TooShort { bits: 256 });

    let header = json!({"alg": "HS256"});
    let token = forge(&key, &header, &claims()).into();
    let shared = keys(&published, hs256, Some(&secret)).unwrap();
    assert!(rules().verify(&token, &shared, NOW).is_ok());
    for registered in [None, Some(Algorithm::Es256)] {
        let keys = keys(&published, registered, Some(&secret)).unwrap();
        assert!(rules().verify(&token, &keys, NOW).is_err());
    }
    let mut several = with("aud", json!(["client", "other"]));
    several["azp"] = "client".into();
    let token = forge(&key, &header, &several).into();
    let trusting = Rules {
        trusted_audiences: &["other"],
        ..rules()
    };
    assert_eq!(
        trusting.verify(&token, &shared, NOW),
        refused(Mismatch::Audience)
    );
}

#[test]
fn rules_9_and_10_the_token_is_valid_now_and_not_too_old() {
    let now = NOW.as_unix();
    let wrong = |mismatch: jose::Mismatch| Err(Refusal::Token(mismatch.into()));
    assert_eq!(
        verify(&with("exp", now - 30), &rules()),
        wrong(jose::Mismatch::Expired)
    );
    assert_eq!(
        verify(&with("iat", now + 31), &rules()),
        wrong(jose::Mismatch::IssuedInFuture)
    );
    assert_eq!(
        verify(&with("nbf", now + 31), &rules()),
        wrong(jose::Mismatch::NotYetValid)
    );
    assert!(verify(&with("exp", now - 29), &rules()).is_ok());
    let strict = Rules {
        leeway: Duration::ZERO,
        ..rules()
    };
    assert_eq!(
        verify(&with("exp", now), &strict),
        wrong(jose::Mismatch::Expired)
    );
    let young = Rules {
        longest_age: Some(Duration::from_secs(600)),
        ..rules()
    };
    assert!(verify(&with("iat", now - 630), &young).is_ok());
    assert_eq!(
        verify(&with("iat", now - 631), &young),
        refused(Mismatch::TooOld)
    );
    assert!(verify(&with("iat", now - 100_000), &rules()).is_ok());
}

#[test]
fn rule_11_the_nonce_is_the_one_that_was_sent() {
    let nonce = |nonce| Rules { nonce, ..rules() };
    let (sent, none) = (nonce(ExpectedNonce::Sent("n")), rules());
    assert!(verify(&with("nonce", "n"), &sent).is_ok());
    assert_eq!(verify(&with("nonce", "N"), &sent), refused(Mismatch::Nonce));
    assert_eq!(verify(&claims(), &sent), refused(Mismatch::Nonce));
    assert_eq!(verify(&with("nonce", "n"), &none), refused(Mismatch::Nonce));
    let refreshed = nonce(ExpectedNonce::Refreshed(Some("n")));
    assert!(verify(&with("nonce", "n"), &refreshed).is_ok());
    assert!(verify(&claims(), &refreshed).is_ok());
    assert_eq!(
        verify(&with("nonce", "m"), &refreshed),
        refused(Mismatch::Nonce)
    );
    let unsent = nonce(ExpectedNonce::Refreshed(None));
    assert_eq!(
        verify(&with("nonce", "n"), &unsent),
        refused(Mismatch::Nonce)
    );
}

#[test]
fn rule_12_the_authentication_class_is_one_that_was_asked_for() {
    let asked = Rules {
        authentication_classes: &["silver", "gold"],
        ..rules()
    };
    assert!(verify(&with("acr", "gold"), &asked).is_ok());
    for claims in [
        with("acr", "bronze"),
        with("acr", "Gold"),
        with("acr", ""),
        claims(),
    ] {
        let mismatch = refused(Mismatch::AuthenticationClass);
        assert_eq!(verify(&claims, &asked), mismatch, "{claims}");
    }
    assert!(verify(&with("acr", "bronze"), &rules()).is_ok());
}

#[test]
fn rule_13_they_signed_in_as_lately_as_was_asked_for() {
    let now = NOW.as_unix();
    let lately = Rules {
        max_age: Some(Duration::from_secs(60)),
        ..rules()
    };
    assert!(verify(&with("auth_time", now - 90), &lately).is_ok());
    assert_eq!(
        verify(&with("auth_time", now - 91), &lately),
        refused(Mismatch::AuthenticationTooOld)
    );
    assert_eq!(
        verify(&claims(), &lately),
        refused(Mismatch::AuthenticationTimeMissing)
    );
    let required = Rules {
        require_authentication_time: true,
        ..rules()
    };
    assert_eq!(
        verify(&claims(), &required),
        refused(Mismatch::AuthenticationTimeMissing)
    );
    assert!(verify(&with("auth_time", 0), &required).is_ok());
}

#[test]
fn what_came_with_it_is_what_it_has_the_hash_of() {
    let (token, other) = (Secret::from("token"), Secret::from("other"));
    let hash = half_hash(Algorithm::Es256, &token);
    let full = base64url::encode(Algorithm::Es256.hash(b"token"));
    for (claim, mismatch) in [
        ("at_hash", Mismatch::AccessTokenHash),
        ("c_hash", Mismatch::CodeHash),
    ] {
        let came = |companion| match claim {
            "at_hash" => Rules {
                access_token: companion,
                ..rules()
            },
            _ => Rules {
                code: companion,
                ..rules()
            },
        };
        let hashed = with(claim, hash.as_str());
        assert!(verify(&hashed, &came(Companion::Direct(&token))).is_ok());
        assert!(verify(&hashed, &came(Companion::FrontChannel(&token))).is_ok());
        assert!(verify(&claims(), &came(Companion::Direct(&token))).is_ok());
        assert_eq!(
            verify(&claims(), &came(Companion::FrontChannel(&token))),
            refused(mismatch)
        );
        assert_eq!(
            verify(&hashed, &came(Companion::Direct(&other))),
            refused(mismatch)
        );
        assert_eq!(
            verify(&hashed, &came(Companion::FrontChannel(&other))),
            refused(mismatch)
        );
        let whole = with(claim, full.as_str());
        assert_eq!(
            verify(&whole, &came(Companion::Direct(&token))),
            refused(mismatch)
        );
    }
}

#[test]
fn other_kinds_of_tokens_are_no_id_tokens() {
    for media_type in [
        "at+jwt",
        "logout+jwt",
        "dpop+jwt",
        "token-introspection+jwt",
    ] {
        let header = json!({"alg": "ES256", "typ": media_type});
        let token = forge(&key(), &header, &claims()).into();
        let wrong = Err(Refusal::Token(jose::Mismatch::Type.into()));
        assert_eq!(
            rules().verify(&token, &trust(&key()), NOW),
            wrong,
            "{media_type}"
        );
    }
}

#[test]
fn a_hint_may_have_expired_and_must_be_by_the_provider() {
    let old = with("exp", 1);
    let hint = |key: &SigningKey, claims: &Value| {
        let token = forge(key, &json!({"alg": key.algorithm().as_str()}), claims).into();
        IdToken::verify_hint(&token, &trust(&self::key()), ISSUER)
    };
    assert_eq!(hint(&key(), &old).unwrap().subject, "alice");
    assert_eq!(
        hint(&key(), &with("iss", "https://other.example")),
        refused(Mismatch::Issuer)
    );
    assert!(hint(&signer(Algorithm::EdDsa), &old).is_err());
    let token = forge(&key(), &json!({"alg": "ES256", "typ": "at+jwt"}), &old).into();
    let wrong = Err(Refusal::Token(jose::Mismatch::Type.into()));
    assert_eq!(IdToken::verify_hint(&token, &trust(&key()), ISSUER), wrong);
}

#[test]
fn a_refreshed_token_is_about_the_same_sign_in() {
    let first = IdToken {
        nonce: Some("n".to_owned()),
        authenticated_at: Some(NOW),
        ..token()
    };
    let second = IdToken {
        issued_at: NOW.plus(Duration::from_secs(300)),
        ..first.clone()
    };
    assert_eq!(second.check_continues(&first), Ok(()));
    let less = IdToken {
        nonce: None,
        authenticated_at: None,
        ..second.clone()
    };
    assert_eq!(less.check_continues(&first), Ok(()));
    let text = || "other".to_owned();
    for (other, mismatch) in [
        (
            IdToken {
                issuer: text(),
                ..second.clone()
            },
            Mismatch::Issuer,
        ),
        (
            IdToken {
                subject: text(),
                ..second.clone()
            },
            Mismatch::Subject,
        ),
        (
            IdToken {
                audiences: vec![text()],
                ..second.clone()
            },
            Mismatch::Audience,
        ),
        (
            IdToken {
                authenticated_at: Some(Timestamp::from_unix(0)),
                ..second.clone()
            },
            Mismatch::AuthenticationTooOld,
        ),
        (
            IdToken {
                authorized_party: Some(text()),
                ..second.clone()
            },
            Mismatch::AuthorizedParty,
        ),
        (
            IdToken {
                nonce: Some(text()),
                ..second
            },
            Mismatch::Nonce,
        ),
    ] {
        assert_eq!(other.check_continues(&first), Err(mismatch));
    }
}

#[test]
fn every_algorithm_makes_tokens_with_hashes() {
    let (access_token, code) = (Secret::from("token"), Secret::from("code"));
    for algorithm in Algorithm::ASYMMETRIC {
        let key = signer(algorithm);
        let written = token()
            .with_access_token(&access_token, &key)
            .with_code(&code, &key);
        let encoded = written.encode(&key).unwrap();
        let rules = Rules {
            access_token: Companion::FrontChannel(&access_token),
            code: Companion::FrontChannel(&code),
            ..rules()
        };
        assert_eq!(
            rules.verify(&encoded, &trust(&key), NOW),
            Ok(written),
            "{algorithm}"
        );
    }
}

#[test]
fn published_keys_are_chosen_by_name() {
    let named = |algorithm, id: &str| -> (SigningKey, Jwk) {
        let key = signer(algorithm).with_id(id);
        let public = key.public_jwk().unwrap().clone();
        (key, public)
    };
    let (old, old_public) = named(Algorithm::Rs256, "2025");
    let (new, mut new_public) = named(Algorithm::Rs256, "2026");
    new_public.algorithm = None;
    let published = JwkSet::new(vec![old_public, new_public]);
    let keys = keys(&published, None, None).unwrap();
    for key in [old, new] {
        let encoded = token().encode(&key).unwrap();
        assert!(rules().verify(&encoded, &keys, NOW).is_ok());
    }
    let (unknown, _) = named(Algorithm::Rs256, "2027");
    let encoded = token().encode(&unknown).unwrap();
    let refused = Err(Refusal::Token(jose::Mismatch::KeyUnknown.into()));
    assert_eq!(rules().verify(&encoded, &keys, NOW), refused);
}

fn token() -> IdToken {
    IdToken::new(ISSUER, "alice", "client", NOW, Duration::from_secs(300))
}

proptest! {
    #[test]
    fn parsing_undoes_encoding(
        subject in "[!-~]{1,255}", texts: [Option<String>; 7], more: Vec<String>, methods: Vec<String>, times: [i32; 3],
    ) {
        let mut written = token();
        written.subject = subject;
        written.audiences.extend(more);
        written.authentication_methods = methods;
        let [expires_at, issued_at, authenticated_at] = times.map(|time| Timestamp::from_unix(time.into()));
        (written.expires_at, written.issued_at) = (expires_at, issued_at);
        written.authenticated_at = Some(authenticated_at);
        let [nonce, class, party, token_hash, code_hash, session, other] = texts;
        (written.nonce, written.authentication_class, written.authorized_party) = (nonce, class, party);
        (written.access_token_hash, written.code_hash) = (token_hash, code_hash);
        written.session_id = session;
        written.others = written.others.with_some("name", other);
        let encoded = written.encode(&signer(Algorithm::EdDsa)).unwrap();
        let compact = Compact::parse(encoded.expose()).unwrap();
        let claims = compact.dangerous_claims_without_verification().unwrap();
        prop_assert_eq!(IdToken::from_claims(claims), Ok(written));
    }
}

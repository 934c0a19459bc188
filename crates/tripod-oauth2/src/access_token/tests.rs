//! Known answers, and what must be refused.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::jose::algorithm::Algorithm;
use crate::jose::base64url;
use crate::jose::tests::{Case, forge, signer, trust};

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);
const ISSUER: &str = "https://as.example";
const API: &str = "https://api.example";

fn key() -> SigningKey {
    signer(Algorithm::Es256)
}

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "ES256"})
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": API, "sub": "alice", "client_id": "client", "jti": "1",
        "iat": NOW.as_unix(), "exp": NOW.as_unix() + 600,
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

fn verify(
    header: &Value,
    claims: &Value,
    presented: &Presented<'_>,
) -> Result<AccessToken, Refusal> {
    let token = forge(&key(), header, claims).into();
    AccessToken::verify(
        &token,
        &trust(&key()),
        &Rules::new(ISSUER, [API]),
        presented,
        NOW,
    )
}

fn token() -> AccessToken {
    let mut random = |bytes: &mut [u8]| bytes.fill(7);
    AccessToken::new(
        ISSUER,
        API,
        "alice",
        "client",
        NOW,
        Duration::from_secs(600),
        &mut random,
    )
}

#[test]
fn the_token_of_the_rfc_is_accepted_by_its_resource_server() {
    let case = Case::named("access-token", "rfc9068-3");
    let [header, claims] =
        ["header.json", "claims.json"].map(|file| serde_json::from_str(&case.text(file)).unwrap());
    let key = signer(Algorithm::Rs256);
    let encoded = forge(&key, &header, &claims).into();
    let keys = trust(&key);
    let issuer = "https://authorization-server.example.com/";
    let verify = |rules: &Rules, now| {
        AccessToken::verify(
            &encoded,
            &keys,
            rules,
            &Presented::bearer(),
            Timestamp::from_unix(now),
        )
    };
    let rules = Rules::new(issuer, ["https://rs.example.com/"]);
    let token = verify(&rules, 1_618_354_090).unwrap();
    assert_eq!(
        (token.subject.as_str(), token.client_id.as_str()),
        ("5ba552d67", "s6BhdRkqt3")
    );
    assert_eq!(scopes(&token), ["openid", "profile", "reademail"]);
    assert!(verify(&rules, 1_639_528_941).is_ok());
    assert_eq!(
        verify(&rules, 1_639_528_942),
        Err(Refusal::Token(jose::Mismatch::Expired.into()))
    );
    let other = Rules::new(issuer, ["https://rs.example.com"]);
    assert_eq!(
        verify(&other, 1_618_354_090),
        Err(Refusal::Mismatch(Mismatch::Audience))
    );
    let other = Rules::new(
        "https://authorization-server.example.com",
        ["https://rs.example.com/"],
    );
    assert_eq!(
        verify(&other, 1_618_354_090),
        Err(Refusal::Mismatch(Mismatch::Issuer))
    );
}

#[test]
fn the_media_type_is_the_one_of_access_tokens() {
    for media_type in [
        "at+jwt",
        "at+JWT",
        "application/at+jwt",
        "APPLICATION/AT+JWT",
    ] {
        let header = json!({"typ": media_type, "alg": "ES256"});
        assert!(
            verify(&header, &claims(), &Presented::bearer()).is_ok(),
            "{media_type}"
        );
    }
    let refused = Err(Refusal::Token(jose::Mismatch::Type.into()));
    for media_type in [
        json!("JWT"),
        json!("dpop+jwt"),
        json!("id_token"),
        json!(""),
    ] {
        let header = json!({"typ": media_type, "alg": "ES256"});
        assert_eq!(
            verify(&header, &claims(), &Presented::bearer()),
            refused,
            "{media_type}"
        );
    }
    assert_eq!(
        verify(&json!({"alg": "ES256"}), &claims(), &Presented::bearer()),
        refused
    );
}

#[test]
fn what_rfc_9068_does_not_allow_is_refused_by_name() {
    let now = NOW.as_unix();
    let missing = |claim| Refusal::Token(jose::Malformed::ClaimMissing { claim }.into());
    let kind = |claim| Refusal::Token(jose::Malformed::ClaimType { claim }.into());
    let wrong = |mismatch: jose::Mismatch| Refusal::Token(mismatch.into());
    for (claims, expected) in [
        (without("iss"), missing("iss")),
        (without("exp"), missing("exp")),
        (without("aud"), missing("aud")),
        (without("sub"), missing("sub")),
        (without("client_id"), missing("client_id")),
        (without("iat"), missing("iat")),
        (without("jti"), missing("jti")),
        (with("sub", 1), kind("sub")),
        (with("scope", 1), kind("scope")),
        (with("scope", json!(["read", 1])), kind("scope")),
        (
            with("cnf", "x"),
            Malformed::not("cnf", "a JSON object", "RFC 7800 §3.1").into(),
        ),
        (with("auth_time", "x"), kind("auth_time")),
        (
            with("iss", "https://as.example/"),
            Refusal::Mismatch(Mismatch::Issuer),
        ),
        (
            with("iss", "https://evil.example"),
            Refusal::Mismatch(Mismatch::Issuer),
        ),
        (with("aud", "client"), Refusal::Mismatch(Mismatch::Audience)),
        (
            with("aud", json!(["https://other.example"])),
            Refusal::Mismatch(Mismatch::Audience),
        ),
        (with("exp", now - 30), wrong(jose::Mismatch::Expired)),
        (with("nbf", now + 31), wrong(jose::Mismatch::NotYetValid)),
        (with("iat", now + 31), wrong(jose::Mismatch::IssuedInFuture)),
    ] {
        let refused = verify(&header(), &claims, &Presented::bearer());
        assert_eq!(refused, Err(expected), "{claims}");
    }
}

#[test]
fn a_token_without_a_signature_is_refused() {
    let part = |value: &Value| base64url::encode(value.to_string());
    for algorithm in ["none", "None"] {
        let header = json!({"typ": "at+jwt", "alg": algorithm});
        let token = format!("{}.{}.", part(&header), part(&claims())).into();
        let rules = Rules::new(ISSUER, [API]);
        let refused =
            AccessToken::verify(&token, &trust(&key()), &rules, &Presented::bearer(), NOW);
        assert_eq!(
            refused,
            Err(Refusal::Token(jose::Mismatch::Unsecured.into())),
            "{algorithm}"
        );
    }
}

#[test]
fn a_bound_token_is_for_whoever_it_is_bound_to() {
    let bound = with(
        "cnf",
        json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}),
    );
    let proven = Presented::with_key("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    let refused = Err(Refusal::Mismatch(Mismatch::Binding(
        confirmation::Refusal::Key,
    )));
    assert!(verify(&header(), &bound, &proven).is_ok());
    assert_eq!(verify(&header(), &bound, &Presented::bearer()), refused);
    assert_eq!(
        verify(&header(), &bound, &Presented::with_key("x")),
        refused
    );
    assert_eq!(verify(&header(), &claims(), &proven), refused);
}

#[test]
fn scopes_are_read_as_text_and_as_list() {
    for (scope, expected) in [
        (json!("read  write"), vec!["read", "write"]),
        (json!(["read", "write"]), vec!["read", "write"]),
        (json!(""), vec![]),
    ] {
        let token = verify(&header(), &with("scope", scope), &Presented::bearer()).unwrap();
        assert_eq!(scopes(&token), expected);
    }
    assert_eq!(token().scope, None);
}

#[test]
fn every_algorithm_makes_tokens() {
    for algorithm in Algorithm::ASYMMETRIC {
        let key = signer(algorithm);
        let encoded = token().encode(&key).unwrap();
        let rules = Rules::new(ISSUER, [API]);
        let read = AccessToken::verify(&encoded, &trust(&key), &rules, &Presented::bearer(), NOW);
        assert_eq!(read, Ok(token()), "{algorithm}");
    }
}

proptest! {
    #[test]
    fn parsing_undoes_encoding(
        texts in any::<[String; 4]>(), more in any::<Vec<String>>(), times in any::<[i32; 3]>(),
        optional in any::<[Option<String>; 2]>(), other in any::<String>(),
        scope in proptest::option::of("[a-z]{1,5}( [A-Z]{1,5})?"),
    ) {
        let mut written = token();
        [written.issuer, written.subject, written.client_id, written.id] = texts;
        written.audiences.extend(more);
        let [expires_at, issued_at, authenticated_at] = times.map(|time| Timestamp::from_unix(time.into()));
        (written.expires_at, written.issued_at) = (expires_at, issued_at);
        (written.not_before, written.authenticated_at) = (Some(issued_at), Some(authenticated_at));
        let [class, thumbprint] = optional;
        let scope = scope.map(|scope| Scope::parse(&scope).unwrap());
        (written.scope, written.authentication_class) = (scope, class);
        written.confirmation = thumbprint.map(Confirmation::to_key);
        written.others = written.others.with("other", other);
        let encoded = written.encode(&signer(Algorithm::EdDsa)).unwrap();
        let compact = Compact::parse(encoded.expose()).unwrap();
        let claims = compact.dangerous_claims_without_verification().unwrap();
        prop_assert_eq!(AccessToken::from_claims(claims), Ok(written));
    }
}

fn scopes(token: &AccessToken) -> Vec<&str> {
    token.scope.iter().flat_map(Scope::iter).collect()
}

//! Known answers, and what must be refused.

use proptest::collection;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::jose::algorithm::Algorithm;
use crate::jose::tests::{Case, forge, signer, trust};
use crate::jose::verifying_key::VerifyingKey;

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);
const SERVER: &str = "https://server.example.com";

fn key() -> SigningKey {
    signer(Algorithm::Es256)
}

fn header() -> Value {
    json!({"typ": "oauth-authz-req+jwt", "alg": "ES256"})
}

fn claims() -> Value {
    json!({
        "iss": "client", "aud": SERVER, "client_id": "client", "response_type": "code",
        "jti": "1", "exp": NOW.as_unix() + 60,
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

fn bare() -> Rules<'static> {
    Rules {
        accept_bare: true,
        ..Rules::new(SERVER)
    }
}

fn verify(
    header: &Value,
    claims: &Value,
    rules: &Rules<'_>,
) -> Result<(RequestObject, Option<OneUse>), Refusal> {
    let request = forge(&key(), header, claims).into();
    RequestObject::verify(&request, "client", &trust(&key()), rules, NOW)
}

#[test]
fn the_object_of_the_rfc_is_read_by_its_server() {
    let case = Case::named("request-object", "rfc9101-4");
    let keys: KeySet = VerifyingKey::from_jwk(Algorithm::Rs256, &case.jwk())
        .unwrap()
        .into();
    let request = Secret::new(case.text("request"));
    let verify = |client_id, rules: &Rules<'_>| {
        RequestObject::verify(&request, client_id, &keys, rules, NOW)
    };
    let (object, one_use) = verify("s6BhdRkqt3", &bare()).unwrap();
    let expected = Parameters::new()
        .with("max_age", "86400")
        .with("nonce", "n-0S6_WzA2Mj")
        .with("redirect_uri", "https://client.example.org/cb")
        .with("response_type", "code id_token")
        .with("scope", "openid")
        .with("state", "af0ifjsldkj");
    assert_eq!(object.parameters, expected);
    assert_eq!((object.client_id.as_str(), one_use), ("s6BhdRkqt3", None));
    assert_eq!(
        verify("other", &bare()),
        Err(Refusal::Mismatch(Mismatch::ClientId))
    );
    let other = Rules {
        audience: "https://other.example",
        ..bare()
    };
    assert_eq!(
        verify("s6BhdRkqt3", &other),
        Err(Refusal::Mismatch(Mismatch::Audience))
    );
    let untyped = Err(Refusal::Token(jose::Mismatch::Type.into()));
    assert_eq!(verify("s6BhdRkqt3", &Rules::new(SERVER)), untyped);
}

#[test]
fn what_rfc_9101_does_not_allow_is_refused_by_name() {
    let missing = |claim| Refusal::from(Malformed::ClaimMissing { claim });
    let wrong = |mismatch: jose::Mismatch| Refusal::Token(mismatch.into());
    let now = NOW.as_unix();
    for (claims, expected) in [
        (without("client_id"), missing("client_id")),
        (without("iss"), missing("iss")),
        (without("aud"), missing("aud")),
        (
            with("client_id", "other"),
            Refusal::Mismatch(Mismatch::ClientId),
        ),
        (
            with("client_id", 1),
            Refusal::from(Malformed::ClaimType { claim: "client_id" }),
        ),
        (with("iss", "other"), Refusal::Mismatch(Mismatch::Issuer)),
        (
            with("aud", "https://server.example.com/"),
            Refusal::Mismatch(Mismatch::Audience),
        ),
        (with("request", "x"), Refusal::Nested),
        (with("request_uri", "urn:x"), Refusal::Nested),
        (with("request_uri", json!(["urn:x"])), Refusal::Nested),
        (
            with("state", json!(null)),
            Refusal::from(Malformed::ParameterNull),
        ),
        (with("exp", now - 30), wrong(jose::Mismatch::Expired)),
        (with("nbf", now + 31), wrong(jose::Mismatch::NotYetValid)),
        (with("iat", now + 31), wrong(jose::Mismatch::IssuedInFuture)),
    ] {
        assert_eq!(
            verify(&header(), &claims, &Rules::new(SERVER)),
            Err(expected),
            "{claims}"
        );
    }
    let unsigned = json!({"typ": "oauth-authz-req+jwt", "alg": "none"});
    for rules in [Rules::new(SERVER), bare()] {
        let refused = verify(&unsigned, &claims(), &rules);
        assert_eq!(refused, Err(wrong(jose::Mismatch::Unsecured)));
    }
}

#[test]
fn what_may_be_missing_is_still_checked_where_it_is() {
    for claim in ["iss", "aud", "exp", "jti"] {
        assert!(
            verify(&header(), &without(claim), &bare()).is_ok(),
            "{claim}"
        );
    }
    assert_eq!(
        verify(&header(), &with("iss", "other"), &bare()),
        Err(Refusal::Mismatch(Mismatch::Issuer))
    );
    assert_eq!(
        verify(&header(), &with("aud", "other"), &bare()),
        Err(Refusal::Mismatch(Mismatch::Audience))
    );
    for media_type in [
        "JWT",
        "jwt",
        "oauth-authz-req+jwt",
        "application/oauth-authz-req+jwt",
    ] {
        let header = json!({"typ": media_type, "alg": "ES256"});
        assert!(verify(&header, &claims(), &bare()).is_ok(), "{media_type}");
    }
    for media_type in ["at+jwt", "dpop+jwt", "client-authentication+jwt"] {
        let header = json!({"typ": media_type, "alg": "ES256"});
        let refused = Err(Refusal::Token(jose::Mismatch::Type.into()));
        assert_eq!(verify(&header, &claims(), &bare()), refused, "{media_type}");
    }
}

#[test]
fn an_object_can_be_used_once_if_it_says_so() {
    let one_use = |claims: &Value| verify(&header(), claims, &bare()).unwrap().1;
    assert_eq!(
        one_use(&claims()).unwrap().until,
        NOW.plus(Duration::from_secs(90))
    );
    assert_eq!(one_use(&without("jti")), None);
    assert_ne!(one_use(&claims()), one_use(&with("jti", "2")));
}

#[test]
fn what_is_not_allowed_inside_is_not_written() {
    let mut random = |bytes: &mut [u8]| bytes.fill(7);
    let parameters = Parameters::new()
        .with("request", "x")
        .with("request_uri", "urn:x")
        .with("sub", "client")
        .with("client_id", "other")
        .with("state", "s");
    let object = RequestObject::new("client", SERVER, &parameters, NOW, &mut random);
    let request = object.encode(&key()).unwrap();
    let read = RequestObject::verify(&request, "client", &trust(&key()), &Rules::new(SERVER), NOW);
    assert_eq!(
        read.unwrap().0.parameters,
        Parameters::new().with("state", "s")
    );
    let compact = Compact::parse(request.expose()).unwrap();
    let claims = compact.dangerous_claims_without_verification().unwrap();
    assert_eq!(claims.value("sub"), None); // RFC 9101 §10.8
}

#[test]
fn what_is_asked_for_is_not_printed() {
    let request = forge(&key(), &header(), &with("login_hint", "sentinel")).into();
    let object =
        RequestObject::verify(&request, "client", &trust(&key()), &Rules::new(SERVER), NOW);
    assert!(!format!("{object:?} {request:?}").contains("sentinel"));
}

proptest! {
    #[test]
    fn parsing_undoes_encoding(
        names in any::<[String; 2]>(), id in any::<Option<String>>(), times in any::<[Option<i32>; 3]>(),
        values in collection::btree_map(any::<String>(), collection::vec(any::<String>(), 0..4), 0..6),
    ) {
        let [client_id, audience] = names;
        let registered = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", CLIENT_ID, REQUEST, REQUEST_URI];
        let pairs = values.iter().filter(|(name, _)| !registered.contains(&name.as_str()));
        let pairs = pairs.flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        let mut random = |bytes: &mut [u8]| bytes.fill(7);
        let mut written = RequestObject::new(client_id, audience, &pairs.collect(), NOW, &mut random);
        [written.issued_at, written.not_before, written.expires_at] =
            times.map(|time| time.map(|time| Timestamp::from_unix(time.into())));
        written.id = id;
        let request = written.encode(&signer(Algorithm::EdDsa)).unwrap();
        let compact = Compact::parse(request.expose()).unwrap();
        let claims = compact.dangerous_claims_without_verification().unwrap();
        prop_assert_eq!(RequestObject::from_claims(&claims), Ok(written));
    }
}

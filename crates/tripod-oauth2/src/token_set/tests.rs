use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::authorization_details;
use crate::error::Fault;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_700_000_000 + seconds)
}

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

fn response(expires_in: Option<u64>) -> TokenResponse {
    let mut response = TokenResponse::new("access", TokenType::Bearer);
    response.expires_in = expires_in;
    response
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_token_is_stale_a_leeway_before_it_expires() {
    let tokens = TokenSet::new(response(Some(3600)), None, at(0));
    assert_eq!(tokens.expires_at, Some(at(3600)));
    assert!(!tokens.is_stale(at(3539), MINUTE));
    assert!(tokens.is_stale(at(3540), MINUTE));
    assert!(tokens.is_stale(at(3600), Duration::ZERO));
    assert!(!tokens.is_stale(at(3599), Duration::ZERO));
}

#[test]
fn a_leeway_longer_than_the_lifetime_does_not_make_a_fresh_token_stale() {
    for lifetime in [2, 59, 60, 119] {
        let tokens = TokenSet::new(response(Some(lifetime)), None, at(0));
        assert!(!tokens.is_stale(at(0), MINUTE), "{lifetime}");
        assert!(!tokens.is_stale(at(0), Duration::MAX), "{lifetime}");
        assert!(
            tokens.is_stale(at(i64::try_from(lifetime).unwrap()), MINUTE),
            "{lifetime}"
        );
    }
    assert!(TokenSet::new(response(Some(0)), None, at(0)).is_stale(at(0), MINUTE));
}

#[test]
fn a_token_nobody_dated_is_never_stale_and_a_huge_lifetime_saturates() {
    let endless = TokenSet::new(response(None), None, at(0));
    assert!(!endless.is_stale(Timestamp::from_unix(i64::MAX), Duration::MAX));
    let huge = TokenSet::new(response(Some(u64::MAX)), None, at(0));
    assert_eq!(huge.expires_at, Some(Timestamp::from_unix(i64::MAX)));
    assert!(!huge.is_stale(at(0), MINUTE));
}

#[test]
fn an_expired_token_is_not_handed_out() {
    let tokens = TokenSet::new(response(Some(60)), None, at(0));
    assert_eq!(
        tokens.access_token(at(59)).unwrap().to_header().expose(),
        "Bearer access"
    );
    assert_eq!(tokens.access_token(at(60)), Err(Misuse::TokenExpired));
    let mut dpop = TokenSet::new(response(None), None, at(0));
    dpop.token_type = TokenType::Dpop;
    assert_eq!(
        dpop.access_token(at(0)).unwrap().to_header().expose(),
        "DPoP access"
    );
    for token_type in ["N_A", "mac", "User Access Token"] {
        let mut odd = dpop.clone();
        odd.token_type = TokenType::from(token_type);
        assert_eq!(
            odd.access_token(at(0)),
            Err(Misuse::TokenType),
            "{token_type}"
        );
    }
    dpop.access_token = "a b".into();
    assert_eq!(dpop.access_token(at(0)), Err(Misuse::IllegalCharacter));
}

#[test]
fn the_scope_is_the_granted_one_or_else_the_requested_one() {
    let mut answer = response(None);
    let requested = scope("read write");
    let tokens = TokenSet::new(answer.clone(), Some(&requested), at(0));
    assert_eq!(tokens.scope, Some(requested.clone()));
    answer.scope = Some(scope("read"));
    let tokens = TokenSet::new(answer, Some(&requested), at(0));
    assert_eq!(tokens.missing(&requested), scope("write"));
    assert!(
        TokenSet::new(response(None), None, at(0))
            .missing(&requested)
            .is_empty()
    );
}

#[test]
fn a_refresh_keeps_what_the_answer_does_not_mention() {
    let mut first = response(Some(60));
    first.refresh_token = Some("refresh".into());
    first.id_token = Some("id".into());
    first.scope = Some(scope("read"));
    let mut tokens = TokenSet::new(first, None, at(0));
    tokens.issuer = Some("https://a".to_owned());
    tokens.binding = Some(Binding::Dpop {
        jkt: "jkt".to_owned(),
    });
    let mut second = TokenResponse::new("second", TokenType::Bearer);
    second.expires_in = Some(120);
    let kept = tokens.clone().refreshed(second.clone(), at(100));
    assert_eq!(kept.access_token.expose(), "second");
    assert_eq!((kept.issued_at, kept.expires_at), (at(100), Some(at(220))));
    let expected = TokenSet {
        access_token: "second".into(),
        issued_at: at(100),
        expires_at: Some(at(220)),
        ..tokens.clone()
    };
    assert_eq!(kept, expected);
    second.refresh_token = Some("rotated".into());
    second.scope = Some(scope("write"));
    let replaced = tokens.refreshed(second, at(100));
    assert_eq!(replaced.refresh_token.unwrap().expose(), "rotated");
    assert_eq!(replaced.scope, Some(scope("write")));
}

#[test]
fn an_access_token_without_expiry_does_not_inherit_the_old_one() {
    let tokens = TokenSet::new(response(Some(60)), None, at(0)).refreshed(response(None), at(100));
    assert_eq!(tokens.expires_at, None);
}

#[test]
fn what_is_stored_wrongly_is_refused_by_member() {
    let good = TokenSet::new(response(Some(60)), None, at(0)).to_json();
    let mut stored = crate::json::Members::parse(good.expose().as_bytes()).unwrap();
    for name in ["access_token", "token_type", "issued_at"] {
        let mut members = stored.clone();
        members.take(name);
        let error = TokenSet::from_json(&members.to_json().into()).unwrap_err();
        assert_eq!((&*error.parameter, error.fault), (name, Fault::Missing));
    }
    stored.put("version", 2);
    for json in [stored.to_json().as_str(), "{}", "", "[]", "{\"version\":1"] {
        assert!(TokenSet::from_json(&json.into()).is_err(), "{json}");
    }
}

#[test]
fn tokens_are_stored_and_never_printed() {
    let mut answer = TokenResponse::new("sentinel", TokenType::Bearer);
    answer.refresh_token = Some("sentinel".into());
    answer.id_token = Some("sentinel".into());
    let tokens = TokenSet::new(answer, None, at(0));
    assert!(tokens.to_json().expose().contains("sentinel"));
    assert!(!format!("{tokens:?} {:?}", tokens.to_json()).contains("sentinel"));
}

proptest! {
    #[test]
    fn reading_undoes_storing(
        (access, refresh, id) in ("[ -~]{1,20}", option::of("[ -~]{1,20}"), option::of("[ -~]{1,20}")),
        token_type in "(Bearer|dpop|x)",
        scope in option::of("[a-z]{1,5}( [a-z]{1,5})?"),
        details in option::of(authorization_details::tests::details()),
        (issued_at, expires_at) in (any::<i64>(), option::of(any::<i64>())),
        issuer in option::of("https://[a-z]{1,9}"),
        (jkt, der) in (option::of(".{0,9}"), option::of(any::<[u8; 4]>())),
    ) {
        let mut tokens = TokenSet::new(TokenResponse::new(access, TokenType::from(token_type.as_str())), None, at(0));
        tokens.refresh_token = refresh.map(Secret::new);
        tokens.id_token = id.map(Secret::new);
        tokens.scope = scope.map(|scope| Scope::parse(&scope).unwrap());
        tokens.authorization_details = details;
        tokens.issued_at = Timestamp::from_unix(issued_at);
        tokens.expires_at = expires_at.map(Timestamp::from_unix);
        tokens.issuer = issuer;
        tokens.binding = match (jkt, der) {
            (Some(jkt), _) => Some(Binding::Dpop { jkt }),
            (None, der) => der.map(|der| Binding::Certificate(CertificateThumbprint::of(&der))),
        };
        prop_assert_eq!(TokenSet::from_json(&tokens.to_json()), Ok(tokens));
    }

    #[test]
    fn staleness_comes_before_expiry(lifetime in 0..100_000u64, leeway in 0..1000u64, later in 0..100_000i64) {
        let tokens = TokenSet::new(response(Some(lifetime)), None, at(0));
        if tokens.access_token(at(later)).is_err() {
            prop_assert!(tokens.is_stale(at(later), Duration::from_secs(leeway)));
        }
    }
}

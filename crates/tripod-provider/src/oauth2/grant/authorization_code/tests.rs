use tripod_core::timestamp::Timestamp;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::pkce::CodeVerifier;
use tripod_oauth2::registration::ClientMetadata;

use super::*;
use crate::artefact::Authentication;

// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const URI: &str = "https://client.example/cb";

fn code() -> AuthorizationCode {
    let now = Timestamp::from_unix(0);
    let authentication = Authentication::new("alice", now);
    let mut code = AuthorizationCode::new("client", authentication, "family", now, now);
    code.redirect_uri = Some(URI.to_owned());
    code.code_challenge = Some(CHALLENGE.to_owned());
    code
}

fn grant() -> AuthorizationCodeGrant {
    let mut grant = AuthorizationCodeGrant::new("code");
    grant.redirect_uri = Some(URI.to_owned());
    grant.code_verifier = Some(Secret::from(VERIFIER));
    grant
}

fn client(id: &str) -> Client {
    let mut client = Client::new(id, ClientMetadata::new(), Timestamp::from_unix(0));
    client.metadata.redirect_uris = vec![URI.to_owned()];
    client
}

fn decided(
    change_code: impl FnOnce(&mut AuthorizationCode),
    change_grant: impl FnOnce(&mut AuthorizationCodeGrant),
) -> Result<(), Denial> {
    let (mut code, mut grant) = (code(), grant());
    change_code(&mut code);
    change_grant(&mut grant);
    decide(&code, &grant, &client("client"), None)
}

#[track_caller]
fn assert_refused(decided: Result<(), Denial>) {
    match decided {
        Err(Denial::Refused(refusal)) => assert_eq!(refusal.code, ErrorCode::InvalidGrant),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_is_redeemed_by_whom_it_was_given_to() {
    assert_eq!(decided(|_| {}, |_| {}), Ok(()));
    assert_refused(decide(&code(), &grant(), &client("other"), None));
}

#[test]
fn a_used_code_is_told_from_an_unknown_one_to_its_client_alone() {
    let used = |code: &mut AuthorizationCode| code.state = CodeState::Redeemed;
    assert_eq!(decided(used, |_| {}), Err(Denial::Reused));
    let mut used_code = code();
    used(&mut used_code);
    assert_refused(decide(&used_code, &grant(), &client("other"), None));
    // Reuse counts whatever else is wrong: the code itself has leaked.
    let wrong = |grant: &mut AuthorizationCodeGrant| grant.code_verifier = None;
    assert_eq!(decided(used, wrong), Err(Denial::Reused));
}

#[test]
fn the_redirect_uri_is_repeated_octet_for_octet() {
    for other in [
        "https://client.example/cb/",
        "https://client.example/cb?",
        "https://client.example/CB",
        "https://CLIENT.example/cb",
        "https://client.example:443/cb",
        "https://client.example/%63b",
        "",
    ] {
        assert_refused(decided(
            |_| {},
            |grant| {
                grant.redirect_uri = Some(other.to_owned());
            },
        ));
    }
    assert_refused(decided(|_| {}, |grant| grant.redirect_uri = None));
}

#[test]
fn a_redirect_uri_that_was_not_sent_need_not_be_repeated() {
    let unsent = |code: &mut AuthorizationCode| code.redirect_uri = None;
    assert_eq!(decided(unsent, |grant| grant.redirect_uri = None), Ok(()));
    assert_eq!(decided(unsent, |_| {}), Ok(()));
    assert_refused(decided(unsent, |grant| {
        grant.redirect_uri = Some("https://other.example/".to_owned());
    }));
}

#[test]
fn a_wrong_verifier_is_refused() {
    let other = CodeVerifier::generate(&mut |octets: &mut [u8]| octets.fill(1));
    for verifier in [
        other.as_secret().expose(),
        CHALLENGE,
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX",
        "short",
        "",
    ] {
        assert_refused(decided(
            |_| {},
            |grant| {
                grant.code_verifier = Some(Secret::from(verifier));
            },
        ));
    }
    assert_refused(decided(|_| {}, |grant| grant.code_verifier = None));
}

#[test]
fn pkce_cannot_be_taken_out_of_the_authorization_request() {
    let without = |code: &mut AuthorizationCode| code.code_challenge = None;
    assert_refused(decided(without, |_| {}));
    assert_refused(decided(without, |grant| grant.code_verifier = None));
    // A plain challenge is no challenge.
    let plain = |code: &mut AuthorizationCode| code.code_challenge = Some(VERIFIER.to_owned());
    assert_refused(decided(plain, |_| {}));
}

#[test]
fn a_code_that_is_bound_to_a_key_is_redeemed_with_it() {
    let mut bound = code();
    bound.dpop_jkt = Some("key".to_owned());
    let decide = |jkt| decide(&bound, &grant(), &client("client"), jkt);
    assert_eq!(decide(Some("key")), Ok(()));
    assert_refused(decide(None));
    assert_refused(decide(Some("other")));
}

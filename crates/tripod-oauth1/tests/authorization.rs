//! The way to the provider and back, as URIs in the wild have it.

use tripod_core::secret::Secret;
use tripod_oauth1::authorization::{AuthorizationRequest, AuthorizationResponse};

#[test]
fn an_answer_is_apart_from_a_callback_that_ends_in_a_question_mark() {
    let verifier = Secret::from("hfdp7dh39dks9884");
    let granted = AuthorizationResponse::Granted {
        token: "hh5s93j4hdidpola".to_owned(),
        verifier: verifier.clone(),
    };
    for callback in [
        "https://a/?",
        "https://a/?b=c?",
        "https://a/?b=c&",
        "https://a/??",
    ] {
        let uri = granted.to_uri(callback);
        assert!(uri.starts_with(callback), "{uri}");
        let read = AuthorizationResponse::parse(&uri, "hh5s93j4hdidpola");
        assert_eq!(read, Ok(verifier.clone()), "{uri}");
    }
    let request = AuthorizationRequest::new("hh5s93j4hdidpola");
    let uri = request
        .to_uri("https://a/authorize?b=c?")
        .expect("no parameter of the protocol");
    assert_eq!(uri, "https://a/authorize?b=c?&oauth_token=hh5s93j4hdidpola");
}

#[test]
fn a_query_that_holds_a_question_mark_is_read_whole() {
    let answer = "oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884&back=/a?b";
    for before in [
        "",
        "?",
        "/ready?",
        "/a=b?",
        "https://a?",
        "com.example.app:/ready?",
    ] {
        let read = AuthorizationResponse::parse(&format!("{before}{answer}"), "hh5s93j4hdidpola");
        assert_eq!(read, Ok(Secret::from("hfdp7dh39dks9884")), "{before}");
    }
}

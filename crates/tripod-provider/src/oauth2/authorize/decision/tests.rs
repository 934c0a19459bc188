use tripod_core::parameters::Parameters;
use tripod_oauth2::authorization::AuthorizationRequest;
use tripod_oauth2::registration::ClientMetadata;
use tripod_oauth2::scope::Scope;

use super::*;

const NOW: Timestamp = Timestamp::from_unix(10_000);

fn accepted(changes: &[(&str, &str)]) -> Accepted {
    let usual = [("response_type", "code"), ("client_id", "c")];
    let parameters: Parameters = usual.iter().chain(changes).copied().collect();
    Accepted {
        request: AuthorizationRequest::parse(&parameters).unwrap(),
        scope: Scope::parse("read").unwrap(),
        resources: Vec::new(),
        dpop_jkt: None,
    }
}

fn client() -> Client {
    Client::new("c", ClientMetadata::new(), Timestamp::from_unix(0))
}

const ALICE: Seen<'static> = Seen {
    user: "alice",
    at: Timestamp::from_unix(9_000),
    is_new: false,
    is_chosen: false,
    is_automatic: false,
};

const NOBODY: Standing<'static> = Standing {
    signed_in: None,
    hint: &Hint::None,
    consent: None,
    redirect_is_assured: true,
    now: NOW,
};

const SIGNED_IN: Standing<'static> = Standing {
    signed_in: Some(ALICE),
    ..NOBODY
};

fn consent(scope: &str) -> Consent {
    Consent::new("alice", "c", Scope::parse(scope).unwrap(), NOW)
}

fn step(changes: &[(&str, &str)], standing: &Standing<'_>) -> Step {
    decide(&accepted(changes), &client(), standing)
}

fn refused(changes: &[(&str, &str)], standing: &Standing<'_>) -> String {
    match step(changes, standing) {
        Step::Refuse(refusal) => refusal.code.as_str().to_owned(),
        step => format!("{step:?}"),
    }
}

#[test]
fn first_sign_in_then_consent_then_a_code() {
    assert_eq!(step(&[], &NOBODY), Step::SignIn);
    assert_eq!(step(&[], &SIGNED_IN), Step::AskForConsent);
    let standing = Standing {
        consent: Some(&consent("read write")),
        ..SIGNED_IN
    };
    assert_eq!(step(&[], &standing), Step::Grant);
    let narrow = consent("write");
    let standing = Standing {
        consent: Some(&narrow),
        ..standing
    };
    assert_eq!(step(&[], &standing), Step::AskForConsent);
}

#[test]
fn a_redirect_that_anybody_can_catch_is_asked_about_each_time() {
    let standing = Standing {
        consent: Some(&consent("read")),
        redirect_is_assured: false,
        ..SIGNED_IN
    };
    assert_eq!(step(&[], &standing), Step::AskForConsent);
}

#[test]
fn what_would_need_a_page_is_an_error_where_none_may_be_shown() {
    let silent = [("prompt", "none")];
    assert_eq!(refused(&silent, &NOBODY), "login_required");
    assert_eq!(refused(&silent, &SIGNED_IN), "consent_required");
    let stale = [("prompt", "none"), ("max_age", "999")];
    assert_eq!(refused(&stale, &SIGNED_IN), "login_required");
    let standing = Standing {
        consent: Some(&consent("read")),
        ..SIGNED_IN
    };
    assert_eq!(step(&silent, &standing), Step::Grant);
}

#[test]
fn max_age_counts_to_the_second() {
    let standing = Standing {
        consent: Some(&consent("read")),
        ..SIGNED_IN
    };
    assert_eq!(step(&[("max_age", "1000")], &standing), Step::Grant);
    assert_eq!(step(&[("max_age", "999")], &standing), Step::SignIn);
    let endless = u64::MAX.to_string();
    assert_eq!(step(&[("max_age", &endless)], &standing), Step::Grant);
    let fresh = Standing {
        signed_in: Some(Seen {
            is_new: true,
            is_chosen: true,
            ..ALICE
        }),
        ..standing
    };
    // Whoever has just signed in is not asked to do it again, however short that is ago.
    assert_eq!(step(&[("max_age", "0")], &fresh), Step::Grant);
}

#[test]
fn a_prompt_is_answered_by_doing_it_once() {
    let consent = consent("read");
    let before = Standing {
        consent: Some(&consent),
        ..SIGNED_IN
    };
    let after = Standing {
        signed_in: Some(Seen {
            is_new: true,
            is_chosen: true,
            ..ALICE
        }),
        ..before
    };
    for (prompt, first, then) in [
        ("login", Step::SignIn, Step::Grant),
        ("select_account", Step::ChooseAccount, Step::Grant),
        ("login select_account", Step::SignIn, Step::Grant),
        ("consent", Step::AskForConsent, Step::AskForConsent),
        ("login consent", Step::SignIn, Step::AskForConsent),
        ("unheard_of", Step::Grant, Step::Grant),
    ] {
        assert_eq!(step(&[("prompt", prompt)], &before), first, "{prompt}");
        assert_eq!(step(&[("prompt", prompt)], &after), then, "{prompt}");
    }
}

#[test]
fn a_hint_means_one_user_and_no_other() {
    let consent = consent("read");
    let hinting = |hint| Standing {
        hint,
        consent: Some(&consent),
        ..SIGNED_IN
    };
    let (alice, bob) = (Hint::User("alice".to_owned()), Hint::User("bob".to_owned()));
    assert_eq!(step(&[], &hinting(&alice)), Step::Grant);
    assert_eq!(step(&[], &hinting(&bob)), Step::SignIn);
    // Who signed in as somebody else all the same is not let through as who was meant.
    let fresh = Standing {
        signed_in: Some(Seen {
            is_new: true,
            is_chosen: true,
            ..ALICE
        }),
        ..hinting(&bob)
    };
    assert_eq!(step(&[], &fresh), Step::SignIn);
    let silent = [("prompt", "none")];
    assert_eq!(refused(&silent, &hinting(&bob)), "login_required");
    assert_eq!(refused(&[], &hinting(&Hint::Invalid)), "invalid_request");
}

#[test]
fn a_first_party_client_does_not_ask_unless_it_wants_to() {
    let mut client = client();
    client.skips_consent = true;
    assert_eq!(decide(&accepted(&[]), &client, &SIGNED_IN), Step::Grant);
    assert_eq!(decide(&accepted(&[]), &client, &NOBODY), Step::SignIn);
    let asking = accepted(&[("prompt", "consent")]);
    assert_eq!(decide(&asking, &client, &SIGNED_IN), Step::AskForConsent);
}

#[test]
fn only_an_essential_class_is_refused() {
    for (acr, expected) in [
        (
            r#"{"essential":true,"values":["x"]}"#,
            "unmet_authentication_requirements",
        ),
        (
            r#"{"essential":true,"value":"x"}"#,
            "unmet_authentication_requirements",
        ),
        (r#"{"essential":true}"#, "AskForConsent"),
        (r#"{"values":["x"]}"#, "AskForConsent"),
        ("null", "AskForConsent"),
        ("[]", "AskForConsent"),
    ] {
        let claims = format!(r#"{{"id_token":{{"acr":{acr}}}}}"#);
        assert_eq!(
            refused(&[("claims", &claims)], &SIGNED_IN),
            expected,
            "{acr}"
        );
    }
}

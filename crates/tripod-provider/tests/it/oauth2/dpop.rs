use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::dpop::nonce::Nonce;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_provider::config::DpopNonce;

use super::flow::{
    TOKEN, add_code, dpop_key, introspect, other_key, post_proof, post_with_proof, proof,
    redemption, thumbprint,
};
use crate::fixture::{Fixture, ISSUER, SECRET, confidential, post};

const FORM: [(&str, &str); 1] = [("grant_type", "client_credentials")];

#[tokio::test]
async fn a_token_is_bound_to_the_key_that_was_proven() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    let answer = post_with_proof(&fixture, &FORM, &key).await;
    answer.assert_ok();
    assert_eq!(answer.member("token_type"), "DPoP");
    assert!(!answer.header("dpop-nonce").is_empty());
    let token = introspect(&fixture, &answer.member("access_token")).await;
    assert_eq!(token.json()["cnf"]["jkt"], thumbprint(&key));
    assert_eq!(token.member("token_type"), "DPoP");
}

#[tokio::test]
async fn a_proof_that_is_not_for_this_request_is_refused() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    type Change = fn(&mut Proof);
    let changes: [Change; 7] = [
        |it| it.method = "GET".to_owned(),
        |it| it.method = "post".to_owned(),
        |it| it.uri = format!("{ISSUER}/oauth2/par"),
        |it| it.uri = "https://evil.example/oauth2/token".to_owned(),
        |it| it.issued_at = it.issued_at.minus(Duration::from_secs(91)),
        |it| it.issued_at = it.issued_at.plus(Duration::from_secs(31)),
        |it| it.access_token_hash = Some("hash".to_owned()),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut changed = proof(&fixture, &key);
        change(&mut changed);
        let signed = changed.encode(&key).unwrap();
        let answer = post_proof(&fixture, &FORM, signed.expose()).await;
        assert_eq!(answer.member("error"), "invalid_dpop_proof", "change {at}");
    }
    for junk in ["", "a", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = post_proof(&fixture, &FORM, junk).await;
        answer.assert_error(400, "invalid_dpop_proof");
    }
}

#[tokio::test]
async fn what_is_no_proof_is_refused() {
    let fixture = Fixture::new().await;
    let hmac = SigningKey::from_secret(Algorithm::Hs256, &Secret::from("0".repeat(32).as_str()));
    let claims = tripod_oauth2::jose::claims::Claims::new().with("htm", "POST");
    for token in [
        hmac.unwrap().sign("dpop+jwt", &claims).unwrap(),
        dpop_key().sign("JWT", &claims).unwrap(),
        dpop_key().sign("dpop+jwt", &claims).unwrap(),
    ] {
        let answer = post_proof(&fixture, &FORM, token.expose()).await;
        answer.assert_error(400, "invalid_dpop_proof");
    }
}

#[tokio::test]
async fn the_host_header_says_nothing_about_where_this_server_is() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    let target = "https://evil.example/oauth2/token";
    let proof = Proof::new(
        "POST",
        target,
        fixture.now(),
        &mut fixture.provider.random(),
    );
    let proof = proof.unwrap().encode(&key).unwrap();
    let mut request = post(TOKEN, &FORM);
    let headers = request.headers_mut();
    headers.insert("host", "evil.example".parse().unwrap());
    headers.insert("x-forwarded-host", "evil.example".parse().unwrap());
    headers.insert("dpop", proof.expose().parse().unwrap());
    let basic = crate::fixture::basic("client", SECRET);
    headers.insert("authorization", basic.parse().unwrap());
    fixture
        .send(request)
        .await
        .assert_error(400, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_proof_counts_once() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    let signed = proof(&fixture, &key).encode(&key).unwrap();
    post_proof(&fixture, &FORM, signed.expose())
        .await
        .assert_ok();
    let replayed = post_proof(&fixture, &FORM, signed.expose()).await;
    replayed.assert_error(400, "invalid_dpop_proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_that_use_a_proof_at_once_one_is_believed() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    for _ in 0..20 {
        let signed = proof(&fixture, &key).encode(&key).unwrap();
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (fixture, signed) = (fixture.clone(), signed.clone());
                tokio::spawn(async move { post_proof(&fixture, &FORM, signed.expose()).await })
            })
            .collect();
        let mut believed = 0;
        for task in tasks {
            believed += u32::from(task.await.unwrap().status == 200);
        }
        assert_eq!(believed, 1);
    }
}

#[tokio::test]
async fn two_proofs_are_none() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    let mut request = post(TOKEN, &FORM);
    let headers = request.headers_mut();
    for _ in 0..2 {
        let signed = proof(&fixture, &key).encode(&key).unwrap();
        headers.append("dpop", signed.expose().parse().unwrap());
    }
    let basic = crate::fixture::basic("client", SECRET);
    headers.insert("authorization", basic.parse().unwrap());
    fixture
        .send(request)
        .await
        .assert_error(400, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_nonce_is_given_and_demanded_where_it_is_required() {
    let fixture = Fixture::with(|config| config.dpop_nonce = DpopNonce::Required).await;
    let key = dpop_key();
    let refused = post_with_proof(&fixture, &FORM, &key).await;
    // RFC 9449 §8: with a fresh nonce.
    refused.assert_error(400, "use_dpop_nonce");
    let nonce = Nonce::parse([refused.header("dpop-nonce")])
        .unwrap()
        .unwrap();
    let with_nonce = |nonce: &Nonce| {
        proof(&fixture, &key)
            .with_nonce(nonce)
            .encode(&key)
            .unwrap()
    };
    post_proof(&fixture, &FORM, with_nonce(&nonce).expose())
        .await
        .assert_ok();
    fixture.turn(600);
    let late = post_proof(&fixture, &FORM, with_nonce(&nonce).expose()).await;
    late.assert_error(400, "use_dpop_nonce");
}

#[tokio::test]
async fn a_nonce_of_nobody_s_is_refused_even_where_none_is_needed() {
    let fixture = Fixture::new().await;
    let key = dpop_key();
    let nonce = Nonce::parse(["made-up"]).unwrap().unwrap();
    let signed = proof(&fixture, &key)
        .with_nonce(&nonce)
        .encode(&key)
        .unwrap();
    let answer = post_proof(&fixture, &FORM, signed.expose()).await;
    answer.assert_error(400, "use_dpop_nonce");
}

#[tokio::test]
async fn a_client_that_registered_to_prove_a_key_proves_it() {
    let fixture = Fixture::new().await;
    let mut client = confidential("bound");
    client.metadata.dpop_bound_access_tokens = true;
    fixture.add_client(client).await;
    let answer = fixture.post_as("bound", SECRET, TOKEN, &FORM).await;
    answer.assert_error(400, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_code_that_is_bound_to_a_key_is_redeemed_with_it() {
    let fixture = Fixture::new().await;
    let (key, other) = (dpop_key(), other_key());
    add_code(&fixture, "code", |code| {
        code.dpop_jkt = Some(thumbprint(&key));
    })
    .await;
    let form = redemption("code");
    let without = fixture.post_as_client(TOKEN, &form).await;
    without.assert_error(400, "invalid_grant");
    let wrong = post_with_proof(&fixture, &form, &other).await;
    wrong.assert_error(400, "invalid_grant");
    post_with_proof(&fixture, &form, &key).await.assert_ok();
}

use tripod_provider::config::DpopNonce;

use super::*;

const ME: &str = "https://id.example/api/me";

async fn bound(fixture: &Fixture) -> Secret {
    issue(fixture, |token| token.jkt = Some(THUMBPRINT.to_owned())).await
}

#[tokio::test]
async fn a_bound_token_comes_with_its_proof() {
    let fixture = Fixture::new().await;
    let token = bound(&fixture).await;
    let proof = proof(&fixture, "GET", ME, &token);
    let answer = fixture
        .send(proven("/api/me?query=1", &token, &proof))
        .await;
    answer.assert_ok();
    assert_eq!(answer.member("protocol"), "dpop");
}

/// RFC 9449 §11.1: a proof is used once, however many send it at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proof_is_used_once() {
    let fixture = Fixture::new().await;
    let token = bound(&fixture).await;
    for round in 0..20 {
        let proof = proof(&fixture, "GET", ME, &token);
        let replays = (0..32).map(|_| {
            let (fixture, request) = (fixture.clone(), proven("/api/me", &token, &proof));
            tokio::spawn(async move { fixture.send(request).await.status })
        });
        let mut accepted = 0;
        for replay in replays.collect::<Vec<_>>() {
            accepted += u32::from(replay.await.unwrap().is_success());
        }
        assert_eq!(accepted, 1, "round {round}");
        let answer = fixture.send(proven("/api/me", &token, &proof)).await;
        assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::InvalidDpopProof);
    }
}

/// RFC 9449 §4.3.
#[tokio::test]
async fn a_proof_is_for_this_request_and_this_token() {
    let fixture = Fixture::new().await;
    let token = bound(&fixture).await;
    let other: Secret = "other".into();
    let make = |method, uri| proof(&fixture, method, uri, &token);
    let mut old = make("GET", ME);
    old.issued_at = Timestamp::from_unix(fixture.now().as_unix() - 91);
    let mut early = make("GET", ME);
    early.issued_at = Timestamp::from_unix(fixture.now().as_unix() + 31);
    let mut without_hash = make("GET", ME);
    without_hash.access_token_hash = None;
    for proof in [
        make("POST", ME),
        make("GET", "https://id.example/api/echo"),
        make("GET", "http://id.example/api/me"),
        make("GET", "https://attacker.example/api/me"),
        proof(&fixture, "GET", ME, &other),
        old,
        early,
        without_hash,
    ] {
        let answer = fixture.send(proven("/api/me", &token, &proof)).await;
        assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::InvalidDpopProof);
    }
    // The configuration says where this is, not the request.
    let proof = make("GET", "https://attacker.example/api/me");
    let mut request = proven("/api/me", &token, &proof);
    let host = "attacker.example".parse().unwrap();
    request.headers_mut().insert("host", host);
    assert_eq!(fixture.send(request).await.status, 401);
}

#[tokio::test]
async fn proofs_are_neither_missing_nor_several_nor_something_else() {
    let fixture = Fixture::new().await;
    let token = bound(&fixture).await;
    let answer = get_with(&fixture, "/api/me", &format!("DPoP {}", token.expose())).await;
    assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::InvalidDpopProof);
    let proof = proof(&fixture, "GET", ME, &token);
    let mut twice = proven("/api/me", &token, &proof);
    let again = twice.headers()["dpop"].clone();
    twice.headers_mut().append("dpop", again);
    let answer = fixture.send(twice).await;
    assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::InvalidDpopProof);
    for text in ["", "a", "a.b.c", "\u{fffd}"] {
        let mut request = proven("/api/me", &token, &proof);
        let value = http::HeaderValue::from_bytes(text.as_bytes()).unwrap();
        request.headers_mut().insert("dpop", value);
        let answer = fixture.send(request).await;
        assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::InvalidDpopProof);
    }
}

/// RFC 9449 §7.2: a bound token is no bearer token, and §7.1: the other way round.
#[tokio::test]
async fn neither_kind_of_token_passes_for_the_other() {
    let fixture = Fixture::new().await;
    let bound = bound(&fixture).await;
    let answer = get_with(&fixture, "/api/me", &bearer(&bound)).await;
    assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::InvalidToken);

    let free = issue(&fixture, |_| {}).await;
    let proof = proof(&fixture, "GET", ME, &free);
    let answer = fixture.send(proven("/api/me", &free, &proof)).await;
    assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);

    let of_another = issue(&fixture, |token| token.jkt = Some("other".to_owned())).await;
    let proof = super::proof(&fixture, "GET", ME, &of_another);
    let answer = fixture.send(proven("/api/me", &of_another, &proof)).await;
    assert_eq!(answer.status, 401);
    answer.assert_error(401, "invalid_token");
}

/// RFC 9449 §9: a nonce of the resource server's.
#[tokio::test]
async fn a_nonce_is_demanded_and_given() {
    let fixture = Fixture::with(|config| config.dpop_nonce = DpopNonce::Required).await;
    let token = bound(&fixture).await;
    let without = proof(&fixture, "GET", ME, &token);
    let answer = fixture.send(proven("/api/me", &token, &without)).await;
    assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::UseDpopNonce);
    let nonce = tripod_oauth2::dpop::nonce::Nonce::parse([answer.header("dpop-nonce")]);
    let with = without.clone().with_nonce(&nonce.unwrap().unwrap());
    let answer = fixture.send(proven("/api/me", &token, &with)).await;
    answer.assert_ok();
    assert!(!answer.header("dpop-nonce").is_empty());

    let nonce = tripod_oauth2::dpop::nonce::Nonce::parse(["made-up"])
        .unwrap()
        .unwrap();
    let made_up = proof(&fixture, "GET", ME, &token).with_nonce(&nonce);
    let answer = fixture.send(proven("/api/me", &token, &made_up)).await;
    assert_challenge(&answer, 401, &Scheme::Dpop, &ErrorCode::UseDpopNonce);
}

/// Who lacks the scope, or the token, does not use up a proof.
#[tokio::test]
async fn a_refused_request_claims_nothing() {
    let fixture = Fixture::new().await;
    let token = bound(&fixture).await;
    let uri = "https://id.example/api/echo";
    let proof = proof(&fixture, "POST", uri, &token);
    for _ in 0..2 {
        let mut request = proven("/api/echo", &token, &proof);
        *request.method_mut() = Method::POST;
        let answer = fixture.send(request).await;
        assert_challenge(&answer, 403, &Scheme::Dpop, &ErrorCode::InsufficientScope);
    }
}

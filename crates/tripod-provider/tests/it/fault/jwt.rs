//! Access tokens that are JWTs: what they say is otherwise, and they are properly signed.

use axum::body::Body;
use http::Request;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{AccessToken, Mismatch, Refusal, Rules};
use tripod_oauth2::confirmation::Presented;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::id_token::IdToken;
use tripod_oauth2::jose;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::resource::Resource;
use tripod_provider::config::{AccessTokenFormat, Config, ResourceServer};

use super::{asking, develop, get, post_asking};
use crate::fixture::{Answer, CLIENT, Fixture, ISSUER, SECRET, basic, post};
use crate::oauth2::flow::{
    self, TOKEN, add_code, claims, dpop_key, introspect, is_active, proof, redemption, scope,
};

/// A resource of somebody else's.
const API: &str = "https://api.example/";

/// Has both that resource and the provider itself take JWTs.
pub(super) fn resources(config: &mut Config) {
    config.resources = [API, ISSUER]
        .map(|uri| {
            let mut server = ResourceServer::new(Resource::parse(uri).unwrap());
            server.format = AccessTokenFormat::Jwt;
            server
        })
        .into();
}

pub(super) async fn provider() -> Fixture {
    Fixture::with(|config| {
        develop(config);
        resources(config);
    })
    .await
}

/// Gets tokens of alice's for a resource, and asks for a fault.
async fn tokens(fixture: &Fixture, fault: &str, resource: &str) -> Answer {
    let code = format!("code for {fault} at {resource} at {}", fixture.now());
    add_code(fixture, &code, |code| {
        code.scope = scope("openid read write");
    })
    .await;
    let mut form = redemption(&code);
    form.push(("resource", resource));
    let answer = post_asking(fixture, fault, TOKEN, &form).await;
    answer.assert_ok();
    answer
}

/// Gets an access token of alice's that says what it should.
pub(super) async fn token(fixture: &Fixture, resource: &str) -> String {
    tokens(fixture, "delay=0", resource)
        .await
        .member("access_token")
}

async fn call(fixture: &Fixture, path: &str, token: &str, fault: &str) -> Answer {
    let answer = fixture.send(asking(fault, get(path, token))).await;
    answer.assert_fired(fault.split('=').next().unwrap());
    answer
}

/// Asks about a token, and for a fault.
async fn introspect_asking(fixture: &Fixture, fault: &str, token: &str) -> Answer {
    let answer = post_asking(fixture, fault, "/oauth2/introspect", &[("token", token)]).await;
    answer.assert_ok();
    answer.assert_fired(fault.split('=').next().unwrap());
    answer
}

/// Verifies a token as that resource does, at a time.
async fn verify(fixture: &Fixture, token: &str, at: Timestamp) -> Result<AccessToken, Refusal> {
    let ring = fixture
        .provider
        .keys()
        .ring(&fixture.provider)
        .await
        .unwrap();
    let rules = Rules::new(ISSUER, [API]);
    let token = Secret::from(token);
    AccessToken::verify(&token, ring.key_set(), &rules, &Presented::bearer(), at)
}

#[tokio::test]
async fn a_token_that_was_just_given_has_expired_for_whoever_verifies_it() {
    let fixture = provider().await;
    let answer = tokens(&fixture, "expired-token", API).await;
    answer.assert_fired("expired-token");
    assert_eq!(answer.json()["expires_in"], 3600);
    let token = answer.member("access_token");
    let expired = jose::Error::Mismatch(jose::Mismatch::Expired);
    let refused = verify(&fixture, &token, fixture.now()).await.unwrap_err();
    assert_eq!(refused, Refusal::Token(expired));
    assert!(!is_active(&fixture, &token).await);

    // All else is as it should be: it was good once, and as long as others are.
    let expired_at = Timestamp::from_unix(claims(&token)["exp"].as_i64().unwrap());
    let was = std::time::Duration::from_secs(60);
    let read = verify(&fixture, &token, expired_at.minus(was))
        .await
        .unwrap();
    assert_eq!(fixture.now().since(read.expires_at).as_secs(), 3600);
    assert_eq!(read.expires_at.since(read.issued_at).as_secs(), 3600);
    assert!(read.authenticated_at.unwrap() <= read.issued_at);
    assert_eq!(read.audiences, [API]);
}

#[tokio::test]
async fn a_token_that_was_just_given_is_for_another_resource() {
    let fixture = provider().await;
    for (fault, audience) in [
        ("wrong-audience", "https://other-resource.example/"),
        ("wrong-audience=urn:x", "urn:x"),
    ] {
        let answer = tokens(&fixture, fault, API).await;
        answer.assert_fired("wrong-audience");
        let token = answer.member("access_token");
        assert_eq!(claims(&token)["aud"], audience);
        let refused = verify(&fixture, &token, fixture.now()).await.unwrap_err();
        assert_eq!(refused, Refusal::Mismatch(Mismatch::Audience));
        fixture.turn(1);
    }
}

#[tokio::test]
async fn a_token_that_was_just_given_is_good_for_less() {
    let fixture = provider().await;
    let answer = tokens(&fixture, "scope-cut=write", API).await;
    answer.assert_fired("scope-cut");
    assert_eq!(answer.member("scope"), "openid read");
    let token = verify(&fixture, &answer.member("access_token"), fixture.now()).await;
    assert_eq!(token.unwrap().scope, Some(scope("openid read")));
}

/// OpenID Connect Core §3.1.3.8: whoever checks it is not to stumble over that first.
#[tokio::test]
async fn the_id_token_is_of_the_token_that_came_with_it() {
    let fixture = provider().await;
    let key = Secret::from("0123456789abcdef0123456789abcdef");
    let key = SigningKey::from_secret(Algorithm::Hs256, &key).unwrap();
    for fault in [
        "expired-token",
        "wrong-audience",
        "expired-token;wrong-audience",
    ] {
        let answer = tokens(&fixture, fault, API).await;
        let access = Secret::new(answer.member("access_token"));
        let lifetime = std::time::Duration::ZERO;
        let due =
            IdToken::new("", "", "", fixture.now(), lifetime).with_access_token(&access, &key);
        let told = claims(&answer.member("id_token"));
        assert_eq!(told["at_hash"].as_str(), due.access_token_hash.as_deref());
        assert_eq!(told["iat"], fixture.now().as_unix());
        fixture.turn(1);
    }
}

#[tokio::test]
async fn faults_come_together() {
    let fixture = provider().await;
    let fault = "wrong-kid=other;wrong-audience=urn:x;expired-token";
    let answer = tokens(&fixture, fault, API).await;
    answer.assert_fired("wrong-kid, wrong-audience, expired-token");
    let token = answer.member("access_token");
    assert_eq!(
        Compact::parse(&token).unwrap().header().key_id(),
        Some("other")
    );
    let claims = claims(&token);
    assert_eq!(claims["aud"], "urn:x");
    assert!(claims["exp"].as_i64().unwrap() < fixture.now().as_unix());
}

/// Of an exchange the answer is meant, and what is exchanged is good.
#[tokio::test]
async fn what_is_given_for_a_token_has_expired_and_not_that_token() {
    let fixture = provider().await;
    let subject = token(&fixture, ISSUER).await;
    let form = [
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("subject_token", &subject),
        (
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
        ),
        ("resource", ISSUER),
    ];
    let answer = post_asking(&fixture, "expired-token", TOKEN, &form).await;
    answer.assert_ok();
    answer.assert_fired("expired-token");
    assert!(!is_active(&fixture, &answer.member("access_token")).await);
    assert!(is_active(&fixture, &subject).await);
}

#[tokio::test]
async fn a_token_that_is_shown_is_refused_for_what_it_says() {
    let fixture = provider().await;
    let token = token(&fixture, ISSUER).await;
    for (path, fault, status, said) in [
        ("/api/me", "expired-token", 401, "the token has expired"),
        (
            "/api/me",
            "wrong-audience",
            401,
            "the token is for another resource",
        ),
        (
            "/api/me",
            "scope-cut=read",
            403,
            "the token is not good for this",
        ),
        (
            "/oauth2/userinfo",
            "expired-token",
            401,
            "the access token has expired",
        ),
        (
            "/oauth2/userinfo",
            "wrong-audience",
            401,
            "or not for this endpoint",
        ),
        (
            "/oauth2/userinfo",
            "scope-cut=openid",
            403,
            "does not have the scope `openid`",
        ),
    ] {
        let answer = call(&fixture, path, &token, fault).await;
        assert_eq!(answer.status.as_u16(), status, "{fault} {path}");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains(said), "{fault} {path}: {challenge}");
        // It speaks for itself: what the client has is as good as ever.
        fixture.send(get(path, &token)).await.assert_ok();
    }
}

#[tokio::test]
async fn a_token_that_is_good_for_nothing_is_still_a_token() {
    let fixture = provider().await;
    let token = token(&fixture, ISSUER).await;
    let fault = "scope-cut=openid read write";
    let answer = call(&fixture, "/api/me", &token, fault).await;
    answer.assert_error(403, "insufficient_scope");
}

#[tokio::test]
async fn a_token_that_is_asked_about_is_told_of_as_it_says() {
    let fixture = provider().await;
    let token = token(&fixture, API).await;
    for fault in ["expired-token", "wrong-audience"] {
        let answer = introspect_asking(&fixture, fault, &token).await;
        assert_eq!(
            answer.json(),
            serde_json::json!({"active": false}),
            "{fault}"
        );
    }
    let answer = introspect_asking(&fixture, "scope-cut=write", &token).await;
    assert_eq!(answer.member("scope"), "openid read");
    let answer = introspect_asking(&fixture, &format!("wrong-audience={ISSUER}"), &token).await;
    assert_eq!(answer.member("aud"), ISSUER);
    let answer = introspect(&fixture, &token).await;
    assert_eq!(answer.member("aud"), API);
}

/// RFC 9449 §4.3: the proof covers the token that the client has, which is another than is verified.
#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_refused_for_what_it_says() {
    let fixture = provider().await;
    let key = dpop_key();
    let proven = proof(&fixture, &key).encode(&key).unwrap();
    add_code(&fixture, "code", |code| code.scope = scope("openid read")).await;
    let mut form = redemption("code");
    form.push(("resource", ISSUER));
    let given = flow::post_proof(&fixture, &form, proven.expose()).await;
    let token = given.member("access_token");
    assert!(claims(&token)["cnf"]["jkt"].is_string());
    let request = |path: &str| {
        let target = format!("{ISSUER}{path}");
        let random = &mut fixture.provider.random();
        let proof = Proof::new("GET", &target, fixture.now(), random).unwrap();
        let proof = proof.for_token(&Secret::from(token.as_str()));
        let request = Request::get(path).header("authorization", format!("DPoP {token}"));
        let request = request.header("dpop", proof.encode(&key).unwrap().expose());
        request.body(Body::empty()).unwrap()
    };
    for path in ["/api/me", "/oauth2/userinfo"] {
        fixture.send(request(path)).await.assert_ok();
        for (fault, status, error) in [
            ("expired-token", 401, "invalid_token"),
            ("wrong-audience", 401, "invalid_token"),
            (
                "scope-cut=openid; scope-cut=read",
                403,
                "insufficient_scope",
            ),
        ] {
            let answer = fixture.send(asking(fault, request(path))).await;
            assert_eq!(answer.status.as_u16(), status, "{fault} {path}");
            let challenges = answer.headers.get_all("www-authenticate").iter();
            let told = challenges
                .map(|it| it.to_str().unwrap())
                .collect::<String>();
            assert!(
                told.contains(&format!("error=\"{error}\"")),
                "{fault} {path}: {told}"
            );
        }
    }
}

#[tokio::test]
async fn a_bound_token_that_was_just_given_has_expired() {
    let fixture = provider().await;
    let key = dpop_key();
    let proven = proof(&fixture, &key).encode(&key).unwrap();
    let form = [("grant_type", "client_credentials"), ("resource", API)];
    let mut request = post(TOKEN, &form);
    let headers = request.headers_mut();
    headers.insert("authorization", basic(CLIENT, SECRET).parse().unwrap());
    headers.insert("dpop", proven.expose().parse().unwrap());
    let answer = fixture.send(asking("expired-token", request)).await;
    answer.assert_ok();
    answer.assert_fired("expired-token");
    let claims = claims(&answer.member("access_token"));
    assert_eq!(claims["cnf"]["jkt"], flow::thumbprint(&key));
    assert!(claims["exp"].as_i64().unwrap() < fixture.now().as_unix());
}

/// It is not on record, so that nothing could make it so.
#[tokio::test]
async fn a_jwt_is_never_revoked() {
    let fixture = provider().await;
    let given = tokens(&fixture, "revoked-token", ISSUER).await;
    given.assert_fired("");
    let token = given.member("access_token");
    let request = get("/api/me", &token);
    let answer = fixture.send(asking("revoked-token", request)).await;
    answer.assert_ok();
    answer.assert_fired("");
}

#[tokio::test]
async fn what_is_no_good_jwt_of_the_provider_is_refused_without_a_fault() {
    let fixture = provider().await;
    let token = token(&fixture, ISSUER).await;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", signature.replace(['a', 'b', 'c'], "d"));
    let refused = async |token: &str, fault: &str| {
        let answer = fixture.send(asking(fault, get("/api/me", token))).await;
        answer.assert_error(401, "invalid_token");
        answer.assert_fired("");
    };
    for fault in ["expired-token", "wrong-audience", "scope-cut"] {
        for other in [&*forged, "a.b.c", "a.b", "."] {
            refused(other, fault).await;
        }
    }
    fixture.turn(3600 + 31);
    refused(&token, "wrong-audience").await;
}

#[tokio::test]
async fn a_scope_that_a_token_does_not_have_is_not_cut() {
    let fixture = provider().await;
    let token = token(&fixture, ISSUER).await;
    let request = get("/api/me", &token);
    let answer = fixture.send(asking("scope-cut=email", request)).await;
    answer.assert_ok();
    answer.assert_fired("");
}

#[tokio::test]
async fn without_development_a_jwt_says_what_it_should() {
    let fixture = Fixture::with(resources).await;
    let given = tokens(&fixture, "expired-token", ISSUER).await;
    given.assert_fired("");
    let token = given.member("access_token");
    let request = get("/api/me", &token);
    fixture
        .send(asking("wrong-audience", request))
        .await
        .assert_ok();
}

//! What a failed call says of its cause, by what the client knows; and that none of it is shown.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use tripod::error::Error;
use tripod::login::Paste;
use tripod::preset::{Flow, Template};
use tripod::provider::Provider;
use tripod::trace::Trace;
use tripod::{OAuth1, OAuth2};
use tripod_doctor::finding::{Finding, Likelihood};

#[expect(dead_code, reason = "the tests of sessions use more of it")]
#[path = "session/server.rs"]
mod server;

use server::{Reply, Server};

const SECRET: &str = "sentinel/secret+one";
const CODE: &str = "sentinel-authorization-code";

/// Returns the codes, and makes sure that nothing of it shows a secret.
#[track_caller]
fn explained(error: &Error) -> Vec<Finding> {
    let findings = error.diagnose();
    let shown = format!("{error:?} {error} {findings:?}");
    for secret in ["sentinel", "c2VudGluZWw"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    findings
}

#[track_caller]
fn first(error: &Error) -> Finding {
    explained(error).into_iter().next().unwrap()
}

fn client(server: &Server) -> OAuth2 {
    let provider = Provider::at(&server.at("/token")).unwrap();
    let provider = provider.with_authorization_endpoint(&server.at("/authorize"));
    let builder = OAuth2::endpoints(provider.unwrap()).client_id("client");
    builder.client_secret(SECRET).scopes(["read"])
}

/// A user who comes back with a code, and a state that is made of the one that was sent.
fn returning(state: impl Fn(&str) -> String + Send + Sync + 'static) -> Paste {
    Paste::new(move |uri| {
        let (_, rest) = uri.split_once("state=").unwrap();
        let state = state(rest.split('&').next().unwrap());
        Ok(format!(
            "http://127.0.0.1/callback?code={CODE}&state={state}"
        ))
    })
}

async fn answering(status: u16, body: &'static str) -> Server {
    Server::begin(move |_| Reply::new(status, body).with("content-type", "application/json")).await
}

#[tokio::test]
async fn a_secret_that_needs_encoding_is_seen_to_be_the_right_one() {
    let server = answering(401, r#"{"error":"invalid_client"}"#).await;
    let error = client(&server).login(returning(str::to_owned)).await;
    let finding = first(&error.unwrap_err());
    // Without the secret nobody could tell that what was sent is the secret itself.
    let code = "oauth2/client-authentication/basic-encoding";
    assert_eq!(
        (finding.code, finding.likelihood),
        (code, Likelihood::Likely)
    );
    assert!(finding.cause.contains("The secret is the right one"));
}

#[tokio::test]
async fn another_state_is_seen_by_the_one_that_was_sent() {
    let server = answering(200, "{}").await;
    let error = client(&server)
        .login(returning(|_| "another".to_owned()))
        .await;
    let error = error.unwrap_err();
    let codes: Vec<_> = explained(&error).iter().map(|found| found.code).collect();
    assert!(
        codes.contains(&"oauth2/callback/state-mismatch"),
        "{codes:?}"
    );
    assert!(server.asked("/token").is_empty());
}

#[tokio::test]
async fn a_code_that_was_refused_is_judged_by_the_whole_login() {
    let server = answering(
        400,
        r#"{"error":"invalid_grant","error_description":"PKCE verification failed"}"#,
    )
    .await;
    let error = client(&server).login(returning(str::to_owned)).await;
    let findings = explained(&error.unwrap_err());
    assert_eq!(findings[0].code, "oauth2/pkce/verification-failed");
    // The verifier fits the challenge, so none of the usual mistakes was made.
    assert!(
        findings
            .iter()
            .all(|found| found.code != "oauth2/pkce/verifier-of-another-attempt")
    );
}

fn consumer(server: &Server) -> OAuth1 {
    let at = |path| Template::parse(&server.at(path)).unwrap();
    let flow = Flow::new(at("/begin"), at("/ask"), at("/token"));
    OAuth1::consumer("key", SECRET).endpoints(flow)
}

#[tokio::test]
async fn a_signature_is_made_again_by_the_secrets_of_the_client() {
    let server = answering(401, "oauth_problem=signature_invalid").await;
    let error = consumer(&server)
        .login(Paste::new(|_| unreachable!()))
        .await;
    let findings = explained(&error.unwrap_err());
    // Nobody can say so who has not signed the request once more.
    assert_eq!(findings[0].code, "oauth1/signature/fits-the-request");
    assert_eq!(findings[0].likelihood, Likelihood::Likely);
}

#[tokio::test]
async fn an_api_that_refuses_is_no_error_and_is_explained_all_the_same() {
    let server = answering(401, "oauth_problem=signature_invalid").await;
    let trace = Trace::new();
    let builder = consumer(&server).token("token", "sentinel-token-secret");
    let session = builder.trace(trace.clone()).session().unwrap();
    let answer = session.get(server.at("/api")).send().await.unwrap();
    assert_eq!(
        answer.text().await.unwrap(),
        "oauth_problem=signature_invalid"
    );
    let findings = session.diagnose(trace.exchanges());
    let mut codes = findings.iter().map(|found| found.code);
    assert!(codes.any(|code| code == "oauth1/signature/fits-the-request"));
    assert!(!format!("{findings:?} {session:?}").contains("sentinel"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = OAuth2::issuer(format!("http://{address}")).client_id("client");
    let error = error.login(returning(str::to_owned)).await.unwrap_err();
    let finding = first(&error);
    assert_eq!(finding.code, "network/refused");
    assert!(
        finding.cause.contains(&address.to_string()),
        "{}",
        finding.cause
    );
}

#[tokio::test]
async fn metadata_of_another_issuer_are_seen_by_the_one_that_was_asked() {
    let server = Server::begin(|asked| {
        let host = asked.header("host").unwrap();
        Reply::new(200, format!(r#"{{"issuer":"http://{host}/"}}"#))
    })
    .await;
    let builder = OAuth2::issuer(&server.uri).client_id("client");
    let error = builder.login(returning(str::to_owned)).await.unwrap_err();
    let finding = first(&error);
    assert_eq!(finding.code, "oauth2/issuer/mismatch");
    let correction = finding.correction.unwrap();
    assert_eq!(correction.value, format!("{}/", server.uri));
}

//! The scenes: what is played, with a client that anybody could have written.

use tripod::error::Error;
use tripod::session::Session;
use tripod::{OAuth1, OAuth2};
use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Exchange};
use tripod_doctor::finding::Finding;
use tripod_doctor::known::Known;
use tripod_provider::seed;

use super::stage::Stage;
use crate::account::input;
use crate::edge::Edge;
use crate::failure::CallFailed;

/// What happened, and what to say before it.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) title: &'static str,
    pub(super) plot: &'static str,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) findings: Vec<Finding>,
}

impl Scene {
    fn new(title: &'static str, plot: &'static str, exchanges: Vec<Exchange>) -> Self {
        Self {
            title,
            plot,
            exchanges,
            findings: Vec::new(),
        }
    }
}

/// The three steps of OAuth 1.0a, and a call.
pub(super) async fn oauth1(stage: &Stage) -> Result<Scene, CallFailed> {
    let builder = consumer(stage, seed::CONSUMER_SECRET)?;
    let session = builder.login(stage.browser()).await?;
    call(stage, &session).await?;
    Ok(Scene::new(
        "OAuth 1.0a: three steps to a token, then a call",
        "Client and provider share a secret. It never travels: every request is signed with it.",
        stage.played(),
    ))
}

/// The authorization code with PKCE, and a call.
pub(super) async fn oauth2(stage: &Stage) -> Result<(Scene, Session), CallFailed> {
    let builder = OAuth2::issuer(stage.at(""))
        .client_id(seed::CLIENT)
        .client_secret(seed::CLIENT_SECRET)
        .scopes(["read", "offline_access"])
        .http(stage.http.clone());
    let session = builder.login(stage.browser()).await?;
    call(stage, &session).await?;
    let scene = Scene::new(
        "OAuth 2: an authorization code with PKCE, then a call",
        "The browser fetches a code, and the client turns the code into a token. Whoever has the \
         token can use it, so it goes through TLS, or stays on this machine as here.",
        stage.played(),
    );
    Ok((scene, session))
}

/// A token that expired meanwhile.
pub(super) async fn refresh(stage: &Stage, session: &Session) -> Result<Scene, CallFailed> {
    const HOURS: i64 = 2 * 60 * 60;
    stage.turn_clock(HOURS);
    call(stage, session).await?;
    stage.turn_clock(-HOURS);
    Ok(Scene::new(
        "Two hours later: the token has expired, and the session renews it",
        "The clock of the provider was turned by two hours. The program just calls again; what \
         follows is its session's doing.",
        stage.played(),
    ))
}

/// A secret with a line break at its end, as it comes out of a file.
pub(super) async fn mistake(stage: &Stage) -> Result<Scene, CallFailed> {
    let secret = format!("{}\n", seed::CONSUMER_SECRET);
    let refused = consumer(stage, &secret)?.login(stage.browser()).await;
    if refused.is_ok() {
        return Err(input("the provider took a wrong secret"));
    }
    let mut scene = Scene::new(
        "A mistake, and what the doctor makes of it",
        "The same login again, but the secret was read from a file with the line break at its end. \
         The doctor, which knows the right one, computes the signature under every mistake it knows; \
         this provider asks it and tells, since it serves developers. Most say `signature_invalid` \
         and no more: `tripod explain` does it for your calls.",
        stage.played(),
    );
    let mut known = Known::default();
    known.consumer_secret = Some(Secret::from(seed::CONSUMER_SECRET));
    let evidence = Evidence::of_exchanges(scene.exchanges.clone(), known);
    scene.findings = diagnose(&evidence, Edge.now());
    Ok(scene)
}

fn consumer(stage: &Stage, secret: &str) -> Result<OAuth1, CallFailed> {
    let builder = OAuth1::consumer(seed::CONSUMER, secret);
    Ok(builder.endpoints(stage.flow()?).http(stage.http.clone()))
}

/// Calls the API; the answer is read, so that it is seen.
async fn call(stage: &Stage, session: &Session) -> Result<(), Error> {
    let answer = session.get(stage.at("/api/me")).send().await?;
    answer.bytes().await.map(drop).map_err(Error::broken_off)
}

//! Signing in and out.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use tripod_core::secret::Secret;

use crate::artefact::User;
use crate::attempts::{Attempt, RetryAfter, What};
use crate::browser::flow::{Flow, Goal};
use crate::browser::{Form, Manner, Session, SignedIn, Visit};
use crate::consent::display_name;
use crate::pages::{Failure, Frame, Leads, Stop, redirect_here, show, with_retry_after};
use crate::provider::Provider;
use crate::store::{Changes, Stored};
use crate::{device, home, oauth1, oauth2};

pub(crate) fn routes() -> Router<Provider> {
    Router::new()
        .route("/sign-in", get(begin).post(submit))
        .route("/sign-out", post(sign_out))
}

/// Who invites the user to sign in, and where that leads.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Invitation {
    /// What the client is called, if there is one.
    pub(crate) client: Option<String>,
    /// Where the browser goes in the end, if that is elsewhere.
    pub(crate) leads_to: Option<String>,
    /// What the user may be called.
    pub(crate) hint: Option<String>,
    /// Whether to go on as who is signed in will do.
    pub(crate) offers_current: bool,
}

impl Invitation {
    /// Shows the page on which the user signs in.
    pub(crate) fn show(&self, visit: &Visit, flow: &Flow) -> Response {
        self.page(visit, flow, None)
    }

    fn page(&self, visit: &Visit, flow: &Flow, wrong: Option<Wrong<'_>>) -> Response {
        let current = visit.browser.signed_in().filter(|_| self.offers_current);
        let username = wrong.map(|wrong| wrong.username);
        let page = Page {
            frame: Frame::new(&visit.provider),
            flow: Form::SignIn.seal(visit, &(flow, self)),
            client: self.client.as_deref(),
            username: username.or(self.hint.as_deref()).unwrap_or_default(),
            current: current.map(|signed_in| display_name(&signed_in.user)),
            is_wrong: wrong.is_some(),
        };
        let status = match wrong {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let leads = self.leads_to.as_deref().map_or(Leads::Here, Leads::To);
        show(status, &page, leads)
    }
}

/// What was typed, and was not right.
#[derive(Clone, Copy)]
struct Wrong<'a> {
    username: &'a str,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    frame: Frame<'a>,
    flow: String,
    client: Option<&'a str>,
    username: &'a str,
    current: Option<&'a str>,
    is_wrong: bool,
}

async fn begin(visit: Visit) -> Response {
    let page = match visit.browser.signed_in() {
        Some(_) => redirect_here(&visit.provider, "/"),
        None => Invitation::default().show(&visit, &Flow::begin(&visit, Goal::Home)),
    };
    visit.answer(Ok(page))
}

async fn submit(mut visit: Visit) -> Response {
    let page = submitted(&mut visit).await;
    visit.answer(page)
}

async fn submitted(visit: &mut Visit) -> Result<Response, Stop> {
    let (mut flow, invitation): (Flow, Invitation) = Form::SignIn.receive(visit)?;
    match visit.field("account") {
        Some("current") if invitation.offers_current => flow.choose_current(visit),
        Some("other") => return Ok(invitation.show(visit, &flow)),
        _ => {
            if let Some(again) = sign_in(visit, &flow, &invitation).await? {
                return Ok(again);
            }
        }
    }
    resume(visit, &flow).await
}

/// Goes on where a flow has come to.
pub(crate) async fn resume(visit: &Visit, flow: &Flow) -> Result<Response, Stop> {
    match &flow.goal {
        Goal::Device(_) => device::resume(visit, flow).await,
        Goal::Home => home::resume(visit, flow).await,
        Goal::OAuth1(_) => oauth1::authorize::resume(visit, flow).await,
        Goal::OAuth2(_) => oauth2::authorize::resume(visit, flow).await,
    }
}

/// Begins a session, or returns the page on which to try again.
async fn sign_in(
    visit: &mut Visit,
    flow: &Flow,
    invitation: &Invitation,
) -> Result<Option<Response>, Stop> {
    let username = visit
        .field("username")
        .unwrap_or_default()
        .trim()
        .to_owned();
    let password = Secret::from(visit.field("password").unwrap_or_default());
    let provider = visit.provider.clone();
    let attempt = Attempt::new(What::SignIn, visit.address, Some(&username));
    provider
        .attempts()
        .take(&attempt, provider.now())
        .map_err(|wait| too_many(&provider, wait))?;
    let Some(user) = authenticate(&provider, &username, password).await? else {
        tracing::info!("a sign-in failed");
        let wrong = Wrong {
            username: &username,
        };
        return Ok(Some(invitation.page(visit, flow, Some(wrong))));
    };
    provider.attempts().succeeded(&attempt, provider.now());
    tracing::info!(user = %user.id, "signed in");
    let signed_in = SignedIn {
        session: Session::begin(&provider, &user, "pwd"),
        user,
        manner: Manner::Password,
    };
    visit.browser.sign_in(&provider, signed_in);
    Ok(None)
}

async fn authenticate(
    provider: &Provider,
    username: &str,
    password: Secret,
) -> Result<Option<Stored<User>>, Stop> {
    let user: Option<Stored<User>> = provider.store().load(User::handle(username)).await?;
    let hash = user.as_ref().and_then(|user| user.password.clone());
    let checked = provider.passwords().check(hash, password).await;
    let is_right = checked.map_err(|_| busy(provider))?;
    // Whether an account is disabled is told to nobody, not even by a quicker answer.
    Ok(user.filter(|user| is_right && !user.disabled))
}

/// Says that too many attempts failed.
pub(crate) fn too_many(provider: &Provider, wait: RetryAfter) -> Stop {
    let text = format!(
        "Too many attempts failed. Wait for {}, then go back and try again.",
        span(wait.seconds())
    );
    let page = Failure::new(StatusCode::TOO_MANY_REQUESTS, "Please wait a little").saying(text);
    let mut answer = with_retry_after(page.show(provider), wait.to_header());
    answer.extensions_mut().insert(wait.note());
    Stop::Failed(Box::new(answer))
}

fn span(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

fn busy(provider: &Provider) -> Stop {
    // Not 503: it is not the server that is out of order.
    let page = Failure::new(StatusCode::TOO_MANY_REQUESTS, "Please try again")
        .saying("Many people are signing in right now. Go back, and try again in a moment.");
    let answer = with_retry_after(page.show(provider), HeaderValue::from_static("5"));
    Stop::Failed(Box::new(answer))
}

async fn sign_out(mut visit: Visit) -> Response {
    let page = signed_out(&mut visit).await;
    visit.answer(page)
}

async fn signed_out(visit: &mut Visit) -> Result<Response, Stop> {
    Form::SignOut.receive::<()>(visit)?;
    let provider = visit.provider.clone();
    if let (Some("everywhere"), Some(signed_in)) = (visit.field("where"), visit.browser.signed_in())
    {
        end_sessions(&provider, signed_in.user.clone()).await?;
    }
    visit.browser.sign_out(&provider);
    Ok(redirect_here(&provider, "/"))
}

/// How often a change is written that others may come before.
const TRIES: usize = 8;

/// Ends all sessions of a user, whatever else is changed about the user at the same time.
async fn end_sessions(provider: &Provider, user: Stored<User>) -> Result<(), Stop> {
    let store = provider.store();
    let (epoch, handle) = (user.session_epoch, user.handle());
    let mut current = Some(user);
    for _ in 0..TRIES {
        // Who is gone, or has signed out everywhere meanwhile, has no sessions left.
        let Some(user) = current.filter(|user| user.session_epoch == epoch) else {
            return Ok(());
        };
        let raised = User {
            session_epoch: epoch.wrapping_add(1),
            ..User::clone(&user)
        };
        let changes = Changes::new().replace(&user, &raised);
        if store.apply(changes).await?.is_ok() {
            return Ok(());
        }
        current = store.load(handle).await?;
    }
    let page = Failure::new(StatusCode::CONFLICT, "You are still signed in")
        .saying("Your account is being changed at this moment. Go back, and try once more.");
    Err(Stop::failed(provider, &page))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tripod_core::timestamp::Timestamp;
    use tripod_oauth2::metadata::Issuer;

    use super::*;
    use crate::config::Config;
    use crate::edge::Edge;
    use crate::seal::Sealer;
    use crate::storage::Memory;

    #[tokio::test]
    async fn sessions_end_also_if_the_user_is_changed_at_the_same_time() {
        let mut edge = Edge::system();
        let sealer = Sealer::new(&Sealer::generate_key(&mut edge)).unwrap();
        let config = Config::new(Issuer::parse("https://id.example").unwrap());
        let provider = Provider::new(config, Arc::new(Memory::new()), sealer, edge);
        let store = provider.store();
        let alice = User::new("alice-id", "alice", Timestamp::from_unix(0));
        let handle = User::handle("alice");
        let changes = Changes::new().insert(handle, &alice);
        store.apply(changes).await.unwrap().unwrap();
        let before: Stored<User> = store.load(handle).await.unwrap().unwrap();
        let mut renamed = User::clone(&before);
        renamed.name = Some("Alice".to_owned());
        let changes = Changes::new().replace(&before, &renamed);
        store.apply(changes).await.unwrap().unwrap();

        assert!(end_sessions(&provider, before.clone()).await.is_ok());
        let after: Stored<User> = store.load(handle).await.unwrap().unwrap();
        assert_eq!(after.session_epoch, before.session_epoch + 1);
        assert_eq!(after.name.as_deref(), Some("Alice"));
        // Who has done so already is not signed out of what began since.
        assert!(end_sessions(&provider, before.clone()).await.is_ok());
        let again: Stored<User> = store.load(handle).await.unwrap().unwrap();
        assert_eq!(again.session_epoch, after.session_epoch);
    }

    #[test]
    fn a_span_is_written_as_people_say_it() {
        assert_eq!(span(1), "a second");
        assert_eq!(span(30), "30 seconds");
        assert_eq!(span(91), "2 minutes");
        assert_eq!(span(300), "5 minutes");
    }
}

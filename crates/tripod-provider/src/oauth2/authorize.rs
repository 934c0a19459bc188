//! The authorization endpoint ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest as _, State};
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::Request;
use tripod_core::secret::Secret;
use tripod_oauth2::error::{ErrorCode, ErrorResponse};

pub(super) mod accepted;
mod addressed;
mod decision;
mod grant;
pub(super) mod presented;

pub(crate) use presented::Presented;

use crate::artefact::{Client, Consent};
use crate::browser::flow::{Flow, Goal};
use crate::browser::{Manner, SignedIn, Visit};
use crate::consent::{self, Decision, Question};
use crate::incoming;
use crate::oauth2::failure::Refusal;
use crate::pages::{self, Stop};
use crate::provider::Provider;
use crate::sign_in::Invitation;
use crate::store::Stored;
use accepted::Accepted;
use addressed::Addressed;
use decision::{Hint, Standing, Step};

pub(crate) fn routes() -> Router<Provider> {
    Router::new().route("/oauth2/authorize", get(from_query).post(from_form))
}

async fn from_query(visit: Visit) -> Response {
    let page = begin(&visit).await;
    visit.answer(page)
}

/// Requests up to this length are sent on as a query, which servers and proxies take.
const LONGEST_QUERY: usize = 8 * 1024;

/// Takes a request that was posted ([OpenID Connect Core §3.1.2.1]).
///
/// A page of the client posts it, and so the browser leaves our cookies behind: they are `SameSite`.
/// It brings them when it is sent here once more by a query.
///
/// [OpenID Connect Core §3.1.2.1]: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
async fn from_form(State(provider): State<Provider>, request: Request<Body>) -> Response {
    let limits = &provider.config().limits;
    let request = match incoming::read(request, limits).await {
        Ok(request) => request,
        Err(unreadable) => return Visit::unreadable(&provider, &unreadable).answer(&provider),
    };
    if let Some(query) = as_query(&request, &provider) {
        let path = pages::Frame::new(&provider).path("/oauth2/authorize");
        return pages::redirect(&Secret::new(format!("{path}?{query}")));
    }
    let request = request.map(Body::from);
    match Visit::from_request(request, &provider).await {
        Ok(visit) => from_query(visit).await,
        Err(answer) => answer,
    }
}

fn as_query(request: &Request<Bytes>, provider: &Provider) -> Option<String> {
    let limits = &provider.config().limits;
    let is_short = request.uri().query().is_none() && request.body().len() <= LONGEST_QUERY;
    let form = incoming::form(request, limits).ok().filter(|_| is_short)?;
    let query = form.to_form();
    (query.len() <= LONGEST_QUERY).then_some(query)
}

async fn begin(visit: &Visit) -> Result<Response, Stop> {
    let presented = Presented::load(visit).await?;
    let flow = Flow::begin(visit, Goal::OAuth2(Box::new(presented)));
    resume(visit, &flow).await
}

/// A request of which it is known who asks, and where the answer goes.
struct Asked<'a> {
    visit: &'a Visit,
    flow: &'a Flow,
    presented: &'a Presented,
    client: Client,
    addressed: Addressed,
}

impl<'a> Asked<'a> {
    async fn load(visit: &'a Visit, flow: &'a Flow) -> Result<Self, Stop> {
        let Goal::OAuth2(presented) = &flow.goal else {
            return Err(presented::nothing(&visit.provider));
        };
        let client = presented.client(&visit.provider).await?;
        // RFC 6749 §4.1.2.1: nobody is redirected before client and redirect URI are known.
        let addressed = Addressed::verify(&visit.provider, presented, &client)?;
        Ok(Self {
            visit,
            flow,
            presented,
            client,
            addressed,
        })
    }

    fn refuse(&self, refusal: Refusal) -> Response {
        let error = ErrorResponse::new(refusal.code).with_description(refusal.description);
        self.addressed
            .refuse(&self.visit.provider, &self.client, error)
    }

    async fn standing(&self, accepted: &Accepted) -> Result<(Hint, Option<Stored<Consent>>), Stop> {
        let provider = &self.visit.provider;
        let hint = match &accepted.request.id_token_hint {
            Some(token) => decision::read_hint(provider, token, &self.client).await?,
            None => Hint::None,
        };
        let consent = match self.visit.browser.signed_in() {
            Some(signed_in) => consent::load(provider, &signed_in.user.id, &self.client.id).await?,
            None => None,
        };
        Ok((hint, consent))
    }

    fn step(&self, accepted: &Accepted, hint: &Hint, consent: Option<&Consent>) -> Step {
        let signed_in = self.visit.browser.signed_in();
        let standing = Standing {
            signed_in: signed_in.map(|signed_in| decision::Seen {
                user: &signed_in.user.id,
                at: signed_in.session.authenticated(),
                is_new: self.flow.has_signed_in(&signed_in.session.id),
                is_chosen: self.flow.has_chosen(&signed_in.session.id),
                is_automatic: signed_in.manner == Manner::Automatic,
            }),
            hint,
            consent,
            redirect_is_assured: self.addressed.is_assured(&self.client),
            now: self.visit.provider.now(),
        };
        decision::decide(accepted, &self.client, &standing)
    }

    fn invitation(&self, accepted: &Accepted, offers_current: bool) -> Invitation {
        Invitation {
            client: Some(self.client.name().to_owned()),
            leads_to: Some(self.addressed.redirect_uri().to_owned()),
            hint: accepted.request.login_hint.clone(),
            offers_current,
        }
    }

    fn question<'b>(
        &'b self,
        accepted: &'b Accepted,
        consent: Option<&'b Consent>,
    ) -> Question<'b> {
        Question {
            client: &self.client,
            scope: &accepted.scope,
            returns_to: Some(self.addressed.redirect_uri()),
            code: None,
            remembered: consent,
        }
    }
}

/// Goes on, at the beginning and after signing in.
pub(crate) async fn resume(visit: &Visit, flow: &Flow) -> Result<Response, Stop> {
    let asked = Asked::load(visit, flow).await?;
    let accepted = match Accepted::read(visit.provider.config(), asked.presented, &asked.client) {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(asked.refuse(refusal)),
    };
    let (hint, consent) = asked.standing(&accepted).await?;
    let step = asked.step(&accepted, &hint, consent.as_deref());
    match (step, visit.browser.signed_in()) {
        (Step::Refuse(refusal), _) => Ok(asked.refuse(refusal)),
        (Step::Grant, Some(signed_in)) => grant::unasked(&asked, &accepted, signed_in).await,
        (Step::AskForConsent, Some(_)) => {
            let question = asked.question(&accepted, consent.as_deref());
            Ok(question.ask(visit, flow))
        }
        (Step::ChooseAccount, Some(_)) => Ok(asked.invitation(&accepted, true).show(visit, flow)),
        _ => Ok(asked.invitation(&accepted, false).show(visit, flow)),
    }
}

/// Does what the user said.
pub(crate) async fn decided(
    visit: &Visit,
    flow: &Flow,
    decision: Decision,
) -> Result<Response, Stop> {
    let asked = Asked::load(visit, flow).await?;
    // Client and configuration may have changed since the page was shown.
    let accepted = match Accepted::read(visit.provider.config(), asked.presented, &asked.client) {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(asked.refuse(refusal)),
    };
    let Some(signed_in) = visit.browser.signed_in() else {
        return Ok(asked.invitation(&accepted, false).show(visit, flow));
    };
    match decision {
        Decision::Allow => allow(&asked, &accepted, signed_in).await,
        Decision::Deny => grant::deny(&asked, signed_in).await,
    }
}

async fn allow(
    asked: &Asked<'_>,
    accepted: &Accepted,
    signed_in: &SignedIn,
) -> Result<Response, Stop> {
    let (hint, consent) = asked.standing(accepted).await?;
    match asked.step(accepted, &hint, consent.as_deref()) {
        Step::AskForConsent | Step::Grant => grant::allowed(asked, accepted, signed_in).await,
        Step::Refuse(refusal) => Ok(asked.refuse(refusal)),
        // The page lay there until the sign-in was too long ago.
        Step::ChooseAccount | Step::SignIn => {
            let invitation = asked.invitation(accepted, false);
            Ok(invitation.show(asked.visit, asked.flow))
        }
    }
}

fn denied() -> ErrorResponse {
    ErrorResponse::new(ErrorCode::AccessDenied).with_description("the user denied the request")
}

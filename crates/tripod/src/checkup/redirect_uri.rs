//! Whether the provider sends the browser back where it is to come back.

use http::header::{ACCEPT, LOCATION};
use http::{HeaderValue, Method, Request};
use tripod_core::parameters::Parameters;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Exchange, Observation};
use tripod_doctor::finding::Likelihood;
use tripod_doctor::known::Known;
use tripod_oauth2::authorization::Prompt;
use tripod_oauth2::pushed::{PushedRequest, PushedResponse};

use super::round::{Made, Stop};
use crate::client::Client;
use crate::error::{Error, Stage};
use crate::login::Push;
use crate::login::authorization_code::{Asking, Options};

/// A visit to the authorization endpoint, by a browser that goes no further.
pub(super) struct Errand<'a> {
    pub(super) client: &'a Client,
    pub(super) login: &'a Options,
    pub(super) push: Push,
    pub(super) redirect_uri: &'a str,
}

/// What the authorization endpoint does.
enum Visit {
    /// It would go on with the user.
    GoesOn,
    /// It shows a page, which may be either.
    Page(u16),
    /// It turns the browser away.
    Refused(Box<Exchange>, u16),
    /// It sends the browser back, with an error that is about something else.
    SentBack(Box<Exchange>, String),
    /// It sends the browser back.
    Welcome,
}

/// Finds out whether the redirect URI is registered.
pub(super) async fn ask(errand: &Errand<'_>) -> Made<()> {
    let uri = errand.redirect_uri;
    if let Some(endpoint) = pushes_to(errand) {
        push(errand, endpoint).await?;
        return Ok((format!("a request with {uri} can be pushed"), ()));
    }
    match visit(errand).await? {
        Visit::Welcome => Ok((format!("the provider sends the browser back to {uri}"), ())),
        Visit::GoesOn => {
            let what = format!("the provider does not refuse {uri}; it asks the user to log in");
            Ok((what, ()))
        }
        Visit::Page(status) => Err(Stop::skipped(format!(
            "the provider answers {status} with a page: whether it is the login or a refusal, only people can tell"
        ))),
        Visit::SentBack(exchange, _) => Err(Stop::failed(vec![*exchange], [])),
        Visit::Refused(exchange, status) => {
            let refused = Observation::RedirectRefused {
                redirect_uri: uri.to_owned(),
                status,
            };
            Err(Stop::failed(vec![*exchange], [refused]))
        }
    }
}

/// Tells whether the authorization endpoint knows the client id, as far as that can be told.
pub(super) async fn knows_client(errand: &Errand<'_>) -> Option<bool> {
    match visit(errand).await.ok()? {
        Visit::Welcome | Visit::GoesOn => Some(true),
        Visit::SentBack(_, error) => Some(error != "unauthorized_client"),
        Visit::Refused(exchange, _) => {
            let findings = explain(vec![*exchange]);
            let is = |code: &str| findings.contains(&code);
            if is("oauth2/client-authentication/unknown-client") {
                return Some(false);
            }
            // Servers look the client up before they compare what it registered.
            is("oauth2/redirect-uri/mismatch").then_some(true)
        }
        Visit::Page(_) => None,
    }
}

async fn visit(errand: &Errand<'_>) -> Result<Visit, Stop> {
    let registration = errand.client.registration();
    let provider = &registration.provider;
    let mut edge = errand.client.edge().clone();
    let asking = Asking::begin(registration, errand.redirect_uri, errand.login, &mut edge)?;
    let mut request = asking.request().clone();
    if provider.metadata.is_some() {
        // OpenID Connect Core §3.1.2.1: who may not ask the user has to answer at once.
        request.prompt = vec![Prompt::None];
    }
    let uri = provider.dialect.authorization_uri(&request);
    let uri = uri.map_err(|error| Error::new(Stage::Authorization, error))?;
    let mut get = Request::new(Vec::new());
    let page = HeaderValue::from_static("text/html,*/*");
    get.headers_mut().insert(ACCEPT, page);
    let http = errand.client.http();
    let stage = Stage::Authorization;
    let received = http.call(stage, Method::GET, &uri, get).await?;
    let status = received.status.as_u16();
    let exchange = Box::new(received.exchange());
    let location = received.headers.get(LOCATION);
    let location = location.and_then(|uri| uri.to_str().ok());
    Ok(match (status, location) {
        (300..=399, Some(location)) => redirected(errand.redirect_uri, location, exchange),
        (400.., _) => Visit::Refused(exchange, status),
        _ if is_refusal(&exchange) => Visit::Refused(exchange, status),
        _ => Visit::Page(status),
    })
}

fn redirected(redirect_uri: &str, location: &str, exchange: Box<Exchange>) -> Visit {
    let is_back = location.split(['?', '#']).next() == redirect_uri.split(['?', '#']).next();
    let query = location
        .split_once(['?', '#'])
        .map_or("", |(_, query)| query);
    let answer = Parameters::parse(query.as_bytes()).unwrap_or_default();
    let error = answer.single("error").ok().flatten().unwrap_or_default();
    match (is_back, error) {
        (true, "") => Visit::Welcome,
        // OpenID Connect Core §3.1.2.6: it would have to ask, which it was told not to.
        (
            true,
            "login_required"
            | "interaction_required"
            | "consent_required"
            | "account_selection_required",
        ) => Visit::Welcome,
        (true, error) => Visit::SentBack(exchange, error.to_owned()),
        (false, "") if !is_refusal(&exchange) => Visit::GoesOn,
        (false, _) => Visit::Refused(exchange, 302),
    }
}

/// Tells whether a page says in so many words that it is a refusal.
fn is_refusal(exchange: &Exchange) -> bool {
    explain(vec![exchange.clone()])
        .iter()
        .any(|code| code.starts_with("oauth2/redirect-uri/") || code.ends_with("/unknown-client"))
}

/// Returns the codes that are at least likely.
fn explain(exchanges: Vec<Exchange>) -> Vec<&'static str> {
    let evidence = Evidence::of_exchanges(exchanges, Known::default());
    let now = tripod_core::timestamp::Timestamp::from_unix(0);
    let findings = diagnose(&evidence, now).into_iter();
    let likely = findings.filter(|finding| finding.likelihood <= Likelihood::Likely);
    likely.map(|finding| finding.code).collect()
}

fn pushes_to<'a>(errand: &Errand<'a>) -> Option<&'a str> {
    let provider = &errand.client.registration().provider;
    let metadata = provider.metadata.as_ref();
    let is_required =
        metadata.is_some_and(|metadata| metadata.require_pushed_authorization_requests);
    let endpoint = provider.push_endpoint();
    endpoint.filter(|_| is_required || errand.push == Push::Always)
}

/// Pushes a request that nobody will ever refer to (RFC 9126 §2).
async fn push(errand: &Errand<'_>, endpoint: &str) -> Result<(), Stop> {
    let client = errand.client;
    let mut edge = client.edge().clone();
    let registration = client.registration();
    let asking = Asking::begin(registration, errand.redirect_uri, errand.login, &mut edge)?;
    let form = PushedRequest::from(asking.request().clone()).encode();
    let received = client.post(Stage::Push, endpoint, &form).await?;
    let read = PushedResponse::read(&received.answer());
    let read = read.map_err(|error| received.failed(Error::new(Stage::Push, error)));
    read.map(drop).map_err(Stop::from)
}

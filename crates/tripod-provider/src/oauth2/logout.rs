//! Signing out by way of a client
//! ([OpenID Connect RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)).

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use tripod_core::parameters::Parameters;
use tripod_oauth2::authorization::ResponseMode;
use tripod_oauth2::id_token::IdToken;
use tripod_oauth2::logout::LogoutRequest;
use tripod_oauth2::redirect_uri::{RedirectUri, Redirection, VerifiedRedirect};

use crate::artefact::Client;
use crate::browser::{Form, Visit};
use crate::consent::display_name;
use crate::pages::{Advice, Failure, Frame, Leads, Outcome, Stop, redirect, show};
use crate::provider::Provider;
use crate::storage;
use crate::store::Stored;

pub(crate) fn routes() -> Router<Provider> {
    Router::new()
        .route("/oauth2/logout", get(begin).post(begin))
        .route("/oauth2/logout/confirmation", post(confirm))
}

/// Where a logout leads: nowhere, or to an address that its client registered.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Logout {
    client: Option<String>,
    redirect_uri: Option<String>,
    state: Option<String>,
}

#[derive(Template)]
#[template(path = "logout.html")]
struct Page<'a> {
    frame: Frame<'a>,
    form: String,
    client: Option<&'a str>,
    user: &'a str,
}

async fn begin(mut visit: Visit) -> Response {
    let page = begun(&mut visit).await;
    visit.answer(page)
}

async fn begun(visit: &mut Visit) -> Result<Response, Stop> {
    let provider = visit.provider.clone();
    let request = LogoutRequest::parse(&visit.parameters)
        .map_err(|error| failed(&provider, &error.to_string()))?;
    let hint = read_hint(&provider, &request).await?;
    let client = load_client(&provider, &request, hint.as_ref()).await?;
    let logout = Logout::check(&provider, &request, client.as_ref())?;
    let Some(signed_in) = visit.browser.signed_in() else {
        return Ok(logout.end(&provider, client.as_ref()));
    };
    // RP-Initiated Logout §2: whoever is signed in is asked, for another site could send anybody here.
    // That ID token which this very session gave proves enough.
    let session = hint.as_ref().and_then(|hint| hint.session_id.as_deref());
    if session == Some(&signed_in.session.id) {
        visit.browser.sign_out(&provider);
        return Ok(logout.end(&provider, client.as_ref()));
    }
    let page = Page {
        frame: Frame::new(&provider),
        form: Form::Logout.seal(visit, &logout),
        client: client.as_ref().map(Client::name),
        user: display_name(&signed_in.user),
    };
    let leads = logout
        .redirect_uri
        .as_deref()
        .map_or(Leads::Here, Leads::To);
    Ok(show(StatusCode::OK, &page, leads))
}

async fn confirm(mut visit: Visit) -> Response {
    let page = confirmed(&mut visit).await;
    visit.answer(page)
}

async fn confirmed(visit: &mut Visit) -> Result<Response, Stop> {
    let logout: Logout = Form::Logout.receive(visit)?;
    let provider = visit.provider.clone();
    let client = match &logout.client {
        Some(client) => provider.store().load(Client::handle(client)).await?,
        None => None,
    };
    let client = client.map(Stored::into_value);
    if visit.field("decision") == Some("allow") {
        visit.browser.sign_out(&provider);
        return Ok(logout.end(&provider, client.as_ref()));
    }
    let outcome = Outcome {
        title: "Still signed in",
        text: "You were not signed out. You can close this window.".to_owned(),
        code: None,
    };
    Ok(outcome.show(&provider))
}

impl Logout {
    /// Checks where a logout leads: nowhere, unless a client that is known registered it.
    fn check(
        provider: &Provider,
        request: &LogoutRequest,
        client: Option<&Client>,
    ) -> Result<Self, Stop> {
        let redirect_uri = match (&request.post_logout_redirect_uri, client) {
            (None, _) => None,
            // RP-Initiated Logout §3: without knowing the client, there MUST be no redirect.
            (Some(_), None) => {
                let text = "`post_logout_redirect_uri` needs `client_id` or an `id_token_hint`";
                return Err(failed(provider, text));
            }
            (Some(uri), Some(client)) => {
                verify(uri, client).ok_or_else(|| {
                    // RP-Initiated Logout §2: it MUST have been registered.
                    failed(
                        provider,
                        "the client did not register `post_logout_redirect_uri`",
                    )
                })?;
                Some(uri.clone())
            }
        };
        Ok(Self {
            client: client.map(|client| client.id.clone()),
            redirect_uri,
            state: request.state.clone(),
        })
    }

    fn end(&self, provider: &Provider, client: Option<&Client>) -> Response {
        let verified = self
            .redirect_uri
            .as_deref()
            .zip(client)
            .and_then(|(uri, client)| verify(uri, client));
        let Some(verified) = verified else {
            let outcome = Outcome {
                title: "Signed out",
                text: "You are signed out. You can close this window.".to_owned(),
                code: None,
            };
            return outcome.show(provider);
        };
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        let parameters: Parameters = state.collect();
        match verified.carry(&parameters, &ResponseMode::Query) {
            Ok(Redirection::Location(location)) if self.state.is_some() => redirect(&location),
            _ => redirect(&verified.as_str().into()),
        }
    }
}

fn verify(uri: &str, client: &Client) -> Option<VerifiedRedirect> {
    let registered = client.metadata.post_logout_redirect_uris.iter();
    let registered: Vec<_> = registered
        .filter_map(|uri| RedirectUri::dangerous_parse(uri).ok())
        .collect();
    VerifiedRedirect::verify(Some(uri), &registered).ok()
}

async fn read_hint(provider: &Provider, request: &LogoutRequest) -> Result<Option<IdToken>, Stop> {
    let Some(token) = &request.id_token_hint else {
        return Ok(None);
    };
    let invalid = || failed(provider, "`id_token_hint` is no ID token of this server");
    if token.expose().len() > provider.config().limits.jwt {
        return Err(invalid());
    }
    let ring = provider.keys().ring(provider).await?;
    let issuer = provider.config().issuer.as_str();
    let read = IdToken::verify_hint(token, ring.key_set(), issuer);
    read.map(Some).map_err(|_| invalid())
}

async fn load_client(
    provider: &Provider,
    request: &LogoutRequest,
    hint: Option<&IdToken>,
) -> Result<Option<Client>, Stop> {
    let hinted = hint.and_then(|hint| match &hint.audiences[..] {
        [only] => Some(only.as_str()),
        _ => hint.authorized_party.as_deref(),
    });
    let named = request.client_id.as_deref();
    // RP-Initiated Logout §2: if both are there, the ID token MUST be one for that client.
    if let (Some(named), Some(hint)) = (named, hint)
        && !hint.audiences.iter().any(|audience| audience == named)
    {
        return Err(failed(
            provider,
            "`id_token_hint` is for another client than `client_id`",
        ));
    }
    let Some(id) = named.or(hinted) else {
        return Ok(None);
    };
    let client: Result<Option<Stored<Client>>, storage::Error> =
        provider.store().load(Client::handle(id)).await;
    match client? {
        Some(client) => Ok(Some(client.into_value())),
        None => Err(failed(
            provider,
            "`client_id` is not that of a client of this server",
        )),
    }
}

fn failed(provider: &Provider, description: &str) -> Stop {
    let page = Failure::new(StatusCode::BAD_REQUEST, "You were not signed out")
        .saying("The app that sent you here made a mistake, so you are not sent back to it.")
        .advising(Advice {
            code: "invalid_request".to_owned(),
            description: description.to_owned(),
            client: None,
        })
        .with_link("/", "Go to your account");
    Stop::failed(provider, &page)
}

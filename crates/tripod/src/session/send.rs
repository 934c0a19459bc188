//! The one path by which a request is sent.

use bytes::Bytes;
use reqwest::{Request, Response, ResponseBuilderExt as _};
use tripod_core::clock::Clock as _;

use super::Session;
use super::redirect::{self, Trust};
use super::remedy::{self, Remedy};
use crate::authorizer::{Authorizer, OAuth1};
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::tokens::Held;

/// A refusal that is longer says nothing of OAuth Problem Reporting.
const LONGEST_PROBLEM: u64 = 16 * 1024;

/// What is known about a request on its way.
struct Sending {
    trust: Trust,
    /// Each remedy is tried once: what does not help then never will.
    tried: Vec<std::mem::Discriminant<Remedy>>,
    hops: usize,
}

pub(super) async fn send(session: &Session, request: Request) -> Result<Response, Error> {
    let mut sending = Sending {
        trust: Trust::Authorised,
        tried: Vec::new(),
        hops: 0,
    };
    let mut request = request;
    loop {
        // A body that is a stream cannot be sent a second time: its first answer is the answer.
        let spare = request.try_clone();
        let used = authorize(session, &mut request, sending.trust).await?;
        let (method, uri) = (request.method().clone(), request.url().clone());
        let sent = session.http.client().execute(request).await;
        let answer = sent.map_err(|source| Error::transport(Stage::Request, source))?;
        let (answer, remedy) = judge(session, &method, answer, sending.trust).await?;
        let Some(mut next) = spare else {
            return Ok(answer);
        };
        if let Some(remedy) = remedy
            && sending.may_try(remedy)
            && mend(session, remedy, used.as_ref()).await?
        {
            request = next;
            continue;
        }
        let (status, headers) = (answer.status(), answer.headers());
        let Some(hop) = redirect::hop(&method, &uri, status, headers, &session.options) else {
            return Ok(answer);
        };
        if session.options.redirects == 0 {
            return Ok(answer);
        }
        sending.hops += 1;
        if sending.hops > session.options.redirects {
            let problem = "there are more redirects than are followed";
            return Err(Error::new(Stage::Request, Failure::Redirect { problem }));
        }
        sending.trust = hop.trust;
        sending.tried.clear();
        if hop.trust == Trust::Authorised {
            session.http.check(Stage::Request, &hop.uri)?;
        }
        hop.apply(&mut next);
        request = next;
    }
}

impl Sending {
    fn may_try(&mut self, remedy: Remedy) -> bool {
        let kind = std::mem::discriminant(&remedy);
        let is_first = !self.tried.contains(&kind);
        self.tried.push(kind);
        is_first
    }
}

async fn authorize(
    session: &Session,
    request: &mut Request,
    trust: Trust,
) -> Result<Option<Held>, Error> {
    if trust == Trust::Foreign {
        return Ok(None);
    }
    match &session.authorizer {
        Authorizer::OAuth1(oauth1) => oauth1.authorize(request).map(|()| None),
        Authorizer::OAuth2(oauth2) => oauth2.authorize(request).await.map(Some),
    }
}

/// Looks at an answer, and gives it back as it came.
async fn judge(
    session: &Session,
    method: &http::Method,
    answer: Response,
    trust: Trust,
) -> Result<(Response, Option<Remedy>), Error> {
    let status = answer.status();
    let now = Edge::system().now();
    let longest = session.options.longest_wait;
    let patience = remedy::for_patience(method, status, answer.headers(), now, longest);
    if patience.is_some() || trust == Trust::Foreign {
        return Ok((answer, patience));
    }
    match &session.authorizer {
        Authorizer::OAuth1(oauth1) => {
            if !(status.is_client_error() && is_short(&answer)) {
                return Ok((answer, None));
            }
            let (answer, body) = buffer(answer).await?;
            let now = oauth1.now();
            let remedy =
                remedy::for_signature(status, answer.headers(), &body, now, OAuth1::UNNOTICED);
            Ok((answer, remedy))
        }
        Authorizer::OAuth2(oauth2) => {
            let remedy = remedy::for_token(status, answer.headers());
            let is_news = oauth2
                .proves()
                .is_some_and(|dpop| dpop.heard(answer.url().as_str(), answer.headers()));
            Ok((
                answer,
                remedy.filter(|remedy| *remedy != Remedy::Nonce || is_news),
            ))
        }
    }
}

/// Does what a remedy asks for, and tells whether the request is worth another try.
async fn mend(session: &Session, remedy: Remedy, used: Option<&Held>) -> Result<bool, Error> {
    match (remedy, &session.authorizer) {
        (Remedy::Clock(there), Authorizer::OAuth1(oauth1)) => Ok(oauth1.heard(there)),
        (Remedy::Renew, Authorizer::OAuth2(oauth2)) => {
            let Some(used) = used else {
                return Ok(false);
            };
            match oauth2.keeper().renew(used.revision).await {
                Ok(renewed) => Ok(renewed.revision != used.revision),
                // Without a refresh token the refusal itself is the answer.
                Err(error) if matches!(error.failure(), Failure::LoginNeeded { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        }
        (Remedy::Nonce, _) => Ok(true),
        (Remedy::Wait(wait), _) => {
            tokio::time::sleep(wait).await;
            Ok(true)
        }
        _ => Ok(false),
    }
}

fn is_short(answer: &Response) -> bool {
    answer
        .content_length()
        .is_some_and(|length| length <= LONGEST_PROBLEM)
}

/// Reads a short body, and puts it back.
async fn buffer(answer: Response) -> Result<(Response, Bytes), Error> {
    let (uri, status, version) = (answer.url().clone(), answer.status(), answer.version());
    let headers = answer.headers().clone();
    let read = answer.bytes().await;
    let body = read.map_err(|source| Error::transport(Stage::Request, source))?;
    let mut rebuilt = http::Response::builder()
        .url(uri)
        .status(status)
        .version(version);
    if let Some(target) = rebuilt.headers_mut() {
        *target = headers;
    }
    let rebuilt = rebuilt.body(body.clone());
    let answer = rebuilt.expect("the parts of an answer make one again");
    Ok((answer.into(), body))
}

//! The one path by which a request is sent.

use bytes::Bytes;
use reqwest::{Request, Response};
use tripod_core::clock::Clock as _;

use super::Session;
use super::redirect::{self, Trust};
use super::remedy::{self, Remedy};
use crate::authorizer::{Authorizer, OAuth1, Shown, Signing};
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::http::{join, take_apart};
use crate::trace;

/// A refusal that is longer says nothing of OAuth Problem Reporting.
const LONGEST_PROBLEM: u64 = 16 * 1024;

/// By what a request was authorised.
enum Used {
    /// By nothing: it goes to a foreign place.
    Nothing,
    /// By a signature.
    Signature(Signing),
    /// By a token.
    Token(Box<Shown>),
}

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
        let answer = session.http.execute(request).await.map_err(|source| {
            let error = Error::transport(Stage::Request, source);
            error.of(vec![trace::unanswered(&method, &uri)])
        })?;
        let (answer, remedy) = judge(session, &method, answer, &used).await?;
        let Some(mut next) = spare else {
            return Ok(answer);
        };
        if let Some(remedy) = remedy
            && sending.may_try(remedy)
            && mend(session, remedy, &used).await?
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
        // Where https was asked for, nothing goes on in clear, be it only the body.
        if hop.trust == Trust::Authorised || uri.scheme() == "https" {
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

async fn authorize(session: &Session, request: &mut Request, trust: Trust) -> Result<Used, Error> {
    if trust == Trust::Foreign {
        return Ok(Used::Nothing);
    }
    match &session.authorizer {
        Authorizer::OAuth1(oauth1) => oauth1.authorize(request).map(Used::Signature),
        Authorizer::OAuth2(oauth2) => {
            let shown = oauth2.authorize(request).await?;
            Ok(Used::Token(Box::new(shown)))
        }
    }
}

/// Looks at an answer, and gives it back as it came.
async fn judge(
    session: &Session,
    method: &http::Method,
    answer: Response,
    used: &Used,
) -> Result<(Response, Option<Remedy>), Error> {
    let status = answer.status();
    let now = Edge::system().now();
    let longest = session.options.longest_wait;
    let patience = remedy::for_patience(method, status, answer.headers(), now, longest);
    if let (Used::Token(_), Authorizer::OAuth2(oauth2)) = (used, &session.authorizer)
        && let Some(dpop) = oauth2.proves()
    {
        dpop.heard(answer.url().as_str(), answer.headers());
    }
    if patience.is_some() {
        return Ok((answer, patience));
    }
    match (used, &session.authorizer) {
        (Used::Signature(signing), Authorizer::OAuth1(oauth1)) if status.is_client_error() => {
            // What is longer, or has no length, is no report; the clock may still be off.
            let (answer, body) = match is_short(&answer) {
                true => buffer(answer).await?,
                false => (answer, Bytes::new()),
            };
            let then = oauth1.now(signing.offset);
            let headers = answer.headers();
            let remedy = remedy::for_signature(status, headers, &body, then, OAuth1::UNNOTICED);
            Ok((answer, remedy))
        }
        (Used::Token(shown), Authorizer::OAuth2(oauth2)) => {
            let remedy = remedy::for_token(status, answer.headers());
            let heard = oauth2
                .proves()
                .and_then(|dpop| dpop.nonce(answer.url().as_str()));
            // A nonce that was used already is no reason to try again.
            let helps = |remedy: &Remedy| *remedy != Remedy::Nonce || heard != shown.nonce;
            Ok((answer, remedy.filter(helps)))
        }
        _ => Ok((answer, None)),
    }
}

/// Does what a remedy asks for, and tells whether the request is worth another try.
async fn mend(session: &Session, remedy: Remedy, used: &Used) -> Result<bool, Error> {
    match (remedy, &session.authorizer, used) {
        (Remedy::Clock(there), Authorizer::OAuth1(oauth1), _) => {
            oauth1.heard(there);
            Ok(true)
        }
        (Remedy::Renew, Authorizer::OAuth1(oauth1), Used::Signature(signing)) => {
            oauth1.renew(signing).await
        }
        (Remedy::Renew, Authorizer::OAuth2(oauth2), Used::Token(shown)) => {
            let old = &shown.held;
            match oauth2.keeper().renew(old).await {
                Ok(renewed) => Ok(renewed.tokens.access_token != old.tokens.access_token),
                // Without a refresh token the refusal itself is the answer.
                Err(error) if matches!(error.failure(), Failure::LoginNeeded { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        }
        (Remedy::Nonce, _, _) => Ok(true),
        (Remedy::Wait(wait), _, _) => {
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
    let (uri, parts, body) = take_apart(answer);
    let read = Response::from(http::Response::new(body)).bytes().await;
    let body = read.map_err(|source| Error::transport(Stage::Request, source))?;
    Ok((join(uri, parts, body.clone()), body))
}

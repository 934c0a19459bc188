//! The one path by which a request is sent, whatever carries it.

use std::mem::{Discriminant, discriminant};

use http::{HeaderMap, Method, StatusCode};
use reqwest::Url;
use tripod_core::clock::Clock as _;

use super::Session;
use super::carrier::{Carrier, Incoming as _};
use super::outgoing::Outgoing;
use super::redirect::{self, Hop, Trust};
use super::remedy::{self, Remedy};
use crate::authorizer::{Authorizer, OAuth1, Shown, Signing};
use crate::error::{Error, Failure, Stage};

/// A refusal that is longer says nothing of OAuth Problem Reporting.
const LONGEST_PROBLEM: u64 = 16 * 1024;

/// By what a request was authorised.
pub(super) enum Used {
    /// By nothing: it goes to a foreign place.
    Nothing,
    /// By a signature.
    Signature(Signing),
    /// By a token.
    Token(Box<Shown>),
}

impl Used {
    /// Tells whether the body of an answer with such a status may say what is wrong.
    fn is_explained(&self, status: StatusCode) -> bool {
        matches!(self, Self::Signature(_)) && status.is_client_error()
    }
}

/// What is known about a request on its way.
struct Sending {
    trust: Trust,
    /// Each remedy is tried once: what does not help then never will.
    tried: Vec<Discriminant<Remedy>>,
    hops: usize,
}

pub(crate) async fn send<C: Carrier>(
    session: &Session,
    carrier: &mut C,
    request: C::Request,
) -> Result<C::Answer, C::Error> {
    let mut sending = Sending {
        trust: Trust::Authorised,
        tried: Vec::new(),
        hops: 0,
    };
    let mut request = request;
    session.check(&request)?;
    loop {
        let Some(mut next) = C::copy(&request) else {
            return send_once(session, carrier, request).await;
        };
        let used = match sending.trust {
            Trust::Authorised => authorize(session, &mut request).await?,
            Trust::Foreign => Used::Nothing,
        };
        let answer = carrier.carry(request).await?;
        let (method, uri) = (next.method(), next.url()?);
        session.heard(&uri, answer.headers(), &used);
        let (answer, body) = match used.is_explained(answer.status()) {
            true => C::peek(answer, LONGEST_PROBLEM).await?,
            false => (answer, None),
        };
        let (status, headers) = (answer.status(), answer.headers());
        let remedy = session.judge((method, &uri), (status, headers), body.as_deref(), &used);
        if let Some(remedy) = remedy
            && sending.may_try(remedy)
            && session.mend(remedy, &used).await?
        {
            request = next;
            continue;
        }
        let hop = redirect::hop(method, &uri, status, headers, &session.shared.options);
        let Some(hop) = hop.filter(|_| session.shared.options.redirects > 0) else {
            return Ok(answer);
        };
        sending.follow(session, &uri, &hop)?;
        hop.apply(&mut next)?;
        request = next;
    }
}

/// Sends a body that is a stream, of which there is no second one: its answer is the answer.
async fn send_once<C: Carrier>(
    session: &Session,
    carrier: &mut C,
    request: C::Request,
) -> Result<C::Answer, C::Error> {
    let mut request = request;
    let used = authorize(session, &mut request).await?;
    let uri = request.url()?.into_owned();
    let answer = carrier.carry(request).await?;
    session.heard(&uri, answer.headers(), &used);
    Ok(answer)
}

impl Sending {
    fn may_try(&mut self, remedy: Remedy) -> bool {
        let kind = discriminant(&remedy);
        let is_first = !self.tried.contains(&kind);
        self.tried.push(kind);
        is_first
    }

    /// Goes on to where a redirect leads, if that may be.
    fn follow(&mut self, session: &Session, from: &Url, hop: &Hop) -> Result<(), Error> {
        self.hops += 1;
        if self.hops > session.shared.options.redirects {
            let problem = "there are more redirects than are followed";
            return Err(Error::new(Stage::Request, Failure::Redirect { problem }));
        }
        self.trust = hop.trust;
        self.tried.clear();
        // Where https was asked for, nothing goes on in clear, be it only the body.
        if hop.trust == Trust::Authorised || from.scheme() == "https" {
            session.shared.http.check(Stage::Request, &hop.uri)?;
        }
        Ok(())
    }
}

pub(super) async fn authorize(
    session: &Session,
    request: &mut impl Outgoing,
) -> Result<Used, Error> {
    match &session.shared.authorizer {
        Authorizer::OAuth1(oauth1) => {
            oauth1.freshen().await?;
            oauth1.authorize(request).map(Used::Signature)
        }
        Authorizer::OAuth2(oauth2) => {
            let shown = oauth2.authorize(request).await?;
            Ok(Used::Token(Box::new(shown)))
        }
    }
}

impl Session {
    /// Keeps what an answer tells of the next request: a nonce.
    fn heard(&self, uri: &Url, headers: &HeaderMap, used: &Used) {
        if let (Used::Token(_), Authorizer::OAuth2(oauth2)) = (used, &self.shared.authorizer)
            && let Some(dpop) = oauth2.proves()
        {
            dpop.heard(uri.as_str(), headers);
        }
    }

    /// Finds what an answer says can be mended.
    fn judge(
        &self,
        (method, uri): (&Method, &Url),
        (status, headers): (StatusCode, &HeaderMap),
        body: Option<&[u8]>,
        used: &Used,
    ) -> Option<Remedy> {
        if !(status.is_client_error() || status.is_server_error()) {
            return None;
        }
        let longest = self.shared.options.longest_wait;
        let now = self.shared.authorizer.edge().now();
        let patience = remedy::for_patience(method, status, headers, now, longest);
        if patience.is_some() {
            return patience;
        }
        match (used, &self.shared.authorizer) {
            (Used::Signature(signing), Authorizer::OAuth1(oauth1)) => {
                // What is longer, or has no length, is no report; the clock may still be off.
                let body = body.unwrap_or_default();
                let then = oauth1.now(signing.offset);
                remedy::for_signature(status, headers, body, then, OAuth1::UNNOTICED)
            }
            (Used::Token(shown), Authorizer::OAuth2(oauth2)) => {
                let heard = || {
                    let dpop = oauth2.proves();
                    dpop.and_then(|dpop| dpop.nonce(uri.as_str()))
                };
                // A nonce that was used already is no reason to try again.
                remedy::for_token(status, headers)
                    .filter(|remedy| *remedy != Remedy::Nonce || heard() != shown.nonce)
            }
            _ => None,
        }
    }

    /// Does what a remedy asks for, and tells whether the request is worth another try.
    async fn mend(&self, remedy: Remedy, used: &Used) -> Result<bool, Error> {
        match (remedy, &self.shared.authorizer, used) {
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
                    Err(error) if matches!(error.failure(), Failure::LoginNeeded { .. }) => {
                        Ok(false)
                    }
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
}

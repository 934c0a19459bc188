//! Asks a provider elsewhere about each token ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::answer::Answer;
use tripod_oauth2::client_authentication::BasicCredentials;
use tripod_oauth2::introspection::{ActiveToken, IntrospectionRequest, IntrospectionResponse};

use super::bearer::Grant;
use super::refused::{Refused, Why};
use crate::fetcher::Fetcher;
use crate::handle::Handle;

/// A provider that is asked, and what it answered not long ago.
pub(super) struct Introspection {
    fetcher: Fetcher,
    issuer: String,
    endpoint: String,
    authorization: Secret,
    span: Duration,
    answers: Mutex<HashMap<Handle, Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    until: Timestamp,
    found: Result<Grant, Why>,
}

/// Answers are some hundred octets.
const LONGEST: usize = 64 * 1024;

/// So many tokens are known at once; about a megabyte.
const MOST_KNOWN: usize = 2_000;

impl Introspection {
    pub(super) fn new(
        fetcher: Fetcher,
        issuer: String,
        endpoint: String,
        client_id: &str,
        client_secret: &Secret,
        span: Duration,
    ) -> Self {
        Self {
            fetcher,
            issuer,
            endpoint,
            authorization: BasicCredentials::new(client_id, client_secret).to_header(),
            span,
            answers: Mutex::default(),
        }
    }

    pub(super) async fn find(
        &self,
        token: &Secret,
        now: Timestamp,
    ) -> Result<Result<Grant, Why>, Refused> {
        let handle = Handle::of(token);
        if let Some(found) = self.known(handle, now) {
            return Ok(found);
        }
        let (found, expires) = match self.ask(token).await? {
            IntrospectionResponse::Active(active) if self.is_good(&active, now) => {
                let expires = active.exp;
                (Ok(grant(*active)), expires)
            }
            _ => (Err(Why::Unknown), None),
        };
        let until = now.plus(self.span);
        let until = expires.map_or(until, |expires| until.min(expires));
        self.keep(
            handle,
            Known {
                until,
                found: found.clone(),
            },
            now,
        );
        Ok(found)
    }

    fn is_good(&self, active: &ActiveToken, now: Timestamp) -> bool {
        let is_by_other = active.iss.as_ref().is_some_and(|iss| *iss != self.issuer);
        active.is_current(now) && !is_by_other
    }

    async fn ask(&self, token: &Secret) -> Result<IntrospectionResponse, Refused> {
        let form = IntrospectionRequest::new(token.clone()).encode().to_form();
        let unusable = |what: &dyn fmt::Display| Refused::RemoteAnswer(what.to_string());
        let mut authorization =
            HeaderValue::try_from(self.authorization.expose()).map_err(|error| unusable(&error))?;
        authorization.set_sensitive(true);
        let request = Request::post(&self.endpoint)
            .header(AUTHORIZATION, authorization)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(form))
            .map_err(|error| unusable(&error))?;
        let answer = self.fetcher.send(request, LONGEST).await?;
        let answer = Answer::new(answer.status(), answer.headers(), answer.body());
        // What is refused here is this service, not the token: its secret may be wrong.
        IntrospectionResponse::read(&answer).map_err(|error| unusable(&error))
    }

    fn known(&self, handle: Handle, now: Timestamp) -> Option<Result<Grant, Why>> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = answers.get(&handle).filter(|known| known.until > now);
        known.map(|known| known.found.clone())
    }

    fn keep(&self, handle: Handle, known: Known, now: Timestamp) {
        if known.until <= now {
            return;
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST_KNOWN {
            answers.retain(|_, known| known.until > now);
        }
        // Made-up tokens by the thousand push out what is known, and cost no memory.
        if answers.len() >= MOST_KNOWN {
            answers.clear();
        }
        answers.insert(handle, known);
    }
}

fn grant(active: ActiveToken) -> Grant {
    let is_user = active.sub != active.client_id;
    Grant {
        user: active.sub.filter(|_| is_user),
        client: active.client_id,
        scope: active.scope.unwrap_or_default(),
        audiences: active.aud,
        confirmation: active.cnf.unwrap_or_default(),
        expires: active.exp,
        auth_time: active.auth_time,
        acr: active.acr,
    }
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

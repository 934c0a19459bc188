//! Token credentials that expire, and the session handles that renew them (OAuth Session 1.0).
//!
//! The extension, a draft of 2008, was never an RFC; Yahoo and Xero made it known.

use serde_json::json;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::token_credentials::TokenCredentialsResponse;
use tripod_oauth2::scope::Scope;

use super::KnownConsumer;
use super::access_token::Decision;
use super::denial::Denial;
use crate::artefact::{Renewed, TOKENS, TokenCredentials};
use crate::handle::{Handle, PlainToken};
use crate::provider::Provider;
use crate::seal::Purpose;
use crate::storage::{self, Event, Selector};
use crate::store::{Changes, Stored};

/// Token credentials that a consumer presents to have them renewed.
pub(super) struct Renewal {
    secret: Secret,
    credentials: Stored<TokenCredentials>,
}

impl Renewal {
    /// Loads the token credentials that a request names, if they are those of its client.
    pub(super) async fn load(
        provider: &Provider,
        signed: &SignedRequest<'_>,
        known: Option<&KnownConsumer>,
    ) -> Result<Option<Self>, storage::Error> {
        let Some((token, known)) = signed.token().zip(known) else {
            return Ok(None);
        };
        let loaded = load_token(provider, token, &known.client().id).await?;
        Ok(loaded.map(|(credentials, secret)| Self {
            secret,
            credentials,
        }))
    }

    /// Returns the shared secret, with which the request must be signed.
    pub(super) const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Returns the user who allowed it.
    pub(super) fn user(&self) -> &str {
        &self.credentials.user
    }

    /// Decides about a session handle, after the signature was found good.
    pub(super) fn decide(&self, provider: &Provider, handle: &Secret) -> Decision {
        let presented = Handle::of(handle);
        let is_right = |own: &Handle| presented.matches(own);
        let refused = |changes, denial| Decision {
            changes,
            answer: Err(denial),
        };
        if !self
            .credentials
            .session_handle
            .as_ref()
            .is_some_and(is_right)
        {
            return refused(Changes::new(), Denial::SessionHandleInvalid);
        }
        let Some(renewed) = &self.credentials.renewed else {
            return self.renew(provider, handle);
        };
        // A consumer that lost the answer is given the same one again, for a short while.
        let retried_until = renewed.at.plus(provider.config().lifetimes.refresh_retry);
        let opened = provider
            .sealer()
            .open(Purpose::Retry, handle.expose(), &renewed.answer);
        match opened {
            Ok(answer) if provider.now() <= retried_until => Decision {
                changes: Changes::new(),
                answer: Ok(answer),
            },
            _ => refused(self.revoke(provider), Denial::TokenUsed),
        }
    }

    fn renew(&self, provider: &Provider, handle: &Secret) -> Decision {
        let now = provider.now();
        let own = &self.credentials;
        let issue = Issue {
            client: &own.client,
            user: &own.user,
            scope: &own.scope,
            realm: own.realm.as_deref(),
            family: &own.family,
            // The authorization does not grow longer by being used: the user gave it for so long.
            session_expires: own.expires,
        };
        let (inserted, answer) = issue.issue(provider);
        let sealer = provider.sealer();
        let random = &mut provider.random();
        let known_until = now.plus(provider.config().lifetimes.token_credentials);
        let renewed = TokenCredentials {
            renewed: Some(Renewed {
                at: now,
                answer: sealer.seal(Purpose::Retry, handle.expose(), &answer, random),
            }),
            expires: own.expires.map(|expires| expires.min(known_until)),
            ..TokenCredentials::clone(own)
        };
        Decision {
            changes: Changes::new().replace(own, &renewed).and(inserted),
            answer: Ok(answer),
        }
    }

    fn revoke(&self, provider: &Provider) -> Changes {
        let event = Event::new(provider.now(), "family_revoked")
            .with_client(self.credentials.client.as_str())
            .with_user(self.credentials.user.as_str())
            .with_detail(json!({ "reused": "session_handle" }));
        let family = Selector::Family(self.credentials.family.clone());
        Changes::new().remove_all(TOKENS, family).audit(event)
    }
}

/// Loads token credentials with their secret, if they are those of a client.
pub(crate) async fn load_token(
    provider: &Provider,
    token: &str,
    client: &str,
) -> Result<Option<(Stored<TokenCredentials>, Secret)>, storage::Error> {
    let handle = Handle::of(&Secret::from(token));
    let loaded: Option<Stored<TokenCredentials>> = provider.store().load(handle).await?;
    let own = loaded.filter(|credentials| credentials.client == client);
    Ok(own.and_then(|credentials| {
        let context = TokenCredentials::context(handle);
        let sealer = provider.sealer();
        let secret = sealer.open(Purpose::Secret, &context, &credentials.secret);
        Some((credentials, secret.ok()?))
    }))
}

/// Token credentials that are to be given out.
pub(super) struct Issue<'a> {
    pub(super) client: &'a str,
    pub(super) user: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) realm: Option<&'a str>,
    pub(super) family: &'a str,
    /// Until when they can be renewed; without, they are good until they are revoked.
    pub(super) session_expires: Option<Timestamp>,
}

impl Issue<'_> {
    /// Draws them; returns what to write, and the body of the answer.
    pub(super) fn issue(&self, provider: &Provider) -> (Changes, Secret) {
        let now = provider.now();
        let random = &mut provider.random();
        let [token, secret, session] = [(); 3].map(|()| PlainToken::generate(random));
        let (handle, lifetime) = (
            token.handle(),
            provider.config().lifetimes.token_credentials,
        );
        let context = TokenCredentials::context(handle);
        let sealed = provider
            .sealer()
            .seal(Purpose::Secret, &context, secret.as_secret(), random);
        let mut stored = TokenCredentials::new(self.client, self.user, sealed, self.family, now);
        stored.scope = self.scope.clone();
        stored.realm = self.realm.map(str::to_owned);
        let credentials = Credentials::new(token.as_secret().expose(), secret.into_secret());
        let mut response = TokenCredentialsResponse::new(credentials);
        if let Some(session_expires) = self.session_expires {
            let signs_until = now.plus(lifetime).min(session_expires);
            stored.session_handle = Some(session.handle());
            stored.signs_until = Some(signs_until);
            stored.expires = Some(session_expires);
            response.expires_in = Some(signs_until.since(now));
            response.authorization_expires_in = Some(session_expires.since(now));
            response.session_handle = Some(session.into_secret());
        }
        let answer = Secret::new(response.to_parameters().to_form());
        (Changes::new().insert(handle, &stored), answer)
    }
}

//! Temporary credentials, redeemed once for token credentials
//! ([RFC 5849 §2.3](https://www.rfc-editor.org/rfc/rfc5849#section-2.3)).

use serde_json::json;
use tripod_core::secret::Secret;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::temporary_credentials::Callback;

use super::access_token::Decision;
use super::denial::Denial;
use super::renewal::Issue;
use super::{KnownConsumer, verification_code};
use crate::artefact::{Authentication, Consumer, TOKENS, TemporaryCredentials, TemporaryState};
use crate::handle::Handle;
use crate::provider::Provider;
use crate::seal::Purpose;
use crate::storage::{self, Event, Selector};
use crate::store::{Changes, Stored};

/// Temporary credentials that a consumer presents.
pub(super) struct Redemption {
    token: String,
    secret: Secret,
    credentials: Stored<TemporaryCredentials>,
}

/// What follows from the state of temporary credentials.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The user refused.
    Denied,
    /// The verification code is wrong, and not for the last time.
    Failed { failures: u8 },
    /// The verification code is wrong once too often.
    Forfeited,
    /// They give token credentials.
    Redeemed { authentication: Authentication },
    /// They gave token credentials before, which somebody may have who should not.
    Reused { user: String },
    /// The user has not decided.
    Undecided,
}

fn step(state: &TemporaryState, presented: &Handle) -> Step {
    match state {
        TemporaryState::Authorized {
            authentication,
            verifier,
            ..
        } if presented.matches(verifier) => Step::Redeemed {
            authentication: authentication.clone(),
        },
        TemporaryState::Authorized { failures, .. } => match failures.saturating_add(1) {
            verification_code::TRIES.. => Step::Forfeited,
            failures => Step::Failed { failures },
        },
        TemporaryState::Denied => Step::Denied,
        TemporaryState::Pending => Step::Undecided,
        TemporaryState::Redeemed { user } => Step::Reused { user: user.clone() },
    }
}

impl Redemption {
    /// Loads the temporary credentials that a request names, if they are those of its client.
    pub(super) async fn load(
        provider: &Provider,
        signed: &SignedRequest<'_>,
        known: Option<&KnownConsumer>,
    ) -> Result<Option<Self>, storage::Error> {
        let token = signed.token().unwrap_or_default();
        let handle = Handle::of(&Secret::from(token));
        let loaded: Option<Stored<TemporaryCredentials>> = provider.store().load(handle).await?;
        let is_own = |credentials: &Stored<TemporaryCredentials>| {
            known.is_some_and(|known| known.client().id == credentials.client)
        };
        Ok(loaded.filter(is_own).and_then(|credentials| {
            let context = TemporaryCredentials::context(handle);
            let sealer = provider.sealer();
            let secret = sealer.open(Purpose::Secret, &context, &credentials.secret);
            Some(Self {
                token: token.to_owned(),
                secret: secret.ok()?,
                credentials,
            })
        }))
    }

    /// Returns the shared secret, with which the request must be signed.
    pub(super) const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Returns the user who allowed it, if one did.
    pub(super) fn user(&self) -> Option<&str> {
        match &self.credentials.state {
            TemporaryState::Authorized { authentication, .. } => Some(&authentication.user),
            _ => None,
        }
    }

    /// Decides about a verification code, after the signature was found good.
    pub(super) fn decide(
        &self,
        provider: &Provider,
        consumer: &Consumer,
        verifier: &Secret,
    ) -> Decision {
        let callback = Callback::parse(&self.credentials.callback).unwrap_or(Callback::OutOfBand);
        let presented = verification_code::handle(&self.token, &callback, verifier);
        let (changes, denial) = match step(&self.credentials.state, &presented) {
            Step::Denied => (Changes::new(), Denial::PermissionDenied),
            Step::Failed { failures } => (self.failed(failures), Denial::VerifierInvalid),
            Step::Forfeited => (
                Changes::new().remove(&self.credentials),
                Denial::VerifierInvalid,
            ),
            Step::Redeemed { authentication } => {
                return self.redeem(provider, consumer, &authentication);
            }
            Step::Reused { user } => (self.revoke(provider, &user), Denial::TokenUsed),
            Step::Undecided => (Changes::new(), Denial::PermissionUnknown),
        };
        Decision {
            changes,
            answer: Err(denial),
        }
    }

    fn redeem(
        &self,
        provider: &Provider,
        consumer: &Consumer,
        authentication: &Authentication,
    ) -> Decision {
        let now = provider.now();
        let lifetimes = &provider.config().lifetimes;
        let user = &authentication.user;
        let redeemed = TemporaryCredentials {
            state: TemporaryState::Redeemed { user: user.clone() },
            expires: now.plus(lifetimes.temporary_credentials),
            ..TemporaryCredentials::clone(&self.credentials)
        };
        let issue = Issue {
            client: &self.credentials.client,
            user,
            scope: &self.credentials.scope,
            realm: self.credentials.realm.as_deref(),
            family: &self.credentials.family,
            session_expires: consumer
                .sessions
                .then(|| now.plus(lifetimes.session_handle)),
        };
        let (inserted, answer) = issue.issue(provider);
        let event = Event::new(now, "tokens_issued")
            .with_client(self.credentials.client.as_str())
            .with_user(user.as_str())
            .with_detail(json!({
                "protocol": "oauth1",
                "scope": self.credentials.scope.to_string(),
            }));
        // RFC 5849 §2.3: temporary credentials are used once, so this and what it gives is one write.
        let changes = Changes::new()
            .replace(&self.credentials, &redeemed)
            .and(inserted)
            .audit(event);
        Decision {
            changes,
            answer: Ok(answer),
        }
    }

    fn failed(&self, counted: u8) -> Changes {
        let mut failed = TemporaryCredentials::clone(&self.credentials);
        if let TemporaryState::Authorized { failures, .. } = &mut failed.state {
            *failures = counted;
        }
        Changes::new().replace(&self.credentials, &failed)
    }

    fn revoke(&self, provider: &Provider, user: &str) -> Changes {
        let event = Event::new(provider.now(), "family_revoked")
            .with_client(self.credentials.client.as_str())
            .with_user(user)
            .with_detail(json!({ "reused": "temporary_credentials" }));
        let family = Selector::Family(self.credentials.family.clone());
        Changes::new().remove_all(TOKENS, family).audit(event)
    }
}

#[cfg(test)]
mod tests {
    use tripod_core::timestamp::Timestamp;

    use super::*;

    fn authorized(failures: u8) -> TemporaryState {
        TemporaryState::Authorized {
            authentication: Authentication::new("alice", Timestamp::from_unix(0)),
            verifier: Handle::of_names(["right"]),
            failures,
        }
    }

    #[test]
    fn the_right_code_redeems_and_the_fifth_wrong_one_forfeits() {
        let (right, wrong) = (Handle::of_names(["right"]), Handle::of_names(["wrong"]));
        for failures in 0..5 {
            let step = step(&authorized(failures), &right);
            assert!(matches!(step, Step::Redeemed { .. }), "{failures}");
        }
        for failures in 0..4 {
            let failed = Step::Failed {
                failures: failures + 1,
            };
            assert_eq!(step(&authorized(failures), &wrong), failed);
        }
        for failures in [4, 5, 255] {
            assert_eq!(step(&authorized(failures), &wrong), Step::Forfeited);
        }
    }

    #[test]
    fn nothing_is_redeemed_but_what_the_user_allowed() {
        let right = Handle::of_names(["right"]);
        let user = "alice".to_owned();
        for (state, expected) in [
            (TemporaryState::Denied, Step::Denied),
            (TemporaryState::Pending, Step::Undecided),
            (
                TemporaryState::Redeemed { user: user.clone() },
                Step::Reused { user },
            ),
        ] {
            assert_eq!(step(&state, &right), expected);
        }
    }
}

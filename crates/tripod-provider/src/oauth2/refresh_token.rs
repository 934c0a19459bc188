//! Giving out refresh tokens, and giving the same answer again to who lost it.

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::json::Members;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{GrantType, TokenResponse};

use super::client;
use crate::artefact::{Authentication, Client, RefreshPolicy, RefreshToken};
use crate::handle::PlainToken;
use crate::provider::Provider;
use crate::seal::{Purpose, Sealed};
use crate::store::Changes;

/// Tells whether a client is given refresh tokens for what a user allowed it.
///
/// It is if it registered the grant: that is how it says that it uses them. `offline_access` is not
/// asked for beside that. OpenID Connect Core §11 leaves other rules to the server, clients that
/// speak no OpenID Connect never send it, and users see and revoke every grant here.
pub(super) fn is_due(provider: &Provider, client: &Client) -> bool {
    provider.config().serves(&GrantType::RefreshToken)
        && client.metadata.grants().contains(&GrantType::RefreshToken)
        && client.refresh != RefreshPolicy::Never
}

/// Returns what becomes of a client's refresh tokens when they are used.
pub(super) fn policy(client: &Client, token: &RefreshToken) -> RefreshPolicy {
    // RFC 9700 §4.14.2: for public clients they MUST be rotated or bound to a key.
    let is_held_by_nothing = client::is_public(client) && token.jkt.is_none();
    match client.refresh {
        RefreshPolicy::Keep if is_held_by_nothing => RefreshPolicy::Rotate,
        policy => policy,
    }
}

/// Begins the token of an authorization.
pub(super) fn first(
    provider: &Provider,
    client: &Client,
    authentication: &Authentication,
    scope: &Scope,
    family: &str,
    jkt: Option<&str>,
) -> RefreshToken {
    let now = provider.now();
    let expires = now.plus(provider.config().lifetimes.refresh_token);
    let mut token = RefreshToken::new(&client.id, scope.clone(), family, now, expires);
    token.authentication = Some(authentication.clone());
    // RFC 9449 §5: those of confidential clients are bound by how the client authenticates.
    token.jkt = jkt.filter(|_| client::is_public(client)).map(str::to_owned);
    token
}

/// Draws the text of a token, which counts once the changes are applied.
pub(super) fn draw(provider: &Provider, token: &RefreshToken) -> (Secret, Changes) {
    let plain = PlainToken::generate(&mut provider.random());
    let changes = Changes::new().insert(plain.handle(), token);
    (plain.into_secret(), changes)
}

/// An answer to a refresh, as it may have to be given again, and what it was the answer to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Retry {
    pub(super) answer: TokenResponse,
    pub(super) scope: Option<Scope>,
    pub(super) resource: Vec<Resource>,
    pub(super) jkt: Option<String>,
}

impl Retry {
    /// Seals it so that only who has the token that was used can have it opened.
    pub(super) fn seal(&self, provider: &Provider, used: &Secret) -> Sealed {
        let mut members = Members::new();
        members.put("answer", Value::from(self.answer.encode()));
        members.put_some("scope", self.scope.as_ref().map(Scope::to_string));
        let resource: Vec<_> = self.resource.iter().map(Resource::as_str).collect();
        members.put("resource", resource);
        members.put_some("jkt", self.jkt.as_deref());
        let text = Secret::new(members.to_json());
        let mut random = provider.random();
        provider
            .sealer()
            .seal(Purpose::Retry, used.expose(), &text, &mut random)
    }

    /// Opens it again; `None` if it is not what was sealed, or not for this token.
    pub(super) fn open(provider: &Provider, used: &Secret, sealed: &Sealed) -> Option<Self> {
        let sealer = provider.sealer();
        let text = sealer.open(Purpose::Retry, used.expose(), sealed).ok()?;
        let members = Members::parse(text.expose().as_bytes()).ok()?;
        let Value::Object(answer) = members.value("answer")?.clone() else {
            return None;
        };
        let texts = members.value("resource")?.as_array()?.iter();
        let resource = texts.map(|uri| Resource::parse(uri.as_str()?).ok());
        let text = |name| members.value(name).and_then(Value::as_str);
        Some(Self {
            answer: TokenResponse::parse(Members::from(answer)).ok()?,
            scope: text("scope").and_then(|scope| Scope::parse(scope).ok()),
            resource: resource.collect::<Option<_>>()?,
            jkt: text("jkt").map(str::to_owned),
        })
    }

    /// Tells whether a request is the same one again.
    pub(super) fn is_same(
        &self,
        scope: Option<&Scope>,
        resource: &[Resource],
        jkt: Option<&str>,
    ) -> bool {
        self.scope.as_ref() == scope && self.resource == resource && self.jkt.as_deref() == jkt
    }

    /// Returns the answer, which by now is good for somewhat less.
    pub(super) fn into_answer(mut self, given: Timestamp, now: Timestamp) -> TokenResponse {
        let elapsed = now.since(given).as_secs();
        self.answer.expires_in = self
            .answer
            .expires_in
            .map(|seconds| seconds.saturating_sub(elapsed));
        self.answer
    }
}

use serde::{Deserialize, Serialize};
use tripod_core::random::Random;
use tripod_core::timestamp::Timestamp;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::is_over;
use crate::artefact::{Authentication, User};
use crate::provider::Provider;
use crate::seal::{Purpose, Sealed};
use crate::storage;
use crate::store::Stored;

/// What the session cookie says, sealed: who proved when and how who they are.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Its identifier, which ID tokens carry as `sid`.
    pub(crate) id: String,
    user: String,
    username: String,
    at: i64,
    amr: Vec<String>,
    epoch: u32,
    expires: i64,
}

/// A session whose user may still be signed in.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) user: Stored<User>,
    pub(crate) manner: Manner,
}

/// How somebody came to be signed in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// The provider is set up to allow everything for this user, for tests of other programs.
    Automatic,
    /// By a password.
    Password,
}

impl Session {
    /// Begins the session of a user who has just proved who it is.
    pub(crate) fn begin(provider: &Provider, user: &User, amr: &str) -> Self {
        let now = provider.now();
        Self {
            id: draw_id(&mut provider.random()),
            user: user.id.clone(),
            username: user.username.clone(),
            at: now.as_unix(),
            amr: vec![amr.to_owned()],
            epoch: user.session_epoch,
            expires: now.plus(provider.config().lifetimes.session).as_unix(),
        }
    }

    /// Opens a session, if it is one of ours and its user may still be signed in.
    pub(super) async fn recognise(
        provider: &Provider,
        sealed: &Sealed,
    ) -> Result<Option<SignedIn>, storage::Error> {
        let opened = provider
            .sealer()
            .open_value::<Self>(Purpose::Session, "", sealed);
        let Ok(session) = opened else {
            return Ok(None);
        };
        if is_over(Timestamp::from_unix(session.expires), provider.now()) {
            return Ok(None);
        }
        let user = provider
            .store()
            .load::<User>(User::handle(&session.username))
            .await?;
        // Somebody else may have got the name since, or the user has signed out everywhere.
        let user = user.filter(|user| {
            user.id == session.user && user.session_epoch == session.epoch && !user.disabled
        });
        Ok(user.map(|user| SignedIn {
            session,
            user,
            manner: Manner::Password,
        }))
    }

    /// Seals it for the cookie.
    pub(super) fn seal(&self, provider: &Provider) -> Sealed {
        let mut random = provider.random();
        provider
            .sealer()
            .seal_value(Purpose::Session, "", self, &mut random)
    }

    /// Returns when the user proved who it is.
    pub(crate) const fn authenticated(&self) -> Timestamp {
        Timestamp::from_unix(self.at)
    }
}

impl SignedIn {
    /// Returns what tokens tell of it.
    pub(crate) fn authentication(&self) -> Authentication {
        Authentication {
            amr: self.session.amr.clone(),
            session: Some(self.session.id.clone()),
            ..Authentication::new(&self.user.id, self.session.authenticated())
        }
    }
}

/// Signs in the user for whom everything is allowed, if the provider is set up so.
pub(crate) async fn automatic(provider: &Provider) -> Result<Option<SignedIn>, storage::Error> {
    let development = provider.config().development.as_ref();
    let Some(username) = development.and_then(|development| development.auto_approve.as_deref())
    else {
        return Ok(None);
    };
    let user = provider
        .store()
        .load::<User>(User::handle(username))
        .await?;
    Ok(user.filter(|user| !user.disabled).map(|user| SignedIn {
        session: Session::begin(provider, &user, "pwd"),
        user,
        manner: Manner::Automatic,
    }))
}

/// Draws an identifier of 128 bits, of 22 characters.
pub(crate) fn draw_id(random: &mut impl Random) -> String {
    let mut drawn = [0; 16];
    random.fill(&mut drawn);
    BASE64_URL_SAFE_NO_PAD.encode(drawn)
}

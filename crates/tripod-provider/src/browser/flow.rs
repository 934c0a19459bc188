//! A browser's way through sign-in and consent, which is in its forms and nowhere else.

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;

use super::Visit;
use super::session::draw_id;
use crate::oauth2::authorize::Presented;
use crate::provider::Provider;

/// What a browser is on its way to.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Flow {
    /// Its identifier: what was decided in it is decided once.
    pub(crate) id: String,
    /// The session that was there at the beginning: signing in anew means another one.
    session_before: Option<String>,
    /// The session that the user chose to go on with, where there was a choice.
    chosen: Option<String>,
    /// Where it leads.
    pub(crate) goal: Goal,
    began: i64,
}

/// Where a flow leads.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Goal {
    /// To a decision about a device, by the code that it shows.
    Device(String),
    /// To the user's own page.
    Home,
    /// To a decision about OAuth 1 temporary credentials.
    OAuth1(String),
    /// To the answer of an authorization request.
    OAuth2(Box<Presented>),
}

impl Flow {
    /// Sets out.
    pub(crate) fn begin(visit: &Visit, goal: Goal) -> Self {
        Self {
            id: draw_id(&mut visit.provider.random()),
            session_before: visit.browser.session_id().map(str::to_owned),
            chosen: None,
            goal,
            began: visit.provider.now().as_unix(),
        }
    }

    /// Notes that the user goes on as who is signed in. That is a choice, and proves nothing anew.
    pub(crate) fn choose_current(&mut self, visit: &Visit) {
        self.chosen = visit.browser.session_id().map(str::to_owned);
    }

    /// Tells whether the user has chosen this account on this way, by signing in or otherwise.
    pub(crate) fn has_chosen(&self, session: &str) -> bool {
        self.has_signed_in(session) || self.chosen.as_deref() == Some(session)
    }

    /// Tells whether the user has signed in on this way.
    pub(crate) fn has_signed_in(&self, session: &str) -> bool {
        self.session_before.as_deref() != Some(session)
    }

    /// Returns from when on none of its forms can be sent any more.
    pub(crate) fn ends(&self, provider: &Provider) -> Timestamp {
        // Each form lives for that long, and the last may be shown when the first expires.
        let span = provider.config().lifetimes.flow;
        Timestamp::from_unix(self.began).plus(span).plus(span)
    }
}

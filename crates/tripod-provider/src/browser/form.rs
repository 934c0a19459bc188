use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tripod_core::timestamp::Timestamp;

use super::{Visit, is_over, origin};
use crate::pages::{Failure, Stop};
use crate::seal::{Purpose, Sealed};

/// The forms there are; what one carries is no good in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Consent,
    Logout,
    Revocation,
    SignIn,
    SignOut,
    UserCode,
}

impl Form {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Logout => "logout",
            Self::Revocation => "revocation",
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::UserCode => "user-code",
        }
    }

    /// Seals what a form carries, which is also what proves that it is ours.
    pub(crate) fn seal<T: Serialize>(self, visit: &Visit, carried: &T) -> String {
        let provider = &visit.provider;
        let expires = provider.now().plus(provider.config().lifetimes.flow);
        let dated = Dated {
            expires: expires.as_unix(),
            carried,
        };
        let context = visit.browser.binding(self);
        let mut random = provider.random();
        let sealer = provider.sealer();
        let sealed = sealer.seal_value(Purpose::Flow, &context, &dated, &mut random);
        sealed.as_str().to_owned()
    }

    /// Opens what a form carries.
    fn open<T: DeserializeOwned>(self, visit: &Visit) -> Result<T, Stale> {
        let provider = &visit.provider;
        if origin::is_foreign(&visit.headers, provider.config()) {
            return Err(Stale::Foreign);
        }
        let sealed = visit.field(FIELD).ok_or(Stale::Forged)?;
        let sealed = Sealed::received(sealed);
        let context = visit.browser.binding(self);
        let opened = provider
            .sealer()
            .open_value::<Dated<T>>(Purpose::Flow, &context, &sealed);
        let dated = opened.map_err(|_| Stale::Forged)?;
        if is_over(Timestamp::from_unix(dated.expires), provider.now()) {
            return Err(Stale::Expired);
        }
        Ok(dated.carried)
    }

    /// Opens what a form carries, or has a page say how to begin again.
    pub(crate) fn receive<T: DeserializeOwned>(self, visit: &Visit) -> Result<T, Stop> {
        self.open(visit).map_err(|stale| {
            let form = self.name();
            tracing::info!(form, reason = %stale, "a form was refused");
            let page = Failure::new(StatusCode::FORBIDDEN, stale.title())
                .saying(stale.text())
                .with_link("/", "Go to your account");
            Stop::failed(&visit.provider, &page)
        })
    }
}

/// The name of the hidden field.
const FIELD: &str = "flow";

#[derive(Serialize, Deserialize)]
struct Dated<T> {
    expires: i64,
    carried: T,
}

/// A form that is not one of ours, not this browser's, or too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Stale {
    /// It lay around for too long.
    #[error("the form is too old")]
    Expired,
    /// A page of another site sent it.
    #[error("the form was sent by a page of another site")]
    Foreign,
    /// It was made up, changed, or made for another browser or another session.
    #[error("the form was made for another browser or session, or was changed")]
    Forged,
}

impl Stale {
    const fn title(self) -> &'static str {
        match self {
            Self::Expired => "This page is too old",
            Self::Foreign | Self::Forged => "This page is not valid any more",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Expired => {
                "You took longer than this page is valid. Go back to the app that sent you here, \
                 and begin again. Nothing was changed."
            }
            Self::Foreign => {
                "Another site tried to send this form in your name, which is not allowed. \
                 Nothing was changed."
            }
            Self::Forged => {
                "You may have signed in or out in another window since, or your browser may not \
                 keep cookies. Go back to the app that sent you here, and begin again. \
                 Nothing was changed."
            }
        }
    }
}

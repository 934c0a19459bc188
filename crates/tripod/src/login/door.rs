//! Where the user comes back: by the browser, or by hand.

use std::sync::Arc;
use std::time::Duration;

use tripod_core::secret::Secret;

use super::loopback::{Loopback, Page, Visit};
use super::way::{Browser, Paste, Way};
use crate::error::{Error, Failure, Stage};

/// Where the user comes back.
pub(super) enum Door {
    Browser(Box<(Loopback, Browser)>),
    Paste(Paste),
}

/// What the user came back with.
pub(super) struct Entered {
    text: Secret,
    visit: Option<Visit>,
}

impl Door {
    pub(super) async fn open(way: &Way) -> Result<Self, Error> {
        match way {
            Way::Browser(browser) => {
                let loopback = Loopback::listen(browser).await?;
                Ok(Self::Browser(Box::new((loopback, browser.clone()))))
            }
            Way::Paste(paste) => Ok(Self::Paste(paste.clone())),
            Way::Device(_) => {
                let what = "a device has nothing to come back by";
                let failure = Failure::Unsupported { what };
                Err(Error::new(Stage::Authorization, failure))
            }
        }
    }

    pub(super) fn redirect_uri(&self) -> Option<&str> {
        match self {
            Self::Browser(browser) => Some(browser.0.redirect_uri()),
            Self::Paste(paste) => paste.redirect_uri.as_deref(),
        }
    }

    /// Sends the user off, and waits until they are back.
    pub(super) async fn wait(
        &mut self,
        uri: &str,
        is_answer: impl Fn(&str) -> bool,
    ) -> Result<Entered, Error> {
        match self {
            Self::Browser(browser) => {
                let (loopback, browser) = browser.as_mut();
                open(browser, uri).await?;
                let patience = browser.patience;
                let answer = answer(loopback, is_answer);
                match tokio::time::timeout(patience, answer).await {
                    Ok(Some(visit)) => Ok(Entered {
                        text: Secret::from(visit.uri.as_str()),
                        visit: Some(visit),
                    }),
                    _ => Err(abandoned(patience)),
                }
            }
            Self::Paste(paste) => {
                let text = ask(paste, uri).await?;
                Ok(Entered { text, visit: None })
            }
        }
    }
}

impl Entered {
    /// Returns it as the address it is, or the query of which it is all that was copied.
    pub(super) fn as_uri(&self, redirect_uri: &str) -> String {
        let text = self.text.expose().trim();
        if text.contains("://") {
            return text.to_owned();
        }
        let query = text.strip_prefix('?').unwrap_or(text);
        format!("{redirect_uri}?{query}")
    }

    pub(super) fn text(&self) -> &str {
        self.text.expose().trim()
    }

    /// Returns the verifier, if it is that which was typed rather than an address.
    pub(super) fn verifier(&self) -> Option<Secret> {
        let text = self.text();
        let is_typed = self.visit.is_none() && !text.contains("://") && !text.contains('=');
        is_typed.then(|| Secret::from(text))
    }

    pub(super) async fn show(self, page: Page) {
        if let Some(visit) = self.visit {
            visit.show(page).await;
        }
    }
}

/// Waits for the answer, and sends strays away.
async fn answer(loopback: &mut Loopback, is_answer: impl Fn(&str) -> bool) -> Option<Visit> {
    while let Some(visit) = loopback.visit().await {
        if is_answer(&visit.uri) {
            return Some(visit);
        }
        // Any page can lead a browser here: that must not end somebody's login.
        visit.show(Page::Stray).await;
    }
    None
}

async fn open(browser: &Browser, uri: &str) -> Result<(), Error> {
    let (open, uri) = (Arc::clone(&browser.open), uri.to_owned());
    let opened = tokio::task::spawn_blocking(move || open(&uri)).await;
    interaction(opened)
}

async fn ask(paste: &Paste, uri: &str) -> Result<Secret, Error> {
    let (ask, uri) = (Arc::clone(&paste.ask), uri.to_owned());
    let typed = tokio::task::spawn_blocking(move || ask(&uri)).await;
    interaction(typed).map(Secret::new)
}

fn interaction<T>(outcome: Result<std::io::Result<T>, tokio::task::JoinError>) -> Result<T, Error> {
    let outcome = outcome.unwrap_or_else(|lost| Err(std::io::Error::other(lost)));
    let fail = |source| Error::new(Stage::Authorization, Failure::Interaction { source });
    outcome.map_err(fail)
}

fn abandoned(waited: Duration) -> Error {
    Error::new(Stage::Authorization, Failure::Abandoned { waited })
}

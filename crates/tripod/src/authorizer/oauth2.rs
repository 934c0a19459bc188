//! Sending an access token along, and its proof where it is bound to a key.

use http::header::AUTHORIZATION;
use tripod_core::clock::Clock as _;
use tripod_oauth2::error as oauth2;

use super::Dpop;
use crate::client::DPOP;
use crate::edge::Edge;
use crate::error::{Error, Stage};
use crate::http::sensitive;
use crate::tokens::{Held, Keeper};

/// Sends the access token that a [`Keeper`] keeps fresh.
#[derive(Clone, Debug)]
pub struct OAuth2 {
    keeper: Keeper,
    dpop: Option<Dpop>,
    edge: Edge,
}

impl OAuth2 {
    /// Takes who keeps the tokens.
    #[must_use]
    pub const fn new(keeper: Keeper, edge: Edge) -> Self {
        Self {
            keeper,
            dpop: None,
            edge,
        }
    }

    /// Adds the key that the tokens are bound to.
    #[must_use]
    pub fn dpop(mut self, dpop: Dpop) -> Self {
        self.dpop = Some(dpop);
        self
    }

    /// Returns who keeps the tokens.
    #[must_use]
    pub const fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    pub(crate) const fn proves(&self) -> Option<&Dpop> {
        self.dpop.as_ref()
    }

    /// Adds the token, and tells which it was.
    pub(crate) async fn authorize(&self, request: &mut reqwest::Request) -> Result<Held, Error> {
        let held = self.keeper.current().await?;
        let misuse = |misuse| Error::new(Stage::Request, oauth2::Error::from(misuse));
        let token = held.tokens.access_token(self.edge.now()).map_err(misuse)?;
        let header = sensitive(&token.to_header())?;
        request.headers_mut().insert(AUTHORIZATION, header);
        if let Some(dpop) = &self.dpop {
            let (method, uri) = (request.method().as_str(), request.url().as_str());
            let secret = Some(token.token());
            let proof = dpop.proof(Stage::Request, method, uri, secret, &self.edge)?;
            request.headers_mut().insert(DPOP, proof);
        }
        Ok(held)
    }
}

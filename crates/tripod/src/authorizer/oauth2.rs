//! Sending an access token along, and its proof where it is bound to a key.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use tripod_core::clock::Clock as _;
use tripod_oauth2::bearer::AccessToken;
use tripod_oauth2::dpop::nonce::Nonce;
use tripod_oauth2::error as oauth2;

use super::Dpop;
use crate::client::DPOP;
use crate::error::{Error, Failure, Stage};
use crate::http::sensitive;
use crate::preset::{PlacementError, TokenPlacement};
use crate::tokens::{Held, Keeper};

/// Sends the access token that a [`Keeper`] keeps fresh.
#[derive(Clone, Debug)]
pub struct OAuth2 {
    keeper: Keeper,
}

/// What a request was authorised by.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) held: Held,
    pub(crate) nonce: Option<Nonce>,
}

/// What authorises a request.
struct Proofs {
    shown: Shown,
    token: AccessToken,
    dpop: Option<HeaderValue>,
}

impl OAuth2 {
    /// Takes who keeps the tokens.
    #[must_use]
    pub const fn new(keeper: Keeper) -> Self {
        Self { keeper }
    }

    /// Returns who keeps the tokens.
    #[must_use]
    pub const fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    pub(crate) fn proves(&self) -> Option<&Dpop> {
        self.keeper.proves()
    }

    /// Adds the token, and tells which it was.
    pub(crate) async fn authorize(&self, request: &mut reqwest::Request) -> Result<Shown, Error> {
        let held = self.keeper.current().await?;
        self.authorize_with(held, request)
    }

    /// Adds these tokens, stale or not; nothing is renewed.
    pub(crate) fn authorize_with(
        &self,
        held: Held,
        request: &mut reqwest::Request,
    ) -> Result<Shown, Error> {
        let proofs = self.proofs(held, request.method().as_str(), request.url().as_str())?;
        match self.placement() {
            Some(TokenPlacement::Query(name)) => {
                let token = proofs.shown.held.tokens.access_token.expose();
                request.url_mut().query_pairs_mut().append_pair(name, token);
            }
            placement => write(&proofs, placement, request.headers_mut())?,
        }
        Ok(proofs.shown)
    }

    /// Adds what authorises a request of another HTTP stack to its headers.
    pub(crate) async fn sign(
        &self,
        method: &str,
        uri: &str,
        headers: &mut HeaderMap,
    ) -> Result<(), Error> {
        let held = self.keeper.current().await?;
        let proofs = self.proofs(held, method, uri)?;
        write(&proofs, self.placement(), headers)
    }

    fn proofs(&self, held: Held, method: &str, uri: &str) -> Result<Proofs, Error> {
        let edge = self.keeper.client().edge();
        let misuse = |misuse| Error::new(Stage::Request, oauth2::Error::from(misuse));
        let token = held.tokens.access_token(edge.now()).map_err(misuse)?;
        let mut shown = Shown { held, nonce: None };
        let mut proof = None;
        if let Some(dpop) = self.proves() {
            let secret = Some(token.token());
            let (header, nonce) = dpop.proof(Stage::Request, method, uri, secret, edge)?;
            shown.nonce = nonce;
            proof = Some(header);
        }
        Ok(Proofs {
            shown,
            token,
            dpop: proof,
        })
    }

    /// Where the token stands, if not in the header as RFC 6750 §2.1 has it.
    fn placement(&self) -> Option<&TokenPlacement> {
        let provider = &self.keeper.client().registration().provider;
        let mut placements = provider.dialect.access_token.placements.iter();
        // A form is not made where there is none, and those who want one take the header, too.
        placements.find(|placement| !matches!(placement, TokenPlacement::Form(_)))
    }
}

fn write(
    proofs: &Proofs,
    placement: Option<&TokenPlacement>,
    headers: &mut HeaderMap,
) -> Result<(), Error> {
    let header = match placement {
        Some(TokenPlacement::Header(scheme)) if scheme != "Bearer" => {
            let token = proofs.token.token().expose();
            sensitive(&format!("{scheme} {token}").into())?
        }
        Some(TokenPlacement::Query(_)) => {
            let error = Failure::Placement(PlacementError::NoForm);
            return Err(Error::new(Stage::Request, error));
        }
        _ => sensitive(&proofs.token.to_header())?,
    };
    headers.insert(AUTHORIZATION, header);
    if let Some(proof) = &proofs.dpop {
        headers.insert(DPOP, proof.clone());
    }
    Ok(())
}

//! Sending an access token along, and its proof where it is bound to a key.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use tripod_core::clock::Clock as _;
use tripod_oauth2::bearer::AccessToken;
use tripod_oauth2::dpop::nonce::Nonce;
use tripod_oauth2::error as oauth2;

use super::Dpop;
use crate::client::DPOP;
use crate::error::{Error, Stage};
use crate::http::sensitive;
use crate::preset::{TokenPlacement, field};
use crate::session::outgoing::Outgoing;
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
    pub(crate) async fn authorize(&self, request: &mut impl Outgoing) -> Result<Shown, Error> {
        let held = self.keeper.current().await?;
        self.authorize_with(held, request)
    }

    /// Adds these tokens, stale or not; nothing is renewed.
    pub(crate) fn authorize_with(
        &self,
        held: Held,
        request: &mut impl Outgoing,
    ) -> Result<Shown, Error> {
        let proofs = self.proofs(held, request)?;
        match self.placement() {
            Some(TokenPlacement::Query(name)) => {
                let mut uri = request.url()?.into_owned();
                let token = proofs.shown.held.tokens.access_token.expose();
                uri.query_pairs_mut().append_pair(name, token);
                request.set_uri(uri.as_str())?;
            }
            placement => write(&proofs, placement, request.headers_mut())?,
        }
        Ok(proofs.shown)
    }

    fn proofs(&self, held: Held, request: &impl Outgoing) -> Result<Proofs, Error> {
        let edge = self.keeper.client().edge();
        let misuse = |misuse| Error::new(Stage::Request, oauth2::Error::from(misuse));
        let token = held.tokens.access_token(edge.now()).map_err(misuse)?;
        let mut shown = Shown { held, nonce: None };
        let mut proof = None;
        if let Some(dpop) = self.proves() {
            let (method, uri) = (request.method().as_str(), request.url()?);
            let secret = Some(token.token());
            let (header, nonce) = dpop.proof(Stage::Request, method, uri.as_str(), secret, edge)?;
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
    let (name, value) = match placement {
        Some(TokenPlacement::Field(name)) => {
            let name = field(name).map_err(|error| Error::new(Stage::Request, error))?;
            (name, sensitive(proofs.token.token())?)
        }
        Some(TokenPlacement::Header(scheme)) if scheme != "Bearer" => {
            let token = proofs.token.token().expose();
            (
                AUTHORIZATION,
                sensitive(&format!("{scheme} {token}").into())?,
            )
        }
        _ => (AUTHORIZATION, sensitive(&proofs.token.to_header())?),
    };
    headers.insert(name, value);
    if let Some(proof) = &proofs.dpop {
        headers.insert(DPOP, proof.clone());
    }
    Ok(())
}

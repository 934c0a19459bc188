//! What developers see of their own requests: the last exchanges, drawn and explained.
//!
//! In development alone. [`record()`] stands around the whole router, and so sees what a client sees;
//! of a refusal it asks the doctor, with what the provider knows, and adds what the doctor found to
//! the answer. Endpoints know nothing of it.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

mod body;
mod diagram;
mod explanation;
mod flow;
mod journal;
mod known;
mod messages;
mod pages;
mod place;
mod record;
mod thread;
mod told;

pub(crate) use explanation::Explained;
pub(crate) use journal::Journal;
pub(crate) use record::record;

use crate::provider::Provider;

/// The page of the last exchanges, below the issuer.
pub(crate) const EXCHANGES: &str = "/dev/exchanges";

/// Returns the pages, by their paths below the issuer.
pub(crate) fn routes(provider: &Provider) -> Router<Provider> {
    Router::new()
        .route(EXCHANGES, get(pages::all))
        .route("/dev/exchanges.json", get(pages::trace))
        .route("/dev/exchanges/{number}", get(pages::one))
        .route("/dev/explain", get(pages::catalogue))
        .route("/dev/explain/{*code}", get(pages::entry))
        .layer(from_fn_with_state(provider.clone(), place::guard))
}

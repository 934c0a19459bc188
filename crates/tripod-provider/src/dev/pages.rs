//! The pages: exchanges as they are drawn and told, and the catalogue of the doctor.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, StatusCode};
use tokio::task::spawn_blocking;
use tripod_doctor::catalogue::{self, Entry, Section};
use tripod_doctor::evidence::Evidence;
use tripod_doctor::known::Known;

use super::EXCHANGES;
use super::diagram::WIDTH;
use super::flow::Flow;
use crate::pages::{Failure, Frame, show_developers};
use crate::provider::Provider;

/// Shows the last exchanges, the latest flow first.
pub(super) async fn all(State(provider): State<Provider>) -> Response {
    let flows = flows(&provider, None).await;
    Exchanges::of(&provider, &flows, false).show()
}

/// Shows one exchange.
pub(super) async fn one(State(provider): State<Provider>, Path(number): Path<String>) -> Response {
    let wanted = number.parse::<u64>().ok();
    let flows = match wanted {
        Some(number) => flows(&provider, Some(number)).await,
        None => Vec::new(),
    };
    if flows.is_empty() {
        return Failure::new(StatusCode::NOT_FOUND, "No such exchange")
            .saying("It was never there, or is forgotten: only the last ones are kept.")
            .with_link(EXCHANGES, "The last exchanges")
            .show(&provider);
    }
    Exchanges::of(&provider, &flows, true).show()
}

/// Writes the last exchanges as a trace, for `tripod explain` and other programs.
pub(super) async fn trace(State(provider): State<Provider>) -> Response {
    let kept = provider.journal().map(super::Journal::entries_kept);
    let exchanges = kept.unwrap_or_default().into_iter();
    let exchanges = exchanges.map(|entry| entry.exchange).collect();
    let evidence = Evidence::of_exchanges(exchanges, Known::default());
    let written = spawn_blocking(move || evidence.to_json().to_string()).await;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        // No page of another site can take it for a script or a picture of its own.
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    (headers, written.unwrap_or_default()).into_response()
}

/// Lists what the doctor knows to go wrong.
pub(super) async fn catalogue(State(provider): State<Provider>) -> Response {
    let sections = Section::ALL.into_iter().map(|section| {
        let entries = catalogue::entries().filter(|entry| entry.section == section);
        (section.heading(), entries.collect())
    });
    let page = Catalogue {
        frame: Frame::for_developers(&provider),
        sections: sections.collect(),
    };
    show_developers(StatusCode::OK, &page)
}

/// Shows what the doctor knows of one thing that goes wrong.
pub(super) async fn entry(State(provider): State<Provider>, Path(code): Path<String>) -> Response {
    let Some(entry) = catalogue::find(&code) else {
        return Failure::new(StatusCode::NOT_FOUND, "No such code")
            .saying("The doctor knows nothing by this name.")
            .with_link("/dev/explain", "What it knows")
            .show(&provider);
    };
    let frame = Frame::for_developers(&provider);
    show_developers(StatusCode::OK, &CatalogueEntry { frame, entry })
}

/// Puts the flows together: masking takes its time, and is not done where others wait.
async fn flows(provider: &Provider, only: Option<u64>) -> Vec<Flow> {
    let kept = provider.journal().map(super::Journal::entries_kept);
    let mut kept = kept.unwrap_or_default();
    if let Some(number) = only {
        kept.retain(|entry| entry.number == number);
    }
    let origin = provider.config().origin.to_string();
    let put = spawn_blocking(move || Flow::of(kept, &origin));
    put.await.unwrap_or_default()
}

#[derive(Template)]
#[template(path = "exchanges.html")]
struct Exchanges<'a> {
    frame: Frame<'a>,
    flows: &'a [Flow],
    /// Whether it is about one exchange alone.
    is_one: bool,
    number: u64,
    width: usize,
}

impl<'a> Exchanges<'a> {
    fn of(provider: &'a Provider, flows: &'a [Flow], is_one: bool) -> Self {
        let steps = flows.iter().flat_map(|flow| &flow.steps);
        Self {
            frame: Frame::for_developers(provider),
            flows,
            is_one,
            number: steps.map(|step| step.number).next().unwrap_or_default(),
            width: WIDTH,
        }
    }

    fn show(&self) -> Response {
        show_developers(StatusCode::OK, self)
    }
}

#[derive(Template)]
#[template(path = "catalogue.html")]
struct Catalogue<'a> {
    frame: Frame<'a>,
    sections: Vec<(&'static str, Vec<&'static Entry>)>,
}

#[derive(Template)]
#[template(path = "catalogue_entry.html")]
struct CatalogueEntry<'a> {
    frame: Frame<'a>,
    entry: &'static Entry,
}

//! `tripod serve`: the provider, for production and for development.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tripod_core::clock::Clock as _;
use tripod_provider::provider::Provider;
use tripod_provider::seed;
use tripod_provider::server::{Ended, Server, Tls, TlsError};
use tripod_provider::sweeper::Sweeper;

use crate::database::{self, DatabaseError};
use crate::edge::Edge;
use crate::exit::Exit;
use crate::output;

mod clock;
mod greeting;
mod log;
mod opts;
mod setup;
mod signals;

use greeting::Greeting;
pub(crate) use opts::Opts;
pub(crate) use setup::develop;
use setup::{Certificate, Setup, SetupError};

/// Serves until it is told to end.
///
/// # Errors
///
/// [`ServeFailed`] says why it did not start, and what to do.
pub(crate) fn run(opts: &Opts) -> Result<(), ServeFailed> {
    if opts.asks_for_help() {
        let listing = tripod_provider::fault::listing();
        return output::styled(listing.trim_end()).map_err(ServeFailed::Output);
    }
    let setup = Setup::new(opts)?;
    log::begin(opts);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(ServeFailed::Runtime)?;
    let served = runtime.block_on(serve(opts, setup));
    // What still hashes a password or waits for a database is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn serve(opts: &Opts, setup: Setup) -> Result<(), ServeFailed> {
    let limits = setup.limits();
    let server = Server::bind(setup.listen, &limits).await;
    let mut server = server.map_err(|source| ServeFailed::Listen {
        address: setup.listen,
        source,
    })?;
    let address = server.address().map_err(ServeFailed::Runtime)?;
    let (tls, certificate) = certificate(&setup)?;
    let provider = provider(&setup, address).await?;
    server = server.with_metrics(provider.metrics().clone());
    if let Some(tls) = &tls {
        server = server.with_tls(tls.clone());
    }
    if setup.is_behind_proxy() {
        server = server.behind_proxy();
    }
    let mut signals = signals::Signals::new().map_err(ServeFailed::Runtime)?;
    let greeting = Greeting {
        provider: &provider,
        address,
        database: &setup.database,
        certificate: certificate.as_deref(),
        is_dev: opts.dev,
    };
    greeting.show(opts.json).map_err(ServeFailed::Output)?;
    let sweeping = tokio::spawn(Sweeper::of(&provider).run(std::future::pending()));
    let router = provider.router();
    let (end, told) = tokio::sync::oneshot::channel::<()>();
    let until = async {
        let _ = told.await;
    };
    let mut serving = std::pin::pin!(server.serve(router, until));
    let ended = tokio::select! {
        ended = &mut serving => ended,
        () = signals.end(tls.as_ref()) => {
            tracing::info!("ending: what has begun is finished");
            let _ = end.send(());
            tokio::select! {
                ended = serving => ended,
                () = signals.end(None) => return Err(ServeFailed::Interrupted),
            }
        }
    };
    sweeping.abort();
    match ended {
        Ended::CutOff(connections) => tracing::warn!(connections, "cut off what took too long"),
        _ => tracing::info!("ended"),
    }
    Ok(())
}

/// Puts the provider together, with the database open, its keys made and, in development, its users.
async fn provider(setup: &Setup, address: SocketAddr) -> Result<Provider, ServeFailed> {
    let config = setup.config(address)?;
    let mut edge = setup.edge();
    let opened = setup.database.open(&mut edge).await?;
    let provider = Provider::new(config, opened.storage, opened.sealer, edge);
    let ring = provider.keys().ring(&provider).await;
    ring.map_err(|source| ServeFailed::Prepare {
        doing: "make the keys that sign tokens",
        source: Box::new(source),
    })?;
    if provider.config().development.is_some() {
        let planted = seed::plant(&provider).await;
        planted.map_err(|source| ServeFailed::Prepare {
            doing: "add the credentials for development",
            source: Box::new(source),
        })?;
    }
    Ok(provider)
}

/// Reads the certificate; one that was made up is written where clients can be told to trust it.
fn certificate(setup: &Setup) -> Result<(Option<Tls>, Option<PathBuf>), ServeFailed> {
    match &setup.certificate {
        Certificate::None => Ok((None, None)),
        Certificate::Files { certificate, key } => {
            Ok((Some(Tls::from_files(certificate, key)?), None))
        }
        Certificate::SelfSigned => {
            let (tls, pem) = Tls::self_signed(Edge.now())?;
            let path = database::data_folder()?.join("dev-certificate.pem");
            write(&path, &pem).map_err(|source| ServeFailed::Certificate {
                path: path.clone(),
                source,
            })?;
            Ok((Some(tls), Some(path)))
        }
    }
}

fn write(path: &Path, pem: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        crate::key_file::make_folder(folder)?;
    }
    std::fs::write(path, pem)
}

/// Why it does not serve.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeFailed {
    #[error("cannot write the certificate to `{}`", path.display())]
    Certificate { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("ended at once, without finishing what had begun")]
    Interrupted,
    #[error("cannot listen on {address}{}", hint(source))]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("cannot write the result")]
    Output(#[source] io::Error),
    #[error("cannot {doing}")]
    Prepare {
        doing: &'static str,
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("the operating system does not let the server run")]
    Runtime(#[source] io::Error),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error("TLS cannot be used")]
    Tls(#[from] TlsError),
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "; end what listens there, or take another port by --listen ADDRESS:PORT"
        }
        io::ErrorKind::PermissionDenied => "; ports below 1024 are for root",
        _ => "",
    }
}

impl ServeFailed {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Database(error) => error.exit(),
            Self::Listen { .. } => Exit::Network,
            Self::Setup(_) | Self::Tls(_) => Exit::Usage,
            Self::Certificate { .. }
            | Self::Interrupted
            | Self::Output(_)
            | Self::Prepare { .. }
            | Self::Runtime(_) => Exit::Unexpected,
        }
    }
}

//! What the operating system has to say to a server.

use std::io;

use tripod_provider::server::Tls;

/// The signals that a server listens to.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Begins to listen.
    pub(super) fn new() -> io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            hangup: signal(SignalKind::hangup())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits until the server is to end; reads the certificate again when told to.
    #[cfg(unix)]
    pub(super) async fn end(&mut self, tls: Option<&Tls>) {
        loop {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => return,
                _ = self.terminate.recv() => return,
                _ = self.hangup.recv() => reload(tls),
            }
        }
    }

    /// Waits until the server is to end.
    #[cfg(not(unix))]
    pub(super) async fn end(&mut self, _: Option<&Tls>) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(unix)]
fn reload(tls: Option<&Tls>) {
    let Some(tls) = tls else {
        return tracing::info!("there is no certificate to read again");
    };
    match tls.reload() {
        Ok(()) => tracing::info!("the certificate was read again"),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(
                error,
                "the certificate cannot be read again; the former goes on"
            );
        }
    }
}

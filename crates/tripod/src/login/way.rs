//! How the user is asked.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tripod_oauth2::device::DeviceAuthorizationResponse;

/// Brings a browser to an address.
pub(super) type Open = dyn Fn(&str) -> io::Result<()> + Send + Sync;

/// Shows an address, and reads what comes of it.
pub(super) type Ask = dyn Fn(&str) -> io::Result<String> + Send + Sync;

/// How the user is asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Way {
    /// By the browser of this machine.
    Browser(Browser),
    /// By any other device (RFC 8628).
    Device(Device),
    /// By any browser; the user types in what it ends with.
    Paste(Paste),
}

/// The browser of this machine, which comes back to a port on the loopback address ([RFC 8252 §7.3]).
///
/// [RFC 8252 §7.3]: https://www.rfc-editor.org/rfc/rfc8252#section-7.3
#[derive(Clone)]
pub struct Browser {
    pub(super) open: Arc<Open>,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
    pub(super) patience: Duration,
}

impl Browser {
    /// How long a user may take, if nobody says otherwise: who has to find a second factor needs it.
    const PATIENCE: Duration = Duration::from_secs(300);

    /// Opens the user's own browser.
    #[must_use]
    pub fn open() -> Self {
        Self::with(|uri| open::that_detached(uri))
    }

    /// Has the caller bring the browser to an address.
    pub fn with(open: impl Fn(&str) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self {
            open: Arc::new(open),
            host: "127.0.0.1".to_owned(),
            port: 0,
            path: "/callback".to_owned(),
            patience: Self::PATIENCE,
        }
    }

    /// Comes back to this port, for providers that compare it; any free one, if it is 0.
    #[must_use]
    pub const fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Comes back to this path, which begins with a slash, rather than to `/callback`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Comes back to `localhost`, for providers that take no other.
    #[must_use]
    pub fn localhost(mut self) -> Self {
        "localhost".clone_into(&mut self.host);
        self
    }

    /// Waits so long for the user.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

/// Any browser; the user copies what its address bar, or the provider's page, ends with.
#[derive(Clone)]
pub struct Paste {
    pub(super) ask: Arc<Ask>,
    pub(super) redirect_uri: Option<String>,
}

impl Paste {
    /// Has the caller show an address, and read what the user types.
    ///
    /// It is called on a thread that may block.
    pub fn new(ask: impl Fn(&str) -> io::Result<String> + Send + Sync + 'static) -> Self {
        Self {
            ask: Arc::new(ask),
            redirect_uri: None,
        }
    }

    /// Names the redirect URI that was registered; nobody needs to answer there.
    ///
    /// Without it, OAuth 1 goes out of band, and OAuth 2 to a loopback address.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }
}

/// Any other device, on which the user types a code in.
#[derive(Clone)]
pub struct Device {
    pub(super) show: Arc<dyn Fn(&DeviceAuthorizationResponse) + Send + Sync>,
}

impl Device {
    /// Has the caller show the address and the code.
    pub fn new(show: impl Fn(&DeviceAuthorizationResponse) + Send + Sync + 'static) -> Self {
        Self {
            show: Arc::new(show),
        }
    }
}

impl From<Browser> for Way {
    fn from(browser: Browser) -> Self {
        Self::Browser(browser)
    }
}

impl From<Device> for Way {
    fn from(device: Device) -> Self {
        Self::Device(device)
    }
}

impl From<Paste> for Way {
    fn from(paste: Paste) -> Self {
        Self::Paste(paste)
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Paste {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paste")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").finish_non_exhaustive()
    }
}

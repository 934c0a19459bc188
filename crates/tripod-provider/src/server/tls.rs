//! TLS: certificate and key from PEM files, or made up for development.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use std::{fmt, fs, io};

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType};
use thiserror::Error;
use time::OffsetDateTime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tripod_core::timestamp::Timestamp;

/// A certificate and its key, as a server shows them; clones are the same one.
#[derive(Clone)]
pub struct Tls {
    current: Arc<RwLock<Arc<ServerConfig>>>,
    files: Option<(PathBuf, PathBuf)>,
}

/// A certificate or its key cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A certificate could not be made up.
    #[error("cannot make a certificate")]
    Generate {
        /// What went wrong.
        #[from]
        source: rcgen::Error,
    },
    /// The file holds no certificate.
    #[error("`{}` holds no certificate in PEM", path.display())]
    NoCertificate {
        /// Which file.
        path: PathBuf,
    },
    /// The file holds no private key.
    #[error("`{}` holds no private key in PEM", path.display())]
    NoKey {
        /// Which file.
        path: PathBuf,
    },
    /// The file is no PEM.
    #[error("`{}` is not PEM as it should be", path.display())]
    Pem {
        /// Which file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The key is not that of the certificate, or neither can be used.
    #[error("certificate and key cannot be used together")]
    Unusable {
        /// Why.
        #[from]
        source: rustls::Error,
    },
}

/// How long a made up certificate is good: some systems accept no longer time.
const GOOD_FOR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A client whose clock is slow accepts it, too.
const GOOD_SINCE: Duration = Duration::from_secs(24 * 60 * 60);

impl Tls {
    /// Reads a certificate, with those that lead to its root, and its key from PEM files.
    ///
    /// # Errors
    ///
    /// [`TlsError`] says what is wrong with which file.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let config = read(certificate, key)?;
        Ok(Self {
            current: Arc::new(RwLock::new(config)),
            files: Some((certificate.to_owned(), key.to_owned())),
        })
    }

    /// Makes up a certificate for this machine's own addresses, and returns it in PEM, too.
    ///
    /// # Errors
    ///
    /// [`TlsError::Generate`] if that fails.
    pub fn self_signed(now: Timestamp) -> Result<(Self, String), TlsError> {
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        for address in [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            Ipv6Addr::LOCALHOST.into(),
        ] {
            params.subject_alt_names.push(SanType::IpAddress(address));
        }
        params.not_before = date(now.minus(GOOD_SINCE));
        params.not_after = date(now.plus(GOOD_FOR));
        params.is_ca = IsCa::ExplicitNoCa;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        let private = PrivateKeyDer::try_from(key.serialize_der())
            .map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
        let config = config(vec![certificate.der().clone()], private)?;
        let tls = Self {
            current: Arc::new(RwLock::new(config)),
            files: None,
        };
        Ok((tls, certificate.pem()))
    }

    /// Reads the files again, for connections to come.
    ///
    /// # Errors
    ///
    /// [`TlsError`] says what is wrong; then the former certificate goes on.
    pub fn reload(&self) -> Result<(), TlsError> {
        if let Some((certificate, key)) = &self.files {
            let config = read(certificate, key)?;
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = config;
        }
        Ok(())
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&current))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let chain =
        CertificateDer::pem_slice_iter(&contents(certificate)?).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|error| about(certificate, &error))?;
    if chain.is_empty() {
        let path = certificate.to_owned();
        return Err(TlsError::NoCertificate { path });
    }
    let private = PrivateKeyDer::from_pem_slice(&contents(key)?).map_err(|error| match error {
        pem::Error::NoItemsFound => TlsError::NoKey {
            path: key.to_owned(),
        },
        error => about(key, &error),
    })?;
    config(chain, private)
}

fn contents(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Names the file alone: what a PEM reader says may quote what it read.
fn about(path: &Path, _: &pem::Error) -> TlsError {
    let path = path.to_owned();
    TlsError::Pem { path }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn date(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.as_unix()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

//! The keys to verify with, each for one algorithm; the token has no say in it.

use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use tripod_core::secret::Secret;
use tripod_oauth2::jose::KeyError;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::verifying_key::VerifyingKey;
use tripod_oauth2::jwk::{Jwk, JwkSet};

use super::JwtFailed;
use crate::secret_source::{self, SecretSource, read_octets};

/// Which algorithm a key is for when neither the key nor the user says so.
const PREFERENCE: [Algorithm; 6] = [
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Rs256,
    Algorithm::Hs256,
];

#[derive(Args)]
pub(super) struct Keys {
    /// A file with a JWK set, or a single JWK
    #[arg(long, value_name = "FILE", help_heading = "Key", group = "key_file")]
    jwks: Option<PathBuf>,

    /// A file with a public key in PEM
    #[arg(long, value_name = "FILE", help_heading = "Key", group = "key_file")]
    key: Option<PathBuf>,

    /// A file with the shared secret of HS256, HS384 or HS512 (`-` is standard input)
    #[arg(long, value_name = "FILE", help_heading = "Key", group = "key_file")]
    secret_file: Option<PathBuf>,

    /// The shared secret; better in a file or the variable
    #[arg(long, value_name = "SECRET", env = "TRIPOD_JWT_SECRET", hide_env_values = true, value_parser = secret_source::parse, help_heading = "Key")]
    secret: Option<Secret>,

    /// The algorithm the key is for [default: what the key says, else RS256 or HS256]
    #[arg(long, value_name = "ALG", value_parser = algorithm, help_heading = "Key")]
    alg: Option<Algorithm>,
}

impl Keys {
    /// Tells whether a key is read from standard input.
    pub(super) fn is_standard_input(&self) -> bool {
        let files = [&self.jwks, &self.key, &self.secret_file];
        files
            .into_iter()
            .flatten()
            .any(|path| path == Path::new("-"))
    }

    /// Reads the keys that are trusted.
    ///
    /// # Errors
    ///
    /// [`JwtFailed`] if there is none that can be used.
    pub(super) fn read(&self, matches: &ArgMatches) -> Result<KeySet, JwtFailed> {
        let files = [
            ("--jwks", &self.jwks),
            ("--key", &self.key),
            ("--secret-file", &self.secret_file),
        ];
        let mut given = files.into_iter();
        let given = given.find_map(|(flag, path)| Some((flag, path.as_ref()?)));
        let Some((flag, path)) = given else {
            return self.shared(matches);
        };
        if matches.value_source("secret") == Some(ValueSource::CommandLine) {
            return Err(JwtFailed::TwoKeys);
        }
        if is_url(path) {
            return Err(JwtFailed::Url { flag });
        }
        match flag {
            "--jwks" => self.set(path),
            "--key" => self.pem(path),
            _ => self.shared(matches),
        }
    }

    /// Says what to type if the key is for the algorithm that the token names.
    pub(super) fn hint(&self, named: &str) -> String {
        let from_file = self.jwks.is_some() || self.key.is_some();
        let family = if from_file {
            ["RS", "PS"]
        } else {
            ["HS", "HS"]
        };
        let is_of_it = family.iter().any(|beginning| named.starts_with(beginning));
        match self.alg {
            None if is_of_it => format!("; if the key is for that, say so: --alg {named}"),
            _ => String::new(),
        }
    }

    fn set(&self, path: &Path) -> Result<KeySet, JwtFailed> {
        let text = read_octets(path)?;
        let published = match JwkSet::parse(&text) {
            Err(KeyError::Member { member: "keys" }) => {
                Jwk::parse(&text).map(|key| JwkSet::new(vec![key]))
            }
            parsed => parsed,
        };
        let published = published.map_err(|source| self.unusable(path, source))?;
        let keys = published.keys.iter();
        let keys: KeySet = keys
            .filter_map(|jwk| {
                self.pinned(|algorithm| VerifyingKey::from_jwk(algorithm, jwk))
                    .ok()
            })
            .collect();
        if keys.is_empty() {
            return Err(JwtFailed::NoKeyInSet {
                path: path.display().to_string(),
                algorithm: self.alg,
            });
        }
        Ok(keys)
    }

    fn pem(&self, path: &Path) -> Result<KeySet, JwtFailed> {
        let text = read_octets(path)?;
        let key = match str::from_utf8(&text) {
            Ok(pem) => self.pinned(|algorithm| VerifyingKey::from_pem(algorithm, pem)),
            Err(_) => self.pinned(|algorithm| VerifyingKey::from_der(algorithm, &text)),
        };
        key.map(KeySet::from)
            .map_err(|source| self.unusable(path, source))
    }

    fn shared(&self, matches: &ArgMatches) -> Result<KeySet, JwtFailed> {
        let source = SecretSource {
            flag: "secret",
            variable: "TRIPOD_JWT_SECRET",
            value: self.secret.as_ref(),
            file: self.secret_file.as_ref(),
        };
        let secret = source.read(matches)?.ok_or(JwtFailed::NoKey)?;
        // RFC 8725 §2.1: what is public must never be taken for a secret.
        if secret.expose().contains("-----BEGIN") {
            return Err(JwtFailed::PemAsSecret);
        }
        let algorithm = self.alg.unwrap_or(Algorithm::Hs256);
        VerifyingKey::from_secret(algorithm, &secret)
            .map(KeySet::from)
            .map_err(|source| JwtFailed::Secret {
                algorithm: Some(algorithm),
                source,
            })
    }

    /// Makes a key for the one algorithm it is for ([RFC 8725 §3.1]).
    ///
    /// [RFC 8725 §3.1]: https://www.rfc-editor.org/rfc/rfc8725#section-3.1
    fn pinned(
        &self,
        make: impl Fn(Algorithm) -> Result<VerifyingKey, KeyError>,
    ) -> Result<VerifyingKey, KeyError> {
        if let Some(algorithm) = self.alg {
            return make(algorithm);
        }
        // A key that says what it is for is refused for everything else.
        let all = PREFERENCE.into_iter().chain(Algorithm::ALL);
        let mut refused = KeyError::Rejected;
        for algorithm in all {
            match make(algorithm) {
                Ok(key) => return Ok(key),
                Err(KeyError::Rejected | KeyError::Purpose { member: "alg" }) => {}
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    fn unusable(&self, path: &Path, source: KeyError) -> JwtFailed {
        JwtFailed::Key {
            path: path.display().to_string(),
            algorithm: self.alg,
            source,
        }
    }
}

fn is_url(path: &Path) -> bool {
    let text = path.to_string_lossy().to_ascii_lowercase();
    ["http://", "https://", "file://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    Algorithm::parse(name).ok_or_else(|| {
        let known = Algorithm::ALL.map(Algorithm::as_str).join(", ");
        format!("it is one of {known}")
    })
}

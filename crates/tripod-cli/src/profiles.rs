//! Profiles: what a login needs to know, kept in a file; their secrets are in the vault.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::{fs, process};

use clap::Args;
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use tripod::preset::Presets;
use tripod_core::secret::Secret;
use tripod_vault::file::{Asking, FileOptions};
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

use crate::exit::Exit;
use crate::failure::CallFailed;
use crate::prompt;
use crate::suggestion;

/// Where profiles, secrets and the user's own presets are.
#[derive(Args, Clone, Debug)]
pub(crate) struct Home {
    /// The file of the profiles [default: tripod/profiles.toml in the user's configuration]
    #[arg(long, value_name = "FILE", env = "TRIPOD_PROFILES", global = true)]
    profiles: Option<PathBuf>,

    /// The file of the secrets, encrypted [default: tripod/default.vault in the user's data]
    #[arg(long, value_name = "FILE", env = "TRIPOD_VAULT", global = true)]
    vault: Option<PathBuf>,

    /// Take presets from this directory, too [default: tripod/presets in the user's configuration]
    #[arg(long, value_name = "DIR", env = "TRIPOD_PRESETS", global = true)]
    presets: Option<PathBuf>,
}

impl Home {
    /// Opens the vault; it asks for a passphrase if it has one and somebody is there.
    pub(crate) fn vault(&self) -> Result<Vault, CallFailed> {
        let options = match &self.vault {
            Some(path) => FileOptions::at(path),
            None => FileOptions::user()?,
        };
        Ok(Vault::file(options.passphrase(|asking| {
            let question = match asking {
                Asking::ToCreate => "A passphrase for the new vault",
                _ => "The passphrase of the vault",
            };
            prompt::secret(question).ok()
        })))
    }

    /// Reads the presets, the user's own included.
    pub(crate) fn presets(&self) -> Result<Presets, CallFailed> {
        let own = match &self.presets {
            Some(path) => path.clone(),
            None => directory()?.join("presets"),
        };
        Ok(Presets::with_directory(own)?)
    }

    /// Reads the profiles; a file that does not exist holds none.
    pub(crate) fn read(&self) -> Result<Profiles, ProfilesError> {
        let path = self.profiles_path()?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(source) => return Err(ProfilesError::Unreadable { path, source }),
        };
        let file: File = toml::from_str(&text).map_err(|error| ProfilesError::Malformed {
            path: path.clone(),
            what: suggestion::explain(&error, &text),
        })?;
        Ok(Profiles {
            by_name: file.profiles,
            path,
        })
    }

    /// Changes the profiles as they are now, whoever else changes them at the same time.
    pub(crate) fn change<T, E: From<ProfilesError>>(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, Profile>) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = self.profiles_path()?;
        let _lock = lock(&path).map_err(|source| ProfilesError::Unwritable { path, source })?;
        let mut profiles = self.read()?;
        let outcome = change(&mut profiles.by_name)?;
        profiles.write()?;
        Ok(outcome)
    }

    /// Returns the file of the secrets.
    pub(crate) fn vault_path(&self) -> Result<PathBuf, CallFailed> {
        match &self.vault {
            Some(path) => Ok(path.clone()),
            None => Ok(FileOptions::user()?.path().to_owned()),
        }
    }

    /// Returns the file of the profiles.
    pub(crate) fn profiles_path(&self) -> Result<PathBuf, ProfilesError> {
        match &self.profiles {
            Some(path) => Ok(path.clone()),
            None => Ok(directory()?.join("profiles.toml")),
        }
    }
}

/// Where the user's configuration is.
fn directory() -> Result<PathBuf, ProfilesError> {
    let strategy = etcetera::choose_base_strategy().map_err(|_| ProfilesError::NoHome)?;
    Ok(strategy.config_dir().join("tripod"))
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// What a login needs to know, but for secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) device_authorization_endpoint: Option<String>,
    /// Only OAuth 1 has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temporary_credentials_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signature_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) realm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rsa_key: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_authentication: Option<ClientAuthentication>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_key: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwt_algorithm: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) scopes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) resources: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) client_credentials: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) dpop: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) push: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) way: Option<Way>,
    /// The port that the browser comes back to; any free one, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) localhost: bool,
    /// Where the user ends who pastes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) redirect_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) variables: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) parameters: BTreeMap<String, String>,
}

/// How the user is asked, if not by the browser of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    /// On another device, by a code.
    Device,
    /// By any browser; what OAuth 1 providers show is typed in.
    OutOfBand,
    /// By any browser; the address it ends at is pasted.
    Paste,
}

/// How the client secret is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClientAuthentication {
    /// In the header, as RFC 6749 §2.3.1 says
    Basic,
    /// In the header, joined as it is
    BasicRaw,
    /// In the body
    Post,
    /// Not at all: it signs a JWT (`client_secret_jwt`)
    SecretJwt,
}

impl Profile {
    /// The path that the browser comes back to, if nobody says otherwise.
    const PATH: &str = "/callback";

    /// Returns the path that the browser comes back to.
    pub(crate) fn path(&self) -> &str {
        self.path.as_deref().unwrap_or(Self::PATH)
    }

    /// Returns the redirect URI of a login, if it is always the same.
    pub(crate) fn redirect_uri(&self) -> Option<String> {
        let by_port = |port| format!("http://{}:{port}{}", self.host(), self.path());
        match self.way {
            None => self.port.map(by_port),
            Some(Way::Paste) => self.redirect_uri.clone(),
            Some(Way::Device | Way::OutOfBand) => None,
        }
    }

    /// Returns the name by which the browser comes back to this machine.
    pub(crate) const fn host(&self) -> &'static str {
        match self.localhost {
            true => "localhost",
            false => "127.0.0.1",
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// The profiles of a file.
#[derive(Debug)]
pub(crate) struct Profiles {
    pub(crate) by_name: BTreeMap<String, Profile>,
    path: PathBuf,
}

impl Profiles {
    /// Finds a profile.
    pub(crate) fn find(&self, name: &str) -> Result<&Profile, ProfilesError> {
        self.by_name
            .get(name)
            .ok_or_else(|| ProfilesError::Unknown {
                name: name.to_owned(),
                nearest: self.nearest(name),
            })
    }

    fn nearest(&self, name: &str) -> String {
        let distance = |own: &&String| strsim::damerau_levenshtein(own, name);
        let near = self.by_name.keys().filter(|own| distance(own) <= 3);
        match near.min_by_key(distance) {
            Some(own) => format!("; did you mean `{own}`?"),
            None if self.by_name.is_empty() => {
                format!("; there is none yet: `tripod login {name}` makes one")
            }
            None => {
                let names: Vec<_> = self.by_name.keys().map(String::as_str).collect();
                format!("; there are {}", names.join(", "))
            }
        }
    }

    /// Writes the file, in one step.
    fn write(&self) -> Result<(), ProfilesError> {
        let file = File {
            profiles: self.by_name.clone(),
        };
        let text = toml::to_string_pretty(&file).expect("names and texts are TOML");
        let unwritable = |source| ProfilesError::Unwritable {
            path: self.path.clone(),
            source,
        };
        replace(&self.path, text.as_bytes()).map_err(unwritable)
    }
}

/// Takes the lock beside a file, which is free again once what is returned is dropped.
fn lock(path: &Path) -> io::Result<fs::File> {
    if let Some(directory) = directory_of(path) {
        fs::create_dir_all(directory)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path.with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

fn directory_of(path: &Path) -> Option<&Path> {
    path.parent().filter(|path| !path.as_os_str().is_empty())
}

/// Replaces a file, so that a reader sees the old or the new one; nobody else may read it.
pub(crate) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    if let Some(directory) = directory_of(path) {
        fs::create_dir_all(directory)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}", process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    let replaced = written.and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&draft);
    }
    replaced
}

/// The names under which the vault keeps what belongs to a profile.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) tokens: Key,
    pub(crate) client_secret: Key,
    pub(crate) dpop: Key,
}

impl Keys {
    pub(crate) fn of(profile: &str) -> Result<Self, ProfilesError> {
        // No space, so that no profile is called as another one's secret.
        let is_name = |octet: u8| octet.is_ascii_alphanumeric() || b"._-@/".contains(&octet);
        let invalid = || ProfilesError::InvalidName {
            name: profile.to_owned(),
        };
        if profile.is_empty() || profile.len() > 100 || !profile.bytes().all(is_name) {
            return Err(invalid());
        }
        let key = |text: &str| Key::parse(text).map_err(|_| invalid());
        Ok(Self {
            tokens: key(profile)?,
            client_secret: key(&format!("{profile} (client secret)"))?,
            dpop: key(&format!("{profile} (DPoP key)"))?,
        })
    }

    pub(crate) fn all(&self) -> [&Key; 3] {
        [&self.tokens, &self.client_secret, &self.dpop]
    }
}

/// Reads the client secret of a profile.
pub(crate) async fn client_secret(
    vault: &Vault,
    keys: &Keys,
) -> Result<Option<Secret>, CallFailed> {
    let entry = vault.read(&keys.client_secret).await?;
    Ok(entry.map(|entry| entry.document))
}

/// Why the profiles cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProfilesError {
    #[error("`{name}` cannot be the name of a profile: it has letters, digits and ._-@/ alone")]
    InvalidName { name: String },
    #[error("`{}` is no file of profiles: {what}", path.display())]
    Malformed { path: PathBuf, what: String },
    #[error("the home directory of this user is not known; give --profiles and --vault")]
    NoHome,
    #[error("no profile is called `{name}`{nearest}")]
    Unknown { name: String, nearest: String },
    #[error("cannot read `{}`", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("cannot write `{}`", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
}

impl ProfilesError {
    /// Says what to do next, where the message does not.
    pub(crate) fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Malformed { .. } => "mend it, or move it away and log in again",
            Self::Unreadable { .. } => "make it readable, or name another file with --profiles",
            Self::Unwritable { .. } => "make it writable, or name another file with --profiles",
            Self::InvalidName { .. } | Self::NoHome | Self::Unknown { .. } => return None,
        };
        Some(text.to_owned())
    }

    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. } | Self::Unwritable { .. } => Exit::Unexpected,
            _ => Exit::Usage,
        }
    }
}

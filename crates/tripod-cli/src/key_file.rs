//! The file with the server key, which opens what the database holds sealed.
//!
//! A key a line: the first seals and opens, the others open what was sealed before it came.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tripod_core::secret::Secret;
use tripod_provider::seal::Sealer;

use crate::edge::Edge;

/// Why the server key cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    #[error("cannot create the key file `{}`", path.display())]
    Create { path: PathBuf, source: io::Error },
    #[error(
        "`{}` is no key file, which has 32 random octets in base64url on each line: restore it from a \
         backup",
        path.display()
    )]
    Malformed { path: PathBuf },
    #[error(
        "others than its owner may read the key file `{}`: run `chmod 600` on it, and have the \
         key changed if somebody might have read it",
        path.display()
    )]
    Permissions { path: PathBuf },
    #[error("cannot read the key file `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
}

/// Reads the keys; `None` if there is no such file.
///
/// # Errors
///
/// [`KeyFileError`] if it cannot be read, or if others may read it, too.
pub(crate) fn read(path: &Path) -> Result<Option<Sealer>, KeyFileError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Secret::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            let path = path.to_owned();
            return Err(KeyFileError::Read { path, source });
        }
    };
    check_permissions(path)?;
    let malformed = || KeyFileError::Malformed {
        path: path.to_owned(),
    };
    parse(&text).map(Some).ok_or_else(malformed)
}

/// Draws a key and writes it, for its owner alone; reads what somebody else wrote meanwhile.
///
/// # Errors
///
/// [`KeyFileError`] if that fails.
pub(crate) fn create(path: &Path, edge: &mut Edge) -> Result<Sealer, KeyFileError> {
    let key = Sealer::generate_key(edge);
    match write(path, &key, edge) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            let path = path.to_owned();
            Err(KeyFileError::Create {
                path,
                source: error,
            })
        }
        _ => read(path)?.ok_or_else(|| KeyFileError::Malformed {
            path: path.to_owned(),
        }),
    }
}

fn parse(text: &Secret) -> Option<Sealer> {
    let mut keys = text.expose().lines().map(str::trim);
    let current = keys.find(|line| !line.is_empty())?;
    let sealer = Sealer::new(&Secret::from(current)).ok()?;
    keys.filter(|line| !line.is_empty())
        .try_fold(sealer, |sealer, key| {
            sealer.with_former(&Secret::from(key)).ok()
        })
}

/// Writes the file whole or not at all, and never over another.
fn write(path: &Path, key: &Secret, edge: &mut Edge) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        make_folder(folder)?;
    }
    let mut drawn = [0; 8];
    tripod_core::random::Random::fill(edge, &mut drawn);
    let written = path.with_extension(format!("{:016x}", u64::from_ne_bytes(drawn)));
    let mut file = new_file(&written)?;
    let linked = file
        .write_all(key.expose().as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&written, path));
    fs::remove_file(&written)?;
    linked
}

/// Makes a folder that is for its owner alone, with those above it.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn check_permissions(path: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = fs::metadata(path).map_err(|source| KeyFileError::Read {
        path: path.to_owned(),
        source,
    })?;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let path = path.to_owned();
    Err(KeyFileError::Permissions { path })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it fails where files have modes")]
fn check_permissions(_: &Path) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a/b/provider.key");
        assert!(read(&path).unwrap().is_none());
        create(&path, &mut Edge).unwrap();
        let first = fs::read_to_string(&path).unwrap();
        create(&path, &mut Edge).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_read_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("provider.key");
        create(&path, &mut Edge).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&path), Err(KeyFileError::Permissions { .. })));
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_shown() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("provider.key");
        let key = Sealer::generate_key(&mut Edge);
        let key = key.expose();
        for (text, is_good) in [
            (format!("{key}\n"), true),
            (format!("\n{key}\n\n{key}\n"), true),
            (String::new(), false),
            ("sentinel".to_owned(), false),
            (format!("{key}\nsentinel\n"), false),
        ] {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            match read(&path) {
                Ok(read) => assert!(is_good && read.is_some()),
                Err(error) => {
                    assert!(!is_good, "{error}");
                    assert!(!format!("{error:?} {error}").contains("sentinel"));
                }
            }
        }
    }
}

//! A file with a key on each line: the first is for new vaults, the others open older ones.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::edge::Edge;
use crate::error::Error;
use crate::file::lock_file::LockFile;
use crate::file::private;
use crate::file::replacement::Replacement;
use crate::seal::RootKey;

const INTRODUCTION: &str = "\
# This key opens the Tripod vault beside it. Whoever has both has the tokens.
# Keep it private; without it the vault cannot be opened.
";

/// Others hold the lock for as long as a file is written.
const WAIT: Duration = Duration::from_secs(10);

/// Reads the keys of a file that must be there.
pub(crate) fn load(path: &Path) -> Result<Vec<RootKey>, Error> {
    read(path)?.ok_or_else(|| Error::KeyMissing {
        place: format!("{} is not there", path.display()),
    })
}

/// Reads the first key, and makes one if there is no file.
pub(crate) fn load_or_create(path: &Path) -> Result<RootKey, Error> {
    let _lock = lock(path)?;
    if let Some(first) = read(path)?.and_then(|keys| keys.into_iter().next()) {
        return Ok(first);
    }
    let key = RootKey::generate(&mut Edge);
    write(path, &[&key])?;
    Ok(key)
}

/// Makes a key and puts it before those that are there.
pub(crate) fn add(path: &Path) -> Result<RootKey, Error> {
    let _lock = lock(path)?;
    let others = read(path)?.unwrap_or_default();
    let key = RootKey::generate(&mut Edge);
    let keys: Vec<_> = std::iter::once(&key).chain(&others).collect();
    write(path, &keys)?;
    Ok(key)
}

pub(crate) fn keep_only(path: &Path, key: &RootKey) -> Result<(), Error> {
    let _lock = lock(path)?;
    write(path, &[key])
}

pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    let _lock = lock(path)?;
    fs::remove_file(path).map_err(|error| Error::writing(path, error))
}

fn read(path: &Path) -> Result<Option<Vec<RootKey>>, Error> {
    let Some(octets) = private::read(path)? else {
        return Ok(None);
    };
    let malformed = || Error::KeyMalformed {
        path: path.to_owned(),
    };
    let text = std::str::from_utf8(&octets).map_err(|_| malformed())?;
    parse(text).map(Some).ok_or_else(malformed)
}

/// Reads one key or more; nothing if there is a line that is neither a key nor a comment.
pub(crate) fn parse(text: &str) -> Option<Vec<RootKey>> {
    let lines = text.lines().map(str::trim);
    let keys: Vec<_> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(RootKey::parse)
        .collect::<Option<_>>()?;
    (!keys.is_empty()).then_some(keys)
}

fn write(path: &Path, keys: &[&RootKey]) -> Result<(), Error> {
    // Long enough for all of it, so that the text is never moved and a copy left behind.
    let mut text = Zeroizing::new(String::with_capacity(INTRODUCTION.len() + 80 * keys.len()));
    text.push_str(INTRODUCTION);
    for key in keys {
        text.push_str(key.to_text().expose());
        text.push('\n');
    }
    Replacement::create(beside(path, ".new"))?.commit(path, text.as_bytes())
}

fn lock(path: &Path) -> Result<LockFile, Error> {
    if let Some(directory) = path.parent().filter(|parent| *parent != Path::new("")) {
        private::create_directory(directory)?;
    }
    let lock = beside(path, ".lock");
    let locked = LockFile::lock(&lock, WAIT)?;
    locked
        .ok_or_else(|| Error::writing(path, std::io::Error::other("another process is writing it")))
}

fn beside(path: &Path, after: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(after);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/key");
        let key = load_or_create(&path).unwrap();
        assert_eq!(load_or_create(&path).unwrap().to_text(), key.to_text());
        assert_eq!(load(&path).unwrap().len(), 1);
    }

    #[test]
    fn a_new_key_stands_before_the_old() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let old = load_or_create(&path).unwrap();
        let new = add(&path).unwrap();
        let keys = load(&path).unwrap();
        assert_eq!(keys[0].to_text(), new.to_text());
        assert_eq!(keys[1].to_text(), old.to_text());
        keep_only(&path, &new).unwrap();
        assert_eq!(load(&path).unwrap().len(), 1);
        remove(&path).unwrap();
        assert!(matches!(load(&path), Err(Error::KeyMissing { .. })));
    }

    #[test]
    fn a_file_without_keys_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        for text in [
            &b""[..],
            b"# only a comment\n",
            b"not a key\n",
            b"tripod-vault-key-1.AAAA\n",
            b"\xff\xfe",
        ] {
            let _ = fs::remove_file(&path);
            std::io::Write::write_all(&mut private::create(&path).unwrap(), text).unwrap();
            assert!(matches!(load(&path), Err(Error::KeyMalformed { .. })));
            assert!(load_or_create(&path).is_err());
            assert!(add(&path).is_err());
            assert_eq!(fs::read(&path).unwrap(), text);
        }
    }
}

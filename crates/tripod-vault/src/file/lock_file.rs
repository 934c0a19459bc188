//! A lock that holds across processes, and says who holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use tripod_core::clock::Clock;
use tripod_core::timestamp::Timestamp;

use crate::edge::{self, Edge};
use crate::error::Error;
use crate::wait::Holder;

/// More than a holder ever writes.
const LONGEST: u64 = 1024;

/// A lock file that this process alone has locked; dropping it unlocks.
///
/// The file stays: if it were removed, one process could lock the old file while another locks a
/// new one. The kernel unlocks it when the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct LockFile(File);

impl LockFile {
    /// Locks the file, unless somebody else has.
    pub(crate) fn try_lock(path: &Path) -> Result<Option<Self>, Error> {
        loop {
            let file = open(path).map_err(|error| Error::writing(path, error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) => return Err(refused(path, source)),
            }
            // Somebody may have cleaned up between opening and locking: such a lock binds nobody.
            if is_still_there(&file, path) {
                let lock = Self(file);
                lock.sign();
                return Ok(Some(lock));
            }
        }
    }

    /// Locks the file, and waits for those who hold it for a moment only.
    pub(crate) fn lock(path: &Path, limit: Duration) -> Result<Option<Self>, Error> {
        const PAUSE: Duration = Duration::from_millis(3);

        let mut waited = Duration::ZERO;
        loop {
            if let Some(lock) = Self::try_lock(path)? {
                return Ok(Some(lock));
            }
            if waited >= limit {
                return Ok(None);
            }
            thread::sleep(PAUSE);
            waited += PAUSE;
        }
    }

    /// Reads who holds the lock; whoever was killed may still be named when nobody does.
    pub(crate) fn holder(path: &Path) -> Option<Holder> {
        let mut text = String::new();
        let file = File::open(path).ok()?;
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        parse(&text, edge::host_name().as_deref())
    }

    /// Writes who we are; a lock without a name is still a lock, so failures do not matter.
    fn sign(&self) {
        let host = edge::host_name().unwrap_or_default();
        let text = format!(
            "process {}\nsince {}\nhost {host}\n",
            std::process::id(),
            Edge.now()
        );
        let _ = self.0.set_len(0);
        let _ = (&self.0).write_all(text.as_bytes());
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        let _ = self.0.set_len(0);
        // Closing would do, were it not for children that inherited the file.
        let _ = self.0.unlock();
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn refused(path: &Path, source: std::io::Error) -> Error {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::Unsupported => Error::LocksUnsupported { path, source },
        _ => Error::Io {
            doing: "locked",
            path,
            source,
        },
    }
}

#[cfg(unix)]
fn is_still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let (Ok(locked), Ok(named)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    (locked.dev(), locked.ino()) == (named.dev(), named.ino())
}

#[cfg(not(unix))]
fn is_still_there(_: &File, _: &Path) -> bool {
    true // An open file cannot be removed.
}

fn parse(text: &str, here: Option<&str>) -> Option<Holder> {
    let field = |name| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
    };
    Some(Holder {
        process: field("process")?.parse().ok()?,
        host: field("host")
            .filter(|host| Some(*host) != here && !host.is_empty())
            .map(str::to_owned),
        since: field("since")
            .and_then(|since| since.parse().ok())
            .map(Timestamp::from_unix),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_once_and_says_by_whom() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let lock = LockFile::try_lock(&path).unwrap().unwrap();
        assert!(LockFile::try_lock(&path).unwrap().is_none());
        assert!(
            LockFile::lock(&path, Duration::from_millis(5))
                .unwrap()
                .is_none()
        );
        let holder = LockFile::holder(&path).unwrap();
        assert_eq!(holder.process, std::process::id());
        assert_eq!(holder.host, None);
        assert!(holder.since.is_some());

        drop(lock);
        assert_eq!(LockFile::holder(&path), None);
        assert!(LockFile::try_lock(&path).unwrap().is_some());
    }

    #[test]
    fn a_lock_on_a_file_that_was_removed_is_taken_anew() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let old = open(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(is_still_there(&old, &path), !cfg!(unix));
        let _lock = LockFile::try_lock(&path).unwrap().unwrap();
        assert!(LockFile::try_lock(&path).unwrap().is_none());
    }

    #[test]
    fn a_holder_is_read_leniently() {
        let elsewhere = parse("process 7\nhost b\nsince 9\nmore\n", Some("a")).unwrap();
        assert_eq!(elsewhere.host.as_deref(), Some("b"));
        assert_eq!(elsewhere.since, Some(Timestamp::from_unix(9)));
        assert_eq!(parse("process 7", None).unwrap().process, 7);
        for text in ["", "process", "process x", "process -1", "host a"] {
            assert_eq!(parse(text, None), None, "{text}");
        }
    }
}

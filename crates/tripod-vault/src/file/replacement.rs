//! The next content of a file, before it takes the place of the last.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::file::private;

/// A file that takes the place of another, or disappears.
#[derive(Debug)]
pub(crate) struct Replacement {
    path: PathBuf,
    file: File,
    is_in_place: bool,
}

impl Replacement {
    /// Creates the file; the caller holds the lock that its path belongs to.
    ///
    /// One that somebody left who was killed is thrown away.
    pub(crate) fn create(path: PathBuf) -> Result<Self, Error> {
        let _ = fs::remove_file(&path);
        let file = private::create(&path).map_err(|error| Error::writing(&path, error))?;
        Ok(Self {
            path,
            file,
            is_in_place: false,
        })
    }

    /// Creates the file and takes the room that will be needed, to know early that there is none.
    pub(crate) fn reserve(path: PathBuf, room: u64) -> Result<Self, Error> {
        let replacement = Self::create(path)?;
        let mut left = usize::try_from(room).unwrap_or(usize::MAX);
        let zeros = [0; 8192];
        while left > 0 {
            let some = left.min(zeros.len());
            (&replacement.file)
                .write_all(&zeros[..some])
                .map_err(|error| Error::writing(&replacement.path, error))?;
            left -= some;
        }
        Ok(replacement)
    }

    /// Writes the content and replaces the other file by it, atomically and durably.
    pub(crate) fn commit(mut self, target: &Path, octets: &[u8]) -> Result<(), Error> {
        self.replace(target, octets)
            .map_err(|error| Error::writing(target, error))
    }

    fn replace(&mut self, target: &Path, octets: &[u8]) -> io::Result<()> {
        // What is longer could never be read again.
        if octets.len() as u64 > private::LONGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.rewind()?;
        self.file.write_all(octets)?;
        self.file.set_len(octets.len() as u64)?;
        self.file.sync_all()?;
        fs::rename(&self.path, target)?;
        self.is_in_place = true;
        private::sync_directory(target.parent().unwrap_or(target))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.is_in_place {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let (target, next) = (folder.path().join("vault"), folder.path().join("next"));
        fs::write(&target, "old").unwrap();
        let longest = usize::try_from(private::LONGEST).unwrap();
        for (length, fits) in [(longest, true), (longest + 1, false)] {
            let replacement = Replacement::create(next.clone()).unwrap();
            let outcome = replacement.commit(&target, &vec![0; length]);
            assert_eq!(outcome.is_ok(), fits, "{outcome:?}");
            assert!(matches!(outcome, Ok(()) | Err(Error::DiskFull { .. })));
            assert_eq!(fs::metadata(&target).unwrap().len(), private::LONGEST);
            assert!(!next.exists());
        }
    }
}

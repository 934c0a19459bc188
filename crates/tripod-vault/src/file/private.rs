//! Files that only their owner may read.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Damage, Error};

/// The longest file that is read into memory, and so is written: no vault comes near it.
pub(crate) const LONGEST: u64 = if cfg!(test) { 1 << 20 } else { 1 << 30 };

/// Reads a file, if it is there, its owner is this user, and nobody else may read or write it.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let Some(metadata) = metadata(path)? else {
        return Ok(None);
    };
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Err(Error::damaged(path, Damage::NotAVault));
    }
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::reading(path, error)),
    };
    let metadata = file.metadata().map_err(|e| Error::reading(path, e))?;
    check(path, &metadata, 0o077)?;

    // One octet more than it has, so that the buffer is never moved and a copy left behind.
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    let mut octets = Zeroizing::new(Vec::with_capacity(length.saturating_add(1)));
    file.read_to_end(&mut octets)
        .map_err(|error| Error::reading(path, error))?;
    Ok(Some(octets))
}

/// Creates a file that only this user may read; one that is there is an error.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a directory and those above it that are missing, closed to others.
///
/// One that is there may be read by others, but not written by them: whoever can write in a
/// directory can put another file in the place of the vault.
pub(crate) fn create_directory(path: &Path) -> Result<(), Error> {
    if metadata(path)?.is_none() {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(path)
            .map_err(|error| Error::writing(path, error))?;
    }
    check_directory(path)
}

/// Checks that nobody else can put files into a directory, or replace those that are there.
pub(crate) fn check_directory(path: &Path) -> Result<(), Error> {
    match metadata(path)? {
        // In a directory with the sticky bit, such as `/tmp`, only their owner replaces files.
        Some(metadata) if !is_sticky(&metadata) => check(path, &metadata, 0o022),
        _ => Ok(()),
    }
}

/// Makes a renaming in this directory durable.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    // Windows has no such thing; renaming is made durable by its journal.
    match cfg!(unix) {
        true => File::open(path)?.sync_all(),
        false => Ok(()),
    }
}

fn metadata(path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::reading(path, error)),
    }
}

#[cfg(unix)]
fn check(path: &Path, metadata: &Metadata, forbidden: u32) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt;

    let mode = metadata.mode() & 0o7777;
    if mode & forbidden != 0 {
        let path = path.to_owned();
        return Err(Error::Exposed { path, mode });
    }
    let (owner, user) = (metadata.uid(), crate::edge::user());
    // A directory may belong to the system: its owner can do what it likes in any case.
    if owner != user && !(metadata.is_dir() && owner == 0) {
        let path = path.to_owned();
        return Err(Error::Foreign { path, owner, user });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata, _: u32) -> Result<(), Error> {
    Ok(()) // The user's directory inherits an access list that is closed to other users.
}

#[cfg(unix)]
fn is_sticky(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(metadata) & 0o1000 != 0
}

#[cfg(not(unix))]
fn is_sticky(_: &Metadata) -> bool {
    false
}

//! Presets that the user wrote.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::document::{self, PresetError};
use super::{Origin, Preset, Presets};

impl Presets {
    /// Takes the built-in presets and those of a directory, one `*.toml` each.
    ///
    /// The name of the file is the name of the preset; one of a name that is built in takes its
    /// place. A directory that does not exist holds none.
    ///
    /// # Errors
    ///
    /// [`DirectoryError`] with the file, the line, and what to do.
    pub fn with_directory(path: impl AsRef<Path>) -> Result<Self, DirectoryError> {
        let mut presets = Self::built_in();
        for file in files(path.as_ref())? {
            presets.put(read(&file)?);
        }
        Ok(presets)
    }
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, DirectoryError> {
    let unreadable = |source| DirectoryError::Unreadable {
        path: directory.to_owned(),
        source,
    };
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let is_toml = path
            .extension()
            .is_some_and(|extension| extension == "toml");
        if is_toml && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Preset, DirectoryError> {
    let text = fs::read_to_string(path).map_err(|source| DirectoryError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    document::read(&stem, &text, Origin::File(path.to_owned())).map_err(|source| {
        DirectoryError::Preset {
            path: path.to_owned(),
            source,
        }
    })
}

/// Why the user's presets could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// A preset is not one.
    #[error("cannot use the preset `{}`", path.display())]
    Preset {
        /// The file.
        path: PathBuf,
        /// The line, and what is wrong.
        source: PresetError,
    },
    /// A file or the directory cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

//! Where a token comes from, and what stands around it when it was copied from somewhere.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use tripod_core::secret::Secret;
use tripod_oauth2::jose::compact::MAX_LENGTH;

use super::JwtFailed;
use crate::secret_source::{self, FileError};

/// What more is read than a token may have: white space, quotes, the name of a header.
const AROUND: u64 = 4096;

#[derive(Args)]
pub(super) struct TokenSource {
    /// The token, also as `Bearer eyJ…` or in quotes; `-` or nothing is standard input
    #[arg(value_parser = secret_source::parse)]
    token: Option<Secret>,

    /// A file that holds the token
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    file: Option<PathBuf>,
}

impl TokenSource {
    /// Reads the token, without what stands around it.
    ///
    /// # Errors
    ///
    /// [`JwtFailed`] if there is none.
    pub(super) fn read(&self) -> Result<Secret, JwtFailed> {
        let token = match (&self.file, &self.token) {
            _ if self.is_standard_input() => read_standard_input()?,
            (Some(path), _) => read_file(path)?,
            (None, Some(token)) => token.clone(),
            (None, None) => return Err(JwtFailed::NoToken),
        };
        match bare(token.expose()) {
            "" => Err(JwtFailed::Empty),
            token => Ok(Secret::from(token)),
        }
    }

    /// Tells whether nobody else can read standard input.
    pub(super) fn is_standard_input(&self) -> bool {
        match (&self.file, &self.token) {
            (Some(path), _) => path == Path::new("-"),
            (None, Some(token)) => token.expose() == "-",
            (None, None) => !io::stdin().is_terminal(),
        }
    }
}

fn read_standard_input() -> Result<Secret, JwtFailed> {
    read_some(io::stdin()).map_err(JwtFailed::StandardInput)?
}

fn read_file(path: &Path) -> Result<Secret, JwtFailed> {
    File::open(path)
        .and_then(read_some)
        .map_err(|source| FileError::new(path, source))?
}

/// Reads no more than it takes to see that it is too much.
fn read_some(source: impl io::Read) -> io::Result<Result<Secret, JwtFailed>> {
    let mut octets = Vec::new();
    let limit = u64::try_from(MAX_LENGTH).unwrap_or(u64::MAX);
    source
        .take(limit.saturating_add(AROUND))
        .read_to_end(&mut octets)?;
    Ok(match String::from_utf8(octets) {
        Ok(text) => Ok(Secret::from(text)),
        Err(_) => Err(JwtFailed::NotText),
    })
}

/// Takes away white space, quotes, and the header or the scheme in front.
fn bare(text: &str) -> &str {
    const BEFORE: [&str; 5] = [
        "authorization:",
        "proxy-authorization:",
        "dpop:",
        "bearer ",
        "dpop ",
    ];
    let mut text = text;
    loop {
        let mut rest = text.trim().trim_end_matches([',', ';']);
        for quote in ['"', '\'', '`'] {
            let inner = rest.strip_prefix(quote);
            rest = inner
                .and_then(|inner| inner.strip_suffix(quote))
                .unwrap_or(rest);
        }
        for name in BEFORE {
            rest = match rest.split_at_checked(name.len()) {
                Some((first, rest)) if first.eq_ignore_ascii_case(name) => rest,
                _ => rest,
            };
        }
        if rest.len() == text.len() {
            return rest;
        }
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_token_is_taken_away() {
        for text in [
            "e30.e30.AA",
            "  e30.e30.AA\r\n",
            "\"e30.e30.AA\",",
            "'Bearer e30.e30.AA'",
            "authorization: BEARER  e30.e30.AA",
            "\"Authorization: DPoP e30.e30.AA\"",
            "DPoP: `e30.e30.AA`;",
        ] {
            assert_eq!(bare(text), "e30.e30.AA", "{text}");
        }
        for text in ["", " ", "\"\"", "''", "Authorization:"] {
            assert_eq!(bare(text), "", "{text}");
        }
        assert_eq!(bare("bearertoken"), "bearertoken");
        assert_eq!(bare("\"e30"), "\"e30");
    }
}

//! What is inside a vault file, once it is opened.
//!
//! ```text
//! 8  the last revision that was given
//! 4  how many entries follow
//!    for each, in the order of the keys:
//! 2    length of the key, then the key in UTF-8
//! 8    revision
//! 8    when it was written, in seconds since 1970
//! 4    length of the document, then the document in UTF-8
//! ```

use std::collections::BTreeMap;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use zeroize::Zeroizing;

use crate::entry::{Entry, Revision};
use crate::error::Damage;
use crate::key::Key;

/// All entries of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) entries: BTreeMap<Key, Entry>,
    pub(crate) last: Revision,
}

impl Contents {
    pub(crate) const EMPTY: Self = Self {
        entries: BTreeMap::new(),
        last: Revision::NONE,
    };

    /// Replaces or removes an entry and returns the new one.
    pub(crate) fn put(
        &mut self,
        key: &Key,
        document: Option<Secret>,
        now: Timestamp,
    ) -> Option<Entry> {
        let Some(document) = document else {
            self.entries.remove(key);
            return None;
        };
        self.last = self.last.next(now);
        let entry = Entry {
            document,
            revision: self.last,
            written_at: now,
        };
        self.entries.insert(key.clone(), entry.clone());
        Some(entry)
    }

    /// Writes everything into a buffer that never grows, and so leaves no copies behind.
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length = self
            .entries
            .iter()
            .map(|(key, entry)| 2 + key.as_str().len() + 8 + 8 + 4 + entry.document.expose().len());
        let mut octets = Zeroizing::new(Vec::with_capacity(12 + length.sum::<usize>()));
        octets.extend_from_slice(&self.last.as_number().to_be_bytes());
        octets.extend_from_slice(&count(self.entries.len()).to_be_bytes());
        for (key, entry) in &self.entries {
            let name = key.as_str();
            let document = entry.document.expose();
            let length = u16::try_from(name.len()).expect("a key has at most 255 octets");
            octets.extend_from_slice(&length.to_be_bytes());
            octets.extend_from_slice(name.as_bytes());
            octets.extend_from_slice(&entry.revision.as_number().to_be_bytes());
            octets.extend_from_slice(&entry.written_at.as_unix().to_be_bytes());
            octets.extend_from_slice(&count(document.len()).to_be_bytes());
            octets.extend_from_slice(document.as_bytes());
        }
        octets
    }

    pub(crate) fn decode(octets: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader(octets);
        let last = Revision::from_number(u64::from_be_bytes(reader.array()?));
        let mut entries = BTreeMap::new();
        for _ in 0..u32::from_be_bytes(reader.array()?) {
            let length = u16::from_be_bytes(reader.array()?);
            let key = Key::parse(reader.text(length.into())?).map_err(|_| Damage::Corrupted)?;
            let revision = Revision::from_number(u64::from_be_bytes(reader.array()?));
            let written_at = Timestamp::from_unix(i64::from_be_bytes(reader.array()?));
            let length = u32::from_be_bytes(reader.array()?);
            let document = Secret::from(reader.text(length as usize)?);
            let entry = Entry {
                document,
                revision,
                written_at,
            };
            if entries.insert(key, entry).is_some() {
                return Err(Damage::Corrupted);
            }
        }
        match reader.0 {
            [] => Ok(Self { entries, last }),
            _ => Err(Damage::Corrupted),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).expect("a vault holds no document of 4 GiB and no 4 billion entries")
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Damage::Corrupted)?;
        self.0 = rest;
        Ok(*array)
    }

    fn text(&mut self, length: usize) -> Result<&'a str, Damage> {
        let (text, rest) = self.0.split_at_checked(length).ok_or(Damage::Corrupted)?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| Damage::Corrupted)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contents(names: &[&str]) -> Contents {
        let mut contents = Contents::EMPTY;
        for name in names {
            let document = Some(Secret::new(format!("document of {name}")));
            let now = Timestamp::from_unix(-1);
            contents.put(&Key::parse(name).unwrap(), document, now);
        }
        contents
    }

    #[test]
    fn contents_survive_the_round_trip() {
        for names in [&[][..], &["a"], &["b", "a", "名"]] {
            let contents = contents(names);
            let octets = contents.encode();
            assert_eq!(octets.len(), octets.capacity());
            assert_eq!(Contents::decode(&octets), Ok(contents));
        }
    }

    #[test]
    fn contents_of_another_length_are_refused() {
        let octets = contents(&["a", "b"]).encode();
        for length in 0..octets.len() {
            assert!(Contents::decode(&octets[..length]).is_err(), "{length}");
        }
        let longer = [octets.as_slice(), b"\0"].concat();
        assert!(Contents::decode(&longer).is_err());
    }

    #[test]
    fn a_key_that_repeats_is_refused() {
        let mut octets = contents(&["a"]).encode().to_vec();
        octets[11] = 2;
        let entry = octets[12..].to_vec();
        octets.extend(entry);
        assert_eq!(Contents::decode(&octets), Err(Damage::Corrupted));
    }

    proptest! {
        #[test]
        fn any_octets_are_read_without_panic(octets: Vec<u8>) {
            if let Ok(contents) = Contents::decode(&octets) {
                prop_assert_eq!(Contents::decode(&contents.encode()), Ok(contents));
            }
        }

        #[test]
        fn a_changed_octet_is_read_without_panic(at in 0..100usize, octet: u8) {
            let mut octets = contents(&["a", "b", "c"]).encode().to_vec();
            octets[at] = octet;
            let _ = Contents::decode(&octets);
        }
    }
}

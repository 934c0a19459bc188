//! What stands before every sealed text, in clear.
//!
//! ```text
//!   0  12  "TRIPOD-VAULT"
//!  12   2  version, 1
//!  14   2  length of this header, 112
//!  16   1  where the key comes from: 1 given, 2 key file, 3 keyring, 4 passphrase
//!  17   3  zero
//!  20  12  Argon2id: memory in KiB, iterations, lanes; zero where there is no passphrase
//!  32  16  salt
//!  48  16  check of the key
//!  64  24  nonce
//!  88   8  length of the body
//!  96  16  SHA-256 of the octets before, cut off
//! ```
//!
//! Numbers are big-endian. In every version, the first 16 octets mean the same, and the header ends
//! with the checksum: so a newer vault is told from a damaged one.

use sha2::{Digest, Sha256};

use super::root_key::{Check, Salt};
use crate::error::Damage;

const MAGIC: &[u8; 12] = b"TRIPOD-VAULT";
pub(crate) const VERSION: u16 = 1;
const LENGTH: usize = 112;
const CHECKSUM: usize = 16;

/// What is known before anything is decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) origin: Origin,
    pub(crate) salt: Salt,
    pub(crate) check: Check,
    pub(crate) nonce: [u8; 24],
    pub(crate) length: u64,
}

/// Where the key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The program was given it.
    Given,
    KeyFile,
    Keyring,
    Passphrase(Cost),
}

/// What deriving a key from a passphrase costs, in the terms of Argon2id (RFC 9106 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) memory_kib: u32,
    pub(crate) iterations: u32,
    pub(crate) lanes: u32,
}

impl Cost {
    /// RFC 9106 §4, second recommended option: 64 MiB, three passes, four lanes.
    pub(crate) const RECOMMENDED: Self = Self {
        memory_kib: 64 * 1024,
        iterations: 3,
        lanes: 4,
    };

    /// The highest we would compute: a header is read before it can be trusted.
    const LIMIT: Self = Self {
        memory_kib: 4 * 1024 * 1024,
        iterations: 64,
        lanes: 64,
    };

    fn is_bearable(&self) -> bool {
        self.memory_kib <= Self::LIMIT.memory_kib
            && (1..=Self::LIMIT.iterations).contains(&self.iterations)
            && (1..=Self::LIMIT.lanes).contains(&self.lanes)
            && self.memory_kib >= 8 * self.lanes
    }
}

impl Header {
    pub(crate) fn encode(&self) -> [u8; LENGTH] {
        let (origin, cost) = match self.origin {
            Origin::Given => (1, None),
            Origin::KeyFile => (2, None),
            Origin::Keyring => (3, None),
            Origin::Passphrase(cost) => (4, Some(cost)),
        };
        let cost = cost.map_or([0; 3], |cost| {
            [cost.memory_kib, cost.iterations, cost.lanes]
        });

        let mut octets = Vec::with_capacity(LENGTH);
        octets.extend_from_slice(MAGIC);
        octets.extend_from_slice(&VERSION.to_be_bytes());
        octets.extend_from_slice(&112_u16.to_be_bytes());
        octets.extend_from_slice(&[origin, 0, 0, 0]);
        octets.extend(cost.iter().flat_map(|number| number.to_be_bytes()));
        octets.extend_from_slice(&self.salt);
        octets.extend_from_slice(&self.check);
        octets.extend_from_slice(&self.nonce);
        octets.extend_from_slice(&self.length.to_be_bytes());
        let checksum = checksum(&octets);
        octets.extend_from_slice(&checksum);
        octets.try_into().expect("the fields add up to the length")
    }

    /// Reads the header and returns what follows it.
    pub(crate) fn parse(octets: &[u8]) -> Result<(Self, &[u8]), Damage> {
        let found = octets.len() as u64;
        let truncated = |expected: usize| Damage::Truncated {
            expected: expected as u64,
            found,
        };
        let start = &octets[..octets.len().min(MAGIC.len())];
        if !MAGIC.starts_with(start) {
            return Err(Damage::NotAVault);
        }
        let Some((fixed, _)) = octets.split_first_chunk::<16>() else {
            return Err(truncated(LENGTH));
        };
        let length = usize::from(u16::from_be_bytes([fixed[14], fixed[15]]));
        if length < 16 + CHECKSUM {
            return Err(Damage::Corrupted);
        }
        let Some((header, body)) = octets.split_at_checked(length) else {
            return Err(truncated(length));
        };
        let (fields, sum) = header.split_at(length - CHECKSUM);
        if sum != checksum(fields) {
            return Err(Damage::Corrupted);
        }
        match u16::from_be_bytes([fixed[12], fixed[13]]) {
            VERSION => Ok((Self::parse_fields(fields)?, body)),
            version if version > VERSION => Err(Damage::Newer { version }),
            _ => Err(Damage::Corrupted),
        }
    }

    fn parse_fields(octets: &[u8]) -> Result<Self, Damage> {
        let mut fields = Fields(octets);
        let _fixed: [u8; 16] = fields.take()?;
        let [origin, zeros @ ..]: [u8; 4] = fields.take()?;
        let cost = Cost {
            memory_kib: u32::from_be_bytes(fields.take()?),
            iterations: u32::from_be_bytes(fields.take()?),
            lanes: u32::from_be_bytes(fields.take()?),
        };
        let origin = match origin {
            1 => Origin::Given,
            2 => Origin::KeyFile,
            3 => Origin::Keyring,
            4 if cost.is_bearable() => Origin::Passphrase(cost),
            _ => return Err(Damage::Corrupted),
        };
        let header = Self {
            origin,
            salt: fields.take()?,
            check: fields.take()?,
            nonce: fields.take()?,
            length: u64::from_be_bytes(fields.take()?),
        };
        // What does not survive a round trip would not be authenticated.
        if !fields.0.is_empty() || zeros != [0; 3] || !header.encode().starts_with(octets) {
            return Err(Damage::Corrupted);
        }
        Ok(header)
    }
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let (field, rest) = self.0.split_first_chunk().ok_or(Damage::Corrupted)?;
        self.0 = rest;
        Ok(*field)
    }
}

fn checksum(octets: &[u8]) -> [u8; CHECKSUM] {
    let digest: [u8; 32] = Sha256::digest(octets).into();
    *digest.first_chunk().expect("32 octets begin with 16")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(origin: Origin) -> Header {
        Header {
            origin,
            salt: [1; 16],
            check: [2; 16],
            nonce: [3; 24],
            length: 16,
        }
    }

    /// Makes the checksum right again, as another program would have written it.
    fn resummed(mut octets: Vec<u8>) -> Vec<u8> {
        let end = octets.len() - CHECKSUM;
        let sum = checksum(&octets[..end]);
        octets[end..].copy_from_slice(&sum);
        octets
    }

    #[test]
    fn a_header_survives_the_round_trip() {
        for origin in [
            Origin::Given,
            Origin::KeyFile,
            Origin::Keyring,
            Origin::Passphrase(Cost::RECOMMENDED),
        ] {
            let encoded = header(origin).encode();
            let octets = [encoded.as_slice(), b"body"].concat();
            assert_eq!(
                Header::parse(&octets),
                Ok((header(origin), b"body".as_slice()))
            );
        }
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let mut newer = header(Origin::KeyFile).encode().to_vec();
        newer[13] = 2;
        assert_eq!(Header::parse(&newer), Err(Damage::Corrupted));
        let newer = resummed(newer);
        assert_eq!(Header::parse(&newer), Err(Damage::Newer { version: 2 }));

        // Its header may have another length.
        let mut longer = newer[..96].to_vec();
        longer.extend([7; 40]);
        longer[15] = 136;
        let longer = resummed(longer);
        assert_eq!(Header::parse(&longer), Err(Damage::Newer { version: 2 }));
    }

    #[test]
    fn a_header_that_costs_too_much_is_refused() {
        let greedy = Cost {
            memory_kib: u32::MAX,
            ..Cost::RECOMMENDED
        };
        let idle = Cost {
            iterations: 0,
            ..Cost::RECOMMENDED
        };
        for cost in [greedy, idle] {
            let encoded = header(Origin::Passphrase(cost)).encode();
            assert_eq!(Header::parse(&encoded), Err(Damage::Corrupted));
        }
    }

    #[test]
    fn fields_that_mean_nothing_are_refused() {
        for position in [12, 13, 15, 16, 17, 19, 20, 31] {
            let mut octets = header(Origin::KeyFile).encode().to_vec();
            octets[position] ^= match position {
                12 | 13 => octets[position], // version 0 has never been
                _ => 0x10,
            };
            if position != 12 {
                let octets = resummed(octets);
                assert!(Header::parse(&octets).is_err(), "octet {position}");
            }
        }
    }

    #[test]
    fn another_file_is_no_vault() {
        for octets in [b"{\"profiles\": []}".as_slice(), b"T-VAULT", b"\0"] {
            assert_eq!(Header::parse(octets), Err(Damage::NotAVault));
        }
    }

    proptest! {
        #[test]
        fn any_fields_are_read_without_panic(fields: [u8; 32], more: Vec<u8>) {
            let mut octets = header(Origin::KeyFile).encode()[..16].to_vec();
            octets.extend(fields);
            octets.extend(more);
            octets.resize(octets.len().max(LENGTH), 0);
            let sum = checksum(&octets[..LENGTH - CHECKSUM]);
            octets[LENGTH - CHECKSUM..LENGTH].copy_from_slice(&sum);
            if let Ok((header, _)) = Header::parse(&octets) {
                prop_assert_eq!(&header.encode()[..], &octets[..LENGTH]);
            }
        }
    }
}

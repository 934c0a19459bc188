//! How what is at rest is encrypted, for every backend that outlives the process.
//!
//! A sealed text is a header and a body. The body is XChaCha20-Poly1305 under a fresh random nonce,
//! and the header is authenticated with it, together with a context: the place where the text
//! belongs, so that it cannot be moved to another.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use tripod_core::random::Random;
use zeroize::Zeroizing;

mod header;
mod root_key;

pub(crate) use header::{Cost, Header, Origin};
pub(crate) use root_key::{RootKey, Salt};

use crate::error::Damage;

/// A key and what a header says about it.
#[derive(Debug)]
pub(crate) struct Seal {
    pub(crate) origin: Origin,
    pub(crate) salt: Salt,
    pub(crate) key: RootKey,
}

impl Seal {
    /// Encrypts; the same text is sealed differently each time.
    pub(crate) fn close(
        &self,
        plain: &[u8],
        context: &[u8],
        random: &mut (impl Random + ?Sized),
    ) -> Vec<u8> {
        let mut nonce = [0; 24];
        random.fill(&mut nonce);
        let header = Header {
            origin: self.origin,
            salt: self.salt,
            check: self.key.check(&self.salt),
            nonce,
            length: (plain.len() + TAG) as u64,
        };
        let encoded = header.encode();

        let mut body = Zeroizing::new(Vec::with_capacity(plain.len() + TAG));
        body.extend_from_slice(plain);
        self.cipher()
            .encrypt_in_place(&XNonce::from(nonce), &aad(&encoded, context), &mut *body)
            .expect("the text is shorter than the 256 GiB that the cipher can do");
        [encoded.as_slice(), body.as_slice()].concat()
    }

    /// Decrypts what was sealed with this key for this context.
    pub(crate) fn open(
        &self,
        sealed: &Sealed<'_>,
        context: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Damage> {
        let mut plain = Zeroizing::new(sealed.body.to_vec());
        let nonce = XNonce::from(sealed.header.nonce);
        let aad = aad(&sealed.header.encode(), context);
        self.cipher()
            .decrypt_in_place(&nonce, &aad, &mut *plain)
            .map_err(|_| Damage::Corrupted)?;
        Ok(plain)
    }

    /// Tells whether a text was sealed with this key, as far as its header says.
    pub(crate) fn matches(&self, header: &Header) -> bool {
        self.origin == header.origin
            && self.salt == header.salt
            && self.key.check(&self.salt) == header.check
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.encryption_key(&self.salt).into())
    }
}

/// The length of the authentication tag.
const TAG: usize = 16;

fn aad(header: &[u8], context: &[u8]) -> Vec<u8> {
    [header, context].concat()
}

/// A text that was sealed, taken apart and not yet believed.
#[derive(Debug)]
pub(crate) struct Sealed<'a> {
    pub(crate) header: Header,
    body: &'a [u8],
}

impl<'a> Sealed<'a> {
    pub(crate) fn parse(octets: &'a [u8]) -> Result<Self, Damage> {
        let (header, body) = Header::parse(octets)?;
        let found = body.len() as u64;
        match header.length {
            length if length > found => Err(Damage::Truncated {
                expected: length.saturating_add((octets.len() - body.len()) as u64),
                found: octets.len() as u64,
            }),
            length if length < found => Err(Damage::Corrupted),
            _ => Ok(Self { header, body }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seal() -> Seal {
        Seal {
            origin: Origin::KeyFile,
            salt: [3; 16],
            key: RootKey::generate(&mut |octets: &mut [u8]| octets.fill(9)),
        }
    }

    fn closed(plain: &[u8]) -> Vec<u8> {
        seal().close(plain, b"here", &mut |octets: &mut [u8]| octets.fill(5))
    }

    fn opened(octets: &[u8], context: &[u8]) -> Result<Vec<u8>, Damage> {
        let sealed = Sealed::parse(octets)?;
        Ok(seal().open(&sealed, context)?.to_vec())
    }

    #[test]
    fn what_was_sealed_is_opened_where_it_belongs() {
        let octets = closed(b"plain");
        assert!(!octets.windows(5).any(|window| window == b"plain"));
        assert_eq!(opened(&octets, b"here").unwrap(), b"plain");
        assert_eq!(opened(&octets, b"elsewhere"), Err(Damage::Corrupted));
        assert_eq!(opened(&closed(b""), b"here").unwrap(), b"");
    }

    #[test]
    fn every_changed_octet_is_noticed() {
        let octets = closed(b"plain");
        for position in 0..octets.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut octets = octets.clone();
                octets[position] ^= change;
                assert!(opened(&octets, b"here").is_err(), "octet {position}");
            }
        }
    }

    #[test]
    fn every_missing_octet_is_noticed_as_such() {
        let octets = closed(b"plain");
        for length in 0..octets.len() {
            let damage = opened(&octets[..length], b"here").unwrap_err();
            assert!(
                matches!(damage, Damage::Truncated { found, .. } if found == length as u64),
                "{length}: {damage:?}"
            );
        }
        let longer = [octets.as_slice(), b"x"].concat();
        assert_eq!(opened(&longer, b"here"), Err(Damage::Corrupted));
    }

    proptest! {
        #[test]
        fn any_octets_are_read_without_panic(octets: Vec<u8>) {
            let _ = opened(&octets, b"here");
        }

        #[test]
        fn any_octets_behind_a_header_are_read_without_panic(octets: Vec<u8>, cut in 0..140usize) {
            let mut start = closed(b"plain");
            start.truncate(cut);
            start.extend(octets);
            prop_assert!(opened(&start, b"here").is_err() || start == closed(b"plain"));
        }
    }
}

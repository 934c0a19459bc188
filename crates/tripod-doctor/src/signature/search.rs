//! The search itself: nothing wrong, one mistake, two mistakes; the first that fits is named.

use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

use super::base::{Base, Bases};
use super::digest::{Digest, Hash, KeyedMac};
use super::key::{Key, keys};
use super::{Mistake, Subject, Verdict};

pub(super) fn search(subject: &Subject<'_>, digest: &Digest) -> Verdict {
    if subject.uri.host.is_empty() {
        return wrong_already(digest).unwrap_or(Verdict::Unknowable);
    }
    let bases = Bases::new(subject);
    if digest.hash == Hash::Rsa {
        return search_rsa(subject, digest, &bases);
    }
    let Some(keys) = keys(subject) else {
        return wrong_already(digest).unwrap_or(Verdict::Unknowable);
    };
    let macs: Vec<(KeyedMac, &Key)> = keys
        .iter()
        .filter_map(|key| Some((KeyedMac::new(digest.hash, &key.octets)?, key)))
        .collect();
    let mut hunt = Hunt {
        digest,
        macs: &macs,
        due: bases.due(),
        tried: 0,
    };
    hunt.run(&bases)
}

/// What the signature itself tells is certain without any secret.
fn wrong_already(digest: &Digest) -> Option<Verdict> {
    let mistake = digest.mistakes.first()?;
    Some(Verdict::Malformed(mistake.clone()))
}

struct Hunt<'a> {
    digest: &'a Digest,
    macs: &'a [(KeyedMac, &'a Key)],
    due: String,
    tried: usize,
}

impl Hunt<'_> {
    fn run(&mut self, bases: &Bases) -> Verdict {
        let due = Base {
            text: self.due.clone(),
            mistakes: Vec::new(),
        };
        if let Some(key) = self.key_for(&due.text, 1) {
            return self.verdict(due, key);
        }
        let singles = bases.singles();
        if let Some((base, key)) = self.first_of(&singles, 1) {
            return self.verdict(base, key);
        }
        if let Some(key) = self.key_for(&due.text, usize::MAX) {
            return self.verdict(due, key);
        }
        if let Some((base, key)) = self.first_of(&bases.pairs(), 1) {
            return self.verdict(base, key);
        }
        if let Some((base, key)) = self.first_of(&singles, usize::MAX) {
            return self.verdict(base, key);
        }
        if let Some(verdict) = wrong_already(self.digest) {
            return verdict;
        }
        Verdict::Unexplained {
            tried: self.tried,
            due: self.due.clone(),
        }
    }

    /// Tries a base string with the first so many keys.
    fn key_for(&mut self, base: &str, keys: usize) -> Option<Option<Mistake>> {
        for (mac, key) in self.macs.iter().take(keys) {
            self.tried += 1;
            if mac.yields(base, &self.digest.octets) {
                return Some(key.mistake.clone());
            }
        }
        None
    }

    fn first_of(&mut self, bases: &[Base], keys: usize) -> Option<(Base, Option<Mistake>)> {
        bases.iter().find_map(|base| {
            let key = self.key_for(&base.text, keys)?;
            let base = Base {
                text: base.text.clone(),
                mistakes: base.mistakes.clone(),
            };
            Some((base, key))
        })
    }

    fn verdict(&self, base: Base, key: Option<Mistake>) -> Verdict {
        let mut mistakes = self.digest.mistakes.clone();
        mistakes.extend(base.mistakes);
        mistakes.extend(key);
        if mistakes.is_empty() {
            return Verdict::Fits;
        }
        let is_of_method = |mistake: &Mistake| mistake.code == "oauth1/signature/method";
        let due = match mistakes.iter().any(is_of_method) {
            true => self.due.clone(),
            false => with_method_of(&base.text, &self.due),
        };
        Verdict::Mistaken {
            mistakes,
            signed: base.text,
            due,
        }
    }
}

/// The method may not be shown; then the one that was signed is due.
fn with_method_of(signed: &str, due: &str) -> String {
    match (signed.split_once('&'), due.split_once('&')) {
        (Some((method, _)), Some((_, rest))) => format!("{method}&{rest}"),
        _ => due.to_owned(),
    }
}

/// An RSA signature is verified, which takes longer: no pairs.
fn search_rsa(subject: &Subject<'_>, digest: &Digest, bases: &Bases) -> Verdict {
    let Some(key) = subject.known.rsa_public_key.as_deref().and_then(public_key) else {
        return wrong_already(digest).unwrap_or(Verdict::Unknowable);
    };
    let due = bases.due();
    let method = subject.method();
    if let Some(hash) = rsa_hash(&key, &due, &digest.octets) {
        if hash == method {
            return Verdict::Fits;
        }
        let words = format!("{hash}, though `oauth_signature_method` says {method}");
        return Verdict::Mistaken {
            mistakes: vec![Mistake::new("oauth1/signature/other-hash", words)],
            signed: due.clone(),
            due,
        };
    }
    let singles = bases.singles();
    for base in &singles {
        if rsa_hash(&key, &base.text, &digest.octets).is_some() {
            return Verdict::Mistaken {
                mistakes: base.mistakes.clone(),
                signed: base.text.clone(),
                due,
            };
        }
    }
    let tried = singles.len();
    Verdict::Unexplained { tried, due }
}

fn public_key(pem: &str) -> Option<RsaPublicKey> {
    RsaPublicKey::from_public_key_pem(pem)
        .ok()
        .or_else(|| RsaPublicKey::from_pkcs1_pem(pem).ok())
}

fn rsa_hash(key: &RsaPublicKey, base: &str, signature: &[u8]) -> Option<&'static str> {
    let verifies =
        |padding: Pkcs1v15Sign, hash: &[u8]| key.verify(padding, hash, signature).is_ok();
    if verifies(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(base)) {
        return Some("RSA-SHA1");
    }
    if verifies(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(base)) {
        return Some("RSA-SHA256");
    }
    verifies(Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(base)).then_some("RSA-SHA512")
}

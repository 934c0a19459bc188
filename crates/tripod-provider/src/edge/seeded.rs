//! Chance that repeats.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{Context, SHA256};

/// Draws octets from a seed: SHA-256 of it and of a number that counts up.
pub(super) fn chance(seed: &str) -> impl Fn(&mut [u8]) + Send + Sync + 'static {
    let seed = seed.to_owned();
    let drawn = AtomicU64::new(0);
    move |octets| {
        for block in octets.chunks_mut(SHA256.output_len) {
            let number = drawn.fetch_add(1, Ordering::Relaxed);
            let mut context = Context::new(&SHA256);
            context.update(&number.to_be_bytes());
            context.update(seed.as_bytes());
            for (octet, drawn) in block.iter_mut().zip(context.finish().as_ref()) {
                *octet = *drawn;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: &str, lengths: &[usize]) -> Vec<Vec<u8>> {
        let chance = chance(seed);
        let draw = |length: &usize| {
            let mut octets = vec![0; *length];
            chance(&mut octets);
            octets
        };
        lengths.iter().map(draw).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_and_another_gives_other() {
        let lengths = [32, 1, 16, 100, 0, 32];
        assert_eq!(drawn("a", &lengths), drawn("a", &lengths));
        assert_ne!(drawn("a", &[32]), drawn("b", &[32]));
        let twice = drawn("a", &[32, 32]);
        assert_ne!(twice.first(), twice.last());
    }

    #[test]
    fn the_first_block_is_known() {
        // printf '\0\0\0\0\0\0\0\0abc' | sha256sum
        let first = drawn("abc", &[4]);
        assert_eq!(first, [[0xf3, 0x65, 0x2e, 0x4c]]);
    }
}

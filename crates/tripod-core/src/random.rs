//! How chance comes in: nobody below the edge draws a random number.

/// A cryptographically secure source of random bytes.
///
/// The edge of a program supplies one that asks the operating system; a test supplies a closure.
/// What is drawn here becomes nonces, verifiers and blinding factors: a weak source breaks them.
///
/// ```
/// use tripod_core::random::Random;
///
/// let mut predictable = |bytes: &mut [u8]| bytes.fill(7); // for tests only
/// let mut drawn = [0; 4];
/// predictable.fill(&mut drawn);
/// assert_eq!(drawn, [7, 7, 7, 7]);
/// ```
pub trait Random {
    /// Fills the slice with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Random for F {
    fn fill(&mut self, bytes: &mut [u8]) {
        self(bytes);
    }
}

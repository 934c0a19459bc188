use tripod_core::random::Random;
use tripod_core::secret::Secret;

/// The letters of a code: no vowels, so no words, and none that look alike (RFC 8628 §6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many letters a code has: 20^8 of them, as many as RFC 8628 §6.1 shows.
const LENGTH: usize = 8;

/// The code that a user types, as our provider makes and reads it ([RFC 8628 §6.1]).
///
/// ```
/// use tripod_oauth2::device::UserCode;
///
/// let typed = UserCode::parse(" wdjb mjht ").unwrap();
/// assert_eq!(typed.to_grouped().expose(), "WDJB-MJHT");
/// ```
///
/// [RFC 8628 §6.1]: https://www.rfc-editor.org/rfc/rfc8628#section-6.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(Secret);

impl UserCode {
    /// Makes a new code, each equally likely.
    pub fn generate(random: &mut impl Random) -> Self {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let mut octet = [0];
            random.fill(&mut octet);
            // 240 is the last multiple of 20 an octet reaches: beyond it some letters would win.
            if octet[0] < 240 {
                code.push(char::from(LETTERS[usize::from(octet[0] % 20)]));
            }
        }
        Self(Secret::new(code))
    }

    /// Reads what a user typed: case and whatever is no letter of a code do not count.
    ///
    /// `None` if there are too many letters or too few.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let letters = typed.bytes().map(|octet| octet.to_ascii_uppercase());
        let letters = letters
            .filter(|letter| LETTERS.contains(letter))
            .take(LENGTH + 1);
        let code: String = letters.map(char::from).collect();
        (code.len() == LENGTH).then(|| Self(Secret::new(code)))
    }

    /// Returns the letters alone, to look the code up by.
    #[must_use]
    pub const fn as_secret(&self) -> &Secret {
        &self.0
    }

    /// Writes the code as it is shown: in two groups.
    #[must_use]
    pub fn to_grouped(&self) -> Secret {
        let (first, second) = self.0.expose().split_at(LENGTH / 2);
        Secret::new(format!("{first}-{second}"))
    }
}

//! The verification code, which proves that the user who allowed is the user who came back
//! ([RFC 5849 §2.2](https://www.rfc-editor.org/rfc/rfc5849#section-2.2)).

use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_oauth1::temporary_credentials::Callback;

use crate::handle::{Handle, PlainToken};

/// How many wrong verification codes end an authorization.
///
/// Of the 10^8 codes that people type, so many are tried before the user must be asked again: one
/// attacker in twenty million gets through. A consumer that is told of a typing error may ask again.
pub(super) const TRIES: u8 = 5;

/// How many digits people type: as many as fit the memory between two windows, or two devices.
const DIGITS: usize = 8;

/// Draws a code: digits for people to type, or 256 bits for a callback to carry.
pub(super) fn draw(callback: &Callback, random: &mut impl Random) -> Secret {
    match callback {
        Callback::OutOfBand => {
            let mut drawn = [0; 16];
            random.fill(&mut drawn);
            // 2^128 is so much more than 10^8 that no code is noticeably more likely than another.
            let code = u128::from_be_bytes(drawn) % 10_u128.pow(8);
            Secret::new(format!("{code:0DIGITS$}"))
        }
        _ => PlainToken::generate(random).into_secret(),
    }
}

/// Digests a code together with the token that it belongs to.
///
/// The token is random and not in the database, so the few codes that people can type cannot be
/// tried out on a digest that leaked.
pub(super) fn handle(token: &str, callback: &Callback, code: &Secret) -> Handle {
    match callback {
        // People add spaces and hyphens where there are none, and leave them out where there are.
        Callback::OutOfBand => {
            let is_digit = |character: &char| character.is_ascii_digit();
            let digits = Secret::new(code.expose().chars().filter(is_digit).collect());
            Handle::of_names(["verification code", token, digits.expose()])
        }
        _ => Handle::of_names(["verification code", token, code.expose()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri() -> Callback {
        Callback::Uri("https://client.example/".to_owned())
    }

    #[test]
    fn people_type_eight_digits_and_callbacks_carry_256_bits() {
        for fill in [0, 7, 255] {
            let mut random = |octets: &mut [u8]| octets.fill(fill);
            let code = draw(&Callback::OutOfBand, &mut random);
            assert_eq!(code.expose().len(), 8);
            assert!(code.expose().bytes().all(|octet| octet.is_ascii_digit()));
            assert_eq!(draw(&uri(), &mut random).expose().len(), 43);
        }
    }

    #[test]
    fn what_people_type_between_the_digits_does_not_matter() {
        let handle = |code: &str| handle("token", &Callback::OutOfBand, &code.into());
        assert_eq!(handle("1234 5678"), handle("12345678"));
        assert_eq!(handle("1234-5678\n"), handle("12345678"));
        assert_ne!(handle("1234567"), handle("12345678"));
        assert_ne!(handle("01234567"), handle("1234567"));
    }

    #[test]
    fn a_code_belongs_to_its_token_and_counts_to_the_letter() {
        let code = |code: &str| Secret::from(code);
        assert_ne!(
            handle("a", &uri(), &code("code")),
            handle("b", &uri(), &code("code"))
        );
        assert_ne!(
            handle("a", &uri(), &code("code")),
            handle("a", &uri(), &code("c-ode"))
        );
    }
}

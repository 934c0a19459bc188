//! Proof Key for Code Exchange: who redeems a code is who asked for it (RFC 7636).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tripod_core::parameters::Parameters;
use tripod_core::percent;
use tripod_core::random::Random;
use tripod_core::secret::Secret;

mod explain;

pub use explain::{ChallengeForm, Explanation, VerifierForm, explain};

use crate::error::{Malformed, Mismatch, Misuse};
use crate::fields::Fields;
use crate::registry::{Unregistered, wire_names};

/// What only the client knows ([RFC 7636 §4.1]).
///
/// ```
/// use tripod_oauth2::pkce::CodeVerifier;
///
/// let mut chance = |bytes: &mut [u8]| bytes.fill(7); // for tests only
/// let verifier = CodeVerifier::generate(&mut chance);
/// let challenge = verifier.challenge();
/// assert_eq!(challenge.verify(verifier.as_secret()), Ok(()));
/// ```
///
/// [RFC 7636 §4.1]: https://www.rfc-editor.org/rfc/rfc7636#section-4.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeVerifier(Secret);

impl CodeVerifier {
    /// Makes a new verifier of 256 random bits, 43 characters long.
    pub fn generate(random: &mut impl Random) -> Self {
        let mut octets = [0; 32];
        random.fill(&mut octets);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(octets)))
    }

    /// Takes a verifier that was made before.
    ///
    /// # Errors
    ///
    /// [`Misuse::CodeVerifier`] if RFC 7636 §4.1 does not allow it.
    pub fn new(verifier: impl Into<Secret>) -> Result<Self, Misuse> {
        let verifier = verifier.into();
        if is_well_formed(verifier.expose()) {
            Ok(Self(verifier))
        } else {
            Err(Misuse::CodeVerifier)
        }
    }

    /// Makes the challenge that goes into the authorization request, by S256.
    #[must_use]
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge {
            method: CodeChallengeMethod::S256,
            challenge: Secret::new(s256(self.0.expose())),
        }
    }

    /// Makes a challenge that is the verifier itself: whoever sees the request can redeem the code.
    ///
    /// Only for servers that are known not to support S256 (RFC 7636 §4.2).
    #[must_use]
    pub fn dangerous_plain_challenge(&self) -> CodeChallenge {
        CodeChallenge {
            method: CodeChallengeMethod::Plain,
            challenge: self.0.clone(),
        }
    }

    /// Returns what goes into the token request.
    #[must_use]
    pub const fn as_secret(&self) -> &Secret {
        &self.0
    }
}

/// What the authorization request tells of the verifier ([RFC 7636 §4.2]).
///
/// [RFC 7636 §4.2]: https://www.rfc-editor.org/rfc/rfc7636#section-4.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeChallenge {
    /// How it was made.
    pub method: CodeChallengeMethod,
    /// The challenge; with `plain` it is the verifier itself.
    pub challenge: Secret,
}

impl CodeChallenge {
    /// Reads a challenge and the method that stands beside it, if one does.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if RFC 7636 §4.2 does not allow the challenge.
    pub fn parse(challenge: &str, method: Option<&str>) -> Result<Self, Malformed> {
        // RFC 7636 §4.3: the method defaults to `plain`.
        let method = method.map_or(CodeChallengeMethod::Plain, CodeChallengeMethod::from);
        let is_digest = challenge.len() == 43 && !challenge.contains(['.', '~']);
        let due = match method {
            CodeChallengeMethod::S256 if !is_digest => {
                "a SHA-256 digest in base64url without padding"
            }
            _ => "made of 43 to 128 unreserved characters",
        };
        if !is_well_formed(challenge) || (method == CodeChallengeMethod::S256 && !is_digest) {
            return Err(Malformed::not("code_challenge", due, "RFC 7636 §4.2"));
        }
        Ok(Self {
            method,
            challenge: challenge.into(),
        })
    }

    /// Checks a verifier, in constant time.
    ///
    /// # Errors
    ///
    /// [`Mismatch::CodeVerifier`] if the challenge was not made of it, and
    /// [`Mismatch::CodeChallengeMethod`] unless it was made by S256.
    pub fn verify(&self, verifier: &Secret) -> Result<(), Mismatch> {
        match self.method {
            CodeChallengeMethod::S256 => {
                self.compare(verifier, &Secret::new(s256(verifier.expose())))
            }
            _ => Err(Mismatch::CodeChallengeMethod),
        }
    }

    /// Checks a verifier, and accepts a challenge that is the verifier itself, too.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), except for `plain`.
    pub fn dangerous_verify_plain_too(&self, verifier: &Secret) -> Result<(), Mismatch> {
        match self.method {
            CodeChallengeMethod::Plain => self.compare(verifier, verifier),
            _ => self.verify(verifier),
        }
    }

    fn compare(&self, verifier: &Secret, derived: &Secret) -> Result<(), Mismatch> {
        // RFC 7636 §4.6: the values have to be equal; §4.1 says what a verifier is at all.
        if is_well_formed(verifier.expose()) && *derived == self.challenge {
            Ok(())
        } else {
            Err(Mismatch::CodeVerifier)
        }
    }

    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Option<Self>, Malformed> {
        let challenge = fields.optional("code_challenge")?;
        let method = fields.optional("code_challenge_method")?;
        match (challenge, method) {
            (Some(challenge), method) => Self::parse(challenge, method).map(Some),
            // A method alone is a challenge that got lost: PKCE would be off in silence.
            (None, Some(_)) => Err(Malformed::missing("code_challenge", "RFC 7636 §4.3")),
            (None, None) => Ok(None),
        }
    }

    pub(crate) fn write(&self, parameters: &mut Parameters) {
        parameters.push("code_challenge", self.challenge.expose());
        parameters.push("code_challenge_method", self.method.as_str());
    }
}

/// How a challenge is made of a verifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeChallengeMethod {
    /// It is the verifier.
    Plain,
    /// It is the verifier's SHA-256 digest in base64url.
    S256,
    /// Any other method.
    Other(Unregistered),
}

wire_names!(CodeChallengeMethod {
    Plain => "plain",
    S256 => "S256",
});

fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// RFC 7636 §4.1 and §4.2: `43*128unreserved`.
fn is_well_formed(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(percent::is_unreserved)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Fault;

    // RFC 7636 Appendix B.
    const OCTETS: [u8; 32] = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37,
        77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];
    const VERIFIER: &str =
        include_str!("../../../vectors/oauth2/pkce/rfc7636-appendix-b/code-verifier");
    const CHALLENGE: &str =
        include_str!("../../../vectors/oauth2/pkce/rfc7636-appendix-b/code-challenge");

    fn appendix_b() -> CodeVerifier {
        CodeVerifier::new(VERIFIER.trim_end()).unwrap()
    }

    #[test]
    fn the_verifier_of_appendix_b_is_generated_from_its_octets() {
        let verifier =
            CodeVerifier::generate(&mut |octets: &mut [u8]| octets.copy_from_slice(&OCTETS));
        assert_eq!(verifier, appendix_b());
    }

    #[test]
    fn the_challenge_of_appendix_b_is_made_of_its_verifier() {
        let challenge = appendix_b().challenge();
        assert_eq!(challenge.challenge.expose(), CHALLENGE.trim_end());
        assert_eq!(challenge.method.as_str(), "S256");
        assert_eq!(challenge.verify(appendix_b().as_secret()), Ok(()));
    }

    #[test]
    fn another_verifier_is_refused() {
        let challenge = appendix_b().challenge();
        let other = "a".repeat(43);
        for verifier in ["", "short", other.as_str(), CHALLENGE.trim_end(), VERIFIER] {
            assert_eq!(
                challenge.verify(&verifier.into()),
                Err(Mismatch::CodeVerifier)
            );
        }
    }

    #[test]
    fn plain_is_accepted_only_by_name() {
        let verifier = appendix_b();
        let challenge = verifier.dangerous_plain_challenge();
        assert_eq!(
            challenge.verify(verifier.as_secret()),
            Err(Mismatch::CodeChallengeMethod)
        );
        assert_eq!(
            challenge.dangerous_verify_plain_too(verifier.as_secret()),
            Ok(())
        );
        assert_eq!(
            verifier
                .challenge()
                .dangerous_verify_plain_too(verifier.as_secret()),
            Ok(())
        );
        let other = Secret::new("a".repeat(43));
        assert_eq!(
            challenge.dangerous_verify_plain_too(&other),
            Err(Mismatch::CodeVerifier)
        );
    }

    #[test]
    fn a_method_nobody_knows_verifies_nothing() {
        let challenge = CodeChallenge::parse(&"a".repeat(43), Some("S512")).unwrap();
        assert_eq!(challenge.method.as_str(), "S512");
        let verifier = Secret::new("a".repeat(43));
        assert_eq!(
            challenge.verify(&verifier),
            Err(Mismatch::CodeChallengeMethod)
        );
        assert_eq!(
            challenge.dangerous_verify_plain_too(&verifier),
            Err(Mismatch::CodeChallengeMethod)
        );
    }

    #[test]
    fn length_and_alphabet_are_those_of_the_rfc() {
        for verifier in [
            "a".repeat(42),
            "a".repeat(129),
            "a".repeat(42) + "=",
            "a".repeat(42) + "+",
            "é".repeat(22),
        ] {
            assert_eq!(
                CodeVerifier::new(verifier.as_str()),
                Err(Misuse::CodeVerifier),
                "{verifier}"
            );
            assert!(
                CodeChallenge::parse(&verifier, Some("S256")).is_err(),
                "{verifier}"
            );
            assert!(CodeChallenge::parse(&verifier, None).is_err(), "{verifier}");
        }
        for verifier in ["a".repeat(43), "-._~".repeat(32)] {
            assert!(CodeVerifier::new(verifier).is_ok());
        }
    }

    #[test]
    fn a_digest_is_as_long_as_a_digest() {
        assert!(CodeChallenge::parse(&"a".repeat(44), Some("S256")).is_err());
        assert!(CodeChallenge::parse(&format!("{}~", "a".repeat(42)), Some("S256")).is_err());
        assert!(CodeChallenge::parse(&"a".repeat(44), Some("plain")).is_ok());
    }

    #[test]
    fn a_method_without_a_challenge_is_refused() {
        let read = |form: &[u8]| {
            CodeChallenge::read(&mut Fields::new(&Parameters::parse(form).unwrap(), ""))
        };
        assert_eq!(
            read(b"code_challenge_method=S256").unwrap_err().fault,
            Fault::Missing
        );
        assert_eq!(
            read(b"code_challenge=a&code_challenge=a")
                .unwrap_err()
                .fault,
            Fault::Repeated
        );
        assert_eq!(read(b""), Ok(None));
    }

    #[test]
    fn a_request_without_a_method_means_plain() {
        let challenge = CodeChallenge::parse(&"a".repeat(43), None).unwrap();
        assert_eq!(challenge.method, CodeChallengeMethod::Plain);
    }

    proptest! {
        #[test]
        fn parsing_undoes_writing(challenge in "[A-Za-z0-9_-]{43}", method in "(S256|plain|x[a-z]{1,5})") {
            let challenge = CodeChallenge::parse(&challenge, Some(&method)).unwrap();
            let mut parameters = Parameters::new();
            challenge.write(&mut parameters);
            prop_assert_eq!(CodeChallenge::read(&mut Fields::new(&parameters, "")), Ok(Some(challenge)));
        }
    }
}

use std::fmt;

/// A value of `oauth_problem`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemCode {
    /// `additional_authorization_required`: the token does not reach this far.
    AdditionalAuthorizationRequired,
    /// `consumer_key_refused`: the client is not served for now.
    ConsumerKeyRefused,
    /// `consumer_key_rejected`: the client is not served.
    ConsumerKeyRejected,
    /// `consumer_key_unknown`: there is no such client.
    ConsumerKeyUnknown,
    /// `nonce_used`: a request like this was seen before.
    NonceUsed,
    /// `parameter_absent`: a parameter is missing.
    ParameterAbsent,
    /// `parameter_rejected`: a parameter is not wanted, or not as it is.
    ParameterRejected,
    /// `permission_denied`: the user did not permit this.
    PermissionDenied,
    /// `permission_unknown`: the user was not asked yet.
    PermissionUnknown,
    /// `signature_invalid`: the signature does not belong to the request.
    SignatureInvalid,
    /// `signature_method_rejected`: not signed by that method here.
    SignatureMethodRejected,
    /// `timestamp_refused`: too old, or from the future.
    TimestampRefused,
    /// `token_expired`: the token was good once.
    TokenExpired,
    /// `token_rejected`: the token is not good.
    TokenRejected,
    /// `token_revoked`: the user took the token back.
    TokenRevoked,
    /// `token_used`: the temporary credentials were used already.
    TokenUsed,
    /// `user_refused`: the user said no.
    UserRefused,
    /// `verifier_invalid`: the verification code is another (of 1.0a providers).
    VerifierInvalid,
    /// `version_rejected`: not this version of OAuth.
    VersionRejected,
    /// Anything else.
    Other(String),
}

impl ProblemCode {
    const KNOWN: [(Self, &str); 19] = [
        (
            Self::AdditionalAuthorizationRequired,
            "additional_authorization_required",
        ),
        (Self::ConsumerKeyRefused, "consumer_key_refused"),
        (Self::ConsumerKeyRejected, "consumer_key_rejected"),
        (Self::ConsumerKeyUnknown, "consumer_key_unknown"),
        (Self::NonceUsed, "nonce_used"),
        (Self::ParameterAbsent, "parameter_absent"),
        (Self::ParameterRejected, "parameter_rejected"),
        (Self::PermissionDenied, "permission_denied"),
        (Self::PermissionUnknown, "permission_unknown"),
        (Self::SignatureInvalid, "signature_invalid"),
        (Self::SignatureMethodRejected, "signature_method_rejected"),
        (Self::TimestampRefused, "timestamp_refused"),
        (Self::TokenExpired, "token_expired"),
        (Self::TokenRejected, "token_rejected"),
        (Self::TokenRevoked, "token_revoked"),
        (Self::TokenUsed, "token_used"),
        (Self::UserRefused, "user_refused"),
        (Self::VerifierInvalid, "verifier_invalid"),
        (Self::VersionRejected, "version_rejected"),
    ];

    /// Reads the word; one that is not known is kept.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let known = Self::KNOWN
            .into_iter()
            .find(|(_, candidate)| *candidate == word);
        known.map_or_else(|| Self::Other(word.to_owned()), |(code, _)| code)
    }

    /// Returns the word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        if let Self::Other(word) = self {
            return word;
        }
        let known = Self::KNOWN.iter().find(|(code, _)| code == self);
        known.map_or("", |(_, word)| word)
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_round_trip() {
        for (code, word) in ProblemCode::KNOWN {
            assert_eq!(code.as_str(), word);
            assert_eq!(ProblemCode::parse(word), code);
        }
        assert_eq!(ProblemCode::parse("tea_time").as_str(), "tea_time");
    }
}

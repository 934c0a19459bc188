/// Something that a program saw itself, and that stands in no message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// The authorization endpoint was asked with a client id.
    ClientId {
        /// Whether it went on as with a client that it knows.
        is_known: bool,
    },
    /// A client showed who it is with a grant that was made up, by one method after the other.
    ClientTried {
        /// The method that is configured, as RFC 7591 §2 names it.
        configured: String,
        /// The methods with which the client was refused.
        refused: Vec<String>,
        /// The first method with which it was not.
        accepted: Option<String>,
    },
    /// This machine's clock is so many seconds ahead of a server's.
    Clock {
        /// The server.
        host: String,
        /// How far, in seconds; negative if it is behind.
        ahead: i64,
    },
    /// An address that is configured is not the one that the provider publishes.
    Endpoint {
        /// What it is, as RFC 8414 §2 names it.
        name: String,
        /// The address that is configured.
        configured: String,
        /// The address that is published.
        published: String,
    },
    /// A token was granted without some of the scopes that were asked for.
    Granted {
        /// What was asked for.
        asked: String,
        /// What the token is good for.
        granted: String,
    },
    /// Something is configured that cannot be used.
    Misconfigured {
        /// The setting, in the words of the RFC.
        setting: String,
        /// What is wrong with it, in words that hold no secret.
        problem: String,
    },
    /// There is no metadata of an issuer anywhere.
    NoMetadata {
        /// The issuer.
        issuer: String,
    },
    /// There is no token.
    NoToken,
    /// The token was issued by somebody else than who is configured.
    OtherIssuer {
        /// Who issued it.
        token: String,
        /// Who is configured.
        configured: String,
    },
    /// The authorization endpoint turned the browser away before anybody was asked.
    RedirectRefused {
        /// Where the browser would have come back.
        redirect_uri: String,
        /// The status of the refusal.
        status: u16,
    },
    /// The provider wants a client secret, and there is none.
    SecretMissing,
    /// The token's time is over, and nothing is there to renew it with.
    TokenOver {
        /// For how many seconds.
        since: i64,
    },
    /// Something failed, and nothing says why.
    Unexplained,
    /// A server could not be reached.
    Unreachable {
        /// The server.
        host: String,
        /// Why.
        obstacle: Obstacle,
        /// What the system said, in words that hold no secret.
        said: String,
    },
}

/// What lies between this machine and a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The certificate's time is over, or has not begun.
    CertificateExpired,
    /// The certificate is for another name.
    CertificateName,
    /// The certificate is by nobody who is trusted here.
    CertificateUntrusted,
    /// The connection broke off.
    Closed,
    /// The name is not known.
    NameUnknown,
    /// Something else.
    Other,
    /// Nobody listens there.
    Refused,
    /// There was no answer in time.
    Timeout,
    /// TLS could not be agreed on.
    Tls,
}

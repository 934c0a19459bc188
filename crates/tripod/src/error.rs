//! What went wrong, at which stage, and what to do about it.

use std::time::Duration;
use std::{fmt, io};

use http::{HeaderMap, StatusCode};
use thiserror::Error as ThisError;
use tripod_doctor::evidence::Exchange;
use tripod_doctor::known::Known;
use tripod_oauth1::answer::AnswerError;
use tripod_oauth1::authorization::CallbackError;
use tripod_oauth1::problem::Problem;
use tripod_oauth1::signer::SignError;
use tripod_oauth2::answer::Excerpt;
use tripod_oauth2::error::{self as oauth2, ErrorCode, ErrorResponse, Misuse};
use tripod_oauth2::jose::KeyError;

mod evidence;
pub(crate) mod obstacle;

use crate::preset::{FlowError, PlacementError, RequestError, VariableError};

/// A failure: where it happened, why, and what the server said. It never holds a secret.
///
/// ```
/// use tripod::error::{Advice, Error};
///
/// fn next(error: &Error) -> &'static str {
///     match error.advice() {
///         Advice::LogIn => "please log in again",
///         Advice::Retry => "the server is busy; trying again",
///         _ => "this needs a developer",
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    stage: Stage,
    failure: Failure,
    exchanges: Vec<Exchange>,
    known: Option<Known>,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// The user was asked to authorize, or sent back.
    Authorization,
    /// A device waited for its user.
    Device,
    /// The provider's metadata was looked up.
    Discovery,
    /// A token was looked at.
    Introspection,
    /// A request was pushed.
    Push,
    /// A token was refreshed.
    Refresh,
    /// The API was called.
    Request,
    /// A token was revoked.
    Revocation,
    /// OAuth 1 temporary credentials were asked for.
    TemporaryCredentials,
    /// A token was asked for.
    Token,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authorization => "authorization",
            Self::Device => "device authorization",
            Self::Discovery => "discovery",
            Self::Introspection => "introspection",
            Self::Push => "pushed authorization request",
            Self::Refresh => "refresh",
            Self::Request => "request",
            Self::Revocation => "revocation",
            Self::TemporaryCredentials => "temporary credentials",
            Self::Token => "token request",
        })
    }
}

/// Why it failed, grouped by who must act.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Failure {
    /// Nobody came back in time.
    #[error("nobody came back within {} s", waited.as_secs())]
    Abandoned {
        /// How long it was waited for.
        waited: Duration,
    },
    /// What the user came back with is not an OAuth 1 grant of this login.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// The address would send secrets in clear.
    #[error("{uri} is not https: secrets would travel in clear")]
    Cleartext {
        /// Where to, without its query.
        uri: String,
    },
    /// The user could not be shown the provider's page, or not be asked.
    #[error("the user cannot be asked")]
    Interaction {
        /// What the system said.
        source: io::Error,
    },
    /// It is no address.
    #[error("this is not an absolute http or https URI")]
    InvalidUri,
    /// The port at which the browser comes back cannot be listened on.
    #[error("cannot wait for the browser on {place}")]
    Listener {
        /// The port.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is no token, or none that can be refreshed: the user has to log in.
    #[error("nobody is logged in: {reason}")]
    LoginNeeded {
        /// Why what there was does not do.
        reason: &'static str,
    },
    /// The answer of an OAuth 1 provider holds no credentials.
    #[error(transparent)]
    OAuth1Answer(#[from] AnswerError),
    /// A step of OAuth 1 cannot be written for this provider.
    #[error(transparent)]
    OAuth1Flow(#[from] FlowError),
    /// An OAuth 1 provider refused.
    #[error("the provider refused with status {status}{}", problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default())]
    OAuth1Refused {
        /// Its status.
        status: StatusCode,
        /// What it said, in the terms of OAuth Problem Reporting.
        problem: Option<Box<Problem>>,
        /// The beginning of its answer.
        answer: Box<Excerpt>,
    },
    /// A message of OAuth 2 could not be used: refused, malformed, or a security check failed.
    #[error(transparent)]
    OAuth2(#[from] oauth2::Error),
    /// An answer cannot be written to where it was to go.
    #[error("the answer cannot be written")]
    Output {
        /// What the system said.
        source: io::Error,
    },
    /// A token cannot be put where this provider wants it.
    #[error(transparent)]
    Placement(#[from] PlacementError),
    /// A request cannot be written for this provider.
    #[error(transparent)]
    Provider(#[from] RequestError),
    /// A redirect led somewhere that the authorization must not go, or in a circle.
    #[error("{problem}")]
    Redirect {
        /// What was wrong with it.
        problem: &'static str,
    },
    /// A blocking session cannot wait here.
    #[error("a blocking session cannot wait")]
    Runtime {
        /// Why.
        source: io::Error,
    },
    /// A request cannot be signed as it is.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A key cannot sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A form that is a stream cannot be signed.
    #[error("a form that is a stream cannot be signed: send it from memory")]
    StreamedForm,
    /// The network, TLS, or HTTP itself.
    #[error("{}", transport_problem(source))]
    Transport {
        /// What the HTTP client said; its address is taken out.
        source: reqwest::Error,
    },
    /// The answer was longer than any such answer is.
    #[error("the answer is longer than {limit} octets")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The provider cannot do what was asked for, or nobody has said how.
    #[error("{what}")]
    Unsupported {
        /// What is missing.
        what: &'static str,
    },
    /// A preset lacks a value.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// Tokens could not be stored or read.
    #[error("the vault cannot be used")]
    Vault {
        /// Why.
        #[from]
        source: tripod_vault::error::Error,
    },
}

/// What to do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Change the settings, or the code.
    FixConfiguration,
    /// Have the user log in again.
    LogIn,
    /// Refresh the token; a session does that by itself where it can.
    Refresh,
    /// Try again later.
    Retry,
}

impl Error {
    /// Notes a failure at a stage.
    pub fn new(stage: Stage, failure: impl Into<Failure>) -> Self {
        Self(Box::new(Inner {
            stage,
            failure: failure.into(),
            exchanges: Vec::new(),
            known: None,
        }))
    }

    /// Notes what the client knows besides, which is for the doctor alone; what is nearer counts.
    pub(crate) fn knowing(mut self, known: Known) -> Self {
        let nearer = self.0.known.take().unwrap_or_default();
        self.0.known = Some(nearer.or(known));
        self
    }

    pub(crate) fn known(&self) -> Option<&Known> {
        self.0.known.as_ref()
    }

    /// Notes what had been sent and answered when it failed, the oldest first.
    pub(crate) fn of(mut self, exchanges: Vec<Exchange>) -> Self {
        self.0.exchanges = exchanges;
        self
    }

    pub(crate) fn transport(stage: Stage, source: reqwest::Error) -> Self {
        // The address may hold a token in its query.
        let source = source.without_url();
        Self::new(stage, Failure::Transport { source })
    }

    /// Notes that the body of an answer broke off while it was read.
    #[must_use]
    pub fn broken_off(source: reqwest::Error) -> Self {
        Self::transport(Stage::Request, source)
    }

    /// Returns what was being done.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// Returns why it failed.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.0.failure
    }

    /// Returns what had been sent and answered when it failed, the oldest first, as far as it matters.
    ///
    /// For a failed login it is the whole login; for a call that was never answered, the request.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.0.exchanges
    }

    /// Takes the reason out.
    #[must_use]
    pub fn into_failure(self) -> Failure {
        self.0.failure
    }

    /// Returns the error on the wire, if OAuth 2 named one.
    #[must_use]
    pub fn oauth_error(&self) -> Option<&ErrorResponse> {
        match &self.0.failure {
            Failure::OAuth2(oauth2::Error::Refused(refusal)) => Some(&refusal.error),
            _ => None,
        }
    }

    /// Returns the problem on the wire, if OAuth 1 named one.
    #[must_use]
    pub fn oauth_problem(&self) -> Option<&Problem> {
        match &self.0.failure {
            Failure::OAuth1Refused { problem, .. } => problem.as_deref(),
            _ => None,
        }
    }

    /// Returns the beginning of the answer, if there was one.
    #[must_use]
    pub fn excerpt(&self) -> Option<&Excerpt> {
        match &self.0.failure {
            Failure::OAuth1Refused { answer, .. } => Some(answer),
            Failure::OAuth2(oauth2::Error::Malformed { answer, .. }) => answer.as_deref(),
            Failure::OAuth2(oauth2::Error::Refused(refusal)) => refusal.answer.as_ref(),
            _ => None,
        }
    }

    /// Returns the status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.failure {
            Failure::OAuth1Refused { status, .. } => Some(*status),
            Failure::Transport { source } => source.status(),
            _ => self.excerpt().map(|excerpt| excerpt.status),
        }
    }

    /// Returns those headers of the answer that help to find the cause, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.excerpt().map(|excerpt| &excerpt.headers)
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn advice(&self) -> Advice {
        match &self.0.failure {
            Failure::LoginNeeded { .. } | Failure::Abandoned { .. } | Failure::Callback(_) => {
                Advice::LogIn
            }
            Failure::OAuth1Refused {
                status, problem, ..
            } => oauth1_advice(self.0.stage, *status, problem.as_deref()),
            Failure::OAuth2(error) => oauth2_advice(error),
            Failure::Transport { .. } | Failure::Vault { .. } => Advice::Retry,
            _ => Advice::FixConfiguration,
        }
    }
}

fn oauth1_advice(stage: Stage, status: StatusCode, problem: Option<&Problem>) -> Advice {
    if is_passing(status) {
        return Advice::Retry;
    }
    // Whatever is wrong with the session handle: only the user can grant another one.
    if stage == Stage::Refresh {
        return Advice::LogIn;
    }
    match problem.map(|problem| problem.code.as_str()) {
        Some("token_expired" | "token_rejected" | "token_revoked" | "permission_denied") => {
            Advice::LogIn
        }
        _ => Advice::FixConfiguration,
    }
}

fn oauth2_advice(error: &oauth2::Error) -> Advice {
    let oauth2::Error::Refused(refusal) = error else {
        return match error {
            oauth2::Error::Misuse(Misuse::TokenExpired) => Advice::Refresh,
            // A proxy's page instead of an answer.
            oauth2::Error::Malformed {
                answer: Some(answer),
                ..
            } if is_passing(answer.status) => Advice::Retry,
            _ => Advice::FixConfiguration,
        };
    };
    let status = refusal.answer.as_ref().map(|answer| answer.status);
    match &refusal.error.code {
        ErrorCode::InvalidToken => Advice::Refresh,
        ErrorCode::InvalidGrant
        | ErrorCode::AccessDenied
        | ErrorCode::LoginRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::ExpiredToken => Advice::LogIn,
        ErrorCode::TemporarilyUnavailable | ErrorCode::ServerError | ErrorCode::SlowDown => {
            Advice::Retry
        }
        _ if status.is_some_and(is_passing) => Advice::Retry,
        _ => Advice::FixConfiguration,
    }
}

fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn transport_problem(source: &reqwest::Error) -> &'static str {
    if source.is_timeout() {
        "the server did not answer in time"
    } else if source.is_connect() {
        "the server cannot be reached"
    } else if source.is_body() || source.is_decode() {
        "the answer broke off"
    } else {
        "the request could not be sent"
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("stage", &self.0.stage)
            .field("failure", &self.0.failure)
            .field("exchanges", &self.0.exchanges.len())
            .finish_non_exhaustive()
    }
}

fn root<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.0.stage, self.0.failure)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.failure {
            // Each layer of the HTTP client says that the one below it failed; the last says why.
            Failure::Transport { source } => Some(root(source)),
            failure => std::error::Error::source(failure),
        }
    }
}

//! Why a command that calls servers failed, and what to do next.

use std::io;

use tripod::error::{Advice, Error, Failure, Stage};
use tripod::preset::{DirectoryError, UnknownPreset};
use tripod_oauth1::authorization::CallbackError;
use tripod_oauth2::error as oauth2;
use tripod_oauth2::jose;

use crate::exit::Exit;
use crate::explained::Explained;
use crate::profiles::{Profile, ProfilesError};
use crate::secret_source::FileError;

/// Why `demo`, `login`, `request`, `token` or `profile` failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFailed {
    #[error("the API answered {status}")]
    Api {
        status: http::StatusCode,
        explained: Explained,
    },
    #[error(transparent)]
    Call(#[from] Error),
    #[error("{name}")]
    CallAs {
        name: String,
        profile: Box<Profile>,
        source: Error,
    },
    #[error("cannot {doing}")]
    Demo {
        doing: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{0}")]
    Input(String),
    #[error("cannot write the result")]
    Output(#[source] io::Error),
    #[error(transparent)]
    Preset(#[from] UnknownPreset),
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    #[error("cannot begin")]
    Runtime(#[source] io::Error),
    #[error("cannot use the vault")]
    Vault(#[from] tripod_vault::error::Error),
}

impl CallFailed {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Api { .. } => Exit::Api,
            Self::Call(error) | Self::CallAs { source: error, .. } => exit(error),
            Self::Demo { .. } | Self::Output(_) | Self::Runtime(_) => Exit::Unexpected,
            Self::Vault(error) => exit_of_vault(error),
            Self::Directory(_) | Self::File(_) | Self::Input(_) | Self::Preset(_) => Exit::Usage,
            Self::Profiles(error) => error.exit(),
        }
    }

    /// Says why, where what went over the wire tells.
    pub(crate) fn explained(&self) -> Explained {
        match self {
            Self::Api { explained, .. } => explained.clone(),
            Self::CallAs {
                name,
                profile,
                source,
            } if !source.evidence().exchanges.is_empty() => {
                Explained::new(name, profile, source.diagnose())
            }
            _ => Explained::default(),
        }
    }

    /// Says what to do next, where the message does not.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Call(error) => hint(error, "PROFILE"),
            Self::CallAs { name, source, .. } => hint(source, name),
            Self::Vault(error) => Some(error.advice()),
            Self::Preset(_) => Some("`tripod providers` lists those that are known".to_owned()),
            Self::Profiles(error) => error.hint(),
            _ => None,
        }
    }
}

fn exit(error: &Error) -> Exit {
    match error.failure() {
        Failure::LoginNeeded { .. } | Failure::Abandoned { .. } => Exit::LoginNeeded,
        Failure::OAuth2(oauth2::Error::Mismatch(_)) | Failure::Cleartext { .. } => Exit::Security,
        Failure::Callback(CallbackError::OtherToken) => Exit::Security,
        Failure::OAuth2(oauth2::Error::Misuse(_)) => Exit::Usage,
        // What was typed is malformed, and nobody was asked yet.
        Failure::OAuth2(oauth2::Error::Malformed { answer: None, .. })
            if error.stage() == Stage::Discovery =>
        {
            Exit::Usage
        }
        Failure::OAuth2(_) | Failure::OAuth1Refused { .. } if needs_login(error) => {
            Exit::LoginNeeded
        }
        Failure::OAuth2(_)
        | Failure::OAuth1Refused { .. }
        | Failure::OAuth1Answer(_)
        | Failure::Callback(_)
        | Failure::TooLong { .. } => Exit::Refused,
        Failure::Transport { .. } | Failure::Listener { .. } | Failure::Redirect { .. } => {
            Exit::Network
        }
        Failure::Vault { source } => exit_of_vault(source),
        Failure::Interaction { .. } => Exit::Unexpected,
        _ => Exit::Usage,
    }
}

/// A refresh that was refused for good: what was granted is over.
fn needs_login(error: &Error) -> bool {
    error.stage() == Stage::Refresh && error.advice() == Advice::LogIn
}

fn hint(error: &Error, profile: &str) -> Option<String> {
    let log_in = || Some(format!("log in again: tripod login {profile}"));
    match error.failure() {
        Failure::LoginNeeded { .. } => Some(format!("log in first: tripod login {profile}")),
        _ if needs_login(error) => log_in(),
        Failure::Abandoned { .. } => Some(
            "try again; --paste does without coming back by itself, --timeout waits longer"
                .to_owned(),
        ),
        Failure::Listener { .. } => {
            Some("take another port with --port, or --paste to do without one".to_owned())
        }
        Failure::Cleartext { .. } => Some("give an address that begins with https://".to_owned()),
        Failure::Transport { .. } => Some(passable(error, profile)),
        Failure::OAuth2(oauth2::Error::Mismatch(mismatch)) if is_of_time(mismatch) => {
            Some(CLOCK.to_owned())
        }
        Failure::OAuth2(oauth2::Error::Mismatch(_))
        | Failure::Callback(CallbackError::OtherToken) => {
            Some("do not use what came; begin the login again".to_owned())
        }
        // RFC 9700 §4.12: what is sent to an endpoint holds secrets, and follows no redirect.
        _ if error.status().is_some_and(|status| status.is_redirection()) => {
            Some("give the address that it leads to; requests to endpoints follow none".to_owned())
        }
        Failure::Vault { source } => Some(source.advice()),
        Failure::Unsupported { .. } => None,
        _ => match error.advice() {
            Advice::LogIn => log_in(),
            Advice::Retry => Some("the server is busy or out of order; try again later".to_owned()),
            _ => said(error),
        },
    }
}

const CLOCK: &str = "compare this machine's clock with the provider's, and set it right";

/// A token that is good at another time.
const fn is_of_time(mismatch: &oauth2::Mismatch) -> bool {
    matches!(
        mismatch,
        oauth2::Mismatch::Token(
            jose::Mismatch::Expired | jose::Mismatch::IssuedInFuture | jose::Mismatch::NotYetValid
        )
    )
}

/// What to do about what lies between here and the server.
fn passable(error: &Error, profile: &str) -> String {
    match error.diagnose().into_iter().next() {
        Some(finding) if finding.code == "network/tls-untrusted" => format!(
            "if you trust the server, name the certificate of its authority: tripod login \
             {profile} --ca-file FILE"
        ),
        Some(finding) => finding.fix,
        None => "check the address and the network, then try again".to_owned(),
    }
}

/// A vault whose protection fails is not a machine out of order.
const fn exit_of_vault(error: &tripod_vault::error::Error) -> Exit {
    use tripod_vault::error::Error;
    match error {
        Error::Exposed { .. } | Error::Foreign { .. } | Error::WrongKey { .. } => Exit::Security,
        Error::NoHome | Error::PassphraseNeeded { .. } => Exit::Usage,
        _ => Exit::Unexpected,
    }
}

/// What the server said, where that is all there is to go by.
fn said(error: &Error) -> Option<String> {
    let code = error.oauth_error()?.code.as_str().to_owned();
    let text = match code.as_str() {
        "invalid_client" => "check --client-id and the client secret; log in again to change them",
        "invalid_dpop_proof" => CLOCK,
        "invalid_grant" => "the code, token or password was not accepted; begin the login again",
        "invalid_scope" => "ask for other scopes with --scope",
        "redirect_uri_mismatch" => "register the redirect URI, or give its port with --port",
        "unauthorized_client" => "the client is not registered for this flow; try another one",
        "unsupported_grant_type" => "the provider does not know this flow; try another one",
        _ => return None,
    };
    Some(text.to_owned())
}

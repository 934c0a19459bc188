//! What to type against a finding.

use tripod_doctor::finding::{Correction, Finding};

use crate::profiles::Profile;

/// Returns the commands, with the profile's own name and values; capitals stand for what is to be
/// filled in.
pub(crate) fn lines(finding: &Finding, name: &str, profile: &Profile) -> Vec<String> {
    let login = |flags: &str| vec![format!("tripod login {name} {flags}").trim_end().to_owned()];
    if let Some(flags) = finding.correction.as_ref().and_then(flags) {
        return login(&flags);
    }
    let code = finding.code;
    let (family, rest) = code.rsplit_once('/').unwrap_or(("", code));
    match (family, rest) {
        ("network", rest) => network(rest, &finding.cause, name, profile),
        ("oauth2/client-authentication", "unknown-client") => login("--client-id ID"),
        ("oauth2/client-authentication", "wrong-method" | "two-methods") => {
            login("--client-authentication post")
        }
        ("oauth2/client-authentication", _) | ("setup", "client-secret-missing") => {
            login("--client-secret-file FILE")
        }
        ("oauth1/consumer-key", _) => login("--client-id KEY --client-secret-file FILE"),
        ("oauth1/signature", _) => login("--client-secret-file FILE"),
        ("oauth2/issuer", "no-metadata") => login("--issuer URL"),
        ("oauth2/redirect-uri" | "oauth1/callback", _) => login("--port PORT"),
        ("oauth2/scope", _) => login(&scopes(profile)),
        ("oauth1/timestamp", _) => set_clock(),
        ("setup", "invalid") => vec![format!("tripod profile show {name}")],
        (
            "setup"
            | "oauth1/token"
            | "oauth1/verifier"
            | "oauth2/access-token"
            | "oauth2/callback"
            | "oauth2/code"
            | "oauth2/refresh",
            _,
        )
        | ("oauth2/token-request", "invalid-grant") => login(""),
        ("doctor", _) => Vec::new(),
        _ => vec![format!("tripod explain {code}")],
    }
}

/// Writes a setting with its right value as `login` takes it.
fn flags(correction: &Correction) -> Option<String> {
    let value = quoted(&correction.value);
    Some(match correction.setting.as_str() {
        "authorization_endpoint" => format!("--authorization-endpoint {value}"),
        "client_authentication" => match correction.value.as_str() {
            "client_secret_basic" => "--client-authentication basic".to_owned(),
            "client_secret_basic_raw" => "--client-authentication basic-raw".to_owned(),
            "client_secret_post" => "--client-authentication post".to_owned(),
            _ => return None,
        },
        "device_authorization_endpoint" => format!("--device-endpoint {value}"),
        "issuer" => format!("--issuer {value}"),
        "token_endpoint" => format!("--token-endpoint {value}"),
        _ => return None,
    })
}

fn network(rest: &str, cause: &str, name: &str, profile: &Profile) -> Vec<String> {
    match rest {
        "clock" => set_clock(),
        "tls-untrusted" => vec![format!("tripod login {name} --ca-file FILE")],
        "tls-expired" => vec!["date -u".to_owned()],
        _ => {
            let known = [
                &profile.issuer,
                &profile.token_endpoint,
                &profile.api,
                &profile.temporary_credentials_endpoint,
            ];
            // The cause begins with the host that was asked, which may be that of an API.
            let asked = cause.split(' ').next();
            let is_asked = |uri: &&String| uri.split('/').nth(2) == asked;
            let whom = known.into_iter().flatten().find(is_asked);
            let whom = whom.map(|whom| quoted(whom));
            vec![format!("curl -v {}", whom.as_deref().unwrap_or("URL"))]
        }
    }
}

fn set_clock() -> Vec<String> {
    let command = match std::env::consts::OS {
        "macos" => "sudo sntp -sS time.apple.com",
        "windows" => "w32tm /resync",
        _ => "sudo timedatectl set-ntp true",
    };
    vec![command.to_owned()]
}

fn scopes(profile: &Profile) -> String {
    match profile.scopes.is_empty() {
        true => "--scope SCOPE".to_owned(),
        false => format!("--scope {}", quoted(&profile.scopes.join(" "))),
    }
}

/// Writes a value so that a shell takes it for one word.
fn quoted(value: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@%+=,".contains(letter);
    match !value.is_empty() && value.chars().all(is_plain) {
        true => value.to_owned(),
        false => format!("'{}'", value.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_quoted_value_for_one_word() {
        assert_eq!(
            quoted("https://id.example/a%20b"),
            "https://id.example/a%20b"
        );
        assert_eq!(quoted("read write"), "'read write'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}

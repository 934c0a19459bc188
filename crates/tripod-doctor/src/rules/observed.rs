//! What a program saw itself: clocks, connections, and what is configured.

use super::list;
use crate::case::Case;
use crate::catalogue::{self, RECOMPUTED, SPECIFIC, VAGUE};
use crate::evidence::{Observation, Obstacle};
use crate::finding::{Finding, Likelihood};
use crate::wording::{span, uri_differences};

/// Says of each observation what it means, if it means anything.
pub(super) fn observations(case: &Case<'_>) -> Vec<Finding> {
    let observed = &case.evidence.observations;
    observed.iter().filter_map(|seen| one(case, seen)).collect()
}

fn one(case: &Case<'_>, seen: &Observation) -> Option<Finding> {
    match seen {
        Observation::ClientId { .. } => None,
        Observation::ClientTried {
            configured,
            refused,
            accepted,
        } => client(case, configured, refused, accepted.as_deref()),
        Observation::Clock { host, ahead } => clock(host, *ahead),
        Observation::Endpoint {
            name,
            configured,
            published,
        } => endpoint(name, configured, published),
        Observation::Granted { asked, granted } => granted_less(asked, granted),
        Observation::Misconfigured { setting, problem } => {
            let cause = format!("`{setting}` cannot be used: {problem}.");
            Some(certain("setup/invalid").because(cause))
        }
        Observation::NoMetadata { issuer } => {
            let cause = format!("At none of the well-known places of `{issuer}` are metadata.");
            Some(certain("oauth2/issuer/no-metadata").because(cause))
        }
        Observation::NoToken => Some(certain("setup/not-logged-in")),
        Observation::OtherIssuer { token, configured } => {
            let differences = uri_differences(token, configured);
            let cause = format!(
                "The token was issued by `{token}`, and `{configured}` is configured: {}.",
                list(&differences)
            );
            Some(certain("setup/other-issuer").because(cause))
        }
        Observation::RedirectRefused {
            redirect_uri,
            status,
        } => Some(redirect_refused(redirect_uri, *status)),
        Observation::SecretMissing => Some(certain("setup/client-secret-missing")),
        Observation::TokenOver { since } => {
            let cause = format!(
                "The access token expired {} ago, and there is no refresh token.",
                span(*since)
            );
            Some(certain("setup/login-over").because(cause))
        }
        Observation::Unexplained => Some(certain("doctor/unexplained").weighing(0)),
        Observation::Unreachable {
            host,
            obstacle,
            said,
        } => Some(unreachable(host, *obstacle, said)),
    }
}

fn certain(code: &str) -> Finding {
    Finding::new(catalogue::entry(code), Likelihood::Certain).weighing(RECOMPUTED)
}

/// Less than a minute is forgiven everywhere; more than five nowhere.
fn clock(host: &str, ahead: i64) -> Option<Finding> {
    const FORGIVEN: i64 = 60;
    const NEVER: i64 = 300;
    if ahead.abs() <= FORGIVEN {
        return None;
    }
    let likelihood = if ahead.abs() > NEVER {
        Likelihood::Certain
    } else {
        Likelihood::Likely
    };
    let side = if ahead > 0 { "ahead of" } else { "behind" };
    let cause = format!(
        "The clock of this machine is {} {side} that of {host}.",
        span(ahead)
    );
    let finding = Finding::new(catalogue::entry("network/clock"), likelihood).because(cause);
    // What was recomputed from the failed call itself says more.
    Some(finding.weighing(SPECIFIC))
}

fn client(
    case: &Case<'_>,
    configured: &str,
    refused: &[String],
    accepted: Option<&str>,
) -> Option<Finding> {
    if refused.is_empty() {
        return None;
    }
    let Some(accepted) = accepted else {
        return Some(by_no_method(case, refused));
    };
    let is_encoding = |method: &str| method.starts_with("client_secret_basic");
    let code = if is_encoding(configured) && is_encoding(accepted) {
        "oauth2/client-authentication/basic-encoding"
    } else {
        "oauth2/client-authentication/wrong-method"
    };
    let cause = format!(
        "With the same id and secret, the provider refuses {} and takes {}.",
        method(configured),
        method(accepted)
    );
    let fix = format!("Send {}.", method(accepted));
    let finding = certain(code).because(cause).mended_by(fix);
    Some(finding.correcting("client_authentication", accepted))
}

fn by_no_method(case: &Case<'_>, refused: &[String]) -> Finding {
    let known = case
        .evidence
        .observations
        .iter()
        .find_map(|seen| match seen {
            Observation::ClientId { is_known } => Some(*is_known),
            _ => None,
        });
    let tried: Vec<String> = refused.iter().map(|name| method(name).to_owned()).collect();
    let tried = list(&tried);
    let (code, cause) = match known {
        Some(false) => (
            "oauth2/client-authentication/unknown-client",
            format!(
                "The provider refuses the client with {tried}, and its authorization endpoint does not know the client id either."
            ),
        ),
        Some(true) => (
            "oauth2/client-authentication/wrong-secret",
            format!(
                "The provider refuses the client with {tried}, and its authorization endpoint takes the client id: so it is the secret."
            ),
        ),
        None => (
            "oauth2/client-authentication/refused",
            format!("The provider refuses the client with {tried}: id or secret is not right."),
        ),
    };
    let fix = "Compare id and secret with the provider's console: the same app, the same environment, nothing cut off, nothing old.";
    let finding = Finding::new(catalogue::entry(code), Likelihood::Likely);
    finding.because(cause).mended_by(fix).weighing(RECOMPUTED)
}

/// Says in words how a client shows who it is.
fn method(name: &str) -> &str {
    match name {
        "client_secret_basic" => "the secret in the header",
        "client_secret_basic_raw" => "the secret in the header, not form-encoded",
        "client_secret_post" => "the secret in the body",
        "none" => "the client id alone",
        "private_key_jwt" | "client_secret_jwt" => "a signed assertion",
        name => name,
    }
}

fn endpoint(name: &str, configured: &str, published: &str) -> Option<Finding> {
    let differences = uri_differences(configured, published);
    if differences.is_empty() {
        return None;
    }
    let cause = format!(
        "`{name}` is configured as {configured}, and the provider publishes {published}: {}.",
        list(&differences)
    );
    // Providers keep old addresses alive, and publish one of several.
    let finding = Finding::new(catalogue::entry("setup/other-endpoint"), Likelihood::Likely);
    Some(finding.because(cause).correcting(name, published))
}

fn granted_less(asked: &str, granted: &str) -> Option<Finding> {
    let missing = super::scope::missing(asked, granted)?;
    let cause = format!("The token was granted without {}.", list(&missing.names));
    let finding = Finding::new(
        catalogue::entry("oauth2/scope/not-granted"),
        missing.likelihood,
    );
    Some(
        finding
            .because(cause)
            .weighing(RECOMPUTED)
            .seen(format!("scope: {granted}"), "the token"),
    )
}

fn redirect_refused(redirect_uri: &str, status: u16) -> Finding {
    let cause = format!(
        "The authorization endpoint answers {status} before it asks anybody: most often because `{redirect_uri}` is not registered for this client, or the client is not known."
    );
    let fix = format!(
        "Register `{redirect_uri}` exactly as it stands here, or use one that is registered."
    );
    let entry = catalogue::entry("oauth2/redirect-uri/mismatch");
    // What the server says in words says more.
    let finding = Finding::new(entry, Likelihood::Likely).weighing(VAGUE);
    finding.because(cause).mended_by(fix)
}

fn unreachable(host: &str, obstacle: Obstacle, said: &str) -> Finding {
    let (code, what) = match obstacle {
        Obstacle::CertificateExpired => (
            "network/tls-expired",
            "its certificate has expired, by the clock of this machine",
        ),
        Obstacle::CertificateName => ("network/tls-name", "its certificate is for another name"),
        Obstacle::CertificateUntrusted => (
            "network/tls-untrusted",
            "its certificate is by nobody who is trusted here",
        ),
        Obstacle::Closed => ("network/closed", "the connection broke off"),
        Obstacle::NameUnknown => ("network/name-unknown", "there is no such name"),
        Obstacle::Other => ("network/failed", "the connection failed"),
        Obstacle::Refused => ("network/refused", "nobody listens there"),
        Obstacle::Timeout => ("network/timeout", "there was no answer in time"),
        Obstacle::Tls => ("network/tls", "TLS could not be agreed on"),
    };
    let finding = certain(code).because(format!("{host} cannot be reached: {what}."));
    if said.is_empty() {
        return finding;
    }
    finding.seen(said, "what the system says")
}

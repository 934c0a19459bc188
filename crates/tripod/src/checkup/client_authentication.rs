//! Whether the provider takes the client for who it is; asked with grants that were made up.

use tripod_core::form;
use tripod_core::random::Random as _;
use tripod_core::secret::Secret;
use tripod_doctor::catalogue::{self, Section};
use tripod_doctor::evidence::Observation;
use tripod_doctor::finding::Likelihood;
use tripod_oauth2::error::{self as oauth2, ErrorCode};
use tripod_oauth2::token::{AuthorizationCodeGrant, RefreshTokenGrant, TokenRequest};

use super::redirect_uri::{self, Errand};
use super::round::{Made, Stop};
use crate::client::{Authentication, Client, Registration};
use crate::error::{Error, Failure, Stage};
use crate::preset::ClientAuthenticationMethod;

/// What the provider makes of the client.
enum Verdict {
    /// It takes it, and refuses the grant.
    Accepted,
    /// It takes it, and would not renew tokens for it.
    MayNotRefresh,
    /// It does not take it.
    Refused(Error),
    /// It says something else first.
    Unclear(String),
}

/// Shows who the client is; if that is refused, in all other ways, too.
pub(super) async fn ask(client: &Client, errand: Option<&Errand<'_>>) -> Made<()> {
    let configured = name(client);
    let refusal = match attempt(client).await? {
        Verdict::Accepted => return Ok((taken(configured), ())),
        Verdict::MayNotRefresh => {
            let what = format!("{}; it may not refresh tokens", taken(configured));
            return Ok((what, ()));
        }
        Verdict::Unclear(said) => return Err(Stop::skipped(said)),
        Verdict::Refused(refusal) => refusal,
    };
    let mut refused = vec![configured.to_owned()];
    let mut accepted = None;
    for (name, authentication) in others(client, configured) {
        match attempt(&with(client, authentication)).await? {
            Verdict::Accepted | Verdict::MayNotRefresh => {
                accepted = Some(name.to_owned());
                break;
            }
            Verdict::Refused(_) => refused.push(name.to_owned()),
            Verdict::Unclear(_) => {}
        }
    }
    let mut seen = vec![Observation::ClientTried {
        configured: configured.to_owned(),
        refused,
        accepted,
    }];
    if let Some(errand) = errand {
        let is_known = redirect_uri::knows_client(errand).await;
        seen.extend(is_known.map(|is_known| Observation::ClientId { is_known }));
    }
    Err(Stop::failed(refusal.exchanges().to_vec(), seen))
}

fn taken(method: &str) -> String {
    match method {
        "none" => "the provider knows the client id".to_owned(),
        "client_secret_basic" => "the provider takes the secret in the header".to_owned(),
        "client_secret_basic_raw" => {
            "the provider takes the secret in the header, not form-encoded".to_owned()
        }
        "client_secret_post" => "the provider takes the secret in the body".to_owned(),
        _ => "the provider takes the signed assertion".to_owned(),
    }
}

/// Asks for a token with what nobody ever issued.
async fn attempt(client: &Client) -> Result<Verdict, Stop> {
    let refresh = TokenRequest::new(RefreshTokenGrant::new(made_up(client)));
    let first = verdict(client.ask(Stage::Token, &refresh, None).await)?;
    let Verdict::Unclear(_) = first else {
        return Ok(first);
    };
    let code = TokenRequest::new(AuthorizationCodeGrant::new(made_up(client)));
    match verdict(client.ask(Stage::Token, &code, None).await)? {
        Verdict::Unclear(_) => Ok(first),
        second => Ok(second),
    }
}

fn verdict<T>(answer: Result<T, Error>) -> Result<Verdict, Stop> {
    let Err(error) = answer else {
        let said = "the provider gave a token for one that was made up, so it says nothing";
        return Ok(Verdict::Unclear(said.to_owned()));
    };
    let Failure::OAuth2(oauth2::Error::Refused(refusal)) = error.failure() else {
        return Err(error.into());
    };
    let status = error.status().map_or(0, |status| status.as_u16());
    Ok(match &refusal.error.code {
        // RFC 6749 §5.2: the client is authenticated before its grant is looked at.
        ErrorCode::InvalidGrant => Verdict::Accepted,
        ErrorCode::InvalidClient => Verdict::Refused(error),
        ErrorCode::UnauthorizedClient if blames_client(&error) => Verdict::Refused(error),
        ErrorCode::UnauthorizedClient => Verdict::MayNotRefresh,
        code if status == 401 || code.as_str().contains("client") => Verdict::Refused(error),
        code if code.as_str().contains("refresh_token") => Verdict::Accepted,
        ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable => return Err(error.into()),
        code => Verdict::Unclear(format!(
            "to a token that was made up the provider answers `{}`, which says nothing of the client",
            code.as_str()
        )),
    })
}

/// Some say `unauthorized_client` of a client that they do not know.
fn blames_client(error: &Error) -> bool {
    error.diagnose().iter().any(|finding| {
        let section = catalogue::find(finding.code).map(|entry| entry.section);
        finding.likelihood == Likelihood::Certain && section == Some(Section::ClientIdAndSecret)
            || finding.code.starts_with("oauth2/entra/")
    })
}

/// Every other way to show the same secret.
fn others(client: &Client, configured: &str) -> Vec<(&'static str, Authentication)> {
    let registration = client.registration();
    let Some(secret) = registration.authentication.secret() else {
        return Vec::new();
    };
    let mut others = vec![
        ("client_secret_basic", Authentication::Basic(secret.clone())),
        ("client_secret_post", Authentication::Post(secret.clone())),
    ];
    let is_special = |text: &str| form::encode(text) != text;
    if is_special(secret.expose()) || is_special(&registration.client_id) {
        let raw = Authentication::RawBasic(secret.clone());
        others.push(("client_secret_basic_raw", raw));
    }
    others.retain(|(name, _)| *name != configured);
    others
}

fn with(client: &Client, authentication: Authentication) -> Client {
    let known = client.registration();
    let mut registration = Registration::new(&known.client_id, known.provider.clone());
    registration.authentication = authentication;
    Client::new(registration, client.http().clone(), client.edge().clone())
}

/// Names the way in which the client shows who it is, as RFC 7591 §2 does.
fn name(client: &Client) -> &'static str {
    let registration = client.registration();
    let methods = &registration.provider.dialect.client_authentication;
    let by_secret =
        |method: &&ClientAuthenticationMethod| **method != ClientAuthenticationMethod::None;
    match &registration.authentication {
        Authentication::None => "none",
        Authentication::Post(_) => "client_secret_post",
        Authentication::RawBasic(_) => "client_secret_basic_raw",
        Authentication::SignedJwt(_) => "private_key_jwt",
        Authentication::Basic(_) => "client_secret_basic",
        Authentication::Secret(_) => match methods.iter().find(by_secret) {
            Some(ClientAuthenticationMethod::BasicRaw) => "client_secret_basic_raw",
            Some(ClientAuthenticationMethod::Post) => "client_secret_post",
            _ => "client_secret_basic",
        },
    }
}

/// A token that nobody issued, and that says so to whoever reads a log.
fn made_up(client: &Client) -> Secret {
    let mut octets = [0; 16];
    client.edge().clone().fill(&mut octets);
    let drawn: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    Secret::new(format!("made-up-by-tripod-doctor-{drawn}"))
}

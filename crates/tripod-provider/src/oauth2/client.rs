//! Who the client is ([RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::client_authentication::{
    BasicCredentials, ClientAuthentication, ClientAuthenticationMethod,
};
use tripod_oauth2::jose::one_use::OneUse;

mod assertion;
mod keys;

pub(crate) use assertion::{ALGORITHMS, HMACS, audiences};
pub(crate) use keys::ClientKeys;

use super::failure::{Failure, Refusal};
use super::once::Once;
use super::posted::Posted;
use crate::artefact::{Client, SecretHash};
use crate::attempts::{Attempt, What};
use crate::handle::Handle;
use crate::provider::Provider;
use crate::storage;
use crate::store::Stored;
use tripod_oauth2::error::{ErrorCode, Malformed};

/// The methods by which clients can authenticate here.
pub(crate) const METHODS: [ClientAuthenticationMethod; 5] = [
    ClientAuthenticationMethod::ClientSecretBasic,
    ClientAuthenticationMethod::ClientSecretPost,
    ClientAuthenticationMethod::ClientSecretJwt,
    ClientAuthenticationMethod::PrivateKeyJwt,
    ClientAuthenticationMethod::None,
];

/// Finds out which client posted a form, by the one method that it registered.
///
/// What may be used once is added to `once`, which the endpoint has to claim.
pub(crate) async fn authenticate(
    provider: &Provider,
    posted: &Posted,
    path: &'static str,
    once: &mut Once,
) -> Result<Stored<Client>, Failure> {
    let shown = read(posted)?;
    let names = names(&shown, provider.config().limits.jwt)?;
    let name = names.first().map(String::as_str);
    let attempt = Attempt::new(What::ClientAuthentication, posted.address, name);
    provider.attempts().check(&attempt, posted.now)?;
    let verified = match find(provider, &names).await? {
        Some(client) => verify(provider, &client, &shown, path, posted.now)
            .await
            .map(|one_use| (client, one_use)),
        None => Err(refuse_unknown(provider, &shown).into()),
    };
    match verified {
        Ok((client, one_use)) => {
            if is_proof(&shown) {
                provider.attempts().succeeded(&attempt, posted.now);
            }
            once.assertion(one_use, ErrorCode::InvalidClient);
            Ok(client)
        }
        Err(failure) => {
            if matches!(failure, Failure::Refused(_)) {
                provider.attempts().failed(&attempt, posted.now);
            }
            Err(failure)
        }
    }
}

/// Tells whether a client can keep a secret, or has none and is public (RFC 6749 §2.1).
pub(crate) fn is_public(client: &Client) -> bool {
    client.metadata.auth_method() == ClientAuthenticationMethod::None
}

fn read(posted: &Posted) -> Result<ClientAuthentication, Refusal> {
    match ClientAuthentication::parse(&posted.headers, &posted.form) {
        Ok(Some(shown)) => Ok(shown),
        // RFC 6749 §5.2: `invalid_client` if no client authentication is included.
        Ok(None) => Err(Refusal::invalid_client("the client does not authenticate")),
        Err(malformed) => Err(refuse_malformed(&malformed)),
    }
}

/// RFC 6749 §5.2: an unsupported method is `invalid_client`, more than one `invalid_request`.
fn refuse_malformed(malformed: &Malformed) -> Refusal {
    let is_header = malformed.parameter == "Authorization";
    let code = if is_header {
        ErrorCode::InvalidClient
    } else {
        malformed.code()
    };
    Refusal::new(code, malformed.to_string())
}

/// Returns what the client may be called, the likeliest first.
///
/// Half the world does not encode what it joins for Basic, so that there are two readings.
fn names(shown: &ClientAuthentication, longest: usize) -> Result<Vec<String>, Refusal> {
    match shown {
        ClientAuthentication::Assertion(assertion) => {
            assertion::claimed_client(assertion, longest).map(|name| vec![name])
        }
        ClientAuthentication::Basic(basic) => {
            let (written, _) = basic.as_written();
            let decoded = basic.decoded().map(|(name, _)| name);
            let mut names: Vec<String> = decoded.into_iter().collect();
            if names.first().is_none_or(|name| name != written) {
                names.push(written.to_owned());
            }
            Ok(names)
        }
        ClientAuthentication::Id { client_id } | ClientAuthentication::Post { client_id, .. } => {
            Ok(vec![client_id.clone()])
        }
        _ => Err(unsupported()),
    }
}

async fn find(
    provider: &Provider,
    names: &[String],
) -> Result<Option<Stored<Client>>, storage::Error> {
    for name in names {
        if let Some(client) = provider.store().load(Client::handle(name)).await? {
            return Ok(Some(client));
        }
    }
    Ok(None)
}

async fn verify(
    provider: &Provider,
    client: &Client,
    shown: &ClientAuthentication,
    path: &'static str,
    now: Timestamp,
) -> Result<Option<OneUse>, Failure> {
    // OpenID Connect Registration §2: a client uses the method that it registered, and no other.
    if !shown.is_by(&client.metadata.auth_method()) {
        return Err(Refusal::invalid_client("the client registered another method").into());
    }
    match shown {
        ClientAuthentication::Assertion(shown) => assertion::verify(provider, client, shown, path)
            .await
            .map(Some),
        ClientAuthentication::Basic(basic) => {
            verify_secrets(client, &secrets(basic), now)?;
            Ok(None)
        }
        ClientAuthentication::Id { .. } if is_public(client) => Ok(None),
        ClientAuthentication::Post { client_secret, .. } => {
            verify_secrets(client, std::slice::from_ref(client_secret), now)?;
            Ok(None)
        }
        _ => Err(unsupported().into()),
    }
}

fn secrets(basic: &BasicCredentials) -> Vec<Secret> {
    let (_, written) = basic.as_written();
    let decoded = basic.decoded().map(|(_, secret)| secret);
    let mut secrets = vec![written.clone()];
    secrets.extend(decoded.filter(|decoded| decoded != written));
    secrets
}

/// Compares all readings with all secrets, so that the time tells nothing of which was right.
fn verify_secrets(client: &Client, shown: &[Secret], now: Timestamp) -> Result<(), Refusal> {
    let mut is_right = false;
    for issued in &client.secrets {
        for secret in shown {
            is_right |= issued.matches(secret, now) & !secret.is_empty();
        }
    }
    if is_right {
        Ok(())
    } else {
        Err(wrong_secret())
    }
}

/// Takes as long for a client that nobody knows as for one with a wrong secret.
fn refuse_unknown(provider: &Provider, shown: &ClientAuthentication) -> Refusal {
    let stand_in = SecretHash::of(&Secret::from("nobody has this secret"));
    let compare = |secret: &Secret| Handle::of(secret).matches(&stand_in.hash);
    let _ = match shown {
        ClientAuthentication::Basic(basic) => secrets(basic).iter().any(compare),
        ClientAuthentication::Post { client_secret, .. } => compare(client_secret),
        _ => false,
    };
    let is_development = provider.config().development.is_some();
    match shown {
        ClientAuthentication::Id { .. } => Refusal::invalid_client("the client is not known"),
        _ if is_development => Refusal::invalid_client("the client is not known"),
        _ => wrong_secret(),
    }
}

const fn is_proof(shown: &ClientAuthentication) -> bool {
    !matches!(shown, ClientAuthentication::Id { .. })
}

fn wrong_secret() -> Refusal {
    Refusal::invalid_client("the client is unknown, or authenticates wrongly")
}

fn unsupported() -> Refusal {
    Refusal::invalid_client("the method of client authentication is not supported")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tripod_oauth2::registration::ClientMetadata;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

    fn client(secrets: &[&str]) -> Client {
        let mut client = Client::new("a", ClientMetadata::new(), NOW);
        let secrets = secrets.iter().map(|it| SecretHash::of(&Secret::from(*it)));
        client.secrets = secrets.collect();
        client
    }

    fn shown(secret: &str) -> [Secret; 1] {
        [Secret::from(secret)]
    }

    #[test]
    fn either_of_two_secrets_counts_while_one_is_rotated() {
        let mut client = client(&["old", "new"]);
        client.secrets[0].expires = Some(NOW.plus(Duration::from_secs(1)));
        assert!(verify_secrets(&client, &shown("old"), NOW).is_ok());
        assert!(verify_secrets(&client, &shown("new"), NOW).is_ok());
        let later = NOW.plus(Duration::from_secs(1));
        assert!(verify_secrets(&client, &shown("old"), later).is_err());
        assert!(verify_secrets(&client, &shown("new"), later).is_ok());
    }

    #[test]
    fn an_empty_secret_is_none() {
        assert!(verify_secrets(&client(&[""]), &shown(""), NOW).is_err());
        assert!(verify_secrets(&client(&[]), &shown(""), NOW).is_err());
        assert!(verify_secrets(&client(&[]), &shown("a"), NOW).is_err());
    }

    #[test]
    fn basic_is_read_both_ways() {
        let secret = Secret::from("a+b%");
        let encoded = BasicCredentials::new("cl:ient", &secret);
        assert!(secrets(&encoded).contains(&secret));
        let shown = ClientAuthentication::from(encoded);
        assert_eq!(names(&shown, 0).unwrap(), ["cl:ient", "cl%3Aient"]);
        let raw = BasicCredentials::raw("client", &secret).unwrap();
        assert!(secrets(&raw).contains(&secret));
        assert_eq!(names(&raw.into(), 0).unwrap(), ["client"]);
    }
}

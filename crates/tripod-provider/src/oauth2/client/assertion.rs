//! Clients that authenticate by a JWT
//! ([RFC 7523 §2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)).

use std::sync::Arc;

use tripod_oauth2::client_assertion::{Received, Refusal as AssertionRefusal, Rules};
use tripod_oauth2::client_authentication::{
    AssertionType, ClientAssertion, ClientAuthenticationMethod,
};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::one_use::OneUse;
use tripod_oauth2::jose::verifying_key::VerifyingKey;

use crate::artefact::Client;
use crate::oauth2::failure::{Failure, Refusal};
use crate::provider::Provider;
use crate::seal::Purpose;

/// The algorithms that clients may sign with a private key under.
pub(crate) const ALGORITHMS: [Algorithm; 10] = Algorithm::ASYMMETRIC;

/// The algorithms that clients may sign with their secret under.
pub(crate) const HMACS: [Algorithm; 3] = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];

/// Reads who an assertion says that the client is; nothing of it is verified.
pub(super) fn claimed_client(
    assertion: &ClientAssertion,
    longest: usize,
) -> Result<String, Refusal> {
    if assertion.assertion_type != AssertionType::JwtBearer {
        return Err(Refusal::invalid_client(
            "the type of assertion is not supported",
        ));
    }
    let received = parse(assertion, longest)?;
    let subject = received.claimed_subject();
    // RFC 7521 §4.2: the client_id MUST identify the same client as the assertion.
    if assertion
        .client_id
        .as_deref()
        .is_some_and(|id| id != subject)
    {
        return Err(Refusal::invalid_client(
            "the assertion is about another client",
        ));
    }
    Ok(subject.to_owned())
}

/// Verifies an assertion under the keys of the client.
pub(super) async fn verify(
    provider: &Provider,
    client: &Client,
    assertion: &ClientAssertion,
    path: &'static str,
) -> Result<OneUse, Failure> {
    let received = parse(assertion, provider.config().limits.jwt)?;
    let keys = keys(provider, client, assertion_key_id(assertion).as_deref()).await?;
    let rules = Rules::new(audiences(provider, path));
    let (_, one_use) = received
        .verify_client(&client.id, &keys, &rules, provider.now())
        .map_err(|refusal| refuse(&refusal))?;
    Ok(one_use)
}

/// Returns what this server is called in `aud`.
///
/// RFC 9126 §2: the issuer, the token endpoint and the endpoint itself MUST be accepted.
pub(crate) fn audiences(provider: &Provider, path: &'static str) -> [String; 3] {
    let config = provider.config();
    [
        config.issuer.as_str().to_owned(),
        config.address("/oauth2/token"),
        config.address(path),
    ]
}

fn parse(assertion: &ClientAssertion, longest: usize) -> Result<Received<'_>, Refusal> {
    let text = assertion.assertion.expose();
    if text.len() > longest {
        return Err(Refusal::invalid_client("the assertion is too long"));
    }
    Received::parse(text).map_err(|refusal| refuse(&refusal))
}

async fn keys(
    provider: &Provider,
    client: &Client,
    key_id: Option<&str>,
) -> Result<Arc<KeySet>, Failure> {
    let registered = client.metadata.token_endpoint_auth_signing_alg.as_deref();
    let algorithm = registered.map(Algorithm::parse);
    if algorithm == Some(None) {
        return Err(Refusal::invalid_client("the registered algorithm is not supported").into());
    }
    let algorithm = algorithm.flatten();
    match client.metadata.auth_method() {
        ClientAuthenticationMethod::ClientSecretJwt => {
            let algorithm = algorithm.unwrap_or(Algorithm::Hs256);
            Ok(secret_key(provider, client, algorithm)?)
        }
        _ => {
            provider
                .client_keys()
                .of(provider, client, algorithm, key_id)
                .await
        }
    }
}

fn secret_key(
    provider: &Provider,
    client: &Client,
    algorithm: Algorithm,
) -> Result<Arc<KeySet>, Refusal> {
    let refused = || Refusal::invalid_client("the client has no secret to sign with");
    let sealed = client.sealed_secret.as_ref().ok_or_else(refused)?;
    let secret = provider
        .sealer()
        .open(Purpose::Secret, &Client::secret_context(&client.id), sealed)
        .map_err(|_| refused())?;
    let key = VerifyingKey::from_secret(algorithm, &secret).map_err(|_| refused())?;
    Ok(Arc::new(KeySet::from(key)))
}

fn assertion_key_id(assertion: &ClientAssertion) -> Option<String> {
    let compact = Compact::parse(assertion.assertion.expose()).ok()?;
    compact.header().key_id().map(str::to_owned)
}

fn refuse(refusal: &AssertionRefusal) -> Refusal {
    Refusal::invalid_client(refusal.to_string())
}

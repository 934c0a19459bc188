//! Asking providers and resources what they publish about themselves.

use tripod_oauth2::error::{self as oauth2, Misuse};
use tripod_oauth2::jwk::JwkSet;
use tripod_oauth2::metadata::{
    Issuer, ProtectedResourceMetadata, ServerMetadata, protected_resource_uri,
};
use tripod_oauth2::resource::Resource;

use crate::error::{Error, Failure, Stage};
use crate::http::Http;

/// Asks an issuer for its metadata ([RFC 8414 §3], OpenID Connect Discovery §4).
///
/// All places where it may be are tried in turn. What is found has to name the same issuer.
///
/// # Errors
///
/// [`Failure::OAuth2`] if it is nowhere, or that of another issuer; [`Failure::Transport`] if the
/// issuer cannot be reached.
///
/// [RFC 8414 §3]: https://www.rfc-editor.org/rfc/rfc8414#section-3
pub async fn server(http: &Http, issuer: &Issuer) -> Result<ServerMetadata, Error> {
    let mut worst: Option<oauth2::Error> = None;
    let mut last = None;
    for uri in issuer.candidate_uris() {
        let received = http.get(Stage::Discovery, &uri).await?;
        match ServerMetadata::read(&received.answer(), issuer) {
            Ok(metadata) => return Ok(metadata),
            // That it is somebody else's says more than that another place is empty.
            Err(error) if matches!(worst, Some(oauth2::Error::Mismatch(_))) => drop(error),
            Err(error) => worst = Some(error),
        }
        last = Some(received);
    }
    let what = "the issuer has no place where metadata could be";
    let failure = worst.map_or(Failure::Unsupported { what }, Failure::from);
    let error = Error::new(Stage::Discovery, failure);
    Err(match last {
        Some(received) => received.failed(error),
        None => error,
    })
}

/// Asks a resource whose tokens it takes ([RFC 9728 §3]).
///
/// # Errors
///
/// As [`server`].
///
/// [RFC 9728 §3]: https://www.rfc-editor.org/rfc/rfc9728#section-3
pub async fn protected_resource(
    http: &Http,
    resource: &Resource,
) -> Result<ProtectedResourceMetadata, Error> {
    let fail = |error| Error::new(Stage::Discovery, Failure::OAuth2(error));
    let uri = protected_resource_uri(resource).map_err(|misuse: Misuse| fail(misuse.into()))?;
    let received = http.get(Stage::Discovery, &uri).await?;
    ProtectedResourceMetadata::read(&received.answer(), resource)
        .map_err(|error| received.failed(fail(error)))
}

/// Asks for the metadata of the server whose tokens a resource takes, the first it names.
///
/// # Errors
///
/// As [`server`], and [`Failure::Unsupported`] if the resource names none.
pub async fn server_of(http: &Http, resource: &Resource) -> Result<ServerMetadata, Error> {
    let metadata = protected_resource(http, resource).await?;
    let what = "the resource names no authorization server";
    let none = || Error::new(Stage::Discovery, Failure::Unsupported { what });
    let issuer = metadata.authorization_servers.first().ok_or_else(none)?;
    let fail = |fault| Error::new(Stage::Discovery, oauth2::Error::from(fault));
    server(http, &Issuer::parse(issuer).map_err(fail)?).await
}

/// Asks for the public keys of a provider.
///
/// # Errors
///
/// [`Failure::Key`] if what is there is no set of keys.
pub async fn keys(http: &Http, jwks_uri: &str) -> Result<JwkSet, Error> {
    let received = http.get(Stage::Discovery, jwks_uri).await?;
    JwkSet::parse(&received.body)
        .map_err(|error| received.failed(Error::new(Stage::Discovery, error)))
}

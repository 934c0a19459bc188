use http::StatusCode;
use serde::{Deserialize, Serialize};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::authorization::Addressee;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::pushed::PushedResponse;

use crate::artefact::{Client, PushedRequest};
use crate::browser::Visit;
use crate::handle::Handle;
use crate::oauth2::{failure, request_object};
use crate::pages::{Advice, Failure, Stop};
use crate::provider::Provider;
use crate::store::Stored;

/// The parameters of an authorization request, wherever they were: what a flow carries along.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Presented {
    parameters: Vec<(String, String)>,
    /// The handle of the pushed request, if it was pushed (RFC 9126).
    pub(super) pushed: Option<Handle>,
    /// The thumbprint of the DPoP key that pushed it (RFC 9449 §10.1).
    pub(super) pushed_jkt: Option<String>,
    /// Whether a key of the client has signed it (RFC 9101).
    pub(super) is_signed: bool,
    /// What counts once, and until when that has to be remembered.
    pub(super) once: Vec<(String, i64)>,
}

impl Presented {
    /// Reads what a browser brings, and loads what it refers to.
    pub(super) async fn load(visit: &Visit) -> Result<Self, Stop> {
        let provider = &visit.provider;
        let parameters = &visit.parameters;
        let single = |name: &str| {
            parameters
                .single(name)
                .map(|value| value.filter(|value| !value.is_empty()))
                .map_err(|error| refused(provider, &ErrorCode::InvalidRequest, error.to_string()))
        };
        match (single("request_uri")?, single("request")?) {
            (None, None) => Ok(Self::plain(parameters)),
            (None, Some(request)) => {
                let client_id = single("client_id")?.unwrap_or_default();
                Self::signed(provider, client_id, &request.into()).await
            }
            (Some(uri), None) => {
                let client_id = single("client_id")?.unwrap_or_default();
                Self::pushed(provider, client_id, &uri.into()).await
            }
            // RFC 9101 §5: the two MUST NOT be used together.
            (Some(_), Some(_)) => Err(refused(
                provider,
                &ErrorCode::InvalidRequest,
                "`request` stands beside `request_uri` (RFC 9101 §5)".to_owned(),
            )),
        }
    }

    fn plain(parameters: &Parameters) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            parameters: parameters.iter().map(owned).collect(),
            pushed: None,
            pushed_jkt: None,
            is_signed: false,
            once: Vec::new(),
        }
    }

    async fn pushed(provider: &Provider, client_id: &str, uri: &Secret) -> Result<Self, Stop> {
        let unknown = |why: &str| {
            let code = ErrorCode::InvalidRequestUri;
            refused(provider, &code, format!("`request_uri` {why}"))
        };
        // RFC 9101 §10.4: nothing is fetched that a request names; what we gave out is looked up.
        if !PushedResponse::is_handle(uri) {
            return Err(unknown(
                "is none that `/oauth2/par` has answered (RFC 9126 §2.2)",
            ));
        }
        let store = provider.store();
        let pushed = store.load::<PushedRequest>(Handle::of(uri)).await?;
        let pushed: Stored<PushedRequest> = pushed
            .ok_or_else(|| unknown("is not known, has expired or was used (RFC 9126 §2.2)"))?;
        // RFC 9126 §4: it is bound to the client that pushed it.
        if pushed.client != client_id {
            return Err(unknown(
                "was pushed by another client than `client_id` (RFC 9126 §4)",
            ));
        }
        // A request object was taken apart when it was pushed.
        let mut presented = Self::plain(&pushed.to_parameters());
        presented.is_signed = pushed.is_signed;
        presented.pushed = Some(pushed.handle());
        presented.pushed_jkt.clone_from(&pushed.dpop_jkt);
        // The flow that it began may outlive it, and the user decide long after.
        let until = pushed
            .expires
            .plus(provider.config().lifetimes.flow.saturating_mul(3));
        let once = format!("request_uri {}", pushed.handle());
        presented.once.push((once, until.as_unix()));
        Ok(presented)
    }

    async fn signed(provider: &Provider, client_id: &str, request: &Secret) -> Result<Self, Stop> {
        let client = load_client(provider, client_id).await?;
        let verified = request_object::verify(provider, &client, request).await;
        let (object, once) = verified.map_err(|failure| match failure {
            failure::Failure::Storage(error) => error.into(),
            failure::Failure::Refused(refusal) => {
                refused(provider, &refusal.code, refusal.description.into_owned())
            }
            _ => {
                let why = "the request object cannot be verified now".to_owned();
                refused(provider, &ErrorCode::InvalidRequestObject, why)
            }
        })?;
        // RFC 9101 §6.3: the parameters in the object are used, and no other.
        let parameters = object.parameters.with("client_id", client_id);
        let mut signed = Self::plain(&parameters);
        signed.is_signed = true;
        let once = once.map(|once| (once.id, once.until.as_unix()));
        signed.once = once.into_iter().collect();
        Ok(signed)
    }

    /// Returns the parameters.
    pub(super) fn parameters(&self) -> Parameters {
        self.parameters.iter().cloned().collect()
    }

    /// Loads who asks.
    pub(super) async fn client(&self, provider: &Provider) -> Result<Client, Stop> {
        let addressee = self.addressee(provider)?;
        load_client(provider, &addressee.client_id).await
    }

    /// Reads who asks, and where the answer is to go.
    pub(super) fn addressee(&self, provider: &Provider) -> Result<Addressee, Stop> {
        Addressee::parse(&self.parameters())
            .map_err(|fault| refused(provider, &fault.code(), fault.to_string()))
    }

    /// Returns what counts once.
    pub(super) fn once(&self) -> impl Iterator<Item = (&str, Timestamp)> {
        let once = self.once.iter();
        once.map(|(name, until)| (name.as_str(), Timestamp::from_unix(*until)))
    }
}

async fn load_client(provider: &Provider, client_id: &str) -> Result<Client, Stop> {
    let handle = Client::handle(client_id);
    let client = provider.store().load::<Client>(handle).await?;
    client.map(Stored::into_value).ok_or_else(|| {
        let description = "`client_id` is not that of a client of this server (RFC 6749 §2.2)";
        refused(
            provider,
            &ErrorCode::UnauthorizedClient,
            description.to_owned(),
        )
    })
}

/// Says that the request cannot be answered, and redirects nowhere.
fn refused(provider: &Provider, code: &ErrorCode, description: String) -> Stop {
    tracing::info!(
        error = code.as_str(),
        why = description,
        "refused at the browser"
    );
    let page = Failure::new(StatusCode::BAD_REQUEST, "This link does not work")
        .saying(
            "The app that sent you here made a mistake, or you came too late. \
             Go back to it, and begin again.",
        )
        .advising(Advice {
            code: code.as_str().to_owned(),
            description,
            client: None,
        });
    Stop::failed(provider, &page)
}

/// Says that there is no request at all.
pub(super) fn nothing(provider: &Provider) -> Stop {
    let description = "there is no authorization request".to_owned();
    refused(provider, &ErrorCode::InvalidRequest, description)
}

/// Says that nothing can be sent to the client, as whom the request gives.
pub(super) fn unaddressed(provider: &Provider, client: &Client, description: String) -> Stop {
    tracing::info!(
        client = client.id,
        why = description,
        "refused at the browser"
    );
    let page = Failure::new(StatusCode::BAD_REQUEST, "This link does not work")
        .saying(
            "The app that sent you here made a mistake, so you are not sent back to it. \
             Nothing was changed.",
        )
        .advising(Advice {
            code: ErrorCode::InvalidRequest.as_str().to_owned(),
            description,
            client: Some(client.name().to_owned()),
        });
    Stop::failed(provider, &page)
}

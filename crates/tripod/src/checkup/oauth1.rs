use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::evidence::Observation;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::temporary_credentials::Callback;

use super::round::{Made, Round, Stop};
use super::{Check, Options, Step, resource, setup, token};
use crate::OAuth1;
use crate::authorizer;
use crate::error::{Error, Failure, Stage};
use crate::http::Http;
use crate::login::oauth1::{Beginning, Consumer, Stored};
use crate::preset::{Flow, TokenUse};

const UNREACHED: &str = "the server cannot be reached";
const ALONE: &str = "requests are signed as the client's own";

impl OAuth1 {
    /// Looks at everything that a call depends on, and tells of each step once it is taken.
    ///
    /// Temporary credentials are asked for, which nobody will use; see
    /// [`checkup`](crate::checkup).
    pub async fn check_up(
        &self,
        options: &Options,
        mut tell: impl FnMut(&Check) + Send,
    ) -> Vec<Check> {
        let mut round = Round::new(&mut tell, self.edge.clone());
        let setup = round.step(Step::Configuration, self.configured(options));
        let Some((consumer, http, places)) = setup.await else {
            let rest: Vec<_> = Step::ALL.into_iter().skip(1).collect();
            round
                .skip(&rest, "it cannot work as it is configured")
                .await;
            return round.finish();
        };
        round.known = consumer.known(None);
        let is_reached = round.network(&http, &places).await.is_some();
        round
            .skip(&[Step::Discovery], "OAuth 1 publishes no metadata")
            .await;
        if is_reached {
            self.at_provider(&mut round, &consumer, &http, options)
                .await;
        } else {
            let steps = [Step::ClientAuthentication, Step::RedirectUri];
            round.skip(&steps, UNREACHED).await;
        }
        let stored = round.step(Step::Token, self.stored_token()).await;
        round.skip(&[Step::Scope], "OAuth 1 has no scopes").await;
        // A session handle is spent by its use, as a refresh token is.
        let why = "OAuth 1 has no refresh tokens; a session handle is used when it is time";
        round.skip(&[Step::Refresh], why).await;
        let url = options.url.as_deref().filter(|_| is_reached);
        let known = stored.as_ref().map(|token| consumer.known(Some(token)));
        round.known = known.unwrap_or_default().or(round.known.clone());
        let call = self.call(&consumer, &http, stored.as_ref(), url, is_reached);
        round.step(Step::Resource, call).await;
        round.finish()
    }

    async fn configured(&self, options: &Options) -> Made<(Consumer, Http, Vec<reqwest::Url>)> {
        let (consumer, http) = self.prepare()?;
        if consumer.credentials.identifier.trim().is_empty() {
            return Err(Stop::misconfigured("oauth_consumer_key", "it is missing"));
        }
        if consumer.credentials.secret.is_empty() && consumer.rsa.is_none() {
            return Err(Stop::observed(Observation::SecretMissing));
        }
        let signer = consumer.signer(None);
        signer.map_err(|error| Stop::misconfigured("signature method", &error))?;
        let mut addresses: Vec<String> = consumer.dialect.flow.as_ref().map_or_else(Vec::new, uris);
        addresses.extend(options.url.clone());
        let places = setup::places(&http, &addresses)?;
        let key = &consumer.credentials.identifier;
        let method = consumer.dialect.signature_methods.first();
        let method = method.map_or("", |method| method.as_str());
        let what = format!("consumer `{key}`, signing by {method}");
        Ok((what, (consumer, http, places)))
    }

    async fn at_provider(
        &self,
        round: &mut Round<'_>,
        consumer: &Consumer,
        http: &Http,
        options: &Options,
    ) {
        let callback = match &options.redirect_uri {
            Some(uri) => Callback::Uri(uri.clone()),
            None => Callback::OutOfBand,
        };
        let words = match &options.redirect_uri {
            Some(uri) => format!("the provider takes {uri}"),
            None => "the provider takes a login that does not come back by itself".to_owned(),
        };
        let begun = self.begin(consumer, http, callback).await;
        let (client, redirect) = match begun {
            Ok(()) => {
                let what = "the provider takes key and secret, and gave temporary credentials";
                (Ok((what.to_owned(), ())), Ok((words, ())))
            }
            Err(Begun::Skipped(why)) => (Err(Stop::skipped(why)), Err(Stop::skipped(why))),
            Err(Begun::Refused(error)) if blames_callback(&error) => {
                let what = "the provider takes key and secret";
                (Ok((what.to_owned(), ())), Err(Stop::from(*error)))
            }
            Err(Begun::Refused(error)) => {
                let why = "the client has to be known first";
                (Err(Stop::from(*error)), Err(Stop::skipped(why)))
            }
        };
        round
            .step(Step::ClientAuthentication, async { client })
            .await;
        let is_logged_in = matches!(self.vault.read(&self.vault_key()).await, Ok(Some(_)));
        let redirect = super::doubted(redirect, options, is_logged_in);
        round.step(Step::RedirectUri, async { redirect }).await;
    }

    /// Asks for temporary credentials, which are left to expire (RFC 5849 §2.1).
    async fn begin(
        &self,
        consumer: &Consumer,
        http: &Http,
        callback: Callback,
    ) -> Result<(), Begun> {
        let refused = |error: Error| Begun::Refused(Box::new(error));
        if consumer.dialect.flow.is_none() {
            return Err(Begun::Skipped(
                "this provider has no login to begin: a call tells",
            ));
        }
        let mut edge = self.edge.clone();
        let beginning = Beginning::new(consumer.clone(), callback);
        let request = beginning.request(self.edge.now(), &mut edge);
        let request = request.map_err(refused)?;
        let (method, uri) = (request.method().clone(), request.uri().to_string());
        let stage = Stage::TemporaryCredentials;
        let received = http.call(stage, method, &uri, request).await;
        let received = received.map_err(refused)?;
        let answered = beginning.answered(&received.response());
        answered
            .map(drop)
            .map_err(|error| refused(received.failed(error)))
    }

    fn has_no_tokens(&self) -> bool {
        self.consumer.dialect.token == TokenUse::Absent
    }

    async fn stored_token(&self) -> Made<Credentials> {
        if self.has_no_tokens() {
            return Err(Stop::skipped(ALONE));
        }
        if let Some(token) = &self.token {
            return Ok(("given by hand".to_owned(), token.clone()));
        }
        let found = self.vault.read(&self.vault_key()).await;
        let found = found.map_err(|source| Error::new(Stage::Request, source))?;
        let Some(entry) = found else {
            return Err(Stop::observed(Observation::NoToken));
        };
        let Some(stored) = Stored::read(&entry.document) else {
            return Err(Stop::misconfigured(
                "token",
                "what the vault has is no OAuth 1 token",
            ));
        };
        let what = age(&stored, self.edge.now())?;
        Ok((what, stored.token.credentials))
    }

    async fn call(
        &self,
        consumer: &Consumer,
        http: &Http,
        token: Option<&Credentials>,
        url: Option<&str>,
        is_reached: bool,
    ) -> Made<()> {
        if token.is_none() && !self.has_no_tokens() {
            return Err(Stop::skipped("there is no token"));
        }
        let Some(url) = url else {
            return Err(Stop::skipped(match is_reached {
                true => "it is not known what to call: name a URL of the API",
                false => UNREACHED,
            }));
        };
        let signer = consumer.signer(token);
        let signer = signer.map_err(|error| Error::new(Stage::Request, error))?;
        let authorizer = authorizer::OAuth1::new(signer, self.edge.clone());
        resource::of_oauth1(&authorizer, http, url).await
    }
}

/// Why there are no temporary credentials.
enum Begun {
    Refused(Box<Error>),
    Skipped(&'static str),
}

/// Who has something against the callback has taken key and signature.
fn blames_callback(error: &Error) -> bool {
    if !matches!(error.failure(), Failure::OAuth1Refused { .. }) {
        return false;
    }
    let findings = error.diagnose();
    findings
        .first()
        .is_some_and(|finding| finding.code.starts_with("oauth1/callback/"))
}

fn uris(flow: &Flow) -> Vec<String> {
    let all = [
        Some(&flow.temporary_credentials_endpoint),
        flow.authorization_endpoint.as_ref(),
        Some(&flow.token_endpoint),
    ];
    let uris = all.into_iter().flatten();
    let uris = uris.filter_map(|template| template.uri().ok());
    uris.map(str::to_owned).collect()
}

/// Most tokens of OAuth 1 live until somebody revokes them.
fn age(stored: &Stored, now: Timestamp) -> Result<String, Stop> {
    let age = now.as_unix().saturating_sub(stored.issued_at.as_unix());
    let lifetime = stored.token.expires_in;
    let lifetime = lifetime.map(|lifetime| i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
    let left = lifetime.map(|lifetime| lifetime.saturating_sub(age));
    Ok(match left {
        None => format!("{} old, of no known end", token::span(age)),
        Some(left) if left > 0 => {
            format!("{} old, good for {}", token::span(age), token::span(left))
        }
        Some(_) if stored.token.session_handle.is_some() => {
            format!("{} old, renewed at the next call", token::span(age))
        }
        Some(left) => {
            let since = left.saturating_neg();
            return Err(Stop::observed(Observation::TokenOver { since }));
        }
    })
}

use reqwest::Url;
use tripod_doctor::evidence::Observation;
use tripod_doctor::known::Known;
use tripod_oauth2::scope::Scope;

use super::redirect_uri::{self, Errand};
use super::round::{Made, Round, Stop};
use super::setup::{self, Configured};
use super::{
    Check, Options, REFRESH_FORBIDDEN, Refresh, Step, client_authentication, resource, token,
};
use crate::OAuth2;
use crate::authorizer;
use crate::builder::Source;
use crate::client::Client;
use crate::error::Error;
use crate::http::Http;
use crate::preset::OAuth2 as Dialect;
use crate::provider::Provider;
use crate::tokens::{Held, Renewal};
use crate::trace::Trace;

const UNREACHED: &str = "the server cannot be reached";
const UNKNOWN: &str = "it is not known where to ask";

impl OAuth2 {
    /// Looks at everything that a call depends on, and tells of each step once it is taken.
    ///
    /// Nothing is used up that can be used once, unless the options allow it; see
    /// [`checkup`](crate::checkup).
    pub async fn check_up(
        &self,
        options: &Options,
        mut tell: impl FnMut(&Check) + Send,
    ) -> Vec<Check> {
        let mut round = Round::new(&mut tell, self.edge.clone());
        let setup = round.step(Step::Configuration, setup::of_oauth2(self, options));
        let Some(configured) = setup.await else {
            let rest: Vec<_> = Step::ALL.into_iter().skip(1).collect();
            round
                .skip(&rest, "it cannot work as it is configured")
                .await;
            return round.finish();
        };
        let patient = Patient {
            builder: self,
            options,
            configured,
        };
        patient.examine(&mut round).await;
        round.finish()
    }
}

/// Whose calls fail, or might.
struct Patient<'a> {
    builder: &'a OAuth2,
    options: &'a Options,
    configured: Configured,
}

impl Patient<'_> {
    async fn examine(&self, round: &mut Round<'_>) {
        let Configured { http, places, .. } = &self.configured;
        let is_reached = round.network(http, places).await.is_some();
        let provider = self.provider(round, is_reached).await;
        let client = provider.map(|provider| self.builder.client(http.clone(), provider));
        round.known = match &client {
            Some(client) => client.known(),
            None => Known::default(),
        };
        match &client {
            Some(client) if is_reached => self.at_provider(round, client).await,
            _ => {
                let steps = [Step::ClientAuthentication, Step::RedirectUri];
                round.skip(&steps, why_not(is_reached)).await;
            }
        }
        self.with_token(round, client.as_ref(), is_reached).await;
    }

    /// Finds out what the provider publishes; what is configured is known without.
    async fn provider(&self, round: &mut Round<'_>, is_reached: bool) -> Option<Provider> {
        let known = self.configured.provider.clone();
        if !is_reached {
            round.skip(&[Step::Discovery], UNREACHED).await;
            return known;
        }
        let discovered = round.step(Step::Discovery, self.discover()).await;
        discovered.or(known)
    }

    async fn discover(&self) -> Made<Provider> {
        let (http, trace) = watched(&self.configured.http);
        let mut login = self.configured.login.clone();
        let Some(known) = &self.configured.provider else {
            let found = self.builder.find(&http, &mut login).await;
            let provider = found.map_err(|error| self.undiscovered(&error, &trace))?;
            setup::needs_secret(self.builder, &provider)?;
            self.reach(&provider).await?;
            let issuer = provider.issuer().unwrap_or_default();
            return Ok((
                format!("the metadata of {issuer} name it exactly"),
                provider,
            ));
        };
        let Some(issuer) = known.issuer().map(str::to_owned) else {
            return Err(Stop::skipped(
                "no issuer is known, so there are no metadata to compare with",
            ));
        };
        let published = OAuth2::issuer(issuer.as_str())
            .find(&http, &mut login)
            .await;
        let Ok(published) = published else {
            return Err(Stop::skipped(format!("{issuer} publishes no metadata")));
        };
        let differences = differences(&known.dialect, &published.dialect);
        if !differences.is_empty() && matches!(self.builder.source, Source::Known(_)) {
            return Err(Stop::failed(Vec::new(), differences));
        }
        let mut provider = known.clone();
        provider.metadata = published.metadata;
        Ok((
            format!("the metadata of {issuer} name it exactly"),
            provider,
        ))
    }

    /// Nothing at the well-known places is another failure than the wrong thing there.
    fn undiscovered(&self, error: &Error, trace: &Trace) -> Stop {
        let exchanges = trace.exchanges();
        let is_found = |exchange: &tripod_doctor::evidence::Exchange| {
            let answer = exchange.response.as_ref();
            answer.is_none_or(|answer| answer.status.is_none_or(|status| status < 400))
        };
        if let Source::Issuer(issuer) = &self.builder.source
            && !exchanges.iter().any(is_found)
        {
            let issuer = issuer.clone();
            return Stop::observed(Observation::NoMetadata { issuer });
        }
        let mut evidence = error.evidence();
        evidence.exchanges = exchanges.into_iter().filter(is_found).collect();
        if let Source::Issuer(issuer) = &self.builder.source {
            evidence.known.issuer = Some(issuer.clone());
        }
        Stop::Failed(Box::new(evidence))
    }

    /// Endpoints may be at other hosts than the issuer.
    async fn reach(&self, provider: &Provider) -> Result<(), Stop> {
        let places = setup::places(&self.configured.http, &setup::endpoints(provider))?;
        let is_new = |place: &&Url| {
            let known = self.configured.places.iter();
            !known
                .map(Url::origin)
                .any(|origin| origin == place.origin())
        };
        let mut failed = Vec::new();
        for place in places.iter().filter(is_new) {
            let asked = super::clock::ask(&self.configured.http, &self.builder.edge, place).await;
            failed.extend(asked.err());
        }
        match failed.is_empty() {
            true => Ok(()),
            false => Err(Stop::failed(Vec::new(), failed)),
        }
    }

    async fn at_provider(&self, round: &mut Round<'_>, client: &Client) {
        let uri = self.options.redirect_uri.as_deref();
        let has_page = client
            .registration()
            .provider
            .dialect
            .authorization_endpoint
            .is_some();
        let errand = uri.filter(|_| has_page).map(|redirect_uri| Errand {
            client,
            login: &self.configured.login,
            push: self.builder.push,
            redirect_uri,
        });
        let asked = client_authentication::ask(client, errand.as_ref());
        round.step(Step::ClientAuthentication, asked).await;
        let visited = async {
            match &errand {
                Some(errand) => {
                    let asked = redirect_uri::ask(errand).await;
                    super::doubted(asked, self.options, self.builder.is_logged_in().await)
                }
                None if uri.is_some() => Err(Stop::skipped("this provider sends browsers nowhere")),
                None => Err(Stop::skipped("no user is asked here")),
            }
        };
        round.step(Step::RedirectUri, visited).await;
    }

    async fn with_token(&self, round: &mut Round<'_>, client: Option<&Client>, is_reached: bool) {
        let authorizer = match client {
            Some(client) => round.step(Step::Token, self.token(client)).await,
            None => {
                round.skip(&[Step::Token], UNKNOWN).await;
                None
            }
        };
        let Some((authorizer, held)) = authorizer else {
            let steps = [Step::Scope, Step::Refresh, Step::Resource];
            round.skip(&steps, "there is no token").await;
            return;
        };
        round
            .step(Step::Scope, self.scope(&authorizer, &held))
            .await;
        if !is_reached {
            round
                .skip(&[Step::Refresh, Step::Resource], UNREACHED)
                .await;
            return;
        }
        let renewed = round
            .step(Step::Refresh, self.refresh(&authorizer, &held))
            .await;
        let held = renewed.unwrap_or(held);
        let call = resource::of_oauth2(&authorizer, &held, self.options.url.as_deref());
        round.step(Step::Resource, call).await;
    }

    /// Looks the token up, and at its time.
    async fn token(&self, client: &Client) -> Made<(authorizer::OAuth2, Held)> {
        let keeper = self.builder.keeper(client.clone(), Renewal::RefreshToken);
        let keeper = keeper.await?;
        let held = match keeper.stored().await {
            Ok(held) => held,
            Err(_) if self.options.redirect_uri.is_none() && keeper.is_empty().await => {
                return Err(Stop::skipped("there is none yet: the first call gets one"));
            }
            Err(error) => return Err(error.into()),
        };
        let issuer = client.registration().provider.issuer();
        let what = token::look(&held.tokens, issuer, keeper.proves(), keeper.now())?;
        Ok((what, (authorizer::OAuth2::new(keeper), held)))
    }

    /// Compares what was asked for with what was granted.
    async fn scope(&self, authorizer: &authorizer::OAuth2, held: &Held) -> Made<()> {
        let dialect = &authorizer.keeper().client().registration().provider.dialect;
        let default = Scope::of(&dialect.default_scopes).ok();
        let asked = self.configured.login.scope.clone().or(default);
        let asked = asked.filter(|asked| !asked.is_empty());
        let Some(asked) = asked else {
            return Err(Stop::skipped("none was asked for by name"));
        };
        let Some(granted) = &held.tokens.scope else {
            return Err(Stop::skipped("the provider did not say what it granted"));
        };
        if held.tokens.missing(&asked).is_empty() {
            return Ok((format!("all that was asked for: {asked}"), ()));
        }
        Err(Stop::observed(Observation::Granted {
            asked: asked.to_string(),
            granted: granted.to_string(),
        }))
    }

    async fn refresh(&self, authorizer: &authorizer::OAuth2, held: &Held) -> Made<Held> {
        if held.tokens.refresh_token.is_none() {
            return Err(Stop::skipped("there is no refresh token"));
        }
        if self.options.refresh == Refresh::Forbidden {
            return Err(Stop::skipped(REFRESH_FORBIDDEN));
        }
        let keeper = authorizer.keeper();
        let renewed = keeper.renew(held).await?;
        let is_rotated = renewed.tokens.refresh_token != held.tokens.refresh_token;
        let rotation = match is_rotated {
            true => "the refresh token was replaced, too",
            false => "the refresh token stays",
        };
        let lifetime = token::lifetime(&renewed.tokens, keeper.now());
        Ok((format!("a new token, {lifetime}; {rotation}"), renewed))
    }
}

const fn why_not(is_reached: bool) -> &'static str {
    match is_reached {
        true => UNKNOWN,
        false => UNREACHED,
    }
}

/// Returns a client that keeps what it sends and hears for one step.
pub(super) fn watched(http: &Http) -> (Http, Trace) {
    let trace = Trace::new();
    (http.clone().traced(trace.clone()), trace)
}

/// Compares addresses that are configured with those that are published.
fn differences(configured: &Dialect, published: &Dialect) -> Vec<Observation> {
    let pairs = [
        (
            "authorization_endpoint",
            configured.authorization_endpoint.as_ref(),
            published.authorization_endpoint.as_ref(),
        ),
        (
            "token_endpoint",
            Some(&configured.token_endpoint),
            Some(&published.token_endpoint),
        ),
        (
            "device_authorization_endpoint",
            configured.device_authorization_endpoint.as_ref(),
            published.device_authorization_endpoint.as_ref(),
        ),
    ];
    let different = pairs
        .into_iter()
        .filter_map(|(name, configured, published)| {
            let (configured, published) = (configured?.uri().ok()?, published?.uri().ok()?);
            (configured != published).then(|| Observation::Endpoint {
                name: name.to_owned(),
                configured: configured.to_owned(),
                published: published.to_owned(),
            })
        });
    different.collect()
}

//! Flows: exchanges that belong together, as a page shows them.

use tripod_core::form;
use tripod_doctor::evidence::{Evidence, Exchange, Header};
use tripod_doctor::known::Known;

use super::diagram::Diagram;
use super::explanation::Explained;
use super::journal::Entry;
use super::record::refusal_code;
use crate::pages::moment;

/// Who sends and who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Party {
    Browser,
    Client,
    Provider,
    Api,
}

impl Party {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Browser => "Browser",
            Self::Client => "Client",
            Self::Provider => "Tripod",
            Self::Api => "API",
        }
    }
}

/// Exchanges that belong together, masked.
pub(super) struct Flow {
    /// The number of the first of them.
    pub(super) number: u64,
    /// What it is about, as far as its first exchange tells.
    pub(super) title: String,
    pub(super) steps: Vec<Step>,
    pub(super) diagram: Diagram,
}

/// An exchange as it is shown: every text of it is masked, and has no character that hides.
pub(super) struct Step {
    pub(super) number: u64,
    pub(super) from: Party,
    pub(super) to: Party,
    /// The request in a few words.
    pub(super) asks: String,
    /// The answer in a few words.
    pub(super) says: String,
    /// Where the answer sends the browser, if that is another site.
    pub(super) leads_to: Option<String>,
    pub(super) is_refused: bool,
    pub(super) explained: Option<Explained>,
    pub(super) when: String,
    pub(super) request: String,
    pub(super) answer: String,
}

impl Flow {
    /// Puts exchanges together, the flow with the latest first; within a flow the oldest is first.
    pub(super) fn of(entries: Vec<Entry>, origin: &str) -> Vec<Self> {
        let mut groups: Vec<Vec<Entry>> = Vec::new();
        for entry in entries.into_iter().rev() {
            match groups.iter_mut().find(|it| it[0].flow == entry.flow) {
                Some(group) => group.push(entry),
                None => groups.push(vec![entry]),
            }
        }
        groups
            .into_iter()
            .map(|mut group| {
                group.reverse();
                Self::shown(&group, origin)
            })
            .collect()
    }

    fn shown(entries: &[Entry], origin: &str) -> Self {
        let exchanges = entries.iter().map(|entry| entry.exchange.clone());
        // What is secret in one exchange is secret in all.
        let evidence = Evidence::of_exchanges(exchanges.collect(), Known::default());
        let pairs = entries.iter().zip(evidence.masked());
        let steps: Vec<_> = pairs
            .map(|(entry, masked)| Step::of(entry, &masked, origin))
            .collect();
        let title = entries.first().map_or_else(String::new, title);
        Self {
            number: entries.first().map_or(0, |entry| entry.flow),
            diagram: Diagram::of(&steps, &title),
            title,
            steps,
        }
    }
}

impl Step {
    fn of(entry: &Entry, masked: &Exchange, origin: &str) -> Self {
        let from = if is_page(&entry.path) {
            Party::Browser
        } else {
            Party::Client
        };
        let to = if entry.path.starts_with("/api/") {
            Party::Api
        } else {
            Party::Provider
        };
        let leads_to = header(masked, "location").filter(|to| !is_own(to, origin));
        Self {
            number: entry.number,
            from,
            to,
            asks: plain(&asks(entry, masked)),
            says: plain(&says(entry, masked)),
            leads_to: leads_to.map(|to| plain(&without_query(&to))),
            is_refused: entry.is_refused,
            explained: entry.explained.clone(),
            when: when(entry),
            request: plain(&request(masked)),
            answer: plain(&answer(masked, entry.is_whole)),
        }
    }

    /// Returns why it was refused, in a few words.
    pub(super) fn why(&self) -> Option<&'static str> {
        let explained = self.explained.as_ref()?;
        explained.findings.first().map(|finding| finding.title)
    }
}

/// The pages, below the issuer.
fn is_page(path: &str) -> bool {
    const PAGES: [&str; 8] = [
        "/",
        "/consent",
        "/device",
        "/oauth1/authorize",
        "/oauth2/authorize",
        "/revoke",
        "/sign-in",
        "/sign-out",
    ];
    PAGES.contains(&path) || path.starts_with("/oauth2/logout")
}

fn title(entry: &Entry) -> String {
    let kind = match entry.path.as_str() {
        "/oauth2/authorize" | "/oauth2/par" => "Authorization code".to_owned(),
        "/oauth2/device_authorization" => "Device".to_owned(),
        "/oauth2/token" => match grant(&entry.exchange) {
            Some(grant) => format!("Token request by {grant}"),
            None => "Token request".to_owned(),
        },
        "/oauth2/register" => "Registration".to_owned(),
        "/oauth2/jwks" => "Discovery".to_owned(),
        path if path.starts_with("/oauth1/") => "OAuth 1.0a".to_owned(),
        path if path.starts_with("/.well-known/") => "Discovery".to_owned(),
        path if path.starts_with("/api/") => "API call".to_owned(),
        path if is_page(path) => "At the browser".to_owned(),
        path => path.to_owned(),
    };
    let client = parameter(&entry.exchange, "client_id");
    let title = match client {
        Some(client) => format!("{kind}, {}", cut(&client, 40)),
        None => kind,
    };
    cut(&plain(&title), 80)
}

fn asks(entry: &Entry, exchange: &Exchange) -> String {
    let request = exchange.request.as_ref();
    let method = request.and_then(|it| it.method.as_deref());
    let hint = grant(exchange).map_or_else(String::new, |it| format!(" {it}"));
    format!("{} {}{hint}", method.unwrap_or("?"), entry.path)
}

/// Names the grant, shortly: `device_code` for a URN that ends in it.
fn grant(exchange: &Exchange) -> Option<String> {
    let grant = parameter(exchange, "grant_type")?;
    grant.rsplit(':').next().map(|it| cut(it, 40))
}

fn says(entry: &Entry, exchange: &Exchange) -> String {
    let Some(response) = &exchange.response else {
        return String::new();
    };
    let mut said = response.status.unwrap_or_default().to_string();
    let body = response.body.as_ref().map_or("", |body| body.expose());
    if entry.is_refused {
        let headers = headers(&response.headers);
        if let Some(code) = refusal_code(&headers, body.as_bytes()) {
            said.push_str(&format!(" {code}"));
        }
    } else if let Some(given) = given(body) {
        said.push_str(&format!(" {given}"));
    }
    if let Some(to) = header(exchange, "location") {
        said.push_str(&format!(" to {}", without_query(&to)));
    }
    if !entry.is_whole {
        said.push_str(", broken off");
    }
    said
}

/// Says what an answer gives: the title of a page, or the names of tokens.
fn given(body: &str) -> Option<String> {
    const GIVEN: [&str; 6] = [
        "access_token",
        "device_code",
        "id_token",
        "oauth_token",
        "refresh_token",
        "request_uri",
    ];
    if let Some(rest) = body.strip_prefix("<title>") {
        let title = rest.split(" – ").next()?;
        return Some(format!("“{title}”"));
    }
    let has = |name: &&str| {
        let (json, form) = (format!("\"{name}\":"), format!("{name}="));
        body.contains(&json) || body.split('&').any(|pair| pair.starts_with(&form))
    };
    let names: Vec<_> = GIVEN.into_iter().filter(has).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn request(exchange: &Exchange) -> String {
    let Some(request) = &exchange.request else {
        return String::new();
    };
    let method = request.method.as_deref().unwrap_or("?");
    let uri = request.uri.as_ref().map_or("", |uri| uri.expose());
    let body = request.body.as_ref().map_or("", |body| body.expose());
    message(&format!("{method} {uri}"), &request.headers, body)
}

fn answer(exchange: &Exchange, is_whole: bool) -> String {
    let Some(response) = &exchange.response else {
        return String::new();
    };
    let status = response.status.unwrap_or_default();
    let reason = http::StatusCode::from_u16(status).ok();
    let reason = reason
        .and_then(|it| it.canonical_reason())
        .unwrap_or_default();
    let body = response.body.as_ref().map_or("", |body| body.expose());
    let end = if is_whole {
        ""
    } else {
        "\n[here it broke off]"
    };
    let body = format!("{body}{end}");
    message(&format!("{status} {reason}"), &response.headers, &body)
}

fn message(first: &str, headers: &[Header], body: &str) -> String {
    let mut text = format!("{first}\n");
    for header in headers {
        text.push_str(&format!("{}: {}\n", header.name, header.value.expose()));
    }
    text.push_str(&format!("\n{body}"));
    text.trim_end().to_owned()
}

fn when(entry: &Entry) -> String {
    let moment = moment(entry.at);
    // `Sun, 06 Nov 1994 08:49:37 GMT`: they are of today.
    let time = moment.split(' ').nth(4).unwrap_or_default();
    format!("{time} UTC, {} ms", entry.took.as_millis())
}

/// Finds a parameter that is no secret, in the form or in the query.
fn parameter(exchange: &Exchange, name: &str) -> Option<String> {
    let request = exchange.request.as_ref()?;
    let uri = request.uri.as_ref().map_or("", |uri| uri.expose());
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    let body = request.body.as_ref().map_or("", |body| body.expose());
    let pairs = form::pairs(query.as_bytes()).chain(form::pairs(body.as_bytes()));
    let mut decoded = pairs.map(form::Pair::decode);
    let (_, value) = decoded.find(|(own, _)| **own == *name.as_bytes())?;
    Some(String::from_utf8_lossy(&value).into_owned())
}

fn header(exchange: &Exchange, name: &str) -> Option<String> {
    let headers = &exchange.response.as_ref()?.headers;
    let found = headers.iter().find(|it| it.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.expose().to_owned())
}

fn headers(headers: &[Header]) -> http::HeaderMap {
    let pairs = headers.iter().filter_map(|header| {
        let name = http::HeaderName::try_from(&header.name).ok()?;
        Some((name, header.value.expose().parse().ok()?))
    });
    pairs.collect()
}

fn is_own(location: &str, origin: &str) -> bool {
    let rest = location.strip_prefix(origin);
    location.starts_with('/') || rest.is_some_and(|it| it.is_empty() || it.starts_with(['/', '?']))
}

fn without_query(uri: &str) -> String {
    uri.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Cuts a text to so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Shows characters that would not be seen, or would turn around what is seen behind them.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => shown.push(character),
            '\u{0}'..='\u{1f}' => {
                let picture = 0x2400 + u32::from(character);
                shown.push(char::from_u32(picture).unwrap_or('\u{fffd}'));
            }
            '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => shown.extend(character.escape_unicode()),
            character => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown() {
        assert_eq!(plain("a\u{0}b\r\n\u{1b}[31m"), "a␀b␍\n␛[31m");
        assert_eq!(plain("a\u{202e}b\u{200b}"), "a\\u{202e}b\\u{200b}");
    }

    #[test]
    fn other_sites_are_told_from_our_own() {
        let origin = "http://127.0.0.1:9090";
        for own in ["/", "http://127.0.0.1:9090", "http://127.0.0.1:9090/x"] {
            assert!(is_own(own, origin), "{own}");
        }
        for other in ["http://127.0.0.1:90901/", "app:/cb", "https://a.example/"] {
            assert!(!is_own(other, origin), "{other}");
        }
    }
}

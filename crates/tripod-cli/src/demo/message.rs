//! A message as people read it: a title, and its parts line by line.

use http::StatusCode;
use serde_json::{Map, Value};
use tripod_core::parameters::Parameters;
use tripod_core::percent;
use tripod_core::secret::Secret;
use tripod_doctor::evidence::{Header, Request, Response};

use crate::page::Tone;

/// A message, taken apart; what is secret was masked before.
#[derive(Debug)]
pub(super) struct Message {
    /// Method and path, or the status.
    pub(super) title: String,
    /// How the title stands out.
    pub(super) tone: Tone,
    /// Parameters and headers that matter here.
    pub(super) parts: Vec<String>,
}

/// Takes a request apart: its query, what authorises it, and its form.
pub(super) fn request(request: &Request) -> Message {
    let uri = request.uri.as_ref().map_or("", Secret::expose);
    let (place, query) = uri.split_once('?').unwrap_or((uri, ""));
    let path = place.splitn(4, '/').nth(3).unwrap_or_default();
    let mut parts = parameters(query, "?");
    let authorization = header(&request.headers, "authorization");
    parts.extend(authorization.into_iter().flat_map(credentials));
    let body = request.body.as_ref().map_or("", Secret::expose);
    parts.extend(parameters(body, ""));
    Message {
        title: format!("{} /{path}", request.method.as_deref().unwrap_or("?")),
        tone: Tone::Heading,
        parts,
    }
}

/// Takes an answer apart; of a long JSON object the named members are shown.
pub(super) fn response(response: &Response, shown: &[&str]) -> Message {
    let status = StatusCode::from_u16(response.status.unwrap_or_default()).unwrap_or_default();
    let mut parts = Vec::new();
    // What comes behind the path is shown once the browser goes there.
    let location = header(&response.headers, "location");
    let location = location.and_then(|location| location.split('?').next());
    parts.extend(location.map(|place| format!("Location: {place}?…")));
    let body = response.body.as_ref().map_or("", Secret::expose);
    match serde_json::from_str::<Map<String, Value>>(body) {
        Ok(members) => parts.extend(json(&members, shown)),
        Err(_) if is_form(&response.headers) => parts.extend(parameters(body, "")),
        Err(_) => parts.extend(challenge(&response.headers)),
    }
    // The page that it names ends with this program.
    parts.retain(|part| !part.contains("tripod_explain="));
    let is_refused = status.is_client_error() || status.is_server_error();
    Message {
        title: status.to_string(),
        tone: if is_refused { Tone::Bad } else { Tone::Good },
        parts,
    }
}

fn header<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    let mut headers = headers.iter();
    let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
    Some(header.value.expose())
}

fn is_form(headers: &[Header]) -> bool {
    header(headers, "content-type")
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// Writes parameters one below the other, decoded.
fn parameters(form: &str, before: &str) -> Vec<String> {
    let parameters = Parameters::parse(form.as_bytes()).unwrap_or_default();
    let parameters = parameters.iter().enumerate();
    let lines = parameters.map(|(index, (name, value))| {
        let before = if index == 0 { before } else { "&" };
        format!("{before}{name}={value}")
    });
    lines.collect()
}

/// Writes what authorises a request; the parts of an OAuth 1 header stand one below the other.
fn credentials(header: &str) -> Vec<String> {
    let Some(signed) = header.strip_prefix("OAuth ") else {
        return vec![format!("Authorization: {header}")];
    };
    let decode = |part: &str| {
        let decoded = percent::decode(part).unwrap_or_default();
        String::from_utf8_lossy(&decoded).into_owned()
    };
    let parts = signed
        .split(',')
        .map(|part| format!("  {}", decode(part.trim())));
    std::iter::once("Authorization: OAuth".to_owned())
        .chain(parts)
        .collect()
}

/// Writes the challenge of a refusal, where its body says nothing.
fn challenge(headers: &[Header]) -> Vec<String> {
    let challenge = header(headers, "www-authenticate").unwrap_or_default();
    // A comma within quotes separates nothing; what is behind a quote's end begins the next part.
    let parts = challenge.split_inclusive("\", ");
    let mut parts = parts.map(|part| part.trim_end_matches(", "));
    let Some((scheme, first)) = parts.next().and_then(|part| part.split_once(' ')) else {
        return Vec::new();
    };
    let lines = [format!("WWW-Authenticate: {scheme}"), format!("  {first}")];
    lines
        .into_iter()
        .chain(parts.map(|part| format!("  {part}")))
        .collect()
}

/// Writes the members of an object; those that were not named are counted.
fn json(members: &Map<String, Value>, shown: &[&str]) -> Vec<String> {
    let is_shown = |name: &str| shown.is_empty() || shown.contains(&name);
    let named = members.iter().filter(|(name, _)| is_shown(name));
    let mut lines: Vec<_> = named
        .map(|(name, value)| format!("\"{name}\": {value}"))
        .collect();
    let rest = members.len() - lines.len();
    if rest > 0 {
        lines.push(format!("… and {rest} more members"));
    }
    lines
}

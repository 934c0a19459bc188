//! What the doctor found, added to an answer in the form that its client understands.

use axum::body::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, response};
use serde_json::{Map, Value};
use tripod_core::parameters::Parameters;
use tripod_core::{form, percent};
use tripod_oauth2::challenge::Challenge;
use tripod_oauth2::error::permitted;

use super::Explained;
use crate::pages::{Failure, Onward};
use crate::provider::Provider;

/// The name under which an answer tells the page about itself.
const NAME: &str = "tripod_explain";

/// Header fields of more octets are a burden to clients, so that descriptions end before.
const LONGEST: usize = 600;

impl Explained {
    /// Adds it to an answer; returns the body that goes with it now.
    pub(super) fn tell(
        &self,
        provider: &Provider,
        method: &Method,
        parts: &mut response::Parts,
        octets: Bytes,
    ) -> Bytes {
        self.challenge(&mut parts.headers);
        self.redirect(&mut parts.headers);
        let failure = parts.extensions.remove::<Failure>();
        let onward = parts.extensions.remove::<Onward>();
        let told = match (failure, onward) {
            (Some(page), _) => Some(page.explained(provider, self).into()),
            (None, Some(page)) => Some(self.onward(page).render(provider).into()),
            (None, None) if *method == Method::HEAD => None,
            (None, None) => self.body(parts, &octets),
        };
        match told {
            Some(told) => {
                parts.headers.remove(CONTENT_LENGTH);
                told
            }
            None => octets,
        }
    }

    fn body(&self, parts: &mut response::Parts, octets: &Bytes) -> Option<Bytes> {
        if octets.is_empty() {
            // RFC 6750 §3.1: who shows nothing hears no error code; a word of advice is none.
            let is_challenge = parts.headers.contains_key(WWW_AUTHENTICATE);
            let json = HeaderValue::from_static("application/json");
            return is_challenge.then(|| {
                parts.headers.insert(CONTENT_TYPE, json);
                self.json(Map::new())
            });
        }
        let media_type = parts.headers.get(CONTENT_TYPE)?.as_bytes();
        if media_type.starts_with(b"application/json") {
            let members: Map<String, Value> = serde_json::from_slice(octets).ok()?;
            return members.contains_key("error").then(|| self.json(members));
        }
        if media_type.starts_with(b"application/x-www-form-urlencoded") {
            let parameters = Parameters::parse(octets).ok()?;
            let is_problem = parameters.all("oauth_problem").next().is_some();
            return is_problem.then(|| self.described(&parameters, ADVICE).to_form().into());
        }
        None
    }

    fn json(&self, mut members: Map<String, Value>) -> Bytes {
        let said = members.get(DESCRIPTION).and_then(Value::as_str);
        let description = self.description(said);
        if !description.is_empty() {
            members.insert(DESCRIPTION.to_owned(), description.into());
        }
        members.insert(NAME.to_owned(), self.address.as_str().into());
        Value::Object(members).to_string().into()
    }

    /// Says the same in an error that a form sends on.
    fn onward(&self, mut page: Onward) -> Onward {
        let fields = &mut page.form_mut().fields;
        *fields = self.described(fields, DESCRIPTION);
        page
    }

    /// Says the same in a form, under the name that it has for words.
    fn described(&self, parameters: &Parameters, name: &str) -> Parameters {
        let said = parameters.all(name).next();
        let others = parameters.iter().filter(|(it, _)| *it != name);
        let mut told: Parameters = others.collect();
        told.push(name, self.description(said));
        told.push(NAME, self.address.as_str());
        told
    }

    /// Says the same in the challenges that name an error.
    fn challenge(&self, headers: &mut HeaderMap) {
        let fields: Vec<_> = headers.get_all(WWW_AUTHENTICATE).iter().cloned().collect();
        headers.remove(WWW_AUTHENTICATE);
        for field in fields {
            let told = field.to_str().ok().and_then(|text| self.challenged(text));
            let told = told.and_then(|text| HeaderValue::try_from(text).ok());
            headers.append(WWW_AUTHENTICATE, told.unwrap_or(field));
        }
    }

    fn challenged(&self, field: &str) -> Option<String> {
        if field.starts_with("OAuth ") {
            return field.contains("oauth_problem=").then(|| self.realm(field));
        }
        let mut challenges = Challenge::parse(field).ok()?;
        if challenges.iter().all(|challenge| challenge.error.is_none()) {
            return None;
        }
        for challenge in &mut challenges {
            let said = challenge.error_description.as_deref();
            challenge.error_description = Some(self.description(said));
            challenge.extra.push(NAME, self.address.as_str());
        }
        let written: Vec<_> = challenges.iter().map(Challenge::encode).collect();
        Some(written.join(", "))
    }

    /// Adds to a challenge of OAuth 1, whose values are percent-encoded (RFC 5849 §3.5.1).
    fn realm(&self, field: &str) -> String {
        let begin = format!(", {ADVICE}=\"");
        let (front, said, rest) = match field.split_once(&begin) {
            Some((front, behind)) => {
                let (said, rest) = behind.split_once('"').unwrap_or((behind, ""));
                (front, percent::decode(said).ok(), rest)
            }
            None => (field, None, ""),
        };
        let said = said.map(|said| String::from_utf8_lossy(&said).into_owned());
        let description = percent::encode(self.description(said.as_deref()));
        let address = percent::encode(&self.address);
        format!("{front}{rest}, {ADVICE}=\"{description}\", {NAME}=\"{address}\"")
    }

    /// Says the same in an error that is redirected (RFC 6749 §4.1.2.1).
    fn redirect(&self, headers: &mut HeaderMap) {
        let Some(location) = headers.get(LOCATION).and_then(|it| it.to_str().ok()) else {
            return;
        };
        let mut pieces: Vec<&str> = location.split('&').collect();
        fn value(piece: &str) -> Option<&str> {
            piece.strip_prefix(DESCRIPTION)?.strip_prefix('=')
        }
        let said_at = pieces.iter().rposition(|it| value(it).is_some());
        let said = said_at.and_then(|at| value(pieces.get(at)?));
        let said = said.map(|said| form::Component::new(said.as_bytes()).decode());
        let said = said.map(|said| String::from_utf8_lossy(&said).into_owned());
        let description = self.description(said.as_deref());
        let description = format!("{DESCRIPTION}={}", form::encode(description));
        match said_at.and_then(|at| pieces.get_mut(at)) {
            Some(piece) => *piece = &description,
            None => return,
        }
        let address = format!("{NAME}={}", form::encode(&self.address));
        pieces.push(&address);
        if let Ok(mut told) = HeaderValue::try_from(pieces.join("&")) {
            told.set_sensitive(true);
            headers.insert(LOCATION, told);
        }
    }

    /// Writes what was said and what was found, in the characters of RFC 6749 §5.2.
    fn description(&self, said: Option<&str>) -> String {
        let parts = [said.map(str::to_owned), self.remark.clone(), self.found()];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let text = parts
            .join(" -- ")
            .replace('…', "...")
            .replace('§', "section ");
        let text = permitted(&text);
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// What only says an error code in other words has advice that is for other places.
    fn found(&self) -> Option<String> {
        let finding = self.findings.first()?;
        match (finding.names_a_cause(), &self.remark) {
            (true, _) => Some(format!("{} {}", finding.cause, finding.fix)),
            (false, None) => Some(finding.cause.clone()),
            (false, Some(_)) => None,
        }
    }
}

const ADVICE: &str = "oauth_problem_advice";
const DESCRIPTION: &str = "error_description";

#[cfg(test)]
mod tests;

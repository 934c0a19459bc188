//! What servers and libraries said, in whichever dialect.

use std::collections::HashSet;

use tripod_core::{form, percent};

use super::{Call, Role, dialect};
use crate::catalogue::entries;
use crate::evidence::{Evidence, Excerpt, Kind, Place, Response};
use crate::lexicon::sentence::without_examples;

/// Something that was said about a failure.
pub(crate) struct Said {
    /// All of it, for quoting.
    pub(crate) text: String,
    /// All of it for looking for words: in lower case, decoded, and with one kind of quotes.
    pub(crate) lower: String,
    /// The code of the error.
    pub(crate) error: Option<String>,
    /// Whether a server is known to have said it.
    pub(crate) by_server: bool,
    /// The status of the answer that says it.
    pub(crate) status: Option<u16>,
    /// The exchange in which it was said.
    pub(crate) call: Option<usize>,
    pub(crate) place: Place,
    /// What of JSON is speech, each value for itself.
    pub(crate) sentences: Vec<String>,
}

impl Said {
    /// Returns what it says, in pieces that do not run into each other.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &str> {
        let all = self.sentences.is_empty().then_some(self.text.as_str());
        self.sentences.iter().map(String::as_str).chain(all)
    }

    pub(crate) fn is(&self, error: &str) -> bool {
        self.error.as_deref() == Some(error)
    }

    pub(crate) fn has(&self, words: &str) -> bool {
        self.lower.contains(words)
    }

    /// Tells whether it has these words in this order; `…` stands for anything.
    pub(crate) fn matches(&self, words: &str) -> bool {
        let mut rest = self.lower.as_str();
        words.split('…').map(str::trim).all(|part| {
            let found = rest.split_once(part);
            found.map(|(_, behind)| rest = behind).is_some()
        })
    }
}

/// Codes that are words of their own in a log.
pub(crate) const CODES: [&str; 58] = [
    "access_denied",
    "access_token_scope_insufficient",
    "accessnotconfigured",
    "account_inactive",
    "authorization_pending",
    "bad_client_secret",
    "bad_redirect_uri",
    "bad_verification_code",
    "code_already_used",
    "consent_required",
    "device_flow_disabled",
    "expired_access_token",
    "expired_token",
    "incorrect_client_credentials",
    "insecure_transport",
    "insufficient_scope",
    "interaction_required",
    "invalid_access_token",
    "invalid_auth",
    "invalid_client",
    "invalid_client_id",
    "invalid_code",
    "invalid_dpop_proof",
    "invalid_grant",
    "invalid_redirect_uri",
    "invalid_refresh_token",
    "invalid_request",
    "invalid_request_object",
    "invalid_request_uri",
    "invalid_scope",
    "invalid_session_id",
    "invalid_target",
    "invalid_token",
    "login_required",
    "mismatching_state",
    "missing_authorization",
    "missing_code",
    "missing_scope",
    "missing_token",
    "missing_token_type",
    "not_authed",
    "org_login_required",
    "redirect_mismatch",
    "redirect_uri_mismatch",
    "server_error",
    "service_disabled",
    "slow_down",
    "temporarily_unavailable",
    "token_expired",
    "token_revoked",
    "unauthorized_client",
    "unauthorized_scope_error",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
    "unverified_user_email",
    "use_dpop_nonce",
    "user_denied",
];

pub(super) fn collect(evidence: &Evidence, calls: &[Call<'_>]) -> Vec<Said> {
    let mut said = Vec::new();
    for call in calls {
        said.extend(in_url(call));
        if let Some(response) = call.response {
            said.extend(in_response(call, response, evidence.kind));
        }
    }
    said.extend(in_texts(evidence));
    said
}

/// Takes each line once, and of a long log the beginning and the end.
fn in_texts(evidence: &Evidence) -> Vec<Said> {
    const HALF: usize = 500;
    let mut seen = HashSet::new();
    let lines: Vec<&Excerpt> = evidence
        .texts
        .iter()
        .filter(|excerpt| !is_list(excerpt.text.expose()))
        .filter(|excerpt| seen.insert(excerpt.text.expose()))
        .collect();
    let skipped = HALF..lines.len().saturating_sub(HALF).max(HALF);
    lines
        .iter()
        .enumerate()
        .filter(|(index, _)| !skipped.contains(index))
        .map(|(_, excerpt)| {
            let text = plain(excerpt.text.expose());
            let words: Vec<_> = text.split(' ').map(parameters).collect();
            let said = new(words.join(" "), excerpt.place.clone());
            let decoded = (said.text != text).then(|| said.text.clone());
            Said {
                error: code_in(&said.lower),
                sentences: decoded.into_iter().collect(),
                text,
                ..said
            }
        })
        .collect()
}

/// Tells whether a line lists what might happen, such as the errors after which a client tries again.
fn is_list(line: &str) -> bool {
    const FEW: usize = 3;
    let item = line.trim().trim_end_matches(',');
    let is_quoted = |quote: char| {
        let inner = item
            .strip_prefix(quote)
            .and_then(|it| it.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.contains([' ', quote]))
    };
    let is_errno = |word: &&str| {
        let letters = word.strip_prefix('E').unwrap_or_default();
        letters.len() >= FEW
            && letters
                .bytes()
                .all(|it| it.is_ascii_uppercase() || it == b'_')
    };
    let words = line.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    is_quoted('\'') || is_quoted('"') || words.filter(is_errno).count() >= FEW
}

fn new(text: String, place: Place) -> Said {
    let text = without_explanation(text);
    Said {
        lower: quotes_alike(&without_examples(&text.to_lowercase())),
        text,
        error: None,
        by_server: false,
        status: None,
        call: None,
        place,
        sentences: Vec::new(),
    }
}

/// Leaves out what Tripod's own provider adds in development: a guess must not become a statement.
fn without_explanation(mut text: String) -> String {
    const PAGE: &str = "What the doctor found";
    if let Some(at) = text.find(PAGE) {
        text.truncate(at);
    }
    if !text.contains("tripod_explain") {
        return text;
    }
    while let Some(at) = text.find(" -- ") {
        let rest = text.get(at..).unwrap_or_default();
        let ends = ["\"", "&tripod_explain", ", tripod_explain"];
        let end = ends.iter().filter_map(|end| rest.find(end)).min();
        text.replace_range(at..end.map_or(text.len(), |end| at + end), "");
    }
    entries().fold(text, |text, entry| {
        let text = text.replace(entry.meaning, "");
        text.replace(entry.fix, "")
    })
}

/// Servers differ in nothing as much as in the quotes around a name.
pub(crate) fn quotes_alike(text: &str) -> String {
    text.replace(['\'', '`', '‘', '’', '“', '”'], "\"")
}

/// Collects the speech of JSON, without what Tripod's own provider adds.
fn spoken_by(answer: &serde_json::Value) -> Vec<String> {
    let is_own = answer.get("tripod_explain").is_some();
    let sentences = dialect::sentences(answer).into_iter();
    let own = |text: String| match text.split_once(" -- ") {
        Some((said, _)) if is_own => said.to_owned(),
        _ => text,
    };
    sentences.map(own).collect()
}

/// Takes the escapes of JSON away, so that words can be found.
fn unescaped(text: &str) -> String {
    let escapes = [("\\\"", "\""), ("\\/", "/"), ("\\n", " "), ("\\u0027", "'")];
    let escapes = escapes.iter();
    escapes.fold(text.to_owned(), |text, (escape, plain)| {
        text.replace(escape, plain)
    })
}

/// Decodes a word that is a form, or has one in it.
fn parameters(word: &str) -> String {
    match word.contains('=') {
        true => decoded(word),
        false => word.to_owned(),
    }
}

/// What comes back in a URL: an error of the authorization endpoint.
fn in_url(call: &Call<'_>) -> Option<Said> {
    if call.role != Role::Callback {
        return None;
    }
    let mut fields = call.query.clone();
    fields.extend(super::Fields::form(&call.uri.fragment));
    let error = fields
        .first("error")
        .or_else(|| fields.first("oauth_problem"))
        .or_else(|| fields.first("denied").map(|_| "denied"))?;
    let about: Vec<_> = fields
        .iter()
        .filter(|(name, _)| {
            ["error", "oauth_problem", "denied", "hint"]
                .iter()
                .any(|known| name.starts_with(known))
        })
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Some(Said {
        error: Some(error.to_owned()),
        by_server: true,
        ..new(about.join(" "), call.place())
    })
}

fn in_response(call: &Call<'_>, response: &Response, kind: Kind) -> Vec<Said> {
    let mut said = Vec::new();
    let answered = |text: String, place: Place| Said {
        by_server: true,
        status: response.status,
        call: Some(call.index),
        ..new(text, place)
    };
    for header in &response.headers {
        if header.name.eq_ignore_ascii_case("www-authenticate") && !response.is_success() {
            let place = response.place.within("header WWW-Authenticate");
            let text = decoded(header.value.expose());
            let error = attribute(&text, "error=").or_else(|| attribute(&text, "oauth_problem="));
            // A bare challenge says nothing that the status does not.
            let error = error.or_else(|| text.is_empty().then(String::new));
            said.push(Said {
                error,
                ..answered(text, place)
            });
        }
        let is_redirect = response
            .status
            .is_some_and(|status| (300..400).contains(&status));
        if header.name.eq_ignore_ascii_case("location") && is_redirect {
            let text = decoded(header.value.expose());
            let error = attribute(&text, "error=");
            if error.is_some() {
                let place = response.place.within("header Location");
                said.push(Said {
                    error,
                    ..answered(text, place)
                });
            }
        }
    }
    let body = response.body();
    let error = call.answer.as_ref().and_then(dialect::code);
    let is_refusal = error.is_some() || response.is_failure();
    let is_page = call.role == Role::Token && body.trim_start().starts_with('<');
    let speaks = call.answer.as_ref().and_then(serde_json::Value::as_object);
    let speaks = speaks.is_none_or(|members| {
        members.len() < 6 && dialect::has_message(members) && !dialect::is_fine(members)
            || dialect::is_problem(members)
    });
    let is_alone = response.status.is_none() && kind == Kind::ErrorBody && speaks;
    if is_refusal || is_page || is_alone {
        let place = response.place.within("body");
        let text = match response.media_type().as_str() {
            "application/x-www-form-urlencoded" => decoded(body),
            _ if call.answer.is_some() && !body.trim_start().starts_with('{') => decoded(body),
            _ => plain(body),
        };
        let error = error.or_else(|| code_in(&text));
        let is_json = body.trim_start().starts_with(['{', '[']);
        let answer = call.answer.as_ref().filter(|_| is_json);
        let spoken = answered(text, place);
        said.push(Said {
            error,
            sentences: answer.map(spoken_by).unwrap_or_default(),
            lower: match is_json {
                true => quotes_alike(&unescaped(&spoken.lower)),
                false => spoken.lower,
            },
            ..spoken
        });
    }
    if said.is_empty() && response.is_failure() {
        let status = response.status.unwrap_or_default();
        said.push(answered(format!("status {status}"), response.place.clone()));
    }
    said
}

/// Finds a code that stands as a word of its own.
fn code_in(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let is_name = |letter: Option<char>| {
        letter.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    CODES
        .iter()
        .filter_map(|code| {
            let at = lower.find(code)?;
            let before = lower.get(..at)?.chars().next_back();
            let after = lower.get(at + code.len()..)?.chars().next();
            (!is_name(before) && !is_name(after)).then_some((at, *code))
        })
        .min()
        .map(|(_, code)| code.to_owned())
}

/// Reads `name="value"` or `name=value` out of a header or a query.
fn attribute(text: &str, name: &str) -> Option<String> {
    let before = |at: usize| text.get(..at).and_then(|text| text.chars().next_back());
    let at = text.match_indices(name).find_map(|(at, _)| {
        let is_whole = before(at).is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
        is_whole.then_some(at + name.len())
    })?;
    let rest = text.get(at..)?.trim_start_matches('"');
    let end = rest.find(['"', '&', ',', ' ', '#']).unwrap_or(rest.len());
    rest.get(..end)
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}

/// Decodes percent-encoding where there is any, and `+` as a space then.
fn decoded(text: &str) -> String {
    let is_encoded = text.contains('%') && percent::is_sound(text.as_bytes());
    let has_plus = text.contains('+') && !text.contains(' ');
    if !(is_encoded || has_plus) {
        return text.to_owned();
    }
    let octets = form::Component::new(text.as_bytes()).decode();
    String::from_utf8_lossy(&octets).into_owned()
}

/// Takes tags and entities out of what is a page, and what is there for its looks.
fn plain(text: &str) -> String {
    let text = &without_style(text);
    let text = if text.contains("</") || text.trim_start().starts_with('<') {
        let mut shown = String::with_capacity(text.len());
        let mut in_tag = false;
        for character in text.chars().take(100_000) {
            match character {
                '<' => in_tag = true,
                '>' if in_tag => {
                    in_tag = false;
                    shown.push(' ');
                }
                character if !in_tag => shown.push(character),
                _ => {}
            }
        }
        let words: Vec<_> = shown.split_whitespace().collect();
        words.join(" ")
    } else {
        text.to_owned()
    };
    let entities = [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    entities.iter().fold(text, |text, (entity, character)| {
        text.replace(entity, character)
    })
}

fn without_style(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, style)) = rest.split_once("<style") {
        shown.push_str(before);
        rest = style
            .split_once("</style>")
            .map_or("", |(_, behind)| behind);
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_doctor_said_is_no_evidence() {
        let invalid = crate::catalogue::entry("oauth2/access-token/invalid");
        for (told, own) in [
            (
                format!(
                    "Bearer error=\"x\", error_description=\"gone -- {}\", tripod_explain=\"u\"",
                    invalid.meaning
                ),
                "Bearer error=\"x\", error_description=\"gone\", tripod_explain=\"u\"".to_owned(),
            ),
            (
                format!(
                    "oauth_problem=x&oauth_problem_advice={} {}&tripod_explain=u",
                    invalid.meaning, invalid.fix
                ),
                "oauth_problem=x&oauth_problem_advice= &tripod_explain=u".to_owned(),
            ),
            ("a -- b".to_owned(), "a -- b".to_owned()),
            (
                "Bad. What the doctor found More.".to_owned(),
                "Bad. ".to_owned(),
            ),
        ] {
            assert_eq!(without_explanation(told), own);
        }
    }

    #[test]
    fn the_style_of_a_page_is_not_read() {
        let page = "<html><style>.denied { a: b }</style><p>No &amp; no</p></html>";
        assert_eq!(plain(page), "No & no");
    }

    #[test]
    fn a_code_in_a_log_is_a_word_of_its_own() {
        assert_eq!(
            code_in("errors.InvalidGrantError: (invalid_grant) x").as_deref(),
            Some("invalid_grant")
        );
        assert_eq!(code_in("my_invalid_grant_handler"), None);
    }
}

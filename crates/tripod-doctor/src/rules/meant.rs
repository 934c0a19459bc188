//! What servers and libraries mean, where their phrase is not in the catalogue.

use crate::case::said::Said;
use crate::case::{Case, Role};
use crate::catalogue::{self, GENERIC, VAGUE};
use crate::finding::{Finding, Likelihood};
use crate::lexicon::predicate::Predicate;
use crate::lexicon::subject::Subject;
use crate::lexicon::{self, Statement};

/// Reads everything that was said and is not known by its phrase.
pub(super) fn words(case: &Case<'_>) -> Vec<Finding> {
    if case.is_of_first {
        return Vec::new();
    }
    let is_about_oauth = case
        .said
        .iter()
        .any(|said| speaks_of_oauth(said) || speaks_of_access(said));
    let mut is_in_frame = false;
    case.said
        .iter()
        .filter(|said| !is_source(said, &mut is_in_frame))
        .flat_map(|said| of_said(case, said, is_about_oauth))
        .collect()
}

/// Tells whether a line is one of the program that a traceback shows.
fn is_source(said: &Said, is_in_frame: &mut bool) -> bool {
    let names_file = said.text.trim_start().starts_with("File \"");
    let is_indented = said.text.starts_with([' ', '\t']);
    *is_in_frame = !said.by_server && (names_file || *is_in_frame && is_indented);
    *is_in_frame
}

fn of_said(case: &Case<'_>, said: &Said, is_about_oauth: bool) -> Vec<Finding> {
    let call = said.call.and_then(|index| case.calls.get(index));
    let role = call.map(|call| call.role);
    if role == Some(Role::Signed) || is_of_first(said) || is_mere_news(said) {
        return Vec::new();
    }
    let asked = Asked {
        role,
        is_refresh: call.and_then(|call| call.parameter("grant_type")) == Some("refresh_token"),
    };
    let is_on_topic = is_on_topic(said, is_about_oauth);
    let findings: Vec<Finding> = said
        .pieces()
        .flat_map(|piece| lexicon::read(piece, is_known))
        .filter(|statement| is_on_topic || !statement.subject.is_common())
        .filter(|statement| said.by_server || !is_told(&statement.sentence))
        .filter_map(|statement| finding(said, &statement, &asked))
        .collect();
    if findings.is_empty() || super::stated::is_recognised(case, said) {
        return Vec::new();
    }
    findings
}

/// Tells whether it is about a signature of OAuth 1, of which other rules know more.
fn is_of_first(said: &Said) -> bool {
    ["oauth_problem", "signature", "consumer", "nonce"]
        .iter()
        .any(|word| said.has(word))
}

const REFUSED: &str = "oauth2/client-authentication/refused";

/// Causes of a refused client.
const CLIENT: [&str; 4] = [
    REFUSED,
    "oauth2/client-authentication/missing",
    "oauth2/client-authentication/unknown-client",
    "oauth2/client-authentication/wrong-secret",
];

/// What of the request decides what the words mean.
struct Asked {
    role: Option<Role>,
    is_refresh: bool,
}

fn finding(said: &Said, statement: &Statement, asked: &Asked) -> Option<Finding> {
    const MANY: usize = 3;
    let code = code(statement, asked)?;
    // “The id or the secret is wrong” names neither.
    let is_either = statement.alternatives > 1 && CLIENT.contains(&code);
    let entry = catalogue::entry(if is_either { REFUSED } else { code });
    let likelihood = match statement.alternatives {
        _ if statement.is_guess => Likelihood::Possible,
        MANY.. if !is_either => Likelihood::Possible,
        _ => Likelihood::Likely,
    };
    // “Missing or invalid” is said of what is there, more often than not.
    let is_formula = statement.alternatives > 1 && statement.predicate == Predicate::Missing;
    let weight = match entry.weight {
        weight if weight <= GENERIC => GENERIC,
        _ if is_formula => GENERIC + 1,
        VAGUE => VAGUE - 5,
        _ => 40,
    };
    let finding = Finding::new(entry, likelihood).weighing(weight);
    Some(finding.seen(statement.sentence.as_str(), &said.place))
}

/// Tells whether a text can be of OAuth by what else it says.
fn speaks_of_oauth(said: &Said) -> bool {
    [
        "oauth",
        "openid",
        "oidc",
        "access_token",
        "refresh_token",
        "client_id",
        "invalid_grant",
        "bearer ",
    ]
    .iter()
    .any(|word| said.has(word))
}

/// `token`, `scope` and `session` are words of other trades, too.
fn is_on_topic(said: &Said, is_about_oauth: bool) -> bool {
    let is_refusal = matches!(said.status, Some(400 | 401 | 403))
        || said.status.is_none_or(|status| status < 400);
    if said.by_server {
        let is_elsewhere = ["404", "409", "422", "500"]
            .iter()
            .any(|status| said.has(&format!("\"status\":{status}")));
        return is_refusal && !is_elsewhere;
    }
    is_about_oauth
}

fn speaks_of_access(said: &Said) -> bool {
    [
        " 401",
        " 403",
        "unauthor",
        "unauthenticated",
        "forbidden",
        "authoriz",
        "authenti",
        "credential",
    ]
    .iter()
    .any(|word| said.has(word))
}

/// Tells whether a line of a log reports what is usual.
fn is_mere_news(said: &Said) -> bool {
    let is_quiet = ["info", "debug", "trace", "notice"].iter().any(|level| {
        let words = said.lower.split(|letter: char| !letter.is_alphanumeric());
        words.take(12).any(|word| word == *level)
    });
    let is_failure = ["error", "fail", "refused", "denied", "400", "401", "403"]
        .iter()
        .any(|word| said.has(word));
    !said.by_server && is_quiet && !is_failure
}

/// Tells whether a log reports that a token is about to be renewed, as it should.
pub(super) fn is_renewal(said: &Said) -> bool {
    is_mere_news(said)
        && [
            "refreshing",
            "renewing",
            "refreshed",
            "renewed",
            "new token",
            "new one",
        ]
        .iter()
        .any(|word| said.has(word))
}

/// Tells whether a person tells a story: what he believes is no statement.
fn is_told(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    lower
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| ["i", "we", "my", "our", "me"].contains(&word))
}

/// Tells whether a pair means anything in any request.
pub(crate) fn is_known(subject: Subject, predicate: Predicate) -> bool {
    let statement = Statement {
        subject,
        predicate,
        alternatives: 1,
        is_guess: false,
        sentence: String::new(),
    };
    [None, Some(Role::Token), Some(Role::Resource)]
        .into_iter()
        .any(|role| {
            let asked = Asked {
                role,
                is_refresh: false,
            };
            code(&statement, &asked).is_some()
        })
}

fn code(statement: &Statement, asked: &Asked) -> Option<&'static str> {
    let predicate = statement.predicate;
    let is_grant = matches!(
        asked.role,
        Some(Role::Token | Role::Device | Role::Authorization)
    );
    match statement.subject {
        Subject::RefreshToken => refresh_token(predicate),
        Subject::Token if asked.role == Some(Role::Token) => refresh_token(predicate),
        Subject::Token if asked.is_refresh => refresh_token(predicate),
        Subject::AccessToken if asked.role == Some(Role::Token) => None,
        Subject::AccessToken | Subject::Token | Subject::ApiKey | Subject::Session => {
            access_token(statement.subject, predicate)
        }
        Subject::SomeCode if asked.role != Some(Role::Token) => None,
        Subject::SomeCode => one_time(Subject::Code, predicate),
        Subject::Code | Subject::DeviceCode => one_time(statement.subject, predicate),
        Subject::Client
        | Subject::ClientId
        | Subject::ClientAuthentication
        | Subject::Secret
        | Subject::Flow => client(statement.subject, predicate, asked),
        Subject::RedirectUri => redirect_uri(statement, asked),
        Subject::Scope => scope(predicate, is_grant),
        Subject::Audience => audience(predicate, is_grant),
        Subject::Verifier | Subject::Challenge | Subject::Pkce => {
            pkce(statement.subject, predicate)
        }
        _ => request(statement.subject, predicate),
    }
}

fn access_token(subject: Subject, predicate: Predicate) -> Option<&'static str> {
    match (subject, predicate) {
        (_, Predicate::Expired) => Some("oauth2/access-token/expired"),
        (Subject::Session, Predicate::Invalid) => Some("oauth2/access-token/invalid"),
        (Subject::Session, _) => None,
        (_, Predicate::Revoked) => Some("oauth2/access-token/revoked"),
        (_, Predicate::Invalid | Predicate::Unknown) => Some("oauth2/access-token/invalid"),
        (Subject::Token, _) => None,
        (_, Predicate::Missing) => Some("oauth2/resource/no-token"),
        _ => None,
    }
}

const fn refresh_token(predicate: Predicate) -> Option<&'static str> {
    match predicate {
        Predicate::Expired => Some("oauth2/refresh/expired"),
        Predicate::Revoked => Some("oauth2/refresh/revoked"),
        Predicate::Invalid | Predicate::Unknown => Some("oauth2/refresh/refused"),
        Predicate::Missing => Some("oauth2/refresh/none-issued"),
        Predicate::Mismatch => Some("oauth2/refresh/other-client"),
        Predicate::Used => Some("oauth2/refresh/reused"),
        _ => None,
    }
}

const fn one_time(subject: Subject, predicate: Predicate) -> Option<&'static str> {
    match (subject, predicate) {
        (Subject::DeviceCode, Predicate::Expired) => Some("oauth2/device/expired"),
        (Subject::DeviceCode, Predicate::Invalid | Predicate::Unknown) => {
            Some("oauth2/token-request/invalid-grant")
        }
        (Subject::DeviceCode, _) => None,
        (_, Predicate::Used) => Some("oauth2/code/used-twice"),
        (_, Predicate::Missing) => Some("oauth2/request/parameter-missing"),
        (
            _,
            Predicate::Expired
            | Predicate::Invalid
            | Predicate::Unknown
            | Predicate::Revoked
            | Predicate::Mismatch,
        ) => Some("oauth2/code/expired-or-unknown"),
        _ => None,
    }
}

fn client(subject: Subject, predicate: Predicate, asked: &Asked) -> Option<&'static str> {
    match (subject, predicate) {
        (Subject::Secret, Predicate::Expired) => {
            Some("oauth2/client-authentication/secret-expired")
        }
        (Subject::Secret, Predicate::Missing | Predicate::Lacks) => {
            Some("oauth2/client-authentication/missing")
        }
        (Subject::Secret, Predicate::Invalid | Predicate::Mismatch | Predicate::Unknown) => {
            Some("oauth2/client-authentication/wrong-secret")
        }
        (Subject::ClientAuthentication, Predicate::Missing | Predicate::Lacks) => {
            Some("oauth2/client-authentication/missing")
        }
        (Subject::ClientAuthentication, Predicate::NotAllowed) => {
            Some("oauth2/client-authentication/wrong-method")
        }
        (Subject::ClientAuthentication | Subject::Client, Predicate::Invalid) => {
            Some("oauth2/client-authentication/refused")
        }
        (Subject::ClientId, Predicate::Missing) => Some("oauth2/request/parameter-missing"),
        (Subject::ClientId, Predicate::Invalid | Predicate::Mismatch)
        | (Subject::ClientId | Subject::Client, Predicate::Unknown) => {
            Some("oauth2/client-authentication/unknown-client")
        }
        (Subject::Client, Predicate::Revoked) if asked.role == Some(Role::Resource) => {
            Some("oauth2/access-token/revoked")
        }
        (Subject::ClientId | Subject::Client, Predicate::NotAllowed | Predicate::Revoked)
        | (Subject::Flow, Predicate::NotAllowed) => Some("oauth2/client/unauthorized"),
        _ => None,
    }
}

fn redirect_uri(statement: &Statement, asked: &Asked) -> Option<&'static str> {
    let sentence = statement.sentence.to_lowercase();
    let is_compared = [
        "authorization code",
        "authorization request",
        "authorize request",
        "originally",
    ]
    .iter()
    .any(|words| sentence.contains(words));
    match statement.predicate {
        Predicate::Missing | Predicate::Lacks => Some("oauth2/redirect-uri/missing"),
        // A token endpoint compares with the authorization request (RFC 6749 §4.1.3).
        Predicate::Mismatch if is_compared || asked.role == Some(Role::Token) => {
            Some("oauth2/redirect-uri/differs-in-token-request")
        }
        Predicate::Invalid if asked.role == Some(Role::Token) => {
            Some("oauth2/redirect-uri/differs-in-token-request")
        }
        Predicate::Mismatch | Predicate::Invalid | Predicate::Unknown | Predicate::NotAllowed => {
            Some("oauth2/redirect-uri/mismatch")
        }
        _ => None,
    }
}

const fn scope(predicate: Predicate, is_grant: bool) -> Option<&'static str> {
    match predicate {
        Predicate::Invalid | Predicate::Unknown => Some("oauth2/scope/invalid"),
        Predicate::Mismatch | Predicate::NotAllowed if is_grant => Some("oauth2/scope/invalid"),
        Predicate::Missing if is_grant => Some("oauth2/request/parameter-missing"),
        Predicate::Missing | Predicate::Lacks | Predicate::Mismatch | Predicate::NotAllowed => {
            Some("oauth2/scope/insufficient")
        }
        _ => None,
    }
}

const fn audience(predicate: Predicate, is_grant: bool) -> Option<&'static str> {
    match predicate {
        Predicate::Invalid | Predicate::Unknown | Predicate::Mismatch | Predicate::NotAllowed
            if is_grant =>
        {
            Some("oauth2/request/target")
        }
        Predicate::Invalid | Predicate::Mismatch | Predicate::NotAllowed => {
            Some("oauth2/resource/wrong-audience")
        }
        Predicate::Unknown => Some("oauth2/request/target"),
        _ => None,
    }
}

const fn pkce(subject: Subject, predicate: Predicate) -> Option<&'static str> {
    match (subject, predicate) {
        (Subject::Verifier, Predicate::Missing | Predicate::Lacks) => {
            Some("oauth2/pkce/verifier-missing")
        }
        (_, Predicate::Missing | Predicate::Lacks) => Some("oauth2/pkce/required"),
        (Subject::Challenge, Predicate::NotAllowed) => Some("oauth2/pkce/method-mismatch"),
        (_, Predicate::Invalid | Predicate::Mismatch) => Some("oauth2/pkce/verification-failed"),
        _ => None,
    }
}

const fn request(subject: Subject, predicate: Predicate) -> Option<&'static str> {
    match (subject, predicate) {
        (
            Subject::State,
            Predicate::Missing
            | Predicate::Invalid
            | Predicate::Mismatch
            | Predicate::Expired
            | Predicate::Unknown,
        ) => Some("oauth2/callback/state-mismatch"),
        (Subject::GrantType, Predicate::Invalid | Predicate::Unknown | Predicate::NotAllowed) => {
            Some("oauth2/token-request/unsupported-grant-type")
        }
        (Subject::GrantType | Subject::ResponseType, Predicate::Missing) => {
            Some("oauth2/request/parameter-missing")
        }
        (
            Subject::ResponseType,
            Predicate::Invalid | Predicate::Unknown | Predicate::NotAllowed,
        ) => Some("oauth2/authorization/unsupported-response-type"),
        (Subject::Header, Predicate::Missing) => Some("oauth2/resource/no-token"),
        (Subject::Header, Predicate::Invalid) => Some("oauth2/resource/authorization-malformed"),
        (Subject::User | Subject::Consent, Predicate::Denied) => {
            Some("oauth2/authorization/access-denied")
        }
        (Subject::Consent, Predicate::Missing | Predicate::Lacks) => {
            Some("oauth2/authorization/consent-missing")
        }
        (Subject::Api, Predicate::NotAllowed) => Some("oauth2/resource/forbidden"),
        _ => None,
    }
}

//! How tokens are asked for.

use super::{computed, if_refused, list};
use crate::case::{Call, Carrier, Case, Role};
use crate::catalogue;
use crate::evidence::Kind;
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;
use crate::wording::is_placeholder;

/// Tells whether the parameters are where they belong.
pub(super) fn form(case: &Case<'_>) -> Vec<Finding> {
    case.token_calls()
        .filter(|call| call.is_refused())
        .filter_map(|call| {
            let request = call.request?;
            let in_query = call.query.first("grant_type").is_some()
                && call.body.first("grant_type").is_none()
                && call.carrier != Carrier::Unseen;
            let status = call.response.and_then(|response| response.status);
            let media_type = request.media_type();
            let is_get = request.method.as_deref() == Some("GET");
            let stated = case.said_of(call).any(|said| {
                said.is("unsupported_grant_type")
                    || said.is("invalid_request")
                    || said.has("grant_type")
                    || said.has("content")
                    || said.status == Some(415)
            });
            let likelihood = if stated || in_query || status == Some(405) {
                Likelihood::Likely
            } else {
                Likelihood::Possible
            };
            if is_get {
                return Some(
                    computed("oauth2/token-request/not-post", likelihood)
                        .seen(call.target(), call.place()),
                );
            }
            let cause = match call.carrier {
                _ if in_query => {
                    "The parameters stand in the query of the URL, not in the body.".to_owned()
                }
                Carrier::Json => "The body is JSON.".to_owned(),
                Carrier::Multipart => "The body is `multipart/form-data`.".to_owned(),
                Carrier::Unseen
                    if matches!(
                        media_type.as_str(),
                        "application/json" | "multipart/form-data"
                    ) =>
                {
                    format!("The head of the request says that the body is `{media_type}`.")
                }
                Carrier::Other if media_type == "application/x-www-form-urlencoded" => {
                    "The body says that it is a form, and is JSON.".to_owned()
                }
                Carrier::Other => format!("The body is of type `{media_type}`."),
                Carrier::Form | Carrier::Nothing | Carrier::Unseen => return None,
            };
            Some(
                computed("oauth2/token-request/not-a-form", likelihood)
                    .because(cause)
                    .seen(call.target(), call.place()),
            )
        })
        .collect()
}

/// Values that are no values.
pub(super) fn placeholders(case: &Case<'_>) -> Vec<Finding> {
    const NAMES: [&str; 9] = [
        "client_id",
        "client_secret",
        "redirect_uri",
        "scope",
        "code",
        "refresh_token",
        "code_verifier",
        "state",
        "audience",
    ];
    case.calls
        .iter()
        .filter(|call| {
            matches!(
                call.role,
                Role::Token | Role::Authorization | Role::Device | Role::Signed
            )
        })
        .filter_map(|call| {
            let named = NAMES
                .iter()
                .filter_map(|name| Some((*name, call.parameter(name)?)));
            let hollow: Vec<String> = named
                .filter(|(_, value)| is_placeholder(value) && !has_gaps(value))
                .map(|(name, value)| format!("`{name}` is `{value}`"))
                .collect();
            if hollow.is_empty() {
                return None;
            }
            let cause = format!("{}: a variable was not put in its place.", list(&hollow));
            Some(
                computed("oauth2/request/placeholder", Likelihood::Likely)
                    .because(cause)
                    .seen(hollow.join(", "), call.place()),
            )
        })
        .collect()
}

/// Parameters that a grant needs.
pub(super) fn required(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = case
        .token_calls()
        .filter(|call| {
            call.is_refused()
                && matches!(call.carrier, Carrier::Form | Carrier::Nothing)
                && call.query.is_empty()
        })
        .filter(|call| call.carrier == Carrier::Form || !may_have_credentials(call))
        .filter_map(|call| {
            // Who authenticates by the header need not name himself in the body.
            let names = needs(call).iter().copied();
            let names: Vec<&str> = names
                .filter(|name| *name != "client_id" || !may_have_credentials(call))
                .collect();
            let finding = absent(call, &names, "RFC 6749 §4")?;
            Some(match is_confirmed(case, call) {
                true => finding,
                false => doubted(finding),
            })
        })
        .collect();
    findings.extend(
        case.authorizations()
            .filter(|call| {
                case.has_failed()
                    && call.parameter("request").is_none()
                    && call.parameter("request_uri").is_none()
            })
            .filter_map(|call| absent(call, &["response_type", "client_id"], "RFC 6749 §4.1.1")),
    );
    findings
}

/// Tells whether what the server says fits a parameter that is missing. A body that was not shown
/// looks like one that is empty.
fn is_confirmed(case: &Case<'_>, call: &Call<'_>) -> bool {
    let is_shown = call.carrier == Carrier::Form
        || call.request.is_some_and(|request| {
            request
                .header("content-length")
                .is_some_and(|it| it.trim() == "0")
        });
    let fits = |said: &crate::case::said::Said| {
        [
            "missing",
            "required",
            "must ",
            "empty",
            "unsupported_grant_type",
            "parameter",
            "not provided",
            "no ",
        ]
        .iter()
        .any(|word| said.has(word))
            || call.answered("error_description").is_none()
    };
    let mut said = case.said_of(call).peekable();
    said.peek().is_none() || said.any(fits) && (is_shown || case.evidence.kind != Kind::CurlLog)
}

fn doubted(finding: Finding) -> Finding {
    Finding {
        likelihood: Likelihood::Possible,
        ..finding
    }
}

fn may_have_credentials(call: &Call<'_>) -> bool {
    call.request
        .is_some_and(|request| request.is_authorization_left_out)
}

/// Bodies that nobody showed: what else is found may have its reason there.
pub(super) fn unseen(case: &Case<'_>) -> Vec<Finding> {
    case.calls
        .iter()
        .filter(|call| matches!(call.role, Role::Token | Role::Device | Role::Signed))
        .filter(|call| call.is_refused() && call.carrier == Carrier::Unseen)
        .map(|call| {
            let entry = catalogue::entry("doctor/body-not-shown");
            Finding::new(entry, Likelihood::Possible).seen(call.target(), call.place())
        })
        .collect()
}

fn needs(call: &Call<'_>) -> &'static [&'static str] {
    match call.parameter("grant_type") {
        Some("authorization_code") => &["code"],
        Some("refresh_token") => &["refresh_token"],
        Some("password") => &["username", "password"],
        // RFC 8628 §3.4: `client_id` is REQUIRED if the client does not authenticate otherwise.
        Some("urn:ietf:params:oauth:grant-type:device_code") if is_authenticated(call) => {
            &["device_code"]
        }
        Some("urn:ietf:params:oauth:grant-type:device_code") => &["device_code", "client_id"],
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => &["assertion"],
        Some(_) => &[],
        None => &["grant_type"],
    }
}

fn is_authenticated(call: &Call<'_>) -> bool {
    let header = call.request.and_then(|it| it.header("authorization"));
    header.is_some() || call.parameter("client_assertion").is_some()
}

fn absent(call: &Call<'_>, names: &[&str], rule: &str) -> Option<Finding> {
    // An empty value is none (RFC 6749 §3.1, §3.2).
    let absent: Vec<String> = names
        .iter()
        .filter(|name| call.parameter(name).is_none_or(str::is_empty))
        .map(|name| format!("`{name}`"))
        .collect();
    if absent.is_empty() {
        return None;
    }
    let cause = format!("The request lacks {} ({rule}).", list(&absent));
    Some(
        computed(
            "oauth2/request/parameter-missing",
            if_refused(call.is_refused()),
        )
        .because(cause)
        .seen(call.target(), call.place()),
    )
}

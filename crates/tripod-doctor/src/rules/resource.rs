//! Calls of an API.

use super::{computed, if_refused};
use crate::case::jwt::Origin;
use crate::case::{Call, Case, Role};
use crate::catalogue;
use crate::evidence::{Kind, Response};
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;
use crate::wording::is_placeholder;

/// How the header is written.
pub(super) fn authorization(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = written(case);
    findings.extend(case.calls.iter().filter_map(basic_for_bearer));
    findings
}

/// Credentials of Basic, where only a token is asked for: some clients put those of `.netrc` over the header.
fn basic_for_bearer(call: &Call<'_>) -> Option<Finding> {
    let response = call
        .response
        .filter(|response| response.status == Some(401))?;
    call.authorization("basic")
        .filter(|_| call.role == Role::Other)?;
    let offers = |scheme: &str| {
        let mut fields = response
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case("www-authenticate"));
        fields.any(|header| {
            let words = header.value.expose().split([' ', ',']);
            words
                .into_iter()
                .any(|word| word.eq_ignore_ascii_case(scheme))
        })
    };
    // There clients do authenticate so (RFC 6749 §2.3.1, RFC 7662 §2.1, RFC 7009 §2.1).
    let is_of_server = ["token", "introspect", "revoke", "par", "device"]
        .iter()
        .any(|name| call.uri.path.to_ascii_lowercase().contains(name));
    if is_of_server || !offers("bearer") || offers("basic") {
        return None;
    }
    Some(
        computed("oauth2/resource/authorization-malformed", Likelihood::Likely)
            .because("`Authorization` has the scheme Basic, and the API asks for a token with Bearer. If the program sets Bearer, its HTTP client put other credentials over it: those of `~/.netrc`, or of the URL.")
            .mended_by("Send `Authorization: Bearer` with the token. Take the host out of `~/.netrc`, or set the client's own authentication so that it leaves the header alone (in requests: `session.trust_env = False`, or an `auth=` of one's own).")
            .seen("Authorization: Basic (hidden)", call.place()),
    )
}

fn written(case: &Case<'_>) -> Vec<Finding> {
    case.calls
        .iter()
        .filter(|call| {
            matches!(call.role, Role::Resource | Role::Other)
                && call.response.is_none_or(Response::is_failure)
        })
        .filter_map(|call| {
            let header = call.request?.header("authorization")?;
            let cause = malformed(header).filter(|_| !has_gaps(header))?;
            // `<token>` may be how it is shown, too.
            let is_example = header.contains('<') || case.evidence.kind == Kind::Text;
            let likelihood = match if_refused(call.is_refused()) {
                Likelihood::Certain if is_example => Likelihood::Likely,
                likelihood => likelihood,
            };
            let token = header.split_once(' ').map_or("", |(_, token)| token.trim());
            let code = match is_placeholder(token) {
                true => "oauth2/request/placeholder",
                false => "oauth2/resource/authorization-malformed",
            };
            Some(
                computed(code, likelihood)
                    .because(cause)
                    .seen(format!("Authorization: {header}"), call.place()),
            )
        })
        .collect()
}

fn malformed(header: &str) -> Option<String> {
    let is_scheme = ["bearer", "dpop"]
        .iter()
        .any(|scheme| header.eq_ignore_ascii_case(scheme));
    let alone = if is_scheme {
        (header, "")
    } else {
        ("", header)
    };
    let (scheme, token) = header.split_once(' ').unwrap_or(alone);
    if scheme.eq_ignore_ascii_case("authorization:") {
        return Some("The name of the header stands there twice.".to_owned());
    }
    let bears = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("dpop");
    if !bears {
        let is_token = scheme.is_empty() && header.len() > 20 && !header.contains('=');
        return is_token.then(|| "The header has a token and no scheme before it.".to_owned());
    }
    let token = token.trim();
    let again = token
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
    Some(match token {
        "" => "There is no token behind the scheme.".to_owned(),
        _ if again => "The scheme stands there twice.".to_owned(),
        token if is_placeholder(token) => format!(
            "In place of the token stands `{token}`: the variable that should hold it is not set."
        ),
        token if token.starts_with(['"', '\'', '<']) => {
            "Around the token stand quotes or brackets.".to_owned()
        }
        token if token.contains(' ') => "There is white space in the token.".to_owned(),
        _ => return None,
    })
}

/// A header that was there before a redirect and not after it.
pub(super) fn redirect(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (first, second) in case.calls.iter().zip(case.calls.iter().skip(1)) {
        let (Some(one), Some(two), Some(response)) =
            (first.request, second.request, first.response)
        else {
            continue;
        };
        let is_redirect = matches!(response.status, Some(301 | 302 | 303 | 307 | 308));
        let lost = one.header("authorization").is_some() && two.header("authorization").is_none();
        if !is_redirect
            || !lost
            || !matches!(first.role, Role::Resource | Role::Signed)
            || first.uri.host.is_empty()
        {
            continue;
        }
        let location = response.header("location").unwrap_or_default();
        let leads_there =
            location == two.uri() || location == second.uri.path || two.uri().ends_with(location);
        if !leads_there {
            continue;
        }
        let words = crate::wording::uri_differences(two.uri(), one.uri());
        let cause = format!(
            "{} redirects to {}, and the call that followed has no `Authorization` header ({}).",
            first.uri.without_query(),
            second.uri.without_query(),
            super::list(&words)
        );
        let fix = format!("Call {} at once.", second.uri.without_query());
        findings.push(
            computed(
                "oauth2/resource/authorization-lost-on-redirect",
                if_refused(second.is_refused()),
            )
            .because(cause)
            .mended_by(fix)
            .seen(format!("Location: {location}"), &response.place)
            .seen(second.target(), second.place()),
        );
    }
    findings
}

/// Whom the token is for.
pub(super) fn audience(case: &Case<'_>) -> Vec<Finding> {
    case.tokens
        .iter()
        .filter(|token| matches!(token.origin, Origin::AccessToken | Origin::Alone | Origin::Given))
        .filter_map(|token| {
            let call = token.call.and_then(|index| case.calls.iter().find(|call| call.index == index));
            let refused = call.is_some_and(Call::is_refused);
            let is_id_token = ["nonce", "at_hash", "c_hash", "auth_time"].iter().any(|claim| token.claims.contains_key(*claim))
                && !token.claims.contains_key("scope") && !token.claims.contains_key("scp");
            if refused && is_id_token {
                return Some(computed("oauth2/access-token/id-token-sent", Likelihood::Likely).seen(claims(token), &token.place));
            }
            let audiences = token.audiences();
            let expected = case.known.audience.as_deref();
            if let Some(expected) = expected.filter(|expected| !audiences.contains(expected)) {
                let near = audiences.iter().find(|audience| audience.trim_end_matches('/') == expected.trim_end_matches('/'));
                let cause = match (audiences.as_slice(), near) {
                    ([], _) => format!("The token has no `aud`; it has to be for `{expected}`."),
                    (_, Some(near)) => format!("`aud` of the token is `{near}` and has to be `{expected}`: the slash at the end counts."),
                    (all, None) => format!("`aud` of the token is {}; it has to hold `{expected}`.", all.join(", ")),
                };
                // Of several tokens that are given, one may be for another API on purpose.
                let likelihood = match token.origin {
                    Origin::Given => Likelihood::Likely,
                    _ => Likelihood::Certain,
                };
                return Some(computed("oauth2/resource/wrong-audience", likelihood).because(cause).seen(claims(token), &token.place));
            }
            if token.origin == Origin::Given {
                return not_as_asked(call?, &audiences).map(|cause| {
                    computed("oauth2/resource/wrong-audience", Likelihood::Likely).because(cause).seen(claims(token), &token.place)
                });
            }
            let call = call.filter(|_| refused && expected.is_none())?;
            foreign(call, &audiences).map(|cause| {
                computed("oauth2/resource/wrong-audience", Likelihood::Possible).because(cause).seen(claims(token), &token.place).weighing(40)
            })
        })
        .collect()
}

/// RFC 8707 §2.2: a token is for what was asked for; names that are no URLs may be other names of it.
fn not_as_asked(call: &Call<'_>, audiences: &[&str]) -> Option<String> {
    let asked = call.body.iter().filter(|(name, _)| *name == "resource");
    let asked: Vec<_> = asked.map(|(_, value)| value).collect();
    let are_urls = asked
        .iter()
        .chain(audiences)
        .all(|it| it.starts_with("http"));
    let is_told = !asked.is_empty() && !audiences.is_empty();
    let is_met = audiences.iter().any(|audience| asked.contains(audience));
    (is_told && are_urls && !is_met).then(|| {
        let (asked, audiences) = (asked.join(", "), audiences.join(", "));
        format!("The token was asked for {asked}, and its `aud` is {audiences}.")
    })
}

fn foreign(call: &Call<'_>, audiences: &[&str]) -> Option<String> {
    let is_url = audiences
        .iter()
        .all(|audience| audience.starts_with("http"));
    let names_host = audiences
        .iter()
        .any(|audience| audience.contains(&call.uri.host));
    (!audiences.is_empty() && is_url && !names_host && !call.uri.host.is_empty()).then(|| {
        format!(
            "`aud` of the token is {}, and the call went to {}.",
            audiences.join(", "),
            call.uri.host
        )
    })
}

fn claims(token: &crate::case::jwt::Jwt) -> String {
    let shown: Vec<String> = ["iss", "aud", "typ", "exp"]
        .iter()
        .filter_map(|name| Some(format!("{name}={}", token.claims.get(*name)?)))
        .collect();
    shown.join(" ")
}

/// Introspection that says no (RFC 7662 §2.2).
pub(super) fn inactive(case: &Case<'_>) -> Vec<Finding> {
    case.calls
        .iter()
        .filter(|call| call.parameter("token").is_some())
        .filter(|call| {
            let active = call.answer.as_ref().and_then(|answer| answer.get("active"));
            active == Some(&serde_json::Value::Bool(false))
        })
        .map(|call| {
            computed("oauth2/access-token/invalid", Likelihood::Certain)
                .because("The server says that the token is not active: it has expired, was revoked, or is not one of its own.")
                .mended_by("Get a new token: refresh it, or log in again.")
                .seen("active: false", call.place())
        })
        .collect()
}

/// Refusals without a word.
pub(super) fn silent(case: &Case<'_>) -> Vec<Finding> {
    case.calls
        .iter()
        .filter(|call| matches!(call.role, Role::Resource | Role::Other))
        .filter_map(|call| {
            let (request, response) = (call.request?, call.response?);
            let is_challenged = response.header("www-authenticate").is_some();
            match response.status? {
                // A library for OAuth 1 signs in the head, which is not shown.
                401 if case.is_of_first && request.is_authorization_left_out => {
                    let finding = Finding::new(catalogue::entry("oauth1/request/failed"), Likelihood::Possible);
                    Some(finding.seen(call.target(), call.place()))
                }
                401 if request.header("authorization").is_none() && call.query.first("access_token").is_none() && !call.uri.path.contains("token") => {
                    // Curl logs and traces show what was sent; a header that is not there was not sent.
                    let likelihood = match request.is_authorization_left_out {
                        true => Likelihood::Possible,
                        false => Likelihood::Likely,
                    };
                    let finding = Finding::new(catalogue::entry("oauth2/resource/no-token"), likelihood);
                    Some(finding.because("The request has no `Authorization` header, and the API answered 401.").seen(call.target(), call.place()))
                }
                401 if call.role == Role::Resource && !is_challenged => {
                    let finding = Finding::new(catalogue::entry("oauth2/resource/no-challenge"), Likelihood::Possible);
                    Some(finding.seen(call.target(), call.place()))
                }
                403 if call.role == Role::Resource => {
                    let finding = Finding::new(catalogue::entry("oauth2/resource/forbidden"), Likelihood::Possible);
                    Some(finding.seen(call.target(), call.place()))
                }
                429 => Some(computed("oauth2/server/too-many-requests", Likelihood::Certain).seen("status 429", &response.place)),
                500.. => {
                    let finding = Finding::new(catalogue::entry("oauth2/server/unavailable"), Likelihood::Likely);
                    Some(finding.seen(format!("status {}", response.status?), &response.place))
                }
                _ => None,
            }
        })
        .collect()
}

//! The many ways in which providers write a refusal in JSON.

use serde_json::{Map, Value};

/// Finds the code of an error, wherever providers put it; empty if it is an error without a code.
pub(crate) fn code(answer: &Value) -> Option<String> {
    match answer {
        // Salesforce answers a list.
        Value::Array(items) => items.iter().find(|item| item.is_object()).and_then(code),
        Value::Object(members) => of_error(members)
            .or_else(|| of_errors(members.get("errors")?))
            .or_else(|| of_names(members))
            .or_else(|| of_message(members))
            .or_else(|| of_flags(members)),
        _ => None,
    }
}

/// Words that stand where a code would, and say that all is well.
const FINE: [&str; 8] = ["", "ok", "OK", "0", "none", "success", "Success", "false"];

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn named(members: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let found = names.iter().find_map(|name| text(members.get(*name)?));
    found.filter(|code| !FINE.contains(&code.as_str()))
}

/// `error` as the RFC has it, or an object in its place.
fn of_error(members: &Map<String, Value>) -> Option<String> {
    const NAMES: [&str; 9] = [
        ".tag",
        "status",
        "code",
        "type",
        "error_name",
        "name",
        "reason",
        "errorCode",
        "error",
    ];
    match members.get("error")? {
        Value::Null | Value::Bool(false) => None,
        Value::Object(inner) => match inner.get("code").and_then(text) {
            Some(code) if FINE.contains(&code.as_str()) && !code.is_empty() => None,
            _ => Some(named(inner, &NAMES).unwrap_or_default()),
        },
        value => match text(value) {
            Some(code) if FINE.contains(&code.as_str()) => None,
            code => Some(code.unwrap_or_default()),
        },
    }
}

fn of_errors(errors: &Value) -> Option<String> {
    const NAMES: [&str; 7] = [
        "code",
        "errorType",
        "error",
        "errorCode",
        "type",
        "reason",
        "name",
    ];
    match errors {
        Value::Array(items) => items.first().map(|first| {
            let first = first.as_object();
            let own = first.and_then(|first| named(first, &NAMES));
            // GraphQL keeps it in `extensions`.
            let inner =
                first.and_then(|first| named(first.get("extensions")?.as_object()?, &NAMES));
            own.or(inner).unwrap_or_default()
        }),
        Value::String(_) => Some(String::new()),
        Value::Object(inner) if !inner.is_empty() => Some(String::new()),
        _ => None,
    }
}

/// Names under which nothing but an error stands.
fn of_names(members: &Map<String, Value>) -> Option<String> {
    if let Some(code) = named(members, &["oauth_problem", "oauth_error"]) {
        return Some(code);
    }
    // Amazon puts a namespace before it.
    if let Some(code) = named(members, &["__type"]) {
        return Some(code.rsplit('#').next().unwrap_or_default().to_owned());
    }
    if let Some(fault) = members.get("Fault").or_else(|| members.get("fault")) {
        let inner = [
            "/Error/0/code",
            "/error/0/code",
            "/detail/errorcode",
            "/code",
        ];
        let code = inner.iter().find_map(|path| text(fault.pointer(path)?));
        return Some(code.unwrap_or_default());
    }
    named(
        members,
        &[
            "errorCode",
            "ErrorCode",
            "error_code",
            "errorType",
            "error_type",
            "err",
            "Error",
        ],
    )
    .or_else(|| members.contains_key("error_summary").then(String::new))
}

/// A message beside something that says it is one of a failure.
fn of_message(members: &Map<String, Value>) -> Option<String> {
    let status = [
        "status",
        "statusCode",
        "status_code",
        "Status",
        "httpStatus",
        "code",
    ];
    let is_failure = status.iter().any(|name| {
        let status = members.get(*name).and_then(|value| {
            let written = value.as_str().and_then(|text| text.parse().ok());
            value.as_u64().or(written)
        });
        status.is_some_and(|status| (400..600).contains(&status))
    });
    // RFC 9457 has no more than a title sometimes.
    if !has_message(members) {
        return (is_failure && members.contains_key("title")).then(String::new);
    }
    let own = named(members, &["code", "category"]);
    let shouted = named(members, &["status", "name", "type"]).filter(|code| {
        code.contains('_')
            && code
                .chars()
                .all(|letter| letter.is_ascii_uppercase() || letter == '_')
    });
    let code = shouted.or(own).filter(|code| !code.starts_with('2'));
    let is_exception = ["name", "type"].iter().any(|name| {
        let name = members.get(*name).and_then(Value::as_str);
        name.is_some_and(|name| name.ends_with("Error") || name.ends_with("Exception"))
    });
    code.or_else(|| (is_failure || is_exception).then(String::new))
}

/// Tells whether there is something for people to read.
pub(crate) fn has_message(members: &Map<String, Value>) -> bool {
    [
        "message",
        "Message",
        "msg",
        "error_description",
        "error_message",
        "errorMessage",
        "detail",
        "Detail",
        "details",
        "err",
    ]
    .iter()
    .any(|name| {
        members
            .get(*name)
            .is_some_and(|value| value.is_string() || value.is_array())
    })
}

/// Tells whether it is a problem by RFC 9457 §3.1: a title, and a status that is a refusal.
pub(super) fn is_problem(members: &Map<String, Value>) -> bool {
    let has_title = members.get("title").is_some_and(Value::is_string);
    let status = members.get("status").and_then(Value::as_u64);
    has_title && status.is_some_and(|status| (400..600).contains(&status))
}

/// Tells whether it says itself that all is well.
pub(super) fn is_fine(members: &Map<String, Value>) -> bool {
    ["ok", "success"]
        .iter()
        .any(|name| members.get(*name) == Some(&Value::Bool(true)))
}

/// Flags that say no.
fn of_flags(members: &Map<String, Value>) -> Option<String> {
    let says_no = ["ok", "success"]
        .iter()
        .any(|name| members.get(*name) == Some(&Value::Bool(false)));
    let fails = ["stat", "status"].iter().any(|name| {
        let status = members.get(*name).and_then(Value::as_str);
        status.is_some_and(|status| ["fail", "error", "failure"].contains(&status))
    });
    (says_no || fails).then(String::new)
}

/// Collects what it says to people, and what stands in fields that belong together.
pub(crate) fn sentences(answer: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(answer, 0, &mut found);
    found
}

fn collect(value: &Value, depth: usize, found: &mut Vec<String>) {
    const DEEPEST: usize = 6;
    const MOST: usize = 64;
    const LONGEST: usize = 2000;
    if depth > DEEPEST || found.len() >= MOST {
        return;
    }
    match value {
        Value::String(text) if text.len() <= LONGEST => found.push(text.clone()),
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, depth + 1, found)),
        Value::Object(members) => {
            found.extend(of_field(members));
            for (name, value) in members {
                if is_speech(name) {
                    collect(value, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

/// `resource`, `field` and `code` are one sentence: `AccessToken`, `read permission`, `missing`.
fn of_field(members: &Map<String, Value>) -> Option<String> {
    let field = members.get("field")?.as_str()?;
    let code = members.get("code")?.as_str()?;
    let resource = members
        .get("resource")
        .and_then(Value::as_str)
        .unwrap_or_default();
    // The subject proper is the one that stands nearer.
    Some(match resource {
        "AccessToken" | "" => format!("{field} {code}"),
        _ if field == "code" => format!("{resource} {code}"),
        _ => format!("{field} {code}"),
    })
}

/// Leaves out addresses, numbers of a request, and what a call is about.
fn is_speech(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_other = [
        "uri", "url", "href", "link", "path", "time", "date", "trace", "stack", "help", "doc",
    ]
    .iter()
    .any(|part| lower.contains(part));
    let is_id = name == "id" || lower.ends_with("_id") || name.ends_with("Id");
    let is_value = [
        "instance",
        "access_token",
        "refresh_token",
        "id_token",
        "needed",
        "provided",
    ]
    .contains(&lower.as_str());
    !(is_other || is_id || is_value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_code_is_found_in_every_dialect() {
        for (answer, expected) in [
            (json!({"error": "invalid_grant"}), "invalid_grant"),
            (json!({"error": {"type": "x"}}), "x"),
            (
                json!({"error": {".tag": "expired_access_token"}}),
                "expired_access_token",
            ),
            (
                json!([{"errorCode": "INVALID_SESSION_ID", "message": "no"}]),
                "INVALID_SESSION_ID",
            ),
            (
                json!({"errors": [{"errorType": "expired_token"}]}),
                "expired_token",
            ),
            (
                json!({"errors": [{"message": "no", "extensions": {"code": "UNAUTHENTICATED"}}]}),
                "UNAUTHENTICATED",
            ),
            (json!({"errors": "no"}), ""),
            (
                json!({"__type": "a.b#NotAuthorizedException", "message": "no"}),
                "NotAuthorizedException",
            ),
            (
                json!({"Fault": {"Error": [{"Message": "no", "code": "3200"}]}}),
                "3200",
            ),
            (
                json!({"fault": {"faultstring": "no", "detail": {"errorcode": "keymanagement.x"}}}),
                "keymanagement.x",
            ),
            (
                json!({"errorCode": "E0000011", "errorSummary": "no"}),
                "E0000011",
            ),
            (
                json!({"status": "BAD_AUTH_CODE", "message": "no"}),
                "BAD_AUTH_CODE",
            ),
            (
                json!({"name": "NOT_AUTHORIZED", "message": "no"}),
                "NOT_AUTHORIZED",
            ),
            (
                json!({"code": "INVALID_TOKEN", "message": "no", "status": "error"}),
                "INVALID_TOKEN",
            ),
            (json!({"Status": 401, "Detail": "no"}), ""),
            (json!({"message": "no", "code": 124}), "124"),
            (json!({"ok": false}), ""),
            (
                json!({"error_type": "OAuthException", "code": 400, "error_message": "no"}),
                "OAuthException",
            ),
        ] {
            assert_eq!(code(&answer).as_deref(), Some(expected), "{answer}");
        }
    }

    #[test]
    fn success_is_no_error() {
        for answer in [
            json!({"access_token": "x", "error": null}),
            json!({"data": {}, "error": {"code": "ok", "message": ""}}),
            json!({"errcode": 0, "errmsg": "ok"}),
            json!({"ok": true, "user": "x"}),
            json!({"errors": []}),
            json!({"code": 200, "message": "OK"}),
            json!({"title": "x", "body": "the token expired"}),
            json!({"status": "active", "message": "hello"}),
            json!({"success": true, "error_code": 0}),
        ] {
            assert_eq!(code(&answer), None, "{answer}");
        }
    }

    #[test]
    fn fields_that_belong_together_are_one_sentence() {
        let answer = json!({"errors": [{"resource": "AccessToken", "field": "activity:read_permission", "code": "missing"}]});
        assert_eq!(
            sentences(&answer).first().map(String::as_str),
            Some("activity:read_permission missing")
        );
        let answer = json!({"message": "a", "error_uri": "b", "x": {"detail": "c"}});
        assert_eq!(sentences(&answer), ["a", "c"]);
    }
}

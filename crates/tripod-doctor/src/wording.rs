//! Differences in words.

use tripod_core::percent;

use crate::case::uri::Uri;

/// Says in words how two URIs differ; none if they are the same.
pub(crate) fn uri_differences(sent: &str, due: &str) -> Vec<String> {
    if sent == due {
        return Vec::new();
    }
    let (one, two) = (Uri::parse(sent), Uri::parse(due));
    let mut words = Vec::new();
    if one.scheme != two.scheme {
        words.push(format!(
            "the scheme is `{}` and not `{}`",
            one.scheme, two.scheme
        ));
    }
    words.extend(host(&one, &two));
    if one.port != two.port {
        words.push(match (one.port.as_str(), two.port.as_str()) {
            ("", port) => format!("the port {port} is missing"),
            (port, "") => format!("it has port {port}, the other has none"),
            (one, two) => format!("the port is {one} and not {two}"),
        });
    }
    words.extend(path(&one.path, &two.path));
    if one.query != two.query {
        words.push(match (one.query.as_str(), two.query.as_str()) {
            ("", _) => "the query is missing".to_owned(),
            (_, "") => "it has a query, the other has none".to_owned(),
            _ => "the query is another one".to_owned(),
        });
    }
    if one.fragment != two.fragment {
        words.push("the fragment is another one".to_owned());
    }
    if words.is_empty() {
        words.push("they are not the same octets".to_owned());
    }
    words
}

fn host(one: &Uri, two: &Uri) -> Option<String> {
    if one.host == two.host {
        return None;
    }
    if one.host.eq_ignore_ascii_case(&two.host) {
        return Some("the host is in another case".to_owned());
    }
    let loopback = one.is_loopback() && two.is_loopback();
    let www = one.host.trim_start_matches("www.") == two.host.trim_start_matches("www.");
    Some(match (loopback, www) {
        (true, _) => format!(
            "it says `{}` and not `{}`, which is another name for this machine",
            one.host, two.host
        ),
        (_, true) => format!(
            "the host is `{}` and not `{}`: with and without `www.`",
            one.host, two.host
        ),
        _ => format!("the host is `{}` and not `{}`", one.host, two.host),
    })
}

fn path(one: &str, two: &str) -> Option<String> {
    if one == two {
        return None;
    }
    let decoded = |text: &str| percent::decode(text).map(std::borrow::Cow::into_owned).ok();
    if one.strip_suffix('/') == Some(two) {
        return Some("there is a slash at the end of the path, and none in the other".to_owned());
    }
    if two.strip_suffix('/') == Some(one) {
        return Some("the slash at the end of the path is missing".to_owned());
    }
    if one.eq_ignore_ascii_case(two) {
        return Some("the path is in another case".to_owned());
    }
    if one.replace("//", "/") == two.replace("//", "/") {
        return Some("there is a double slash in one of the paths".to_owned());
    }
    if decoded(one).is_some()
        && (decoded(one).as_deref() == Some(two.as_bytes())
            || decoded(two).as_deref() == Some(one.as_bytes())
            || decoded(one) == decoded(two))
    {
        return Some("the path is percent-encoded in one and not in the other".to_owned());
    }
    Some(format!("the path is `{one}` and not `{two}`"))
}

/// Says a span of seconds in words.
pub(crate) fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (number, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 => (seconds / 60, "minute"),
        7200..=172_799 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// Tells whether a value is the name of a variable, or the word for nothing.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_nothing = matches!(
        lower.as_str(),
        "undefined"
            | "null"
            | "none"
            | "nil"
            | "nan"
            | "(null)"
            | "(nil)"
            | "<nil>"
            | "<null>"
            | "%!s(<nil>)"
            | "[object object]"
            | "your_client_id"
            | "your_client_secret"
            | "changeme"
            | "xxx"
    );
    let surrounded = |begin: &str, end: &str| {
        value.starts_with(begin) && value.ends_with(end) && value.len() > begin.len() + end.len()
    };
    is_nothing
        || surrounded("${", "}")
        || surrounded("{{", "}}")
        || surrounded("<", ">")
        || surrounded("%", "%") && value.len() > 4
        || surrounded("{", "}") && !value.contains('"')
        || (value.starts_with('$')
            && value.len() > 2
            && value
                .chars()
                .skip(1)
                .all(|letter| letter.is_ascii_uppercase() || letter == '_'))
        || lower.starts_with("your-client-")
        || lower.starts_with("your_client_")
        || lower.starts_with("<your")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_differ_in_words() {
        for (sent, due, words) in [
            (
                "https://a.example/cb/",
                "https://a.example/cb",
                "there is a slash at the end of the path",
            ),
            (
                "http://a.example/cb",
                "https://a.example/cb",
                "the scheme is `http` and not `https`",
            ),
            (
                "http://localhost:1/cb",
                "http://127.0.0.1:1/cb",
                "another name for this machine",
            ),
            (
                "http://localhost/cb",
                "http://localhost:8080/cb",
                "the port 8080 is missing",
            ),
            (
                "https://a.example/c%62",
                "https://a.example/cb",
                "percent-encoded in one",
            ),
            (
                "https://A.example/cb",
                "https://a.example/cb",
                "in another case",
            ),
        ] {
            let differences = uri_differences(sent, due).join(", ");
            assert!(differences.contains(words), "{differences}");
        }
        assert_eq!(
            uri_differences("https://a/b", "https://a/b"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn placeholders_are_recognised() {
        for value in [
            "undefined",
            "${CLIENT_ID}",
            "$CLIENT_ID",
            "<client-id>",
            "{{secret}}",
            "None",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["abc", "%2F", "n0ne", "{\"a\":1}", "$ecret"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}

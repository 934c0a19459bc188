//! What stands for the part of an address that differs from account to account.

use serde::Deserialize;

/// A part of an address that the user knows: an account, a shop, a server of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Variable {
    /// What the user is to enter.
    pub description: String,
    /// What the value may be, so that it cannot lead anywhere else.
    pub kind: VariableKind,
    /// The values there are, if it is a [`VariableKind::Choice`].
    #[serde(default)]
    pub choices: Vec<String>,
    /// What is meant where nothing is entered.
    #[serde(default)]
    pub default: Option<String>,
    /// A value that the provider's documentation might show.
    #[serde(default)]
    pub example: Option<String>,
}

/// What the value of a variable may be, and so where it may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VariableKind {
    /// The address of a server, from its scheme to a path without a slash at the end.
    BaseUri,
    /// One of a few values.
    Choice,
    /// A host name of one label or more.
    Domain,
    /// One label of a host name.
    Label,
    /// One segment of a path.
    Segment,
}

impl VariableKind {
    /// Says what a value has to be.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::BaseUri => {
                "an https address without query and user name, as https://jira.example.com/jira"
            }
            Self::Choice => "one of the values that are listed",
            Self::Domain => "a host name and nothing else, without scheme, port and path",
            Self::Label => "letters, digits and hyphens alone, 63 at most",
            Self::Segment => "letters, digits and `-._~` alone",
        }
    }
}

impl Variable {
    /// Tells whether a value may stand for the variable.
    #[must_use]
    pub fn accepts(&self, value: &str) -> bool {
        match self.kind {
            VariableKind::BaseUri => is_base_uri(value),
            VariableKind::Choice => self.choices.iter().any(|choice| choice == value),
            VariableKind::Domain => is_domain(value),
            VariableKind::Label => is_label(value),
            VariableKind::Segment => is_segment(value),
        }
    }

    /// Says what is wrong with the variable itself, if anything is.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let is_choice = self.kind == VariableKind::Choice;
        let sound = |choice: &String| is_domain(choice) || is_segment(choice);
        if is_choice == self.choices.is_empty() {
            return Some("`choices` are for variables of the kind `choice`, and those need some");
        }
        if !self.choices.iter().all(sound) {
            return Some("a choice consists of letters, digits and `-._~`");
        }
        let shown = self.default.iter().chain(&self.example);
        if !shown.map(String::as_str).all(|value| self.accepts(value)) {
            return Some("its own `default` or `example` is not a value that it accepts");
        }
        None
    }
}

/// RFC 1123 §2.1.
fn is_label(text: &str) -> bool {
    let inner = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_domain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

/// RFC 3986 §2.3: unreserved characters; but for the two segments that climb (§5.2.4).
fn is_segment(text: &str) -> bool {
    let unreserved = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    (1..=255).contains(&text.len()) && text.bytes().all(unreserved) && text != "." && text != ".."
}

fn is_base_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let rest = rest.trim_end_matches('/');
    let (authority, path) = match rest.split_once('/') {
        Some((authority, path)) => (authority, Some(path)),
        None => (rest, None),
    };
    let Some(host) = host_of(authority) else {
        return false;
    };
    let is_safe = scheme == "https" || (scheme == "http" && is_loopback(host));
    is_safe && path.is_none_or(|path| path.split('/').all(is_segment))
}

/// Returns the host of an authority without user name, if that is all it has beside a port.
fn host_of(authority: &str) -> Option<&str> {
    const LOOPBACK: &str = "[::1]";
    let (host, port) = match authority.strip_prefix(LOOPBACK) {
        Some("") => (LOOPBACK, None),
        Some(rest) => (LOOPBACK, Some(rest.strip_prefix(':')?)),
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && !port.starts_with('+');
    ((host == LOOPBACK || is_domain(host)) && port.is_none_or(is_port)).then_some(host)
}

/// Tells whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "127.0.0.1" || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(kind: VariableKind, value: &str) -> bool {
        let variable = Variable {
            description: String::new(),
            kind,
            choices: vec!["com".to_owned(), "com.au".to_owned()],
            default: None,
            example: None,
        };
        variable.accepts(value)
    }

    #[test]
    fn what_leads_elsewhere_is_refused_by_every_kind() {
        let kinds = [
            VariableKind::BaseUri,
            VariableKind::Choice,
            VariableKind::Domain,
            VariableKind::Label,
            VariableKind::Segment,
        ];
        let smuggled = [
            "",
            " ",
            ".",
            "..",
            "a/b",
            "a?b",
            "a#b",
            "a@b",
            "a:b",
            "a%2Fb",
            "a\\b",
            "a b",
            "a\n",
            "a\r\nHost: b",
            "a\0",
            "é",
            "{a}",
            "/",
            "//evil.example",
            "a.evil.example/",
            "a.evil.example#",
            "a.evil.example?",
            "evil.example:443",
            "https://user@evil.example",
            "https://evil.example?x=",
            "https://evil.example#",
            "http://evil.example",
            "https://a/../b",
            "https://a//b",
            "https://",
            "https:///a",
            "ftp://a",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "https://a:99999",
            "https://a:+1",
            "https://a\\b",
            "javascript:alert(1)",
            "https://a/%2e%2e",
            "https://[::1",
            "https://[::2]",
            "https://a b",
            "https://-a",
        ];
        for kind in kinds {
            for value in smuggled {
                assert!(!accepts(kind, value), "{kind:?} {value:?}");
            }
            assert!(!accepts(kind, &"a".repeat(300)), "{kind:?}");
        }
    }

    #[test]
    fn what_is_meant_is_accepted() {
        for (kind, value) in [
            (VariableKind::Label, "my-shop"),
            (VariableKind::Label, "1234567-sb1"),
            (VariableKind::Domain, "login.example.co.uk"),
            (VariableKind::Segment, "common"),
            (
                VariableKind::Segment,
                "9188040d-6c67-4c5b-b112-36a304b66dad",
            ),
            (VariableKind::Choice, "com.au"),
            (VariableKind::BaseUri, "https://jira.example.com"),
            (VariableKind::BaseUri, "https://jira.example.com:8443/jira/"),
            (VariableKind::BaseUri, "http://127.0.0.1:8080/jira"),
            (VariableKind::BaseUri, "http://[::1]:8080"),
            (VariableKind::BaseUri, "http://localhost"),
        ] {
            assert!(accepts(kind, value), "{kind:?} {value:?}");
        }
    }

    #[test]
    fn labels_have_no_dots_and_no_hyphens_at_their_ends() {
        for value in ["a.b", "-a", "a-", &"a".repeat(64)] {
            assert!(!accepts(VariableKind::Label, value), "{value}");
        }
    }
}

//! A URI taken apart as it is written: nothing is decoded, nothing is normalised.

/// The parts of a URI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uri {
    pub(crate) scheme: String,
    pub(crate) user_info: String,
    pub(crate) host: String,
    pub(crate) port: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) fragment: String,
}

impl Uri {
    pub(crate) fn parse(text: &str) -> Self {
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if !scheme.contains('/') && !scheme.is_empty() => (scheme, rest),
            _ => ("", rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        let (user_info, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let colon = match host.rfind(']') {
            Some(bracket) => host
                .get(bracket..)
                .and_then(|rest| rest.find(':'))
                .map(|at| bracket + at),
            None => host.find(':'),
        };
        let (host, port) = host.split_at(colon.unwrap_or(host.len()));
        Self {
            scheme: scheme.to_owned(),
            user_info: user_info.to_owned(),
            host: host.to_owned(),
            port: port.trim_start_matches(':').to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            fragment: fragment.to_owned(),
        }
    }

    /// Returns scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        let port = if self.port.is_empty() {
            String::new()
        } else {
            format!(":{}", self.port)
        };
        format!("{}://{}{port}", self.scheme, self.host)
    }

    pub(crate) fn without_query(&self) -> String {
        if self.scheme.is_empty() && self.host.is_empty() {
            return self.path.clone();
        }
        format!("{}{}", self.origin(), self.path)
    }

    pub(crate) fn is_loopback(&self) -> bool {
        matches!(
            self.host.to_ascii_lowercase().as_str(),
            "localhost" | "127.0.0.1" | "[::1]"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_taken_apart_as_it_is_written() {
        let uri = Uri::parse("HTTPS://u:p@[::1]:8443/a%2Fb/?x=1#y");
        assert_eq!(
            (uri.scheme.as_str(), uri.user_info.as_str()),
            ("HTTPS", "u:p")
        );
        assert_eq!((uri.host.as_str(), uri.port.as_str()), ("[::1]", "8443"));
        assert_eq!(
            (uri.path.as_str(), uri.query.as_str(), uri.fragment.as_str()),
            ("/a%2Fb/", "x=1", "y")
        );
        assert!(uri.is_loopback());
        assert_eq!(Uri::parse("com.example.app:/cb").path, "/cb");
        assert_eq!(Uri::parse("/only/path?a").path, "/only/path");
    }
}

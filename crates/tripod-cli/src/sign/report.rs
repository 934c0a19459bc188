use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};
use tripod_oauth1::base_string::BaseString;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::stamp::Stamp;

use super::opts::{Opts, Place, Show};

/// What was signed, and what came of it.
pub(super) struct Report<'a> {
    pub(super) opts: &'a Opts,
    pub(super) signed: &'a Request<Vec<u8>>,
    pub(super) base_string: &'a BaseString,
    pub(super) stamp: &'a Stamp,
}

impl Report<'_> {
    /// Writes what was asked for.
    pub(super) fn render(&self) -> Vec<u8> {
        if self.opts.json {
            return format!("{:#}", self.json()).into_bytes();
        }
        match self.opts.show.as_slice() {
            [] => self.shown(match self.opts.placement {
                Place::Header => Show::Header,
                Place::Query => Show::Url,
                Place::Body => Show::Body,
            }),
            &[one] => self.shown(one),
            several => {
                let named = several.iter().map(|&show| self.named(show));
                named.collect::<Vec<_>>().join(&b'\n')
            }
        }
    }

    fn named(&self, show: Show) -> Vec<u8> {
        let name = match show {
            // These say themselves what they are.
            Show::Header | Show::Parts => return self.shown(show),
            Show::Url => "url",
            Show::Body => "body",
            Show::BaseString => "base-string",
            Show::Signature => "signature",
            Show::Curl => "curl",
        };
        let mut named = format!("{name}: ").into_bytes();
        named.extend(self.shown(show));
        named
    }

    fn shown(&self, show: Show) -> Vec<u8> {
        match show {
            Show::Body => return self.signed.body().clone(),
            Show::Curl => return self.curl(),
            Show::Header => match self.authorization() {
                Some(value) => format!("Authorization: {value}"),
                None => String::new(),
            },
            Show::Url => self.signed.uri().to_string(),
            Show::BaseString => self.base_string.to_string(),
            Show::Parts => self.base_string.listing().to_string().trim_end().to_owned(),
            Show::Signature => self.signature().unwrap_or_default(),
        }
        .into_bytes()
    }

    fn json(&self) -> Value {
        let parameters: Vec<_> = self
            .base_string
            .parameters
            .iter()
            .map(|parameter| {
                let source = parameter.source.map(place_name);
                json!({"name": parameter.name, "value": parameter.value, "source": source})
            })
            .collect();
        json!({
            "method": self.base_string.method,
            "url": self.signed.uri().to_string(),
            "authorization": self.authorization(),
            "content_type": self.content_type(),
            // What is no text cannot stand in JSON, and half of it would be worse than nothing.
            "body": str::from_utf8(self.signed.body()).ok(),
            "base_string_uri": self.base_string.uri,
            "parameters": parameters,
            "base_string": self.base_string.to_string(),
            "signature": self.signature(),
            "nonce": self.stamp.nonce(),
            "timestamp": self.stamp.timestamp().as_unix(),
        })
    }

    fn authorization(&self) -> Option<&str> {
        self.signed.headers().get(AUTHORIZATION)?.to_str().ok()
    }

    fn content_type(&self) -> Option<&str> {
        self.signed.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    fn signature(&self) -> Option<String> {
        let signed = SignedRequest::parse(self.signed).ok()?;
        String::from_utf8(signed.signature().into_owned()).ok()
    }

    /// A body may hold octets that are no text, so the command may too.
    fn curl(&self) -> Vec<u8> {
        // As it is: neither brackets nor dots in the path may be taken for something to expand.
        let mut command = b"curl --globoff --path-as-is ".to_vec();
        // With -X HEAD curl would wait for the body that never comes.
        command.extend(match self.signed.method() {
            &Method::HEAD => "--head".bytes().collect(),
            method => format!("-X {method}").into_bytes(),
        });
        let mut add = |flag: &str, argument: &[u8]| {
            command.extend_from_slice(flag.as_bytes());
            command.extend(quoted(argument));
        };
        for (name, value) in self.signed.headers() {
            let name = capitalized(name.as_str()) + ": ";
            add(" -H ", &[name.as_bytes(), value.as_bytes()].concat());
        }
        match &self.opts.data_file {
            // Parameters in the body make it another than that of the file.
            Some(path) if !matches!(self.opts.placement, Place::Body) => {
                add(" --data-binary ", format!("@{}", path.display()).as_bytes());
            }
            _ if self.signed.body().is_empty() => {}
            _ => add(" --data-raw ", self.signed.body()),
        }
        add(" ", self.signed.uri().to_string().as_bytes());
        command
    }
}

fn place_name(placement: Placement) -> &'static str {
    match placement {
        Placement::Body => "body",
        Placement::Query => "query",
        _ => "header",
    }
}

/// Quotes for a POSIX shell.
fn quoted(argument: &[u8]) -> Vec<u8> {
    let parts: Vec<_> = argument.split(|octet| *octet == b'\'').collect();
    [b"'", parts.join(&br"'\''"[..]).as_slice(), b"'"].concat()
}

fn capitalized(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    });
    words.collect::<Vec<_>>().join("-")
}

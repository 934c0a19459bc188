use std::borrow::Cow;

use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
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
            Show::Header => match self.authorization() {
                Some(value) => format!("Authorization: {value}"),
                None => String::new(),
            },
            Show::Url => self.signed.uri().to_string(),
            Show::BaseString => self.base_string.to_string(),
            Show::Parts => self.base_string.listing().to_string().trim_end().to_owned(),
            Show::Signature => self.signature().unwrap_or_default(),
            Show::Curl => self.curl(),
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
            "body": String::from_utf8_lossy(self.signed.body()),
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

    fn curl(&self) -> String {
        // As it is: neither brackets nor dots in the path may be taken for something to expand.
        let mut command = format!("curl --globoff --path-as-is -X {}", self.signed.method());
        for (name, value) in self.signed.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let header = format!("{}: {value}", capitalized(name.as_str()));
            command.push_str(&format!(" -H {}", quoted(&header)));
        }
        if let Some(path) = &self.opts.data_file {
            let file = format!("@{}", path.display());
            command.push_str(&format!(" --data-binary {}", quoted(&file)));
        } else if !self.signed.body().is_empty() {
            let body = String::from_utf8_lossy(self.signed.body());
            command.push_str(&format!(" --data-raw {}", quoted(&body)));
        }
        format!("{command} {}", quoted(&self.signed.uri().to_string()))
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
fn quoted(text: &str) -> Cow<'_, str> {
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

fn capitalized(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    });
    words.collect::<Vec<_>>().join("-")
}

//! What there is to go by, read from whatever was pasted.

use std::fmt;

use serde_json::Value;
use tripod_core::secret::Secret;

use crate::known::Known;
use crate::mask::Mask;

mod curl_command;
mod curl_log;
mod curl_trace;
mod debug_log;
mod decoration;
mod exchange;
mod found;
mod har;
mod http_message;
mod label;
mod log_record;
mod logged;
mod loose;
mod message_start;
mod observation;
mod octets;
mod one_line;
mod prepare;
mod reading;
mod shape;
mod status;
mod trace;
mod transcript;
mod words;

pub use exchange::{Exchange, Header, Request, Response};
pub use observation::{Observation, Obstacle};

/// More than this is not read: a HAR file of an hour's browsing stays below.
pub const MAX_OCTETS: usize = 64 * 1024 * 1024;

/// More exchanges than this are not kept; those that look like OAuth come first.
const MAX_EXCHANGES: usize = 64;

/// What there is to go by. Everything that may hold a secret is one, so that `Debug` is safe.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Evidence {
    /// What the input was taken for.
    pub kind: Kind,
    /// Requests and answers, each perhaps only half of it.
    pub exchanges: Vec<Exchange>,
    /// Texts: error messages, logs, tracebacks, pages.
    pub texts: Vec<Excerpt>,
    /// JSON Web Tokens that stand alone.
    pub tokens: Vec<Excerpt>,
    /// What a program saw itself.
    pub observations: Vec<Observation>,
    /// What the user knows besides.
    pub known: Known,
    /// How many exchanges were passed over because they are not about OAuth.
    pub passed_over: usize,
}

impl Evidence {
    /// Reads whatever was pasted; its kind is found out. Arbitrary octets do no harm.
    #[must_use]
    pub fn read(input: &[u8], known: Known) -> Self {
        reading::read(input, known)
    }

    /// Takes exchanges that a program saw itself.
    #[must_use]
    pub fn of_exchanges(exchanges: Vec<Exchange>, known: Known) -> Self {
        Self {
            kind: Kind::Trace,
            exchanges,
            known,
            ..Self::default()
        }
    }

    /// Returns the exchanges with every secret masked, to be shown.
    #[must_use]
    pub fn masked(&self) -> Vec<Exchange> {
        let mask = Mask::of(self);
        let exchanges = self.exchanges.iter();
        exchanges.map(|exchange| mask.exchange(exchange)).collect()
    }

    /// Writes the exchanges with every secret masked, as [`read`](Self::read) reads them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        trace::write(&self.masked())
    }

    /// Counts lines as the input did, before it was prepared.
    fn renumber(&mut self, original: impl Fn(usize) -> usize) {
        for exchange in &mut self.exchanges {
            let request = exchange.request.as_mut().map(|request| &mut request.place);
            let response = exchange
                .response
                .as_mut()
                .map(|response| &mut response.place);
            for place in request.into_iter().chain(response) {
                *place = place.renumbered(&original);
            }
        }
        for excerpt in self.texts.iter_mut().chain(&mut self.tokens) {
            excerpt.place = excerpt.place.renumbered(&original);
        }
    }

    /// Adds what a program saw itself.
    #[must_use]
    pub fn observing(mut self, seen: impl IntoIterator<Item = Observation>) -> Self {
        self.observations.extend(seen);
        self
    }

    /// Tells whether there is nothing at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
            && self.texts.is_empty()
            && self.tokens.is_empty()
            && self.observations.is_empty()
    }
}

/// What an input was taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One `Authorization` or `DPoP` header.
    AuthorizationHeader,
    /// A curl command line, perhaps with what it printed.
    CurlCommand,
    /// What `curl -v` prints.
    CurlLog,
    /// The body of an answer, in JSON or as a form.
    ErrorBody,
    /// An HTTP archive, as browsers save it.
    Har,
    /// HTTP messages as they stand on the wire.
    Http,
    /// A JSON Web Token.
    Jwt,
    /// Nothing.
    #[default]
    Nothing,
    /// Words: a message, a log, a traceback, a page.
    Text,
    /// Exchanges that Tripod recorded.
    Trace,
    /// An authorization or callback URL.
    Url,
}

impl Kind {
    /// Says it in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationHeader => "an Authorization header",
            Self::CurlCommand => "a curl command line",
            Self::CurlLog => "output of curl -v",
            Self::ErrorBody => "the body of an answer",
            Self::Har => "a HAR file",
            Self::Http => "HTTP messages",
            Self::Jwt => "a JSON Web Token",
            Self::Nothing => "nothing",
            Self::Text => "text",
            Self::Trace => "recorded exchanges",
            Self::Url => "a URL",
        }
    }
}

/// A piece of text and where it stands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Excerpt {
    /// The text itself.
    pub text: Secret,
    /// Where it stands in the input.
    pub place: Place,
}

impl Excerpt {
    pub(crate) fn new(text: impl Into<Secret>, place: Place) -> Self {
        Self {
            text: text.into(),
            place,
        }
    }
}

/// Where something stands in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// Names a place.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Names a line, counted from one.
    #[must_use]
    pub fn line(number: usize) -> Self {
        Self(format!("line {number}"))
    }

    /// Names the line that is so many lines further down.
    pub(crate) fn moved_down(&self, lines: usize) -> Self {
        self.renumbered(|number| number + lines)
    }

    /// Counts the line in another way.
    fn renumbered(&self, number: impl Fn(usize) -> usize) -> Self {
        self.number()
            .map_or_else(|| self.clone(), |own| Self::line(number(own)))
    }

    /// Returns the number of the line, where the place is one.
    fn number(&self) -> Option<usize> {
        self.0.strip_prefix("line ")?.parse().ok()
    }

    /// Names a part of the place.
    #[must_use]
    pub fn within(&self, part: &str) -> Self {
        if self.0.is_empty() {
            return Self(part.to_owned());
        }
        Self(format!("{}, {part}", self.0))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! The signature base string, for people who want to see it.

use std::fmt;

use http::Request;
use tripod_core::percent;

use crate::collected::Collected;
use crate::message::{Message, Protocol, Target, split};
use crate::origin::Origin;
use crate::pair::Pair;
use crate::placement::Placement;
use crate::refusal::Refusal;

mod difference;

pub use difference::Difference;

/// A signature base string ([RFC 5849 §3.4.1]) taken apart, each part with where it came from.
///
/// `Display` writes the string itself, [`listing`](Self::listing) one part a line, and
/// [`differences`](Self::differences) compares it with that of somebody else. Signing and verifying
/// do without: they stream the [`Message`] instead.
///
/// The string holds no key, but whatever the request carries: `Debug` shows the names alone.
///
/// [RFC 5849 §3.4.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseString {
    /// The method in upper case, percent-encoded.
    pub method: String,
    /// The base string URI (§3.4.1.2).
    pub uri: String,
    /// The parameters in the order in which they are signed (§3.4.1.3.2).
    pub parameters: Vec<Parameter>,
}

/// One parameter of a base string.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, percent-encoded.
    pub name: String,
    /// The value, percent-encoded.
    pub value: String,
    /// Where in the request it stood; not known of a base string that was read.
    pub source: Option<Placement>,
}

impl BaseString {
    /// Takes the base string of a request as it stands, signed or not, that reached an origin.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if the parameters of the request cannot be read.
    pub fn of_request<B: AsRef<[u8]>>(
        request: &Request<B>,
        origin: &Origin,
    ) -> Result<Self, Refusal> {
        let Collected {
            mut protocol,
            mut others,
            ..
        } = Collected::from_request(request)?;
        protocol.retain(|pair| !pair.name.is("oauth_signature"));
        protocol.sort_unstable_by(Pair::cmp);
        let (method, path) = (request.method().as_str(), request.uri().path());
        let target = Target {
            method,
            origin: origin.borrowed(),
            path,
        };
        let protocol = Protocol::Listed(&protocol);
        Ok(Self::from(&Message::new(
            target,
            protocol,
            split(&mut others),
        )))
    }

    /// Reads a base string that somebody else printed.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is not three parts joined by `&` whose escapes are sound.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut parts = text.split('&');
        let (Some(method), Some(uri), Some(parameters), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Malformed::Parts {
                found: text.split('&').count(),
            });
        };
        Ok(Self {
            method: method.to_owned(),
            uri: decoded(uri)?,
            parameters: decoded(parameters)?
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    Parameter {
                        name: name.to_owned(),
                        value: value.to_owned(),
                        source: None,
                    }
                })
                .collect(),
        })
    }

    /// Returns the normalized parameters, `name=value` joined by `&`, before their last encoding.
    #[must_use]
    pub fn normalized_parameters(&self) -> String {
        let pairs: Vec<_> = self.parameters.iter().map(ToString::to_string).collect();
        pairs.join("&")
    }

    /// Compares with the base string of another, parameter by parameter.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        difference::between(self, other)
    }

    /// Lists the parts, one a line, each with where it came from.
    ///
    /// ```text
    /// method     POST
    /// uri        https://photos.example.net/initiate
    /// parameter  file = vacation.jpg                 query
    /// ```
    #[must_use]
    pub fn listing(&self) -> impl fmt::Display + '_ {
        Listing(self)
    }
}

impl From<&Message<'_>> for BaseString {
    /// Takes apart the very octets that are signed.
    fn from(message: &Message<'_>) -> Self {
        let mut octets = Vec::new();
        message.feed(&mut |chunk| octets.extend_from_slice(chunk));
        let text = String::from_utf8(octets).expect("what is encoded is ASCII");
        let mut base_string = Self::parse(&text).expect("a message streams three encoded parts");
        for (parameter, source) in base_string.parameters.iter_mut().zip(message.sources()) {
            parameter.source = Some(source);
        }
        base_string
    }
}

impl fmt::Display for BaseString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (uri, parameters) = (&self.uri, self.normalized_parameters());
        write!(
            f,
            "{}&{}&{}",
            self.method,
            percent::encode(uri),
            percent::encode(parameters)
        )
    }
}

impl fmt::Debug for BaseString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BaseString")
            .field("method", &self.method)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("name", &self.name)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

struct Listing<'a>(&'a BaseString);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(BaseString {
            method,
            uri,
            parameters,
        }) = self;
        writeln!(f, "method     {method}")?;
        writeln!(f, "uri        {uri}")?;
        let pairs = || parameters.iter().map(shown);
        let width = pairs()
            .map(|pair| pair.chars().count())
            .max()
            .unwrap_or_default();
        for (pair, parameter) in pairs().zip(parameters) {
            match parameter.source {
                Some(source) => writeln!(f, "parameter  {pair:width$}  {source}")?,
                None => writeln!(f, "parameter  {pair}")?,
            }
        }
        Ok(())
    }
}

fn shown(parameter: &Parameter) -> String {
    format!("{} = {}", parameter.name, parameter.value)
}

fn decoded(text: &str) -> Result<String, Malformed> {
    let octets = percent::decode(text).map_err(|_| Malformed::Escape)?;
    String::from_utf8(octets.into_owned()).map_err(|_| Malformed::Escape)
}

/// Why a text is no base string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// A `%` begins no escape, or what is escaped is not text.
    #[error("a base string holds a `%` that begins no escape, or octets that are no text")]
    Escape,
    /// There are more or fewer parts than three.
    #[error("a base string has 3 parts joined by `&`, and this has {found}")]
    Parts {
        /// How many there are.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &str = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da\
                       %26b5%3D%253D%25253D%26c%2540%3D%26c2%3D";

    #[test]
    fn a_base_string_is_read_and_written_back() {
        let base_string = BaseString::parse(RFC).unwrap();
        assert_eq!(base_string.to_string(), RFC);
        assert_eq!(base_string.uri, "http://example.com/request");
        let normalized = "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=";
        assert_eq!(base_string.normalized_parameters(), normalized);
    }

    #[test]
    fn a_listing_shows_each_part_on_its_line() {
        let listing = BaseString::parse(RFC).unwrap().listing().to_string();
        let expected = "method     POST\nuri        http://example.com/request\n\
                        parameter  a2 = r%20b\nparameter  a3 = 2%20q\n";
        assert!(listing.starts_with(expected), "{listing}");
    }

    #[test]
    fn what_is_no_base_string_is_refused() {
        let parts = |found| Err(Malformed::Parts { found });
        assert_eq!(BaseString::parse(""), parts(1));
        assert_eq!(BaseString::parse("GET&http"), parts(2));
        assert_eq!(BaseString::parse("GET&http&a=b&c=d"), parts(4));
        assert_eq!(BaseString::parse("GET&%zz&"), Err(Malformed::Escape));
        assert_eq!(BaseString::parse("GET&a&%FF"), Err(Malformed::Escape));
    }

    #[test]
    fn values_are_not_printed_for_debugging() {
        let printed = format!("{:?}", BaseString::parse("GET&http&a%3Dsentinel").unwrap());
        assert!(!printed.contains("sentinel"), "{printed}");
    }
}

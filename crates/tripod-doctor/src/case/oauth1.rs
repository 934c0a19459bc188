//! A request signed by OAuth 1, read as it was written.

use tripod_core::form;
use tripod_core::percent;

use super::uri::Uri;
use crate::evidence::Request;

/// A request that carries parameters of OAuth 1.
pub(crate) struct SignedCall {
    /// All parameters that may be signed, in the order in which they stand.
    pub(crate) parameters: Vec<Parameter>,
    /// The realm, which is not signed.
    pub(crate) realm: Option<String>,
    /// What is wrong with how the header is written.
    pub(crate) flaws: Vec<Flaw>,
    /// Whether the body is a form, whose parameters are signed.
    pub(crate) has_form: bool,
}

/// A parameter, decoded and as it was written.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) written: (String, String),
    pub(crate) place: Where,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Where {
    Header,
    Query,
    Body,
}

/// What is wrong with how an `Authorization` header is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Something else than a comma stands between parameters.
    Separator,
    /// A value is not in quotes.
    Unquoted(String),
    /// A character that must be escaped is not.
    Unescaped(String, char),
    /// A `%` begins no escape.
    Escape(String),
}

impl SignedCall {
    /// Reads a request; `None` if nothing of OAuth 1 is in it.
    pub(crate) fn read(request: &Request, uri: &Uri) -> Option<Self> {
        let mut call = Self {
            parameters: Vec::new(),
            realm: None,
            flaws: Vec::new(),
            has_form: request.media_type() == "application/x-www-form-urlencoded",
        };
        let header = request.header("authorization").unwrap_or_default();
        let is_oauth = header
            .get(..5)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("oauth"))
            && header.contains('=');
        if is_oauth {
            call.read_header(header.get(5..).unwrap_or_default());
        }
        call.read_form(&uri.query, Where::Query);
        if call.has_form {
            call.read_form(request.body(), Where::Body);
        }
        let named = [
            "oauth_consumer_key",
            "oauth_signature",
            "oauth_signature_method",
        ];
        let speaks = named.iter().any(|name| call.first(name).is_some());
        (is_oauth || speaks).then_some(call)
    }

    /// Returns the value of a protocol parameter as text.
    pub(crate) fn first(&self, name: &str) -> Option<String> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name.as_bytes())
            .map(|parameter| String::from_utf8_lossy(&parameter.value).into_owned())
    }

    fn read_header(&mut self, text: &str) {
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if let Some(behind) = rest.strip_prefix([';', '&']) {
                self.flaws.push(Flaw::Separator);
                rest = behind;
                continue;
            }
            let Some((name, behind)) = rest.split_once('=') else {
                return;
            };
            let name = name.trim();
            let behind = behind.trim_start();
            let (value, behind) = match behind.strip_prefix('"') {
                Some(inner) => inner.split_once('"').unwrap_or((inner, "")),
                None => {
                    self.flaws.push(Flaw::Unquoted(name.to_owned()));
                    behind.split_at(behind.find([',', ' ', '&']).unwrap_or(behind.len()))
                }
            };
            rest = behind;
            if name == "realm" {
                self.realm = Some(value.to_owned());
            } else {
                self.read_part(name, value);
            }
            if self.parameters.len() > 500 {
                return;
            }
        }
    }

    fn read_part(&mut self, name: &str, value: &str) {
        let unescaped = value
            .chars()
            .find(|letter| !letter.is_ascii() || "+/= &?#:".contains(*letter));
        if !percent::is_sound(value.as_bytes()) {
            self.flaws.push(Flaw::Escape(name.to_owned()));
        } else if let Some(letter) = unescaped {
            self.flaws.push(Flaw::Unescaped(name.to_owned(), letter));
        }
        let decode = |text: &str| match percent::decode(text) {
            Ok(octets) => octets.into_owned(),
            Err(_) => text.as_bytes().to_vec(),
        };
        self.parameters.push(Parameter {
            name: decode(name),
            value: decode(value),
            written: (name.to_owned(), value.to_owned()),
            place: Where::Header,
        });
    }

    fn read_form(&mut self, text: &str, place: Where) {
        let lossy = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let parameters = form::pairs(text.as_bytes()).take(1000).map(|pair| {
            let (name, value) = pair.decode();
            Parameter {
                name: name.into_owned(),
                value: value.into_owned(),
                written: (
                    lossy(pair.name.as_written()),
                    lossy(pair.value.as_written()),
                ),
                place,
            }
        });
        self.parameters.extend(parameters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Header;

    fn call(header: &str) -> SignedCall {
        let mut request = Request::new("GET", "https://a.example/x?b=c+d");
        request.headers.push(Header::new("Authorization", header));
        SignedCall::read(&request, &Uri::parse(request.uri())).unwrap()
    }

    #[test]
    fn header_and_query_are_read_in_order() {
        let call = call(r#"OAuth realm="x", oauth_nonce="1%2B", oauth_token="t""#);
        assert_eq!(call.realm.as_deref(), Some("x"));
        assert_eq!(call.first("oauth_nonce").as_deref(), Some("1+"));
        assert_eq!(call.first("b").as_deref(), Some("c d"));
        assert_eq!(call.flaws, []);
    }

    #[test]
    fn what_is_written_wrongly_is_read_all_the_same() {
        let call = call("OAuth oauth_nonce=1&oauth_signature=\"a+b=\"");
        assert_eq!(call.first("oauth_signature").as_deref(), Some("a+b="));
        assert!(call.flaws.contains(&Flaw::Separator));
        assert!(call.flaws.contains(&Flaw::Unquoted("oauth_nonce".into())));
        assert!(
            call.flaws
                .contains(&Flaw::Unescaped("oauth_signature".into(), '+'))
        );
    }
}

//! What is signed, streamed octet by octet into whatever signs it.

use tripod_core::percent::{self, is_unreserved};

use crate::origin::OriginRef;
use crate::pair::{Pair, Piece};
use crate::placement::Placement;

/// The parts of a request that its signature covers.
///
/// It stands for the signature base string without holding it: [`feed`](Self::feed) streams that
/// string into a MAC or a hash. People who want to see it make a
/// [`BaseString`](crate::base_string::BaseString) of it.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    target: Target<'a>,
    protocol: Protocol<'a>,
    /// The parameters that are not named `oauth_*` and stand before those that are, in order.
    before: &'a [Pair<'a>],
    /// Those that stand behind them.
    behind: &'a [Pair<'a>],
}

/// Method, scheme, host, port and path of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) method: &'a str,
    pub(crate) origin: OriginRef<'a>,
    pub(crate) path: &'a str,
}

/// The parameters that are named `oauth_*`, without `oauth_signature`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol<'a> {
    /// In order.
    Listed(&'a [Pair<'a>]),
    /// A form to be filled in, which is half the work of signing less than to sort a list.
    Template(Template<'a>),
}

/// All of the protocol that a plain request carries, encoded ahead, but nonce and timestamp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template<'a> {
    /// As it stands in the base string before, between and behind the two.
    pub(crate) text: &'a [String; 3],
    pub(crate) nonce: Piece<'a>,
    pub(crate) timestamp: Piece<'a>,
    pub(crate) source: Placement,
}

impl<'a> Message<'a> {
    /// Takes the parameters that are not named `oauth_*` as [`split`] parts them.
    pub(crate) const fn new(
        target: Target<'a>,
        protocol: Protocol<'a>,
        (before, behind): (&'a [Pair<'a>], &'a [Pair<'a>]),
    ) -> Self {
        Self {
            target,
            protocol,
            before,
            behind,
        }
    }

    /// Streams the signature base string ([RFC 5849 §3.4.1.1]) in chunks of some hundred octets.
    ///
    /// [RFC 5849 §3.4.1.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.1
    pub fn feed(&self, sink: &mut dyn FnMut(&[u8])) {
        let mut chunks = Chunks::new(sink);
        // §3.4.1.1: the method in upper case; a custom one MUST be encoded.
        let method = self
            .target
            .method
            .bytes()
            .map(|octet| octet.to_ascii_uppercase());
        chunks.encoded(method);
        chunks.put(b"&");
        self.feed_uri(&mut chunks);
        chunks.put(b"&");
        self.feed_parameters(&mut chunks);
        chunks.flush();
    }

    /// Returns where in the request each parameter of the base string stands, in its order.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Placement> + use<'a> {
        let (listed, template) = match self.protocol {
            Protocol::Listed(pairs) => (pairs, None),
            Protocol::Template(template) => ([].as_slice(), Some(template)),
        };
        let source = |pair: &'a Pair<'a>| pair.source;
        let filled = template.into_iter().flat_map(|template| {
            let length = template
                .text
                .iter()
                .map(|text| text.matches("%3D").count())
                .sum();
            std::iter::repeat_n(template.source, length)
        });
        let before = self
            .before
            .iter()
            .map(source)
            .chain(listed.iter().map(source));
        before.chain(filled).chain(self.behind.iter().map(source))
    }

    /// RFC 5849 §3.4.1.2, encoded.
    fn feed_uri(&self, chunks: &mut Chunks<'_>) {
        let origin = self.target.origin;
        chunks.put(origin.scheme().as_bytes());
        chunks.put(b"%3A%2F%2F");
        // §3.4.1.2: scheme and host MUST be in lower case.
        chunks.encoded(
            origin
                .host()
                .bytes()
                .map(|octet| octet.to_ascii_lowercase()),
        );
        if let Some(port) = origin.port() {
            chunks.put(b"%3A");
            chunks.put(itoa::Buffer::new().format(port).as_bytes());
        }
        chunks.encoded(self.target.path.bytes());
    }

    /// RFC 5849 §3.4.1.3.2, encoded.
    fn feed_parameters(&self, chunks: &mut Chunks<'_>) {
        for pair in self.before {
            chunks.pair(pair);
            chunks.put(b"%26");
        }
        match self.protocol {
            Protocol::Listed(pairs) => {
                for (index, pair) in pairs.iter().enumerate() {
                    chunks.put(if index > 0 { b"%26" } else { b"" });
                    chunks.pair(pair);
                }
            }
            Protocol::Template(Template {
                text: [before, between, behind],
                nonce,
                timestamp,
                ..
            }) => {
                chunks.put(before.as_bytes());
                chunks.twice_encoded(nonce);
                chunks.put(between.as_bytes());
                chunks.twice_encoded(timestamp);
                chunks.put(behind.as_bytes());
            }
        }
        for pair in self.behind {
            chunks.put(b"%26");
            chunks.pair(pair);
        }
    }
}

/// Puts pairs in order, and parts them where the parameters named `oauth_*` belong.
///
/// What sorts between two names with the same beginning begins alike: no other pair stands among
/// those, and where the second part begins with one of them there is one.
pub(crate) fn split<'a>(pairs: &'a mut [Pair<'_>]) -> (&'a [Pair<'a>], &'a [Pair<'a>]) {
    pairs.sort_unstable_by(Pair::cmp);
    let protocol = Piece::known(b"oauth_");
    let before = pairs.partition_point(|pair| pair.name.cmp(protocol).is_lt());
    pairs.split_at(before)
}

/// Writes a name and its value as they stand in a base string: encoded, joined, encoded again.
pub(crate) fn twice_encoded(name: &str, value: &str) -> String {
    percent::encode(format!(
        "{}={}",
        percent::encode(name),
        percent::encode(value)
    ))
}

/// Gathers octets until it pays to hand them on: hash functions are slow on single ones.
struct Chunks<'s> {
    gathered: [u8; Chunks::SIZE],
    length: usize,
    sink: &'s mut dyn FnMut(&[u8]),
}

impl<'s> Chunks<'s> {
    /// Four blocks of SHA-1 or SHA-256, two of SHA-512.
    const SIZE: usize = 128;

    fn new(sink: &'s mut dyn FnMut(&[u8])) -> Self {
        Self {
            gathered: [0; Self::SIZE],
            length: 0,
            sink,
        }
    }

    fn pair(&mut self, pair: &Pair<'_>) {
        self.twice_encoded(pair.name);
        self.put(b"%3D");
        self.twice_encoded(pair.value);
    }

    #[inline]
    fn put(&mut self, octets: &[u8]) {
        match self
            .gathered
            .get_mut(self.length..self.length + octets.len())
        {
            Some(room) => {
                room.copy_from_slice(octets);
                self.length += octets.len();
            }
            None => self.put_in_parts(octets),
        }
    }

    #[cold]
    fn put_in_parts(&mut self, octets: &[u8]) {
        let (fitting, rest) = octets.split_at(Self::SIZE - self.length);
        self.gathered[self.length..].copy_from_slice(fitting);
        self.length = Self::SIZE;
        for part in rest.chunks(Self::SIZE) {
            self.flush();
            self.put(part);
        }
    }

    fn encoded(&mut self, octets: impl Iterator<Item = u8>) {
        self.escaped(octets, percent::escape);
    }

    fn twice_encoded(&mut self, piece: Piece<'_>) {
        match piece.unreserved() {
            Some(unreserved) => self.put(unreserved),
            None => self.escaped(piece.octets(), |octet| {
                let [percent, high, low] = percent::escape(octet);
                [percent, b'2', b'5', high, low]
            }),
        }
    }

    /// Puts unreserved octets as they are and something longer for all others.
    #[inline]
    fn escaped<const N: usize>(
        &mut self,
        mut octets: impl Iterator<Item = u8>,
        escape: impl Fn(u8) -> [u8; N],
    ) {
        loop {
            let mut at = self.length;
            while let Some(room) = self.gathered.get_mut(at..at + N) {
                let Some(octet) = octets.next() else {
                    self.length = at;
                    return;
                };
                if is_unreserved(octet) {
                    room[0] = octet;
                    at += 1;
                } else {
                    room.copy_from_slice(&escape(octet));
                    at += N;
                }
            }
            self.length = at;
            self.flush();
        }
    }

    fn flush(&mut self) {
        (self.sink)(&self.gathered[..self.length]);
        self.length = 0;
    }
}

#[cfg(test)]
mod tests;

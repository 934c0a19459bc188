//! Where a request comes from: the peer of the connection, or what a proxy says of it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::header::FORWARDED;
use http::{HeaderMap, HeaderName, Request};

use crate::config::{Proxies, ProxyHeader};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns the address that a request comes from, if the server that runs the router tells it.
///
/// A server tells it by axum's [`ConnectInfo`]. Without [`Config::proxies`](crate::config::Config)
/// no header is believed.
#[must_use]
pub fn address<B>(request: &Request<B>, proxies: Option<&Proxies>) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    Some(proxies.map_or(peer, |proxies| behind(proxies, peer, request.headers())))
}

/// Tells whether an address is of this machine or of a private network.
pub(crate) const fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// Goes back from hop to hop for as long as the hop is a proxy of ours.
fn behind(proxies: &Proxies, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let hops = hops(proxies.header, headers);
    let mut hops = hops.iter().rev();
    if proxies.trusted.is_empty() {
        // There is one proxy, whatever its address: what it wrote last is what it saw.
        return hops.next().copied().flatten().unwrap_or(peer);
    }
    let mut client = peer;
    while proxies.trusts(client) {
        match hops.next() {
            Some(Some(hop)) => client = *hop,
            // A hop that hides its address is as good as unknown: the last known one counts.
            Some(None) | None => break,
        }
    }
    client
}

/// Reads the hops in order; what is no address is `None`.
fn hops(header: ProxyHeader, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let (name, read): (_, fn(&str) -> Option<IpAddr>) = match header {
        ProxyHeader::Forwarded => (FORWARDED, forwarded_for),
        ProxyHeader::XForwardedFor => (X_FORWARDED_FOR, node),
    };
    // RFC 9110 §5.3: several fields are one list.
    let fields = headers.get_all(name).into_iter();
    fields
        .flat_map(|field| field.to_str().unwrap_or_default().split(','))
        .map(read)
        .collect()
}

/// Reads an element of `Forwarded` ([RFC 7239 §4]).
///
/// An address has no comma and no semicolon, quoted or not, so that neither is looked for in quotes:
/// what has them elsewhere gives hops that are no address.
///
/// [RFC 7239 §4]: https://www.rfc-editor.org/rfc/rfc7239#section-4
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let (_, value) = found.next()?;
    let value = value.trim();
    let unquoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    node(unquoted.unwrap_or(value))
}

/// Reads an address, with or without brackets and port (RFC 7239 §6).
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    address
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(proxies: Option<&Proxies>, peer: &str, headers: &[(&str, &str)]) -> String {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(()).unwrap();
        let peer = SocketAddr::new(peer.parse().unwrap(), 1);
        request.extensions_mut().insert(ConnectInfo(peer));
        address(&request, proxies).unwrap().to_string()
    }

    fn trusting(networks: &[&str]) -> Proxies {
        Proxies {
            trusted: networks.iter().map(|net| net.parse().unwrap()).collect(),
            ..Proxies::default()
        }
    }

    #[test]
    fn nobody_is_believed_without_a_proxy() {
        let headers = [
            ("x-forwarded-for", "198.51.100.7"),
            ("forwarded", "for=198.51.100.7"),
        ];
        assert_eq!(seen(None, "192.0.2.1", &headers), "192.0.2.1");
        assert_eq!(seen(None, "::ffff:192.0.2.1", &headers), "192.0.2.1");
    }

    #[test]
    fn one_proxy_tells_what_it_saw_last() {
        let one = Proxies::default();
        let seen = |value: &str| seen(Some(&one), "10.0.0.1", &[("x-forwarded-for", value)]);
        for (value, client) in [
            ("198.51.100.7", "198.51.100.7"),
            ("8.8.8.8, 198.51.100.7", "198.51.100.7"),
            ("8.8.8.8,198.51.100.7:4711", "198.51.100.7"),
            (" 2001:db8::7 ", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            // What cannot be read is the proxy itself.
            ("8.8.8.8, unknown", "10.0.0.1"),
            ("8.8.8.8,", "10.0.0.1"),
            ("", "10.0.0.1"),
            ("198.51.100.7; DROP", "10.0.0.1"),
        ] {
            assert_eq!(seen(value), client, "{value}");
        }
    }

    #[test]
    fn fields_are_one_list() {
        let headers = [
            ("x-forwarded-for", "8.8.8.8"),
            ("x-forwarded-for", "198.51.100.7"),
        ];
        let one = Proxies::default();
        assert_eq!(seen(Some(&one), "10.0.0.1", &headers), "198.51.100.7");
        assert_eq!(seen(Some(&one), "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_of_ours_counts() {
        let proxies = trusting(&["10.0.0.0/8", "2001:db8:ffff::/48"]);
        let seen = |peer, value| seen(Some(&proxies), peer, &[("x-forwarded-for", value)]);
        assert_eq!(
            seen("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2"),
            "198.51.100.7"
        );
        assert_eq!(
            seen("2001:db8:ffff::1", "1.1.1.1,198.51.100.7"),
            "198.51.100.7"
        );
        // Who comes past the proxies speaks for nobody else.
        assert_eq!(seen("192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
        assert_eq!(
            seen("10.0.0.1", "198.51.100.7, garbage, 10.0.0.2"),
            "10.0.0.2"
        );
    }

    #[test]
    fn the_examples_of_rfc_7239_are_read() {
        let one = Proxies {
            header: ProxyHeader::Forwarded,
            ..Proxies::default()
        };
        let seen = |value: &str| {
            let headers = [("forwarded", value), ("x-forwarded-for", "8.8.8.8")];
            seen(Some(&one), "10.0.0.1", &headers)
        };
        for (value, client) in [
            (r#"For="[2001:db8:cafe::17]:4711""#, "2001:db8:cafe::17"),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
            (r#"for="_gazonk""#, "10.0.0.1"),
            ("for=unknown", "10.0.0.1"),
            ("proto=http", "10.0.0.1"),
            (r#"by="a,for=8.8.4.4""#, "10.0.0.1"),
        ] {
            assert_eq!(seen(value), client, "{value}");
        }
    }
}

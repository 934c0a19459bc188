//! The proxies that requests come through.

use std::net::IpAddr;

use ipnet::IpNet;

/// The proxies that requests come through, and what they tell of where from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proxies {
    /// The header in which they tell it; no other is believed, since they may pass it on unread.
    pub header: ProxyHeader,
    /// Their addresses; if none is given there is one proxy, and nobody reaches the server past it.
    pub trusted: Vec<IpNet>,
}

/// The header in which proxies tell where a request comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyHeader {
    /// `Forwarded` (RFC 7239).
    Forwarded,
    /// `X-Forwarded-For`, which has no standard and is everywhere.
    #[default]
    XForwardedFor,
}

impl Proxies {
    /// Tells whether an address is that of a proxy.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }
}

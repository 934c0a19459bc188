//! Which addresses are special ([RFC 6890] and the registries of IANA that continue it).
//!
//! [RFC 6890]: https://www.rfc-editor.org/rfc/rfc6890

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Reach;

/// Tells whether a connection to an address is within reach.
pub(super) fn is_allowed(address: IpAddr, reach: Reach) -> bool {
    let address = address.to_canonical();
    match reach {
        Reach::Configured => true,
        Reach::Development => is_public(address) || address.is_loopback(),
        Reach::Public => is_public(address),
    }
}

/// Tells whether a host as a URI writes it is this machine.
pub(super) fn is_loopback_host(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    match address {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|block| within_v4(address, *block)),
        IpAddr::V6(address) => {
            within_v6(address, GLOBAL_V6)
                && !SPECIAL_V6.iter().any(|block| within_v6(address, *block))
        }
    }
}

/// An address and how many of its first bits count.
type BlockV4 = (Ipv4Addr, u32);
type BlockV6 = (Ipv6Addr, u32);

/// The IANA IPv4 Special-Purpose Address Registry, with multicast and what is reserved.
const SPECIAL_V4: [BlockV4; 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is given out to networks. It leaves out `::1`, `fe80::/10`, `fc00::/7`, `ff00::/8`, and
/// the translations of IPv4 addresses under `64:ff9b::/32`.
const GLOBAL_V6: BlockV6 = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is special within: protocol assignments with Teredo, documentation, and 6to4, whose
/// addresses stand for IPv4 ones.
const SPECIAL_V6: [BlockV6; 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn within_v4(address: Ipv4Addr, (block, bits): BlockV4) -> bool {
    let differing = address.to_bits() ^ block.to_bits();
    differing.leading_zeros() >= bits
}

fn within_v6(address: Ipv6Addr, (block, bits): BlockV6) -> bool {
    let differing = address.to_bits() ^ block.to_bits();
    differing.leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(address: &str, reach: Reach) -> bool {
        is_allowed(address.parse().unwrap(), reach)
    }

    #[test]
    fn special_addresses_are_out_of_reach() {
        for address in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!allowed(address, Reach::Public), "{address}");
            assert!(allowed(address, Reach::Configured), "{address}");
        }
    }

    #[test]
    fn the_neighbours_of_special_addresses_are_within_reach() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "2001:200::1",
            "2606:4700::1111",
            "2003::1",
            "3ffe::1",
        ] {
            assert!(allowed(address, Reach::Public), "{address}");
        }
    }

    #[test]
    fn development_reaches_this_machine_and_no_other_special_one() {
        assert!(allowed("127.0.0.1", Reach::Development));
        assert!(allowed("::1", Reach::Development));
        assert!(!allowed("169.254.169.254", Reach::Development));
        assert!(!allowed("10.0.0.1", Reach::Development));
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in ["localhost.example", "127.0.0.1.example", "example", "[::2]"] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }
}

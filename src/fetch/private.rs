//! Which addresses a feed may not lead to: everything inside this machine or its network, unless the reader typed it.
//! The check stands where the connection is made (in the resolver), so that a name cannot answer one thing when checked
//! and another when used (DNS rebinding).

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use url::Host;

/// The name leads into the private network.
#[derive(Debug, thiserror::Error)]
#[error("an address inside the private network")]
pub(super) struct PrivateAddress;

/// Names that are answered from here and not by the system: a hosts table, for tests.
pub(super) type Names = Arc<Vec<(String, IpAddr)>>;

/// The system's resolver, with or without what is private.
pub(super) struct Resolver {
    /// Whether private addresses pass.
    pub(super) private: bool,
    /// Asked first.
    pub(super) names: Names,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let own: Vec<SocketAddr> = self.names.iter().filter(|(n, _)| n == name.as_str()).map(|(_, ip)| SocketAddr::new(*ip, 0)).collect();
        let private = self.private;
        Box::pin(async move {
            let found = if own.is_empty() { tokio::net::lookup_host((name.as_str(), 0)).await?.collect() } else { own };
            let fit: Vec<SocketAddr> = found.iter().copied().filter(|a| private || !is_private(a.ip())).collect();
            if fit.is_empty() && !found.is_empty() {
                return Err(PrivateAddress.into());
            }
            let addrs: Addrs = Box::new(fit.into_iter());
            Ok(addrs)
        })
    }
}

/// Whether a host written as a number is private, or a name that can only be. Numbers never see the resolver.
pub(super) fn host_is_private(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => is_private(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => is_private(IpAddr::V6(*ip)),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

/// Whether a host is this very machine: no manners needed, and never a proxy that the system names.
pub(super) fn host_is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback()),
        Host::Domain(_) => host_is_private(host),
    }
}

/// Everything that is not the public internet (IANA special-purpose registries), cloud metadata services included.
pub(super) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => v4(ip),
        IpAddr::V6(ip) => v6(ip),
    }
}

fn v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, d] = ip.octets();
    matches!(
        (a, b, c, d),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, ..) // carrier-grade NAT, RFC 6598
            | (169, 254, ..)      // link-local, most metadata services
            | (172, 16..=31, ..)
            | (192, 0, 0, _)
            | (192, 0, 2, _)      // documentation
            | (198, 51, 100, _)
            | (203, 0, 113, _)
            | (192, 168, ..)
            | (198, 18..=19, ..)  // benchmarks
            | (168, 63, 129, 16) // one cloud's metadata service, in public space
    )
}

fn v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let inner = |hi: u16, lo: u16| v4(Ipv4Addr::from(u32::from(hi) << 16 | u32::from(lo)));
    match s {
        [0, 0, 0, 0, 0, 0 | 0xffff, hi, lo] => inner(hi, lo), // unspecified, loopback, compatible, mapped
        [0, 0, 0, 0, 0xffff, 0, hi, lo] => inner(hi, lo),     // translated, RFC 2765
        [0x64, 0xff9b, 0, 0, 0, 0, hi, lo] => inner(hi, lo),  // NAT64: as public as what it stands for
        [0x64, 0xff9b, ..] => true,                           // NAT64 inside a network, RFC 8215
        [0x2002, hi, lo, ..] => inner(hi, lo),                // 6to4
        [0x2001, 0, ..] => true,                              // Teredo
        [0x2001, 0xdb8, ..] => true,                          // documentation
        [0x100, 0, 0, 0, ..] => true,                         // discard
        [a, ..] => a & 0xfe00 == 0xfc00 || a & 0xff00 == 0xff00 || a & 0xff80 == 0xfe80, // ULA, multicast, link- and site-local
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ip: &str, want: bool) {
        assert_eq!(is_private(ip.parse().unwrap()), want, "{ip}");
    }

    #[test]
    fn the_private_network_in_all_its_spellings() {
        for ip in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.100.100.200",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.192",
            "198.18.0.1",
            "168.63.129.16",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "::ffff:0:127.0.0.1",
        ] {
            check(ip, true);
        }
    }

    #[test]
    fn the_public_internet() {
        for ip in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "168.63.129.17", "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::"]
        {
            check(ip, false);
        }
    }

    #[test]
    fn odd_spellings_are_numbers_to_the_parser() {
        for raw in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::ffff:7f00:1]/",
            "http://localhost./",
            "http://a.localhost/",
        ] {
            let url = url::Url::parse(raw).unwrap();
            assert!(host_is_private(&url.host().unwrap()), "{raw}");
        }
    }
}

//! Which hosts a file may be fetched from. Links come out of customers' mails, so an address inside our own
//! network is never asked, unless the API itself stands there (a test, a rehearsal).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Whether the URL's host is an address or name of our own network, as far as the URL alone tells.
pub(crate) fn is_inner(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => !is_public(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => !is_public(IpAddr::V6(ip)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost") || !name.contains('.')
        }
        None => true,
    }
}

/// A resolver that forgets every inner address a name resolves to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|a| is_public(a.ip())).collect();
            if public.is_empty() {
                return Err("the name resolves to no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    let carrier = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(a == 0
        || a >= 240
        || carrier
        || benchmark
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    // An IPv4 address in any of its IPv6 clothes is judged as what it is: mapped, and 64:ff9b::/96.
    let translated = first == 0x64 && second == 0xff9b;
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [.., a, b, c, d] = ip.octets();
    if translated {
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Only 2000::/3 is handed out as global unicast.
    first & 0xe000 == 0x2000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_hosts_are_told_from_public_ones() {
        let inner = [
            "http://127.0.0.1/x",
            "http://169.254.169.254/latest",
            "http://10.1.2.3/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[fd00::1]/",
            "http://localhost./",
            "http://metadata/",
            "http://2130706433/",
            "http://100.64.0.1/",
        ];
        for url in inner {
            assert!(is_inner(&url.parse().unwrap()), "{url}");
        }
        for url in ["https://files.example.com/a", "http://93.184.216.34/", "http://[2606:2800::1]/"] {
            assert!(!is_inner(&url.parse().unwrap()), "{url}");
        }
    }
}

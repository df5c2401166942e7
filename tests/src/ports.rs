//! Addresses that a stack can come back to. A port the system picked may be given away again, to any connection that
//! leaves this machine, between a stand-in's stop and its next start; ports below that range are only taken on purpose.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below every system's range of ports for connections that leave.
const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;

/// Numbers handed out in this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A loopback address nobody listens on. Another process may be quicker to take it: then ask again.
pub(crate) fn free() -> SocketAddr {
    loop {
        let number = process::id().wrapping_mul(61).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + number % COUNT).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

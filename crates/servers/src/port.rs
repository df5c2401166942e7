//! Ports a server can come back to after a restart: below every system's range of ports for connections that leave, so
//! that no such connection takes one meanwhile.

use std::{
    net::{Ipv4Addr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

const FIRST: u32 = 10_000;
const COUNT: u32 = 9_000;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A loopback port nobody listens on. Another process may be quicker to take it: then ask again.
pub(crate) fn free() -> u16 {
    loop {
        let number = process::id().wrapping_mul(61).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + number % COUNT).unwrap_or(0);
        if port != 0 && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

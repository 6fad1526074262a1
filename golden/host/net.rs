//! A network of one's own: 254 loopback addresses that nobody else uses, so that ports can be those of the manifests.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// The port whose listener on the last address says that the network is taken.
const LOCK: u16 = 1999;

/// The network `127.x.y.0/24`. Free again when dropped.
pub(crate) struct Net {
    base: Ipv4Addr,
    _lock: TcpListener,
}

impl Net {
    /// Takes one. HAProxy binds with `SO_REUSEPORT`, so two tests on one address would silently share their requests; and an
    /// ephemeral port cannot be in the way, since connections to loopback addresses come from 127.0.0.1.
    pub(crate) fn take() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = std::process::id().wrapping_mul(61) + NEXT.fetch_add(1, Ordering::Relaxed);
            let [.., high, low] = number.to_be_bytes();
            // 127.128.0.0 and up: out of the way of what the golden cases use.
            let base = Ipv4Addr::new(127, 128 + high % 120, low, 0);
            let last = Ipv4Addr::from_bits(base.to_bits() + 254);
            if let Ok(lock) = TcpListener::bind((last, LOCK)) {
                return Self { base, _lock: lock };
            }
        }
    }

    /// The address with this last byte.
    pub(crate) fn ip(&self, last: u8) -> IpAddr {
        assert!((1..254).contains(&last), "kept for ourselves");
        Ipv4Addr::from_bits(self.base.to_bits() + u32::from(last)).into()
    }

    /// An address and a port.
    pub(crate) fn at(&self, last: u8, port: u16) -> SocketAddr {
        SocketAddr::new(self.ip(last), port)
    }

    /// The address with this last byte, and a port that nobody has, not even on all addresses.
    pub(crate) fn free(&self, last: u8) -> SocketAddr {
        let listener = TcpListener::bind(self.at(last, 0)).expect("the address is ours");
        listener.local_addr().expect("it is bound")
    }

    /// `text` with `NET.` in place of the network's first three bytes: `NET.7` becomes `127.130.4.7`.
    pub(crate) fn fill(&self, text: &str) -> String {
        let [a, b, c, _] = self.base.octets();
        text.replace("NET.", &format!("{a}.{b}.{c}."))
    }
}

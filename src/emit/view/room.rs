//! How the connections of the process are shared out where some take two.
//!
//! TLS that is answered here while other TLS is handed through connects twice: to `fe_tls`, and from there to `fe_http`. Were all
//! connections at `fe_tls`, or with TCP services, which keep theirs for days, each handshake would wait for another one. So there are
//! bounds whose sum leaves one connection at `fe_http` for each at `fe_tls`.

use crate::ir::Routing;

/// Not quite half of the connections for which 200,000 file descriptors do: two each, and HAProxy keeps some.
const HANDSHAKES: u32 = 49_000;

/// With TCP services, the bounds of both; twice the second and the first are what 192,000 file descriptors do for. Checks of so many
/// servers, and so many ports, need the others.
const BESIDE_SERVICES: (u32, u32) = (48_000, 24_000);

/// The bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// How many connections there are, where the ConfigMap says so.
    pub(super) all: Option<u32>,
    /// How many of them may be at `fe_tls`; `None` where TLS that is answered here takes no second one.
    pub(super) handshakes: Option<u32>,
    /// How many TCP services may have together; `None` where they keep nobody waiting for a second one.
    pub(super) services: Option<u32>,
}

impl Room {
    /// Shares them out.
    pub(super) fn of(routing: &Routing) -> Self {
        let said = routing.global.process.maxconn.map(|number| number.get());
        let twice = !routing.passthrough.is_empty()
            && !routing.listeners.https.is_empty()
            && routing.certificates.offers_any();
        let exposed = routing.tcp.iter().any(|listener| listener.is_bound());
        Self::shared(said, twice, exposed)
    }

    /// `said`: what the ConfigMap says. As few as do for one connection of each kind are too few.
    fn shared(said: Option<u32>, twice: bool, exposed: bool) -> Self {
        let least = match (twice, exposed) {
            (false, _) => 1,
            (true, false) => 2,
            (true, true) => 3,
        };
        let all = said.map(|number| number.max(least));
        if !twice {
            return Self {
                all,
                handshakes: None,
                services: None,
            };
        }
        let (services, handshakes) = match (all, exposed) {
            (None, false) => (None, HANDSHAKES),
            (None, true) => (Some(BESIDE_SERVICES.0), BESIDE_SERVICES.1),
            (Some(all), false) => (None, all / 2),
            (Some(all), true) => (Some(all / 2), (all - all / 2) / 2),
        };
        Self {
            all,
            handshakes: Some(handshakes),
            services,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_at_fe_tls_has_one_at_fe_http() {
        for said in (1..50).chain([999, 20_000, 10_000_000]) {
            for exposed in [false, true] {
                let room = Room::shared(Some(said), true, exposed);
                let handshakes = room.handshakes.expect("a bound");
                let services = room.services.unwrap_or(0);
                assert_eq!(room.services.is_some(), exposed);
                assert!(
                    handshakes > 0 && (services > 0) == exposed,
                    "{said}: {room:?}"
                );
                let needed = services + 2 * handshakes;
                assert!(Some(needed) <= room.all, "{said}: {room:?}");
            }
        }
    }

    #[test]
    fn without_a_number_the_bounds_follow_from_the_file_descriptors() {
        for exposed in [false, true] {
            let room = Room::shared(None, true, exposed);
            assert_eq!(room.all, None);
            let (handshakes, services) = (room.handshakes.expect("one"), room.services);
            assert_eq!(services.is_some(), exposed);
            assert!(services.unwrap_or(0) + 2 * handshakes < 99_000, "{room:?}");
        }
    }

    #[test]
    fn where_nothing_takes_two_nothing_is_bounded() {
        let room = Room::shared(Some(1), false, true);
        let free = Room {
            all: Some(1),
            handshakes: None,
            services: None,
        };
        assert_eq!(room, free);
    }
}

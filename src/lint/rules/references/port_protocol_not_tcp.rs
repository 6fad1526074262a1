use crate::lint::rule::rule;

rule! {
    /// The Service port that a rule leads to is UDP or SCTP. HTTP needs TCP, so no request can be sent there.
    ///
    /// If a port number stands twice, once for TCP and once for UDP, the TCP one is taken. Add it, or refer to another port.
    PORT_PROTOCOL_NOT_TCP = 214 {
        name: "port-protocol-not-tcp",
        summary: "a UDP or SCTP port as the backend of HTTP routes",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

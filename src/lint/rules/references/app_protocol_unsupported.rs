use crate::lint::rule::rule;

rule! {
    /// The port's `appProtocol` cannot be honoured, or different controllers read it in different ways. The finding tells which reading was
    /// chosen.
    ///
    /// What is understood everywhere: `http` and `kubernetes.io/ws` (HTTP/1.1), `https` and `kubernetes.io/wss` (TLS to the server),
    /// `kubernetes.io/h2c` (HTTP/2 in clear text, which gRPC without TLS needs).
    APP_PROTOCOL_UNSUPPORTED = 215 {
        name: "app-protocol-unsupported",
        summary: "an `appProtocol` that cannot be honoured, or reads two ways",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

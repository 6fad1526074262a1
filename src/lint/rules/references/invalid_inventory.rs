use crate::lint::rule::rule;

rule! {
    /// An entry of the inventory names no server: its address, its port or its weight is none, or a key is not known. The entry is left out,
    /// and the others count. A list of which nothing is left leaves its Service without servers, and its routes answer 503: no other resolver
    /// is asked, because whoever lists a Service here means these servers and no others.
    ///
    /// ```yaml
    /// # bad
    /// shop/web:http:
    ///   - 10.0.0.256:8080                                # no address
    ///   - 10.0.0.1: 8080                                 # a mapping: there is a blank after the colon
    ///   - {address: 10.0.0.2:8080, weight: 300}          # the port has a key of its own; a weight is at most 256
    ///   - [fd00::1]                                      # brackets are a list in YAML
    /// ```
    ///
    /// ```yaml
    /// # good
    /// shop/web:http:                                     # namespace/service:port, the port of the Service by name or number
    ///   - 10.0.0.1:8080                                  # without a port it is the number of the Service port
    ///   - "[fd00::1]:8080"
    ///   - web.example.net:8080                           # resolved while HAProxy runs
    ///   - {address: 10.0.0.2, port: 8080, backup: true, zone: fra1-a}
    /// ```
    ///
    /// - `weight`: 0 to 256, 0 for no requests. Give all servers of a list one, or none (ING231).
    /// - `backup`: `true` for a server that is asked only when the others are down.
    /// - `zone`: compared with `endpoints.zone`; servers of other zones become backups.
    /// - `check`: a path that is asked for with GET, a port, both as `{port: 8081, path: /healthz}`, or `false`. Without it a connection is
    ///   made to the port that takes the requests.
    ///
    /// One port of a Service stands under one key only: by number or by name, not both.
    INVALID_INVENTORY = 221 {
        name: "invalid-inventory",
        summary: "an entry of the inventory that names no server",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

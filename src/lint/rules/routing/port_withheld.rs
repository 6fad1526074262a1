use crate::lint::rule::rule;

rule! {
    /// Some input was not read: a file that is no YAML, holds a merge conflict, or is still encrypted; or a ConfigMap that `tcp.configMap` names is
    /// not there. It may name any port of the hosts, in a
    /// ConfigMap of TCP services or a TCP resource, and clients may be connected to it. A new Service that got this port would get their
    /// connections, and the lock would keep it so. So while input is unread, whatever level its own finding has, exposed Services that the lock does
    /// not know get no port. Those that it knows keep theirs, and a port that a Service names itself is bound.
    ///
    /// ```yaml
    /// # bad: ingressc.yaml, and one file of the folder is a template that nobody renders
    /// inputs: [deploy/]
    /// rules: {ING005: {level: warning}}
    /// ```
    ///
    /// ```yaml
    /// # good
    /// inputs: [deploy/]
    /// exclude: ["deploy/templates/**"]
    /// ```
    ///
    /// A file that cannot be mended is left out with `exclude`, which says that nothing in it is on these hosts.
    PORT_WITHHELD = 342 {
        name: "port-withheld",
        summary: "an exposed Service gets no new port while some input is unread",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

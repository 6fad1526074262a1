use crate::lint::rule::rule;

rule! {
    /// Several clusters stand behind one edge (`clusters:` in `ingressc.yaml`), and more than one of them exposes a Service port of the same namespace,
    /// name and number. It has one port on the host, and connections go to the servers of all these clusters in turns.
    ///
    /// That is what a service is meant for that has no memory, or whose clusters replicate. Two databases that only have the same name are two
    /// primaries: half of the writes go to each, and no client can tell which one it has met.
    ///
    /// ```yaml
    /// # bad, if each of the clusters has a database of its own
    /// clusters:
    ///   ams: {inputs: [ams]}      # Service db/orders, exposed
    ///   fra: {inputs: [fra]}      # Service db/orders, exposed
    /// ```
    ///
    /// ```yaml
    /// # good: fra gets connections while no server of ams is up
    /// clusters:
    ///   ams: {inputs: [ams]}
    ///   fra: {inputs: [fra], backup: true}
    /// ```
    ///
    /// Give the Services different names or namespaces where they are different databases; each then has a port of its own. Expose only one of them, or
    /// make one cluster the backup, where one of them is to be written to. If the connections are meant to be spread, set the rule to `off`.
    ///
    /// Nothing is said where the servers of both clusters are the same machines of an inventory, where a cluster has the weight 0, and where the
    /// servers of one cluster only stand in.
    PORT_SPREAD_OVER_CLUSTERS = 341 {
        name: "port-spread-over-clusters",
        summary: "connections to one port go to servers of several clusters",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

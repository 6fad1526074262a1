use crate::lint::rule::rule;

rule! {
    /// A slice belongs to the Service, but has no port with the name of the Service's port. That name is what ties the two together, so the
    /// addresses cannot be used for it.
    ///
    /// ```yaml
    /// # the Service
    /// ports: [{name: http, port: 80}]
    /// # bad: the slice
    /// ports: [{name: web, port: 8080}]
    /// # good
    /// ports: [{name: http, port: 8080}]
    /// ```
    ///
    /// A Service with a single port without a name wants a slice port without a name.
    ENDPOINTSLICE_PORT_MISMATCH = 205 {
        name: "endpointslice-port-mismatch",
        summary: "no slice has a port of the Service port's name",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

use crate::lint::rule::rule;

rule! {
    /// A rule leads to a Service that is not among the manifests, in the namespace of the Ingress. Requests for it are answered with 503.
    ///
    /// ```yaml
    /// # bad: the Service is called `web`
    /// service: {name: wbe, port: {number: 80}}
    /// ```
    ///
    /// Correct the name, or add the Service's manifest to the inputs. A Service in another namespace cannot be reached from an Ingress; put the
    /// Ingress beside it, or add a Service of type ExternalName.
    ///
    /// The Service that `ingressc/backup` names is looked for in the namespace of the Service that has the key. Where it is missing, the exposed port
    /// works, and nobody stands in.
    SERVICE_NOT_FOUND = 201 {
        name: "service-not-found",
        summary: "a backend's Service is not among the manifests",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0101"],
        check: Check::Stage,
    }
}

use crate::lint::rule::rule;

rule! {
    /// The Service is of type ExternalName and does not declare the port that the Ingress asks for. Kubernetes does not check this, some
    /// controllers take the number as it is, others send nothing. Here it is taken as it is, and spoken to in HTTP/1.1 in clear.
    ///
    /// ```yaml
    /// # bad
    /// spec: {type: ExternalName, externalName: api.example.net}
    /// ```
    ///
    /// ```yaml
    /// # good
    /// spec:
    ///   type: ExternalName
    ///   externalName: api.example.net
    ///   ports: [{name: https, port: 443, appProtocol: https}]
    /// ```
    EXTERNAL_NAME_WITHOUT_PORT = 216 {
        name: "external-name-without-port",
        summary: "an ExternalName Service does not declare the port",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#938"],
        check: Check::Stage,
    }
}

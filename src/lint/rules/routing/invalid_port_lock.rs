use crate::lint::rule::rule;

rule! {
    /// A line of the lock of ports is no entry, or two contradict each other: a Service port has two ports, or one that is released
    /// as well. What was meant is not known, and the port might be given to somebody else. So the file is not written, and nobody
    /// gets a port that the lock does not have, until it is mended.
    ///
    /// An entry is a Service port, a colon and a blank, and the port. `released` stands behind it when the Service is gone, or has
    /// another port; a Service port may have any number of such lines. Comments begin with `#` and have a line of their own.
    ///
    /// ```text bad ports.lock
    /// shop/cart:80: 26000
    /// shop/web:80: "26001"
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/cart:80: 26000
    /// shop/web:80: 26001 released
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// A control character is refused wherever it stands, also in a comment: a lone carriage return ends a line for many editors, and
    /// what they show as an entry would be none. In the place of the lock there may be a link to a file, which stays one; a link that
    /// leads nowhere, a pipe or a folder is refused, and not taken for a lock that is not there yet.
    ///
    /// Where git has left `<<<<<<<` and `>>>>>>>`, `ingressc ports repair` takes the entries of both sides; it mends contradictions
    /// as well. Other lines are best restored from the repository (`git log -p ports.lock`).
    INVALID_PORT_LOCK = 334 {
        name: "invalid-port-lock",
        summary: "a line of the lock of ports that is no entry",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

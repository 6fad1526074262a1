use crate::lint::rule::rule;

rule! {
    /// TLS is handed through to the servers, so nobody here reads requests, and a setting that is about requests does nothing: headers,
    /// paths, passwords, cookies, rate limits, conditions. What holds for connections works: address lists, limits and checks of servers.
    ///
    /// ```yaml
    /// # bad: HAProxy sees no password
    /// metadata:
    ///   annotations:
    ///     haproxy.org/ssl-passthrough: "true"
    ///     haproxy.org/auth-type: basic-auth
    ///     haproxy.org/auth-secret: users
    /// ```
    ///
    /// ```yaml
    /// # good: TLS is answered here, and encrypted again on the way to the servers
    /// metadata:
    ///   annotations:
    ///     haproxy.org/auth-type: basic-auth
    ///     haproxy.org/auth-secret: users
    ///     haproxy.org/server-ssl: "true"
    /// ```
    ///
    /// A setting that keeps somebody out is an error, and its routes are closed: without it, everybody would come in. That holds for the
    /// ConfigMap's, too, and for `client-ca`, which asks every client for a certificate; an empty value on the Ingress hides what the ConfigMap
    /// says. Raw lines that deny, reject or answer close them as well, at whichever place they stand: places of raw lines add up, and none of
    /// them is used for TLS that nobody reads. Other settings are left out with a warning, and those of the ConfigMap, which are there for
    /// all routes, in silence; only of what it wants to have logged there is a note.
    PASSTHROUGH_WITH_L7_ANNOTATION = 412 {
        name: "passthrough-with-l7-annotation",
        summary: "TLS is passed through, so an annotation about requests does nothing",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

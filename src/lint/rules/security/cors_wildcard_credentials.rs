use crate::lint::rule::rule;

rule! {
    /// Pages of every site may ask, and the user's cookies are to go along. Browsers refuse this combination. A proxy that works around it by
    /// echoing the origin lets every site act as the user who is logged in here.
    ///
    /// ```yaml
    /// # bad
    /// haproxy.org/cors-enable: "true"
    /// haproxy.org/cors-allow-origin: "*"
    /// haproxy.org/cors-allow-credentials: "true"
    /// # good
    /// haproxy.org/cors-allow-origin: https://shop.example.com
    /// ```
    ///
    /// The header `Access-Control-Allow-Credentials` is left out, so pages of other sites may ask without cookies. Name the sites that may ask
    /// with them.
    CORS_WILDCARD_CREDENTIALS = 511 {
        name: "cors-wildcard-credentials",
        summary: "every origin may ask with the user's cookies",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

use crate::lint::rule::rule;

rule! {
    /// The items of a list are separated by semicolons or blanks, where the key wants commas; or by commas, where it wants something else. The whole
    /// text would be one item, which nothing ever matches.
    ///
    /// ```yaml
    /// # bad
    /// haproxy.org/cors-allow-headers: X-Tenant; X-Trace
    /// # good
    /// haproxy.org/cors-allow-headers: X-Tenant, X-Trace
    /// ```
    ///
    /// The value is left out. In a list of addresses a wrong separator is ING508, as any other item that is no address.
    WHITESPACE_LIST = 611 {
        name: "whitespace-list",
        summary: "a list with the wrong separator",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#86"],
        check: Check::Stage,
    }
}

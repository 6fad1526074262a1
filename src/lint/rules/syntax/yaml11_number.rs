use crate::lint::rule::rule;

rule! {
    /// A number is written in a way that kubectl reads differently from how people do: a leading zero makes `0120` octal, that
    /// is 80, and `1_000` is 1000.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 0120, targetPort: 8080}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ```
    ///
    /// Write the number that is meant in plain digits.
    YAML11_NUMBER = 15 {
        name: "yaml11-number",
        summary: "a number that kubectl reads differently from how it is written",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

use crate::lint::rule::rule;

rule! {
    /// One object has keys of two controllers for the same setting, and they say different things. Who reads both cannot obey both, and each
    /// controller obeys its own.
    ///
    /// ```yaml
    /// # bad
    /// haproxy.org/ssl-redirect: "true"
    /// haproxy-ingress.github.io/ssl-redirect: "false"
    /// # good
    /// haproxy.org/ssl-redirect: "true"
    /// ```
    ///
    /// `dialects` in ingressc.yaml says whose keys count, and in which order. So far one dialect is compiled, `haproxytech`, so nothing can disagree with
    /// it; keys of the others are ING702.
    DIALECTS_DISAGREE = 613 {
        name: "dialects-disagree",
        summary: "two dialects say different things about one setting",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

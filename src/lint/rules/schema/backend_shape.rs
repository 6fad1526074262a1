use crate::lint::rule::rule;

rule! {
    /// A backend names exactly one of `service` and `resource`, and a Service port exactly one of `name` and `number`. The API server
    /// refuses anything else.
    ///
    /// ```yaml
    /// # bad
    /// port: {name: http, number: 80}
    /// # good
    /// port: {name: http}
    /// ```
    BACKEND_SHAPE = 107 {
        name: "backend-shape",
        summary: "a backend with both or neither of two alternatives",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

use crate::lint::rule::rule;

rule! {
    /// A bool is spelt in a way that controllers read differently: `True`, `1`, `on`, `enabled`. Some keys are compared with the word `true` itself, and
    /// then every other spelling means `false`, whatever it says.
    ///
    /// ```yaml
    /// # bad
    /// haproxy.org/check: enabled
    /// # good
    /// haproxy.org/check: "true"
    /// ```
    ///
    /// Where the meaning is clear the value counts, and this is a warning. Where the controller would take a "yes" for a "no", the value is left
    /// out, and it is an error. Write `"true"` or `"false"`, in quotes.
    BOOLEAN_SPELLING = 614 {
        name: "boolean-spelling",
        summary: "a bool in an unusual spelling",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#373"],
        check: Check::Stage,
    }
}

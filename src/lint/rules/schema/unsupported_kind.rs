use crate::lint::rule::rule;

rule! {
    /// This kind of object takes part in routing (Gateway API, a controller's own resources), but ingressc does not compile it. What it asks
    /// for will be missing from the output.
    ///
    /// If they are served by something else, all is well; leave the files out with `--exclude` to say so.
    UNSUPPORTED_KIND = 113 {
        name: "unsupported-kind",
        summary: "an object that takes part in routing but is not compiled",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

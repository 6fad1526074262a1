use crate::lint::rule::rule;

rule! {
    /// There are Ingresses, but not one is of a class that is to be compiled. Without any, there is nothing to write, and the run ends with exit code 3.
    ///
    /// Name the classes, on the command line (`--class haproxy`) or in ingressc.yaml (`classes: [haproxy]`); an empty name takes
    /// Ingresses without a class. Without either, every class of a known controller is taken.
    NOTHING_SELECTED = 326 {
        name: "nothing-selected",
        summary: "there are Ingresses, but none is of a selected class",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

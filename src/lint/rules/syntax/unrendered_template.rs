use crate::lint::rule::rule;

rule! {
    /// A template marker (`{{ … }}`, `{% … %}`, `${NAME}`) is still in the manifest: the file was read before Helm, envsubst or another
    /// tool filled it in.
    ///
    /// Compile what the tool produces, not its input:
    ///
    /// ```console
    /// helm template shop charts/shop | ingressc check - --stdin-filename shop.yaml
    /// envsubst < ingress.yaml | ingressc check -
    /// ```
    ///
    /// To leave the templates out of a walk, use `--exclude '**/templates/**'`.
    UNRENDERED_TEMPLATE = 005 {
        name: "unrendered-template",
        summary: "a template marker that nobody has rendered",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

use crate::lint::rule::rule;

rule! {
    /// A folder below the one that you named holds a Helm chart or a kustomization. Its files are templates and patches rather
    /// than manifests, so it was not entered, and the routes in it are missing.
    ///
    /// ```yaml bad charts/shop/Chart.yaml
    /// apiVersion: v2
    /// name: shop
    /// version: 1.0.0
    /// ```
    ///
    /// ```yaml good shop/notes.yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// ```
    ///
    /// Compile what it renders to:
    ///
    /// ```console
    /// helm template shop charts/shop | ingressc check deploy/ -
    /// kustomize build overlays/prod | ingressc check deploy/ -
    /// ```
    ///
    /// Name the folder on the command line to read it as it is, or leave it out with `--exclude` to say that this is meant.
    SKIPPED_DIRECTORY = 127 {
        name: "skipped-directory",
        summary: "a folder of templates or patches that is not manifests",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

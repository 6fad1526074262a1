use crate::lint::rule::rule;

rule! {
    /// `ImplementationSpecific` means that the controller decides how the path is compared: as a prefix by element, as a prefix of the text, as
    /// a regular expression. Here it is read like `Prefix`; under `profile: haproxytech` as a prefix of the text, so that `/a` also means `/ab`.
    ///
    /// ```yaml
    /// # good: means the same everywhere
    /// pathType: Prefix
    /// ```
    IMPLEMENTATION_SPECIFIC_PATH = 701 {
        name: "implementation-specific-path",
        summary: "a path whose meaning is the controller's choice",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

use crate::lint::rule::rule;

rule! {
    /// The value has another type than the field: a string where a number belongs, a list where a mapping belongs. The API server refuses
    /// the object.
    ///
    /// ```yaml
    /// # bad: a string
    /// port:
    ///   number: "80"
    /// # good
    /// port:
    ///   number: 80
    /// ```
    WRONG_TYPE = 102 {
        name: "wrong-type",
        summary: "a value of another type than the field's",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

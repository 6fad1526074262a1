use crate::lint::rule::rule;

rule! {
    /// A number is written in a way that kubectl reads differently from how people do: `0120` is octal, that is 80; `1_000` is 1000; in
    /// `010` the zero is not decoration.
    ///
    /// ```yaml
    /// # bad: port 80
    /// port: 0120
    /// # good
    /// port: 80
    /// ```
    YAML11_NUMBER = 015 {
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

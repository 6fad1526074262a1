use crate::lint::rule::rule;

rule! {
    /// A file, a document, its nesting or the expansion of its aliases is beyond any real manifest. The limits keep a hostile file from
    /// taking all memory: a few lines of aliases can expand to gigabytes.
    ///
    /// Nothing in it was checked. Split the file, write aliases out, or leave the file out with `--exclude` if it is not a manifest.
    INPUT_TOO_LARGE = 009 {
        name: "input-too-large",
        summary: "a file or document beyond the limits of size, depth or alias expansion",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

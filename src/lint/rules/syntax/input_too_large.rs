use crate::lint::rule::rule;

rule! {
    /// A file, a document, its nesting or the expansion of its aliases is beyond any real manifest. The limits keep a hostile
    /// file from taking all memory: these few lines of aliases stand for ten million values.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data:
    ///   a: &a [x, x, x, x, x, x, x, x, x, x]
    ///   b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
    ///   c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
    ///   d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
    ///   e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
    ///   f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
    ///   g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
    ///   h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {a: x}
    /// ```
    ///
    /// Nothing in it was checked. Split the file, write aliases out, or leave the file out with `--exclude` if it is not a
    /// manifest.
    INPUT_TOO_LARGE = 9 {
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

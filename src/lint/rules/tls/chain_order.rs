use crate::lint::rule::rule;

rule! {
    /// The certificates in `tls.crt` are out of order, or an intermediate one is missing. The host's own comes first, then the one that signed
    /// it, and so on; the root is left out. ingressc puts them in order, but other software may not.
    ///
    /// A missing intermediate cannot be mended here: browsers may know it, other clients do not, and fail.
    CHAIN_ORDER = 407 {
        name: "chain-order",
        summary: "the certificate chain is out of order or incomplete",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

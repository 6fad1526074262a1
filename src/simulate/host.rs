//! The host of a request, as it is looked up, and the entry that decides for it.

use crate::ir::Host;

/// The entry that decides.
#[derive(Debug, Clone, Copy)]
pub enum HostMatch<'r> {
    /// The host itself.
    Exact(&'r Host),
    /// `*.` and the host without its first label.
    Wildcard(&'r Host),
    /// No entry: the rules without a host.
    Any,
}

/// Reads a `Host` header as the emitted rule does, `req.fhdr(host),field(1,:),lower,rtrim(.)`: up to the first colon, in lower
/// case, without trailing dots. An IPv6 literal becomes `[`, which is no name: rule hosts cannot be addresses.
pub fn normalise(header: &str) -> String {
    let value = header.trim_matches([' ', '\t']);
    let name = value.split(':').next().unwrap_or_default();
    name.to_ascii_lowercase().trim_end_matches('.').to_owned()
}

/// The entry that decides about requests with this `Host` header. `hosts` is sorted by pattern.
pub fn matching<'r>(hosts: &'r [Host], header: &str) -> HostMatch<'r> {
    find(hosts, &normalise(header)).0
}

/// The entry for a normalised host, and the wildcard that an exact entry beats. `hosts` is sorted by pattern.
pub(super) fn find<'r>(hosts: &'r [Host], host: &str) -> (HostMatch<'r>, Option<&'r Host>) {
    let entry = |name: &str, wildcard: bool| {
        hosts
            .binary_search_by(|host| {
                let pattern = &host.pattern;
                (pattern.name(), pattern.is_wildcard()).cmp(&(name, wildcard))
            })
            .ok()
            .map(|at| &hosts[at])
    };
    // A host that starts with a dot has no first label for the star to stand for.
    let wildcard = host
        .split_once('.')
        .filter(|(label, _)| !label.is_empty())
        .and_then(|(_, rest)| entry(rest, true));
    match (entry(host, false), wildcard) {
        (Some(exact), beaten) => (HostMatch::Exact(exact), beaten),
        (None, Some(wildcard)) => (HostMatch::Wildcard(wildcard), None),
        (None, None) => (HostMatch::Any, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_as_the_emitted_rule_reads_it() {
        for (header, expected) in [
            ("foo.com", "foo.com"),
            ("FOO.Com:8080", "foo.com"),
            ("foo.com.", "foo.com"),
            ("foo.com...:80", "foo.com"),
            ("foo.com:", "foo.com"),
            ("foo.com:abc", "foo.com"),
            (" foo.com\t", "foo.com"),
            ("foo .com", "foo .com"),
            ("[::1]:80", "["),
            ("10.0.0.1:80", "10.0.0.1"),
            (".foo.com", ".foo.com"),
            ("*.foo.com", "*.foo.com"),
            ("a.com, b.com", "a.com, b.com"),
            ("...", ""),
            (":80", ""),
            ("", ""),
        ] {
            assert_eq!(normalise(header), expected, "{header:?}");
        }
    }
}

//! Annotations that are for ingressc itself, and decide nothing about traffic by their value: the registry of keys knows none of them.

/// A key and its page, in Markdown.
type Page = (&'static str, &'static str);

const PAGES: [Page; 3] = [
    ("ingressc/endpoints", ENDPOINTS),
    ("ingressc/ignore", IGNORE),
    ("ingressc/redacted", REDACTED),
];

/// The page of a key, with or without its prefix.
pub(super) fn page(key: &str) -> Option<&'static str> {
    let is_it = |own: &str| own == key || own.strip_prefix("ingressc/") == Some(key);
    let page = PAGES.iter().find(|(own, _)| is_it(own));
    page.map(|(_, page)| *page)
}

/// All such keys.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(key, _)| *key)
}

const ENDPOINTS: &str = "\
# ingressc/endpoints

Which resolvers are asked where the servers of this Service are, and in which order. The first that answers wins.

- Value: names of resolvers, commas between them: `inventory`, `slices`, `nodePort`, `loadBalancer`, `externalName`, `dns`,
  `hostPort`, `externalIPs`, `clusterIP`
- Stands on: Service
- Counts after: `endpoints.services` in ingressc.yaml, and before `endpoints.order`

```yaml
metadata:
  annotations:
    ingressc/endpoints: \"inventory, nodePort\"
```

docs/endpoints.md tells what each resolver needs.
";

const IGNORE: &str = "\
# ingressc/ignore

Mutes findings in this object, and findings about it that stand elsewhere. Comments (`# ingressc: ignore[ING402] reason`) do the same
for a line, but do not survive Helm, kustomize or a cluster.

- Value: entries such as `ING402: reason`, with line breaks or `;` between them; several rules of one entry have commas between them
- Stands on: any object

```yaml
metadata:
  annotations:
    ingressc/ignore: |
      ING402: www is served by the old proxy until it moves
      ING305, ING303: partners call both spellings
```

An entry that mutes nothing is told (ING905), and so is one without a reason (ING906). Rules that protect are muted by the
configuration only (ING907). docs/suppressions.md tells the rest.
";

const REDACTED: &str = "\
# ingressc/redacted

Names what `ingressc redact` took out of a Secret, so that what is missing in the export is not told as missing in the cluster. Nobody
has to write it.

- Value: keys of the Secret's data, commas between them
- Stands on: Secret

```yaml
metadata:
  annotations:
    ingressc/redacted: tls.key
```
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_key() {
        for (key, text) in PAGES {
            let short = key.strip_prefix("ingressc/").expect("a prefix");
            assert_eq!(page(key), Some(text));
            assert_eq!(page(short), Some(text));
            assert!(text.starts_with(&format!("# {key}\n")), "{text}");
        }
        assert_eq!(page("haproxy.org/ignore"), None);
    }
}

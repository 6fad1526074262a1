//! Findings into text: for people, for editors, for programs.
//!
//! In: findings as the sink sorted them, and the files that they point into. Out: strings. Those for people may hold colour
//! codes of ours and nothing else that a terminal obeys: what manifests say is made visible first.

mod concise;
mod excerpt;
mod human;
mod json;
mod style;
mod summary;
mod text;

pub use concise::concise;
pub use human::{human, mistake};
pub use json::json;
pub use summary::{Hidden, Summary, statistics};
pub use text::visible;
pub(crate) use text::{wrap, wrap_hanging};

#[cfg(test)]
mod tests {
    use crate::finding::{Code, Finding};
    use crate::source::{File, Origin, Sources};

    const CART: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
spec:
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /cart
        pathType: Prefix
        pathType: Exact
";
    const SHOP: &str =
        "spec:\n  rules:\n  - http:\n      paths:\n      - {path: /cart, pathType: Prefix}\n";

    /// Three findings that every format is tested on: places in two files, two places in one, no place.
    pub(super) fn sample() -> (Sources, Vec<Finding>) {
        let mut sources = Sources::default();
        let cart = sources.add(File::new("deploy/cart.yaml", CART));
        let shop = sources.add(File::new("deploy/shop.yaml", SHOP));
        let find = |file, text: &str, needle: &str| {
            let start = text.find(needle).expect("is there");
            let at = |at| u32::try_from(at).expect("short");
            Origin {
                file,
                start: at(start),
                end: at(start + needle.len()),
            }
        };
        let findings = vec![
            Finding::new(Code::DUPLICATE_ROUTE, "two Ingresses claim Prefix `/cart` of shop.example.com")
                .object("Ingress cart/cart")
                .field("spec.rules[0].http.paths[0].path")
                .label(find(cart, CART, "/cart"), "this one, in cart/cart")
                .label(find(shop, SHOP, "/cart"), "and this one, in shop/shop")
                .help("let one Ingress own the path, or make the paths differ")
                .note("haproxytech would serve cart/cart, ingress-nginx and haproxy-ingress the older object, whose age is not known here"),
            Finding::new(Code::DUPLICATE_KEY, "`pathType` stands twice in one mapping")
                .label(find(cart, CART, "pathType: Exact"), "this one counts")
                .label(find(cart, CART, "pathType: Prefix"), "this one is lost"),
            Finding::new(Code::EXPORTED_NOISE, "Ingress cart/cart holds what only a cluster writes")
                .object("Ingress cart/cart")
                .field("metadata.managedFields"),
        ];
        (sources, findings)
    }
}

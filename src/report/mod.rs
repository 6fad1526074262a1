//! Findings into text: for people, for editors, for programs.
//!
//! In: findings as the sink sorted them, and the files that they point into. Out: strings. Those for people may hold colour
//! codes of ours and nothing else that a terminal obeys: what manifests say is made visible first.

mod concise;
mod excerpt;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
#[cfg(test)]
mod page;
mod place;
mod sarif;
mod schema;
mod summary;

pub use crate::text::visible;
pub(crate) use crate::text::{without_commands, wrap, wrap_hanging};
pub use concise::concise;
pub use github::github;
pub use gitlab::gitlab;
pub(crate) use human::failure;
pub use human::{human, mistake};
pub use json::json;
pub(crate) use junit::escape as xml;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use schema::schema;
pub use summary::{Hidden, Summary, statistics};

use crate::finding::{Finding, Severity};
use crate::source::{Origin, Sources};

/// What the formats for other programs are made of.
#[derive(Debug, Clone, Copy)]
pub struct Report<'r> {
    /// To be shown, in order.
    pub findings: &'r [Finding],
    /// The files that they point into.
    pub sources: &'r Sources,
    /// The numbers of the run.
    pub summary: &'r Summary,
    /// From here on a finding makes the run fail.
    pub fail_on: Severity,
    /// The repository, or another folder from which names are to be seen: its absolute path. Empty when it is not known.
    pub root: &'r str,
    /// The folder in `root` from which names are seen now; empty when it is `root`.
    pub below: &'r str,
    /// Where people look at files of the repository, without a slash at the end, as in `https://git.example/shop/blob/1a2b3c`. Empty
    /// when it is not known: then nothing is linked.
    pub link_base: &'r str,
}

impl Report<'_> {
    /// `file:line:column` of where `origin` starts.
    fn show(&self, origin: Origin) -> String {
        let region = self.region(origin);
        format!(
            "{}:{}:{}",
            self.name(origin.file),
            region.line,
            region.column
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Fix};
    use crate::source::{File, FileId};

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

    const HOSTILE: &str = "\
metadata:
  annotations: {haproxy.org/ssl-redirect: true}
  # 😀 ]]> <b> & ::error::x
";

    /// A finding with a fix, and two that quote, in a file that is called, what somebody would write who wants to be read as
    /// something else than text.
    pub(super) fn hostile() -> (Sources, Vec<Finding>) {
        let mut sources = Sources::default();
        let name = "de ploy/::error file=a,line=1::%0Aé](http://e.example)@all.yaml";
        let file = sources.add(File::new(name, HOSTILE));
        let value = find(file, HOSTILE, "true");
        let quoted = "a\n::error::b\r ]]> <img src=x> & \"'` | @all [x](http://e.example) %0A \0\u{1b}[31m \u{202e}x ##[error]y";
        let findings = vec![
            Finding::new(
                Code::UNQUOTED_ANNOTATION_VALUE,
                format!("the value `{quoted}` is no string"),
            )
            .object("Ingress shop/web")
            .field("metadata.annotations[haproxy.org/ssl-redirect]")
            .label(value, format!("this one, {quoted}"))
            .help("put it in quotes")
            .fix(Fix::safe("quote the value").replace(value, "\"true\"")),
            Finding::new(Code::INVALID_HOST, quoted)
                .label(find(file, HOSTILE, "😀"), "")
                .label(find(file, HOSTILE, "::error::x"), quoted)
                .help(quoted)
                .note(quoted),
        ];
        // The constructors escape control characters. Formats must not rely on that.
        let raw = Finding {
            message: quoted.to_owned(),
            help: Some(quoted.to_owned()),
            ..findings[1].clone()
        };
        (sources, [findings, vec![raw]].concat())
    }

    pub(super) fn report<'r>(
        findings: &'r [Finding],
        sources: &'r Sources,
        summary: &'r Summary,
    ) -> Report<'r> {
        Report {
            findings,
            sources,
            summary,
            fail_on: Severity::Error,
            root: "",
            below: "",
            link_base: "https://git.example/o/r/blob/1a2b",
        }
    }

    fn find(file: FileId, text: &str, needle: &str) -> Origin {
        let start = text.find(needle).expect("is there");
        Origin::new(file, start..start + needle.len())
    }
}

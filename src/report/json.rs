//! `json-v1`: the findings for programs. A field may be added; none is removed or renamed before `json-v2`.
//!
//! `docs/json-v1.md` describes it for readers; the types here are that description for the compiler.

use serde::Serialize;

use super::summary::Summary;
use crate::finding::{Edit, Finding, Fingerprint, Fix, Label, fingerprints};
use crate::source::{FileId, Sources};
use crate::text;

/// The document, on several lines, ending in a line feed.
pub fn json(findings: &[Finding], sources: &Sources, summary: &Summary) -> String {
    let fingerprints = fingerprints(findings, sources);
    let document = Document {
        version: 1,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        findings: findings
            .iter()
            .zip(&fingerprints)
            .map(|(finding, fingerprint)| Entry::new(finding, fingerprint, sources))
            .collect(),
        summary,
    };
    text::json(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    findings: Vec<Entry<'a>>,
    summary: &'a Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: String,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    object: Option<&'a str>,
    field: Option<&'a str>,
    help: Option<&'a str>,
    notes: &'a [String],
    /// The primary one first.
    places: Vec<Place<'a>>,
    fingerprint: &'a str,
    fix: Option<Mending<'a>>,
}

impl<'a> Entry<'a> {
    fn new(finding: &'a Finding, fingerprint: &'a Fingerprint, sources: &'a Sources) -> Self {
        Self {
            code: finding.code.to_string(),
            name: finding.code.name(),
            severity: finding.severity.name(),
            message: &finding.message,
            object: finding.object.as_deref(),
            field: finding.field.as_deref(),
            help: finding.help.as_deref(),
            notes: &finding.notes,
            places: finding
                .labels
                .iter()
                .map(|label| Place::new(label, sources))
                .collect(),
            fingerprint: fingerprint.as_str(),
            fix: finding.fix.as_ref().map(|fix| Mending::new(fix, sources)),
        }
    }
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Point,
    end: Point,
    message: &'a str,
}

impl<'a> Place<'a> {
    fn new(label: &'a Label, sources: &'a Sources) -> Self {
        let origin = label.origin;
        Self {
            file: &sources.file(origin.file).name,
            start: Point::new(origin.file, origin.start, sources),
            end: Point::new(origin.file, origin.end, sources),
            message: &label.message,
        }
    }
}

#[derive(Serialize)]
struct Mending<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<Change<'a>>,
}

impl<'a> Mending<'a> {
    fn new(fix: &'a Fix, sources: &'a Sources) -> Self {
        let edits = fix.edits.iter();
        Self {
            title: &fix.title,
            safety: fix.safety.name(),
            edits: edits.map(|edit| Change::new(edit, sources)).collect(),
        }
    }
}

#[derive(Serialize)]
struct Change<'a> {
    file: &'a str,
    start: Point,
    end: Point,
    replacement: &'a str,
}

impl<'a> Change<'a> {
    fn new(edit: &'a Edit, sources: &'a Sources) -> Self {
        let origin = edit.origin;
        Self {
            file: &sources.file(origin.file).name,
            start: Point::new(origin.file, origin.start, sources),
            end: Point::new(origin.file, origin.end, sources),
            replacement: &edit.replacement,
        }
    }
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    byte: u32,
}

impl Point {
    fn new(file: FileId, byte: u32, sources: &Sources) -> Self {
        let position = sources.file(file).position(byte);
        Self {
            line: position.line,
            column: position.column,
            byte,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{hostile, sample};

    #[test]
    #[expect(clippy::too_many_lines, reason = "the snapshot is the contract")]
    fn json_v1_is_a_contract() {
        let (sources, findings) = sample();
        let summary = Summary::of(&findings, &sources, 2);
        let text =
            json(&findings, &sources, &summary).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(text, @r#"
        {
          "version": 1,
          "tool": {
            "name": "ingressc",
            "version": "VERSION"
          },
          "findings": [
            {
              "code": "ING301",
              "name": "duplicate-route",
              "severity": "error",
              "message": "two Ingresses claim Prefix `/cart` of shop.example.com",
              "object": "Ingress cart/cart",
              "field": "spec.rules[0].http.paths[0].path",
              "help": "let one Ingress own the path, or make the paths differ",
              "notes": [
                "haproxytech would serve cart/cart, ingress-nginx and haproxy-ingress the older object, whose age is not known here"
              ],
              "places": [
                {
                  "file": "deploy/cart.yaml",
                  "start": {
                    "line": 8,
                    "column": 15,
                    "byte": 126
                  },
                  "end": {
                    "line": 8,
                    "column": 20,
                    "byte": 131
                  },
                  "message": "this one, in cart/cart"
                },
                {
                  "file": "deploy/shop.yaml",
                  "start": {
                    "line": 5,
                    "column": 16,
                    "byte": 53
                  },
                  "end": {
                    "line": 5,
                    "column": 21,
                    "byte": 58
                  },
                  "message": "and this one, in shop/shop"
                }
              ],
              "fingerprint": "7d24029f13e54e5ab1db0b27e4926d6f",
              "fix": null
            },
            {
              "code": "ING002",
              "name": "duplicate-key",
              "severity": "error",
              "message": "`pathType` stands twice in one mapping",
              "object": null,
              "field": null,
              "help": null,
              "notes": [],
              "places": [
                {
                  "file": "deploy/cart.yaml",
                  "start": {
                    "line": 10,
                    "column": 9,
                    "byte": 165
                  },
                  "end": {
                    "line": 10,
                    "column": 24,
                    "byte": 180
                  },
                  "message": "this one counts"
                },
                {
                  "file": "deploy/cart.yaml",
                  "start": {
                    "line": 9,
                    "column": 9,
                    "byte": 140
                  },
                  "end": {
                    "line": 9,
                    "column": 25,
                    "byte": 156
                  },
                  "message": "this one is lost"
                }
              ],
              "fingerprint": "ea418ec6b25c32f0e9a931f97fd9e0ed",
              "fix": null
            },
            {
              "code": "ING709",
              "name": "exported-noise",
              "severity": "info",
              "message": "Ingress cart/cart holds what only a cluster writes",
              "object": "Ingress cart/cart",
              "field": "metadata.managedFields",
              "help": null,
              "notes": [],
              "places": [],
              "fingerprint": "d02c275b7b76c7293b70d3b78014dd65",
              "fix": null
            }
          ],
          "summary": {
            "files": 2,
            "objects": 2,
            "files_with_findings": 1,
            "errors": 2,
            "warnings": 0,
            "infos": 1,
            "pedantic": 0,
            "hidden": {
              "deselected": 0,
              "off": 0,
              "ignored": 0,
              "baseline": 0,
              "pedantic": 0,
              "below": 0
            },
            "baseline_fixed": 0
          }
        }
        "#);
    }

    #[test]
    fn the_described_fields_are_the_fields() {
        let page = include_str!("../../docs/json-v1.md");
        let (sources, findings) = hostile();
        let text = json(&findings, &sources, &Summary::default());
        let mut keys: Vec<&str> = text
            .lines()
            .filter_map(|line| Some(line.trim_start().strip_prefix('"')?.split_once("\":")?.0))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert!(keys.len() > 20, "{keys:?}");
        for key in keys {
            assert!(
                page.contains(&format!("`{key}`")),
                "docs/json-v1.md does not mention `{key}`"
            );
        }
    }
}

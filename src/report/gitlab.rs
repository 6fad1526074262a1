//! GitLab's code quality report: the part of Code Climate's format that GitLab reads.

use serde::Serialize;

use super::Report;
use crate::finding::{Finding, Fingerprint, Severity, fingerprints};
use crate::text::{json, visible};

/// A JSON array, ending in a line feed.
pub fn gitlab(report: &Report<'_>) -> String {
    let fingerprints = fingerprints(report.findings, report.sources);
    let issues: Vec<Issue<'_>> = report
        .findings
        .iter()
        .zip(&fingerprints)
        .map(|(finding, fingerprint)| Issue::new(finding, fingerprint, report))
        .collect();
    json(&issues)
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: String,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'a> Issue<'a> {
    fn new(finding: &Finding, fingerprint: &'a Fingerprint, report: &Report<'_>) -> Self {
        let lines = match finding.origin() {
            Some(origin) => {
                let region = report.region(origin);
                (region.line, region.last_line())
            }
            None => (1, 1),
        };
        let file = report.file_of(finding);
        Self {
            // All that a merge request shows, so it names the rule, too.
            description: visible(&format!(
                "{} {}: {}",
                finding.code,
                finding.code.name(),
                finding.message
            ))
            .into_owned(),
            check_name: finding.code.to_string(),
            fingerprint: fingerprint.as_str(),
            severity: severity(finding),
            location: Location {
                path: file.map_or_else(|| ".".to_owned(), |file| report.name(file)),
                lines: Lines {
                    begin: lines.0,
                    end: lines.1,
                },
            },
        }
    }
}

/// What was not read blocks everything, because nothing is known about it.
fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Error if finding.code.is_unread() => "blocker",
        Severity::Error if finding.code.rule().group() == "security" => "critical",
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info | Severity::Pedantic => "info",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::finding::Code;
    use crate::report::Summary;
    use crate::report::tests::{hostile, report, sample};
    use crate::source::Sources;

    #[test]
    fn findings_are_issues() {
        let (sources, findings) = sample();
        let summary = Summary::default();
        insta::assert_snapshot!(gitlab(&report(&findings, &sources, &summary)), @r#"
        [
          {
            "description": "ING301 duplicate-route: two Ingresses claim Prefix `/cart` of shop.example.com",
            "check_name": "ING301",
            "fingerprint": "7d24029f13e54e5ab1db0b27e4926d6f",
            "severity": "major",
            "location": {
              "path": "deploy/cart.yaml",
              "lines": {
                "begin": 8,
                "end": 8
              }
            }
          },
          {
            "description": "ING002 duplicate-key: `pathType` stands twice in one mapping",
            "check_name": "ING002",
            "fingerprint": "ea418ec6b25c32f0e9a931f97fd9e0ed",
            "severity": "major",
            "location": {
              "path": "deploy/cart.yaml",
              "lines": {
                "begin": 10,
                "end": 10
              }
            }
          },
          {
            "description": "ING709 exported-noise: Ingress cart/cart holds what only a cluster writes",
            "check_name": "ING709",
            "fingerprint": "d02c275b7b76c7293b70d3b78014dd65",
            "severity": "info",
            "location": {
              "path": "deploy/cart.yaml",
              "lines": {
                "begin": 1,
                "end": 1
              }
            }
          }
        ]
        "#);
    }

    #[test]
    fn every_issue_has_what_gitlab_asks_for() {
        let (sources, mut findings) = hostile();
        findings.extend(hostile().1);
        findings.push(Finding::new(Code::YAML_PARSE_ERROR, "x"));
        findings.push(Finding::new(Code::INJECTION_CHARACTERS, "x"));
        let summary = Summary::default();
        let text = gitlab(&report(&findings, &sources, &summary));
        let issues: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        let mut fingerprints = BTreeSet::new();
        for issue in &issues {
            for key in ["description", "check_name", "fingerprint", "severity"] {
                assert!(
                    issue[key].as_str().is_some_and(|it| !it.is_empty()),
                    "{issue}"
                );
            }
            assert!(issue["location"]["path"].is_string(), "{issue}");
            assert!(issue["location"]["lines"]["begin"].is_u64(), "{issue}");
            fingerprints.insert(issue["fingerprint"].as_str());
        }
        assert_eq!(fingerprints.len(), findings.len(), "GitLab drops doubles");
        let severities: BTreeSet<_> = issues.iter().map(|it| it["severity"].as_str()).collect();
        assert!(severities.contains(&Some("blocker")), "{severities:?}");
        assert!(severities.contains(&Some("critical")), "{severities:?}");
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        let (sources, summary) = (Sources::default(), Summary::default());
        assert_eq!(gitlab(&report(&[], &sources, &summary)), "[]\n");
    }
}

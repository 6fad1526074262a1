//! The excerpts in `docs/formats.md` are what the formats say, and walks know reports.

use std::fmt::Write as _;

use serde_json::Value;

use super::tests::{report, sample};
use super::*;
use crate::source::is_our_report;

#[test]
fn the_excerpts_are_fresh() {
    crate::fresh::fresh("docs/formats.md", "report::page", |page| {
        let mut parts = page.split("<!-- excerpt: ");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (format, rest) = part.split_once(" -->\n```").expect("a fence");
            let (language, rest) = rest.split_once('\n').expect("a language");
            let end = rest.find("```").expect("the end of the fence");
            let excerpt = excerpt(format);
            let _ = write!(
                out,
                "<!-- excerpt: {format} -->\n```{language}\n{excerpt}{}",
                &rest[end..]
            );
        }
        out
    });
}

#[test]
fn a_walk_knows_reports_for_what_they_are() {
    let (sources, findings) = sample();
    for findings in [&findings[..], &[]] {
        let summary = Summary::default();
        let report = report(findings, &sources, &summary);
        let texts = [
            json(findings, &sources, &summary),
            sarif(&report),
            gitlab(&report),
        ];
        for text in texts {
            assert!(is_our_report(text.as_bytes()), "{text}");
            let manifest = text.replacen("{\n", "{\n  \"kind\": \"Ingress\",\n", 1);
            assert!(manifest == text || !is_our_report(manifest.as_bytes()));
            let end = text.rfind('}').unwrap_or_default();
            let (before, after) = text.split_at(end);
            let manifest = format!("{before}, \"kind\": \"Ingress\"{after}");
            if text.starts_with('{') {
                assert!(!is_our_report(manifest.as_bytes()), "{manifest}");
            }
        }
    }
}

/// The first of the findings that every format is tested on.
fn excerpt(format: &str) -> String {
    let (sources, findings) = sample();
    let findings = &findings[..1];
    let summary = Summary::default();
    let report = report(findings, &sources, &summary);
    match format {
        "human" => {
            let text = human(findings, &sources, 100);
            let text = anstream::adapter::strip_str(&text).to_string();
            format!("{}\n", text.trim_end())
        }
        "concise" => concise(findings, &sources),
        "sarif" => result(&sarif(&report)),
        "github" => github(&report),
        "gitlab" => gitlab(&report),
        "junit" => junit(&report),
        "markdown" => markdown(&report),
        other => panic!("no format {other}"),
    }
}

/// What matters most of a SARIF result.
fn result(log: &str) -> String {
    let mut log: Value = serde_json::from_str(log).expect("JSON");
    let result = log.pointer_mut("/runs/0/results/0").expect("a result");
    let result = result.as_object_mut().expect("an object");
    result.retain(|key, _| key != "relatedLocations" && key != "ruleIndex");
    format!("{:#}\n", Value::Object(result.clone()))
}

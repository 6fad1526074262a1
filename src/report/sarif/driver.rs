//! What a SARIF log says about a rule: enough to read its page where the result is shown.

use serde::Serialize;

use super::{Text, level};
use crate::finding::{Code, Severity};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: String,
    name: &'static str,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: Vec<&'static str>,
    precision: &'static str,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
}

impl Rule {
    pub(super) fn new(code: Code) -> Self {
        let rule = code.rule();
        let page = code.page();
        let group = rule.group();
        Self {
            id: code.to_string(),
            name: rule.name,
            short_description: Text::new(rule.summary),
            full_description: Text::new(opening(&page).unwrap_or_else(|| rule.summary.to_owned())),
            help: Help {
                text: page.clone(),
                markdown: page,
            },
            default_configuration: Configuration {
                level: level(rule.severity),
            },
            properties: Properties {
                tags: vec![group, "kubernetes", "haproxy"],
                precision: "very-high",
                security_severity: (group == "security").then(|| score(rule.severity)),
            },
        }
    }
}

/// The first paragraph of a page below its heading, on one line.
fn opening(page: &str) -> Option<String> {
    let paragraph = page.split("\n\n").nth(1)?;
    let is_prose = !["```", "#", "|", "- "]
        .iter()
        .any(|start| paragraph.starts_with(start));
    is_prose.then(|| paragraph.trim().replace('\n', " "))
}

/// What code scanning sorts by, from 0 to 10 as CVSS counts: high, medium, low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.0",
        Severity::Info | Severity::Pedantic => "2.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_security_has_a_score_and_others_have_none() {
        let json = |code| serde_json::to_value(Rule::new(code)).expect("JSON");
        let injection = json(Code::INJECTION_CHARACTERS);
        assert_eq!(injection["properties"]["security-severity"], "8.0");
        assert_eq!(injection["properties"]["tags"][0], "security");
        let route = json(Code::DUPLICATE_ROUTE);
        assert_eq!(route["properties"]["tags"][0], "routing");
        assert!(route["properties"].get("security-severity").is_none());
        assert_eq!(route["defaultConfiguration"]["level"], "error");
    }

    #[test]
    fn the_full_description_is_the_opening_of_the_page() {
        let page = "# ING301 duplicate-route\n\nTwo claim\none path.\n\nMore.\n";
        assert_eq!(opening(page).as_deref(), Some("Two claim one path."));
        let quoted = opening("# ING402 x\n\n`spec.tls` names\na host.\n");
        assert_eq!(quoted.as_deref(), Some("`spec.tls` names a host."));
        assert_eq!(opening("# ING301 x\n\n```yaml\na: b\n```\n"), None);
        assert_eq!(opening("# ING301 x\n"), None);
    }
}

//! SARIF 2.1.0, an OASIS standard, for code scanning: the types are that part of it which is written here.

mod driver;

use std::collections::BTreeSet;

use serde::Serialize;

use super::Report;
use super::place::{Region, is_absolute, is_unnamed, uri};
use crate::finding::{Code, Edit, Finding, Fingerprint, Fix, Label, Severity, fingerprints};
use crate::source::FileId;
use crate::text::{json, visible};
use driver::Rule;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The repository, or without one the folder in which the program ran.
const ROOT: &str = "%SRCROOT%";

/// One log with one run, ending in a line feed.
pub fn sarif(report: &Report<'_>) -> String {
    let writer = Writer::new(report);
    let fingerprints = fingerprints(report.findings, report.sources);
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: writer.rules.iter().map(|&code| Rule::new(code)).collect(),
                },
            },
            // The findings are complete, whatever they say, unless something could not be read.
            invocations: [Invocation {
                execution_successful: !report.findings.iter().any(|it| it.code.is_unread()),
            }],
            original_uri_base_ids: Bases {
                root: Base {
                    description: Text::new(
                        "the repository, or without one the folder in which ingressc ran",
                    ),
                },
            },
            artifacts: writer.artifacts(),
            results: report
                .findings
                .iter()
                .zip(&fingerprints)
                .map(|(finding, fingerprint)| writer.result(finding, fingerprint))
                .collect(),
            column_kind: "utf16CodeUnits",
        }],
    };
    json(&log)
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    original_uri_base_ids: Bases,
    artifacts: Vec<Artifact>,
    results: Vec<Entry>,
    column_kind: &'static str,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    /// Those that the results point at, by number.
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Serialize)]
struct Bases {
    #[serde(rename = "%SRCROOT%")]
    root: Base,
}

#[derive(Serialize)]
struct Base {
    description: Text,
}

/// A message without markup.
#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Artifact {
    location: ArtifactLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    index: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[SarifFix; 1]>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "ingresscFingerprint/v1")]
    v1: String,
}

#[derive(Serialize)]
struct Location {
    /// Unique among the related ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Vec::is_empty")]
    logical: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: SarifRegion,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRegion {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Text,
    artifact_changes: Vec<ArtifactChange>,
    properties: FixProperties,
}

#[derive(Serialize)]
struct FixProperties {
    safety: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: SarifRegion,
    inserted_content: Text,
}

impl Text {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

impl From<Region> for SarifRegion {
    fn from(region: Region) -> Self {
        Self {
            start_line: region.line,
            start_column: region.utf16_column,
            end_line: region.end_line,
            end_column: region.utf16_end_column,
        }
    }
}

/// Knows the numbers of rules and files.
struct Writer<'r> {
    report: &'r Report<'r>,
    rules: Vec<Code>,
    files: Vec<FileId>,
}

impl<'r> Writer<'r> {
    fn new(report: &'r Report<'r>) -> Self {
        let codes = report.findings.iter().map(|finding| finding.code);
        let rules: BTreeSet<Code> = codes.collect();
        let mut files = BTreeSet::new();
        for finding in report.findings {
            files.extend(report.file_of(finding));
            files.extend(finding.labels.iter().map(|label| label.origin.file));
            let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
            files.extend(edits.map(|edit| edit.origin.file));
        }
        Self {
            report,
            rules: rules.into_iter().collect(),
            files: files.into_iter().collect(),
        }
    }

    fn artifacts(&self) -> Vec<Artifact> {
        let files = self.files.iter();
        files
            .map(|&file| Artifact {
                location: self.artifact(file),
            })
            .collect()
    }

    fn artifact(&self, file: FileId) -> ArtifactLocation {
        let name = self.report.name(file);
        ArtifactLocation {
            uri: uri(&name),
            // Standard input lies in no folder.
            uri_base_id: (!is_absolute(&name) && !is_unnamed(&name)).then_some(ROOT),
            index: self.files.binary_search(&file).unwrap_or_default(),
        }
    }

    fn result(&self, finding: &Finding, fingerprint: &Fingerprint) -> Entry {
        let related = finding.labels.iter().enumerate().skip(1);
        Entry {
            rule_id: finding.code.to_string(),
            rule_index: self.rules.binary_search(&finding.code).unwrap_or_default(),
            level: level(finding.severity),
            message: message(finding),
            locations: self.primary(finding).into_iter().collect(),
            related_locations: related.map(|(id, label)| self.related(id, label)).collect(),
            partial_fingerprints: Fingerprints {
                v1: fingerprint.as_str().to_owned(),
            },
            fixes: finding.fix.as_ref().map(|fix| [self.fix(fix)]),
        }
    }

    /// Code scanning takes no result without a place: one about the input as a whole stands at the top of the first file.
    fn primary(&self, finding: &Finding) -> Option<Location> {
        let file = self.report.file_of(finding)?;
        let region = match finding.origin() {
            Some(origin) => self.report.region(origin).into(),
            None => SarifRegion {
                start_line: 1,
                start_column: 1,
                end_line: 1,
                end_column: 1,
            },
        };
        let logical = [("object", &finding.object), ("property", &finding.field)];
        let logical = logical.into_iter().filter_map(|(kind, name)| {
            Some(LogicalLocation {
                name: visible(name.as_ref()?).into_owned(),
                kind,
            })
        });
        let said = finding.labels.first().map(|label| &*label.message);
        Some(Location {
            id: None,
            physical: PhysicalLocation {
                artifact_location: self.artifact(file),
                region,
            },
            logical: logical.collect(),
            message: said.filter(|said| !said.is_empty()).map(plain),
        })
    }

    fn related(&self, id: usize, label: &Label) -> Location {
        Location {
            id: Some(id),
            physical: PhysicalLocation {
                artifact_location: self.artifact(label.origin.file),
                region: self.report.region(label.origin).into(),
            },
            logical: Vec::new(),
            message: (!label.message.is_empty()).then(|| plain(&label.message)),
        }
    }

    fn fix(&self, fix: &Fix) -> SarifFix {
        let files: BTreeSet<FileId> = fix.edits.iter().map(|edit| edit.origin.file).collect();
        let change = |file| ArtifactChange {
            artifact_location: self.artifact(file),
            replacements: fix
                .edits
                .iter()
                .filter(|edit| edit.origin.file == file)
                .map(|edit| self.replacement(edit))
                .collect(),
        };
        SarifFix {
            description: plain(&fix.title),
            artifact_changes: files.into_iter().map(change).collect(),
            properties: FixProperties {
                safety: fix.safety.name(),
            },
        }
    }

    fn replacement(&self, edit: &Edit) -> Replacement {
        Replacement {
            deleted_region: self.report.region(edit.origin).into(),
            inserted_content: Text::new(&*edit.replacement),
        }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Pedantic => "note",
    }
}

/// The message, and on lines of their own what to do and what else is to be known.
fn message(finding: &Finding) -> Text {
    let mut lines = vec![finding.message.clone()];
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    let lines: Vec<String> = lines.iter().map(|line| plain(line).text).collect();
    Text::new(lines.join("\n"))
}

/// `[words](place)` in a message is a link, also one that a manifest has brought: a blank makes it words again.
fn plain(text: &str) -> Text {
    Text::new(visible(text).replace("](", "] ("))
}

#[cfg(test)]
mod tests;

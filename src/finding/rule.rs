//! What is known about a rule, apart from how it is checked.

use super::Severity;

/// A rule: what a finding is called, how bad it is, and what a person is told about it. Written with `rule!`, one file each.
#[derive(Debug)]
pub struct Rule {
    /// Its number; the first digit is the group. Never used again for another rule.
    pub number: u16,
    /// Its name; reads well after "allow".
    pub name: &'static str,
    /// One line: what it catches.
    pub summary: &'static str,
    /// Its severity where nothing is configured.
    pub severity: Severity,
    /// Whether its findings bring an edit that mends them.
    pub fix: FixKind,
    /// Whether a comment or an annotation may mute it. Rules that protect can only be muted by the configuration, where a
    /// reviewer sees it.
    pub ignorable: bool,
    /// The version that had it first.
    pub since: &'static str,
    /// Where the mistake was seen: issues as `owner/repository#number`, CVEs, codes of other tools.
    pub sources: &'static [&'static str],
    /// The doc comment, a blank before each line.
    pub(crate) doc: &'static str,
}

/// Whether findings of a rule bring an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixKind {
    /// They bring none.
    None,
    /// `--fix` applies it: the meaning is certain, or does not change.
    Safe,
    /// `--fix=all` applies it: somebody has to look whether it is what was meant.
    Unsafe,
}

impl FixKind {
    /// `none`, `safe`, `unsafe`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// What the groups are about, by the first digit.
const GROUPS: [&str; 10] = [
    "syntax",
    "schema",
    "references",
    "routing",
    "tls",
    "security",
    "annotations",
    "portability",
    "limits",
    "style",
];

impl Rule {
    /// What its group is about, in a word: `routing`.
    pub fn group(&self) -> &'static str {
        GROUPS
            .get(usize::from(self.number / 100))
            .copied()
            .unwrap_or("other")
    }

    /// Its page in Markdown, opened by a heading that names the code.
    pub fn page(&self) -> String {
        let mut page = format!("# ING{:03} {}\n\n", self.number, self.name);
        for line in self.doc.lines() {
            page.push_str(line.strip_prefix(' ').unwrap_or(line));
            page.push('\n');
        }
        page
    }
}

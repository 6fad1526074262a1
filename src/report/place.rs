//! Places for other programs: names of files, URIs, lines and columns.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Report;
use crate::finding::Finding;
use crate::source::{FileId, Origin};

/// All but what RFC 3986 calls unreserved, and the slashes between folders.
const NOT_IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The first and the last line of a place, and the columns in them, all from 1. The end is the first position after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) line: u32,
    /// In Unicode characters, as editors count.
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
    /// In UTF-16 code units, as JavaScript counts.
    pub(super) utf16_column: u32,
    pub(super) utf16_end_column: u32,
}

impl Report<'_> {
    /// The name of a file as seen from the root of the repository, which is what programs expect that show it.
    pub(super) fn name(&self, file: FileId) -> String {
        let file = self.sources.file(file);
        if is_unnamed(&file.name) {
            return file.name.clone();
        }
        let name = if is_absolute(&file.name) {
            tidy(&file.name)
        } else {
            tidy(&format!("{}/{}", self.below, file.name))
                .trim_start_matches('/')
                .to_owned()
        };
        let root = self.root.trim_end_matches('/');
        let inside = (!root.is_empty())
            .then(|| name.strip_prefix(root)?.strip_prefix('/'))
            .flatten();
        inside.map_or_else(|| name.clone(), str::to_owned)
    }

    /// The file in which a finding is to be shown. One about the input as a whole is shown in the first file, for programs that
    /// know no findings without a file.
    pub(super) fn file_of(&self, finding: &Finding) -> Option<FileId> {
        let first = || self.sources.iter().next().map(|(id, _)| id);
        finding.origin().map(|origin| origin.file).or_else(first)
    }

    pub(super) fn region(&self, origin: Origin) -> Region {
        let file = self.sources.file(origin.file);
        let start = file.position(origin.start);
        let end = file.position(origin.end.max(origin.start));
        Region {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            utf16_column: file.utf16_column(origin.start),
            utf16_end_column: file.utf16_column(origin.end.max(origin.start)),
        }
    }
}

impl Region {
    /// The last line that has something of the place: a line feed at its end is no line more.
    pub(super) fn last_line(self) -> u32 {
        if self.end_column == 1 && self.end_line > self.line {
            self.end_line - 1
        } else {
            self.end_line
        }
    }
}

/// A name as the path of a URI: relative, or of the host where it is absolute.
pub(super) fn uri(name: &str) -> String {
    let path = utf8_percent_encode(name, NOT_IN_A_PATH);
    if is_absolute(name) {
        // Further slashes would make a host of the first folder.
        format!("file:///{}", path.to_string().trim_start_matches('/'))
    } else {
        path.to_string()
    }
}

pub(super) fn is_absolute(name: &str) -> bool {
    name.starts_with('/')
}

/// Standard input for which no name was given.
pub(super) fn is_unnamed(name: &str) -> bool {
    name == "<stdin>"
}

/// A path without `.`, and without `..` where a folder stands before it.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("." | "", _) => {}
            ("..", Some(&last)) if last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let root = if is_absolute(path) { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Summary;
    use crate::report::tests::report;
    use crate::source::{File, Sources};

    fn seen(root: &str, below: &str, names: &[&str]) -> Vec<String> {
        let mut sources = Sources::default();
        let ids = names.iter().map(|name| sources.add(File::new(*name, "")));
        let ids: Vec<FileId> = ids.collect();
        let summary = Summary::default();
        let report = Report {
            root,
            below,
            ..report(&[], &sources, &summary)
        };
        ids.into_iter().map(|id| report.name(id)).collect()
    }

    #[test]
    fn names_are_seen_from_the_root_of_the_repository() {
        let names = [
            "deploy/a.yaml",
            "./a.yaml",
            "/builds/shop/deploy/a.yaml",
            "/builds/shopping/a.yaml",
            "../a.yaml",
            "<stdin>",
        ];
        assert_eq!(
            seen("/builds/shop", "", &names),
            [
                "deploy/a.yaml",
                "a.yaml",
                "deploy/a.yaml",
                "/builds/shopping/a.yaml",
                "../a.yaml",
                "<stdin>",
            ]
        );
        assert_eq!(
            seen("/builds/shop", "edge/ams", &names),
            [
                "edge/ams/deploy/a.yaml",
                "edge/ams/a.yaml",
                "deploy/a.yaml",
                "/builds/shopping/a.yaml",
                "edge/a.yaml",
                "<stdin>",
            ]
        );
        assert_eq!(seen("", "", &["/a/../b.yaml"]), ["/b.yaml"]);
        assert_eq!(seen("/", "", &["/a/b.yaml"]), ["/a/b.yaml"]);
    }

    #[test]
    fn a_name_is_the_path_of_a_uri() {
        assert_eq!(uri("a b/wéb#1.yaml"), "a%20b/w%C3%A9b%231.yaml");
        assert_eq!(uri("javascript:x(1)"), "javascript%3Ax%281%29");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
        assert_eq!(uri("//evil.example/a?b"), "file:///evil.example/a%3Fb");
    }

    #[test]
    fn columns_are_counted_in_characters_and_in_utf16() {
        let mut sources = Sources::default();
        let text = "x\n😀é: [a\n";
        let file = sources.add(File::new("a.yaml", text));
        let summary = Summary::default();
        let report = report(&[], &sources, &summary);
        let at = text.find('[').expect("there");
        let region = report.region(Origin::new(file, at..text.len()));
        assert_eq!((region.line, region.column, region.utf16_column), (2, 5, 6));
        assert_eq!((region.end_line, region.end_column), (3, 1));
        assert_eq!(region.last_line(), 2);
        let nothing = report.region(Origin::new(file, at..at));
        assert_eq!(nothing.last_line(), 2);
    }
}

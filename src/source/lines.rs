//! Lines of a document that may not be YAML: which of them belong to a block scalar, and where the content of one begins.
//!
//! Used where the scanner has given up, or would read the wrong thing, so that text that is quoted in a ConfigMap is not
//! taken for a template.

/// Told one line after the other, it knows which are the text of a block scalar (`|` or `>`).
#[derive(Debug, Default)]
pub(super) struct BlockScalars {
    /// The indentation of the line that opened the block scalar we are in.
    parent: Option<usize>,
}

impl BlockScalars {
    /// Whether `line`, without its line feed, is text of a block scalar.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        let content = content_of(line);
        let indent = line.len() - content.len();
        if let Some(parent) = self.parent {
            if content.trim_end().is_empty() || indent > parent {
                return true;
            }
            self.parent = None;
        }
        if opens_block_scalar(content) {
            self.parent = Some(indent);
        }
        false
    }
}

/// A line without its indentation.
pub(super) fn content_of(line: &str) -> &str {
    line.trim_start_matches(' ')
}

/// `key: |`, `- >-`, `key: !!str |2 # comment`.
fn opens_block_scalar(content: &str) -> bool {
    let content = content.split(" #").next().unwrap_or_default().trim_end();
    let Some((before, header)) = content.rsplit_once(' ') else {
        return false;
    };
    let after_indicator = before.ends_with([':', '-'])
        || before
            .rsplit(' ')
            .next()
            .is_some_and(|word| word.starts_with(['!', '&']));
    let mut header = header.bytes();
    after_indicator
        && !content.starts_with('#')
        && matches!(header.next(), Some(b'|' | b'>'))
        && header.all(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_block_scalars_is_told_from_yaml() {
        let text = "a: |\n  x\n\n    y\nb: 1\nlist:\n  - >- # folded\n    z\n  - q\nc: !!str |2\n    w\nd: x |\n e\n";
        let mut scalars = BlockScalars::default();
        let held: Vec<_> = text
            .lines()
            .filter(|line| scalars.holds(line))
            .map(str::trim)
            .collect();
        assert_eq!(held, ["x", "", "y", "z", "w"]);
    }
}

//! Columns in long lines: what stands before a byte, without walking there from the start of the line. Rendered JSON is one line,
//! and has as many findings as a file of many lines.

/// So many bytes are counted at once, and then no more.
pub(super) const STEP: usize = 512;

/// How long a text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Width {
    /// Unicode characters.
    pub(super) chars: u32,
    /// UTF-16 code units.
    pub(super) utf16: u32,
}

impl Width {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let count = |is: fn(u8) -> bool| {
            let found = bytes.iter().filter(|&&byte| is(byte)).count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        let chars = count(|byte| byte & 0xc0 != 0x80);
        // What takes four bytes takes two units.
        let utf16 = chars.saturating_add(count(|byte| byte >= 0xf0));
        Self { chars, utf16 }
    }

    fn plus(self, more: Self) -> Self {
        Self {
            chars: self.chars.saturating_add(more.chars),
            utf16: self.utf16.saturating_add(more.utf16),
        }
    }

    fn minus(self, less: Self) -> Self {
        Self {
            chars: self.chars.saturating_sub(less.chars),
            utf16: self.utf16.saturating_sub(less.utf16),
        }
    }
}

/// The widths of a text before every [`STEP`]th byte.
#[derive(Debug)]
pub(super) struct Columns(Vec<Width>);

impl Columns {
    pub(super) fn new(text: &str) -> Self {
        let mut before = Width::default();
        let steps = text.as_bytes().chunks(STEP).map(|step| {
            let here = before;
            before = before.plus(Width::of(step));
            here
        });
        Self(steps.collect())
    }

    /// The width of `text[from..to]`. Neither needs to be between two characters.
    pub(super) fn between(&self, text: &str, from: usize, to: usize) -> Width {
        self.before(text, to).minus(self.before(text, from))
    }

    fn before(&self, text: &str, at: usize) -> Width {
        let step = (at / STEP).min(self.0.len().saturating_sub(1));
        let known = self.0.get(step).copied().unwrap_or_default();
        known.plus(Width::of(&text.as_bytes()[step * STEP..at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_a_walk() {
        let text = "aé€😀\n".repeat(STEP);
        let columns = Columns::new(&text);
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for &from in places.iter().step_by(577) {
            for &to in places.iter().chain([&text.len()]).step_by(331) {
                if from <= to {
                    let part = &text[from..to];
                    let width = columns.between(&text, from, to);
                    assert_eq!(width.chars as usize, part.chars().count());
                    assert_eq!(width.utf16 as usize, part.encode_utf16().count());
                }
            }
        }
    }

    #[test]
    fn the_end_of_a_text_is_known() {
        for length in [0, 1, STEP - 1, STEP, STEP + 1, 3 * STEP] {
            let text = "x".repeat(length);
            let width = Columns::new(&text).between(&text, 0, length);
            assert_eq!(width.chars as usize, length);
        }
    }
}

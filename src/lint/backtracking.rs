//! Regular expressions that take exponential time: a repetition of what repeats itself, such as `(a+)+$`.
//!
//! Only the shape is looked at, not which characters meet. A group counts when one of its branches may be nothing but one open
//! repetition: then a text of n characters can be cut into its rounds in 2^n ways, and all of them are tried before the match fails.
//! With something in each round that has to be there, as in `(/[a-z]+)+`, there is one way to cut.

use std::iter::Peekable;
use std::str::CharIndices;

/// The group that is repeated in vain, as it is written; `None` where there is none, or the expression is too strange to tell.
/// `pattern` is one that PCRE2 has compiled.
pub(super) fn nested(pattern: &str) -> Option<&str> {
    let mut reader = Reader {
        pattern,
        chars: pattern.char_indices().peekable(),
        found: None,
    };
    reader.group()?;
    reader.found
}

/// What a part of an expression may match.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    /// Nothing at all.
    empty: bool,
    /// As much as it likes, in pieces that begin and end anywhere.
    open: bool,
}

struct Reader<'p> {
    pattern: &'p str,
    chars: Peekable<CharIndices<'p>>,
    found: Option<&'p str>,
}

/// How often something may stand.
struct Times {
    none: bool,
    unbounded: bool,
    /// What was taken is never given back.
    possessive: bool,
}

impl Reader<'_> {
    /// Branches up to a closing bracket, which is taken, or to the end. `None`: too strange.
    fn group(&mut self) -> Option<Shape> {
        let mut group = Shape::default();
        let mut branch = Branch::default();
        while let Some((start, c)) = self.chars.next() {
            let atom = match c {
                ')' => break,
                '|' => {
                    branch.end(&mut group);
                    branch = Branch::default();
                    continue;
                }
                '(' => self.bracket()?,
                '[' => {
                    self.class();
                    Shape::default()
                }
                '\\' => match self.chars.next()?.1 {
                    'b' | 'B' | 'A' | 'z' | 'Z' | 'G' | 'K' => NOTHING,
                    'Q' | 'E' => return None,
                    _ => Shape::default(),
                },
                '^' | '$' => NOTHING,
                _ => Shape::default(),
            };
            branch.add(self.repeated(start, c == '(', atom));
        }
        branch.end(&mut group);
        Some(group)
    }

    /// What is in brackets, behind the opening one.
    fn bracket(&mut self) -> Option<Shape> {
        match self.chars.peek().map(|(_, c)| *c) {
            Some('*') => return None,
            Some('?') => {}
            _ => return self.group(),
        }
        self.chars.next();
        match self.chars.next()?.1 {
            ':' | '|' => self.group(),
            '>' => Some(Shape {
                open: false,
                ..self.group()?
            }),
            '=' | '!' => self.group().map(|_| NOTHING),
            '#' => {
                self.chars.by_ref().find(|(_, c)| *c == ')')?;
                Some(NOTHING)
            }
            '<' if self
                .chars
                .next_if(|(_, c)| matches!(c, '=' | '!'))
                .is_some() =>
            {
                self.group().map(|_| NOTHING)
            }
            first @ ('<' | 'P' | '\'') => {
                if first == 'P' {
                    self.chars.next_if(|(_, c)| *c == '<')?;
                }
                let end = if first == '\'' { '\'' } else { '>' };
                self.chars.by_ref().find(|(_, c)| *c == end)?;
                self.group()
            }
            first if first.is_ascii_alphabetic() || first == '-' || first == '^' => {
                let is_flag = |c: char| c.is_ascii_alphabetic() || c == '-';
                while self.chars.next_if(|(_, c)| is_flag(*c)).is_some() {}
                match self.chars.next()?.1 {
                    ':' => self.group(),
                    ')' => Some(NOTHING),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A class, behind its opening bracket.
    fn class(&mut self) {
        self.chars.next_if(|(_, c)| *c == '^');
        self.chars.next_if(|(_, c)| *c == ']');
        while let Some((_, c)) = self.chars.next() {
            match c {
                ']' => return,
                '\\' => {
                    self.chars.next();
                }
                '[' if self.chars.next_if(|(_, c)| *c == ':').is_some() => {
                    self.chars.by_ref().find(|(_, c)| *c == ']');
                }
                _ => {}
            }
        }
    }

    /// The atom that begins at `start`, as often as what follows it says.
    fn repeated(&mut self, start: usize, is_group: bool, atom: Shape) -> Shape {
        let Some(times) = self.times() else {
            return atom;
        };
        let end = self.chars.peek().map_or(self.pattern.len(), |(at, _)| *at);
        // Where nothing follows that could fail, the first way is taken.
        let rest = self.pattern[end..].trim_start_matches(')');
        if is_group && atom.open && times.unbounded && !times.possessive && !rest.is_empty() {
            self.found = self.found.or(Some(&self.pattern[start..end]));
        }
        Shape {
            empty: times.none || atom.empty,
            open: !times.possessive && (atom.open || times.unbounded),
        }
    }

    fn times(&mut self) -> Option<Times> {
        let (at, c) = *self.chars.peek()?;
        let (none, unbounded) = match c {
            '*' => (true, true),
            '+' => (false, true),
            '?' => (true, false),
            '{' => {
                let (numbers, _) = self.pattern[at + 1..].split_once('}')?;
                let (low, high) = numbers.split_once(',').unwrap_or((numbers, numbers));
                let low: u32 = low.parse().ok()?;
                let is_number = high.is_empty() || high.parse::<u32>().is_ok();
                is_number.then_some((low == 0, high.is_empty()))?
            }
            _ => return None,
        };
        self.chars.next();
        if c == '{' {
            self.chars.by_ref().find(|(_, c)| *c == '}');
        }
        let possessive = self.chars.next_if(|(_, c)| *c == '+').is_some();
        self.chars.next_if(|(_, c)| *c == '?');
        Some(Times {
            none,
            unbounded,
            possessive,
        })
    }
}

const NOTHING: Shape = Shape {
    empty: true,
    open: false,
};

/// One after the other.
#[derive(Default)]
struct Branch {
    /// Some part is open.
    open: bool,
    /// Parts that are open or have to be there. Where an open part is the only one, the whole is open.
    solid: usize,
    /// Parts that have to be there.
    wanted: usize,
}

impl Branch {
    fn add(&mut self, part: Shape) {
        self.open |= part.open;
        self.wanted += usize::from(!part.empty);
        self.solid += usize::from(!part.empty && !part.open);
    }

    fn end(&self, group: &mut Shape) {
        group.empty |= self.wanted == 0;
        group.open |= self.open && self.solid == 0 && self.wanted <= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_itself_is_not_repeated() {
        for (pattern, group) in [
            (r"^(a+)+$", "(a+)+"),
            (r"^/(?:[a-z0-9]*)*x", "(?:[a-z0-9]*)*"),
            (r"^((?:\w+\s?)+)\.html$", r"(?:\w+\s?)+"),
            (r"^([^/]+/?)+$", "([^/]+/?)+"),
            (r"((a+))+b", "((a+))+"),
            (r"(x|a*)+b", "(x|a*)+"),
            (r"(?<name>.*){2,}b", "(?<name>.*){2,}"),
            (r"(?P<n>a+?)*b", "(?P<n>a+?)*"),
            (r"(?i:a+)+b", "(?i:a+)+"),
            (r"((ab)+)*c", "((ab)+)*"),
            (r"([[:alpha:]]+)+[]]", "([[:alpha:]]+)+"),
        ] {
            assert_eq!(nested(pattern), Some(group), "{pattern}");
            assert!(pcre2::bytes::Regex::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn what_can_be_cut_in_one_way_only_may_be_repeated() {
        for pattern in [
            r"^/(.*)$",
            r"^(/[a-z]+)+$",
            r"^([a-z]+\.)+example\.com$",
            r"^(?:[a-z]+-)*[a-z]+$",
            r"(a+)?b",
            r"(a+){1,3}b",
            r"(a++)+b",
            r"(?>a+)+b",
            r"^/([a-z]+)*",
            r"^(/([a-z]+))+$",
            r"(ab?)+c",
            r"[(a+)+]x",
            r"\(a+\)+b",
            r"(?i)a+b",
            r"(?#(a+)+)b",
            r"(?=a+)+b",
            r"(\{)+x{2}{",
            r"\Q(a+)+\Eb",
            r"",
        ] {
            assert_eq!(nested(pattern), None, "{pattern}");
        }
    }
}

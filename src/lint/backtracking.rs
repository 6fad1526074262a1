//! Regular expressions that take exponential time: a repetition of what repeats itself, such as `(a+)+$`.
//!
//! A group counts when one of its branches may be nothing but one open repetition, or when an open repetition in it can take all that
//! the round has to have besides, as in `(.+\.)*`: then a text of n characters can be cut into its rounds in 2^n ways, and all of
//! them are tried before the match fails. With something in each round that the repetition cannot take, as in `(/[a-z]+)+`, there is
//! one way to cut. And a group counts when one of its branches is others in a row, as in `(a|aa)+`. What a part matches is known for
//! single characters of ASCII; of everything else it is taken to match nothing.

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
#[expect(clippy::struct_excessive_bools, reason = "each is asked by itself")]
struct Shape {
    /// Nothing at all.
    empty: bool,
    /// As much as it likes, in pieces that begin and end anywhere.
    open: bool,
    /// Exactly one character.
    single: bool,
    /// A text of any one of these characters is matched, by each of them alone or repeated.
    set: Set,
    /// Branches of which one is others in a row.
    ambiguous: bool,
    /// A place is looked at, and no character taken.
    asserts: bool,
}

/// Characters of ASCII, a bit for each.
type Set = u128;

impl Shape {
    fn one(set: Set) -> Self {
        Self {
            single: true,
            set,
            ..Self::default()
        }
    }
}

fn only(c: char) -> Set {
    if c.is_ascii() { 1 << u32::from(c) } else { 0 }
}

fn where_true(is_in: impl Fn(char) -> bool) -> Set {
    let all = (0..128_u8).map(char::from);
    all.filter(|c| is_in(*c)).fold(0, |set, c| set | only(c))
}

/// What an escape such as `\d` or `\.` stands for; nothing where it is another.
fn escaped(c: char) -> Set {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let blank = |c: char| matches!(c, ' ' | '\t'..='\r');
    match c {
        'd' => where_true(|c| c.is_ascii_digit()),
        'D' => where_true(|c| !c.is_ascii_digit()),
        'w' => where_true(word),
        'W' => where_true(|c| !word(c)),
        's' => where_true(blank),
        'S' => where_true(|c| !blank(c)),
        c if c.is_ascii_punctuation() => only(c),
        _ => 0,
    }
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
        let mut words = Vec::new();
        while let Some((start, c)) = self.chars.next() {
            let atom = match c {
                ')' => break,
                '|' => {
                    words.extend(branch.end(&mut group));
                    branch = Branch::default();
                    continue;
                }
                '(' => self.bracket()?,
                '[' => Shape::one(self.class()),
                '\\' => match self.chars.next()?.1 {
                    'b' | 'B' | 'A' | 'z' | 'Z' | 'G' | 'K' => NOTHING,
                    'Q' | 'E' => return None,
                    c => Shape::one(escaped(c)),
                },
                '^' | '$' => NOTHING,
                '.' => Shape::one(!only('\n')),
                c => Shape::one(only(c)),
            };
            branch.add(self.repeated(start, c == '(', atom));
        }
        words.extend(branch.end(&mut group));
        group.ambiguous = is_ambiguous(&words);
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
                empty: self.group()?.empty,
                ..Shape::default()
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

    /// A class, behind its opening bracket: the characters of it, none of which is known where others may be meant as well.
    fn class(&mut self) -> Set {
        let is_negated = self.chars.next_if(|(_, c)| *c == '^').is_some();
        let (mut set, mut is_known): (Set, bool) = (0, true);
        let mut last = None;
        if self.chars.next_if(|(_, c)| *c == ']').is_some() {
            set = only(']');
            last = Some(']');
        }
        while let Some((_, c)) = self.chars.next() {
            let (part, literal) = match c {
                ']' => break,
                '\\' => {
                    let c = self.chars.next().map_or('\\', |(_, c)| c);
                    let part = escaped(c);
                    is_known &= part != 0;
                    (part, Some(c).filter(char::is_ascii_punctuation))
                }
                '[' if self.chars.next_if(|(_, c)| *c == ':').is_some() => {
                    self.chars.by_ref().find(|(_, c)| *c == ']');
                    is_known = false;
                    (0, None)
                }
                '-' if let Some(from) = last.filter(|_| !self.is_at(']')) => {
                    let (part, is_range) = self.range(from);
                    is_known &= is_range;
                    (part, None)
                }
                c => (only(c), Some(c)),
            };
            set |= part;
            last = literal;
        }
        match (is_known, is_negated) {
            (true, true) => !set,
            (_, false) => set,
            (false, true) => 0,
        }
    }

    fn is_at(&mut self, c: char) -> bool {
        self.chars.peek().is_some_and(|(_, next)| *next == c)
    }

    /// The range of a class from `from`, behind the dash; and whether it is one of plain characters.
    fn range(&mut self, from: char) -> (Set, bool) {
        let to = match self.chars.next() {
            Some((_, '\\')) => {
                let next = self.chars.next().map(|(_, c)| c);
                next.filter(char::is_ascii_punctuation)
            }
            Some((_, '[')) => None,
            next => next.map(|(_, c)| c),
        };
        match to {
            Some(to) => (where_true(|c| (from..=to).contains(&c)), true),
            None => (0, false),
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
        let repeats = atom.open || atom.ambiguous;
        if is_group && repeats && times.unbounded && !times.possessive && !rest.is_empty() {
            self.found = self.found.or(Some(&self.pattern[start..end]));
        }
        Shape {
            empty: times.none || atom.empty,
            open: !times.possessive && (atom.open || times.unbounded),
            // Of a group it is known only while that is one open repetition.
            set: if is_group && !atom.open { 0 } else { atom.set },
            asserts: atom.asserts,
            ..Shape::default()
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
    single: false,
    set: 0,
    ambiguous: false,
    asserts: true,
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
    /// All of them.
    parts: Vec<Shape>,
}

/// Longer words, and more of them, are not compared.
const MAX_WORDS: usize = 32;

/// A branch of single characters.
type Word = Vec<Set>;

/// Whether some text is one of the words, and others in a row as well. Of the same length are only words that have the text in common.
fn is_ambiguous(words: &[Word]) -> bool {
    if words.len() < 2 || words.len() > MAX_WORDS {
        return false;
    }
    let meets = |a: &[Set], b: &[Set]| a.iter().zip(b).all(|(a, b)| a & b != 0);
    words.iter().enumerate().any(|(own, word)| {
        // Up to which characters others lead.
        let mut reached = vec![false; word.len() + 1];
        reached[0] = true;
        for at in 0..word.len() {
            if !reached[at] {
                continue;
            }
            for (_, other) in words.iter().enumerate().filter(|(index, _)| *index != own) {
                let end = at + other.len();
                if end <= word.len() && meets(&word[at..end], other) {
                    reached[end] = true;
                }
            }
        }
        reached[word.len()]
    })
}

impl Branch {
    fn add(&mut self, part: Shape) {
        self.open |= part.open;
        self.wanted += usize::from(!part.empty);
        self.solid += usize::from(!part.empty && !part.open);
        self.parts.push(part);
    }

    /// Adds it to the group. The word that it is, where it is one.
    fn end(&self, group: &mut Shape) -> Option<Word> {
        group.empty |= self.wanted == 0;
        group.asserts |= self.parts.iter().any(|part| part.asserts);
        let alone = self.open && self.solid == 0 && self.wanted <= 1;
        let taker = self.taker();
        if alone || taker.is_some() {
            group.open = true;
            let mut sets = self.parts.iter().filter(|it| it.open).map(|it| it.set);
            let set = taker.or_else(|| sets.next()).unwrap_or_default();
            group.set = if group.set == 0 { set } else { group.set };
        }
        let is_word = self.parts.iter().all(|it| it.single && it.set != 0);
        let length = self.parts.len();
        let is_short = (1..=MAX_WORDS).contains(&length);
        (is_word && is_short).then(|| self.parts.iter().map(|it| it.set).collect())
    }

    /// What an open part matches that can take everything else that has to be there: the end of one round and the begin of the next.
    fn taker(&self) -> Option<Set> {
        let asserts = self.parts.iter().any(|part| part.asserts);
        // Of more than two open parts, the first ones tell enough.
        let mut open = self
            .parts
            .iter()
            .enumerate()
            .filter(|(_, it)| it.open)
            .take(4);
        let (_, taker) = open.find(|(at, taker)| {
            let mut others = self.parts.iter().enumerate().filter(|(i, _)| i != at);
            others.all(|(_, part)| part.empty || part.set & taker.set != 0)
        })?;
        (!asserts && taker.set != 0).then_some(taker.set)
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
            (r"^https://(.+\.)*example\.com$", r"(.+\.)*"),
            (r"^(\S+-[a-z])+$", r"(\S+-[a-z])+"),
            (r"^/([^?]*/)*x$", "([^?]*/)*"),
            (r"(\w+\w+)+-", r"(\w+\w+)+"),
            (r"((a+)b?a)+c", "((a+)b?a)+"),
            (r"(a|aa)+b", "(a|aa)+"),
            (r"^(?:ab|a|b)*$", "(?:ab|a|b)*"),
            (r"^(\d|\w)+$", r"(\d|\w)+"),
            (r"(x|x)*y", "(x|x)*"),
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
            r"^([^.]+\.)*example\.com$",
            r"^([\w-]+\.)*example\.com$",
            r"^(\S+\s)+x",
            r"^(\w+\s\w+)*x",
            r"(a+b+)+c",
            r"(.+\b\.)*x",
            r"(?>.+\.)*x",
            r"(.+\.)?x",
            r"^(a|b)*c",
            r"^(\w|-|\.)+c",
            r"^(?:[^%]|%[0-9a-f]{2})*$",
            r"(.|\n)*x",
            r"(a|ab)+c",
            r"(a|aa)?b",
            r"(?>a|aa)+b",
            r"^([[:alpha:]]+[.])+x",
            r"^([^\d.]+\.)+x",
            r"^([a-y]+z)+x",
            r"",
        ] {
            assert_eq!(nested(pattern), None, "{pattern}");
        }
    }
}

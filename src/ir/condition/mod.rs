//! Conditions on requests: the part of HAProxy's ACL language that can be checked here and evaluated by the simulator.
//!
//! Manual: section 7.1 (ACL basics), 7.1.3 (matching), 7.2 (conditions). A value that some type here can hold loads in every
//! supported version, and reads nothing but the request.

mod read;
mod words;

use std::fmt;

use ipnet::IpNet;

use super::sample::Sample;

/// Holds when one of its alternatives does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    any: Vec<Vec<Test>>,
}

impl Condition {
    /// The alternatives; all tests of one have to pass. Never empty, nor is any of them.
    pub fn any(&self) -> &[Vec<Test>] {
        &self.any
    }

    /// Whether it is decided by chance, so that two requests that are alike may end differently.
    pub fn has_chance(&self) -> bool {
        let mut tests = self.any.iter().flatten();
        tests.any(|test| test.sample.fetch.name == "rand")
    }
}

/// As it would be written in `if …`, for people; not for the configuration, where each word is quoted.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, all) in self.any.iter().enumerate() {
            if index > 0 {
                f.write_str(" || ")?;
            }
            for (index, test) in all.iter().enumerate() {
                if index > 0 {
                    f.write_str(" ")?;
                }
                write!(f, "{test}")?;
            }
        }
        Ok(())
    }
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Test {
    /// Passes when the comparison does not.
    pub negated: bool,
    /// What is compared.
    pub sample: Sample,
    /// With what.
    pub against: Against,
}

impl Test {
    /// Whether it is about the client's address.
    pub fn is_about_client(&self) -> bool {
        self.sample.fetch.name == "src"
    }

    /// How many words stand for it in a rule: braces and sample, `-m` and what follows, `-i`, `--`, items.
    fn word_count(&self) -> usize {
        let method = self.method().map_or(0, |_| 2);
        let flags =
            usize::from(self.against.ignores_case()) + usize::from(self.against.has_items());
        3 + method + flags + self.against.items().len()
    }

    /// The word behind `-m`; `None` where HAProxy's own choice has to stay.
    pub fn method(&self) -> Option<&'static str> {
        (self.sample.fetch.name != "method").then(|| self.against.method())
    }
}

/// What a sample is compared with. One of the items has to fit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Against {
    /// Nothing: it has to be there (`-m found`).
    Found,
    /// Nothing: it has to be true (`-m bool`).
    True,
    /// Text.
    Text {
        /// How.
        how: TextMatch,
        /// Without regard to case (`-i`).
        ignore_case: bool,
        /// Never empty, and no item is.
        items: Vec<String>,
    },
    /// Regular expressions, which PCRE2 has compiled (`-m reg`).
    Regex {
        /// Without regard to case (`-i`).
        ignore_case: bool,
        /// Never empty, and no item is.
        items: Vec<String>,
    },
    /// Numbers.
    Number(Vec<Comparison>),
    /// The length of text (`-m len`).
    Length(Vec<Comparison>),
    /// Addresses and networks.
    Address(Vec<IpNet>),
}

/// How text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextMatch {
    /// All of it.
    Equal,
    /// It begins so.
    Begins,
    /// It ends so.
    Ends,
    /// It is somewhere in it.
    Holds,
    /// Between slashes.
    Directory,
    /// Between dots, slashes, colons and question marks.
    Domain,
}

impl TextMatch {
    const ALL: [Self; 6] = [
        Self::Equal,
        Self::Begins,
        Self::Ends,
        Self::Holds,
        Self::Directory,
        Self::Domain,
    ];

    /// The word behind `-m`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "str",
            Self::Begins => "beg",
            Self::Ends => "end",
            Self::Holds => "sub",
            Self::Directory => "dir",
            Self::Domain => "dom",
        }
    }
}

/// A number, and how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `eq`.
    Equal(u32),
    /// `lt`.
    Below(u32),
    /// `le`.
    AtMost(u32),
    /// `gt`.
    Above(u32),
    /// `ge`.
    AtLeast(u32),
    /// `1:5`, both included.
    Between(u32, u32),
}

impl Comparison {
    /// Whether `number` fits.
    pub fn holds(self, number: u32) -> bool {
        match self {
            Self::Equal(wanted) => number == wanted,
            Self::Below(limit) => number < limit,
            Self::AtMost(limit) => number <= limit,
            Self::Above(limit) => number > limit,
            Self::AtLeast(limit) => number >= limit,
            Self::Between(low, high) => (low..=high).contains(&number),
        }
    }

    /// The words in a configuration.
    pub fn words(self) -> [String; 2] {
        let (operator, number) = match self {
            Self::Equal(number) => ("eq", number.to_string()),
            Self::Below(number) => ("lt", number.to_string()),
            Self::AtMost(number) => ("le", number.to_string()),
            Self::Above(number) => ("gt", number.to_string()),
            Self::AtLeast(number) => ("ge", number.to_string()),
            Self::Between(low, high) => ("eq", format!("{low}:{high}")),
        };
        [operator.to_owned(), number]
    }
}

impl Against {
    /// The word behind `-m`.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::True => "bool",
            Self::Text { how, .. } => how.name(),
            Self::Regex { .. } => "reg",
            Self::Number(_) => "int",
            Self::Length(_) => "len",
            Self::Address(_) => "ip",
        }
    }

    /// Whether case makes no difference.
    pub fn ignores_case(&self) -> bool {
        match self {
            Self::Text { ignore_case, .. } | Self::Regex { ignore_case, .. } => *ignore_case,
            _ => false,
        }
    }

    /// Whether it is compared with something.
    pub fn has_items(&self) -> bool {
        !matches!(self, Self::Found | Self::True)
    }

    /// The words behind the flags.
    pub fn items(&self) -> Vec<String> {
        match self {
            Self::Found | Self::True => Vec::new(),
            Self::Text { items, .. } | Self::Regex { items, .. } => items.clone(),
            Self::Number(numbers) | Self::Length(numbers) => {
                numbers.iter().flat_map(|number| number.words()).collect()
            }
            Self::Address(networks) => networks.iter().map(ToString::to_string).collect(),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "!" } else { "" };
        write!(f, "{not}{{ {}", self.sample)?;
        if let Some(method) = self.method() {
            write!(f, " -m {method}")?;
        }
        if self.against.ignores_case() {
            f.write_str(" -i")?;
        }
        for item in self.against.items() {
            write!(f, " {item}")?;
        }
        f.write_str(" }")
    }
}

/// Why text is no condition that can be honoured: lower case, without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError(pub String);

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConditionError {}

#[cfg(test)]
mod tests;

//! A `haproxy.cfg` as HAProxy reads it: sections, and their lines as words.
//!
//! In: bytes, which anybody may have edited. Out: a [`Config`], or the line that HAProxy would not read either. Comments, blanks,
//! quotes and blank lines leave no trace. Manual: section 2.1, "Configuration file format", and 2.2, "Quoting and escaping".

use std::collections::{BTreeMap, BTreeSet};

use super::settings::join;
use crate::emit::{Bundle, CONFIG, Place};
use crate::ir::raw_line::SECTIONS;
use crate::ir::secret;
use crate::ir::words::{words, words_with_variables};

/// The sections in their order.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) sections: Vec<Section>,
    /// Where the defaults with a name are.
    defaults: BTreeMap<String, usize>,
    /// What caused a line, by its number.
    places: BTreeMap<u32, Place>,
}

/// A section. What stands before the first one has no keyword.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// `backend`.
    pub(super) keyword: String,
    /// `shop_web_80`; empty for `global`.
    pub(super) name: String,
    /// The words after the name: `from d_http`.
    pub(super) rest: Vec<String>,
    /// What stands below.
    pub(super) lines: Vec<Line>,
    /// Whether it, or some line of it, holds under a condition (`.if`).
    pub(super) conditional: bool,
}

/// A line. Two are equal when HAProxy reads the same from them, wherever they stand.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u32,
    /// At least one.
    pub(super) words: Vec<String>,
    /// Whether variables of the environment are put in.
    pub(super) expands: bool,
    /// Whether somebody else wrote it, so that nobody knows what its values are.
    pub(super) is_raw: bool,
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words && self.expands == other.expands
    }
}

/// Why a configuration cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// From 1.
    pub(super) line: u32,
    /// In lower case, without a full stop.
    pub(super) why: &'static str,
}

impl Line {
    /// The first word.
    pub(super) fn keyword(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// As it is told: what may be a secret is not.
    pub(super) fn told(&self) -> String {
        join(&secret::told(&self.words, self.is_raw))
    }

    /// The word after `keyword`, wherever it stands.
    pub(super) fn after(&self, keyword: &str) -> Option<&str> {
        let at = self.words.iter().position(|word| word == keyword)?;
        self.words.get(at + 1).map(String::as_str)
    }
}

impl Section {
    /// What it is known by.
    pub(super) fn key(&self) -> (&str, &str) {
        (&self.keyword, &self.name)
    }

    /// `backend shop_web_80`.
    pub(super) fn title(&self) -> String {
        match (self.keyword.as_str(), self.name.as_str()) {
            ("", _) => "the lines before the first section".to_owned(),
            (keyword, "") => keyword.to_owned(),
            (keyword, name) => format!("{keyword} {name}"),
        }
    }

    /// The defaults that it takes its settings from.
    pub(super) fn from(&self) -> Option<&str> {
        match &self.rest[..] {
            [from, name, ..] if from == "from" => Some(name),
            _ => None,
        }
    }

    /// The line of the first occurrence of a keyword.
    pub(super) fn line(&self, keyword: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.keyword() == keyword)
    }

    /// The servers, by name. HAProxy loads no backend with two of one name.
    pub(super) fn servers(&self) -> BTreeMap<&str, &Line> {
        let servers = self.lines.iter().filter(|line| line.keyword() == "server");
        servers
            .filter_map(|line| Some((line.words.get(1)?.as_str(), line)))
            .collect()
    }

    /// All lines but those of servers.
    pub(super) fn settings(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.keyword() != "server")
    }
}

impl Config {
    /// Reads the configuration of a bundle.
    pub(super) fn of(bundle: &Bundle) -> Result<Self, Unreadable> {
        let file = bundle.files.get(CONFIG);
        let mut config = Self::read(file.map_or(&[], |file| &file.bytes[..]))?;
        let raw = bundle.raw_lines();
        config.places = bundle.places();
        for section in &mut config.sections {
            for line in &mut section.lines {
                line.is_raw = raw.contains(&line.number);
            }
        }
        Ok(config)
    }

    /// Reads a file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut config = Self::default();
        let mut depth = 0_usize;
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let breaks = memchr::memchr_iter(b'\n', before).count();
            Unreadable {
                line: u32::try_from(breaks).map_or(u32::MAX, |breaks| breaks.saturating_add(1)),
                why: "it is not UTF-8",
            }
        })?;
        for (number, line) in (1..).zip(text.lines()) {
            // HAProxy ends a line at the first carriage return, too.
            let line = line.split('\r').next().unwrap_or_default();
            let (words, expands) = match words(line) {
                Ok(words) => (words, false),
                Err(_) => match words_with_variables(line) {
                    Ok(words) => (words, true),
                    Err(why) => return Err(Unreadable { line: number, why }),
                },
            };
            if !words.is_empty() {
                config.line(
                    Line {
                        number,
                        words,
                        expands,
                        is_raw: false,
                    },
                    &mut depth,
                );
            }
        }
        Ok(config)
    }

    fn line(&mut self, line: Line, depth: &mut usize) {
        if SECTIONS.contains(&line.keyword()) {
            let mut words = line.words.into_iter();
            let keyword = words.next().unwrap_or_default();
            let name = words.next().unwrap_or_default();
            if keyword == "defaults" {
                self.defaults.insert(name.clone(), self.sections.len());
            }
            self.sections.push(Section {
                keyword,
                name,
                rest: words.collect(),
                lines: Vec::new(),
                conditional: *depth > 0 || line.expands,
            });
            return;
        }
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        match line.keyword() {
            ".if" => *depth += 1,
            ".endif" => *depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(section) = self.sections.last_mut() {
            section.conditional |= line.keyword().starts_with('.');
            section.lines.push(line);
        }
    }

    /// Where the manifests say a line: `shop/web.yaml:24:5`.
    pub(super) fn origin(&self, line: &Line) -> Option<String> {
        self.places.get(&line.number).map(Place::to_string)
    }

    /// The sections by keyword and name; see [`Config::twice`].
    pub(super) fn by_name(&self) -> BTreeMap<(&str, &str), &Section> {
        let sections = self.sections.iter();
        let named =
            sections.map(|section| ((section.keyword.as_str(), section.name.as_str()), section));
        named.collect()
    }

    /// A section whose name another one before it has, which HAProxy refuses or warns of.
    pub(super) fn twice(&self) -> Option<&Section> {
        let mut seen = BTreeSet::new();
        let mut sections = self.sections.iter();
        sections.find(|section| !seen.insert((&section.keyword, &section.name)))
    }

    /// The section behind its defaults, the most general first. `None` where it names none, or one that is not there.
    pub(super) fn chain<'c>(&'c self, section: &'c Section) -> Option<Vec<&'c Section>> {
        let mut chain = vec![section];
        while let Some(name) = chain.last().and_then(|section| section.from()) {
            // A file that was edited may name itself.
            if chain.len() > self.defaults.len() {
                return None;
            }
            chain.push(self.sections.get(*self.defaults.get(name)?)?);
        }
        chain.reverse();
        (chain.len() > 1).then_some(chain)
    }
}

//! The lines of rules that choose a backend by more than a name.
//!
//! In: a rule. Out: its tests, gathered, so that the line has no more words than HAProxy takes. Where it would have more, the tests are
//! ACLs with a name, and one of many values is several lines of one name, which are alternatives (manual, section 7).

use crate::ir::policy::AddressList;
use crate::ir::{TcpCriterion, TcpRule};

/// HAProxy takes 64 words a line; the two of the mark that ends it are a comment.
const MOST_WORDS: usize = 60;

/// As many names stand in a line of an ACL.
const NAMES: usize = 40;

/// A rule as it is written.
pub(super) struct Line<'l> {
    pub(super) rule: &'l TcpRule,
    pub(super) tests: Vec<Test<'l>>,
}

/// One of the tests of a line.
pub(super) struct Test<'l> {
    pub(super) negated: bool,
    /// What it is called; `None`: it stands in the line, and has one part.
    pub(super) acl: Option<String>,
    /// What is asked: either of these.
    pub(super) parts: Vec<Asked<'l>>,
}

/// What a test, or one line of its ACL, asks.
pub(super) enum Asked<'l> {
    /// Whether the name in the handshake, or what follows its first label, is one of these.
    Names {
        parent: bool,
        names: Vec<&'l str>,
    },
    Source(&'l AddressList),
    Handshake,
}

impl<'l> Line<'l> {
    /// The line of the rule of this number.
    pub(super) fn new(number: usize, rule: &'l TcpRule) -> Self {
        let mut tests = gathered(rule);
        // `use_backend`, the section and `if`.
        let words: usize = 3 + tests.iter().map(Test::words).sum::<usize>();
        if words > MOST_WORDS {
            for (at, test) in tests.iter_mut().enumerate() {
                test.acl = Some(format!("rule{number}.{at}"));
                test.split();
            }
        }
        Self { rule, tests }
    }

    /// The lines of ACLs, each with its name.
    pub(super) fn acls(&self) -> Vec<(&str, &Asked<'l>)> {
        let lines = self.tests.iter().filter_map(|test| {
            let name = test.acl.as_deref()?;
            Some(test.parts.iter().map(move |part| (name, part)))
        });
        lines.flatten().collect()
    }
}

/// The tests of a rule, with all names that must not be asked for in one.
fn gathered(rule: &TcpRule) -> Vec<Test<'_>> {
    let mut tests: Vec<Test<'_>> = Vec::new();
    // Where the unwanted names stand, and where the unwanted wildcards.
    let mut unwanted = [None; 2];
    for test in &rule.tests {
        let asked = match &test.what {
            TcpCriterion::Handshake => Asked::Handshake,
            TcpCriterion::Source(list) => Asked::Source(list),
            TcpCriterion::Name(name) => {
                let parent = name.is_wildcard();
                let place = &mut unwanted[usize::from(parent)];
                if let Some(Asked::Names { names, .. }) = place
                    .filter(|_| test.negated)
                    .and_then(|at: usize| tests.get_mut(at)?.parts.first_mut())
                {
                    names.push(name.name());
                    continue;
                }
                if test.negated {
                    *place = Some(tests.len());
                }
                Asked::Names {
                    parent,
                    names: vec![name.name()],
                }
            }
        };
        tests.push(Test {
            negated: test.negated,
            acl: None,
            parts: vec![asked],
        });
    }
    tests
}

impl Test<'_> {
    /// How many words it is where it stands in a line.
    fn words(&self) -> usize {
        let words = self.parts.iter().map(|part| match part {
            Asked::Names { names, .. } => 6 + names.len(),
            Asked::Source(list) if list.file().is_some() => 5,
            Asked::Source(list) => 3 + list.networks().len(),
            Asked::Handshake => 4,
        });
        words.sum()
    }

    /// Divides names among as many lines as they need.
    fn split(&mut self) {
        let parts = std::mem::take(&mut self.parts);
        self.parts = parts
            .into_iter()
            .flat_map(|part| match part {
                Asked::Names { parent, names } => {
                    let chunks = names.chunks(NAMES);
                    let chunks = chunks.map(|names| Asked::Names {
                        parent,
                        names: names.to_vec(),
                    });
                    chunks.collect()
                }
                other => vec![other],
            })
            .collect();
    }
}

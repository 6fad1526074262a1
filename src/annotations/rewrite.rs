//! What the path becomes.

use super::context::{Context, Said};
use super::formats;
use super::grammar::{Grammar, Problem};
use super::quoting;
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::PathRewrite;
use crate::ir::{Moment, Policy};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "rewrite",
    title: "Rewriting",
    specs: &[&HAPROXYTECH_PATH_REWRITE],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    path: Option<Sourced<Vec<PathRewrite>>>,
}

annotation! {
    /// What the path becomes before a server sees it.
    ///
    /// On each line a regular expression (PCRE2), a blank, and the path that takes the place of the whole one where the expression is
    /// found; `\1` is what its first group found. A line of one word is the new path of every request. The lines work one after the
    /// other. The query stays, and no expression sees it. A result without a slash at its beginning, such as `\1` of `/api(.*)` for
    /// `/api`, gets one: the controller sends such paths as they are, which servers cannot read.
    static HAPROXYTECH_PATH_REWRITE: Rewriting = {
        key: HaproxyTech / "path-rewrite",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: PathRewrite,
        support: Support::Full,
        since: "0.1",
        example: "^/api/(.*) /\\1",
        apply: |draft, value| draft.rewrite.path = Some(value),
    }
}

/// The most lines: each costs a search per request.
const MAX_LINES: usize = 32;

/// Lines of an expression and a replacement, or a replacement alone.
pub(super) struct Rewriting;

impl Grammar for Rewriting {
    type Value = Vec<PathRewrite>;
    const NAME: &'static str = "path rewrites";
    const FORM: &'static str = "on each line a path, or a regular expression and a path with `\\0` to `\\9` for what it found";
    const GOOD: &'static [&'static str] = &["/", "^/api/(.*) /\\1", "/a /b\n/b /c", "/%[src]"];
    const BAD: &'static [&'static str] = &[
        "a b c",
        "( /",
        "(.*) /\\2",
        "/50%",
        "foo",
        "/a\n\n/b",
        "(.*) /%[env(HOME)]",
        "(.*) /%[path]",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Self::Value, Problem> {
        let mut rewrites = Vec::new();
        let mut start = text.len() - text.trim_start().len();
        for line in text.trim().split_inclusive('\n') {
            let place = start;
            start += line.len();
            let first = remarks.len();
            let rewrite = rule(line, remarks);
            // What is wrong about one line is shown at this line.
            for remark in &mut remarks[first..] {
                *remark = std::mem::replace(remark, Problem::new("")).at_item(place, line);
            }
            rewrites.push(rewrite.map_err(|problem| problem.at_item(place, line))?);
        }
        if rewrites.len() > MAX_LINES {
            return Err(
                Problem::new(format!("has more than {MAX_LINES} lines")).code(Code::OUT_OF_RANGE)
            );
        }
        Ok(rewrites)
    }
}

/// One line: a path, or an expression and a path.
fn rule(line: &str, remarks: &mut Vec<Problem>) -> Result<PathRewrite, Problem> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (expression, replacement) = match words[..] {
        [replacement] => ("(.*)".to_owned(), replacement),
        [expression, replacement] => (quoting::bare(expression)?, replacement),
        _ => {
            return Err(Problem::new(format!("has a line of {} words", words.len()))
                .help("write a path, or a regular expression and a path, on each line"));
        }
    };
    let replacement = quoting::bare(replacement)?;
    formats::read(&replacement, Moment::Request, remarks)?;
    let rewrite = PathRewrite::new(&expression, &replacement).map_err(|error| {
        let problem = Problem::new(format!("cannot be used: {error}"));
        problem.help("write `EXPRESSION /path`, with `\\1` for what its first group found")
    })?;
    if expression.contains(r"\?") {
        remarks.push(
            Problem::new("asks for a `?`, which no path holds: the query is not searched")
                .code(Code::INEFFECTIVE_ANNOTATION)
                .help(r"remove `\?` and what follows it"),
        );
    }
    Ok(rewrite)
}

/// Puts them into the policy.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, _: &mut Said) {
    if let Some(path) = &draft.rewrite.path {
        policy.rewrite.path.clone_from(&path.value);
    }
}

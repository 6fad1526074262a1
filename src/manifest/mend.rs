//! Edits that mend a key or a value as it is written.
//!
//! In: a fix that has a title and no edits, a place, and what is to stand there. Out: the fix with its edits, or `None` where the
//! text is written in a way that no small edit can mend: behind an anchor, an alias or a tag, or over several lines.

use super::place::{Node, Place};
use super::remarks::Remarks;
use crate::finding::Fix;
use crate::source::Origin;

/// What to do: the help line, and perhaps an edit that does it.
pub(super) struct Advice {
    pub(super) help: String,
    pub(super) fix: Option<Fix>,
}

impl From<&str> for Advice {
    fn from(help: &str) -> Self {
        help.to_owned().into()
    }
}

impl From<String> for Advice {
    fn from(help: String) -> Self {
        Self { help, fix: None }
    }
}

impl<H: Into<String>> From<(H, Option<Fix>)> for Advice {
    fn from((help, fix): (H, Option<Fix>)) -> Self {
        Self {
            help: help.into(),
            fix,
        }
    }
}

/// Puts `open` and `close` around a scalar that is written without quotes. The fix does not repeat the value, which may be secret.
pub(super) fn wrap(
    fix: Fix,
    place: &Place<'_, '_>,
    (open, close): (&str, &str),
    remarks: &Remarks<'_>,
) -> Option<Fix> {
    let node = place.node()?;
    let origin = node.origin();
    let is_bare = !node.is_alias() && node.text() == Some(remarks.written(origin));
    let (start, end) = (
        Origin {
            end: origin.start,
            ..origin
        },
        Origin {
            start: origin.end,
            ..origin
        },
    );
    is_bare.then(|| fix.replace(start, open).replace(end, close))
}

/// Writes a scalar without its quotes, as `text`.
pub(super) fn unquote(fix: Fix, node: Node<'_>, text: &str, remarks: &Remarks<'_>) -> Option<Fix> {
    let written = remarks.written(node.origin());
    let is_quoted = ['"', '\'']
        .iter()
        .any(|&quote| written.len() > 1 && written.starts_with(quote) && written.ends_with(quote));
    (is_quoted && !node.is_alias()).then(|| fix.replace(node.origin(), text))
}

/// Writes `text` in the place of a scalar, in the same quotes. The caller sees to it that `text` needs no others.
pub(super) fn respell(fix: Fix, node: Node<'_>, text: &str, remarks: &Remarks<'_>) -> Option<Fix> {
    let origin = node.origin();
    let (written, old) = (remarks.written(origin), node.text()?);
    if node.is_alias() {
        return None;
    }
    if written == old {
        return Some(fix.replace(origin, text));
    }
    let inside = ['"', '\''].iter().find_map(|&quote| {
        let rest = written.strip_prefix(quote)?;
        rest.strip_suffix(quote)
    });
    (inside == Some(old)).then(|| {
        let inner = Origin {
            start: origin.start + 1,
            end: origin.end - 1,
            ..origin
        };
        fix.replace(inner, text)
    })
}

/// Adds entries to a mapping: behind that of the key `after`, or before the first where there is none.
pub(super) fn add(
    fix: Fix,
    mapping: &Place<'_, '_>,
    after: &str,
    entries: &[(&str, &str)],
    remarks: &Remarks<'_>,
) -> Option<Fix> {
    let node = mapping.node().filter(|node| !node.is_alias())?;
    let before = node.entry(after);
    let (name, text) = before.or_else(|| node.entries().next())?;
    // What comes by a merge key stands elsewhere.
    if !contains(node.origin(), name.origin()) || !contains(node.origin(), text.origin()) {
        return None;
    }
    let quote = if remarks.written(name.origin()).starts_with('"') {
        "\""
    } else {
        ""
    };
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, value)| format!("{quote}{key}{quote}: {quote}{value}{quote}"))
        .collect();
    let behind = before.map(|(_, text)| text);
    let is_simple =
        |node: &Node<'_>| node.text().is_some() && !remarks.written(node.origin()).contains('\n');
    if behind.is_some_and(|text| !is_simple(&text) || text.is_null()) {
        return None;
    }
    if remarks.written(node.origin()).starts_with('{') {
        let entry = entries.join(", ");
        return Some(match behind {
            Some(text) => fix.replace(at(text.origin(), text.origin().end), format!(", {entry}")),
            None => fix.replace(at(name.origin(), name.origin().start), format!("{entry}, ")),
        });
    }
    let margin = remarks.margin(name.origin().start)?;
    if !margin.trim_start_matches([' ', '-']).is_empty() {
        return None;
    }
    let indent = " ".repeat(margin.len());
    let entry = entries.join(&format!("\n{indent}"));
    match behind {
        Some(text) => {
            let end = remarks.next_line(text.origin().end)?;
            let line = format!("{indent}{entry}\n");
            Some(fix.replace(at(text.origin(), end), line))
        }
        None => Some(fix.replace(
            at(name.origin(), name.origin().start),
            format!("{entry}\n{indent}"),
        )),
    }
}

/// Takes entries out of a mapping. `None` when nothing would stay, or when one of them cannot be taken out alone.
pub(super) fn remove(
    fix: Fix,
    mapping: &Place<'_, '_>,
    goes: impl Fn(&str) -> bool,
    remarks: &Remarks<'_>,
) -> Option<Fix> {
    let node = mapping.node().filter(|node| !node.is_alias())?;
    let entries: Vec<_> = node.entries().collect();
    let leaves = |&(key, _): &(Node<'_>, Node<'_>)| key.text().is_some_and(&goes);
    let is_own = |(key, value): &(Node<'_>, Node<'_>)| {
        contains(node.origin(), key.origin()) && contains(node.origin(), value.origin())
    };
    if entries.iter().all(leaves) || !entries.iter().all(is_own) {
        return None;
    }
    if !remarks.written(node.origin()).starts_with('{') {
        return entries.iter().filter(|it| leaves(it)).try_fold(
            fix,
            |fix, &(key, value)| -> Option<Fix> {
                let margin = remarks.margin(key.origin().start)?;
                let is_first = !margin.chars().all(|c| c == ' ');
                let start = key.origin().start - u32::try_from(margin.len()).ok()?;
                let end = remarks.next_line(value.origin().end)?;
                (!is_first).then(|| {
                    fix.remove(Origin {
                        start,
                        end,
                        ..key.origin()
                    })
                })
            },
        );
    }
    let mut fix = fix;
    let mut kept_end = None;
    let mut rest = entries.as_slice();
    while let Some(((key, value), others)) = rest.split_first() {
        rest = others;
        if !leaves(&(*key, *value)) {
            kept_end = Some(value.origin().end);
            continue;
        }
        // Neighbours that go are one edit, with the comma behind them, or before them at the end.
        let run = others.iter().take_while(|it| leaves(it)).count();
        let last = run.checked_sub(1).map_or(value, |at| &others[at].1);
        rest = &others[run..];
        let (start, end) = match rest.first() {
            Some((next, _)) => (key.origin().start, next.origin().start),
            None => (kept_end?, last.origin().end),
        };
        fix = fix.remove(Origin {
            start,
            end,
            ..key.origin()
        });
    }
    Some(fix)
}

fn contains(outer: Origin, inner: Origin) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// The empty stretch at a byte of the same file.
fn at(origin: Origin, byte: u32) -> Origin {
    Origin {
        start: byte,
        end: byte,
        ..origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::model::Kind;
    use crate::manifest::remarks::About;
    use crate::source::{FileId, Tree};

    /// The text after the edits that `mend` makes.
    fn mended(
        text: &str,
        mend: impl Fn(&Place<'_, '_>, &Remarks<'_>) -> Option<Fix>,
    ) -> Option<String> {
        let tree = Tree::parse(FileId::new(0), 0, text).expect("valid YAML");
        let about = About {
            kind: Kind::Ingress,
            namespace: "a",
            name: "b",
        };
        let remarks = Remarks::new(about, text, 0);
        let mut fix = mend(&Place::root(tree.root().expect("a value")), &remarks)?;
        fix.edits.sort_by_key(|edit| edit.origin.start);
        let mut out = text.to_owned();
        for edit in fix.edits.iter().rev() {
            let range = edit.origin.start as usize..edit.origin.end as usize;
            out.replace_range(range, &edit.replacement);
        }
        Some(out)
    }

    fn check(
        rows: &[(&str, Option<&str>)],
        mend: impl Fn(&Place<'_, '_>, &Remarks<'_>) -> Option<Fix>,
    ) {
        for (text, expected) in rows {
            assert_eq!(mended(text, &mend).as_deref(), *expected, "for {text}");
        }
    }

    #[test]
    fn quotes_are_put_around_bare_scalars_only() {
        check(
            &[
                ("a: true # b\n", Some("a: \"true\" # b\n")),
                ("{a: 1.10}\n", Some("{a: \"1.10\"}\n")),
                ("a: &x true\n", None),
                ("a: !!bool true\n", None),
                ("b: &x true\na: *x\n", None),
            ],
            |root, remarks| wrap(Fix::safe("quote"), &root.child("a"), ("\"", "\""), remarks),
        );
    }

    #[test]
    fn a_scalar_is_written_anew_in_its_quotes() {
        check(
            &[
                ("a: B\n", Some("a: b\n")),
                ("a: 'B' # B\n", Some("a: 'b' # B\n")),
                ("a: \"B\"\n", Some("a: \"b\"\n")),
                ("a: \"\\x42\"\n", None),
                ("a: |\n  B\n", None),
                ("c: &x B\na: *x\n", None),
            ],
            |root, remarks| respell(Fix::safe("write"), root.child("a").node()?, "b", remarks),
        );
        check(
            &[("a: '80'\n", Some("a: 80\n")), ("a: |-\n  80\n", None)],
            |root, remarks| unquote(Fix::safe("unquote"), root.child("a").node()?, "80", remarks),
        );
    }

    #[test]
    fn an_entry_is_added_as_its_neighbours_are_written() {
        check(
            &[
                (
                    "l:\n- path: /a # b\n  c: d\n",
                    Some("l:\n- path: /a # b\n  type: P\n  c: d\n"),
                ),
                (
                    "l:\n  -   c: d\n      path: /a\n",
                    Some("l:\n  -   c: d\n      path: /a\n      type: P\n"),
                ),
                (
                    "l:\n- c:\n    d: e\n",
                    Some("l:\n- type: P\n  c:\n    d: e\n"),
                ),
                (
                    "l: [{path: /a, c: d}]\n",
                    Some("l: [{path: /a, type: P, c: d}]\n"),
                ),
                ("l: [{c: d}]\n", Some("l: [{type: P, c: d}]\n")),
                (
                    "{\"l\": [{\"path\": \"/a\"}]}\n",
                    Some("{\"l\": [{\"path\": \"/a\", \"type\": \"P\"}]}\n"),
                ),
                ("l: [path: /a]\n", None),
                ("l:\n- path: >\n    /a\n  c: d\n", None),
                ("m: &m {path: /a}\nl:\n- <<: *m\n  c: d\n", None),
                ("l: [{}]\n", None),
            ],
            |root, remarks| {
                let list = root.child("l");
                let item = list.items().next()?;
                add(Fix::safe("add"), &item, "path", &[("type", "P")], remarks)
            },
        );
    }

    #[test]
    fn entries_are_taken_out_with_their_lines_or_commas() {
        check(
            &[
                ("a:\n  u: 1 # b\n  n: c\n", Some("a:\n  n: c\n")),
                (
                    "a:\n  n: c\n  u:\n  - d: |\n      e\n\n  - f: g\n  v: 1\nh: i\n",
                    Some("a:\n  n: c\nh: i\n"),
                ),
                ("a: {u: 1, n: c}\n", Some("a: {n: c}\n")),
                ("a: {n: c, u: 1, v: [2]}\n", Some("a: {n: c}\n")),
                ("a: {u: 1, n: c, v: 2, m: d}\n", Some("a: {n: c, m: d}\n")),
                ("a: {u: 1, v: 2}\n", None),
                ("a:\n  u: 1\n", None),
                ("m: &m {u: 1}\na:\n  <<: *m\n  n: c\n", None),
            ],
            |root, remarks| {
                let goes = |key: &str| matches!(key, "u" | "v");
                remove(Fix::safe("remove"), &root.child("a"), goes, remarks)
            },
        );
    }
}

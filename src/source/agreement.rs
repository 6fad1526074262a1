//! The second opinion: documents of all shapes, read by [`Tree`] and by `serde_yaml`, must come out the same.
//!
//! Where the two are known to differ, `serde_yaml` is wrong about what a cluster does; those inputs have tests in `tree`.

use proptest::prelude::*;
use serde_yaml::Value;

use super::{FileId, Node, Origin, Resolved, Tree};

/// What both readers agree on: types by YAML 1.2, because `serde_yaml` knows no other.
fn value_of(node: Node<'_, '_>) -> Value {
    if node.is_mapping() {
        let entries = node
            .entries()
            .map(|(key, value)| (value_of(key), value_of(value)));
        return Value::Mapping(entries.collect());
    }
    if node.is_sequence() {
        return Value::Sequence(node.items().map(value_of).collect());
    }
    let text = node.text().unwrap_or_default();
    match node.resolved() {
        None | Some(Resolved::Null) => Value::Null,
        Some(Resolved::Bool(value)) if matches!(text.len(), 4 | 5) => Value::Bool(value),
        Some(Resolved::Integer(value)) => Value::Number(value.into()),
        Some(Resolved::Float(value)) => Value::Number(value.into()),
        Some(_) => Value::String(text.to_owned()),
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let theirs: Result<Value, _> = serde_yaml::from_str(text);
    let ours = Tree::parse(FileId::new(0), 0, text);
    match (&ours, &theirs) {
        (Ok(tree), Ok(theirs)) => {
            let ours = tree.root().map_or(Value::Null, value_of);
            prop_assert_eq!(&ours, theirs, "in {:?}", text);
            check_spans(tree, text)?;
        }
        (Err(error), Err(_)) => prop_assert!(error.offset <= text.len()),
        // go-yaml refuses it too.
        (Err(error), Ok(_)) => prop_assert!(
            error.message == super::build::COLLECTION_AS_KEY,
            "only we refuse {:?}: {}",
            text,
            error.message
        ),
        (Ok(_), Err(error)) => prop_assert!(
            error.to_string().contains("duplicate entry"),
            "only serde_yaml refuses {:?}: {}",
            text,
            error
        ),
    }
    Ok(())
}

/// Every span lies in the document, on character boundaries, and within the span of its parent.
fn check_spans(tree: &Tree<'_>, text: &str) -> Result<(), TestCaseError> {
    let mut open: Vec<_> = tree.root().into_iter().collect();
    while let Some(node) = open.pop() {
        let Origin { start, end, .. } = node.origin();
        let slice = text.get(start as usize..end as usize);
        prop_assert!(slice.is_some(), "{}..{} in {:?}", start, end, text);
        if node.is_alias() {
            continue;
        }
        let children = node
            .entries()
            .flat_map(|(key, value)| [key, value])
            .chain(node.items());
        for child in children {
            let inner = child.origin();
            prop_assert!(
                start <= inner.start && inner.end <= end,
                "{:?} outside of its parent in {:?}",
                child,
                text
            );
            open.push(child);
        }
    }
    Ok(())
}

/// The bytes of a value and of all that is in it.
fn places(root: Node<'_, '_>) -> Vec<Origin> {
    let (mut places, mut open) = (Vec::new(), vec![root]);
    while let Some(node) = open.pop() {
        places.push(node.origin());
        if !node.is_alias() {
            open.extend(node.entries().flat_map(|(key, value)| [key, value]));
            open.extend(node.items());
        }
    }
    places
}

/// A document as a person could have written it, in every style that YAML has.
fn document() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "[a-z]{1,6}",
        "-?[1-9][0-9]{0,5}",
        Just("\"a\\u00e9\\n b\"".to_owned()),
        Just("'it''s'".to_owned()),
        Just("\"long\\\n    cut\"".to_owned()),
        Just("~".to_owned()),
        Just("true".to_owned()),
        Just("été # no".to_owned()),
        Just("http://a/b#c".to_owned()),
        Just("[a, 'b', {c: d}]".to_owned()),
        Just("{a: 1, \"b\": [ ]}".to_owned()),
        Just("plain\n          goes on".to_owned()),
    ];
    let block = prop_oneof![Just("|"), Just(">"), Just("|-"), Just(">+"), Just("|2")];
    let entry = (0_usize..4, "[a-z]{1,3}", scalar, block, 0_u8..6);
    prop::collection::vec(entry, 0..12).prop_map(|entries| {
        let mut depth = 0;
        let parts = entries.into_iter().enumerate().map(|(index, entry)| {
            let (indent, key, scalar, block, shape) = entry;
            depth = indent.min(depth);
            let pad = "  ".repeat(depth);
            // A number makes the keys unique: `serde_yaml` refuses doubles.
            match shape {
                0 => {
                    depth += 1;
                    format!("{pad}{key}{index}:\n{pad}  in{index}: {scalar}\n")
                }
                1 => format!("{pad}{key}{index}: {block}\n{pad}    one\n\n{pad}      two\n"),
                2 => format!("{pad}{key}{index}:\n{pad}- {scalar}\n{pad}-\n{pad}- x: {scalar}\n"),
                3 => format!("{pad}# comment\n{pad}\"{key}{index}\" :\n"),
                _ => format!("{pad}{key}{index}: {scalar}\n"),
            }
        });
        parts.collect()
    })
}

/// Pieces that mean something to YAML, in any order: most such documents are refused, by both. Tags of one's own are not
/// among them: `serde_yaml` has values for them, Kubernetes has not.
fn rubble() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        ": ",
        ":",
        "- ",
        "-",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "|",
        ">",
        "#",
        " #",
        "? ",
        "!!str ",
        "%",
        "@",
        "1",
        "é",
        "\u{1F600}",
        "\\",
        "\r\n",
        "...",
        "~",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat() + "\n")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn documents_are_read_as_serde_yaml_reads_them(text in document()) {
        prop_assert!(Tree::parse(FileId::new(0), 0, &text).is_ok(), "{}", text);
        check(&text)?;
    }

    #[test]
    fn rubble_is_read_or_refused_as_serde_yaml_does(text in rubble()) {
        check(&text)?;
    }

    #[test]
    fn documents_that_follow_each_other_are_read_as_each_by_itself(
        texts in prop::collection::vec(prop_oneof![4 => document(), 1 => rubble()], 2..6),
    ) {
        let mut sources = super::Sources::default();
        sources.add(super::File::new("a", texts.join("\n---\n") + "\n"));
        let (documents, _) = super::documents(&sources);
        for run in documents.chunks(3) {
            let Some(trees) = Tree::parse_run(&sources, run) else {
                continue;
            };
            for (document, tree) in run.iter().zip(trees) {
                let alone = Tree::parse(document.file, document.start, document.text(&sources));
                let alone = alone.expect("what is read in a run can be read");
                let shown = |tree: &Tree<'_>| tree.root().map(|root| (value_of(root), places(root)));
                prop_assert_eq!(shown(&tree), shown(&alone), "in {:?}", texts);
            }
        }
    }

    #[test]
    fn no_bytes_end_in_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..64), pieces in rubble()) {
        let mut sources = super::Sources::default();
        let mut bytes = bytes;
        bytes.extend(pieces.bytes());
        if let Ok(text) = super::normalise::normalise("a", bytes) {
            sources.add(super::File::new("a", text.text));
        }
        sources.add(super::File::new("b", pieces));
        let (documents, _) = super::documents(&sources);
        for document in documents {
            let text = document.text(&sources);
            if let Err(error) = Tree::parse(document.file, document.start, text) {
                let finding = super::unreadable(document.file, &document, text, &error);
                let at = finding.origin().expect("a place");
                prop_assert!(document.start <= at.start && at.end <= document.end, "{:?}", finding);
                sources.show(at);
            }
        }
    }
}

#[test]
fn nasty_snippets_are_read_as_serde_yaml_reads_them() {
    for text in [
        "",
        "# only a comment\n",
        "a: 'x\n\n  y'\n",
        "a: \"x \\\n  y\"\n",
        "a: >\n  folded\n  text\n\n  par\n   more\n",
        "a: |1\n  x\n",
        "a: |\n\n  x\n",
        "- - - a\n  - b\n- c\n",
        "? a\n: b\n",
        "a: {b, c: , \"d\":e}\n",
        "a:\r\n  - b\r\n  - |\r\n    c\r\n",
        "a: b#c\n",
        "a: b #c\n",
        "a: -\n",
        "a: - b\n",
        "a: http://x:80/y\n",
        "a: [\n1,\n2\n]\n",
        "{\"a\":\"\\/b\\u0041\\x41\"}\n",
        "{\"a\"\t:\t1}\n",
        "a: !!str 1\n",
        "a: &x [1]\nb: *x\n",
        "a: \u{2028}b\n",
        "é: ü\n",
        "...\n",
        "a: 1\n...\n",
        "'a': 1\n\"b\": 2\n",
        "a:    \n  b\n",
        "a: |-\n  x\n\n\nb: |+\n  y\n\nc: 1\n",
    ] {
        check(text).unwrap_or_else(|error| panic!("{error}"));
    }
}

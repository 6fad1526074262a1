//! What mutes what, and above all what does not.

use proptest::prelude::*;

use super::*;
use crate::source::File;

const DOC: &str = "\
kind: Ingress
metadata:
  name: shop
spec:
  tls: here
";

fn find(word: &str) -> Option<Code> {
    crate::lint::find(word)
}

/// The suppressions of some files, and the files.
fn suppressions(files: &[(&str, &str)]) -> (Sources, Suppressions<'static>) {
    suppressions_with(files, &find)
}

fn suppressions_with(
    files: &[(&str, &str)],
    lookup: Lookup<'_>,
) -> (Sources, Suppressions<'static>) {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(File::new(*name, *text));
    }
    let reading = Reading {
        lookup,
        help: |_| String::new(),
        now: None,
        whole: true,
        here: "/",
    };
    let suppressions = Suppressions::collect(&sources, &[], "default", reading);
    (sources, suppressions)
}

/// A finding at `needle` of the file of this number.
fn at(sources: &Sources, file: usize, needle: &str) -> Finding {
    let id = crate::source::FileId::new(file);
    let start = sources.file(id).text.find(needle).expect("is there");
    let finding = Finding::new(Code::TLS_HOST_NOT_IN_RULES, "x");
    finding.at(Origin::new(id, start..start + needle.len()))
}

/// Whether a finding of ING402 at `needle` of the only file is muted.
fn mutes(text: &str, needle: &str) -> bool {
    let (sources, mut suppressions) = suppressions(&[("a.yaml", text)]);
    let finding = at(&sources, 0, needle);
    let (_, muted) = suppressions.mute(vec![finding], &sources);
    !muted.is_empty()
}

#[test]
fn a_comment_mutes_what_its_line_is_part_of() {
    for (text, expected) in [
        ("a: here # ingressc: ignore[ING402] why\n", true),
        (
            "a: here # ingressc: ignore[tls-host-not-in-rules] why\n",
            true,
        ),
        ("a: here # ingressc: ignore[ING305,ING402]\n", true),
        ("a: here #ingressc:ignore[ing402]: why\n", true),
        ("a: here # noqa # ingressc: ignore[ING402] why\n", true),
        (
            "a: here # ingressc: ignore[ING305] x # ingressc: ignore[ING402] y\n",
            true,
        ),
        (
            "a: {b: [c, # ingressc: ignore[ING402] why\n  here]}\n",
            false,
        ),
        ("a: here # ingressc: ignore[ING305] why\n", false),
        ("a: here # ingressc: ignore[ING4] why\n", false),
        ("a: here # ingressc: ignore[*] why\n", false),
        ("a: here # ingressc: ignore ING402\n", false),
        ("a: here # see ingressc: ignore[ING402]\n", false),
        ("a: here#ingressc: ignore[ING402]\n", false),
        (
            "a: here\nb: c # ingressc: ignore[ING402] another line\n",
            false,
        ),
        (
            "b: c # ingressc: ignore[ING402] another line\na: here\n",
            false,
        ),
    ] {
        assert_eq!(mutes(text, "here"), expected, "{text}");
    }
}

#[test]
fn a_comment_within_the_lines_of_a_place_mutes_it() {
    let text = "a:\n  b: 1\n  # ingressc: ignore[ING402] why\n  c: 2\n  d: 3\n";
    assert!(mutes(
        text,
        "b: 1\n  # ingressc: ignore[ING402] why\n  c: 2"
    ));
    assert!(mutes(text, "c: 2"));
    assert!(!mutes(text, "b: 1"));
    assert!(!mutes(text, "d: 3"));
}

#[test]
fn comments_that_stand_alone_stack() {
    let above = "# ingressc: ignore[ING402] why\n";
    for (between, expected) in [
        ("", true),
        ("# ingressc: ignore[ING305] why\n", true),
        ("  # and more about it\n", true),
        ("\n", false),
        ("b: c\n", false),
    ] {
        let text = format!("{above}{between}a: here\n");
        assert_eq!(mutes(&text, "here"), expected, "{text}");
    }
    assert!(mutes(
        "- # ingressc: ignore[ING402] why\n  here\n",
        "- # ingressc: ignore[ING402] why\n  here"
    ));
    assert!(!mutes("- # ingressc: ignore[ING402] why\n  here\n", "here"));
}

#[test]
fn what_stands_in_a_string_is_no_comment() {
    let words = "# ingressc: ignore[ING402] why";
    for text in [
        format!("a: \"here {words}\"\n"),
        format!("a: 'here {words}'\n"),
        format!("a: \"here\n  {words}\"\n"),
        format!("a: |\n  {words}\n  here\n"),
        format!("a: >-\n  here {words}\n"),
        format!("a: !!str |2\n    {words}\n  here\n"),
        format!("a: \"| {words} here\"\n"),
        format!("a: \"\n\n {words}\n here\"\n"),
        format!("? \"{words}\"\n: here\n"),
    ] {
        assert!(!mutes(&text, "here"), "{text}");
    }
    for text in [
        format!("a: | {words}\n  here\n"),
        format!("a: &x !!str >- {words}\n  here\n"),
        format!("a:\n- |\n  text\n{words}\n- here\n"),
    ] {
        let start = text
            .find("| ")
            .or(text.find(">-"))
            .map_or("here", |at| &text[at..text.len() - 1]);
        assert!(mutes(&text, start), "{text}");
    }
}

#[test]
fn documents_and_files_are_apart() {
    let muting = format!("# ingressc: ignore[ING402] why\n{DOC}");
    let (sources, mut found) = suppressions(&[("a.yaml", &muting), ("b.yaml", DOC)]);
    let findings = vec![at(&sources, 0, "kind"), at(&sources, 1, "kind")];
    let (kept, muted) = found.mute(findings, &sources);
    assert_eq!((kept.len(), muted.len()), (1, 1));
    assert_eq!(muted[0].reason, "why");
    // Nothing in a document that cannot be read is known to be a comment.
    assert!(!mutes(
        "a: here # ingressc: ignore[ING402] why\nb: [\n",
        "here"
    ));
    assert!(mutes(
        "b: [\n---\na: here # ingressc: ignore[ING402] why\n",
        "here"
    ));
}

/// `DOC` with an annotation.
fn annotated(annotation: &str) -> String {
    let annotations = format!("  annotations:\n    ingressc/ignore: {annotation}\n");
    DOC.replace("spec:\n", &format!("{annotations}spec:\n"))
}

#[test]
fn an_annotation_mutes_what_is_in_its_object() {
    for (annotation, expected) in [
        ("'ING402: why'", true),
        ("ING402", true),
        ("'ING305: why; ING402: and why'", true),
        ("\"ING305: why\\nING402: and why\"", true),
        ("'ING305,ING402: why'", true),
        (
            "|\n      ING305: why\n      tls-host-not-in-rules: why",
            true,
        ),
        ("'ING305: why; but not ING402'", false),
        ("'ING4: why'", false),
        ("'*'", false),
        ("{a: ING402}", false),
    ] {
        assert_eq!(
            mutes(&annotated(annotation), "here"),
            expected,
            "{annotation}"
        );
    }
    let json = "{\"kind\":\"List\",\"items\":[{\"kind\":\"A\",\"metadata\":{\"name\":\"a\",\"annotations\":{\"ingressc\\/ignore\":\"ING402: why\"}},\"x\":\"here\"},{\"kind\":\"A\",\"y\":\"there\"}]}\n";
    assert!(mutes(json, "here"));
    assert!(!mutes(json, "there"));
    let two = format!(
        "{}---\n{}",
        annotated("ING402"),
        DOC.replace("here", "there")
    );
    assert!(mutes(&two, "here"));
    assert!(!mutes(&two, "there"));
}

#[test]
fn an_annotation_mutes_what_is_about_its_object_and_nothing_of_a_namesake() {
    let text = annotated("'ING402: why'");
    let other = DOC.replace("here", "there");
    let about = |finding: Finding| finding.object("Ingress default/shop");
    let (sources, mut found) = suppressions(&[("a.yaml", &text), ("b.yaml", &other)]);
    let muted = |found: &mut Suppressions<'_>, finding| {
        let (_, muted) = found.mute(vec![finding], &sources);
        muted.len() == 1
    };
    let bare = || Finding::new(Code::TLS_HOST_NOT_IN_RULES, "x");
    assert!(muted(&mut found, about(bare())));
    assert!(!muted(&mut found, bare().object("Ingress other/shop")));
    // It stands in another object, with a word about this one.
    let here = at(&sources, 0, "here").labels[0].origin;
    assert!(muted(
        &mut found,
        about(at(&sources, 1, "there")).label(here, "for this one")
    ));
    // Another object of the same name.
    assert!(!muted(&mut found, about(at(&sources, 1, "there"))));

    let (sources, mut found) = suppressions(&[("a.yaml", &text), ("b.yaml", &text)]);
    let (_, muted) = found.mute(vec![about(bare())], &sources);
    assert_eq!(muted, [], "nobody knows which of the two is meant");
}

#[test]
fn rules_that_protect_are_not_muted_in_manifests() {
    let text = "a: here # ingressc: ignore[ING503, ING001, ING402] why\n";
    let (sources, mut found) = suppressions(&[("a.yaml", text)]);
    let of = |code| Finding::new(code, "x").at(at(&sources, 0, "here").labels[0].origin);
    let findings = [
        Code::AUTH_FAILS_OPEN,
        Code::YAML_PARSE_ERROR,
        Code::TLS_HOST_NOT_IN_RULES,
    ];
    let (kept, _) = found.mute(findings.map(of).into(), &sources);
    assert_eq!(kept.len(), 2);
    let (said, _) = found.said(&sources, |_| true, |said| said);
    let codes: Vec<Code> = said.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::SUPPRESSION_REFUSED; 2]);
}

/// What is said about the suppressions of a text while nothing is found, and the text without them.
fn mended(text: &str) -> (Vec<String>, String) {
    let (sources, mut found) = suppressions(&[("a.yaml", text)]);
    let (said, _) = found.said(&sources, |_| true, |said| said);
    let mut out = text.to_owned();
    let edits = said.iter().rev().filter_map(|finding| finding.fix.as_ref());
    for edit in edits.flat_map(|fix| &fix.edits) {
        let range = edit.origin.start as usize..edit.origin.end as usize;
        out.replace_range(range, &edit.replacement);
    }
    (
        said.into_iter()
            .map(|finding| finding.code.to_string())
            .collect(),
        out,
    )
}

#[test]
fn what_mutes_nothing_is_taken_away() {
    let annotations =
        |entries: &str| format!("kind: A\nmetadata: {{name: a, annotations: {{{entries}}}}}\n");
    for (text, left) in [
        (
            "a: b # ingressc: ignore[ING402] why\n".to_owned(),
            "a: b\n".to_owned(),
        ),
        (
            "a: b # noqa # ingressc: ignore[ING402] why\n".to_owned(),
            "a: b # noqa\n".to_owned(),
        ),
        (
            "x: y\n  # ingressc: ignore[ING402] why\na: b\n".to_owned(),
            "x: y\na: b\n".to_owned(),
        ),
        (
            "a: b # ingressc: ignore[ING402] x\r\nc: d\r\n".to_owned(),
            "a: b\r\nc: d\r\n".to_owned(),
        ),
        (annotations("ingressc/ignore: ING402"), annotations("")),
        (
            annotations("ingressc/ignore: ING402, b: c"),
            annotations("b: c"),
        ),
        (
            annotations("b: c, ingressc/ignore: ING402"),
            annotations("b: c"),
        ),
        (
            annotated("ING402").replace("    ing", "    b: c\n    ing"),
            annotated("ING402").replace("ingressc/ignore: ING402", "b: c"),
        ),
    ] {
        let (said, out) = mended(&text);
        assert_eq!(said, ["ING905"], "{text}");
        assert_eq!(out, left, "{text}");
    }
}

#[test]
fn time_grows_no_faster_than_the_text() {
    let many = "ING402,nothing,".repeat(30_000);
    let stacked = "# ingressc: ignore[ING402] why\n".repeat(30_000);
    let one_line = format!(
        "a: here{}\n",
        " # ingressc: ignore[ING402] why".repeat(30_000)
    );
    let entries = annotated(&format!("\"{}\"", "ING402: \\x61; ".repeat(30_000)));
    let twins = format!("{}---\n", annotated("ING402")).repeat(3_000);
    for text in [
        format!("a: here # ingressc: ignore[{many}] why\n"),
        format!("{stacked}a: here\n"),
        format!("{}{one_line}", " ".repeat(100_000)),
        entries,
        twins,
    ] {
        let lookup = |word: &str| (word == "ING402").then_some(Code::TLS_HOST_NOT_IN_RULES);
        let (sources, mut found) = suppressions_with(&[("a.yaml", &text)], &lookup);
        let finding = at(&sources, 0, "here").object("Ingress default/shop");
        let (kept, _) = found.mute(vec![finding; 1_000], &sources);
        assert_eq!(kept, []);
        found.said(&sources, |_| true, |said| said);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever stands in a file, nothing panics, each edit is of bytes that are there, and no finding is muted without the words.
    #[test]
    fn no_text_ends_in_a_panic(pieces in prop::collection::vec(prop::sample::select(vec![
        "# ingressc: ignore[ING402] x", "# ingressc:", " ignore[", "ING305, é", "]", "[", "{", "}", ",", "\n", "\n---\n", "\r\n", "  ",
        "a: ", "- ", "|", "\"", "'", "#", "kind: A\nmetadata: {name: a, annotations: {ingressc/ignore: ING402}}\n", "ingressc/ignore: ",
        "ING402: x; ING9", "items: [", "kind: List\n", "&a ", "*a", "é\u{1F600}", "\t",
    ]), 0..24)) {
        let text = pieces.concat() + "\n";
        let (sources, mut found) = suppressions(&[("a.yaml", &text)]);
        let id = crate::source::FileId::new(0);
        let whole = Finding::new(Code::TLS_HOST_NOT_IN_RULES, "x").at(Origin::new(id, 0..text.len()));
        let other = Finding::new(Code::UNREACHABLE_PATH, "x").at(Origin::new(id, 0..text.len()));
        let (kept, _) = found.mute(vec![whole, other], &sources);
        prop_assert!(kept.iter().any(|finding| finding.code == Code::UNREACHABLE_PATH));
        let (said, _) = found.said(&sources, |_| true, |said| said);
        for finding in said {
            let edits = finding.fix.into_iter().flat_map(|fix| fix.edits);
            for origin in edits.map(|edit| edit.origin).chain(finding.labels.iter().map(|label| label.origin)) {
                prop_assert!(text.get(origin.start as usize..origin.end as usize).is_some(), "{text:?}");
            }
        }
    }
}

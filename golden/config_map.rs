//! Hostile values in the controller's ConfigMap and in that of error files: what they come to holds no line that they brought along.

use std::collections::BTreeSet;

use ingressc::annotations::{self, On, Scope, Spec};
use ingressc::config::{self, Base, Config};
use ingressc::emit::{self, Bundle};
use ingressc::source::{File, FileKind, Sources};
use ingressc::{Settings, finding::Severity};

use crate::haproxy;
use crate::pipeline::{self, Compiled};
use crate::random::Dice;

/// What ends words and lines, and what HAProxy evaluates.
const PIECES: [&str; 18] = [
    "\n",
    "\r\n",
    "\nbackend evil\n",
    "\nglobal\n    lua-load /tmp/evil.lua\n",
    "\n    stats socket /tmp/evil level admin\n",
    "\t",
    "\u{0}",
    "\u{1}0,0,1",
    "\u{85}",
    "'",
    "\"",
    "' evil",
    "\\",
    " #",
    "$HOME",
    "%[env(HOME)]",
    "%",
    ", evil:1",
];

/// Every value that a piece spoils: alone, before and after one that is legal, and one that is long.
fn spoilt(good: &str) -> Vec<String> {
    let around = PIECES.iter().flat_map(|piece| {
        [
            (*piece).to_owned(),
            format!("{good}{piece}"),
            format!("{piece}{good}"),
        ]
    });
    around.chain([good.repeat(6_000)]).collect()
}

#[test]
fn values_of_the_config_map_bring_no_lines_along() {
    let keys = annotations::all()
        .filter(|spec| spec.on.contains(&On::ConfigMap) && spec.scope == Scope::Global);
    let mut cases: Vec<(&str, String)> = keys
        .flat_map(|spec: &Spec| {
            spoilt(spec.example)
                .into_iter()
                .map(|value| (spec.key, value))
        })
        .collect();
    let page = "HTTP/1.1 503 A\nX-A: b\n\nc";
    cases.extend(spoilt(page).into_iter().map(|value| ("503", value)));
    assert!(cases.len() > 500, "{}", cases.len());

    let plain = sections(&compile("", "").bundle);
    let mut dice = Dice::new(Dice::seed());
    for (key, value) in &cases {
        let entry = format!("  \"{key}\": {}\n", escaped(value));
        let compiled = match *key {
            "503" => compile("", &entry),
            _ => compile(&entry, ""),
        };
        assert_eq!(sections(&compiled.bundle), plain, "{key}: {value:?}");
        for (name, file) in &compiled.bundle.files {
            let text = String::from_utf8_lossy(&file.bytes);
            let stray = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
            assert!(!text.contains(stray), "{name}: {key}: {value:?}");
        }
        let left_out = compiled
            .findings
            .iter()
            .any(|it| it.severity == Severity::Error);
        // One in thirty is enough to keep the test short, and over the days that is all of them.
        if let Some(binary) = haproxy::binary().filter(|_| !left_out && dice.roll(30) == 0) {
            let bundle = pipeline::bundle_to_run(
                &compiled.routing,
                &compiled.sources,
                &compiled.settings.emit,
            );
            let said = haproxy::check(binary, &bundle);
            assert_eq!(said, Ok(()), "{key}: {value:?}");
        }
    }
}

/// The lines that begin a section.
fn sections(bundle: &Bundle) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(&bundle.files[emit::CONFIG].bytes);
    text.lines()
        .filter(|line| line.starts_with(|c: char| !c.is_whitespace() && c != '#'))
        .map(str::to_owned)
        .collect()
}

/// JSON's strings are YAML's, but for what YAML does not take raw.
fn escaped(text: &str) -> String {
    serde_json::to_string(text)
        .expect("text")
        .replace('\u{85}', "\\u0085")
}

fn compile(data: &str, pages: &str) -> Compiled {
    let object = |name: &str, data: &str| {
        let data = if data.is_empty() {
            "{}".to_owned()
        } else {
            format!("\n{data}")
        };
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: haproxy}}\ndata: {data}\n"
        )
    };
    let mut sources = Sources::default();
    let mut config = Config::default();
    let mut file = File::new(
        config::FILE_NAME,
        "configMap: haproxy/config\nerrorFiles: haproxy/errors\n",
    );
    file.kind = FileKind::Config;
    let file = sources.add(file);
    let mistakes = config::read(&mut config, &sources, file, &Base::default());
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    sources.add(File::new(
        "maps.yaml",
        object("config", data) + &object("errors", pages),
    ));
    pipeline::compile_sources(sources, Vec::new(), Settings::new(&config, false))
}

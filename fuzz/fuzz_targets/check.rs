//! Any bytes into `check`: findings or a clean answer, in every format, never a panic, and soon.
//!
//! `just fuzz` runs it, with the manifests of `testdata` to begin with. A form feed cuts the bytes into files, so that objects may
//! refer to each other across files.
#![no_main]

use ingressc::finding::{Levels, Sink};
use ingressc::{Settings, report, source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = bytes.split(|&byte| byte == b'\x0c').enumerate();
    let contents = files
        .map(|(index, bytes)| (format!("{index}.yaml"), bytes.to_vec()))
        .collect();
    let (sources, collected) = source::from_bytes(contents);
    let mut settings = Settings::default();
    settings.lower.endpoints.placeholders = true;
    let compiled = ingressc::compile(&sources, &settings);
    let mut sink = Sink::new(Levels::default());
    sink.extend(collected);
    sink.extend(ingressc::lint(&sources, &settings, &compiled));
    sink.extend(compiled.findings.iter().cloned());
    let findings = sink.into_findings();
    for finding in &findings {
        for label in &finding.labels {
            let text = &sources.file(label.origin.file).text;
            let range = label.origin.start as usize..label.origin.end as usize;
            assert!(text.get(range).is_some(), "{finding:?} points outside of its file");
        }
    }
    let text = report::human(&findings, &sources, 100) + &report::concise(&findings, &sources);
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\x1b');
    assert!(!text.contains(odd), "a report holds a control character");
});

//! Every key of every dialect has a case, in which it stands.

use std::path::Path;

use ingressc::annotations;

#[test]
fn every_key_has_a_case() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/annotations");
    let mut missing = Vec::new();
    for spec in annotations::all() {
        let case = format!("{}/{}", spec.dialect.name(), spec.key);
        if !stands_in(&testdata.join(&case), spec.key) {
            missing.push(case);
        }
    }
    assert!(
        missing.is_empty(),
        "{} keys without a case in testdata/annotations, or with one that does not have the key: {missing:#?}",
        missing.len()
    );
}

/// Whether some file of the folder has the key.
fn stands_in(folder: &Path, key: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    let mut files = entries.map(|entry| entry.expect("readable").path());
    files.any(|file| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.contains(&format!("{key}: ")) || text.contains(&format!("{key}\": "))
    })
}

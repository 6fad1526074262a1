//! Files in `docs` that are made of tables in the source.

use std::path::Path;

/// Compares a committed file with what it should say; with `INSTA_UPDATE=always`, as for snapshots, the file is made to.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests keep files in docs fresh"
)]
pub(crate) fn fresh(path: &str, filter: &str, expected: impl FnOnce(&str) -> String) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let have = std::fs::read_to_string(&file).unwrap_or_default();
    let expected = expected(&have);
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::create_dir_all(file.parent().expect("in docs")).expect("created");
        std::fs::write(&file, expected).expect("written");
    } else {
        assert!(
            have == expected,
            "{path} is stale: INSTA_UPDATE=always cargo test --lib {filter}"
        );
    }
}

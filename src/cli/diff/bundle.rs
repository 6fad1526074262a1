//! A bundle on the disk, as one side.

use std::path::Path;

use crate::cli::settings::plain;
use crate::cli::{Exit, Stop};
use crate::emit::{Bundle, BundleFile, CONFIG, INDEX, Index};
use crate::report::visible;
use crate::source::{MAX_FILE_BYTES, read_regular};

/// Whether a folder is one that `compile` has written.
#[expect(
    clippy::disallowed_methods,
    reason = "whether a folder holds a bundle is a question to the disk"
)]
pub(super) fn is_one(folder: &Path) -> bool {
    folder.join(INDEX).is_file() && folder.join(CONFIG).is_file()
}

/// Reads `bundle.json` and the files that it names, as far as they have names that bundles have.
pub(super) fn read(folder: &Path) -> Result<Bundle, Stop> {
    let index = file(&folder.join(INDEX))?;
    let owned = Index::owned(&index.bytes).ok_or_else(|| {
        let shown = folder.join(INDEX).display().to_string();
        Stop::usage(format!(
            "error: {} is none that is known here\n  help: compile the bundle again",
            visible(&shown)
        ))
    })?;
    let mut bundle = Bundle::default();
    bundle.files.insert(INDEX.to_owned(), index);
    for path in owned {
        let content = file(&folder.join(&path))?;
        bundle.files.insert(path, content);
    }
    let config = file(&folder.join(CONFIG))?;
    bundle.files.insert(CONFIG.to_owned(), config);
    Ok(bundle)
}

fn file(path: &Path) -> Result<BundleFile, Stop> {
    let fault = |why: &str| {
        let shown = path.display().to_string();
        Stop::new(
            Exit::Fault,
            format!("error: {} of the bundle: {why}", visible(&shown)),
        )
    };
    let bytes = read_regular(path, MAX_FILE_BYTES).map_err(|error| fault(&plain(&error)))?;
    Ok(BundleFile::private(bytes))
}

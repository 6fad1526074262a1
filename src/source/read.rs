//! Bytes of one file or stream, up to the limit of size.

use std::borrow::Cow;
use std::fs::File as OpenFile;
use std::io::{self, Read};
use std::path::Path;

use memchr::memmem;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::finding::Finding;

/// A longer file is refused without being read.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// What a file or stream holds.
pub(super) enum Content {
    Bytes(Vec<u8>),
    TooLarge,
    /// Not asked for: why.
    Refused(Box<Finding>),
}

#[expect(clippy::disallowed_methods, reason = "manifests come in here")]
pub(super) fn open_and_read(path: &Path) -> io::Result<Content> {
    let mut file = OpenFile::open(path)?;
    let length = file.metadata()?.len();
    if length > MAX_FILE_BYTES {
        return Ok(Content::TooLarge);
    }
    read_with(&mut file, length)
}

pub(super) fn read_at_most(reader: &mut dyn Read) -> io::Result<Content> {
    read_with(reader, 1 << 16)
}

/// `expected` is a guess: a pipe has no length, and a file may grow meanwhile.
fn read_with(reader: &mut dyn Read, expected: u64) -> io::Result<Content> {
    // One more byte for the reader to see the end, one more for a line feed that may be missing.
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0) + 2);
    reader.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > MAX_FILE_BYTES {
        Content::TooLarge
    } else {
        Content::Bytes(bytes)
    })
}

/// Whether `bundle.json` in a walk is what an earlier run wrote, below the folder that is walked.
pub(super) fn is_our_index(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Index<'a> {
        #[serde(borrow)]
        generator: Cow<'a, str>,
    }
    // A list would be taken for the fields in their order.
    bytes.starts_with(b"{")
        && serde_json::from_slice::<Index<'_>>(bytes)
            .is_ok_and(|index| index.generator.starts_with("ingressc "))
}

/// Whether JSON in a walk is a report of findings that an earlier run wrote, and nothing that a cluster would take besides.
pub(crate) fn is_our_report(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Object {
        kind: Option<IgnoredAny>,
    }
    let starts = [
        "{\n  \"version\": 1,\n  \"tool\": {\n    \"name\": \"ingressc\"",
        "{\n  \"$schema\": \"https://json.schemastore.org/sarif-",
        "[\n  {\n    \"description\": \"ING",
    ];
    let Some(start) = starts
        .iter()
        .find(|start| bytes.starts_with(start.as_bytes()))
    else {
        return bytes == b"[]\n";
    };
    // A list is nothing that a cluster would take.
    start.starts_with('[')
        || serde_json::from_slice::<Object>(bytes).is_ok_and(|object| object.kind.is_none())
}

/// `values.yaml` in a walk is a chart's, and `routes.yaml` a list of expectations, unless it says what kind of object it is.
pub(super) fn names_a_kind(bytes: &[u8]) -> bool {
    bytes.starts_with(b"kind:") || memmem::find(bytes, b"\nkind:").is_some()
}

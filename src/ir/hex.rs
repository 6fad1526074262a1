//! Digests as names are made of them.

use std::fmt::Write as _;

/// `bytes` in hexadecimal digits, two each, in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

//! The bytes of a file that has to be one: its kind and its length are looked at before it is read.
//!
//! A folder with a bundle, a configuration or a list of expectations may come from anybody. A pipe would wait for ever, and a link to a
//! device has no end.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Reads a regular file, or a pipe that the shell has opened (`<(…)`), of at most `limit` bytes.
///
/// # Errors
/// What the file system says; [`ErrorKind::InvalidInput`] for what is no file, [`ErrorKind::FileTooLarge`] for what is longer; both in
/// words for people.
pub fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open_regular(path)?;
    let length = file.metadata()?.len();
    let too_large = || {
        let message = format!("this is longer than {limit} bytes");
        io::Error::new(ErrorKind::FileTooLarge, message)
    };
    if length > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 2);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Opens a regular file, or a pipe that the shell has opened.
///
/// # Errors
/// As [`read_regular`].
#[expect(clippy::disallowed_methods, reason = "files come in here")]
pub fn open_regular(path: &Path) -> io::Result<File> {
    // Somebody writes to it already.
    if path.starts_with("/dev/fd") || path == Path::new("/dev/stdin") {
        return File::open(path);
    }
    // A pipe would keep `open` waiting, too.
    let nonblock = rustix::fs::OFlags::NONBLOCK.bits();
    let flags = i32::try_from(nonblock).unwrap_or(0);
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "this is no regular file",
        ));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a file of the test is written")]
    fn pipes_devices_folders_and_long_files_are_refused_before_they_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "12345").expect("writable");
        assert_eq!(read_regular(&file, 5).expect("a file"), b"12345");
        let why = |path: &Path, limit| {
            let error = read_regular(path, limit).expect_err("refused");
            (error.kind(), error.to_string())
        };
        let (kind, said) = why(&file, 4);
        assert_eq!(
            (kind, &*said),
            (ErrorKind::FileTooLarge, "this is longer than 4 bytes")
        );
        let (kind, _) = why(folder.path(), 4);
        assert_eq!(kind, ErrorKind::IsADirectory);
        let pipe = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).expect("a pipe");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).expect("a link");
        for path in [pipe, link] {
            let (kind, said) = why(&path, 4);
            assert_eq!(
                (kind, &*said),
                (ErrorKind::InvalidInput, "this is no regular file")
            );
        }
    }
}

//! The files of a revision of a git repository, laid out in a folder.
//!
//! `git` itself is asked, because a repository may be of any kind that it knows. It runs no hook, filter or pager, fetches nothing, and
//! writes nothing: the files are its objects, byte for byte, and are written here. Names in a revision are foreign text.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::read::MAX_FILE_BYTES;

/// A revision that has been laid out. Its folder goes with it.
#[derive(Debug)]
pub struct Revision {
    folder: tempfile::TempDir,
    /// Where the command runs, as seen from the root of the repository; empty at the root.
    pub prefix: String,
    /// Folders of other repositories, which are not there.
    pub submodules: Vec<String>,
}

/// Why there is none: lower case, without a full stop, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitError {
    /// What is wrong.
    pub message: String,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// Whether git or the disk failed, and nobody asked wrongly.
    pub is_fault: bool,
}

impl GitError {
    fn usage(message: impl Into<String>, help: &str) -> Self {
        Self {
            message: message.into(),
            help: (!help.is_empty()).then(|| help.to_owned()),
            is_fault: false,
        }
    }

    fn fault(message: impl Into<String>) -> Self {
        Self {
            is_fault: true,
            ..Self::usage(message, "")
        }
    }
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for GitError {}

impl Revision {
    /// Lays out the files of `revision` of the repository around the working directory.
    ///
    /// # Errors
    /// There is no git, no repository or no such revision; an object is not there; the disk.
    pub fn lay_out(revision: &str) -> Result<Self, GitError> {
        if revision.is_empty() || revision.starts_with('-') || revision.contains(char::is_control) {
            return Err(GitError::usage(
                format!("`{revision}` is no revision"),
                "write git:REV or git:REV:PATH, such as git:origin/main:deploy",
            ));
        }
        let prefix = text(&["rev-parse", "--show-prefix"])?;
        let prefix = prefix.map_err(|reason| no_repository(&reason))?;
        let commit = format!("{revision}^{{commit}}");
        let known = text(&[
            "rev-parse",
            "--quiet",
            "--verify",
            "--end-of-options",
            &commit,
        ])?;
        let commit = known.map_err(|reason| {
            let reason = match reason.as_str() {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            GitError::usage(
                format!("git knows no revision `{revision}`{reason}"),
                "fetch it first: git fetch origin; in CI, check out with the whole history (fetch-depth: 0)",
            )
        })?;
        let folder = tempfile::Builder::new()
            .prefix("ingressc-")
            // Manifests hold private keys, and not everybody who is on this machine may read the repository.
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .tempdir();
        let folder =
            folder.map_err(|error| GitError::fault(format!("a temporary folder: {error}")))?;
        let mut laid = Self {
            folder,
            prefix: prefix.trim_end_matches('/').to_owned(),
            submodules: Vec::new(),
        };
        let listed = output(&["ls-tree", "-r", "-z", "-l", "--full-tree", commit.as_str()])?;
        let entries = laid.entries(&listed)?;
        laid.write(&entries)?;
        Ok(laid)
    }

    /// The folder in which the files of the revision lie.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Reads `MODE TYPE OBJECT SIZE<tab>PATH<nul>`.
    fn entries(&mut self, listed: &[u8]) -> Result<BTreeMap<String, Entry>, GitError> {
        let mut entries = BTreeMap::new();
        for line in listed.split(|&b| b == 0).filter(|line| !line.is_empty()) {
            // What is no text is the name of no manifest.
            let Ok(line) = std::str::from_utf8(line) else {
                continue;
            };
            let (about, path) = line.split_once('\t').unwrap_or_default();
            let words: Vec<&str> = about.split_ascii_whitespace().collect();
            let [mode, _, object, size] = words[..] else {
                return Err(GitError::fault(
                    "git lists its files in a way that is not known",
                ));
            };
            let mut parts = Path::new(path).components();
            if path.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_))) {
                return Err(GitError::usage(
                    format!("the revision has a file called `{path}`, which leads out of it"),
                    "",
                ));
            }
            if mode == "160000" {
                self.submodules.push(path.to_owned());
                continue;
            }
            // The root of the search for the configuration is ours to mark.
            if Path::new(path)
                .components()
                .any(|part| part.as_os_str() == ".git")
            {
                continue;
            }
            let entry = Entry {
                object: object.to_owned(),
                size: size.parse().unwrap_or(u64::MAX),
                is_link: mode == "120000",
            };
            entries.insert(path.to_owned(), entry);
        }
        Ok(entries)
    }

    /// Writes all files, then the links, so that no file is written through a link.
    #[expect(
        clippy::disallowed_methods,
        reason = "a revision is laid out in a folder of its own"
    )]
    fn write(&self, entries: &BTreeMap<String, Entry>) -> Result<(), GitError> {
        let fault = |error: io::Error| GitError::fault(format!("laying out a revision: {error}"));
        let root = self.root();
        // Here ends the search for the configuration, as it does in the repository.
        std::fs::create_dir_all(root.join(".git")).map_err(fault)?;
        let wanted: Vec<(&String, &Entry)> = entries
            .iter()
            .filter(|(_, entry)| entry.size <= MAX_FILE_BYTES)
            .collect();
        let mut links = Vec::new();
        let objects = wanted.iter().map(|(_, entry)| entry.object.as_str());
        read_objects(objects, |index, bytes| {
            let (path, entry) = wanted[index];
            if entry.is_link {
                links.push((path.clone(), bytes));
                return Ok(());
            }
            create(&root.join(path))?.write_all(&bytes)
        })?;
        for (path, _) in entries.iter().filter(|(_, it)| it.size > MAX_FILE_BYTES) {
            // Too large to be read, and told so: its size is all that counts.
            let file = create(&root.join(path)).map_err(fault)?;
            file.set_len(MAX_FILE_BYTES + 1).map_err(fault)?;
        }
        for (path, target) in links {
            link(&root.join(path), &target).map_err(fault)?;
        }
        Ok(())
    }
}

/// A file of a revision.
#[derive(Debug)]
struct Entry {
    object: String,
    /// In bytes.
    size: u64,
    is_link: bool,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a revision is laid out in a folder of its own"
)]
fn create(path: &Path) -> io::Result<std::fs::File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::File::create_new(path)
}

#[cfg(unix)]
fn link(path: &Path, target: &[u8]) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    if let Some(folder) = path.parent() {
        #[expect(
            clippy::disallowed_methods,
            reason = "a revision is laid out in a folder of its own"
        )]
        std::fs::create_dir_all(folder)?;
    }
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), path)
}

#[cfg(not(unix))]
fn link(_path: &Path, _target: &[u8]) -> io::Result<()> {
    Ok(())
}

/// Calls `each` with the bytes of each object, by its number in the list.
fn read_objects<'o>(
    objects: impl Iterator<Item = &'o str>,
    mut each: impl FnMut(usize, Vec<u8>) -> io::Result<()>,
) -> Result<(), GitError> {
    let objects: Vec<&str> = objects.collect();
    let fault = |error: io::Error| GitError::fault(format!("asking git: {error}"));
    let mut child = git(&["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| no_git(&error))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
        return Err(GitError::fault("git takes no questions"));
    };
    let names = objects.join("\n") + "\n";
    let is_empty = objects.is_empty();
    // Asked beside the reading: neither side waits for a full pipe.
    let asking = std::thread::spawn(move || {
        if !is_empty {
            // Whoever went away early is found out by what is missing.
            let _ = stdin.write_all(names.as_bytes());
        }
    });
    let mut answers = BufReader::new(stdout);
    let mut read = || {
        for (index, object) in objects.iter().enumerate() {
            let mut header = String::new();
            answers.read_line(&mut header).map_err(fault)?;
            let mut words = header.split_ascii_whitespace();
            let size = (words.next(), words.next(), words.next());
            let (Some(_), Some("blob"), Some(size)) = size else {
                return Err(GitError::usage(
                    format!("the object {object} of the revision is not in the repository"),
                    "fetch all of it: git fetch --refetch --no-filter",
                ));
            };
            let size: usize = size.parse().unwrap_or(0);
            let mut bytes = vec![0; size + 1];
            answers.read_exact(&mut bytes).map_err(fault)?;
            bytes.truncate(size);
            each(index, bytes).map_err(fault)?;
        }
        Ok(())
    };
    let done = read();
    drop(answers);
    let _ = asking.join();
    let _ = child.wait();
    done
}

/// git with these arguments, in the working directory.
#[expect(
    clippy::disallowed_methods,
    reason = "git is asked for the files of a revision"
)]
fn git(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        // What a repository or a user configures is not run for a question.
        .args([
            "--no-pager",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        // Its reasons are looked into.
        .env("LC_ALL", "C")
        // Hooks set these for the repository that they run in.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null());
    command
}

fn no_git(error: &io::Error) -> GitError {
    if error.kind() == io::ErrorKind::NotFound {
        GitError::usage(
            "there is no git in PATH",
            "install it, or name a folder instead",
        )
    } else {
        GitError::fault(format!("git does not run: {error}"))
    }
}

/// Why git takes this folder for no repository, in its own words where they are not the usual ones.
fn no_repository(reason: &str) -> GitError {
    if reason.is_empty() || reason.contains("not a git repository") {
        return GitError::usage(
            "this is no git repository",
            "run it within the repository whose revision is to be read",
        );
    }
    let owned = reason.split_once("dubious ownership");
    let folder = owned.and_then(|(_, rest)| rest.split('\'').nth(1));
    let help = folder.map_or_else(String::new, |folder| {
        format!("if you trust it: git config --global --add safe.directory '{folder}'")
    });
    GitError::usage(format!("git refuses this repository: {reason}"), &help)
}

/// What git prints, or the reason that it gives when it says no: one line, which may be empty.
fn answer(arguments: &[&str]) -> Result<Result<Vec<u8>, String>, GitError> {
    let output = git(arguments).output().map_err(|error| no_git(&error))?;
    if output.status.success() {
        return Ok(Ok(output.stdout));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = |prefix: &str| said.lines().find_map(|line| line.strip_prefix(prefix));
    let reason = line("fatal: ").or_else(|| line("error: "));
    Ok(Err(reason.unwrap_or_default().to_owned()))
}

fn output(arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    answer(arguments)?.map_err(|reason| {
        let what = arguments.first().unwrap_or(&"");
        GitError::fault(format!("`git {what}` failed: {reason}"))
    })
}

fn text(arguments: &[&str]) -> Result<Result<String, String>, GitError> {
    let bytes = answer(arguments)?;
    Ok(bytes.and_then(|bytes| {
        let text = String::from_utf8(bytes).map_err(|_| "its answer is no text".to_owned())?;
        Ok(text.trim_end_matches('\n').to_owned())
    }))
}

/// `path`, which is seen from the root of the repository, as seen from the folder `prefix` of it; `./path` is seen from there.
pub fn from_prefix(path: &str, prefix: &str) -> String {
    if path == "." || path.starts_with("./") || path.starts_with("../") || path == ".." {
        return path.to_owned();
    }
    let of = |text: &str| -> Vec<String> {
        let parts = text.split('/').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let (path, prefix) = (of(path), of(prefix));
    let pairs = path.iter().zip(&prefix);
    let common = pairs.take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..".to_owned(), prefix.len() - common);
    let seen: PathBuf = up.chain(path[common..].iter().cloned()).collect();
    match seen.to_string_lossy().into_owned() {
        seen if seen.is_empty() => ".".to_owned(),
        seen => seen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_from_the_root_is_seen_from_a_folder() {
        for (path, prefix, seen) in [
            ("deploy", "", "deploy"),
            ("deploy/", "", "deploy"),
            ("deploy/shop", "deploy", "shop"),
            ("deploy", "deploy", "."),
            ("deploy", "docs/x", "../../deploy"),
            ("deploy", "deploy/shop", ".."),
            ("./x", "deploy", "./x"),
        ] {
            assert_eq!(from_prefix(path, prefix), seen, "{path} from {prefix}");
        }
    }

    #[test]
    fn what_git_would_take_for_an_option_is_no_revision() {
        for text in ["", "-x", "--upload-pack=touch x", "a\nb"] {
            let refused = Revision::lay_out(text).expect_err(text);
            assert!(!refused.is_fault && refused.help.is_some(), "{text}");
        }
    }
}

//! Walks folders and globs for manifests.
//!
//! In: a folder or a glob. Out: files by the name under which they are shown, and findings about folders that are not
//! entered: a kustomization holds patches and a chart holds templates, and neither are manifests.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::collect::Found;
use super::fence::Fence;
use super::inputs::CollectError;
use crate::finding::{Code, Finding};

/// What is left out of walks, whatever git thinks of it.
const OWN_IGNORE_FILE: &str = ".ingresscignore";

/// How folders are walked, and what was said on the way.
pub(super) struct Walk {
    pub(super) exclude: Exclude,
    gitignore: bool,
    pub(super) findings: Vec<Finding>,
    pub(super) saw_symlink: bool,
}

impl Walk {
    pub(super) fn new(exclude: Exclude, gitignore: bool) -> Self {
        Self {
            exclude,
            gitignore,
            findings: Vec::new(),
            saw_symlink: false,
        }
    }

    /// Every manifest in and below `root`.
    pub(super) fn folder(
        &mut self,
        root: &Path,
        files: &mut BTreeMap<String, Found>,
    ) -> Result<(), CollectError> {
        self.run(root, files, |_, path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("yaml" | "yml" | "json"))
        })
    }

    /// Every file that matches `glob`.
    pub(super) fn glob(
        &mut self,
        glob: &str,
        files: &mut BTreeMap<String, Found>,
    ) -> Result<(), CollectError> {
        let matcher = pattern(&shown(Path::new(glob)))?;
        let root = literal_root(glob);
        let (before, skipped) = (files.len(), self.findings.len());
        if is_dir(&root) {
            self.run(&root, files, |name, _| matcher.is_match(name))?;
        }
        if files.len() == before && self.findings.len() == skipped {
            let known = files.keys().any(|name| matcher.is_match(name));
            if !known {
                return Err(CollectError::NothingMatches(glob.to_owned()));
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        root: &Path,
        files: &mut BTreeMap<String, Found>,
        wanted: impl Fn(&str, &Path) -> bool,
    ) -> Result<(), CollectError> {
        let gate = Arc::new(Gate {
            exclude: self.exclude.clone(),
            fence: Fence::around(root),
            gitignore: self.gitignore,
            refused: Mutex::default(),
        });
        gate.open(root)?;
        let walker = WalkBuilder::new(root)
            .standard_filters(false)
            .hidden(true)
            .parents(true)
            .git_ignore(self.gitignore)
            .git_exclude(self.gitignore)
            .git_global(self.gitignore)
            .require_git(false)
            .add_custom_ignore_filename(OWN_IGNORE_FILE)
            .follow_links(true)
            .filter_entry({
                let gate = Arc::clone(&gate);
                move |entry| gate.enter(entry)
            })
            .build();
        for entry in walker {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => match failure(root, error) {
                    Some(error) => return Err(error),
                    None => continue,
                },
            };
            let path = entry.path();
            let is_folder = entry.file_type().is_none_or(|kind| kind.is_dir());
            self.saw_symlink |= entry.path_is_symlink();
            let name = shown(path);
            if is_folder || is_configuration(path) || !wanted(&name, path) {
                continue;
            }
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let refused = if entry.path_is_symlink() || !is_file {
                gate.fence.refusal(&name, path, entry.path_is_symlink())
            } else {
                None
            };
            files.entry(name).or_insert(Found {
                path: path.to_owned(),
                walked: true,
                refused,
            });
        }
        let mut refused =
            std::mem::take(&mut *gate.refused.lock().unwrap_or_else(PoisonError::into_inner));
        refused.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.findings
            .extend(refused.into_iter().map(|(_, finding)| finding));
        Ok(())
    }
}

/// What makes a folder something other than manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Generator {
    Helm,
    Kustomize,
}

impl Generator {
    #[expect(
        clippy::disallowed_methods,
        reason = "the folder is asked for its marker files"
    )]
    fn of(folder: &Path) -> Option<Self> {
        let has = |name: &str| folder.join(name).exists();
        if ["kustomization.yaml", "kustomization.yml", "Kustomization"]
            .into_iter()
            .any(has)
        {
            return Some(Self::Kustomize);
        }
        has("Chart.yaml").then_some(Self::Helm)
    }

    fn finding(self, folder: &str) -> Finding {
        let (holds, command) = match self {
            Self::Kustomize => ("a kustomization", "kustomize build"),
            Self::Helm => ("a Helm chart", "helm template"),
        };
        Finding::new(
            Code::SKIPPED_DIRECTORY,
            format!("`{folder}` holds {holds} and was not read"),
        )
        .help(format!(
            "pipe `{command} {folder}` into `ingressc check -`, or name the folder itself if its files are manifests"
        ))
    }
}

/// Who says which folders of a walk are entered.
struct Gate {
    exclude: Exclude,
    fence: Fence,
    gitignore: bool,
    /// Folders that are not entered, by name.
    refused: Mutex<Vec<(String, Finding)>>,
}

impl Gate {
    /// Whether the folder that was named can be walked: the files of it and of those above it that say what is ignored are read
    /// before anything is entered.
    fn open(&self, root: &Path) -> Result<(), CollectError> {
        let folder = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let mut above = folder.ancestors().take_while(|it| self.fence.is_around(it));
        let finding = above.find_map(|it| self.ignore_file(it));
        finding.map_or(Ok(()), |finding| Err(CollectError::Usage(finding.message)))
    }

    /// Whether the walk goes on with `entry`. What the user named is always entered.
    fn enter(&self, entry: &DirEntry) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        let (path, name) = (entry.path(), shown(entry.path()));
        if self.exclude.is_match(&name) {
            return false;
        }
        if entry.file_type().is_none_or(|kind| !kind.is_dir()) {
            return true;
        }
        let is_link = entry.path_is_symlink();
        let leads_out = is_link.then(|| self.fence.refusal(&name, path, true));
        let finding = leads_out
            .flatten()
            .or_else(|| Generator::of(path).map(|generator| generator.finding(&name)))
            .or_else(|| {
                Some(
                    self.ignore_file(path)?
                        .note(format!("`{name}` was not entered")),
                )
            });
        let Some(finding) = finding else {
            return true;
        };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.push((name, finding));
        false
    }

    /// Why a file that says what is ignored in `folder` must not be read; the walk would not ask.
    fn ignore_file(&self, folder: &Path) -> Option<Finding> {
        let read = [
            Some(OWN_IGNORE_FILE),
            self.gitignore.then_some(".gitignore"),
        ];
        read.into_iter().flatten().find_map(|file| {
            let path = folder.join(file);
            self.fence.refusal(&shown(&path), &path, path.is_symlink())
        })
    }
}

/// Files that other tools, or this one, are configured by.
fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    matches!(
        name,
        Some(
            "kustomization.yaml"
                | "kustomization.yml"
                | "Chart.yaml"
                | "ingressc.yaml"
                | "ingressc.yml"
        )
    )
}

/// `values.yaml`, `values-prod.yml`: a chart's settings, most likely. `routes.yaml`: what is expected of routes.
pub(super) fn may_be_settings(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.starts_with("values") || matches!(base, "routes.yaml" | "routes.yml")
}

/// `bundle.json`: the index of a bundle, most likely.
pub(super) fn may_be_index(name: &str) -> bool {
    name.rsplit('/').next() == Some("bundle.json")
}

/// A loop has been walked already, and a link to nowhere is worth a word only if it would be read.
fn failure(root: &Path, error: ignore::Error) -> Option<CollectError> {
    let path = path_of(&error).map_or_else(|| root.to_owned(), Path::to_owned);
    let is_manifest = path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json");
    let source = error.into_io_error()?;
    let nowhere = source.kind() == std::io::ErrorKind::NotFound;
    (!nowhere || is_manifest).then(|| CollectError::io(shown(&path), source))
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// A path as findings show it: `/` between folders, without `./`.
pub(super) fn shown(path: &Path) -> String {
    let mut name = String::with_capacity(path.as_os_str().len());
    for part in path.components() {
        match part {
            Component::CurDir => continue,
            Component::RootDir => {
                name.push('/');
                continue;
            }
            _ => {}
        }
        if !name.is_empty() && !name.ends_with('/') {
            name.push('/');
        }
        name.push_str(&part.as_os_str().to_string_lossy());
    }
    name
}

/// Whether a path that does not exist may be meant as a glob.
pub(super) fn is_glob(typed: &str) -> bool {
    typed.contains(['*', '?', '[', '{'])
}

/// The folders of a glob before its first wildcard.
fn literal_root(glob: &str) -> PathBuf {
    let root: PathBuf = Path::new(glob)
        .components()
        .take_while(|part| !is_glob(&part.as_os_str().to_string_lossy()))
        .collect();
    if root.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        root
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a glob is looked for where its folders exist"
)]
fn is_dir(path: &Path) -> bool {
    path.is_dir()
}

/// What is left out.
#[derive(Debug, Clone)]
pub(super) struct Exclude {
    /// The working folder.
    here: String,
    /// Of paths as they are shown.
    anywhere: GlobSet,
    /// Of whole paths: a configuration may lie in another folder than the one in which paths were typed.
    placed: GlobSet,
}

impl Exclude {
    /// The globs of `--exclude` and of the configuration. One without `/` holds at any depth.
    pub(super) fn new(globs: &[String], here: &str) -> Result<Self, CollectError> {
        let (mut anywhere, mut placed) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for glob in globs {
            let glob = shown(Path::new(glob.trim_end_matches('/')));
            if !glob.contains('/') {
                anywhere.add(pattern(&format!("**/{glob}"))?.glob().clone());
            } else if glob.starts_with("**") {
                anywhere.add(pattern(&glob)?.glob().clone());
            } else {
                // Said of the glob as it was written.
                pattern(&glob)?;
                placed.add(pattern(&absolute_glob(here, &glob))?.glob().clone());
            }
        }
        let usage = |error: globset::Error| CollectError::Usage(error.to_string());
        Ok(Self {
            here: here.to_owned(),
            anywhere: anywhere.build().map_err(usage)?,
            placed: placed.build().map_err(usage)?,
        })
    }

    /// Whether a file or a folder, by the name under which it is shown, is left out.
    pub(super) fn is_match(&self, name: &str) -> bool {
        self.anywhere.is_match(name)
            || !self.placed.is_empty() && self.placed.is_match(absolute(&self.here, name))
    }
}

/// A path as seen from the root, without `.` and `..`, by its text. `here` is the working folder.
pub fn absolute(here: &str, path: &str) -> String {
    let whole = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{here}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The same for a glob, in which the names of the working folder are no wildcards.
pub fn absolute_glob(here: &str, glob: &str) -> String {
    absolute(&globset::escape(here), glob)
}

/// The working folder, as text.
#[expect(
    clippy::disallowed_methods,
    reason = "what is typed is relative to the working folder"
)]
pub fn working_folder() -> String {
    let here = std::env::current_dir().unwrap_or_default();
    here.to_string_lossy().into_owned()
}

fn pattern(glob: &str) -> Result<GlobMatcher, CollectError> {
    GlobBuilder::new(glob)
        .literal_separator(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| CollectError::Usage(format!("`{glob}` is no glob: {}", error.kind())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_the_user_wrote_them() {
        for (path, name) in [
            ("./a.yaml", "a.yaml"),
            ("a/./b.yaml", "a/b.yaml"),
            ("../a.yaml", "../a.yaml"),
            ("/a//b.yaml", "/a/b.yaml"),
        ] {
            assert_eq!(shown(Path::new(path)), name);
        }
    }

    #[test]
    fn a_glob_is_looked_for_below_its_literal_folders() {
        for (glob, root) in [
            ("deploy/**/*.yaml", "deploy"),
            ("*.yaml", "."),
            ("/x/y/{a,b}/c.yaml", "/x/y"),
        ] {
            assert_eq!(literal_root(glob), Path::new(root));
        }
    }
}

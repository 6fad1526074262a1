//! The output directory: a bundle in, files on disk out; at no moment is there anything but a whole bundle, old or new.
//!
//! HAProxy reads several files, and a file system replaces one at a time. A file that HAProxy reads is therefore never
//! replaced while `haproxy.cfg` names it:
//!
//! 1. A folder `.next-N` takes a record of what is ours and what is about to be.
//! 2. Files that are new go to their places, where nobody looks yet. Files that replace others go to `.next-N`.
//! 3. `haproxy.cfg` is replaced by the new one with those files' paths below `.next-N`: from here on the new bundle holds.
//! 4. They are written to their places too, and `haproxy.cfg` is replaced by the final one, then `bundle.json`.
//! 5. What only older bundles had, and `.next-N`, is removed.
//!
//! When only one file that HAProxy reads differs, steps 3 and 4 are a single rename. Whatever step a kill or a power cut
//! hits, the next run cleans up behind it.

mod files;
mod load;
mod lock;
mod plan;
mod previous;
mod replace;
mod temporary;

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::panic::resume_unwind;
use std::path::Path;

use files::{make_dir, named, open_dir, redirect, write_new};
pub use load::{Loaded, load};
pub use lock::Lock;
use plan::{Found, Plan, read};
pub use previous::{NoBundle, previous};
pub use replace::{Replacement, keep, replace};
pub use temporary::{fill, lay_out, private_folder};

use crate::emit::{Bundle, BundleFile, CONFIG, CRT_LIST, INDEX, Index};

/// How many files are written at once. They wait for the disk, not for a processor.
const WRITERS: usize = 16;

/// What a run changed, as paths within the directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Files that were not there.
    pub added: Vec<String>,
    /// Files that had another content.
    pub changed: Vec<String>,
    /// Files that an older bundle had.
    pub removed: Vec<String>,
    /// How many files were as they should be, and were not touched.
    pub unchanged: usize,
}

/// How a directory differs from a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The path within the directory.
    pub path: String,
    /// What is wrong with it.
    pub kind: DifferenceKind,
}

/// See [`Difference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It is not there.
    Missing,
    /// It has another content.
    Changed,
    /// An older bundle had it, this one has not.
    Stale,
}

/// Makes `dir` hold `bundle`, creating it if need be. Files of other people's may lie beside ours.
///
/// # Errors
/// What the file system says; and [`ErrorKind::AlreadyExists`] when a file is in the way that no `bundle.json` in `dir` calls
/// ours, in which case nothing has been touched. Unless `haproxy.cfg` names new files already, which the next run ends, everything is
/// as before.
pub fn write(dir: &Path, bundle: &Bundle) -> io::Result<Written> {
    make_dir(dir, 0o755)?;
    // Two runs at once would take each other's files away. The lock ends with the process, so it is never left behind.
    Lock::take(dir, || ())?.write(bundle)
}

/// How `dir` differs from `bundle`; empty when [`write()`] would change no content. Reads only.
pub fn compare(dir: &Path, bundle: &Bundle) -> io::Result<Vec<Difference>> {
    let found = Found::read(dir)?;
    let mut differences = Vec::new();
    for (path, file) in &bundle.files {
        let kind = match read(&dir.join(path))? {
            None => DifferenceKind::Missing,
            Some(bytes) if bytes != file.bytes => DifferenceKind::Changed,
            Some(_) => continue,
        };
        differences.push(Difference {
            path: path.clone(),
            kind,
        });
    }
    for path in found
        .owned
        .into_iter()
        .filter(|path| !bundle.files.contains_key(path))
    {
        if read(&dir.join(&path))?.is_some() {
            differences.push(Difference {
                path,
                kind: DifferenceKind::Stale,
            });
        }
    }
    Ok(differences)
}

/// [`write()`] without a lock, telling `step` before each change of the disk.
fn write_stepwise(dir: &Path, bundle: &Bundle, step: &mut dyn FnMut(&str)) -> io::Result<Written> {
    step("create the directory");
    make_dir(dir, 0o755)?;
    let found = Found::read(dir)?;
    let plan = Plan::new(dir, bundle, &found)?;
    let mut disk = Disk {
        dir,
        next: found.unused(),
        steps: 0,
        first: found.owned.is_empty(),
        added: plan.added.iter().copied().collect(),
        is_replaced: false,
        step,
    };

    let differs = !plan.is_empty() || !found.leftovers.is_empty();
    if differs && let Err(error) = disk.replace(bundle, &plan, &found) {
        disk.take_back(&plan);
        return Err(error);
    }
    let removed = disk.clean(bundle, &found)?;
    disk.protect(bundle)?;
    Ok(Written {
        unchanged: bundle.files.len() - plan.added.len() - plan.changed.len(),
        added: owned(&plan.added),
        changed: owned(&plan.changed),
        removed,
    })
}

/// The changes of one run.
struct Disk<'a> {
    dir: &'a Path,
    /// The folder `.next-N` of this run.
    next: String,
    steps: usize,
    /// There is no bundle yet that a power cut could take away, so the order of things on the disk does not matter. Syncing
    /// thousands of certificates takes longer than compiling them, and HAProxy refuses an empty one aloud; what it would
    /// accept, the maps and lists, is synced all the same.
    first: bool,
    /// Files that were not there.
    added: BTreeSet<&'a str>,
    /// Whether a file has been replaced, so that HAProxy may read new ones, and they have to stay.
    is_replaced: bool,
    step: &'a mut dyn FnMut(&str),
}

impl Disk<'_> {
    fn replace(&mut self, bundle: &Bundle, plan: &Plan<'_>, found: &Found) -> io::Result<()> {
        let staged = plan.staged(bundle);
        self.make_dir(&self.next.clone(), 0o700)?;
        // Old and new: `bundle.json` is replaced before the last old file is removed.
        let claimed = found.owned.iter().chain(bundle.files.keys()).cloned();
        let record = BundleFile {
            bytes: Index::claim(claimed),
            private: false,
        };
        self.put(&format!("{}/{INDEX}", self.next), &record)?;
        self.sync([self.next.as_str(), ""])?;

        let folders: BTreeSet<&str> = bundle
            .files
            .keys()
            .filter_map(|path| Some(path.split_once('/')?.0))
            .collect();
        for folder in &folders {
            self.make_dir(folder, if *folder == "certs" { 0o700 } else { 0o755 })?;
        }
        self.put_all(bundle, &plan.added)?;
        self.sync(folders.iter().copied())?;

        // When nothing is staged, the one file that differs is replaced below.
        if !staged.is_empty() {
            self.stage(bundle, &staged)?;
        }
        self.put_all(bundle, &plan.changed)?;
        self.sync(folders.iter().copied())?;
        if !staged.is_empty() {
            self.rename(&format!("{}/{CONFIG}", self.next), CONFIG)?;
        } else if plan.added.contains(CONFIG) || plan.changed.contains(CONFIG) {
            self.put(CONFIG, &bundle.files[CONFIG])?;
        }
        self.sync([""])?;
        self.put(INDEX, &bundle.files[INDEX])?;
        open_dir(self.dir)?.sync_all()
    }

    /// Steps 2 and 3: the new bundle holds, with some of its files in `.next-N`. Leaves the final `haproxy.cfg` there.
    fn stage(&mut self, bundle: &Bundle, staged: &BTreeSet<&str>) -> io::Result<()> {
        let next = self.next.clone();
        let folders: BTreeSet<String> = staged
            .iter()
            .filter_map(|path| Some(format!("{next}/{}", path.split_once('/')?.0)))
            .collect();
        for folder in &folders {
            self.make_dir(folder, 0o700)?;
        }
        let redirected = |path: &str| {
            let BundleFile { bytes, private } = &bundle.files[path];
            let bytes = redirect(bytes, staged, &next);
            BundleFile {
                bytes,
                private: *private,
            }
        };
        for path in staged {
            let place = format!("{next}/{path}");
            if *path == CRT_LIST {
                self.put(&place, &redirected(path))?;
            } else {
                self.put(&place, &bundle.files[*path])?;
            }
        }
        // An unchanged `haproxy.cfg` keeps its inode on the way there and back.
        let current = self.dir.join(CONFIG);
        let last = format!("{next}/{CONFIG}");
        let unchanged = read(&current)?.as_deref() == Some(&bundle.files[CONFIG].bytes);
        (self.step)("keep haproxy.cfg");
        if !unchanged || std::fs::hard_link(&current, self.dir.join(&last)).is_err() {
            self.put(&last, &bundle.files[CONFIG])?;
        }
        let folders = folders.iter().map(String::as_str);
        self.sync(folders.chain([next.as_str(), ""]))?;
        self.put(CONFIG, &redirected(CONFIG))?;
        self.sync([""])
    }

    /// After an error: removes what nobody has been told of. What cannot be removed is left to the next run.
    #[expect(clippy::disallowed_methods, reason = "the output directory")]
    fn take_back(&self, plan: &Plan<'_>) {
        if self.is_replaced {
            return;
        }
        for path in plan.added.iter().rev() {
            let path = self.dir.join(path);
            let removed = std::fs::remove_file(&path);
            // A folder in the way of a file is not ours.
            let is_gone = |error: &io::Error| {
                matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory)
            };
            if removed.is_err_and(|error| !is_gone(&error)) {
                return;
            }
            if let Some(folder) = path.parent().filter(|folder| *folder != self.dir) {
                // Fails where it is not empty, which is right.
                let _ = std::fs::remove_dir(folder);
            }
        }
        let _ = std::fs::remove_dir_all(self.dir.join(&self.next));
    }

    /// Step 5. Returns what was removed of older bundles.
    #[expect(clippy::disallowed_methods, reason = "the output directory")]
    fn clean(&mut self, bundle: &Bundle, found: &Found) -> io::Result<Vec<String>> {
        let mut removed = Vec::new();
        for path in found
            .owned
            .iter()
            .filter(|path| !bundle.files.contains_key(*path))
        {
            (self.step)(path);
            match std::fs::remove_file(self.dir.join(path)) {
                Ok(()) => removed.push(path.clone()),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        for folder in ["acl", "certs", "crt-lists", "errors", "maps"] {
            let within = |path: &String| path.split_once('/').is_some_and(|it| it.0 == folder);
            if !bundle.files.keys().any(within) {
                // Fails where it is not empty, which is right: then it is not ours alone.
                let _ = std::fs::remove_dir(self.dir.join(folder));
            }
        }
        for folder in found.leftovers.iter().chain([&self.next]) {
            (self.step)(folder);
            match std::fs::remove_dir_all(self.dir.join(folder)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(removed)
    }

    /// Gives private files their mode even where a checkout gave them another.
    #[expect(clippy::disallowed_methods, reason = "the output directory")]
    fn protect(&mut self, bundle: &Bundle) -> io::Result<()> {
        let private = bundle.files.iter().filter(|(_, file)| file.private);
        let paths: Vec<_> = private.map(|(path, _)| path.as_str()).collect();
        // With passwords in it, `haproxy.cfg` is private, too, and has no folder of its own.
        let certs = paths.iter().any(|path| path.starts_with("certs/"));
        let folder = certs.then_some(("certs", 0o700));
        for (path, mode) in paths.into_iter().map(|path| (path, 0o600)).chain(folder) {
            let path = self.dir.join(path);
            if std::fs::metadata(&path)?.permissions().mode() & 0o777 != mode {
                (self.step)("protect");
                std::fs::set_permissions(path, PermissionsExt::from_mode(mode))?;
            }
        }
        Ok(())
    }

    /// Puts a whole file in its place, in one step.
    fn put(&mut self, path: &str, file: &BundleFile) -> io::Result<()> {
        let temporary = self.temporary();
        (self.step)("write");
        write_new(&self.dir.join(&temporary), &self.dir.join(path), file, true)?;
        self.rename(&temporary, path)
    }

    /// [`Disk::put`] for all of `paths` but the two that have their own moment. A disk syncs many files in hardly more time
    /// than one, if only they are asked for at once; so they are written side by side, and then put in place one by one.
    fn put_all(&mut self, bundle: &Bundle, paths: &BTreeSet<&str>) -> io::Result<()> {
        let files: Vec<(&str, String)> = paths
            .iter()
            .filter(|path| !matches!(**path, CONFIG | INDEX))
            .map(|&path| (path, self.temporary()))
            .collect();
        (self.step)("write");
        let share = files.len().div_ceil(WRITERS).max(1);
        let (dir, first) = (self.dir, self.first);
        std::thread::scope(|scope| {
            let writers: Vec<_> = files
                .chunks(share)
                .map(|chunk| {
                    scope.spawn(move || {
                        chunk.iter().try_for_each(|(path, temporary)| {
                            let file = &bundle.files[*path];
                            write_new(
                                &dir.join(temporary),
                                &dir.join(path),
                                file,
                                !(first && file.private),
                            )
                        })
                    })
                })
                .collect();
            writers
                .into_iter()
                .try_for_each(|writer| writer.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })?;
        files
            .iter()
            .try_for_each(|(path, temporary)| self.rename(temporary, path))
    }

    fn temporary(&mut self) -> String {
        self.steps += 1;
        format!("{}/{}.tmp", self.next, self.steps)
    }

    #[expect(clippy::disallowed_methods, reason = "the output directory")]
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        (self.step)(to);
        let is_known = !to.starts_with(&self.next) && !self.added.contains(to);
        let to = self.dir.join(to);
        std::fs::rename(self.dir.join(from), &to).map_err(|error| named(&to, &error))?;
        self.is_replaced |= is_known;
        Ok(())
    }

    fn make_dir(&mut self, folder: &str, mode: u32) -> io::Result<()> {
        (self.step)(folder);
        make_dir(&self.dir.join(folder), mode)
    }

    /// Makes renames in these folders survive a power cut before anything that builds on them happens.
    fn sync<'a>(&self, folders: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        if self.first {
            return Ok(());
        }
        for folder in folders {
            open_dir(&self.dir.join(folder))?.sync_all()?;
        }
        Ok(())
    }
}

fn owned(paths: &BTreeSet<&str>) -> Vec<String> {
    paths.iter().map(|&path| path.to_owned()).collect()
}

#[cfg(test)]
mod tests;

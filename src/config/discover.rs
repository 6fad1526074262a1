//! Where the configuration is: upward from the first input, no further than the root of the git repository.

use std::path::{Component, Path, PathBuf};

use super::FILE_NAME;

/// The nearest configuration file at or above `from`, as a path that can be shown: relative to `here` where it is below or
/// beside it. `here` is the absolute working directory. A `from` that does not exist is looked for from where it would be.
pub fn discover(from: &Path, here: &Path) -> Option<PathBuf> {
    discover_file(FILE_NAME, from, here)
}

/// The same for a file of another name.
#[expect(
    clippy::disallowed_methods,
    reason = "finding a file is a question to the disk"
)]
pub fn discover_file(name: &str, from: &Path, here: &Path) -> Option<PathBuf> {
    let start = tidy(&here.join(from));
    for folder in start.ancestors() {
        let file = folder.join(name);
        if file.is_file() {
            return Some(relative(&file, here));
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// `path` without `.` and `..`, by its text: a link's parent is meant to be where the link stands.
fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                tidied.pop();
            }
            part => tidied.push(part),
        }
    }
    tidied
}

/// `file` as seen from `here`; both absolute.
fn relative(file: &Path, here: &Path) -> PathBuf {
    let here = tidy(here);
    let common = file
        .components()
        .zip(here.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = here.components().count() - common;
    if up > 3 {
        return file.to_path_buf();
    }
    std::iter::repeat_n(Component::ParentDir, up)
        .chain(file.components().skip(common))
        .collect()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests lay out folders")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_file_above_the_input_is_found_as_a_relative_path() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let root = root.path();
        fs::create_dir_all(root.join("repo/deploy/shop")).expect("created");
        fs::write(root.join("repo/ingressc.yaml"), "").expect("written");
        let repo = root.join("repo");
        let from = |input: &str, here: &Path| discover(Path::new(input), here);
        let found = |text: &str| Some(PathBuf::from(text));
        assert_eq!(from("deploy/shop", &repo), found("ingressc.yaml"));
        assert_eq!(from("deploy/shop/a.yaml", &repo), found("ingressc.yaml"));
        assert_eq!(
            from("shop", &repo.join("deploy")),
            found("../ingressc.yaml")
        );
        assert_eq!(
            from("./shop/../shop", &repo.join("deploy")),
            found("../ingressc.yaml")
        );
        assert_eq!(from("repo/deploy", root), found("repo/ingressc.yaml"));
        fs::write(root.join("repo/deploy/ingressc.yaml"), "").expect("written");
        assert_eq!(from("deploy/shop", &repo), found("deploy/ingressc.yaml"));
    }

    #[test]
    fn the_search_stops_at_the_git_root() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let root = root.path();
        fs::create_dir_all(root.join("repo/.git")).expect("created");
        fs::create_dir_all(root.join("repo/deploy")).expect("created");
        fs::write(root.join("ingressc.yaml"), "").expect("written");
        assert_eq!(discover(Path::new("deploy"), &root.join("repo")), None);
        assert_eq!(
            discover(Path::new("."), root),
            Some(PathBuf::from("ingressc.yaml"))
        );
    }
}

use crate::lint::rule::rule;

rule! {
    /// A file in a folder that is walked, or that a glob matches, is a link out of the folder and of the git repository around it; or
    /// it is no file at all but a pipe or a device. It was not read, and the routes in it are missing.
    ///
    /// Whoever sends a change chooses where its links lead. On the machine that checks it, one to `/proc/self/environ` would print the
    /// passwords of the pipeline into its log, `--fix` would rewrite files of that machine, and a device may have no end. For the same
    /// reason nothing of git's own folder is read.
    ///
    /// This link leads out:
    ///
    /// ```symlink bad shop.yaml
    /// /etc/passwd
    /// ```
    ///
    /// This one leads to a file beside it:
    ///
    /// ```symlink good shop.yaml
    /// shop/notes.yaml
    /// ```
    ///
    /// ```yaml good shop/notes.yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// ```
    ///
    /// What you name on the command line is read, wherever it leads: name the file, or its folder. Leave a link that is not meant for
    /// the compiler out with `--exclude`.
    UNREAD_PATH = 16 {
        name: "unread-path",
        summary: "a link out of the folder that is walked, or what is no regular file",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}

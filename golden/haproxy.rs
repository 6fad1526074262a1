//! The real HAProxy: is it there, and does it accept a bundle.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use ingressc::emit::Bundle;
use tempfile::TempDir;

/// The binary: `HAPROXY`, or the one in PATH. `None` when there is none, unless the environment says that there must be.
pub(crate) fn binary() -> Option<&'static Path> {
    static BINARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let path = std::env::var_os("HAPROXY").map_or_else(|| "haproxy".into(), PathBuf::from);
        let found = Command::new(&path)
            .arg("-v")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if found.is_ok_and(|status| status.success()) {
            return Some(path);
        }
        assert!(
            !required(),
            "INGRESSC_REQUIRE_HAPROXY=1, and {} does not run",
            path.display()
        );
        eprintln!("notice: no HAProxy; what needs it is skipped (HAPROXY names the binary)");
        None
    };
    BINARY.get_or_init(find).as_deref()
}

/// Whether the environment says that nothing may be skipped.
pub(crate) fn required() -> bool {
    std::env::var("INGRESSC_REQUIRE_HAPROXY").is_ok_and(|value| value == "1")
}

/// The bundle's files in a folder of their own.
pub(crate) fn lay_out(bundle: &Bundle) -> TempDir {
    ingressc::write::lay_out(bundle).expect("a temporary folder is writable")
}

/// Everything `haproxy -c -dW` has to say against the bundle; `-dW` makes warnings count.
pub(crate) fn check(binary: &Path, bundle: &Bundle) -> Result<(), String> {
    load(binary, &lay_out(bundle), &as_peer(bundle))
}

/// The same for a configuration without other files.
pub(crate) fn check_text(binary: &Path, config: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("haproxy.cfg"), config).expect("writable");
    load(binary, &folder, &[])
}

fn load(binary: &Path, folder: &TempDir, arguments: &[String]) -> Result<(), String> {
    let output = Command::new(binary)
        .args(["-c", "-dW", "-f"])
        .arg(folder.path().join("haproxy.cfg"))
        .args(arguments)
        .output()
        .expect("it ran before");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // 3.4 exits 0 on some alerts.
    if output.status.success() && !said.contains("[ALERT]") && !said.contains("[WARNING]") {
        Ok(())
    } else {
        Err(said)
    }
}

/// The host is the first of the peers, where there are some: HAProxy leaves them out on a host that is none.
fn as_peer(bundle: &Bundle) -> Vec<String> {
    let config = &bundle.files["haproxy.cfg"].bytes;
    let config = std::str::from_utf8(config).expect("UTF-8");
    let first = config
        .lines()
        .find_map(|line| line.strip_prefix("    peer "));
    let name = first.and_then(|peer| peer.split(' ').next());
    name.map_or_else(Vec::new, |name| vec!["-L".to_owned(), name.to_owned()])
}

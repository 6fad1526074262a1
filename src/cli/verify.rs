//! `compile --verify`: a real `haproxy -c` judges the bundle before it replaces anything.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use super::journey::fault;
use super::{Exit, Stop};
use crate::emit::{Bundle, CONFIG};
use crate::ir::Peer;
use crate::report::visible;
use crate::write;

/// Writes the bundle to a temporary folder and lets `haproxy` check it there. The bundle is relocatable, so the verdict holds
/// wherever it is written afterwards.
///
/// Among peers it is asked as the first of them: on a host that is none, HAProxy would warn and leave them out.
pub(super) fn verify(haproxy: &Path, bundle: &Bundle, peers: &[Peer]) -> Result<String, Stop> {
    let dir = tempfile::Builder::new()
        .prefix("ingressc-")
        .tempdir()
        .map_err(|error| fault("a temporary folder", &error))?;
    // A folder of its own inside: what is written must not depend on what a temporary folder is like.
    let target = dir.path().join("bundle");
    write::write(&target, bundle).map_err(|error| fault("writing a temporary folder", &error))?;
    let version = version(&ask(haproxy, &["-v"])?);
    let cfg = target.join(CONFIG);
    let cfg = cfg.to_string_lossy();
    let mut arguments = vec!["-c", "-f", &cfg];
    if let Some(peer) = peers.first() {
        arguments.extend(["-L", peer.name.as_str()]);
    }
    let output = ask(haproxy, &arguments)?;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
    // Some versions exit 0 in spite of an alert.
    if !output.status.success() || said.contains("[ALERT]") {
        let lines: Vec<_> = said.lines().map(visible).collect();
        return Err(Stop::new(
            Exit::Fault,
            format!(
                "error: {version} refuses the configuration; nothing written\n  {}",
                lines.join("\n  ")
            ),
        ));
    }
    let warnings: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("[WARNING]"))
        .collect();
    let verdict = match warnings.len() {
        0 => "no warnings".to_owned(),
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    };
    let mut verdict = format!("{version} -c: valid, {verdict}");
    for warning in warnings {
        verdict.push_str("\n    ");
        verdict.push_str(&visible(warning));
    }
    Ok(verdict)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that runs haproxy"
)]
fn ask(haproxy: &Path, arguments: &[&str]) -> Result<Output, Stop> {
    Command::new(haproxy).args(arguments).output().map_err(|error| {
        let name = haproxy.to_string_lossy();
        let name = visible(&name);
        match error.kind() {
            io::ErrorKind::NotFound => Stop::usage(format!(
                "error: `{name}` is not installed\n  help: install HAProxy, or name the binary: --verify=PATH"
            )),
            io::ErrorKind::PermissionDenied => Stop::usage(format!("error: `{name}` cannot be run: permission denied")),
            _ => fault(&format!("running {name}"), &error),
        }
    })
}

/// `2.6.12` of `HAProxy version 2.6.12-1+deb12u3 2025/10/03 - https://haproxy.org/`; nothing of anything else.
fn version(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text
        .split_whitespace()
        .skip_while(|word| *word != "version");
    let number: String = words
        .nth(1)
        .unwrap_or_default()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
        .collect();
    format!("haproxy {number}").trim_end().to_owned()
}

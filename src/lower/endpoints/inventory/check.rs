//! The `check` of an entry of the inventory.
//!
//! In: the node. Out: an [`EntryCheck`], or everything that is wrong with it.

use super::EntryCheck;
use super::entry::{Wrong, not, port, unknown_keys};
use super::read::shape;
use crate::ir::{Check, CheckPath};
use crate::source::{Node, Resolved};

/// `false`, `true`, a path, a port, or a mapping of the two.
pub(super) fn check(value: Node<'_, '_>) -> Result<EntryCheck, Vec<Wrong>> {
    let mut check = EntryCheck {
        check: Check::Here,
        path: None,
        origin: value.origin(),
    };
    if value.is_mapping() {
        let mut wrong = unknown_keys(value, "check.", &["port", "path"]);
        if let Some(node) = value.get("port") {
            match port(node, "check.port") {
                Ok(port) => check.check = Check::At(port),
                Err(found) => wrong.push(found),
            }
        }
        if let Some(node) = value.get("path") {
            match path(node, "check.path") {
                Ok(path) => check.path = Some(path),
                Err(found) => wrong.push(found),
            }
        }
        return if wrong.is_empty() {
            Ok(check)
        } else {
            Err(wrong)
        };
    }
    match value.resolved() {
        Some(Resolved::Bool(true)) => {}
        Some(Resolved::Bool(false)) => check.check = Check::Off,
        Some(Resolved::Integer(_)) => {
            check.check = Check::At(port(value, "check").map_err(|wrong| vec![wrong])?);
        }
        _ if value.text().is_some_and(|text| text.starts_with('/')) => {
            check.path = Some(path(value, "check").map_err(|wrong| vec![wrong])?);
        }
        _ => {
            let help = "write `false`, a path such as `/healthz`, a port, or `{port: 8081, path: /healthz}`";
            return Err(vec![Wrong {
                help: help.to_owned(),
                ..not(value, "check", "no check")
            }]);
        }
    }
    Ok(check)
}

fn path(value: Node<'_, '_>, leaf: &str) -> Result<CheckPath, Wrong> {
    let text = value.text().unwrap_or_default();
    let path = if text.is_empty() {
        None
    } else {
        CheckPath::new(text).ok()
    };
    path.ok_or_else(|| {
        Wrong::new(
            &format!(".{leaf}"),
            value,
            match value.text() {
                Some(_) => format!("has the check `{text}`, which no request can ask for"),
                None => format!("has {} as the path of its check", shape(value)),
            },
            "write a path such as `/healthz`: it starts with `/`, and has no space, `?` and `#`",
        )
    })
}

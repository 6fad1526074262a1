//! `path` and `pathType` of an Ingress.
//!
//! Source: `pkg/apis/networking/validation`, `validateHTTPIngressPath`. A missing type silences everything else about the path.

use crate::finding::{Code, Fix};
use crate::manifest::decode::{Edition, nearest};
use crate::manifest::grammar::template;
use crate::manifest::mend;
use crate::manifest::model::PathType;
use crate::manifest::place::Place;
use crate::manifest::remarks::Remarks;

/// Reads `pathType`. In v1beta1 it may be missing, and means the controller's choice then.
pub(super) fn read_type(
    entry: &Place<'_, '_>,
    text: &str,
    edition: Edition,
    remarks: &Remarks<'_>,
) -> Option<PathType> {
    let types = [
        PathType::Exact,
        PathType::Prefix,
        PathType::ImplementationSpecific,
    ];
    let known = types.into_iter().find(|known| known.name() == text);
    if known.is_some() {
        return known;
    }
    let place = entry.child("pathType");
    if !place.is_set() {
        if edition == Edition::V1Beta1 {
            return Some(PathType::ImplementationSpecific);
        }
        let path = entry.child("path");
        let (help, added) = if path.is_set() {
            let help = "add `pathType: Prefix`, or `Exact` to match nothing below the path";
            (help, &[("pathType", "Prefix")][..])
        } else {
            let help = "add `path: /` and `pathType: Prefix` to match every path";
            (help, &[("path", "/"), ("pathType", "Prefix")][..])
        };
        let fix = (path.is_set() || path.node().is_none()).then(|| {
            let fix = Fix::needs_a_look("add `pathType: Prefix`");
            mend::add(fix, entry, "path", added, remarks)
        });
        remarks.at(
            &place,
            Code::MISSING_PATH_TYPE,
            "a path",
            "has no `pathType`",
            (help, fix.flatten()),
        );
    } else if !template(&place, "`pathType`", text, remarks) {
        let meant = nearest(text, types.iter().map(|known| known.name()));
        remarks.at(
            &place,
            Code::UNKNOWN_PATH_TYPE,
            format_args!("path type `{text}`"),
            "does not exist",
            meant.map_or_else(
                || {
                    let all = "write `Prefix`, `Exact` or `ImplementationSpecific`";
                    (all.to_owned(), None)
                },
                |meant| (format!("write `{meant}`"), respelt(&place, meant, remarks)),
            ),
        );
    }
    None
}

fn respelt(place: &Place<'_, '_>, meant: &str, remarks: &Remarks<'_>) -> Option<Fix> {
    let fix = Fix::needs_a_look(format!("write `{meant}`"));
    mend::respell(fix, place.node()?, meant, remarks)
}

/// Checks `path` against its type (ING105).
pub(super) fn check(entry: &Place<'_, '_>, path: &str, path_type: PathType, remarks: &Remarks<'_>) {
    let place = entry.child("path");
    if template(&place, "path", path, remarks) {
        return;
    }
    let (code, verdict) = if path.chars().any(char::is_control) {
        let wrong = "holds a control character";
        let help = "remove the character; a path is one line of plain text";
        (Code::INJECTION_CHARACTERS, Err((wrong, help)))
    } else {
        (Code::INVALID_PATH, legal(path, path_type))
    };
    if let Err((wrong, help)) = verdict {
        let subject = match path {
            "" => "a path".to_owned(),
            path => format!("path `{path}`"),
        };
        remarks.at(&place, code, subject, wrong, help);
    }
}

fn legal(path: &str, path_type: PathType) -> Result<(), (&'static str, &'static str)> {
    const FORBIDDEN: [(&str, &str, &str); 5] = [
        (
            "//",
            "holds `//`, which the API server refuses",
            "write a single slash",
        ),
        (
            "/./",
            "holds `/./`, which the API server refuses",
            "leave `/.` out",
        ),
        (
            "/../",
            "holds `/../`, which the API server refuses",
            "write the path that is meant",
        ),
        (
            "%2f",
            "holds `%2f`, which the API server refuses",
            "write a path without encoded slashes",
        ),
        (
            "%2F",
            "holds `%2F`, which the API server refuses",
            "write a path without encoded slashes",
        ),
    ];
    let is_free = path_type == PathType::ImplementationSpecific;
    if path.is_empty() {
        return if is_free {
            Ok(())
        } else {
            Err(("is empty", "write `/` to match every path"))
        };
    }
    if !path.starts_with('/') {
        return Err(("does not begin with `/`", "put a `/` before it"));
    }
    if is_free {
        return Ok(());
    }
    if let Some((_, wrong, help)) = FORBIDDEN.iter().find(|(part, ..)| path.contains(part)) {
        return Err((wrong, help));
    }
    for (end, wrong) in [
        ("/.", "ends in `/.`, which the API server refuses"),
        ("/..", "ends in `/..`, which the API server refuses"),
    ] {
        if path.ends_with(end) {
            return Err((wrong, "write the path that is meant"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_refused_as_by_the_api_server() {
        use PathType::{Exact, ImplementationSpecific, Prefix};
        let rows = [
            ("/", Prefix, true),
            ("/a/b", Exact, true),
            ("/a//b", ImplementationSpecific, true),
            ("", ImplementationSpecific, true),
            ("", Prefix, false),
            ("a", Prefix, false),
            ("a", ImplementationSpecific, false),
            ("/a//b", Prefix, false),
            ("/a/./b", Exact, false),
            ("/a/../b", Exact, false),
            ("/a%2fb", Prefix, false),
            ("/a%2Fb", Prefix, false),
            ("/a/..", Prefix, false),
            ("/a/.", Prefix, false),
            ("/a..", Prefix, true),
            ("/a%20b", Prefix, true),
        ];
        for (path, path_type, expected) in rows {
            assert_eq!(
                legal(path, path_type).is_ok(),
                expected,
                "{path} {path_type:?}"
            );
        }
    }
}

//! Certificates and authorities.
//!
//! In: a file before and after, and what HAProxy reads it as. Out: changes. A transaction that is refused is aborted: HAProxy keeps
//! it otherwise, and the next one would go on with it.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sha1::{Digest as _, Sha1};

use super::escape;
use super::usage::{Usage, Use};
use super::{Answer, Builder, Change, ChangeKind, Command, Phase, ReadBack, Step, Verdict};
use crate::certificate::Facts;
use crate::date::day;
use crate::ir::hex;

/// So many names of a certificate are told.
const NAMED: usize = 4;

/// Why a certificate is not sent.
const TOO_LONG: &str =
    "it is longer than a command may be, which is 16 KiB with everything around it";

/// A file with a key and its certificates.
pub(super) fn certificate(
    path: &str,
    (old, new): (Option<&[u8]>, Option<&[u8]>),
    (from, to): (&Usage, &Usage),
    out: &mut Builder,
) {
    let shown = |usage: &Usage| usage.has(path, Use::Listed) || usage.has(path, Use::Certificate);
    match (shown(from), shown(to)) {
        (true, true) => renewed(path, (old, new), out),
        (false, true) if to.has(path, Use::Certificate) => out.reload(
            ChangeKind::CertificateAdded,
            path,
            "",
            "it is read with the line of haproxy.cfg that names it",
        ),
        (false, true) => added(path, new, out),
        (true, false) if from.has(path, Use::Certificate) => out.file_only(
            ChangeKind::CertificateRemoved,
            path,
            "",
            "nothing names it any more",
        ),
        (true, false) => removed(path, out),
        (false, false) if old != new => {
            out.file_only(ChangeKind::File, path, "", "HAProxy does not read it");
        }
        (false, false) => {}
    }
}

pub(super) fn change(kind: ChangeKind, path: &str, steps: Vec<Step>) -> Change {
    Change {
        kind,
        place: path.to_owned(),
        what: String::new(),
        origin: None,
        lines: Vec::new(),
        verdict: Verdict::Runtime,
        reason: None,
        steps,
    }
}

/// `set` and `commit`, each of which may leave a transaction behind.
fn transaction(object: &str, path: &str, pem: &[u8]) -> Option<Vec<Step>> {
    let name = escape::word(path)?;
    let lines = escape::payload(pem)?;
    let abort = || Command::new(format!("abort ssl {object} {name}"));
    let set = format!("set ssl {object} {name}");
    let (set, said) = match object {
        "cert" => (Command::with_key(set, lines), "for certificate"),
        _ => (Command::with_payload(set, lines), "for CA"),
    };
    let print = CertificateDer::pem_slice_iter(pem).find_map(Result::ok)?;
    let print = hex(&Sha1::digest(&print)).to_uppercase();
    let check = ReadBack {
        command: format!("show ssl {object} {name}"),
        has: vec![format!("SHA1 FingerPrint: {print}")],
        lacks: Vec::new(),
    };
    let commit = Command::new(format!("commit ssl {object} {name}"));
    Some(vec![
        Step::new(set, Answer::Says(said)).aborted_by(abort()),
        Step::new(commit, Answer::Says("Success!"))
            .checked(check)
            .aborted_by(abort()),
    ])
}

fn renewed(path: &str, (old, new): (Option<&[u8]>, Option<&[u8]>), out: &mut Builder) {
    let kind = ChangeKind::CertificateChanged;
    let Some(pem) = new else {
        return out.reload(kind, path, "", "the file is missing");
    };
    let what = difference(old.and_then(leaf), leaf(pem));
    match transaction("cert", path, pem) {
        Some(steps) => {
            let change = Change {
                what,
                ..change(kind, path, steps)
            };
            out.push(Phase::CertificatesIn, change);
        }
        None => out.reload(kind, path, what, unsendable(pem)),
    }
}

/// The certificate that clients see.
fn leaf(pem: &[u8]) -> Option<Facts> {
    let der = CertificateDer::pem_slice_iter(pem).find_map(Result::ok)?;
    Facts::read(&der)
}

/// How far a certificate is valid, and its names where they are others: `valid until 2027-01-01 → 2028-01-01, same key`.
fn difference(old: Option<Facts>, new: Option<Facts>) -> String {
    let (Some(old), Some(new)) = (old, new) else {
        return String::new();
    };
    let until = |facts: &Facts| day(facts.not_after);
    let key = if new.has_key_of(&old) {
        "same key"
    } else {
        "new key"
    };
    if old.names != new.names {
        let said = |facts: &Facts| format!("{}, valid until {}", names(facts), until(facts));
        return format!("{} → {}, {key}", said(&old), said(&new));
    }
    let (before, after) = (until(&old), until(&new));
    if before == after {
        return format!("valid until {after}, {key}");
    }
    format!("valid until {before} → {after}, {key}")
}

/// The first names of a certificate.
fn names(facts: &Facts) -> String {
    let shown: Vec<&str> = facts.names.iter().take(NAMED).map(String::as_str).collect();
    let more = match facts.names.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}

fn added(path: &str, new: Option<&[u8]>, out: &mut Builder) {
    let kind = ChangeKind::CertificateAdded;
    let Some(pem) = new else {
        return out.reload(kind, path, "", "the file is missing");
    };
    let what = leaf(pem).map_or(String::new(), |facts| {
        format!("valid until {}", day(facts.not_after))
    });
    let steps = transaction("cert", path, pem).and_then(|mut steps| {
        let new = escape::command(["new", "ssl", "cert", path])?;
        let first = Step::new(new, Answer::Says("New empty certificate store"));
        steps.insert(0, first);
        Some(steps)
    });
    match steps {
        Some(steps) => {
            let change = Change {
                what,
                ..change(kind, path, steps)
            };
            out.push(Phase::CertificatesIn, change);
        }
        None => out.reload(kind, path, what, unsendable(pem)),
    }
}

fn unsendable(pem: &[u8]) -> &'static str {
    if pem.len() < escape::MAX_BYTES {
        "no command can say its content"
    } else {
        TOO_LONG
    }
}

fn removed(path: &str, out: &mut Builder) {
    let kind = ChangeKind::CertificateRemoved;
    let Some(command) = escape::command(["del", "ssl", "cert", path]) else {
        return out.reload(kind, path, "", "no command can say its name");
    };
    let check = ReadBack {
        command: "show ssl cert".to_owned(),
        has: Vec::new(),
        lacks: vec![path.to_owned()],
    };
    let step = Step::new(command, Answer::Says("deleted")).checked(check);
    out.push(Phase::CertificatesOut, change(kind, path, vec![step]));
}

/// A file with an authority's certificates.
pub(super) fn authority(
    path: &str,
    (old, new): (Option<&[u8]>, Option<&[u8]>),
    (from, to): (&Usage, &Usage),
    out: &mut Builder,
) {
    let kind = ChangeKind::Authority;
    match (from.has(path, Use::Authority), to.has(path, Use::Authority)) {
        (true, true) if old == new => {}
        (true, true) => match new.and_then(|pem| transaction("ca-file", path, pem)) {
            Some(steps) => out.push(Phase::CertificatesIn, change(kind, path, steps)),
            None => out.reload(kind, path, "", unsendable(new.unwrap_or_default())),
        },
        (false, _) => out.reload(
            kind,
            path,
            "",
            "it is read with the line of haproxy.cfg that names it",
        ),
        (true, false) => out.file_only(kind, path, "", "nothing names it any more"),
    }
}

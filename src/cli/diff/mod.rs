//! `ingressc diff`: what changes for traffic between two sides.

mod bundle;
mod reload;
mod side;

use super::args::{Diff, DiffFailOn, DiffFormat};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::diff::{self, Delta, Manner, Unread};
use crate::report::visible;
use side::{Place, Side, Whence};

pub(super) fn run(typed: &Diff, streams: &mut Streams) -> Result<Exit, Stop> {
    let (Some(base), Some(head)) = (&typed.base, &typed.head) else {
        return side::show_settings(typed, streams);
    };
    if !typed.inputs.file_list.is_empty() {
        return Err(Stop::usage(
            "error: `--file-list` does not say of which side its files are\n  help: name BASE and HEAD",
        ));
    }
    let (base, head) = (Whence::read(base)?, Whence::read(head)?);
    if base == Whence::Stdin && head == Whence::Stdin {
        return Err(Stop::usage(
            "error: both sides are standard input, which can be read once",
        ));
    }
    if typed.config.show_settings || typed.inputs.show_files {
        return side::show(&base, &head, typed, streams);
    }
    let mut base = Place::find(&base, "base", streams)?;
    let mut head = Place::find(&head, "head", streams)?;
    let remark = Place::settle_absence(&mut base, &mut head)?;
    if let Some(remark) = &remark {
        streams.note(&format!("note: {}\n", visible(remark)));
    }
    // What runs is compared with what would run: then both sides are bundles, and Services need servers.
    let strict = base.is_bundle()? || head.is_bundle()?;
    let base = Side::load(&base, strict, typed, streams)?;
    let head = Side::load(&head, strict, typed, streams)?;
    let mut manner = Manner {
        base: base.mark.clone(),
        all: streams.is_verbose(),
        width: Streams::terminal_width(),
        tail: None,
        remark,
        unread: Unread {
            base: base.unread,
            head: head.unread,
        },
    };
    let target = base.target().or(head.target());
    if typed.format != DiffFormat::Json {
        manner.tail = reload::sentence(&base, &head, target);
    }
    let (base, head) = if strict {
        let (base, head) = (base.emit(target)?, head.emit(target)?);
        (side::view_of(&base)?, side::view_of(&head)?)
    } else {
        (base.view()?, head.view()?)
    };
    let delta = diff::compare(&base, &head);
    // Files may differ by what nobody notices.
    manner.tail = manner.tail.filter(|_| !delta.is_empty());
    match typed.format {
        DiffFormat::Human => streams.product(&diff::human(&delta, &manner)),
        DiffFormat::Json => streams.bytes(diff::json(&delta, manner.unread).as_bytes()),
        DiffFormat::Markdown => streams.product(&diff::markdown(&delta, &manner)),
    }
    Ok(exit(&delta, manner.unread, typed))
}

/// What the difference amounts to. A gate must be able to tell "protects less" from "is not known".
fn exit(delta: &Delta, unread: Unread, typed: &Diff) -> Exit {
    let is_known = unread.is_none();
    let is_no = match typed.fail_on {
        Some(DiffFailOn::Lowered) if !is_known => return Exit::Usage,
        Some(DiffFailOn::Lowered) => delta.lowers(),
        None => !is_known || (typed.exit_code && !delta.is_empty()),
    };
    if is_no { Exit::No } else { Exit::Clean }
}

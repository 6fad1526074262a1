//! What there is to say about ports and the lock.

use super::allocate::Holder;
use super::changes::{Change, summary};
use super::{Certainty, Entry, OnChange, Settings};
use crate::finding::{Code, Finding, Severity};
use crate::ir::{BindAddress, Port, PortKey, PortRange, TcpListener, Wanted};
use crate::source::{Origin, Sourced};

/// So many changes are named.
const NAMED: usize = 10;

const UNTIL_THEN: &str =
    "until then the file is not written, and no Service gets a port that it does not have";

/// A file that cannot be read as text.
pub fn unreadable(why: &str) -> Finding {
    Finding::new(
        Code::INVALID_PORT_LOCK,
        format!("the lock of ports cannot be read: {why}"),
    )
    .help("restore the file from the repository")
    .note(UNTIL_THEN)
}

/// A line that is no entry.
pub(super) fn wrong(message: String) -> Finding {
    Finding::new(Code::INVALID_PORT_LOCK, message)
        .help("write `namespace/service:port: 26000`, with `released` behind it if the port is only kept, or restore the line")
        .note(UNTIL_THEN)
}

pub(super) fn conflict(origin: Origin) -> Finding {
    Finding::new(
        Code::INVALID_PORT_LOCK,
        "a merge conflict in the lock of ports that nobody has resolved",
    )
    .at(origin)
    .help("run `ingressc ports repair`, which takes the entries of both sides")
    .note(UNTIL_THEN)
}

/// Two entries for one Service port.
pub(super) fn twice(key: &PortKey, first: Origin, second: Origin) -> Finding {
    Finding::new(
        Code::INVALID_PORT_LOCK,
        format!("`{key}` stands in the lock of ports a second time"),
    )
    .object(format_args!("Service {}/{}", key.namespace, key.service))
    .at(second)
    .label(first, "and here before")
    .help("run `ingressc ports repair`, which keeps one of the two")
    .note(UNTIL_THEN)
}

/// Two entries with one port.
pub(super) fn allocated_twice(
    (holder, first): (&PortKey, &Entry),
    (key, second): (&PortKey, &Entry),
) -> Finding {
    let finding = Finding::new(
        Code::PORT_ALLOCATED_TWICE,
        format!(
            "the lock gives port {} to `{holder}` and to `{key}`",
            first.port
        ),
    )
    .object(format_args!("Service {}/{}", key.namespace, key.service))
    .help("run `ingressc ports repair`: the older entry keeps the port, and the other one gets a free one")
    .note(UNTIL_THEN);
    let places = second.origin.into_iter().chain(first.origin);
    places
        .zip(["", "and here"])
        .fold(finding, |finding, (origin, words)| {
            finding.label(origin, words)
        })
}

/// Who asks, as people call it: the Service port, or the object that names the port.
fn name(listener: &TcpListener) -> String {
    match &listener.key {
        Some(key) => key.to_string(),
        None => listener.owner.clone(),
    }
}

/// Ports of one Service have one annotation, and each its own finding.
fn about(finding: Finding, listener: &TcpListener) -> Finding {
    let finding = finding.object(&listener.owner);
    match &listener.key {
        Some(key) => finding.field(format!("spec.ports[?(@.port=={})]", key.port)),
        None => finding,
    }
}

fn place(bind: BindAddress) -> String {
    match bind {
        BindAddress::Any(port) => format!("port {port}"),
        BindAddress::One(address) => format!("`{address}`"),
    }
}

/// Two want one place. `free`: a port that nobody has or asks for.
pub(super) fn taken(
    listener: &TcpListener,
    bind: Sourced<BindAddress>,
    holder: &Holder,
    free: Option<Port>,
) -> Finding {
    let (asked, bind) = (bind.origin, bind.value);
    let help = match (&listener.wanted, &listener.key, free) {
        // Nothing that a person wrote names the port: the lock does.
        (Wanted::Pool, Some(key), Some(free)) => format!(
            "write `ingressc/expose-port.{}: \"{free}\"` at the Service, as {free} is free, or give {} another port",
            key.port, holder.name
        ),
        (_, _, Some(free)) => format!(
            "take another port, such as {free}, which is free, or give {} another one",
            holder.name
        ),
        (_, _, None) => format!(
            "take another port, or give {} another one; no port of `tcp.pool` is free",
            holder.name
        ),
    };
    let finding = Finding::new(
        Code::PORT_CONFLICT,
        format!(
            "`{}` cannot have {}: {} has it",
            name(listener),
            place(bind),
            holder.name
        ),
    )
    .at(asked)
    .help(help);
    let finding = match holder.origin {
        Some(origin) if origin != asked => finding.label(origin, "who has it"),
        _ => finding,
    };
    about(finding, listener)
}

/// No port of the pool is left.
pub(super) fn exhausted(
    listener: &TcpListener,
    pool: PortRange,
    settings: &Settings,
    known: Certainty,
) -> Finding {
    let finding = Finding::new(
        Code::PORT_POOL_EXHAUSTED,
        format!(
            "no port of the pool {pool} is left for `{}`",
            name(listener)
        ),
    )
    .at(listener.origin)
    .help("widen `tcp.pool`");
    let finding = match settings.pool_origin {
        Some(origin) => finding.label(origin, "the pool"),
        None => finding,
    };
    let finding = if known == Certainty::All {
        finding
    } else {
        finding.note("ports of Services that are gone are not handed out while there are errors: a file that cannot be read may hold the Service")
    };
    about(finding, listener)
}

/// Services that get no port as long as it is not known which ports the unread input names. Told once: there is one thing to mend.
pub(super) fn withheld(listeners: &[&TcpListener]) -> Option<Finding> {
    let (first, others) = listeners.split_first()?;
    let message = match others.len() {
        0 => format!("`{}` gets no port while some input is unread", name(first)),
        more => format!(
            "`{}` and {more} more get no port while some input is unread",
            name(first)
        ),
    };
    let finding = Finding::new(Code::PORT_WITHHELD, message)
        .at(first.origin)
        .help("mend what cannot be read, or leave it out with `exclude`")
        .note("what is unread may name any port, and have it: it would lead to another Service");
    let shown = others.iter().take(NAMED - 1);
    let finding = shown.fold(finding, |finding, listener| {
        finding.label(listener.origin, format!("`{}` gets none", name(listener)))
    });
    Some(about(finding, first))
}

/// A port that the pool does not have. `origin`: the fixed port, or the line of the lock.
pub(super) fn outside(
    listener: &TcpListener,
    port: u16,
    pool: (PortRange, Origin),
    origin: Origin,
    fixed: bool,
) -> Finding {
    let (pool, said) = pool;
    let finding = Finding::new(
        Code::PORT_OUTSIDE_POOL,
        format!(
            "port {port} of `{}` is not in the pool {pool}",
            name(listener)
        ),
    )
    .at(origin)
    .label(said, "the pool")
    .help(if fixed {
        "take a port of the pool, or widen `tcp.pool`"
    } else {
        "widen `tcp.pool`, so that it has the ports that are in use"
    });
    let finding = if fixed {
        finding
    } else {
        finding.note("the Service keeps it: clients have it in their configuration")
    };
    about(finding, listener)
}

/// The lock has to change. `asked`: where the Service port of a key is exposed.
pub(super) fn stale(
    changes: &[Change],
    settings: &Settings,
    asked: &dyn Fn(&PortKey) -> Option<Origin>,
) -> Finding {
    let (severity, would, help) = match settings.on_change {
        OnChange::Refuse => (
            Severity::Error,
            "has to change",
            "run `ingressc ports update`, and commit the file",
        ),
        // Who moves a Service cuts its clients off, and may not know it.
        OnChange::Tell | OnChange::Write => (
            if changes.iter().any(Change::is_move) {
                Severity::Warning
            } else {
                Severity::Info
            },
            "is to change",
            "let `ingressc compile` or `ingressc ports update` write it, and commit the file",
        ),
    };
    let mut finding = Finding::new(
        Code::PORT_LOCK_STALE,
        format!(
            "the lock of ports `{}` {would}: {}",
            settings.file,
            summary(changes)
        ),
    )
    .severity(severity)
    .help(help);
    let others = changes.iter().filter(|change| !change.is_move());
    let moves_first = changes
        .iter()
        .filter(|change| change.is_move())
        .chain(others);
    for change in moves_first.take(NAMED) {
        let words = format!("`{}` {}", change.key, change.became);
        finding = match (asked(&change.key), change.line) {
            (Some(asked), Some(line)) => finding.label(asked, words).label(line, "its line"),
            (Some(origin), None) | (None, Some(origin)) => finding.label(origin, words),
            (None, None) => finding.note(words),
        };
    }
    match changes.len().checked_sub(NAMED).filter(|more| *more > 0) {
        Some(more) => finding.note(format!("and {more} more")),
        None => finding,
    }
}

/// What becomes of a process that finds its port taken.
const WHILE_TAKEN: &str = "while an outgoing connection has such a port, HAProxy neither starts nor reloads, for any Service";

/// The pool has ports that the kernel gives to outgoing connections. `shared`: which.
pub(super) fn ephemeral_pool(
    pool: PortRange,
    shared: PortRange,
    range: PortRange,
    origin: Origin,
) -> Finding {
    Finding::new(
        Code::EPHEMERAL_PORT,
        format!(
            "the pool {pool} has ports that the kernel gives to outgoing connections, from {range}"
        ),
    )
    .at(origin)
    .help(format!(
        "take a pool outside of that range, or set `net.ipv4.ip_local_reserved_ports={shared}` on the hosts"
    ))
    .note(WHILE_TAKEN)
}

/// A port that the kernel gives to outgoing connections. `origin`: where it is said.
pub(super) fn ephemeral_port(
    listener: &TcpListener,
    port: Port,
    range: PortRange,
    origin: Origin,
) -> Finding {
    let finding = Finding::new(
        Code::EPHEMERAL_PORT,
        format!(
            "port {port} of `{}` is one that the kernel gives to outgoing connections, from {range}",
            name(listener)
        ),
    )
    .at(origin)
    .help(format!(
        "take a port outside of that range, or set `net.ipv4.ip_local_reserved_ports={port}` on the hosts"
    ))
    .note(WHILE_TAKEN);
    about(finding, listener)
}

//! Backends that come and go, which HAProxy allows from 3.4 on.
//!
//! In: a backend and its defaults. Out: a change. A backend is published with its servers before routes lead to it, and goes when no
//! route does.

use super::algorithm::{Algorithm, numbers};
use super::config::{Config, Section};
use super::server::{Server, dynamic, inherited};
use super::servers;
use super::usage::Usage;
use super::{Answer, Builder, Change, ChangeKind, Phase, ReadBack, Step, Verdict, escape, steps};
use crate::ir::HaproxyVersion;

/// What all backends are compared with.
pub(super) struct Side<'a> {
    pub(super) from: &'a Config,
    pub(super) to: &'a Config,
    /// The files that the running process has read.
    pub(super) files: &'a Usage,
    pub(super) target: HaproxyVersion,
}

/// A backend that is new.
pub(super) fn backend_added(side: &Side<'_>, section: &Section, out: &mut Builder) {
    let kind = ChangeKind::BackendAdded;
    let what = match section.servers().len() {
        0 => String::new(),
        1 => "1 server".to_owned(),
        servers => format!("{servers} servers"),
    };
    match backend_adding(side, section) {
        Ok(steps) => {
            let change = Change {
                kind,
                place: section.title(),
                what,
                origin: None,
                lines: Vec::new(),
                verdict: Verdict::Runtime,
                reason: None,
                steps,
            };
            out.push(Phase::BackendsIn, change);
        }
        Err(why) => out.reload(kind, section.title(), what, why),
    }
}

fn backend_adding(side: &Side<'_>, section: &Section) -> Result<Vec<Step>, String> {
    needs_3_4(side.target)?;
    if section.conditional {
        return Err("the backend has lines under a condition (`.if`)".to_owned());
    }
    if let Some(line) = section
        .settings()
        .find(|line| line.keyword() != "default-server")
    {
        return Err(format!(
            "`{}` stands in the backend, and a backend that is added has no lines of its own",
            line.keyword()
        ));
    }
    let defaults = section
        .from()
        .ok_or("the backend takes its settings from no defaults with a name")?;
    let chain = side
        .to
        .chain(section)
        .ok_or_else(|| format!("`defaults {defaults}` is missing"))?;
    let named = side.from.by_name();
    let known = chain.iter().filter(|part| part.keyword == "defaults");
    if let Some(part) = known
        .into_iter()
        .find(|part| !named.contains_key(&("defaults", part.name.as_str())))
    {
        return Err(format!(
            "its settings are in `{}`, which is new",
            part.title()
        ));
    }
    let inherited = inherited(&chain)?;
    let algorithm = Algorithm::of(&chain, &inherited, side.target);
    if !algorithm.is_dynamic {
        return Err(format!(
            "`balance {}` shares out when HAProxy starts",
            algorithm.name
        ));
    }
    let unsaid = "no command can say its name";
    let add = escape::command(["add", "backend", &section.name, "from", defaults]).ok_or(unsaid)?;
    let mut sent = vec![Step::new(add, Answer::Says("New backend registered."))];
    let ids = numbers(section);
    for line in section
        .lines
        .iter()
        .filter(|line| line.keyword() == "server")
    {
        let mut server = Server::read(line)?;
        if let Some(id) = ids.get(server.name).filter(|_| algorithm.by_id) {
            let words = ["id".to_owned(), id.to_string()];
            server.own.add(&words).map_err(|_| "it has no number")?;
        }
        let is_known = |file: &str| side.files.reads(file);
        let words = dynamic(&server, &inherited, side.target, &is_known)?;
        sent.extend(steps::adding(&section.name, &server, &words)?);
    }
    let publish = escape::command(["publish", "backend", &section.name]).ok_or(unsaid)?;
    let check = ReadBack {
        command: "show backend".to_owned(),
        has: vec![section.name.clone()],
        lacks: Vec::new(),
    };
    sent.push(Step::new(publish, Answer::Says("Backend published.")).checked(check));
    Ok(sent)
}

/// A backend that is gone.
pub(super) fn backend_removed(side: &Side<'_>, section: &Section, out: &mut Builder) {
    let kind = ChangeKind::BackendRemoved;
    match backend_removing(side, section) {
        Ok(steps) => {
            let change = Change {
                kind,
                place: section.title(),
                what: String::new(),
                origin: None,
                lines: Vec::new(),
                verdict: Verdict::Runtime,
                reason: None,
                steps,
            };
            out.push(Phase::BackendsOut, change);
        }
        Err(why) => out.reload(kind, section.title(), "", why),
    }
}

fn backend_removing(side: &Side<'_>, section: &Section) -> Result<Vec<Step>, String> {
    needs_3_4(side.target)?;
    if let Some(table) = section.line("stick-table") {
        return Err(format!(
            "it has a `{}`, which HAProxy keeps",
            table.keyword()
        ));
    }
    let resolved = section.servers().into_values().any(servers::is_resolved);
    if section.line("server-template").is_some() || resolved {
        return Err("DNS finds its servers, which HAProxy keeps".to_owned());
    }
    let unsaid = "no command can say its name";
    let mut sent = Vec::new();
    let unpublish = escape::command(["unpublish", "backend", &section.name]).ok_or(unsaid)?;
    sent.push(Step::new(unpublish, Answer::Says("Backend unpublished.")));
    let mut deletions = Vec::new();
    for name in section.servers().keys() {
        let steps = steps::removing(&section.name, name).ok_or(unsaid)?;
        let (waiting, disabling): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| step.waits);
        sent.extend(disabling);
        deletions.extend(waiting);
    }
    sent.extend(deletions);
    let del = escape::command(["del", "backend", &section.name]).ok_or(unsaid)?;
    let check = ReadBack {
        command: "show backend".to_owned(),
        has: Vec::new(),
        lacks: vec![section.name.clone()],
    };
    sent.push(
        Step::new(del, Answer::Says("Backend deleted."))
            .waiting()
            .checked(check),
    );
    Ok(sent)
}

fn needs_3_4(target: HaproxyVersion) -> Result<(), String> {
    if target.has(3, 4) {
        return Ok(());
    }
    Err(format!(
        "backends come and go without a reload from HAProxy 3.4 on, and this is {target}"
    ))
}

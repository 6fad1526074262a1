//! Backends and their servers.
//!
//! In: a backend before and after, each with its defaults. Out: changes. Servers come before routes lead to them, and go when no
//! route does; requests that they are at may end.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::config::{Config, Line, Section};
use super::escape;
use super::server::{Options, Server, dynamic, inherited};
use super::usage::Usage;
use super::{Answer, Builder, Change, ChangeKind, Phase, ReadBack, Step, Verdict};
use crate::ir::HaproxyVersion;

/// What all backends are compared with.
pub(super) struct Side<'a> {
    pub(super) from: &'a Config,
    pub(super) to: &'a Config,
    /// The files that the running process has read.
    pub(super) files: &'a Usage,
    pub(super) target: HaproxyVersion,
}

/// How a backend takes its servers.
struct Algorithm {
    /// What `balance` says.
    name: String,
    /// Whether servers may come, go and change their weight.
    is_dynamic: bool,
    /// Whether the number of a server decides what it gets.
    by_id: bool,
    /// Whether its address does.
    by_address: bool,
}

impl Algorithm {
    fn of(chain: &[&Section], options: &Options, target: HaproxyVersion) -> Self {
        let lines = || chain.iter().flat_map(|section| &section.lines);
        let last = |keyword| lines().filter(|line| line.keyword() == keyword).next_back();
        let word = |keyword| {
            last(keyword)
                .and_then(|line| line.words.get(1))
                .map(String::as_str)
        };
        let usual = if target.has(3, 3) {
            "random"
        } else {
            "roundrobin"
        };
        let name = word("balance").unwrap_or(usual);
        let spread = matches!(
            name.split('(').next(),
            Some("roundrobin" | "leastconn" | "random")
        );
        let hashes = !spread && !matches!(name, "first" | "static-rr");
        let consistent = word("hash-type") == Some("consistent");
        let hash_key = options.get("hash-key").unwrap_or("id");
        Self {
            name: name.to_owned(),
            is_dynamic: spread || name == "first" || (hashes && consistent),
            by_id: name == "first" || (hashes && hash_key == "id"),
            by_address: hashes && hash_key.starts_with("addr"),
        }
    }
}

/// A backend that is there before and after.
struct Backend<'a> {
    side: &'a Side<'a>,
    name: &'a str,
    title: String,
    from: &'a Section,
    to: &'a Section,
    inherited: Options,
    algorithm: Algorithm,
    /// The numbers of servers, which is what hashes place them by.
    ids: [BTreeMap<&'a str, u32>; 2],
}

/// The servers of a backend that is there before and after.
pub(super) fn compare(side: &Side<'_>, from: &Section, to: &Section, out: &mut Builder) {
    let (old, new) = (from.servers(), to.servers());
    let differ = |name: &&str| old.get(name) != new.get(name);
    let names: BTreeSet<&str> = old
        .keys()
        .chain(new.keys())
        .copied()
        .filter(|name| differ(&name))
        .collect();
    let moved = numbers(from) != numbers(to);
    if names.is_empty() && !moved {
        return;
    }
    let backend = match Backend::new(side, from, to) {
        Ok(backend) => backend,
        Err(why) => {
            for name in names {
                let kind = match (old.get(name), new.get(name)) {
                    (None, _) => ChangeKind::ServerAdded,
                    (_, None) => ChangeKind::ServerRemoved,
                    _ => ChangeKind::ServerChanged,
                };
                out.reload(kind, to.title(), name, why.as_str());
            }
            return;
        }
    };
    backend.moved(out);
    for name in &names {
        if let (None, Some(line)) = (old.get(name), new.get(name)) {
            backend.added(line, out);
        }
    }
    for name in &names {
        if let (Some(before), Some(after)) = (old.get(name), new.get(name)) {
            backend.changed(before, after, out);
        }
    }
    for name in &names {
        if let (Some(_), None) = (old.get(name), new.get(name)) {
            backend.removed(name, out);
        }
    }
}

/// The number of each server: the one that its line says, or the lowest one that is free.
fn numbers(section: &Section) -> BTreeMap<&str, u32> {
    let lines = || {
        section
            .lines
            .iter()
            .filter(|line| line.keyword() == "server")
    };
    let said = |line: &Line| line.after("id").and_then(|id| id.parse::<u32>().ok());
    let taken: BTreeSet<u32> = lines().filter_map(said).collect();
    let mut free = (1..).filter(|id| !taken.contains(id));
    lines()
        .filter_map(|line| {
            let id = said(line).or_else(|| free.next())?;
            Some((line.words.get(1)?.as_str(), id))
        })
        .collect()
}

impl<'a> Backend<'a> {
    /// `Err`: why no server of it can come, go or change.
    fn new(side: &'a Side<'a>, from: &'a Section, to: &'a Section) -> Result<Self, String> {
        if from.conditional || to.conditional {
            return Err("the backend has lines under a condition (`.if`)".to_owned());
        }
        let chain = side.from.chain(from);
        let chain = chain.ok_or("the backend takes its settings from no defaults with a name")?;
        let inherited = inherited(&chain)?;
        Ok(Self {
            side,
            name: &to.name,
            title: to.title(),
            from,
            to,
            algorithm: Algorithm::of(&chain, &inherited, side.target),
            inherited,
            ids: [numbers(from), numbers(to)],
        })
    }

    fn path(&self, server: &str) -> String {
        format!("{}/{server}", self.name)
    }

    /// Servers that stay, and get another number.
    fn moved(&self, out: &mut Builder) {
        if !self.algorithm.by_id {
            return;
        }
        let [old, new] = &self.ids;
        let moves = |name: &&&str| {
            new.get(**name)
                .is_some_and(|id| old.get(**name) != Some(id))
        };
        if let Some(name) = old.keys().find(moves) {
            let why = format!(
                "with `balance {}`, the place of a server in the list decides what it gets; `compile --previous` keeps it",
                self.algorithm.name
            );
            let what = format!("{name} is another one in the list");
            out.reload(ChangeKind::ServerChanged, &self.title, what, why);
        }
    }

    fn is_static(&self) -> Option<String> {
        (!self.algorithm.is_dynamic).then(|| {
            format!(
                "`balance {}` shares out when HAProxy starts; it would have to be `hash-type consistent`",
                self.algorithm.name
            )
        })
    }

    fn change(&self, kind: ChangeKind, what: &str, steps: Vec<Step>) -> Change {
        Change {
            kind,
            place: self.title.clone(),
            what: what.to_owned(),
            verdict: Verdict::Runtime,
            reason: None,
            steps,
        }
    }

    fn added(&self, line: &Line, out: &mut Builder) {
        let name = line.words.get(1).map_or("", String::as_str);
        let found = self
            .is_static()
            .map_or(Ok(()), Err)
            .and_then(|()| self.adding(line));
        match found {
            Ok((phase, steps)) => {
                let what = line.words.get(1..).unwrap_or_default();
                let what = super::settings::join(what);
                out.push(phase, self.change(ChangeKind::ServerAdded, &what, steps));
            }
            Err(why) => out.reload(ChangeKind::ServerAdded, &self.title, name, why),
        }
    }

    fn adding(&self, line: &Line) -> Result<(Phase, Vec<Step>), String> {
        let mut server = Server::read(line)?;
        let [old, new] = &self.ids;
        let id = new
            .get(server.name)
            .filter(|_| self.algorithm.by_id || server.own.has("id"));
        let mut phase = Phase::ServersIn;
        if let Some(id) = id {
            let words = ["id".to_owned(), id.to_string()];
            server.own.add(&words).map_err(|_| "it has no number")?;
            let before = old.iter().find(|(_, taken)| *taken == id);
            match before {
                Some((name, _)) if new.contains_key(name) => {
                    return Err(format!("its number is that of `{name}`, which stays"));
                }
                Some((name, _)) if !old.keys().any(|kept| new.contains_key(kept)) => {
                    return Err(format!(
                        "it takes the number of `{name}`, and between the two there would be no server"
                    ));
                }
                Some(_) => phase = Phase::ServersAfter,
                None => {}
            }
        }
        let is_known = |file: &str| self.side.files.reads(file);
        let words = dynamic(&server, &self.inherited, self.side.target, &is_known)?;
        Ok((phase, adding(self.name, &server, &words)?))
    }

    fn removed(&self, name: &str, out: &mut Builder) {
        let kind = ChangeKind::ServerRemoved;
        if let Some(why) = self.is_static().or_else(|| self.bound(name)) {
            return out.reload(kind, &self.title, name, why);
        }
        match removing(self.name, name) {
            Some(steps) => out.push(Phase::ServersOut, self.change(kind, name, steps)),
            None => out.reload(kind, &self.title, name, "no command can say its name"),
        }
    }

    /// What keeps a server from being removed.
    fn bound(&self, name: &str) -> Option<String> {
        let lines = self.from.lines.iter().chain(&self.to.lines);
        let names = |line: &&Line| {
            line.keyword() == "use-server" && line.words.get(1).is_some_and(|it| it == name)
        };
        let found = lines.filter(names).next();
        found.map(|_| "`use-server` names it, and HAProxy keeps such a server".to_owned())
    }

    fn changed(&self, before: &Line, after: &Line, out: &mut Builder) {
        let name = after.words.get(1).map_or("", String::as_str);
        match self.changing(before, after) {
            Ok(steps) if steps.is_empty() => {
                let why = "HAProxy reads the same from it";
                out.file_only(ChangeKind::Text, &self.title, name, why);
            }
            Ok(steps) => {
                let what =
                    |line: &Line| super::settings::join(line.words.get(2..).unwrap_or_default());
                let what = format!("{name} {} → {}", what(before), what(after));
                out.push(
                    Phase::ServersIn,
                    self.change(ChangeKind::ServerChanged, &what, steps),
                );
            }
            Err(why) => out.reload(ChangeKind::ServerChanged, &self.title, name, why),
        }
    }

    fn changing(&self, before: &Line, after: &Line) -> Result<Vec<Step>, String> {
        let (old, new) = (Server::read(before)?, Server::read(after)?);
        let mut steps = Vec::new();
        let path = self.path(new.name);
        for name in old.own.differences(&new.own) {
            match name {
                "id" if self.ids[0].get(new.name) == self.ids[1].get(new.name) => {}
                "weight" => steps.push(self.weight(&path, &old, &new)?),
                other => return Err(format!("`{other}` of a server is read when HAProxy starts")),
            }
        }
        if old.address != new.address {
            let sockets = old.socket().zip(new.socket());
            let (_, socket) = sockets.ok_or("HAProxy looks up names when it starts")?;
            if self.algorithm.by_address {
                return Err(format!(
                    "`balance {}` places servers by their addresses",
                    self.algorithm.name
                ));
            }
            steps.insert(
                0,
                address(self.name, new.name, socket).ok_or("no command can say its name")?,
            );
        }
        Ok(steps)
    }

    fn weight(&self, path: &str, old: &Server<'_>, new: &Server<'_>) -> Result<Step, String> {
        let weight = |server: &Server<'_>| {
            let said = server
                .own
                .get("weight")
                .or_else(|| self.inherited.get("weight"));
            said.unwrap_or("1").to_owned()
        };
        if let Some(why) = self.is_static()
            && weight(old) != weight(new)
        {
            return Err(why);
        }
        let weight = weight(new);
        let command = escape::command(["set", "server", path, "weight", &weight]);
        let check = ReadBack {
            command: format!("get weight {path}"),
            has: vec![weight],
            lacks: Vec::new(),
        };
        let step = Step::new(
            command.ok_or("no command can say its name")?,
            Answer::Silence,
        );
        Ok(step.checked(check))
    }
}

fn address(backend: &str, server: &str, socket: SocketAddr) -> Option<Step> {
    let path = format!("{backend}/{server}");
    let (ip, port) = (socket.ip().to_string(), socket.port().to_string());
    let command = escape::command(["set", "server", &path, "addr", &ip, "port", &port])?;
    let check = there(backend, server, socket);
    Some(Step::new(command, Answer::Says("change")).checked(check))
}

/// Shows that a server has an address.
fn there(backend: &str, server: &str, socket: SocketAddr) -> ReadBack {
    ReadBack {
        command: format!("show servers state {backend}"),
        has: vec![format!("{server} {}", socket.ip())],
        lacks: Vec::new(),
    }
}

/// A new server takes requests at once, and its checks go on from there, as after a start.
fn adding(backend: &str, server: &Server<'_>, words: &[String]) -> Result<Vec<Step>, String> {
    let path = format!("{backend}/{}", server.name);
    let unsaid = || "no command can say this line".to_owned();
    let socket = server.socket().ok_or_else(unsaid)?;
    let line = ["add", "server", &path].into_iter();
    // A command has 64 words at most.
    if words.len() > 60 {
        return Err("a command has no room for so many options".to_owned());
    }
    let add = escape::command(line.chain(words.iter().map(String::as_str))).ok_or_else(unsaid)?;
    let mut steps = vec![Step::new(add, Answer::Says("New server registered."))];
    let checks = words.iter().any(|word| word == "check");
    for what in ["health", "server"] {
        if what == "server" || checks {
            let command = escape::command(["enable", what, &path]).ok_or_else(unsaid)?;
            steps.push(Step::new(command, Answer::Silence));
        }
    }
    if let Some(last) = steps.last_mut() {
        last.check = Some(there(backend, server.name, socket));
    }
    Ok(steps)
}

fn removing(backend: &str, server: &str) -> Option<Vec<Step>> {
    let path = format!("{backend}/{server}");
    let check = ReadBack {
        command: format!("show servers state {backend}"),
        has: Vec::new(),
        lacks: vec![server.to_owned()],
    };
    Some(vec![
        Step::new(
            escape::command(["disable", "server", &path])?,
            Answer::Silence,
        ),
        Step::new(
            escape::command(["del", "server", &path])?,
            Answer::Says("Server deleted."),
        )
        .waiting()
        .checked(check),
    ])
}

/// A backend that is new.
pub(super) fn backend_added(side: &Side<'_>, section: &Section, out: &mut Builder) {
    let kind = ChangeKind::BackendAdded;
    let what = match section.servers().len() {
        1 => "1 server".to_owned(),
        servers => format!("{servers} servers"),
    };
    match backend_adding(side, section) {
        Ok(steps) => {
            let change = Change {
                kind,
                place: section.title(),
                what,
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
        .find(|part| named.get(&("defaults", part.name.as_str())).is_none())
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
    let mut steps = vec![Step::new(add, Answer::Says("New backend registered."))];
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
        steps.extend(adding(&section.name, &server, &words)?);
    }
    let publish = escape::command(["publish", "backend", &section.name]).ok_or(unsaid)?;
    let check = ReadBack {
        command: "show backend".to_owned(),
        has: vec![section.name.clone()],
        lacks: Vec::new(),
    };
    steps.push(Step::new(publish, Answer::Says("Backend published.")).checked(check));
    Ok(steps)
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
    if section.line("server-template").is_some() {
        return Err("DNS finds its servers".to_owned());
    }
    let unsaid = "no command can say its name";
    let mut steps = Vec::new();
    let unpublish = escape::command(["unpublish", "backend", &section.name]).ok_or(unsaid)?;
    steps.push(Step::new(unpublish, Answer::Says("Backend unpublished.")));
    for name in section.servers().keys() {
        steps.extend(removing(&section.name, name).ok_or(unsaid)?);
    }
    let del = escape::command(["del", "backend", &section.name]).ok_or(unsaid)?;
    let check = ReadBack {
        command: "show backend".to_owned(),
        has: Vec::new(),
        lacks: vec![section.name.clone()],
    };
    steps.push(
        Step::new(del, Answer::Says("Backend deleted."))
            .waiting()
            .checked(check),
    );
    Ok(steps)
}

fn needs_3_4(target: HaproxyVersion) -> Result<(), String> {
    if target.has(3, 4) {
        return Ok(());
    }
    Err(format!(
        "backends come and go without a reload from HAProxy 3.4 on, and this is {target}"
    ))
}

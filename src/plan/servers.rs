//! The servers of a backend that is there before and after.
//!
//! In: the backend, each time with its defaults. Out: changes. Servers come before routes lead to them, and go when no route does;
//! requests that they are at may end.

use std::collections::{BTreeMap, BTreeSet};

use super::algorithm::{Algorithm, numbers};
use super::backends::Side;
use super::config::{Line, Section};
use super::server::{Options, Server, dynamic, inherited};
use super::{Answer, Builder, Change, ChangeKind, Phase, ReadBack, Step, Verdict, escape, steps};

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
        .filter(differ)
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

/// Whether HAProxy asks for the address of a server while it runs.
pub(super) fn is_resolved(line: &Line) -> bool {
    line.words.iter().skip(3).any(|word| word == "resolvers")
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
            origin: None,
            lines: Vec::new(),
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
        Ok((phase, steps::adding(self.name, &server, &words)?))
    }

    fn removed(&self, name: &str, out: &mut Builder) {
        let kind = ChangeKind::ServerRemoved;
        if let Some(why) = self.is_static().or_else(|| self.bound(name)) {
            return out.reload(kind, &self.title, name, why);
        }
        match steps::removing(self.name, name) {
            Some(steps) => out.push(Phase::ServersOut, self.change(kind, name, steps)),
            None => out.reload(kind, &self.title, name, "no command can say its name"),
        }
    }

    /// What keeps a server from being removed.
    fn bound(&self, name: &str) -> Option<String> {
        let line = self.from.servers().get(name).copied();
        if self.inherited.has("resolvers") || line.is_some_and(is_resolved) {
            return Some("DNS finds its address, and HAProxy keeps such a server".to_owned());
        }
        let mut lines = self.from.lines.iter().chain(&self.to.lines);
        let names = |line: &&Line| {
            line.keyword() == "use-server" && line.words.get(1).is_some_and(|it| it == name)
        };
        let found = lines.find(names);
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
                steps::address(self.name, new.name, socket).ok_or("no command can say its name")?,
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

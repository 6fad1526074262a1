//! A master with its worker on a bundle that was compiled as an operator does, `ingressc plan --apply`, and the comparison with a
//! fresh process.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::client::{get, until};
use crate::edge::{Edge, runtime};
use crate::net::Net;
use crate::site::{HTTP, Site};

pub(super) const HOST: &str = "shop.example.com";
/// Where TLS is taken.
pub(super) const HTTPS: u16 = 8443;
/// The manifests that change.
const MANIFESTS: &str = "manifests/web.yaml";
const CONFIG: &str = "version: 1
inputs: [manifests]
listen: {http: ['NET.1:8000'], https: ['NET.1:8443'], metrics: [], admin: admin.sock}
rules: {ING703: {level: off}, ING223: {level: off}, ING507: {level: off}, ING506: {level: off}}
";

/// A HAProxy that runs `out/haproxy.cfg`.
pub(super) struct Live<'n> {
    pub(super) net: &'n Net,
    pub(super) site: Site,
    pub(super) edge: Edge,
    binary: &'n Path,
    /// The worker's number.
    pid: String,
}

/// How `plan --apply` ended.
pub(super) struct Done {
    pub(super) code: Option<i32>,
    /// What it printed with `--format json`.
    pub(super) json: Value,
    pub(super) said: String,
}

impl Done {
    pub(super) fn outcome(&self) -> &str {
        self.json["apply"]["outcome"].as_str().unwrap_or_default()
    }
}

impl<'n> Live<'n> {
    /// Compiles `manifests`, and starts HAProxy on the result. `files` are more files of the site; `endpoints` are lines of the
    /// configuration.
    pub(super) fn start(
        binary: &'n Path,
        net: &'n Net,
        manifests: &str,
        endpoints: &str,
        files: &[(&str, &str)],
    ) -> Self {
        let config = format!("{CONFIG}{endpoints}");
        let mut all = vec![("ingressc.yaml", &*config), (MANIFESTS, manifests)];
        all.extend(files);
        let site = Site::bare(net, &all);
        site.compile();
        let mut command = Command::new(binary);
        command.args(["-W", "-f", "out/haproxy.cfg"]);
        let edge = Edge::run(command, site.path(), &[net.at(1, HTTP)]);
        let socket = site.path().join("admin.sock");
        let info = || runtime(&socket, "show info").unwrap_or_default();
        let pid = until("the socket answers", Duration::from_secs(5), info, |info| {
            info.contains("Pid: ")
        });
        Self {
            net,
            pid: field(&pid, "Pid"),
            site,
            edge,
            binary,
        }
    }

    pub(super) fn http(&self) -> SocketAddr {
        self.net.at(1, HTTP)
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.site.path().join("admin.sock")
    }

    pub(super) fn ask(&self, command: &str) -> String {
        runtime(&self.socket(), command).expect("it answers")
    }

    /// Writes other manifests.
    pub(super) fn manifests(&self, text: &str) {
        self.site.write_bare(self.net, MANIFESTS, text);
    }

    /// `plan --apply` with the manifests as they are now.
    pub(super) fn apply(&self, more: &[&str]) -> Done {
        self.plan(&[&["--to", "manifests", "--apply", "admin.sock"], more].concat())
    }

    /// `plan --from out` with these arguments.
    pub(super) fn plan(&self, arguments: &[&str]) -> Done {
        let format: &[&str] = if arguments.contains(&"--format") {
            &[]
        } else {
            &["--format", "json"]
        };
        let output = Command::new(env!("CARGO_BIN_EXE_ingressc"))
            .args(["plan", "--from", "out"])
            .args(format)
            .args(["--config", "ingressc.yaml"])
            .args(arguments)
            .current_dir(self.site.path())
            .output();
        let output = output.expect("it is built");
        Done {
            code: output.status.code(),
            json: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Applies the manifests, and wants that it worked, with at least one command, in the process of the beginning.
    pub(super) fn applied(&self, manifests: &str) {
        self.manifests(manifests);
        let done = self.apply(&[]);
        self.went_well(&done);
        let sent = done.json["apply"]["commands"]["sent"].as_u64();
        assert!(sent.is_some_and(|sent| sent > 0), "{:#}", done.json);
        // The second time there is nothing to do.
        let again = self.apply(&[]);
        self.went_well(&again);
        assert_eq!(again.json["apply"]["commands"]["of"], 0, "{:#}", again.json);
        assert_eq!(
            again.json["apply"]["files"]["changed"],
            serde_json::json!([])
        );
    }

    pub(super) fn went_well(&self, done: &Done) {
        assert_eq!(
            (
                done.code,
                done.outcome(),
                &*done.json["verdict"].to_string()
            ),
            (Some(0), "applied", &*done.json["verdict"].to_string()),
            "{}\n{:#}\n{}",
            done.said,
            done.json,
            self.edge.said()
        );
        self.same_process();
    }

    /// That no reload took place.
    pub(super) fn same_process(&self) {
        assert_eq!(
            field(&self.ask("show info"), "Pid"),
            self.pid,
            "it reloaded"
        );
    }

    /// That a fresh process on the files, in another place, holds the same and answers `probes` alike: host, path, and what a
    /// pod's name has to begin with, or the status where none answers.
    pub(super) fn equals_fresh(&self, probes: &[(&str, &str, &str)]) {
        let fresh = self.site.path().join("fresh");
        let _ = std::fs::remove_dir_all(&fresh);
        copy(&self.site.path().join("out"), &fresh);
        let config = fresh.join("haproxy.cfg");
        let text = std::fs::read_to_string(&config).expect("readable");
        // The same port would share the requests.
        let text = text.replace(&self.net.fill("NET.1:"), &self.net.fill("NET.2:"));
        std::fs::write(&config, text).expect("writable");
        let http = self.net.at(2, HTTP);
        let edge = Edge::start(self.binary, &fresh, &["-db"], &[http]);
        // Ports are opened one after the other, and the socket after those of the frontends.
        let socket = fresh.join("admin.sock");
        until(
            "the fresh process answers",
            Duration::from_secs(5),
            || runtime(&socket, "show info").is_ok(),
            |answers| *answers,
        );
        let held = memory(&socket, &fresh);
        let told = memory(&self.socket(), &self.site.path().join("out"));
        assert_eq!(told, held, "a reload would change it\n{}", edge.said());
        for (host, path, expected) in probes {
            for address in [self.http(), http] {
                let answer = get(address, host, path).expect("an answer");
                let who = answer.pod.unwrap_or(answer.status.to_string());
                assert!(who.starts_with(expected), "{address} {host}{path}: {who}");
            }
        }
    }
}

/// All that a process tells of maps, lists, servers and certificates, but for what time brings.
fn memory(socket: &Path, folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let ask = |command: &str| runtime(socket, command).expect("it answers");
    let mut memory = BTreeMap::new();
    let mut keep = |what: String, lines: BTreeSet<String>| memory.insert(what, lines);
    keep(
        "backends".into(),
        ask("show backend").lines().map(str::to_owned).collect(),
    );
    keep(
        "servers".into(),
        columns(
            &ask("show servers state"),
            ' ',
            &[
                "be_name",
                "srv_name",
                "srv_addr",
                "srv_admin_state",
                "srv_uweight",
                "srv_port",
            ],
        ),
    );
    keep(
        "options".into(),
        columns(
            &ask("show stat -1 4 -1"),
            ',',
            &[
                "pxname",
                "svname",
                "slim",
                "qlimit",
                "act",
                "bck",
                "check_rise",
                "check_fall",
                "addr",
                "cookie",
            ],
        ),
    );
    keep(
        "pools".into(),
        columns(
            &ask("show servers conn"),
            ' ',
            &["bkname/svname", "addr", "port", "purge_delay", "idle_lim"],
        ),
    );
    for (folder, files) in [("maps", folder.join("maps")), ("acl", folder.join("acl"))] {
        let show = if folder == "acl" { "acl" } else { "map" };
        for name in names(&files) {
            let answer = ask(&format!("show {show} {folder}/{name}"));
            let entries = answer
                .lines()
                .filter_map(|line| Some(line.split_once(' ')?.1.to_owned()));
            keep(format!("{folder}/{name}"), entries.collect());
        }
    }
    let offers = ask("show ssl crt-list -n crt-list.txt");
    let offers = offers.lines().map(|line| {
        let words = line
            .split(' ')
            .map(|word| word.split(".pem:").next().unwrap_or(word));
        words.collect::<Vec<_>>().join(" ")
    });
    keep("crt-list".into(), offers.collect());
    for name in names(&folder.join("certs")) {
        let answer = ask(&format!("show ssl cert certs/{name}"));
        keep(
            format!("certs/{name}"),
            BTreeSet::from([field(&answer, "SHA1 FingerPrint")]),
        );
    }
    memory
}

/// Some columns of a table whose second or first line names them behind a `#`.
fn columns(table: &str, separator: char, wanted: &[&str]) -> BTreeSet<String> {
    let mut lines = table.lines().skip_while(|line| !line.starts_with('#'));
    let header = lines
        .next()
        .expect("a header")
        .trim_start_matches(['#', ' ']);
    let header: Vec<&str> = header.split(separator).collect();
    let at: Vec<usize> = wanted
        .iter()
        // 3.4 and 2.6 differ in what they tell.
        .filter_map(|name| header.iter().position(|column| column == name))
        .collect();
    assert!(at.len() >= wanted.len() - 1, "{header:?}");
    let lines = lines.filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(separator).collect();
            let cells = at
                .iter()
                .map(|at| cells.get(*at).copied().unwrap_or_default());
            cells.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.collect()
}

pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("writable");
    for entry in std::fs::read_dir(from).expect("readable").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("writable");
        }
    }
}

/// The value behind `name:` at the beginning of a line.
fn field(answer: &str, name: &str) -> String {
    let mut lines = answer.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    value.unwrap_or_default().trim().to_owned()
}

/// The version of a binary as it plans: 2.6, 3.4.
pub(super) fn is_at_least(binary: &Path, major: u32, minor: u32) -> bool {
    let output = Command::new(binary).arg("-v").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = said.split(' ').nth(2).unwrap_or_default();
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (major, minor)
}

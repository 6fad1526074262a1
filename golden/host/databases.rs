//! Real databases behind exposed ports: they answer there, and reloads cut nobody's connection.
//!
//! The Services are those of a database team: each has a port of the pool, the configuration is compiled anew for every change,
//! and a master takes it over. What is asked is whether those who are connected notice.

mod load;
mod postgres;
mod redis;

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use self::load::Load;
use self::postgres::{Postgres, Programs, Session, query};
use self::redis::{Client, Redis};
use crate::client::until;
use crate::edge::Edge;
use crate::haproxy;
use crate::net::Net;
use crate::site::Site;

/// How long a reload may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Only exposed ports listen, and they are on the first address of the network.
const CONFIG: &str = "version: 1
inputs: [manifests]
listen: {http: [], https: [], metrics: [], admin: ''}
tcp: {pool: 26000-26019, addresses: [NET.1]}
";

/// A Service with one exposed port, which leads to the team's server of its kind.
struct Database {
    kind: Kind,
    name: String,
    /// Annotations besides that which exposes it, and that which asks servers in their own language whether they are well.
    annotations: &'static [&'static str],
}

/// Which server a database is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Postgres,
    Redis,
}

impl Kind {
    /// The namespace of its Services and their port.
    fn place(self) -> (&'static str, u16) {
        match self {
            Self::Postgres => ("db", 5432),
            Self::Redis => ("cache", 6379),
        }
    }
}

impl Database {
    fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            annotations: &[],
        }
    }

    fn postgres(name: impl Into<String>) -> Self {
        Self::new(Kind::Postgres, name)
    }

    fn redis(name: impl Into<String>) -> Self {
        Self::new(Kind::Redis, name)
    }

    fn file(&self) -> String {
        let (namespace, _) = self.kind.place();
        format!("manifests/{namespace}-{}.yaml", self.name)
    }

    /// Its manifests.
    fn manifests(&self, server: SocketAddr) -> String {
        let name = &self.name;
        let (namespace, port) = self.kind.place();
        let check = match self.kind {
            Kind::Postgres => "ingressc/check: pgsql postgres",
            Kind::Redis => "ingressc/check: redis",
        };
        let own = ["ingressc/expose: \"true\"", check];
        let annotations = [&own, self.annotations].concat().join("\n    ");
        format!(
            "apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
  annotations:
    {annotations}
spec:
  ports: [{{name: db, port: {port}}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: {name}-1
  namespace: {namespace}
  labels: {{kubernetes.io/service-name: {name}}}
addressType: IPv4
ports: [{{name: db, port: {}}}]
endpoints: [{{addresses: [{}]}}]
",
            server.port(),
            server.ip()
        )
    }
}

/// A folder of databases, and what is made of it.
struct Team {
    net: Net,
    site: Site,
    /// Where the servers are, which the tests start.
    postgres: SocketAddr,
    redis: SocketAddr,
}

impl Team {
    fn new(databases: &[&Database]) -> Self {
        let net = Net::take();
        let site = Site::new(&net, &[("ingressc.yaml", CONFIG)]);
        let team = Self {
            postgres: net.free(10),
            redis: net.free(11),
            net,
            site,
        };
        for database in databases {
            team.add(database);
        }
        team
    }

    fn add(&self, database: &Database) {
        let server = match database.kind {
            Kind::Postgres => self.postgres,
            Kind::Redis => self.redis,
        };
        let manifests = database.manifests(server);
        self.site.write(&self.net, &database.file(), &manifests);
    }

    fn remove(&self, database: &Database) {
        let file = self.site.path().join(database.file());
        std::fs::remove_file(file).expect("it was added");
    }

    /// Where clients reach a database: what the lock says, and the port leads there.
    fn address(&self, database: &Database) -> SocketAddr {
        let (namespace, port) = database.kind.place();
        let name = &database.name;
        let lock = self.lock();
        let mut entries = lock.lines().filter_map(|line| line.rsplit_once(": "));
        let key = format!("{namespace}/{name}:{port}");
        let entry = entries.find(|(found, _)| *found == key);
        let (_, number) = entry.unwrap_or_else(|| panic!("{key} is not in the lock:\n{lock}"));
        let cfg = self.cfg();
        let mut sections = cfg.split("\n\n");
        let leads = format!("default_backend {namespace}_{name}_{port}");
        let serves = sections.any(|section| {
            section.contains(&format!("frontend fe_tcp_{number} "))
                && section.lines().any(|line| line.trim() == leads)
        });
        assert!(serves, "{number} does not lead to {key}:\n{cfg}");
        self.net.at(1, number.parse().expect("a port"))
    }

    fn lock(&self) -> String {
        std::fs::read_to_string(self.site.path().join("ports.lock")).expect("it was compiled")
    }

    fn cfg(&self) -> String {
        std::fs::read_to_string(self.site.path().join("out/haproxy.cfg")).expect("it was compiled")
    }

    /// Whether a process that was replaced ends before its connections do.
    fn ends_old_processes(&self) -> bool {
        let cfg = self.cfg();
        let mut words = cfg
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        words.any(|word| word == "hard-stop-after")
    }

    /// Compiles, and starts a master on the result.
    fn start(&self, binary: &Path, databases: &[&Database]) -> Edge {
        self.site.compile();
        let mut command = std::process::Command::new(binary);
        command.args(["-W", "-f", "out/haproxy.cfg"]);
        let listen: Vec<SocketAddr> = databases.iter().map(|one| self.address(one)).collect();
        Edge::run(command, self.site.path(), &listen)
    }

    /// Compiles, and reloads until `holds` says that the new configuration is in force.
    fn reload(&self, master: &Edge, what: &str, holds: impl Fn() -> bool) {
        self.site.compile();
        master.signal("USR2");
        let mut told = Instant::now();
        until(
            what,
            PATIENCE,
            || {
                // A master (seen with 3.0) misses the signal while it is busy with the reload before.
                if told.elapsed() > Duration::from_secs(3) {
                    master.signal("USR2");
                    told = Instant::now();
                }
                holds()
            },
            |holds| *holds,
        );
    }
}

/// Whether anybody accepts connections there.
fn listens(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok()
}

/// HAProxy and the programs of PostgreSQL; `None`, with a notice, where something is missing that nobody requires.
fn programs() -> Option<(&'static Path, Programs)> {
    let binary = haproxy::binary()?;
    let found = Programs::find().filter(|_| redis::is_here());
    assert!(
        found.is_some() || !haproxy::required(),
        "INGRESSC_REQUIRE_HAPROXY=1, and the servers of PostgreSQL and Redis are not here: apt-get install postgresql redis-server"
    );
    if found.is_none() {
        eprintln!("notice: no PostgreSQL or no Redis; what needs both is skipped");
    }
    Some((binary, found?))
}

#[test]
fn databases_answer_on_their_ports() {
    let Some((binary, programs)) = programs() else {
        return;
    };
    let (orders, sessions) = (Database::postgres("orders"), Database::redis("sessions"));
    let team = Team::new(&[&orders, &sessions]);
    let _postgres = Postgres::start(&programs, team.postgres);
    let _redis = Redis::start(team.redis);
    let _edge = team.start(binary, &[&orders, &sessions]);

    let answer = query(&programs, team.address(&orders), "select 6 * 7");
    assert_eq!(answer.as_deref(), Ok("42"));
    let mut client = Client::connect(team.address(&sessions)).expect("a connection");
    let mut ask = |words: &[&str]| client.ask(words).expect("an answer");
    assert_eq!(ask(&["SET", "basket", "three apples"]), "OK");
    assert_eq!(ask(&["GET", "basket"]), "three apples");
    assert_eq!(ask(&["GET", "nothing"]), "(nil)");

    let undeclared = team.net.at(1, 26002);
    assert!(!listens(undeclared), "only declared ports listen");
    assert!(!team.ends_old_processes(), "{}", team.cfg());
}

#[test]
fn reloads_cut_no_session() {
    let Some((binary, programs)) = programs() else {
        return;
    };
    let (orders, sessions) = (Database::postgres("orders"), Database::redis("sessions"));
    let leaving = Database::postgres("leaving");
    let team = Team::new(&[&orders, &sessions, &leaving]);
    let _postgres = Postgres::start(&programs, team.postgres);
    let _redis = Redis::start(team.redis);
    let master = team.start(binary, &[&orders, &sessions, &leaving]);
    let ports = [&orders, &sessions, &leaving].map(|database| team.address(database));
    let [to_orders, to_sessions, to_leaving] = ports;

    // One within a transaction, one that has nothing to say, and one whose Service will be gone.
    let mut busy = Session::open(&programs, to_orders);
    let pid = busy.ask("begin; create table held (round int); select pg_backend_pid();");
    let mut idle = Client::connect(to_sessions).expect("a connection");
    let id = idle.ask(&["CLIENT", "ID"]).expect("an answer");
    let mut orphan = Session::open(&programs, to_leaving);
    let orphan_pid = orphan.ask("select pg_backend_pid();");

    for round in 1..=5 {
        // By its name it is the first of all, and what stands in the lock counts for more.
        let added = Database::postgres(format!("added-{round}"));
        team.add(&added);
        // Still running when HAProxy takes the new files.
        busy.send(&format!(
            "insert into held values ({round}); select 'slept {round}' from pg_sleep(1);"
        ));
        let answers = || {
            let answer = query(&programs, team.address(&added), "select 'added'");
            answer.as_deref() == Ok("added")
        };
        team.reload(&master, "the new port answers", answers);
        for (database, port) in [&orders, &sessions, &leaving].iter().zip(ports) {
            assert_eq!(team.address(database), port, "round {round}");
        }
        assert_eq!(busy.answer(), format!("slept {round}"));
        assert_eq!(busy.ask("select pg_backend_pid();"), pid, "round {round}");
        let others = query(&programs, to_orders, "select pg_backend_pid()").expect("an answer");
        assert_ne!(others, pid, "another session on the same port");
        assert!(!team.ends_old_processes(), "{}", team.cfg());
    }

    team.remove(&leaving);
    let gone = || !listens(to_leaving);
    team.reload(&master, "the port of the removed Service is closed", gone);
    let released = format!("db/leaving:5432: {} released", to_leaving.port());
    assert!(team.lock().contains(&released), "{}", team.lock());
    let refused = query(&programs, to_leaving, "select 1").expect_err("nobody listens");
    assert!(refused.contains("refused"), "{refused}");
    // Whoever still has the port of it in a configuration does not meet another database there.
    let last = Database::postgres("aaa-last");
    team.add(&last);
    let answers = || query(&programs, team.address(&last), "select 1").is_ok();
    team.reload(&master, "the last port answers", answers);
    assert!(!listens(to_leaving), "{}", team.lock());
    // It is the listener that is gone, and not those who came through it.
    assert_eq!(orphan.ask("select pg_backend_pid();"), orphan_pid);
    assert_eq!(idle.ask(&["CLIENT", "ID"]).ok(), Some(id));
    busy.send("commit;");
    assert_eq!(busy.ask("select pg_backend_pid();"), pid);
    let rounds = query(
        &programs,
        to_orders,
        "select count(*), sum(round) from held",
    );
    assert_eq!(rounds.as_deref(), Ok("5|15"), "the transaction was whole");
}

#[test]
fn two_hundred_connections_lose_nothing_over_reloads() {
    let Some((binary, _)) = programs() else {
        return;
    };
    let sessions = Database::redis("sessions");
    let team = Team::new(&[&sessions]);
    let _redis = Redis::start(team.redis);
    let master = team.start(binary, &[&sessions]);
    let load = Load::start(team.address(&sessions), 180, 20);
    for round in 1..=2 {
        load.wait_for(2_000);
        let added = Database::redis(format!("added-{round}"));
        team.add(&added);
        team.site.compile();
        let to = team.address(&added);
        team.reload(&master, "the new port answers", || listens(to));
    }
    load.wait_for(2_000);
    let tally = load.stop();
    assert_eq!(tally.failed, Vec::<String>::new(), "{}", master.said());
    assert!(tally.sent > 6_000, "{tally:?}");
    // What the server counted is what the clients sent, each of them.
    let mut client = Client::connect(team.redis).expect("a connection");
    for (name, sent) in &tally.by_client {
        let counted = client.ask(&["GET", name]).expect("an answer");
        assert_eq!(counted, sent.to_string(), "{name}");
    }
    assert_eq!(tally.by_client.len(), 200);
}

#[test]
fn a_backup_takes_over_from_a_primary_that_no_longer_answers() {
    let Some((binary, _)) = programs() else {
        return;
    };
    let main = Database {
        annotations: &[
            "ingressc/backup: replica",
            "ingressc/on-marked-down: shutdown-sessions",
            "haproxy.org/check-interval: 200ms",
            "haproxy.org/timeout-check: 500ms",
        ],
        ..Database::redis("main")
    };
    let team = Team::new(&[]);
    let to_replica = team.net.free(12);
    let replica = Database::redis("replica").manifests(to_replica);
    team.site
        .write(&team.net, "manifests/replica.yaml", &replica);
    team.add(&main);
    let primary = Redis::start(team.redis);
    let _replica = Redis::start(to_replica);
    let said = |to: SocketAddr, name: &str| {
        let mut client = Client::connect(to).expect("a connection");
        client.ask(&["SET", "name", name]).expect("an answer");
    };
    said(team.redis, "primary");
    said(to_replica, "replica");
    let _master = team.start(binary, &[&main]);
    let to = team.address(&main);
    let who = || Client::connect(to).and_then(|mut client| client.ask(&["GET", "name"]));

    let mut held = Client::connect(to).expect("a connection");
    assert_eq!(held.ask(&["GET", "name"]).ok().as_deref(), Some("primary"));
    // It goes on accepting connections, as the kernel does that for it, and answers nobody.
    primary.freeze();
    assert!(listens(team.redis));
    let cut = held.wait().expect("cut, and not silent");
    assert_eq!(cut, 0, "the session is closed, and nothing was said");
    let is = |found: &std::io::Result<String>, name: &str| found.as_deref().ok() == Some(name);
    let replica = until("the backup has it", PATIENCE, who, |it| is(it, "replica"));
    assert!(replica.is_ok());
    primary.thaw();
    let primary = until("the primary is back", PATIENCE, who, |it| is(it, "primary"));
    assert!(primary.is_ok());
}

//! Every case's requests, asked of the simulator and of HAProxy; and that a case compiles to the same bytes however its files
//! are ordered and whatever their line ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ingressc::ir::{Backend, Certificate, FileStem, Routing, ServerProtocol, TcpCertificates};
use ingressc::simulate::policy::Counted;
use ingressc::simulate::{self, Request};
use ingressc::source::{FileKind, Sources};
use tempfile::TempDir;

use crate::ask::{self, Answer, Leaf, Outcome};
use crate::expect::{Expectations, Row};
use crate::haproxy;
use crate::live::{self, Live};
use crate::pipeline::{self, Compiled};
use crate::random::Dice;
use crate::stub::{Seen, Wire};

/// Folders whose folders are cases, below `testdata`. `CASE=text` in the environment picks cases by a part of their name.
const ROOTS: [&str; 5] = [
    "compile",
    "annotations/haproxytech",
    "annotations/haproxy-ingress",
    "annotations/ingressc",
    "tcp",
];

/// The folders of all cases, sorted.
pub(crate) fn folders() -> Vec<PathBuf> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut folders: Vec<PathBuf> = Vec::new();
    for root in ROOTS {
        // One that has no case yet is not there.
        let Ok(entries) = std::fs::read_dir(testdata.join(root)) else {
            continue;
        };
        let paths = entries.map(|entry| entry.expect("readable").path());
        folders.extend(paths.filter(|path| path.is_dir()));
    }
    if let Ok(part) = std::env::var("CASE") {
        folders.retain(|folder| name(folder).contains(&part));
    }
    folders.sort();
    assert!(!folders.is_empty(), "no case");
    folders
}

/// The path of a case below `testdata`: `compile/tls`; a folder elsewhere goes by its own name.
pub(crate) fn name(case: &Path) -> &str {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let below = case.strip_prefix(&testdata).ok();
    let name = below.or_else(|| case.file_name().map(Path::new));
    name.and_then(Path::to_str).expect("a case's name is text")
}

/// The folders of snapshots that cases can have, below `golden`.
pub(crate) fn snapshot_folders() -> Vec<String> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut names = Vec::new();
    for root in ROOTS {
        for entry in std::fs::read_dir(golden.join(root)).into_iter().flatten() {
            let file = entry.expect("readable").file_name();
            names.push(format!("{root}/{}", file.to_string_lossy()));
        }
    }
    names
}

/// Runs `judge` on every item, on two threads, and fails with all complaints together.
pub(crate) fn each<T: Sync>(items: &[T], judge: impl Fn(&T) -> Vec<String> + Sync) {
    let (next, complaints) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = judge(item);
                    complaints.lock().expect("checked below").extend(found);
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no judge panicked");
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn the_simulator_and_haproxy_do_what_routes_yaml_says() {
    each(&folders(), |case| {
        let compiled = pipeline::compile(case);
        let complaints = match Expectations::read(&case.join("routes.yaml")) {
            Ok(expectations) => ask_all(&compiled, &expectations),
            Err(error) => vec![format!("routes.yaml: {error}")],
        };
        complaints
            .iter()
            .map(|complaint| format!("{}: {complaint}", name(case)))
            .collect()
    });
}

fn ask_all(compiled: &Compiled, expectations: &Expectations) -> Vec<String> {
    let live = match live::binary().map(|path| {
        Live::start(
            path,
            &compiled.routing,
            &compiled.sources,
            &compiled.settings.emit.include,
        )
    }) {
        Some(Err(error)) => return vec![error],
        Some(Ok(live)) => Some(live),
        None => None,
    };
    let mut complaints = Vec::new();
    for row in &expectations.tests {
        if row.tcp.is_some() {
            complaints.extend(connect(compiled, live.as_ref(), row));
            continue;
        }
        let asked = row.validate().and_then(|()| expectations.request(row));
        match asked {
            Err(error) => complaints.push(error),
            Ok((request, version)) => {
                let title = row.title(&request);
                let simulated =
                    (!row.only_live()).then(|| ask::simulator(&compiled.routing, &request));
                if let Some(simulated) = &simulated {
                    let found = judge(&compiled.routing, row, simulated)
                        .or_else(|| judge_course(&compiled.routing, row, &request));
                    complaints.extend(found.map(|found| format!("simulator: {title}: {found}")));
                }
                if let Some(live) = &live {
                    let found = ask_live(
                        live,
                        compiled,
                        row,
                        (&request, &version),
                        simulated.as_ref(),
                    );
                    complaints.extend(found.map(|found| format!("haproxy: {title}: {found}")));
                }
            }
        }
    }
    let log = live.as_ref().map(Live::log).unwrap_or_default();
    if !complaints.is_empty() && !log.is_empty() {
        complaints.push(format!("haproxy said: {log}"));
    }
    complaints
}

/// The first thing that is wrong with a connection to a port of a TCP service.
fn connect(compiled: &Compiled, live: Option<&Live>, row: &Row) -> Option<String> {
    let connection = match row.validate().and_then(|()| row.connection()) {
        Ok(connection) => connection,
        Err(error) => return Some(error),
    };
    let routing = &compiled.routing;
    let title = format!("{connection:?}");
    let simulated = ask::tcp_simulator(routing, &connection);
    if !row.only_live()
        && let Some(found) = judge(routing, row, &simulated)
    {
        return Some(format!("simulator: {title}: {found}"));
    }
    let mut servers = BTreeSet::new();
    for _ in 0..live.map_or(0, |_| row.repeat) {
        let answer = match ask::tcp_haproxy(live?, routing, &connection, row.alpn.as_deref()) {
            Ok(answer) => answer,
            Err(error) => return Some(format!("haproxy: {title}: {error}")),
        };
        let seen = answer.seen.as_ref();
        let mut listed = row.connection_seen_by_server.iter();
        let wrong = listed.find(|(name, expected)| {
            seen.and_then(|seen| seen.connection.get(*name)) != expected.as_ref()
        });
        if let Some((name, expected)) = wrong {
            return Some(format!(
                "haproxy: {title}: the connection to the server began with {:?}, and not with {name}: {expected:?}",
                seen.map(|seen| &seen.connection)
            ));
        }
        if let Some(found) = judge(routing, row, &answer.outcome) {
            return Some(format!("haproxy: {title}: {found}"));
        }
        servers.extend(answer.seen.map(|seen| seen.server));
    }
    match (live, row.servers) {
        (Some(_), Some(expected)) if expected != servers.len() => Some(format!(
            "haproxy: {title}: {} servers, not {expected}: {servers:?}",
            servers.len()
        )),
        _ => None,
    }
}

/// The first thing that is wrong with HAProxy's answers to a row.
fn ask_live(
    live: &Live,
    compiled: &Compiled,
    row: &Row,
    (request, version): (&Request, &str),
    simulated: Option<&Outcome>,
) -> Option<String> {
    let mut servers = BTreeSet::new();
    let passing = row
        .limited
        .map_or(row.repeat, |limited| limited.after as usize);
    for _ in 0..passing {
        let answer = match ask::haproxy(live, request, version) {
            Ok(answer) => answer,
            Err(error) => return Some(error),
        };
        let outcome = &answer.outcome;
        if let Some(simulated) = simulated.filter(|simulated| *simulated != outcome) {
            return Some(format!("{outcome:?}, and the simulator says {simulated:?}"));
        }
        if let Some(found) = judge(&compiled.routing, row, outcome) {
            return Some(found);
        }
        let seen = answer.seen.as_ref();
        let wrong = seen
            .and_then(|seen| judge_seen(&compiled.routing, row, request, live, seen))
            .or_else(|| judge_response(row, request, live, &answer));
        if wrong.is_some() {
            return wrong;
        }
        servers.extend(answer.seen.map(|seen| seen.server));
    }
    if let Some(limited) = row.limited {
        return match ask::haproxy(live, request, version) {
            Ok(Answer {
                outcome: Outcome::Status { status, .. },
                ..
            }) if status == limited.status => None,
            Ok(answer) => Some(format!(
                "{:?} after {} requests",
                answer.outcome, limited.after
            )),
            Err(error) => Some(error),
        };
    }
    match row.servers {
        Some(expected) if expected != servers.len() => Some(format!(
            "{} servers answered, not {expected}: {servers:?}",
            servers.len()
        )),
        _ => None,
    }
}

/// What is wrong with an outcome, if anything.
fn judge(routing: &Routing, row: &Row, outcome: &Outcome) -> Option<String> {
    let right = match (outcome, &row.backend, row.status) {
        (Outcome::Backend { backend, .. }, Some(expected), _) => means(routing, backend, expected),
        (Outcome::Status { status, .. }, _, Some(expected)) => *status == expected,
        (Outcome::HandshakeRefused, ..) => row.handshake.is_some(),
        (Outcome::Closed, ..) => row.closed,
        (Outcome::NotListening, ..) if row.tcp.is_some() => row.unbound,
        // Without a certificate there is no handshake, and no listener either; with one, silence is a fault.
        (Outcome::NotListening, ..) => {
            let offered = routing.certificates.files.values();
            let offers = routing.certificates.default.is_some()
                || offered.into_iter().any(|file| !file.names.is_empty());
            row.handshake.is_some() && !offers
        }
        _ => false,
    };
    if !right {
        let expected = (&row.backend, row.status, row.handshake);
        return Some(format!("{outcome:?}, expected {expected:?}"));
    }
    let secret = row.certificate.as_deref()?;
    if row.tcp.is_some()
        && let Some(own) = own_certificate(routing, secret)
    {
        return (outcome.leaf() != Some(&own))
            .then(|| format!("{:?}, expected the leaf of {secret}", outcome.leaf()));
    }
    let mut files = routing.certificates.files.iter();
    let named = |(stem, certificate): &(&FileStem, &Certificate)| {
        certificate.secret == secret || stem.as_str() == secret
    };
    let Some((_, certificate)) = files.find(named) else {
        return Some(format!("no certificate of {secret} in the model"));
    };
    (outcome.leaf() != Some(&Leaf::of(certificate)))
        .then(|| format!("{:?}, expected the leaf of {secret}", outcome.leaf()))
}

/// The certificate of a Secret that a TCP listener has for itself.
fn own_certificate(routing: &Routing, secret: &str) -> Option<Leaf> {
    let part = format!("_{}-", secret.replace('/', "_"));
    let own =
        routing
            .tcp
            .iter()
            .filter_map(|listener| match &listener.tls.as_ref()?.certificates {
                TcpCertificates::Own { default, named } => Some((default, named)),
                TcpCertificates::Shared => None,
            });
    let mut files = own.flat_map(|(default, named)| {
        let named = named.iter().map(|(_, file)| file);
        named.chain(default)
    });
    let file = files.find(|file| file.stem.as_str().contains(&part))?;
    Some(Leaf::of_pem(&file.pem))
}

/// Whether the section called `backend` is `namespace/service:port`, with the port's number or name.
fn means(routing: &Routing, backend: &str, expected: &str) -> bool {
    let mut backends = routing.backends.values();
    backends
        .find(|known| known.name.as_str() == backend)
        .is_some_and(|known| {
            let service = &known.service;
            let with =
                |port: &str| format!("{}/{}:{port}", service.namespace, service.name) == expected;
            with(&service.port.to_string())
                || (!service.port_name.is_empty() && with(&service.port_name))
        })
}

/// What is wrong with the simulated way through the policy, if anything.
fn judge_course(routing: &Routing, row: &Row, request: &Request) -> Option<String> {
    let verdict = simulate::ask(routing, request);
    let location = verdict.reply().and_then(|reply| reply.location.as_deref());
    let course = verdict.route().and_then(|route| route.course.as_ref());
    let by_chance = verdict.route().is_some_and(|route| route.by_chance);
    if by_chance || course.is_some_and(|course| course.opaque) {
        return Some("it cannot tell: say `only: live`".to_owned());
    }
    // Listeners have their usual ports here.
    let expected = row.location.as_ref().map(|to| to.replace(":PORT", ""));
    if row.location.is_some() && location != expected.as_deref() {
        return Some(format!("it leads to {location:?}, not {expected:?}"));
    }
    let counted = course.map_or(&[][..], |course| &course.counted);
    if let Some(limited) = row.limited {
        let meets = |counted: &Counted| {
            (counted.requests, counted.status) == (limited.after, limited.status)
        };
        if !counted.iter().any(meets) {
            return Some(format!("limits are {counted:?}"));
        }
    }
    for (name, expected) in &row.response_headers {
        let changes = course.into_iter().flat_map(|course| &course.response).rev();
        let mut changes = changes.filter(|change| change.name.eq_ignore_ascii_case(name));
        let found = changes.next().and_then(|change| change.value.as_deref());
        if found != expected.as_deref() {
            return Some(format!(
                "the response has {name}: {found:?}, not {expected:?}"
            ));
        }
    }
    let seen = &course?.seen;
    let path = row.path_seen_by_server.as_ref();
    if path.is_some_and(|path| *path != seen.path) {
        return Some(format!(
            "the server sees the path {}, not {path:?}",
            seen.path
        ));
    }
    let hosts = row.host_seen_by_server.as_ref();
    let host = hosts.map(|host| ("Host", Some(host.as_str())));
    let listed = row.headers_seen_by_server.iter();
    let listed = listed.map(|(name, value)| (name.as_str(), value.as_deref()));
    // The port differs from run to run.
    let mut listed = host
        .into_iter()
        .chain(listed.filter(|(_, value)| *value != Some("PORT")));
    listed.find_map(|(name, expected)| {
        let lines = seen.headers.iter();
        let lines = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let lines: Vec<&str> = lines.map(|(_, value)| value.as_str()).collect();
        let found = (!lines.is_empty()).then(|| lines.join(", "));
        (found.as_deref() != expected)
            .then(|| format!("the server sees {name}: {found:?}, not {expected:?}"))
    })
}

/// What is wrong with the headers of a response, if anything.
fn judge_response(row: &Row, request: &Request, live: &Live, answer: &Answer) -> Option<String> {
    let location = answer.headers.get("location").map(String::as_str);
    let port = live.port(request.scheme);
    let expected = row.location.as_ref().map(|to| to.replace("PORT", &port));
    if expected.is_some() && location != expected.as_deref() {
        return Some(format!("it leads to {location:?}, not {expected:?}"));
    }
    row.response_headers.iter().find_map(|(name, expected)| {
        let found = answer.headers.get(&name.to_ascii_lowercase());
        (found != expected.as_ref())
            .then(|| format!("the response has {name}: {found:?}, not {expected:?}"))
    })
}

/// What is wrong with what a server saw.
fn judge_seen(
    routing: &Routing,
    row: &Row,
    request: &Request,
    live: &Live,
    seen: &Seen,
) -> Option<String> {
    let backend = routing.backends.values();
    let spoken = backend
        .into_iter()
        .find(|backend| backend.name.as_str() == seen.backend)
        .map(|backend| Wire::of(protocol(routing, backend)));
    if spoken != Some(seen.wire) {
        return Some(format!("the server was spoken to in {:?}", seen.wire));
    }
    let mut listed = row.connection_seen_by_server.iter();
    let wrong = listed.find(|(name, expected)| seen.connection.get(*name) != expected.as_ref());
    if let Some((name, expected)) = wrong {
        let found = seen.connection.get(name);
        return Some(format!(
            "the connection to the server began with {name}: {found:?}, not {expected:?}"
        ));
    }
    let path = row.path_seen_by_server.as_deref();
    if path.is_some() && path != seen.path.split('?').next() {
        return Some(format!(
            "the server saw the path {}, not {path:?}",
            seen.path
        ));
    }
    let host = row.host_seen_by_server.as_deref();
    if host.is_some() && host != seen.host() {
        return Some(format!(
            "the server saw the host {:?}, not {host:?}",
            seen.host()
        ));
    }
    let port = live.port(request.scheme);
    row.headers_seen_by_server
        .iter()
        .find_map(|(name, expected)| {
            let expected = match expected.as_deref() {
                Some("PORT") => Some(port.as_str()),
                other => other,
            };
            let found = seen
                .headers
                .get(&name.to_ascii_lowercase())
                .map(String::as_str);
            (found != expected)
                .then(|| format!("the server saw {name}: {found:?}, not {expected:?}"))
        })
}

/// How the servers of a backend are spoken to, as its port and its policy say.
fn protocol(routing: &Routing, backend: &Backend) -> ServerProtocol {
    let section = backend
        .policy
        .as_ref()
        .and_then(|name| routing.policies.get(name));
    let policy = section.map(|section| &section.policy.server_tls);
    policy.map_or(backend.protocol, |tls| tls.protocol(backend.protocol))
}

#[test]
fn haproxy_accepts_every_bundle_without_a_warning() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    each(&folders(), |case| {
        let compiled = pipeline::compile(case);
        let bundle = pipeline::bundle_to_run(
            &compiled.routing,
            &compiled.sources,
            &compiled.settings.emit,
        );
        let result = haproxy::check(binary, &bundle);
        result
            .err()
            .map(|said| format!("{}: {said}", name(case)))
            .into_iter()
            .collect()
    });
}

#[test]
fn neither_the_order_of_files_nor_their_line_ends_reach_the_bundle() {
    let seed = Dice::seed();
    each(&folders(), |case| {
        let compiled = pipeline::compile(case);
        let mut dice = Dice::new(seed);
        let mut complaints = Vec::new();
        for _ in 0..3 {
            let (sources, _, settings) = pipeline::read(case);
            // The configuration comes first, because places in it are known by number already.
            let (mut shuffled, mut files) = (Sources::default(), Vec::new());
            for file in sources.into_files() {
                match file.kind {
                    FileKind::Manifests => files.push(file),
                    _ => drop(shuffled.add(file)),
                }
            }
            dice.shuffle(&mut files);
            for file in files {
                shuffled.add(file);
            }
            let again = pipeline::compile_sources(shuffled, Vec::new(), settings);
            let what = format!("files in another order (INGRESSC_SEED={seed})");
            complaints.extend(compare(&compiled, &again, &what));
        }
        let windows = windows(case);
        let again = pipeline::compile(windows.path());
        complaints.extend(compare(&compiled, &again, "CRLF line ends"));
        complaints
            .iter()
            .map(|complaint| format!("{}: {complaint}", name(case)))
            .collect()
    });
}

#[test]
fn every_bundle_takes_the_place_of_another_and_of_itself() {
    let first = tempfile::tempdir().expect("a temporary folder");
    for case in folders() {
        let bundle = pipeline::compile(&case).bundle;
        for again in [false, true] {
            let written = ingressc::write::write(first.path(), &bundle)
                .unwrap_or_else(|error| panic!("{}: {error}", name(&case)));
            let changes = [written.added, written.changed, written.removed].concat();
            assert!(!again || changes.is_empty(), "{}: {changes:?}", name(&case));
        }
        let left = ingressc::write::compare(first.path(), &bundle).expect("readable");
        assert!(left.is_empty(), "{}: {left:?}", name(&case));
        let there: BTreeSet<String> = files(first.path(), first.path()).into_iter().collect();
        let own: BTreeSet<String> = bundle.files.keys().cloned().collect();
        assert_eq!(there, own, "{}", name(&case));
    }
}

/// The files below `folder`, as seen from `root`.
fn files(root: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(root, &path));
        } else {
            let below = path.strip_prefix(root).expect("below");
            found.push(below.to_string_lossy().into_owned());
        }
    }
    found
}

/// A case as an editor on Windows saves it.
fn windows(case: &Path) -> TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("writable");
        for entry in std::fs::read_dir(from).expect("a folder") {
            let path = entry.expect("readable").path();
            let target = to.join(path.file_name().expect("not the root"));
            if path.is_dir() {
                copy(&path, &target);
            } else {
                let text = std::fs::read_to_string(&path).expect("readable");
                let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
                std::fs::write(target, text).expect("writable");
            }
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(case, folder.path());
    folder
}

/// The files of the bundle that differ.
fn compare(one: &Compiled, other: &Compiled, what: &str) -> Vec<String> {
    let names: BTreeSet<&String> = one
        .bundle
        .files
        .keys()
        .chain(other.bundle.files.keys())
        .collect();
    let bytes = |compiled: &Compiled, name: &str| {
        compiled
            .bundle
            .files
            .get(name)
            .map(|file| file.bytes.clone())
    };
    names
        .into_iter()
        .filter(|name| bytes(one, name) != bytes(other, name))
        .map(|name| format!("{name} differs with {what}"))
        .collect()
}

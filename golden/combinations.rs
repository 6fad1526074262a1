//! Random annotations over random routes: HAProxy accepts what they come to, and does what the simulator says.
//!
//! Values are the registry's own samples, so a key that is added is combined with all others from its first day.

use std::fmt::Write as _;
use std::net::IpAddr;

use ingressc::Settings;
use ingressc::annotations::{self, On, Spec, Support};
use ingressc::config::{self, Base, Config};
use ingressc::emit::Include;
use ingressc::expect::{Ask, Found, FoundEnd};
use ingressc::live::Live;
use ingressc::simulate::{Request, Scheme};
use ingressc::source::{File, FileKind, Sources};

use crate::cases::each;
use crate::haproxy;
use crate::live;
use crate::pipeline::{self, Compiled};
use crate::random::Dice;

/// So many sets of manifests, each with so many requests.
const SETS: u64 = 200;
const REQUESTS: usize = 25;

/// Keys of which most sets would be closed or refused, each with the reason. They have cases of their own.
const LEFT_OUT: &[(&str, &str)] = &[
    ("client-ca", "everything is closed without the Secret"),
    (
        "proxy-protocol",
        "requests come from their addresses by the PROXY protocol already",
    ),
    (
        "server-ca",
        "closed without the Secret, and most names are not in a stub's certificate",
    ),
    ("server-crt", "closed without the Secret"),
];

#[test]
fn random_combinations_of_annotations_do_what_the_simulator_says() {
    let Some(binary) = live::binary() else {
        return;
    };
    let seed = Dice::seed();
    let seeds: Vec<u64> = (0..SETS).map(|set| seed + set).collect();
    let tally = std::sync::Mutex::new(Tally::default());
    each(&seeds, |&seed| {
        let mut dice = Dice::new(seed);
        let text = manifests(&mut dice);
        let compiled = compile(&text);
        let told = |complaint: String| vec![format!("INGRESSC_SEED={seed}: {complaint}\n{text}")];
        let bundle = pipeline::bundle_to_run(
            &compiled.routing,
            &compiled.sources,
            &compiled.settings.emit,
        );
        if let Err(said) = haproxy::check(binary, &bundle) {
            return told(said);
        }
        let live = match live::start(
            binary,
            &compiled.routing,
            &compiled.sources,
            &Include::default(),
        ) {
            Ok(live) => live,
            Err(error) => return told(error),
        };
        let mut complaints = Vec::new();
        let mut own = Tally::default();
        for _ in 0..REQUESTS {
            let ask = Ask::Request {
                request: request(&mut dice),
                version: "1.1".to_owned(),
            };
            if let Err(complaint) = compare(&live, &compiled, &ask, &mut own) {
                complaints.extend(told(format!("{ask:?}: {complaint}")));
                break;
            }
        }
        tally
            .lock()
            .expect("no judge panics")
            .add(&own, compiled.routing.policies.len());
        complaints
    });
    let tally = tally.into_inner().expect("no judge panicked");
    // Two sides that refuse everything would agree, too.
    assert!(
        tally.served > 500
            && tally.answered > 300
            && tally.policies > 200
            && tally.opaque < tally.served,
        "{tally:?}"
    );
}

/// What the requests met.
#[derive(Debug, Default)]
struct Tally {
    served: usize,
    answered: usize,
    opaque: usize,
    policies: usize,
}

impl Tally {
    fn add(&mut self, other: &Self, policies: usize) {
        self.served += other.served;
        self.answered += other.answered;
        self.opaque += other.opaque;
        self.policies += policies;
    }
}

/// Asks both; an error is a difference.
fn compare(live: &Live, compiled: &Compiled, ask: &Ask, tally: &mut Tally) -> Result<(), String> {
    let simulated = Found::simulated(&compiled.routing, ask);
    let found = live.ask(ask)?;
    if simulated.unsure.is_some() {
        tally.opaque += 1;
        return Ok(());
    }
    let mut counted = simulated.counted.iter();
    if counted.any(|counted| found.end == FoundEnd::Status(counted.status)) {
        return Ok(());
    }
    if (&found.end, &found.certificate) != (&simulated.end, &simulated.certificate) {
        return Err(format!("haproxy {found:?}, simulator {simulated:?}"));
    }
    match found.end {
        FoundEnd::Backend { .. } => tally.served += 1,
        _ => tally.answered += 1,
    }
    details(&simulated, &found)
}

/// Where a redirect leads, what the server saw, and what was set on the response.
fn details(simulated: &Found, found: &Found) -> Result<(), String> {
    if simulated.location.is_some() && simulated.location != found.location {
        return Err(format!(
            "it leads to {:?}, not {:?}",
            found.location, simulated.location
        ));
    }
    for (name, expected) in &simulated.response {
        let value = found.response.get(name).cloned().flatten();
        if value != *expected {
            return Err(format!(
                "the response has {name}: {value:?}, not {expected:?}"
            ));
        }
    }
    let (Some(expected), Some(seen)) = (&simulated.seen, &found.seen) else {
        return Ok(());
    };
    if seen.path != expected.path {
        return Err(format!(
            "the server saw {}, not {}",
            seen.path, expected.path
        ));
    }
    for (name, value) in &expected.headers {
        if seen.headers.get(name) != Some(value) {
            return Err(format!(
                "the server saw {name}: {:?}, not {value:?}",
                seen.headers.get(name)
            ));
        }
    }
    Ok(())
}

const HOSTS: [&str; 3] = ["a.example.com", "b.example.com", "*.example.com"];
const PATHS: [&str; 4] = ["/", "/app", "/app/admin", "/foo"];
const SERVICES: [&str; 3] = ["web", "api", "app"];

fn pick<'v>(dice: &mut Dice, values: &[&'v str]) -> &'v str {
    values[dice.roll(values.len())]
}

/// Up to four Ingresses over three Services, with annotations on both, and a ConfigMap.
fn manifests(dice: &mut Dice) -> String {
    let mut text = WORLD.to_owned();
    for name in SERVICES {
        let annotations = annotated(dice, On::Service, 2);
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: shop\n{annotations}spec: {{ports: [{{port: 80}}]}}\n\
             ---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
             metadata: {{name: {name}-1, namespace: shop, labels: {{kubernetes.io/service-name: {name}}}}}\n\
             addressType: IPv4\nports: [{{port: 8080}}]\nendpoints: [{{addresses: [10.1.0.{}]}}]\n",
            name.len() + usize::from(name == "app")
        );
    }
    for index in 0..=dice.roll(4) {
        let annotations = annotated(dice, On::Ingress, 6);
        let (host, path) = (pick(dice, &HOSTS), pick(dice, &PATHS));
        let (service, other) = (pick(dice, &SERVICES), pick(dice, &SERVICES));
        let _ = write!(
            text,
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i{index}\n  namespace: shop\n{annotations}spec:\n\
             \x20 ingressClassName: haproxy\n  tls: [{{hosts: [a.example.com, b.example.com], secretName: tls}}]\n  rules:\n  - host: \"{host}\"\n    http:\n      paths:\n\
             \x20     - {{path: \"{path}\", pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}\n\
             \x20     - {{path: /app, pathType: Exact, backend: {{service: {{name: {other}, port: {{number: 80}}}}}}}}\n"
        );
    }
    let data = values(dice, On::ConfigMap, 4);
    text.push_str("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: config, namespace: haproxy}\ndata:\n");
    if data.is_empty() {
        text.push_str("  # Nothing.\n");
    }
    for (spec, value) in data {
        let _ = writeln!(text, "  {}: {}", spec.key, quoted(value));
    }
    text
}

fn annotated(dice: &mut Dice, on: On, most: usize) -> String {
    let values = values(dice, on, most);
    if values.is_empty() {
        return String::new();
    }
    let mut text = "  annotations:\n".to_owned();
    for (spec, value) in values {
        let _ = writeln!(text, "    {}: {}", spec.full_key(), quoted(value));
    }
    text
}

/// JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text")
}

/// Up to so many keys that may stand there, each with one of its legal values: twice as often the example as a sample of its grammar.
fn values(dice: &mut Dice, on: On, most: usize) -> Vec<(&'static Spec, &'static str)> {
    let usable = |spec: &&'static Spec| {
        let refused = matches!(spec.support, Support::Refused(_));
        let left_out = LEFT_OUT.iter().any(|(key, _)| *key == spec.key);
        spec.on.contains(&on) && !refused && !left_out && spec.needs.is_none()
    };
    let mut keys: Vec<&'static Spec> = annotations::all().filter(usable).collect();
    dice.shuffle(&mut keys);
    keys.truncate(dice.roll(most + 1));
    // Keys that need another one come with it, half the time.
    let mut more: Vec<&'static Spec> = Vec::new();
    for needed in keys.iter().flat_map(|spec| spec.requires) {
        let found = annotations::all().find(|spec| spec.key == *needed && spec.on.contains(&on));
        more.extend(found.filter(|_| dice.roll(2) == 0));
    }
    keys.extend(more);
    keys.sort_by_key(|spec| spec.key);
    keys.dedup_by_key(|spec| spec.key);
    keys.into_iter()
        .map(|spec| {
            let samples = spec.grammar.good;
            let value = if samples.is_empty() || dice.roll(3) > 0 {
                spec.example
            } else {
                samples[dice.roll(samples.len())]
            };
            (spec, value)
        })
        .collect()
}

fn request(dice: &mut Dice) -> Request {
    let host = pick(
        dice,
        &[
            "a.example.com",
            "b.example.com",
            "c.example.com",
            "A.example.com:80",
            "x.y.example.com",
        ],
    );
    let target = pick(
        dice,
        &[
            "/",
            "/app",
            "/app/",
            "/app/admin/x?y=1",
            "/foo",
            "/foo/bar",
            "/none",
            "/app?a=b",
        ],
    );
    let method = pick(dice, &["GET", "GET", "GET", "POST", "HEAD", "OPTIONS"]);
    let source = pick(
        dice,
        &[
            "127.0.0.1",
            "10.1.2.3",
            "192.168.2.3",
            "203.0.113.9",
            "2001:db8::7",
        ],
    );
    let source: IpAddr = source.parse().expect("an address");
    let headers = [
        ("Origin", "https://shop.example.com"),
        ("Origin", "https://evil.example"),
        ("Authorization", "Basic YWxpY2U6cGFzc3dvcmQ="),
        ("Authorization", "Basic YWxpY2U6d3Jvbmc="),
        ("X-Real-IP", "10.9.9.9"),
        ("X-Client-IP", "192.168.2.3"),
        ("X-Forwarded-For", "6.6.6.6"),
        ("X-Custom", "a b"),
    ];
    let mut chosen: Vec<(String, String)> = Vec::new();
    for (name, value) in headers {
        if dice.roll(5) == 0 && chosen.iter().all(|(known, _)| known != name) {
            chosen.push((name.to_owned(), value.to_owned()));
        }
    }
    let scheme = if dice.roll(3) == 0 && host.ends_with("com") {
        Scheme::Https
    } else {
        Scheme::Http
    };
    Request {
        scheme,
        method: method.to_owned(),
        host: Some(host.to_owned()),
        target: target.to_owned(),
        sni: (scheme == Scheme::Https).then(|| host.to_ascii_lowercase()),
        source,
        headers: chosen,
        ..Request::default()
    }
}

/// What the keys' values name.
const WORLD: &str = include_str!("../testdata/combinations/world.yaml");

fn compile(text: &str) -> Compiled {
    let mut sources = Sources::default();
    let mut config = Config::default();
    let yaml = include_str!("../testdata/combinations/ingressc.yaml");
    let mut file = File::new(config::FILE_NAME, yaml);
    file.kind = FileKind::Config;
    let file = sources.add(file);
    let mistakes = config::read(&mut config, &sources, file, &Base::default());
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    sources.add(File::new("set.yaml", text));
    let mut settings = Settings::new(&config, false);
    settings.lower.now = pipeline::defaults().lower.now;
    pipeline::compile_sources(sources, Vec::new(), settings)
}

//! Hostile manifests: text that breaks quoting, lines, names or certificates, in every place where a manifest holds text; and
//! files of any bytes. Whatever comes in, what goes out has the form of a bundle, and HAProxy loads it.

use std::fmt::Write as _;
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use ingressc::Settings;
use ingressc::ir::{ClusterDns, Fqdn, Nameserver, PathMatch, PathPattern, Resolver};
use ingressc::simulate::{Request, ask};
use ingressc::source::{self, File, Sources};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::form::{judge_bundle, judge_findings};
use crate::haproxy;
use crate::pipeline::{self, Compiled};

/// What configurations, shells, templates and parsers stumble over.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\n    server evil 198.51.100.66:80\n",
    "\nbackend evil\n",
    "\nglobal\n    lua-load /tmp/evil.lua\n",
    "\t",
    "\0",
    "\u{1}0,0,1",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\"",
    "'",
    "`",
    "'\"'\"'",
    "#",
    " #",
    "$HOME",
    "${X}",
    "\"$HOME\"",
    "$(reboot)",
    "%[src]",
    "%[env(HOME)]",
    "%",
    "%2e%2e",
    "\\",
    "\\n",
    "\\x0a",
    "{{ .Values.x }}",
    "{% if x %}",
    "<%= x %>",
    "..",
    "../../etc/passwd",
    "/",
    "//",
    "/../",
    "]",
    "[",
    "@",
    "@1",
    " ",
    "  if TRUE",
    "; rm -rf /",
    "| sh",
    "&&",
    "*",
    "*.",
    "?",
    "=",
    ",",
    ":",
    "::1",
    "_",
    "-",
    "-f",
    "~",
    "ä",
    "ß",
    "日本",
    "😀",
    "xn--a",
    "NUL",
    "127.0.0.1",
    "0",
    "-1",
    "65536",
    "1e3",
    "true",
    "null",
    "h0",
    "not_found",
    "unix@/var/run/docker.sock",
    "fd@3",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----END CERTIFICATE-----\n",
    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
];

/// The places that hold text, and what stands there when nobody is hostile.
const SLOTS: &[(&str, &str)] = &[
    ("host", "a.apps.example.com"),
    ("path", "/shop"),
    ("path type", "Prefix"),
    ("class", "haproxy"),
    ("Ingress", "web"),
    ("Service", "web"),
    ("Service asked for", "web"),
    ("namespace", "shop"),
    ("namespace of the Secret", "shop"),
    ("Secret", "apps-tls"),
    ("Secret asked for", "apps-tls"),
    ("type of the Secret", "kubernetes.io/tls"),
    ("TLS host", "*.apps.example.com"),
    ("port name", "http"),
    ("port name asked for", "http"),
    ("port name of the slice", "http"),
    ("app protocol", "http"),
    ("address", "10.1.2.3"),
    ("address type", "IPv4"),
    ("host name of the endpoint", "web-0"),
    ("external name", "www.example.net"),
    ("external address", "192.0.2.9"),
    ("load balancer", "balancer.example.net"),
    ("pinned address", "192.0.2.10"),
    ("headless Service", "db"),
    ("port name of the headless Service", "pg"),
    ("annotation", "example.com/note"),
    ("annotation value", "note"),
    ("deny list", "192.0.2.0/24, 2001:db8::/32"),
    ("requests", "1000"),
    ("period", "10s"),
    ("size", "10k"),
    ("status", "429"),
    ("exempt addresses", "198.51.100.1"),
    ("label", "app"),
    ("label value", "web"),
    ("kind", "ConfigMap"),
    ("file", "hostile.yaml"),
    ("authority of servers", "shop/apps-tls"),
    ("certificate for servers", "shop/apps-tls"),
    ("HTTP version of servers", "h1"),
    ("PROXY header for servers", "proxy-v2"),
    ("certificate", ""),
    ("key", ""),
];

/// Which places are hostile, and how. An empty text stands for what is usual.
#[derive(Debug, Clone)]
struct Case(Vec<(usize, String)>);

impl Case {
    fn text(&self, slot: &str) -> &str {
        let hostile = self.0.iter().find(|(at, _)| SLOTS[*at].0 == slot);
        let usual = || SLOTS.iter().find(|(name, _)| *name == slot);
        match hostile {
            Some((_, text)) => text,
            None => usual().expect("a slot that is in the table").1,
        }
    }

    /// PEM text with the hostile text in it, around it, or in its place.
    fn pem(&self, slot: &str, usual: &str) -> String {
        let text = self.text(slot);
        let (first, rest) = usual.split_once('\n').expect("PEM has lines");
        match text.len() % 5 {
            _ if text.is_empty() => usual.to_owned(),
            0 => text.to_owned(),
            1 => format!("{text}\n{usual}"),
            2 => format!("{usual}{text}"),
            3 => format!("{first}\n{text}\n{rest}"),
            _ => usual.replacen("\n-----END", &format!("{text}\n-----END"), 1),
        }
    }

    /// The objects as a stream of JSON, in which every text can be written.
    fn manifest(&self) -> String {
        let s = |slot| self.text(slot);
        let meta = |name: &str| json!({"name": name, "namespace": s("namespace")});
        let port = json!({"number": 80});
        let named = json!({"name": s("port name asked for")});
        let path = |path: &str, kind: &str, service: &str, port: &Value| json!({"path": path, "pathType": kind, "backend": {"service": {"name": service, "port": port}}});
        let objects = [
            json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": {"name": s("Ingress"), "namespace": s("namespace"),
                "annotations": {s("annotation"): s("annotation value"),
                    "haproxy.org/ssl-redirect": "false",
                    "haproxy.org/deny-list": s("deny list"),
                    "haproxy.org/rate-limit-requests": s("requests"),
                    "haproxy.org/rate-limit-period": s("period"),
                    "haproxy.org/rate-limit-size": s("size"),
                    "haproxy.org/rate-limit-status-code": s("status"),
                    "haproxy.org/rate-limit-whitelist": s("exempt addresses")},
                "labels": {s("label"): s("label value")}},
            "spec": {"ingressClassName": s("class"),
                "tls": [{"hosts": [s("TLS host")], "secretName": s("Secret asked for")}],
                "rules": [{"host": s("host"), "http": {"paths": [
                    path(s("path"), s("path type"), s("Service asked for"), &port),
                    path("/named", "Exact", s("Service asked for"), &named),
                    path("/external", "Prefix", "elsewhere", &port),
                    path("/address", "Prefix", "addressed", &port),
                    path("/balanced", "Prefix", "balanced", &port),
                    path("/pinned", "Prefix", "pinned", &port),
                    path("/headless", "Prefix", s("headless Service"), &port),
                ]}}]}}),
            json!({"apiVersion": "v1", "kind": "Service",
                "metadata": {"name": s("Service"), "namespace": s("namespace"), "annotations": {
                    "haproxy.org/server-ca": s("authority of servers"),
                    "haproxy.org/server-crt": s("certificate for servers"),
                    "haproxy.org/server-proto": s("HTTP version of servers"),
                    "haproxy.org/send-proxy-protocol": s("PROXY header for servers")}},
                "spec": {"selector": {s("label"): s("label value")}, "ports": [
                    {"name": s("port name"), "port": 80, "targetPort": s("port name"), "appProtocol": s("app protocol")}]}}),
            json!({"apiVersion": "v1", "kind": "Service",
                "metadata": {"name": "elsewhere", "namespace": s("namespace"),
                    "annotations": {"haproxy.org/server-ca": s("authority of servers")}},
                "spec": {"type": "ExternalName", "externalName": s("external name"), "ports": [{"port": 80}]}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": meta("addressed"),
                "spec": {"externalIPs": [s("external address")], "ports": [{"port": 80}]}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": meta("balanced"),
                "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
                "status": {"loadBalancer": {"ingress": [{"hostname": s("load balancer")}]}}}),
            json!({"apiVersion": "v1", "kind": "Service",
                "metadata": {"name": "pinned", "namespace": s("namespace"),
                    "annotations": {"metallb.io/loadBalancerIPs": s("pinned address")}},
                "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": meta(s("headless Service")),
                "spec": {"clusterIP": "None", "ports": [{"name": s("port name of the headless Service"), "port": 80}]}}),
            json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": {"name": "web-1", "namespace": s("namespace"),
                    "labels": {"kubernetes.io/service-name": s("Service")}},
                "addressType": s("address type"),
                "ports": [{"name": s("port name of the slice"), "port": 8080, "protocol": "TCP"}],
                "endpoints": [{"addresses": [s("address")], "hostname": s("host name of the endpoint")}]}),
            json!({"apiVersion": "v1", "kind": "Secret", "type": s("type of the Secret"),
                "metadata": {"name": s("Secret"), "namespace": s("namespace of the Secret")},
                "stringData": {"tls.crt": self.pem("certificate", &PAIR.0), "tls.key": self.pem("key", &PAIR.1)}}),
            json!({"apiVersion": "v1", "kind": s("kind"), "metadata": meta("other")}),
        ];
        let escaped = |text: &str| {
            // What YAML refuses raw, it takes as an escape: the text is to reach the stages behind the scanner.
            text.chars().fold(String::new(), |mut out, c| {
                match c {
                    '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                        let _ = write!(out, "\\u{:04x}", u32::from(c));
                    }
                    c => out.push(c),
                }
                out
            })
        };
        let texts = objects.map(|object| escaped(&object.to_string()));
        texts.join("\n---\n") + "\n"
    }

    fn compile(&self) -> Compiled {
        let mut sources = Sources::default();
        sources.add(File::new(self.text("file"), self.manifest()));
        pipeline::compile_sources(sources, Vec::new(), every_resolver())
    }
}

/// Everything that finds servers is asked.
fn every_resolver() -> Settings {
    let mut settings = pipeline::defaults();
    let endpoints = &mut settings.lower.endpoints;
    endpoints.order = Resolver::ALL.to_vec();
    endpoints.dns = Some(ClusterDns {
        nameservers: Nameserver::parse("10.96.0.10").into_iter().collect(),
        domain: Fqdn::new("cluster.local").expect("legal"),
        slots: NonZeroU16::MIN,
    });
    settings
}

/// Certificate and key of a Secret that works, as PEM.
static PAIR: LazyLock<(String, String)> = LazyLock::new(|| {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/compile/tls-wildcard/secrets.yaml");
    let text = std::fs::read_to_string(path).expect("the case is there");
    let first = text.split("\n---\n").next().expect("a document");
    let secret: Value = serde_yaml::from_str(first).expect("a Secret");
    let decode = |key: &str| {
        let text = secret["data"][key].as_str().expect("a value");
        let bytes = base64::engine::general_purpose::STANDARD.decode(text);
        String::from_utf8(bytes.expect("base64")).expect("PEM")
    };
    (decode("tls.crt"), decode("tls.key"))
});

/// A usual text with hostile pieces before, behind or in place of it.
fn hostile_text(usual: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        20 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        3 => any::<char>().prop_map(String::from),
        2 => Just(usual.to_owned()),
        1 => proptest::sample::select(&["a", "/", "-", "é"][..]).prop_map(|text| text.repeat(300)),
    ];
    let joined = proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat());
    let long = (0..100_u8).prop_map(|dice| dice == 0);
    (joined, 0..4_u8, long).prop_map(move |(text, place, long)| match place {
        _ if long => text.repeat((1 << 20) / text.len().max(1)),
        0 => text,
        1 => format!("{text}{usual}"),
        _ => format!("{usual}{text}"),
    })
}

fn case() -> impl Strategy<Value = Case> {
    let slot = (0..SLOTS.len()).prop_flat_map(|slot| (Just(slot), hostile_text(SLOTS[slot].1)));
    proptest::collection::vec(slot, 1..4).prop_map(|mut places| {
        places.sort_by_key(|(slot, _)| *slot);
        places.dedup_by_key(|(slot, _)| *slot);
        Case(places)
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..ProptestConfig::default()
    }
}

static CASES: AtomicUsize = AtomicUsize::new(0);

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn hostile_text_stays_where_it_belongs(case in case()) {
        let compiled = case.compile();
        judge_findings(&compiled.sources, &compiled.findings)?;
        judge_bundle(&compiled.bundle)?;
        if CASES.fetch_add(1, Ordering::Relaxed).is_multiple_of(10)
            && let Some(binary) = haproxy::binary()
        {
            let accepted = haproxy::check(binary, &compiled.bundle);
            prop_assert_eq!(accepted, Ok(()));
        }
    }

    #[test]
    fn odd_paths_that_are_legal_are_routed(text in hostile_text("/shop"), exact in any::<bool>()) {
        let text = format!("/{}", text.trim_start_matches('/'));
        let (kind, name) = if exact { (PathMatch::Exact, "Exact") } else { (PathMatch::Prefix, "Prefix") };
        let slot = |slot| SLOTS.iter().position(|(name, _)| *name == slot).expect("in the table");
        let case = Case(vec![(slot("path"), text.clone()), (slot("path type"), name.to_owned())]);
        let refused = PathPattern::new(kind, &text).is_err()
            || ["//", "/./", "/../", "%2f", "%2F"].iter().any(|part| text.contains(part))
            || text.ends_with("/.") || text.ends_with("/..")
            || ["/named", "/external", "/address", "/balanced", "/pinned", "/headless"].contains(&text.as_str());
        let compiled = case.compile();
        let request = Request {
            host: Some("a.apps.example.com".to_owned()),
            target: text.clone(),
            ..Request::default()
        };
        let verdict = ask(&compiled.routing, &request);
        let routed = verdict.backend().map(|backend| backend.name.as_str());
        prop_assert_eq!(routed, (!refused).then_some("shop_web_80"), "{:?}", compiled.findings);
        judge_bundle(&compiled.bundle)?;
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in file()) {
        let (sources, findings) = source::from_bytes(vec![("any.yaml".to_owned(), bytes)]);
        let compiled = pipeline::compile_sources(sources, findings, pipeline::defaults());
        judge_findings(&compiled.sources, &compiled.findings)?;
        judge_bundle(&compiled.bundle)?;
    }
}

#[test]
fn the_manifest_without_hostile_text_serves_its_routes_and_its_certificate() {
    // Otherwise everything above would hold for a manifest of which nothing is used.
    let compiled = Case(Vec::new()).compile();
    let codes: Vec<String> = compiled
        .findings
        .iter()
        .map(|finding| finding.code.to_string())
        .collect();
    // A name outside of the cluster is a warning, whoever writes it; so is an address that anybody can claim.
    assert_eq!(codes, ["ING506", "ING523"], "{:?}", compiled.findings);
    assert_eq!(compiled.routing.backends.len(), 6);
    let servers = compiled.routing.backends.values();
    assert!(
        servers
            .into_iter()
            .all(|backend| backend.servers.len() == 1)
    );
    assert_eq!(compiled.routing.certificates.files.len(), 1);
    judge_bundle(&compiled.bundle).expect("a bundle");
}

#[test]
fn servers_that_nobody_vouches_for_are_spoken_to_in_lines_of_ours() {
    // The last server's certificate is not checked, so its name in the handshake is the request's: a line that no other slot brings.
    let slot = |slot: &str| SLOTS.iter().position(|(name, _)| *name == slot);
    let hostile = ["app protocol", "authority of servers"].map(|name| {
        let text = if name == "app protocol" { "https" } else { "" };
        (slot(name).expect("in the table"), text.to_owned())
    });
    let compiled = Case(hostile.into()).compile();
    let config = String::from_utf8_lossy(&compiled.bundle.files["haproxy.cfg"].bytes).into_owned();
    assert!(config.contains("verify none sni"), "{config}");
    judge_bundle(&compiled.bundle).expect("a bundle");
}

#[test]
fn long_texts_of_openings_take_no_longer_than_others() {
    let host = SLOTS.iter().position(|(name, _)| *name == "host");
    let host = host.expect("in the table");
    let time = |piece: &str| {
        let case = Case(vec![(host, piece.repeat((1 << 20) / piece.len()))]);
        let start = std::time::Instant::now();
        case.compile();
        start.elapsed()
    };
    let harmless = time("a");
    for piece in ["%", "#{", "<", "$"] {
        // As long as any other text; it is a hundred times that when every byte looks at all that follow.
        let took = time(piece);
        assert!(
            took < 10 * harmless + std::time::Duration::from_secs(1),
            "{piece:?}: {took:?} against {harmless:?}"
        );
    }
}

/// Any bytes; bytes of the alphabet of YAML; a manifest with some bytes replaced.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let usual = Case(Vec::new()).manifest().into_bytes();
    let length = usual.len();
    let splice = (
        0..length,
        0..12_usize,
        proptest::collection::vec(any::<u8>(), 0..6),
    );
    let yaml = "[a-c0{}:,&*!|>'\"%@` \n\t#?\\[\\]-]{0,200}";
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..400),
        yaml.prop_map(String::into_bytes),
        "[a-b{}:&*<| \n-]{0,60}"
            .prop_map(|text| format!("apiVersion: v1\nkind: Service\n{text}").into_bytes()),
        proptest::collection::vec(splice, 1..4).prop_map(move |splices| {
            let mut bytes = usual.clone();
            for (at, cut, new) in splices {
                let at = at.min(bytes.len());
                let end = (at + cut).min(bytes.len());
                bytes.splice(at..end, new);
            }
            bytes
        }),
    ]
}

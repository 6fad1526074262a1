//! Hostile manifests: text that breaks quoting, lines, names or certificates, in every place where a manifest holds text; and
//! files of any bytes. Whatever comes in, what goes out has the form of a bundle, and HAProxy loads it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use ingressc::emit::Bundle;
use ingressc::finding::Finding;
use ingressc::ir::{PathMatch, PathPattern};
use ingressc::simulate::{Request, ask};
use ingressc::source::{self, File, Inputs, Sources};
use ingressc::{emit, report};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::check::plain;
use crate::pipeline::{self, Compiled};
use crate::{cases, haproxy};

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
    ("annotation", "example.com/note"),
    ("annotation value", "note"),
    ("label", "app"),
    ("label value", "web"),
    ("kind", "ConfigMap"),
    ("file", "hostile.yaml"),
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
                "annotations": {s("annotation"): s("annotation value")},
                "labels": {s("label"): s("label value")}},
            "spec": {"ingressClassName": s("class"),
                "tls": [{"hosts": [s("TLS host")], "secretName": s("Secret asked for")}],
                "rules": [{"host": s("host"), "http": {"paths": [
                    path(s("path"), s("path type"), s("Service asked for"), &port),
                    path("/named", "Exact", s("Service asked for"), &named),
                    path("/external", "Prefix", "elsewhere", &port),
                ]}}]}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": meta(s("Service")),
                "spec": {"selector": {s("label"): s("label value")}, "ports": [
                    {"name": s("port name"), "port": 80, "targetPort": s("port name"), "appProtocol": s("app protocol")}]}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": meta("elsewhere"),
                "spec": {"type": "ExternalName", "externalName": s("external name"), "ports": [{"port": 80}]}}),
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
        pipeline::compile_sources(sources, Vec::new(), &pipeline::settings(Path::new("none")))
    }
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
            || ["/named", "/external"].contains(&text.as_str());
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
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("any.yaml"), &bytes).expect("writable");
        let inputs = Inputs {
            paths: vec![folder.path().display().to_string()],
            ..Inputs::default()
        };
        let (sources, findings) = source::collect(&inputs).expect("readable");
        let settings = pipeline::settings(Path::new("none"));
        let compiled = pipeline::compile_sources(sources, findings, &settings);
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
    // A name outside of the cluster is a warning, whoever writes it.
    assert_eq!(codes, ["ING506"], "{:?}", compiled.findings);
    assert_eq!(compiled.routing.backends.len(), 2);
    assert_eq!(compiled.routing.certificates.files.len(), 1);
    judge_bundle(&compiled.bundle).expect("a bundle");
}

#[test]
fn long_texts_of_openings_take_no_longer_than_others() {
    let host = SLOTS.iter().position(|(name, _)| *name == "host");
    let host = host.expect("in the table");
    for piece in ["%", "#{", "<", "$"] {
        let case = Case(vec![(host, piece.repeat((1 << 20) / piece.len()))]);
        let start = std::time::Instant::now();
        case.compile();
        // A second at most; it is half a minute when every byte looks at all that follow.
        assert!(
            start.elapsed().as_secs() < 10,
            "{piece:?}: {:?}",
            start.elapsed()
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

/// Each label lies within a document, on whole characters, and what is printed of it obeys no terminal.
fn judge_findings(sources: &Sources, findings: &[Finding]) -> Result<(), TestCaseError> {
    let (documents, _) = source::documents(sources);
    for finding in findings {
        for label in &finding.labels {
            let origin = label.origin;
            let text = &sources.file(origin.file).text;
            let (start, end) = (origin.start as usize, origin.end as usize);
            prop_assert!(text.get(start..end).is_some(), "{finding:?}");
            let inside = documents.iter().any(|document| {
                document.file == origin.file
                    && document.start <= origin.start
                    && origin.end <= document.end
            });
            // A file or document that is refused before it is cut has its finding and no document.
            prop_assert!(
                inside || finding.object.is_none(),
                "outside of its document: {finding:?}"
            );
        }
    }
    let printed = [
        plain(&report::human(findings, sources, 100)),
        plain(&report::concise(findings, sources)),
    ];
    for text in printed {
        let control = text.chars().find(|&c| c.is_control() && c != '\n');
        prop_assert_eq!(control, None, "{}", text);
    }
    Ok(())
}

/// The lines that a `haproxy.cfg` of ours can have, beside those with names of the manifests in them.
static KNOWN_LINES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut known = BTreeSet::new();
    for case in cases::folders() {
        let bundle = pipeline::compile(&case).bundle;
        let text = String::from_utf8_lossy(&bundle.files[emit::CONFIG].bytes).into_owned();
        known.extend(
            text.lines()
                .filter(|line| !names_something(line))
                .map(str::to_owned),
        );
    }
    known
});

/// Whether a line is one of a backend's or a server's.
fn names_something(line: &str) -> bool {
    line.starts_with("backend ") || line.trim_start().starts_with("server ")
}

/// Every file has the form of its kind; there is no file that a bundle does not have.
fn judge_bundle(bundle: &Bundle) -> Result<(), TestCaseError> {
    for (name, file) in &bundle.files {
        let text = std::str::from_utf8(&file.bytes);
        prop_assert!(text.is_ok(), "{name} is not UTF-8");
        let text = text.unwrap_or_default();
        let control = text.chars().find(|&c| c.is_control() && c != '\n');
        prop_assert_eq!(control, None, "in {}:\n{}", name, text);
        let judge: fn(&str) -> bool = match name.split_once('/') {
            None if name == emit::CONFIG => is_config_line,
            None if name == "crt-list.txt" => is_crt_list_line,
            None if name == "bundle.json" => {
                prop_assert!(serde_json::from_str::<Value>(text).is_ok(), "{}", text);
                continue;
            }
            Some(("maps", "host.map" | "wild.map" | "path.map")) => is_map_line,
            Some(("certs", file)) if is_stem(file.strip_suffix(".pem").unwrap_or_default()) => {
                is_pem_line
            }
            _ => return Err(TestCaseError::fail(format!("a file {name:?}"))),
        };
        let strange = text.lines().find(|line| !judge(line));
        prop_assert_eq!(strange, None, "in {}:\n{}", name, text);
    }
    Ok(())
}

fn is_config_line(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["backend", name, "from", "d_http"] => is_name(name),
        ["", "", "", "", "server", name, address, ref rest @ ..] => {
            is_server(name)
                && is_address(address)
                && matches!(rest, [] | ["resolvers", "r_system", "init-addr", "none"])
        }
        _ => line.trim_start().starts_with('#') || KNOWN_LINES.contains(line),
    }
}

fn is_name(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
    !name.is_empty() && name.bytes().all(legal)
}

/// An address may hold colons and brackets.
fn is_server(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    !name.is_empty() && name.bytes().all(legal)
}

/// An IP address or a DNS name, and a port.
fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let is_ip = text.parse::<std::net::SocketAddr>().is_ok();
    port.parse::<u16>().is_ok() && (is_ip || is_name(host))
}

fn is_map_line(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    matches!(words[..], [key, value]
        if !key.is_empty() && !key.starts_with('#') && key.bytes().all(|b| b.is_ascii_graphic()) && is_name(value))
}

fn is_crt_list_line(line: &str) -> bool {
    let mut words = line.split(' ');
    let file = words
        .next()
        .and_then(|word| word.strip_prefix("certs/")?.strip_suffix(".pem"));
    file.is_some_and(is_stem) && words.all(|name| is_name(name.strip_prefix("*.").unwrap_or(name)))
}

fn is_stem(text: &str) -> bool {
    !text.starts_with('.') && is_name(text)
}

fn is_pem_line(line: &str) -> bool {
    let label = line
        .strip_prefix("-----BEGIN ")
        .or_else(|| line.strip_prefix("-----END "))
        .and_then(|rest| rest.strip_suffix("-----"));
    match label {
        Some(label) => [
            "CERTIFICATE",
            "PRIVATE KEY",
            "EC PRIVATE KEY",
            "RSA PRIVATE KEY",
        ]
        .contains(&label),
        None => {
            line.len() <= 64
                && line
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
        }
    }
}

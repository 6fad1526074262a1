//! What the tests of this room share, and the tests of a whole run.

use proptest::prelude::*;

use super::*;
use crate::finding::{Code, Severity};
use crate::source::File;

/// Files by name into a store. Documents are cut at lines of `---`.
pub(super) fn read_files(files: &[(&str, &str)]) -> (Sources, Manifests, Vec<Finding>) {
    let mut sources = Sources::default();
    let mut documents = Vec::new();
    for (name, text) in files {
        let file = sources.add(File::new(*name, *text));
        let mut start = 0;
        for part in text.split("---\n") {
            let end = start + part.len();
            documents.push(Document {
                file,
                start: u32::try_from(start).expect("a short text"),
                end: u32::try_from(end).expect("a short text"),
            });
            start = end + 4;
        }
    }
    let (manifests, findings) = read(&sources, &documents, &Options::default());
    for finding in &findings {
        let origin = finding.origin().expect("a place");
        let inside = |document: &Document| {
            document.file == origin.file
                && document.start <= origin.start
                && origin.end <= document.end
        };
        assert!(
            documents.iter().any(inside),
            "outside of its document: {finding:?}"
        );
        assert!(finding.help.is_some(), "without help: {finding:?}");
        assert!(!finding.message.ends_with('.'), "{finding:?}");
    }
    (sources, manifests, findings)
}

/// What is said about a text: `CODE field | first line of the text at the place`, sorted.
pub(super) fn said(text: &str) -> Vec<String> {
    let (sources, _, findings) = read_files(&[("a.yaml", text)]);
    let mut said: Vec<String> = findings
        .iter()
        .map(|finding| {
            let place = sources.text(finding.origin().expect("a place"));
            let field = finding.field.as_deref().unwrap_or("-");
            format!(
                "{} {field} | {}",
                finding.code,
                place.lines().next().unwrap_or_default()
            )
        })
        .collect();
    said.sort();
    said
}

/// An object of a kind, with fields written in flow style: `{spec: …}` and the like go into `rest`.
pub(super) fn object(api_version: &str, kind: &str, rest: &str) -> String {
    format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\n{rest}\n")
}

/// Checks rows of text and what is said about it.
pub(super) fn check_rows(api_version: &str, kind: &str, rows: &[(&str, &[&str])]) {
    for (rest, expected) in rows {
        let row = rest.lines().next().map(|line| &line[..line.len().min(200)]);
        assert_eq!(said(&object(api_version, kind, rest)), *expected, "{row:?}");
    }
}

fn codes(findings: &[Finding]) -> Vec<(Code, Severity)> {
    findings
        .iter()
        .map(|finding| (finding.code, finding.severity))
        .collect()
}

const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";

#[test]
fn lists_are_flattened_and_their_items_inherit_the_type() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n  spec: {ports: [{port: 80}]}\n\
        - apiVersion: v1\n  kind: ServiceList\n  items:\n  - metadata: {name: b}\n    spec: {ports: [{port: 80}]}\n- null\n\
        - {apiVersion: v1, kind: PodList, items: null}\n";
    let (_, manifests, findings) = read_files(&[("a.yaml", text)]);
    assert_eq!(findings, []);
    let names: Vec<_> = manifests.services.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["default/a", "default/b"]);
    assert_eq!(manifests.census.to_string(), "2 Service");
}

#[test]
fn json_is_read_like_yaml() {
    let text = r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"ports": [{"port": 80, "targetPort": "http"}]}}"#;
    let (_, manifests, findings) = read_files(&[("a.json", text)]);
    assert_eq!(findings, []);
    let service = manifests.services.values().next().expect("a Service");
    assert_eq!(service.meta.name.to_string(), "shop/web");
    assert_eq!(service.ports[0].target, TargetPort::Name("http".to_owned()));
}

#[test]
fn of_two_descriptions_the_first_by_file_name_is_kept() {
    let other = SERVICE.replace("80", "81");
    for files in [
        [("a.yaml", SERVICE), ("b.yaml", other.as_str())],
        [("b.yaml", other.as_str()), ("a.yaml", SERVICE)],
    ] {
        let (sources, manifests, findings) = read_files(&files);
        assert_eq!(
            codes(&findings),
            [(Code::DUPLICATE_OBJECT, Severity::Error)]
        );
        let places: Vec<_> = findings[0]
            .labels
            .iter()
            .map(|label| sources.show(label.origin))
            .collect();
        assert_eq!(places, ["b.yaml:3:18", "a.yaml:3:18"]);
        let service = manifests.services.values().next().expect("a Service");
        assert_eq!(service.ports[0].port.value, 80);
    }
    let copy = format!("# a copy\n{SERVICE}");
    let (_, _, findings) = read_files(&[("a.yaml", SERVICE), ("b.yaml", &copy)]);
    assert_eq!(
        codes(&findings),
        [(Code::DUPLICATE_OBJECT, Severity::Warning)]
    );
}

#[test]
fn objects_of_one_name_are_one_whatever_their_version() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: a, port: {number: 80}}}}\n---\n\
        apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: web}\nspec: {backend: {serviceName: a, servicePort: 80}}\n";
    assert_eq!(
        said(text),
        [
            "ING103 apiVersion | extensions/v1beta1",
            "ING111 metadata.name | web"
        ]
    );
}

#[test]
fn a_missing_namespace_is_told_only_beside_explicit_ones() {
    let explicit = SERVICE.replace("{name: web}", "{name: web, namespace: shop}");
    let class = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: a}\nspec: {controller: a.io/b}\n";
    let (_, manifests, findings) = read_files(&[("a.yaml", SERVICE), ("b.yaml", class)]);
    assert_eq!(findings, []);
    assert_eq!(
        manifests
            .services
            .keys()
            .next()
            .map(ToString::to_string)
            .as_deref(),
        Some("default/web")
    );
    let (_, _, findings) = read_files(&[
        ("a.yaml", SERVICE),
        ("b.yaml", &explicit),
        ("c.yaml", class),
    ]);
    assert_eq!(
        codes(&findings),
        [(Code::MISSING_NAMESPACE, Severity::Warning)]
    );
    assert_eq!(findings[0].object.as_deref(), Some("Service default/web"));
}

#[test]
fn routing_kinds_are_told_once_and_others_counted() {
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {nonsense: 1}\n";
    let text = format!("{route}---\n{pod}---\n{route}---\n{SERVICE}");
    let (_, manifests, findings) = read_files(&[("a.yaml", &text)]);
    assert_eq!(codes(&findings), [(Code::UNSUPPORTED_KIND, Severity::Info)]);
    assert!(
        findings[0]
            .message
            .starts_with("2 objects of the kind HTTPRoute"),
        "{findings:?}"
    );
    assert_eq!(
        (manifests.census.others, manifests.census.objects()),
        (3, 1)
    );
}

#[test]
fn promised_secrets_are_remembered_with_their_kind() {
    let text = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: sealed, namespace: shop}\n---\n\
        apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e}\nspec: {target: {name: external}}\n---\n\
        apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c}\nspec: {secretName: cert}\n";
    let (_, manifests, findings) = read_files(&[("a.yaml", text)]);
    assert_eq!(findings, []);
    let promised: Vec<_> = manifests
        .promised_secrets
        .iter()
        .map(|(name, kind)| format!("{name} by {kind}"))
        .collect();
    assert_eq!(
        promised,
        [
            "default/cert by Certificate",
            "default/external by ExternalSecret",
            "shop/sealed by SealedSecret"
        ]
    );
}

#[test]
fn documents_that_are_no_objects_say_so() {
    let rows: [(&str, &[&str]); 18] = [
        ("a: 1\n", &["ING013 - | a: 1"]),
        ("- a\n", &["ING013 - | - a"]),
        ("# nothing\n", &[]),
        ("kind: pipeline\n", &["ING013 - | kind: pipeline"]),
        (
            "kind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1}]}\n",
            &["ING120 apiVersion | kind: Service"],
        ),
        (
            "apiVersion: v1\nmetadata: {name: a}\n",
            &["ING120 kind | apiVersion: v1"],
        ),
        (
            "apiVersion: v1\nkind: Secret\n",
            &["ING120 metadata.name | kind: Secret"],
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {labels: {a: b}}\n",
            &["ING120 metadata.name | metadata"],
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {generateName: a-}\n",
            &["ING115 metadata.generateName | a-"],
        ),
        (
            "apiVersion: v1\nkind: Status\nmessage: not found\n",
            &["ING014 - | Status"],
        ),
        (
            "apiVersion: v1\nkind: service\nmetadata: {name: a}\nspec: {ports: [{port: 1}]}\n",
            &["ING102 kind | service"],
        ),
        (
            "apiVersion: v1\nkind: IngressClass\nmetadata: {name: a}\nspec: {controller: a.io/b}\n",
            &["ING102 apiVersion | v1"],
        ),
        (
            "apiVersion: v1\nkind: \"{{ .kind }}\"\n",
            &["ING005 kind | \"{{ .kind }}\""],
        ),
        (
            "apiVersion: v1\nkind: List\n",
            &["ING120 items | kind: List"],
        ),
        ("apiVersion: v1\nkind: List\nitems: null\n", &[]),
        (
            "apiVersion: v1\nkind: List\nitems: {a: b}\n",
            &["ING102 items | {a: b}"],
        ),
        (
            "apiVersion: v1\nkind: List\nitems: [a]\n",
            &["ING013 - | a"],
        ),
        ("a: [\n", &["ING001 - | ["]),
    ];
    for (text, expected) in rows {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn duplicate_keys_and_aliases_are_told_at_their_places() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: &a v, b: *a, c: *a, a: w}\n";
    assert_eq!(said(text), ["ING002 - | a", "ING007 - | *a"]);
    let (_, _, findings) = read_files(&[("a.yaml", text)]);
    assert_eq!(findings[0].object.as_deref(), Some("ConfigMap default/x"));
    assert_eq!(findings[0].labels.len(), 2);
    let foreign = text.replace("ConfigMap", "Foreign");
    assert_eq!(said(&foreign), [""; 0]);
}

#[test]
fn the_result_does_not_depend_on_the_order_of_documents() {
    let text = format!("{SERVICE}---\n{}", SERVICE.replace("web", "api"));
    let (sources, ..) = read_files(&[("a.yaml", &text)]);
    let length = u32::try_from(SERVICE.len()).expect("short");
    let file = sources.iter().next().expect("a file").0;
    let end = u32::try_from(text.len()).expect("short");
    let documents = [
        Document {
            file,
            start: 0,
            end: length,
        },
        Document {
            file,
            start: length + 4,
            end,
        },
    ];
    let turned = [documents[1], documents[0]];
    let show =
        |documents: &[Document]| format!("{:?}", read(&sources, documents, &Options::default()));
    assert_eq!(show(&documents), show(&turned));
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in any::<String>()) {
        read_files(&[("a.yaml", &text)]);
    }

    /// Objects whose bytes have been tampered with: most still parse, and every field may hold anything.
    #[test]
    fn no_damage_makes_reading_panic(
        seed in 0..SEEDS.len(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), 0..PIECES.len()), 1..6),
    ) {
        let mut words: Vec<&str> = SEEDS[seed].split_inclusive([' ', '\n', ',', ':']).collect();
        for (at, piece) in damage {
            let at = at.index(words.len());
            words[at] = PIECES[piece];
        }
        read_files(&[("a.yaml", &words.concat())]);
    }
}

const PIECES: [&str; 14] = [
    "",
    " ",
    "1",
    "true",
    " null",
    " [] ",
    " {} ",
    "{{ .x }}",
    "\n",
    "- ",
    " 1e400",
    " 0x",
    " \"\\u0000é\"",
    " *a",
];

const SEEDS: [&str; 4] = [
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, annotations: {a/b: c}}\nspec:\n  ingressClassName: x\n  tls: [{hosts: [a.b], secretName: s}]\n  rules:\n  - host: a.b\n    http: {paths: [{path: /a, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: a, creationTimestamp: 2026-01-01T00:00:00Z}\nspec: {type: NodePort, ports: [{name: a, port: 80, targetPort: http, nodePort: 30000}]}\n",
    "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a, labels: {kubernetes.io/service-name: s}}\naddressType: IPv4\nports: [{port: 80, name: a}]\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]\n",
    "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: YQ==}}, {apiVersion: v1, kind: Node, metadata: {name: n}, status: {capacity: {cpu: 1}, addresses: [{type: InternalIP, address: 10.0.0.1}]}}]\n",
];

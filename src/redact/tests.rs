//! What stays, and that nothing secret does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::manifest;
use crate::source;

const CERTIFICATE: &str = include_str!("../certificate/fixtures/ec.crt");
const KEY: &str = include_str!("../certificate/fixtures/ec.key");

/// What `kubectl get -o yaml` says of some objects, shortened.
const EXPORT: &str = include_str!("fixtures/export.yaml");

fn sources(name: &str, text: &str) -> (Sources, Vec<Document>) {
    let mut sources = Sources::default();
    sources.add(source::File::new(name, text));
    let (documents, _) = source::documents(&sources);
    (sources, documents)
}

fn run(text: &str, format: Format) -> (Vec<File>, Vec<Finding>) {
    let (sources, documents) = sources("a.yaml", text);
    redact(&sources, &documents, format)
}

/// The new text of a file, and `object: field bytes` of what is gone.
fn redacted(text: &str) -> (String, Vec<String>) {
    let (files, findings) = run(text, Format::Yaml);
    assert_eq!(findings, [], "{text}");
    let removals = files.iter().flat_map(|file| &file.removals);
    let shown = removals.map(|it| format!("{}: {} {} {:?}", it.object, it.field, it.bytes, it.why));
    let shown = shown.collect();
    (files.into_iter().map(|file| file.text).collect(), shown)
}

#[test]
fn of_a_secret_there_stays_what_is_public() {
    let (pem, key) = (STANDARD.encode(CERTIFICATE), STANDARD.encode(KEY));
    let text = format!(
        "# hunter2\napiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata:\n  name: web\n  namespace: shop\n  uid: u\n  labels: {{a: b}}\n\
         data: {{tls.crt: {pem}, tls.key: {key}}}\nstringData: {{note: hunter2}}\nimmutable: true\n"
    );
    let (out, gone) = redacted(&text);
    assert_eq!(
        out,
        format!(
            "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n    ingressc/redacted: note,tls.key\n\
             data:\n  tls.crt: {pem}\n"
        )
    );
    let secret = |rest: &str| format!("Secret shop/web: {rest}");
    assert_eq!(
        gone,
        [
            secret("metadata.uid 1 Noise"),
            secret("metadata.labels 6 Secret"),
            secret(&format!("data[tls.key] {} Secret", key.len())),
            secret("stringData.note 7 Secret"),
            secret("immutable 4 Secret"),
        ]
    );
}

#[test]
fn what_only_a_cluster_writes_goes_and_what_resolvers_read_stays() {
    let (out, gone) = redacted(EXPORT);
    assert_eq!(out, include_str!("fixtures/redacted.yaml"));
    for line in [
        "Service web: metadata.annotations[kubectl.kubernetes.io/last-applied-configuration] 4 Secret",
        "Node n: status.conditions[1].reason 12 Noise",
        "EndpointSlice s: endpoints[0].targetRef.uid 1 Noise",
    ] {
        assert!(gone.iter().any(|it| it == line), "{line} in {gone:#?}");
    }
    assert_eq!(redacted(&out), (out.clone(), vec![]));
}

#[test]
fn secrets_are_found_wherever_they_are() {
    let rows = [
        // As items of lists, typed or not.
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: hunter2}}]",
        "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: a}, data: {a: hunter2}}]",
        "apiVersion: v1\nkind: secretlist\nitems: [{metadata: {name: a}, data: {a: hunter2}}]",
        // In templates of other kinds.
        "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects: [{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: hunter2}}]",
        "apiVersion: a.io/v1\nkind: Work\nmetadata: {name: t}\nspec: {manifest: {kind: Secret, stringData: {a: hunter2}}}",
        "apiVersion: a.io/v1\nkind: Work\nmetadata: {name: t}\nspec: {manifests: {kind: SecretList, items: [{data: {a: hunter2}}]}}",
        // In kinds that make Secrets, where nothing says what they are but the key.
        "apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: s}\nspec: {secretTemplates: [{name: b, data: {token: hunter2}}]}",
        "apiVersion: a.io/v1\nkind: Work\nmetadata: {name: t}\nspec: {secret: {metadata: {name: b}, data: {p: hunter2}}}",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\nspec: {template: {metadata: {name: b}, data: {p: hunter2}}}",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: s}\nspec: {target: {template: {type: Opaque, Data: {p: hunter2}}}}",
        // Misspelt, said twice, or in a version that nobody serves.
        "apiVersion: v1\nkind: secrets\nmetadata: {name: a}\ndata: {a: hunter2}",
        "apiVersion: v1\nkind: Secret\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: hunter2}",
        "apiVersion: v2\nkind: Secret\nmetadata: {name: a}\ndata: {a: hunter2}",
        "apiVersion: v1\nkind: Sceret\nmetadata: {name: a}\nDATA: {a: hunter2}",
        "apiVersion: v1\nkind: Anything\nmetadata: {name: a}\nstringData: {a: hunter2}",
        // Where no value belongs.
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: hunter2",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: [hunter2]",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {'pass hunter2': a}",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\npassword: hunter2",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: 'hunter2 !'",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: hunter2}\ndata: {b: c}",
        "apiVersion: v1\nkind: Secret\ndata: {a: hunter2}",
        "apiVersion: v1\nkind: Secret\nmetadata: hunter2",
        // Behind anchors, before and after the Secret.
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: &x hunter2}}\n- {apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: *x}}",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: &x {a: hunter2}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: *x}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: d}, data: {<<: *x}}",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}, data: {&x 'hunter2 !': b}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {*x : d}}",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: &x hunter2}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: *x}}",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: &x [hunter2]}, type: &y 'hunter2 !'}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: *x, b: *y}}",
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: c}\nendpoints: [{targetRef: {kind: Secret, data: {a: hunter2}}}]",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {kubectl.kubernetes.io/last-applied-configuration: &x hunter2}}\ndata: {a: *x}",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {kapp.k14s.io/original-diff-full: hunter2}}",
    ];
    for text in rows {
        let (out, gone) = redacted(text);
        assert!(!out.contains("hunter2"), "{text}\n{out}");
        assert!(!gone.is_empty(), "{text}");
        assert!(!gone.concat().contains("hunter2"), "{gone:?}");
        assert!(!gone.iter().any(|line| line.starts_with(':')), "{gone:?}");
    }
}

#[test]
fn what_only_names_a_secret_stays() {
    for text in [
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\nspec:\n  tls:\n  - secretName: web\n",
        "apiVersion: a.io/v1\nkind: Issuer\nmetadata:\n  name: a\nspec:\n  ref:\n    kind: Secret\n    name: web\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\nsecrets:\n- name: web\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    metadata:\n      labels:\n        a: b\n    spec:\n      volumes:\n      - secret:\n          secretName: web\n",
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: a\nspec:\n  secretTemplate:\n    labels:\n      a: b\n",
    ] {
        assert_eq!(redacted(text), (text.to_owned(), vec![]));
    }
}

#[test]
fn nothing_is_guessed_about_what_is_not_understood() {
    for (text, code) in [
        ("a: [\n", Code::YAML_PARSE_ERROR),
        ("password: hunter2\n", Code::NOT_A_KUBERNETES_OBJECT),
        ("- hunter2\n", Code::NOT_A_KUBERNETES_OBJECT),
        (
            "apiVersion: v1\nkind: '{{ .Values.kind }}'\ndata: {a: b}\n",
            Code::NOT_A_KUBERNETES_OBJECT,
        ),
    ] {
        let (_, findings) = run(text, Format::Yaml);
        assert_eq!(findings.len(), 1, "{text}");
        assert_eq!(
            (findings[0].code, findings[0].severity),
            (code, Severity::Error)
        );
        assert!(!format!("{:?}", findings[0]).contains("hunter2"));
    }
    let (files, findings) = run("version: 1\ntests: []\n---\n~\n", Format::Yaml);
    assert_eq!((files[0].objects, findings), (0, vec![]));
}

#[test]
fn a_bomb_is_refused() {
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  a: &a {}\n  b: [{}]\n",
        "x".repeat(1 << 20),
        vec!["*a"; 100].join(", ")
    );
    let (_, findings) = run(&text, Format::Yaml);
    assert_eq!(findings[0].code, Code::INPUT_TOO_LARGE);
}

#[test]
fn json_stays_json_on_request() {
    let text = r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "on", "uid": "u"}, "spec": {"ports": [{"port": 80}]}}
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}"#;
    let (files, _) = run(text, Format::AsWritten);
    let values = serde_json::Deserializer::from_str(&files[0].text).into_iter();
    let values: Vec<serde_json::Value> = values.map(|value| value.expect("legal JSON")).collect();
    assert_eq!(values[0]["metadata"], serde_json::json!({"name": "on"}));
    assert_eq!(values.len(), 2);
    let (files, _) = run(text, Format::Yaml);
    assert!(
        files[0]
            .text
            .starts_with("apiVersion: v1\nkind: Service\nmetadata:\n  name: \"on\"\n")
    );
    assert!(files[0].text.contains("\n---\n"));
}

#[test]
fn the_compiler_reads_the_same_before_and_after() {
    let text = "\
apiVersion: v1
kind: Service
metadata: {name: web, uid: u}
spec: {type: LoadBalancer, clusterIP: 10.96.0.1, sessionAffinity: ClientIP, ports: [{port: 0x50, nodePort: 30080, targetPort: 'on'}]}
status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, annotations: {a: 'yes', b: '1e3', c: \"a\\tb\\n\", d: '~'}}
data: {a: '0x10', b: \" x\", c: \"l\\nm\\n\"}
---
apiVersion: v1
kind: Node
metadata: {name: n}
spec: {unschedulable: true}
status: {addresses: [{type: InternalIP, address: 10.0.0.1}], conditions: [{type: Ready, status: 'False'}]}
";
    let read = |text: &str| {
        let (sources, documents) = sources("a.yaml", text);
        let (manifests, findings) =
            manifest::read(&sources, &documents, &manifest::Options::default());
        // Places differ, and nothing else.
        let shown = format!("{manifests:?}");
        let parts = shown.split("Origin {").enumerate();
        let without: String = parts
            .map(|(at, part)| match at {
                0 => part,
                _ => part.split_once('}').map_or("", |(_, rest)| rest),
            })
            .collect();
        let errors = findings.iter().filter(|it| it.severity == Severity::Error);
        (without, errors.count())
    };
    assert_eq!(read(text), read(&redacted(text).0));
}

/// A Secret with a text in every place, each behind an anchor; another object that repeats them all; and the ways to wrap both.
fn planted() -> impl Strategy<Value = (String, Vec<String>)> {
    let marks = proptest::collection::vec("[a-z]{3}SEKRIT[a-z0-9]{4,24}", 15);
    (marks, 0..8_usize, 0..4_usize, any::<bool>()).prop_map(|(marks, wrap, spelling, base64)| {
        let value = |at: usize| {
            let text = if base64 {
                STANDARD.encode(&marks[at])
            } else {
                marks[at].clone()
            };
            let text = match spelling {
                0 => text,
                1 => format!("\"{text}\""),
                2 => format!("'{text}'"),
                _ => format!("!!str {text}"),
            };
            format!("&m{at} {text}")
        };
        // What no name, type or key can be.
        let illegal = |at: usize| format!("&m{at} '{} !'", marks[at]);
        let v: Vec<String> = (0..marks.len()).map(value).collect();
        let fields = format!(
            "metadata: {{name: x, labels: {{a: {}}}, managedFields: [{{manager: {}}}], annotations: {{own: {}, ingressc/redacted: {}, \
             kubectl.kubernetes.io/last-applied-configuration: &m0 '{{\"data\": {{\"a\": \"{}\"}}}}'}}}}, \
             type: {}, data: {{a: {}, tls.crt: {}, tls.key: {}, ? {} : b}}, stringData: &s {{b: {}, c: &c [{}]}}, binaryData: {{d: {}}}, f: {}",
            v[1], v[2], v[3], illegal(4), marks[0], illegal(5), v[6], v[7], v[8], illegal(9), v[10], v[11], v[12], v[13],
        );
        let secret = format!("{{apiVersion: v1, kind: Secret, {fields}}}");
        let aliases: Vec<String> = (0..marks.len()).map(|at| format!("k{at}: *m{at}")).collect();
        let other = format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: o, annotations: {{k: *m8, kapp.k14s.io/original-diff-full: {}}}}}, data: {{<<: *s, l: *c, {}, *m9 : x}}}}",
            v[14],
            aliases.join(", "),
        );
        let text = match wrap {
            0 => format!("{secret}\n"),
            1 => format!("apiVersion: v1\nkind: List\nitems:\n- {secret}\n- {other}\n"),
            2 => format!("apiVersion: v1\nkind: SecretList\nitems:\n- {{{fields}}}\n"),
            3 => format!("apiVersion: a/v1\nkind: T\nmetadata: {{name: t}}\nobjects: [[{secret}], {other}]\n"),
            4 => format!("apiVersion: a/v1\nkind: SopsSecret\nmetadata: {{name: t}}\nspec: {{secretTemplates: [{{name: s, {fields}}}], o: {other}}}\n"),
            5 => format!("apiVersion: a/v1\nkind: SealedSecret\nmetadata: {{name: t}}\nspec: {{template: {{{fields}}}, o: {other}}}\n"),
            6 => format!("apiVersion: a/v1\nkind: T\nmetadata: {{name: t}}\nspec: {{secret: {{{fields}}}, o: [{other}]}}\n"),
            _ => format!("# {}\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n---\n{secret}\n", marks[0]),
        };
        (text, marks)
    })
}

proptest! {
    #[test]
    fn no_text_of_a_secret_survives((text, marks) in planted()) {
        let (out, gone) = redacted(&text);
        for mark in &marks {
            for shown in [mark.clone(), STANDARD.encode(mark)] {
                prop_assert!(!out.contains(&shown), "{}\n{}", text, out);
                prop_assert!(!gone.concat().contains(&shown), "{}\n{:?}", text, gone);
            }
        }
        prop_assert_eq!(redacted(&out), (out.clone(), vec![]), "{}", text);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        run(&text, Format::Yaml);
        run(&format!("apiVersion: v1\nkind: Secret\n{text}"), Format::AsWritten);
    }
}

//! What the decoder says, over whole objects.

use crate::finding::Severity;
use crate::manifest::tests::{check_rows, object, read_files};

#[test]
fn unknown_fields_are_told_at_the_key_with_the_nearest_name() {
    let rows = [
        (
            "spec: {ports: [{prot: 80, port: 80}]}",
            "spec.ports[0].prot",
            "remove it: `port` is there, too",
        ),
        (
            "spec: {ports: [{port: 80}]}\nlabels: {a: b}",
            "labels",
            "move it below `metadata`",
        ),
        (
            "spec: {ports: [{port: 80, weight: 1}]}",
            "spec.ports[0].weight",
            "remove it, or write one of",
        ),
        (
            "spec: {ports: [{port: 80}]}\nstatuss: {}",
            "statuss",
            "write `status`",
        ),
        (
            "spec: {ports: [{port: 80}], clusterip: a}",
            "spec.clusterip",
            "write `clusterIP`",
        ),
    ];
    for (rest, field, help) in rows {
        let (_, _, findings) = read_files(&[("a.yaml", &object("v1", "Service", rest))]);
        assert_eq!(findings.len(), 1, "{rest}: {findings:?}");
        assert_eq!(findings[0].code.name(), "unknown-field");
        assert_eq!(findings[0].field.as_deref(), Some(field));
        let given = findings[0].help.as_deref().unwrap_or_default();
        assert!(given.starts_with(help), "{given}");
    }
}

#[test]
fn scalars_are_read_as_go_reads_them() {
    let rows: [(&str, &[&str], u16); 9] = [
        ("80", &[], 80),
        ("0120", &["ING015 spec.ports[0].port | 0120"], 80),
        ("080", &["ING015 spec.ports[0].port | 080"], 80),
        ("1e2", &["ING015 spec.ports[0].port | 1e2"], 100),
        ("80.0", &["ING015 spec.ports[0].port | 80.0"], 80),
        ("0x50", &["ING015 spec.ports[0].port | 0x50"], 80),
        ("8_0", &["ING015 spec.ports[0].port | 8_0"], 80),
        ("+80", &["ING015 spec.ports[0].port | +80"], 80),
        ("\"80\"", &["ING102 spec.ports[0].port | \"80\""], 80),
    ];
    for (written, expected, value) in rows {
        let rest = format!("spec: {{ports: [{{port: {written}}}]}}");
        check_rows("v1", "Service", &[(&rest, expected)]);
        let (_, manifests, _) = read_files(&[("a.yaml", &object("v1", "Service", &rest))]);
        let service = manifests.services.values().next().expect("a Service");
        assert_eq!(service.ports[0].port.value, value, "{written}");
    }
}

#[test]
fn every_mistake_of_an_object_is_told_in_one_go() {
    check_rows(
        "v1",
        "Service",
        &[
            (
                "spec:\n  type: yes\n  publishNotReadyAddresses: 'true'\n  selector: {a: 1, b: null}\n  ports:\n  - port: http\n  \
                 - port: 99999999999\n    name: [a]\n  ipFamilies: IPv4\n  prots: {}\n",
                &[
                    "ING004 spec.type | yes",
                    "ING101 spec.prots | prots",
                    "ING102 spec.ipFamilies | IPv4",
                    "ING102 spec.ports[0].port | http",
                    "ING102 spec.ports[1].name | [a]",
                    "ING102 spec.ports[1].port | 99999999999",
                    "ING102 spec.publishNotReadyAddresses | 'true'",
                    "ING102 spec.selector.a | 1",
                    "ING116 spec.ports[0].name | port: http",
                ],
            ),
            ("spec: text", &["ING102 spec | text"]),
            ("spec: null", &["ING116 spec.ports | spec"]),
            ("spec: {ports: [{port: 80}], selector: {1: a}}", &[]),
            (
                "spec: {ports: [{port: 80}], ? [a] : b}",
                &["ING001 - | [a]"],
            ),
        ],
    );
}

#[test]
fn times_and_quantities_are_checked_without_giving_up() {
    let text = |time: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x, creationTimestamp: {time}}}\n"
        )
    };
    for (time, count) in [
        ("null", 0),
        ("2026-11-21T10:00:00Z", 0),
        ("yesterday", 1),
        ("[1]", 1),
    ] {
        let (_, manifests, findings) = read_files(&[("a.yaml", &text(time))]);
        assert_eq!(findings.len(), count, "{time}: {findings:?}");
        assert_eq!(manifests.config_maps.len(), 1, "{time}");
    }
    check_rows(
        "v1",
        "Node",
        &[
            ("status: {capacity: {cpu: 4, memory: 8Gi, x: 1.5}}", &[]),
            (
                "status: {capacity: {cpu: [4]}}",
                &["ING102 status.capacity.cpu | [4]"],
            ),
        ],
    );
}

#[test]
fn misread_numbers_warn_and_wrong_types_are_errors() {
    let text = "spec: {ports: [{port: 0120, targetPort: '80'}]}";
    let (_, _, findings) = read_files(&[("a.yaml", &object("v1", "Service", text))]);
    let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Warning, Severity::Error]);
}

//! Which certificate answers which name.
//!
//! In: `spec.tls` of the selected Ingresses, Secrets, and the files that stand for them. Out: one file a Secret with the
//! names it is offered for, and findings. A problem never opens plain text: the name simply gets no certificate.

mod hosts;
mod select;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub(super) use self::hosts::Hosts;
pub(super) use self::select::mismatch;
use crate::certificate::{Keyring, Loaded, stem};
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Certificate, Certificates};
use crate::manifest::{Ingress, ObjectName};
use crate::source::Origin;

/// The certificate for names that no other covers.
#[derive(Debug, Clone)]
pub(super) struct DefaultCertificate {
    /// The Secret.
    pub(super) name: ObjectName,
    /// Where a manifest names it; `None` when the configuration does.
    pub(super) origin: Option<Origin>,
}

/// Binds certificates to names, and reports.
pub(super) fn bind(
    ingresses: &[&Ingress],
    keyring: &Keyring<'_>,
    default: Option<&DefaultCertificate>,
) -> (Certificates, Vec<Finding>) {
    let (store, mut findings) = load(wanted(ingresses, default), keyring);
    let (names, said) = select::select(ingresses, keyring, default, &store);
    findings.extend(said);

    let mut certificates = Certificates::default();
    if let Some(DefaultCertificate { name, origin }) = default {
        match store.get(name) {
            Some(Loaded::Usable { .. }) => certificates.default = Some(stem(name)),
            Some(Loaded::Unusable) => {}
            _ => {
                let (why, help) = keyring.absent(name);
                let mut finding = Finding::new(
                    Code::SECRET_NOT_FOUND,
                    format!("Secret {name}, the default certificate, {why}"),
                )
                .object(format_args!("Secret {name}"))
                .help(help);
                if keyring.is_awaited(name) {
                    finding = finding.severity(Severity::Warning);
                }
                if let Some(origin) = origin {
                    finding = finding.at(*origin);
                }
                findings.push(finding);
            }
        }
    }
    for (name, loaded) in store {
        let names = names.get(&name);
        if names.is_none() && default.is_none_or(|default| default.name != name) {
            continue;
        }
        let Loaded::Usable { pem, origin, .. } = loaded else {
            continue;
        };
        let names = names.cloned().unwrap_or_default();
        // A file on the host has no place but the reference to it.
        let Some(origin) = origin
            .or_else(|| names.first().map(|name| name.origin))
            .or_else(|| ingresses.first().map(|ingress| ingress.meta.origin))
        else {
            continue;
        };
        certificates.files.insert(
            stem(&name),
            Certificate {
                secret: name.to_string(),
                pem,
                names,
                origin,
            },
        );
    }
    // Never a default without its file.
    if certificates
        .default
        .as_ref()
        .is_some_and(|stem| !certificates.files.contains_key(stem))
    {
        certificates.default = None;
    }
    (certificates, findings)
}

type Store = BTreeMap<ObjectName, Loaded>;

/// The Secrets that somebody names, each with the first place where an Ingress does.
fn wanted(
    ingresses: &[&Ingress],
    default: Option<&DefaultCertificate>,
) -> BTreeMap<ObjectName, Option<Origin>> {
    let mut wanted = BTreeMap::new();
    for ingress in ingresses {
        for written in ingress.tls.iter().filter_map(|it| it.secret_name.as_ref()) {
            let name = ObjectName::new(&ingress.meta.name.namespace, &written.value);
            wanted.entry(name).or_insert(Some(written.origin));
        }
    }
    if let Some(default) = default {
        wanted.entry(default.name.clone()).or_insert(default.origin);
    }
    wanted
}

/// Reads each Secret once, in parallel.
fn load(
    wanted: BTreeMap<ObjectName, Option<Origin>>,
    keyring: &Keyring<'_>,
) -> (Store, Vec<Finding>) {
    let read: Vec<_> = wanted
        .into_iter()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(name, place)| (keyring.keypair(&name), name, place))
        .collect();
    let mut store = Store::new();
    let mut findings = Vec::new();
    for ((loaded, said), name, place) in read {
        store.insert(name, loaded);
        findings.extend(said.into_iter().map(|finding| match place {
            Some(place) => finding.label(place, "named here"),
            None => finding,
        }));
    }
    (store, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::FileStem;
    use crate::lower::testing::{World, codes, path};
    use crate::lower::{Settings, lower};
    use crate::manifest::PathType::Prefix;

    const EC: [(&str, &str); 2] = [
        ("tls.crt", include_str!("../../certificate/fixtures/ec.crt")),
        ("tls.key", include_str!("../../certificate/fixtures/ec.key")),
    ];
    const RSA: [(&str, &str); 2] = [
        (
            "tls.crt",
            include_str!("../../certificate/fixtures/rsa.crt"),
        ),
        (
            "tls.key",
            include_str!("../../certificate/fixtures/rsa.key"),
        ),
    ];

    /// An Ingress `n/x` with rules for `hosts`.
    fn world(hosts: &[&str]) -> World {
        let mut world = World::default();
        world.web("n", "web", 80);
        for host in hosts {
            world.rule("n", "x", Some(host), vec![path(Prefix, "/", "web", 80)]);
        }
        world
    }

    /// The codes, and `file: names` of each certificate.
    fn run(world: &World, settings: &Settings) -> (Vec<String>, Vec<String>) {
        let lowered = lower(&world.manifests, settings);
        let files = lowered
            .routing
            .certificates
            .files
            .iter()
            .map(|(stem, certificate)| {
                let names: Vec<_> = certificate
                    .names
                    .iter()
                    .map(|name| name.value.to_string())
                    .collect();
                format!("{stem}: {}", names.join(" "))
            });
        (codes(&lowered.findings), files.collect())
    }

    #[test]
    fn tls_entries_and_what_becomes_of_them() {
        type Row<'r> = (&'r [&'r str], &'r [&'r str], &'r [&'r str], &'r [&'r str]);
        // Rule hosts, TLS hosts, codes, files. The certificate is for a.io and *.a.io.
        let table: &[Row<'_>] = &[
            (&["a.io"], &["a.io"], &[], &["n_tls: a.io"]),
            (&["b.a.io"], &["*.a.io"], &[], &["n_tls: *.a.io"]),
            (&["a.io"], &[], &[], &["n_tls: a.io"]),
            (&["z.io"], &[], &["ING404"], &[]),
            (
                &["a.io"],
                &["z.io"],
                &["ING402", "ING404", "ING403"],
                &["n_tls: z.io"],
            ),
            (&["a.io", "z.io"], &["a.io"], &["ING403"], &["n_tls: a.io"]),
            (
                &["a.io"],
                &["a.io", "b.a.io"],
                &["ING402"],
                &["n_tls: a.io b.a.io"],
            ),
            (
                &["a.io"],
                &["a.io", "10.0.0.1"],
                &["ING402"],
                &["n_tls: a.io"],
            ),
        ];
        for (rules, tls, expected, files) in table {
            let mut world = world(rules);
            world.secret("n", "tls", &EC);
            world.tls("n", "x", tls, Some("tls"));
            let (codes, bound) = run(&world, &Settings::default());
            assert_eq!(
                (codes.as_slice(), bound.as_slice()),
                (owned(expected).as_slice(), owned(files).as_slice()),
                "{rules:?} {tls:?}"
            );
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_redacted_secret_is_judged_by_what_is_left_of_it() {
        type Row<'r> = (
            &'r str,
            &'r [(&'r str, &'r str)],
            &'r Settings,
            &'r [&'r str],
            &'r [&'r str],
        );
        let world = |host: &str, data: &[(&str, &str)]| {
            let mut world = world(&[host]);
            world.secret("n", "tls", data);
            let secrets = world.manifests.secrets.values_mut();
            secrets.for_each(|secret| secret.redacted = true);
            world.tls("n", "x", &[host], Some("tls"));
            world
        };
        let judging = Settings {
            endpoints: crate::lower::EndpointSettings {
                placeholders: true,
                ..Settings::default().endpoints
            },
            ..Settings::default()
        };
        let late = Settings {
            now: Some(i64::MAX),
            ..judging.clone()
        };
        let mapped = Settings {
            certificate_files: [(ObjectName::new("n", "tls"), "/etc/a.pem".to_owned())].into(),
            ..Settings::default()
        };
        let public = &EC[..1];
        let table: &[Row<'_>] = &[
            ("a.io", public, &judging, &[], &["n_tls: a.io"]),
            ("z.io", public, &judging, &["ING404"], &["n_tls: z.io"]),
            ("a.io", public, &late, &["ING405"], &["n_tls: a.io"]),
            ("a.io", &[], &judging, &[], &["n_tls: a.io"]),
            ("a.io", &[("tls.crt", "x")], &judging, &["ING401"], &[]),
            ("a.io", public, &Settings::default(), &["ING208"], &[]),
            ("a.io", &[], &Settings::default(), &["ING208"], &[]),
            ("a.io", public, &mapped, &[], &["n_tls: a.io"]),
        ];
        for (host, data, settings, expected, files) in table {
            let (codes, bound) = run(&world(host, data), settings);
            assert_eq!(
                (codes.as_slice(), bound.as_slice()),
                (owned(expected).as_slice(), owned(files).as_slice()),
                "{host} {expected:?}"
            );
        }
        let lowered = lower(&world("a.io", public).manifests, &Settings::default());
        let said = &lowered.findings[0];
        assert!(
            said.message
                .ends_with("was redacted: its private key is not here")
        );
    }

    #[test]
    fn a_missing_secret_is_an_error_and_the_help_of_a_promised_one_names_the_map() {
        let mut world = world(&["a.io"]);
        world.tls("n", "x", &["a.io"], Some("tls"));
        assert_eq!(
            run(&world, &Settings::default()),
            (owned(&["ING208"]), vec![])
        );
        world
            .manifests
            .promised_secrets
            .insert(ObjectName::new("n", "tls"), "SealedSecret".to_owned());
        let findings = lower(&world.manifests, &Settings::default()).findings;
        assert!(
            findings[0]
                .help
                .as_deref()
                .is_some_and(|help| help.contains("certificates.map"))
        );
        assert_eq!(findings[0].severity, Severity::Error);
        // Nothing runs: that the certificate is in the cluster only is no mistake.
        let mut judging = Settings::default();
        judging.endpoints.placeholders = true;
        let findings = lower(&world.manifests, &judging).findings;
        assert_eq!(findings[0].severity, Severity::Warning);
    }

    #[test]
    fn what_the_api_server_refuses_was_reported_where_it_was_read() {
        for name in ["TLS", "a_b", "../key", "{{ .Values.secret }}"] {
            let mut world = world(&["a.io"]);
            world.tls("n", "x", &["a.io"], Some(name));
            let expected = (vec![], vec![]);
            assert_eq!(run(&world, &Settings::default()), expected, "{name}");
        }
        let mut world = world(&["a.io"]);
        world.tls("n", "x", &["a.io"], Some("tls"));
        world.secret("n", "tls", &[("tls.crt", "")]);
        let name = ObjectName::new("n", "tls");
        let secret = world.manifests.secrets.get_mut(&name).expect("made above");
        secret.refused = true;
        assert_eq!(run(&world, &Settings::default()), (vec![], vec![]));
    }

    #[test]
    fn a_mapped_secret_is_a_file_on_the_host() {
        let mut world = world(&["a.io"]);
        world.tls("n", "x", &["a.io"], Some("tls"));
        let mapped = |path: &str| Settings {
            certificate_files: [(ObjectName::new("n", "tls"), path.to_owned())].into(),
            ..Settings::default()
        };
        assert_eq!(
            run(&world, &mapped("/etc/x.pem")),
            (vec![], owned(&["n_tls: a.io"]))
        );
        assert_eq!(
            run(&world, &mapped("/etc/x y.pem")),
            (owned(&["ING401"]), vec![])
        );
    }

    #[test]
    fn two_different_secrets_for_one_name_collide_and_the_first_holds() {
        for (second, expected) in [(RSA, vec!["ING408"]), (EC, vec![])] {
            let mut world = world(&["a.io"]);
            world.secret("n", "tls", &EC);
            world.secret("n", "tls2", &second);
            world.tls("n", "x", &["a.io"], Some("tls"));
            world.tls("n", "x", &["a.io"], Some("tls2"));
            assert_eq!(
                run(&world, &Settings::default()),
                (owned(&expected), owned(&["n_tls: a.io"]))
            );
        }
    }

    #[test]
    fn an_entry_without_secret_means_the_default_certificate() {
        let mut world = world(&["a.io"]);
        world.tls("n", "x", &["a.io"], None);
        world.secret("n", "wildcard", &RSA);
        let settings = Settings {
            default_certificate: Some(ObjectName::new("n", "wildcard")),
            ..Settings::default()
        };
        assert_eq!(
            run(&world, &settings),
            (owned(&["ING410"]), owned(&["n_wildcard: "]))
        );
        let routing = lower(&world.manifests, &settings).routing;
        assert_eq!(routing.certificates.default, FileStem::new("n_wildcard"));
    }

    #[test]
    fn a_missing_default_certificate_is_an_error_and_no_default() {
        let settings = Settings {
            default_certificate: Some(ObjectName::new("n", "gone")),
            ..Settings::default()
        };
        assert_eq!(
            run(&world(&["a.io"]), &settings),
            (owned(&["ING208"]), vec![])
        );
    }

    #[test]
    fn a_long_name_still_has_a_file() {
        let long = ObjectName::new("n", "x".repeat(253));
        assert_ne!(stem(&long), stem(&ObjectName::new("n", "x".repeat(252))));
    }
}

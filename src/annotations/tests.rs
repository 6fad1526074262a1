//! What every entry of the registry has to keep, whoever writes it; and the documentation that is made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::registry::spellings;
use super::*;
use crate::fresh::fresh;
use crate::ir::Field;
use crate::source::{FileId, Origin};

/// Collects complaints about all keys, so that one run shows all of them.
fn complain(judge: impl Fn(&'static Spec) -> Vec<String>) {
    let complaints: Vec<String> = all()
        .flat_map(|spec| {
            let key = spec.full_key();
            let judged = judge(spec).into_iter();
            judged.map(move |complaint| format!("{key}: {complaint}"))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn good_samples_are_taken_and_bad_ones_refused_with_words() {
    let origin = Origin::new(FileId::new(0), 0..1);
    complain(|spec| {
        let mut complaints = Vec::new();
        for good in spec.grammar.good {
            let (legal, problems) = spec.judge(good);
            if !legal {
                complaints.push(format!("{good:?} is refused: {problems:?}"));
            }
            spec.put(&mut Draft::default(), good, origin);
        }
        for bad in spec.grammar.bad {
            let (legal, problems) = spec.judge(bad);
            if legal || problems.is_empty() {
                complaints.push(format!("{bad:?} is taken, or refused without a word"));
            }
            // No reader hands over what is refused; should one do so, nothing must come of it.
            spec.put(&mut Draft::default(), bad, origin);
        }
        if spec.grammar.good.is_empty() {
            complaints.push("its grammar has no good sample".to_owned());
        }
        complaints
    });
}

#[test]
fn problems_are_written_as_all_are() {
    complain(|spec| {
        let samples = spec.grammar.bad.iter().chain(spec.grammar.good);
        let problems = samples.flat_map(|sample| {
            let (_, problems) = spec.judge(sample);
            problems.into_iter().map(move |problem| (*sample, problem))
        });
        problems
            .filter_map(|(sample, problem)| {
                let message = &problem.message;
                // What is quoted may hold line breaks: findings make them visible.
                let is_ours = |text: &str| !text.is_empty() && !text.ends_with('.');
                let first = message.chars().next();
                let reads = is_ours(message)
                    && first.is_some_and(|c| c.is_lowercase() || c == '`')
                    && problem.help.as_deref().is_none_or(is_ours);
                let inside = problem.range.as_ref().is_none_or(|range| {
                    range.start <= range.end && sample.get(range.clone()).is_some()
                });
                (!reads || !inside).then(|| format!("{sample:?}: {problem:?}"))
            })
            .collect()
    });
}

#[test]
fn examples_and_defaults_are_legal() {
    complain(|spec| {
        let samples = [Some(spec.example), spec.default];
        let judged = samples
            .into_iter()
            .flatten()
            .filter(|sample| !sample.is_empty());
        judged
            .filter(|sample| !spec.judge(sample).0)
            .map(|sample| format!("{sample:?} is refused"))
            .collect()
    });
}

#[test]
fn patterns_take_what_the_grammar_takes_without_a_remark() {
    complain(|spec| {
        let Some(pattern) = spec.grammar.pattern else {
            return Vec::new();
        };
        let schema = json!({"type": "string", "pattern": pattern});
        let Ok(validator) = jsonschema::draft202012::new(&schema) else {
            return vec![format!("{pattern:?} is no pattern")];
        };
        let samples = spec.grammar.good.iter().chain([&spec.example]);
        samples
            .filter(|sample| spec.judge(sample).1.is_empty())
            .filter(|sample| !validator.is_valid(&json!(sample)))
            .map(|sample| format!("{pattern:?} does not match {sample:?}"))
            .collect()
    });
}

#[test]
fn every_key_is_explained() {
    complain(|spec| {
        let mut complaints = Vec::new();
        let summary = spec.summary();
        if summary.is_empty() || !summary.ends_with('.') {
            complaints.push(format!("the summary {summary:?} is no sentence"));
        }
        let last = spec.doc.iter().rev().map(|line| line.trim());
        if last.clone().next().is_some_and(str::is_empty) {
            complaints.push("the page ends with an empty line".to_owned());
        }
        if spec.grammar.form.ends_with('.') || spec.grammar.name.is_empty() {
            complaints.push("the grammar is described by a name and half a sentence".to_owned());
        }
        let reason = spec.support.reason();
        if reason.is_some_and(|reason| reason.is_empty() || reason.ends_with('.')) {
            complaints.push("the reason is half a sentence, without a full stop".to_owned());
        }
        complaints
    });
}

#[test]
fn spellings_are_unique() {
    let mut seen = BTreeMap::new();
    for spec in all() {
        for key in spellings(spec) {
            let other = seen.insert((spec.dialect, key), spec.key);
            assert_eq!(other, None, "`{key}` is also {}", spec.key);
            assert!(
                key.trim_end_matches('/')
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b)),
                "{key}"
            );
        }
    }
}

#[test]
fn keys_name_keys_of_their_dialect() {
    complain(|spec| {
        let named = spec.requires.iter().chain(spec.excludes);
        named
            .filter(|key| {
                let found = find(spec.dialect, key);
                found.is_none_or(|(other, _)| other.key != **key || other.key == spec.key)
            })
            .map(|key| format!("`{key}` is no other key of the dialect"))
            .collect()
    });
}

#[test]
fn places_go_with_scopes_and_are_listed_by_rank() {
    complain(|spec| {
        let mut complaints = Vec::new();
        let sorted = spec.on.is_sorted_by(|a, b| a < b);
        if !sorted || spec.on.is_empty() {
            complaints.push(format!("{:?}", spec.on));
        }
        let everywhere = [On::ConfigMap, On::TcpConfigMap];
        if spec.scope == Scope::Global && spec.on.iter().any(|on| !everywhere.contains(on)) {
            complaints.push("what holds for the process stands only in a ConfigMap".to_owned());
        }
        complaints
    });
}

#[test]
fn versions_are_versions() {
    complain(|spec| {
        let mut complaints = Vec::new();
        let parts: Vec<_> = spec.since.split('.').map(str::parse::<u16>).collect();
        if !(2..=3).contains(&parts.len()) || parts.iter().any(Result::is_err) {
            complaints.push(format!("since {:?}", spec.since));
        }
        if let Some((major, minor)) = spec.needs {
            let text = format!("{major}.{minor}");
            if crate::ir::HaproxyVersion::parse(&text).is_none() {
                complaints.push(format!("needs HAProxy {text}, which nobody supports"));
            }
        }
        complaints
    });
}

#[test]
fn families_are_sorted_and_each_key_is_in_one() {
    let mut names = BTreeSet::new();
    for family in FAMILIES {
        assert!(names.insert(family.name), "{}", family.name);
        // `backend.` comes before `backend-config-snippet`, as `backend` would.
        let place = |spec: &Spec| (spec.dialect, spec.key.trim_end_matches(['.', '/']));
        let sorted = |a: &&Spec, b: &&Spec| place(a) < place(b);
        assert!(
            family.specs.is_sorted_by(sorted),
            "the keys of {} are not sorted: {:?}",
            family.name,
            family.specs.iter().map(|spec| spec.key).collect::<Vec<_>>()
        );
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test lists the source")]
fn every_file_of_a_family_is_among_the_families() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/annotations");
    let listed = std::fs::read_to_string(folder.join("registry.rs")).expect("the registry");
    let mut missing = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("readable").path();
        let text = if path.is_dir() {
            std::fs::read_to_string(path.join("mod.rs"))
        } else {
            std::fs::read_to_string(&path)
        };
        let name = path.file_stem().and_then(|name| name.to_str());
        let (Ok(text), Some(name)) = (text, name) else {
            continue;
        };
        let line = format!("super::{name}::FAMILY,");
        if text.contains("pub(super) const FAMILY: Family =")
            && name != "tests"
            && !listed.contains(&line)
        {
            missing.push(line);
        }
    }
    assert!(missing.is_empty(), "missing in FAMILIES: {missing:?}");
}

/// The keys that the controller documents.
const DOCUMENTED: &str = "
    allow-list auth-realm auth-secret auth-type backend-config-snippet blacklist check check-http check-interval clean-certs client-ca
    client-crt-optional client-strict-sni cookie-persistence cookie-persistence-no-dynamic cors-allow-credentials cors-allow-headers
    cors-allow-methods cors-allow-origin cors-enable cors-max-age deny-list dontlognull forwarded-for frontend-config-snippet
    generate-certificates-signer global-config-snippet hard-stop-after http-connection-mode http-keep-alive http-server-close
    ingress.class load-balance log-format log-format-tcp logasap maxconn nbthread path-rewrite pod-maxconn proxy-protocol
    quic-alt-svc-max-age rate-limit-period rate-limit-requests rate-limit-size rate-limit-status-code rate-limit-whitelist
    request-capture request-capture-len request-redirect request-redirect-code request-set-header response-set-header route-acl
    scale-server-slots send-proxy-protocol server-ca server-crt server-proto server-ssl set-host src-ip-header ssl-certificate
    ssl-passthrough ssl-redirect ssl-redirect-code ssl-redirect-port standalone-backend stats-config-snippet syslog-server
    timeout-check timeout-client timeout-client-fin timeout-connect timeout-http-keep-alive timeout-http-request timeout-queue
    timeout-server timeout-server-fin timeout-tunnel tls-alpn whitelist";

/// Those that it reads all the same.
const UNDOCUMENTED: &str = "
    abortonclose cors-respond-to-options cr-backend cr-defaults cr-frontend-http cr-frontend-https cr-frontend-stats cr-global
    default-backend-service prometheus-endpoint-auth-secret server-slots servers-increment";

/// Those that it has defaults for, and reads nowhere: annotations of earlier versions.
const OBSOLETE: &str = "cookie-indirect cookie-nocache cookie-type";

/// Settings that no key decides by itself: families make them of what several keys, or the configuration, say.
const DERIVED: &[Field] = &[];

#[test]
fn the_dialect_haproxytech_has_the_keys_of_its_controller() {
    let listed = |text: &'static str| text.split_whitespace();
    assert_eq!(
        (listed(DOCUMENTED).count(), listed(UNDOCUMENTED).count()),
        (82, 12)
    );
    let theirs: BTreeSet<&str> = listed(DOCUMENTED).chain(listed(UNDOCUMENTED)).collect();
    let ours: BTreeSet<&str> = all()
        .filter(|spec| spec.dialect == Dialect::HaproxyTech)
        .flat_map(spellings)
        .collect();
    // Two families of keys bear a name of the user's; their entries end with the dot that opens it.
    let known = |key: &str| ["backend.", "frontend."].contains(&key) || OBSOLETE.contains(key);
    let invented = ours.difference(&theirs).filter(|key| !known(key));
    let invented: Vec<_> = invented.collect();
    assert!(invented.is_empty(), "the controller has no {invented:?}");
    let missing: Vec<_> = theirs.difference(&ours).collect();
    assert!(
        missing.is_empty(),
        "{} of {} keys are missing: {missing:?}",
        missing.len(),
        theirs.len()
    );
}

#[test]
fn every_setting_has_a_key_or_is_called_derived() {
    let decided: BTreeSet<Field> = all().map(|spec| spec.field).collect();
    for field in Field::ALL {
        let is_derived = DERIVED.contains(field);
        let has_key = decided.contains(field);
        assert!(!(is_derived && has_key), "{field} has a key");
        assert!(is_derived || has_key, "{field} has no key");
    }
}

#[test]
fn pages_name_the_key_and_hold_a_manifest() {
    complain(|spec| {
        let page = spec.page(1);
        let fenced: Vec<&str> = page.split("```yaml\n").collect();
        let example = fenced.last().and_then(|text| text.split("```").next());
        let parsed = serde_yaml::from_str::<Value>(example.unwrap_or_default());
        let value = parsed.ok().and_then(|object| {
            let annotations = &object["metadata"]["annotations"][spec.full_key()];
            let data = &object["data"][spec.key];
            annotations.as_str().or(data.as_str()).map(str::to_owned)
        });
        let is_there = value.as_deref().map(str::trim_end) == Some(spec.example.trim_end());
        let opens = page.starts_with(&format!("# {}\n", spec.full_key()));
        (!is_there || !opens)
            .then(|| page.clone())
            .into_iter()
            .collect()
    });
}

#[test]
fn keys_are_found_in_every_spelling() {
    for spec in all() {
        for key in spellings(spec) {
            let prefixes = spec.dialect.prefixes().iter();
            let full = prefixes
                .filter(|_| spec.is_prefixed())
                .map(|prefix| format!("{prefix}{key}"));
            let written = spec.written.map(str::to_owned);
            for text in full.chain([key.to_owned()]).chain(written) {
                assert_eq!(
                    named(&text).map(|found| found.key),
                    Some(spec.key),
                    "{text}"
                );
            }
        }
    }
    assert!(named("nginx.org/timeout-server").is_none());
}

#[test]
fn the_beginning_of_an_open_key_is_enough() {
    for spec in all().filter(|spec| spec.is_open()) {
        let beginning = spec.key.trim_end_matches(['.', '/']);
        let found = named(beginning).map(|found| found.key);
        // A key of that name is itself.
        let own = Dialect::ALL.into_iter().find_map(|it| find(it, beginning));
        assert_eq!(found, Some(own.map_or(spec.key, |(own, _)| own.key)));
    }
    let found = named("ingressc/expose-port").map(|found| found.key);
    assert_eq!(found, Some("expose-port."));
    assert!(named("nginx.org/expose-port").is_none());
}

const MARK: &str = "<!-- Made of src/annotations. -->";

#[test]
fn the_committed_pages_are_fresh() {
    for family in FAMILIES.iter().filter(|family| !family.specs.is_empty()) {
        let path = format!("docs/annotations/{}.md", family.name);
        fresh(&path, "annotations", |_| {
            let mut out = format!("# {}\n\n{MARK}\n", family.title);
            for spec in family.specs {
                let _ = write!(out, "\n{}", spec.page(2));
            }
            out
        });
    }
    fresh("docs/annotations/README.md", "annotations", |have| {
        let written = have.split(MARK).next().unwrap_or_default();
        let link = |family: &str, spec: &Spec| {
            let anchor = spec.full_key().replace(['.', '/'], "");
            Some(format!("{family}.md#{anchor}"))
        };
        format!("{written}{MARK}\n\n{}", matrix(None, link))
    });
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test lists the pages")]
fn every_committed_page_is_a_family_s() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/annotations");
    for entry in std::fs::read_dir(folder).expect("the pages") {
        let file = entry.expect("readable").file_name();
        let name = file.to_string_lossy();
        let is_family =
            |family: &&Family| !family.specs.is_empty() && format!("{}.md", family.name) == name;
        assert!(
            name == "README.md" || FAMILIES.iter().any(|family| is_family(&family)),
            "{name} has no family"
        );
    }
}

#[test]
fn the_committed_schema_is_fresh_and_takes_what_the_registry_takes() {
    fresh("docs/schema/annotations.json", "annotations", |_| schema());
    let schema: Value = serde_json::from_str(&schema()).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("a JSON Schema");
    let manifests = jsonschema::draft202012::new(&schema).expect("a JSON Schema");
    // As an editor applies it to the file of the controller's ConfigMap.
    let mut config = schema.clone();
    config["$ref"] = json!("#/$defs/ConfigMap");
    let config = jsonschema::draft202012::new(&config).expect("a JSON Schema");
    for spec in all().filter(|spec| !spec.is_open()) {
        for on in spec.on {
            let object = match on {
                On::Service | On::Ingress => {
                    let annotations = json!({spec.full_key(): spec.example});
                    json!({"kind": on.name(), "metadata": {"annotations": annotations}})
                }
                On::ConfigMap => json!({"kind": "ConfigMap", "data": {spec.key: spec.example}}),
                On::TcpConfigMap => continue,
            };
            let remarks = spec.judge(spec.example).1;
            let validator = if *on == On::ConfigMap {
                &config
            } else {
                &manifests
            };
            assert!(
                validator.is_valid(&object) || !remarks.is_empty(),
                "{object}"
            );
        }
    }
    let unknown = json!({"kind": "ConfigMap", "data": {"timeout-sever": "5s"}});
    assert!(!config.is_valid(&unknown) && manifests.is_valid(&unknown));
    let illegal = json!({"kind": "Ingress", "metadata": {"annotations": {"haproxy.org/timeout-server": "1m30s"}}});
    assert!(!manifests.is_valid(&illegal));
    let bare = json!({"kind": "Service", "metadata": {"annotations": null}});
    assert!(manifests.is_valid(&bare));
}

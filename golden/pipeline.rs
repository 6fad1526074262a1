//! A case's folder in, everything the compiler makes of it out. The only place here that calls the stages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ingressc::emit::{self, Bundle};
use ingressc::finding::{Finding, Levels, Sink};
use ingressc::ir::{BindAddress, HaproxyVersion, Listeners, Routing};
use ingressc::manifest::ObjectName;
use ingressc::source::{File, Inputs, Sources};
use ingressc::{lower, manifest, source};
use serde::Deserialize;

/// 2026-06-01T00:00:00Z: certificates are judged by this date, whatever the day is.
const NOW: i64 = 1_780_272_000;

/// What became of a case.
pub(crate) struct Compiled {
    pub(crate) sources: Sources,
    pub(crate) findings: Vec<Finding>,
    pub(crate) routing: Routing,
    pub(crate) bundle: Bundle,
}

/// The part of `ingressc.yaml` that cases use.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    #[serde(rename = "version")]
    _version: u32,
    classes: Option<Vec<String>>,
    certificates: Certificates,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Certificates {
    map: BTreeMap<String, String>,
    default: Option<String>,
}

/// Compiles the manifests of `case` as `compile --keep-going` does. File names in the result are relative to the case.
pub(crate) fn compile(case: &Path) -> Compiled {
    compile_with(case, &settings(case))
}

/// [`compile`], with settings from elsewhere.
pub(crate) fn compile_with(case: &Path, settings: &lower::Settings) -> Compiled {
    let inputs = Inputs {
        paths: inputs(case),
        ..Inputs::default()
    };
    let (collected, findings) = source::collect(&inputs).expect("the case is read");
    let mut sources = Sources::default();
    for (_, file) in collected.iter() {
        let name = Path::new(&file.name).strip_prefix(case);
        let name = name.map_or(file.name.clone(), |name| name.display().to_string());
        sources.add(File::new(name, file.text.clone()));
    }
    compile_sources(sources, findings, settings)
}

/// The files of a case: all manifests, and neither `ingressc.yaml` nor `routes.yaml`.
pub(crate) fn inputs(case: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(case)
        .expect("the case is a folder")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let manifest = [".yaml", ".yml", ".json"]
                .iter()
                .any(|end| name.ends_with(end));
            manifest && name != "ingressc.yaml" && name != "routes.yaml"
        })
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| path.display().to_string())
        .collect()
}

/// The stages, one after the other.
pub(crate) fn compile_sources(
    sources: Sources,
    collected: Vec<Finding>,
    settings: &lower::Settings,
) -> Compiled {
    let mut sink = Sink::new(Levels::default());
    sink.extend(collected);
    let (documents, findings) = source::documents(&sources);
    sink.extend(findings);
    let options = manifest::Options {
        namespace: "default".to_owned(),
    };
    let (manifests, findings) = manifest::read(&sources, &documents, &options);
    sink.extend(findings);
    let lowered = lower::lower(&manifests, settings);
    sink.extend(lowered.findings);
    let bundle = bundle(&lowered.routing, &sources);
    Compiled {
        findings: sink.into_findings(),
        routing: lowered.routing,
        bundle,
        sources,
    }
}

/// The files for the oldest HAProxy, which snapshots hold.
pub(crate) fn bundle(routing: &Routing, sources: &Sources) -> Bundle {
    emit::emit(routing, sources, &emit::Settings::default()).expect("the model can be emitted")
}

/// The files for the HAProxy that `INGRESSC_TARGET` names, or else for the oldest. What is loaded and run is built here.
pub(crate) fn bundle_to_run(routing: &Routing, sources: &Sources) -> Bundle {
    let target = std::env::var("INGRESSC_TARGET").map_or(HaproxyVersion::OLDEST, |text| {
        HaproxyVersion::parse(&text).expect("INGRESSC_TARGET is a supported version")
    });
    let settings = emit::Settings {
        target,
        header: Vec::new(),
    };
    emit::emit(routing, sources, &settings).expect("the model can be emitted")
}

/// What the case's `ingressc.yaml` says, on top of the defaults: ports 80 and 443, and a fixed day.
pub(crate) fn settings(case: &Path) -> lower::Settings {
    let config: Config = match std::fs::read_to_string(case.join("ingressc.yaml")) {
        Ok(text) => serde_yaml::from_str(&text).expect("a config that cases may have"),
        Err(_) => Config::default(),
    };
    let name = |text: &str| {
        let (namespace, name) = text.split_once('/').expect("namespace/name");
        ObjectName::new(namespace, name)
    };
    lower::Settings {
        classes: config.classes,
        listeners: Listeners {
            http: vec![BindAddress::parse(":80").expect("legal")],
            https: vec![BindAddress::parse(":443").expect("legal")],
        },
        certificate_files: config
            .certificates
            .map
            .iter()
            .map(|(secret, file)| (name(secret), file.clone()))
            .collect(),
        default_certificate: config.certificates.default.as_deref().map(name),
        now: Some(NOW),
    }
}

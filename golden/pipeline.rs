//! A case's folder in, everything the compiler makes of it out. The only place here that calls the stages.

use std::path::{Path, PathBuf};

use ingressc::config::{self, Base, Config};
use ingressc::emit::{self, Bundle};
use ingressc::finding::{Finding, Levels, Sink};
use ingressc::ir::{HaproxyVersion, Routing};
use ingressc::source::{self, FileKind, Inputs, Sources};
use ingressc::{Settings, compile as run_stages};

/// What `ingressc.yaml` says where there is none, with the fixed day.
pub(crate) fn defaults() -> Settings {
    let mut settings = Settings::new(&Config::default(), false);
    settings.lower.now = Some(NOW);
    settings
}

/// 2026-06-01T00:00:00Z: certificates are judged by this date, whatever the day is.
const NOW: i64 = 1_780_272_000;

/// What became of a case.
pub(crate) struct Compiled {
    pub(crate) sources: Sources,
    pub(crate) findings: Vec<Finding>,
    pub(crate) routing: Routing,
    pub(crate) bundle: Bundle,
    pub(crate) settings: Settings,
}

/// Compiles the manifests of `case` as `compile --keep-going` does. File names in the result are relative to the case.
pub(crate) fn compile(case: &Path) -> Compiled {
    let (sources, findings, settings) = read(case);
    compile_sources(sources, findings, settings)
}

/// All files of a case, and what its `ingressc.yaml` says on top of the defaults: ports 80 and 443, and a fixed day.
pub(crate) fn read(case: &Path) -> (Sources, Vec<Finding>, Settings) {
    let mut sources = Sources::default();
    let config = configured(case, &mut sources);
    let mut settings = Settings::new(&config, false);
    settings.lower.now = Some(NOW);
    let base = Base::of(&case.join(config::FILE_NAME).display().to_string());
    let mistakes = settings.read_files(&config, &base, &mut sources);
    assert!(mistakes.is_empty(), "{}: {mistakes:#?}", case.display());
    let mut findings = Vec::new();
    let mut add = |paths, cluster| {
        let inputs = Inputs {
            paths,
            ..Inputs::default()
        };
        let said = source::collect_into(&mut sources, &inputs, cluster);
        findings.extend(said.expect("the case is read"));
    };
    if config.clusters.is_empty() {
        add(inputs(case), 0);
    }
    for (index, cluster) in (0..).zip(&config.clusters) {
        add(cluster.inputs.clone(), index);
    }
    (within(case, sources), findings, settings)
}

/// The same files, named as seen from the case.
fn within(case: &Path, sources: Sources) -> Sources {
    let mut renamed = Sources::default();
    for mut file in sources.into_files() {
        if let Ok(name) = Path::new(&file.name).strip_prefix(case) {
            file.name = name.display().to_string();
        }
        renamed.add(file);
    }
    renamed
}

/// The case's `ingressc.yaml`, whose paths are relative to the case.
fn configured(case: &Path, sources: &mut Sources) -> Config {
    let mut config = Config::default();
    let path = case.join(config::FILE_NAME).display().to_string();
    if Path::new(&path).is_file() {
        let file = source::read_file(sources, &path, FileKind::Config, 0).expect("readable");
        let mistakes = config::read(&mut config, sources, file, &Base::of(&path));
        assert!(mistakes.is_empty(), "{path}: {mistakes:#?}");
    }
    config
}

/// The manifests of a case that is one cluster: every file in its folder that is none of the others that a case can have.
pub(crate) fn inputs(case: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(case)
        .expect("the case is a folder")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let manifest = [".yaml", ".yml", ".json"]
                .iter()
                .any(|end| name.ends_with(end));
            let others = [config::FILE_NAME, "routes.yaml", "inventory.yaml"];
            manifest && !others.contains(&name.as_ref())
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
    settings: Settings,
) -> Compiled {
    let mut sink = Sink::new(Levels::default());
    sink.extend(collected);
    let compiled = run_stages(&sources, &settings);
    sink.extend(compiled.findings);
    let emit = emit::Settings {
        target: HaproxyVersion::OLDEST,
        ..settings.emit.clone()
    };
    let bundle = emit::emit(&compiled.routing, &sources, &emit).expect("the model can be emitted");
    Compiled {
        findings: sink.into_findings(),
        routing: compiled.routing,
        bundle,
        sources,
        settings,
    }
}

/// What is loaded and run is built for this version.
pub(crate) fn target() -> HaproxyVersion {
    std::env::var("INGRESSC_TARGET").map_or(HaproxyVersion::OLDEST, |text| {
        HaproxyVersion::parse(&text).expect("INGRESSC_TARGET is a supported version")
    })
}

/// The files for the HAProxy that `INGRESSC_TARGET` names, or else for the oldest. What is loaded and run is built here.
pub(crate) fn bundle_to_run(
    routing: &Routing,
    sources: &Sources,
    settings: &emit::Settings,
) -> Bundle {
    let settings = emit::Settings {
        target: target(),
        ..settings.clone()
    };
    emit::emit(routing, sources, &settings).expect("the model can be emitted")
}

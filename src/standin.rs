//! Temporary: the rooms that other branches build. Delete it, and the three `pub use crate::standin` lines, at the merge.
#![allow(
    missing_docs,
    unused,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::disallowed_methods
)]

pub(crate) mod source {
    use crate::finding::{Code, Finding};
    use crate::source::{Document, File, Sources};
    use std::io;
    #[derive(Debug, Clone, Default)]
    pub struct Inputs {
        pub paths: Vec<String>,
        pub file_lists: Vec<String>,
        pub stdin_name: Option<String>,
        pub exclude: Vec<String>,
        pub force_exclude: bool,
        pub gitignore: bool,
    }
    pub fn collect(inputs: &Inputs) -> io::Result<(Sources, Vec<Finding>)> {
        let mut names = Vec::new();
        let mut paths = inputs.paths.clone();
        for list in &inputs.file_lists {
            let text = if list == "-" {
                io::read_to_string(io::stdin())?
            } else {
                std::fs::read_to_string(list)?
            };
            paths.extend(text.lines().map(str::to_owned));
        }
        for path in &paths {
            if path == "-" {
                names.push(path.clone());
            } else if std::fs::metadata(path)
                .map_err(|e| io::Error::new(e.kind(), format!("{path}: no such file or folder")))?
                .is_dir()
            {
                for entry in ignore::WalkBuilder::new(path)
                    .git_ignore(false)
                    .build()
                    .flatten()
                {
                    let name = entry.path().to_string_lossy().into_owned();
                    if name.ends_with(".yaml") && !name.ends_with("ingressc.yaml") {
                        names.push(name);
                    }
                }
            } else {
                names.push(path.clone());
            }
        }
        let mut exclude = globset::GlobSetBuilder::new();
        for glob in &inputs.exclude {
            exclude.add(
                globset::Glob::new(glob)
                    .map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e.to_string()))?,
            );
        }
        let exclude = exclude.build().unwrap();
        names.retain(|name| !exclude.is_match(name));
        names.sort();
        names.dedup();
        let mut sources = Sources::default();
        for name in names {
            if name == "-" {
                let text = io::read_to_string(io::stdin())?;
                sources.add(File::new(
                    inputs.stdin_name.clone().unwrap_or("<stdin>".into()),
                    text,
                ));
            } else {
                sources.add(File::new(name.clone(), std::fs::read_to_string(&name)?));
            }
        }
        Ok((sources, Vec::new()))
    }
    pub fn documents(sources: &Sources) -> (Vec<Document>, Vec<Finding>) {
        let mut out = Vec::new();
        for (file, text) in sources.iter() {
            let mut start = 0;
            for part in text.text.split_inclusive("\n---\n") {
                let end = start + part.len();
                let body = part.strip_suffix("---\n").map_or(end, |b| start + b.len());
                out.push(Document {
                    file,
                    start: start as u32,
                    end: body as u32,
                });
                start = end;
            }
        }
        (out, Vec::new())
    }
}

pub(crate) mod manifest {
    use crate::finding::{Code, Finding};
    use crate::manifest::{Kind, Manifests};
    use crate::source::{Document, Origin, Sources, Tree};
    #[derive(Debug, Clone, Default)]
    pub struct Options {
        pub namespace: String,
    }
    pub fn read(
        sources: &Sources,
        documents: &[Document],
        _: &Options,
    ) -> (Manifests, Vec<Finding>) {
        let mut manifests = Manifests::default();
        let mut findings = Vec::new();
        for d in documents {
            let text = &sources.file(d.file).text[d.start as usize..d.end as usize];
            match Tree::parse(d.file, d.start, text) {
                Err(e) => {
                    let at = d.start + e.offset as u32;
                    findings.push(Finding::new(Code::YAML_PARSE_ERROR, e.message).at(Origin {
                        file: d.file,
                        start: at,
                        end: at,
                    }));
                }
                Ok(tree) => {
                    for (first, again) in tree.duplicates() {
                        let key = first.text().unwrap_or_default();
                        findings.push(
                            Finding::new(
                                Code::DUPLICATE_KEY,
                                format!("`{key}` stands twice in one mapping"),
                            )
                            .label(again.origin(), "this one counts")
                            .label(first.origin(), "this one is lost")
                            .help("remove one of the two"),
                        );
                    }
                    for at in tree.aliases().take(1) {
                        findings.push(Finding::new(Code::ANCHOR_ALIAS, "an alias").at(at));
                    }
                    let Some(root) = tree.root() else { continue };
                    let kind = root.get("kind").and_then(|k| k.text());
                    for k in Kind::ALL {
                        if kind == Some(k.name()) {
                            *manifests.census.kinds.entry(k).or_default() += 1;
                        }
                    }
                    if kind == Some("Ingress") {
                        let name = root.get("metadata").and_then(|m| m.get("name"));
                        if let Some(name) = name
                            && root
                                .get("spec")
                                .and_then(|s| s.get("ingressClassName"))
                                .is_none()
                        {
                            findings.push(
                                Finding::new(
                                    Code::CLASS_MISSING,
                                    format!("Ingress {} names no class", name.text().unwrap()),
                                )
                                .object(format!("Ingress default/{}", name.text().unwrap()))
                                .at(name.origin()),
                            );
                        }
                    }
                }
            }
        }
        (manifests, findings)
    }
}

pub mod lower {
    use crate::finding::Finding;
    use crate::ir;
    use crate::manifest::{Kind, Manifests, ObjectName};
    use std::collections::BTreeMap;
    #[derive(Debug, Clone, Default)]
    pub struct Settings {
        pub classes: Option<Vec<String>>,
        pub listeners: ir::Listeners,
        pub certificate_files: BTreeMap<ObjectName, String>,
        pub default_certificate: Option<ObjectName>,
        pub now: Option<i64>,
    }
    #[derive(Debug, Clone, Default)]
    pub struct Selection {
        pub selected: usize,
        pub skipped: BTreeMap<String, usize>,
    }
    #[derive(Debug, Default)]
    pub struct Lowered {
        pub routing: ir::Routing,
        pub selection: Selection,
        pub findings: Vec<Finding>,
    }
    pub fn lower(manifests: &Manifests, settings: &Settings) -> Lowered {
        let mut selection = Selection::default();
        let n = manifests
            .census
            .kinds
            .get(&Kind::Ingress)
            .copied()
            .unwrap_or(0);
        if settings
            .classes
            .as_ref()
            .is_none_or(|c| c.iter().any(|c| c == "haproxy"))
        {
            selection.selected = n;
        } else if n > 0 {
            selection.skipped.insert("haproxy".into(), n);
        }
        let mut routing = ir::Routing {
            listeners: settings.listeners.clone(),
            ..Default::default()
        };
        if let Some(name) = ir::BackendName::new("shop", "web", 80)
            && n > 0
        {
            let origin = crate::source::Origin {
                file: crate::source::FileId::new(0),
                start: 0,
                end: 0,
            };
            let service = ir::ServiceRef {
                namespace: "shop".into(),
                name: "web".into(),
                port: 80,
                port_name: String::new(),
            };
            let backend = ir::Backend {
                name: name.clone(),
                service,
                protocol: Default::default(),
                servers: vec![],
                origin,
            };
            routing.backends.insert(name, backend);
        }
        Lowered {
            routing,
            selection,
            findings: vec![],
        }
    }
}

pub(crate) mod version {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct HaproxyVersion(u8, u8);
    impl HaproxyVersion {
        pub fn parse(text: &str) -> Option<Self> {
            let (a, b) = text.split_once('.')?;
            let v = Self(a.parse().ok()?, b.parse().ok()?);
            (v >= Self(2, 6) && v <= Self(3, 4)).then_some(v)
        }
    }
    impl Default for HaproxyVersion {
        fn default() -> Self {
            Self(2, 6)
        }
    }
    impl std::fmt::Display for HaproxyVersion {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{}.{}", self.0, self.1)
        }
    }
}

pub mod emit {
    use crate::ir::{HaproxyVersion, Routing};
    use crate::source::Sources;
    use std::collections::BTreeMap;
    #[derive(Debug, Clone, Default)]
    pub struct Settings {
        pub target: HaproxyVersion,
        pub header: Vec<String>,
    }
    #[derive(Debug, Clone)]
    pub struct Bundle {
        pub files: BTreeMap<String, BundleFile>,
    }
    #[derive(Debug, Clone)]
    pub struct BundleFile {
        pub bytes: Vec<u8>,
        pub private: bool,
    }
    #[derive(Debug)]
    pub struct EmitError(String);
    impl std::fmt::Display for EmitError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&self.0)
        }
    }
    impl std::error::Error for EmitError {}
    pub fn emit(routing: &Routing, _: &Sources, settings: &Settings) -> Result<Bundle, EmitError> {
        let mut text = String::new();
        for line in &settings.header {
            text += &format!("# {line}\n");
        }
        text += "defaults\n  mode http\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\nfrontend f\n  bind 127.0.0.1:28080\n  http-request deny\n";
        Ok(Bundle {
            files: [(
                "haproxy.cfg".to_owned(),
                BundleFile {
                    bytes: text.into_bytes(),
                    private: false,
                },
            )]
            .into(),
        })
    }
}

pub mod write {
    use super::emit::Bundle;
    use std::io;
    use std::path::Path;
    #[derive(Debug, Default)]
    pub struct Written;
    #[derive(Debug)]
    pub struct Difference(String);
    impl std::fmt::Display for Difference {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&self.0)
        }
    }
    pub fn write(dir: &Path, bundle: &Bundle) -> io::Result<Written> {
        std::fs::create_dir_all(dir)?;
        for (name, file) in &bundle.files {
            std::fs::write(dir.join(name), &file.bytes)?;
        }
        Ok(Written)
    }
    pub fn compare(dir: &Path, bundle: &Bundle) -> io::Result<Vec<Difference>> {
        Ok(bundle
            .files
            .iter()
            .filter(|(name, file)| std::fs::read(dir.join(name)).ok().as_ref() != Some(&file.bytes))
            .map(|(name, _)| Difference(format!("{name} differs")))
            .collect())
    }
}

pub mod simulate {
    use crate::ir::Routing;
    use crate::source::Sources;
    #[derive(Debug)]
    pub struct Request {
        pub method: String,
        pub host: Option<String>,
    }
    impl Request {
        pub fn parse(url: &str) -> Result<Self, RequestError> {
            if url.contains(' ') {
                Err(RequestError("a space"))
            } else {
                Ok(Self {
                    method: "GET".into(),
                    host: None,
                })
            }
        }
    }
    #[derive(Debug)]
    pub struct RequestError(pub &'static str);
    #[derive(Debug)]
    pub struct Verdict<'r>(&'r Routing);
    impl<'r> Verdict<'r> {
        pub fn backend(&self) -> Option<&'r crate::ir::Backend> {
            self.0.backends.values().next()
        }
    }
    pub fn ask<'r>(routing: &'r Routing, _: &Request) -> Verdict<'r> {
        Verdict(routing)
    }
    pub mod trace {
        use super::*;
        pub fn explain(_: &Routing, _: &Sources, _: &Request, _: &Verdict<'_>) -> String {
            "request\n".into()
        }
        pub fn table(_: &Routing, _: &Sources) -> String {
            "table\n".into()
        }
    }
}

//! Temporary: the rooms that other branches build. Delete it, and the three `pub use crate::standin` lines, at the merge.
#![allow(
    missing_docs,
    unused,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::disallowed_methods
)]

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
            findings: classless(manifests),
        }
    }
    fn classless(manifests: &Manifests) -> Vec<Finding> {
        let without = manifests.ingresses.values().filter(|i| i.class_name.is_none());
        without
            .map(|i| Finding::new(crate::finding::Code::CLASS_MISSING, format!("Ingress {} names no class", i.meta.name)).at(i.meta.origin))
            .collect()
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

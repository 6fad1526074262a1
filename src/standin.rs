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
            routing.default = Some(ir::Claim {
                ingress: "shop/web".into(),
                wording: "defaultBackend".into(),
                target: ir::Target::Backend(name.clone()),
                origin,
            });
            routing.backends.insert(name, backend);
        }
        Lowered {
            routing,
            selection,
            findings: classless(manifests),
        }
    }
    fn classless(manifests: &Manifests) -> Vec<Finding> {
        let without = manifests
            .ingresses
            .values()
            .filter(|i| i.class_name.is_none());
        without
            .map(|i| {
                Finding::new(
                    crate::finding::Code::CLASS_MISSING,
                    format!("Ingress {} names no class", i.meta.name),
                )
                .at(i.meta.origin)
            })
            .collect()
    }
}

//! The section `clusters`: several clusters behind one HAProxy.

use super::Reader;
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::{Cluster, Endpoints, Mistake};
use crate::ir::{ClusterName, Weight};

impl Reader<'_> {
    pub(super) fn clusters(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        let mut named = Vec::new();
        for (key, value) in value.entries("`clusters`")? {
            match ClusterName::new(&key.text) {
                Some(name) => {
                    self.cluster(&name, value);
                    named.push((key, name));
                }
                None => self.mistakes.push(Mistake::new(
                    format!(
                        "the name of a cluster is up to 63 characters `a-z`, `0-9` and `-`, not `{}`",
                        key.text
                    ),
                    key.origin,
                )),
            }
        }
        self.without_inputs(&named);
        Ok(())
    }

    /// Reads what is said about a cluster, over what was said before.
    fn cluster(&mut self, name: &ClusterName, value: Value<'_, '_>) {
        let found = self
            .config
            .clusters
            .binary_search_by(|cluster| cluster.name.cmp(name));
        let mut cluster = match found {
            Ok(at) => self.config.clusters.remove(at),
            Err(_) => Cluster {
                name: name.clone(),
                inputs: Vec::new(),
                weight: None,
                backup: false,
                endpoints: Endpoints::default(),
            },
        };
        let at = format!("clusters.{name}");
        self.section(
            value,
            &format!("`{at}`"),
            table::A_CLUSTER,
            |reader, (key, value)| {
                match key.text.as_str() {
                    "inputs" => cluster.inputs = reader.paths(value, &format!("`{at}.inputs`"))?,
                    "weight" => {
                        let wanted = "the weight of a cluster is a number from 0 to 256";
                        let number = value.integer(wanted, 0..=Weight::MAX)?;
                        cluster.weight = Weight::new(number);
                    }
                    "backup" => cluster.backup = value.boolean("`backup`")?,
                    "endpoints" => {
                        let at = format!("{at}.endpoints");
                        reader.endpoints(value, &at, &mut cluster.endpoints);
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            },
        );
        let at = found.unwrap_or_else(|at| at);
        self.config.clusters.insert(at, cluster);
    }

    fn without_inputs(&mut self, named: &[(Key, ClusterName)]) {
        let clusters = &self.config.clusters;
        let empty = |name: &ClusterName| {
            clusters
                .binary_search_by(|cluster| cluster.name.cmp(name))
                .is_ok_and(|at| clusters[at].inputs.is_empty())
        };
        for (key, name) in named {
            if empty(name) {
                let message = format!("cluster `{name}` has no inputs");
                self.mistakes.push(
                    Mistake::new(message, key.origin)
                        .help(format!("add `inputs: [clusters/{name}]`, its manifests")),
                );
            }
        }
    }

    /// What only all keys together say.
    pub(super) fn clusters_together(&mut self) {
        let clusters = &self.config.clusters;
        if clusters.is_empty() {
            return;
        }
        if let Some(origin) = self.seen.clusters {
            if clusters.iter().all(|cluster| cluster.backup) {
                self.mistakes.push(
                    Mistake::new(
                        "every cluster is a backup, so there is none to stand in for",
                        origin,
                    )
                    .help("remove `backup: true` from one of them"),
                );
            } else if clusters
                .iter()
                .filter(|cluster| !cluster.backup)
                .all(|cluster| cluster.weight.is_some_and(|weight| weight.get() == 0))
            {
                self.mistakes.push(
                    Mistake::new("every cluster has weight 0, so none gets a request", origin)
                        .help("give one of them a weight"),
                );
            }
        }
        let both = self.seen.inputs.or(self.seen.clusters);
        if let Some(origin) = both.filter(|_| !self.config.inputs.is_empty()) {
            self.mistakes.push(
                Mistake::new(
                    "`inputs` beside `clusters` does not say which cluster they are of",
                    origin,
                )
                .help("move them to `clusters.<name>.inputs`"),
            );
        }
    }
}

//! What an operator has: a folder with manifests, `ingressc.yaml` and what it names; and the bundle that is made of it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use ingressc::finding::Finding;
use tempfile::TempDir;

use crate::edge::Edge;
use crate::net::Net;
use crate::{haproxy, pipeline};

/// The port that sites listen on, on the first address of their network.
pub(crate) const HTTP: u16 = 8000;

const CONFIG: &str = "ingressc.yaml";

/// To end a configuration with.
const INTERNAL_TARGETS: &str = "\nrules: {ING507: {level: off}}\n";

/// Findings that are no fault here: servers on loopback, and names outside the cluster.
const EXPECTED: [&str; 2] = ["ING507", "ING506"];

/// A folder of files.
pub(crate) struct Site {
    folder: TempDir,
}

impl Site {
    /// Writes the files, with the network's addresses in place of `NET.`. The configuration listens on `NET.1:8000`, unless it
    /// says otherwise.
    pub(crate) fn new(net: &Net, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let site = Self { folder };
        if !files.iter().any(|(name, _)| *name == CONFIG) {
            site.write(net, CONFIG, "version: 1\n");
        }
        for (name, text) in files {
            site.write(net, name, text);
        }
        site
    }

    /// As [`Site::new`], with the files as they are but for the addresses.
    pub(crate) fn bare(net: &Net, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let site = Self { folder };
        for (name, text) in files {
            site.write_bare(net, name, text);
        }
        site
    }

    /// Writes a file, anew if need be, as it is but for the addresses.
    pub(crate) fn write_bare(&self, net: &Net, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, net.fill(text)).expect("writable");
    }

    /// Writes a file, anew if need be. The configuration lets manifests name servers on loopback, as all of them are here.
    pub(crate) fn write(&self, net: &Net, name: &str, text: &str) {
        let rules = if name == CONFIG { INTERNAL_TARGETS } else { "" };
        self.write_bare(net, name, &format!("{text}{rules}"));
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Compiles it into `out` with the program, as an operator does.
    pub(crate) fn compile(&self) {
        self.compile_with(&["-o", "out"]);
    }

    /// The same with other arguments.
    pub(crate) fn compile_with(&self, arguments: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ingressc"));
        command.arg("compile").args(arguments);
        if let Ok(target) = std::env::var("INGRESSC_TARGET") {
            command.args(["--haproxy", &target]);
        }
        let output = command.current_dir(self.path()).output();
        let output = output.expect("it is built");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }

    /// Compiles it, and lays out the bundle in a folder of its own.
    pub(crate) fn bundle(&self) -> TempDir {
        let compiled = pipeline::compile(self.path());
        let unexpected: Vec<&Finding> = compiled
            .findings
            .iter()
            .filter(|finding| !EXPECTED.contains(&&*finding.code.to_string()))
            .collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
        let bundle = pipeline::bundle_to_run(
            &compiled.routing,
            &compiled.sources,
            &compiled.settings.emit,
        );
        haproxy::lay_out(&bundle)
    }

    /// Compiles it and starts HAProxy on the result.
    pub(crate) fn start(&self, binary: &Path, net: &Net) -> Running {
        let bundle = self.bundle();
        let http = net.at(1, HTTP);
        let edge = Edge::start(binary, bundle.path(), &["-db"], &[http]);
        Running {
            edge,
            http,
            _bundle: bundle,
        }
    }
}

/// HAProxy on a bundle.
pub(crate) struct Running {
    pub(crate) edge: Edge,
    pub(crate) http: SocketAddr,
    /// Its files, which go when it has ended.
    _bundle: TempDir,
}

/// An Ingress that sends everything for `host` to the Service `shop/NAME`, and that Service with pods at `NET.n`, port 8080, for
/// each of `pods`.
pub(crate) fn web(host: &str, name: &str, pods: &[u8]) -> String {
    let pods: Vec<String> = pods
        .iter()
        .map(|n| format!("- addresses: [NET.{n}]"))
        .collect();
    format!(
        "{}---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec:
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: {name}-1
  namespace: shop
  labels: {{kubernetes.io/service-name: {name}}}
addressType: IPv4
ports: [{{port: 8080}}]
endpoints:
{}
",
        ingress(host, "shop", name, "number: 80"),
        pods.join("\n")
    )
}

/// An Ingress of `namespace` that sends everything for `host` to the port called `port` of `service`.
pub(crate) fn ingress(host: &str, namespace: &str, service: &str, port: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {service}, namespace: {namespace}}}
spec:
  ingressClassName: haproxy
  rules:
  - host: {host}
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {{service: {{name: {service}, port: {{{port}}}}}}}
"
    )
}

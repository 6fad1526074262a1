//! A folder with files, and the binary run in it.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) const WEB: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
spec:
  ingressClassName: haproxy
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
  - {port: 80, targetPort: 8080}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: web-1
  namespace: shop
  labels: {kubernetes.io/service-name: web}
addressType: IPv4
ports:
- {port: 8080}
endpoints:
- addresses: [10.1.4.7]
";

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder of files that counts as a git repository, so that no configuration outside of it is found.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// The usual files: one that is clean, one with an error, one with a warning, one whose servers nobody knows, one that does not parse, and
    /// so on.
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        std::fs::create_dir(folder.path(".git")).expect("created");
        folder.file("clean.yaml", WEB);
        folder.file(
            "error.yaml",
            &WEB.replace(
                "        pathType: Prefix\n",
                "        pathType: Exact\n        pathType: Prefix\n",
            ),
        );
        folder.file(
            "warning.yaml",
            &WEB.replace("  ingressClassName: haproxy\n", ""),
        );
        let slice = WEB.rfind("---\n").expect("three objects");
        folder.file("symbolic.yaml", &WEB[..slice]);
        folder.file("unread.yaml", "spec: [\n");
        folder.file(
            "other.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
        );
        folder.file(
            "service.yaml",
            WEB.split("---\n").nth(1).expect("the Service"),
        );
        folder
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("created");
        std::fs::write(path, text).expect("written");
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Runs with arguments separated by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>(), &[], "")
    }

    pub(crate) fn run_with<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        environment: &[(&str, &str)],
        stdin: &str,
    ) -> Ran {
        let mut child = command(self.0.path())
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut input = child.stdin.take().expect("piped");
        // A run that fails early does not read it.
        let _ = input.write_all(stdin.as_bytes());
        drop(input);
        let output = child.wait_with_output().expect("the binary ends");
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// The binary in `dir` with an empty environment.
pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ingressc"));
    command.current_dir(dir).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

//! `ingressc redact`.

use clap::{Args, ValueHint};

/// Make an export of a cluster fit to be committed
///
/// Takes out the values of Secrets, all but their certificates, and what only a live cluster writes. What says where servers are
/// stays: addresses of nodes and load balancers, who is ready, when pods changed. YAML goes to stdout; what is gone is listed on
/// stderr, never with its value. Nothing is written while a document cannot be read. What other kinds hold, such as passwords in
/// a ConfigMap or in the environment of a Deployment, is not looked for.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kubectl get ingress,svc,endpointslice,secret,node -A -o yaml | ingressc redact > export.yaml
  ingressc redact export/ -o export.yaml
  ingressc redact export/ --in-place")]
pub(in crate::cli) struct Redact {
    /// Files, folders or globs; `-` is stdin [default: -]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<String>,
    /// Leave out files that match
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(in crate::cli) exclude: Vec<String>,
    /// File to write; `-` is stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(in crate::cli) output: Option<String>,
    /// Write each file anew from which something is taken, without its comments; JSON stays JSON
    #[arg(long, help_heading = "Output", conflicts_with = "output")]
    pub(in crate::cli) in_place: bool,
}

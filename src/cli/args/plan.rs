//! `ingressc plan`.

use clap::{Args, ValueEnum, ValueHint};

use super::flags::haproxy_version;
use super::{AnnotationFlags, ConfigFlags, InputFlags};
use crate::ir::HaproxyVersion;

/// Tell whether HAProxy has to reload, and what it can be told while it runs
///
/// Compares two bundles. The verdict is `runtime` where the Runtime API can bring a running HAProxy to the new one, `file_only` where
/// nothing that HAProxy holds in memory changes, and `reload` otherwise, with the reason for each change. docs/plan.md lists what can
/// be told to which version.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc plan --from build/haproxy --to deploy/
  ingressc plan --from /etc/haproxy/live --to build/haproxy --format script | less
  ingressc plan --from /etc/haproxy/live --to build/haproxy --apply /run/haproxy/admin.sock
  ingressc plan --from build/haproxy --to deploy/ --apply 127.0.0.1:9999 --drain 300
  ingressc plan --from build/haproxy --to deploy/ --fail-on reload
  ingressc plan --from build/haproxy --to deploy/ --format markdown > comment.md")]
pub(in crate::cli) struct Plan {
    /// What runs: the folder of a bundle, or manifests
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, required_unless_present = "show_settings")]
    pub(in crate::cli) from: Option<String>,
    /// What is to run, likewise
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, required_unless_present = "show_settings")]
    pub(in crate::cli) to: Option<String>,
    /// The version that runs, 2.6 to 3.4 [default: the lower target of the two bundles]
    #[arg(long, value_name = "VERSION", value_parser = haproxy_version, help_heading = "Target")]
    pub(in crate::cli) haproxy: Option<HaproxyVersion>,
    /// How to print the plan
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub(in crate::cli) format: PlanFormat,
    /// Exit 1 if a reload is needed
    #[arg(long, value_enum, value_name = "VERDICT", help_heading = "Output")]
    pub(in crate::cli) fail_on: Option<PlanFailOn>,
    /// Bring HAProxy and the files of --from to --to, while it runs: write the files, send the commands to this socket (a path, or
    /// HOST:PORT), and compare what it holds then. Touches nothing where a reload is needed
    #[arg(long, value_name = "SOCKET", value_hint = ValueHint::FilePath, help_heading = "Run")]
    pub(in crate::cli) apply: Option<String>,
    /// How long the servers that go, all together, may keep their connections. They get no new requests meanwhile
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=86_400), requires = "apply", help_heading = "Run")]
    pub(in crate::cli) drain: u32,
    /// End the connections that a server has then, instead of leaving it to the next run
    #[arg(long, requires = "apply", help_heading = "Run")]
    pub(in crate::cli) shutdown_sessions: bool,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

/// `--format` of `ingressc plan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PlanFormat {
    /// Lines for people
    Human,
    /// JSON with a version
    Json,
    /// A comment on a pull request
    Markdown,
    /// The commands of the Runtime API, as its socket takes them; holds private keys where certificates change
    Script,
}

/// `--fail-on` of `ingressc plan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PlanFailOn {
    /// A reload is needed
    Reload,
}

//! `ingressc ports` and what stands behind it.

use clap::{Args, Subcommand, ValueEnum};

use super::{AnnotationFlags, ConfigFlags, InputFlags, OutputFlags, Paths, RuleFlags, TargetFlags};

/// List the ports of exposed Services, and keep their lock
///
/// Without a subcommand: who has which port, how it came to it, and where it is asked for. Ports that a compile would hand out are
/// `new`; nothing is written. A folder that is called like a subcommand is written with a path, such as `./update`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  ingressc ports deploy/
  ingressc ports deploy/ --format json | jq -r '.ports[] | select(.state == \"released\")'
  ingressc ports update deploy/
  ingressc ports prune db/users:5432
  ingressc ports repair --base origin/main"
)]
pub(in crate::cli) struct Ports {
    #[command(subcommand)]
    pub(in crate::cli) action: Option<PortsAction>,
    #[command(flatten)]
    pub(in crate::cli) list: PortsList,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PortsAction {
    Update(Box<PortsUpdate>),
    Prune(PortsPrune),
    Repair(PortsRepair),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PortsList {
    #[command(flatten)]
    pub(in crate::cli) paths: Paths,
    /// How to print the table
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub(in crate::cli) format: PortsFormat,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

/// `--format` of `ingressc ports`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PortsFormat {
    /// Columns
    Human,
    /// JSON with a version
    Json,
}

/// Write the lock as the manifests need it, and no configuration
///
/// What `compile` does with the lock, for a pipeline that compiles with --locked. While there are errors nothing is written.
#[derive(Debug, Args)]
pub(in crate::cli) struct PortsUpdate {
    #[command(flatten)]
    pub(in crate::cli) paths: Paths,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) target: TargetFlags,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleFlags,
    #[command(flatten)]
    pub(in crate::cli) output: OutputFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

/// Forget the ports of Services that are gone
///
/// Drops released entries from the lock, so that their ports are handed out again. Looks at no manifests.
#[derive(Debug, Args)]
pub(in crate::cli) struct PortsPrune {
    /// Only these, `namespace/service:port` [default: all that are released]
    #[arg(value_name = "KEY")]
    pub(in crate::cli) keys: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

/// Mend the lock after a merge
///
/// Where two entries have one port, the older one keeps it, and the newer one gets the lowest free port of the pool. Takes the
/// entries of both sides where git has left a conflict. Who is older tells `git blame`; where it cannot tell, the first by name
/// keeps the port. Ports that the manifests name are not handed out. Where no manifest can be read, that is told.
#[derive(Debug, Args)]
pub(in crate::cli) struct PortsRepair {
    #[command(flatten)]
    pub(in crate::cli) paths: Paths,
    /// What the lock says in this revision is older than what it does not say, such as origin/main
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) base: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

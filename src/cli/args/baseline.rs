//! `ingressc baseline`.

use clap::{Args, Subcommand, ValueHint};

use super::{ConfigFlags, InputFlags, Paths, TargetFlags};

/// Keep a list of the findings that are there today
///
/// Findings in the list are not reported, so that a repository with many of them can be held to its rules from today on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc baseline write deploy/
  ingressc check deploy/ --baseline .ingressc-baseline.json
  ingressc baseline prune deploy/")]
pub(in crate::cli) struct Baseline {
    #[command(subcommand)]
    pub(in crate::cli) action: BaselineAction,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BaselineAction {
    /// Write all findings into the file
    Write(Box<BaselineFlags>),
    /// Take those out of the file that are fixed
    Prune(Box<BaselineFlags>),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BaselineFlags {
    #[command(flatten)]
    pub(in crate::cli) paths: Paths,
    /// The file [default: the configuration's `baseline`, or .ingressc-baseline.json]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(in crate::cli) output: Option<String>,
    /// With matters of taste, too
    #[arg(long, help_heading = "Rules")]
    pub(in crate::cli) pedantic: bool,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) target: TargetFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

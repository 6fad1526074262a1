//! `ingressc check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{ConfigFlags, InputFlags, OutputFlags, Paths, RuleFlags, TargetFlags};

/// Look for mistakes in manifests
///
/// Reads manifests, reports what the API server would refuse, what HAProxy cannot do, and what would send traffic
/// somewhere else than meant. Findings go to stdout, the closing line to stderr.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc check deploy/
  ingressc check 'deploy/**/*.yaml' --fail-on warning
  helm template shop charts/shop | ingressc check - --stdin-filename shop.yaml
  find deploy -name '*.yaml' -newer build/haproxy | ingressc check --file-list -
  ingressc check deploy/ --select ING4 --now 2026-08-22
  ingressc check deploy/ --diff                         what would --fix do?
  ingressc check deploy/ --fix --select ING604
  ingressc check deploy/ --format github --report sarif=ingressc.sarif
  ingressc check deploy/ --verify                       needs haproxy, and no cluster")]
pub(in crate::cli) struct Check {
    #[command(flatten)]
    pub(in crate::cli) paths: Paths,
    /// Exit 1 if the lock of ports would change
    #[arg(long, help_heading = "Rules")]
    pub(in crate::cli) locked: bool,
    #[command(flatten)]
    pub(in crate::cli) fixes: FixFlags,
    /// Let `haproxy -c` judge what would be written, with placeholders where servers are not known
    #[arg(long, value_name = "HAPROXY", num_args = 0..=1, require_equals = true, default_missing_value = "haproxy",
          value_hint = ValueHint::ExecutablePath, help_heading = "Output")]
    pub(in crate::cli) verify: Option<PathBuf>,
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Fixes")]
pub(in crate::cli) struct FixFlags {
    /// Mend what is shown and can be mended, in the files: `safe` where the meaning is certain, `all` where somebody has to look
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub(in crate::cli) fix: Option<FixWhich>,
    /// Write nothing, and print what --fix would change; alone as with --fix=safe
    #[arg(long)]
    pub(in crate::cli) diff: bool,
}

/// `--fix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FixWhich {
    /// Where the meaning is certain, or does not change
    Safe,
    /// Also where somebody has to look whether it is what was meant
    All,
}

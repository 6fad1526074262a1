//! `ingressc compile`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::flags::haproxy_version;
use super::{ConfigFlags, InputFlags, OutputFlags, Paths, RuleFlags, TargetFlags};
use crate::ir::HaproxyVersion;

/// Write the HAProxy configuration
///
/// Reads manifests and writes a folder that `haproxy -f DIR/haproxy.cfg` runs as it is. While there are errors nothing is
/// written. Findings go to stderr.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc compile deploy/ -o build/haproxy --verify
  ingressc compile deploy/ -o build/haproxy --check     is what is committed up to date?
  ingressc compile deploy/ -o build/haproxy --previous build/haproxy
                                                        servers keep their ids
  helm template shop charts/shop | ingressc compile - -o -")]
pub(in crate::cli) struct Compile {
    #[command(flatten)]
    pub(in crate::cli) paths: Paths,
    /// Folder to write; `-` prints haproxy.cfg to stdout and writes nothing
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub(in crate::cli) output_dir: String,
    /// Write nothing; exit 1 and list the differences if DIR is not what would be written
    #[arg(long, help_heading = "Output", conflicts_with = "keep_going")]
    pub(in crate::cli) check: bool,
    /// Write nothing, and exit 1, if the lock of ports would change
    #[arg(long, help_heading = "Rules")]
    pub(in crate::cli) locked: bool,
    /// Bundle of an earlier run, usually DIR itself: its servers keep their ids and their order, and new ones get the lowest free
    /// ids. So consistent hashing moves but the clients of servers that come or go, and a HAProxy that was told of them while it
    /// runs agrees with the files. Without a bundle there, a note says so
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub(in crate::cli) previous: Option<PathBuf>,
    /// Let `haproxy -c` judge the configuration before it is written
    #[arg(long, value_name = "HAPROXY", num_args = 0..=1, require_equals = true, default_missing_value = "haproxy",
          value_hint = ValueHint::ExecutablePath, help_heading = "Output")]
    pub(in crate::cli) verify: Option<PathBuf>,
    /// Write in spite of errors, without the broken routes; still exits 1
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) keep_going: bool,
    /// Lowest version that must accept the output, 2.6 to 3.4 [default: 2.6]
    #[arg(long, value_name = "VERSION", value_parser = haproxy_version, help_heading = "Target")]
    pub(in crate::cli) haproxy: Option<HaproxyVersion>,
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

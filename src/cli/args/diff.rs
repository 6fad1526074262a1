//! `ingressc diff`.

use clap::{Args, ValueEnum};

use super::{AnnotationFlags, ConfigFlags, InputFlags};

/// Tell what changes for traffic between two sets of manifests
///
/// Compares what HAProxy would do, and not the text: moved files and new comments are no difference. `!` marks what protects less
/// than before.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc diff git:origin/main:deploy deploy/
  ingressc diff git:HEAD~3 git:HEAD --format markdown
  helm template shop charts/shop | ingressc diff rendered/ -
  ingressc diff git:HEAD^1:deploy deploy/ --fail-on lowered
  ingressc diff build/haproxy deploy/ --exit-code       a bundle, as `compile` has written it")]
pub(in crate::cli) struct Diff {
    /// What was: a path, `git:REV[:PATH]`, `-` for stdin, or the folder of a bundle
    #[arg(value_name = "BASE", required_unless_present_any = ["show_settings"])]
    pub(in crate::cli) base: Option<String>,
    /// What will be, written likewise
    #[arg(value_name = "HEAD", required_unless_present_any = ["show_settings"])]
    pub(in crate::cli) head: Option<String>,
    /// How to print what changes
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub(in crate::cli) format: DiffFormat,
    /// Exit 1 if anything changes
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) exit_code: bool,
    /// Exit 1 only if this is so, and 2 if it is not known because some input could not be read
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        conflicts_with = "exit_code",
        help_heading = "Output"
    )]
    pub(in crate::cli) fail_on: Option<DiffFailOn>,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

/// `--fail-on` of `ingressc diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffFailOn {
    /// Something is protected less than before
    Lowered,
}

/// `--format` of `ingressc diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffFormat {
    /// Lines for people
    Human,
    /// JSON with a version
    Json,
    /// A comment on a pull request
    Markdown,
}

//! `ingressc init`.

use clap::{Args, ValueHint};

/// Write a configuration that fits the manifests
///
/// Looks at classes, annotations, Secrets, and at what is known about servers, and writes an ingressc.yaml in which every key
/// stands: those that are not set as comments, with their defaults. Tells what is missing before it can be compiled.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc init deploy/
  ingressc init deploy/ clusters/fra/nodes.yaml -o edge/ingressc.yaml
  ingressc init -o -                                    print it")]
pub(in crate::cli) struct Init {
    /// Files, folders or globs; `-` is stdin [default: the working directory]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<String>,
    /// File to write; `-` prints to stdout
    #[arg(short, long, value_name = "FILE", default_value = crate::config::FILE_NAME, value_hint = ValueHint::FilePath,
          help_heading = "Output")]
    pub(in crate::cli) output: String,
    /// Replace the file if it is there
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) force: bool,
    /// Leave out files that match; written down, too
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(in crate::cli) exclude: Vec<String>,
}

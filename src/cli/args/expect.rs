//! `ingressc test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{AnnotationFlags, ConfigFlags, InputFlags};

/// Run route expectations
///
/// Asks the routing what becomes of each request in the files, and compares that with what is expected; with --live, a real HAProxy
/// on loopback, too. Services whose servers nobody knows count as if they had some.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc test                                         routes.yaml, with the inputs that it names
  ingressc test tests/*.yaml --min-coverage 80
  ingressc test routes.yaml --live --format junit
A file:
  version: 1
  inputs: [deploy]
  defaults: {host: shop.example.com, scheme: https}
  tests:
    - get: /cart/items
      backend: shop/cart:http
    - get: /admin
      from: 203.0.113.9
      status: 403")]
pub(in crate::cli) struct Test {
    /// Files with expectations, or folders with a routes.yaml [default: routes.yaml, searched upward]
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) files: Vec<String>,
    /// Ask a real HAProxy on loopback, too, with servers that stand in for the real ones
    #[arg(long, value_name = "HAPROXY", num_args = 0..=1, require_equals = true, default_missing_value = "haproxy",
          value_hint = ValueHint::ExecutablePath)]
    pub(in crate::cli) live: Option<PathBuf>,
    /// Run the tests only whose name or request contains this text; nothing is said about coverage then
    #[arg(long, value_name = "TEXT", conflicts_with = "min_coverage")]
    pub(in crate::cli) filter: Option<String>,
    /// Exit 1 if fewer routes than this percentage are met by some test
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(in crate::cli) min_coverage: Option<u8>,
    /// How to print the results
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub(in crate::cli) format: TestFormat,
    /// Files, folders or globs; `-` is stdin [default: the `inputs` of the file with expectations]
    #[arg(short = 'i', long = "input", value_name = "PATH", num_args = 1.., help_heading = "Input")]
    pub(in crate::cli) paths: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

/// `--format` of `ingressc test`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TestFormat {
    /// Lines for people
    Human,
    /// JSON with a version
    Json,
    /// `JUnit` XML, a case an expectation
    Junit,
}

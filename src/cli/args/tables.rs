//! Commands that print what is known without manifests.

use clap::{Args, ValueEnum};

use super::flags::dialect;
use crate::annotations::Dialect;

/// Explain a finding or an annotation
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc explain ING301
  ingressc explain duplicate-route
  ingressc explain haproxy.org/timeout-server")]
pub(in crate::cli) struct Explain {
    /// A code such as ING301, a name such as duplicate-route, or the key of an annotation, with or without prefix
    #[arg(value_name = "CODE|KEY")]
    pub(in crate::cli) what: String,
}

/// List the rules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc rules
  ingressc rules ING4
  ingressc rules --format markdown")]
pub(in crate::cli) struct Rules {
    /// Codes, prefixes such as ING4, or names
    #[arg(value_name = "SELECTOR")]
    pub(in crate::cli) selectors: Vec<String>,
    /// How to print the table
    #[arg(long, value_enum, default_value = "human")]
    pub(in crate::cli) format: TableFormat,
}

/// List the annotations
///
/// The keys of annotations and of the controller's ConfigMap that are known: where each may stand, how far it is translated, and
/// what it does. `ingressc explain KEY` says more about one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc annotations
  ingressc annotations --format json | jq -r '.[] | select(.protects) | .full_key'
  ingressc annotations --dialect haproxytech --format markdown")]
pub(in crate::cli) struct Annotations {
    /// Only those of this dialect
    #[arg(long, value_name = "DIALECT", value_parser = dialect)]
    pub(in crate::cli) dialect: Option<Dialect>,
    /// How to print the table
    #[arg(long, value_enum, default_value = "human")]
    pub(in crate::cli) format: TableFormat,
}

/// Print a JSON Schema
///
/// JSON Schema 2020-12, for editors and for checks in other tools.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ingressc schema config > .ingressc.schema.json
  and as the first line of ingressc.yaml:
  # yaml-language-server: $schema=.ingressc.schema.json")]
pub(in crate::cli) struct Schema {
    /// Of what
    #[arg(value_enum)]
    pub(in crate::cli) of: SchemaOf,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum SchemaOf {
    /// `ingressc.yaml`
    Config,
    /// Annotations of Ingresses and Services, and the controller's ConfigMap
    Annotations,
    /// `routes.yaml`, for `ingressc test`
    Expectations,
    /// What `check --format json-v1` prints
    Report,
}

/// Print a completion script
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ingressc completions bash > ~/.local/share/bash-completion/completions/ingressc")]
pub(in crate::cli) struct Completions {
    /// For which shell
    #[arg(value_enum)]
    pub(in crate::cli) shell: clap_complete::Shell,
}

/// `--format` of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TableFormat {
    /// Columns
    Human,
    /// A JSON array
    Json,
    /// A Markdown table
    Markdown,
}

//! Flags that several commands share, and how their values are read.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum, ValueHint};

use crate::annotations::{Dialect, Profile};
use crate::date::Date;
use crate::finding::Severity;
use crate::ir::HaproxyVersion;

#[derive(Debug, Args)]
pub(in crate::cli) struct Paths {
    /// Files, folders or globs; `-` is stdin [default: the configuration's `inputs`]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(in crate::cli) struct InputFlags {
    /// Call standard input so in findings
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stdin_filename: Option<String>,
    /// Read paths from this file, one a line; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) file_list: Vec<String>,
    /// Leave out files that match
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) exclude: Vec<String>,
    /// Apply exclusions to files that are named explicitly, too
    #[arg(long)]
    pub(in crate::cli) force_exclude: bool,
    /// Leave out what .gitignore names
    #[arg(long)]
    pub(in crate::cli) gitignore: bool,
    /// Namespace of objects that name none [default: default]
    #[arg(long, value_name = "NS")]
    pub(in crate::cli) namespace: Option<String>,
    /// Ingress class to take, repeatable; "" takes Ingresses without a class
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) class: Vec<String>,
    /// Print the files that would be read, and stop
    #[arg(long)]
    pub(in crate::cli) show_files: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(in crate::cli) struct TargetFlags {
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    /// The day for which certificates are judged, such as 2026-08-22; without it expiry is not checked
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) now: Option<Date>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Target")]
pub(in crate::cli) struct AnnotationFlags {
    /// How corners behave that the Kubernetes documentation leaves open: spec or haproxytech [default: spec]
    #[arg(long, value_name = "NAME", value_parser = profile)]
    pub(in crate::cli) profile: Option<Profile>,
    /// Whose annotations count, separated by commas: haproxytech [default: all of them]
    #[arg(long, value_name = "LIST", value_parser = dialect, value_delimiter = ',')]
    pub(in crate::cli) dialect: Vec<Dialect>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(in crate::cli) struct RuleFlags {
    /// Report only these: codes, prefixes (ING4) or names
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(in crate::cli) select: Vec<String>,
    /// Do not report these; wins over --select
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(in crate::cli) ignore: Vec<String>,
    /// Report matters of taste, too
    #[arg(long)]
    pub(in crate::cli) pedantic: bool,
    /// Exit 1 from this severity on [default: error]
    #[arg(long, value_name = "SEVERITY", value_parser = severity, help_heading = "Rules")]
    pub(in crate::cli) fail_on: Option<Severity>,
    /// Do not show what is less severe; changes no exit code
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(in crate::cli) min_severity: Option<Severity>,
    /// Do not report what is in this file, which `ingressc baseline write` has written
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) baseline: Option<String>,
    /// Report everything: no comment, annotation, `ignore` or baseline counts
    #[arg(long)]
    pub(in crate::cli) no_ignores: bool,
    /// Exit 0 where findings would make it 1
    #[arg(long)]
    pub(in crate::cli) exit_zero: bool,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(in crate::cli) struct ConfigFlags {
    /// Use this file instead of searching for ingressc.yaml
    #[arg(long, value_name = "FILE", env = "INGRESSC_CONFIG", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Override one setting, such as `rules.ING402.level=error`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(in crate::cli) set: Vec<String>,
    /// Use no configuration file
    #[arg(long)]
    pub(in crate::cli) no_config: bool,
    /// Print the settings in force, and stop
    #[arg(long)]
    pub(in crate::cli) show_settings: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(in crate::cli) struct RunFlags {
    /// Print findings and nothing else
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(in crate::cli) quiet: bool,
    /// Print nothing; only the exit code tells
    #[arg(long, global = true, conflicts_with_all = ["quiet", "verbose"])]
    pub(in crate::cli) silent: bool,
    /// Tell what was decided; twice, how long it took
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(in crate::cli) verbose: u8,
    /// When to use colour; `auto` heeds `NO_COLOR` and `FORCE_COLOR`
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(in crate::cli) color: ColorWhen,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ColorWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `--profile`.
pub(super) fn profile(text: &str) -> Result<Profile, String> {
    Profile::parse(text).ok_or_else(|| one_of(&Profile::ALL.map(Profile::name)))
}

/// `--dialect`.
pub(super) fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::parse(text).ok_or_else(|| one_of(&Dialect::ALL.map(Dialect::name)))
}

pub(super) fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}

pub(super) fn severity(text: &str) -> Result<Severity, String> {
    Severity::parse(text).ok_or_else(|| "one of error, warning, info, pedantic".to_owned())
}

pub(super) fn haproxy_version(text: &str) -> Result<HaproxyVersion, String> {
    HaproxyVersion::parse(text).ok_or_else(|| "a version from 2.6 to 3.4".to_owned())
}

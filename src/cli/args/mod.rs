//! What can be typed, a file a command. Meaning comes in [`super::settings`]; nothing here looks at the disk.

mod baseline;
mod check;
mod compile;
mod diff;
mod expect;
mod flags;
mod init;
mod output;
mod plan;
mod ports;
mod redact;
mod route;
mod tables;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

pub(super) use baseline::{Baseline, BaselineAction, BaselineFlags};
pub(super) use check::{Check, FixFlags, FixWhich};
pub(super) use compile::Compile;
pub(super) use diff::{Diff, DiffFailOn, DiffFormat};
pub(super) use expect::{Test, TestFormat};
pub(super) use flags::{
    AnnotationFlags, ColorWhen, ConfigFlags, InputFlags, Paths, RuleFlags, RunFlags, TargetFlags,
};
pub(super) use init::Init;
pub(super) use output::{Format, OutputFlags, ReportFile};
pub(super) use plan::{Plan, PlanFailOn, PlanFormat};
pub(super) use ports::{
    Ports, PortsAction, PortsFormat, PortsList, PortsPrune, PortsRepair, PortsUpdate,
};
pub(super) use redact::Redact;
pub(super) use route::{HttpVersion, Route, RouteFormat, Shows};
pub(super) use tables::{Annotations, Completions, Explain, Rules, Schema, SchemaOf, TableFormat};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing at or above --fail-on
  1  the answer is no: findings, an expectation that fails, a stale bundle
  2  asked wrongly: a flag, the configuration, a path that does not exist
  3  nothing to do: no file, no object, no Ingress of a selected class
  4  a fault: the disk, or haproxy refused what was written";

/// Kubernetes Ingress manifests in, a validated HAProxy configuration out.
///
/// Works offline: no cluster, no network, no clock. The same manifests give the same bytes and the same exit code.
#[derive(Debug, Parser)]
#[command(name = "ingressc", version, styles = STYLES, max_term_width = 100, after_long_help = EXIT_CODES)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) run: RunFlags,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Check(Check),
    Compile(Compile),
    Route(Route),
    Test(Test),
    Diff(Box<Diff>),
    Plan(Box<Plan>),
    Ports(Ports),
    Init(Init),
    Baseline(Baseline),
    Explain(Explain),
    Rules(Rules),
    Annotations(Annotations),
    Schema(Schema),
    Redact(Redact),
    Completions(Completions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_argument_is_described() {
        for command in Cli::command().get_subcommands() {
            let below = command.get_subcommands();
            let arguments = below.flat_map(clap::Command::get_arguments);
            for argument in command.get_arguments().chain(arguments) {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
        }
    }
}

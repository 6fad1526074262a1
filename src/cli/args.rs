//! What can be typed. Meaning comes in [`super::settings`]; nothing here looks at the disk.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::annotations::{Dialect, Profile};
use crate::date::Date;
use crate::finding::Severity;
use crate::ir::HaproxyVersion;

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
pub(super) struct Check {
    #[command(flatten)]
    pub(super) paths: Paths,
    /// Exit 1 if the lock of ports would change
    #[arg(long, help_heading = "Rules")]
    pub(super) locked: bool,
    #[command(flatten)]
    pub(super) fixes: FixFlags,
    /// Let `haproxy -c` judge what would be written, with placeholders where servers are not known
    #[arg(long, value_name = "HAPROXY", num_args = 0..=1, require_equals = true, default_missing_value = "haproxy",
          value_hint = ValueHint::ExecutablePath, help_heading = "Output")]
    pub(super) verify: Option<PathBuf>,
    #[command(flatten)]
    pub(super) inputs: InputFlags,
    #[command(flatten)]
    pub(super) target: TargetFlags,
    #[command(flatten)]
    pub(super) rules: RuleFlags,
    #[command(flatten)]
    pub(super) output: OutputFlags,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

/// Write the HAProxy configuration
///
/// Reads manifests and writes a folder that `haproxy -f DIR/haproxy.cfg` runs as it is. While there are errors nothing is
/// written. Findings go to stderr.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc compile deploy/ -o build/haproxy --verify
  ingressc compile deploy/ -o build/haproxy --check     is what is committed up to date?
  helm template shop charts/shop | ingressc compile - -o -")]
pub(super) struct Compile {
    #[command(flatten)]
    pub(super) paths: Paths,
    /// Folder to write; `-` prints haproxy.cfg to stdout and writes nothing
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub(super) output_dir: String,
    /// Write nothing; exit 1 and list the differences if DIR is not what would be written
    #[arg(long, help_heading = "Output", conflicts_with = "keep_going")]
    pub(super) check: bool,
    /// Write nothing, and exit 1, if the lock of ports would change
    #[arg(long, help_heading = "Rules")]
    pub(super) locked: bool,
    /// Let `haproxy -c` judge the configuration before it is written
    #[arg(long, value_name = "HAPROXY", num_args = 0..=1, require_equals = true, default_missing_value = "haproxy",
          value_hint = ValueHint::ExecutablePath, help_heading = "Output")]
    pub(super) verify: Option<PathBuf>,
    /// Write in spite of errors, without the broken routes; still exits 1
    #[arg(long, help_heading = "Output")]
    pub(super) keep_going: bool,
    /// Lowest version that must accept the output, 2.6 to 3.4 [default: 2.6]
    #[arg(long, value_name = "VERSION", value_parser = haproxy_version, help_heading = "Target")]
    pub(super) haproxy: Option<HaproxyVersion>,
    #[command(flatten)]
    pub(super) inputs: InputFlags,
    #[command(flatten)]
    pub(super) target: TargetFlags,
    #[command(flatten)]
    pub(super) rules: RuleFlags,
    #[command(flatten)]
    pub(super) output: OutputFlags,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

/// Tell which route a request or a connection takes
///
/// Shows the host, path and backend that a request meets, the servers behind it, and the rules that lost, each with its place
/// in the manifests. Of a connection to a port of a TCP service: who asked for the port, the rule that decides, the servers, and
/// the lines of haproxy.cfg.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc route https://shop.example.com/cart -i deploy/
  ingressc route https://shop.example.com/cart -i deploy/ --expect cart/cart:http
  ingressc route tcp://10.0.0.1:26000 -i deploy/ --from 192.0.2.9
  ingressc route --all -i deploy/")]
pub(super) struct Route {
    /// `[SCHEME://]HOST[:PORT][/PATH]`, the scheme being http when left out, or `tcp://HOST:PORT`
    #[arg(required_unless_present_any = ["all", "show_files", "show_settings"], conflicts_with = "all", value_hint = ValueHint::Url)]
    pub(super) url: Option<String>,
    /// Print the table of all routes
    #[arg(long)]
    pub(super) all: bool,
    /// Exit 0 if the request is routed to this Service port, else 1
    #[arg(long, value_name = "NS/SVC:PORT", conflicts_with = "all")]
    pub(super) expect: Option<String>,
    /// Request method
    #[arg(
        long,
        value_name = "METHOD",
        default_value = "GET",
        conflicts_with = "all"
    )]
    pub(super) method: String,
    /// Address of the client
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1",
        conflicts_with = "all"
    )]
    pub(super) from: IpAddr,
    /// With `tcp://`: the client begins with a TLS handshake
    #[arg(long, conflicts_with = "all")]
    pub(super) tls: bool,
    /// With `tcp://`: the name in the handshake, and not HOST; implies --tls
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    pub(super) sni: Option<String>,
    /// A header of the request, `Name: value`; may be repeated
    #[arg(
        short = 'H',
        long = "header",
        value_name = "HEADER",
        conflicts_with = "all"
    )]
    pub(super) headers: Vec<String>,
    /// Files, folders or globs; `-` is stdin
    #[arg(short = 'i', long = "input", value_name = "PATH", num_args = 1.., help_heading = "Input")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) inputs: InputFlags,
    #[command(flatten)]
    pub(super) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

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
pub(super) struct Ports {
    #[command(subcommand)]
    pub(super) action: Option<PortsAction>,
    #[command(flatten)]
    pub(super) list: PortsList,
}

#[derive(Debug, Subcommand)]
pub(super) enum PortsAction {
    Update(Box<PortsUpdate>),
    Prune(PortsPrune),
    Repair(PortsRepair),
}

#[derive(Debug, Args)]
pub(super) struct PortsList {
    #[command(flatten)]
    pub(super) paths: Paths,
    /// How to print the table
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub(super) format: PortsFormat,
    #[command(flatten)]
    pub(super) inputs: InputFlags,
    #[command(flatten)]
    pub(super) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

/// `--format` of `ingressc ports`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PortsFormat {
    /// Columns
    Human,
    /// JSON with a version
    Json,
}

/// Write the lock as the manifests need it, and no configuration
///
/// What `compile` does with the lock, for a pipeline that compiles with --locked. While there are errors nothing is written.
#[derive(Debug, Args)]
pub(super) struct PortsUpdate {
    #[command(flatten)]
    pub(super) paths: Paths,
    #[command(flatten)]
    pub(super) inputs: InputFlags,
    #[command(flatten)]
    pub(super) target: TargetFlags,
    #[command(flatten)]
    pub(super) rules: RuleFlags,
    #[command(flatten)]
    pub(super) output: OutputFlags,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

/// Forget the ports of Services that are gone
///
/// Drops released entries from the lock, so that their ports are handed out again. Looks at no manifests.
#[derive(Debug, Args)]
pub(super) struct PortsPrune {
    /// Only these, `namespace/service:port` [default: all that are released]
    #[arg(value_name = "KEY")]
    pub(super) keys: Vec<String>,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

/// Mend the lock after a merge
///
/// Where two entries have one port, the older one keeps it, and the newer one gets the lowest free port of the pool. Takes the
/// entries of both sides where git has left a conflict. Who is older tells `git blame`; where it cannot tell, the first by name
/// keeps the port. Ports that the manifests name are not handed out. Where no manifest can be read, that is told.
#[derive(Debug, Args)]
pub(super) struct PortsRepair {
    #[command(flatten)]
    pub(super) paths: Paths,
    /// What the lock says in this revision is older than what it does not say, such as origin/main
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    #[command(flatten)]
    pub(super) inputs: InputFlags,
    #[command(flatten)]
    pub(super) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

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
pub(super) struct Init {
    /// Files, folders or globs; `-` is stdin [default: the working directory]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<String>,
    /// File to write; `-` prints to stdout
    #[arg(short, long, value_name = "FILE", default_value = crate::config::FILE_NAME, value_hint = ValueHint::FilePath,
          help_heading = "Output")]
    pub(super) output: String,
    /// Replace the file if it is there
    #[arg(long, help_heading = "Output")]
    pub(super) force: bool,
    /// Leave out files that match; written down, too
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(super) exclude: Vec<String>,
}

/// Keep a list of the findings that are there today
///
/// Findings in the list are not reported, so that a repository with many of them can be held to its rules from today on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc baseline write deploy/
  ingressc check deploy/ --baseline .ingressc-baseline.json
  ingressc baseline prune deploy/")]
pub(super) struct Baseline {
    #[command(subcommand)]
    pub(super) action: BaselineAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum BaselineAction {
    /// Write all findings into the file
    Write(Box<BaselineFlags>),
    /// Take those out of the file that are fixed
    Prune(Box<BaselineFlags>),
}

#[derive(Debug, Args)]
pub(super) struct BaselineFlags {
    #[command(flatten)]
    pub(super) paths: Paths,
    /// The file [default: the configuration's `baseline`, or .ingressc-baseline.json]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(super) output: Option<String>,
    /// With matters of taste, too
    #[arg(long, help_heading = "Rules")]
    pub(super) pedantic: bool,
    #[command(flatten)]
    pub(super) inputs: InputFlags,
    #[command(flatten)]
    pub(super) target: TargetFlags,
    #[command(flatten)]
    pub(super) config: ConfigFlags,
}

/// Explain a finding or an annotation
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc explain ING301
  ingressc explain duplicate-route
  ingressc explain haproxy.org/timeout-server")]
pub(super) struct Explain {
    /// A code such as ING301, a name such as duplicate-route, or the key of an annotation, with or without prefix
    #[arg(value_name = "CODE|KEY")]
    pub(super) what: String,
}

/// List the rules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc rules
  ingressc rules ING4
  ingressc rules --format markdown")]
pub(super) struct Rules {
    /// Codes, prefixes such as ING4, or names
    #[arg(value_name = "SELECTOR")]
    pub(super) selectors: Vec<String>,
    /// How to print the table
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: TableFormat,
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
pub(super) struct Annotations {
    /// Only those of this dialect
    #[arg(long, value_name = "DIALECT", value_parser = dialect)]
    pub(super) dialect: Option<Dialect>,
    /// How to print the table
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: TableFormat,
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
pub(super) struct Schema {
    /// Of what
    #[arg(value_enum)]
    pub(super) of: SchemaOf,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SchemaOf {
    /// `ingressc.yaml`
    Config,
    /// Annotations of Ingresses and Services, and the controller's ConfigMap
    Annotations,
    /// What `check --format json-v1` prints
    Report,
}

/// Make an export of a cluster fit to be committed
///
/// Takes out the values of Secrets, all but their certificates, and what only a live cluster writes. What says where servers are
/// stays: addresses of nodes and load balancers, who is ready, when pods changed. YAML goes to stdout; what is gone is listed on
/// stderr, never with its value. Nothing is written while a document cannot be read. What other kinds hold, such as passwords in
/// a ConfigMap or in the environment of a Deployment, is not looked for.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kubectl get ingress,svc,endpointslice,secret,node -A -o yaml | ingressc redact > export.yaml
  ingressc redact export/ -o export.yaml
  ingressc redact export/ --in-place")]
pub(super) struct Redact {
    /// Files, folders or globs; `-` is stdin [default: -]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<String>,
    /// Leave out files that match
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub(super) exclude: Vec<String>,
    /// File to write; `-` is stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(super) output: Option<String>,
    /// Write each file anew from which something is taken, without its comments; JSON stays JSON
    #[arg(long, help_heading = "Output", conflicts_with = "output")]
    pub(super) in_place: bool,
}

/// Print a completion script
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ingressc completions bash > ~/.local/share/bash-completion/completions/ingressc")]
pub(super) struct Completions {
    /// For which shell
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct Paths {
    /// Files, folders or globs; `-` is stdin [default: the configuration's `inputs`]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputFlags {
    /// Call standard input so in findings
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<String>,
    /// Read paths from this file, one a line; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(super) file_list: Vec<String>,
    /// Leave out files that match
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// Apply exclusions to files that are named explicitly, too
    #[arg(long)]
    pub(super) force_exclude: bool,
    /// Leave out what .gitignore names
    #[arg(long)]
    pub(super) gitignore: bool,
    /// Namespace of objects that name none [default: default]
    #[arg(long, value_name = "NS")]
    pub(super) namespace: Option<String>,
    /// Ingress class to take, repeatable; "" takes Ingresses without a class
    #[arg(long, value_name = "NAME")]
    pub(super) class: Vec<String>,
    /// Print the files that would be read, and stop
    #[arg(long)]
    pub(super) show_files: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(super) struct TargetFlags {
    #[command(flatten)]
    pub(super) annotations: AnnotationFlags,
    /// The day for which certificates are judged, such as 2026-08-22; without it expiry is not checked
    #[arg(long, value_name = "DATE")]
    pub(super) now: Option<Date>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Target")]
pub(super) struct AnnotationFlags {
    /// How corners behave that the Kubernetes documentation leaves open: spec or haproxytech [default: spec]
    #[arg(long, value_name = "NAME", value_parser = profile)]
    pub(super) profile: Option<Profile>,
    /// Whose annotations count, separated by commas: haproxytech [default: all of them]
    #[arg(long, value_name = "LIST", value_parser = dialect, value_delimiter = ',')]
    pub(super) dialect: Vec<Dialect>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(super) struct RuleFlags {
    /// Report only these: codes, prefixes (ING4) or names
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Do not report these; wins over --select
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Report matters of taste, too
    #[arg(long)]
    pub(super) pedantic: bool,
    /// Exit 1 from this severity on [default: error]
    #[arg(long, value_name = "SEVERITY", value_parser = severity, help_heading = "Rules")]
    pub(super) fail_on: Option<Severity>,
    /// Do not show what is less severe; changes no exit code
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(super) min_severity: Option<Severity>,
    /// Do not report what is in this file, which `ingressc baseline write` has written
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) baseline: Option<String>,
    /// Report everything: no comment, annotation, `ignore` or baseline counts
    #[arg(long)]
    pub(super) no_ignores: bool,
    /// Exit 0 where findings would make it 1
    #[arg(long)]
    pub(super) exit_zero: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Fixes")]
pub(super) struct FixFlags {
    /// Mend what is shown and can be mended, in the files: `safe` where the meaning is certain, `all` where somebody has to look
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub(super) fix: Option<FixWhich>,
    /// Write nothing, and print what --fix would change; alone as with --fix=safe
    #[arg(long)]
    pub(super) diff: bool,
}

/// `--fix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FixWhich {
    /// Where the meaning is certain, or does not change
    Safe,
    /// Also where somebody has to look whether it is what was meant
    All,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputFlags {
    /// How to print findings
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: Format,
    /// Write the findings into a file, too, such as `sarif=report.sarif`; repeatable. With `-` they take stdout
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub(super) report: Vec<ReportFile>,
    /// Where people look at the files, such as `https://git.example/shop/blob/1a2b3c`: the Markdown report links there
    #[arg(long, value_name = "URL", value_parser = link_base)]
    pub(super) link_base: Option<String>,
    /// Count findings by rule instead of listing them
    #[arg(long, conflicts_with = "format")]
    pub(super) statistics: bool,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigFlags {
    /// Use this file instead of searching for ingressc.yaml
    #[arg(long, value_name = "FILE", env = "INGRESSC_CONFIG", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    /// Override one setting, such as `rules.ING402.level=error`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Use no configuration file
    #[arg(long)]
    pub(super) no_config: bool,
    /// Print the settings in force, and stop
    #[arg(long)]
    pub(super) show_settings: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(super) struct RunFlags {
    /// Print findings and nothing else
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print nothing; only the exit code tells
    #[arg(long, global = true, conflicts_with_all = ["quiet", "verbose"])]
    pub(super) silent: bool,
    /// Tell what was decided; twice, how long it took
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,
    /// When to use colour; `auto` heeds `NO_COLOR` and `FORCE_COLOR`
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(super) color: ColorWhen,
}

/// `--format` of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// With the lines of the manifest
    Human,
    /// One line each: `file:line:column: severity[code] name: message`
    Concise,
    /// The newest JSON, now json-v1
    Json,
    /// JSON whose fields are never removed or renamed
    JsonV1,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// `JUnit` XML, a case a finding
    Junit,
    /// A comment on a pull request
    Markdown,
}

/// `--report`: a format, and where to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportFile {
    pub(super) format: Format,
    /// `-` is standard output.
    pub(super) file: String,
}

/// `--format` of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TableFormat {
    /// Columns
    Human,
    /// A JSON array
    Json,
    /// A Markdown table
    Markdown,
}

/// `--report`.
fn link_base(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    // Nothing that would end a link in Markdown.
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/%@+=,".contains(&b);
    match rest {
        Some(rest) if !rest.is_empty() && rest.bytes().all(is_plain) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("an address such as https://git.example/shop/blob/1a2b3c".to_owned()),
    }
}

fn report_file(text: &str) -> Result<ReportFile, String> {
    let (format, file) = text
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or("FORMAT=FILE, such as sarif=report.sarif")?;
    let format = Format::from_str(format, false).map_err(|_| {
        let names = Format::value_variants().iter();
        let names =
            names.filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()));
        format!(
            "a format is one of {}",
            names.collect::<Vec<_>>().join(", ")
        )
    })?;
    Ok(ReportFile {
        format,
        file: file.to_owned(),
    })
}

/// `--profile`.
fn profile(text: &str) -> Result<Profile, String> {
    Profile::parse(text).ok_or_else(|| one_of(&Profile::ALL.map(Profile::name)))
}

/// `--dialect`.
fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::parse(text).ok_or_else(|| one_of(&Dialect::ALL.map(Dialect::name)))
}

fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::parse(text).ok_or_else(|| "one of error, warning, info, pedantic".to_owned())
}

fn haproxy_version(text: &str) -> Result<HaproxyVersion, String> {
    HaproxyVersion::parse(text).ok_or_else(|| "a version from 2.6 to 3.4".to_owned())
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

//! Raw lines.

mod allowed;
mod custom;
mod grammar;

pub(super) use self::allowed::guards;
use self::allowed::{Verdict, judge};
pub(super) use self::custom::{is_custom, prefixes};
pub(super) use self::grammar::Lines;
use super::context::{Context, Said};
use super::given::Given;
use super::grammar::Text;
use super::registry::Family;
use super::spec::{On, Support, annotation};
use crate::finding::{Code, Fix};
use crate::ir::{Field, Global, Policy, RawLine};
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "snippets",
    title: "Snippets",
    specs: &[
        &HAPROXYTECH_BACKEND,
        &HAPROXYTECH_BACKEND_CONFIG_SNIPPET,
        &HAPROXYTECH_FRONTEND,
        &HAPROXYTECH_FRONTEND_CONFIG_SNIPPET,
        &HAPROXYTECH_GLOBAL_CONFIG_SNIPPET,
        &HAPROXYTECH_STATS_CONFIG_SNIPPET,
    ],
};

const PARTIAL: &str = "only directives that the configuration allows, and nothing that reads the environment, Lua or files";

annotation! {
    /// A custom annotation, `backend.PREFIX/NAME`, that a `ValidationRules` object defines.
    ///
    /// It is not translated: the rules are programs (CEL), and the templates are others (Go). Each such key is told. Where no
    /// `ValidationRules` are among the manifests, every domain may be the prefix but those of Kubernetes.
    static HAPROXYTECH_BACKEND: Text = {
        key: HaproxyTech / "backend.",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: CustomBackend,
        support: Support::Refused("rules in CEL and templates in Go cannot be honoured without the controller"),
        since: "0.2",
        example: "5s",
        apply: |_, _| {},
    }
}

annotation! {
    /// Lines of HAProxy's language for the backend.
    ///
    /// Those of the ConfigMap come first, then the Service's, then the Ingress's; they stand behind the rules that other keys make.
    /// Each directive has to be allowed by the configuration:
    /// `rules: {ING501: {allow: [http-request set-header]}}`. If one is not, none of the value's lines is used; if they deny,
    /// ask for passwords or answer, the routes are closed. No line may open a section, or read the environment, Lua or files.
    ///
    /// Where TLS is handed through, no line is used: those that keep somebody out close the routes there, too.
    static HAPROXYTECH_BACKEND_CONFIG_SNIPPET: Lines = {
        key: HaproxyTech / "backend-config-snippet",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: BackendSnippet,
        support: Support::Partial(PARTIAL),
        since: "0.2",
        example: "http-request set-header X-Team shop",
        apply: |_, _| {},
    }
}

annotation! {
    /// A custom annotation of the frontends, `frontend.PREFIX/NAME`, that a `ValidationRules` object defines.
    ///
    /// It is not translated: the rules are programs (CEL), and the templates are others (Go).
    static HAPROXYTECH_FRONTEND: Text = {
        key: HaproxyTech / "frontend.",
        on: [ConfigMap],
        scope: Global,
        field: CustomFrontend,
        support: Support::Refused("rules in CEL and templates in Go cannot be honoured without the controller"),
        since: "0.2",
        example: "5s",
        apply: |_, _| {},
    }
}

annotation! {
    /// Lines of HAProxy's language for the frontend of http and https, after its own rules.
    ///
    /// Directives have to be allowed by the configuration, as for `backend-config-snippet`. If a line that keeps somebody out is
    /// not, everything is closed. `http-request allow`, `use_backend` and `default_backend` would undo the routing, and cannot be
    /// allowed.
    static HAPROXYTECH_FRONTEND_CONFIG_SNIPPET: Lines = {
        key: HaproxyTech / "frontend-config-snippet",
        on: [ConfigMap],
        scope: Global,
        field: FrontendSnippet,
        support: Support::Partial(PARTIAL),
        since: "0.2",
        example: "unique-id-header X-Request-ID",
        apply: |_, _| {},
    }
}

annotation! {
    /// Lines of HAProxy's language for the section `global`.
    ///
    /// Directives have to be allowed by the configuration, as for `backend-config-snippet`. `default-path` would move the files of
    /// the bundle, and cannot be allowed.
    static HAPROXYTECH_GLOBAL_CONFIG_SNIPPET: Lines = {
        key: HaproxyTech / "global-config-snippet",
        on: [ConfigMap],
        scope: Global,
        field: GlobalSnippet,
        support: Support::Partial(PARTIAL),
        since: "0.2",
        example: "tune.bufsize 32768",
        apply: |_, _| {},
    }
}

annotation! {
    /// Lines of HAProxy's language for the frontend of statistics and metrics.
    ///
    /// Directives have to be allowed by the configuration, as for `backend-config-snippet`. That frontend listens on the loopback
    /// address unless `listen.metrics` says otherwise.
    ///
    /// The lines stand before that of `/metrics`, so what `http-request auth` or `http-request deny` asks for is asked there, too.
    /// `stats auth` guards the page alone.
    static HAPROXYTECH_STATS_CONFIG_SNIPPET: Lines = {
        key: HaproxyTech / "stats-config-snippet",
        on: [ConfigMap],
        scope: Global,
        field: StatsSnippet,
        support: Support::Partial(PARTIAL),
        since: "0.2",
        example: "stats hide-version",
        apply: |_, _| {},
    }
}

/// Where lines are to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Backend,
    Frontend,
    Global,
    Stats,
    /// The frontend of a TCP port.
    Port,
}

/// The lines of a TCP port, as far as they are allowed. Those that keep somebody out and are not close the port.
pub(super) fn of_port(context: &Context<'_>, given: &Given<'_>, said: &mut Said) -> Vec<RawLine> {
    read(context, given, Section::Port, said)
}

/// Puts them into the policy. The places add up, so there is no draft, in which one of them would have won.
pub(super) fn finish(
    _: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    said.closed |= context.given.iter().any(is_lost);
    for given in of_backend(context.given) {
        let lines = read(context, given, Section::Backend, said);
        policy.snippet.lines.extend(lines);
    }
}

/// The places of lines for the backend, in the order in which they stand there.
pub(super) fn of_backend<'g, 'm>(all: &'g [Given<'m>]) -> impl Iterator<Item = &'g Given<'m>> {
    let of_key = |given: &&Given<'_>| given.spec.key == "backend-config-snippet";
    // The operator's rules come before those of teams, so that no team can step around them.
    let places = [On::ConfigMap, On::Service, On::Ingress].into_iter();
    // Of several spellings on one object, the first one counts.
    places.filter_map(move |on| all.iter().filter(of_key).find(|given| given.on == on))
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(
    _: &super::Draft,
    context: &Context<'_>,
    global: &mut Global,
    said: &mut Said,
) {
    for (key, section, lines) in [
        (
            "global-config-snippet",
            Section::Global,
            &mut global.snippets.global,
        ),
        (
            "frontend-config-snippet",
            Section::Frontend,
            &mut global.snippets.frontend,
        ),
        (
            "stats-config-snippet",
            Section::Stats,
            &mut global.snippets.stats,
        ),
    ] {
        let mut given = context.given.iter();
        if let Some(given) = given.find(|given| given.spec.key == key) {
            *lines = read(context, given, section, said);
        }
    }
    // Of the routes' lines, too: those that the ConfigMap has for all of them.
    said.closed |= context.given.iter().any(is_lost);
    custom::tell(context, said);
}

/// Whether a snippet of the backends or frontends holds lines that keep somebody out, or answer in place of a server.
pub(super) fn keeps_out(given: &Given<'_>) -> bool {
    let fields = [
        Field::BackendSnippet,
        Field::FrontendSnippet,
        Field::TcpSnippet,
    ];
    fields.contains(&given.spec.field) && guards(&given.value.value)
}

/// Whether such a snippet does not count: it is misspelt, on the wrong object, or one of two. It has its finding.
fn is_lost(given: &Given<'_>) -> bool {
    given.broken && keeps_out(given)
}

/// The versions before TLS 1.2, as options call them.
const OLD_TLS: [&str; 3] = ["SSLv3", "TLSv1.0", "TLSv1.1"];

/// The option of a line that lets connections be of a version before TLS 1.2 (RFC 8996).
fn old_tls(line: &RawLine) -> Option<String> {
    let words = line.words();
    let pairs = words.iter().zip(words.iter().skip(1));
    let mut lowest = pairs.filter(|(word, _)| *word == "ssl-min-ver");
    let lowest = lowest.find(|(_, version)| OLD_TLS.contains(&version.as_str()));
    let mut forced = words.iter();
    let forced = forced
        .find(|word| ["force-sslv3", "force-tlsv10", "force-tlsv11"].contains(&word.as_str()));
    lowest
        .map(|(word, version)| format!("{word} {version}"))
        .or_else(|| forced.cloned())
}

/// Where the version stands that is too low, if the value is written as it is read and says it once.
fn version(value: &Sourced<String>) -> Option<Origin> {
    let (before, behind) = value.value.split_once("ssl-min-ver ")?;
    let start = before.len() + "ssl-min-ver ".len();
    let length = behind.find(' ').unwrap_or(behind.len());
    if behind.contains("ssl-min-ver") || !OLD_TLS.contains(&&behind[..length]) {
        return None;
    }
    value.part(start..start + length)
}

/// The lines of one place, or none of them.
fn read(
    context: &Context<'_>,
    given: &Given<'_>,
    section: Section,
    said: &mut Said,
) -> Vec<RawLine> {
    let text = &given.value.value;
    let of_routes = [Section::Backend, Section::Frontend, Section::Port];
    let protects = of_routes.contains(&section) && guards(text);
    if given.broken {
        // It has its finding.
        said.closed |= protects;
        return Vec::new();
    }
    let lines: Vec<RawLine> = text
        .split('\n')
        .filter_map(|line| RawLine::new(line).ok().flatten())
        .collect();
    let namespace = &given.object.namespace;
    let by_namespace = !context.settings.snippets_of.is_empty();
    let allowed = context.settings.snippets_in(namespace);
    let refused = match judge(&lines, section, &allowed) {
        Verdict::Allowed => {
            let holder = context.holder_or_config(given.value.origin, given.spec.key);
            if let Some(option) = lines.iter().find_map(old_tls) {
                let message = format!("{} allows TLS 1.0 or 1.1 with `{option}`", holder.setting());
                let finding = holder.about(Code::MIN_TLS_VERSION, given.value.origin, message);
                let finding = finding.help("write `ssl-min-ver TLSv1.2`, or remove the option");
                said.say(match version(given.value) {
                    Some(version) => finding.fix(
                        Fix::needs_a_look("allow TLS 1.2 and higher").replace(version, "TLSv1.2"),
                    ),
                    None => finding,
                });
            }
            return lines;
        }
        Verdict::Refused(refused) => refused,
    };
    let origin = given.value.origin;
    let holder = context.holder_or_config(origin, given.spec.key);
    let list: Vec<String> = refused
        .directives
        .iter()
        .map(|directive| format!("`{directive}`"))
        .collect();
    let message = format!(
        "{} holds {}{}, which {}",
        holder.setting(),
        list.join(", "),
        line_of(text, &refused.directives),
        refused.why
    );
    let mut finding = holder
        .about(Code::CONFIG_SNIPPET, origin, message)
        .help(refused.help(by_namespace.then_some(namespace.as_str())));
    if by_namespace {
        let words: Vec<String> = allowed.iter().map(|it| format!("`{it}`")).collect();
        finding = finding.note(if words.is_empty() {
            format!("namespace `{namespace}` may use no raw lines")
        } else {
            let words = words.join(", ");
            format!("namespace `{namespace}` may use {words}")
        });
    }
    if protects {
        finding = finding.note(if section == Section::Port {
            "the lines keep somebody out, so nobody may connect"
        } else {
            "the lines keep somebody out, so the routes are closed: they answer 503"
        });
        said.close(finding);
    } else {
        said.say(finding.note("none of the value's lines is used"));
    }
    Vec::new()
}

/// Which of several lines begins with the only directive that is told; blocks are shown by their first line only.
fn line_of(text: &str, directives: &[String]) -> String {
    let is_one = directives.len() == 1;
    let directive = directives.first();
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = text.trim_end().split('\n');
    let found = directive
        .and_then(|directive| lines.position(|line| words(line).starts_with(directive.as_str())));
    match found {
        Some(at) if is_one && text.trim_end().contains('\n') => format!(" in line {}", at + 1),
        _ => String::new(),
    }
}

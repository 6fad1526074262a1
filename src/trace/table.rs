//! All routes as a table: hosts in the order of the model, `*` for rules without a host, then TLS that is handed through, then ports of
//! TCP services, the default last.
//!
//! In: a [`View`]. Out: rows, and their text for people, as JSON and as Markdown.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::backend::answers;
use super::request::kind;
use super::{Place, View, json as values, tcp, words};
use crate::ir::{Certificate, Claim, HostPattern, PathRule, ServiceRef, Target};
use crate::text::columns::{align, width_of};
use crate::text::markdown::cell;
use crate::text::style::{bad, bold, dim, hint};
use crate::text::visible;

/// All routes.
#[derive(Debug, Clone, Default)]
pub struct Table(Vec<Row>);

/// A way that requests or connections can take.
#[derive(Debug, Clone)]
struct Row {
    /// A host, `*`, the addresses of a port, or `(default)`.
    host: String,
    /// A path, or the tests of a rule for connections.
    path: String,
    kind: &'static str,
    condition: Option<String>,
    /// Who answers, in words.
    answer: String,
    service: Option<ServiceRef>,
    servers: String,
    resolver: String,
    tls: Tls,
    policies: Vec<&'static str>,
    /// Policies that are counted, and not named.
    more: usize,
    ingress: Option<String>,
    place: Option<Place>,
}

/// The columns that a terminal goes without, and whether the others fit.
fn left_out(cells: &[Vec<String>], width: usize) -> (Vec<usize>, bool) {
    let mut widths: Vec<usize> = HEADINGS.iter().map(|it| it.len()).collect();
    for row in cells {
        for (known, cell) in widths.iter_mut().zip(row) {
            *known = width_of(cell).max(*known);
        }
    }
    let fits = |left_out: &[usize]| {
        let kept = widths.iter().enumerate();
        let kept = kept.filter(|(column, _)| !left_out.contains(column));
        kept.map(|(_, width)| width + 3).sum::<usize>() <= width + 3
    };
    // What nobody has tells nothing.
    let is_empty =
        |row: &Vec<String>, column: usize| width_of(&row[column]) <= 1 && row[column].contains('-');
    let mut left_out: Vec<usize> = (0..HEADINGS.len())
        .filter(|&column| cells.iter().all(|row| is_empty(row, column)))
        .collect();
    for column in DISPENSABLE {
        if fits(&left_out) {
            break;
        }
        if !left_out.contains(&column) {
            left_out.push(column);
        }
    }
    let fits = fits(&left_out);
    (left_out, fits)
}

/// What TLS for a host is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tls {
    /// Not at all.
    None,
    /// By the default certificate, of this Secret.
    Default(String),
    /// By the certificate of this Secret, for this name.
    Named(String),
    /// By the servers.
    Through,
}

const HEADINGS: [&str; 9] = [
    "HOST", "PATH", "TYPE", "BACKEND", "SERVERS", "RESOLVER", "TLS", "POLICY", "FROM",
];

/// On a terminal, longer lists of policies are shortened: to so many words, or to fewer where they have no room; the servers
/// are told before them.
const FEW: [usize; 3] = [3, 2, 1];

/// Which columns a narrow terminal goes without, one after the other.
const DISPENSABLE: [usize; 6] = [5, 8, 4, 2, 6, 7];
const SERVERS: usize = 4;

impl Table {
    /// The rows of all routes.
    pub fn new(view: &View<'_>) -> Self {
        let certificates = Certificates::new(view);
        let mut rows = Vec::new();
        let routing = view.routing;
        let hosts = routing
            .hosts
            .iter()
            .map(|host| (Some(&host.pattern), &host.rules));
        for (host, rules) in hosts.chain([(None, &routing.any_host)]) {
            let tls = certificates.of(host);
            for rule in rules {
                rows.extend(of_rule(view, host, rule, &tls));
            }
        }
        for (host, claim) in &routing.passthrough {
            let claimed = Row::of(view, &claim.target).claimed(view, claim);
            rows.push(Row {
                host: host.to_string(),
                kind: "TLS",
                tls: Tls::Through,
                ..claimed
            });
        }
        rows.extend(ports(view));
        let last = match &routing.default {
            Some(claim) => Row::of(view, &claim.target).claimed(view, claim),
            None => Row {
                answer: "404".to_owned(),
                ..Row::of(view, &Target::Next)
            },
        };
        rows.push(Row {
            host: "(default)".to_owned(),
            tls: certificates.of(None),
            ..last
        });
        Self(rows)
    }

    /// Columns, and the headings of those for which a terminal of `width` has no room. `None`: nobody looks, and all are there.
    pub fn human(&self, width: Option<usize>) -> (String, Vec<&'static str>) {
        let headings = HEADINGS.map(|heading| bold(heading).to_string()).to_vec();
        let cells = |few: Option<usize>| -> Vec<Vec<String>> {
            let rows = self.0.iter().map(|row| match few {
                None => row.cells(true),
                Some(few) => row.shortened(few).cells(true),
            });
            rows.collect()
        };
        let (cells, mut left_out) = match width {
            None => (cells(None), Vec::new()),
            Some(width) => {
                let tries = FEW.iter().map(|&few| {
                    let cells = cells(Some(few));
                    let (left_out, fits) = left_out(&cells, width);
                    let loss = (!fits, left_out.contains(&SERVERS));
                    (loss, cells, left_out)
                });
                let best = tries.min_by_key(|it| it.0).unwrap_or_default();
                (best.1, best.2)
            }
        };
        let keep = |row: Vec<String>| -> Vec<String> {
            let cells = row.into_iter().enumerate();
            let cells = cells.filter(|(column, _)| !left_out.contains(column));
            cells.map(|(_, cell)| cell).collect()
        };
        let rows: Vec<Vec<String>> = [headings].into_iter().chain(cells).map(keep).collect();
        let mut out = String::new();
        for line in align(&rows) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        left_out.sort_unstable();
        let empty = |column: &usize| self.0.iter().all(|row| row.cells(false)[*column] == "-");
        left_out.retain(|column| !empty(column));
        let names = left_out.iter().map(|column| HEADINGS[*column]);
        (out, names.collect())
    }

    /// A table in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("| {} |\n|", HEADINGS.map(title).join(" | "));
        out.push_str(&"---|".repeat(HEADINGS.len()));
        out.push('\n');
        for row in &self.0 {
            let cells = row.cells(false).into_iter();
            let cells: Vec<String> = cells
                .map(|text| {
                    if text == "-" {
                        String::new()
                    } else {
                        cell(&text)
                    }
                })
                .collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
        out
    }

    /// JSON, version 1, as `docs/route.md` documents it.
    pub fn json(&self) -> String {
        let routes: Vec<Value> = self.0.iter().map(Row::json).collect();
        let whole = json!({"version": 1, "routes": routes});
        crate::text::json(&whole)
    }
}

fn title(heading: &str) -> String {
    match heading {
        "TLS" => heading.to_owned(),
        other => format!("{}{}", &other[..1], other[1..].to_ascii_lowercase()),
    }
}

fn of_rule(view: &View<'_>, host: Option<&HostPattern>, rule: &PathRule, tls: &Tls) -> Vec<Row> {
    let claims = rule.alternatives.iter();
    let claims = claims.map(|it| (&it.claim, Some(it.condition.value.to_string())));
    let claims = claims.chain([(&rule.claim, None)]);
    let rows = claims.map(|(claim, condition)| Row {
        host: host.map_or_else(|| "*".to_owned(), ToString::to_string),
        path: rule.path.to_string(),
        kind: kind(rule.path.kind()),
        condition,
        tls: tls.clone(),
        ..Row::of(view, &claim.target).claimed(view, claim)
    });
    rows.collect()
}

/// One row for each rule of each listener of TCP services, and one for the connections that meet none.
fn ports(view: &View<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let listeners = view.routing.tcp.iter();
    for listener in listeners.filter(|one| !one.binds.is_empty()) {
        let binds: Vec<String> = listener.binds.iter().map(ToString::to_string).collect();
        let own = listener.rules.iter().map(|rule| {
            let tests: Vec<String> = rule.tests.iter().map(tcp::test).collect();
            (tests.join(", "), &rule.target, rule.origin)
        });
        let default = ("-".to_owned(), &listener.default, listener.origin);
        for (tests, target, origin) in own.chain([default]) {
            let mut row = match target {
                Target::Backend(_) => Row::of(view, target),
                _ => Row {
                    answer: "(closed)".to_owned(),
                    ..Row::of(view, &Target::Closed)
                },
            };
            row.servers = row.servers.replace("none (503)", "none (closed)");
            rows.push(Row {
                host: binds.join(" "),
                path: tests,
                kind: "TCP",
                place: Some(Place::of(view.sources, origin)),
                ..row
            });
        }
    }
    rows
}

impl Row {
    /// A row for whatever leads to `target`.
    fn of(view: &View<'_>, target: &Target) -> Self {
        let [answer, servers, resolver] = answers(view, target);
        let backend = match target {
            Target::Backend(name) => view.routing.backends.get(name),
            _ => None,
        };
        let policy = words::policy_of(view.routing, target);
        let policies = match (policy, backend) {
            (Some(policy), backend) => words::all(policy, backend),
            (None, Some(backend)) if backend.client_ip_affinity.is_some() => vec!["sticky"],
            (None, _) => Vec::new(),
        };
        Self {
            host: String::new(),
            path: "-".to_owned(),
            kind: "-",
            condition: None,
            answer,
            service: backend.map(|backend| backend.service.clone()),
            servers,
            resolver,
            tls: Tls::None,
            policies,
            more: 0,
            ingress: None,
            place: None,
        }
    }

    fn claimed(self, view: &View<'_>, claim: &Claim) -> Self {
        Self {
            ingress: Some(claim.ingress.clone()),
            place: Some(Place::of(view.sources, claim.origin)),
            ..self
        }
    }

    /// With the first words of a long list of policies, and how many more there are; of one word, conditions have no room either.
    fn shortened(&self, few: usize) -> Self {
        let mut row = self.clone();
        if few == 1 {
            row.condition = row.condition.map(|_| "…".to_owned());
        }
        if row.policies.len() > few {
            row.more = row.policies.split_off(few - 1).len();
        }
        row
    }

    /// The cells in the order of the headings, harmless, in colours if they are wanted.
    fn cells(&self, colours: bool) -> Vec<String> {
        let answer = match &self.condition {
            Some(condition) => format!("{} if {condition}", self.answer),
            None => self.answer.clone(),
        };
        let tls = match &self.tls {
            Tls::None => "-".to_owned(),
            Tls::Default(secret) => format!("{secret} (default)"),
            Tls::Named(secret) => secret.clone(),
            Tls::Through => "by the servers".to_owned(),
        };
        let policies = match (&self.policies[..], self.more) {
            ([], 0) => "-".to_owned(),
            ([], more) => format!("{more} policies"),
            (words, 0) => words.join(", "),
            (words, more) => format!("{} +{more}", words.join(", ")),
        };
        let place = self.place.as_ref();
        let place = place.map_or_else(|| "-".to_owned(), ToString::to_string);
        let cells = [
            self.host.clone(),
            self.path.clone(),
            self.kind.to_owned(),
            answer,
            self.servers.clone(),
            self.resolver.clone(),
            tls,
            policies,
            place,
        ];
        let unserved = self.service.is_none() || self.servers.contains('(');
        let cells = cells.iter().zip(HEADINGS).map(|(text, heading)| {
            let text = visible(text);
            match heading {
                _ if !colours || text == "-" => text.into_owned(),
                "BACKEND" | "SERVERS" if unserved => bad(text).to_string(),
                "POLICY" => hint(text).to_string(),
                "TYPE" | "RESOLVER" | "FROM" => dim(text).to_string(),
                _ => text.into_owned(),
            }
        });
        cells.collect()
    }

    fn json(&self) -> Value {
        let certificate = match &self.tls {
            Tls::Default(secret) | Tls::Named(secret) => Some(secret),
            Tls::None | Tls::Through => None,
        };
        let tls = match &self.tls {
            Tls::None => "none",
            Tls::Default(_) => "default",
            Tls::Named(_) => "named",
            Tls::Through => "through",
        };
        json!({
            "host": self.host,
            "path": self.path,
            "type": self.kind,
            "condition": self.condition,
            "answer": self.answer,
            "service": self.service.as_ref().map(values::service),
            "servers": self.servers,
            "resolver": self.resolver,
            "tls": tls,
            "certificate": certificate,
            "policies": self.policies,
            "ingress": self.ingress,
            "at": self.place.as_ref().map(values::place),
        })
    }
}

/// Which certificate is shown for which host.
struct Certificates<'r> {
    named: HashMap<&'r HostPattern, &'r Certificate>,
    default: Option<&'r Certificate>,
}

impl<'r> Certificates<'r> {
    fn new(view: &View<'r>) -> Self {
        let known = &view.routing.certificates;
        let files = known.files.values();
        let named = files.flat_map(|file| file.names.iter().map(move |name| (&name.value, file)));
        let strict = known.refuses_unknown(&view.routing.global);
        let default = known.default.as_ref().filter(|_| !strict);
        let is_off = view.routing.listeners.https.is_empty();
        Self {
            named: named.filter(|_| !is_off).collect(),
            default: default
                .filter(|_| !is_off)
                .and_then(|stem| known.files.get(stem)),
        }
    }

    fn of(&self, host: Option<&HostPattern>) -> Tls {
        let named = host.and_then(|host| {
            let own = self.named.get(host);
            own.or_else(|| self.named.get(&host.wildcard()?))
        });
        match (named, self.default) {
            (Some(file), _) => Tls::Named(file.secret.clone()),
            (None, Some(file)) => Tls::Default(file.secret.clone()),
            (None, None) => Tls::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::example;

    fn view<'r>(routing: &'r crate::ir::Routing, sources: &'r crate::source::Sources) -> View<'r> {
        View {
            routing,
            sources,
            bundle: None,
            findings: &[],
            now: None,
            haproxy: crate::ir::HaproxyVersion::OLDEST,
        }
    }

    #[test]
    fn a_narrow_terminal_goes_without_columns_and_is_told_which() {
        let long = "shop-of-a-department.example.com Prefix /a/path/of/some/length web 2";
        let routing = example::routing(&[long, "*.foo.com Prefix / wild 0", "- Prefix /any - 0"]);
        let sources = example::sources();
        let table = Table::new(&view(&routing, &sources));
        let plain = |width| {
            let (text, left_out) = table.human(width);
            (anstream::adapter::strip_str(&text).to_string(), left_out)
        };
        let (text, left_out) = plain(None);
        let headings: Vec<&str> = text
            .lines()
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        assert_eq!(headings, HEADINGS, "a pipe has all columns");
        assert_eq!(left_out, [] as [&str; 0]);
        assert!(
            text.contains("503 (closed)") && text.contains("none (503)"),
            "{text}"
        );
        for width in [80, 100, 160] {
            let (text, left_out) = plain(Some(width));
            let widest = text.lines().map(width_of).max();
            assert!(
                widest.is_some_and(|widest| widest <= width),
                "{width}:\n{text}"
            );
            assert!(
                text.starts_with("HOST") && text.contains("BACKEND"),
                "{text}"
            );
            assert_eq!(left_out.is_empty(), width == 160, "{width}: {left_out:?}");
            assert!(
                !left_out.contains(&"POLICY"),
                "nobody has one: {left_out:?}"
            );
        }
        let (text, left_out) = plain(Some(80));
        assert_eq!(left_out, ["TYPE", "SERVERS", "RESOLVER", "FROM"]);
        assert!(!text.contains("all.yaml"), "{text}");
    }
}

//! What is said about keys that expose nothing, or not what somebody may take them for.

use std::cell::Cell;

use super::plan::Plan;
use crate::annotations::{Exposure, Fixed, Ports, Wish};
use crate::finding::{Code, Finding, Severity};
use crate::lower::backend::{port_of_target, ports};
use crate::lower::suggest::nearest;
use crate::manifest::{Protocol, Service, ServicePort};
use crate::source::{Origin, Sourced};

/// How many unknown names of one value are told, and how many ports are named in one sentence.
const SHOWN: usize = 8;

/// Wrong names are compared with those of a Service only so many times: thousands of both must not cost the square.
const GUESSES: usize = 100;

/// The port on which syslog is sent.
const SYSLOG: u16 = 514;

/// Says it of one Service.
pub(super) struct Explain<'f, 'm> {
    service: &'m Service,
    findings: &'f mut Vec<Finding>,
    /// How many names were compared with those of the Service.
    guesses: Cell<usize>,
}

impl<'f, 'm> Explain<'f, 'm> {
    pub(super) fn new(service: &'m Service, findings: &'f mut Vec<Finding>) -> Self {
        Self {
            service,
            findings,
            guesses: Cell::new(0),
        }
    }

    fn say<T>(&mut self, wish: &Wish<'_, T>, finding: Finding) {
        self.findings.push(
            finding
                .object(format_args!("Service {}", self.service.meta.name))
                .field(format!("metadata.annotations[{}]", short(wish.key))),
        );
    }

    /// `` `ingressc/expose` of Service db/orders``.
    fn subject<T>(&self, wish: &Wish<'_, T>) -> String {
        format!(
            "`{}` of Service {}",
            short(wish.key),
            self.service.meta.name
        )
    }

    /// All ports of a Service that has none.
    pub(super) fn no_ports<T>(&mut self, wish: &Wish<'_, T>) {
        let name = &self.service.meta.name;
        let message = format!("Service {name} is to be exposed, and declares no port");
        let finding = Finding::new(Code::SERVICE_PORT_NOT_FOUND, message)
            .at(wish.value.origin)
            .label(self.service.meta.origin, "the Service")
            .help("declare the port in `spec.ports` of the Service");
        self.say(wish, finding);
    }

    /// Ports that clients shall reach, and cannot.
    pub(super) fn not_tcp(&mut self, wish: Wish<'_, ()>, origin: Origin, others: &[&ServicePort]) {
        let Some(first) = others.first() else { return };
        let verb = if others.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{} of Service {} {verb} to be exposed, and HAProxy can hand through TCP only",
            named(others),
            self.service.meta.name
        );
        let mut finding = Finding::new(Code::UDP_PORT, message)
            .at(first.origin)
            .label(origin, "it is to be exposed here");
        for port in others.iter().skip(1).take(SHOWN) {
            finding = finding.label(port.origin, format!("this one is {}", port.protocol.name()));
        }
        self.say(&wish, syslog(finding, others).help(OTHER_WAYS));
    }

    /// Ports that stay inside while TCP ports of the Service are exposed.
    pub(super) fn left_out(&mut self, wish: Wish<'_, ()>, others: &[&ServicePort]) {
        let verb = if others.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{} of Service {} {verb} not exposed: HAProxy can hand through TCP only",
            named(others),
            self.service.meta.name
        );
        let mut finding = Finding::new(Code::UDP_PORT, message)
            .severity(Severity::Warning)
            .at(wish.value.origin);
        for port in others.iter().take(SHOWN) {
            finding = finding.label(port.origin, format!("this one is {}", port.protocol.name()));
        }
        let finding = finding.help(if wish.key.starts_with("ingressc/") {
            "name the ports that are to be exposed, if TCP is all that is meant"
        } else {
            OTHER_WAYS
        });
        self.say(&wish, syslog(finding, others));
    }

    /// Names and numbers that the Service does not have.
    pub(super) fn unknown(&mut self, wish: Wish<'_, ()>, names: &[(&str, Origin)]) {
        for (at, (name, origin)) in names.iter().take(SHOWN).enumerate() {
            let finding = self
                .not_there(&wish, name, *origin)
                .help(self.help(&wish, name));
            let others = names.len().saturating_sub(SHOWN);
            let finding = if at + 1 == SHOWN && others > 0 {
                finding.note(format!("{others} more of them are no ports of the Service"))
            } else {
                finding
            };
            self.say(&wish, finding);
        }
    }

    /// A number that is neither a port of the Service, nor can be one of the host: nobody knows for which port.
    pub(super) fn whose_number(
        &mut self,
        wish: &Wish<'_, Ports>,
        number: &str,
        fixed: &[Wish<'_, Fixed<'_>>],
    ) {
        let tcp = self.service.ports.iter();
        let mut tcp = tcp.filter(|port| port.protocol == Protocol::Tcp);
        let count = tcp.clone().count();
        let is_free = |port: &&ServicePort| {
            let number = port.port.value.to_string();
            let has = |wish: &Wish<'_, Fixed<'_>>| {
                wish.says.name == port.name || wish.says.name == number
            };
            !fixed.iter().any(has)
        };
        let free = tcp.clone().find(is_free).or_else(|| tcp.next());
        let help = match free {
            _ if port_of_target(self.service, number).is_some() => {
                self.help(&wish.with(()), number)
            }
            Some(port) => format!("write `ingressc/expose-port.{}: \"{number}\"`", name(port)),
            None => self.help(&wish.with(()), number),
        };
        let finding = self
            .not_there(&wish.with(()), number, wish.value.origin)
            .help(help);
        let finding = if count > 1 {
            finding.note(format!(
                "a number that the Service does not have is a port of the host where it has one TCP port, and it has {count}"
            ))
        } else {
            finding
        };
        self.say(wish, finding);
    }

    fn not_there(&self, wish: &Wish<'_, ()>, wanted: &str, origin: Origin) -> Finding {
        let message = format!(
            "{} names `{}`, which is none of its ports",
            self.subject(wish),
            short(wanted)
        );
        let declared = format!("its ports: {}", ports(self.service));
        Finding::new(Code::SERVICE_PORT_NOT_FOUND, message)
            .at(origin)
            .label(self.service.meta.origin, declared)
    }

    /// What to write in place of a port that is not there.
    fn help(&self, wish: &Wish<'_, ()>, wanted: &str) -> String {
        // Of a key that holds the name, the whole key is written anew.
        let begins = wish.key.strip_suffix(wanted).unwrap_or_default();
        let write = |port: &ServicePort| format!("write `{begins}{}`", name(port));
        let own = &self.service.ports;
        if begins.is_empty() && ["yes", "on", "y"].contains(&wanted) {
            return "write `true`".to_owned();
        }
        self.guesses.set(self.guesses.get() + 1);
        if self.guesses.get() > GUESSES {
            return "name one of its ports, or declare this one in the Service".to_owned();
        }
        if let Some(port) = port_of_target(self.service, wanted) {
            return format!("{}: {wanted} is its `targetPort`", write(port));
        }
        let near = (wanted.len() <= 64)
            .then(|| nearest(wanted, own.iter().map(|port| port.name.as_str())))
            .flatten();
        if let Some(port) = near.and_then(|near| own.iter().find(|port| port.name == near)) {
            return write(port);
        }
        match own.as_slice() {
            [only] => format!("{}, its only port", write(only)),
            [] => "declare the port in `spec.ports` of the Service".to_owned(),
            _ => "name one of its ports, or declare this one in the Service".to_owned(),
        }
    }

    /// One port twice in a list.
    pub(super) fn listed_twice(
        &mut self,
        wish: &Wish<'_, Ports>,
        item: &str,
        origin: Origin,
        before: Origin,
    ) {
        let message = format!("{} names port `{item}` twice", self.subject(wish));
        let finding = Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
            .at(origin)
            .label(before, "the same port")
            .help(format!("remove `{item}`"));
        self.say(wish, finding);
    }

    /// Two keys for one port, by its name and by its number.
    pub(super) fn fixed_twice(&mut self, wish: &Wish<'_, Fixed<'_>>, before: &Wish<'_, Fixed<'_>>) {
        let keys = format!("`{}` and {}", short(before.key), self.subject(wish));
        let (code, what) = if wish.says.port == before.says.port {
            (Code::INEFFECTIVE_ANNOTATION, "say the same of one port")
        } else {
            (
                Code::CONFLICTING_ANNOTATIONS,
                "name two places for one port",
            )
        };
        let finding = Finding::new(code, format!("{keys} {what}"))
            .at(wish.value.origin)
            .label(before.value.origin, "this one counts")
            .help(format!("remove `{}`", short(wish.key)));
        self.say(wish, finding);
    }

    /// `ingressc/expose` with a port of the host, beside a key that has one, too.
    pub(super) fn two_places(
        &mut self,
        wish: &Wish<'_, Fixed<'_>>,
        before: Sourced<crate::ir::Port>,
    ) {
        let same = wish.says.port == Some(before.value);
        let (code, what) = if same {
            (Code::INEFFECTIVE_ANNOTATION, "say the same of one port")
        } else {
            (
                Code::CONFLICTING_ANNOTATIONS,
                "name two places for one port",
            )
        };
        let message = format!("`ingressc/expose` and {} {what}", self.subject(wish));
        let finding = Finding::new(code, message)
            .at(before.origin)
            .label(wish.value.origin, "this one counts")
            .help("remove `ingressc/expose`");
        self.say(wish, finding);
    }

    /// Keys that expose, beside the one that says that nothing is exposed.
    pub(super) fn switched_off(&mut self, off: &Wish<'_, Ports>, fixed: &[Wish<'_, Fixed<'_>>]) {
        for wish in fixed {
            let message = format!(
                "{} exposes nothing, as `{}` is `false`",
                self.subject(wish),
                off.key
            );
            let finding = Finding::new(Code::CONFLICTING_ANNOTATIONS, message)
                .at(wish.place)
                .label(off.value.origin, "this one counts")
                .help("remove one of them");
            self.say(wish, finding);
        }
    }

    /// Ports of an allocator on a Service that does not ask for them.
    pub(super) fn without_switch(&mut self, allocated: &[Wish<'_, Fixed<'_>>]) {
        for wish in allocated {
            let message = format!(
                "{} does nothing without `ingress: haproxy-ingress`",
                self.subject(wish)
            );
            let help = format!(
                "add `ingress: haproxy-ingress`, or write `ingressc/expose-port.{}` in its place",
                short(wish.says.name)
            );
            let finding = Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
                .at(wish.place)
                .help(help);
            self.say(wish, finding);
        }
    }

    /// Where keys of ingressc and of an allocator stand on one Service, and do not agree.
    pub(super) fn both(&mut self, exposure: &Exposure<'_>, own: &Plan<'_>, allocator: &Plan<'_>) {
        let mut left_out = Vec::new();
        for (at, theirs) in allocator {
            let Some(ours) = own.get(at) else {
                left_out.push(theirs.port);
                continue;
            };
            let place = |fixed: Option<Sourced<crate::ir::Port>>| fixed.map(|port| port.value);
            let Some(wanted) = theirs
                .fixed
                .filter(|it| place(ours.fixed) != Some(it.value))
            else {
                continue;
            };
            let mut keys = exposure.allocated.iter();
            let Some(wish) = keys.find(|wish| wish.value.origin == wanted.origin) else {
                continue;
            };
            let message = format!(
                "{} and `{}` name two places for one port",
                self.subject(wish),
                short(&ours.setting.key)
            );
            let finding = Finding::new(Code::CONFLICTING_ANNOTATIONS, message)
                .at(wanted.origin)
                .label(ours.origin, "this one counts")
                .help(format!(
                    "write `ingressc/expose-port.{}: \"{}\"` if that port is meant, or remove `{}`",
                    name(theirs.port),
                    wanted.value,
                    short(wish.key)
                ));
            self.say(wish, finding);
        }
        let (Some(switch), false) = (&exposure.switch, left_out.is_empty()) else {
            return;
        };
        let unread = Ports::Some(Vec::new());
        if exposure
            .expose
            .as_ref()
            .is_some_and(|wish| wish.says == unread)
        {
            return;
        }
        let counts = exposure.expose.as_ref().map(|wish| (wish.key, wish.place));
        let first = exposure.fixed.first().map(|wish| (wish.key, wish.place));
        let Some((key, origin)) = counts.or(first) else {
            return;
        };
        let message = format!(
            "{} exposes {}, and `{}` does not",
            self.subject(switch),
            named(&left_out),
            short(key)
        );
        let finding = Finding::new(Code::CONFLICTING_ANNOTATIONS, message)
            .at(switch.value.origin)
            .label(origin, "this one counts")
            .help("remove one of them");
        self.say(switch, finding);
    }
}

/// What there is for protocols that HAProxy cannot hand through.
const OTHER_WAYS: &str =
    "lead clients to a Service of type LoadBalancer or NodePort, or keep a small proxy for it";

fn syslog(finding: Finding, others: &[&ServicePort]) -> Finding {
    if others.iter().any(|port| port.port.value == SYSLOG) {
        return finding.note(
            "syslog is an exception: a section `log-forward`, in a file of `include.sections`, takes it over UDP",
        );
    }
    finding
}

/// What a port is called in keys.
fn name(port: &ServicePort) -> String {
    match port.name.as_str() {
        "" => port.port.value.to_string(),
        name => short(name),
    }
}

/// `port 53 (UDP)`, `ports dns (UDP) and sctp (SCTP)`.
fn named(ports: &[&ServicePort]) -> String {
    let one = |port: &&ServicePort| match port.protocol {
        Protocol::Tcp => format!("`{}`", name(port)),
        other => format!("`{}` ({})", name(port), other.name()),
    };
    let mut names: Vec<String> = ports.iter().take(SHOWN).map(one).collect();
    if ports.len() > SHOWN {
        names.push(format!("{} more", ports.len() - SHOWN));
    }
    match &names[..] {
        [all @ .., last] if !all.is_empty() => format!("ports {} and {last}", all.join(", ")),
        names => format!("port {}", names.concat()),
    }
}

/// Names come from manifests, and may be of any length.
fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

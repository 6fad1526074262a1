//! One item of a TCP resource into listeners: a frontend, the Service behind it, and the Services that its rules name.

use std::num::NonZeroU32;

use super::World;
use super::binds::{self, Group};
use super::cursor::{Cursor, Remarks, cut};
use super::fields::{Of, check};
use super::rules::{self, Rules};
use super::services::{self, Served};
use super::united::United;
use crate::finding::{Code, Severity};
use crate::ir::policy::Millis;
use crate::ir::{
    AcceptProxy, ClientSide, Field, ListenerName, LogFormat, LogFormatMistake, Target, TcpListener,
    Wanted,
};
use crate::manifest::ResourceValue;

/// What an item is called.
pub(super) struct Named<'r> {
    /// `frontend.name`.
    pub(super) name: &'r str,
    pub(super) at: Cursor<'r>,
}

/// Reads the name of an item's frontend. Without one, the controller has no frontend for it, either.
pub(super) fn name<'r>(
    item: &Cursor<'r>,
    namespace: &str,
    remarks: &mut Remarks,
) -> Option<Named<'r>> {
    let frontend = item.field("frontend");
    let Some(frontend) = frontend else {
        remarks.missing("frontend", item);
        return None;
    };
    if !remarks.map(&frontend) {
        return None;
    }
    let Some(at) = frontend.field("name") else {
        remarks.missing("name", &frontend);
        return None;
    };
    let name = remarks.text(&at)?;
    if ListenerName::of_object(namespace, name).is_none() {
        let what = format!(
            "is `{}`, which HAProxy takes for no name of a section",
            cut(name)
        );
        let help = "write letters, digits, `-`, `_`, `.` and `:`, 128 of them at most";
        remarks.closed(Code::INVALID_TCP_SERVICE, &at, &what, help);
        return None;
    }
    Some(Named { name, at })
}

/// The listeners of an item: one for each group of addresses. None where there is nobody behind it, or it is switched off.
pub(super) fn read(
    item: &Cursor<'_>,
    named: &Named<'_>,
    world: &mut World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Vec<TcpListener> {
    check(Of::Item, item, remarks);
    let Some(frontend) = item.field("frontend") else {
        return Vec::new();
    };
    check(Of::Frontend, &frontend, remarks);
    let switched_off = frontend.field("disabled");
    let switched_off = switched_off.and_then(|flag| remarks.flag(&flag));
    let default = item.field("service");
    if default.is_none() {
        remarks.missing("service", item);
    }
    let default = default.and_then(|service| services::read(&service, world, remarks));
    let more = further(item, world, remarks);
    let backends = services::by_name(default.iter().chain(&more));
    let rules = rules::read(&frontend, &backends, remarks);
    let mut groups = match frontend.field("binds") {
        Some(binds) => binds::read(&binds, rules.by_port(), world, remarks),
        None => Vec::new(),
    };
    if groups.is_empty() && frontend.field("binds").is_none_or(|it| it.is_unset()) {
        remarks.missing("binds", &frontend);
    }
    mode(&frontend, remarks);
    let mut united = United::new(default.as_ref(), &more, &rules);
    united.answer(&mut groups, remarks);
    rules.judge(&groups, remarks);
    let Some(default) = default.as_ref().filter(|_| switched_off != Some(true)) else {
        return Vec::new();
    };
    let client = client(&frontend, default, remarks);
    let mut listeners = Vec::new();
    for (part, group) in groups.into_iter().enumerate() {
        let Some(name) = ListenerName::of_part(world.namespace, named.name, part) else {
            continue;
        };
        let mut listener = TcpListener::new(
            remarks.object.clone(),
            Wanted::Binds(group.addresses.clone()),
            default.exposed.target.clone(),
            named.at.origin,
        );
        listener.name = name;
        listener.client = with_proxy(&client, &group, &rules);
        listener.settings.clone_from(&default.exposed.settings);
        if remarks.closes || group.closed {
            listener.default = Target::Closed;
        } else {
            listener.rules = rules.of(&group);
        }
        united.close(part, &mut listener, remarks);
        listener.tls = group.tls;
        listeners.push(listener);
    }
    listeners
}

/// The Services that rules may name, besides the one behind the item.
fn further<'r>(
    item: &Cursor<'r>,
    world: &mut World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Vec<Served<'r>> {
    let Some(list) = item.field("services") else {
        return Vec::new();
    };
    if !remarks.list(&list) {
        return Vec::new();
    }
    list.items()
        .filter_map(|service| services::read(&service, world, remarks))
        .collect()
}

/// The controller forces it.
fn mode(frontend: &Cursor<'_>, remarks: &mut Remarks) {
    let Some(at) = frontend.field("mode") else {
        return;
    };
    match remarks.text(&at) {
        Some("" | "tcp") | None => {}
        Some(_) => remarks.left_out(
            &at,
            "is not `tcp`, which is the only mode of a TCP resource",
            "remove it, or route the Service by an Ingress",
        ),
    }
}

/// What annotations of the Service say about clients, and what the frontend says instead.
fn client(frontend: &Cursor<'_>, default: &Served<'_>, remarks: &mut Remarks) -> ClientSide {
    let mut client = default.exposed.client.clone();
    if let Some(at) = frontend.field("client_timeout")
        && let Some(number) = remarks.number(&at, &(0..=u64::from(Millis::MAX)))
        && let Some(timeout) = Millis::new(number)
    {
        client.timeout = Some(timeout);
        client.origins.insert(Field::ClientTimeout, at.origin);
    }
    if let Some(at) = frontend.field("maxconn")
        && let Some(number) = remarks.number(&at, &(0..=u64::from(u32::MAX)))
        && let Some(limit) = u32::try_from(number).ok().and_then(NonZeroU32::new)
    {
        client.maxconn = Some(limit);
        client.origins.insert(Field::Maxconn, at.origin);
    }
    if let Some(at) = frontend.field("log_format")
        && let Some(format) = log_format(&at, remarks)
    {
        client.log_format = Some(format);
        client.origins.insert(Field::TcpLogFormat, at.origin);
    }
    client
}

/// The controller puts it between quotes; some write those, too.
fn log_format(at: &Cursor<'_>, remarks: &mut Remarks) -> Option<LogFormat> {
    let text = remarks.text(at)?;
    let inside = ['\'', '"'].iter().find_map(|quote| {
        let rest = text.strip_prefix(*quote)?;
        rest.strip_suffix(*quote)
    });
    let text = inside.unwrap_or(text).trim();
    if text.is_empty() {
        return None;
    }
    let error = match LogFormat::parse_for_connections(text) {
        Ok(format) => return Some(format),
        Err(error) => error,
    };
    let code = match error.kind {
        LogFormatMistake::Control => Code::INJECTION_CHARACTERS,
        LogFormatMistake::Expression => Code::FORMAT_EXPRESSION_IN_VALUE,
        LogFormatMistake::Grammar | LogFormatMistake::Request => Code::UNSUPPORTED_DIALECT_KEY,
    };
    // Lines are written as `option tcplog` has them, and nobody is let in for that.
    let finding = remarks
        .about(code, at, &error.message)
        .severity(Severity::Error);
    let help =
        "write a format of what is known of connections, such as `%ci:%cp %b/%s %Tw/%Tc/%Tt %B`";
    remarks.findings.push(finding.help(help));
    None
}

/// Whose word about addresses counts: that of the fewest, of those that the Service, the bind and the rules name.
fn with_proxy(client: &ClientSide, group: &Group, rules: &Rules<'_>) -> ClientSide {
    let mut client = client.clone();
    let own = match &rules.proxy {
        _ if group.proxy => &AcceptProxy::Always,
        of_rules => of_rules,
    };
    let is_narrower = matches!(client.proxy, AcceptProxy::From(_)) && *own == AcceptProxy::Always;
    if *own != AcceptProxy::Never && !is_narrower {
        client.proxy = own.clone();
    }
    client
}

/// Whether `spec` has the shape of a list; an older definition had one item without a list around it.
pub(super) fn is_list(spec: &Cursor<'_>, remarks: &mut Remarks) -> bool {
    match spec.value {
        ResourceValue::Null => {
            let finding = remarks.about(Code::MISSING_REQUIRED_FIELD, spec, "lists nothing");
            let help = "add an item with a `frontend` and a `service`";
            remarks.findings.push(finding.help(help));
            false
        }
        _ => remarks.list(spec),
    }
}

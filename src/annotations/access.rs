//! Who may ask: addresses of clients.

use super::addresses::{Addresses, AllowedAddresses, Items, resolve};
use super::context::{Context, Profile, Said};
use super::grammar::{Grammar, Problem};
use super::registry::Family;
use super::spec::{Alias, Support, annotation};
use crate::finding::{Code, Severity};
use crate::ir::Policy;
use crate::ir::policy::{AddressList, ClientHeader, ClientSource};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "access",
    title: "Access control",
    specs: &[
        &HAPROXYTECH_ALLOW_LIST,
        &HAPROXYTECH_DENY_LIST,
        &HAPROXYTECH_SRC_IP_HEADER,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    allow: Option<Sourced<Items>>,
    deny: Option<Sourced<Items>>,
    header: Option<Sourced<ClientHeader>>,
}

annotation! {
    /// Who may come in: all other addresses are answered with 403.
    ///
    /// An item is an address, a network in CIDR notation, or `patterns/KEY`, which stands for the lines of that key of the ConfigMap
    /// `patternFiles`. One item that cannot be read closes the routes, and so does a missing list: the controller itself then lets
    /// everybody in. The list holds on every listener. One of the ConfigMap holds for each route that has none of its own. The old
    /// spelling counts last, as in the controller: where `whitelist` of an Ingress and `allow-list` of the ConfigMap differ, nobody
    /// can tell which is meant, and the routes are closed. Other spellings of a protected path, such as `//admin`, get past the list
    /// where another path leads to the same Service without it: see ING514.
    static HAPROXYTECH_ALLOW_LIST: AllowedAddresses = {
        key: HaproxyTech / "allow-list",
        aliases: [Alias { key: "whitelist", first: false }],
        on: [Ingress, ConfigMap],
        scope: Route,
        field: AllowList,
        support: Support::Full,
        protects: "a longer list, or none",
        since: "0.1",
        example: "10.0.0.0/8, 2001:db8::/32",
        apply: |draft, value| draft.access.allow = Some(value),
    }
}

annotation! {
    /// Who may not come in: these addresses are answered with 403.
    ///
    /// Counts before `allow-list`: who is on both is kept out. Items are those of `allow-list`, and one that cannot be read closes the
    /// routes. So does `blacklist` of an Ingress that differs from `deny-list` of the ConfigMap.
    static HAPROXYTECH_DENY_LIST: Addresses = {
        key: HaproxyTech / "deny-list",
        aliases: [Alias { key: "blacklist", first: false }],
        on: [Ingress, ConfigMap],
        scope: Route,
        field: DenyList,
        support: Support::Full,
        protects: "a shorter list, or none",
        since: "0.1",
        example: "192.0.2.0/24",
        apply: |draft, value| draft.access.deny = Some(value),
    }
}

annotation! {
    /// The header in which a proxy in front of HAProxy says who the client is.
    ///
    /// The last address in it counts, for lists, limits, the log and `X-Forwarded-For`, which names this one address to servers: the
    /// chain of proxies before it is not passed on. Without an address in it, the client is who connects; where there is a list, a
    /// trusted proxy that names nobody is answered with 403.
    ///
    /// It counts only from the networks that `trustedProxies` of the configuration lists: everybody can send the header, so others
    /// would choose their address. Where none are listed, the header does not count, and routes with a list of addresses are closed;
    /// `profile: haproxytech` takes it from everybody, as the controller does. Either is told.
    static HAPROXYTECH_SRC_IP_HEADER: HeaderOfClient = {
        key: HaproxyTech / "src-ip-header",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: ClientSource,
        support: Support::Full,
        protects: "another header, or none",
        since: "0.1",
        example: "X-Real-IP",
        apply: |draft, value| draft.access.header = Some(value),
    }
}

/// The name of a header that HAProxy lets pass.
struct HeaderOfClient;

impl Grammar for HeaderOfClient {
    type Value = ClientHeader;
    const NAME: &'static str = "header";
    const FORM: &'static str = "the name of a header, of letters, digits and `-`";
    const PATTERN: Option<&'static str> = Some("^[A-Za-z0-9-]{1,128}$");
    const GOOD: &'static [&'static str] = &["X-Real-IP", "cf-connecting-ip"];
    const BAD: &'static [&'static str] = &["X-Real-IP ", "X_Real_IP", "X-A: b", "X-A)", "a\nb"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<ClientHeader, Problem> {
        ClientHeader::new(text).ok_or_else(|| {
            Problem::new("is no name of a header that HAProxy lets pass")
                .help("write a name of letters, digits and `-`, such as `X-Real-IP`")
        })
    }
}

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let Draft {
        allow,
        deny,
        header,
    } = &draft.access;
    policy.access.deny = deny
        .as_ref()
        .and_then(|items| resolve(items, context, said));
    policy.access.allow = allow
        .as_ref()
        .and_then(|items| allowed(items, context, said));
    if let Some(header) = header {
        let lists = allow.is_some() || deny.is_some() || draft.rate_limit.exempts();
        policy.access.client_source = client_source(header, lists, context, said);
    }
}

/// The list of those who may come in. That a named list lets everybody in is worth a word.
pub(super) fn allowed(
    items: &Sourced<Items>,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<AddressList> {
    let list = resolve(items, context, said)?;
    if items.value.has_patterns()
        && let Some(open) = list.everybody().next()
    {
        let (object, key) = context.named(items.origin);
        let message = format!(
            "`{key}` of {object} allows every address of a family: one of its lists holds `{open}`"
        );
        let finding = Said::about(Code::SOURCE_RANGE_OPEN, items.origin, message);
        said.say(finding.object(object).help("remove the line from the list"));
    }
    Some(list)
}

/// Whose word about the client counts. `lists`: somebody comes in, or stays out, by it.
fn client_source(
    header: &Sourced<ClientHeader>,
    lists: bool,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<ClientSource> {
    let settings = context.settings;
    let source = |trusted| {
        Some(ClientSource {
            header: header.value.clone(),
            trusted,
        })
    };
    let trusted = AddressList::new(settings.trusted_proxies.iter().copied());
    let open = trusted
        .as_ref()
        .is_none_or(|list| list.everybody().next().is_some());
    if !open {
        return source(trusted);
    }
    let (object, key) = context.named(header.origin);
    let message = |what: &str| format!("`{key}` of {object} {what}");
    let about = |message: String| {
        Said::about(Code::CLIENT_IP_UNTRUSTED, header.origin, message)
            .object(&object)
            .help("list the networks of the proxies in front of HAProxy as `trustedProxies` in ingressc.yaml")
    };
    let who = "takes the client's address from a header that everybody can send";
    if trusted.is_some() {
        said.say(about(message(who)).note("`trustedProxies` holds every address"));
        return source(trusted);
    }
    if settings.profile == Profile::HaproxyTech {
        said.say(
            about(message(who))
                .note("`profile: haproxytech` takes it from everybody, as the controller does"),
        );
        return source(None);
    }
    let unnamed = "needs `trustedProxies`, as everybody can send the header";
    if lists {
        let closed =
            "the routes are closed: clients would choose the address that their list is about";
        said.close(
            about(message(unnamed))
                .severity(Severity::Error)
                .note(closed),
        );
    } else {
        said.say(about(message(unnamed)).note("until then, the client is who connects"));
    }
    None
}

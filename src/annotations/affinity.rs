//! Persistence: which clients stay with their server.

use super::context::{Context, Said};
use super::grammar::{Grammar, Problem, Text};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::ir::Policy;
use crate::ir::policy::CookieName;
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "affinity",
    title: "Persistence",
    specs: &[
        &HAPROXYTECH_COOKIE_INDIRECT,
        &HAPROXYTECH_COOKIE_NOCACHE,
        &HAPROXYTECH_COOKIE_PERSISTENCE,
        &HAPROXYTECH_COOKIE_PERSISTENCE_NO_DYNAMIC,
        &HAPROXYTECH_COOKIE_TYPE,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    dynamic: Option<Sourced<CookieName>>,
    fixed: Option<Sourced<CookieName>>,
}

annotation! {
    /// The cookie by which a client stays with its server.
    ///
    /// HAProxy sets it with the first answer and takes it out of later requests. While the server is up, the client stays there.
    /// Scripts cannot read the cookie (`HttpOnly`), and over TLS it is `Secure`.
    ///
    /// The value is a short digest of the Service and the server's name, so that it is the same after a reload and on every HAProxy
    /// host. Where DNS finds the servers, HAProxy makes the value of the address. Neither is secret: there is no secret that all
    /// hosts could share offline. Who guesses an address can see that the guess was right. That controller's values are made with a
    /// key that is the same everywhere, so they tell no less; clients that hold one are given a new one.
    ///
    /// It is set for the whole host. Services that answer for one host need cookies with different names: with one
    /// name, which is what a value in the ConfigMap means, a client loses its server at each change from one Service to another. That is told.
    /// Beside `sessionAffinity: ClientIP` the cookie counts more, and clients without one go by their address.
    static HAPROXYTECH_COOKIE_PERSISTENCE: Cookie = {
        key: HaproxyTech / "cookie-persistence",
        on: [Service, ConfigMap],
        scope: Backend,
        field: Cookie,
        support: Support::Full,
        excludes: ["cookie-persistence-no-dynamic"],
        since: "0.1",
        example: "SERVERID",
        apply: |draft, value| draft.affinity.dynamic = Some(value),
    }
}

annotation! {
    /// The cookie by which a client stays with its server, by the server's name.
    ///
    /// The same as `cookie-persistence`, beside which it cannot stand. That controller puts the number of the server into the cookie,
    /// which may be another one after a reload; here it is the same digest as with the other key.
    static HAPROXYTECH_COOKIE_PERSISTENCE_NO_DYNAMIC: Cookie = {
        key: HaproxyTech / "cookie-persistence-no-dynamic",
        on: [Service, ConfigMap],
        scope: Backend,
        field: Cookie,
        support: Support::Full,
        excludes: ["cookie-persistence"],
        since: "0.1",
        example: "SERVERID",
        apply: |draft, value| draft.affinity.fixed = Some(value),
    }
}

annotation! {
    /// Keeps the cookie from servers.
    ///
    /// A key of the controller before version 1.4. It is kept from them anyway.
    static HAPROXYTECH_COOKIE_INDIRECT: Text = {
        key: HaproxyTech / "cookie-indirect",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: Cookie,
        support: Support::Refused("the controller itself has not read it since version 1.4; `cookie-persistence` is all that counts"),
        since: "0.1",
        example: "true",
        apply: |_, _| {},
    }
}

annotation! {
    /// Keeps caches from storing responses with the cookie.
    ///
    /// A key of the controller before version 1.4. They are kept from it anyway.
    static HAPROXYTECH_COOKIE_NOCACHE: Text = {
        key: HaproxyTech / "cookie-nocache",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: Cookie,
        support: Support::Refused("the controller itself has not read it since version 1.4; `cookie-persistence` is all that counts"),
        since: "0.1",
        example: "true",
        apply: |_, _| {},
    }
}

annotation! {
    /// Whose cookie it is: HAProxy's own, or one of the application's that is changed.
    ///
    /// A key of the controller before version 1.4. It is always HAProxy's own.
    static HAPROXYTECH_COOKIE_TYPE: Text = {
        key: HaproxyTech / "cookie-type",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: Cookie,
        support: Support::Refused("the controller itself has not read it since version 1.4; `cookie-persistence` is all that counts"),
        since: "0.1",
        example: "insert",
        apply: |_, _| {},
    }
}

/// The name of a cookie.
struct Cookie;

impl Grammar for Cookie {
    type Value = CookieName;
    const NAME: &'static str = "cookie name";
    const FORM: &'static str =
        "letters, digits and ``!#$%&'*+.^_`|~-``, at most 128 of them, without blanks";
    const PATTERN: Option<&'static str> = Some("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$");
    const GOOD: &'static [&'static str] = &["SERVERID", "__Host-srv", "a.b"];
    const BAD: &'static [&'static str] = &[
        "SERVERID indirect",
        "a=b",
        "a;b",
        "\"a\"",
        " a",
        "a\nserver evil 203.0.113.1:80",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<CookieName, Problem> {
        CookieName::new(text).ok_or_else(|| match text.split_once(' ') {
            Some((name, rest)) if CookieName::new(name).is_some() => {
                Problem::new("has words after the cookie's name, which nobody reads")
                    .help(format!("write `{name}` alone"))
                    .at(text.len() - rest.len()..text.len())
            }
            _ => Problem::new("is no name of a cookie")
                .help("write letters, digits, `_` and `-`, such as `SERVERID`"),
        })
    }
}

/// Puts them into the policy. Both keys at once exclude each other, which is said where keys are compared; then there is no cookie.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, _: &mut Said) {
    let own = &draft.affinity;
    policy.affinity.cookie = match (&own.dynamic, &own.fixed) {
        (Some(_), Some(_)) => None,
        (one, other) => one.as_ref().or(other.as_ref()).map(|it| it.value.clone()),
    };
}

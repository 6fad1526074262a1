//! Who has to log in.

mod grammar;
mod users;

use self::grammar::{AuthType, RealmText};
use super::context::{Context, Holder, Said};
use super::grammar::{ObjectRef, Reference};
use super::registry::Family;
use super::spec::{On, Support, annotation};
use crate::finding::{Code, Finding};
use crate::ir::{BasicAuth, Field, Policy, Realm};
use crate::manifest::ObjectName;
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "auth",
    title: "Authentication",
    specs: &[
        &HAPROXYTECH_AUTH_REALM,
        &HAPROXYTECH_AUTH_SECRET,
        &HAPROXYTECH_AUTH_TYPE,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    wanted: Option<Origin>,
    secret: Option<Sourced<Reference>>,
    realm: Option<Realm>,
}

annotation! {
    /// What the browser shows when it asks for the password.
    ///
    /// The controller replaces blanks by `-`; ingressc keeps them.
    static HAPROXYTECH_AUTH_REALM: RealmText = {
        key: HaproxyTech / "auth-realm",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "Protected Content",
        field: AuthRealm,
        support: Support::Full,
        requires: ["auth-type"],
        since: "0.2",
        example: "Members only",
        apply: |draft, value| draft.auth.realm = Some(value.value),
    }
}

annotation! {
    /// The Secret with the users: each key of its data is a name, and each value the hash of a password.
    ///
    /// Without a namespace it is that of the Ingress; in the ConfigMap it has to be written. Hashes are those of crypt(3):
    /// `$5$`, `$6$`, `$2y$` up to cost 5, and the weak `$1$` and DES. `openssl passwd -5` makes one.
    ///
    /// HAProxy checks the password at every request, in the loop that all connections share. A hash that takes longer than a
    /// few milliseconds is refused (yescrypt, `$2y$10$`), and so is one that no password ever matches (`$apr1$`, `{SHA}`), and a
    /// password in clear. A user whose hash is refused cannot log in. Without any user, or without the Secret, the routes are
    /// closed.
    ///
    /// The server gets the header `Authorization` as the client sent it.
    static HAPROXYTECH_AUTH_SECRET: ObjectRef = {
        key: HaproxyTech / "auth-secret",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: AuthSecret,
        support: Support::Full,
        protects: "another Secret, or none",
        since: "0.2",
        example: "shop/users",
        apply: |draft, value| draft.auth.secret = Some(value),
    }
}

annotation! {
    /// How clients log in: `basic-auth` (HTTP Basic authentication, RFC 7617) is all that there is.
    ///
    /// Whoever has no password, or a wrong one, is answered 401. Before that come the lists of addresses, the rate limit and the
    /// redirect to https, so that nobody tries passwords without limit or sends one in clear; the controller asks for the password
    /// first. `auth-secret` has to name the users. Other spellings of a protected path, such as `//admin`, get past the password where
    /// another path leads to the same Service without one: see ING514.
    static HAPROXYTECH_AUTH_TYPE: AuthType = {
        key: HaproxyTech / "auth-type",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: AuthType,
        support: Support::Full,
        protects: "absent",
        since: "0.2",
        example: "basic-auth",
        apply: |draft, value| draft.auth.wanted = Some(value.origin),
    }
}

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let draft = &draft.auth;
    let Some(wanted) = draft.wanted else {
        if let Some(secret) = &draft.secret {
            without_type(context, secret.origin, said);
        }
        return;
    };
    let Some(secret) = &draft.secret else {
        // A broken reference has its finding, and has closed the route.
        if !context.is_broken("auth-secret") {
            let holder = context.holder_or_config(wanted, "auth-type");
            let message = format!(
                "{} asks for passwords, and no `auth-secret` says whose",
                holder.setting()
            );
            let finding = about(&holder, wanted, message);
            said.close(finding.help("name a Secret with `haproxy.org/auth-secret`"));
        }
        return;
    };
    let holder = context.holder_or_config(secret.origin, "auth-secret");
    let Some(name) = name(context, &holder, secret, said) else {
        return;
    };
    if let Some(users) = users::read(context, &holder, &name, secret.origin, said) {
        policy.auth = Some(BasicAuth {
            realm: draft.realm.clone().unwrap_or_default(),
            users,
        });
    }
}

/// A finding of the family: who reads it wants to know that nobody gets in.
fn about(holder: &Holder<'_>, origin: Origin, message: String) -> Finding {
    holder
        .about(Code::AUTH_FAILS_OPEN, origin, message)
        .note("the routes are closed: they answer 503")
}

/// Users without the word that they have to log in. In the ConfigMap that is a preparation for Ingresses that say it.
fn without_type(context: &Context<'_>, origin: Origin, said: &mut Said) {
    let holder = context.holder_or_config(origin, "auth-secret");
    // An empty `auth-type` says in so many words that nobody has to.
    let mut given = context.given.iter();
    let off = given.any(|given| given.on == On::Ingress && given.spec.field == Field::AuthType);
    if holder.on != On::Ingress || off {
        return;
    }
    let message = format!(
        "{} names users, and nothing says that they have to log in",
        holder.setting()
    );
    let finding = about(&holder, origin, message);
    said.close(finding.help(
        "add `haproxy.org/auth-type: basic-auth`, or `haproxy.org/auth-type: \"\"` if nobody has to",
    ));
}

/// The Secret that is meant.
fn name(
    context: &Context<'_>,
    holder: &Holder<'_>,
    secret: &Sourced<Reference>,
    said: &mut Said,
) -> Option<ObjectName> {
    let own = context.ingress.map(|ingress| &ingress.meta.name.namespace);
    let own = own.filter(|_| holder.on == On::Ingress);
    let Reference { namespace, name } = &secret.value;
    match (namespace, own) {
        (Some(namespace), own) => {
            if own.is_some_and(|own| *own != **namespace) {
                let message = format!(
                    "{} names a Secret of the namespace `{namespace}`, and nothing there permits it",
                    holder.setting()
                );
                let finding = holder.about(Code::CROSS_NAMESPACE_SECRET, secret.origin, message);
                said.say(finding.help("copy the Secret into the namespace of the Ingress, unless the users are meant to be shared"));
            }
            Some(ObjectName::new(namespace, name))
        }
        (None, Some(own)) => Some(ObjectName::new(own, name)),
        (None, None) => {
            let message = format!(
                "{} names no namespace, so it is not known which Secret is meant",
                holder.setting()
            );
            let finding = about(holder, secret.origin, message);
            said.close(finding.help(format!("write `NAMESPACE/{name}`")));
            None
        }
    }
}

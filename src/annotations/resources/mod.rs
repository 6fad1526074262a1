//! Custom resources that keys name in place of single settings: `cr-backend`, `cr-defaults`, `cr-global`.
//!
//! A resource stands for the annotations that say the same, so its fields go through the grammars of those: see [`expand`]. A field
//! that has no such annotation is not translated, and a finding says so.

mod expand;
mod fields;
mod translate;

#[cfg(test)]
mod tests;

pub(crate) use expand::{Expanded, expand_all};
pub(super) use expand::{OfRoute, backend, global};

use super::context::{Context, Said};
use super::grammar::{ObjectRef, Reference, Text};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::ir::{Global, Millis, Policy};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "resources",
    title: "Custom resources",
    specs: &[
        &HAPROXYTECH_CR_BACKEND,
        &HAPROXYTECH_CR_DEFAULTS,
        &HAPROXYTECH_CR_FRONTEND_HTTP,
        &HAPROXYTECH_CR_FRONTEND_HTTPS,
        &HAPROXYTECH_CR_FRONTEND_STATS,
        &HAPROXYTECH_CR_GLOBAL,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) backend: Option<Sourced<Reference>>,
    pub(super) defaults: Option<Sourced<Reference>>,
    pub(super) global: Option<Sourced<Reference>>,
    /// Timeouts of a Backend resource that no annotation of a route can set.
    pub(super) timeouts: RouteTimeouts,
}

/// See [`Draft::timeouts`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RouteTimeouts {
    pub(super) connect: Option<Millis>,
    pub(super) queue: Option<Millis>,
    pub(super) server_fin: Option<Millis>,
    pub(super) tunnel: Option<Millis>,
}

annotation! {
    /// Takes the settings of the servers from a Backend resource.
    ///
    /// The resource replaces every annotation about servers, on the Service, on the Ingress and in the ConfigMap; only
    /// `scale-server-slots`, `backend-config-snippet` and `route-acl` still count. Each replaced annotation is told; where one of them
    /// protects, such as `server-ca`, and the resource does not say the same, the routes are closed. Its namespace is the Service's
    /// where none is written.
    ///
    /// The fields that an annotation could say as well are translated, and timeouts besides. Any other field is a finding: lists of
    /// rules among them, and where such a list keeps somebody out, its routes are closed.
    static HAPROXYTECH_CR_BACKEND: ObjectRef = {
        key: HaproxyTech / "cr-backend",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: BackendResource,
        support: Support::Partial("fields that no annotation could say are not translated, lists of rules among them"),
        since: "0.1",
        example: "shop/web",
        apply: |draft, value| draft.resources.backend = Some(value),
    }
}

annotation! {
    /// Takes timeouts, the log format and the mode of connections from a Defaults resource.
    ///
    /// The resource replaces every key of the ConfigMap about them. Its namespace is the ConfigMap's where none is written.
    static HAPROXYTECH_CR_DEFAULTS: ObjectRef = {
        key: HaproxyTech / "cr-defaults",
        on: [ConfigMap],
        scope: Global,
        field: DefaultsResource,
        support: Support::Partial("fields that no key of the ConfigMap could say are not translated"),
        since: "0.1",
        example: "haproxy/defaults",
        apply: |draft, value| draft.resources.defaults = Some(value),
    }
}

annotation! {
    /// Takes limits and log targets of the process from a Global resource.
    ///
    /// The resource replaces every key of the ConfigMap about them. Its namespace is the ConfigMap's where none is written.
    static HAPROXYTECH_CR_GLOBAL: ObjectRef = {
        key: HaproxyTech / "cr-global",
        on: [ConfigMap],
        scope: Global,
        field: GlobalResource,
        support: Support::Partial("fields that no key of the ConfigMap could say are not translated"),
        since: "0.1",
        example: "haproxy/global",
        apply: |draft, value| draft.resources.global = Some(value),
    }
}

annotation! {
    /// Lays a Frontend resource under the frontend for plain HTTP.
    static HAPROXYTECH_CR_FRONTEND_HTTP: Text = {
        key: HaproxyTech / "cr-frontend-http",
        on: [ConfigMap],
        scope: Global,
        field: FrontendResource,
        support: Support::Refused("one frontend serves http and https here, and rules of a resource would run before the request is routed; `include.frontend` of ingressc.yaml takes such lines"),
        since: "0.1",
        example: "haproxy/frontend",
        apply: |_, _| {},
    }
}

annotation! {
    /// Lays a Frontend resource under the frontend for HTTPS.
    static HAPROXYTECH_CR_FRONTEND_HTTPS: Text = {
        key: HaproxyTech / "cr-frontend-https",
        on: [ConfigMap],
        scope: Global,
        field: FrontendResource,
        support: Support::Refused("one frontend serves http and https here, and rules of a resource would run before the request is routed; `include.frontend` of ingressc.yaml takes such lines"),
        since: "0.1",
        example: "haproxy/frontend",
        apply: |_, _| {},
    }
}

annotation! {
    /// Lays a Frontend resource under the frontend for statistics.
    static HAPROXYTECH_CR_FRONTEND_STATS: Text = {
        key: HaproxyTech / "cr-frontend-stats",
        on: [ConfigMap],
        scope: Global,
        field: FrontendResource,
        support: Support::Refused("statistics are for the host that HAProxy runs on: `listen.metrics` of ingressc.yaml says where, and `include.sections` takes whole sections"),
        since: "0.1",
        example: "haproxy/stats",
        apply: |_, _| {},
    }
}

/// Puts timeouts into the policy that no annotation of a route can set.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, _: &mut Said) {
    let RouteTimeouts {
        connect,
        queue,
        server_fin,
        tunnel,
    } = draft.resources.timeouts;
    policy.timeouts.connect = connect;
    policy.timeouts.queue = queue;
    policy.timeouts.server_fin = server_fin;
    policy.timeouts.tunnel = tunnel;
}

/// Everything a Defaults or Global resource says goes through the keys of the ConfigMap.
pub(super) fn finish_global(_: &super::Draft, _: &Context<'_>, _: &mut Global, _: &mut Said) {}

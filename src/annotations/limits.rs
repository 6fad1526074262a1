//! How much a server is given.

use std::num::{NonZeroU16, NonZeroU32};

use super::context::{Context, Said};
use super::grammar::Integer;
use super::registry::Family;
use super::spec::{Alias, Support, annotation};
use crate::finding::{Code, Finding};
use crate::ir::Policy;
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "limits",
    title: "Limits",
    specs: &[&HAPROXYTECH_POD_MAXCONN, &HAPROXYTECH_SCALE_SERVER_SLOTS],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    maxconn: Option<Sourced<u32>>,
    slots: Option<Sourced<u32>>,
}

impl Draft {
    /// Whether servers have a limit of connections.
    pub(super) fn has_maxconn(&self) -> bool {
        self.maxconn.is_some()
    }
}

annotation! {
    /// The most connections that a pod has at a time, from all HAProxy processes together.
    ///
    /// Each process gets an equal share: the number divided by `instances` in ingressc.yaml, and at least 1. Further requests wait
    /// until one of the connections ends, or until `timeout queue`. A controller in the cluster counts its own pods for that.
    ///
    /// After a reload the new process counts from zero, beside the connections that the old one still has. Those of TCP services may
    /// stay for long.
    static HAPROXYTECH_POD_MAXCONN: Integer<1, 2_147_483_647> = {
        key: HaproxyTech / "pod-maxconn",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: ServerMaxconn,
        support: Support::Partial("where routes to one Service port have different settings, each set of them counts its own connections"),
        since: "0.1",
        example: "128",
        apply: |draft, value| draft.limits.maxconn = Some(value),
    }
}

annotation! {
    /// How many servers DNS can fill in.
    ///
    /// That controller keeps so many server lines, most of them empty, to add pods without a reload. A file that is written anew has
    /// a line for each server, and needs no empty ones. The number counts where the servers of a headless Service are asked of DNS
    /// (`endpoints.dns`), and replaces `slots` of the configuration there.
    static HAPROXYTECH_SCALE_SERVER_SLOTS: Integer<1, 1_000> = {
        key: HaproxyTech / "scale-server-slots",
        aliases: [
            Alias { key: "servers-increment", first: true },
            Alias { key: "server-slots", first: true },
        ],
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: ServerSlots,
        support: Support::Partial("counts only for servers that DNS finds; other backends have a line for each server, and no empty ones"),
        since: "0.1",
        example: "20",
        apply: |draft, value| draft.limits.slots = Some(value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let own = &draft.limits;
    policy.limits.maxconn = own
        .maxconn
        .and_then(|total| share("pod-maxconn", total, context, said));
    let Some(slots) = own.slots else {
        return;
    };
    // Of other Services DNS gives the virtual address, which is one server.
    let Some(service) = context.service else {
        // Nobody knows which kind it is.
        return;
    };
    if service.headless {
        policy.limits.slots = u16::try_from(slots.value).ok().and_then(NonZeroU16::new);
    } else {
        said.say(no_empty_servers(slots.origin));
    }
}

/// What there is to say where no server is a template.
pub(crate) fn no_empty_servers(slots: Origin) -> Finding {
    let message =
        "`scale-server-slots` does nothing where each server has its line, without empty ones";
    Said::about(Code::DIALECT_DEFAULT_DIFFERS, slots, message)
        .help("remove it, unless other controllers read it, too")
        .note("it counts for headless Services whose servers DNS finds")
}

/// What one process may have of connections that all of them share, as `key` says.
pub(super) fn share(
    key: &str,
    total: Sourced<u32>,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<NonZeroU32> {
    let Some(instances) = context.settings.instances else {
        let message = format!(
            "`{key}` counts for each HAProxy alone, because the configuration does not say how many there are"
        );
        let finding = Said::about(Code::DIALECT_DEFAULT_DIFFERS, total.origin, message)
            .help("set `instances` in ingressc.yaml, to 1 if there is only one");
        said.say(match key {
            "pod-maxconn" => {
                finding.note("the haproxytech controller divides the number by its running pods")
            }
            _ => finding,
        });
        return NonZeroU32::new(total.value);
    };
    let share = NonZeroU32::new(total.value / u32::from(instances.get()));
    if share.is_none() {
        let message = format!(
            "`{key}` is {}, but each of {instances} HAProxy instances needs a connection of its own",
            total.value
        );
        said.say(
            Said::about(Code::OUT_OF_RANGE, total.origin, message)
                .help(format!("write at least {instances}"))
                .note("each gets one; a share of 0 would mean no limit to HAProxy"),
        );
    }
    share.or(NonZeroU32::new(1))
}

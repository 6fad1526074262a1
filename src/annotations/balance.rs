//! Load balancing.

mod algorithm;

use super::context::{Context, Said};
use super::dropped;
use super::grammar::Bool;
use super::grammar::{Grammar as _, Problem};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::Policy;
use crate::ir::policy::Algorithm;
use crate::source::Sourced;

use algorithm::LoadBalance;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "balance",
    title: "Load balancing",
    specs: &[&HAPROXYTECH_ABORTONCLOSE, &HAPROXYTECH_LOAD_BALANCE],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    algorithm: Option<Sourced<Algorithm>>,
    abort_on_close: Option<Sourced<bool>>,
}

annotation! {
    /// Drops requests that still wait for a server when their client has gone.
    ///
    /// A server is then not troubled with requests whose answer nobody reads. From HAProxy 3.0 on, `true` also cuts requests that are
    /// at the server already, which may have changed something there. Without the key nothing is dropped, also not by
    /// HAProxy 3.4, which does so by itself where it is not told otherwise.
    static HAPROXYTECH_ABORTONCLOSE: Bool = {
        key: HaproxyTech / "abortonclose",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "false",
        field: AbortOnClose,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.balance.abort_on_close = Some(value),
    }
}

annotation! {
    /// How a server is chosen for a request.
    ///
    /// One of HAProxy's algorithms:
    ///
    /// * `roundrobin`, `static-rr`: in turns.
    /// * `leastconn`: the server with the fewest connections.
    /// * `first`: the first server that has a free connection; needs `pod-maxconn`.
    /// * `random`, `random(N)`: the least busy of N servers that are drawn, 2 where no number is given.
    /// * `source`: by the client's address.
    /// * `uri`, with the options `path-only`, `whole`, `len N` and `depth N`: by the path.
    /// * `url_param NAME`, with the option `check_post`: by a parameter of the query.
    /// * `hdr(NAME)`, with the option `use_domain_only`: by a header.
    /// * `hash SAMPLE`: by a sample such as `req.cook(user)`.
    ///
    /// `X-Real-IP`, `Forwarded` and what clients send in `X-Forwarded-…` are gone by then: `source` goes by the client's address,
    /// which `src-ip-header` reads from the header of a trusted proxy.
    ///
    /// The last five send like requests to like servers. They are hashed consistently, so that a server that comes or goes moves few
    /// clients; from HAProxy 3.0 on by the servers' addresses, so that several HAProxy hosts agree. `rdp-cookie` is for TCP and
    /// refused. Options that an algorithm does not have are errors; HAProxy itself overlooks most of them.
    static HAPROXYTECH_LOAD_BALANCE: LoadBalance = {
        key: HaproxyTech / "load-balance",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "roundrobin",
        field: Balance,
        support: Support::Full,
        since: "0.1",
        example: "leastconn",
        apply: |draft, value| draft.balance.algorithm = Some(value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let own = &draft.balance;
    policy.balance.abort_on_close = own.abort_on_close.map(|option| option.value);
    let Some(algorithm) = &own.algorithm else {
        return;
    };
    if algorithm.value == Algorithm::First && !draft.limits.has_maxconn() {
        let message =
            "`first` sends everything to one server, because `pod-maxconn` gives servers no limit";
        said.say(
            Said::about(Code::INEFFECTIVE_ANNOTATION, algorithm.origin, message)
                .help("set `pod-maxconn`, or choose another algorithm"),
        );
    }
    for problem in dropped(&algorithm.value, draft) {
        let holder = context.holder_or_config(algorithm.origin, "load-balance");
        let message = format!("{} {}", holder.setting(), problem.message);
        let finding = holder.about(problem.code, algorithm.origin, message);
        said.say(match problem.help {
            // The algorithm by the client's address is no sample.
            Some(help) => finding.help(help.replace("`src`", "`source`")),
            None => finding,
        });
    }
    policy.balance.algorithm = Some(algorithm.value.clone());
}

/// Whether a value names an algorithm that goes by requests.
pub(super) fn needs_requests(text: &str) -> bool {
    LoadBalance::parse(text, &mut Vec::new()).is_ok_and(|algorithm| algorithm.needs_requests())
}

/// A header that nobody finds when a server is chosen, unless the route sets it itself.
fn dropped(algorithm: &Algorithm, draft: &super::Draft) -> Vec<Problem> {
    let mut remarks = Vec::new();
    let name = match algorithm {
        Algorithm::Header { name, .. } => Some(name.as_str()),
        Algorithm::Hash(sample) => dropped::header(sample),
        _ => None,
    };
    if let Some(name) = name.filter(|name| !draft.headers.sets(name)) {
        dropped::remark_name(name, &mut remarks);
    }
    remarks
}

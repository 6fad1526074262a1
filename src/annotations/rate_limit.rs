//! How often a client may ask.

use super::addresses::{Addresses, Items, resolve};
use super::context::{Context, Said};
use super::grammar::{Grammar, Integer, Problem, Time};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::{LimitStatus, RateLimit};
use crate::ir::{Millis, Policy};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "rate-limit",
    title: "Rate limits",
    specs: &[
        &HAPROXYTECH_RATE_LIMIT_PERIOD,
        &HAPROXYTECH_RATE_LIMIT_REQUESTS,
        &HAPROXYTECH_RATE_LIMIT_SIZE,
        &HAPROXYTECH_RATE_LIMIT_STATUS_CODE,
        &HAPROXYTECH_RATE_LIMIT_WHITELIST,
    ],
};

/// How many clients are remembered where nothing is said.
const DEFAULT_SIZE: u32 = 100 * 1024;

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    requests: Option<Sourced<u32>>,
    period: Option<Sourced<Millis>>,
    size: Option<Sourced<u32>>,
    status: Option<Sourced<LimitStatus>>,
    exempt: Option<Sourced<Items>>,
}

impl Draft {
    /// Whether some addresses are not limited.
    pub(super) fn exempts(&self) -> bool {
        self.exempt.is_some()
    }
}

annotation! {
    /// How many requests of a client pass within `rate-limit-period`; the next ones are answered with `rate-limit-status-code`.
    ///
    /// The period slides, and what is refused counts, too. Each Ingress counts for itself, over all its routes, and so does the
    /// default backend of `default-backend-service`. A client is an IPv4
    /// address or an IPv6 network of 64 bits: whoever has one address in it has all of them. Limits come before redirects and
    /// passwords. HAProxy hosts that are `peers` tell each other what they have counted; the last word counts, so what two hosts count at
    /// the same time does not add up.
    ///
    /// The controller itself does not limit IPv6 clients, and adds up what Ingresses with one period count.
    static HAPROXYTECH_RATE_LIMIT_REQUESTS: Requests = {
        key: HaproxyTech / "rate-limit-requests",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: RateLimit,
        support: Support::Full,
        protects: "a larger number, or none",
        since: "0.1",
        example: "100",
        apply: |draft, value| draft.rate_limit.requests = Some(value),
    }
}

annotation! {
    /// The time in which `rate-limit-requests` requests pass.
    static HAPROXYTECH_RATE_LIMIT_PERIOD: Time = {
        key: HaproxyTech / "rate-limit-period",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "1s",
        field: RateLimitPeriod,
        support: Support::Full,
        requires: ["rate-limit-requests"],
        protects: "a shorter time",
        since: "0.1",
        example: "10s",
        apply: |draft, value| draft.rate_limit.period = Some(value),
    }
}

annotation! {
    /// How many clients are remembered. When more come, those that were silent for longest are forgotten.
    static HAPROXYTECH_RATE_LIMIT_SIZE: Size = {
        key: HaproxyTech / "rate-limit-size",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "100k",
        field: RateLimitSize,
        support: Support::Full,
        requires: ["rate-limit-requests"],
        since: "0.1",
        example: "1m",
        apply: |draft, value| draft.rate_limit.size = Some(value),
    }
}

annotation! {
    /// What requests beyond the limit are answered with.
    ///
    /// One of the statuses for which HAProxy has a page; 414 and 431 need HAProxy 3.2. For a page of your own, see `errorFiles`.
    static HAPROXYTECH_RATE_LIMIT_STATUS_CODE: Status = {
        key: HaproxyTech / "rate-limit-status-code",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "403",
        field: RateLimitStatus,
        support: Support::Full,
        requires: ["rate-limit-requests"],
        since: "0.1",
        example: "429",
        apply: |draft, value| draft.rate_limit.status = Some(value),
    }
}

annotation! {
    /// Who is not limited, and not counted either.
    ///
    /// Items are those of `allow-list`, and one that cannot be read closes the routes.
    static HAPROXYTECH_RATE_LIMIT_WHITELIST: Addresses = {
        key: HaproxyTech / "rate-limit-whitelist",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: RateLimitExempt,
        support: Support::Full,
        requires: ["rate-limit-requests"],
        protects: "a longer list",
        since: "0.1",
        example: "10.0.0.0/8, patterns/monitoring",
        apply: |draft, value| draft.rate_limit.exempt = Some(value),
    }
}

/// A number of requests, at least 1.
struct Requests;

impl Grammar for Requests {
    type Value = u32;
    const NAME: &'static str = "number of requests";
    const FORM: &'static str = "a whole number from 1 to 2147483647";
    const PATTERN: Option<&'static str> = Some("^[0-9]+$");
    const GOOD: &'static [&'static str] = &["1", "100"];
    const BAD: &'static [&'static str] = &["0", "-1", "1.5", "1k", "ten", "2147483648"];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<u32, Problem> {
        // The controller counts then, and limits nobody; 0 might as well mean that nobody may ask.
        if !text.is_empty() && text.bytes().all(|b| b == b'0') {
            return Err(Problem::new("is 0, which limits nobody in the controller")
                .help("write how many requests may pass, or remove the key"));
        }
        Integer::<1, 2_147_483_647>::parse(text, remarks)
    }
}

/// HAProxy's sizes: a number, and `k`, `m` or `g` for powers of 1024.
struct Size;

impl Grammar for Size {
    type Value = u32;
    const NAME: &'static str = "size";
    const FORM: &'static str =
        "a whole number above 0, with `k`, `m` or `g` for powers of 1024, below 4g";
    const PATTERN: Option<&'static str> = Some("^[0-9]+[kmg]?$");
    const GOOD: &'static [&'static str] = &["100k", "5000", "1m"];
    const BAD: &'static [&'static str] = &[
        "0",
        "0k",
        "4g",
        "1.5k",
        "1K",
        "-1",
        "k",
        "1 k",
        "99999999999999999999g",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<u32, Problem> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let factor = match unit {
            "" => 1,
            "k" => 1 << 10,
            "m" => 1 << 20,
            "g" => 1 << 30,
            _ => 0,
        };
        if number.is_empty() || factor == 0 {
            return Err(Problem::new("is no size")
                .help("write a number, or one with `k`, `m` or `g`, such as `100k`"));
        }
        let size = number
            .parse::<u32>()
            .ok()
            .and_then(|number| number.checked_mul(factor));
        size.filter(|&size| size > 0).ok_or_else(|| {
            Problem::new("is not between 1 and 4294967295")
                .code(Code::OUT_OF_RANGE)
                .help("write a number such as `100k`")
        })
    }
}

/// A status that HAProxy has a page for.
struct Status;

impl Grammar for Status {
    type Value = LimitStatus;
    const NAME: &'static str = "status";
    const FORM: &'static str = "200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 421, 422, 425, 429, 431, 500, 501, 502, 503 or 504";
    const PATTERN: Option<&'static str> = Some("^[2-5][0-9][0-9]$");
    const GOOD: &'static [&'static str] = &["429", "403"];
    const BAD: &'static [&'static str] = &[
        "0", "302", "418", "451", "599", "4290", "0429", "+429", "too many",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<LimitStatus, Problem> {
        let digits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        number.and_then(LimitStatus::new).ok_or_else(|| {
            Problem::new("is no status that HAProxy can refuse requests with")
                .help(format!("write `429`; the others are {}", Self::FORM))
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
        requests,
        period,
        size,
        status,
        exempt,
    } = &draft.rate_limit;
    let Some(requests) = requests else { return };
    let second = || Millis::new(1_000);
    let Some(period) = period.map(|period| period.value).or_else(second) else {
        return;
    };
    let exempt = exempt
        .as_ref()
        .and_then(|items| resolve(items, context, said));
    policy.rate_limit = Some(RateLimit {
        // What the ConfigMap alone leads to counts for itself, too.
        owner: context
            .ingress
            .map_or_else(String::new, |ingress| ingress.meta.name.to_string()),
        requests: requests.value,
        period,
        size: size.map_or(DEFAULT_SIZE, |size| size.value),
        status: status.map_or(LimitStatus::DEFAULT, |status| known(status, context, said)),
        exempt,
    });
}

/// The status, or the default one where the oldest HAProxy that is to load the output has no page for it.
fn known(status: Sourced<LimitStatus>, context: &Context<'_>, said: &mut Said) -> LimitStatus {
    let (wanted, target) = (status.value, context.settings.target);
    if !wanted.is_new() || target.has(3, 2) {
        return wanted;
    }
    let (object, key) = context.named(status.origin);
    let message = format!(
        "`{key}` of {object} is {}, for which HAProxy {target} has no page",
        wanted.get()
    );
    said.say(
        Said::about(Code::HAPROXY_VERSION_TOO_LOW, status.origin, message)
            .object(object)
            .help("write `429`, or set `target.haproxy` to `3.2`"),
    );
    LimitStatus::DEFAULT
}

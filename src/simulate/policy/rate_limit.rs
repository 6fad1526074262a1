//! How often a client may ask.

use super::flight::{Counted, Flight, Reply};
use crate::ir::Policy;
use crate::ir::policy::Field;

/// What it does with a request: whether the limit is met, the requests before decide.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let limit = policy.rate_limit.as_ref()?;
    let client = flight.source;
    if limit
        .exempt
        .as_ref()
        .is_some_and(|list| list.contains(client))
    {
        flight.step(Field::RateLimitExempt, format!("{client} is not limited"));
        return None;
    }
    let (requests, period) = (limit.requests, limit.period);
    let status = limit.status.get();
    flight.step(
        Field::RateLimit,
        format!("{requests} requests in {period}; more are answered with {status}"),
    );
    flight.counted.push(Counted {
        requests,
        period: period.get(),
        status,
    });
    None
}

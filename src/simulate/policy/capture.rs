//! What of a request is logged.

use super::flight::{Flight, Reply};
use super::sample;
use crate::ir::{Field, Policy};

/// What it does with a request.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    for sample in &policy.capture.samples {
        let text = match sample::alone(sample, flight) {
            Some(value) => {
                let value: String = value.chars().take(policy.capture.length.into()).collect();
                format!("`{sample}` is logged: `{value}`")
            }
            None => format!("`{sample}` is logged"),
        };
        flight.step(Field::Capture, text);
    }
    None
}

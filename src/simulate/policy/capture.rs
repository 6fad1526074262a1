//! What of a request is logged.

use super::flight::{Flight, Reply};
use super::sample;
use crate::ir::{Field, Policy};
use crate::text::credentials;

/// What it does with a request.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    for sample in &policy.capture.samples {
        let text = match sample::alone(sample, flight) {
            Some(value) => {
                let value: String = value.chars().take(policy.capture.length.into()).collect();
                if credentials::line(&format!("{sample} x")).ends_with(credentials::NOT_SHOWN) {
                    format!("`{sample}` is logged: {}", credentials::NOT_SHOWN)
                } else {
                    format!("`{sample}` is logged: `{value}`")
                }
            }
            None => format!("`{sample}` is logged"),
        };
        flight.step(Field::Capture, text);
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::ir::policy::{Access, Capture, ClientHeader, ClientSource};
    use crate::ir::{Field, Moment, Policy, Sample};
    use crate::simulate::Request;
    use crate::simulate::policy::{Flight, run};

    #[test]
    fn the_client_is_whom_the_header_names() {
        let header = ClientHeader::new("X-Real-IP").expect("legal");
        let policy = Policy {
            access: Access {
                client_source: Some(ClientSource {
                    header,
                    trusted: None,
                }),
                ..Access::default()
            },
            capture: Capture {
                samples: vec![Sample::parse("src", Moment::Request).expect("legal")],
                length: 128,
            },
            ..Policy::default()
        };
        let request = Request {
            headers: vec![("x-real-ip".to_owned(), "203.0.113.9".to_owned())],
            ..Request::default()
        };
        let course = run(&policy, Flight::new(&request, "shop.example.com", "/"));
        let mut steps = course.steps.iter();
        let step = steps.find(|step| step.field == Field::Capture);
        let text = step.map(|step| step.text.as_str());
        assert_eq!(text, Some("`src` is logged: `203.0.113.9`"));
    }
}

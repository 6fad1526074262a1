//! What of a request is logged.

use super::context::{Context, Said};
use super::dropped;
use super::grammar::{Grammar, Integer, Problem};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::Capture;
use crate::ir::{Moment, Policy, Sample};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "capture",
    title: "Captures",
    specs: &[
        &HAPROXYTECH_REQUEST_CAPTURE,
        &HAPROXYTECH_REQUEST_CAPTURE_LEN,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    samples: Option<Sourced<Vec<Sample>>>,
    length: Option<Sourced<u32>>,
}

annotation! {
    /// What of a request is logged besides its first line.
    ///
    /// A sample on each line, without `%[` and `]`. The log line has them between braces, in the order of the lines. All routes share
    /// the places, so a route with fewer samples leaves the last ones empty. `X-Real-IP`, `Forwarded` and what clients send in
    /// `X-Forwarded-…` are gone by then: the client's address is `src`, also the one that `src-ip-header` names.
    static HAPROXYTECH_REQUEST_CAPTURE: Samples = {
        key: HaproxyTech / "request-capture",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: Capture,
        support: Support::Partial("nothing is captured of TLS that is handed through"),
        since: "0.1",
        example: "req.hdr(User-Agent)",
        apply: |draft, value| draft.capture.samples = Some(value),
    }
}

annotation! {
    /// How many bytes of each sample are logged.
    ///
    /// Places in the log line are shared by all routes and as long as the longest of them asks for.
    static HAPROXYTECH_REQUEST_CAPTURE_LEN: Length = {
        key: HaproxyTech / "request-capture-len",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "128",
        field: CaptureLength,
        support: Support::Partial("a place in the log line is as long as the longest that any route asks for"),
        requires: ["request-capture"],
        since: "0.1",
        example: "64",
        apply: |draft, value| draft.capture.length = Some(value),
    }
}

/// The length where nothing is said.
const LENGTH: u16 = 128;

/// How long a capture may be.
type Length = Integer<1, { Capture::MAX_LENGTH as u32 }>;

/// A sample on each line.
pub(super) struct Samples;

impl Grammar for Samples {
    type Value = Vec<Sample>;
    const NAME: &'static str = "samples";
    const FORM: &'static str = "a sample on each line, such as `req.hdr(User-Agent)` or `src`";
    const GOOD: &'static [&'static str] = &[
        "req.hdr(User-Agent)",
        "src\nreq.hdr(x-id),lower",
        "hdr(host)",
    ];
    const BAD: &'static [&'static str] = &[
        "req.hdr(authorization)",
        "env(HOME)",
        "req.hdr(a",
        "status",
        "req.hdr(a) len 20",
        "%[src]",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Vec<Sample>, Problem> {
        let lines = text
            .split('\n')
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let samples: Vec<Sample> = lines.map(sample).collect::<Result<_, _>>()?;
        for sample in &samples {
            dropped::remark(sample, remarks);
        }
        match samples.len() {
            0 => {
                Err(Problem::new("names no sample").help("write one such as `req.hdr(User-Agent)`"))
            }
            1..=Capture::MAX_SAMPLES => Ok(samples),
            _ => Err(
                Problem::new(format!("names more than {} samples", Capture::MAX_SAMPLES))
                    .code(Code::OUT_OF_RANGE),
            ),
        }
    }
}

fn sample(line: &str) -> Result<Sample, Problem> {
    Sample::parse(line, Moment::Request).map_err(|error| {
        let problem = Problem::new(format!("names no sample that may be logged: {error}"))
            .code(Code::FORMAT_EXPRESSION_IN_VALUE);
        if line.starts_with("%[") {
            problem.help("write the sample without `%[` and `]`")
        } else {
            problem
                .help("write a sample that is known to be harmless, such as `req.hdr(User-Agent)`")
        }
    })
}

/// Puts them into the policy.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, _: &mut Said) {
    let draft = &draft.capture;
    if let Some(samples) = &draft.samples {
        let length = draft.length.and_then(|it| u16::try_from(it.value).ok());
        policy.capture = Capture {
            samples: samples.value.clone(),
            length: length.unwrap_or(LENGTH),
        };
    }
}

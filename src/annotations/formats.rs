//! Values that HAProxy evaluates: text with `%[…]` in it.

use super::dropped;
use super::grammar::Problem;
use crate::finding::Code;
use crate::ir::{Format, Moment, Piece, Sample, SampleError};

/// Reads a format. Evaluating something harmless is a remark; everything else that would be evaluated is an error.
pub(super) fn read(
    text: &str,
    moment: Moment,
    remarks: &mut Vec<Problem>,
) -> Result<Format, Problem> {
    let format = Format::parse(text, moment).map_err(|error| problem(text, &error))?;
    remark(&format, remarks);
    Ok(format)
}

/// Remarks on what is evaluated, and on headers that are gone by then.
pub(super) fn remark(format: &Format, remarks: &mut Vec<Problem>) {
    for sample in samples(format) {
        dropped::remark(sample, remarks);
    }
    let samples: Vec<String> = samples(format)
        .map(|sample| format!("`%[{sample}]`"))
        .collect();
    if !samples.is_empty() {
        remarks.push(
            Problem::new(format!(
                "holds {}, which HAProxy evaluates for each request",
                samples.join(" and ")
            ))
            .code(Code::FORMAT_EXPRESSION_IN_VALUE)
            .help("write `%%` for each `%` that is meant as text"),
        );
    }
}

/// What is evaluated.
pub(super) fn samples(format: &Format) -> impl Iterator<Item = &Sample> {
    format.pieces().iter().filter_map(|piece| match piece {
        Piece::Sample(sample) => Some(sample),
        Piece::Text(_) => None,
    })
}

/// The text with `%%` for each `%` that neither is one nor begins an expression; `None` when there is none.
pub(super) fn doubled(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '%' {
            match chars.peek() {
                Some('%') => out.extend(chars.next()),
                Some('[') => {}
                _ => out.push('%'),
            }
        }
    }
    (out != text).then_some(out)
}

/// What is wrong with a format.
fn problem(text: &str, error: &SampleError) -> Problem {
    let problem =
        Problem::new(format!("cannot be used: {error}")).code(Code::FORMAT_EXPRESSION_IN_VALUE);
    if text.contains("%[") {
        problem.help("write `%%` for each `%` that is meant as text, and only samples that are known to be harmless in `%[…]`")
    } else {
        problem.help("write `%%` for each `%` that is meant as text")
    }
}

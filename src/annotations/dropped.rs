//! Headers of requests that nobody finds: the frontend takes them away before rules of routes read anything.

use super::grammar::Problem;
use crate::finding::Code;
use crate::ir::Sample;

/// A remark where a sample reads a header that does not get so far.
pub(super) fn remark(sample: &Sample, remarks: &mut Vec<Problem>) {
    if let Some(name) = header(sample) {
        remark_name(name, remarks);
    }
}

/// The header of the request that a sample reads.
pub(super) fn header(sample: &Sample) -> Option<&str> {
    let reads = ["hdr", "req.hdr", "req.fhdr", "req.hdr_cnt"];
    let name = sample.fetch.arguments.first()?;
    reads.contains(&sample.fetch.name).then_some(name)
}

/// Whether a sample reads a header that does not get so far.
pub(super) fn is_dropped(sample: &Sample) -> bool {
    header(sample).is_some_and(|name| judge(&name.to_ascii_lowercase()).is_some())
}

/// The same for the name of a header.
pub(super) fn remark_name(name: &str, remarks: &mut Vec<Problem>) {
    if let Some((why, help)) = judge(&name.to_ascii_lowercase()) {
        let problem = Problem::new(format!("reads the header `{name}`, which {why}"))
            .code(Code::INEFFECTIVE_ANNOTATION)
            .help(help);
        remarks.push(problem);
    }
}

/// Why a header is not what was sent, and what to do; the name in lower case.
fn judge(name: &str) -> Option<(&'static str, &'static str)> {
    const DROPPED: &str = "is dropped before, as clients can claim anything in it";
    const OURS: &str = "HAProxy writes itself: what is sent in it is dropped before";
    let address = "write `src`, and name the header of a trusted proxy by `src-ip-header`";
    let usual = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    Some(match name {
        "x-forwarded-for" => (OURS, address),
        "x-forwarded-proto" => (
            OURS,
            "write `ssl_fc`, which tells whether the client came over TLS",
        ),
        "x-forwarded-port" => (OURS, "write `dst_port`"),
        "x-real-ip" | "forwarded" => (DROPPED, address),
        "x-original-url" | "x-rewrite-url" => (DROPPED, "write `path` or `query`"),
        "x-forwarded-host" => (DROPPED, "write `req.hdr(host)`"),
        "proxy" => (DROPPED, "let clients send it under another name"),
        _ if name.starts_with("x-forwarded-") => {
            (DROPPED, "let clients send it under another name")
        }
        _ if !name.bytes().all(usual) => (
            "is dropped before, because of its name",
            "let clients send it under a name of letters, digits and `-`",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Moment;

    #[test]
    fn headers_that_the_frontend_takes_away_are_told() {
        for (text, told) in [
            ("req.hdr(X-Real-IP)", true),
            ("hdr(x-forwarded-for),lower", true),
            ("req.fhdr(Forwarded)", true),
            ("req.hdr_cnt(x-forwarded-groups)", true),
            ("req.hdr(x_user)", true),
            ("req.hdr(x-forwarded)", false),
            ("req.hdr(X-User)", false),
            ("req.cook(x-real-ip)", false),
            ("src", false),
        ] {
            let sample = Sample::parse(text, Moment::Request).expect(text);
            let mut remarks = Vec::new();
            remark(&sample, &mut remarks);
            assert_eq!(remarks.len(), usize::from(told), "{text}");
        }
    }
}

//! The grammar of log formats.

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::{LogFormat, LogFormatError, LogFormatMistake};

/// A format on one line; blanks and line feeds around it do not count.
pub(in crate::annotations) struct Format;

impl Grammar for Format {
    type Value = LogFormat;
    const NAME: &'static str = "log format";
    const FORM: &'static str = "text on one line with variables of HAProxy's for logs, such as `%ci`, and samples in `%[…]`; `%%` is a percent sign";
    const GOOD: &'static [&'static str] = &[
        "%ci:%cp [%tr] %ft %b/%s %ST \"%HM %HU\"",
        "%{+Q}o %ci %{-Q}r",
        "%[ssl_fc_sni] 100%%\n",
        "it's #1 $HOME \\",
    ];
    const BAD: &'static [&'static str] = &[
        "%cix",
        "100%",
        "%[env(HOME)]",
        "%[req.hdr(authorization)]",
        "%[src",
        "%{+Z}ci",
        "a\nb",
        "a\u{0}b",
        "  ",
        "\n",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<LogFormat, Problem> {
        read(text, LogFormat::parse)
    }
}

/// The same for connections of which nobody reads requests.
pub(in crate::annotations) struct ConnectionFormat;

impl Grammar for ConnectionFormat {
    type Value = LogFormat;
    const NAME: &'static str = "log format of connections";
    const FORM: &'static str = "text on one line with variables of HAProxy's for logs, such as `%ci`, and samples in `%[…]`, but none of requests; `%%` is a percent sign";
    const GOOD: &'static [&'static str] = &[
        "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts",
        "%{+Q}o %ci %{-Q}s",
        "%[ssl_fc_sni] 100%%\n",
    ];
    const BAD: &'static [&'static str] = &[
        "%ci %r",
        "%HM",
        "%[method]",
        "%[env(HOME)]",
        "100%",
        "a\nb",
        "a\u{0}b",
        "  ",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<LogFormat, Problem> {
        read(text, LogFormat::parse_for_connections)
    }
}

fn read(
    text: &str,
    parse: impl Fn(&str) -> Result<LogFormat, LogFormatError>,
) -> Result<LogFormat, Problem> {
    let format = text.trim();
    if format.is_empty() {
        // HAProxy refuses `log-format` without an argument.
        return Err(Problem::new("is blank").help("write a format, or remove the key"));
    }
    let start = text.len() - text.trim_start().len();
    parse(format).map_err(|error| {
        let problem =
            Problem::new(error.message).at(start + error.range.start..start + error.range.end);
        match error.kind {
            LogFormatMistake::Grammar => problem.help(
                "write `%%` for a percent sign, or a variable of section 8.2.4 of HAProxy's manual",
            ),
            LogFormatMistake::Expression => problem
                .code(Code::FORMAT_EXPRESSION_IN_VALUE)
                .help("take a sample that shows nothing secret, or leave it out"),
            LogFormatMistake::Control => problem
                .code(Code::INJECTION_CHARACTERS)
                .help("write the format on one line"),
            LogFormatMistake::Request => {
                problem.help("take the variables of `option tcplog`: `%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts`")
            }
        }
    })
}

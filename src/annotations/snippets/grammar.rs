//! What snippets take.

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::RawLine;

/// Lines of HAProxy's language.
pub(in crate::annotations) struct Lines;

/// The longest value in bytes.
const LONGEST: usize = 65_536;

impl Grammar for Lines {
    type Value = Vec<RawLine>;
    const NAME: &'static str = "raw lines";
    const FORM: &'static str = "lines of HAProxy's language that open no section and read neither the environment nor Lua nor files";
    const GOOD: &'static [&'static str] = &[
        "http-request set-header X-Team shop",
        "# comment\nacl local src 10.0.0.0/8\nhttp-request set-header X-Local yes if local\n",
    ];
    const BAD: &'static [&'static str] = &[
        "backend evil",
        "http-request set-header A b\nfrontend evil\n  bind :99",
        "http-request set-header A %[env(HOME)]",
        "http-request set-header A \"$HOME\"",
        "http-request set-header A 'b",
        "http-request set-header A b\r\u{0}",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Vec<RawLine>, Problem> {
        if text.len() > LONGEST {
            return Err(Problem::new("is longer than 64 KiB").code(Code::CONFIG_SNIPPET));
        }
        let mut lines = Vec::new();
        let mut start = 0;
        for (number, line) in (1..).zip(text.split('\n')) {
            match RawLine::new(line) {
                Ok(line) => lines.extend(line),
                Err(why) => {
                    let code = if why.contains("control character") {
                        Code::INJECTION_CHARACTERS
                    } else if why.contains("more words") {
                        Code::LINE_LIMIT
                    } else {
                        Code::CONFIG_SNIPPET
                    };
                    return Err(Problem::new(format!(
                        "cannot be used because of line {number}: {why}"
                    ))
                    .code(code)
                    .help("remove the line, or put it into a file that `include` names")
                    .at(start..start + line.len()));
                }
            }
            start += line.len() + 1;
        }
        Ok(lines)
    }
}

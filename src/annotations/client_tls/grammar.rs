//! Lists of protocols.

use crate::annotations::Problem;
use crate::annotations::grammar::Grammar;
use crate::ir::global::Alpn;

/// Names of protocols with commas between them (RFC 7301), blanks around them allowed.
pub(super) struct Protocols;

impl Grammar for Protocols {
    type Value = Vec<Alpn>;
    const NAME: &'static str = "protocols";
    const FORM: &'static str =
        "`h2`, `http/1.1` and `http/1.0`, each once, with commas between them";
    const PATTERN: Option<&'static str> =
        Some("^ *(h2|http/1\\.[01]) *(, *(h2|http/1\\.[01]) *){0,2}$");
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = &["h2,http/1.1", "http/1.1", "h2, http/1.1, http/1.0"];
    const BAD: &'static [&'static str] = &[
        "h3",
        "h2 http/1.1",
        "H2",
        "h2,",
        "h2,h2",
        "http/1.1 crt /etc/passwd",
        "spdy/3",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Vec<Alpn>, Problem> {
        let mut protocols = Vec::new();
        let mut start = 0;
        for item in text.split(',') {
            let range = start..start + item.len();
            start = range.end + 1;
            let name = item.trim_matches(' ');
            let refuse = |message: String, help: &str| {
                Err(Problem::new(message).help(help).at_item(range.start, item))
            };
            let Some(protocol) = Alpn::parse(name) else {
                return refuse(
                    format!(
                        "names the protocol `{}`, which HAProxy does not speak over TCP",
                        name.escape_debug()
                    ),
                    "write `h2,http/1.1`, or one of them",
                );
            };
            if protocols.contains(&protocol) {
                return refuse(
                    format!("names `{protocol}` twice"),
                    "name each protocol once",
                );
            }
            protocols.push(protocol);
        }
        Ok(protocols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_preference_and_a_hostile_name_stays_out() {
        let read = |text| Protocols::parse(text, &mut Vec::new());
        assert_eq!(read("http/1.1, h2"), Ok(vec![Alpn::Http11, Alpn::H2]));
        for hostile in [
            "h2\n    stats admin if TRUE",
            "h2'",
            "h2 strict-sni",
            "\0",
            "",
        ] {
            assert!(read(hostile).is_err(), "{hostile:?}");
        }
        let problem = read("h2,spdy").expect_err("no such protocol");
        assert_eq!(problem.range, Some(3..7));
    }
}

//! What the keys of authentication take.

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::Realm;

/// The one kind of authentication that the controller has.
pub(super) struct AuthType;

impl Grammar for AuthType {
    type Value = ();
    const NAME: &'static str = "kind of authentication";
    const FORM: &'static str = "`basic-auth`";
    const PATTERN: Option<&'static str> = Some("^basic-auth$");
    const GOOD: &'static [&'static str] = &["basic-auth"];
    const BAD: &'static [&'static str] = &["basic", "Basic-Auth", "forward-auth", "basic-auth "];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<(), Problem> {
        if text == "basic-auth" {
            return Ok(());
        }
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
        let near = ["basic", "basicauth", "basicauthentication"]
            .iter()
            .any(|word| letters.eq_ignore_ascii_case(word));
        let problem = Problem::new("is no kind of authentication that the controller has")
            .code(Code::AUTH_FAILS_OPEN);
        Err(problem.help(if near {
            "write `basic-auth`"
        } else {
            "write `basic-auth`, or put a proxy that logs in otherwise before the Service"
        }))
    }
}

/// See [`Realm`].
pub(super) struct RealmText;

impl Grammar for RealmText {
    type Value = Realm;
    const NAME: &'static str = "realm";
    const FORM: &'static str = "1 to 255 printable ASCII characters without `\"` and `\\`";
    const PATTERN: Option<&'static str> = Some(r"^[ !#-\[\]-~]{1,255}$");
    const GOOD: &'static [&'static str] = &["Members only", "Shop #1", "it's", "%[src]"];
    const BAD: &'static [&'static str] = &["a\"b", "a\\b", "a\nb", "Büro", "x\", evil=\"1"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Realm, Problem> {
        if let Some(realm) = Realm::new(text) {
            return Ok(realm);
        }
        let stray = |c: &(usize, char)| !(' '..='~').contains(&c.1) || "\"\\".contains(c.1);
        Err(match text.char_indices().find(stray) {
            Some((at, c)) => Problem::new(format!(
                "holds `{}`, which cannot stand in the header's quotes",
                c.escape_debug()
            ))
            .code(Code::INJECTION_CHARACTERS)
            .help("write it in ASCII, without quotes and backslashes")
            .at(at..at + c.len_utf8()),
            None => Problem::new("is longer than 255 characters").help("write a few words"),
        })
    }
}

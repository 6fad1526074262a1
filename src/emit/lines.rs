//! The last pass over `haproxy.cfg`: takes the marks off, remembers which line came from where, and checks the result.
//!
//! In: rendered text with marks. Out: the file, and an origin for each line that has one. Nothing is trusted here: what a
//! template or a type let through by mistake is found before it is written.

use std::collections::HashSet;

use super::EmitError;
use super::escape::MARK;
use super::include::{scope, section};
use crate::ir::words::{MAX_WORDS, words_with_variables};
use crate::source::{FileId, Origin};

/// A checked file.
#[derive(Debug)]
pub(super) struct Lines {
    /// The file, without marks.
    pub(super) bytes: Vec<u8>,
    /// Line numbers from 1, and what caused them.
    pub(super) origins: Vec<(u32, Origin)>,
}

/// Takes the marks off and checks every line; `targets` are the names that maps hold, each of which must be a backend.
/// HAProxy itself checks none of them: a name that it does not know goes to the default backend.
pub(super) fn finish<'a>(
    parts: &[impl AsRef<str>],
    targets: impl Iterator<Item = &'a str>,
) -> Result<Lines, EmitError> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.as_ref().len()).sum());
    let mut origins = Vec::new();
    let mut sections = HashSet::new();
    let mut backends = HashSet::new();
    let mut servers = Vec::new();
    let mut number = 0;
    for line in parts
        .iter()
        .flat_map(|part| part.as_ref().split_terminator('\n'))
    {
        number += 1;
        let refuse = |reason| EmitError::Line { number, reason };
        let (text, origin) = match memchr::memchr(MARK, line.as_bytes()) {
            Some(at) => (&line[..at], Some(&line[at + 1..])),
            None => (line, None),
        };
        if let Some(origin) = origin {
            origins.push((
                number,
                read(origin).ok_or(refuse("a mark is not readable"))?,
            ));
        }
        if text.bytes().any(|b| b < 0x20 || b == 0x7f) {
            return Err(refuse("a control character"));
        }
        // Words are separated by spaces, so fewer spaces cannot make too many words.
        if memchr::memchr_iter(b' ', text.as_bytes())
            .nth(MAX_WORDS - 1)
            .is_some()
        {
            let count = words_with_variables(text).map_err(refuse)?.len();
            if count > MAX_WORDS {
                return Err(refuse("more words than HAProxy reads"));
            }
        }
        if let Some((kind, name)) = section(text) {
            if !name.is_empty() && !sections.insert((scope(kind), name)) {
                return Err(refuse("a section of this name is there already"));
            }
            if kind == "backend" {
                backends.insert(name);
            }
            twins(&mut servers, &origins)?;
        }
        servers.extend(server(text).map(|name| (name, number)));
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'\n');
    }
    twins(&mut servers, &origins)?;
    let mut known = "";
    for target in targets {
        if target != known && !backends.contains(target) {
            return Err(EmitError::MissingBackend(target.to_owned()));
        }
        known = target;
    }
    Ok(Lines { bytes, origins })
}

/// Two servers of one name in a section, which is fatal to HAProxy. Takes names with their lines, and leaves none.
fn twins(servers: &mut Vec<(&str, u32)>, origins: &[(u32, Origin)]) -> Result<(), EmitError> {
    // Ours are sorted, and so almost always told apart here.
    if servers.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        servers.clear();
        return Ok(());
    }
    servers.sort_unstable();
    let twin = servers.windows(2).find(|pair| pair[0].0 == pair[1].0);
    if let Some(pair) = twin {
        let origin = |line: u32| {
            let at = origins.binary_search_by_key(&line, |(number, _)| *number);
            at.ok().map(|at| origins[at].1)
        };
        return Err(EmitError::ServerTwice {
            name: pair[1].0.to_owned(),
            lines: [pair[0].1, pair[1].1],
            origins: [origin(pair[0].1), origin(pair[1].1)],
        });
    }
    servers.clear();
    Ok(())
}

/// The name of the server that a line of a section adds.
fn server(line: &str) -> Option<&str> {
    let line = line.strip_prefix("    server")?;
    let name = line
        .strip_prefix(' ')
        .or_else(|| line.strip_prefix("-template "))?;
    let end = memchr::memchr(b' ', name.as_bytes());
    Some(&name[..end.unwrap_or(name.len())])
}

/// What [`super::escape::mark`] wrote.
fn read(mark: &str) -> Option<Origin> {
    let mut numbers = mark.split(',').map(|n| n.parse::<u32>().ok());
    let mut next = || numbers.next().flatten();
    let origin = Origin {
        file: FileId::new(next()? as usize),
        start: next()?,
        end: next()?,
    };
    numbers.next().is_none().then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::super::escape::mark;
    use super::*;

    #[test]
    fn marks_become_origins_and_leave_no_trace() {
        let origin = Origin {
            file: FileId::new(3),
            start: 14,
            end: 15,
        };
        let text = format!("backend a{}\n    server x{}\n", mark(origin), mark(origin));
        let lines = finish(&[&text], ["a", "a"].into_iter()).expect("legal");
        assert_eq!(lines.bytes, b"backend a\n    server x\n");
        assert_eq!(lines.origins, [(1, origin), (2, origin)]);
    }

    #[test]
    fn what_must_not_be_written_is_refused() {
        let many = format!("    acl{}", " x".repeat(MAX_WORDS));
        for text in [
            "backend a\t\n",
            "backend a\r\n",
            "backend a\u{1}1,2\n",
            "backend a\u{1}1,2,3,4\n",
            "backend a\u{1}1,2,3\u{1}\n",
            "backend a\nfrontend a\n",
            "backend b\n",
            "backend a\n    server x 1\n    server x 2\n",
            "backend a\n    server-template x 1\n    server-template x 2\n",
            &many,
        ] {
            assert!(finish(&[text], ["a"].into_iter()).is_err(), "{text:?}");
        }
        let most = format!("backend a\n    acl{}\n", " x".repeat(MAX_WORDS - 1));
        assert!(finish(&[&most], ["a"].into_iter()).is_ok());
        let twins = "backend a\n    server x 1\nbackend b\n    server x 1\n    server y 1\n";
        assert!(finish(&[twins], ["a"].into_iter()).is_ok());
    }

    #[test]
    fn servers_of_one_name_are_told_with_what_caused_both() {
        let origin = |start| Origin {
            file: FileId::new(1),
            start,
            end: start + 1,
        };
        let (first, second) = (mark(origin(4)), mark(origin(9)));
        let text =
            format!("backend a\n    server x 1{first}\n    server b 1\n    server x 2{second}\n");
        let error = finish(&[&text], ["a"].into_iter()).expect_err("twins");
        let expected = EmitError::ServerTwice {
            name: "x".to_owned(),
            lines: [2, 4],
            origins: [Some(origin(4)), Some(origin(9))],
        };
        assert_eq!(error, expected);
    }

    #[test]
    fn a_frontend_is_no_target_of_a_map() {
        let error = finish(&["frontend a\n"], ["a"].into_iter()).expect_err("no backend");
        assert_eq!(error, EmitError::MissingBackend("a".to_owned()));
    }
}

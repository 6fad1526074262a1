//! Lines of the operator's for a HAProxy that must keep to itself: one that runs beside those of this machine, and answers tests.
//!
//! In: the lines. Out: the same without those that listen, reach out or run something, and the places of what is missing. HAProxy binds
//! with `SO_REUSEPORT`: a second one on an address would take a share of the requests that are meant for the first.

use super::{Fragment, Include};
use crate::ir::words::words_with_variables;
use crate::source::{Origin, Sourced};

/// Sections that do nothing but listen, reach out or run something. No line outside of them needs them.
const WHOLE: [&str; 3] = ["log-forward", "program", "acme"];

/// Lines of a proxy, a ring or mailers that listen, or lead to another machine.
const OF_SECTIONS: [&str; 9] = [
    "bind",
    "dgram-bind",
    "server",
    "server-template",
    "use-server",
    "dispatch",
    "mailer",
    "email-alert",
    "external-check",
];

/// Lines of `global` that take something from another process, or change which process this is.
const OF_GLOBAL: [&str; 5] = [
    "pidfile",
    "daemon",
    "master-worker",
    "chroot",
    "server-state-file",
];

impl Include {
    /// The lines without those that listen, lead to another machine or start something; and where those stand, in order.
    pub fn confined(&self) -> (Self, Vec<Origin>) {
        let mut left_out = Vec::new();
        let mut filter =
            |fragment: &Fragment, lines: fn(&Fragment, &mut Vec<Origin>) -> Fragment| {
                lines(fragment, &mut left_out)
            };
        let confined = Self {
            global: self.global.iter().map(|it| filter(it, global)).collect(),
            defaults: self.defaults.iter().map(|it| filter(it, proxy)).collect(),
            frontend: self.frontend.iter().map(|it| filter(it, proxy)).collect(),
            backends: self
                .backends
                .iter()
                .map(|(key, fragments)| {
                    let kept = fragments.value.iter().map(|it| filter(it, proxy)).collect();
                    (key.clone(), Sourced::new(kept, fragments.origin))
                })
                .collect(),
            sections: self
                .sections
                .iter()
                .map(|it| filter(it, sections))
                .collect(),
        };
        left_out.sort_unstable();
        (confined, left_out)
    }
}

fn global(fragment: &Fragment, left_out: &mut Vec<Origin>) -> Fragment {
    fragment.keep(left_out, |words| {
        let second = words.get(1).map(String::as_str).unwrap_or_default();
        match words[0].as_str() {
            // Whatever else it may come to mean, it is about the socket.
            "stats" => matches!(second, "timeout" | "maxconn"),
            "log" => false,
            word => !OF_GLOBAL.contains(&word),
        }
    })
}

fn proxy(fragment: &Fragment, left_out: &mut Vec<Origin>) -> Fragment {
    fragment.keep(left_out, is_of_this_process)
}

fn is_of_this_process(words: &[String]) -> bool {
    match words[0].as_str() {
        "log" => words.get(1).is_some_and(|target| target == "global"),
        word => !OF_SECTIONS.contains(&word),
    }
}

fn sections(fragment: &Fragment, left_out: &mut Vec<Origin>) -> Fragment {
    let mut kind = String::new();
    let mut lines = Vec::new();
    for line in &fragment.lines {
        let words = words(&line.value);
        if opens_section(&line.value) {
            kind = words.first().cloned().unwrap_or_default();
        }
        let kept = match kind.as_str() {
            kind if WHOLE.contains(&kind) => is_silent(&words),
            "peers" => is_silent(&words) || ["peers", "table"].contains(&words[0].as_str()),
            _ => is_silent(&words) || is_of_this_process(&words),
        };
        if !kept {
            left_out.push(line.origin);
            continue;
        }
        lines.push(line.clone());
        if kind == "peers" && opens_section(&line.value) {
            // Tables still find it, and nobody is talked to.
            lines.push(Sourced::new("    disabled".to_owned(), line.origin));
        }
    }
    fragment.with(lines)
}

impl Fragment {
    /// The lines that `keeps` lets stay; comments, conditions and blank lines are not asked for.
    fn keep(&self, left_out: &mut Vec<Origin>, keeps: impl Fn(&[String]) -> bool) -> Self {
        let mut lines = Vec::new();
        for line in &self.lines {
            let words = words(&line.value);
            if is_silent(&words) || keeps(&words) {
                lines.push(line.clone());
            } else {
                left_out.push(line.origin);
            }
        }
        self.with(lines)
    }

    fn with(&self, lines: Vec<Sourced<String>>) -> Self {
        Self {
            file: self.file,
            kind: self.kind,
            lines,
        }
    }
}

/// What HAProxy takes the line for. `no` before a word does not change what the word is about.
fn words(line: &str) -> Vec<String> {
    let mut words = words_with_variables(line).unwrap_or_default();
    if words
        .first()
        .is_some_and(|word| word == "no" || word == "default")
    {
        words.remove(0);
    }
    words
}

/// A blank line, a comment or a condition.
fn is_silent(words: &[String]) -> bool {
    words.first().is_none_or(|word| word.starts_with('.'))
}

/// Lines of sections are indented.
fn opens_section(line: &str) -> bool {
    !line.is_empty() && !line.starts_with([' ', '#', '.'])
}

#[cfg(test)]
mod tests {
    use super::super::FragmentKind;
    use super::*;
    use crate::source::{File, FileKind, Sources};

    fn fragment(sources: &mut Sources, kind: FragmentKind, text: &str) -> Fragment {
        let file = sources.add(File::new("own.cfg", text).kind(FileKind::Fragment));
        Fragment::read(sources, file, kind).expect("legal")
    }

    fn text(fragments: &[Fragment]) -> String {
        let lines = fragments.iter().flat_map(Fragment::lines);
        lines.fold(String::new(), |text, line| text + &line.value + "\n")
    }

    #[test]
    fn nothing_listens_leads_elsewhere_or_is_started() {
        let mut sources = Sources::default();
        let global = "# own\nstats socket /run/haproxy.sock\nstats \"sock\"et ipv4@:9999\nstats timeout 1m\nlog 10.0.0.1 local0\npidfile /run/x\nno insecure-fork-wanted\ntune.bufsize 32768\n";
        let proxy = "bind :80\nlog 10.0.0.1 local0\nlog global\n.if defined(X)\nserver own 10.9.9.9:80\n.endif\nhttp-request set-header X-A b\n";
        let sections = "listen own from d_http\n  bind :9000\n  http-request deny\npeers mates\n  bind :10000\n  peer a 10.0.0.1:10000\n  table t type ip size 10k\nlog-forward syslog\n  dgram-bind :514\n  log 10.0.0.1 local0\nuserlist people\n  user a insecure-password b\nprogram p\n  command sh\nbackend st from d_http\n  stick-table type ip size 1k peers mates\n  server s 10.0.0.1:80\n";
        let include = Include {
            global: vec![fragment(&mut sources, FragmentKind::Global, global)],
            frontend: vec![fragment(&mut sources, FragmentKind::Frontend, proxy)],
            sections: vec![fragment(&mut sources, FragmentKind::Sections, sections)],
            ..Include::default()
        };
        let (confined, left_out) = include.confined();
        assert_eq!(
            text(&confined.global),
            "    # own\n    stats timeout 1m\n    no insecure-fork-wanted\n    tune.bufsize 32768\n"
        );
        assert_eq!(
            text(&confined.frontend),
            "    log global\n    .if defined(X)\n    .endif\n    http-request set-header X-A b\n"
        );
        let sections = "listen own from d_http\n    http-request deny\npeers mates\n    disabled\n    table t type ip size 10k\nuserlist people\n    user a insecure-password b\nbackend st from d_http\n    stick-table type ip size 1k peers mates\n";
        assert_eq!(text(&confined.sections), sections);
        assert_eq!(left_out.len(), 4 + 3 + 9);
    }
}

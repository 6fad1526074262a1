//! Stdout and stderr: who may speak, how loud, and in colour or not.
//!
//! stdout carries the product of a command; notes go to stderr. A reader who closes the pipe ends the output, not the run.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::Exit;
use super::args::{ColorWhen, RunFlags};
use crate::report::{visible, without_commands, wrap_hanging};

/// The columns of a terminal that has no size.
const UNSAID: usize = 80;

/// Prose is wrapped to the terminal, within these bounds, and to the larger one where there is no terminal.
const WIDTHS: (usize, usize) = (60, 100);

/// The column in which the text behind a heading begins, as in `  read     5 files`.
const HEADING: usize = 11;

/// The two streams of a run.
pub(super) struct Streams {
    volume: Volume,
    color_out: bool,
    color_err: bool,
    /// Somebody closed the pipe, which is his right.
    closed: bool,
    failed: Option<io::Error>,
    clock: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Volume {
    Silent,
    Quiet,
    Normal,
    Decisions,
    Timings,
}

impl Streams {
    #[expect(
        clippy::disallowed_methods,
        reason = "timings belong to the command line"
    )]
    pub(super) fn new(run: &RunFlags) -> Self {
        Self {
            volume: match (run.silent, run.quiet, run.verbose) {
                (true, ..) => Volume::Silent,
                (_, true, _) => Volume::Quiet,
                (.., 0) => Volume::Normal,
                (.., 1) => Volume::Decisions,
                _ => Volume::Timings,
            },
            color_out: wants_color(run.color, io::stdout().is_terminal()),
            color_err: wants_color(run.color, io::stderr().is_terminal()),
            closed: false,
            failed: None,
            clock: Instant::now(),
        }
    }

    /// Whether decisions are told, so that lists are not folded either.
    pub(super) fn is_verbose(&self) -> bool {
        self.volume >= Volume::Decisions
    }

    /// The product, on stdout.
    pub(super) fn product(&mut self, text: &str) {
        if self.volume > Volume::Silent && !self.closed {
            let done = put(io::stdout(), text, self.color_out);
            self.remember(done);
        }
    }

    /// The product as bytes: a configuration, not text for people.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        if self.volume > Volume::Silent && !self.closed {
            let mut out = io::stdout().lock();
            let done = out.write_all(bytes).and_then(|()| out.flush());
            drop(out);
            self.remember(done);
        }
    }

    /// Findings, where stdout belongs to something else.
    pub(super) fn findings(&mut self, text: &str) {
        self.say(Volume::Quiet, text);
    }

    /// A note on stderr.
    pub(super) fn note(&mut self, text: &str) {
        let text = fit(&without_commands(text), Self::error_width());
        self.say(Volume::Normal, &format!("{text}\n"));
    }

    /// `-v`: what was decided, and why.
    pub(super) fn decision(&mut self, text: &str) {
        let text = format!("  {}", without_commands(text));
        let text = fit(&text, Self::error_width());
        self.say(Volume::Decisions, &format!("{text}\n"));
    }

    /// `-vv`: how long a stage took.
    #[expect(
        clippy::disallowed_methods,
        reason = "timings belong to the command line"
    )]
    pub(super) fn timing(&mut self, stage: &str) {
        let now = Instant::now();
        let took = now - self.clock;
        self.clock = now;
        if self.volume >= Volume::Timings {
            self.say(
                Volume::Timings,
                &format!("  time     {stage:<10} {}\n", milliseconds(took)),
            );
        }
    }

    /// Why the run ends. Shown unless everything is silent.
    pub(super) fn error(&mut self, message: &str) {
        let message = without_commands(message.trim_end_matches('\n'));
        self.say(Volume::Quiet, &fit(&message, Self::error_width()));
        self.say(Volume::Quiet, "\n");
    }

    /// How wide a terminal on stdout is; `None` when it is read by a program, for which no line is to be broken.
    pub(super) fn terminal_width() -> Option<usize> {
        width_of(&io::stdout())
    }

    /// How wide a terminal on stderr is; `None` when it is read by a program.
    fn error_width() -> Option<usize> {
        width_of(&io::stderr())
    }

    /// How wide prose may be.
    pub(super) fn width() -> usize {
        let columns = terminal_size::terminal_size_of(io::stdout())
            .or_else(|| terminal_size::terminal_size_of(io::stderr()))
            .map_or(WIDTHS.1, |(width, _)| usize::from(width.0));
        columns.clamp(WIDTHS.0, WIDTHS.1)
    }

    /// The exit code of a run whose answer is `exit`: a full disk makes a fault of it.
    pub(super) fn finish(mut self, exit: Exit) -> Exit {
        match self.failed.take() {
            None => exit,
            Some(error) => {
                self.say(
                    Volume::Quiet,
                    &format!(
                        "error: writing the output: {}\n",
                        visible(&error.to_string())
                    ),
                );
                exit.worst(Exit::Fault)
            }
        }
    }

    fn say(&mut self, from: Volume, text: &str) {
        if self.volume >= from {
            // Nobody can be told that stderr is gone.
            let _ = put(io::stderr(), text, self.color_err);
        }
    }

    fn remember(&mut self, done: io::Result<()>) {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.closed = true,
            Err(error) => self.failed = Some(error),
            Ok(()) => {}
        }
    }
}

/// How wide a terminal is; `None` where there is none. One that does not say its size has [`UNSAID`] columns.
#[cfg(unix)]
fn width_of(stream: &(impl IsTerminal + std::os::fd::AsFd)) -> Option<usize> {
    let said = terminal_size::terminal_size_of(stream);
    let said = said.map(|(width, _)| usize::from(width.0));
    said.or_else(|| stream.is_terminal().then_some(UNSAID))
}

/// The same, where handles stand for descriptors.
#[cfg(windows)]
fn width_of(stream: &(impl IsTerminal + std::os::windows::io::AsHandle)) -> Option<usize> {
    let said = terminal_size::terminal_size_of(stream);
    let said = said.map(|(width, _)| usize::from(width.0));
    said.or_else(|| stream.is_terminal().then_some(UNSAID))
}

fn put<S>(stream: S, text: &str, color: bool) -> io::Result<()>
where
    S: Write + anstream::stream::RawStream + anstream::stream::AsLockedWrite,
{
    if color {
        let mut stream = anstream::AutoStream::always(stream);
        stream.write_all(text.as_bytes())?;
        stream.flush()
    } else {
        let mut stream = stream;
        stream.write_all(anstream::adapter::strip_str(text).to_string().as_bytes())?;
        stream.flush()
    }
}

/// `NO_COLOR` wins over `FORCE_COLOR`, and `--color` over both. <https://no-color.org>, <https://force-color.org>
#[expect(
    clippy::disallowed_methods,
    reason = "the environment is asked at the command line"
)]
fn wants_color(when: ColorWhen, terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if set("NO_COLOR") => false,
        ColorWhen::Auto if set("FORCE_COLOR") => true,
        ColorWhen::Auto => terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Lines that are too long for the terminal, broken at blanks; they go on below where their text begins.
fn fit(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        // Colours are not counted here, and what has some was laid out by its author.
        if line.chars().count() <= width || line.contains('\x1b') {
            out.push_str(line);
        } else {
            wrap_hanging(&mut out, line, text_column(line), width);
            out.truncate(out.trim_end_matches('\n').len());
        }
    }
    out
}

/// Where the text of a line begins: behind its heading, as in `  read     5 files` and `  help: write`, or a little to the right of
/// the line itself.
fn text_column(line: &str) -> usize {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (heading, rest) = line[indent..].split_once(' ').unwrap_or_default();
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    let behind = indent + heading.chars().count() + 1 + blanks;
    let is_label = heading.ends_with(':') && indent > 0;
    match indent {
        // The headings of a run stand in a column of their own.
        2 if is_label || behind == HEADING => behind,
        HEADING => HEADING,
        _ => indent + 2,
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:>8.2} ms", duration.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gets_every_line_whole() {
        let long = "  not fixed a.yaml:1:1: ING106 (write the host in lower case): it would lead to another";
        assert_eq!(fit(long, None), long);
    }

    #[test]
    fn a_terminal_gets_long_lines_below_their_own_text() {
        let fit = |text| fit(text, Some(40));
        assert_eq!(
            fit(
                "  baseline 3 findings: .ingressc-baseline.json\n           2 of rules that no baseline hides"
            ),
            "  baseline 3 findings:\n           .ingressc-baseline.json\n           2 of rules that no baseline\n           hides"
        );
        assert_eq!(
            fit("error: no such file\n  help: run `ingressc init` where the manifests are"),
            "error: no such file\n  help: run `ingressc init` where the\n        manifests are"
        );
        assert_eq!(
            fit("note: the manifests have an error; see `ingressc check`"),
            "note: the manifests have an error; see\n  `ingressc check`"
        );
        let long = "  wrote    a/path/without/a/blank/that/is/longer/than/the/terminal";
        assert!(fit(long).contains("a/path/without/a/blank/that/is/longer/than/the/terminal"));
        let colored = "\x1b[1mone two three four five six seven eight nine\x1b[0m";
        assert_eq!(fit(colored), colored);
    }
}

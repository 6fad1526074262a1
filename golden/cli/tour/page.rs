//! A Markdown page with terminal sessions: its ```` ```console ```` fences are run, and say what they say then.

/// A piece of the page.
pub(super) enum Piece {
    /// Lines as they stand, with their ends.
    Prose(String),
    /// A line behind the prompt, and what the terminal shows of it.
    Command { line: String, shown: String },
}

/// A fence opens with three backticks or more, and is closed by as many.
const OPEN: &str = "console";
const PROMPT: &str = "$ ";

/// The page in pieces, from which [`join`] makes the same page.
pub(super) fn split(page: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece::Prose(String::new())];
    let mut inside: Option<&str> = None;
    for line in page.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if inside.is_some()
            && let Some(typed) = bare.strip_prefix(PROMPT)
        {
            pieces.push(Piece::Command {
                line: typed.to_owned(),
                shown: String::new(),
            });
            continue;
        }
        if inside == Some(bare) {
            inside = None;
            pieces.push(Piece::Prose(String::new()));
        }
        match pieces.last_mut().expect("never empty") {
            Piece::Prose(text) => {
                text.push_str(line);
                inside = bare.strip_suffix(OPEN).filter(|ticks| is_fence(ticks));
            }
            // A line that goes on behind a backslash.
            Piece::Command { line: typed, shown } if shown.is_empty() && typed.ends_with('\\') => {
                typed.push('\n');
                typed.push_str(bare);
            }
            Piece::Command { shown, .. } => shown.push_str(line),
        }
    }
    assert!(inside.is_none(), "a fence is left open");
    pieces
}

pub(super) fn join(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Prose(text) => text.clone(),
        Piece::Command { line, shown } => format!("{PROMPT}{line}\n{shown}"),
    };
    pieces.iter().map(text).collect()
}

/// What a terminal showed, as it stands in a fence.
pub(super) fn fenced(shown: &str) -> String {
    let mut text: String = shown
        .lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect();
    // An empty line at the end would part it from the next prompt.
    while text.ends_with("\n\n") {
        text.pop();
    }
    for line in text.lines() {
        assert!(
            !line.starts_with(PROMPT) && !line.starts_with("````"),
            "this would end the output: {line}"
        );
    }
    text
}

fn is_fence(ticks: &str) -> bool {
    ticks.len() >= 3 && ticks.bytes().all(|byte| byte == b'`')
}

#[test]
fn a_page_survives_being_taken_apart() {
    let page = "a\n\n```console\n$ x \\\n    y\none\n\ntwo\n$ z\n```\nb\n```sh\n$ no\n```\n````console\n$ y\n```\n````\n";
    let pieces = split(page);
    assert_eq!(join(&pieces), page);
    let lines = pieces.iter().filter_map(|piece| match piece {
        Piece::Command { line, shown } => Some((line.as_str(), shown.as_str())),
        Piece::Prose(_) => None,
    });
    let lines: Vec<_> = lines.collect();
    assert_eq!(
        lines,
        [("x \\\n    y", "one\n\ntwo\n"), ("z", ""), ("y", "```\n")]
    );
}

//! docs/tour.md and docs/pictures: what they show is what the binary does.
//!
//! In: the page, whose prose is written by hand, and docs/example. Out: every output in the page, and the pictures, as a terminal of
//! 80 columns shows them. `INSTA_UPDATE=always cargo test --test cli tour` makes them anew.

mod page;
mod picture;
mod terminal;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use page::Piece;
use terminal::Terminal;

const COLUMNS: u16 = 80;

/// Pictures: the name of the file, and what is typed.
const PICTURES: [(&str, &str); 3] = [
    ("check", "ingressc check draft/"),
    (
        "route",
        "ingressc route https://shop.example.com/cart/7 -i deploy/",
    ),
    ("diff", "ingressc diff deploy/ next/"),
];

#[test]
fn the_tour_shows_what_the_commands_do() {
    let file = root().join("docs/tour.md");
    let page = std::fs::read_to_string(&file).expect("the page");
    let haproxy = haproxy();
    let terminal = Terminal::new(COLUMNS, false, haproxy.as_deref());
    let mut pieces = page::split(&page);
    for piece in &mut pieces {
        let Piece::Command { line, shown } = piece else {
            continue;
        };
        let is_live = line.contains("--live");
        let asked = is_live || line.contains("--verify");
        // Only Linux has as many loopback addresses as a live test needs.
        if asked && haproxy.is_none() || is_live && !cfg!(target_os = "linux") {
            continue;
        }
        let now = page::fenced(&terminal.run(line));
        if without_version(&now) != without_version(shown) {
            *shown = now;
        }
    }
    fresh(&file, &page::join(&pieces));
}

#[test]
fn the_pictures_show_what_the_commands_do() {
    for (name, line) in PICTURES {
        let terminal = Terminal::new(COLUMNS, true, None);
        let shown = terminal.run(line);
        let file = root().join(format!("docs/pictures/{name}.svg"));
        fresh(&file, &picture::draw(line, &shown, COLUMNS));
    }
}

#[test]
fn the_map_of_the_tour_is_that_of_the_example() {
    let terminal = Terminal::new(COLUMNS, false, None);
    let map = terminal.run("ingressc route --graph map.svg --quiet -i deploy/ && cat map.svg");
    fresh(&root().join("docs/pictures/routes.svg"), &map);
}

/// A line that a terminal breaks cannot be read as a table any more. What is for people has to fit, but for places in files, and for
/// code.
#[test]
fn what_the_tour_shows_fits_the_terminal() {
    let page = std::fs::read_to_string(root().join("docs/tour.md")).expect("the page");
    for piece in page::split(&page) {
        let Piece::Command { line, shown } = piece else {
            continue;
        };
        let is_for_programs = line.contains("--format") || line.contains(" | ");
        let mut is_code = false;
        for shown in shown.lines() {
            is_code ^= shown.starts_with("```");
            assert!(
                is_for_programs
                    || is_code
                    || shown.contains(".yaml:")
                    || shown.chars().count() <= usize::from(COLUMNS),
                "`{line}` shows a line of more than {COLUMNS} columns:\n{shown}"
            );
        }
    }
}

#[test]
fn the_tour_has_every_command() {
    let page = std::fs::read_to_string(root().join("docs/tour.md")).expect("the page");
    let terminal = Terminal::new(COLUMNS, false, None);
    let help = terminal.run("ingressc --help");
    let (_, commands) = help.split_once("Commands:\n").expect("a list of commands");
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let mut count = 0;
    for command in commands {
        let name = command.split_whitespace().next().expect("a name");
        count += 1;
        assert!(
            name == "help" || page.contains(&format!("ingressc {name}")),
            "docs/tour.md does not show `ingressc {name}`"
        );
    }
    assert!(count > 10, "{help}");
}

/// The binary that the tour calls `haproxy`: `HAPROXY`, or the one in PATH.
fn haproxy() -> Option<PathBuf> {
    let named = std::env::var_os("HAPROXY").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join("haproxy"));
    let found = named.or_else(|| places.find(|path| path.is_file()));
    let works = |path: &PathBuf| {
        let mut command = Command::new(path);
        command
            .arg("-v")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = found.and_then(|path| std::path::absolute(path).ok());
    let found = found.filter(works);
    let required = std::env::var("INGRESSC_REQUIRE_HAPROXY").is_ok_and(|value| value == "1");
    assert!(found.is_some() || !required, "there is no HAProxy");
    if found.is_none() {
        eprintln!("notice: no HAProxy; what the tour asks it is not compared");
    }
    found
}

/// HAProxy's version is that of whoever runs the tests.
fn without_version(shown: &str) -> String {
    let mut parts = shown.split("haproxy ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        text + "haproxy " + rest
    })
}

/// Compares a committed file with what it should say, or makes it say so.
fn fresh(file: &Path, expected: &str) {
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::create_dir_all(file.parent().expect("in docs")).expect("created");
        std::fs::write(file, expected).expect("written");
        return;
    }
    let have = std::fs::read_to_string(file).unwrap_or_default();
    if have != expected {
        let diff = similar::TextDiff::from_lines(have.as_str(), expected);
        panic!(
            "{} is stale: INSTA_UPDATE=always cargo test --test cli tour\n{}",
            file.display(),
            diff.unified_diff().context_radius(3)
        );
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

//! What a terminal shows, as an SVG that needs nothing beside it: a window on a dark ground, with text that can be selected.

use std::fmt::Write as _;

/// All in pixels. A column is as wide as a character of most monospace fonts of this size; the others are stretched to it.
const SIZE: f64 = 14.0;
const COLUMN: f64 = 8.4;
const LINE: f64 = 20.0;
const MARGIN: f64 = 18.0;
const BAR: f64 = 34.0;

const STYLE: &str = "\
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;fill:#d5d9e0;white-space:pre}\
.bold{font-weight:700}.dim{fill:#8d95a5}.italic{font-style:italic}.underline{text-decoration:underline}\
.black{fill:#5c6370}.red{fill:#f47c86}.green{fill:#93cf80}.yellow{fill:#e6c172}.blue{fill:#80b4f5}.magenta{fill:#d09bea}\
.cyan{fill:#68c9d6}.white{fill:#f3f5f9}";

const COLORS: [&str; 8] = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
];

/// How the characters that follow look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the terminal"
)]
struct Look {
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    color: Option<&'static str>,
}

impl Look {
    /// Takes the numbers of `ESC [ … m`.
    fn apply(&mut self, numbers: &str) {
        for number in numbers.split(';') {
            match number.parse().unwrap_or(0_usize) {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                39 => self.color = None,
                color @ (30..=37 | 90..=97) => self.color = Some(COLORS[color % 10]),
                other => panic!("the picture knows no colour {other} (of {numbers})"),
            }
        }
    }

    fn classes(self) -> String {
        let named = [
            (self.bold, "bold"),
            // A colour says more than that it is dim.
            (self.dim && self.color.is_none(), "dim"),
            (self.italic, "italic"),
            (self.underline, "underline"),
        ];
        let classes = named.iter().filter(|(set, _)| *set).map(|(_, name)| *name);
        classes.chain(self.color).collect::<Vec<_>>().join(" ")
    }
}

/// A window of `columns`, or as many as the widest line needs, in which `line` was typed, and then showed `shown`.
pub(super) fn draw(line: &str, shown: &str, columns: u16) -> String {
    let text = format!(
        "\x1b[32m$\x1b[0m \x1b[1m{line}\x1b[0m\n{}",
        shown.trim_end()
    );
    let lines = runs(&text);
    let ends = lines.iter().filter_map(|runs| runs.last().map(Run::end));
    let columns = ends.max().unwrap_or(0).max(u32::from(columns));
    let width = f64::from(columns) * COLUMN + 2.0 * MARGIN;
    let height =
        BAR + MARGIN / 2.0 + f64::from(u32::try_from(lines.len()).expect("few")) * LINE + MARGIN;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>",
        escaped(line)
    );
    let _ = writeln!(
        svg,
        "<rect x=\".5\" y=\".5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"9\" fill=\"#15181e\" stroke=\"#3d434e\"/>",
        width - 1.0,
        height - 1.0
    );
    for (x, color) in [(20, "#ec6a5e"), (40, "#f4bf4f"), (60, "#61c554")] {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x}\" cy=\"18\" r=\"6\" fill=\"{color}\"/>"
        );
    }
    let mut y = BAR + MARGIN / 2.0 + SIZE;
    for runs in &lines {
        let _ = write!(svg, "<text y=\"{y:.0}\" xml:space=\"preserve\">");
        for Run { column, look, text } in runs {
            let x = MARGIN + f64::from(*column) * COLUMN;
            let long = f64::from(count(text)) * COLUMN;
            let classes = look.classes();
            let class = if classes.is_empty() {
                String::new()
            } else {
                format!(" class=\"{classes}\"")
            };
            let _ = write!(
                svg,
                "<tspan x=\"{x:.1}\" textLength=\"{long:.1}\"{class}>{}</tspan>",
                escaped(text)
            );
        }
        svg.push_str("</text>\n");
        y += LINE;
    }
    svg.push_str("</svg>\n");
    svg
}

/// Characters of one look, from a column on.
struct Run {
    column: u32,
    look: Look,
    text: String,
}

impl Run {
    fn end(&self) -> u32 {
        self.column + count(&self.text)
    }
}

/// The lines of a text with colours, each in runs.
fn runs(text: &str) -> Vec<Vec<Run>> {
    let mut look = Look::default();
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut runs: Vec<Run> = Vec::new();
        let mut column = 0;
        let mut rest = line;
        while !rest.is_empty() {
            let end = rest.find('\x1b').unwrap_or(rest.len());
            let (plain, escape) = rest.split_at(end);
            if !plain.is_empty() {
                let text = plain.to_owned();
                runs.push(Run { column, look, text });
                column += count(plain);
            }
            rest = escape;
            if let Some(sequence) = escape.strip_prefix("\x1b[") {
                let (numbers, after) = sequence.split_once('m').expect("a colour");
                look.apply(numbers);
                rest = after;
            } else {
                assert!(escape.is_empty(), "no colour: {escape:?}");
            }
        }
        lines.push(runs);
    }
    lines
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).expect("a line")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[test]
fn looks_follow_the_escape_sequences() {
    let lines = runs("a\x1b[1;31mb\x1b[0m c\n\x1b[2md");
    let seen: Vec<Vec<_>> = lines
        .iter()
        .map(|line| {
            let run = |run: &Run| (run.column, run.look.classes(), run.text.clone());
            line.iter().map(run).collect()
        })
        .collect();
    let run = |column, classes: &str, text: &str| (column, classes.to_owned(), text.to_owned());
    assert_eq!(
        seen,
        [
            vec![run(0, "", "a"), run(1, "bold red", "b"), run(2, "", " c")],
            vec![run(0, "dim", "d")]
        ]
    );
}

#[test]
fn a_picture_is_xml_whatever_was_shown() {
    let svg = draw("a && b < \"c\"", "<x>\n\n&\n", 80);
    let document = roxmltree::Document::parse(&svg).expect("XML");
    let lines = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    let lines: Vec<String> = lines
        .map(|line| {
            line.descendants()
                .filter_map(|node| node.is_text().then(|| node.text())?)
                .collect()
        })
        .collect();
    assert_eq!(lines, ["$ a && b < \"c\"", "<x>", "", "&"]);
}

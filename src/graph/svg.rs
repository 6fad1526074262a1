//! The map as an SVG that needs nothing besides itself: no font, script or link from elsewhere, light or dark as the reader has it.
//!
//! In: a [`Graph`]. Out: text. Names are foreign: they stand in text elements and titles only, and are escaped.

use std::fmt::Write as _;

use super::layout::{END, Layout, SOURCE, count, layout};
use super::{End, Graph, Source, Way};
use crate::text::visible;

/// The space around all.
const MARGIN: u32 = 32;
/// What lines between two columns have for their curves.
const LANE: u32 = 110;
/// The height of a path's box.
const CHIP: u32 = 22;
/// How wide a letter is taken to be: fonts differ, and boxes have some room.
const LETTER: u32 = 8;
/// Bold letters are wider in some fonts.
const BOLD: u32 = 9;
const SMALL: u32 = 7;
/// Labels are cut at so many letters.
const LONGEST: usize = 34;

/// The colours of backends and of the lines to them, for light and for dark paper.
const COLOURS: [(&str, &str); 8] = [
    ("#4c78a8", "#7fa8d6"),
    ("#5b9a68", "#86c294"),
    ("#8a6fb5", "#b39ddb"),
    ("#b07d3f", "#d6a869"),
    ("#3f8f92", "#6fbfc2"),
    ("#a8617f", "#d592ae"),
    ("#6b7f3f", "#a3b874"),
    ("#5f6f8f", "#94a5c6"),
];

/// Where the columns stand.
struct Columns {
    source: (u32, u32),
    path: (u32, u32),
    end: (u32, u32),
}

impl Columns {
    fn of(graph: &Graph) -> Self {
        let widest = |widths: &mut dyn Iterator<Item = u32>| widths.max().unwrap_or(0).max(90);
        let sources = graph.sources.iter();
        let source = widest(&mut sources.map(|it| {
            let lock = if it.is_tls { 18 } else { 0 };
            (length(&it.label) * BOLD).max(length(&it.detail) * SMALL + lock) + 28
        }));
        let ways = graph.sources.iter().flat_map(|source| &source.paths);
        let path = widest(&mut ways.map(width_of_way));
        let end = widest(
            &mut graph
                .ends
                .iter()
                .map(|it| (length(&it.label) * BOLD).max(length(&it.detail) * SMALL) + 30),
        );
        let path_x = MARGIN + source + LANE * 2 / 3;
        let end_x = path_x + path + LANE * 3 / 2;
        Self {
            source: (MARGIN, source),
            path: (path_x, path),
            end: (end_x, end),
        }
    }

    fn width(&self) -> u32 {
        self.end.0 + self.end.1 + MARGIN
    }
}

fn width_of_way(way: &Way) -> u32 {
    let shield = if way.guards.is_empty() { 0 } else { 18 };
    let beside = beside(way).map_or(0, |text| length(&text) * SMALL + 10);
    length(&way.label) * LETTER + beside + shield + 22
}

/// What stands beside a path: how it is compared, and its condition.
fn beside(way: &Way) -> Option<String> {
    match (way.kind, &way.condition) {
        ("", None) => None,
        (kind, None) => Some(kind.to_owned()),
        ("", Some(condition)) => Some(format!("if {condition}")),
        (kind, Some(condition)) => Some(format!("{kind}, if {condition}")),
    }
}

/// Writes the picture.
pub fn svg(graph: &Graph) -> String {
    let layout = layout(graph);
    let columns = Columns::of(graph);
    let has_more = u32::from(graph.folded.0 > 0);
    let (width, height) = (columns.width().max(640), layout.bottom + 70 + has_more * 24);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Map of routes\">\n"
    );
    style(&mut out);
    let _ = writeln!(
        out,
        "<rect class=\"paper\" width=\"{width}\" height=\"{height}\" rx=\"12\"/>"
    );
    headings(&mut out, &columns, graph);
    lines(&mut out, graph, &layout, &columns);
    for (at, source) in graph.sources.iter().enumerate() {
        host(&mut out, source, layout.sources[at], &columns);
        for (way, middle) in source.paths.iter().zip(&layout.paths[at]) {
            path(&mut out, way, *middle, &columns);
        }
        if let Some(middle) = layout.folded[at] {
            let text = format!("and {} more paths", source.folded);
            let x = columns.path.0 + 10;
            label(&mut out, ("quiet small", x, middle + 4), &text, usize::MAX);
        }
    }
    for (at, one) in graph.ends.iter().enumerate() {
        end(&mut out, (at, one), layout.ends[at], &columns);
    }
    let mut y = layout.bottom + 34;
    if let (hosts @ 1.., paths) = graph.folded {
        let text = format!("and {hosts} more hosts with {paths} paths, for which there is no room");
        label(&mut out, ("quiet small", MARGIN, y), &text, usize::MAX);
        y += 24;
    }
    legend(&mut out, y);
    out.push_str("</svg>\n");
    out
}

fn style(out: &mut String) {
    out.push_str(
        "\
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1d2733}
.small{font-size:11px}
.heading{font:600 11px system-ui,sans-serif;letter-spacing:.08em;fill:#6b7684}
.name{font-weight:600}
.quiet{fill:#6b7684}
.paper{fill:#fbfcfd}
.box{fill:#fff;stroke:#d5dbe3}
.chip{fill:#f1f4f8;stroke:#dbe1e9}
.guarded{fill:#edf6ef;stroke:#8fc29b}
.shield{fill:#4f9460}
.lock{fill:none;stroke:#6b7684;stroke-width:1.4}
.link{fill:none;stroke:#c3cbd6;stroke-width:1.4}
.way{fill:none;stroke-width:1.6;stroke-opacity:.6}
.if{stroke-dasharray:5 4}
.closed{stroke:#c25b5b;fill:none;stroke-dasharray:2 3}
.bar-closed{fill:#c25b5b}
",
    );
    for (number, (light, _)) in COLOURS.iter().enumerate() {
        let _ = writeln!(
            out,
            ".c{number}{{stroke:{light}}}.f{number}{{fill:{light}}}"
        );
    }
    out.push_str(
        "\
@media (prefers-color-scheme:dark){
text{fill:#dfe5ec}
.heading,.quiet{fill:#8d99a8}
.paper{fill:#12161c}
.box{fill:#1a2029;stroke:#323b47}
.chip{fill:#1d242e;stroke:#343e4b}
.guarded{fill:#18281d;stroke:#3f7a4d}
.shield{fill:#78bd88}
.lock{stroke:#8d99a8}
.link{stroke:#3d4754}
.closed{stroke:#e08585}
.bar-closed{fill:#e08585}
",
    );
    for (number, (_, dark)) in COLOURS.iter().enumerate() {
        let _ = writeln!(out, ".c{number}{{stroke:{dark}}}.f{number}{{fill:{dark}}}");
    }
    out.push_str("}\n</style>\n");
}

fn headings(out: &mut String, columns: &Columns, graph: &Graph) {
    let hosts = count(graph.sources.len());
    for (x, text) in [
        (columns.source.0, format!("HOSTS  {hosts}")),
        (columns.path.0, format!("PATHS  {}", graph.ways())),
        (columns.end.0, format!("BACKENDS  {}", graph.ends.len())),
    ] {
        label(out, ("heading", x, 36), &text, usize::MAX);
    }
}

/// The curves, below all boxes.
fn lines(out: &mut String, graph: &Graph, layout: &Layout, columns: &Columns) {
    let right_of = |(x, width): (u32, u32)| x + width;
    for (at, source) in graph.sources.iter().enumerate() {
        let from = (right_of(columns.source), layout.sources[at]);
        let middles = layout.paths[at].iter().copied().chain(layout.folded[at]);
        for middle in middles {
            curve(out, "link", from, (columns.path.0, middle));
        }
        for (way, middle) in source.paths.iter().zip(&layout.paths[at]) {
            let is_conditional = if way.condition.is_some() { " if" } else { "" };
            let class = if graph.ends[way.to].serves {
                format!("way c{}{is_conditional}", way.to % COLOURS.len())
            } else {
                "way closed".to_owned()
            };
            let from = (columns.path.0 + width_of_way(way), *middle);
            curve(out, &class, from, (columns.end.0, layout.ends[way.to]));
        }
    }
}

/// From one box to another: level at both ends.
fn curve(out: &mut String, class: &str, (x1, y1): (u32, u32), (x2, y2): (u32, u32)) {
    let middle = u32::midpoint(x1, x2);
    let _ = writeln!(
        out,
        "<path class=\"{class}\" d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}\"/>"
    );
}

fn host(out: &mut String, source: &Source, middle: u32, columns: &Columns) {
    let (x, width) = columns.source;
    let top = middle - SOURCE / 2;
    let _ = writeln!(
        out,
        "<g><title>{}</title><rect class=\"box\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{SOURCE}\" rx=\"8\"/>",
        escape(&source.label)
    );
    let has_detail = !source.detail.is_empty();
    let y = if has_detail { middle - 3 } else { middle + 4 };
    label(out, ("name", x + 12, y), &source.label, LONGEST);
    if has_detail {
        let mut text_x = x + 12;
        if source.is_tls {
            let (left, base) = (text_x, middle + 7);
            let _ = writeln!(
                out,
                "<path class=\"lock\" d=\"M{} {}v-2a3 3 0 0 1 6 0v2m-7.500 0h9v6h-9z\"/>",
                left + 2,
                base
            );
            text_x += 16;
        }
        label(
            out,
            ("quiet small", text_x, middle + 14),
            &source.detail,
            LONGEST,
        );
    }
    out.push_str("</g>\n");
}

fn path(out: &mut String, way: &Way, middle: u32, columns: &Columns) {
    let x = columns.path.0;
    let (top, width) = (middle - CHIP / 2, width_of_way(way));
    let class = if way.guards.is_empty() {
        "chip"
    } else {
        "guarded"
    };
    let mut title = way.label.clone();
    if let Some(beside) = beside(way) {
        let _ = write!(title, " ({beside})");
    }
    if !way.guards.is_empty() {
        let _ = write!(title, ": {}", way.guards.join(", "));
    }
    let _ = writeln!(
        out,
        "<g><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{CHIP}\" rx=\"11\"/>",
        escape(&title)
    );
    let mut text_x = x + 11;
    if !way.guards.is_empty() {
        shield(out, text_x, middle);
        text_x += 18;
    }
    label(out, ("", text_x, middle + 4), &way.label, LONGEST);
    if let Some(beside) = beside(way) {
        let after = text_x + length(&way.label) * LETTER + 6;
        label(out, ("quiet small", after, middle + 4), &beside, LONGEST);
    }
    out.push_str("</g>\n");
}

/// The mark of what keeps requests out.
fn shield(out: &mut String, x: u32, middle: u32) {
    let top = middle - 6;
    let _ = writeln!(
        out,
        "<path class=\"shield\" d=\"M{} {top}l5 2v3.500c0 3.500-2.200 5.700-5 7c-2.800-1.300-5-3.500-5-7v-3.500z\"/>",
        x + 5
    );
}

fn end(out: &mut String, (at, end): (usize, &End), middle: u32, columns: &Columns) {
    let (x, width) = columns.end;
    let top = middle - END / 2;
    let bar = if end.serves {
        format!("f{}", at % COLOURS.len())
    } else {
        "bar-closed".to_owned()
    };
    let _ = writeln!(
        out,
        "<g><title>{}: {}</title><rect class=\"box\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{END}\" rx=\"8\"/><rect class=\"{bar}\" x=\"{x}\" y=\"{}\" width=\"4\" height=\"{}\" rx=\"2\"/>",
        escape(&end.label),
        escape(&end.detail),
        top + 8,
        END - 16
    );
    label(out, ("name", x + 16, middle - 3), &end.label, LONGEST);
    label(
        out,
        ("quiet small", x + 16, middle + 14),
        &end.detail,
        LONGEST,
    );
    out.push_str("</g>\n");
}

/// What the marks mean, on one line.
fn legend(out: &mut String, y: u32) {
    shield(out, MARGIN, y - 4);
    label(
        out,
        ("quiet small", MARGIN + 18, y),
        "keeps requests out",
        usize::MAX,
    );
    let x = MARGIN + 175;
    let _ = writeln!(out, "<path class=\"way if c7\" d=\"M{x} {}h26\"/>", y - 4);
    label(
        out,
        ("quiet small", x + 34, y),
        "under a condition",
        usize::MAX,
    );
    let x = x + 180;
    let _ = writeln!(out, "<path class=\"way closed\" d=\"M{x} {}h26\"/>", y - 4);
    label(
        out,
        ("quiet small", x + 34, y),
        "answers by itself, or nobody does",
        usize::MAX,
    );
}

fn label(out: &mut String, (class, x, y): (&str, u32, u32), text: &str, longest: usize) {
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(" class=\"{class}\"")
    };
    let _ = writeln!(
        out,
        "<text{class} x=\"{x}\" y=\"{y}\">{}</text>",
        escape(&cut(text, longest))
    );
}

/// How many letters of a label are shown.
fn length(text: &str) -> u32 {
    count(text.chars().count().min(LONGEST))
}

/// A label that is too long loses its middle: names begin and end differently.
fn cut(text: &str, longest: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= longest {
        return text.to_owned();
    }
    let (head, tail) = (longest / 2, longest - longest / 2 - 1);
    let head: String = letters[..head].iter().collect();
    let tail: String = letters[letters.len() - tail..].iter().collect();
    format!("{head}…{tail}")
}

/// Text as it stands in XML: nothing in it is markup, and no character is one that XML refuses.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lose_their_middle_and_no_letter_more() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abc…fg");
        assert_eq!(cut("äöüäöüä", 5), "äö…üä");
    }

    #[test]
    fn foreign_text_is_text() {
        assert_eq!(
            escape("</text><script>\"&'\u{1b}\u{ffff}"),
            "&lt;/text&gt;&lt;script&gt;&quot;&amp;&#39;␛\u{fffd}"
        );
    }
}

//! The map as the text of a Mermaid flowchart, which GitHub and GitLab draw in Markdown.

use std::fmt::Write as _;

use super::Graph;
use crate::text::visible;

/// Longer labels are cut: Mermaid draws no more than 50,000 characters.
const LONGEST: usize = 60;

/// Writes the flowchart.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut path = 0;
    for (host, source) in graph.sources.iter().enumerate() {
        let detail = if source.detail.is_empty() {
            String::new()
        } else {
            format!("<br>{}", label(&source.detail))
        };
        let _ = writeln!(
            out,
            "  h{host}[\"{}{detail}\"]:::host",
            label(&source.label)
        );
        for way in &source.paths {
            let mut text = label(&way.label);
            if !way.kind.is_empty() {
                let _ = write!(text, " ({})", way.kind);
            }
            if let Some(condition) = &way.condition {
                let _ = write!(text, "<br>if {}", label(condition));
            }
            let class = if way.guards.is_empty() {
                "path"
            } else {
                let _ = write!(text, "<br>{}", label(&way.guards.join(", ")));
                "guarded"
            };
            let _ = writeln!(out, "  p{path}(\"{text}\"):::{class}");
            let _ = writeln!(out, "  h{host} --> p{path} --> b{}", way.to);
            path += 1;
        }
        if source.folded > 0 {
            let _ = writeln!(
                out,
                "  f{host}(\"and {} more paths\"):::folded",
                source.folded
            );
            let _ = writeln!(out, "  h{host} --> f{host}");
        }
    }
    for (number, end) in graph.ends.iter().enumerate() {
        let class = if end.serves { "backend" } else { "closed" };
        let _ = writeln!(
            out,
            "  b{number}[[\"{}<br>{}\"]]:::{class}",
            label(&end.label),
            label(&end.detail)
        );
    }
    let (hosts, paths) = graph.folded;
    if hosts > 0 {
        let _ = writeln!(
            out,
            "  folded[\"and {hosts} more hosts with {paths} paths\"]:::folded"
        );
    }
    out.push_str(
        "  classDef host fill:#e8eef7,stroke:#7c93b8,color:#1d2733
  classDef path fill:#f6f7f9,stroke:#b8c0cc,color:#1d2733
  classDef guarded fill:#eef6ee,stroke:#5b9a68,color:#1d2733,stroke-width:2px
  classDef backend fill:#f3effa,stroke:#9a86c4,color:#1d2733
  classDef closed fill:#fbecec,stroke:#c25b5b,color:#1d2733,stroke-dasharray:4
  classDef folded fill:#ffffff,stroke:#b8c0cc,color:#5c6773,stroke-dasharray:2
",
    );
    out
}

/// Text within quotes: whatever might mean something to Mermaid or to the page around it is written by its number.
fn label(text: &str) -> String {
    let text = visible(text);
    let mut out = String::new();
    for c in text.chars().take(LONGEST) {
        if c.is_alphanumeric() || " /.:,_*-()".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        out.push_str("...");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_label_or_opens_an_element() {
        assert_eq!(label("/a?b"), "/a#63;b");
        assert_eq!(
            label("\"]; click h0 <script>\n%%{init}"),
            "#34;#93;#59; click h0 #60;script#62;#9226;#37;#37;#123;init#125;"
        );
        assert_eq!(label("# x"), "#35; x");
        assert_eq!(label(&"x".repeat(70)), format!("{}...", "x".repeat(60)));
    }
}

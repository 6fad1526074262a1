use super::*;
use crate::simulate::example;

fn graph(lines: &[&str]) -> Graph {
    Graph::new(&example::routing(lines))
}

#[test]
fn hosts_paths_and_ends_are_drawn_once_each() {
    let graph = graph(&[
        "a.io Prefix / web 2",
        "a.io Exact /x api 0",
        "b.io Prefix / web 2",
        "- Prefix /closed - 0",
    ]);
    let ends: Vec<_> = graph
        .ends
        .iter()
        .map(|end| (end.label.as_str(), end.detail.as_str(), end.serves))
        .collect();
    assert_eq!(
        ends,
        [
            ("default/web:80", "2 servers, slices", true),
            ("default/api:80", "no servers", false),
            ("closed", "answers 503", false),
        ]
    );
    let text = mermaid(&graph);
    assert!(text.contains("  h0 --> p1 --> b1\n"), "{text}");
    assert!(text.contains("  p1(\"/x (exact)\"):::path\n"), "{text}");
    assert!(text.contains("  b0[[\"default/web:80<br>2 servers, slices\"]]:::backend\n"));
    let picture = svg(&graph);
    assert_eq!(picture.matches("class=\"chip\"").count(), 4, "{picture}");
    assert_eq!(
        picture.matches("way closed\" d=\"M").count(),
        2 + 1,
        "with the legend"
    );
    assert_eq!(picture, svg(&graph), "the same every time");
}

#[test]
fn what_there_is_no_room_for_is_counted() {
    let one: Vec<String> = (0..100)
        .map(|n| format!("a.io Prefix /p{n} web 1"))
        .collect();
    let many: Vec<String> = (0..3000)
        .map(|n| format!("h{n}.io Prefix / web 1"))
        .collect();
    let lines: Vec<&str> = one.iter().chain(&many).map(String::as_str).collect();
    let graph = graph(&lines);
    assert_eq!(graph.sources[0].folded, 60);
    assert_eq!(graph.ways(), MOST_PATHS);
    assert_eq!(graph.folded, (3000 - 160, 3000 - 160));
    let picture = svg(&graph);
    assert!(picture.contains("and 2840 more hosts with 2840 paths"));
    assert!(picture.len() < 200_000, "{}", picture.len());
    let text = mermaid(&graph);
    assert!(text.len() < 50_000, "{}", text.len());
    assert!(text.contains("and 60 more paths") && text.contains("and 2840 more hosts"));
}

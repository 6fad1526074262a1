//! `--graph`: the map of all routes into a file.

use std::path::{Path, PathBuf};

use crate::cli::journey::fault;
use crate::cli::streams::Streams;
use crate::cli::{Exit, Stop};
use crate::graph::{Graph, mermaid, svg};
use crate::report::visible;
use crate::trace::View;
use crate::write;

/// What is drawn, and where it goes.
pub(super) enum Kind {
    /// Mermaid's text to stdout.
    Out,
    /// Mermaid's text into a file.
    Mermaid(PathBuf),
    /// A picture into a file.
    Svg(PathBuf),
}

impl Kind {
    /// By the end of the name.
    pub(super) fn of(file: &str) -> Result<Self, Stop> {
        let path = Path::new(file);
        let end = path.extension().and_then(|end| end.to_str());
        match end.map(str::to_ascii_lowercase).as_deref() {
            _ if file == "-" => Ok(Self::Out),
            Some("svg") => Ok(Self::Svg(path.to_owned())),
            Some("mmd" | "mermaid") => Ok(Self::Mermaid(path.to_owned())),
            _ => Err(Stop::usage(format!(
                "error: `{}` is no kind of picture that is drawn\n  help: write FILE.svg, FILE.mmd, or `-` for Mermaid on stdout",
                visible(file)
            ))),
        }
    }
}

/// Draws the map.
pub(super) fn draw(kind: &Kind, view: &View<'_>, streams: &mut Streams) -> Result<Exit, Stop> {
    let graph = Graph::new(view.routing);
    let (path, text) = match kind {
        Kind::Out => {
            streams.product(&mermaid(&graph));
            return Ok(Exit::Clean);
        }
        Kind::Mermaid(path) => (path, mermaid(&graph)),
        Kind::Svg(path) => (path, svg(&graph)),
    };
    let shown = path.display().to_string();
    let is_input = view.sources.iter().any(|(_, file)| file.name == shown);
    if is_input {
        return Err(Stop::usage(format!(
            "error: `{}` was read as input, and is not written over",
            visible(&shown)
        )));
    }
    write::replace(path, &text)
        .map_err(|error| fault(&format!("writing `{}`", visible(&shown)), &error))?;
    streams.note(&format!("  wrote    {}", visible(&shown)));
    Ok(Exit::Clean)
}

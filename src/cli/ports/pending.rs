//! The lock of ports as it has to be, until it is written.

use std::path::Path;

use super::super::Stop;
use super::super::journey::{Journey, fault};
use super::super::streams::Streams;
use crate::ports::{Lock, OnChange, Settings, summary};
use crate::report::visible;
use crate::source::Sources;
use crate::write;

/// A lock that is to be written.
pub(in crate::cli) struct Pending {
    /// The file, as seen from where the tool runs.
    file: String,
    /// `2 allocated, 1 released`; empty when every entry stays as it is.
    changes: String,
    /// Services whose clients have to be told, a line each.
    moves: Vec<String>,
    /// What the file is to hold; `None` when it holds that, and when it is not to be touched: it cannot be understood, or is locked.
    text: Option<String>,
}

impl Pending {
    /// What a run makes of the lock.
    pub(in crate::cli) fn new(journey: &Journey, settings: &Settings) -> Self {
        let usable = !settings.lock.unusable;
        let locked = settings.on_change == OnChange::Refuse;
        let changes = journey.ports.changes.iter();
        let moves = changes.filter(|change| usable && change.is_move());
        Self {
            moves: moves
                .map(|change| format!("`{}` {}", change.key, change.became))
                .collect(),
            file: settings.file.clone(),
            changes: if usable {
                summary(&journey.ports.changes)
            } else {
                String::new()
            },
            text: text(&journey.ports.lock, &journey.sources).filter(|_| usable && !locked),
        }
    }

    /// Writes it where it differs, and tells what changed. Says whether it did.
    pub(in crate::cli) fn write(&self, streams: &mut Streams) -> Result<bool, Stop> {
        let Some(text) = &self.text else {
            return Ok(false);
        };
        save(&self.file, text)?;
        let what = match self.changes.as_str() {
            "" => "put in order",
            changes => changes,
        };
        streams.note(&format!("  ports    {what}: {}", visible(&self.file)));
        self.warn(streams);
        Ok(true)
    }

    /// Names those who move: their clients have the former port in their configuration.
    fn warn(&self, streams: &mut Streams) {
        for moves in &self.moves {
            streams.note(&format!("  warning  {}", visible(moves)));
        }
    }

    /// Says that what is printed has ports that nothing keeps.
    pub(in crate::cli) fn remark(&self, streams: &mut Streams) {
        if !self.changes.is_empty() {
            streams.note(&format!(
                "  ports    {}, and not written to {}: the next run may decide otherwise",
                self.changes,
                visible(&self.file)
            ));
            self.warn(streams);
        }
    }

    /// Names it if it has to change; how many differences that is.
    pub(in crate::cli) fn compare(&self, streams: &mut Streams) -> usize {
        if self.changes.is_empty() {
            return 0;
        }
        streams.product(&format!("changed  {}\n", visible(&self.file)));
        streams.note(&format!("  ports    to change: {}", self.changes));
        self.warn(streams);
        1
    }
}

/// What the file is to hold; `None` when it holds that already. Line ends are a matter of the checkout.
pub(super) fn text(lock: &Lock, sources: &Sources) -> Option<String> {
    let have = lock.file.map_or("", |file| &sources.file(file).text);
    let text = lock.to_text();
    (have.replace("\r\n", "\n") != text).then_some(text)
}

/// Puts it in its place. It may lie in the folder of the bundle, which is made after it.
pub(super) fn save(file: &str, text: &str) -> Result<(), Stop> {
    write::keep(Path::new(file), text)
        .map_err(|error| fault(&format!("writing {}", visible(file)), &error))
}

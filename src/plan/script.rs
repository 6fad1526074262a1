//! The commands of a plan as text for HAProxy's socket, and for nobody else: it knows no comments.
//!
//! Manual: section 9.3 of the management guide, `prompt`, `wait` and `quit`.

use super::{Plan, Step};

/// How long is waited for the connections of a server that is to go.
const PATIENCE: &str = "30s";

impl Plan {
    /// All commands, made with [`super::Sending::Piped`]. Empty where there are none. Keys stand in it.
    ///
    /// `prompt` keeps the socket open after the first command, and `quit` closes it after the last one.
    pub fn script(&self) -> String {
        let mut out = String::new();
        for step in self.steps() {
            if let Some(wait) = self.wait(step) {
                out.push_str(&wait);
                out.push('\n');
            }
            out.push_str(&step.command.wire(None));
        }
        if out.is_empty() {
            return out;
        }
        format!("prompt\n{out}quit\n")
    }

    /// The command that waits until HAProxy agrees to `step`; `None` where it need not, or knows no such command.
    fn wait(&self, step: &Step) -> Option<String> {
        let object = step
            .command
            .line
            .strip_prefix("del ")
            .filter(|_| step.waits)?;
        let (kind, name) = object.split_once(' ')?;
        let (condition, (major, minor)) = match kind {
            "server" => ("srv-removable", (3, 0)),
            "backend" => ("be-removable", (3, 4)),
            _ => return None,
        };
        self.target
            .has(major, minor)
            .then(|| format!("wait {PATIENCE} {condition} {name}"))
    }
}

//! Commands of the Runtime API, and what must be answered.
//!
//! Manual: section 9.3 of the management guide.

/// Stands in a command for the number of a map's or list's version, which HAProxy tells in answer to `prepare`. The command
/// before it in the same change whose answer is [`Answer::Version`] yields it.
pub const VERSION: &str = "@VERSION";

/// One command with what must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is sent.
    pub command: Command,
    /// What the socket must say to it.
    pub answer: Answer,
    /// HAProxy may refuse for a while, since connections last. Then it is asked again until it agrees, or time is up.
    pub waits: bool,
    /// How it is seen afterwards that it was done.
    pub check: Option<ReadBack>,
    /// What is sent when this step, or a later one of the same change, is refused: it ends an open transaction. Its answer does
    /// not matter.
    pub abort: Option<Command>,
}

impl Step {
    /// A step that is done at once and is not read back.
    pub(crate) fn new(command: Command, answer: Answer) -> Self {
        Self {
            command,
            answer,
            waits: false,
            check: None,
            abort: None,
        }
    }

    /// The same, read back by `check`.
    pub(crate) fn checked(self, check: ReadBack) -> Self {
        Self {
            check: Some(check),
            ..self
        }
    }

    /// The same, which may be refused while connections last.
    pub(crate) fn waiting(self) -> Self {
        Self {
            waits: true,
            ..self
        }
    }

    /// The same, inside a transaction that `command` ends.
    pub(crate) fn aborted_by(self, command: Command) -> Self {
        Self {
            abort: Some(command),
            ..self
        }
    }
}

/// A command of one line, and its payload if it has one.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    /// Words separated by spaces, escaped as the socket wants it, without the `<<` of a payload. May hold [`VERSION`].
    pub line: String,
    /// The lines after `<<`, none of them empty; the empty line that ends a payload is not among them. Empty: no payload.
    pub payload: Vec<String>,
    /// Whether the payload is a key, which nobody may see.
    pub private: bool,
}

impl Command {
    /// A command without payload.
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self {
            line: line.into(),
            payload: Vec::new(),
            private: false,
        }
    }

    /// A command with a payload that everybody may see.
    pub(crate) fn with_payload(line: impl Into<String>, payload: Vec<String>) -> Self {
        Self {
            payload,
            ..Self::new(line)
        }
    }

    /// A command whose payload is a key.
    pub(crate) fn with_key(line: impl Into<String>, payload: Vec<String>) -> Self {
        Self {
            private: true,
            ..Self::with_payload(line, payload)
        }
    }

    /// The bytes that the socket takes: the line with its line end, and, where there is a payload, `<<`, its lines and an empty
    /// one. `version` stands for [`VERSION`].
    pub fn wire(&self, version: Option<&str>) -> String {
        let line = match version {
            Some(version) => self.line.replace(VERSION, &format!("@{version}")),
            None => self.line.clone(),
        };
        if self.payload.is_empty() {
            return line + "\n";
        }
        format!("{line} <<\n{}\n\n", self.payload.join("\n"))
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            line,
            payload,
            private,
        } = self;
        match (payload.len(), private) {
            (0, _) => write!(f, "{line}"),
            (lines, true) => write!(f, "{line} << ({lines} lines, private)"),
            (_, false) => write!(f, "{line} << {payload:?}"),
        }
    }
}

/// What the socket must say. Empty lines around it do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing.
    Silence,
    /// Words with this among them.
    Says(&'static str),
    /// `New version created: N`; the number stands for [`VERSION`] in the commands that follow in the same change.
    Version,
}

/// A question that shows whether a step was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBack {
    /// A `show` or `get` command.
    pub command: String,
    /// Each of these has to stand in some line of the answer, surrounded by blanks or ends of the line.
    pub has: Vec<String>,
    /// None of these may stand in a line, likewise.
    pub lacks: Vec<String>,
}

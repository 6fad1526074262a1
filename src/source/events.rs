//! The scanner's events, with byte marks: the only unsafe code of the crate.
//!
//! In: one YAML document, or a run of them. Out: a flat run of [`Event`]s, each with the bytes it covers. The scanner is the port of libyaml
//! that `serde_yaml` uses too; kubectl's is a port of the same library, so its grammar is the one that decides in a cluster.

#![allow(unsafe_code)]

use std::borrow::Cow;
use std::ffi::CStr;
use std::mem::MaybeUninit;

use libyaml_rs::{
    YAML_ALIAS_EVENT, YAML_DOCUMENT_END_EVENT, YAML_DOCUMENT_START_EVENT, YAML_FOLDED_SCALAR_STYLE,
    YAML_LITERAL_SCALAR_STYLE, YAML_MAPPING_END_EVENT, YAML_MAPPING_START_EVENT,
    YAML_PLAIN_SCALAR_STYLE, YAML_SCALAR_EVENT, YAML_SEQUENCE_END_EVENT, YAML_SEQUENCE_START_EVENT,
    YAML_STREAM_END_EVENT, YAML_UTF8_ENCODING, yaml_event_delete, yaml_event_t, yaml_parser_delete,
    yaml_parser_initialize, yaml_parser_parse, yaml_parser_set_encoding,
    yaml_parser_set_input_string, yaml_parser_t,
};

/// One event, and the bytes `start..end` of the document that it covers.
#[derive(Debug)]
pub(super) struct Event<'t> {
    pub(super) kind: EventKind<'t>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What the scanner saw. Anchors are kept as text; the builder gives them their meaning.
#[derive(Debug)]
pub(super) enum EventKind<'t> {
    Alias(String),
    Scalar {
        /// Borrowed from the document wherever it stands there as it is meant, which is nearly everywhere.
        text: Cow<'t, str>,
        /// Neither quoted nor a block scalar.
        plain: bool,
        /// Its spelling decides whether it is a number, a bool, null or text; else it is text.
        typed: bool,
        anchor: Option<String>,
    },
    SequenceStart {
        anchor: Option<String>,
    },
    SequenceEnd,
    MappingStart {
        anchor: Option<String>,
    },
    MappingEnd,
    /// A second one in one document's text is content after `...`, which kubectl loses silently.
    DocumentStart,
    DocumentEnd,
    /// The start of the stream, which carries nothing.
    Frame,
    StreamEnd,
}

/// What the scanner or the builder would not accept, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanError {
    /// Lower case, without a full stop.
    pub message: String,
    /// Byte offset in the document.
    pub offset: usize,
    /// What was being read.
    pub context: Option<Context>,
    /// The document breaks no rule of YAML, but is larger, deeper or more repetitive than is read.
    pub is_limit: bool,
}

/// What the scanner was reading when it gave up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Such as `while scanning a quoted scalar`.
    pub message: String,
    /// Where that began: a byte offset in the document.
    pub offset: usize,
}

/// A pull parser over one text. After an error or `StreamEnd` it must not be asked again.
pub(super) struct Events<'t> {
    parser: Box<MaybeUninit<yaml_parser_t>>,
    text: &'t str,
}

impl<'t> Events<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut parser = Box::new(MaybeUninit::uninit());
        // SAFETY: `initialize` writes every field before anything reads it; the input outlives `self` by the lifetime 't,
        // and the parser is boxed, so the pointers into itself that it keeps stay valid when `self` moves.
        unsafe {
            let started = yaml_parser_initialize(parser.as_mut_ptr());
            assert!(started.ok, "the scanner allocates its buffers or aborts");
            yaml_parser_set_encoding(parser.as_mut_ptr(), YAML_UTF8_ENCODING);
            yaml_parser_set_input_string(parser.as_mut_ptr(), text.as_ptr(), text.len() as u64);
        }
        Self { parser, text }
    }

    pub(super) fn next(&mut self) -> Result<Event<'t>, ScanError> {
        let mut raw = MaybeUninit::<yaml_event_t>::uninit();
        // SAFETY: the parser was initialised in `new`; on success it fills `raw`.
        let done = unsafe { yaml_parser_parse(self.parser.as_mut_ptr(), raw.as_mut_ptr()) };
        if !done.ok {
            return Err(self.error());
        }
        // SAFETY: filled just above.
        let raw = Raw(unsafe { raw.assume_init() });
        let start = self.limit(raw.0.start_mark.index);
        let mut end = self.limit(raw.0.end_mark.index);
        if raw.is_block_scalar() {
            // The blank lines below belong to nobody who would edit the value.
            end = start + self.text[start..end].trim_end().len();
        }
        Ok(Event {
            kind: raw.kind(self.text, start, end),
            start,
            end,
        })
    }

    fn error(&self) -> ScanError {
        // SAFETY: initialised in `new`; `problem` and `context` are null or static C strings.
        let (problem, context, parser) = unsafe {
            let parser = self.parser.assume_init_ref();
            (
                text_of(parser.problem.cast()),
                text_of(parser.context.cast()),
                parser,
            )
        };
        // The reader knows an offset only, the scanner a mark only.
        let at = match parser.problem_mark.index {
            0 => parser.problem_offset,
            mark => mark,
        };
        ScanError {
            message: problem.unwrap_or_else(|| "this cannot be read as YAML".to_owned()),
            offset: self.limit(at),
            context: context.map(|message| Context {
                message,
                offset: self.limit(parser.context_mark.index),
            }),
            is_limit: false,
        }
    }

    /// The document.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    fn limit(&self, index: u64) -> usize {
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        self.text.floor_char_boundary(at)
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`, and dropped once.
        unsafe { yaml_parser_delete(self.parser.as_mut_ptr()) }
    }
}

struct Raw(yaml_event_t);

impl Raw {
    fn is_block_scalar(&self) -> bool {
        // SAFETY: `type_` tells which member of the union the scanner filled.
        self.0.type_ == YAML_SCALAR_EVENT
            && matches!(
                unsafe { self.0.data.scalar.style },
                YAML_LITERAL_SCALAR_STYLE | YAML_FOLDED_SCALAR_STYLE
            )
    }

    fn kind<'t>(&self, document: &'t str, start: usize, end: usize) -> EventKind<'t> {
        let event = &self.0;
        // SAFETY: `type_` tells which member of the union the scanner filled.
        unsafe {
            match event.type_ {
                YAML_SCALAR_EVENT => {
                    let scalar = &event.data.scalar;
                    let bytes = std::slice::from_raw_parts(
                        scalar.value,
                        usize::try_from(scalar.length).unwrap_or(0),
                    );
                    EventKind::Scalar {
                        text: borrow(document, start, end, bytes),
                        plain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                        typed: is_typed(scalar.tag, scalar.plain_implicit),
                        anchor: text_of(scalar.anchor),
                    }
                }
                YAML_ALIAS_EVENT => {
                    EventKind::Alias(text_of(event.data.alias.anchor).unwrap_or_default())
                }
                YAML_SEQUENCE_START_EVENT => EventKind::SequenceStart {
                    anchor: text_of(event.data.sequence_start.anchor),
                },
                YAML_MAPPING_START_EVENT => EventKind::MappingStart {
                    anchor: text_of(event.data.mapping_start.anchor),
                },
                YAML_SEQUENCE_END_EVENT => EventKind::SequenceEnd,
                YAML_MAPPING_END_EVENT => EventKind::MappingEnd,
                YAML_DOCUMENT_START_EVENT => EventKind::DocumentStart,
                YAML_DOCUMENT_END_EVENT => EventKind::DocumentEnd,
                YAML_STREAM_END_EVENT => EventKind::StreamEnd,
                _ => EventKind::Frame,
            }
        }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: filled by the scanner, and dropped once.
        unsafe { yaml_event_delete(&raw mut self.0) }
    }
}

/// The scalar's value as a slice of the document, within its quotes if it has some; a copy where escapes, folding or
/// indentation make the two differ.
fn borrow<'t>(document: &'t str, start: usize, end: usize, value: &[u8]) -> Cow<'t, str> {
    for inset in [0, 1] {
        if let Some(slice) = document.get(start + inset..end.saturating_sub(inset))
            && slice.as_bytes() == value
        {
            return Cow::Borrowed(slice);
        }
    }
    Cow::Owned(String::from_utf8_lossy(value).into_owned())
}

/// Whether the spelling of a scalar decides its type. Without a tag, quotes and the tag `!` say that it is text; with one,
/// the tags that go-yaml resolves do not.
///
/// # Safety
/// `tag` is null or a NUL-terminated string that lives through the call.
unsafe fn is_typed(tag: *const u8, plain_implicit: bool) -> bool {
    if tag.is_null() {
        return plain_implicit;
    }
    // SAFETY: promised by the caller.
    let tag = unsafe { CStr::from_ptr(tag.cast()) };
    matches!(
        tag.to_bytes().strip_prefix(b"tag:yaml.org,2002:"),
        Some(b"bool" | b"int" | b"float" | b"null" | b"timestamp")
    )
}

/// # Safety
/// `text` is null or a NUL-terminated string that lives through the call.
unsafe fn text_of(text: *const u8) -> Option<String> {
    (!text.is_null()).then(|| {
        // SAFETY: promised by the caller.
        let text = unsafe { CStr::from_ptr(text.cast()) };
        text.to_string_lossy().into_owned()
    })
}

//! What of a request is logged.

use crate::ir::Sample;

/// What of a request is logged besides the line itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capture {
    /// What is captured, each into the slot of its place.
    pub samples: Vec<Sample>,
    /// How many bytes of each are kept; 0 where there are none.
    pub length: u16,
}

impl Capture {
    /// The longest capture: nothing of a request is longer than the buffer that holds it.
    pub const MAX_LENGTH: u16 = 16_384;
    /// The most samples.
    pub const MAX_SAMPLES: usize = 32;

    /// How long each of the slots is that policies need together: slot by slot, the longest.
    pub fn slots<'p>(captures: impl Iterator<Item = &'p Self>) -> Vec<u16> {
        let mut slots = Vec::new();
        for capture in captures {
            for index in 0..capture.samples.len() {
                match slots.get_mut(index) {
                    None => slots.push(capture.length),
                    Some(length) => *length = capture.length.max(*length),
                }
            }
        }
        slots
    }
}

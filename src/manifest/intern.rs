//! Texts that stand in a great many places and are few: names of nodes and zones.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

thread_local! {
    /// What this thread has met. Documents are read side by side, and a text known twice is cheaper than waiting.
    static KNOWN: RefCell<HashSet<Arc<str>>> = RefCell::default();
}

/// The text, shared with whoever has read it before.
pub(super) fn intern(text: &str) -> Arc<str> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(same) = known.get(text) {
            return same.clone();
        }
        let new: Arc<str> = text.into();
        known.insert(new.clone());
        new
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        assert!(Arc::ptr_eq(&intern("worker-1"), &intern("worker-1")));
        assert_ne!(intern("worker-1"), intern("worker-2"));
    }
}

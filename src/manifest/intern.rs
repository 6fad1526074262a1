//! What stands in a great many places and is little: where pods run.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use super::model::Placement;

thread_local! {
    /// What this thread has met. Documents are read side by side, and a place known twice is cheaper than waiting.
    static KNOWN: RefCell<HashSet<Arc<Placement>>> = RefCell::default();
}

/// The place, shared with whoever has read it before; `None` when nothing is known about it.
pub(super) fn placement(node: Option<String>, zone: Option<String>) -> Option<Arc<Placement>> {
    if node.is_none() && zone.is_none() {
        return None;
    }
    let place = Placement { node, zone };
    KNOWN.with_borrow_mut(|known| {
        if let Some(same) = known.get(&place) {
            return Some(same.clone());
        }
        let new = Arc::new(place);
        known.insert(new.clone());
        Some(new)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_places_are_one() {
        let place = |node: &str| placement(Some(node.to_owned()), None).expect("known");
        assert!(Arc::ptr_eq(&place("worker-1"), &place("worker-1")));
        assert_ne!(place("worker-1"), place("worker-2"));
        assert_eq!(placement(None, None), None);
    }
}

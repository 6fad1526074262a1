//! SIGINT, SIGTERM and SIGHUP: what is open is closed before the program ends.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static TOLD: AtomicBool = AtomicBool::new(false);

/// From here on a signal is remembered, and a second one ends the program at once.
pub fn heed_signals() {
    static ONCE: Once = Once::new();
    // Where there is a handler already, it decides.
    ONCE.call_once(|| drop(ctrlc::set_handler(remember)));
}

#[expect(
    clippy::exit,
    reason = "the program was told to end twice, and the first time did not help"
)]
fn remember() {
    if TOLD.swap(true, Ordering::SeqCst) {
        // As a shell reports SIGINT.
        std::process::exit(130);
    }
}

/// Whether the program is to end.
pub(super) fn told_to_end() -> bool {
    TOLD.load(Ordering::SeqCst)
}

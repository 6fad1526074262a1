//! SIGINT, SIGTERM and SIGHUP: what is open is closed before the program ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

static TOLD: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on a signal is remembered, and a second one ends the program at once, as a shell reports that signal.
pub fn heed_signals() {
    TOLD.get_or_init(|| {
        let told = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // In this order: the first signal finds that none came before. Where the system takes no handler, signals do what they did.
            drop(flag::register_conditional_shutdown(
                signal,
                128 + signal,
                Arc::clone(&told),
            ));
            drop(flag::register(signal, Arc::clone(&told)));
        }
        told
    });
}

/// Whether the program is to end.
pub(super) fn told_to_end() -> bool {
    TOLD.get().is_some_and(|told| told.load(Ordering::SeqCst))
}

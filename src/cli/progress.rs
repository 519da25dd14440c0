//! A progress bar on stderr, if that is a terminal and the work takes a while.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

/// Delay before the bar appears.
const PATIENCE: Duration = Duration::from_millis(500);

/// Progress of some work, which several threads do.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Starts work on `of` items.
    pub(super) fn new(of: usize) -> Progress {
        Progress(ProgressBar::with_draw_target(Some(of as u64), ProgressDrawTarget::hidden()))
    }

    /// Counts one more finished item.
    pub(super) fn tick(&self) {
        if self.0.is_hidden() && self.0.elapsed() > PATIENCE {
            self.0.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

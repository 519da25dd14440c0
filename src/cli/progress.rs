//! A progress bar on stderr, if that is a terminal and the work takes a while.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

/// Delay before the bar appears.
const PATIENCE: Duration = Duration::from_millis(500);

/// Progress of some work.
pub(super) struct Progress {
    start: Instant,
    done: u64,
    of: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts work on `of` items.
    pub(super) fn new(of: usize) -> Progress {
        Progress { start: Instant::now(), done: 0, of: of as u64, bar: None }
    }

    /// Counts one more finished item.
    pub(super) fn tick(&mut self) {
        self.done += 1;
        if self.bar.is_none() && self.start.elapsed() > PATIENCE {
            self.bar = Some(ProgressBar::new(self.of));
        }
        self.bar.iter().for_each(|bar| bar.set_position(self.done));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}

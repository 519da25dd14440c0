//! Threads of the server's own.

use std::io;
use std::thread::{self, JoinHandle};

use crate::dialect::HAS_FILES;

/// The main thread's stack on most systems; that of other threads is smaller.
const STACK_BYTES: usize = 8 << 20;

/// Does something on a thread of its own.
pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    // Where there are no files, there are no threads.
    if !HAS_FILES {
        return Err(io::ErrorKind::Unsupported.into());
    }
    thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn(work)
}

//! What clients were told of files on the disk: they ask again and again, and hardly any file changes in between.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// Of each file what its report was made of, and the report's name.
pub(super) type Reported = Arc<Mutex<HashMap<PathBuf, (Known, String)>>>;

/// All that the report of a file depends on.
#[derive(PartialEq, Eq)]
pub(super) struct Known {
    written: SystemTime,
    bytes: u64,
    /// A hash of its settings.
    settings: u64,
    /// How often what files are read with had changed.
    changes: u64,
}

impl Known {
    /// What counts for a file of which the disk says this.
    pub(super) fn new(metadata: &Metadata, settings: u64, changes: u64) -> Known {
        let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Known { written, bytes: metadata.len(), settings, changes }
    }
}

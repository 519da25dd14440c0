//! Waits until a file changes, by looking at the times of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use super::input;
use crate::config::FILE_NAME;

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(300);

/// When each file was written, and its length; none of one that isn't there.
type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// Files, and how they were.
pub(super) struct Watched<'a> {
    paths: &'a [PathBuf],
    read: Vec<PathBuf>,
    stamps: Stamps,
}

impl<'a> Watched<'a> {
    /// Watches the files, folders and globs of arguments, and others that were read for them.
    pub(super) fn new(paths: &'a [PathBuf], read: Vec<PathBuf>) -> Watched<'a> {
        let mut watched = Watched { paths, read, stamps: Stamps::new() };
        watched.stamps = watched.look();
        watched
    }

    /// Waits for a change.
    pub(super) fn wait(&self) {
        while !self.is_changed() {
            thread::sleep(PAUSE);
        }
    }

    /// Whether something changed since.
    pub(super) fn is_changed(&self) -> bool {
        self.look() != self.stamps
    }

    fn look(&self) -> Stamps {
        let found: Vec<PathBuf> = input::find(self.paths).0.into_iter().map(|input| input.path).collect();
        // Settings count from the moment at which they are there.
        let folders: BTreeSet<PathBuf> =
            found.iter().filter_map(|path| std::path::absolute(path).ok()?.parent().map(Path::to_owned)).collect();
        let settings = folders.iter().flat_map(|folder| folder.ancestors()).map(|folder| folder.join(FILE_NAME));
        let settings: Vec<PathBuf> = settings.collect();
        found
            .into_iter()
            .chain(settings)
            .chain(self.read.iter().cloned())
            .map(|path| (path.clone(), stamp(&path)))
            .collect()
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

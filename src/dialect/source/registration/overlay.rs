//! Files of which some are edited, before anything is written.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::interpret::{Machine, Sources};
use crate::python::file::File;
use crate::text::FileEdits;

/// Files with others in the place of some.
pub(super) struct Overlay {
    sources: Arc<dyn Sources>,
    edited: BTreeMap<String, Arc<File>>,
    /// A hash of what the edited files hold.
    edits: u64,
}

impl Overlay {
    pub(super) fn new(sources: Arc<dyn Sources>, edits: &[FileEdits]) -> Overlay {
        let edited = |edits: &FileEdits| {
            let path = edits.file.path.to_string_lossy().into_owned();
            (path.clone(), Arc::new(File::new(&path, &edits.applied())))
        };
        let edited: BTreeMap<String, Arc<File>> = edits.iter().map(edited).collect();
        let mut hasher = FxHasher::default();
        edited.iter().for_each(|(path, file)| (path, &file.text).hash(&mut hasher));
        Overlay { sources, edited, edits: hasher.finish() }
    }
}

impl Sources for Overlay {
    fn file(&self, path: &str) -> Option<Arc<File>> {
        self.edited.get(path).cloned().or_else(|| self.sources.file(path))
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.edited.get(path).map(|file| file.text.clone()).or_else(|| self.sources.text(path))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.sources.list(folder)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.sources.is_folder(path)
    }

    fn roots(&self) -> &[String] {
        self.sources.roots()
    }

    fn keep(&self, machine: Machine, edits: u64) {
        self.sources.keep(machine, self.edits ^ edits);
    }

    fn kept(&self, eager: bool, edits: u64) -> Option<Machine> {
        self.sources.kept(eager, self.edits ^ edits)
    }
}

//! Registration of classes in a framework's source: read from its text, without a run, to find what is missing and to
//! write it.

mod branches;
mod classes;
mod edits;
mod imports;
mod names;
mod overlay;
mod ways;

use std::sync::Arc;

use super::SourceDialect;
use crate::dialect::Dialect;
use crate::python::file::File;
use crate::text::FileEdits;

pub use branches::ParseModel;
pub use ways::{How, INPUT_ALONE, Way};

impl SourceDialect {
    /// The file with `parse_model`.
    pub fn entry_file(&self) -> Option<Arc<File>> {
        let path = self.entry.replace('.', "/") + ".py";
        self.sources.roots().iter().find_map(|root| self.sources.file(&join(root, &path)))
    }

    /// Reads its `parse_model`; none if there is none at its top level.
    pub fn parse_model(&self) -> Option<ParseModel> {
        ParseModel::read(self.entry_file()?)
    }

    /// The same framework after edits of its files.
    pub fn edited(&self, edits: &[FileEdits]) -> Arc<dyn Dialect> {
        // As in `project/`, where the first one is made: in a browser there is none.
        if cfg!(target_family = "wasm") {
            return self.builtin.clone();
        }
        Arc::new(SourceDialect {
            sources: Arc::new(overlay::Overlay::new(self.sources.clone(), edits)),
            entry: self.entry.clone(),
            modules: self.modules.clone(),
            builtin: self.builtin.clone(),
            installed: self.installed.clone(),
        })
    }
}

/// A path below a folder.
fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{}/{path}", folder.trim_end_matches('/')) }
}

//! The model that a document's was made from, looked for among the official ones in steps: each of them is built for it.

use std::path::PathBuf;
use std::sync::Arc;
use std::vec::IntoIter;

use crate::analysis::Options;
use crate::project::{Chosen, official_bases};
use crate::weights::{self, Base, StateDict};

/// What is looked for, and how far.
pub(super) struct Search {
    pub(super) framework: Arc<Chosen>,
    pub(super) path: PathBuf,
    pub(super) mine: StateDict,
    pub(super) scale: String,
    pub(super) options: Options,
    pub(super) left: Option<IntoIter<Base>>,
    pub(super) best: weights::Search<Base>,
}

impl Search {
    /// Looks at one more model; returns what was found once all were looked at.
    pub(super) fn step(&mut self) -> Option<Option<Arc<Base>>> {
        let Some(left) = &mut self.left else {
            self.left = Some(official_bases(&self.framework.choice, &self.path).into_iter());
            return None;
        };
        if let Some(base) = left.next() {
            self.best.look_at(base, &self.mine, &self.scale, &self.options);
            return None;
        }
        let found = std::mem::take(&mut self.best).found();
        Some(found.map(|(base, _)| Arc::new(base.prepared(&self.options))))
    }
}

//! A model file as git's HEAD has it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::analysis::{Analysis, Options, analyse};
use crate::model::{Model, ReadFile};
use crate::text::SourceFile;

/// A model file as git's HEAD has it, analysed at a scale when somebody asks.
#[derive(Debug)]
pub struct Head {
    read: ReadFile,
    analyses: RefCell<HashMap<String, Rc<Analysis>>>,
}

impl Head {
    /// Reads the text; none if it is no model file.
    pub fn new(source: impl Into<SourceFile>) -> Option<Head> {
        let read = ReadFile::new(source);
        read.is_model().then(|| Head { read, analyses: RefCell::default() })
    }

    /// Its text.
    pub(super) fn text(&self) -> &str {
        self.read.text()
    }

    /// What it describes.
    pub(super) fn model(&self) -> &Model {
        &self.read.model
    }

    /// Forgets the analyses, which depend on settings and on a framework's source.
    pub fn forget(&self) {
        self.analyses.borrow_mut().clear();
    }

    /// The analysis at a scale that it has.
    pub(super) fn at(&self, letter: &str, options: &Options) -> Option<Rc<Analysis>> {
        let mut scales = self.read.model.scales().map(|(own, ..)| own).peekable();
        let has_scale = if letter.is_empty() { scales.peek().is_none() } else { scales.any(|own| own == letter) };
        has_scale.then(|| {
            let mut analyses = self.analyses.borrow_mut();
            let analysis = analyses.entry(letter.to_owned());
            analysis.or_insert_with(|| Rc::new(analyse(&self.read.model, letter, options))).clone()
        })
    }
}

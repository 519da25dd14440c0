//! A model file as the features see it: read, analysed and checked.

use crate::analysis::{Analysis, Options};
use crate::check::{self, Finding};
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::{self, Model};
use crate::syntax;
use crate::text::LineIndex;

/// A text and all that is known of it.
#[derive(Debug)]
pub struct ModelFile {
    /// The text.
    pub text: String,
    /// Its lines.
    pub lines: LineIndex,
    /// The typed file.
    pub model: Model,
    /// Which scale is shown, and why.
    pub choice: ScaleChoice,
    /// One analysis for each scale of the file, and one at the scale that is shown where the file lacks that.
    pub analyses: Vec<Analysis>,
    /// All findings, in the order of the text: at the scale that is selected, or at every scale where none is.
    pub findings: Vec<Finding>,
    /// The position in `analyses` of what is shown.
    shown: usize,
}

impl ModelFile {
    /// Reads, analyses and checks a text; none where it is no model file and isn't `known` to be one.
    ///
    /// A scale that the options ask for is passed over where the file doesn't have it.
    pub fn read(text: String, options: &Options, known: bool) -> Option<ModelFile> {
        let parse = syntax::parse(&text);
        if !known && !model::is_model_file(&parse.tree) {
            return None;
        }
        let model = model::read(&parse.tree);
        let asked = options.scale.clone().filter(|scale| model.scales().any(|(letter, ..)| letter == scale));
        let options = Options { scale: asked, ..options.clone() };
        let choice = choose_scale(&model, options.scale.as_deref(), &options.stem);
        let mut analyses = check::at_every_scale(&model, &options);
        let shown = analyses.iter().position(|analysis| analysis.scale.letter() == choice.letter());
        let shown = shown.unwrap_or_else(|| {
            analyses.push(crate::analysis::analyse(&model, &options));
            analyses.len() - 1
        });
        let checked = match choice {
            ScaleChoice::First(_) => &analyses[..],
            _ => &analyses[shown..=shown],
        };
        let findings = check::findings(&model, &parse.errors, checked);
        Some(ModelFile { lines: LineIndex::new(&text), model, choice, analyses, findings, shown, text })
    }

    /// The analysis that is shown.
    pub fn shown(&self) -> &Analysis {
        &self.analyses[self.shown]
    }

    /// The analysis at a scale of the file.
    pub fn at_scale(&self, letter: &str) -> Option<&Analysis> {
        self.analyses.iter().find(|analysis| analysis.scale.letter() == letter)
    }
}

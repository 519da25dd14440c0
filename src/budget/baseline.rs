//! The baseline: the model that relative budgets refer to.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::measure::own;
use super::{Budgets, Metric, Scope};
use crate::align;
use crate::analysis::{Analysis, Options, at_every_scale};
use crate::cost::Convention;
use crate::dialect::{Dataset, ScaleChoice, choose_scale};
use crate::model::{Model, ReadFile};
use crate::text::SourceFile;
use crate::words::{Message, message};

/// Largest number of row pairs to compare for the rows that grew, which happens at each keystroke while a budget is
/// exceeded.
const MOST_PAIRS: usize = 40_000;

/// A model, analysed at each of its scales.
#[derive(Debug)]
pub struct Baseline {
    /// The file.
    pub file: ReadFile,
    /// One analysis per scale; at least one.
    pub analyses: Vec<Analysis>,
    /// The scale that its name or a directive selects, if one does.
    choice: ScaleChoice,
}

impl Baseline {
    /// Reads and analyses a baseline, for a size of the image and a convention.
    ///
    /// # Errors
    /// A message if the text isn't a model file.
    pub fn new(source: SourceFile, options: &Options) -> Result<Baseline, Message> {
        let file = ReadFile::new(source);
        if !file.is_model() {
            let name = file.source.name();
            return Err(message!("baseline-no-model", name));
        }
        let choice = choose_scale(&file.model, None, &file.source.stem());
        let analyses = at_every_scale(&file.model, choice.letter(), options);
        Ok(Baseline { file, analyses, choice })
    }

    /// File name.
    pub fn name(&self) -> Cow<'_, str> {
        self.file.source.name()
    }

    /// Returns the analysis to compare with a file at a scale: the same scale, or the only one. A file without scales
    /// is compared with the scale that the baseline's name or directive selects, if any.
    pub fn at(&self, letter: &str) -> Option<&Analysis> {
        if let [only] = self.analyses.as_slice() {
            return Some(only);
        }
        let letter = if letter.is_empty() { self.choice.selected()? } else { letter };
        self.analyses.iter().find(|analysis| analysis.scale == letter)
    }

    /// Measures a metric; none if it isn't known.
    pub fn measure(&self, letter: &str, scope: Scope, metric: Metric) -> Option<u128> {
        super::measure(&self.file.model, self.at(letter)?, scope, metric)
    }

    /// Returns the rows of a file that cost more than their matches in the baseline, and by how much, largest growth
    /// first. A new row counts fully; rows with unknown costs, and very long models, are left out.
    pub fn growth(&self, letter: &str, metric: Metric, model: &Model, analysis: &Analysis) -> Vec<(usize, u128)> {
        let is_long = model.rows.len().saturating_mul(self.file.model.rows.len()) > MOST_PAIRS;
        let Some(before) = self.at(letter).filter(|_| !is_long) else { return Vec::new() };
        let growth = |(i, earlier): (usize, Option<usize>)| {
            let was = earlier.map_or(Some(0), |j| own(before, metric, j))?;
            let more = own(analysis, metric, i)?.checked_sub(was).filter(|&more| more > 0)?;
            Some((i, more))
        };
        let mut growths: Vec<(usize, u128)> = align::paired(&*analysis.dialect, &self.file.model, model)
            .into_iter()
            .enumerate()
            .filter_map(growth)
            .collect();
        growths.sort_by_key(|&(i, more)| (std::cmp::Reverse(more), i));
        growths
    }
}

/// What a baseline is measured with: its file, the dataset, the image size and who counts.
type Key = (PathBuf, Dataset, [i64; 2], Convention);

/// Cache of baselines by path, dataset, image size and convention.
#[derive(Default)]
pub struct Baselines {
    read: HashMap<Key, Option<Arc<Baseline>>>,
}

impl Baselines {
    /// Loads the baseline that budgets name into them. `read` returns its text, or an error message.
    ///
    /// # Errors A message if the baseline can't be used; only on the first request for it.
    pub fn resolve(
        &mut self,
        budgets: &mut Budgets,
        options: &Options,
        read: impl FnOnce(&Path) -> Result<String, Message>,
    ) -> Result<(), Message> {
        let Some(path) = &budgets.baseline_path else { return Ok(()) };
        let key = (path.clone(), options.dataset, options.imgsz, options.convention);
        if let Some(known) = self.read.get(&key) {
            budgets.baseline.clone_from(known);
            return Ok(());
        }
        let baseline = read(path)
            .map_err(|why| message!("baseline-unreadable", why))
            .and_then(|text| Baseline::new(SourceFile::new(path, text), options))
            .map(Arc::new);
        budgets.baseline = baseline.as_ref().ok().cloned();
        self.read.insert(key, budgets.baseline.clone());
        baseline.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::analyse;

    const BASE: &str = "\
scales: {n: [1.0, 0.5, 1024], s: [1.0, 1.0, 1024]}
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [-1, 1, Classify, [3]]
";

    fn options() -> Options {
        Options { imgsz: [64, 64], ..Options::default() }
    }

    fn baseline(name: &str, text: &str) -> Baseline {
        Baseline::new(SourceFile::new(name, text), &options()).unwrap()
    }

    #[test]
    fn scales_are_compared_with_their_like() {
        let letter = |baseline: &Baseline, letter: &str| baseline.at(letter).map(|a| a.scale.clone());
        let both = baseline("base.yaml", BASE);
        assert_eq!(letter(&both, "s").as_deref(), Some("s"));
        assert_eq!(letter(&both, "m"), None);
        assert_eq!(letter(&both, ""), None);
        let named = baseline("yolo11s.yaml", BASE);
        assert_eq!(letter(&named, "").as_deref(), Some("s"));
        let one = baseline("one.yaml", BASE.split_once('\n').unwrap().1);
        assert_eq!(letter(&one, "m").as_deref(), Some(""));
    }

    #[test]
    fn a_baseline_must_be_a_model() {
        let data = SourceFile::new("data.yaml", "nc: 3\nnames: [a, b]\n");
        let error = Baseline::new(data, &options()).unwrap_err();
        assert!(error.english().starts_with("the baseline data.yaml is not a model YAML"), "{error:?}");
    }

    #[test]
    fn each_is_read_once() {
        let mut baselines = Baselines::default();
        let mut budgets = Budgets { baseline_path: Some("models/base.yaml".into()), ..Budgets::default() };
        let options = Options::default();
        assert_eq!(baselines.resolve(&mut budgets, &options, |_| Ok(BASE.to_owned())), Ok(()));
        assert_eq!(budgets.baseline.as_ref().map(|baseline| baseline.name()).as_deref(), Some("base.yaml"));
        budgets.baseline = None;
        assert_eq!(baselines.resolve(&mut budgets, &options, |_| Err("read again".into())), Ok(()));
        assert!(budgets.baseline.is_some());
        budgets.baseline_path = Some("gone.yaml".into());
        let gone = |path: &Path| Err(format!("{}: no such file", path.display()).into());
        let said = Err("can't read the baseline: gone.yaml: no such file".to_owned());
        assert_eq!(baselines.resolve(&mut budgets, &options, gone).map_err(|why| why.english()), said);
        assert_eq!(baselines.resolve(&mut budgets, &options, gone), Ok(()));
        assert!(budgets.baseline.is_none());
    }

    #[test]
    fn rows_that_grew() {
        let text = BASE.replace("[32, 3, 2]]\n", "[32, 5, 2]]\n  - [-1, 1, C2f, [32]]\n");
        let model = ReadFile::new(&text).model;
        let analysis = analyse(&model, "n", &options());
        let growth = baseline("base.yaml", BASE).growth("n", Metric::Params, &model, &analysis);
        // A 5x5 kernel has 16 weights more than a 3x3 one for each of 8 x 16 channels; the new row is new as a whole.
        let new = u128::from(analysis.rows[2].params.unwrap());
        let mut expected = [(1, 16 * 8 * 16), (2, new)];
        expected.sort_by_key(|(_, more)| std::cmp::Reverse(*more));
        assert_eq!(growth, expected);
    }
}

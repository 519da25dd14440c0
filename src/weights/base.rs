//! The models whose weights another may load, and which of them a file was made from.

use std::borrow::Borrow;
use std::cmp::Reverse;

use super::{StateDict, Transfer, transfer};
use crate::analysis::{Options, analyse, at_every_scale, scale_letters};
use crate::dialect::Dataset;
use crate::model::ReadFile;

/// The architecture of YOLO11 for detection: weights of `yolo11n.pt` and the like have its names and shapes.
pub const YOLO11: &str = include_str!("templates/yolo11.yaml");

/// The architecture of YOLOv8 for detection.
pub const YOLOV8: &str = include_str!("templates/yolov8.yaml");

/// A model whose weights another may load.
#[derive(Debug)]
pub struct Base {
    /// Its name, as messages give it: `yolo11.yaml`.
    pub name: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// A model file, the only scale of it that is looked at, if that is chosen, and the weights that were worked out before.
    File(Box<ReadFile>, Option<String>, Vec<(String, Option<StateDict>)>),
    /// A checkpoint.
    Weights(StateDict),
}

/// A base, at the scale that was looked at.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Its scale, empty if it has none.
    pub scale: String,
    /// How many items it has.
    pub base_items: usize,
    /// What is kept of its weights.
    pub transfer: Transfer,
}

impl Base {
    /// Takes a model file, at a scale if one is chosen; none if it isn't one.
    pub fn of_file(name: &str, read: ReadFile, scale: Option<&str>) -> Option<Base> {
        let is_model = read.is_model();
        is_model.then(|| Base {
            name: name.to_owned(),
            content: Content::File(Box::new(read), scale.map(str::to_owned), Vec::new()),
        })
    }

    /// The same model, of which only one scale is looked at.
    pub fn at_scale(mut self, letter: &str) -> Base {
        if let Content::File(_, chosen, _) = &mut self.content {
            *chosen = Some(letter.to_owned());
        }
        self
    }

    /// The same model, with its weights at all scales worked out, for many questions.
    pub fn prepared(mut self, options: &Options) -> Base {
        if let Content::File(read, _, known) = &mut self.content {
            let options = Options { dataset: Dataset::default(), fused: false, ..options.clone() };
            let all = at_every_scale(&read.model, "", &options);
            *known = all.into_iter().map(|analysis| (analysis.scale.clone(), StateDict::of(&analysis))).collect();
        }
        self
    }

    /// Takes the weights of a checkpoint.
    pub fn of_weights(name: &str, weights: StateDict) -> Base {
        Base { name: name.to_owned(), content: Content::Weights(weights) }
    }

    /// The architectures that come with yolint.
    pub fn built_in() -> Vec<Base> {
        let base = |(name, text): (&str, &str)| Base::of_file(name, ReadFile::new(text), None);
        [("yolo11.yaml", YOLO11), ("yolov8.yaml", YOLOV8)].into_iter().filter_map(base).collect()
    }

    /// What a model at a scale keeps of these weights; of the base's scales that of the same letter is taken, or the one of
    /// which most is kept.
    ///
    /// Weights are those of the base as it was published, so no dataset counts for them.
    pub fn weighed(&self, mine: &StateDict, scale: &str, options: &Options) -> Option<Found> {
        let found = |scale: &str, weights: &StateDict| Found {
            name: self.name.clone(),
            base_items: weights.items.len(),
            scale: scale.to_owned(),
            transfer: transfer(weights, mine),
        };
        match &self.content {
            Content::Weights(weights) => Some(found("", weights)),
            Content::File(read, chosen, known) => {
                let options = Options { dataset: Dataset::default(), fused: false, ..options.clone() };
                let letters = scale_letters(&read.model);
                let letters = match chosen.as_deref().or(Some(scale)).filter(|scale| letters.contains(scale)) {
                    Some(scale) => vec![scale],
                    None if letters.is_empty() => vec![""],
                    None => letters,
                };
                let at = |letter: &str| match known.iter().find(|(scale, _)| scale == letter) {
                    Some((_, weights)) => Some(found(letter, weights.as_ref()?)),
                    None => Some(found(letter, &StateDict::of(&analyse(&read.model, letter, &options))?)),
                };
                // `max_by_key` takes the last of equal ones, the first scale is the one that is meant.
                letters.into_iter().rev().filter_map(at).max_by_key(|found| found.transfer.transferred)
            }
        }
    }
}

/// The search for the base that a model was most likely made from: the one of whose weights most would be kept if rows were moved
/// to where they belong. Heads of other tasks hold what a plain one has and more, so of equal ones the smallest counts.
#[derive(Debug)]
pub struct Search<B> {
    best: Option<(B, Found)>,
}

impl<B> Default for Search<B> {
    fn default() -> Search<B> {
        Search { best: None }
    }
}

impl<B: Borrow<Base>> Search<B> {
    /// Looks at a base; of equal ones of the same size the first counts.
    pub fn look_at(&mut self, base: B, mine: &StateDict, scale: &str, options: &Options) {
        let likeness =
            |found: &Found| (found.transfer.map.transferred, found.transfer.transferred, Reverse(found.base_items));
        let Some(found) = base.borrow().weighed(mine, scale, options) else { return };
        if self.best.as_ref().is_none_or(|(_, best)| likeness(&found) > likeness(best)) {
            self.best = Some((base, found));
        }
    }

    /// Returns the base; none if less than half of the model's items would be kept.
    pub fn found(self) -> Option<(B, Found)> {
        self.best.filter(|(_, best)| 2 * best.transfer.map.transferred >= best.transfer.items)
    }
}

/// The base that a model was most likely made from.
pub fn closest(bases: &[Base], mine: &StateDict, scale: &str, options: &Options) -> Option<Found> {
    let mut search = Search::default();
    bases.iter().for_each(|base| search.look_at(base, mine, scale, options));
    search.found().map(|(_, found)| found)
}

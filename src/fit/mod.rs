//! Small sets of edits that bring a model under its budget: found by trying them, ranked by how much of the model is left.

mod moves;
mod prune;
mod search;

pub use self::moves::moves;
pub use self::prune::{Pruned, prune};
pub use self::search::fit;
use crate::analysis::{Analysis, Options, Totals, analyse};
use crate::bound::{Device, Precision, bound};
use crate::budget::{self, Budget, Budgets};
use crate::model::ReadFile;
use crate::text::{Span, apply};
use crate::weights::{StateDict, transfer};
use crate::words::{Message, message};

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Another width factor, or fewer channels everywhere.
    Width,
    /// Another depth factor.
    Depth,
    /// Another cap on channels.
    Cap,
    /// Lighter modules in the place of others.
    Lighter,
    /// Fewer repeats.
    Repeats,
    /// Fewer channels in the rows before the head.
    Head,
    /// Fewer channels in the largest map that the head reads.
    FirstLevel,
    /// A level less.
    Levels,
    /// Smaller images.
    ImageSize,
}

impl Kind {
    /// Returns its name, as outputs for machines print it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Width => "width",
            Kind::Depth => "depth",
            Kind::Cap => "channel-cap",
            Kind::Lighter => "lighter-module",
            Kind::Repeats => "fewer-repeats",
            Kind::Head => "narrower-head",
            Kind::FirstLevel => "smaller-first-level",
            Kind::Levels => "fewer-levels",
            Kind::ImageSize => "image-size",
        }
    }
}

/// A change of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// What kind it is.
    pub kind: Kind,
    /// What it does, in a few words.
    pub title: Message,
    /// The edits of the text that it is, in the order of the text.
    pub edits: Vec<(Span, String)>,
    /// The image size that it asks for.
    pub imgsz: Option<[i64; 2]>,
}

/// What is looked for.
#[derive(Debug)]
pub struct Problem<'a> {
    /// The file.
    pub file: &'a ReadFile,
    /// Its analysis at the scale that is to fit.
    pub analysis: &'a Analysis,
    /// Its budgets.
    pub budgets: &'a Budgets,
    /// Those that stand in the file.
    pub own: Vec<Budget>,
    /// The device and the milliseconds that the model may need on it at least, layer by layer.
    pub time: Option<(Device, Precision, f64)>,
}

/// What a changed model costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Sums over all rows.
    pub totals: Totals,
    /// How much of the model is left: its share of parameters, times that of the image's pixels.
    pub kept: f64,
    /// The largest ratio of a figure to its limit: above 1, the budget is exceeded.
    pub excess: f64,
    /// Whether all limits are kept.
    pub fits: bool,
}

/// A set of changes after which the model fits.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What is done.
    pub moves: Vec<Move>,
    /// The edited text.
    pub text: String,
    /// What the model costs then.
    pub figures: Figures,
    /// How many items carry over from the weights of the model as it is, of all, and of all if rows that moved are followed.
    pub transferred: [usize; 3],
    /// Whether no other proposal both costs less and leaves more of the model.
    pub is_on_front: bool,
}

impl Proposal {
    /// The kinds of its changes, each once.
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = self.moves.iter().map(|step| step.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// What is done, in a few words.
    pub fn title(&self) -> Message {
        let titles = self.moves.iter().map(|step| step.title.clone());
        titles.reduce(|first, next| message!("steps", first, next)).unwrap_or_else(|| "".into())
    }
}

impl Problem<'_> {
    /// The text after some changes, which must be apart from each other.
    fn text(&self, moves: &[&Move]) -> Option<String> {
        let mut edits: Vec<(Span, String)> = moves.iter().flat_map(|step| step.edits.clone()).collect();
        edits.sort_by_key(|(span, _)| *span);
        let is_apart = edits.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start && pair[0].0 != pair[1].0);
        is_apart.then(|| apply(self.file.text(), &edits))
    }

    fn options(&self, moves: &[&Move]) -> Options {
        let imgsz = moves.iter().rev().find_map(|step| step.imgsz).unwrap_or(self.analysis.imgsz);
        Options { imgsz, ..self.analysis.options() }
    }

    /// What the model costs after some changes; none if it can't be built and run then.
    pub fn figures(&self, moves: &[&Move]) -> Option<Figures> {
        let text = self.text(moves)?;
        let read = ReadFile::new(&*text);
        let options = self.options(moves);
        let after = analyse(&read.model, &self.analysis.scale, &options);
        self.judged(&read, &after)
    }

    /// What an analysed model costs, against the limits.
    fn judged(&self, read: &ReadFile, after: &Analysis) -> Option<Figures> {
        if !after.header.is_empty() || after.rows.iter().any(|row| row.output.is_none() || row.ops.is_none()) {
            return None;
        }
        let totals = after.totals.clone()?;
        let before = self.analysis.totals.as_ref()?;
        let (mut excess, mut fits) = (0f64, true);
        for standing in budget::statuses(&read.model, after, self.budgets, &self.own) {
            let (value, limit) = (standing.value?, standing.limit?);
            excess = excess.max(value as f64 / (limit as f64).max(1.0));
            fits &= standing.is_over() == Some(false);
        }
        if let Some((device, precision, ms)) = &self.time {
            let least = bound(after, device, *precision)?.layer_by_layer * 1e3;
            excess = excess.max(least / ms);
            fits &= least <= *ms;
        }
        let pixels = |analysis: &Analysis| (analysis.imgsz[0] * analysis.imgsz[1]) as f64;
        let params = totals.params as f64 / (before.params as f64).max(1.0);
        let kept = params.min(1.0) * (pixels(after) / pixels(self.analysis)).min(1.0);
        Some(Figures { totals, kept, excess, fits })
    }

    /// A proposal, if the model is built and run with it at every scale of the file.
    fn proposal(&self, moves: &[&Move]) -> Option<Proposal> {
        let text = self.text(moves)?;
        let read = ReadFile::new(&*text);
        let options = self.options(moves);
        let all = crate::analysis::at_every_scale(&read.model, &self.analysis.scale, &options);
        if all.iter().any(|analysis| analysis.rows.iter().any(|row| row.output.is_none())) {
            return None;
        }
        let after = analyse(&read.model, &self.analysis.scale, &options);
        let figures = self.judged(&read, &after)?;
        let carried = transfer(&StateDict::of(self.analysis)?, &StateDict::of(&after)?);
        Some(Proposal {
            moves: moves.iter().map(|step| (*step).clone()).collect(),
            text,
            figures,
            transferred: [carried.transferred, carried.items, carried.map.transferred],
            is_on_front: false,
        })
    }
}

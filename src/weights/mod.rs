//! Weights that carry over: which entries of a model's `state_dict` are filled when it loads those of another model, by the
//! framework's own matching, and row by row.

mod base;
mod checkpoint;
mod pickle;
mod rows;

use std::collections::HashMap;

pub use self::base::{Base, Found, Search, YOLO11, YOLOV8, closest};
pub use self::checkpoint::read as read_checkpoint;
pub use self::rows::{LayerMap, Loss, RowWeights};
use crate::analysis::Analysis;
use crate::torch::ops::Shape;

/// The weight that the framework fills in part where the number of channels differs, and counts.
const FIRST: &str = "model.0.conv.weight";

/// The branches of a head that are as wide as the number of classes asks for, if that is more than the map's channels.
const CLASS_BRANCHES: [&str; 2] = ["cv3", "one2one_cv3"];

/// The names and shapes of a model's parameters and buffers, in torch's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateDict {
    items: Vec<(String, Shape)>,
}

/// What a model keeps of another's weights.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Items that are filled, as the framework counts them.
    pub transferred: usize,
    /// All items of the model.
    pub items: usize,
    /// Whether the head's branch for classes is built anew, as wide as the other's.
    pub is_head_rebuilt: bool,
    /// Whether the first convolution is filled in part, which counts.
    pub is_first_partial: bool,
    /// What becomes of each row's items.
    pub rows: Vec<RowWeights>,
    /// Where rows would find their weights if a script moved them.
    pub map: LayerMap,
}

impl StateDict {
    /// Takes the entries of a `state_dict`.
    pub fn new(items: Vec<(String, Shape)>) -> StateDict {
        StateDict { items }
    }

    /// The `state_dict` of an analysed model; none if a row can't be built.
    pub fn of(analysis: &Analysis) -> Option<StateDict> {
        if analysis.rows.is_empty() || analysis.rows.iter().any(|row| row.module.is_none()) {
            return None;
        }
        let items = analysis.trace.modules.state_dict(analysis.trace.root);
        Some(StateDict { items: items.into_iter().map(|(name, shape)| (format!("model.{name}"), shape)).collect() })
    }

    /// Its entries.
    pub fn items(&self) -> &[(String, Shape)] {
        &self.items
    }

    fn by_name(&self) -> HashMap<&str, Shape> {
        self.items.iter().map(|(name, shape)| (name.as_str(), *shape)).collect()
    }

    /// The index of the last row that has weights, and the channels of the maps that it reads if it is a detection head.
    fn head(&self) -> Option<(usize, Vec<i64>)> {
        let last = self.items.iter().filter_map(|(name, _)| rows::row_of(name)).max()?;
        let inputs = |(name, shape): &(String, Shape)| {
            let rest = name.strip_prefix(&format!("model.{last}.cv2."))?;
            let (level, rest) = rest.split_once('.')?;
            (rest == "0.conv.weight").then_some(())?;
            Some((level.parse::<usize>().ok()?, *shape.dims().get(1)?))
        };
        let mut inputs: Vec<(usize, i64)> = self.items.iter().filter_map(inputs).collect();
        inputs.sort_unstable();
        (!inputs.is_empty()).then(|| (last, inputs.into_iter().map(|(_, channels)| channels).collect()))
    }

    /// The entries of a head's branch by their names within it, with the name of the last convolution at each level.
    fn branch(&self, head: usize, name: &str) -> Option<Branch<'_>> {
        let prefix = format!("model.{head}.{name}.");
        let mut branch = Branch { items: Vec::new(), last: HashMap::new() };
        for (name, shape) in &self.items {
            let Some(rest) = name.strip_prefix(&prefix) else { continue };
            branch.items.push((rest, *shape));
            let mut parts = rest.splitn(3, '.');
            let (level, step) = (parts.next()?.parse::<usize>().ok()?, parts.next()?.parse::<usize>().ok()?);
            let last = branch.last.entry(level).or_default();
            *last = step.max(*last);
        }
        (!branch.items.is_empty()).then_some(branch)
    }

    /// The model as the framework makes it before it loads another's weights: where both have a detection head on maps of
    /// the same channels, its branch for classes is built as wide as the other's.
    ///
    /// Source: `BaseModel.load` of `ultralytics/nn/tasks.py` 8.4.190.
    fn rebuilt_for(&self, other: &StateDict) -> Option<StateDict> {
        let ((mine, inputs), (theirs, other_inputs)) = (self.head()?, other.head()?);
        if inputs != other_inputs {
            return None;
        }
        let mut rebuilt: Option<StateDict> = None;
        for name in CLASS_BRANCHES {
            let (Some(own), Some(source)) = (self.branch(mine, name), other.branch(theirs, name)) else { continue };
            let (Some(width), Some(source_width)) = (own.channels(0, 1), source.channels(0, 1)) else { continue };
            if width == source_width {
                continue;
            }
            let prefix = format!("model.{mine}.{name}.");
            let items = source.items.iter().map(|(rest, shape)| {
                let level: usize = rest.split('.').next().and_then(|level| level.parse().ok()).unwrap_or_default();
                let is_last = source.last.get(&level).is_some_and(|last| rest.starts_with(&format!("{level}.{last}.")));
                let classes = own.channels(level, 0).filter(|_| is_last);
                (format!("{prefix}{rest}"), classes.map_or(*shape, |classes| shape.with(0, classes)))
            });
            let mut items: Vec<(String, Shape)> = items.collect();
            let whole = rebuilt.get_or_insert_with(|| self.clone());
            let at = whole.items.iter().position(|(name, _)| name.starts_with(&prefix)).unwrap_or_default();
            whole.items.retain(|(name, _)| !name.starts_with(&prefix));
            let rest = whole.items.split_off(at);
            whole.items.append(&mut items);
            whole.items.extend(rest);
        }
        rebuilt
    }
}

/// A branch of a head.
struct Branch<'a> {
    items: Vec<(&'a str, Shape)>,
    /// For each level the position of its last convolution.
    last: HashMap<usize, usize>,
}

impl Branch<'_> {
    /// Channels of the last convolution at a level: those that it returns (0) or reads (1).
    fn channels(&self, level: usize, dim: usize) -> Option<i64> {
        let name = format!("{level}.{}.weight", self.last.get(&level)?);
        self.items.iter().find(|(rest, _)| *rest == name).and_then(|(_, shape)| shape.dims().get(dim).copied())
    }
}

/// What `mine` keeps of the weights of `from`.
pub fn transfer(from: &StateDict, mine: &StateDict) -> Transfer {
    let rebuilt = mine.rebuilt_for(from);
    let is_head_rebuilt = rebuilt.is_some();
    let mine = rebuilt.as_ref().unwrap_or(mine);
    let theirs = from.by_name();
    let mut kept: Vec<bool> =
        mine.items.iter().map(|(name, shape)| theirs.get(name.as_str()).is_some_and(|other| other == shape)).collect();
    let first = mine.items.iter().position(|(name, _)| name == FIRST);
    let is_first_partial = first.is_some_and(|at| {
        let kernel = |shape: &Shape| shape.dims().get(2..).map(<[i64]>::to_vec);
        !kept[at] && theirs.get(FIRST).is_some_and(|other| kernel(other) == kernel(&mine.items[at].1))
    });
    if let Some(at) = first.filter(|_| is_first_partial) {
        kept[at] = true;
    }
    let map = LayerMap::of(from, mine);
    Transfer {
        transferred: kept.iter().filter(|kept| **kept).count(),
        items: mine.items.len(),
        is_head_rebuilt,
        is_first_partial,
        rows: rows::rows(from, mine, &kept, &map),
        map,
    }
}

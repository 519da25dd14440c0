//! The network as a picture: one box per row, and lines for the wiring.
//!
//! A [`Graph`] is a plain value; [`layout`] places it, and each output format has a file: [`svg`], [`html`],
//! [`mermaid`], [`dot`], [`json`]. [`compared`] draws two graphs side by side.

pub mod compared;
pub mod dot;
mod figures;
pub mod html;
pub mod json;
pub mod layout;
pub mod mermaid;
pub mod plot;
pub mod svg;

use std::ops::Range;

use crate::analysis::Analysis;
use crate::budget::{Budgets, in_file, statuses, summary};
use crate::model::{Model, ReadFile, Row, Source, from};
use crate::torch::Value;
use crate::words::Language;

pub use figures::{Metric, Scale};

/// A network.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// File stem.
    pub name: String,
    /// One node per row.
    pub nodes: Vec<Node>,
    /// The inputs of each row, in the order of its `from`.
    pub edges: Vec<Edge>,
    /// Figures at each drawn scale.
    pub scales: Vec<Scale>,
    /// Position of the active scale, which determines the layout and which pictures of one scale show.
    pub active: usize,
    /// The language of the words in pictures.
    pub language: Language,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its section.
    pub section: &'static str,
    /// Its first line in the file, from 1.
    pub line: u32,
    /// The module as written.
    pub module: String,
    /// The arguments as written.
    pub args: String,
    /// Level of its output, if it is a map of known size: 3 at stride 8.
    pub level: Option<u32>,
}

/// An input of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The row that is read; none for the image.
    pub from: Option<usize>,
    /// The row that reads.
    pub to: usize,
    /// Position among the reader's inputs.
    pub input: usize,
}

/// Makes the graph of a file called `name` at the scales of `analyses`, of which there must be at least one; `shown` is
/// the position of the active one.
pub fn graph(name: &str, file: &ReadFile, analyses: &[Analysis], active: usize) -> Graph {
    let (model, analysis) = (&file.model, &analyses[active]);
    let node = |(i, row): (usize, &Row)| Node {
        section: model.section_of(i).map_or("", |section| section.name),
        line: file.source.human(row.span.start).0,
        module: row
            .module()
            .map(|cell| cell.value.as_str().map_or(cell.value.to_string(), str::to_owned))
            .unwrap_or_default(),
        args: row.args().map(|cell| cell.value.to_string()).unwrap_or_default(),
        level: level(analysis, i),
    };
    let edges = (0..model.rows.len()).flat_map(|to| {
        let sources = sources(model, analysis, to).into_iter().enumerate();
        sources.map(move |(input, source)| {
            let from = match source {
                Source::Image => None,
                Source::Row(row) => Some(row),
            };
            Edge { from, to, input }
        })
    });
    Graph {
        name: name.to_owned(),
        nodes: model.rows.iter().enumerate().map(node).collect(),
        edges: edges.collect(),
        scales: analyses.iter().map(Scale::of).collect(),
        active,
        language: Language::default(),
    }
}

/// Returns a row's inputs; if they aren't known, those that its `from` names.
fn sources(model: &Model, analysis: &Analysis, row: usize) -> Vec<Source> {
    if !analysis.rows[row].from.is_empty() {
        return analysis.rows[row].from.clone();
    }
    model.rows[row].entries().iter().filter_map(|entry| from::read(&entry.value, row)).collect()
}

fn level(analysis: &Analysis, row: usize) -> Option<u32> {
    let Some(Value::Tensor(shape)) = &analysis.rows[row].output else { return None };
    let [_, _, height, _] = shape.dims() else { return None };
    let stride = analysis.imgsz[0].checked_div(*height).filter(|&stride| stride > 0)?;
    Some(stride.ilog2())
}

impl Graph {
    /// Returns the sections with their rows, in order.
    fn sections(&self) -> impl Iterator<Item = (&'static str, Range<usize>)> {
        let mut first = 0;
        self.nodes.chunk_by(|a, b| a.section == b.section).map(move |nodes| {
            let rows = first..first + nodes.len();
            first = rows.end;
            (nodes[0].section, rows)
        })
    }

    /// Returns the active scale.
    pub fn active_scale(&self) -> &Scale {
        &self.scales[self.active]
    }

    /// The same, with words in another language.
    pub fn in_language(self, language: Language) -> Graph {
        Graph { language, ..self }
    }

    /// The same, where each scale says how it stands against its budgets: those asked for, and the file's own.
    ///
    /// `file` and `analyses` are what the graph was made from.
    pub fn with_budgets(mut self, file: &ReadFile, analyses: &[Analysis], budgets: &Budgets) -> Graph {
        let own = in_file(file);
        for (scale, analysis) in self.scales.iter_mut().zip(analyses) {
            scale.standing = summary(&[statuses(&file.model, analysis, budgets, &own)]);
        }
        self
    }

    /// Returns the title of a picture: `yolo11n · 181 layers · 2.62M params · 6.67 GFLOPs @640`, and a summary of its
    /// budgets.
    pub fn title(&self, scale: &Scale) -> String {
        let summary = scale.summary(self.language);
        // A text that came from nowhere has no name.
        if self.name.is_empty() { summary } else { format!("{} · {summary}", self.name) }
    }
}

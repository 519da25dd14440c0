//! The network as a picture: rows as boxes in their wiring.
//!
//! A [`Graph`] is a plain value; [`layout`] places it, and each form that it is drawn in has a file: [`svg`], [`html`],
//! [`mermaid`], [`dot`], [`json`]. [`compared`] draws two of them side by side.

pub mod compared;
pub mod dot;
mod figures;
pub mod html;
pub mod json;
pub mod layout;
pub mod mermaid;
pub mod svg;

use std::ops::Range;

use crate::analysis::Analysis;
use crate::budget::{Budgets, in_file, standings, summary};
use crate::model::{Model, ReadFile, Row, Source, from};
use crate::torch::Value;

pub use figures::{Figures, Metric, Scale};

/// A network.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// The file's name without directory and ending.
    pub name: String,
    /// One node a row.
    pub nodes: Vec<Node>,
    /// What each row reads, in the order of its `from`.
    pub edges: Vec<Edge>,
    /// What the rows cost, at each scale that is drawn.
    pub scales: Vec<Scale>,
    /// The scale that decides where boxes are, and that pictures of one scale show.
    pub shown: usize,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The section that it is in.
    pub section: &'static str,
    /// The line of the file that it begins on, from 1.
    pub line: u32,
    /// The module as it is written.
    pub module: String,
    /// The arguments as they are written.
    pub args: String,
    /// How often the size of what it returns is halved compared with the image, where it returns a map whose size is
    /// known: 3 at stride 8.
    pub level: Option<u32>,
}

/// That a row reads another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The row that is read; the image where there is none.
    pub from: Option<usize>,
    /// The row that reads.
    pub to: usize,
    /// Which of its inputs this is.
    pub input: usize,
}

/// The graph of a file called `name`, at the scales that `analyses` are for; `shown` is the position of one of them.
///
/// There must be one analysis at least.
pub fn graph(name: &str, file: &ReadFile, analyses: &[Analysis], shown: usize) -> Graph {
    let (model, analysis) = (&file.model, &analyses[shown]);
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
        shown,
    }
}

/// What a row reads; of one that isn't known, what its `from` says.
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
    /// The sections with their rows, in the order of the rows.
    fn sections(&self) -> impl Iterator<Item = (&'static str, Range<usize>)> {
        let mut first = 0;
        self.nodes.chunk_by(|a, b| a.section == b.section).map(move |nodes| {
            let rows = first..first + nodes.len();
            first = rows.end;
            (nodes[0].section, rows)
        })
    }

    /// The scale that is shown.
    pub fn shown(&self) -> &Scale {
        &self.scales[self.shown]
    }

    /// The same, where each scale says how it stands against its budgets: those asked for, and the file's own.
    ///
    /// `file` and `analyses` are what the graph was made from.
    pub fn with_budgets(mut self, file: &ReadFile, analyses: &[Analysis], budgets: &Budgets) -> Graph {
        let own = in_file(file);
        for (scale, analysis) in self.scales.iter_mut().zip(analyses) {
            scale.standing = summary(&[standings(&file.model, analysis, budgets, &own)]);
        }
        self
    }

    /// What a picture is called: `yolo11n · 181 layers · 2.62M params · 6.67 GFLOPs @640`, and how it stands against its
    /// budgets.
    pub fn title(&self, scale: &Scale) -> String {
        format!("{} · {}", self.name, scale.summary())
    }
}

//! Figures of a network's rows at a scale.

use crate::analysis::Analysis;
use crate::bound::{Precision, of_row};
use crate::cost::{Convention, units};
use crate::torch::Value;
use crate::torch::ops::Shape;
use crate::words::{Language, Message, message};

/// Metric that colours the boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Operations, in the convention's unit.
    Ops,
    /// Parameters.
    Params,
    /// Bytes of the parameters in float32.
    Weights,
    /// Bytes of the output in float32.
    Activations,
    /// Bytes that must be moved for each thousand operations, in float16: the most where a row waits for memory.
    Traffic,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Metric; 5] = [Metric::Ops, Metric::Params, Metric::Weights, Metric::Activations, Metric::Traffic];

    /// Returns its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Ops => "ops",
            Metric::Params => "params",
            Metric::Weights => "weights",
            Metric::Activations => "activations",
            Metric::Traffic => "traffic",
        }
    }
}

/// The model at a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Letter; empty if the file has no scales.
    pub letter: String,
    /// Height and width of the image.
    pub imgsz: [i64; 2],
    /// FLOP-counting convention.
    pub convention: Convention,
    /// Leaf modules; none if a row can't be built.
    pub layers: Option<usize>,
    /// Parameters of the model.
    pub params: Option<u64>,
    /// Operations of the model, in the convention's unit.
    pub ops: Option<u128>,
    /// Figures of each row.
    pub rows: Vec<Figures>,
    /// Summary of its budgets; none if it has no budgets.
    pub standing: Option<Message>,
}

/// Figures of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Number of repeats.
    pub repeats: i64,
    /// Constructor arguments.
    pub args: String,
    /// Output shape without the batch: `64×80×80`.
    pub output: Option<String>,
    /// Number of parameters.
    pub params: Option<u64>,
    /// Operations, in the convention's unit.
    pub ops: Option<u128>,
    /// Bytes of the output in float32.
    pub activations: Option<u128>,
    /// Bytes in float16 that the layers of the row move for each thousand operations; none if it multiplies nothing.
    pub traffic: Option<u128>,
    /// Why figures are missing.
    pub problem: Option<Message>,
}

impl Scale {
    /// Takes the figures from an analysis.
    pub fn of(analysis: &Analysis) -> Scale {
        let totals = analysis.totals.as_ref();
        Scale {
            letter: analysis.scale.clone(),
            imgsz: analysis.imgsz,
            convention: analysis.convention,
            layers: totals.map(|totals| totals.layers),
            params: totals.map(|totals| totals.params),
            ops: totals.and_then(|totals| totals.ops).map(|ops| analysis.convention.displayed(ops)),
            rows: (0..analysis.rows.len()).map(|i| Figures::of(analysis, i)).collect(),
            standing: None,
        }
    }

    /// `scale n · 181 layers · 2.62M params · 6.67 GFLOPs @640 · budget 6.5 GFLOPs: over by 0.17`
    pub fn summary(&self, language: Language) -> String {
        let size = units::image_size(self.imgsz);
        let mut parts = Vec::new();
        if !self.letter.is_empty() {
            parts.push(message!("at-scale", scale = self.letter));
        }
        let known = |message: Option<Message>| message.unwrap_or_else(|| "?".into());
        parts.push(known(self.layers.map(|n| message!("amount-layers", n = units::grouped(n as u128)))));
        parts.push(known(self.params.map(|n| message!("amount-params", n = units::params(n)))));
        parts.push((self.ops.map_or("?".to_owned(), |n| units::ops(n, self.convention.unit())) + " @" + &size).into());
        parts.extend(self.standing.clone());
        parts.iter().map(|part| language.say(part)).collect::<Vec<_>>().join(" · ")
    }

    /// Returns a row's value of a metric.
    pub fn value(&self, row: usize, metric: Metric) -> Option<u128> {
        let figures = self.rows.get(row)?;
        match metric {
            Metric::Ops => figures.ops,
            Metric::Params => figures.params.map(u128::from),
            Metric::Weights => figures.params.map(|n| u128::from(n) * 4),
            Metric::Activations => figures.activations,
            Metric::Traffic => figures.traffic,
        }
    }

    /// Formats a row's value of a metric; `?` if it isn't known.
    pub fn written(&self, row: usize, metric: Metric) -> String {
        let Some(n) = self.value(row, metric) else { return "?".to_owned() };
        match metric {
            Metric::Ops => units::ops(n, self.convention.unit()),
            Metric::Params => units::params(n.try_into().unwrap_or(u64::MAX)),
            Metric::Weights | Metric::Activations => units::bytes(n),
            Metric::Traffic => format!("{:.0} FLOP/byte", 1000.0 / (n as f64).max(1.0)),
        }
    }

    /// Returns how a row's cost stands among those of the others: 0 for what is free, 1 for the costliest. Ranks, because
    /// shares of most rows hardly differ from each other.
    pub fn rank(&self, row: usize, metric: Metric) -> Option<f64> {
        let value = self.value(row, metric)?;
        let mut values: Vec<u128> =
            (0..self.rows.len()).filter_map(|i| self.value(i, metric)).filter(|n| *n > 0).collect();
        values.sort_unstable();
        values.dedup();
        Some(values.partition_point(|n| *n <= value) as f64 / values.len().max(1) as f64)
    }

    /// Returns the label of a row's box: `4.67k · 0.240 GFLOPs`.
    pub fn label(&self, row: usize) -> String {
        let figures = &self.rows[row];
        match (figures.params, figures.ops) {
            (Some(params), Some(ops)) => {
                format!("{} · {}", units::params(params), units::ops(ops, self.convention.unit()))
            }
            (Some(params), None) => format!("{} · ?", units::params(params)),
            (None, _) => "?".to_owned(),
        }
    }
}

impl Figures {
    fn of(analysis: &Analysis, i: usize) -> Figures {
        let row = &analysis.rows[i];
        let moved = of_row(analysis, i).filter(|moved| moved.products > 0);
        let traffic = moved.and_then(|moved| moved.intensity(Precision::Fp16)).map(|n| (1000.0 / n).round() as u128);
        let args: Vec<String> = row.args.iter().map(|bound| bound.value.to_string()).collect();
        Figures {
            repeats: row.repeats,
            args: args.join(", "),
            output: row.output.as_ref().map(|output| joined(&output.shapes())),
            params: row.params,
            ops: row.ops.map(|ops| analysis.convention.displayed(ops)),
            activations: row.output.as_ref().and_then(Value::bytes),
            traffic,
            problem: row.status.reason(),
        }
    }
}

fn joined(shapes: &[Shape]) -> String {
    if shapes.is_empty() { "?".to_owned() } else { shapes.iter().map(units::shape).collect::<Vec<_>>().join(", ") }
}

//! Budgets: limits on what a model may cost, and whether it meets them.
//!
//! The grammar of budgets as text, in a comment `# yolint: budget …`, in a flag, or in a settings file:
//!
//! ```text
//! budgets  = entry { (" " | ",") entry }
//! entry    = letter ":"                       what follows is for that scale
//!          | [ scope "." ] metric op limit    spaces may stand around the operator
//! scope    = "backbone" | "head"              the rows of a section
//!          | "row"                            each row for itself
//!          | "row[" index "]"                 one row
//! metric   = "gflops" | "params" | "layers" | "activations"
//!          | [ "weights" (" " | ".") ] ( "int8" | "fp16" | "fp32" )
//! op       = "<=" | "<"
//! limit    = number [ unit ]                  k, M, G; B, kB, MB, GB, KiB, MiB, GiB where bytes are counted
//!          | ("+" | "-") number "%"           above or below the baseline's figure
//! ```

mod baseline;
mod directives;
mod floors;
mod measure;
mod parse;
mod status;
mod what_ifs;
mod words;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

pub use baseline::{Baseline, Baselines};
pub use directives::{in_file, problems};
pub use floors::{Floor, FloorKind, broken};
pub use measure::{expensive_rows, measure};
pub use parse::{named, parse};
pub use status::{BudgetStatus, critical, overruns, statuses, summary};
pub use what_ifs::what_ifs;
pub use words::amount;

use crate::bound::{self, Device, Precision};
use crate::text::Span;
use crate::words::{Message, message, printed};

/// A limit on a metric of a model, a section or a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// The only scale that it applies to; none for all scales.
    pub scale: Option<String>,
    /// The limited part of the model.
    pub scope: Scope,
    /// The limited quantity.
    pub metric: Metric,
    /// Whether the value must stay below the limit, rather than at most reach it.
    pub is_strict: bool,
    pub limit: Limit,
    /// Its place, if it is in the file.
    pub span: Option<Span>,
}

/// The part of a model that a budget limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All rows.
    Model,
    /// The rows of a section.
    Section(&'static str),
    /// Every row.
    EachRow,
    /// The row of this index.
    Row(usize),
}

/// The quantity that a budget limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Floating point operations, as the convention counts them.
    Gflops,
    /// Parameters.
    Params,
    /// Leaf modules.
    Layers,
    /// Bytes of the weights at one byte per parameter.
    Int8,
    /// Bytes of the weights at two bytes per parameter.
    Fp16,
    /// Bytes of the weights at four bytes per parameter.
    Fp32,
    /// Peak bytes of the outputs held between two rows, in float32.
    Activations,
}

/// Limit of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// FLOPs, a count or bytes.
    Absolute(u128),
    /// Relative to the baseline's figure, in millionths of a percent; at least −100 %.
    Relative(i64),
}

/// The budgets of a file that come from outside it, and their baseline.
#[derive(Clone, Debug, Default)]
pub struct Budgets {
    /// Budgets of flags, which override the file's own.
    pub flags: Vec<Budget>,
    /// Budgets of settings, which the file's own override.
    pub settings: Vec<Budget>,
    /// Path of the baseline, if one is named.
    pub baseline_path: Option<PathBuf>,
    /// The baseline, if it could be read.
    pub baseline: Option<Arc<Baseline>>,
    /// Budgets from below, of settings.
    pub floors: Vec<Floor>,
    /// The devices that a person describes.
    pub devices: Vec<Device>,
    /// The number format in which models run on devices.
    pub precision: Precision,
    /// Whether to compute alternatives that meet an exceeded budget, which takes a few analyses.
    pub what_ifs: bool,
}

impl Budgets {
    /// Returns the budgets that apply at a scale, including the file's own: the first for each scope and metric.
    pub fn at<'a>(&'a self, own: &'a [Budget], letter: &str) -> Vec<&'a Budget> {
        let mut found: Vec<&Budget> = Vec::new();
        // From the strongest source to the weakest: the first budget for a scope and metric hides the others.
        for budget in self.flags.iter().chain(own).chain(&self.settings) {
            let is_new = !found.iter().any(|b| (b.scope, b.metric) == (budget.scope, budget.metric));
            if is_new && budget.scale.as_ref().is_none_or(|scale| scale == letter) {
                found.push(budget);
            }
        }
        found
    }

    /// Returns a message if a budget is relative but no baseline is named.
    pub fn problem(&self) -> Option<Message> {
        for floor in &self.floors {
            if let FloorKind::TimeMs { device, .. } = &floor.kind
                && let Err(why) = bound::device(device, &self.devices)
            {
                return Some(message!("setting-of", name = "min_time_ms", problem = why));
            }
        }
        let mut budgets = self.flags.iter().chain(&self.settings);
        let budget = budgets.find(|b| self.baseline_path.is_none() && matches!(b.limit, Limit::Relative(_)))?;
        Some(message!("budget-without-baseline", budget))
    }
}

impl Metric {
    /// All metrics.
    pub const ALL: [Metric; 7] =
        [Metric::Gflops, Metric::Params, Metric::Layers, Metric::Int8, Metric::Fp16, Metric::Fp32, Metric::Activations];

    /// Returns its name in text: `gflops`.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Gflops => "gflops",
            Metric::Params => "params",
            Metric::Layers => "layers",
            Metric::Int8 => "int8",
            Metric::Fp16 => "fp16",
            Metric::Fp32 => "fp32",
            Metric::Activations => "activations",
        }
    }

    /// Whether it counts bytes of weights.
    fn is_of_weights(self) -> bool {
        matches!(self, Metric::Int8 | Metric::Fp16 | Metric::Fp32)
    }
}

printed!(Scope);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Model => f.write_str("model"),
            Scope::Section(name) => f.write_str(name),
            Scope::EachRow => f.write_str("row"),
            Scope::Row(i) => write!(f, "row[{i}]"),
        }
    }
}

printed!(Budget);

/// Formats a budget in the grammar: `head.gflops<=2`.
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scale) = &self.scale {
            write!(f, "{scale}: ")?;
        }
        if self.scope != Scope::Model {
            write!(f, "{}.", self.scope)?;
        }
        f.write_str(self.metric.name())?;
        f.write_str(if self.is_strict { "<" } else { "<=" })?;
        match self.limit {
            Limit::Absolute(n) => f.write_str(&words::limit(self.metric, n).replace(' ', "")),
            Limit::Relative(p) => f.write_str(&words::percent(p)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets(text: &str) -> Vec<Budget> {
        parse(text).into_iter().map(|budget| budget.expect("a budget")).collect()
    }

    #[test]
    fn the_first_of_each_scope_and_metric_counts() {
        let budgets_of_file = Budgets {
            flags: budgets("params<=2M"),
            settings: [budgets("n: gflops<=6"), budgets("gflops<=20 params<=9M layers<=300 head.gflops<=1")].concat(),
            ..Budgets::default()
        };
        let own = budgets("s: layers<=100 params<=1M");
        let at = |letter: &str| {
            let counting = budgets_of_file.at(&own, letter);
            counting.iter().map(|budget| budget.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(at("n"), "params<=2M n: gflops<=6 layers<=300 head.gflops<=1");
        assert_eq!(at("s"), "params<=2M s: layers<=100 gflops<=20 head.gflops<=1");
        assert_eq!(at(""), "params<=2M gflops<=20 layers<=300 head.gflops<=1");
    }

    #[test]
    fn a_baseline_must_be_named() {
        let mut relative = Budgets { settings: budgets("gflops<=+5%"), ..Budgets::default() };
        assert!(
            relative
                .problem()
                .is_some_and(|problem| problem.english().starts_with("the budget `gflops<=+5%` is relative"))
        );
        relative.baseline_path = Some("base.yaml".into());
        assert_eq!(relative.problem(), None);
        assert_eq!(Budgets { flags: budgets("gflops<=5"), ..Budgets::default() }.problem(), None);
    }
}

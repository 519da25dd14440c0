//! Flags that set budgets.

use std::path::PathBuf;

use clap::Args;

use super::language;
use crate::budget::{self, Budget, Budgets};
use crate::words::message;

/// Limits on what models may cost.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Budgets")]
pub(super) struct BudgetArgs {
    /// Maximum GFLOPs, or a limit relative to the baseline: 6.5, +5%
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| named("gflops", limit), allow_hyphen_values = true)]
    max_gflops: Option<Budget>,
    /// Maximum number of parameters: 3M, -10%
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| named("params", limit), allow_hyphen_values = true)]
    max_params: Option<Budget>,
    /// Maximum number of layers, as the framework counts them: 200
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| named("layers", limit), allow_hyphen_values = true)]
    max_layers: Option<Budget>,
    /// Maximum size of the weights in a data type (int8, fp16 or fp32): int8=4MB; repeatable
    #[arg(long, value_name = "TYPE=LIMIT", value_parser = weights)]
    max_weights: Vec<Budget>,
    /// Maximum size of the activations held between two rows: 20MB
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| named("activations", limit), allow_hyphen_values = true)]
    max_activations: Option<Budget>,
    /// Model YAML that limits like +5% are relative to
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

impl BudgetArgs {
    /// Returns the budgets of all flags; `what_ifs` enables alternatives that meet an exceeded one.
    pub(super) fn budgets(&self, what_ifs: bool) -> Budgets {
        let single = [&self.max_gflops, &self.max_params, &self.max_layers, &self.max_activations];
        let flags = single.into_iter().flatten().chain(&self.max_weights).cloned().collect();
        Budgets { flags, baseline_path: self.baseline.clone(), what_ifs, ..Budgets::default() }
    }
}

fn named(name: &str, limit: &str) -> Result<Budget, String> {
    budget::named(name, limit).map_err(language::said)
}

fn weights(text: &str) -> Result<Budget, String> {
    let (precision, limit) = text.split_once('=').ok_or_else(|| language::say(&message!("weights-need-type")))?;
    named(&format!("weights.{}", precision.trim_end_matches('<')), limit)
}

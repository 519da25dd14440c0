//! Budgets of flags.

use std::path::PathBuf;

use clap::Args;

use crate::budget::{self, Budget};

/// What models may cost.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Budgets")]
pub(super) struct BudgetArgs {
    /// Most GFLOPs, or so much more or less than the baseline: 6.5, +5%
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| budget::named("gflops", limit), allow_hyphen_values = true)]
    max_gflops: Option<Budget>,
    /// Most parameters: 3M, -10%
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| budget::named("params", limit), allow_hyphen_values = true)]
    max_params: Option<Budget>,
    /// Most layers, as the framework counts them: 200
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| budget::named("layers", limit), allow_hyphen_values = true)]
    max_layers: Option<Budget>,
    /// Most bytes of weights of a type (int8, fp16 or fp32): int8=4MB; may be given for each
    #[arg(long, value_name = "TYPE=LIMIT", value_parser = weights)]
    max_weights: Vec<Budget>,
    /// Most bytes of activations that are held between two rows: 20MB
    #[arg(long, value_name = "LIMIT", value_parser = |limit: &str| budget::named("activations", limit), allow_hyphen_values = true)]
    max_activations: Option<Budget>,
    /// Model YAML that limits like +5% are against
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
}

impl BudgetArgs {
    /// The budgets.
    pub(super) fn budgets(&self) -> Vec<Budget> {
        let single = [&self.max_gflops, &self.max_params, &self.max_layers, &self.max_activations];
        single.into_iter().flatten().chain(&self.max_weights).cloned().collect()
    }
}

fn weights(text: &str) -> Result<Budget, String> {
    let (precision, limit) = text.split_once('=').ok_or("say for which type: int8=4MB, fp16=8MB or fp32=16MB")?;
    budget::named(&format!("weights.{}", precision.trim_end_matches('<')), limit)
}

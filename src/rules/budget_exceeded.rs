//! `budget-exceeded`: a model, a section or a row that costs more than its budget.

use super::{Diagnostic, File, rule};
use crate::analysis::Analysis;
use crate::budget::{self, BudgetStatus, Limit, Scope};
use crate::model::Model;
use crate::text::{Location, Span};
use crate::words::{Message, message, or};

rule! {
    /// A model, a section or a row costs more than its budget.
    ///
    /// ## What it does
    /// Compares the model with the budgets in `.yolint.yaml`, in `# yolint: budget …` comments and in flags such as
    /// `--max-gflops`: GFLOPs, parameters, layers, bytes of weights and of activations. The finding says by how much a
    /// budget is exceeded, at the scale, the section or the row. It names the most expensive rows (for a budget relative
    /// to a baseline, the rows that grew most), and a scale, image size or width that would meet the budget. If a figure
    /// isn't known, nothing is reported.
    ///
    /// ## Why is this bad?
    /// The model is slower or larger than its authors allow for the device that it will run on.
    ///
    /// ## Example
    /// ```yaml
    /// # yolint: budget params<=20k gflops<=0.5
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// # yolint: budget params<=20k gflops<=0.5
    /// backbone:
    ///   - [-1, 1, Conv, [8, 3, 2]]
    ///   - [-1, 1, Conv, [8, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Identity, []]
    /// ```
    ///
    /// ## Options
    /// `budgets:` in `.yolint.yaml`; see [budgets](../budgets.md).
    "budget-exceeded", Error, Scale(check)
}

/// Number of rows to name.
const NAMED_ROWS: usize = 3;

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let own = budget::in_file(file);
    let overruns = budget::overruns(&file.model, analysis, &file.lint.budgets, &own);
    let mut found: Vec<Diagnostic> = overruns.iter().filter_map(|standing| finding(file, analysis, standing)).collect();
    let broken = budget::broken(analysis, &file.lint.budgets, file.lint.pretrained.as_deref());
    let span = of_scale(&file.model, analysis).unwrap_or_default();
    found.extend(broken.into_iter().map(|message| RULE.at(span, message)));
    found
}

fn finding(file: &File<'_>, analysis: &Analysis, standing: &BudgetStatus) -> Option<Diagnostic> {
    let span = place(&file.model, analysis, standing)?;
    let mut found = RULE.at(span, standing.message()?);
    found.row = standing.row;
    found.related = rows(file, analysis, standing);
    // Many rows can exceed a budget, and each would need analyses of its own.
    if file.lint.budgets.what_ifs && standing.row.is_none() {
        found.help = help(&budget::what_ifs(&file.model, analysis, file.analyses, standing));
    }
    Some(found)
}

/// Joins the alternatives that would meet the budget into a sentence.
fn help(what_ifs: &[Message]) -> Option<Message> {
    (!what_ifs.is_empty()).then(|| message!("budget-what-ifs", changes = or(what_ifs)))
}

/// Returns the place of the scale, section or row that exceeds the budget; the first section if there are no scales.
fn place(model: &Model, analysis: &Analysis, standing: &BudgetStatus) -> Option<Span> {
    if let Some(i) = standing.row {
        let row = model.rows.get(i)?;
        return Some(row.module().map_or(row.span, |module| module.span));
    }
    if let Scope::Section(name) = standing.budget.scope {
        return model.sections.iter().find(|section| section.name == name).map(|section| section.span);
    }
    of_scale(model, analysis)
}

/// Returns the place of a scale; the first section if there are none.
fn of_scale(model: &Model, analysis: &Analysis) -> Option<Span> {
    let scale = model.scales().filter(|(letter, ..)| *letter == analysis.scale).last();
    let first = || model.sections.iter().map(|section| section.span).min_by_key(|span| span.start);
    scale.map(|(_, letter, cell)| letter.cover(cell.span)).or_else(first)
}

/// Returns the most expensive rows, or those that grew most relative to the baseline.
fn rows(file: &File<'_>, analysis: &Analysis, standing: &BudgetStatus) -> Vec<(Location, Message)> {
    let (scope, metric) = (standing.budget.scope, standing.budget.metric);
    let baseline = file.lint.budgets.baseline.as_ref().filter(|_| matches!(standing.budget.limit, Limit::Relative(_)));
    let mut rows = match baseline {
        Some(baseline) => baseline.growth(&analysis.scale, metric, &file.model, analysis),
        None => budget::expensive_rows(&file.model, analysis, scope, metric),
    };
    if let Scope::Section(name) = scope {
        let section = file.model.sections.iter().find(|section| section.name == name);
        rows.retain(|(i, _)| section.is_some_and(|section| section.rows.contains(i)));
    }
    let named = rows.into_iter().take(NAMED_ROWS).filter_map(|(i, cost)| {
        let row = file.model.rows.get(i)?;
        let cost = budget::amount(metric, cost);
        let words = match baseline {
            Some(baseline) => message!("row-costs-more", row = i, cost, baseline = baseline.name()),
            None => message!("row-costs", row = i, cost),
        };
        Some((file.at(row.span), words))
    });
    named.collect()
}

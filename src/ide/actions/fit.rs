//! Single edits that bring a model under a budget that it exceeds, offered where the budget's finding stands.

use super::{Action, Kind};
use crate::budget;
use crate::cost::units;
use crate::fit::{Problem, fit};
use crate::ide::ModelFile;
use crate::text::Span;
use crate::words::message;

/// The most edits that are offered.
const MOST: usize = 3;

/// What brings the model under its budget, if a finding about that stands in the range.
pub(super) fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let is_here = |span: Span| span.start <= range.end && range.start <= span.end;
    let finding = file.findings().iter().position(|finding| {
        finding.diagnostic.rule == "budget-exceeded"
            && finding.diagnostic.row.is_none()
            && is_here(finding.diagnostic.span)
    });
    let Some(finding) = finding else { return Vec::new() };
    let scales = &file.findings()[finding].scales;
    let letter = scales.first().map_or(file.at_active_scale().scale.clone(), Clone::clone);
    let Some(analysis) = file.at_scale(&letter).or(Some(file.at_active_scale())) else { return Vec::new() };
    let problem = Problem { file, analysis, budgets: file.budgets(), own: budget::in_file(file), time: None };
    let one_by_one = |sets: &[Vec<usize>], figures: &(dyn Fn(&Vec<usize>) -> Option<crate::fit::Figures> + Sync)| {
        sets.iter().map(figures).collect()
    };
    let proposals = fit(&problem, MOST, 1, &one_by_one);
    let action = |proposal: crate::fit::Proposal| {
        let step = proposal.moves.first().filter(|step| !step.edits.is_empty())?;
        let totals = &proposal.figures.totals;
        let ops = totals.ops.map_or("?".to_owned(), |ops| analysis.convention.format_ops(ops));
        Some(Action {
            title: file.say(&message!("fit-into", step = &step.title, params = units::params(totals.params), ops)),
            kind: Kind::QuickFix,
            edits: step.edits.clone(),
            files: Vec::new(),
            finding: Some(finding),
            is_safe: false,
        })
    };
    proposals.into_iter().filter_map(action).collect()
}

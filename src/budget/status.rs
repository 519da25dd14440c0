//! Status of budgets, and its wording.

use super::measure::each_row;
use super::{Budget, Budgets, Limit, Metric, Scope, measure, words};
use crate::analysis::Analysis;
use crate::model::Model;
use crate::words::{Message, message};

/// A budget and the measured value.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetStatus {
    pub budget: Budget,
    /// Letter of the scale; empty if there is none.
    pub scale: String,
    /// The row of a row's budget; for a budget of every row, the row with the largest value.
    pub row: Option<usize>,
    /// Measured value: FLOPs, a count or bytes; none if it isn't known.
    pub value: Option<u128>,
    /// Limit in the same unit, computed if it is relative; none if the baseline's figure isn't known.
    pub limit: Option<u128>,
    /// The baseline's name and figure, if the limit is relative.
    pub baseline: Option<(String, u128)>,
}

/// Returns the status of the budgets that apply at a scale.
pub fn statuses(model: &Model, analysis: &Analysis, budgets: &Budgets, own: &[Budget]) -> Vec<BudgetStatus> {
    let counting = budgets.at(own, &analysis.scale);
    let standing = |budget: &&Budget| {
        let (row, value) = match budget.scope {
            Scope::EachRow => {
                let most = of_each_row(analysis, budget, &counting).into_iter().max_by_key(|(_, value)| *value);
                let most = measure(model, analysis, Scope::EachRow, budget.metric).and(most);
                (most.map(|(row, _)| row), most.map(|(_, value)| value))
            }
            Scope::Row(i) => (Some(i), measure(model, analysis, budget.scope, budget.metric)),
            scope => (None, measure(model, analysis, scope, budget.metric)),
        };
        BudgetStatus::new(budget, analysis, budgets, row, value)
    };
    counting.iter().map(standing).collect()
}

/// Returns the exceeded budgets at a scale, one for each row that exceeds a row's budget.
pub fn overruns(model: &Model, analysis: &Analysis, budgets: &Budgets, own: &[Budget]) -> Vec<BudgetStatus> {
    let counting = budgets.at(own, &analysis.scale);
    let mut found = Vec::new();
    for standing in statuses(model, analysis, budgets, own) {
        if standing.budget.scope == Scope::EachRow {
            let each = of_each_row(analysis, &standing.budget, &counting);
            let of_row = |(i, value)| BudgetStatus::new(&standing.budget, analysis, budgets, Some(i), Some(value));
            found.extend(each.into_iter().map(of_row));
        } else {
            found.push(standing);
        }
    }
    found.retain(|standing| standing.is_over() == Some(true));
    found
}

/// Returns the known values of rows that don't have a budget of their own.
fn of_each_row(analysis: &Analysis, budget: &Budget, counting: &[&Budget]) -> Vec<(usize, u128)> {
    let has_own = |i: usize| counting.iter().any(|b| (b.scope, b.metric) == (Scope::Row(i), budget.metric));
    let rows = each_row(analysis, budget.metric).into_iter().enumerate();
    rows.filter(|(i, _)| !has_own(*i)).filter_map(|(i, value)| Some((i, value?))).collect()
}

impl BudgetStatus {
    fn new(
        budget: &Budget,
        analysis: &Analysis,
        budgets: &Budgets,
        row: Option<usize>,
        value: Option<u128>,
    ) -> BudgetStatus {
        let letter = analysis.scale.as_str();
        let (limit, baseline) = match budget.limit {
            Limit::Absolute(limit) => (Some(limit), None),
            Limit::Relative(percent) => {
                let baseline = budgets.baseline.as_ref().and_then(|baseline| {
                    Some((baseline.name().into_owned(), baseline.measure(letter, budget.scope, budget.metric)?))
                });
                (baseline.as_ref().and_then(|(_, figure)| changed(*figure, percent, budget.is_strict)), baseline)
            }
        };
        BudgetStatus { budget: budget.clone(), scale: letter.to_owned(), row, value, limit, baseline }
    }

    /// Whether the budget is exceeded; none if that isn't known.
    pub fn is_over(&self) -> Option<bool> {
        let (value, limit) = (self.value?, self.limit?);
        Some(if self.budget.is_strict { value >= limit } else { value > limit })
    }

    /// Distance from the limit: how much is over or left.
    pub fn difference(&self) -> Option<u128> {
        Some(self.value?.abs_diff(self.limit?))
    }

    /// Returns a short description: `budget 6.5 GFLOPs: over by 0.17`, `budget 3M params of head: 0.4M left`.
    pub fn title(&self) -> Message {
        let metric = self.budget.metric;
        let strict = if self.budget.is_strict { "<" } else { "" };
        let limit = match self.limit {
            Some(limit) => format!("{strict}{}", self.limit_number(limit)),
            None => format!("{strict}{}", self.budget.to_string().rsplit(['<', '=']).next().unwrap_or_default()),
        };
        let (limit, state) = (limit_of(metric, limit), self.state());
        match self.budget.scope {
            Scope::Model => message!("budget", limit, state),
            Scope::Section(section) => message!("budget-of-section", limit, section, state),
            Scope::EachRow => message!("budget-per-row", limit, state),
            Scope::Row(row) => message!("budget-of-row", limit, row, state),
        }
    }

    /// Returns the end of the title: `over by 0.17`, `0.4M left`, or `?` if it isn't known.
    pub fn state(&self) -> Message {
        let metric = self.budget.metric;
        match (self.is_over(), self.difference()) {
            (Some(true), Some(0)) => message!("budget-reached"),
            (Some(true), Some(n)) => match self.row.filter(|_| self.budget.scope == Scope::EachRow) {
                Some(row) => message!("budget-row-over-by", row, by = words::difference(metric, n)),
                None => message!("budget-over-by", by = words::difference(metric, n)),
            },
            (Some(false), Some(n)) => message!("budget-left", left = words::difference(metric, n)),
            _ => "?".into(),
        }
    }

    /// Returns the message of an exceeded budget: `6.67 GFLOPs, 0.17 over the budget of 6.5 (2.7 %)`.
    pub fn message(&self) -> Option<Message> {
        let (value, limit, over) = (self.value?, self.limit?, self.difference()?);
        let metric = self.budget.metric;
        let amount = words::amount(metric, value);
        let number = self.limit_number(limit);
        let budget = match words::share(over, limit).filter(|_| over > 0) {
            Some(share) => message!("limit-share", number, share),
            None => number.into(),
        };
        let (scope, by) = ((self.budget.scope, self.row), words::difference(metric, over));
        let message = match (scope, over) {
            ((Scope::EachRow, Some(row)), 0) => message!("row-must-stay-below-each", row, amount, budget),
            ((Scope::EachRow, Some(row)), _) => message!("row-exceeds-each", row, amount, by, budget),
            ((Scope::Row(row), _), 0) => message!("row-must-stay-below", row, amount, budget),
            ((Scope::Row(row), _), _) => message!("row-exceeds", row, amount, by, budget),
            ((Scope::Section(section), _), 0) => message!("section-must-stay-below", section, amount, budget),
            ((Scope::Section(section), _), _) => message!("section-exceeds", section, amount, by, budget),
            (_, 0) => message!("must-stay-below", amount, budget),
            _ => message!("exceeds", amount, by, budget),
        };
        Some(match (self.budget.limit, &self.baseline) {
            (Limit::Relative(percent), Some((name, figure))) => {
                let figure = words::rounded_limit(metric, *figure);
                let percent = words::percent(percent);
                message!("against-baseline", message, name, figure, percent = percent.trim_end_matches('%'))
            }
            _ => message,
        })
    }

    fn limit_number(&self, limit: u128) -> String {
        match self.budget.limit {
            Limit::Absolute(_) => words::limit(self.budget.metric, limit),
            Limit::Relative(_) => words::rounded_limit(self.budget.metric, limit),
        }
    }

    /// Returns the value as a share of the limit.
    fn share(&self) -> Option<f64> {
        let (value, limit) = (self.value?, self.limit?);
        Some(if limit == 0 { f64::INFINITY } else { value as f64 / limit as f64 })
    }
}

/// Formats a limit with its metric.
fn limit_of(metric: Metric, n: String) -> Message {
    match metric {
        Metric::Gflops => format!("{n} GFLOPs").into(),
        Metric::Params => message!("amount-params", n),
        Metric::Layers => message!("amount-layers", n),
        Metric::Int8 | Metric::Fp16 | Metric::Fp32 => message!("amount-weights", n, precision = metric.name()),
        Metric::Activations => message!("amount-activations", n),
    }
}

/// Changes a figure by millionths of a percent; none if it overflows 128 bits.
fn changed(figure: u128, percent: i64, is_strict: bool) -> Option<u128> {
    const WHOLE: u128 = 100_000_000;
    let change = u128::from(percent.unsigned_abs());
    let factor = if percent < 0 { WHOLE.checked_sub(change)? } else { WHOLE.checked_add(change)? };
    let scaled = figure.checked_mul(factor)?;
    Some(if is_strict { scaled.div_ceil(WHOLE) } else { scaled / WHOLE })
}

/// Returns the most critical budgets: the two exceeded most, or if none is exceeded, the one with least left.
pub fn critical(statuses: &[BudgetStatus]) -> Vec<&BudgetStatus> {
    let mut known: Vec<(&BudgetStatus, f64)> = statuses.iter().filter_map(|s| Some((s, s.share()?))).collect();
    known.sort_by(|a, b| b.1.total_cmp(&a.1));
    let is_over = |(standing, _): &&(&BudgetStatus, f64)| standing.is_over() == Some(true);
    let over = known.iter().filter(is_over).count();
    known.into_iter().take(over.clamp(1, 2)).map(|(standing, _)| standing).collect()
}

/// Returns a one-line summary of the most critical budgets, prefixed with the scale if there are several: `budget 6.5
/// GFLOPs: over by 0.17`; none if there are no budgets.
pub fn summary(scales: &[Vec<BudgetStatus>]) -> Option<Message> {
    let all: Vec<BudgetStatus> = scales.iter().flatten().cloned().collect();
    let title = |standing: &BudgetStatus| match scales {
        [] | [_] => standing.title(),
        _ => message!("of-scale", scale = standing.scale, what = standing.title()),
    };
    critical(&all).into_iter().map(title).reduce(|first, next| message!("parts", first, next))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Baseline, parse};
    use super::*;
    use crate::analysis::{Options, analyse, at_every_scale};
    use crate::model;
    use crate::syntax;
    use crate::text::SourceFile;

    /// 542,206 parameters, 122 layers and 3.4 GFLOPs at scale n, 1.68M and 9.74 at s, as the framework says.
    const TINY: &str = include_str!("../../examples/yolo11-tiny.yaml");

    fn budgets(text: &str) -> Budgets {
        Budgets { flags: parse(text).into_iter().map(Result::unwrap).collect(), ..Budgets::default() }
    }

    fn standings_of(text: &str, budgets: &Budgets) -> Vec<BudgetStatus> {
        let model = model::read(&syntax::parse(text).tree);
        statuses(&model, &analyse(&model, "n", &Options::default()), budgets, &[])
    }

    #[test]
    fn titles_and_messages() {
        for (budget, title, message) in [
            ("gflops<=3", "budget 3 GFLOPs: over by 0.41", "3.41 GFLOPs, 0.41 over the budget of 3 (14 %)"),
            ("gflops<=4", "budget 4 GFLOPs: 0.59 left", ""),
            ("params<=500k", "budget 500k params: over by 42k", "542k params, 42k over the budget of 500k (8.4 %)"),
            ("params<=542206", "budget 542.206k params: 0 left", ""),
            (
                "params<542206",
                "budget <542.206k params: reached",
                "542k params, but must stay below the budget of 542.206k",
            ),
            ("layers<=100", "budget 100 layers: over by 22", "122 layers, 22 over the budget of 100 (22 %)"),
            (
                "int8<=500kB",
                "budget 500 kB of int8 weights: over by 42 kB",
                "542 kB of int8 weights, 42 kB over the budget of 500 kB (8.4 %)",
            ),
            (
                "row.params<=200k",
                "budget 200k params per row: row 14 over by 18k",
                "Row 14 has 218k params, 18k over the per-row budget of 200k (9 %)",
            ),
            (
                "row[6].params<=1k",
                "budget 1k params of row 6: over by 140k",
                "Row 6 has 141k params, 140k over its budget of 1k (13980 %)",
            ),
            ("row[77].params<=1k", "budget 1k params of row 77: ?", ""),
            ("gflops<=+5%", "budget +5% GFLOPs: ?", ""),
        ] {
            let statuses = standings_of(TINY, &budgets(budget));
            assert_eq!(statuses[0].title().english(), title, "{budget}");
            let said = statuses[0].message().filter(|_| statuses[0].is_over() == Some(true));
            assert_eq!(said.map(|said| said.english()).unwrap_or_default(), message, "{budget}");
        }
    }

    #[test]
    fn against_a_baseline() {
        let baseline = || Baseline::new(SourceFile::new("base.yaml", TINY), &Options::default()).unwrap();
        let against = |text: &str, budget: &str| {
            let budgets = Budgets { baseline: Some(Arc::new(baseline())), ..budgets(budget) };
            standings_of(text, &budgets).remove(0)
        };
        let same = against(TINY, "params<=+0%");
        assert_eq!((same.limit, same.is_over()), (Some(542_206), Some(false)));
        let less = against(TINY, "params<=-10%");
        assert_eq!(less.limit, Some(487_985));
        let message = "542k params, 54k over the budget of 488k (11 %): base.yaml has 542k, -10 % allowed";
        assert_eq!(less.message().map(|said| said.english()).as_deref(), Some(message));
        assert_eq!(less.title().english(), "budget 488k params: over by 54k");
        let grown = TINY.replace("[128, False]] # 10", "[128, True]] # 10");
        assert_eq!(against(&grown, "gflops<=+0.1%").is_over(), Some(true));
        // A scale that the baseline doesn't have isn't compared with another.
        assert_eq!(against(&TINY.replace("  n: ", "  k: "), "params<=-10%").is_over(), None);
    }

    #[test]
    fn limits_against_a_baseline_are_exact() {
        assert_eq!(changed(1_000, 5_500_000, false), Some(1_055));
        assert_eq!(changed(1_001, -10_000_000, false), Some(900));
        assert_eq!(changed(1_001, -10_000_000, true), Some(901));
        assert_eq!(changed(7, -100_000_000, false), Some(0));
        assert_eq!(changed(u128::MAX, 0, false), None);
    }

    #[test]
    fn what_is_not_known_is_neither() {
        let broken = TINY.replace("SPPF", "Own");
        let all = "gflops<=1 params<=1 layers<=1 int8<=1B activations<=1B backbone.params<=1 head.gflops<=1";
        for standing in standings_of(&broken, &budgets(all)) {
            assert_eq!(standing.is_over(), None, "{}", standing.budget);
            let title = standing.title().english();
            assert!(title.ends_with(": ?"), "{title}");
        }
    }

    #[test]
    fn what_matters_most() {
        let titles = |text: &str| {
            let statuses = standings_of(TINY, &budgets(text));
            critical(&statuses).into_iter().map(|standing| standing.title().english()).collect::<Vec<_>>()
        };
        assert_eq!(titles("gflops<=10 params<=600k layers<=500"), ["budget 600k params: 58k left"]);
        let two = ["budget 100k params: over by 442k", "budget 100 layers: over by 22"];
        assert_eq!(titles("gflops<=3 layers<=100 params<=100k"), two);
        assert_eq!(titles("gflops<=+5%"), [""; 0]);
    }

    #[test]
    fn a_line_for_each_file() {
        let model = model::read(&syntax::parse(TINY).tree);
        let all = at_every_scale(&model, "", &Options::default());
        let budgets = budgets("s: params<=1M");
        let at = |analysis: &Analysis| statuses(&model, analysis, &budgets, &[]);
        assert_eq!(summary(&[at(&all[0])]), None);
        let line = Some("s: budget 1M params: over by 676k".to_owned());
        assert_eq!(summary(&[at(&all[0]), at(&all[1])]).map(|summary| summary.english()), line);
    }
}

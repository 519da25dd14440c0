//! Alternatives that meet an exceeded budget: another scale, a smaller image, a narrower model.

use super::{BudgetStatus, Limit, Metric, measure, words};
use crate::analysis::{Analysis, Options, analyse};
use crate::model::Model;
use crate::python::Literal;
use crate::words::{Message, message};

/// Step between tried widths, in hundredths.
const WIDTH_STEP: i64 = 5;

/// Returns the alternatives, each with its cost: `scale n (2.62M params)`, `image size 608 (6.02 GFLOPs)`, `width 0.45
/// (5.57 GFLOPs)`. All are analysed, which takes up to a dozen analyses in total.
pub fn what_ifs(model: &Model, analysis: &Analysis, all: &[&Analysis], standing: &BudgetStatus) -> Vec<Message> {
    let found = [
        other_scale(model, analysis, all, standing),
        smaller_image(model, analysis, standing),
        narrower(model, analysis, standing),
    ];
    let metric = standing.budget.metric;
    let said = |(what, value): (Message, u128)| message!("what-if", what, amount = words::amount(metric, value));
    found.into_iter().flatten().map(said).collect()
}

/// Returns the most expensive scale that fits an absolute budget; a relative budget has a different limit at each
/// scale.
fn other_scale(
    model: &Model,
    analysis: &Analysis,
    all: &[&Analysis],
    standing: &BudgetStatus,
) -> Option<(Message, u128)> {
    if matches!(standing.budget.limit, Limit::Relative(_)) {
        return None;
    }
    let is_there = |letter: &str| model.scales().any(|(known, ..)| known == letter);
    let others = all.iter().filter(|other| other.scale != analysis.scale);
    let others = others.filter(|other| is_there(&other.scale));
    let fitting = others.filter_map(|other| Some((other.scale.as_str(), fitting(model, other, standing)?)));
    fitting.max_by_key(|(_, value)| *value).map(|(letter, value)| (message!("at-scale", scale = letter), value))
}

/// Returns the largest square image size that fits and that the framework doesn't round. Not for relative budgets,
/// because the baseline's figures are for the current image size.
fn smaller_image(model: &Model, analysis: &Analysis, standing: &BudgetStatus) -> Option<(Message, u128)> {
    let [height, width] = analysis.imgsz;
    let depends = matches!(standing.budget.metric, Metric::Gflops | Metric::Activations);
    if !depends || height != width || matches!(standing.budget.limit, Limit::Relative(_)) {
        return None;
    }
    let multiple = analysis.dialect.image_multiple(model, &analysis.scale, &analysis.dataset)?;
    let at = |n: i64| {
        let side = n.checked_mul(multiple)?;
        let smaller = analyse(model, &analysis.scale, &Options { imgsz: [side, side], ..analysis.options() });
        fitting(model, &smaller, standing)
    };
    let (n, value) = largest((height - 1) / multiple, at)?;
    Some((message!("at-image-size", side = n * multiple), value))
}

/// Returns the largest width that fits, in steps.
fn narrower(model: &Model, analysis: &Analysis, standing: &BudgetStatus) -> Option<(Message, u128)> {
    let width = analysis.scaling.width.as_float().filter(|width| (0.0..=100.0).contains(width))?;
    let at = |n: i64| {
        let narrow = with_width(model, &analysis.scale, (n * WIDTH_STEP) as f64 / 100.0)?;
        fitting(&narrow, &analyse(&narrow, &analysis.scale, &analysis.options()), standing)
    };
    let below = (width * 100.0 / WIDTH_STEP as f64).ceil() as i64 - 1;
    let (n, value) = largest(below, at)?;
    let hundredths = n * WIDTH_STEP;
    let width = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    Some((message!("at-width", width), value))
}

/// Returns the largest number from 1 to `most` that fits, and its cost, which must grow with the number.
fn largest(most: i64, at: impl Fn(i64) -> Option<u128>) -> Option<(i64, u128)> {
    let (mut fits, mut over, mut found) = (0, most.max(0) + 1, None);
    while over - fits > 1 {
        let middle = fits + (over - fits) / 2;
        match at(middle) {
            Some(value) => (fits, found) = (middle, Some((middle, value))),
            None => over = middle,
        }
    }
    found
}

/// Returns the measured value, if it is known and fits.
fn fitting(model: &Model, analysis: &Analysis, standing: &BudgetStatus) -> Option<u128> {
    let value = measure(model, analysis, standing.budget.scope, standing.budget.metric);
    let other = BudgetStatus { value, ..standing.clone() };
    value.filter(|_| other.is_over() == Some(false))
}

/// Returns the model with another width at a scale; none if the scale has no width.
fn with_width(model: &Model, letter: &str, width: f64) -> Option<Model> {
    let mut model = model.clone();
    let scales = model.keys.iter_mut().rev().find(|key| key.name == "scales")?;
    let at = scales.value.names.iter().rposition(|(name, _)| name == letter)?;
    match &mut scales.value.items.get_mut(at)?.value {
        Literal::List(values) => *values.get_mut(1)? = Literal::Float(width),
        _ => return None,
    }
    Some(model)
}

#[cfg(test)]
mod tests {
    use super::super::{Budgets, parse, statuses};
    use super::*;
    use crate::analysis::at_every_scale;
    use crate::model;
    use crate::syntax;

    const TINY: &str = include_str!("../../examples/yolo11-tiny.yaml");

    fn of_scale_s(text: &str, budget: &str) -> Vec<String> {
        let model = model::read(&syntax::parse(text).tree);
        let all = at_every_scale(&model, "", &Options::default());
        let flags = parse(budget).into_iter().map(Result::unwrap).collect();
        let budgets = Budgets { flags, ..Budgets::default() };
        let s = all.iter().find(|analysis| analysis.scale == "s").unwrap();
        let found = what_ifs(&model, s, &all.iter().collect::<Vec<_>>(), &statuses(&model, s, &budgets, &[])[0]);
        found.iter().map(Message::english).collect()
    }

    /// Scale s has 1,676,262 parameters and 9.74 GFLOPs at 640, n 542,206 and 3.41, as the framework says.
    #[test]
    fn what_fits_is_the_largest_that_does() {
        let found = of_scale_s(TINY, "gflops<=8");
        assert_eq!(found[0], "scale n (3.41 GFLOPs)");
        // The cost is that of the area: 9.74 · (576 / 640)² = 7.89; at 608 it would be 8.79.
        assert_eq!(found[1], "image size 576 (7.89 GFLOPs)");
        let width: f64 = found[2].strip_prefix("width ").unwrap()[..4].parse().unwrap();
        let at = |width: f64| {
            let text = TINY.replace("[0.50, 1.00, 512]", &format!("[0.50, {width:.2}, 512]"));
            let model = model::read(&syntax::parse(&text).tree);
            let analysis = analyse(&model, "s", &Options::default());
            analysis.flops(analysis.totals.as_ref().unwrap().ops.unwrap())
        };
        assert!(at(width) <= 8_000_000_000 && at(width + 0.05) > 8_000_000_000, "{width}");
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        let found = of_scale_s(TINY, "params<=1M");
        assert!(found[0].starts_with("scale n ") && found[1].starts_with("width ") && found.len() == 2, "{found:?}");
        assert_eq!(of_scale_s(TINY, "params<=1"), [""; 0]);
    }

    #[test]
    fn the_largest_number() {
        for limit in 0..12 {
            let found = largest(10, |n| (n <= limit).then_some(n as u128));
            assert_eq!(found.map(|(n, _)| n), (limit > 0).then_some(limit.min(10)));
        }
        assert_eq!(largest(0, |_| Some(1)), None);
    }
}

//! One-line totals of a file.

use crate::analysis::Analysis;
use crate::cli::report::Report;
use crate::cost::units;
use crate::words::{comma, message};

/// `n: 2.62M params, 6.67 GFLOPs, 181 layers`; for several scales, `n 2.62M/6.67G, s … (params/FLOPs)`.
pub(super) fn line(report: &Report) -> String {
    if report.analyses.checked().iter().all(|analysis| analysis.totals.is_none()) {
        return report.say(&message!("totals-unknown"));
    }
    let [one] = report.analyses.checked() else {
        let unit = report.analyses.checked().first().map(|a| a.convention.unit().to_string()).unwrap_or_default();
        let short = |analysis: &Analysis| format!("{} {}/{}", analysis.scale, params(analysis), short_ops(analysis));
        let scales: Vec<String> = report.analyses.checked().iter().map(short).collect();
        return report.say(&message!("totals-of-scales", scales = comma(&scales), unit));
    };
    let layers = one.totals.as_ref().map_or("?".to_owned(), |totals| units::grouped(totals.layers as u128));
    let totals = message!("totals", params = params(one), ops = ops(one), layers);
    report.say(&match one.scale.as_str() {
        "" => totals,
        scale => message!("of-scale", scale, what = totals),
    })
}

/// `2.62M`
pub(super) fn params(analysis: &Analysis) -> String {
    analysis.totals.as_ref().map_or("?".to_owned(), |totals| units::params(totals.params))
}

/// `6.67 GFLOPs`
pub(super) fn ops(analysis: &Analysis) -> String {
    match analysis.totals.as_ref().and_then(|totals| totals.ops) {
        Some(ops) => analysis.convention.format_ops(ops),
        None => format!("? G{}", analysis.convention.unit()),
    }
}

/// `6.67G`
fn short_ops(analysis: &Analysis) -> String {
    if analysis.totals.as_ref().is_none_or(|totals| totals.ops.is_none()) {
        return "?".to_owned();
    }
    ops(analysis).replace(&analysis.convention.unit().to_string(), "").replace(' ', "")
}

//! What is found in one file at all the scales that are looked at.

use crate::analysis::{Analysis, Options, analyse};
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::Model;
use crate::rules::{self, Diagnostic};
use crate::syntax::SyntaxError;

/// A diagnostic, and the scales that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub diagnostic: Diagnostic,
    /// The scales that have it, where others of those looked at don't.
    pub scales: Vec<String>,
}

/// Analyses a file at the scale that the options, a directive or its name select; where none does, at every scale.
pub fn analyses(model: &Model, options: &Options) -> Vec<Analysis> {
    match choose_scale(model, options.scale.as_deref(), &options.stem) {
        ScaleChoice::First(_) => at_every_scale(model, options),
        _ => vec![analyse(model, options)],
    }
}

/// Analyses a file at every scale that it has; at least once, where it has none.
pub fn at_every_scale(model: &Model, options: &Options) -> Vec<Analysis> {
    let at = |scale: &str| analyse(model, &Options { scale: Some(scale.to_owned()), ..options.clone() });
    let mut letters: Vec<&str> = Vec::new();
    for (letter, ..) in model.scales() {
        if !letters.contains(&letter) {
            letters.push(letter);
        }
    }
    let analyses: Vec<Analysis> = letters.into_iter().map(at).collect();
    if analyses.is_empty() { vec![analyse(model, options)] } else { analyses }
}

/// Findings of all analyses, in the order of the text; what several scales have stands once.
pub fn findings<'a>(
    model: &Model,
    errors: &[SyntaxError],
    analyses: impl IntoIterator<Item = &'a Analysis>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut count = 0;
    for analysis in analyses {
        count += 1;
        for diagnostic in rules::check(model, errors, analysis) {
            let letter = analysis.scale.letter().to_owned();
            let same = findings.iter_mut().find(|f| {
                f.diagnostic.rule == diagnostic.rule
                    && f.diagnostic.span == diagnostic.span
                    && f.diagnostic.message == diagnostic.message
            });
            match same {
                Some(finding) => finding.scales.push(letter),
                None => findings.push(Finding { diagnostic, scales: vec![letter] }),
            }
        }
    }
    for finding in &mut findings {
        if finding.scales.len() == count {
            finding.scales.clear();
        }
    }
    findings.sort_by_key(|f| (f.diagnostic.span.start, f.diagnostic.severity));
    findings
}

impl Finding {
    /// The message, with the scales that have it where not all do.
    pub fn message(&self) -> String {
        match self.scales.as_slice() {
            [] => self.diagnostic.message.clone(),
            [one] => format!("{} (at scale {one})", self.diagnostic.message),
            many => format!("{} (at scales {})", self.diagnostic.message, many.join(", ")),
        }
    }
}

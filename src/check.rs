//! What is found in one file at all the scales that are looked at.

use std::collections::HashMap;
use std::ops::Range;

use crate::analysis::{Analysis, Options, analyse};
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::{self, Model};
use crate::rules::{self, Diagnostic, File, Lint};
use crate::syntax;
use crate::text::{LineIndex, Span};

/// What is asked for of a file.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Scale, image size and convention.
    pub options: Options,
    /// How it is looked at.
    pub lint: Lint,
}

impl From<Options> for Request {
    fn from(options: Options) -> Request {
        Request { options, lint: Lint::default() }
    }
}

/// Analyses of a file.
#[derive(Debug)]
pub struct Analyses {
    /// One for each scale of the file, and one at the scale that is shown where the file lacks that.
    pub all: Vec<Analysis>,
    /// Which scale is shown, and why.
    pub choice: ScaleChoice,
    /// The position of what is shown.
    pub shown: usize,
    /// The positions of what is looked at: the scale that is selected, or every one where none is.
    pub looked_at: Range<usize>,
}

impl Analyses {
    /// The analyses that are looked at.
    pub fn looked_at(&self) -> &[Analysis] {
        &self.all[self.looked_at.clone()]
    }
}

/// A diagnostic, and the scales that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub diagnostic: Diagnostic,
    /// The scales that have it, where others of those looked at don't.
    pub scales: Vec<String>,
}

/// Analyses a file at every scale; what is shown is the scale that the options, a directive or its name select.
pub fn analyses(model: &Model, options: &Options) -> Analyses {
    let choice = choose_scale(model, options.scale.as_deref(), &options.stem);
    let mut all = at_every_scale(model, options);
    let shown = all.iter().position(|analysis| analysis.scale.letter() == choice.letter());
    let shown = shown.unwrap_or_else(|| {
        all.push(analyse(model, options));
        all.len() - 1
    });
    let looked_at = match choice {
        ScaleChoice::First(_) => 0..all.len(),
        _ => shown..shown + 1,
    };
    Analyses { all, choice, shown, looked_at }
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

/// Findings in the order of the text; what several of the analyses looked at have stands once.
pub fn findings(file: &File<'_>, looked_at: &[Analysis]) -> Vec<Finding> {
    let found = |diagnostic| Finding { diagnostic, scales: Vec::new() };
    let mut findings: Vec<Finding> = Vec::new();
    let mut places: HashMap<(&str, Span), Vec<usize>> = HashMap::new();
    for analysis in looked_at {
        let letter = analysis.scale.letter();
        for diagnostic in rules::check_scale(file, analysis) {
            let here = places.entry((diagnostic.rule, diagnostic.span)).or_default();
            match here.iter().find(|&&i| findings[i].diagnostic.message == diagnostic.message) {
                Some(&same) => findings[same].scales.push(letter.to_owned()),
                None => {
                    here.push(findings.len());
                    findings.push(Finding { diagnostic, scales: vec![letter.to_owned()] });
                }
            }
        }
    }
    for finding in findings.iter_mut().filter(|finding| finding.scales.len() == looked_at.len()) {
        finding.scales.clear();
    }
    findings.extend(rules::check_file(file).into_iter().map(found));
    let unused = rules::silence(file, &mut findings, |finding| &finding.diagnostic);
    findings.extend(unused.into_iter().map(found));
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

/// Reads, analyses and checks a text.
pub fn check(text: &str, request: &Request) -> Vec<Finding> {
    let parse = syntax::parse(text);
    let model = model::read(&parse.tree);
    let analyses = analyses(&model, &request.options);
    let file = File {
        text,
        lines: &LineIndex::new(text),
        tree: &parse.tree,
        errors: &parse.errors,
        model: &model,
        analyses: &analyses.all,
        options: &request.options,
        lint: &request.lint,
    };
    findings(&file, analyses.looked_at())
}

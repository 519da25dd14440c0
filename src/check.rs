//! Checks one file at all checked scales.

use std::collections::HashMap;
use std::ops::Range;

use crate::analysis::{Analysis, Options, analyse, at_every_scale};
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::{self, Model};
use crate::rules::{self, Diagnostic, File, Lint};
use crate::syntax::{self, Parse};
use crate::text::{LineIndex, Span};

/// Options for checking a file.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Scale, image size and convention.
    pub options: Options,
    /// The linter's settings.
    pub lint: Lint,
    /// Scales to check.
    pub scales: Scales,
}

/// Scales to check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scales {
    /// The selected scale, or every scale if none is selected.
    #[default]
    Selected,
    /// The selected scale, or the first.
    Shown,
    /// Every scale.
    All,
}

impl From<Options> for Request {
    fn from(options: Options) -> Request {
        Request { options, ..Request::default() }
    }
}

/// Analyses of a file.
#[derive(Debug)]
pub struct Analyses {
    /// One analysis per scale, plus one for the requested scale if the file doesn't define it.
    pub all: Vec<Analysis>,
    /// The active scale, and why it is active.
    pub choice: ScaleChoice,
    /// Position of the active scale.
    pub shown: usize,
    /// Positions of the checked scales: the selected scale, or every scale if none is selected.
    pub looked_at: Range<usize>,
}

impl Analyses {
    /// Returns the analyses at the checked scales.
    pub fn looked_at(&self) -> &[Analysis] {
        &self.all[self.looked_at.clone()]
    }
}

/// A diagnostic, and the scales that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The diagnostic.
    pub diagnostic: Diagnostic,
    /// The scales that have it, if not all checked scales do.
    pub scales: Vec<String>,
    /// The scales that have it with different figures than in the message; `scales` then names the others.
    pub likewise: Vec<String>,
}

/// Analyses a file at every scale. The options, a directive or the file's name select the active scale.
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

/// Returns the findings in the order of the text; findings shared by several scales are merged.
pub fn findings(file: &File<'_>, looked_at: &[Analysis]) -> Vec<Finding> {
    let found = |diagnostic| Finding { diagnostic, scales: Vec::new(), likewise: Vec::new() };
    let mut findings: Vec<Finding> = Vec::new();
    let mut places: HashMap<(&str, Span, String), usize> = HashMap::new();
    let mut made_in = Vec::new();
    for analysis in looked_at {
        let letter = analysis.scale.letter();
        for diagnostic in rules::check_scale(file, analysis) {
            let gist = without_figures(&diagnostic.message);
            let place = *places.entry((diagnostic.rule, diagnostic.span, gist)).or_insert(findings.len());
            match findings.get_mut(place) {
                Some(same) if same.diagnostic.message == diagnostic.message => same.scales.push(letter.to_owned()),
                Some(alike) if !alike.is_at(letter) => alike.likewise.push(letter.to_owned()),
                _ => {
                    made_in.push(analysis);
                    let scales = vec![letter.to_owned()];
                    findings.push(Finding { diagnostic, scales, likewise: Vec::new() });
                }
            }
        }
    }
    let diagnostics = findings.iter_mut().map(|finding| &mut finding.diagnostic);
    rules::mend(file, looked_at, made_in.into_iter().zip(diagnostics));
    for finding in findings.iter_mut().filter(|finding| finding.scales.len() == looked_at.len()) {
        finding.scales.clear();
    }
    findings.extend(rules::check_file(file).into_iter().map(found));
    let unused = rules::silence(file, &mut findings, |finding| &finding.diagnostic);
    findings.extend(unused.into_iter().map(found));
    findings.sort_by_key(|f| (f.diagnostic.span.start, f.diagnostic.severity));
    findings
}

/// Returns the words of a message that are the same at every scale: `int8` is one, `320x320` isn't.
fn without_figures(message: &str) -> String {
    let is_figure = |word: &str| word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_numeric);
    message.split(' ').filter(|word| !is_figure(word)).collect::<Vec<_>>().join(" ")
}

impl Finding {
    fn is_at(&self, letter: &str) -> bool {
        self.scales.iter().chain(&self.likewise).any(|scale| scale == letter)
    }

    /// Returns the message, with the scales that have it if not all do.
    pub fn message(&self) -> String {
        let mut places = match self.scales.as_slice() {
            [] => return self.diagnostic.message.clone(),
            [one] => format!("at scale {one}"),
            many => format!("at scales {}", many.join(", ")),
        };
        if !self.likewise.is_empty() {
            places.push_str(&format!(", with different figures at {}", self.likewise.join(", ")));
        }
        format!("{} ({places})", self.diagnostic.message)
    }
}

/// A text, analysed and checked.
#[derive(Debug)]
pub struct Checked {
    /// Its analyses.
    pub analyses: Analyses,
    /// Findings in the order of the text.
    pub findings: Vec<Finding>,
}

/// Reads, analyses and checks a text.
pub fn check(text: &str, request: &Request) -> Vec<Finding> {
    analyse_and_check(text, request).findings
}

/// Like [`check`], but also returns the analyses.
pub fn analyse_and_check(text: &str, request: &Request) -> Checked {
    let parse = syntax::parse(text);
    let model = model::read(&parse.tree);
    checked(&parse, &model, &LineIndex::new(text), request)
}

/// Analyses and checks a parsed text.
pub fn checked(parse: &Parse<'_>, model: &Model, lines: &LineIndex, request: &Request) -> Checked {
    let mut analyses = analyses(model, &request.options);
    match request.scales {
        Scales::Selected => {}
        Scales::Shown => analyses.looked_at = analyses.shown..analyses.shown + 1,
        Scales::All => analyses.looked_at = 0..analyses.all.len(),
    }
    let file = File {
        text: parse.tree.text,
        lines,
        tree: &parse.tree,
        errors: &parse.errors,
        model,
        analyses: &analyses.all,
        options: &request.options,
        lint: &request.lint,
    };
    let findings = findings(&file, analyses.looked_at());
    Checked { analyses, findings }
}

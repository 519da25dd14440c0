//! What is found in one file at all the scales that are checked.

use std::collections::HashMap;
use std::ops::{Deref, Range};

use crate::analysis::{Analysis, Options, analyse, scale_letters};
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::{Model, ReadFile, SECTIONS};
use crate::rewrite;
use crate::rules::{self, Diagnostic, File, Lint, Severity};
use crate::text::{SourceFile, Span};
use crate::words::{Language, Message, Value, and, comma, message};

/// Options for checking a file.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The file's name without directory and ending: it can carry a scale.
    pub stem: String,
    /// How the framework is called where figures are shown; none if that isn't known.
    pub framework: Option<Message>,
    /// How the dataset's file is called that overrides what the file says; empty if there is none.
    pub data: String,
    /// The scale that is asked for.
    pub scale: Option<String>,
    /// Which scales are checked.
    pub scales: Scales,
    /// Image size and convention.
    pub options: Options,
    /// Levels of rules, and what the model may cost.
    pub lint: Lint,
    /// The language in which everything is said.
    pub language: Language,
}

/// Which scales are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scales {
    /// The selected scale, or every scale if none is selected.
    #[default]
    Selected,
    /// The selected scale, or the first.
    Active,
    /// Every scale.
    All,
}

/// Analyses of a file.
#[derive(Debug)]
pub struct Analyses {
    /// One analysis per scale, plus one for the requested scale if the file doesn't define it.
    pub all: Vec<Analysis>,
    /// The active scale, and why it is active.
    pub choice: ScaleChoice,
    /// Position of the active scale.
    pub active: usize,
    /// The positions of those that are checked.
    pub checked: Range<usize>,
}

impl Analyses {
    /// The analyses that are checked.
    pub fn checked(&self) -> &[Analysis] {
        &self.all[self.checked.clone()]
    }
}

/// A diagnostic, and the scales that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The diagnostic.
    pub diagnostic: Diagnostic,
    /// The scales that have it, where others of those checked don't.
    pub scales: Vec<String>,
    /// The scales that have it with different figures than in the message; `scales` then names the others.
    pub likewise: Vec<String>,
}

/// The scales at which a file is looked at.
#[derive(Debug)]
pub struct Selection {
    /// The letters of its scales, and the requested one if the file doesn't define it.
    pub letters: Vec<String>,
    /// The active scale, and why it is active.
    pub choice: ScaleChoice,
    /// Position of the active scale.
    pub active: usize,
    /// The positions of those that are checked.
    pub checked: Range<usize>,
}

/// Chooses which scales of a file are looked at, which of them is active and which are checked.
pub fn select(model: &Model, request: &Request) -> Selection {
    let choice = choose_scale(model, request.scale.as_deref(), &request.stem);
    let mut letters: Vec<String> = scale_letters(model).into_iter().map(str::to_owned).collect();
    let active = letters.iter().position(|letter| letter == choice.letter());
    let active = active.unwrap_or_else(|| {
        letters.push(choice.letter().to_owned());
        letters.len() - 1
    });
    let checks_all = match request.scales {
        Scales::Selected => choice.selected().is_none(),
        Scales::Active => false,
        Scales::All => true,
    };
    let checked = if checks_all { 0..letters.len() } else { active..active + 1 };
    Selection { letters, choice, active, checked }
}

/// Analyses a file at every scale, and chooses which of them is active and which are checked.
pub fn analyses(model: &Model, request: &Request) -> Analyses {
    let Selection { letters, choice, active, checked } = select(model, request);
    let all = letters.iter().map(|letter| analyse(model, letter, &request.options)).collect();
    Analyses { all, choice, active, checked }
}

/// Findings in the order of the text, without fixes that have to be tried; what several of the checked scales have stands
/// once, and what is only a consequence of references that use old numbers stands in their finding.
pub fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = all_findings(file);
    let Some(cause) = findings.iter().position(|finding| finding.diagnostic.rule == rules::CAUSE) else {
        return findings;
    };
    let Some(fix) = findings[cause].diagnostic.fixes.first() else { return without_open(findings, cause) };
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| *span);
    let read = ReadFile::new(&*rewrite::apply(file.text(), &edits));
    let again = |analysis: &Analysis| analyse(&read.model, &analysis.scale, &analysis.options());
    let analyses: Vec<Analysis> = file.checked.iter().map(|analysis| again(analysis)).collect();
    let analyses: Vec<&Analysis> = analyses.iter().collect();
    let after = file.changed(&read, &analyses);
    let remains: Vec<(&str, Option<usize>)> =
        all_findings(&after).iter().map(|finding| (finding.diagnostic.rule, finding.diagnostic.row)).collect();
    let is_consequence = |finding: &Finding| {
        let Diagnostic { rule, row, severity, .. } = finding.diagnostic;
        rule != rules::CAUSE && row.is_some() && severity != Severity::Hint && !remains.contains(&(rule, row))
    };
    let consequences: Vec<Finding> = findings.extract_if(.., |finding| is_consequence(finding)).collect();
    for finding in consequences.into_iter().map(|finding| finding.diagnostic) {
        let Some(cause) = findings.iter_mut().find(|cause| cause.diagnostic.rule == rules::CAUSE) else { continue };
        if finding.severity == Severity::Error {
            // The row that fails is the one that it is about.
            if cause.diagnostic.severity != Severity::Error {
                cause.diagnostic.row = finding.row;
            }
            cause.diagnostic.severity = Severity::Error;
            cause
                .diagnostic
                .related
                .push((file.at(finding.span), message!("stale-reference-consequence", fault = finding.message)));
        }
    }
    findings
}

/// The findings without those on wiring below a cause that has no fix: where rows are gone, what is read there isn't known.
fn without_open(mut findings: Vec<Finding>, cause: usize) -> Vec<Finding> {
    let first = findings[cause].diagnostic.row;
    let is_open = |found: &Finding| match found.diagnostic.rule {
        "stale-index-comment" => true,
        rule => OF_WIRING.contains(&rule) && found.diagnostic.row >= first,
    };
    let is_error = |found: &Finding| found.diagnostic.severity == Severity::Error;
    if findings.iter().any(|found| is_open(found) && is_error(found)) {
        findings[cause].diagnostic.severity = Severity::Error;
    }
    findings.retain(|found| !is_open(found));
    findings
}

/// Rules on what rows read, and on what comments say of that.
const OF_WIRING: [&str; 6] =
    ["bad-from", "channel-mismatch", "dead-layer", "head-inputs", "spatial-mismatch", "stale-stride-comment"];

fn all_findings(file: &File<'_>) -> Vec<Finding> {
    let found = |diagnostic| Finding { diagnostic, scales: Vec::new(), likewise: Vec::new() };
    let mut findings: Vec<Finding> = Vec::new();
    let mut places: HashMap<(&str, Span, String), usize> = HashMap::new();
    for analysis in file.checked {
        let letter = analysis.scale.as_str();
        for diagnostic in rules::check_scale(file, analysis) {
            let gist = without_figures(&diagnostic.message.english());
            let place = *places.entry((diagnostic.rule, diagnostic.span, gist)).or_insert(findings.len());
            match findings.get_mut(place) {
                Some(same) if same.diagnostic.message == diagnostic.message => same.scales.push(letter.to_owned()),
                Some(alike) if !alike.is_at(letter) => alike.likewise.push(letter.to_owned()),
                _ => {
                    let scales = vec![letter.to_owned()];
                    findings.push(Finding { diagnostic, scales, likewise: Vec::new() });
                }
            }
        }
    }
    for finding in findings.iter_mut().filter(|finding| finding.scales.len() == file.checked.len()) {
        finding.scales.clear();
    }
    findings.extend(rules::check_file(file).into_iter().map(found));
    // What rows are and read isn't known without the first section.
    let has_no_rows = |finding: &Finding| {
        let Diagnostic { rule, severity, ref message, .. } = finding.diagnostic;
        let lacks_rows =
            matches!(message.id, "key-ignored-rows" | "section-defined-twice") && severity == Severity::Error;
        rule == "missing-section" && !file.has_backbone() || lacks_rows
    };
    let is_elsewhere = || file.tree.get(SECTIONS[0]).is_some_and(|node| node.is_inclusion(file.text()));
    if findings.iter().any(has_no_rows) || is_elsewhere() {
        let is_apart = |found: &Finding| found.diagnostic.row.is_none() && found.diagnostic.rule != "invalid-value";
        findings.retain(is_apart);
    }
    let unused = rules::silence(file, &mut findings, |finding| &finding.diagnostic);
    findings.extend(unused.into_iter().map(found));
    let mut findings = once(file, findings);
    findings.sort_by_key(|f| (f.diagnostic.span.start, f.diagnostic.severity));
    findings
}

/// Rules whose finding on one row is often the same on others.
const REPEATED: [&str; 4] = ["doubtful-argument", "malformed-row", "unknown-module", "wrong-arguments"];

/// Makes one finding of those that say the same of several rows.
fn once(file: &File<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    let mut also: HashMap<usize, Vec<usize>> = HashMap::new();
    for finding in findings {
        let same = |known: &Finding| {
            let (known_d, d) = (&known.diagnostic, &finding.diagnostic);
            (known_d.rule, &known_d.message, &known.scales) == (d.rule, &d.message, &finding.scales)
                && REPEATED.contains(&d.rule)
        };
        let (Some(at), Some(row)) = (kept.iter().position(same), finding.diagnostic.row) else {
            kept.push(finding);
            continue;
        };
        also.entry(at).or_default().push(row);
        let known = &mut kept[at].diagnostic;
        known.related.push((file.at(finding.diagnostic.span), message!("finding-row-too", row)));
        for (fix, other) in known.fixes.iter_mut().zip(finding.diagnostic.fixes) {
            let is_same = match fix.title.values.as_slice() {
                [(_, Value::Message(title))] if fix.title.id == "fix-in-all-rows" => **title == other.title,
                _ => fix.title == other.title,
            };
            if is_same {
                fix.title = message!("fix-in-all-rows", title = other.title);
                fix.edits.extend(other.edits);
            }
        }
    }
    for (at, rows) in also {
        let message = &mut kept[at].diagnostic.message;
        *message = message!("finding-also-in-rows", message = &*message, count = rows.len(), rows = and(rows));
    }
    kept
}

/// Adds the fixes that have to be tried to findings of a file.
pub fn attach_fixes<'a>(file: &File<'_>, findings: impl IntoIterator<Item = &'a mut Finding>) {
    let made_in = |finding: &Finding| match finding.scales.first() {
        Some(letter) => file.checked.iter().find(|analysis| analysis.scale == *letter).copied(),
        None => file.checked.first().copied(),
    };
    let findings = findings.into_iter().filter_map(|found| Some((made_in(found)?, &mut found.diagnostic)));
    rules::attach_fixes(file, findings);
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
    pub fn message(&self) -> Message {
        let (message, count) = (&self.diagnostic.message, self.scales.len());
        let (scales, likewise) = (comma(&self.scales), comma(&self.likewise));
        match (count, self.likewise.len()) {
            (0, _) => message.clone(),
            (_, 0) => message!("finding-at-scales", message, count, scales),
            _ => {
                message!(
                    "finding-at-scales-likewise",
                    message = message,
                    count = count,
                    scales = scales,
                    likewise = likewise,
                )
            }
        }
    }
}

/// A file, analysed and checked.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub read: ReadFile,
    /// Its analyses.
    pub analyses: Analyses,
    /// Findings in the order of the text.
    pub findings: Vec<Finding>,
}

impl Deref for Checked {
    type Target = ReadFile;

    fn deref(&self) -> &ReadFile {
        &self.read
    }
}

/// Reads, analyses and checks a file: what is found.
pub fn check(source: impl Into<SourceFile>, request: &Request) -> Vec<Finding> {
    checked(ReadFile::new(source), request).findings
}

/// Analyses and checks a file.
pub fn checked(read: ReadFile, request: &Request) -> Checked {
    let analyses = analyses(&read.model, request);
    with_analyses(read, analyses, request)
}

/// Checks a file that was analysed.
pub fn with_analyses(read: ReadFile, analyses: Analyses, request: &Request) -> Checked {
    let mut checked = found(read, analyses, request);
    checked.attach_fixes(request);
    checked
}

/// Checks a file that was analysed, without fixes that have to be tried.
pub fn found(read: ReadFile, analyses: Analyses, request: &Request) -> Checked {
    let all: Vec<&Analysis> = analyses.all.iter().collect();
    let findings = findings(&file(&read, &analyses, &all, request));
    Checked { read, analyses, findings }
}

impl Checked {
    /// Adds the fixes that have to be tried.
    pub fn attach_fixes(&mut self, request: &Request) {
        let Checked { read, analyses, findings } = self;
        let all: Vec<&Analysis> = analyses.all.iter().collect();
        attach_fixes(&file(read, analyses, &all, request), findings);
    }
}

fn file<'a>(read: &'a ReadFile, analyses: &'a Analyses, all: &'a [&'a Analysis], request: &'a Request) -> File<'a> {
    File {
        read,
        stem: &request.stem,
        choice: &analyses.choice,
        analyses: all,
        checked: &all[analyses.checked.clone()],
        lint: &request.lint,
        known: rules::Known::default(),
    }
}

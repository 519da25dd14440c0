//! `stale-summary`: figures in the comment behind a scale that aren't those of the model.

use super::{Diagnostic, File, Fix, rule};
use crate::analysis::{Analysis, Options, Totals, analyse};
use crate::cost::units::grouped;
use crate::cost::{Convention, Counter};
use crate::dialect::Published;
use crate::model::ReadFile;
use crate::model::comments::{self, Quantity, SummaryClaim, Written};
use crate::text::Span;

rule! {
    /// The comment behind a scale names figures that aren't those of the model.
    ///
    /// ## What it does
    /// Compares the layers, parameters, gradients (parameters that are trained) and GFLOPs in comments such as
    /// `# summary: 181 layers, 2,624,080 parameters, 2,624,064 gradients, 6.6 GFLOPs` or `# 9.46M params, 21.7 GFLOPs` with
    /// those of the file at that scale, rounded as they are. All that is wrong behind a scale is one finding; it says
    /// whose figures they are where that is known: another scale's, another image size's, an official model's.
    ///
    /// GFLOPs are right where a counter that yolint knows comes within 2 % at 640x640 or at the image size asked for (of
    /// a classifier also at 224x224), as FLOPs or as multiply-accumulates. Layers are right as well where they count all
    /// modules, as older releases did. Comments that speak of a fused model are left alone.
    ///
    /// ## Why is this bad?
    /// A file that began as a copy of another one still quotes that one's cost.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 10
    /// scales:
    ///   n: [0.50, 0.25, 1024] # 11,266 parameters
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [nc]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// nc: 10
    /// scales:
    ///   n: [0.50, 0.25, 1024] # 36,314 parameters
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [nc]]
    /// ```
    ///
    /// ## Fix safety
    /// Not safe: it writes what Ultralytics 8.4.190 prints at 640x640, and a comment may well quote another model's
    /// figures to compare with, or those of modules that a fork has changed.
    "stale-summary", Warning, File(check)
}

/// By how much two counts of GFLOPs may differ and still be the same.
const TOLERANCE: f64 = 0.02;

/// The sides of the image at which the framework states its figures, and at which it states those of classifiers.
const DEFAULT_SIDE: i64 = 640;
const CLASSIFY_SIDE: i64 = 224;

/// Other sides that people quote figures at.
const SIDES: [i64; 9] = [224, 256, 320, 416, 512, 640, 768, 1024, 1280];

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let claims = comments::summary_claims(file);
    claims.chunk_by(|a, b| a.0 == b.0).filter_map(|line| Line::read(file, line)?.finding()).collect()
}

/// Edits that make the comments behind scales say what the framework's summary says, each number in the form that it
/// has.
pub fn refreshed_summaries(file: &ReadFile, analyses: &[Analysis]) -> Vec<(Span, String)> {
    let edit = |(letter, claim): (&str, SummaryClaim)| {
        let analysis = analyses.iter().find(|analysis| analysis.scale == letter)?;
        let gflops = || analysis.dialect.summary_gflops(&file.model, letter, [DEFAULT_SIDE; 2]);
        let truth = truth(claim.quantity, analysis.totals.as_ref()?, gflops)?;
        let (old, new) = (claim.span.text(file.text()), in_form(truth, claim, file.text()));
        (old != new).then_some((claim.span, new))
    };
    comments::summary_claims(file).into_iter().filter_map(edit).collect()
}

/// What the comment behind a scale says.
struct Line<'a> {
    file: &'a File<'a>,
    letter: &'a str,
    analysis: &'a Analysis,
    totals: &'a Totals,
    /// Whether the comment names other parameters, so that it is stale whatever its GFLOPs are.
    is_stale: bool,
    claims: Vec<Claim>,
}

#[derive(Clone, Copy)]
struct Claim {
    claim: SummaryClaim,
    written: Written,
    /// What is true where that is wrong.
    truth: Option<f64>,
}

impl<'a> Line<'a> {
    fn read(file: &'a File<'a>, claims: &[(&'a str, SummaryClaim)]) -> Option<Line<'a>> {
        let letter = claims.first()?.0;
        let analysis = file.analyses.iter().find(|analysis| analysis.scale == letter)?;
        let totals = analysis.totals.as_ref()?;
        let is_other = |claim: &SummaryClaim| {
            let written = claim.written(file.text()).filter(|_| claim.quantity == Quantity::Params);
            written.is_some_and(|written| !written.is(totals.params as f64))
        };
        let is_stale = claims.iter().any(|(_, claim)| is_other(claim));
        let mut line = Line { file, letter, analysis, totals, is_stale, claims: Vec::new() };
        let comment = file.tree.comment_after(claims.first()?.1.span.start)?.text(file.text());
        if comment.to_ascii_lowercase().contains("fuse") {
            return None;
        }
        for (_, claim) in claims {
            let Some(written) = claim.written(file.text()) else { continue };
            let truth = line.truth(*claim, written);
            line.claims.push(Claim { claim: *claim, written, truth });
        }
        Some(line)
    }

    /// What is true where a claim is wrong.
    fn truth(&self, claim: SummaryClaim, written: Written) -> Option<f64> {
        let is_right = match claim.quantity {
            Quantity::Layers => written.is(all_modules(self.analysis) as f64),
            // That is what a model loaded for prediction says of itself.
            Quantity::Gradients => written.value == 0.0,
            Quantity::Gflops => self.is_counted(written),
            Quantity::Params => false,
        };
        if is_right {
            return None;
        }
        let truth = truth(claim.quantity, self.totals, || self.gflops())?;
        let is_same = if claim.quantity == Quantity::Gflops { is_near(written, truth) } else { written.is(truth) };
        (!is_same).then_some(truth)
    }

    /// Whether a counter comes to these GFLOPs.
    fn is_counted(&self, written: Written) -> bool {
        let side = |side: i64| {
            let dialect = self.analysis.dialect.clone();
            analyse(&self.file.model, self.letter, &Options { dialect, imgsz: [side; 2], ..Options::default() })
        };
        counts(self.analysis).any(|gflops| is_near(written, gflops))
            || self.analysis.imgsz != [DEFAULT_SIDE; 2] && counts(&side(DEFAULT_SIDE)).any(|n| is_near(written, n))
            || self.is_classifier() && self.gflops_at(CLASSIFY_SIDE).is_some_and(|n| is_near(written, n))
    }

    fn is_classifier(&self) -> bool {
        self.analysis.rows.last().and_then(|row| row.path()).is_some_and(|path| path.ends_with(".Classify"))
    }

    /// What the framework says at its own image size.
    ///
    /// Its way to that figure takes longer than an analysis. It leads away from the sum over the rows for few models, and
    /// isn't gone where the comment is stale anyway.
    fn gflops(&self) -> Option<f64> {
        match self.is_stale && self.analysis.imgsz == [DEFAULT_SIDE; 2] {
            true => counted(self.analysis, Convention::Ultralytics)
                .map(|ops| Convention::Ultralytics.flops(ops) as f64 / 1e9),
            false => self.gflops_at(DEFAULT_SIDE),
        }
    }

    /// What the framework says at an image size.
    fn gflops_at(&self, side: i64) -> Option<f64> {
        self.analysis.dialect.summary_gflops(&self.file.model, self.letter, [side; 2])
    }

    fn finding(&self) -> Option<Diagnostic> {
        let wrong: Vec<&Claim> = self.claims.iter().filter(|claim| claim.truth.is_some()).collect();
        let span = wrong.first()?.claim.span.cover(wrong.last()?.claim.span);
        // Gradients go with the parameters; saying both numbers twice helps nobody.
        let has_params = wrong.iter().any(|claim| claim.claim.quantity == Quantity::Params);
        let is_named = |claim: &&Claim| !has_params || claim.claim.quantity != Quantity::Gradients;
        let named = wrong.iter().copied().filter(is_named);
        let named: Vec<&Claim> = named.collect();
        let truths: Vec<String> = named.iter().filter_map(|claim| Some(shown(claim.truth?, claim))).collect();
        let said: Vec<&str> = named.iter().map(|claim| claim.claim.span.text(self.file.text())).collect();
        let message = format!(
            "at scale {} this model has {}, not {}{}",
            self.letter,
            listed(&truths),
            listed(&said),
            self.whose(&named).unwrap_or_default()
        );
        let edit = |claim: &&Claim| Some((claim.claim.span, in_form(claim.truth?, claim.claim, self.file.text())));
        let edits: Vec<(Span, String)> = wrong.iter().filter_map(edit).collect();
        let title = format!("write {}", edits.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", "));
        Some(RULE.at(span, message).fix(Fix { title, safe: false, edits }))
    }

    /// Whose figures those are that are wrong.
    fn whose(&self, wrong: &[&Claim]) -> Option<String> {
        let is_wrong = |quantity| wrong.iter().find(|claim| claim.claim.quantity == quantity);
        let Some(params) = is_wrong(Quantity::Params).or(is_wrong(Quantity::Gradients)) else {
            let side = self.size_of(is_wrong(Quantity::Gflops)?.written)?;
            let side_of = format!("is its figure at {side}x{side}");
            return Some(if wrong.len() == 1 { format!(", which {side_of}") } else { format!("; the last {side_of}") });
        };
        let (owner, explained) = self.scale_of(params, wrong).or_else(|| self.published(params, wrong))?;
        let said: Vec<&str> = explained.iter().map(|&at| wrong[at].claim.span.text(self.file.text())).collect();
        let start = if said.len() == wrong.len() { ", which".to_owned() } else { format!("; {}", listed(&said)) };
        let are_its = if said.len() == 1 { "is" } else { "are" };
        let figures = if said.len() == 1 { "figure" } else { "figures" };
        Some(format!("{start} {are_its} {owner}'s {figures}"))
    }

    /// The image size at which the framework says these GFLOPs.
    fn size_of(&self, written: Written) -> Option<i64> {
        // What is written with one digit could be anything.
        if written.digits < 2 {
            return None;
        }
        let [height, width] = self.analysis.imgsz.map(|side| side as f64);
        let ops = counted(self.analysis, Convention::Ultralytics)?;
        let here = Convention::Ultralytics.flops(ops) as f64 / 1e9;
        let side = (written.value / here * height * width).sqrt();
        // Costs grow with the area, about.
        let near = SIDES.into_iter().filter(|&s| s != DEFAULT_SIDE && (side / s as f64 - 1.0).abs() < 0.1);
        near.into_iter().find(|&side| self.gflops_at(side).is_some_and(|gflops| is_near(written, gflops)))
    }

    /// Another scale of the file, and which of the wrong figures are its own.
    fn scale_of(&self, params: &Claim, wrong: &[&Claim]) -> Option<(String, Vec<usize>)> {
        let others = self.file.analyses.iter().filter(|analysis| analysis.scale != self.analysis.scale);
        let explained = |other: &Analysis| {
            let totals = other.totals.as_ref()?;
            let is_its = |claim: &Claim| match claim.claim.quantity {
                Quantity::Layers => claim.written.is(totals.layers as f64),
                Quantity::Params => claim.written.is(totals.params as f64),
                Quantity::Gradients => claim.written.is(totals.trainable as f64),
                Quantity::Gflops => counts(other).any(|gflops| is_near(claim.written, gflops)),
            };
            explained(params, wrong, is_its).map(|its| (format!("scale {}", other.scale), its))
        };
        others.filter_map(explained).max_by_key(|(_, its)| its.len())
    }

    /// An official model, and which of the wrong figures are its own.
    fn published(&self, params: &Claim, wrong: &[&Claim]) -> Option<(String, Vec<usize>)> {
        let explained = |model: Published| {
            let is_its = |claim: &Claim| match claim.claim.quantity {
                Quantity::Layers => claim.written.is(f64::from(model.layers)),
                Quantity::Params => claim.written.is(f64::from(model.params)),
                Quantity::Gradients => claim.written.is(f64::from(model.trainable)),
                Quantity::Gflops => is_near(claim.written, f64::from(model.gflops_tenths) / 10.0),
            };
            explained(params, wrong, is_its).map(|its| (its, model.scale == self.letter, model))
        };
        let likeness = |model: &Published| strsim::jaro_winkler(model.file, self.file.stem);
        let best = self.analysis.dialect.published().into_iter().filter_map(explained);
        let best = best.max_by(|a, b| {
            let count = a.0.len().cmp(&b.0.len());
            count.then(a.1.cmp(&b.1)).then(likeness(&a.2).total_cmp(&likeness(&b.2)))
        });
        best.map(|(its, _, published)| (format!("the official {}", published.model), its))
    }
}

/// Which of the wrong figures are a model's, where its parameters are among them beyond doubt.
fn explained(params: &Claim, wrong: &[&Claim], is_its: impl Fn(&Claim) -> bool) -> Option<Vec<usize>> {
    let its: Vec<usize> = (0..wrong.len()).filter(|&at| is_its(wrong[at])).collect();
    // A number of two digits is that of many models; together with others it may be taken for one's.
    let is_telling = params.written.digits >= 3 || its.len() == wrong.len() && its.len() > 1;
    (is_its(params) && is_telling).then_some(its)
}

fn truth(quantity: Quantity, totals: &Totals, gflops: impl FnOnce() -> Option<f64>) -> Option<f64> {
    match quantity {
        Quantity::Layers => Some(totals.layers as f64),
        Quantity::Params => Some(totals.params as f64),
        Quantity::Gradients => Some(totals.trainable as f64),
        Quantity::Gflops => gflops(),
    }
}

/// The figures, in billions, of all counters that have one: FLOPs, and what the counter itself shows.
fn counts(analysis: &Analysis) -> impl Iterator<Item = f64> {
    Convention::ALL.iter().flat_map(|&convention| {
        let both = |ops| [convention.flops(ops), convention.shown(ops)];
        counted(analysis, convention).map(both).into_iter().flatten().map(|n| n as f64 / 1e9)
    })
}

/// The operations that a counter books; none where a row can't be run, or the counter stops.
fn counted(analysis: &Analysis, convention: Convention) -> Option<u128> {
    if analysis.convention == convention {
        return analysis.totals.as_ref()?.ops;
    }
    let is_run = analysis.rows.iter().all(|row| row.output.is_some());
    is_run.then(|| {
        Counter::new(convention, &analysis.trace.modules, analysis.trace.root).total(&analysis.trace.calls).ok()
    })?
}

fn is_near(written: Written, gflops: f64) -> bool {
    (written.value - gflops).abs() <= (gflops * TOLERANCE).max(written.half * (1.0 + 1e-9))
}

/// How many modules there are, leaves or not: what older releases called layers. The model itself is one, and the list
/// of its rows another.
fn all_modules(analysis: &Analysis) -> usize {
    analysis.trace.modules.below(analysis.trace.root).count() + 1
}

/// A figure with what it counts: `2,624,080 parameters`.
fn shown(truth: f64, claim: &Claim) -> String {
    let count = |what: &str| format!("{} {what}", grouped(truth as u128));
    match claim.claim.quantity {
        Quantity::Layers => count("layers"),
        Quantity::Params => count("parameters"),
        Quantity::Gradients => count("gradients"),
        Quantity::Gflops => format!("{truth:.1} GFLOPs (at {DEFAULT_SIDE}x{DEFAULT_SIDE})"),
    }
}

/// A figure in the form of the one that is written.
fn in_form(truth: f64, claim: SummaryClaim, text: &str) -> String {
    let written = claim.span.text(text);
    let decimals = written.split_once('.').map_or(0, |(_, part)| part.chars().filter(char::is_ascii_digit).count());
    match written.chars().last() {
        _ if claim.quantity == Quantity::Gflops => format!("{truth:.decimals$}"),
        Some('M') => format!("{:.decimals$}M", truth / 1e6),
        Some(unit @ ('k' | 'K')) => format!("{:.decimals$}{unit}", truth / 1e3),
        _ if written.contains(',') => grouped(truth as u128),
        _ => format!("{truth:.0}"),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

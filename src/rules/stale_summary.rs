//! `stale-summary`: wrong figures in the comment behind a scale.

use std::cell::OnceCell;

use super::figures::{DEFAULT_SIDE, counted, counts, is_near};
use super::{Diagnostic, File, Fix, Severity, baseline_figures, header_figures, rule};
use crate::analysis::{Analysis, Options, analyse};
use crate::cost::Convention;
use crate::cost::units::grouped;
use crate::dialect::Published;
use crate::model::ReadFile;
use crate::model::comments::{self, Quantity, SummaryClaim, WrittenNumber};
use crate::text::Span;
use crate::words::{Message, Value, and, comma, message};

rule! {
    /// The figures in a scale's comment aren't those of the model.
    ///
    /// ## What it does
    /// Compares the layers, parameters, gradients (trainable parameters) and GFLOPs in comments such as `# summary: 181
    /// layers, 2,624,080 parameters, 2,624,064 gradients, 6.6 GFLOPs` or `# 9.46M params, 21.7 GFLOPs` with those of
    /// the file at that scale, at the comment's precision, for the scales that are checked. All wrong figures of a file
    /// are one finding, with one fix. If possible, the finding says where the figures come from: another scale, another
    /// image size or an official model.
    ///
    /// Also compares keys such as `flops: 5.9` and `parameters: 5245459`, which the framework doesn't read. They are
    /// right if they fit any scale.
    ///
    /// The finding is a hint, because every edit of a model makes its summaries stale. It is a warning if the figures
    /// are those of another scale or of an official model with another name, and for keys. The figures of an official
    /// model are reported even if the file can't be built.
    ///
    /// GFLOPs are accepted if a counter that yolint knows is within 2 % at 640x640 or at the current image size (for a
    /// classifier also at 224x224), as FLOPs or as multiply-accumulates. A number of layers is also accepted if it
    /// counts all modules, as older releases did. Figures of the fused model (`--fused`), in which batch norms are
    /// merged into convolutions, are also right. A comment that says "fused" isn't checked.
    ///
    /// ## Why is this bad?
    /// A copy of another file often still has the other file's figures.
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
    /// Not safe: the fix writes what Ultralytics 8.4.190 prints at 640x640, but the comment may quote another model's figures
    /// for comparison, or those of modules that a fork has changed.
    "stale-summary", Hint, File(check)
}

/// The image size of published figures of classifiers.
const CLASSIFY_SIDE: i64 = 224;

/// Other image sizes that people quote figures for.
const SIDES: [i64; 9] = [224, 256, 320, 416, 512, 640, 768, 1024, 1280];

/// One finding for all comments: they get stale together, and are mended together.
fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let claims = comments::summary_claims(file);
    let is_checked = |letter: &str| file.checked.iter().any(|analysis| analysis.scale == letter);
    let lines = claims.chunk_by(|a, b| a.0 == b.0).filter(|line| is_checked(line[0].0));
    let of_line = |line: &[(&str, SummaryClaim)]| match Line::read(file, line) {
        Some(read) => read.finding(),
        None => baseline_figures::finding(&RULE, file, line),
    };
    let mut found = lines.filter_map(of_line);
    let of_keys = header_figures::finding(&RULE, file);
    let Some(mut finding) = found.next() else { return of_keys.into_iter().collect() };
    for other in found {
        finding.severity = finding.severity.min(other.severity);
        finding = finding.related(file.at(other.span), other.message);
        for (fix, more) in finding.fixes.iter_mut().zip(other.fixes) {
            fix.title = message!("write-own-figures");
            fix.edits.extend(more.edits);
        }
    }
    if !finding.related.is_empty() {
        let count = finding.related.len();
        finding.message = message!("and-other-comments", message = finding.message, count);
    }
    [Some(finding), of_keys].into_iter().flatten().collect()
}

/// Returns edits that write the framework's summary figures into the comments of scales, keeping each number's format.
pub fn refreshed_summaries(file: &ReadFile, analyses: &[&Analysis]) -> Vec<(Span, String)> {
    let edit = |(letter, claim): (&str, SummaryClaim)| {
        let analysis = analyses.iter().find(|analysis| analysis.scale == letter)?;
        let gflops = || analysis.summary_gflops(&file.model, [DEFAULT_SIDE; 2]);
        let truth = truth(claim.quantity, analysis, gflops)?;
        let (old, new) = (claim.span.text(file.text()), in_form(truth, claim, file.text()));
        (old != new).then_some((claim.span, new))
    };
    comments::summary_claims(file).into_iter().filter_map(edit).collect()
}

/// The claims in a scale's comment.
struct Line<'a> {
    file: &'a File<'a>,
    letter: &'a str,
    analysis: &'a Analysis,
    /// Whether the parameters are wrong, so that the comment is stale regardless of its GFLOPs.
    is_stale: bool,
    claims: Vec<Claim>,
    /// The model as it is deployed, once that was asked for.
    deployed: OnceCell<Option<Analysis>>,
}

#[derive(Clone, Copy)]
struct Claim {
    claim: SummaryClaim,
    written: WrittenNumber,
    /// Returns the correct values of the wrong claims.
    truth: Option<f64>,
}

impl<'a> Line<'a> {
    fn read(file: &'a File<'a>, claims: &[(&'a str, SummaryClaim)]) -> Option<Line<'a>> {
        let letter = claims.first()?.0;
        let analysis = file.analyses.iter().find(|analysis| analysis.scale == letter)?;
        // Comments are about the model as it is trained.
        let totals = analysis.totals.as_ref().filter(|_| !analysis.fused)?;
        let is_other = |claim: &SummaryClaim| {
            let written = claim.written(file.text()).filter(|_| claim.quantity == Quantity::Params);
            written.is_some_and(|written| !written.is(totals.params as f64))
        };
        let is_stale = claims.iter().any(|(_, claim)| is_other(claim));
        let mut line = Line { file, letter, analysis, is_stale, claims: Vec::new(), deployed: OnceCell::new() };
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

    /// Returns the correct value if a claim is wrong.
    fn truth(&self, claim: SummaryClaim, written: WrittenNumber) -> Option<f64> {
        let is_right = match claim.quantity {
            Quantity::Layers => written.is(all_modules(self.analysis) as f64),
            // A model loaded for prediction prints this about itself.
            Quantity::Gradients => written.value == 0.0,
            Quantity::Gflops => self.is_counted(written),
            Quantity::Params => false,
        };
        if is_right {
            return None;
        }
        let truth = truth(claim.quantity, self.analysis, || self.gflops())?;
        let is_same = if claim.quantity == Quantity::Gflops { is_near(written, truth) } else { written.is(truth) };
        let is_of_deployed = || self.deployed().is_some_and(|fused| is_its(claim.quantity, written, fused));
        (!is_same && !is_of_deployed()).then_some(truth)
    }

    /// Whether a counter gives these GFLOPs.
    fn is_counted(&self, written: WrittenNumber) -> bool {
        let side = |side: i64| {
            let options = Options { imgsz: [side; 2], convention: Convention::default(), ..self.analysis.options() };
            analyse(&self.file.model, self.letter, &options)
        };
        counts(self.analysis).any(|gflops| is_near(written, gflops))
            || self.analysis.imgsz != [DEFAULT_SIDE; 2] && counts(&side(DEFAULT_SIDE)).any(|n| is_near(written, n))
            || self.is_classifier() && self.gflops_at(CLASSIFY_SIDE).is_some_and(|n| is_near(written, n))
    }

    /// The model as it is deployed, of which papers and tables of models quote figures.
    fn deployed(&self) -> Option<&Analysis> {
        self.deployed.get_or_init(|| self.analysis.deployed(&self.file.model, [DEFAULT_SIDE; 2])).as_ref()
    }

    fn is_classifier(&self) -> bool {
        self.analysis.rows.last().and_then(|row| row.path()).is_some_and(|path| path.ends_with(".Classify"))
    }

    /// Returns the framework's GFLOPs at its default image size.
    ///
    /// Its extrapolation takes longer than an analysis and differs from the sum over the rows for only a few models, so it
    /// is skipped if the comment is stale anyway.
    fn gflops(&self) -> Option<f64> {
        match self.is_stale && self.analysis.imgsz == [DEFAULT_SIDE; 2] {
            true => counted(self.analysis, Convention::Ultralytics)
                .map(|ops| Convention::Ultralytics.flops(ops) as f64 / 1e9),
            false => self.gflops_at(DEFAULT_SIDE),
        }
    }

    /// Returns the framework's GFLOPs at an image size.
    fn gflops_at(&self, side: i64) -> Option<f64> {
        self.analysis.summary_gflops(&self.file.model, [side; 2])
    }

    fn finding(&self) -> Option<Diagnostic> {
        let wrong: Vec<&Claim> = self.claims.iter().filter(|claim| claim.truth.is_some()).collect();
        let span = wrong.first()?.claim.span.cover(wrong.last()?.claim.span);
        // Gradients follow from the parameters, so they aren't repeated.
        let has_params = wrong.iter().any(|claim| claim.claim.quantity == Quantity::Params);
        let is_named = |claim: &&Claim| !has_params || claim.claim.quantity != Quantity::Gradients;
        let named = wrong.iter().copied().filter(is_named);
        let named: Vec<&Claim> = named.collect();
        let truths = and(named.iter().filter_map(|claim| Some(with_unit(claim.truth?, claim))));
        let said: Vec<&str> = named.iter().map(|claim| claim.claim.span.text(self.file.text())).collect();
        let owner = self.whose(&named);
        let message = message!("stale-summary", scale = self.letter, truths, said = and(&said));
        let message = match &owner {
            Some((owner, _)) => owner.added_to(message),
            None => message,
        };
        let edit = |claim: &&Claim| Some((claim.claim.span, in_form(claim.truth?, claim.claim, self.file.text())));
        let edits: Vec<(Span, String)> = wrong.iter().filter_map(edit).collect();
        let title = message!("write-value", value = comma(edits.iter().map(|(_, text)| text)));
        let mut finding = RULE.at(span, message).fix(Fix::of(title, edits));
        if owner.is_some_and(|(_, is_other)| is_other) {
            finding.severity = Severity::Warning;
        }
        Some(finding)
    }

    /// Finds the source of the wrong figures: in words, and whether they are those of something else than an earlier version
    /// of this file.
    fn whose(&self, wrong: &[&Claim]) -> Option<(Whose, bool)> {
        let is_wrong = |quantity| wrong.iter().find(|claim| claim.claim.quantity == quantity);
        let Some(params) = is_wrong(Quantity::Params).or(is_wrong(Quantity::Gradients)) else {
            let side = self.size_of(is_wrong(Quantity::Gflops)?.written)?;
            return Some((Whose::OfSize { side, is_only: wrong.len() == 1 }, false));
        };
        let scale = self.scale_of(params, wrong).map(|(owner, explained)| (owner, explained, true));
        let (owner, explained, is_other) = scale.or_else(|| self.published(params, wrong))?;
        let said: Vec<&str> = explained.iter().map(|&at| wrong[at].claim.span.text(self.file.text())).collect();
        let figures = (said.len() < wrong.len()).then(|| and(&said));
        Some((Whose::OfModel { owner, figures, count: said.len() }, is_other))
    }

    /// Returns the image size at which the framework prints these GFLOPs.
    fn size_of(&self, written: WrittenNumber) -> Option<i64> {
        // A figure of one digit matches too much.
        if written.digits < 2 {
            return None;
        }
        let [height, width] = self.analysis.imgsz.map(|side| side as f64);
        let ops = counted(self.analysis, Convention::Ultralytics)?;
        let here = Convention::Ultralytics.flops(ops) as f64 / 1e9;
        let side = (written.value / here * height * width).sqrt();
        // GFLOPs grow roughly with the image's area.
        let near = SIDES.into_iter().filter(|&s| s != DEFAULT_SIDE && (side / s as f64 - 1.0).abs() < 0.1);
        near.into_iter().find(|&side| self.gflops_at(side).is_some_and(|gflops| is_near(written, gflops)))
    }

    /// Returns another scale of the file that has some of the wrong figures, and which.
    fn scale_of(&self, params: &Claim, wrong: &[&Claim]) -> Option<(Message, Vec<usize>)> {
        let others = self.file.analyses.iter().copied().filter(|analysis| analysis.scale != self.analysis.scale);
        let explained = |other: &Analysis| {
            let is_its = |claim: &Claim| is_its(claim.claim.quantity, claim.written, other);
            explained(params, wrong, is_its).map(|its| (message!("owner-scale", scale = other.scale), its))
        };
        others.filter_map(explained).max_by_key(|(_, its)| its.len())
    }

    /// Returns an official model that has some of the wrong figures, which, and whether this file isn't a version of it.
    fn published(&self, params: &Claim, wrong: &[&Claim]) -> Option<(Message, Vec<usize>, bool)> {
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
        best.map(|(its, _, published)| {
            let is_other = !self.file.stem.contains(published.file);
            (message!("owner-official", model = published.model), its, is_other)
        })
    }
}

/// Whether a figure is a model's.
fn is_its(quantity: Quantity, written: WrittenNumber, analysis: &Analysis) -> bool {
    let Some(totals) = &analysis.totals else { return false };
    match quantity {
        Quantity::Layers => written.is(totals.layers as f64),
        Quantity::Params => written.is(totals.params as f64),
        Quantity::Gradients => written.is(totals.trainable as f64),
        Quantity::Gflops => counts(analysis).any(|gflops| is_near(written, gflops)),
    }
}

/// Returns which of the wrong figures are a model's, if its parameters are clearly among them.
fn explained(params: &Claim, wrong: &[&Claim], is_its: impl Fn(&Claim) -> bool) -> Option<Vec<usize>> {
    let its: Vec<usize> = (0..wrong.len()).filter(|&at| is_its(wrong[at])).collect();
    // Many models match a number of two digits, so it counts only together with others.
    let is_telling = params.written.digits >= 3 || its.len() == wrong.len() && its.len() > 1;
    (is_its(params) && is_telling).then_some(its)
}

fn truth(quantity: Quantity, analysis: &Analysis, gflops: impl FnOnce() -> Option<f64>) -> Option<f64> {
    let totals = analysis.totals.as_ref()?;
    match quantity {
        // What other frameworks take for a layer isn't known.
        Quantity::Layers => analysis.dialect.source().is_none().then_some(totals.layers as f64),
        Quantity::Params => Some(totals.params as f64),
        Quantity::Gradients => Some(totals.trainable as f64),
        Quantity::Gflops => gflops(),
    }
}

/// How many modules there are, leaves or not: what older releases called layers. The model itself is one, and the list
/// of its rows another.
fn all_modules(analysis: &Analysis) -> usize {
    // The built-in framework's graph begins with the container of the rows, that of a source with the model itself.
    let model = usize::from(analysis.dialect.source().is_none());
    analysis.trace.modules.below(analysis.trace.root).count() + model
}

/// Formats a figure with its unit: `2,624,080 parameters`.
fn with_unit(truth: f64, claim: &Claim) -> Message {
    let n = grouped(truth as u128);
    match claim.claim.quantity {
        Quantity::Layers => message!("figure-layers", n),
        Quantity::Params => message!("figure-params", n),
        Quantity::Gradients => message!("figure-gradients", n),
        Quantity::Gflops => message!("figure-gflops", n = format!("{truth:.1}"), side = DEFAULT_SIDE),
    }
}

/// Whose figures the wrong ones are.
enum Whose {
    /// The model's own at another image size: all of them, or the last.
    OfSize { side: i64, is_only: bool },
    /// Another model's; which of them, where not all are.
    OfModel { owner: Message, figures: Option<Value>, count: usize },
}

impl Whose {
    /// A message that goes on to say so.
    fn added_to(&self, message: Message) -> Message {
        match self {
            Whose::OfSize { side, is_only: true } => message!("stale-summary-of-size", message, side),
            Whose::OfSize { side, is_only: false } => message!("stale-summary-last-of-size", message, side),
            Whose::OfModel { owner, figures: None, count } => message!("stale-summary-of", message, count, owner),
            Whose::OfModel { owner, figures: Some(figures), count } => {
                message!("stale-summary-some-of", message, figures, count, owner)
            }
        }
    }
}

/// Formats a figure like the one in the comment.
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

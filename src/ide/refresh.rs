//! Comments brought up to date: indices behind rows, totals behind scales.

use super::ModelFile;
use super::actions::{Action, Kind};
use super::rows::Edits;
use crate::analysis::{Analysis, Options, framework_gflops};
use crate::cost::units;
use crate::model::comments::{self, Quantity, SummaryClaim};
use crate::syntax;
use crate::text::Span;

/// "Refresh index comments" and "refresh summary comments", where there is something to refresh; as quick fixes too
/// where the range is at a wrong one.
pub(super) fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let line = file.lines.line(range.start);
    let refreshes = [("index", index_comments(file)), ("summary", summary_comments(file))];
    let mut actions = Vec::new();
    for (what, edits) in refreshes {
        if edits.is_empty() {
            continue;
        }
        let is_here = edits.iter().any(|(span, _)| file.lines.line(span.start) == line);
        let kinds: &[Kind] = if is_here { &[Kind::QuickFix, Kind::Source] } else { &[Kind::Source] };
        actions.extend(kinds.iter().map(|&kind| Action {
            title: format!("Refresh {what} comments"),
            kind,
            edits: edits.clone(),
            finding: None,
            is_safe: false,
        }));
    }
    actions
}

/// Edits that make the comments that can only be indices say what the indices are.
fn index_comments(file: &ModelFile) -> Vec<(Span, String)> {
    let parse = syntax::parse(&file.text);
    let claims = comments::index_claims(&parse.tree, &file.model);
    if claims.iter().flatten().any(|claim| claim.is_range) {
        return Vec::new();
    }
    let mut edits = Edits::default();
    for (i, claim) in claims.iter().enumerate() {
        if let Some(claim) = claim.filter(|claim| claim.is_plain && claim.index != i) {
            edits.replace(claim.span, i.to_string(), &file.text);
        }
    }
    edits.finish().unwrap_or_default()
}

/// Edits that make the comments behind scales say what the framework's summary says.
fn summary_comments(file: &ModelFile) -> Vec<(Span, String)> {
    let parse = syntax::parse(&file.text);
    let mut edits = Edits::default();
    for (letter, claim) in comments::summary_claims(&parse.tree, &file.model) {
        let Some(analysis) = file.at_scale(letter) else { continue };
        if let Some(number) = number(file, analysis, claim) {
            edits.replace(claim.span, number, &file.text);
        }
    }
    edits.finish().unwrap_or_default()
}

/// The true number in the form of the one that is written.
fn number(file: &ModelFile, analysis: &Analysis, claim: SummaryClaim) -> Option<String> {
    let written = claim.span.text(&file.text);
    let totals = analysis.totals.as_ref()?;
    let count = match claim.quantity {
        Quantity::Layers => totals.layers as u64,
        Quantity::Params => totals.params,
        Quantity::Gradients => totals.trainable,
        Quantity::Gflops => {
            let scale = Some(analysis.scale.letter().to_owned());
            // A summary speaks of the image size that the framework takes by itself.
            let gflops = framework_gflops(&file.model, &Options { scale, ..Options::default() })?;
            return Some(format!("{gflops:.*}", decimals(written)));
        }
    };
    Some(match written.chars().last()? {
        'M' => format!("{:.*}M", decimals(written), count as f64 / 1e6),
        unit @ ('k' | 'K') => format!("{:.*}{unit}", decimals(written), count as f64 / 1e3),
        _ if written.contains(',') => units::grouped(count.into()),
        _ => count.to_string(),
    })
}

/// How many digits stand behind the point.
fn decimals(number: &str) -> usize {
    number.split_once('.').map_or(0, |(_, part)| part.chars().filter(char::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;
    use crate::ide::rows;

    fn read(text: &str) -> ModelFile {
        ModelFile::read(text, &Request::default(), false).unwrap()
    }

    #[test]
    fn indices() {
        let file = read(
            "backbone:\n  - [-1, 1, Conv, [8]] # 3-P1/2\n  - [-1, 1, Conv, [8]] # 4 layers\nhead:\n  - [-1, 1, Conv, [8]] # 2\n  - [-1, 1, Conv, [8]] # 2 (P3/8)\n",
        );
        let edited = rows::apply(&file.text, &index_comments(&file));
        let expected = file.text.replace("3-P1", "0-P1").replace("2 (P3", "3 (P3");
        assert_eq!(edited, expected);
        let kinds: Vec<Kind> = actions(&file, file.model.rows[0].span).iter().map(|a| a.kind).collect();
        assert_eq!(kinds, [Kind::QuickFix, Kind::Source]);
    }

    // The figures are those of the framework's own summary of this file.
    #[test]
    fn totals() {
        let text = include_str!("../../examples/tiny-detect.yaml");
        let file =
            read(&text.replacen("256]\n", "256] # summary: 1 layers, 1 parameters, 1,0 gradients, 0.0 GFLOPs\n", 1));
        assert_ne!(file.text, text, "a scale is commented");
        let edited = rows::apply(&file.text, &summary_comments(&file));
        let line = edited.lines().find(|line| line.contains("summary")).unwrap();
        assert_eq!(
            line.split_once(": ").unwrap().1,
            "[0.50, 0.50, 256] # summary: 122 layers, 542206 parameters, 542,190 gradients, 3.4 GFLOPs"
        );
    }
}

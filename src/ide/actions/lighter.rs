//! Edits that replace a convolution by a lighter module, with the savings for the whole model.

use super::rows::row_at;
use super::{Action, Kind};
use crate::analysis::{self, Saving, Substitute};
use crate::cost::units;
use crate::ide::ModelFile;
use crate::model::{Cell, Source};
use crate::rewrite::{Change, Edits, change_with};
use crate::text::Span;
use crate::words::message;

/// A lighter replacement: savings and edits.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Savings at the active scale.
    pub saving: Saving,
    /// Replacements of spans, in the order of the text.
    pub edits: Vec<(Span, String)>,
}

/// Returns the replacements for the row at `offset` as code actions.
pub(super) fn actions(file: &ModelFile, offset: u32) -> Vec<Action> {
    let Some(i) = row_at(file, offset) else { return Vec::new() };
    let action = |offer: Offer| Action {
        title: title(file, &offer.saving),
        kind: Kind::Rewrite,
        edits: offer.edits,
        files: Vec::new(),
        finding: None,
        is_safe: false,
    };
    offers(file, i).into_iter().map(action).collect()
}

/// Returns the lighter replacements of row `i`.
pub fn offers(file: &ModelFile, i: usize) -> Vec<Offer> {
    if file.is_half_typed(i) {
        return Vec::new();
    }
    let offer = |saving: Saving| Some(Offer { saving, edits: edits(file, i, saving.instead)? });
    analysis::lighter(file.at_active_scale(), i).into_iter().filter_map(offer).collect()
}

fn title(file: &ModelFile, saving: &Saving) -> String {
    let (params, ops) = (units::params(saving.params), file.at_active_scale().convention.format_ops(saving.ops));
    file.say(&match saving.instead {
        Substitute::Depthwise => message!("use-depthwise-here", params, ops),
        other => message!("use-here", substitute = other.message(), params, ops),
    })
}

fn edits(file: &ModelFile, i: usize, instead: Substitute) -> Option<Vec<(Span, String)>> {
    let row = file.model.rows.get(i)?;
    let (module, args) = (row.module()?, row.args()?);
    let text = |cell: &Cell| args.span.contains_span(cell.span).then(|| cell.span.text(file.text()));
    let is_here = row.span.contains_span(module.span) && row.span.contains_span(args.span);
    if !is_here || !args.span.text(file.text()).starts_with('[') {
        return None;
    }
    let given: Vec<&str> = args.items.iter().map(text).collect::<Option<_>>()?;
    let (channels, kernel) = (given.first()?, given.get(1)?);
    if let Substitute::Kernel(k) = instead {
        return Some(vec![(args.items.get(1)?.span, k.to_string())]);
    }
    // The parameters after the stride are others: one number (groups, or dilation), then the activation.
    let stride = given.get(2).copied();
    let mut new = vec![*channels, *kernel];
    new.extend(stride);
    if let Some(act) = given.get(6) {
        new.extend(["1", act]);
    }
    let name = if instead == Substitute::Ghost { "GhostConv" } else { "DWConv" };
    let mut edits = Edits::default();
    edits.replace(module.span, name.to_owned(), file.text());
    if new != given {
        edits.replace(args.span, format!("[{}]", new.join(", ")), file.text());
    }
    if instead == Substitute::Separable {
        // The new row reads the row above; so must this one.
        let reads_above = i > 0 && row.from()?.value.as_int() == Some(-1);
        let is_known = file.at_active_scale().rows[i].from == [Source::Row(i.checked_sub(1)?)];
        if !reads_above || !is_known {
            return None;
        }
        let pointwise = format!("[-1, 1, Conv, [{channels}, 1, 1]]");
        for (span, new) in change_with(file, Change::above(i), &pointwise)? {
            edits.add(span, new);
        }
    }
    edits.finish()
}

#[cfg(test)]
mod tests {
    use crate::ide::testing::at_cursor;

    fn after(text: &str) -> Vec<String> {
        let (file, offset) = at_cursor(text);
        let actions = super::actions(&file, offset);
        actions.into_iter().map(|a| format!("{}\n{}", a.title, crate::rewrite::apply(file.text(), &a.edits))).collect()
    }

    #[test]
    fn what_is_offered_on_a_convolution() {
        let text = "\
backbone:
  - [-1, 1, Conv, [64, 3, 2]] # 0
  - [-1, 1, Conv, [64, 3, 1, None, 1, 1, False]]$0 # 1
head:
  - [[-1, 0], 1, Concat, [1]] # 2
";
        expect_test::expect![[r#"
            Use GhostConv here: −17.6k params, −3.61 GFLOPs
            backbone:
              - [-1, 1, Conv, [64, 3, 2]] # 0
              - [-1, 1, GhostConv, [64, 3, 1, 1, False]] # 1
            head:
              - [[-1, 0], 1, Concat, [1]] # 2
            ---
            Use a 1x1 Conv and a DWConv here: −32.1k params, −6.54 GFLOPs
            backbone:
              - [-1, 1, Conv, [64, 3, 2]] # 0
              - [-1, 1, Conv, [64, 1, 1]] # 1
              - [-1, 1, DWConv, [64, 3, 1, 1, False]] # 2
            head:
              - [[-1, 0], 1, Concat, [1]] # 3
            ---
            Use DWConv here, which doesn't mix channels: −36.3k params, −7.43 GFLOPs
            backbone:
              - [-1, 1, Conv, [64, 3, 2]] # 0
              - [-1, 1, DWConv, [64, 3, 1, 1, False]] # 1
            head:
              - [[-1, 0], 1, Concat, [1]] # 2
            ---
            Use a kernel of 1 here: −32.8k params, −6.71 GFLOPs
            backbone:
              - [-1, 1, Conv, [64, 3, 2]] # 0
              - [-1, 1, Conv, [64, 1, 1, None, 1, 1, False]] # 1
            head:
              - [[-1, 0], 1, Concat, [1]] # 2
        "#]]
        .assert_eq(&after(text).join("---\n"));
    }

    #[test]
    fn nothing_on_other_rows() {
        for row in ["Conv, [64]", "Conv, [64, 3, 2, 0]", "Conv, [64, 3, 1, 1, 2]", "C2f, [64]", "Conv, [64, [3, 1]]"] {
            let text = format!("backbone:\n  - [-1, 1, {row}]$0\nhead:\n  - [-1, 1, nn.Identity, []]\n");
            assert_eq!(after(&text), [""; 0], "{row}");
        }
        assert_eq!(after("backbone:\n  - [-1, 2, Conv, [3, 3]]$0\nhead:\n  - [-1, 1, nn.Identity, []]\n"), [""; 0]);
    }
}

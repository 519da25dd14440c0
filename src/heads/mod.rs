//! Edits of whole heads: a level more or less, with all wiring.

mod draft;
mod neck;

use self::draft::Draft;
use self::neck::{Down, Neck, Up};
use crate::analysis::{Analysis, at_every_scale};
use crate::model::ReadFile;
use crate::torch::Value;
use crate::words::{Message, comma, message};

/// An edit of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadEdit {
    /// A level of stride 4, for smaller objects.
    AddP2,
    /// A level of stride 64, for larger objects and images.
    AddP6,
    /// Without the level of stride 32.
    DropP5,
    /// Without the level of stride 8, and without the rows that only it needs.
    DropP3,
    /// The level of stride 8 alone.
    OnlyP3,
}

impl HeadEdit {
    /// All of them.
    pub const ALL: [HeadEdit; 5] =
        [HeadEdit::AddP2, HeadEdit::AddP6, HeadEdit::DropP5, HeadEdit::DropP3, HeadEdit::OnlyP3];

    /// The strides of the maps that the head reads afterwards, if it read those before.
    fn strides(self, before: &[i64]) -> Option<Vec<i64>> {
        let (first, last) = (*before.first()?, *before.last()?);
        let after: Vec<i64> = match self {
            HeadEdit::AddP2 if first == 8 => std::iter::once(4).chain(before.iter().copied()).collect(),
            HeadEdit::AddP6 if last == 32 => before.iter().copied().chain([64]).collect(),
            HeadEdit::DropP5 if last == 32 && before.len() > 1 => before[..before.len() - 1].to_vec(),
            HeadEdit::DropP3 if first == 8 && before.len() > 1 => before[1..].to_vec(),
            HeadEdit::OnlyP3 if first == 8 && before.len() > 1 => vec![8],
            _ => return None,
        };
        Some(after)
    }

    /// What it does, in the imperative: `Add a P2 level (stride 4)`.
    pub fn title(self) -> Message {
        match self {
            HeadEdit::AddP2 => message!("head-add-p2"),
            HeadEdit::AddP6 => message!("head-add-p6"),
            HeadEdit::DropP5 => message!("head-drop-p5"),
            HeadEdit::DropP3 => message!("head-drop-p3"),
            HeadEdit::OnlyP3 => message!("head-only-p3"),
        }
    }
}

/// Edits a head; returns the new text, which builds and runs at every scale and reads maps of the strides that are meant.
///
/// # Errors
/// Why that can't be done.
pub fn edit(file: &ReadFile, analysis: &Analysis, edit: HeadEdit) -> Result<String, Message> {
    let strides = head_strides(analysis).ok_or_else(|| message!("head-strides-unknown"))?;
    let meant = edit.strides(&strides).ok_or_else(|| message!("head-other-strides", strides = comma(&strides)))?;
    let neck = Neck::of(file, analysis)?;
    let mut draft = Draft::new(file.text(), &*analysis.dialect);
    let done = match edit {
        HeadEdit::AddP2 => add_p2(&mut draft, &neck, analysis),
        HeadEdit::AddP6 => add_p6(&mut draft, &neck, analysis),
        HeadEdit::DropP5 => {
            draft.set_from(neck.head, &neck.inputs[..neck.inputs.len() - 1]).and_then(|()| draft.prune())
        }
        HeadEdit::OnlyP3 => draft.set_from(neck.head, &neck.inputs[..1]).and_then(|()| draft.prune()),
        HeadEdit::DropP3 => drop_p3(&mut draft, &neck),
    };
    done.ok_or_else(|| message!("head-references"))?;
    let text = draft.into_text();
    let read = ReadFile::new(&*text);
    for after in at_every_scale(&read.model, &analysis.scale, &analysis.options()) {
        if let Some((i, row)) = after.rows.iter().enumerate().find(|(_, row)| row.output.is_none()) {
            let why = row.status.reason().unwrap_or_else(|| "?".into());
            return Err(message!("head-row-fails", row = i, why));
        }
        if head_strides(&after).as_deref() != Some(meant.as_slice()) {
            return Err(message!("head-not-reached", strides = comma(&meant)));
        }
    }
    Ok(text)
}

/// The strides of the maps that the last row reads.
fn head_strides(analysis: &Analysis) -> Option<Vec<i64>> {
    let head = analysis.rows.last().filter(|row| row.is_head())?;
    let stride = |source: &crate::model::Source| {
        let crate::model::Source::Row(row) = source else { return None };
        let map = analysis.rows.get(*row)?.output.as_ref().and_then(Value::first_tensor)?;
        let [.., height, width] = map.bchw().ok()?;
        analysis.stride([height, width])
    };
    head.from.iter().map(stride).collect()
}

/// Goes one level further down to the map of stride 4, and comes back up from there.
fn add_p2(draft: &mut Draft<'_>, neck: &Neck, analysis: &Analysis) -> Option<()> {
    let up = *neck.ups.last()?;
    let down = *neck.downs.first()?;
    let backbone = neck.last_of_stride(analysis, 4)?;
    let channels = draft.channels(up.block)?;
    let mut at = up.block;
    let mut new_block = at;
    let mut partner = at;
    for row in up.rows() {
        let from = if row == up.concat { format!("[-1, {backbone}]") } else { "-1".to_owned() };
        let text = draft.copied(row, &from, (row != up.concat && row != up.upsample).then_some(channels / 2))?;
        if row == up.upsample {
            partner = at;
        }
        at = draft.insert_below(at, &text)?;
        new_block = at;
    }
    let rows = [
        draft.copied_later(&down, down.conv, "-1", Some(channels / 2), at)?,
        draft.copied_later(&down, down.concat, &format!("[-1, {partner}]"), None, at)?,
        draft.copied_later(&down, down.block, "-1", Some(channels), at)?,
    ];
    for text in rows {
        at = draft.insert_below(at, &text)?;
    }
    // The row that went up from the first level goes up from the new one.
    let moved = at - up.block;
    let last = neck.head + moved;
    let rest = neck.inputs[1..].iter().map(|input| input + moved);
    let inputs: Vec<usize> = [new_block, at].into_iter().chain(rest).collect();
    draft.set_from(last, &inputs)
}

/// Puts a level of stride 64 below the last of the backbone, and the way down to it and back in front of the others.
fn add_p6(draft: &mut Draft<'_>, neck: &Neck, analysis: &Analysis) -> Option<()> {
    let first = *neck.ups.first()?;
    let last = *neck.downs.last()?;
    let before_last = neck.downs.len().checked_sub(2).map_or(last, |k| neck.downs[k]);
    // The level of stride 32: a row that halves the map, and the one behind it.
    let halving = neck.first_of_stride(analysis, 32)?;
    let block = halving + 1;
    let channels = draft.channels(halving)?;
    let between = channels * 3 / 4;
    let texts = [draft.copied(halving, "-1", Some(channels))?, draft.copied(block, "-1", Some(channels))?];
    draft.set_channels(halving, between)?;
    draft.set_channels(block, between)?;
    let mut at = block;
    for text in texts {
        at = draft.insert_below(at, &text)?;
    }
    // The way down from the new level, before the one from the level above it.
    let start = first.start + 2;
    let mut at = start - 1;
    let (mut partner6, mut inserted) = (at, 0);
    for row in first.rows() {
        let row = row + 2 + inserted;
        let is_concat = row == first.concat + 2 + inserted;
        let is_upsample = row == first.upsample + 2 + inserted;
        let from = if is_concat { format!("[-1, {block}]") } else { "-1".to_owned() };
        let text = draft.copied(row, &from, (!is_concat && !is_upsample).then_some(between))?;
        if is_upsample {
            partner6 = at;
        }
        at = match inserted {
            0 => draft.insert_above(start, &text)?,
            _ => draft.insert_below(at, &text)?,
        };
        inserted += 1;
    }
    let moved = 2 + inserted;
    let partner5 = first.upsample + moved - 1;
    // The way back up: the last step gets one before it.
    let conv = last.conv + moved;
    let rows = [
        draft.copied(last.concat + moved, &format!("[-1, {partner5}]"), None)?,
        draft.copied(before_last.block + moved, "-1", Some(between))?,
        draft.copied(conv, "-1", Some(between))?,
    ];
    let mut at = conv;
    for text in rows {
        at = draft.insert_below(at, &text)?;
    }
    draft.set_from_text(last.concat + moved + 3, &format!("[-1, {partner6}]"))?;
    let mut inputs: Vec<usize> = neck.inputs.iter().map(|input| input + moved).collect();
    let deepest = inputs.pop()? + 3;
    inputs.extend([conv + 2, deepest]);
    draft.set_from(neck.head + moved + 3, &inputs)
}

/// Takes the way down to stride 8 and back out; what was there before on the level above is what the head reads.
fn drop_p3(draft: &mut Draft<'_>, neck: &Neck) -> Option<()> {
    let up = neck.ups.last()?;
    let down = neck.downs.first()?;
    draft.set_from(neck.head, &neck.inputs[1..])?;
    let gone: Vec<usize> = up.rows().chain([down.conv, down.concat, down.block]).collect();
    for row in gone.into_iter().rev() {
        draft.delete(row)?;
    }
    draft.prune()
}

impl Up {
    /// All its rows, in order.
    fn rows(self) -> std::ops::RangeInclusive<usize> {
        self.start..=self.block
    }
}

impl Draft<'_> {
    /// A copy of a row of a step up that stood in the text before `inserted` rows came in front of it.
    fn copied_later(&self, down: &Down, row: usize, from: &str, channels: Option<i64>, at: usize) -> Option<String> {
        // All rows of the step stand behind those that were put in, the last of which is `at`.
        let moved = at + 1 - down.conv;
        self.copied(row + moved, from, channels)
    }
}

//! The rows between backbone and head, as the framework's files have them: down to larger maps by `Upsample`, `Concat` and a
//! block, and back by a convolution, `Concat` and a block.

use crate::analysis::Analysis;
use crate::model::{ReadFile, Source, from};
use crate::torch::Value;
use crate::words::{Message, message};

/// A step to a larger map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Up {
    /// Its first row: the `Upsample`, or a convolution before it.
    pub(super) start: usize,
    pub(super) upsample: usize,
    pub(super) concat: usize,
    pub(super) block: usize,
}

/// A step to a smaller map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Down {
    pub(super) conv: usize,
    pub(super) concat: usize,
    pub(super) block: usize,
}

/// The rows between backbone and head.
#[derive(Clone, Debug)]
pub(super) struct Neck {
    pub(super) ups: Vec<Up>,
    pub(super) downs: Vec<Down>,
    /// The last row.
    pub(super) head: usize,
    /// The rows that it reads.
    pub(super) inputs: Vec<usize>,
    /// The first row of the head section.
    start: usize,
}

impl Neck {
    /// Finds the steps.
    ///
    /// # Errors
    /// What to say if the rows are wired otherwise.
    pub(super) fn of(file: &ReadFile, analysis: &Analysis) -> Result<Neck, Message> {
        Neck::read(file, analysis).ok_or_else(|| message!("head-other-neck"))
    }

    fn read(file: &ReadFile, analysis: &Analysis) -> Option<Neck> {
        let model = &file.model;
        let head = model.rows.len().checked_sub(1)?;
        let start = model.sections.iter().find(|section| section.name == "head")?.rows.start;
        let name = |i: usize| model.rows.get(i).and_then(|row| row.module_name()).unwrap_or_default();
        let reads = |i: usize| -> Vec<Source> {
            model.rows[i].entries().iter().filter_map(|entry| from::read(&entry.value, i)).collect()
        };
        let reads_above = |i: usize| i > 0 && reads(i) == [Source::Row(i - 1)];
        let joins_above = |i: usize| name(i) == "Concat" && reads(i).len() == 2 && reads(i)[0] == Source::Row(i - 1);
        let (mut ups, mut downs) = (Vec::new(), Vec::new());
        let mut at = start;
        while at < head {
            let upsample = (at..head.min(at + 2)).find(|&i| name(i) == "nn.Upsample");
            match upsample {
                Some(upsample) if downs.is_empty() => {
                    let (concat, block) = (upsample + 1, upsample + 2);
                    let is_chain = (at..=block).all(|i| if i == concat { joins_above(i) } else { reads_above(i) });
                    if !is_chain || block >= head {
                        return None;
                    }
                    ups.push(Up { start: at, upsample, concat, block });
                    at = block + 1;
                }
                _ => {
                    let (conv, concat, block) = (at, at + 1, at + 2);
                    if block >= head || !reads_above(conv) || !joins_above(concat) || !reads_above(block) {
                        return None;
                    }
                    downs.push(Down { conv, concat, block });
                    at = block + 1;
                }
            }
        }
        let inputs: Vec<usize> = analysis
            .rows
            .get(head)?
            .from
            .iter()
            .map(|source| match source {
                Source::Row(row) => Some(*row),
                Source::Image => None,
            })
            .collect::<Option<_>>()?;
        let expected = ups.last().map(|up| up.block).into_iter().chain(downs.iter().map(|down| down.block));
        // A head may read fewer levels than there are.
        let is_meant = inputs.iter().copied().eq(expected);
        is_meant.then_some(Neck { ups, downs, head, inputs, start })
    }

    /// The last row of the backbone that returns a map of a stride.
    pub(super) fn last_of_stride(&self, analysis: &Analysis, stride: i64) -> Option<usize> {
        (0..self.start).rev().find(|&i| stride_of(analysis, i) == Some(stride))
    }

    /// The first row of the backbone that returns a map of a stride.
    pub(super) fn first_of_stride(&self, analysis: &Analysis, stride: i64) -> Option<usize> {
        (0..self.start).find(|&i| stride_of(analysis, i) == Some(stride))
    }
}

fn stride_of(analysis: &Analysis, i: usize) -> Option<i64> {
    let map = analysis.rows.get(i)?.output.as_ref().and_then(Value::first_tensor)?;
    let [.., height, width] = map.bchw().ok()?;
    analysis.stride([height, width])
}

//! Shared with `stale-stride-comment`: comments that list the levels which a head reads, `# Detect(P3, P4, P5)`.

use super::{Diagnostic, File, Fix, Rule};
use crate::analysis::{Analysis, RowAnalysis};
use crate::model::Source;
use crate::model::comments::{Level, level_lists};
use crate::torch::Value;
use crate::torch::ops::FaultKind;
use crate::words::{and, message};

/// Returns findings on lists that aren't what their heads read.
pub(super) fn findings(rule: &Rule, file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let lists = level_lists(file).into_iter().enumerate();
    lists.filter_map(|(row, levels)| finding(rule, file, analysis, row, &levels?)).collect()
}

fn finding(rule: &Rule, file: &File<'_>, analysis: &Analysis, row: usize, said: &[Level]) -> Option<Diagnostic> {
    let is_read = |row: &&RowAnalysis| !row.has_fault(FaultKind::From);
    let head =
        analysis.rows.get(row).filter(is_read).filter(|row| row.info.as_ref().is_some_and(|info| info.has_levels))?;
    let read: Vec<u32> = head.from.iter().map(|source| level(analysis, source)).collect::<Option<_>>()?;
    // An order that the head doesn't take, or a row twice, is told of the rows: the comment may be right.
    if !read.is_sorted() || (1..head.from.len()).any(|at| head.from[..at].contains(&head.from[at])) {
        return None;
    }
    let is_right =
        |(said, read): (&Level, &u32)| said.level == *read && said.stride.is_none_or(|stride| stride == 1_u64 << *read);
    let fits = |read: &[u32]| said.len() == read.len() && said.iter().zip(read).all(is_right);
    // A head may read each level twice, or another map behind them.
    let mut levels = read.clone();
    levels.dedup();
    let deepest = said.iter().map(|level| level.level).max()?;
    let is_of_levels = read.get(..said.len()).is_some_and(fits) && read.iter().all(|level| *level <= deepest);
    if read.is_empty() || fits(&levels) || is_of_levels {
        return None;
    }
    // That the head leaves out a level which no other row reads is told of that row.
    let is_read = |row: usize| analysis.rows.iter().any(|other| other.from.contains(&Source::Row(row)));
    let is_left_out = |row: usize| {
        let level = level(analysis, &Source::Row(row)).filter(|level| !read.contains(level));
        level.is_some_and(|level| said.iter().any(|said| said.level == level)) && !is_read(row)
    };
    if (0..row).any(is_left_out) {
        return None;
    }
    let (first, last) = (said.first()?, said.last()?);
    let has_strides = said.iter().any(|level| level.stride.is_some());
    let shown = |level: &u32| if has_strides { format!("P{level}/{}", 1_u64 << level) } else { format!("P{level}") };
    let read: Vec<String> = read.iter().map(shown).collect();
    let texts: Vec<&str> = said.iter().map(|level| level.span.text(file.text())).collect();
    let message = message!("head-reads-levels", read = and(&read), said = and(&texts));
    let between = file.text().get(first.span.end as usize..said.get(1)?.span.start as usize)?;
    let new = read.join(between);
    let fix = Fix::safe(message!("write", text = new), first.span.cover(last.span), new);
    Some(rule.at(first.span.cover(last.span), message).of_row(row).fix(fix))
}

/// The level of a map, if its stride is a power of two.
fn level(analysis: &Analysis, source: &Source) -> Option<u32> {
    let Source::Row(row) = source else { return None };
    let Value::Tensor(shape) = analysis.rows.get(*row)?.output.as_ref()? else { return None };
    let [_, _, height, width] = *shape.dims() else { return None };
    let stride = analysis.stride([height, width]).filter(|stride| height > 1 && stride.count_ones() == 1)?;
    Some(stride.trailing_zeros())
}

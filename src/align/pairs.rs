//! Aligns the rows of two models: finds the alignment with the most similar matches (Needleman-Wunsch with free gaps),
//! and among equally good ones the one that rewires the fewest rows.
//!
//! Identical rows at both ends are matched first; between them, at most [`MAX_CELLS`] pairs of rows are compared, one
//! byte each. If there are more (from about 2,900 differing rows on both sides), only pairs in a band around the
//! diagonal are compared: at 10,000 rows, those moved by at most 400.

use super::Matches;
use super::fingerprint::Fingerprint;

/// Largest number of row pairs to compare, as far as the band allows.
const MAX_CELLS: usize = 1 << 23;

/// Largest number of rows to visit while choosing among similar rows.
const MAX_VISITS: usize = 1 << 22;

/// Matches the rows of two models. `rewired` counts the matched rows whose inputs differ.
pub(crate) fn matches(a: &[Fingerprint], b: &[Fingerprint], rewired: impl Fn(&Matches) -> usize) -> Matches {
    let start = a.iter().zip(b).take_while(|(x, y)| x.is_same(y)).count();
    let (rest_a, rest_b) = (&a[start..], &b[start..]);
    let end = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(x, y)| x.is_same(y)).count();
    let (end_a, end_b) = (a.len() - end, b.len() - end);
    let middle = aligned(&a[start..end_a], &b[start..end_b]).into_iter().map(|(i, j)| (start + i, start + j));
    let pairs = (0..start).map(|i| (i, i)).chain(middle).chain((0..end).map(|k| (end_a + k, end_b + k)));
    let mut matches = Matches { a_to_b: vec![None; a.len()], b_to_a: vec![None; b.len()] };
    for (i, j) in pairs {
        matches.a_to_b[i] = Some(j);
        matches.b_to_a[j] = Some(i);
    }
    let mut visits = MAX_VISITS;
    slide(b, &mut matches, &mut visits, &rewired);
    let mut matches = matches.swapped();
    slide(a, &mut matches, &mut visits, &|matches| rewired(&matches.clone().swapped()));
    matches.swapped()
}

/// Returns the similarity of two rows, from 0 (no match) to 12 (identical).
fn worth(a: &Fingerprint, b: &Fingerprint) -> u32 {
    let common = |a: &[u32], b: &[u32]| a.iter().zip(b).filter(|(x, y)| x == y).count() as u32;
    let module = match () {
        () if a.module == b.module => 8,
        () if a.family.is_some() && a.family == b.family => 2,
        () => 0,
    };
    let args = match a.each_arg.len().max(b.each_arg.len()) as u32 {
        _ if a.args == b.args => 4,
        0 => 0,
        // Later arguments mean different things in different modules; the first is usually the channels.
        _ if a.module != b.module && a.each_arg.first() != b.each_arg.first() => 0,
        longer => 3 * common(&a.each_arg, &b.each_arg) / longer,
    };
    let reads = match () {
        () if a.reads == b.reads => 3,
        () if a.each_read.len() != b.each_read.len() => 0,
        () => u32::from(common(&a.each_read, &b.each_read) > 0),
    };
    let repeats = u32::from(a.repeats == b.repeats);
    let section = if a.section == b.section { 2 } else { 0 };
    (module + args + reads + repeats + section).saturating_sub(6)
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Match,
    SkipA,
    SkipB,
}

/// Returns the pairs of the best alignment, in order.
fn aligned(a: &[Fingerprint], b: &[Fingerprint]) -> Vec<(usize, usize)> {
    let (n, m) = (a.len(), b.len());
    if n == 0 || m == 0 {
        return Vec::new();
    }
    let reach = (MAX_CELLS / (2 * n)).max(m / n + 1);
    let band = |i: usize| {
        let centre = (i as u128 * m as u128 / n as u128) as usize;
        (centre.saturating_sub(reach), centre.saturating_add(reach).min(m))
    };
    let mut steps: Vec<Vec<Step>> = Vec::with_capacity(n + 1);
    // Scores of the best alignments of the rows so far; none outside the band.
    let (mut above, mut best): (Vec<Option<u32>>, Vec<Option<u32>>) = (vec![None; m + 1], vec![None; m + 1]);
    for i in 0..=n {
        let (low, high) = band(i);
        let mut line = Vec::with_capacity(high - low + 1);
        for j in low..=high {
            let skip_a = above[j].filter(|_| i > 0);
            let skip_b = if j > low { best[j - 1] } else { None };
            let matched = match (i, j) {
                (0, _) | (_, 0) => None,
                _ => above[j - 1].zip(Some(worth(&a[i - 1], &b[j - 1])).filter(|&worth| worth > 0)),
            };
            let matched = matched.map(|(before, worth)| before.saturating_add(worth));
            let most = matched.max(skip_a).max(skip_b);
            line.push(match () {
                () if matched.is_some() && matched == most => Step::Match,
                () if skip_a.is_some() && skip_a == most => Step::SkipA,
                () => Step::SkipB,
            });
            best[j] = most.or(Some(0));
        }
        if low > 0 {
            best[low - 1] = None;
        }
        steps.push(line);
        std::mem::swap(&mut above, &mut best);
    }
    let mut pairs = Vec::with_capacity(n.min(m));
    let (mut i, mut j) = (n, m);
    while i > 0 && j > 0 {
        match steps[i][j - band(i).0] {
            Step::Match => {
                (i, j) = (i - 1, j - 1);
                pairs.push((i, j));
            }
            Step::SkipA => i -= 1,
            Step::SkipB => j -= 1,
        }
    }
    pairs.reverse();
    pairs
}

/// Moves each run of unmatched rows of `b` along equal rows to the place where the fewest rows are rewired; among
/// several places, to the last.
fn slide(b: &[Fingerprint], matches: &mut Matches, visits: &mut usize, rewired: &impl Fn(&Matches) -> usize) {
    let rows = matches.a_to_b.len() + b.len();
    let mut at = 0;
    while let Some(start) = (at..b.len()).find(|&j| matches.b_to_a[j].is_none()) {
        let mut end = (start..b.len()).find(|&j| matches.b_to_a[j].is_some()).unwrap_or(b.len());
        let len = end - start;
        // The run moves up by one row if the row above it and its own last row are alike: that row's match then passes
        // from the one to the other.
        let up = |matches: &mut Matches, end: usize| {
            let (first, last) = ((end - len).checked_sub(1)?, end - 1);
            let row = matches.b_to_a[first].filter(|_| b[first].is_alike(&b[last]))?;
            rematch(matches, row, first, last);
            Some(last)
        };
        let down = |matches: &mut Matches, end: usize| {
            let first = end - len;
            let row = (*matches.b_to_a.get(end)?).filter(|_| b[first].is_alike(&b[end]))?;
            rematch(matches, row, end, first);
            Some(end + 1)
        };
        let mut fewest: Option<(usize, usize)> = None;
        // Go to the top first, then down row by row and count the rewired rows at each place. A count walks all rows, so
        // `visits` bounds the steps.
        while let Some(moved) = up(matches, end).filter(|_| *visits >= rows) {
            *visits -= rows;
            end = moved;
        }
        // One step down and back: a run with a single place needs no counts.
        let can_move = down(matches, end).is_some_and(|moved| up(matches, moved).is_some());
        while can_move && *visits >= rows {
            *visits -= rows;
            let count = rewired(matches);
            // `<=` prefers the last of equally good places.
            if fewest.is_none_or(|(least, _)| count <= least) {
                fewest = Some((count, end));
            }
            match down(matches, end) {
                Some(moved) => end = moved,
                None => break,
            }
        }
        let best = fewest.map_or(end, |(_, best)| best);
        // The walk ended below the best place.
        while end > best {
            match up(matches, end) {
                Some(moved) => end = moved,
                None => break,
            }
        }
        at = end;
    }
}

/// Moves the match of row `from` of `b` to row `to`.
fn rematch(matches: &mut Matches, row: usize, from: usize, to: usize) {
    matches.b_to_a[from] = None;
    matches.b_to_a[to] = Some(row);
    matches.a_to_b[row] = Some(to);
}

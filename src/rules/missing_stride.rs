//! Shared by rules on sizes and references: a convolution of stride 2 that is missing. Comments name the levels that there
//! would be with it, and with it all rows work.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::references::{References, deepest_stride, kind};
use super::trial::{size, size_of};
use super::{Diagnostic, File, Fix, Rule, conv_sizes, missing_row, sizes, stale_stride_comment};
use crate::analysis::{Analysis, analyse};
use crate::dialect::Published;
use crate::model::comments::{self, StrideClaim};
use crate::model::{Model, ReadFile, Source};
use crate::rewrite::{self, Change, New, wiring};
use crate::text::Span;
use crate::torch::ops::FaultKind;
use crate::words::{Message, message};

/// The fewest levels in comments that tell where nothing fails.
const FEWEST: usize = 3;

/// The place of a missing row, what is said of it, and the fix.
pub(super) struct Missing {
    pub(super) row: usize,
    pub(super) message: Message,
    fix: Fix,
    /// The first comment that names a level too many.
    claim: Option<Span>,
    pub(super) fails: Option<usize>,
}

impl Missing {
    pub(super) fn finding(self, rule: &Rule, file: &File<'_>) -> Diagnostic {
        let span = file.model.rows[self.row].span;
        let mut found = rule.at(span, self.message).of_row(self.row).fix(self.fix);
        if let Some(claim) = self.claim {
            found = found.related(file.at(claim), message!("comment-says-stride"));
        }
        match self.fails {
            Some(fails) => found.related(file.at(file.model.rows[fails].span), message!("this-row-fails")),
            None => found,
        }
    }
}

/// Whether a finding tells of such a row.
pub(super) fn is_told(found: &Diagnostic) -> bool {
    matches!(found.message.id, "stride-row-missing" | "stride-row-missing-fails" | "stride-row-official")
}

/// A place where the row may be missing.
struct Place {
    at: usize,
    /// The entry of the row below that would read it.
    entry: usize,
    /// How few pairs of neighbours there are with it, how often such rows stand between rows of these modules elsewhere, and
    /// how often above such a row.
    likelihood: (Reverse<usize>, usize, usize),
    /// Whether other rows leave no doubt about its channels.
    is_exact: bool,
    text: String,
}

/// Finds the row that is missing; `renumbered` says whether references were made right for the rows that there are.
pub(super) fn find(file: &File<'_>, analysis: &Analysis, renumbered: bool) -> Option<Missing> {
    let fails = analysis.rows.iter().position(|row| row.has_fault(FaultKind::Spatial));
    let is_whole = file.errors.is_empty() && file.model.rows.iter().all(|row| row.complete && row.is_list);
    let claims = comments::stride_claims(file);
    let is_known = || sizes::reads_as_written(analysis, &wiring(&file.model));
    if !is_whole || claims.iter().flatten().count() < FEWEST || !is_known() {
        return None;
    }
    let wrong = stale_stride_comment::count_wrong(file, analysis);
    // References that use old numbers make maps of other sizes.
    let are_stale = renumbered && matches!(file.references(), References::Stale(_));
    if are_stale || fails.is_none() && wrong < FEWEST {
        return None;
    }
    // One that keeps the size of its map lost its own stride.
    let keeps_size = |row: usize| {
        let [k, s] = conv_sizes::kernel_and_stride(analysis.rows[row].info.as_deref()?)?;
        let cells = &file.model.rows[row].args()?.items;
        let stride = cells.get(s).map_or(Some(1), |cell| cell.value.as_int());
        Some(stride == Some(1) && cells.get(k)?.value.as_int()? > 1)
    };
    let first_wrong = stale_stride_comment::wrong_rows(file, analysis).into_iter().next();
    if first_wrong.and_then(keeps_size) == Some(true) {
        return None;
    }
    let works = |place: &Place| {
        if !renumbered && !is_in_reach(file, place.at) {
            return None;
        }
        let edits = edits(file, place, renumbered)?;
        let read = ReadFile::new(&*rewrite::apply(file.text(), &edits));
        if !may_be_right(analysis, &read.model, place.at, &claims) {
            return None;
        }
        let after = analyse(&read.model, &analysis.scale, &analysis.options());
        let are_known = read.errors.is_empty() && after.rows.iter().all(|row| row.output.is_some());
        (are_known && is_right(file, &read, &after)).then_some(edits)
    };
    let places = places(file, analysis);
    let mut found: Vec<(&Place, Vec<(Span, String)>)> =
        places.iter().filter_map(|place| Some((place, works(place)?))).collect();
    let most = found.iter().map(|(place, _)| place.likelihood).max();
    found.retain(|(place, _)| Some(place.likelihood) == most);
    let (place, edits) = found.pop().filter(|_| found.is_empty())?;
    // Sizes alone may as well come from a row that enlarges a map too much.
    let has_evidence = wrong > 0 || fails == Some(place.at) || lacks_level(file, analysis);
    if !has_evidence || !renumbered && !place.is_exact {
        return None;
    }
    if !renumbered && let Some(official) = official_among(file, analysis, std::slice::from_ref(place)) {
        return Some(official);
    }
    let said = |row: usize| claims[row].filter(|claim| claim.stride.is_some()).map(|claim| claim.span);
    let module = file.model.rows[place.at].module_name()?;
    let row = place.at;
    let failing = fails.and_then(|fails| file.model.rows[fails].module_name());
    let message = match fails.zip(failing) {
        Some((fails, failing)) => message!("stride-row-missing-fails", row, module, failing, fails),
        None => message!("stride-row-missing", row, module),
    };
    let fix = Fix::of(message!("put-row-back", row = place.text, above = row), edits);
    let claim = (row..claims.len()).find_map(said);
    Some(Missing { row, message, fix, claim, fails })
}

/// Finds the row with which the file is an official one, to the last parameter.
pub(super) fn official(file: &File<'_>, analysis: &Analysis) -> Option<Missing> {
    official_among(file, analysis, &places(file, analysis))
}

fn official_among(file: &File<'_>, analysis: &Analysis, places: &[Place]) -> Option<Missing> {
    let published = analysis.dialect.published();
    let nc = file.model.key("nc").filter(|_| file.errors.is_empty() && !published.is_empty())?;
    let channels = |row: usize| file.model.rows.get(row)?.args()?.items.first()?.value.as_int();
    let of_neighbours = |place: &Place| {
        let around = [place.at.checked_sub(1).and_then(channels), channels(place.at)];
        let texts = around.into_iter().flatten().map(conv).chain([place.text.clone()]).collect::<BTreeSet<String>>();
        let at = place.at;
        texts.into_iter().map(move |text| (at, text))
    };
    let places = places.iter().filter(|place| is_in_reach(file, place.at));
    let found = places.flat_map(of_neighbours).find_map(|(at, text)| {
        let edits = missing_row::line_above(file, at, &text)?;
        let classes = (nc.value.span, "80".to_owned());
        let mut with_classes: Vec<(Span, String)> = edits.iter().cloned().chain([classes]).collect();
        with_classes.sort_by_key(|(span, _)| *span);
        let read = ReadFile::new(&*rewrite::apply(file.text(), &with_classes));
        let after = analyse(&read.model, &analysis.scale, &analysis.options());
        let params = after.totals.as_ref().filter(|_| after.rows.iter().all(|row| row.output.is_some()))?.params;
        // A convolution has as many parameters without its stride.
        let is_its = |model: &Published| {
            model.scale == analysis.scale && u64::from(model.params) == params && has_levels_in_turn(&after)
        };
        let model = &published.iter().find(|model| is_its(model))?.model;
        Some((at, text, edits, model))
    });
    let (row, text, edits, model) = found?;
    let module = file.model.rows[row].module_name()?;
    let message = message!("stride-row-official", row, module, model);
    let fix = Fix::of(message!("put-row-back", row = text, above = row), edits);
    Some(Missing { row, message, fix, claim: None, fails: None })
}

/// Whether each map that heads read is half as large as the one before, or twice.
fn has_levels_in_turn(analysis: &Analysis) -> bool {
    let heads = analysis.rows.iter().filter(|row| row.info.as_ref().is_some_and(|info| info.has_levels));
    heads.into_iter().all(|head| {
        let sizes: Vec<_> = head.from.iter().filter_map(|source| size_of(analysis, source)).collect();
        sizes.windows(2).all(|pair| pair[0][0] == 2 * pair[1][0] || 2 * pair[0][0] == pair[1][0])
    })
}

/// Whether comments name a deeper level than any row has.
fn lacks_level(file: &File<'_>, analysis: &Analysis) -> bool {
    let claims = comments::stride_claims(file).into_iter().flatten().map(|claim| claim.level);
    let lists = comments::level_lists(file).into_iter().flatten().flatten().map(|level| level.level);
    let deepest = deepest_stride(analysis).checked_ilog2();
    claims.chain(lists).max() > deepest
}

/// Whether every row would read rows above it, as they are numbered, with a row at `at`.
fn is_in_reach(file: &File<'_>, at: usize) -> bool {
    wiring(&file.model).iter().enumerate().all(|(row, entries)| {
        let place = row as i64 + i64::from(row >= at);
        entries.iter().all(|entry| entry.value < place)
    })
}

/// Whether comments may name the levels that rows would have with a row at `at`, as far as that is known without a run.
fn may_be_right(analysis: &Analysis, with: &Model, at: usize, claims: &[Option<StrideClaim>]) -> bool {
    let origin = |row: usize| if row == at { None } else { Some(row - usize::from(row > at)) };
    let Some(sizes) = sizes::rewired(analysis, &wiring(with), origin) else { return false };
    sizes.iter().enumerate().all(|(row, size)| {
        let claim = origin(row).and_then(|row| claims[row]).and_then(|claim| claim.stride);
        let stride = size.and_then(|size| analysis.stride(size)).and_then(|stride| u64::try_from(stride).ok());
        claim.zip(stride).is_none_or(|((_, claim), stride)| claim == stride || !stride.is_power_of_two())
    })
}

/// Whether comments name the levels that rows have.
fn is_right(file: &File<'_>, read: &ReadFile, after: &Analysis) -> bool {
    let analyses = [after];
    stale_stride_comment::count_wrong(&file.changed(read, &analyses), after) == 0
}

/// The edits that put the row there.
fn edits(file: &File<'_>, place: &Place, renumbered: bool) -> Option<Vec<(Span, String)>> {
    if renumbered {
        let change = Change::Insert { at: place.at, new: New::Feeding(place.entry) };
        return rewrite::change_with(file, change, &place.text);
    }
    missing_row::line_above(file, place.at, &place.text)
}

/// A row of stride 2 with so many channels.
fn conv(channels: i64) -> String {
    format!("[-1, 1, Conv, [{channels}, 3, 2]]")
}

/// The places where a row of stride 2 may be missing: where a row reads the one above.
fn places(file: &File<'_>, analysis: &Analysis) -> Vec<Place> {
    let wiring = wiring(&file.model);
    let rows = &file.model.rows;
    let name = |row: usize| rows.get(row).and_then(|row| row.module_name());
    let above = |row: usize| row.checked_sub(1).and_then(name);
    let channels = |row: usize| rows.get(row)?.args()?.items.first()?.value.as_int().filter(|c| *c >= 8);
    let is_down = |&row: &usize| {
        let down = || {
            let [_, s] = conv_sizes::kernel_and_stride(analysis.rows[row].info.as_deref()?)?;
            Some(rows[row].args()?.items.get(s)?.value.as_int()? == 2)
        };
        name(row) == Some("Conv") && down() == Some(true)
    };
    let downs: Vec<usize> = (0..rows.len()).filter(is_down).collect();
    // Where other modules halve maps too, which one is missing isn't known.
    let halves = |row: usize| {
        let [Source::Row(above)] = analysis.rows[row].from[..] else { return false };
        size(analysis, above).zip(size(analysis, row)).is_some_and(|([above, _], [own, _])| own < above)
    };
    if (0..rows.len()).any(|row| halves(row) && !downs.contains(&row)) {
        return Vec::new();
    }
    let usual = |at: usize| {
        let is_below = |row: &&usize| name(**row + 1) == name(at);
        let below = downs.iter().filter(is_below);
        (below.clone().filter(|row| above(**row) == above(at)).count(), below.count())
    };
    let kinds: Vec<String> = rows.iter().map(kind).collect();
    let pairs_with = |at: usize| {
        let mut kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        kinds.insert(at, "Conv c 3 2");
        kinds.windows(2).collect::<BTreeSet<_>>().len()
    };
    // It has as many channels as the row above it, or as the one below, where these differ.
    let is_stem = |row: usize| row == 0 || downs.contains(&(row - 1));
    let differing = |above: Option<i64>, below: Option<i64>| above.zip(below).filter(|(above, below)| above != below);
    let telling: Vec<(bool, bool)> = downs
        .iter()
        .filter(|row| !is_stem(**row))
        .filter_map(|&row| {
            let (above, below) = differing(channels(row - 1), channels(row + 1))?;
            Some((channels(row) == Some(above), channels(row) == Some(below)))
        })
        .collect();
    let (as_above, as_below) =
        (telling.iter().filter(|told| told.0).count(), telling.iter().filter(|told| told.1).count());
    let place = |at: usize| {
        let target = match at.checked_sub(1) {
            Some(above) => Source::Row(above),
            None => Source::Image,
        };
        let entry = wiring.get(at)?.iter().position(|entry| entry.target == Some(target) && entry.value == -1)?;
        let (own, below) = (at.checked_sub(1).and_then(channels), channels(at));
        let (c, is_exact) = match (own, below) {
            (None, Some(below)) if at == 0 => (below / 2, true),
            (Some(own), _) if is_stem(at) => (2 * own, true),
            (Some(own), Some(below)) if own == below => (own, true),
            (Some(own), Some(_)) if as_above > as_below => (own, as_above > 1 && as_below == 0),
            (Some(_), Some(below)) => (below, as_below > 1 && as_above == 0),
            (Some(own), None) => (own, true),
            (None, below) => (below?, false),
        };
        let is_map = at == 0 || size(analysis, at - 1).is_some() || analysis.rows[at - 1].output.is_none();
        let (between, above) = if at == 0 { (usize::MAX, 0) } else { usual(at) };
        let likelihood = (Reverse(pairs_with(at)), between, above);
        is_map.then(|| Place { at, entry, likelihood, is_exact, text: conv(c) })
    };
    (0..rows.len()).filter_map(place).collect()
}

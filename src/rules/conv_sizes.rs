//! Shared by rules on sizes: convolutions that are why rows below get maps of different sizes. Their fixes are known to work.

use super::trial::{Trial, size, size_of};
use super::{Diagnostic, File, Fix, Rule};
use crate::analysis::Analysis;
use crate::dialect::ModuleInfo;
use crate::model::{Cell, SECTIONS, Source, comments};
use crate::text::{Location, Span};
use crate::torch::ops::FaultKind;
use crate::words::message;

/// The finding of a rule on such a convolution.
pub(super) fn finding(rule: &Rule, file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let fails = analysis.rows.iter().position(|row| row.has_fault(FaultKind::Spatial))?;
    let trial = Trial::new(file, file.checked, analysis)?;
    let found = lost_stride(rule, &trial, fails).or_else(|| even_kernels(rule, &trial, fails));
    found.or_else(|| odd_map(rule, &trial, fails))
}

/// The places of kernel and stride among a row's arguments.
pub(super) fn kernel_and_stride(module: &ModuleInfo) -> Option<[usize; 2]> {
    Some([place(module, ["k", "kernel_size"])?, place(module, ["s", "stride"])?])
}

/// The place of an argument with one of these names.
fn place(module: &ModuleInfo, names: [&str; 2]) -> Option<usize> {
    module.row_params.iter().position(|param| names.contains(&&*param.name) && param.param.is_some())
}

/// The module of a row that is a `Conv`.
fn conv(analysis: &Analysis, row: usize) -> Option<&ModuleInfo> {
    analysis.rows[row].info.as_deref().filter(|module| module.path.ends_with(".Conv"))
}

fn cells<'a>(file: &'a File<'_>, row: usize) -> &'a [Cell] {
    file.model.rows[row].args().map_or(&[], |args| &args.items)
}

/// The edit that gives a row another stride.
fn with_stride(file: &File<'_>, analysis: &Analysis, row: usize, stride: i64) -> Option<(Span, String)> {
    let [k, s] = kernel_and_stride(analysis.rows[row].info.as_deref()?)?;
    let cells = cells(file, row);
    match cells.get(s) {
        Some(cell) => Some((cell.span, stride.to_string())),
        None if cells.len() == s && k < s => Some((Span::empty(cells[s - 1].span.end), format!(", {stride}"))),
        None => None,
    }
}

/// The place of the row that gets the maps.
fn failed_row(file: &File<'_>, row: usize) -> Location {
    file.at(file.model.rows[row].span)
}

/// The finding on a convolution whose comment says another stride than it has.
fn lost_stride(rule: &Rule, trial: &Trial<'_>, fails: usize) -> Option<Diagnostic> {
    let (file, analysis) = (trial.file, trial.analysis);
    let actual = |row: usize| analysis.stride(size(analysis, row)?);
    let claims = comments::stride_claims(file);
    let claimed = |row: usize| claims[row]?.stride.map(|(_, stride)| stride as i64);
    let row = (0..fails).find(|&row| claimed(row).is_some() && claimed(row) != actual(row))?;
    let read = match analysis.rows[row].from[..] {
        [Source::Image] => 1,
        [Source::Row(above)] => actual(above)?,
        _ => return None,
    };
    let [k, s] = kernel_and_stride(analysis.rows[row].info.as_deref()?)?;
    let cells = cells(file, row);
    let stride = cells.get(s).map_or(Some(1), |cell| cell.value.as_int())?;
    let wanted = claimed(row)? / read;
    let is_kernel = cells.get(k)?.value.as_int().is_some_and(|kernel| kernel > 1);
    if !is_kernel || !matches!((stride, wanted), (1, 2) | (2, 1)) || wanted * read != claimed(row)? {
        return None;
    }
    let edit = with_stride(file, analysis, row, wanted)?;
    let (span, claim) = (edit.0, claims[row]?.span);
    let (module, failing) = (file.model.rows[row].module_name()?, file.model.rows[fails].module_name()?);
    // `[64, 2]` for `[64, 3, 2]`
    if cells.len() == s && cells[k].value.as_int() == Some(2) {
        let (span, both) = (cells[k].span, format!("3, {wanted}"));
        let title = message!("write", text = both);
        let fix = trial.edit(fails, vec![(span, both.clone())], title, Some)?;
        let message = message!("kernel-for-stride", module, row, both, failing, fails);
        let found = rule.at(span, message).of_row(row).related(file.at(claim), message!("comment-says-stride"));
        return Some(found.related(failed_row(file, fails), message!("this-row-fails")).fix(fix));
    }
    let fix = trial.edit(fails, vec![edit], message!("write-stride", stride = wanted, row), Some)?;
    let message = message!("lost-stride", module, row, stride, said = claim.text(file.text()), failing, fails);
    let found = rule.at(span, message).of_row(row).related(file.at(claim), message!("comment-says-stride"));
    Some(found.related(failed_row(file, fails), message!("this-row-fails")).fix(fix))
}

/// The finding on convolutions with an even kernel, which the framework pads so that maps grow by a pixel.
fn even_kernels(rule: &Rule, trial: &Trial<'_>, fails: usize) -> Option<Diagnostic> {
    let (file, analysis) = (trial.file, trial.analysis);
    let even = |row: usize| {
        let module = conv(analysis, row)?;
        let ([k, s], p) = (kernel_and_stride(module)?, place(module, ["p", "padding"]));
        let cells = cells(file, row);
        let kernel = cells.get(k)?.value.as_int().filter(|kernel| kernel % 2 == 0)?;
        let padding = if cells.len() == s { ", 1, 0" } else { ", 0" };
        let is_open = Some(cells.len()) == p || cells.len() == s;
        is_open
            .then(|| (row, kernel, cells[k].span, (Span::empty(cells[cells.len() - 1].span.end), padding.to_owned())))
    };
    let found: Vec<_> = (0..fails).filter_map(even).collect();
    let (row, kernel, span, _) = found.first()?;
    let edits = found.iter().map(|(.., edit)| edit.clone()).collect();
    let fix = trial.edit(fails, edits, message!("write-no-padding"), Some)?;
    let (module, failing) = (file.model.rows[*row].module_name()?, file.model.rows[fails].module_name()?);
    let message = message!("even-kernel", module, row, kernel, padding = kernel / 2, failing, fails);
    let mut diagnostic = rule.at(*span, message).of_row(*row);
    for (row, _, span, _) in &found[1..] {
        diagnostic = diagnostic.related(file.at(*span), message!("finding-row-too", row));
    }
    Some(diagnostic.related(failed_row(file, fails), message!("this-row-fails")).fix(fix))
}

/// The finding on a pooling or a transposed convolution that makes a map one pixel too small.
fn odd_map(rule: &Rule, trial: &Trial<'_>, fails: usize) -> Option<Diagnostic> {
    let (file, analysis) = (trial.file, trial.analysis);
    (0..fails).find_map(|row| {
        let module = file.model.rows[row].module_name()?;
        let [k, s] = kernel_and_stride(analysis.rows[row].info.as_deref()?)?;
        let cells = cells(file, row);
        let [kernel, 2] = [cells.get(k)?.value.as_int()?, cells.get(s)?.value.as_int()?] else { return None };
        let (edit, title) = match module {
            "nn.AvgPool2d" | "nn.MaxPool2d" if kernel % 2 == 1 && cells.len() == s + 1 => {
                let padding = kernel / 2;
                ((Span::empty(cells[s].span.end), format!(", {padding}")), message!("write-padding", padding))
            }
            "nn.ConvTranspose2d" if kernel == 3 => {
                let kernel = if cells.len() == s + 1 { 2 } else { 4 };
                ((cells[k].span, kernel.to_string()), message!("write-kernel", kernel))
            }
            _ => return None,
        };
        let ([h, w], [of_h, of_w]) = (size(analysis, row)?, size_of(analysis, analysis.rows[row].from.first()?)?);
        let failing = file.model.rows[fails].module_name()?;
        let message = message!("odd-map", module, row, h, w, of_h, of_w, failing, fails);
        let fix = trial.edit(fails, vec![edit], title, Some)?;
        Some(
            rule.at(cells[k].span, message)
                .of_row(row)
                .related(failed_row(file, fails), message!("this-row-fails"))
                .fix(fix),
        )
    })
}

/// The fix of the only convolution of the backbone, or of the head, that keeps the size of its map, where all others of that
/// kind halve it.
pub(super) fn odd_stride(trial: &Trial<'_>, fails: usize) -> Option<Fix> {
    const FEWEST: usize = 3;
    let (file, analysis) = (trial.file, trial.analysis);
    let stride = |row: usize| {
        let [k, s] = kernel_and_stride(conv(analysis, row)?)?;
        let cells = cells(file, row);
        cells.get(k)?.value.as_int().filter(|kernel| *kernel == 3)?;
        cells.get(s).map_or(Some(1), |cell| cell.value.as_int())
    };
    file.model.sections.iter().find_map(|section| {
        let strides: Vec<(usize, i64)> = section.rows.clone().filter_map(|row| Some((row, stride(row)?))).collect();
        let [(row, _)] = strides.iter().filter(|(_, stride)| *stride != 2).copied().collect::<Vec<_>>()[..] else {
            return None;
        };
        let fewest = if section.name == SECTIONS[0] { FEWEST } else { 1 };
        let edit = with_stride(file, analysis, row, 2).filter(|_| row < fails && strides.len() > fewest)?;
        trial.edit(fails, vec![edit], message!("write-stride", stride = 2, row), Some)
    })
}

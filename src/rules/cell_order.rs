//! Shared by rules on what can't be built: the four cells of a row in another order.

use super::{Diagnostic, File, Fix, malformed_row};
use crate::model::{Cell, Row};
use crate::words::message;

/// The finding on a row that can't be built, if it is one once its cells are sorted.
pub(super) fn finding(file: &File<'_>, row: &Row) -> Option<Diagnostic> {
    let cells: &[Cell; 4] = row.cells.as_slice().try_into().ok().filter(|_| row.is_list)?;
    let only = |fits: &dyn Fn(&Cell) -> bool| {
        let mut fitting = (0..4).filter(|&i| fits(&cells[i]));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    let module = only(&|cell| cell.value.as_str().is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic())))?;
    let args = (0..4).rev().find(|&i| cells[i].value.as_list().is_some())?;
    let rest: Vec<usize> = (0..4).filter(|i| ![module, args].contains(i)).collect();
    let [first, second] = rest[..] else { return None };
    let is_list = |i: usize| cells[i].value.as_list().is_some();
    if let ([one], 2) = (cells[1].items.as_slice(), module)
        && cells[0].value.as_int().is_some()
        && is_list(3)
    {
        let repeats = one.span.text(file.text());
        let fix = Fix::doubtful(message!("write", text = repeats), cells[1].span, repeats);
        return Some(malformed_row::RULE.at(cells[1].span, message!("repeats-in-brackets")).fix(fix));
    }
    let (from, repeats) = if is_list(second) { (second, first) } else { (first, second) };
    let order = [from, repeats, module, args];
    let are_numbers =
        cells[repeats].value.as_int().is_some() && (is_list(from) || cells[from].value.as_int().is_some());
    // One argument without its brackets isn't in another place.
    let lacks_brackets = module == 2 && is_list(0) && cells[1].value.as_int().is_some();
    if !are_numbers || lacks_brackets || order == [0, 1, 2, 3] {
        return None;
    }
    let sorted = format!("[{}]", order.map(|i| cells[i].span.text(file.text())).join(", "));
    let fix = Fix::doubtful(message!("write", text = sorted), row.span, sorted);
    Some(malformed_row::RULE.at(row.span, message!("cells-in-order")).fix(fix))
}

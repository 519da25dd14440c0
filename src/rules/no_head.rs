//! `no-head`: a model that is built, but can't be trained as it is: its last row isn't a head, or isn't the only one.

use super::{Diagnostic, File, Fix, Severity, no_effect, rule};
use crate::analysis::{Analysis, Status};
use crate::model::{Row, Source};
use crate::rewrite::{Change, change};
use crate::words::message;

rule! {
    /// The model can't be trained, because its last row isn't a head, or is the wrong one.
    ///
    /// ## What it does
    /// Reports a file with a number of classes (`nc`) whose last row isn't a head (`Detect`, `Segment`, `Classify`, …), a head
    /// that isn't the last row, and a head that doesn't fit the `task` that the file names.
    ///
    /// Of two heads, only the one in the last row is trained: a model that should both detect and segment needs
    /// `Segment` alone, and one `Detect` reads all levels, `[[15, 18, 21], 1, Detect, [nc]]`.
    ///
    /// ## Why is this bad?
    /// The framework builds such a model and prints its summary. It fails later, when training starts, with an error
    /// that names no row: `AttributeError: 'C3k2' object has no attribute 'stride'`. The loss, the strides and the task
    /// come from the last row alone, so no other head is trained.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 80
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, C2f, [64]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// nc: 80
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, C2f, [64]]
    ///   - [[-1], 1, Detect, [nc]]
    /// ```
    "no-head", Warning, File(check)
}

/// What the framework calls the tasks, each with a part of the names of its heads.
const TASKS: [(&str, &str); 7] = [
    ("classify", "classify"),
    ("semantic", "semanticsegment"),
    ("detect", "detect"),
    ("segment", "segment"),
    ("pose", "pose"),
    ("obb", "obb"),
    ("depth", "depth"),
];

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let rows = &file.model.rows;
    let is_whole = file.errors.is_empty() && file.model.sections.iter().filter(|s| !s.rows.is_empty()).count() == 2;
    let Some(last) = rows.len().checked_sub(1).filter(|_| is_whole) else { return Vec::new() };
    // Of a framework that is read from its source heads aren't known as such.
    if file.dialect().source().is_some() {
        return Vec::new();
    }
    let module = |i: usize| file.analyses[0].rows.get(i).and_then(|row| row.info.as_ref());
    let is_head = |i: usize| module(i).is_some_and(|module| module.is_head);
    let name = |row: &Row| row.module_name().unwrap_or_default().to_owned();
    let cell = |row: &Row| row.module().map_or(row.span, |cell| cell.span);
    let mut found = Vec::new();
    // One under a key that isn't read is told there.
    let is_elsewhere = || file.model.keys.iter().any(|key| no_effect::has_head(file, key));
    if module(last).is_some() && !is_head(last) && file.model.key("nc").is_some() && !is_elsewhere() {
        let message = message!("last-is-no-head", module = name(&rows[last]));
        let heads: Vec<usize> = (0..last).filter(|&i| is_head(i)).collect();
        let help = match heads.last() {
            Some(head) => message!("move-to-end", row = head, module = name(&rows[*head])),
            None => message!("add-head"),
        };
        let mut finding = RULE.at(cell(&rows[last]), message).of_row(last).help(help);
        if explains(file, file.analyses[0], last) {
            finding = finding.severity(Severity::Error);
            finding.message =
                message!("behind-head", row = last, module = name(&rows[last]), head = heads[heads.len() - 1]);
        }
        found.push(finding);
    } else if is_head(last) {
        for i in (0..last).filter(|&i| is_head(i)) {
            let (module, head) = (name(&rows[i]), name(&rows[last]));
            let related = (file.at(rows[last].span), message!("row-is-trained", row = last, module = &head));
            let help = if module == head { message!("one-head-of-all-levels") } else { message!("one-head") };
            let message = message!("second-head", row = i, module = &module, last, head = &head);
            let fix = change(file, Change::Delete(i)).map(|edits| Fix::of(message!("delete-row", row = i), edits));
            let finding = RULE.at(cell(&rows[i]), message).of_row(i).related(related.0, related.1).help(help);
            // Of heads of one kind, the levels of both may be wanted.
            found.push(Diagnostic { fixes: fix.into_iter().filter(|_| module != head).collect(), ..finding });
        }
        found.extend(of_other_task(file, last));
    }
    found
}

/// Whether a row can't run because it stands behind a head and reads what that returns.
pub(super) fn explains(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    let known = &analysis.rows[row];
    let is_head = |source: &Source| matches!(source, Source::Row(above) if analysis.rows[*above].is_head());
    row + 1 == analysis.rows.len()
        && !known.is_head()
        && known.info.is_some()
        && matches!(known.status, Status::Fault(_))
        && known.from.iter().any(is_head)
        && file.model.key("nc").is_some()
        && file.dialect().source().is_none()
        && file.errors.is_empty()
}

/// Reports a `task` that isn't that of the head.
fn of_other_task(file: &File<'_>, last: usize) -> Option<Diagnostic> {
    let key = file.model.key("task")?;
    let asked = key.value.value.as_str().filter(|asked| TASKS.iter().any(|(task, _)| task == asked))?;
    let row = &file.model.rows[last];
    let head = row.module_name()?;
    let (task, _) = TASKS.iter().find(|(_, part)| head.to_lowercase().contains(part))?;
    if *task == asked {
        return None;
    }
    let message = message!("head-of-other-task", head, task, asked);
    let found = RULE.at(row.module().map_or(row.span, |cell| cell.span), message).of_row(last);
    Some(found.related(file.at(key.value.span), message!("key-not-read")))
}

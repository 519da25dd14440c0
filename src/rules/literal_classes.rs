//! `literal-classes`: a number of classes that is written in a head, beside `nc`.

use super::{Diagnostic, File, Fix, Severity, rule};
use crate::model::Row;
use crate::words::message;

rule! {
    /// The head has a number of classes of its own, so `nc` has no effect on it.
    ///
    /// ## What it does
    /// Reports a head whose number of classes is written as a number, although the file has a key `nc`. It is a warning
    /// if the two differ, and a hint if they are the same.
    ///
    /// ## Why is this bad?
    /// For training, the framework replaces `nc`, and every argument `nc`, by the number of classes in the dataset. A
    /// number in the head stays as it is: training fails, or the head has classes that are never trained.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 82
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[-1], 1, Detect, [80]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// nc: 82
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[-1], 1, Detect, [nc]]
    /// ```
    ///
    /// ## Fix safety
    /// Safe if the numbers are the same. If they differ, the fix changes the model.
    "literal-classes", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let rows = file.model.rows.iter().enumerate();
    rows.filter_map(|(i, row)| finding(file, i, row)).collect()
}

fn finding(file: &File<'_>, i: usize, row: &Row) -> Option<Diagnostic> {
    let key = file.model.key("nc")?;
    let nc = key.value.value.as_int()?;
    let info = file.analyses[0].rows.get(i)?.info.as_ref().filter(|info| info.is_head)?;
    let at = info.row_params.iter().position(|param| {
        let name = info.param_of(param).map_or(&param.name, |param| &param.name);
        name == "nc"
    });
    // A classifier names its classes as the channels that it returns.
    let at = at.or_else(|| (info.name == "Classify").then_some(0))?;
    let cell = row.args()?.items.get(at)?;
    let written = cell.value.as_int()?;
    let module = &info.name;
    let found = if written == nc {
        let message = message!("classes-always", module, written);
        RULE.at(cell.span, message).severity(Severity::Hint)
    } else {
        let message = message!("classes-other", module, written, nc);
        RULE.at(cell.span, message)
    };
    let fix = Fix { safe: written == nc, ..Fix::doubtful(message!("write-nc-instead", written), cell.span, "nc") };
    Some(found.of_row(i).related(file.at(key.value.span), message!("nc-is", nc)).fix(fix))
}

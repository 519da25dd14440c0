//! `wrong-arguments`: arguments that a module's constructor doesn't take.

use super::{Diagnostic, File, Fix, input_channels, no_effect, rule, text_number};
use crate::analysis::Analysis;
use crate::model::Key;
use crate::text::Span;
use crate::words::{Message, and, comma, message};

rule! {
    /// The module's constructor doesn't accept these arguments.
    ///
    /// ## What it does
    /// Reports missing or extra arguments, and arguments of the wrong type. The finding names the parameter and shows the
    /// signature, including the values that the framework inserts itself (`c1`, `repeats`).
    ///
    /// ## Why is this bad?
    /// Building the model fails with an error that doesn't name the row: `IndexError: list index out of range` if the
    /// framework can't find the channels, otherwise `TypeError: Conv.__init__() takes from 3 to 9 positional arguments but 10
    /// were given`.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, []]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "wrong-arguments", Error, Fault(check)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for diagnostic in &mut found {
        diagnostic.help = diagnostic.row.and_then(|row| help(file, analysis, row));
        let fix = diagnostic.row.and_then(|row| number_of_classes(file, analysis, row, diagnostic.span));
        diagnostic.fixes.extend(fix);
        diagnostic.fixes.extend(diagnostic.row.and_then(|row| factor(file, row)));
        if let Some((message, help)) = diagnostic.row.and_then(|row| lacking_key(file, analysis, row, diagnostic.span))
        {
            diagnostic.message = message;
            diagnostic.help = help;
            if let Some((other, name)) = no_effect::classes(file) {
                diagnostic.message = message!("lacks-nc-other", name, other = other.name);
                diagnostic.span = other.span;
                diagnostic.fixes.push(Fix::doubtful(message!("write", text = name), other.span, name));
            }
        }
        if let Some((key, (reason, fix))) = diagnostic.row.and_then(|row| text_key(file, row, diagnostic.span)) {
            diagnostic.message = message!("with-reason", message = diagnostic.message, reason);
            (diagnostic.span, diagnostic.related, diagnostic.help) = (key.value.span, Vec::new(), None);
            diagnostic.fixes.push(fix);
        }
        diagnostic.fixes.extend(diagnostic.row.and_then(|row| of_head(file, analysis, row, diagnostic.span)));
    }
    found
}

/// The key that an argument names and whose number is text.
fn text_key<'a>(file: &'a File<'_>, row: usize, span: Span) -> Option<(&'a Key, (Message, Fix))> {
    let cell = file.model.rows[row].args()?.items.iter().find(|cell| cell.span == span)?;
    let key = file.model.key(cell.value.as_str()?)?;
    Some((key, text_number::mend(file, key)?))
}

/// The fix of a head's arguments that are too many, or too few where the others have defaults.
fn of_head(file: &File<'_>, analysis: &Analysis, row: usize, span: Span) -> Option<Fix> {
    let module = analysis.rows[row].info.as_deref().filter(|module| module.is_head)?;
    let args = file.model.rows[row].args().filter(|args| args.span == span)?;
    let cells = args.items.iter().map(|cell| Some(cell.span.text(file.text()).to_owned()));
    let missing = module.row_params.iter().skip(args.items.len());
    let defaults = missing.map(|param| Some(module.param_of(param)?.default.as_ref()?.to_string()));
    let all: Option<Vec<String>> = cells.take(module.row_params.len()).chain(defaults).collect();
    let new = format!("[{}]", all.filter(|all| !all.is_empty())?.join(", "));
    Some(Fix::doubtful(message!("write", text = new), span, new))
}

/// The fix of a head's first argument that is another text than `nc`.
fn number_of_classes(file: &File<'_>, analysis: &Analysis, row: usize, span: Span) -> Option<Fix> {
    let cell = file.model.rows[row].args()?.items.first().filter(|cell| cell.span == span)?;
    let module = analysis.rows[row].info.as_deref().filter(|module| module.is_head)?;
    let is_nc = module.row_params.first().is_some_and(|param| param.name == "nc");
    let is_other = cell.value.as_str().is_some_and(|text| text != "nc") && file.model.key("nc").is_some();
    (is_nc && is_other).then(|| Fix::doubtful(message!("write", text = "nc"), span, "nc"))
}

/// The fix of `nn.Upsample` whose row begins with the factor: the size comes first, and is None.
fn factor(file: &File<'_>, row: usize) -> Option<Fix> {
    let row = file.model.rows[row].args().filter(|_| file.model.rows[row].module_name() == Some("nn.Upsample"))?;
    let [factor, mode] = row.items.as_slice() else { return None };
    let is_factor = factor.value.as_float().is_some() && mode.value.as_str().is_some();
    let new = format!("None, {}, {}", factor.span.text(file.text()), mode.span.text(file.text()));
    let inside = Span::new(factor.span.start, mode.span.end);
    is_factor.then(|| Fix::doubtful(message!("write", text = format!("[{new}]")), inside, new))
}

/// Keys that only the YAML file of a dataset has.
const OF_DATASETS: [&str; 6] = ["path", "train", "val", "test", "names", "download"];

/// What to say of an argument that names a key which the file doesn't have: `nc` where there is no `nc`.
fn lacking_key(file: &File<'_>, analysis: &Analysis, row: usize, span: Span) -> Option<(Message, Option<Message>)> {
    let cell = file.model.rows[row].args()?.items.iter().find(|cell| cell.span == span)?;
    let name = cell.value.as_str().filter(|name| *name == "nc" && file.model.key(name).is_none())?;
    let module = &analysis.rows[row].info.as_deref()?.name;
    let message = message!("lacks-nc", module, name);
    let keys: Vec<String> =
        OF_DATASETS.iter().filter(|key| file.model.key(key).is_some()).map(|key| format!("`{key}`")).collect();
    let help = (!keys.is_empty()).then(|| message!("keys-of-datasets", count = keys.len(), keys = and(&keys)));
    Some((message, help))
}

/// What became of the row's cells.
fn help(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Message> {
    let module = analysis.rows[row].info.as_deref()?;
    let became = input_channels::became(file, row, module)?;
    let inserted: Vec<String> = module
        .params
        .iter()
        .enumerate()
        .filter(|(at, param)| !param.takes_rest() && module.row_params.iter().all(|own| own.param != Some(*at)))
        .map(|(_, param)| format!("`{}`", param.name))
        .collect();
    Some(match inserted.len() {
        _ if module.params.is_empty() => became,
        0 => message!("became-alone", became),
        _ => message!("became-with", became, inserted = comma(&inserted)),
    })
}

//! `wrong-arguments`: arguments that a module's constructor doesn't take.

use super::trial::Trial;
use super::{Diagnostic, File, Fix, activation, input_channels, invalid_value, no_effect, rule, text_number};
use crate::analysis::Analysis;
use crate::dialect::{ModuleInfo, RowParam};
use crate::model::{Cell, Row};
use crate::python::Literal;
use crate::text::Span;
use crate::words::{Message, and, comma, message};

rule! {
    /// The module's constructor doesn't accept these arguments.
    ///
    /// ## What it does
    /// Reports missing or extra arguments, and arguments of the wrong type. The finding names the parameter and shows the
    /// signature, including the values that the framework inserts itself (`c1`, `repeats`).
    ///
    /// The fixes know what is commonly meant: `nc: "3"` and `nc: [cat, dog]` for a number, `[2, nearest]` for `[None,
    /// 2, nearest]` in `nn.Upsample`, a number of repeats that the framework inserts, the arguments of a similar
    /// module (`SPPF, [1024, [5, 9, 13]]` are those of `SPP`).
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
    ///
    /// ## Fix safety
    /// The fixes write another module that takes the arguments as they are, or take out those that are too many. They are
    /// offered only if the model then runs, and aren't safe.
    "wrong-arguments", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // The text has been told what it lacks.
    let lacks_classes =
        found.extract_if(.., |d| d.row.is_some_and(|row| lacking_key(file, analysis, row, d.span).is_some()));
    let lacks_classes: Vec<Diagnostic> = lacks_classes.filter(|_| !is_half_written(file, "nc")).collect();
    found.extend(lacks_classes);
    // What is left of a line that can't be read is no value.
    let lines = file.lines();
    let is_unread =
        |d: &Diagnostic| file.errors.iter().any(|error| lines.line(error.span.start) == lines.line(d.span.start));
    found.retain(|d| !file.model.keys.iter().any(|key| key.value.span == d.span) || !is_unread(d));
    for diagnostic in &mut found {
        diagnostic.help = diagnostic.row.and_then(|row| help(file, analysis, row));
        if let Some(fix) = diagnostic.row.and_then(|row| into_list(file, analysis, row, diagnostic.span)) {
            diagnostic.help = None;
            diagnostic.fixes.push(fix);
            continue;
        }
        let fix = diagnostic.row.and_then(|row| number_of_classes(file, analysis, row, diagnostic.span));
        diagnostic.fixes.extend(fix);
        diagnostic.fixes.extend(diagnostic.row.and_then(|row| shape_of_keypoints(file, row, diagnostic.span)));
        diagnostic.fixes.extend(diagnostic.row.and_then(|row| factor(file, row)));
        if let Some((message, help)) = diagnostic.row.and_then(|row| lacking_key(file, analysis, row, diagnostic.span))
        {
            diagnostic.message = message;
            diagnostic.help = help;
            let top = file.model.keys.iter().map(|key| key.span.start);
            let top = top.chain(file.model.sections.iter().map(|section| section.span.start)).min();
            if let Some((other, name)) = no_effect::classes(file) {
                diagnostic.message = message!("lacks-nc-other", name, other = other.name);
                diagnostic.span = other.span;
                diagnostic.fixes.push(Fix::doubtful(message!("write", text = name), other.span, name));
            } else if let Some(top) = top {
                let title = message!("add-key", line = "nc: 80");
                diagnostic.fixes.push(Fix::doubtful(title, Span::empty(top), "nc: 80\n"));
            }
        }
        if let Some(key) = file.model.keys.iter().find(|key| key.value.span == diagnostic.span) {
            diagnostic.help = None;
            diagnostic.fixes.extend(activation::fix(file, key).filter(|_| key.name == "activation"));
            if let Some((reason, fix)) = text_number::mend(file, key) {
                diagnostic.message = message!("with-reason", message = diagnostic.message, reason);
                diagnostic.related = Vec::new();
                diagnostic.fixes.push(fix);
            } else if key.value.value == Literal::None {
                diagnostic.message = message!("key-without-value", key = key.name);
                diagnostic.span = key.span;
            }
        }
        diagnostic.fixes.extend(diagnostic.row.and_then(|row| of_head(file, analysis, row, diagnostic.span)));
        diagnostic.fixes.extend(diagnostic.row.and_then(|row| without_channels(file, analysis, row)));
        diagnostic.fixes.extend(diagnostic.row.and_then(|row| own_name(file, analysis, row, diagnostic.span)));
        if let Some(fix) = diagnostic.row.and_then(|row| repeats_as_text(file, row, diagnostic.span)) {
            diagnostic.help = None;
            diagnostic.fixes.push(fix);
        }
    }
    found
}

/// Whether a line of the text begins with a key that its syntax doesn't make one.
fn is_half_written(file: &File<'_>, key: &str) -> bool {
    let line = |at: u32| file.lines().line_span(file.text(), file.lines().line(at)).text(file.text());
    file.errors.iter().any(|error| line(error.span.start).trim_start().starts_with(key))
}

/// The fix of arguments that aren't a list: one value, or a mapping whose keys are parameters.
fn into_list(file: &File<'_>, analysis: &Analysis, row: usize, span: Span) -> Option<Fix> {
    let args = file.model.rows[row].args().filter(|args| args.span == span && args.value.as_list().is_none())?;
    let module = analysis.rows[row].info.as_deref()?;
    let list = if args.names.is_empty() {
        format!("[{}]", args.span.text(file.text()))
    } else {
        let mut values: Vec<Option<String>> = Vec::new();
        for ((name, _), value) in args.names.iter().zip(&args.items) {
            let place = module.row_params.iter().position(|param| param.name == *name)?;
            values.resize(values.len().max(place + 1), None);
            values[place] = Some(value.span.text(file.text()).to_owned());
        }
        let default = |place: usize| Some(module.param_of(&module.row_params[place])?.default.as_ref()?.to_string());
        let values = values.into_iter().enumerate().map(|(place, value)| value.or_else(|| default(place)));
        format!("[{}]", values.collect::<Option<Vec<String>>>()?.join(", "))
    };
    Some(Fix::doubtful(message!("write", text = list), span, list))
}

/// Modules of which one may be named where another one was meant: they take other arguments.
const SIBLINGS: [&[&str]; 2] = [&["SPPF", "SPP"], &["C3k2", "C2f", "C3", "C2fCIB", "A2C2f", "C2PSA", "RepC3"]];

/// Fixes that are tried: an argument that belongs to another cell, another module, fewer arguments.
fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let (written, known) = (&trial.file.model.rows[row], &trial.analysis.rows[row]);
    let (Some(args), Some(name), Some(module)) =
        (written.args(), written.module(), known.info.as_deref().filter(|module| !module.is_head))
    else {
        return Vec::new();
    };
    let text = trial.file.text();
    let items = args.items.as_slice();
    let tried = |title: Message, span: Span, new: &str| trial.edit(row, vec![(span, new.to_owned())], title, Some);
    // Wherever it stands: other rows would fail by it next.
    let is_none = |cell: &&Cell| cell.value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("none"));
    if items.iter().any(|cell| is_none(&cell)) {
        let cells =
            trial.file.model.rows.iter().filter_map(Row::args).flat_map(|args| args.items.iter().filter(is_none));
        let edits = cells.map(|cell| (cell.span, "None".to_owned())).collect();
        if let Some(fix) = trial.edit(row, edits, message!("write", text = "None"), Some) {
            return vec![fix];
        }
    }
    // One value in brackets of its own.
    for (cell, inner) in items.iter().filter_map(|cell| Some((cell, cell.items.first()?))) {
        let inner = inner.span.text(text);
        if cell.items.len() == 1
            && let Some(fix) = tried(message!("write", text = inner), cell.span, inner)
        {
            return vec![fix];
        }
    }
    // The constructor's `n`, which the framework takes from the row's second cell.
    if let ([c2, n, ..], Some(2)) = (items, module.params.iter().position(|param| param.name == "n"))
        && n.value.as_int().is_some_and(|n| n > 0)
        && module.row_params.iter().all(|param| param.param != Some(2))
    {
        let without = Span::new(c2.span.end, n.span.end);
        if let Some(fix) = tried(message!("remove-repeats", n = n.value), without, "") {
            return vec![fix];
        }
    }
    // The last argument is a list, and its items were written as arguments.
    let is_list = |literal: &Literal| literal.to_string().starts_with(['(', '[']);
    let last = module.row_params.last().and_then(|param| module.param_of(param)?.default.as_ref());
    if last.is_some_and(is_list)
        && let Some(listed @ [first, .., end]) = items.get(module.row_params.len() - 1..)
        && listed.iter().all(|cell| cell.value.as_int().is_some())
    {
        let span = Span::new(first.span.start, end.span.end);
        let list = format!("[{}]", span.text(text));
        if let Some(fix) = tried(message!("write", text = list), span, &list) {
            return vec![fix];
        }
    }
    let siblings = SIBLINGS.iter().find(|siblings| siblings.contains(&&*module.name)).copied().unwrap_or_default();
    let takes = |sibling: &&&str| {
        let sibling = trial.analysis.dialect.module(sibling)?;
        let names: Vec<String> =
            sibling.row_params.iter().take(items.len()).map(|param| format!("`{}`", param.name)).collect();
        tried(message!("write-sibling", module = sibling.name, names = comma(names)), name.span, &sibling.name)
    };
    let others = siblings.iter().filter(|sibling| **sibling != module.name);
    if let Some(fix) = others.clone().filter(|_| items.len() > 1).find_map(|sibling| takes(&sibling)) {
        return vec![fix];
    }
    let most = module.row_params.len();
    if let Some(([.., last], [.., extra])) = (items.len() > most && most > 0).then(|| items.split_at(most)) {
        let kept = Span::new(args.span.start, last.span.end).text(text);
        let title = message!("write", text = format!("{kept}]"));
        return tried(title, Span::new(last.span.end, extra.span.end), "").into_iter().collect();
    }
    Vec::new()
}

/// The fix of a head's arguments that are too many, or too few where the others have defaults.
fn of_head(file: &File<'_>, analysis: &Analysis, row: usize, span: Span) -> Option<Fix> {
    let module = analysis.rows[row].info.as_deref().filter(|module| module.is_head)?;
    let args = file.model.rows[row].args().filter(|args| args.span == span)?;
    if let Some((nc, shape)) = keypoints_apart(file, module, &args.items) {
        let key = file.model.key("kpt_shape").map(|_| "kpt_shape".to_owned());
        let new = format!("[{nc}, {}]", key.unwrap_or(shape));
        return Some(Fix::doubtful(message!("write", text = new), span, new));
    }
    let cells = args.items.iter().map(|cell| Some(cell.span.text(file.text()).to_owned()));
    let missing = module.row_params.iter().skip(args.items.len());
    let defaults = missing.map(|param| match &*param.name {
        "nc" if file.model.key("nc").is_some() => Some("nc".to_owned()),
        _ => Some(module.param_of(param)?.default.as_ref()?.to_string()),
    });
    let all: Option<Vec<String>> = cells.take(module.row_params.len()).chain(defaults).collect();
    let new = format!("[{}]", all.filter(|all| !all.is_empty())?.join(", "));
    Some(Fix::doubtful(message!("write", text = new), span, new))
}

/// The first argument of a head for keypoints, and their shape, `[17, 3]`, where it is written as two arguments.
pub(super) fn keypoints_apart(file: &File<'_>, module: &ModuleInfo, cells: &[Cell]) -> Option<(String, String)> {
    let [nc, points, dimensions] = cells else { return None };
    let takes_shape = module.row_params.get(1).is_some_and(|param| param.name == "kpt_shape");
    let is_shape = points.value.as_int().is_some() && matches!(dimensions.value.as_int(), Some(2 | 3));
    let text = |cell: &Cell| cell.span.text(file.text()).to_owned();
    (takes_shape && is_shape).then(|| (text(nc), format!("[{}, {}]", text(points), text(dimensions))))
}

/// The fix of a row without arguments whose block must return as many channels as it reads.
fn without_channels(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Fix> {
    let module = analysis.rows[row].info.as_deref()?;
    let args = file.model.rows[row].args().filter(|args| args.value.as_list().is_some_and(<[_]>::is_empty))?;
    let must_keep = invalid_value::MUST_KEEP_CHANNELS.contains(&&*module.name);
    let new = format!("[{}]", input_channels::written_above(file, analysis, row).filter(|_| must_keep)?);
    Some(Fix::doubtful(message!("write", text = new), args.span, new))
}

/// The fix of an argument that is the name of its parameter: its default.
fn own_name(file: &File<'_>, analysis: &Analysis, row: usize, span: Span) -> Option<Fix> {
    let module = analysis.rows[row].info.as_deref()?;
    let items = &file.model.rows[row].args()?.items;
    let place = items.iter().position(|cell| cell.span == span)?;
    let is_own = |param: &&RowParam| items[place].value.as_str() == Some(&param.name) && param.name != "nc";
    let param = module.row_params.get(place).filter(is_own)?;
    let default = module.param_of(param)?.default.as_ref()?.to_string();
    Some(Fix::doubtful(message!("write", text = default), span, default))
}

/// The fix of repeats that are a number in quotes.
fn repeats_as_text(file: &File<'_>, row: usize, span: Span) -> Option<Fix> {
    let repeats = file.model.rows[row].repeats().filter(|repeats| repeats.span == span)?;
    let number: i64 = repeats.value.as_str()?.trim().trim_matches(['x', 'X', '×']).parse().ok()?;
    Some(Fix::doubtful(message!("write", text = number), span, number.to_string()))
}

/// The fix of a head's second argument that is nearly `kpt_shape`.
fn shape_of_keypoints(file: &File<'_>, row: usize, span: Span) -> Option<Fix> {
    let cell = file.model.rows[row].args()?.items.get(1).filter(|cell| cell.span == span)?;
    file.model.key("kpt_shape")?;
    let is_like = strsim::damerau_levenshtein(&cell.value.as_str()?.to_lowercase(), "kpt_shape") <= 3;
    is_like.then(|| Fix::doubtful(message!("write", text = "kpt_shape"), span, "kpt_shape"))
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
    // `x2`
    let number = |cell: &Cell| cell.value.as_str()?.trim_matches(['x', 'X', '×', ' ']).parse::<u32>().ok();
    if let Some((cell, number)) = row.items.get(1).and_then(|cell| Some((cell, number(cell)?))) {
        return Some(Fix::doubtful(message!("write", text = number), cell.span, number.to_string()));
    }
    let [factor, mode] = row.items.as_slice() else { return None };
    let is_factor = factor.value.as_float().is_some() && mode.value.as_str().is_some();
    let new = format!("None, {}, {}", factor.span.text(file.text()), mode.span.text(file.text()));
    let inside = Span::new(factor.span.start, mode.span.end);
    is_factor.then(|| Fix::doubtful(message!("write", text = format!("[{new}]")), inside, new))
}

/// What to say of an argument that names a key which the file doesn't have: `nc` where there is no `nc`.
fn lacking_key(file: &File<'_>, analysis: &Analysis, row: usize, span: Span) -> Option<(Message, Option<Message>)> {
    let cell = file.model.rows[row].args()?.items.iter().find(|cell| cell.span == span)?;
    let name = cell.value.as_str().filter(|name| *name == "nc" && file.model.key(name).is_none())?;
    let module = &analysis.rows[row].info.as_deref()?.name;
    let message = message!("lacks-nc", module, name);
    let keys: Vec<String> = no_effect::OF_DATASETS
        .iter()
        .filter(|key| file.model.key(key).is_some())
        .map(|key| format!("`{key}`"))
        .collect();
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

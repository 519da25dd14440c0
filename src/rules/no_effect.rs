//! `no-effect`: parts of the file that the framework ignores.

use super::{Diagnostic, File, Fix, Severity, rule};
use crate::analysis::{RowAnalysis, Status};
use crate::dialect::{Dialect, Origin};
use crate::model::{Cell, Key, Model, Row, SECTIONS};
use crate::python::Literal;
use crate::text::Span;
use crate::torch::Type;
use crate::words::{and, message};

rule! {
    /// The framework ignores this.
    ///
    /// ## What it does
    /// Reports
    ///
    /// * a top-level key that nothing reads: a misspelt one, rows outside `backbone` and `head`, `depth_multiple` and
    ///   `width_multiple` beside `scales`, `scale` in a file with `scales`, unless it names the only one;
    /// * `ch`, and `channels` in a file that is no classifier: the dataset says how many channels the images have. Without a
    ///   dataset they have 3;
    /// * arguments of training, such as `imgsz` and `epochs`, and keys of a dataset's file, such as `names` and `train`;
    /// * `repeats` below 1: the module is still built once, a block of blocks without those inside it;
    /// * an activation given to a row as text, such as `nn.ReLU()`: the framework doesn't turn it into a module, so the
    ///   row has no activation.
    ///
    /// Rows under another key, such as `neck`, are an error if rows of `head` count on them.
    ///
    /// Other unknown keys are allowed: a key is reported only if its name is close to one that is read, and never if an
    /// argument names it.
    ///
    /// ## Why is this bad?
    /// The author probably expected an effect.
    ///
    /// ## Example
    /// ```yaml
    /// activaton: nn.ReLU()
    /// ch: 4
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 0, Conv, [64, 3, 1]]
    ///   - [-1, 1, Conv, [64, 3, 2, None, 1, 1, nn.ReLU()]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// activation: nn.ReLU()
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    /// Set the number of channels in the dataset's YAML file: `channels: 4`.
    "no-effect", Warning, File(check)
}

/// Other names that people use for the sections.
const SYNONYMS: [(&str, &str); 7] = [
    ("num_classes", CLASSES),
    ("n_classes", CLASSES),
    ("nclasses", CLASSES),
    ("classes", CLASSES),
    ("num_class", CLASSES),
    ("number_of_classes", CLASSES),
    ("act", "activation"),
];

/// Arguments of training and validation that people write into model files.
const OF_TRAINING: [&str; 14] = [
    "amp",
    "batch",
    "batch_size",
    "device",
    "dropout",
    "epochs",
    "img_size",
    "imgsz",
    "lr0",
    "lrf",
    "optimizer",
    "patience",
    "pretrained",
    "workers",
];

/// Keys that only the YAML file of a dataset has.
pub(super) const OF_DATASETS: [&str; 6] = ["path", "train", "val", "test", "names", "download"];

/// The key with the number of classes.
const CLASSES: &str = "nc";

/// The key that has the number of classes under another name, and its name.
pub(super) fn classes<'a>(file: &'a File<'_>) -> Option<(&'a Key, &'static str)> {
    let is_other = |key: &&Key| {
        let name = key.name.to_lowercase();
        SYNONYMS.contains(&(&*name, CLASSES)) || name == CLASSES && key.name != CLASSES
    };
    let number = |key: &&Key| key.value.value.as_int().is_some();
    file.model.keys.iter().filter(is_other).find(number).map(|key| (key, CLASSES))
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let dialect = file.dialect();
    // Another framework may read any key.
    if dialect.source().is_some() {
        return Vec::new();
    }
    let mut found: Vec<Diagnostic> =
        file.model.keys.iter().filter_map(|key| unread_key(dialect, &file.model, key)).collect();
    found.extend(unread_rows(file));
    found.extend(scales_outside(file));
    found.extend(ignored_channels(file));
    found.extend(ignored_repeats(file));
    found.extend(text_activations(file));
    found
}

fn unread_key(dialect: &dyn Dialect, model: &Model, key: &Key) -> Option<Diagnostic> {
    let name = key.name.as_str();
    let scales = model.scales().count();
    let message = match name {
        "depth_multiple" | "width_multiple" if scales > 0 => {
            message!("key-ignored-scales", name)
        }
        "scale"
            if scales > 1 || scales == 1 && model.scales().all(|(name, ..)| key.value.value.as_str() != Some(name)) =>
        {
            message!("scale-ignored")
        }
        _ if dialect.reads_key(name) || names(model, name) => return None,
        _ if key.value.items.iter().any(is_row) => return None,
        _ if OF_DATASETS.contains(&name) && model.key(CLASSES).is_some() => message!("key-of-datasets", name),
        _ if OF_TRAINING.contains(&name) => message!("key-of-training", name),
        _ => return misspelt(dialect, model, key),
    };
    Some(RULE.at(key.span, message).unnecessary())
}

/// Reports the letters of scales at the top level, where `scales` has none.
fn scales_outside(file: &File<'_>) -> Option<Diagnostic> {
    let model = &file.model;
    let is_number = |cell: &Cell| cell.value.as_float().is_some();
    let is_scale = |key: &&Key| {
        key.name.len() == 1 && (3..=4).contains(&key.value.items.len()) && key.value.items.iter().all(is_number)
    };
    let letters: Vec<&Key> = model.keys.iter().filter(is_scale).filter(|key| !names(model, &key.name)).collect();
    let [first, rest @ ..] = letters.as_slice() else { return None };
    let scales = model.key("scales");
    if scales.is_some_and(|scales| scales.value.value != Literal::None) {
        return None;
    }
    let lines = file.lines();
    let start = |key: &Key| lines.line_span(file.text(), lines.line(key.span.start)).start;
    let all = and(letters.iter().map(|key| format!("`{}`", key.name)));
    let mut found = RULE.at(first.span, message!("scales-outside", count = letters.len(), letters = all)).unnecessary();
    found = found.severity(Severity::Error);
    for key in rest {
        found = found.related(file.at(key.span), message!("scale-outside-too"));
    }
    let follows = scales.is_none_or(|scales| scales.span.start < first.span.start);
    let between = |key: &&Key| {
        let below = scales.unwrap_or(first).span.start;
        key.span.start > below && key.span.start < letters[letters.len() - 1].span.start
    };
    let is_together = model.keys.iter().filter(between).all(|key| letters.iter().any(|letter| letter.name == key.name));
    let edits = letters.iter().enumerate().map(|(at, key)| {
        let line = if at == 0 && scales.is_none() { "scales:\n  " } else { "  " };
        (Span::empty(start(key)), line.to_owned())
    });
    let fix = Fix::of(message!("put-below-scales"), edits.collect());
    Some(if follows && is_together { found.fix(fix) } else { found })
}

/// Reports rows outside the sections. If a section is missing, that finding names them.
fn unread_rows(file: &File<'_>) -> Vec<Diagnostic> {
    let model = &file.model;
    let has_rows = |key: &&Key| {
        !file.dialect().reads_key(&key.name) && !names(model, &key.name) && key.value.items.iter().any(is_row)
    };
    if model.sections.len() < SECTIONS.len() {
        return Vec::new();
    }
    let finding = |key: &Key| {
        let found = RULE.at(key.span, message!("key-ignored-rows", name = key.name)).unnecessary();
        // Other rows count on these.
        let severity = if file.has_bad_from() { Severity::Error } else { Severity::Warning };
        let mut found = found.severity(severity);
        if severity == Severity::Error {
            found.help = Some(message!("rows-belong-to-head"));
        }
        if severity == Severity::Error || has_head(file, key) {
            found.fixes.extend(joined(file, key));
        }
        found
    };
    model.keys.iter().filter(has_rows).map(finding).collect()
}

/// Whether a head stands among the rows of a key that isn't read.
pub(super) fn has_head(file: &File<'_>, key: &Key) -> bool {
    let name = |row: &Cell| row.items.get(2)?.value.as_str().map(str::to_owned);
    let is_head = |row: &Cell| name(row).and_then(|name| file.dialect().module(&name)).is_some_and(|m| m.is_head);
    !SECTIONS.contains(&&*key.name) && key.value.items.iter().any(is_head)
}

/// The fix that makes one list of rows and of those of `head` beside them.
fn joined(file: &File<'_>, key: &Key) -> Option<Fix> {
    let lines = file.lines();
    let line = |key: &Key| lines.line_span(file.text(), lines.line(key.span.start));
    let is_alone =
        |key: &Key| line(key).text(file.text()).split('#').next().is_some_and(|l| l.trim_end().ends_with(':'));
    let above = file.model.keys.iter().rev().find(|above| above.span.start < key.span.start);
    if above.is_some_and(|above| above.name == SECTIONS[1]) && is_alone(key) {
        let whole = Span::new(line(key).start, lines.line_end(lines.line(key.span.start)));
        return Some(Fix::of(message!("remove-line-of", key = key.name), vec![(whole, String::new())]));
    }
    let next = file.model.keys.iter().find(|next| next.span.start > key.span.start && next.name == SECTIONS[1])?;
    let between = file.model.keys.iter().any(|k| k.span.start > key.span.start && k.span.start < next.span.start);
    let whole = Span::new(line(next).start, lines.line_end(lines.line(next.span.start)));
    let edits = vec![(key.span, SECTIONS[1].to_owned()), (whole, String::new())];
    (!between && is_alone(key) && is_alone(next)).then(|| Fix::of(message!("join-with-head", name = key.name), edits))
}

/// Reports the number of image channels, where the model is built for another one.
fn ignored_channels(file: &File<'_>) -> Option<Diagnostic> {
    let analysis = file.checked.first()?;
    let is_other = |name: &&str| {
        file.model.get(name).and_then(Literal::as_int).is_some_and(|ch| ch > 0 && ch != analysis.channels)
    };
    let name = ["ch", "channels", "input_channels", "in_channels"].into_iter().find(is_other)?;
    let (key, channels) = (file.model.key(name)?, analysis.channels);
    let text = key.value.span.text(file.text());
    let message = message!("channels-ignored", name, text, channels);
    let help = message!("channels-ignored-help", text);
    Some(RULE.at(key.span, message).help(help).unnecessary())
}

/// Whether an argument of a row names a key.
fn names(model: &Model, key: &str) -> bool {
    let args = |row: &Row| row.args().is_some_and(|args| args.items.iter().any(|arg| holds(arg, key)));
    model.rows.iter().any(args)
}

fn holds(cell: &Cell, text: &str) -> bool {
    cell.value.as_str() == Some(text) || cell.items.iter().any(|item| holds(item, text))
}

fn is_row(cell: &Cell) -> bool {
    let [from, repeats, module, ..] = cell.items.as_slice() else { return false };
    let reads_rows = from.value.as_int().is_some() || from.value.as_list().is_some();
    reads_rows && repeats.value.as_float().is_some() && module.value.as_str().is_some()
}

/// Returns the known key that is missing from the file and closest to this name.
fn misspelt(dialect: &dyn Dialect, model: &Model, key: &Key) -> Option<Diagnostic> {
    let name = key.name.to_lowercase();
    let is_near = |read: &&str| match strsim::damerau_levenshtein(&name, read) {
        0 => true,
        1 => read.len() >= 4 && name != "scale",
        2 => read.len() >= 8,
        _ => false,
    };
    let mut read = dialect.keys().iter().filter(|key| key.is_read).map(|key| key.name);
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == name).map(|(_, read)| *read);
    let meant = synonym.or_else(|| read.find(is_near)).filter(|read| model.key(read).is_none())?;
    // A row that names it fails, and says so.
    if meant == CLASSES && names(model, CLASSES) {
        return None;
    }
    let found = RULE.at(key.span, message!("key-misspelt", key = key.name, meant));
    Some(found.fix(Fix::doubtful(message!("write", text = meant), key.span, meant)))
}

/// Reports rows with `repeats` below 1, which are built once. Modules that take `repeats` as an argument have no blocks then.
fn ignored_repeats(file: &File<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, row, known) in exact_rows(file) {
        let Some(cell) = row.repeats() else { continue };
        let Literal::Int(repeats @ ..1) = cell.value else { continue };
        let message = match known.args.iter().any(|arg| arg.origin == Origin::Repeats) {
            true => message!("repeats-no-blocks", repeats, module = row.module_name().unwrap_or_default()),
            false => message!("repeats-no-effect", repeats),
        };
        found.push(RULE.at(cell.span, message).of_row(i));
    }
    found
}

/// Rows whose figures are known, each at the first scale at which they are.
fn exact_rows<'a>(file: &'a File<'_>) -> impl Iterator<Item = (usize, &'a Row, &'a RowAnalysis)> {
    file.model.rows.iter().enumerate().filter_map(|(i, row)| {
        let mut known = file.checked.iter().filter_map(move |analysis| analysis.rows.get(i));
        Some((i, row, known.find(|known| known.status == Status::Exact)?))
    })
}

/// Reports activations given as text or as a number: the framework reads `True` as the default activation, and anything
/// else that isn't a module as no activation.
fn text_activations(file: &File<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, row, known) in exact_rows(file) {
        let Some(module) = &known.info else { continue };
        let given = module.params.iter().zip(&known.args).filter(|(param, _)| param.ty == Type::Act);
        for (_, arg) in given {
            let (Origin::Cell(j), Literal::Str(text)) = (arg.origin, &arg.value) else { continue };
            let Some(cell) = row.args().and_then(|args| args.items.get(j)) else { continue };
            let message = message!("activation-text", module = module.name, text);
            let mut finding = RULE.at(cell.span, message).of_row(i);
            finding.help = Some(match file.dialect().activation(text) {
                Ok(_) => {
                    message!("activation-text-help", text)
                }
                Err(_) => message!("activation-help"),
            });
            found.push(finding);
        }
    }
    found
}

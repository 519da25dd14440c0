//! `no-effect`: parts of the file that the framework ignores.

use super::{Diagnostic, File, Fix, rule};
use crate::analysis::{RowAnalysis, Status};
use crate::dialect::{Dialect, Origin};
use crate::model::{Cell, Key, Model, Row, SECTIONS};
use crate::python::Literal;
use crate::torch::Type;
use crate::words::message;

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
    /// * `repeats` below 1: the module is still built once;
    /// * an activation given to a row as text, such as `nn.ReLU()`: the framework doesn't turn it into a module, so the
    ///   row has no activation.
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
const SYNONYMS: [(&str, &str); 3] = [("num_classes", "nc"), ("n_classes", "nc"), ("act", "activation")];

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let dialect = file.dialect();
    // Another framework may read any key.
    if dialect.source().is_some() {
        return Vec::new();
    }
    let mut found: Vec<Diagnostic> =
        file.model.keys.iter().filter_map(|key| unread_key(dialect, &file.model, key)).collect();
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
        // If a section is missing, that finding names the ignored rows.
        _ if key.value.items.iter().any(is_row) && model.sections.len() < SECTIONS.len() => return None,
        _ if key.value.items.iter().any(is_row) => {
            message!("key-ignored-rows", name)
        }
        _ => return misspelt(dialect, model, key),
    };
    Some(RULE.at(key.span, message).unnecessary())
}

/// Reports the number of image channels, where the model is built for another one.
fn ignored_channels(file: &File<'_>) -> Option<Diagnostic> {
    let analysis = file.checked.first()?;
    let is_other = |name: &&str| {
        file.model.get(name).and_then(Literal::as_int).is_some_and(|ch| ch > 0 && ch != analysis.channels)
    };
    let name = ["ch", "channels"].into_iter().find(is_other)?;
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
    let found = RULE.at(key.span, message!("key-misspelt", key = key.name, meant));
    Some(found.fix(Fix::doubtful(message!("write", text = meant), key.span, meant)))
}

/// Reports rows with `repeats` below 1, which are built once. Modules that take `repeats` as an argument use it.
fn ignored_repeats(file: &File<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, row, known) in exact_rows(file) {
        let Some(cell) = row.repeats() else { continue };
        let Literal::Int(repeats @ ..1) = cell.value else { continue };
        if known.args.iter().any(|arg| arg.origin == Origin::Repeats) {
            continue;
        }
        let message = message!("repeats-no-effect", repeats);
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

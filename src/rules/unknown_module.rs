//! `unknown-module`: a module name that the framework can't resolve.

use super::{Diagnostic, File, Fix, below, input_channels, rule};
use crate::analysis::Analysis;
use crate::dialect::{Dialect, ModuleInfo};
use crate::model::Row;
use crate::text::Span;
use crate::words::{Message, message};

rule! {
    /// The framework has no module of this name.
    ///
    /// ## What it does
    /// Reports a module that the framework's `parse_model` can't find. The finding suggests a similar name, names the
    /// repository that has the module (`SPPCSPC` is from YOLOv7), or says that the framework has the class but doesn't
    /// import it where it reads rows. If the installed Ultralytics is too old for the module, the finding names the
    /// release that added it. Layers of torch need the prefix `nn.`.
    ///
    /// A letter that only looks like another one, as the Cyrillic `С` in `Сonv`, and an invisible character in a name
    /// are named with their codes.
    ///
    /// ## Why is this bad?
    /// Building the model fails with `KeyError: 'Convv'` or, after `nn.`, an `AttributeError`. Neither names the row.
    ///
    /// A module of your own must be imported in `ultralytics/nn/tasks.py`. If it takes `c1` and `c2`, it must also be
    /// listed there among the modules whose channels are scaled. To see the figures of the rows below, declare what the
    /// module returns: with a comment after the row, `# yolint: same` or `# yolint: out 128`, or for all files in
    /// `.yolint.yaml`, `modules: {SE: same}`. Then nothing is reported. To keep such a row without figures, add a
    /// comment `# yolint: ignore[unknown-module] reason`.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Convv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix is safe if the name differs from a known one only in case.
    "unknown-module", Error, Fault(check)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let dialect = &*analysis.dialect;
    for diagnostic in &mut found {
        let row = diagnostic.row.map(|i| &file.model.rows[i]);
        let Some(name) = row.and_then(|row| row.module_name()) else { continue };
        if let Some((message, fix)) = row.and_then(|row| called(dialect, row)) {
            diagnostic.message = message;
            diagnostic.fixes.push(fix);
            continue;
        }
        let inner = name.trim();
        if inner != name && dialect.module(inner).is_some() {
            diagnostic.message = message!("module-with-blanks", name = inner);
            diagnostic.fixes.push(Fix::safe(message!("write", text = inner), diagnostic.span, inner));
            continue;
        }
        if diagnostic.fixes.is_empty()
            && let Some(message) = no_name(dialect, name, diagnostic)
        {
            diagnostic.message = message;
            continue;
        }
        diagnostic.fixes.extend(dialect.suggestion(name).map(|known| fix(dialect, name, &known.name, diagnostic.span)));
        diagnostic.help = dialect.equivalent(name).map(|same| message!("same-module", same));
        if let (Some(release), true) = (dialect.since(name), dialect.source().is_some()) {
            diagnostic.help = Some(message!("module-since", name, release));
        }
        if let Some(unlisted) = dialect.unlisted(name) {
            diagnostic.help = diagnostic.row.and_then(|row| unlisted_help(file, analysis, row, &unlisted));
        }
    }
    found
}

/// What to say of a cell that calls a module, `nn.Upsample(scale_factor=2)`, where no arguments stand behind it, and the fix.
fn called(dialect: &dyn Dialect, row: &Row) -> Option<(Message, Fix)> {
    let (name, call) = row.module_name()?.split_once('(')?;
    let module = dialect.module(name.trim())?;
    let inner = call.strip_suffix(')').filter(|inner| !inner.trim().is_empty())?;
    let args = row.args().filter(|args| args.value.as_list().is_some_and(<[_]>::is_empty))?;
    let mut values: Vec<Option<String>> = Vec::new();
    for (at, value) in inner.split(',').enumerate() {
        let (place, value) = match value.split_once('=') {
            Some((name, value)) => (module.row_params.iter().position(|param| param.name == name.trim())?, value),
            None => (at, value),
        };
        values.resize(values.len().max(place + 1), None);
        values[place] = Some(value.trim().to_owned());
    }
    let default = |place: usize| Some(module.param_of(module.row_params.get(place)?)?.default.as_ref()?.to_string());
    let values = values.into_iter().enumerate().map(|(place, value)| value.or_else(|| default(place)));
    let cells = format!("{}, [{}]", name.trim(), values.collect::<Option<Vec<String>>>()?.join(", "));
    let span = Span::new(row.module()?.span.start, args.span.end);
    Some((message!("call-for-cells", cells), Fix::doubtful(message!("write", text = cells), span, cells)))
}

/// What to say of a name that no class can have, as of a mark or a blank in it. A fix goes to the finding.
fn no_name(dialect: &dyn Dialect, name: &str, found: &mut Diagnostic) -> Option<Message> {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let inner = name.trim_matches(|c| !is_of_name(c));
    let write = |text: &str| Fix::doubtful(message!("write", text), found.span, text);
    if inner != name && dialect.module(inner).is_some() && !name.ends_with(')') {
        let fix = write(inner);
        found.fixes.push(fix);
        return Some(message!("module-with-signs", name, inner));
    }
    // Paths and calls are told as such.
    let sign = name.chars().find(|c| !is_of_name(*c) && !matches!(c, '.' | '(' | ')'))?;
    let parts: Vec<&str> = name.split(|c| !is_of_name(c) && c != '.').filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 || name.contains(['(', ')', '=', ':', ',']) {
        return None;
    }
    // A blank beside `_` came in by accident; elsewhere it may stand for `_`.
    let joined = parts.concat();
    let is_known = dialect.module(&joined).is_some();
    let is_at_underscore = parts.windows(2).all(|pair| pair[0].ends_with('_') || pair[1].starts_with('_'));
    let like = if is_known || is_at_underscore { joined } else { parts.join("_") };
    if is_known || is_at_underscore {
        let fix = write(&like);
        found.fixes.push(fix);
    }
    found.help = Some(message!("module-name-signs", like));
    Some(match sign.is_whitespace() {
        true => message!("module-of-pieces", name),
        false => message!("module-with-sign", name, sign = sign.to_string()),
    })
}

/// What a row of a module that rows can't name would be.
fn unlisted_help(file: &File<'_>, analysis: &Analysis, row: usize, module: &ModuleInfo) -> Option<Message> {
    let signature = module.to_string();
    let signature = message!("it-takes", signature = signature.trim_start_matches(&*module.name));
    let Some(became) = input_channels::became(file, row, module) else { return Some(signature) };
    let is_listed = module.row_params.len() < module.params.len();
    let cells = &file.model.rows[row].args()?.items;
    let has_stride = module.params.iter().any(|param| matches!(&*param.name, "s" | "stride"));
    let is_stride = cells.get(2).is_some_and(|cell| matches!(cell.value.as_int(), Some(2 | 4)));
    let has_kernel = module.params.iter().any(|param| matches!(&*param.name, "k" | "kernel_size"));
    let became = match is_stride && has_kernel && !has_stride {
        true => message!("has-no-stride", became),
        false => became,
    };
    let how = match is_listed {
        true => message!("import-scaled-became", became),
        false => message!("import-became", became),
    };
    let below = match below::fails_below(analysis, row) {
        Some((below, why)) => {
            let module = file.model.rows[below].module_name().unwrap_or_default();
            message!("so-row-below", row = below, module, why)
        }
        None => message!("below-as-if"),
    };
    let mut advice = message!("full-sentences", first = signature, next = how);
    let first = cells.first().and_then(|cell| cell.value.as_int());
    let first = first.filter(|_| !is_listed && matches!(module.params.first().map(|param| &*param.name), Some("c1")));
    let other = input_channels::read(analysis, row).filter(|c1| first.is_some_and(|first| first != *c1));
    if let Some(channels) = other {
        let reads = match file.model.scales().count() {
            0 | 1 => message!("but-it-reads", channels),
            _ => message!("but-it-reads-at", channels, scale = analysis.scale),
        };
        advice = message!("full-sentences", first = advice, next = reads);
    }
    if analysis.rows[row].output.is_none() {
        return Some(advice);
    }
    Some(message!("full-sentences", first = advice, next = below))
}

/// A name that differs only in case is unambiguous.
fn fix(dialect: &dyn Dialect, name: &str, known: &str, span: Span) -> Fix {
    let is_case_only = known.eq_ignore_ascii_case(name);
    let likenesses = dialect.modules().iter().filter(|module| module.name.eq_ignore_ascii_case(name)).count();
    Fix { safe: is_case_only && likenesses == 1, ..Fix::doubtful(message!("write", text = known), span, known) }
}

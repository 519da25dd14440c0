//! `unknown-module`: a name that the framework can't resolve.

use super::{Diagnostic, File, Fix, fault, rule};
use crate::analysis::Analysis;
use crate::dialect::Dialect;
use crate::text::Span;

rule! {
    /// The framework knows no module of this name.
    ///
    /// ## What it does
    /// Reports a module that the framework's `parse_model` can't find: the name that was most likely meant, or the
    /// repository whose files use it (`SPPCSPC` is YOLOv7's), or that the framework has the class but doesn't import it
    /// where rows are read. A layer of torch is written with its `nn.`.
    ///
    /// ## Why is this bad?
    /// Building the model fails with a `KeyError: 'Convv'` or, behind `nn.`, an `AttributeError`, which names no row.
    ///
    /// A module of your own has to be imported in `ultralytics/nn/tasks.py`, and to be listed there among the modules
    /// whose channels are scaled if it takes `c1` and `c2`. Say so in `# yolint: ignore[unknown-module] reason`.
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
    /// The fix is safe where the name differs from a known one in upper and lower case only.
    "unknown-module", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let dialect = &*analysis.dialect;
    let mut found = fault::findings(file, analysis, &RULE);
    for diagnostic in &mut found {
        let row = diagnostic.row.map(|i| &file.model.rows[i]);
        let Some(name) = row.and_then(|row| row.module_name()) else { continue };
        diagnostic.fixes.extend(dialect.suggestion(name).map(|known| fix(dialect, name, &known.name, diagnostic.span)));
        diagnostic.help = dialect.equivalent(name).map(|same| format!("`{same}` does the same here"));
    }
    found
}

/// A name that differs in case only can't mean anything else.
fn fix(dialect: &dyn Dialect, name: &str, known: &str, span: Span) -> Fix {
    let is_case_only = known.eq_ignore_ascii_case(name);
    let likenesses = dialect.modules().iter().filter(|module| module.name.eq_ignore_ascii_case(name)).count();
    Fix { safe: is_case_only && likenesses == 1, ..Fix::doubtful(format!("write `{known}`"), span, known) }
}

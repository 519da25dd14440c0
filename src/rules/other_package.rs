//! `other-package`: an installed package that lacks what the checkout has.

use super::registration::Registered;
use super::{Diagnostic, File, rule};
use crate::words::message;

rule! {
    /// The installed package of the same name doesn't have the row's module.
    ///
    /// ## What it does
    /// Compares the framework beside the file with the package of the same name in the Python environment. Reports the
    /// first module that the package lacks, or for which it has a different class. The finding also shows the other
    /// modules.
    ///
    /// ## Why is this bad?
    /// `import ultralytics` imports the installed package, unless Python is started in the folder of the checkout.
    /// Edits in the checkout then have no effect: training fails with `KeyError: 'MyBlock'`, or trains a different
    /// model than the one that yolint shows.
    ///
    /// ## Example
    /// ```python models/common.py
    /// from torch import nn
    ///
    ///
    /// class Gate(nn.Module):
    ///     def forward(self, x):
    ///         return x * x.sigmoid()
    /// ```
    ///
    /// ```python installed/models/common.py
    /// from torch import nn
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, nn.Conv2d, [3, 16, 3]]
    /// head:
    ///   - [-1, 1, Gate, []]
    /// ```
    ///
    /// ## Use instead
    /// Install the checkout as it stands (`pip install -e .`), or remove the other package (`pip uninstall ultralytics`).
    "other-package", Hint, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let Some(installed) = file.dialect().source().and_then(|source| source.installed()) else { return Vec::new() };
    let root = installed.root();
    let mut found: Option<Diagnostic> = None;
    let mut seen: Vec<&str> = Vec::new();
    for i in 0..file.analyses[0].rows.len() {
        let Some(of) = Registered::of(file, file.analyses[0], i) else { continue };
        let Some(cell) = file.model.rows[i].module() else { continue };
        if of.class.name() != of.name || seen.contains(&of.name) {
            continue;
        }
        seen.push(of.name);
        let difference = match installed.bound(of.name).pop() {
            None => message!("package-lacks", name = of.name),
            Some(other) if other.text() != of.class.text() => message!("package-has-other", name = of.name),
            Some(_) => continue,
        };
        found = Some(match found {
            None => {
                let package = installed.package();
                let message = message!("other-package", package, root, difference);
                RULE.at(cell.span, message).of_row(i).related(of.class.location(), message!("class-read-here"))
            }
            Some(found) => found.related(file.at(cell.span), difference),
        });
    }
    found.into_iter().collect()
}

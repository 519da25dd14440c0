//! `class-shadowed`: a class in whose place another one of the same name is used.

use std::collections::HashSet;

use super::registration::{Registered, place_name};
use super::{Diagnostic, File, rule};
use crate::words::message;

rule! {
    /// Several classes have the name of the row's module, and only one of them is used.
    ///
    /// ## What it does
    /// Reports a module name that several classes of the framework beside the file have: two classes in one file, or
    /// classes in several files that the file with `parse_model` imports. Each name is reported once. Classes with the
    /// same text don't count.
    ///
    /// ## Why is this bad?
    /// Python uses the last class. If you edit another one, nothing changes, and the weights of one class may not fit
    /// the other.
    ///
    /// ## Example
    /// ```python models/common.py
    /// from torch import nn
    ///
    ///
    /// class Gate(nn.Module):
    ///     def forward(self, x):
    ///         return x * x.sigmoid()
    ///
    ///
    /// class Gate(nn.Module):
    ///     def forward(self, x):
    ///         return x * x.tanh()
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
    /// Give each class a name of its own, or delete those that aren't used.
    "class-shadowed", Hint, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let analysis = &file.analyses[0];
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for i in 0..analysis.rows.len() {
        let is_new = |name: &str| seen.insert(name.to_owned());
        if analysis.rows[i].noted.class.is_none() || !file.model.rows[i].module_name().is_some_and(is_new) {
            continue;
        }
        found.extend(finding(file, i));
    }
    found
}

fn finding(file: &File<'_>, i: usize) -> Option<Diagnostic> {
    let of = Registered::of(file, file.analyses[0], i).filter(|of| of.class.name() == of.name)?;
    let mut others = of.source.namesakes(of.class);
    others.retain(|other| other.text() != of.class.text());
    let used = of.class.location();
    let other = others.first()?.location();
    let message = message!("class-shadowed", name = of.name, used = place_name(&used), other = place_name(&other));
    let mut found = RULE.at(file.model.rows[i].module()?.span, message).of_row(i).related(used, message!("class-used"));
    for other in &others {
        found = found.related(other.location(), message!("class-not-used"));
    }
    Some(found)
}

//! `bad-directive`: an invalid `# yolint: …` comment.

use super::{Diagnostic, File, Fix, find, ignore, rule, suggestion};
use crate::budget::{self, Limit};
use crate::model::{DeclaredOutput, Directive};
use crate::text::Span;
use crate::words::{Message, and, message};

rule! {
    /// A `# yolint: …` comment is invalid.
    ///
    /// ## What it does
    /// Reports an unknown directive, `ignore` or `ignore-file` without a rule or with an unknown one, and a `budget` that can't be read.
    ///
    /// ## Why is this bad?
    /// The comment has no effect.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # yolint: ignore
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// # yolint: scale n
    /// scales:
    ///   n: [1.0, 0.25, 1024]
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "bad-directive", Warning, File(check)
}

/// All directives, for messages.
const KNOWN: [&str; 6] =
    ["`scale n`", "`budget gflops<=6.5`", "`out 128`", "`same`", "`ignore[rule] reason`", "`ignore-file[rule] reason`"];

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let directives = file.model.directives.iter().flat_map(|directive| findings(file, directive));
    directives.chain(budgets(file)).collect()
}

fn findings(file: &File<'_>, directive: &Directive) -> Vec<Diagnostic> {
    let warning = |message: Message| vec![RULE.at(directive.span, message)];
    let name: String = directive.text.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
    match name.as_str() {
        "scale" if file.model.directive("scale").is_some() => Vec::new(),
        "budget" => Vec::new(),
        "same" | "out" if DeclaredOutput::of_directive(&directive.text).is_some() => Vec::new(),
        "same" | "out" => warning(message!("directive-out-channels")),
        "scale" => warning(message!("directive-scale")),
        "ignore" | "ignore-file" => match ignore::names(file.text(), directive.span) {
            Some(names) => names.into_iter().filter_map(|(span, name)| unknown_rule(span, name)).collect(),
            None => warning(message!("directive-rule", name)),
        },
        _ => warning(message!("directive-unknown", name = name, known = and(KNOWN))),
    }
}

/// Reports invalid budgets, and relative ones if no baseline is set.
fn budgets(file: &File<'_>) -> Vec<Diagnostic> {
    let mut problems = budget::problems(file);
    if file.lint.budgets.baseline_path.is_none() {
        let own = budget::in_file(file);
        let relative = own.into_iter().filter(|budget| matches!(budget.limit, Limit::Relative(_)));
        problems.extend(relative.filter_map(|budget| {
            let message = message!("directive-no-baseline", budget);
            Some((budget.span?, message))
        }));
    }
    problems.into_iter().map(|(span, message)| RULE.at(span, message)).collect()
}

fn unknown_rule(span: Span, name: &str) -> Option<Diagnostic> {
    if find(name).is_some() {
        return None;
    }
    let known = suggestion(name);
    let message = message!("rule-unknown", name);
    let mut found = RULE.at(
        span,
        match known {
            Some(known) => message!("did-you-mean", message, name = known),
            None => message,
        },
    );
    found.fixes.extend(known.map(|known| Fix::safe(message!("write", text = known), span, known)));
    Some(found)
}

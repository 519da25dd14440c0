//! `unused-ignore`: a comment that silences nothing.

use super::ignore::Ignore;
use super::{Diagnostic, File, find, rule};

rule! {
    /// A `# yolint: ignore[…]` comment silences nothing.
    ///
    /// ## What it does
    /// Reports a rule in an `ignore` comment that finds nothing on the row that the comment is about: the row that it
    /// stands on, or that below it.
    ///
    /// ## Why is this bad?
    /// The comment outlived its reason, and would silence the next finding unseen.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # yolint: ignore[channel-mismatch] the image has 4 channels
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
    "unused-ignore", Warning, Ignores(check)
}

fn check(_: &File<'_>, unused: &[Ignore<'_>]) -> Vec<Diagnostic> {
    // A name that no rule has is told of as such.
    let known = unused.iter().filter(|ignore| find(ignore.rule).is_some());
    let finding = |ignore: &Ignore<'_>| {
        let message = format!("`{}` finds nothing here: this silences nothing", ignore.rule);
        RULE.at(ignore.span, message)
    };
    known.map(finding).collect()
}

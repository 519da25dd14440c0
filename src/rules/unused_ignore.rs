//! `unused-ignore`: an ignore comment that silences nothing.

use super::ignore::Ignore;
use super::{Diagnostic, File, find, rule};
use crate::words::message;

rule! {
    /// A `# yolint: ignore[…]` comment silences nothing.
    ///
    /// ## What it does
    /// Reports a rule in an `ignore` comment that has no finding on the comment's row: the row on the same line, or the
    /// next row below. An `ignore-file` comment applies to the whole file.
    ///
    /// ## Why is this bad?
    /// The comment is no longer needed, and would hide a future finding.
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
    // `bad-directive` reports unknown rules.
    let known = unused.iter().filter(|ignore| find(ignore.rule).is_some());
    let finding = |ignore: &Ignore<'_>| {
        let message = match ignore.is_for_file {
            true => message!("unused-ignore-file", rule = ignore.rule),
            false => message!("unused-ignore", rule = ignore.rule),
        };
        RULE.at(ignore.span, message)
    };
    known.map(finding).collect()
}

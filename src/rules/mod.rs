//! Rules: find errors and mistakes in a file, at the cell that causes them.
//!
//! Each rule has one file with its page, check, fixes and tests. Diagnostics are data; the command line and the server
//! render the same struct.

mod activation;
mod all_rows_frozen;
mod bad_directive;
mod bad_from;
mod baseline_figures;
mod below;
mod budget_exceeded;
mod cell_order;
mod channel_mismatch;
mod channels_misbooked;
mod channels_not_taken;
mod channels_rounded;
mod claims;
mod class_shadowed;
mod conv_sizes;
mod dead_layer;
mod decimal_comma;
mod declared_channels;
mod diagnostic;
mod dominant_layer;
mod doubtful_argument;
mod duplicate_key;
mod fault;
mod figures;
mod head_inputs;
mod head_levels;
mod header_figures;
pub mod ignore;
mod image_size;
mod index_comments;
mod input_channels;
mod invalid_value;
mod joined_dimension;
mod lighter_module;
mod literal_classes;
mod malformed_row;
mod misplaced_sections;
mod missing_row;
mod missing_section;
mod missing_stride;
mod module_not_imported;
mod module_not_scaled;
mod module_raises;
mod module_without_branch;
mod named_argument;
mod no_effect;
mod no_head;
mod other_alphabet;
mod other_package;
mod other_repository;
mod output_vanishes;
mod padded_sizes;
mod references;
mod registration;
mod repeats_not_taken;
mod row_mapping;
mod scale_not_selectable;
mod sizes;
mod spatial_mismatch;
mod split_outputs;
mod stale_index_comment;
mod stale_reference;
mod stale_shape_comment;
mod stale_stride_comment;
mod stale_summary;
mod syntax;
mod text_argument;
mod text_number;
mod trial;
mod unknown_module;
mod unused_ignore;
mod upsample_size;
mod version_drift;
mod weights_shifted;
mod wrong_arguments;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

pub use channels_misbooked::sums_for;
pub use diagnostic::{Diagnostic, Fix, Severity};
pub use fault::{reason, rule_of};
pub use ignore::silence;
pub use references::References;
pub use stale_summary::refreshed_summaries;

use self::ignore::Ignore;
use self::trial::Trial;
use crate::analysis::Analysis;
use crate::budget::Budgets;
use crate::dialect::{Dialect, ParseModel, ScaleChoice};
use crate::model::{ReadFile, SECTIONS};
use crate::torch::ops::FaultKind;
use crate::weights::Base;
use crate::words::{Language, traditional};

/// All rules, by name.
pub static RULES: [Rule; 47] = [
    all_rows_frozen::RULE,
    bad_directive::RULE,
    bad_from::RULE,
    budget_exceeded::RULE,
    channel_mismatch::RULE,
    channels_misbooked::RULE,
    channels_not_taken::RULE,
    channels_rounded::RULE,
    class_shadowed::RULE,
    dead_layer::RULE,
    declared_channels::RULE,
    dominant_layer::RULE,
    doubtful_argument::RULE,
    duplicate_key::RULE,
    head_inputs::RULE,
    image_size::RULE,
    input_channels::RULE,
    invalid_value::RULE,
    lighter_module::RULE,
    literal_classes::RULE,
    malformed_row::RULE,
    missing_section::RULE,
    module_not_imported::RULE,
    module_not_scaled::RULE,
    module_raises::RULE,
    module_without_branch::RULE,
    no_effect::RULE,
    no_head::RULE,
    other_package::RULE,
    other_repository::RULE,
    output_vanishes::RULE,
    padded_sizes::RULE,
    repeats_not_taken::RULE,
    scale_not_selectable::RULE,
    spatial_mismatch::RULE,
    stale_index_comment::RULE,
    stale_reference::RULE,
    stale_shape_comment::RULE,
    stale_stride_comment::RULE,
    stale_summary::RULE,
    syntax::RULE,
    text_argument::RULE,
    unknown_module::RULE,
    unused_ignore::RULE,
    version_drift::RULE,
    weights_shifted::RULE,
    wrong_arguments::RULE,
];

/// The rule whose finding is the cause of others: they are told in it.
pub const CAUSE: &str = stale_reference::RULE.name;

/// A rule.
pub struct Rule {
    /// Name in kebab-case; it reads well after "allow".
    pub name: &'static str,
    /// Default severity.
    pub severity: Severity,
    /// Page in Markdown: a sentence, then sections.
    page: &'static str,
    /// The page in Chinese, as `docs/zh/rules/` has it.
    chinese: &'static str,
    check: Check,
    fixes: Option<Fixes>,
}

/// The fixes of a finding about a row that have to be tried: on the file, at the scales that are checked.
type Fixes = fn(&Trial<'_>, usize) -> Vec<Fix>;

/// Largest number of findings per file whose fixes are tried.
const MAX_TRIED: usize = 4;

/// How a rule checks.
enum Check {
    /// Checks the text and the analyses at all scales.
    File(fn(&File<'_>) -> Vec<Diagnostic>),
    /// Checks the analysis at one scale.
    Scale(fn(&File<'_>, &Analysis) -> Vec<Diagnostic>),
    /// In what keeps rows from being built or run at a scale: it is given what is found by that under its name.
    Fault(fn(&File<'_>, &Analysis, Vec<Diagnostic>) -> Vec<Diagnostic>),
    /// Checks the comments that silenced nothing.
    Ignores(fn(&File<'_>, &[Ignore<'_>]) -> Vec<Diagnostic>),
}

/// Declares a rule whose doc comment is its page: `rule! { /// … "name", Severity, Kind(check) }`, followed by `,
/// Fixes(fixes)` if it has fixes to try.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $name:literal, $severity:ident, $kind:ident($check:path) $(, Fixes($fixes:path))?) => {
        $(#[doc = $line])+
        pub(super) const RULE: super::Rule = super::Rule {
            name: $name,
            severity: super::Severity::$severity,
            page: concat!($($line, "\n"),+),
            chinese: include_str!(concat!("../../docs/zh/rules/", $name, ".md")),
            check: super::Check::$kind($check),
            fixes: [$(Some($fixes as super::Fixes),)? None][0],
        };
    };
}
use rule;

/// A file as rules see it: what was read, and the analyses of it.
pub struct File<'a> {
    /// The file.
    pub read: &'a ReadFile,
    /// Its name without directory and ending.
    pub stem: &'a str,
    /// Which scale is selected, and why.
    pub choice: &'a ScaleChoice,
    /// Analyses at every scale of the file; one at least.
    pub analyses: &'a [&'a Analysis],
    /// Those of them that are checked.
    pub checked: &'a [&'a Analysis],
    /// Levels of rules, and what the model may cost.
    pub lint: &'a Lint,
    /// What rules worked out so far.
    pub known: Known,
}

/// What several rules ask for, once one of them has asked.
#[derive(Default)]
pub struct Known {
    /// What the references mean.
    references: OnceCell<References>,
    /// The framework's `parse_model`; none if there is no source.
    parse_model: OnceCell<Option<ParseModel>>,
    /// What convolutions do to sizes at the scales that are checked.
    conv_sizes: OnceCell<Vec<Option<Diagnostic>>>,
}

impl<'a> File<'a> {
    /// The file with another text, whose analyses are those that are checked.
    pub fn changed<'b>(&self, read: &'b ReadFile, analyses: &'b [&'b Analysis]) -> File<'b>
    where
        'a: 'b,
    {
        let File { stem, choice, lint, .. } = *self;
        File { read, stem, choice, analyses, checked: analyses, lint, known: Known::default() }
    }
}

impl File<'_> {
    /// The framework that it is for.
    fn dialect(&self) -> &dyn Dialect {
        &*self.analyses[0].dialect
    }

    /// Whether the first section has rows, so that others have the indices that they have.
    pub fn has_backbone(&self) -> bool {
        self.read.model.sections.iter().any(|section| section.name == SECTIONS[0] && !section.rows.is_empty())
    }

    /// Whether a row can't be built because of its `from`.
    fn has_bad_from(&self) -> bool {
        self.checked.iter().any(|analysis| analysis.rows.iter().any(|row| row.has_fault(FaultKind::From)))
    }

    /// The framework's `parse_model`, if its source is at hand.
    fn parse_model(&self) -> Option<&ParseModel> {
        self.known.parse_model.get_or_init(|| self.dialect().source()?.parse_model()).as_ref()
    }

    /// What its references mean.
    fn references(&self) -> &References {
        self.known.references.get_or_init(|| references::references(self))
    }

    /// The finding on a convolution that is why rows get maps of different sizes.
    fn conv_sizes(&self, analysis: &Analysis) -> Option<&Diagnostic> {
        let missing = |analysis: &Analysis| {
            let missing = missing_stride::find(self, analysis, true)?;
            let rule = if missing.fails.is_some() { &spatial_mismatch::RULE } else { &stale_stride_comment::RULE };
            Some(missing.finding(rule, self))
        };
        let finding = |&analysis: &&Analysis| {
            conv_sizes::finding(&spatial_mismatch::RULE, self, analysis).or_else(|| missing(analysis))
        };
        let found = self.known.conv_sizes.get_or_init(|| self.checked.iter().map(finding).collect());
        let at = self.checked.iter().position(|checked| checked.scale == analysis.scale)?;
        found.get(at)?.as_ref()
    }
}

impl Deref for File<'_> {
    type Target = ReadFile;

    fn deref(&self) -> &ReadFile {
        self.read
    }
}

/// The linter's settings.
#[derive(Clone, Debug, Default)]
pub struct Lint {
    /// Severities of rules that are set.
    pub levels: BTreeMap<String, Level>,
    /// Budgets of the file.
    pub budgets: Budgets,
    /// The model whose weights are loaded before training.
    pub pretrained: Option<Arc<Base>>,
    /// The `freeze` setting.
    pub freeze: Option<i64>,
    /// The `dominant_share` setting, from 0 to 1.
    pub dominant_share: Option<f64>,
}

/// Severity of a rule's findings, as users set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Error.
    Error,
    /// Warning.
    #[serde(alias = "warning")]
    Warn,
    /// Hint.
    Hint,
    /// Not reported.
    Off,
}

impl Lint {
    /// Returns the severity that is set for a rule.
    pub fn level(&self, rule: &str) -> Option<Level> {
        self.levels.get(rule).copied()
    }
}

/// Returns the rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// Returns the rule most similar to `name`, in whatever letters it is written.
pub fn suggestion(name: &str) -> Option<&'static str> {
    let name = &name.to_lowercase().replace('_', "-");
    let close = RULES.iter().map(|rule| (strsim::jaro_winkler(name, rule.name), rule.name));
    close.filter(|(likeness, _)| *likeness > 0.85).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// Runs the rules that check the whole file.
pub fn check_file(file: &File<'_>) -> Vec<Diagnostic> {
    found(file, |rule| match rule.check {
        Check::File(check) => check(file),
        Check::Scale(_) | Check::Fault(_) | Check::Ignores(_) => Vec::new(),
    })
}

/// Runs the rules that check one scale.
pub fn check_scale(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut faults = fault::findings(file, analysis);
    found(file, |rule| match rule.check {
        Check::File(_) | Check::Ignores(_) => Vec::new(),
        Check::Scale(check) => check(file, analysis),
        Check::Fault(check) => check(file, analysis, faults.remove(rule.name).unwrap_or_default()),
    })
}

/// Adds tried fixes to findings at scales, each given with its analysis.
pub fn attach_fixes<'a>(file: &File<'_>, findings: impl Iterator<Item = (&'a Analysis, &'a mut Diagnostic)>) {
    let with_fixes = findings.filter_map(|(analysis, d)| Some((find(d.rule)?.fixes?, d.row?, analysis, d)));
    for (fixes, row, analysis, diagnostic) in with_fixes.take(MAX_TRIED) {
        let Some(trial) = Trial::new(file, file.checked, analysis) else { return };
        diagnostic.fixes.extend(fixes(&trial, row));
    }
}

fn found(file: &File<'_>, mut check: impl FnMut(&Rule) -> Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in &RULES {
        let severity = match file.lint.level(rule.name) {
            Some(Level::Off) => continue,
            Some(Level::Error) => Some(Severity::Error),
            Some(Level::Warn) => Some(Severity::Warning),
            Some(Level::Hint) => Some(Severity::Hint),
            None => None,
        };
        found.extend(check(rule).into_iter().map(|mut diagnostic| {
            debug_assert_eq!(diagnostic.rule, rule.name, "a rule finds under its own name");
            diagnostic.severity = severity.unwrap_or(diagnostic.severity);
            diagnostic
        }));
    }
    found
}

impl Rule {
    /// Returns the page in Markdown: a title, a sentence, then sections.
    pub fn page(&self) -> String {
        let lines = self.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        let body: Vec<&str> = lines.collect();
        format!("# {}\n\n*{} by default.*\n\n{}\n", self.name, self.severity.title(), body.join("\n").trim())
    }

    /// Returns the page in a language.
    pub fn page_in(&self, language: Language) -> String {
        match language {
            Language::English => self.page(),
            Language::Chinese => self.chinese.to_owned(),
            Language::Traditional => traditional(self.chinese),
        }
    }

    /// Returns the first sentence of the page in a language.
    pub fn summary_in(&self, language: Language) -> String {
        match language {
            Language::English => self.summary(),
            // Behind the title and the level.
            _ => self.page_in(language).split("\n\n").nth(2).unwrap_or_default().to_owned(),
        }
    }

    /// Returns the first sentence of the page.
    pub fn summary(&self) -> String {
        let lines = self.page.lines().map(str::trim).take_while(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(" ")
    }

    /// Returns the beginning of the page: its first sentence, and what the rule does.
    pub fn beginning(&self, language: Language) -> String {
        let page = self.page_in(language);
        // Its first section says what the rule does.
        let does = page.split_once("\n## ").and_then(|(_, rest)| rest.split_once('\n')).map_or("", |(_, rest)| rest);
        let does = does.split_once("\n## ").map_or(does, |(does, _)| does);
        format!("{}\n\n{}", self.summary_in(language), does.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_in_kebab_case() {
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert!(names.is_sorted());
        for name in names {
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
            assert!(find(name).is_some_and(|rule| rule.name == name));
        }
    }

    #[test]
    fn near_names() {
        assert_eq!(suggestion("channel-missmatch"), Some("channel-mismatch"));
        assert_eq!(suggestion("syntaks"), Some("syntax"));
        assert_eq!(suggestion("E501"), None);
    }
}

//! `yolint rule`: prints the rules' pages.

use std::io::Write;

use clap::Args;

use super::{Failure, Outcome, language};
use crate::rules::{self, RULES};
use crate::words::message;

/// Arguments of `yolint rule`.
#[derive(Args, Debug)]
pub(super) struct RuleArgs {
    /// Rule to explain; if omitted, all rules are listed
    #[arg(value_name = "ID")]
    rule: Option<String>,
}

/// Prints a page, or the list of rules.
pub(super) fn run(args: &RuleArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let Some(name) = &args.rule else {
        let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
        for rule in &RULES {
            writeln!(
                out,
                "{:<width$}  {:<7}  {}",
                rule.name,
                rule.severity.name(),
                rule.summary_in(language::spoken())
            )?;
        }
        return Ok(Outcome::Clean);
    };
    match rules::find(name) {
        Some(rule) => write!(out, "{}", rule.page_in(language::spoken()))?,
        None => {
            let why = match rules::suggestion(name) {
                Some(known) => message!("unknown-rule-but", name, known),
                None => message!("unknown-rule", name),
            };
            return Err(language::say(&why).into());
        }
    }
    Ok(Outcome::Clean)
}

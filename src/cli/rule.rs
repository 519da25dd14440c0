//! `yolint rule`: prints the rules' pages.

use std::io::{self, Write};

use clap::Args;

use super::Outcome;
use crate::rules::{self, RULES};

/// Arguments of `yolint rule`.
#[derive(Args, Debug)]
pub(super) struct RuleArgs {
    /// Rule to explain; if omitted, all rules are listed
    #[arg(value_name = "ID")]
    rule: Option<String>,
}

/// Prints a page, or the list of rules.
pub(super) fn run(args: &RuleArgs, out: &mut impl Write) -> io::Result<Outcome> {
    let Some(name) = &args.rule else {
        let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
        for rule in &RULES {
            writeln!(out, "{:<width$}  {:<7}  {}", rule.name, rule.severity.name(), rule.summary())?;
        }
        return Ok(Outcome::Clean);
    };
    match rules::find(name) {
        Some(rule) => write!(out, "{}", rule.page())?,
        None => {
            let hint = rules::suggestion(name).map(|known| format!(" (did you mean `{known}`?)")).unwrap_or_default();
            eprintln!("yolint: unknown rule `{name}`{hint}; `yolint rule` lists all rules");
            return Ok(Outcome::Unreadable);
        }
    }
    Ok(Outcome::Clean)
}

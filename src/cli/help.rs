//! Clap's help and complaints in other languages than English. The English words of the help stand where arguments are declared,
//! and those of complaints in clap; what they are elsewhere is in `words/zh/help.ftl`, by the names of commands and arguments.

use std::borrow::Cow;
use std::error::Error as _;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::num::{ParseFloatError, ParseIntError};
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory, Error};

use super::output::terminal;
use super::{Cli, Outcome, language};
use crate::words::Language;

/// The largest width of the help, which is clap's.
const MOST_WIDE: usize = 100;

/// The ids of headings.
const HEADINGS: [&str; 4] = ["help-commands", "help-arguments", "help-options", "help-budgets"];

/// Columns to the left of what an argument does.
const INDENT: usize = 10;

/// Takes the language that `--lang` names before anything is said, so that complaints are in it, too.
pub(super) fn choose_language(args: &[OsString]) {
    let args = args.iter().map(|arg| arg.to_str().unwrap_or_default());
    let args: Vec<&str> = args.take_while(|arg| *arg != "--").collect();
    let named = args.iter().enumerate().find_map(|(i, arg)| match *arg {
        "--lang" => args.get(i + 1).copied(),
        arg => arg.strip_prefix("--lang="),
    });
    named.and_then(Language::of_locale).into_iter().for_each(language::set_flag);
}

/// The command line, described in the language that is spoken.
pub(super) fn command(width: usize) -> Command {
    let mut command = Cli::command();
    if words("about-yolint").is_some() {
        // Clap's own arguments and commands are there from now on.
        command.build();
        command = translated(command, width);
    }
    command
}

/// Prints what clap has to say instead of running a command.
pub(super) fn answer(error: &Error, args: &[OsString]) -> ExitCode {
    if words("about-yolint").is_none() {
        error.exit();
    }
    let is_help = match error.kind() {
        ErrorKind::DisplayHelp => true,
        ErrorKind::DisplayVersion => error.exit(),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => false,
        _ => {
            let _ = writeln!(std::io::stderr(), "{}", complaint(error));
            return ExitCode::from(Outcome::Unreadable as u8);
        }
    };
    let width = terminal::width().unwrap_or(MOST_WIDE).min(MOST_WIDE);
    let mut root = command(width);
    let names: Vec<&OsStr> = args.iter().skip(1).map(OsString::as_os_str).collect();
    let subs = root.get_subcommands().map(|sub| sub.get_name().to_owned()).filter(|name| name != "help");
    let named = subs.filter_map(|sub| Some((names.iter().position(|name| *name == sub.as_str())?, sub))).min();
    let said = match named.and_then(|(_, name)| root.find_subcommand_mut(name)) {
        Some(sub) => sub.render_long_help(),
        None => root.render_help(),
    };
    let text = if terminal::is_plain() { said.to_string() } else { said.ansi().to_string() };
    // Clap puts the colon of its own language behind headings.
    let text = HEADINGS.iter().filter_map(|id| words(id)).fold(text, |text, heading| {
        text.replace(&format!("{heading}:"), &self::said("help-heading", &[("heading", &heading)]))
    });
    if is_help {
        // A reader that stops early isn't a failure.
        let _ = write!(std::io::stdout(), "{text}");
        return ExitCode::SUCCESS;
    }
    let _ = write!(std::io::stderr(), "{text}");
    ExitCode::from(Outcome::Unreadable as u8)
}

/// A manual page with the headings that clap writes in the language that is spoken.
pub(super) fn headings_of_manual(page: &str) -> String {
    let headings = [("NAME", "manual-name"), ("SYNOPSIS", "manual-synopsis"), ("DESCRIPTION", "manual-description")];
    headings.iter().fold(page.to_owned(), |page, (heading, id)| match words(id) {
        Some(words) => page.replace(&format!(".SH {heading}\n"), &format!(".SH {words}\n")),
        None => page,
    })
}

/// The words of an id in the language that is spoken; none in English.
fn words(id: &str) -> Option<Cow<'static, str>> {
    say(id, &[])
}

fn say(id: &str, values: &[(&str, &str)]) -> Option<Cow<'static, str>> {
    language::spoken().clap(id, values)
}

/// The same where the words are known to be there.
fn said(id: &str, values: &[(&str, &str)]) -> String {
    say(id, values).unwrap_or_default().into_owned()
}

fn translated(command: Command, width: usize) -> Command {
    let name = command.get_name().to_owned();
    let about = words(&format!("about-{name}")).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = named(usage.strip_prefix("Usage: ").unwrap_or(&usage));
    let sub_width = width.saturating_sub(INDENT + 3);
    let command = command
        .about(wrapped(&about, if name == "yolint" { width } else { sub_width }))
        .override_usage(usage)
        .help_template(format!("{{about-with-newline}}\n{}{{usage}}\n\n{{all-args}}", said("help-usage", &[])))
        .next_line_help(name != "yolint")
        .term_width(0)
        .mut_args(|arg| argument(&name, arg, width.saturating_sub(INDENT)))
        .mut_subcommands(|sub| translated(sub, width));
    match words("help-commands") {
        Some(Cow::Borrowed(heading)) => command.subcommand_help_heading(heading),
        _ => command,
    }
}

/// An argument of a command, described in the language that is spoken.
fn argument(command: &str, arg: Arg, width: usize) -> Arg {
    let id = arg.get_id().as_str().replace('_', "-");
    let help = of(command, &id).unwrap_or_default();
    let mut long = help.clone().into_owned();
    let values: Vec<PossibleValue> = arg.get_possible_values();
    let defaults: Vec<Cow<'_, str>> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let values: Vec<PossibleValue> = values
        .into_iter()
        .map(|value| {
            let help = of(command, &format!("{id}-{}", value.get_name()));
            if let Some(help) = help { value.help(help.into_owned()) } else { value }
        })
        .collect();
    if !values.is_empty() {
        let longest = values.iter().map(|value| value.get_name().len()).max().unwrap_or(0);
        long += &format!("\n\n{}", said("help-values", &[]));
        for value in &values {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            long += &format!("\n- {:<longest$}  {help}", value.get_name());
        }
    }
    if arg.get_action().takes_values() && !defaults.is_empty() && !arg.is_hide_default_value_set() {
        let gap = if values.is_empty() { "" } else { "\n" };
        long += &format!("\n{gap}{}", said("help-default", &[("value", &defaults.join(", "))]));
    }
    let heading = match arg.get_help_heading() {
        Some(_) => "help-budgets",
        None if arg.is_positional() => "help-arguments",
        None => "help-options",
    };
    let name = arg.get_value_names().and_then(|names| names.first()).map(|name| value_id(name));
    let mut arg = arg.long_help(wrapped(&long, width)).help(help.into_owned()).hide_default_value(true);
    if let Some(Cow::Borrowed(heading)) = words(heading) {
        arg = arg.help_heading(heading);
    }
    if let Some(Cow::Borrowed(name)) = name.and_then(|id| words(&id)) {
        arg = arg.value_name(name);
    }
    match values.is_empty() {
        true => arg,
        false => arg.value_parser(PossibleValuesParser::new(values)).hide_possible_values(true),
    }
}

/// The words of what one command has, or several have alike.
fn of(command: &str, id: &str) -> Option<Cow<'static, str>> {
    words(&format!("{command}-{id}")).or_else(|| words(&format!("any-{id}")))
}

/// The id of the name of a value: `value-n-hxw`.
fn value_id(name: &str) -> String {
    format!("value-{}", name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-"))
}

/// A usage line, or an argument as clap shows it, with the names of values in the language that is spoken.
fn named(usage: &str) -> String {
    let mut text = String::new();
    let mut rest = usage;
    while let Some(start) = rest.find(['<', '[']) {
        let close = if rest[start..].starts_with('<') { '>' } else { ']' };
        let Some(length) = rest[start + 1..].find(close) else { break };
        let name = &rest[start + 1..start + 1 + length];
        text.push_str(&rest[..=start]);
        text.push_str(&words(&value_id(name)).unwrap_or_else(|| name.to_owned().into()));
        rest = &rest[start + 1 + length..];
    }
    text + rest
}

/// Breaks lines at a width.
fn wrapped(text: &str, width: usize) -> String {
    text.lines().map(|line| textwrap::fill(line, width)).collect::<Vec<_>>().join("\n")
}

/// Says what is wrong with a command line, and how it is used.
fn complaint(error: &Error) -> String {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(named(text)),
        Some(ContextValue::Strings(texts)) => {
            Some(texts.iter().map(|text| named(text)).collect::<Vec<_>>().join(&said("help-and", &[])))
        }
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        _ => None,
    };
    let arg = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let mut what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => said("clap-no-value", &[("arg", &arg)]),
        ErrorKind::InvalidValue => said("clap-wrong-value", &[("arg", &arg), ("value", &value)]),
        ErrorKind::ValueValidation => {
            said("clap-unfit-value", &[("arg", &arg), ("value", &value), ("why", &why(error))])
        }
        ErrorKind::UnknownArgument => said("clap-unknown", &[("arg", &arg)]),
        ErrorKind::InvalidSubcommand => {
            said("clap-no-command", &[("name", &text(ContextKind::InvalidSubcommand).unwrap_or_default())])
        }
        ErrorKind::MissingSubcommand => said("clap-no-command-named", &[]),
        ErrorKind::MissingRequiredArgument => said("clap-missing", &[("args", &arg)]),
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(others) if others != arg => said("clap-conflict", &[("arg", &arg), ("others", &others)]),
            _ => said("clap-twice", &[("arg", &arg)]),
        },
        ErrorKind::TooManyValues => said("clap-too-many", &[("arg", &arg), ("value", &value)]),
        _ => said("clap-other", &[]),
    };
    if let Some(values) = text(ContextKind::ValidValue).filter(|values| !values.is_empty()) {
        what += &format!("\n{}", said("clap-values", &[("values", &values)]));
    }
    let hints = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(hint) = hints.into_iter().find_map(text) {
        what += &format!("\n{}", said("clap-hint", &[("hint", &hint)]));
    }
    if let Some(usage) = text(ContextKind::Usage) {
        let usage = named(usage.strip_prefix("Usage: ").unwrap_or(&usage));
        what += &format!("\n\n{}{usage}", said("help-usage", &[]));
    }
    format!("{}\n\n{}", said("clap-error", &[("what", &what)]), said("clap-more", &[]))
}

/// Why a value doesn't fit: what its reader says, or what is behind the words of clap and of Rust's numbers.
fn why(error: &Error) -> String {
    let Some(source) = error.source() else { return String::new() };
    if source.is::<ParseIntError>() {
        return said("clap-no-integer", &[]);
    }
    if source.is::<ParseFloatError>() {
        return said("clap-no-number", &[]);
    }
    let source = source.to_string();
    match source.split_once(" is not in ") {
        Some((_, range)) => said("clap-outside", &[("range", range)]),
        None => source,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    const CHINESE: &str = include_str!("../words/zh/help.ftl");

    /// The id of what an argument does in Chinese: its own, or what several commands have alike.
    fn id(command: &str, rest: &str) -> Option<String> {
        let known = |id: &String| Language::Chinese.clap(id, &[]).is_some();
        [format!("{command}-{rest}"), format!("any-{rest}")].into_iter().find(known)
    }

    #[test]
    fn all_of_the_help_is_there_in_chinese_and_nothing_else() {
        let mut root = Cli::command();
        root.build();
        let mut english: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut missing = Vec::new();
        let mut note = |id: Option<String>, what: String, help: String| match id {
            Some(id) => drop(english.entry(id).or_default().insert(help)),
            None => missing.push(what),
        };
        for command in std::iter::once(&root).chain(root.get_subcommands()) {
            let name = command.get_name();
            let about = format!("about-{name}");
            let known = Language::Chinese.clap(&about, &[]).is_some();
            note(known.then_some(about.clone()), about, String::new());
            for arg in command.get_arguments() {
                let arg_id = arg.get_id().as_str().replace('_', "-");
                // What clap's own flag prints depends on the command.
                let help = arg.get_help().filter(|_| arg_id != "help").map(ToString::to_string).unwrap_or_default();
                note(id(name, &arg_id), format!("{name} {arg_id}"), help);
                for value in arg.get_possible_values().iter().filter(|_| arg.get_action().takes_values()) {
                    let help = value.get_help().map(ToString::to_string).unwrap_or_default();
                    let rest = format!("{arg_id}-{}", value.get_name());
                    // The names of shells need no words.
                    if !help.is_empty() {
                        note(id(name, &rest), format!("{name} {rest}"), help);
                    }
                }
                for value in
                    arg.get_value_names().unwrap_or_default().iter().filter(|_| arg.get_action().takes_values())
                {
                    let id = value_id(value);
                    let known = Language::Chinese.clap(&id, &[]).is_some();
                    note(known.then_some(id.clone()), id, String::new());
                }
            }
        }
        assert_eq!(missing, [""; 0]);
        let several: Vec<_> = english.iter().filter(|(_, helps)| helps.len() > 1).collect();
        assert!(several.is_empty(), "one text in Chinese for several in English: {several:#?}");
        let ids = CHINESE.lines().filter_map(|line| line.split_once(" =")).map(|(id, _)| id);
        let is_help =
            |id: &&str| ["about-", "any-"].iter().chain(&["check-", "value-"]).any(|start| id.starts_with(start));
        let commands: Vec<String> = root.get_subcommands().map(|sub| format!("{}-", sub.get_name())).collect();
        let is_help =
            |id: &&str| is_help(id) || commands.iter().any(|start| !id.starts_with("help-") && id.starts_with(start));
        let is_drawn = |id: &str| ["value-options", "value-command"].contains(&id);
        let left: Vec<&str> = ids.filter(is_help).filter(|id| !english.contains_key(*id) && !is_drawn(id)).collect();
        assert_eq!(left, [""; 0]);
    }

    #[test]
    fn names_of_values_are_told_from_other_brackets() {
        let text = wrapped("一二三四五六，七八", 12);
        assert_eq!(text, "一二三四五\n六，七八");
        assert_eq!(value_id("N|HxW"), "value-n-hxw");
        assert_eq!(value_id("CLASS|FILE:CLASS"), "value-class-file-class");
    }
}

//! `yolint check`: findings and fixes.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::budgets::BudgetArgs;
use super::input::Input;
use super::output::{concise, github, json, junit, markdown, pretty, sarif, unified};
use super::progress::Progress;
use super::report::{NoReport, Report, name, of_file, report, tell_frameworks};
use super::settings::{FileSettings, Settings};
use super::{ModelArgs, Outcome, input, parallel, write};
use crate::check::Scales;
use crate::cost::units;
use crate::fix::{self, EditedFile, Which};
use crate::model::ReadFile;
use crate::rules::Severity;
use crate::text::SourceFile;
use crate::torch::Trace;

/// Arguments of `yolint check`.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Files, folders or globs; a folder stands for the model YAMLs in it
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    model: ModelArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    /// Apply the safe fixes and report the remaining findings
    #[arg(long)]
    fix: bool,
    /// Print what --fix would change as a diff, without changing files; exit with 1 if there is a diff
    #[arg(long, conflicts_with = "fix")]
    diff: bool,
    /// With --fix or --diff, include fixes that need review
    #[arg(long)]
    unsafe_fixes: bool,
    /// Also report hints
    #[arg(long)]
    hints: bool,
    /// Also exit with 1 on findings of this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Denied>,
    /// Print only findings, without totals
    #[arg(long, short)]
    quiet: bool,
    /// Silently skip files that are not model YAMLs, even if named explicitly
    #[arg(long)]
    models_only: bool,
    /// Also write a Markdown report to this file, for the summary of a CI run
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    // Keep last: its help heading applies to all arguments after it.
    #[command(flatten)]
    budgets: BudgetArgs,
}

/// Largest number of files for which alternatives that meet an exceeded budget are computed (a few milliseconds each).
const MOST_WHAT_IFS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Findings with source excerpts
    Pretty,
    /// One line per finding
    Concise,
    /// JSON, version 1
    Json,
    /// Annotations for GitHub Actions
    Github,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML: one suite per file, one failure per error
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Denied {
    /// Warnings
    Warnings,
}

/// A file that was checked, after fixes were applied if requested.
struct Checked {
    report: Report,
    /// The text before fixes, and how many findings were fixed.
    before: Option<(String, usize)>,
    /// The files of the framework that fixes edited.
    files: Vec<EditedFile>,
}

/// Checks files.
pub(super) fn run(args: &CheckArgs, out: &mut impl Write) -> io::Result<Outcome> {
    if args.unsafe_fixes && !args.fix && !args.diff {
        eprintln!("yolint: --unsafe-fixes needs --fix or --diff");
        return Ok(Outcome::Unreadable);
    }
    let (inputs, problems) = input::find(&args.paths);
    let what_ifs = args.format != Format::Concise && inputs.len() <= MOST_WHAT_IFS;
    let mut settings = match Settings::with_budgets(&args.model, &args.budgets, what_ifs) {
        Ok(settings) => settings,
        Err(why) => {
            eprintln!("yolint: {why}");
            return Ok(Outcome::Unreadable);
        }
    };
    let inputs: Vec<(Input, FileSettings)> = inputs
        .into_iter()
        .map(|input| {
            let its_own = settings.of(&input.path);
            (Input { named: input.named && !args.models_only, ..input }, its_own)
        })
        .collect();
    let mut progress = Progress::new(inputs.len());
    let results = parallel::map(&inputs, |(input, settings)| check(input, args, settings), || progress.tick());
    drop(progress);

    let mut outcome = Outcome::Clean;
    let mut complain = |problem: String| {
        eprintln!("yolint: {problem}");
        outcome = Outcome::Unreadable;
    };
    problems.into_iter().for_each(&mut complain);
    let mut checked: Vec<Checked> = Vec::new();
    let mut edited: BTreeMap<PathBuf, EditedFile> = BTreeMap::new();
    for ((input, its_own), mut result) in inputs.iter().zip(results) {
        // What was fixed in a file of the framework counts for the model files behind.
        let is_edited = |file: &Checked| file.files.iter().any(|file| edited.contains_key(&file.before.path));
        if result.as_ref().is_ok_and(is_edited) {
            result = check(input, args, its_own);
        }
        match result {
            Ok(mut file) => {
                for EditedFile { before, after } in file.files.drain(..) {
                    settings.edit(&before.path, &after);
                    let path = before.path.clone();
                    edited.entry(path).or_insert(EditedFile { before, after: String::new() }).after = after;
                }
                match file.before.as_ref().filter(|_| args.fix).map(|_| write_fixed(&file.report)) {
                    Some(Err(why)) => complain(why),
                    _ => checked.push(file),
                }
            }
            Err(NoReport::NotAModel) if !input.named => {}
            Err(NoReport::Unreadable(why)) => complain(why),
            Err(NoReport::NotAModel) => complain(not_a_model(&input.path)),
        }
    }
    if args.fix {
        for file in edited.values() {
            write_edited(file).err().into_iter().for_each(&mut complain);
        }
    }
    say_what_was_fixed(args, &checked);
    if args.diff {
        return show_diff(&checked, edited.values(), out).map(|changed| outcome.max(changed));
    }
    let reports: Vec<Report> = checked.into_iter().map(|file| file.report).collect();
    if !args.quiet {
        tell_frameworks(&reports);
    }
    if reports.is_empty() && outcome == Outcome::Unreadable {
        return Ok(outcome);
    }
    print(args, &reports, out)?;
    if let Some(path) = &args.report
        && let Err(error) = std::fs::write(path, markdown::report(&reports))
    {
        eprintln!("yolint: {}: {error}", path.display());
        return Ok(Outcome::Unreadable);
    }
    if reports.is_empty() {
        eprintln!("yolint: no model YAML found");
    }
    let failing = reports.iter().any(|report| failing(args).any(|severity| report.count(severity) > 0));
    Ok(outcome.max(if failing { Outcome::Findings } else { Outcome::Clean }))
}

/// Severities whose findings make the exit status 1.
fn failing(args: &CheckArgs) -> impl Iterator<Item = Severity> + use<> {
    let denied = args.deny.map(|Denied::Warnings| Severity::Warning);
    [Severity::Error].into_iter().chain(denied)
}

fn check(input: &Input, args: &CheckArgs, settings: &FileSettings) -> Result<Checked, NoReport> {
    let mut report = report(input, &args.model, settings, Scales::Selected)?;
    let (mut before, mut files) = (None, Vec::new());
    if args.fix || args.diff {
        let which = Which { doubtful: args.unsafe_fixes, hints: args.hints };
        let fixed = fix::fix(report.text(), &report.request, which);
        if fixed.text != report.text() || !fixed.files.is_empty() {
            before = Some((report.text().to_owned(), fixed.count));
            files = fixed.files;
            report.request.options.dialect = fixed.dialect;
            let source = SourceFile::new(report.source.path.clone(), fixed.text);
            report = of_file(ReadFile::new(source), report.request, report.framework);
        }
    }
    // No output format shows single modules or ops, and over many files they would take most of the memory.
    report.checked.analyses.all.iter_mut().for_each(|analysis| analysis.trace = Trace::default());
    report.checked.findings.retain(|finding| args.hints || finding.diagnostic.severity != Severity::Hint);
    Ok(Checked { report, before, files })
}

fn write_fixed(report: &Report) -> Result<(), String> {
    write::replace(&report.source.path, report.text())
        .map_err(|error| format!("{} can't be written and was left unchanged: {error}", report.name()))
}

fn write_edited(EditedFile { before, after }: &EditedFile) -> Result<(), String> {
    let path = &before.path;
    write::replace(path, after)
        .map_err(|error| format!("{} can't be written and was left unchanged: {error}", path.display()))
}

/// `3 findings fixed in 2 files`
fn say_what_was_fixed(args: &CheckArgs, checked: &[Checked]) {
    if !args.fix && !args.diff {
        return;
    }
    let fixed: Vec<usize> = checked.iter().filter_map(|file| file.before.as_ref()).map(|(_, count)| *count).collect();
    let findings = units::counted(fixed.iter().sum(), "finding");
    let files = units::counted(fixed.len(), "file");
    let verb = if args.diff { "would be fixed" } else { "fixed" };
    eprintln!("yolint: {findings} {verb} in {files}");
}

fn show_diff<'a>(
    checked: &[Checked],
    edited: impl Iterator<Item = &'a EditedFile>,
    out: &mut impl Write,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::Clean;
    for Checked { report, before, .. } in checked {
        if let Some((before, _)) = before {
            unified::print(&report.name(), before, report.text(), out)?;
            outcome = Outcome::Findings;
        }
    }
    for EditedFile { before, after } in edited {
        unified::print(&name(&before.path), &before.text, after, out)?;
    }
    Ok(outcome)
}

fn print(args: &CheckArgs, reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    match args.format {
        Format::Pretty => pretty::print(reports, args.quiet, out),
        Format::Concise => concise::print(reports, out),
        Format::Json => json::print_files(reports, out),
        Format::Github => github::print(reports, out),
        Format::Sarif => sarif::print(reports, out),
        Format::Junit => junit::print(reports, &failing(args).collect::<Vec<_>>(), out),
    }
}

/// Returns the error message for a file without a model.
pub(super) fn not_a_model(path: &Path) -> String {
    format!(
        "{} is not a model YAML: it has no `backbone` and `head` lists of rows [from, repeats, module, args]",
        path.display()
    )
}

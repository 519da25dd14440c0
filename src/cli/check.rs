//! `yolint check`: findings and fixes.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::budgets::BudgetArgs;
use super::input::{Input, STDIN};
use super::output::{
    concise, github, gitlab, json, junit, markdown, pretty, rdjson, sarif, statistics, terminal, unified,
};
use super::progress::Progress;
use super::report::{NoReport, Report, name, of_file, report, tell_frameworks};
use super::settings::{FileSettings, Settings};
use super::watch::Watched;
use super::{Failure, ModelArgs, Outcome, input, language, parallel, show_settings, write};
use crate::check::Scales;
use crate::fix::{self, EditedFile, Which};
use crate::model::ReadFile;
use crate::rules::{self, Diagnostic, Level, Severity, ignore};
use crate::text::SourceFile;
use crate::torch::Trace;
use crate::words::message;

/// Arguments of `yolint check`.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Files, folders or globs; a folder stands for the model YAMLs in it, and `-` for standard input
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
    #[arg(long)]
    diff: bool,
    /// With --fix or --diff, include fixes that need review
    #[arg(long)]
    unsafe_fixes: bool,
    /// Also report hints
    #[arg(long)]
    hints: bool,
    /// Check only these rules, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    select: Vec<&'static str>,
    /// Don't check these rules, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    ignore: Vec<&'static str>,
    /// Write comments that silence what is found now
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes"])]
    add_ignore: bool,
    /// With --add-ignore, the reason that the comments give
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Also exit with 1 on findings of this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Denied>,
    /// Exit with 0 even if there are findings
    #[arg(long)]
    exit_zero: bool,
    /// Print how often each rule was found instead of the findings
    #[arg(long)]
    statistics: bool,
    /// Check again whenever a file changes
    #[arg(long)]
    watch: bool,
    /// Print only findings, without totals
    #[arg(long, short)]
    quiet: bool,
    /// Also print which files of folders were passed over, and why
    #[arg(long, short, conflicts_with = "quiet")]
    verbose: bool,
    /// Write the report to this file
    #[arg(long, short, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Name of the file that comes from standard input; it decides about settings and the scale
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,
    /// Print the settings that count for a file, and where each comes from
    #[arg(long, value_name = "FILE")]
    show_settings: Option<PathBuf>,
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
    /// Code Quality report of GitLab
    Gitlab,
    /// Reviewdog's diagnostics
    Rdjson,
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
pub(super) fn run(args: &CheckArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    if args.unsafe_fixes && !args.fix && !args.diff {
        return Err(language::say(&message!("unsafe-fixes-need")).into());
    }
    if args.watch && args.is_stdin() {
        return Err(language::say(&message!("watch-needs-files")).into());
    }
    let outcome = match &args.show_settings {
        Some(path) => show_settings::show(path, &args.model, &args.budgets, out)?,
        None if args.watch => watch(args, out)?,
        None => check_once(args, out)?.0,
    };
    Ok(if outcome == Outcome::Findings && args.exit_zero { Outcome::Clean } else { outcome })
}

/// Checks files again whenever one of them changes, until the user ends the program.
fn watch(args: &CheckArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let mut read = Vec::new();
    loop {
        let before = Watched::new(&args.paths, read);
        if io::stdout().is_terminal() {
            // Clears the screen.
            write!(out, "\x1b[2J\x1b[3J\x1b[H")?;
        }
        read = match check_once(args, out) {
            Ok((_, read)) => read,
            Err(Failure::Told(why)) => {
                language::warn(why);
                Vec::new()
            }
            Err(Failure::Io(error)) => return Err(Failure::Io(error)),
        };
        out.flush()?;
        language::tell(&message!("watching"));
        let after = Watched::new(&args.paths, read.clone());
        // What changed while files were checked was perhaps read as it had been.
        if !before.is_changed() {
            after.wait();
        }
    }
}

/// Checks files; also returns the files that the findings depend on.
fn check_once(args: &CheckArgs, out: &mut impl Write) -> Result<(Outcome, Vec<PathBuf>), Failure> {
    let is_stdin = args.is_stdin();
    let (inputs, problems) = match is_stdin {
        true => (vec![Input::stdin(args.stdin_filename.as_deref().unwrap_or(Path::new(STDIN)))?], Vec::new()),
        false => input::find(&args.paths),
    };
    let what_ifs = args.format != Format::Concise && inputs.len() <= MOST_WHAT_IFS;
    let mut settings = Settings::with_budgets(&args.model, &args.budgets, what_ifs)?;
    let mut files = Vec::with_capacity(inputs.len());
    let mut read: Vec<PathBuf> = Vec::new();
    for input in inputs {
        let mut its_own = settings.of(&input.path)?;
        args.levels(&mut its_own.counts.request.lint.levels);
        if args.watch {
            read.push(input.path.clone());
            read.extend(settings.files(&input.path).into_iter().map(|(_, file)| file.source.path.clone()));
        }
        files.push((Input { named: input.named && !args.models_only, ..input }, its_own));
    }
    let progress = Progress::new(files.len());
    let results = parallel::map(&files, |(input, settings)| check(input, args, settings), || progress.tick());
    drop(progress);

    let mut outcome = if settings.lacks_budgets { Outcome::Unreadable } else { Outcome::Clean };
    let mut complain = |problem: String| {
        language::warn(problem);
        outcome = Outcome::Unreadable;
    };
    problems.into_iter().for_each(&mut complain);
    let mut checked: Vec<Checked> = Vec::new();
    let mut passed_over = Vec::new();
    let mut edited: BTreeMap<PathBuf, EditedFile> = BTreeMap::new();
    for ((input, its_own), mut result) in files.into_iter().zip(results) {
        // What was fixed in a file of the framework counts for the model files behind.
        let is_edited = |file: &Checked| file.files.iter().any(|file| edited.contains_key(&file.before.path));
        if result.as_ref().is_ok_and(is_edited) {
            result = check(&input, args, &its_own);
        }
        match result {
            Ok(mut file) => {
                for EditedFile { before, after } in file.files.drain(..) {
                    settings.edit(&before.path, &after);
                    let path = before.path.clone();
                    edited.entry(path).or_insert(EditedFile { before, after: String::new() }).after = after;
                }
                checked.push(file);
            }
            Err(NoReport::Invalid(why)) => complain(why),
            Err(why) if !input.named => passed_over.push((input.path, why)),
            Err(why) => complain(why.message(&input.path)),
        }
    }
    if args.verbose {
        tell_passed_over(&passed_over);
    }
    if !args.diff && !is_stdin {
        checked.retain(|file| {
            file.before.is_none()
                || rewrite(&file.report.source.path, file.report.text()).map_err(&mut complain).is_ok()
        });
        for file in edited.values() {
            rewrite(&file.before.path, &file.after).err().into_iter().for_each(&mut complain);
        }
    }
    tell_what_was_changed(args, &checked);
    if args.diff {
        return Ok((show_diff(&checked, edited.values(), out)?.max(outcome), read));
    }
    if is_stdin && (args.fix || args.add_ignore) {
        checked.iter().try_for_each(|file| out.write_all(file.report.text().as_bytes()))?;
    }
    let reports: Vec<Report> = checked.into_iter().map(|file| file.report).collect();
    if args.watch {
        let asked = reports.iter().filter_map(|report| report.framework.imports.as_ref());
        read.extend(asked.flat_map(|imports| imports.asked().into_keys()).map(PathBuf::from));
    }
    if !args.quiet {
        tell_frameworks(&reports);
    }
    if reports.is_empty() && outcome == Outcome::Unreadable {
        return Ok((outcome, read));
    }
    show(args, &reports, is_stdin, out)?;
    let failing = reports.iter().any(|report| failing(args).any(|severity| report.count(severity) > 0));
    Ok((outcome.max(if failing { Outcome::Findings } else { Outcome::Clean }), read))
}

/// Prints what was found, or writes it to the files that flags name.
fn show(args: &CheckArgs, reports: &[Report], is_stdin: bool, out: &mut impl Write) -> Result<(), Failure> {
    match &args.output_file {
        Some(path) => {
            let mut text = Vec::new();
            print(args, reports, true, &mut text)?;
            write::output(Some(path), &text, out)?;
        }
        // Standard output has the fixed text.
        None if is_stdin && (args.fix || args.add_ignore) => print(args, reports, true, &mut io::stderr().lock())?,
        None => print(args, reports, terminal::is_plain(), out)?,
    }
    if let Some(path) = &args.report {
        write::output(Some(path), markdown::report(reports).as_bytes(), out)?;
    }
    if reports.is_empty() {
        language::tell(&message!("no-model-found"));
    }
    Ok(())
}

impl CheckArgs {
    /// Whether the one file comes from standard input: it is named `-`, or has a name and no other file is named.
    fn is_stdin(&self) -> bool {
        let is_unnamed = self.paths == [Path::new(".")] && self.stdin_filename.is_some();
        is_unnamed || self.paths == [Path::new(STDIN)]
    }

    /// Applies the flags that select rules.
    fn levels(&self, levels: &mut BTreeMap<String, Level>) {
        for rule in &rules::RULES {
            let is_off =
                self.ignore.contains(&rule.name) || !self.select.is_empty() && !self.select.contains(&rule.name);
            if is_off {
                levels.insert(rule.name.to_owned(), Level::Off);
            } else if self.select.contains(&rule.name) && levels.get(rule.name) == Some(&Level::Off) {
                levels.remove(rule.name);
            }
        }
    }

    /// Whether fixes are shown that aren't safe, which those are that have to be tried.
    fn shows_fixes(&self) -> bool {
        let shows = !matches!(self.format, Format::Concise | Format::Github | Format::Gitlab | Format::Junit);
        shows && !self.statistics || self.report.is_some()
    }

    fn shows(&self, finding: &Diagnostic) -> bool {
        self.hints || finding.severity != Severity::Hint || self.select.contains(&finding.rule)
    }
}

/// Says which files of folders were passed over, and why.
fn tell_passed_over(files: &[(PathBuf, NoReport)]) {
    for (path, why) in files {
        match why {
            NoReport::Unreadable(why) | NoReport::Invalid(why) => language::tell(&message!("passed-over", why)),
            NoReport::NotAModel(_) => {
                language::tell(&message!("passed-over-no-model", path = path.display()));
            }
        }
    }
    language::tell(&message!("files-passed-over", count = files.len()));
}

/// Severities whose findings make the exit status 1.
fn failing(args: &CheckArgs) -> impl Iterator<Item = Severity> + use<> {
    let denied = args.deny.map(|Denied::Warnings| Severity::Warning);
    [Severity::Error].into_iter().chain(denied)
}

fn check(input: &Input, args: &CheckArgs, settings: &FileSettings) -> Result<Checked, NoReport> {
    let mut report = report(input, &args.model, settings, Scales::Selected)?;
    let (mut before, mut files) = (None, Vec::new());
    let changed = match args.add_ignore {
        true => with_ignores(&report, args),
        false if args.fix || args.diff => {
            let which = Which { doubtful: args.unsafe_fixes, hints: args.hints };
            let fixed = fix::fix(report.text(), &report.request, which);
            files = fixed.files;
            report.request.options.dialect = fixed.dialect;
            (fixed.text, fixed.count)
        }
        false => (report.text().to_owned(), 0),
    };
    if changed.0 != report.text() || !files.is_empty() {
        before = Some((report.text().to_owned(), changed.1));
        let source = SourceFile::new(report.source.path.clone(), changed.0);
        report = of_file(ReadFile::new(source), report.request, report.framework);
    }
    if !args.hints {
        report.rounded = report.findings.iter().filter(|finding| finding.diagnostic.rule == "channels-rounded").count();
    }
    report.checked.findings.retain(|finding| args.shows(&finding.diagnostic));
    if args.shows_fixes() {
        report.attach_fixes();
    }
    // No output format shows single modules or ops, and rows at one scale at most: over many files they would take most of
    // the memory.
    let shown = report.analyses.checked.start;
    for (at, analysis) in report.checked.analyses.all.iter_mut().enumerate() {
        analysis.trace = Trace::default();
        if at != shown || args.format != Format::Json {
            analysis.rows = Vec::new();
        }
    }
    Ok(Checked { report, before, files })
}

/// The text in which comments silence what is found, and how much that is.
fn with_ignores(report: &Report, args: &CheckArgs) -> (String, usize) {
    let found = report.findings.iter().map(|finding| &finding.diagnostic);
    let found: Vec<&Diagnostic> =
        found.filter(|finding| args.shows(finding) && ignore::can_be_ignored(finding.rule)).collect();
    // A comment has one line.
    let words = args.reason.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let reason = words.collect::<Vec<_>>().join(" ");
    (fix::apply(report.text(), &ignore::on_rows(&report.read, &found, &reason)), found.len())
}

fn rewrite(path: &Path, text: &str) -> Result<(), String> {
    write::replace(path, text).map_err(|error| language::say(&message!("left-unchanged", path = name(path), error)))
}

/// `3 findings fixed in 2 files`
fn tell_what_was_changed(args: &CheckArgs, checked: &[Checked]) {
    if !args.fix && !args.diff && !args.add_ignore {
        return;
    }
    let fixed: Vec<usize> = checked.iter().filter_map(|file| file.before.as_ref()).map(|(_, count)| *count).collect();
    let (count, files) = (fixed.iter().sum::<usize>(), fixed.len());
    language::tell(&match (args.diff, args.add_ignore) {
        (true, true) => message!("findings-would-be-ignored", count, files),
        (true, false) => message!("findings-would-be-fixed", count, files),
        (false, true) => message!("findings-ignored", count, files),
        (false, false) => message!("findings-fixed", count, files),
    });
}

fn show_diff<'a>(
    checked: &[Checked],
    edited: impl Iterator<Item = &'a EditedFile>,
    out: &mut impl Write,
) -> Result<Outcome, Failure> {
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

fn print(args: &CheckArgs, reports: &[Report], is_plain: bool, out: &mut impl Write) -> io::Result<()> {
    if args.statistics {
        return statistics::print(reports, out);
    }
    match args.format {
        Format::Pretty => pretty::print(reports, args.quiet, is_plain, out),
        Format::Concise => concise::print(reports, out),
        Format::Json => json::print_files(reports, out),
        Format::Github => github::print(reports, out),
        Format::Gitlab => gitlab::print(reports, out),
        Format::Rdjson => rdjson::print(reports, out),
        Format::Sarif => sarif::print(reports, out),
        Format::Junit => junit::print(reports, &failing(args).collect::<Vec<_>>(), out),
    }
}

/// Reads the name of a rule.
fn rule(name: &str) -> Result<&'static str, String> {
    let known = rules::find(name).map(|rule| rule.name);
    known.ok_or_else(|| {
        language::say(&match rules::suggestion(name) {
            Some(known) => message!("no-such-rule-but", known),
            None => message!("no-such-rule"),
        })
    })
}

//! `yolint fit`: edits that bring a model under its budget.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::budgets::BudgetArgs;
use super::device::DeviceArgs;
use super::input::{Input, STDIN};
use super::output::{columns, json::VERSION, json::fits, json::write_json, unified};
use super::progress::Progress;
use super::report::{Report, at_scale, report};
use super::settings::Settings;
use super::table::notice;
use super::{Failure, ModelArgs, Outcome, language, parallel, write};
use crate::analysis::Analysis;
use crate::budget;
use crate::check::Scales;
use crate::cost::units;
use crate::fit::{Figures, Problem, Proposal, Pruned, fit, prune};
use crate::words::message;

/// Arguments of `yolint fit`.
#[derive(Args, Debug)]
pub(super) struct FitArgs {
    /// Model YAML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    budgets: BudgetArgs,
    #[command(flatten)]
    device: DeviceArgs,
    /// Milliseconds that the model may need on --device at least, layer by layer
    #[arg(long, value_name = "MS", requires = "device")]
    max_ms: Option<f64>,
    /// Say what taking this share of the channels would save (0.3 is 30 %): of all rows, and of each row alone
    #[arg(long, value_name = "SHARE", value_parser = share)]
    prune: Option<f64>,
    /// The most proposals
    #[arg(long, value_name = "N", default_value_t = 8)]
    most: usize,
    /// Print the diff of this proposal
    #[arg(long, value_name = "NUMBER")]
    show: Option<usize>,
    /// Write the model of the proposal that --show names (else the first) to this file, which must not be there yet
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The largest number of changes in a proposal.
const MOST_MOVES: usize = 3;

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| *share > 0.0 && *share < 1.0);
    share.ok_or_else(|| language::say(&message!("no-share", text)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for a terminal
    Text,
    /// JSON, version 1, with the edited texts
    Json,
}

/// Prints edits after which a model fits; exits with 1 if none was found.
pub(super) fn run(args: &FitArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let mut settings = Settings::with_budgets(&args.model, &args.budgets, false)?;
    let input = if args.file.as_os_str() == STDIN { Input::stdin(&args.file)? } else { Input::named(&args.file) };
    let its_own = settings.of(&input.path)?;
    let report = report(&input, &args.model, &its_own, Scales::Active).map_err(|why| why.message(&input.path))?;
    let report = report.at_its_scale(&args.model)?;
    let analysis = &report.analyses.checked()[0];
    notice(&report.name(), &report.model, &report.analyses.choice);
    let lint = &report.request.lint;
    let time = match (args.device.device(&lint.budgets.devices)?, args.max_ms) {
        (Some(device), Some(ms)) => Some((device, args.device.precision, ms)),
        _ => None,
    };
    let problem = Problem { file: &report, analysis, budgets: &lint.budgets, own: budget::in_file(&report), time };
    if let Some(share) = args.prune {
        let now = problem.figures(&[]).ok_or_else(|| report.say(&message!("cant-be-run-as-it-is")))?;
        let pruned = prune(&problem, share);
        what_ifs(&report, analysis, &now, &pruned, out)?;
        return Ok(Outcome::Clean);
    }
    let has_limit = problem.time.is_some() || !lint.budgets.at(&problem.own, &analysis.scale).is_empty();
    if !has_limit {
        return Err(report.say(&message!("name-a-limit")).into());
    }
    let now = problem.figures(&[]).ok_or_else(|| report.say(&message!("cant-be-run-as-it-is")))?;
    let proposals = if now.fits {
        Vec::new()
    } else {
        fit(&problem, args.most, MOST_MOVES, &|sets, figures| {
            let progress = Progress::new(sets.len());
            parallel::map(sets, figures, || progress.tick())
        })
    };
    if let Some(path) = &args.output {
        let at = args.show.unwrap_or(1).checked_sub(1);
        let chosen = at.and_then(|at| proposals.get(at)).ok_or_else(|| report.say(&message!("no-such-proposal")))?;
        write::create(path, &chosen.text)?;
    }
    let outcome = if proposals.is_empty() && !now.fits { Outcome::Findings } else { Outcome::Clean };
    if args.format == Format::Json {
        let all: Vec<Json> = proposals.iter().map(|proposal| value(&report, proposal)).collect();
        let value = json!({
            "version": VERSION,
            "file": report.name(),
            "scale": analysis.scale,
            "fits": now.fits,
            "proposals": all,
        });
        write_json(&value, out)?;
        return Ok(outcome);
    }
    if let Some(number) = args.show {
        let chosen = number
            .checked_sub(1)
            .and_then(|at| proposals.get(at))
            .ok_or_else(|| report.say(&message!("no-such-proposal")))?;
        if let Some([side, _]) = chosen.moves.iter().find_map(|step| step.imgsz) {
            language::warn(report.say(&message!("proposal-for-images", side)));
        }
        unified::print(&report.name(), report.text(), &chosen.text, out)?;
        return Ok(outcome);
    }
    text(&report, analysis, &now, &proposals, out)?;
    Ok(outcome)
}

fn text(
    report: &Report,
    analysis: &Analysis,
    now: &Figures,
    proposals: &[Proposal],
    out: &mut impl Write,
) -> io::Result<()> {
    let name = at_scale(&report.name(), &analysis.scale);
    if now.fits {
        return writeln!(out, "{}", report.say(&message!("fits-as-it-is", name)));
    }
    if proposals.is_empty() {
        return writeln!(out, "{}", report.say(&message!("nothing-fits", name)));
    }
    let ops = |ops: Option<u128>| {
        ops.map_or("?".to_owned(), |ops| format!("{:.2}", analysis.convention.displayed(ops) as f64 / 1e9))
    };
    let unit = format!("G{}", analysis.convention.unit());
    let heading = [
        "".into(),
        message!("heading-params"),
        unit.into(),
        message!("heading-left"),
        message!("heading-all-weights"),
        message!("heading-what"),
    ];
    let mut lines = vec![
        heading.map(|name| report.say(&name)).to_vec(),
        vec![
            report.say(&message!("now")),
            units::params(now.totals.params),
            ops(now.totals.ops),
            String::new(),
            String::new(),
            report.say(&name),
        ],
    ];
    for (k, proposal) in proposals.iter().enumerate() {
        let [kept, items, _] = proposal.transferred;
        let figures = &proposal.figures;
        lines.push(vec![
            format!("{}{}", k + 1, if proposal.is_on_front { "*" } else { " " }),
            units::params(figures.totals.params),
            ops(figures.totals.ops),
            format!("{:.0} %", figures.kept * 100.0),
            format!("{kept}/{items}"),
            report.say(&proposal.title()),
        ]);
    }
    columns(&lines, &[true, true, true, true, true, false], out)?;
    writeln!(out, "\n{}", report.say(&message!("proposals-said")))
}

/// Prints what pruning would save, the rows with the largest savings first.
fn what_ifs(
    report: &Report,
    analysis: &Analysis,
    now: &Figures,
    pruned: &[Pruned],
    out: &mut impl Write,
) -> io::Result<()> {
    let unit = format!("G{}", analysis.convention.unit());
    let percent =
        |was: f64, is: f64| if was > 0.0 { format!("{:+.1} %", (is / was - 1.0) * 100.0) } else { String::new() };
    let mut sorted: Vec<&Pruned> = pruned.iter().collect();
    let ops =
        |pruned: &Pruned| pruned.figures.as_ref().ok().and_then(|figures| figures.totals.ops).unwrap_or(u128::MAX);
    sorted.sort_by_key(|pruned| (pruned.row.is_some(), ops(pruned), pruned.row));
    let heading = [
        message!("heading-rows"),
        message!("heading-module"),
        message!("heading-params"),
        "".into(),
        unit.into(),
        "".into(),
        "".into(),
    ];
    let mut lines = vec![heading.map(|name| report.say(&name)).to_vec()];
    for pruned in sorted {
        let module = pruned.row.and_then(|row| report.model.rows[row].module_name()).unwrap_or_default();
        let mut line = vec![
            pruned.row.map_or_else(|| report.say(&message!("all-rows")), |row| row.to_string()),
            module.to_owned(),
        ];
        match &pruned.figures {
            Ok(figures) => {
                let (was, is) = (now.totals.ops.unwrap_or_default() as f64, figures.totals.ops.unwrap_or_default());
                line.extend([
                    units::params(figures.totals.params),
                    percent(now.totals.params as f64, figures.totals.params as f64),
                    format!("{:.2}", analysis.convention.displayed(is) as f64 / 1e9),
                    percent(was, is as f64),
                    String::new(),
                ]);
            }
            Err(why) => {
                line.extend([String::new(), String::new(), String::new(), String::new()]);
                line.push(report.say(&message!("not-alone", why)));
            }
        }
        lines.push(line);
    }
    columns(&lines, &[true, false, true, true, true, true, false], out)
}

fn value(report: &Report, proposal: &Proposal) -> Json {
    let totals = &proposal.figures.totals;
    let [kept, items, mapped] = proposal.transferred;
    json!({
        "title": report.say(&proposal.title()),
        "kinds": proposal.kinds().iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "imgsz": proposal.moves.iter().find_map(|step| step.imgsz),
        "params": totals.params,
        "ops": totals.ops.and_then(fits),
        "layers": totals.layers,
        "activation_peak_bytes": totals.activation_peak_bytes.and_then(fits),
        "kept": proposal.figures.kept,
        "transferred": { "transferred": kept, "items": items, "mapped": mapped },
        "is_on_front": proposal.is_on_front,
        "text": proposal.text,
    })
}

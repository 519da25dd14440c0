//! `yolint sizes`: what a model costs over image sizes.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::device::DeviceArgs;
use super::output::{columns, json::VERSION, json::fits, json::write_json};
use super::report::{Report, of_argument};
use super::table::notice;
use super::{Failure, ModelArgs, Outcome, write};
use crate::analysis::{Analysis, Options, analyse};
use crate::bound::bound;
use crate::check::Scales;
use crate::cost::units;
use crate::graph::plot::{Plot, Series};
use crate::words::message;

/// Arguments of `yolint sizes`.
#[derive(Args, Debug)]
pub(super) struct SizesArgs {
    /// Model YAML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    device: DeviceArgs,
    /// Image sizes: numbers or HEIGHTxWIDTH [default: 224 to 1280]
    #[arg(long, value_name = "N|HxW", value_delimiter = ',', value_parser = super::parse_imgsz)]
    sizes: Vec<[i64; 2]>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also write a plot to this file, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Table with bars
    Text,
    /// JSON, version 1
    Json,
}

/// The sides of square images that are looked at.
const SIDES: [i64; 12] = [224, 256, 320, 384, 416, 480, 512, 640, 768, 896, 960, 1280];

/// Length of the longest bar.
const BAR: f64 = 24.0;

/// A model at an image size.
struct Size {
    imgsz: [i64; 2],
    /// Operations in the convention's unit.
    ops: Option<u128>,
    activations: Option<u128>,
    ms: Option<f64>,
    /// Why it doesn't work, or to what the framework rounds it.
    note: String,
}

/// Prints a model's cost over image sizes.
pub(super) fn run(args: &SizesArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let report = of_argument(&args.file, &args.model, Scales::Active)?;
    notice(&report.name(), &report.model, &report.analyses.choice);
    let analysis = &report.analyses.checked()[0];
    let device = args.device.device(&report.request.lint.budgets.devices)?;
    let sides = || SIDES.iter().map(|&side| [side, side]).collect();
    let wanted: Vec<[i64; 2]> = if args.sizes.is_empty() { sides() } else { args.sizes.clone() };
    let multiple = analysis.dialect.image_multiple(&report.model, &analysis.scale, &analysis.dataset);
    let at = |imgsz: [i64; 2]| {
        let options = Options { imgsz, ..analysis.options() };
        let analysis = analyse(&report.model, &analysis.scale, &options);
        let totals = analysis.totals.as_ref();
        let ops = totals.and_then(|totals| totals.ops).map(|ops| analysis.convention.displayed(ops));
        Size {
            imgsz,
            ops,
            activations: totals.and_then(|totals| totals.activation_peak_bytes),
            ms: device
                .as_ref()
                .and_then(|device| bound(&analysis, device, args.device.precision))
                .map(|b| b.layer_by_layer * 1e3),
            note: note(&report, &analysis, multiple),
        }
    };
    let sizes: Vec<Size> = wanted.into_iter().map(at).collect();
    if let Some(path) = &args.plot {
        let plot = plot(&report, analysis, &sizes);
        write::output(Some(path), plot.svg().as_bytes(), out)?;
    }
    let device = device.map(|device| format!("{device} {}", args.device.precision.name()));
    match args.format {
        Format::Text => text(&report, analysis, &sizes, device.as_deref(), out)?,
        Format::Json => {
            let sizes = sizes.iter().map(|size| {
                json!({
                    "imgsz": size.imgsz,
                    "ops": size.ops.and_then(fits),
                    "activation_peak_bytes": size.activations.and_then(fits),
                    "bound_ms": size.ms,
                    "works": size.note.is_empty(),
                    "note": Some(&size.note).filter(|note| !note.is_empty()),
                })
            });
            let value = json!({
                "version": VERSION,
                "file": report.name(),
                "scale": analysis.scale,
                "multiple": multiple,
                "unit": format!("{}", analysis.convention.unit()),
                "device": device,
                "sizes": sizes.collect::<Vec<_>>(),
            });
            write_json(&value, out)?;
        }
    }
    Ok(Outcome::Clean)
}

/// Why a size doesn't work, or what becomes of it; empty if it works as it is.
fn note(report: &Report, analysis: &Analysis, multiple: Option<i64>) -> String {
    let rounded = multiple.map(|multiple| analysis.imgsz.map(|side| (side + multiple - 1) / multiple * multiple));
    if let (Some(multiple), Some(rounded)) = (multiple, rounded.filter(|rounded| *rounded != analysis.imgsz)) {
        let size = units::image_size(rounded);
        return report.say(&message!("not-a-multiple", multiple, size));
    }
    let fails = analysis.rows.iter().enumerate().find(|(_, row)| row.output.is_none());
    let why = fails.and_then(|(row, failed)| {
        let what = failed.status.reason()?;
        Some(report.say(&message!("of-row", row, what)))
    });
    why.unwrap_or_default()
}

fn text(
    report: &Report,
    analysis: &Analysis,
    sizes: &[Size],
    device: Option<&str>,
    out: &mut impl Write,
) -> io::Result<()> {
    let unit = format!("G{}", analysis.convention.unit());
    let most = sizes.iter().filter_map(|size| size.ops).max().unwrap_or(1).max(1);
    let here = sizes.iter().find(|size| size.imgsz == [640; 2]).and_then(|size| size.ops).filter(|ops| *ops > 0);
    let mut heading =
        vec![message!("heading-image"), unit.into(), message!("heading-to-640"), message!("heading-activations")];
    heading.extend(device.map(|device| format!("ms ≥ ({device})").into()));
    heading.extend(["".into(), "".into()]);
    let mut lines = vec![heading.iter().map(|name| report.say(name)).collect::<Vec<_>>()];
    for size in sizes {
        let known = |text: Option<String>| text.unwrap_or("?".to_owned());
        let bar = size.ops.map_or(0, |ops| (ops as f64 / most as f64 * BAR).round() as usize);
        let mut line = vec![
            units::image_size(size.imgsz),
            known(size.ops.map(|ops| format!("{:.2}", ops as f64 / 1e9))),
            size.ops.zip(here).map(|(ops, here)| format!("{:.2}×", ops as f64 / here as f64)).unwrap_or_default(),
            known(size.activations.map(units::bytes)),
        ];
        if device.is_some() {
            line.push(known(size.ms.map(|ms| format!("{ms:.2}"))));
        }
        line.extend(["█".repeat(bar), size.note.clone()]);
        lines.push(line);
    }
    let right: Vec<bool> = (0..lines[0].len()).map(|k| k + 2 < lines[0].len()).collect();
    columns(&lines, &right, out)
}

fn plot(report: &Report, analysis: &Analysis, sizes: &[Size]) -> Plot {
    let point = |size: &Size| {
        let [height, width] = size.imgsz;
        let side = ((height * width) as f64).sqrt();
        Some((units::image_size(size.imgsz), [side, size.ops? as f64 / 1e9]))
    };
    let mut points: Vec<(String, [f64; 2])> = sizes.iter().filter_map(point).collect();
    points.sort_by(|(_, a), (_, b)| a[0].total_cmp(&b[0]));
    let series = vec![Series { points }];
    let x = report.say(&message!("axis-image-size"));
    let y = format!("G{}", analysis.convention.unit());
    Plot { x, y, series, front: Vec::new(), language: report.language() }
}

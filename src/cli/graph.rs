//! `yolint graph`: a drawing of the network.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::report::of_argument;
use super::{Failure, ModelArgs, Outcome, language, write};
use crate::check::{Analyses, Scales};
use crate::graph::{self, Metric};
use crate::words::{message, or};

/// Arguments of `yolint graph`.
#[derive(Args, Debug)]
pub(super) struct GraphArgs {
    /// Model YAML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    /// Output format [default: what the ending of --output says, else svg]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Metric that colours the boxes
    #[arg(long, value_enum, default_value_t = Colour::Ops)]
    metric: Colour,
    /// Output file; its ending (.svg, .html, .mmd, .dot, .json, .png) chooses the format [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Picture of one scale
    Svg,
    /// Interactive page with every scale
    Html,
    /// Flowchart for Markdown
    Mermaid,
    /// Graph for Graphviz
    Dot,
    /// Data behind the pictures, with every scale
    Json,
    /// Picture of one scale in pixels
    Png,
}

impl Format {
    /// Returns the format that a file's ending means.
    fn of(path: &Path) -> Result<Format, String> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        Ok(match ending.as_str() {
            "svg" => Format::Svg,
            "html" | "htm" => Format::Html,
            "mmd" | "mermaid" => Format::Mermaid,
            "dot" | "gv" => Format::Dot,
            "json" => Format::Json,
            "png" => Format::Png,
            _ => {
                let endings = or([".svg", ".html", ".mmd", ".dot", ".json", ".png"]);
                return Err(language::say(&message!("ending-unknown", path = path.display(), endings)));
            }
        })
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colour {
    /// FLOPs, or MACs if the convention counts those
    Ops,
    /// Parameters
    Params,
    /// Bytes of the parameters
    Weights,
    /// Bytes of the outputs
    Activations,
    /// Bytes that must be moved for each operation: the darkest rows wait for memory
    Traffic,
}

impl From<Colour> for Metric {
    fn from(colour: Colour) -> Metric {
        match colour {
            Colour::Ops => Metric::Ops,
            Colour::Params => Metric::Params,
            Colour::Weights => Metric::Weights,
            Colour::Activations => Metric::Activations,
            Colour::Traffic => Metric::Traffic,
        }
    }
}

/// Draws a file.
pub(super) fn run(args: &GraphArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    write::output(args.output.as_deref(), &drawn(args)?, out)?;
    Ok(Outcome::Clean)
}

fn drawn(args: &GraphArgs) -> Result<Vec<u8>, String> {
    let format = match (&args.format, &args.output) {
        (Some(format), _) => *format,
        (None, Some(path)) => Format::of(path)?,
        (None, None) => Format::Svg,
    };
    // Nobody reads these in a terminal.
    if args.output.is_none() && matches!(format, Format::Svg | Format::Html | Format::Png) && io::stdout().is_terminal()
    {
        return Err(language::say(&message!("picture-needs-file")));
    }
    if args.model.scale.as_deref() == Some("all") && !matches!(format, Format::Html | Format::Json) {
        return Err(language::say(&message!("picture-needs-scale")));
    }
    let report = of_argument(&args.file, &args.model, Scales::Active)?;
    let Analyses { all, active, .. } = &report.analyses;
    let graph = graph::graph(&report.request.stem, &report, all, *active)
        .with_budgets(&report, all, &report.request.lint.budgets)
        .in_language(report.language());
    let text = match format {
        Format::Png => return pixels(&graph::svg::svg(&graph, args.metric.into())),
        Format::Svg => graph::svg::svg(&graph, args.metric.into()),
        Format::Html => graph::html::html(&graph),
        Format::Mermaid => graph::mermaid::mermaid(&graph),
        Format::Dot => graph::dot::dot(&graph),
        Format::Json => graph::json::json(&graph).to_string() + "\n",
    };
    Ok(text.into_bytes())
}

/// Pixels for each unit of a picture: sharp on paper, too.
#[cfg(feature = "png")]
const PIXELS_PER_UNIT: f32 = 2.0;

/// Renders a picture as PNG.
#[cfg(feature = "png")]
pub(super) fn pixels(svg: &str) -> Result<Vec<u8>, String> {
    use resvg::{tiny_skia, usvg};

    let mut options = usvg::Options::default();
    options.fontdb_mut().load_system_fonts();
    options.fontdb_mut().set_sans_serif_family("DejaVu Sans");
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree
        .size()
        .to_int_size()
        .scale_by(PIXELS_PER_UNIT)
        .ok_or_else(|| language::say(&message!("picture-too-large")))?;
    let mut map = tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| language::say(&message!("picture-too-large")))?;
    let scale = tiny_skia::Transform::from_scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
    resvg::render(&tree, scale, &mut map.as_mut());
    map.encode_png().map_err(|error| error.to_string())
}

#[cfg(not(feature = "png"))]
pub(super) fn pixels(_: &str) -> Result<Vec<u8>, String> {
    Err(language::say(&message!("built-without-png")))
}

//! SVG picture of one scale. Its words are text, not paths.

use std::fmt::Write as _;

use super::layout::{Layout, Rect, Route, layout};
use super::{Graph, Metric, Scale};
use crate::diff::RowStatus;
use crate::text::{self, xml::escaped};
use crate::words::{Language, message};

/// Height of the title above the picture.
const HEAD: i32 = 54;

/// Colours of boxes, from free to most expensive.
const HEAT: [[f64; 3]; 3] = [[234.0, 241.0, 251.0], [255.0, 214.0, 130.0], [242.0, 118.0, 74.0]];

/// Style included in pictures; pages that embed them may override it.
pub const STYLE: &str = "\
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #16202c; }
.page { fill: #ffffff; }
.title { font-size: 15px; font-weight: 600; }
.note, .shape, .figures { font-size: 11px; }
.note, .shape { fill: #4c5a69; }
.section { fill: #f5f7fa; }
.edge { fill: none; stroke: #7b8a9a; stroke-width: 1.3; }
.arrow { fill: #7b8a9a; }
.node rect { stroke: #8896a5; rx: 5; }
.node .module { font-weight: 600; }
.mark { font-weight: 700; }
.node.unknown rect { stroke: #c62828; stroke-dasharray: 4 3; }
";

/// Draws the active scale, coloured by a metric.
pub fn svg(graph: &Graph, metric: Metric) -> String {
    marked(graph, metric, &[])
}

/// Like [`svg`], with marks on rows that differ; rows beyond the end of `marks` have none.
///
/// A marked row has the class `changed`, `added` or `removed`, and shows the sign.
pub fn marked(graph: &Graph, metric: Metric, marks: &[RowStatus]) -> String {
    let layout = layout(graph);
    let scale = graph.active_scale();
    let title = graph.title(scale);
    // The title may be wider than the picture.
    let width = layout.width.max(text::width(&title) as i32 * 9 + 30);
    let height = layout.height + HEAD;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\">\n<title>{0}</title>\n<style>\n{STYLE}</style>\n<rect class=\"page\" width=\"{width}\" \
         height=\"{height}\"/>\n<text class=\"title\" x=\"14\" y=\"24\">{0}</text>\n<text class=\"note\" x=\"14\" \
         y=\"42\">{1}</text>\n<g transform=\"translate(0 {HEAD})\">\n",
        escaped(&title),
        escaped(&note(scale, metric, graph.language)),
    );
    sections(graph, &layout, &mut text);
    lanes(&layout, &mut text);
    text.push_str("<g class=\"edges\">\n");
    for (edge, route) in graph.edges.iter().zip(&layout.routes) {
        line(route, edge.from, edge.to, &mut text);
    }
    for (edge, route) in graph.edges.iter().zip(&layout.routes) {
        shape(scale, edge.from, route, &mut text);
    }
    text.push_str("</g>\n<g class=\"nodes\">\n");
    image(graph, layout.image, &mut text);
    for (row, rect) in layout.rows.iter().enumerate() {
        let mark = marks.get(row).copied().unwrap_or(RowStatus::Same);
        node(graph, (row, mark), *rect, metric, &mut text);
    }
    text.push_str("</g>\n</g>\n</svg>\n");
    text
}

/// Returns the legend of the colours.
fn note(scale: &Scale, metric: Metric, language: Language) -> String {
    let most = (0..scale.rows.len())
        .filter_map(|i| Some((scale.value(i, metric)?, i)))
        .max_by_key(|(n, i)| (*n, usize::MAX - i));
    match most {
        Some((_, row)) => {
            let most = scale.written(row, metric);
            language.say(&match metric {
                Metric::Ops => message!("coloured-by-ops", unit = scale.convention.unit().to_string(), row, most),
                Metric::Params => message!("coloured-by-params", row, most),
                Metric::Weights => message!("coloured-by-weights", row, most),
                Metric::Activations => message!("coloured-by-activations", row, most),
                Metric::Traffic => message!("coloured-by-traffic", row, most),
            })
        }
        None => language.say(&message!("cost-unknown")),
    }
}

/// Draws a band behind the rows of each section, with its name.
fn sections(graph: &Graph, layout: &Layout, text: &mut String) {
    for (section, rows) in graph.sections() {
        let (top, last) = (layout.rows[rows.start], layout.rows[rows.end - 1]);
        let (y, bottom) = (top.y - 10, last.y + last.height + 6);
        let _ = writeln!(
            text,
            "<rect class=\"section\" x=\"6\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n<text class=\"note\" \
             x=\"12\" y=\"{}\">{}</text>",
            layout.width - 12,
            bottom - y,
            y + 14,
            escaped(section)
        );
    }
}

/// Writes the name of each lane above it, as model files call it: `P3/8`.
fn lanes(layout: &Layout, text: &mut String) {
    for lane in &layout.lanes {
        let _ = writeln!(
            text,
            "<text class=\"note lane\" x=\"{}\" y=\"8\" text-anchor=\"middle\">P{}/{}</text>",
            lane.center,
            lane.level,
            1u64 << lane.level.min(63)
        );
    }
}

fn line(route: &Route, from: Option<usize>, to: usize, text: &mut String) {
    let Some(&(x, y)) = route.points.last() else { return };
    let source = from.map_or("image".to_owned(), |row| row.to_string());
    let _ = writeln!(
        text,
        "<path class=\"edge\" data-from=\"{source}\" data-to=\"{to}\" d=\"{}\"/><path class=\"arrow\" d=\"M{x} {y}l-3.5 \
         -6h7z\"/>",
        path(&route.points)
    );
}

/// Returns a path with rounded bends.
fn path(points: &[(i32, i32)]) -> String {
    const RADIUS: i32 = 5;
    let toward = |from: (i32, i32), to: (i32, i32)| {
        let step = |a: i32, b: i32| a + (b - a).clamp(-RADIUS, RADIUS);
        (step(from.0, to.0), step(from.1, to.1))
    };
    let mut path = String::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        let _ = match (i, points.get(i + 1)) {
            (0, _) => write!(path, "M{x} {y}"),
            (_, None) => write!(path, "L{x} {y}"),
            (_, Some(&next)) => {
                let (before, after) = (toward((x, y), points[i - 1]), toward((x, y), next));
                write!(path, "L{} {}Q{x} {y} {} {}", before.0, before.1, after.0, after.1)
            }
        };
    }
    path
}

/// Writes the input's shape beside the arrow.
fn shape(scale: &Scale, from: Option<usize>, route: &Route, text: &mut String) {
    let Some(&(x, y)) = route.points.last() else { return };
    let Some(shape) = from.and_then(|row| scale.rows[row].output.clone()) else { return };
    let source = from.map_or("image".to_owned(), |row| row.to_string());
    let _ = writeln!(
        text,
        "<text class=\"shape\" data-from=\"{source}\" x=\"{}\" y=\"{}\">{}</text>",
        x + 5,
        y - 5,
        escaped(&shape)
    );
}

fn image(graph: &Graph, rect: Rect, text: &mut String) {
    let [height, width] = graph.active_scale().imgsz;
    let image = escaped(&graph.language.say(&message!("image")));
    let Rect { x, y, width: w, height: h } = rect;
    let _ = writeln!(
        text,
        "<g class=\"node image\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/><text \
         class=\"module\" x=\"{0}\" y=\"{1}\" text-anchor=\"middle\">{image}</text><text class=\"figures\" x=\"{0}\" \
         y=\"{2}\" text-anchor=\"middle\">{height}×{width}</text></g>",
        x + w / 2,
        y + 17,
        y + 32
    );
}

fn node(graph: &Graph, (row, mark): (usize, RowStatus), rect: Rect, metric: Metric, text: &mut String) {
    let scale = graph.active_scale();
    let (node, figures) = (&graph.nodes[row], &scale.rows[row]);
    let heat = scale.rank(row, metric);
    let unknown = if figures.problem.is_some() { " unknown" } else { "" };
    let repeats = if figures.repeats > 1 { format!(" ×{}", figures.repeats) } else { String::new() };
    let args = if figures.params.is_some() { &figures.args } else { &node.args };
    let call = format!("{}({args})", node.module);
    let mut tip = graph.language.say(&message!("node-tip", row, line = node.line, call));
    let problem = figures.problem.as_ref().map(|problem| graph.language.say(problem));
    for part in figures.output.iter().chain(&problem) {
        let _ = write!(tip, "\n{part}");
    }
    let Rect { x, y, width, height } = rect;
    let mut module: String = node.module.chars().take(52).collect();
    if module.len() < node.module.len() {
        module.push('…');
    }
    let (class, sign) = match mark {
        RowStatus::Same => (String::new(), String::new()),
        mark => (
            format!(" {}", mark.name()),
            format!("<text class=\"mark\" x=\"{}\" y=\"{}\">{}</text>", x + 6, y + 17, mark.sign()),
        ),
    };
    let _ = writeln!(
        text,
        "<g class=\"node{unknown}{class}\" data-row=\"{row}\" data-line=\"{}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" \
         width=\"{width}\" height=\"{height}\" fill=\"{}\"/><text class=\"module\" x=\"{3}\" y=\"{4}\" \
         text-anchor=\"middle\">{row} {5}</text><text class=\"figures\" x=\"{3}\" y=\"{6}\" \
         text-anchor=\"middle\">{7}</text>{sign}</g>",
        node.line,
        escaped(&tip),
        heat.map_or("#ffffff".to_owned(), colour),
        x + width / 2,
        y + 17,
        escaped(&(module + &repeats)),
        y + 32,
        escaped(&scale.label(row)),
    );
}

/// Returns the colour of a rank from 0 to 1.
fn colour(rank: f64) -> String {
    let at = rank.clamp(0.0, 1.0) * (HEAT.len() - 1) as f64;
    let (low, part) = ((at as usize).min(HEAT.len() - 2), at.fract());
    let part = if at as usize >= HEAT.len() - 1 { 1.0 } else { part };
    let channel = |i: usize| HEAT[low][i] + (HEAT[low + 1][i] - HEAT[low][i]) * part;
    format!("#{:02x}{:02x}{:02x}", channel(0) as u8, channel(1) as u8, channel(2) as u8)
}

//! Plots of figures: points in series, joined by lines, with axes fit for a paper.

use std::fmt::Write as _;

use crate::cost::units;
use crate::text::width;
use crate::text::xml::escaped;
use crate::words::{Language, message};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 52.0;

/// Radius of a point.
const RADIUS: f64 = 3.5;

/// Colours of series that are told apart in print, and by most people who see colours otherwise.
const COLOURS: [&str; 8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#666666", "#000000"];

/// Above this ratio of the largest to the smallest figure an axis is logarithmic.
const LOGARITHMIC: f64 = 8.0;

/// A plot.
#[derive(Clone, Debug, Default)]
pub struct Plot {
    /// What is along the lower side.
    pub x: String,
    /// What is along the left side.
    pub y: String,
    /// Points, each series in its order.
    pub series: Vec<Series>,
    /// Points than which no other has less of both, joined by a dashed line.
    pub front: Vec<[f64; 2]>,
    /// The language of its words.
    pub language: Language,
}

/// Points that belong together.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Points, each with its label.
    pub points: Vec<(String, [f64; 2])>,
}

/// The positions of points than which no other has less of one and no more of the other, by their first coordinate.
pub fn front(points: &[[f64; 2]]) -> Vec<usize> {
    let beats = |a: &[f64; 2], b: &[f64; 2]| a[0] <= b[0] && a[1] <= b[1] && a != b;
    let mut front: Vec<usize> =
        (0..points.len()).filter(|&i| !points.iter().any(|other| beats(other, &points[i]))).collect();
    front.sort_by(|&i, &j| points[i][0].total_cmp(&points[j][0]).then(i.cmp(&j)));
    front
}

/// An axis: the figures at its ends, and whether it is logarithmic.
struct Axis {
    low: f64,
    high: f64,
    is_log: bool,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Axis {
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.fold(f64::NEG_INFINITY, f64::max);
        if !(low.is_finite() && high.is_finite()) {
            return Axis { low: 0.0, high: 1.0, is_log: false };
        }
        let is_log = low > 0.0 && high / low > LOGARITHMIC;
        if is_log {
            Axis { low: low / 1.5, high: high * 1.5, is_log }
        } else {
            Axis { low: 0.0, high: (high * 1.1).max(1e-9), is_log }
        }
    }

    /// Where a figure is, from 0 to 1.
    fn at(&self, value: f64) -> f64 {
        match self.is_log {
            true => (value / self.low).ln() / (self.high / self.low).ln(),
            false => (value - self.low) / (self.high - self.low),
        }
    }

    /// The figures that are named: one, two or five times a power of ten.
    fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        if self.is_log {
            for power in self.low.log10().floor() as i32..=self.high.log10().ceil() as i32 {
                ticks.extend([1.0, 2.0, 5.0].map(|n| n * 10f64.powi(power)));
            }
        } else {
            let rough = (self.high - self.low) / 5.0;
            let power = 10f64.powf(rough.log10().floor());
            let step =
                [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(power);
            ticks.extend((0..=10).map(|n| f64::from(n) * step));
        }
        ticks.retain(|tick| (self.low..=self.high).contains(tick));
        ticks
    }
}

impl Plot {
    /// Draws it.
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| series.points.iter().map(|(_, point)| *point));
        let (x, y) = (Axis::of(points().map(|[x, _]| x)), Axis::of(points().map(|[_, y]| y)));
        let place = |[px, py]: [f64; 2]| {
            [LEFT + x.at(px) * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y.at(py) * (HEIGHT - TOP - BOTTOM)]
        };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             font-family=\"Helvetica, Arial, DejaVu Sans, sans-serif\" font-size=\"11\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        );
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        for tick in x.ticks() {
            let at = place([tick, y.low])[0];
            let _ = writeln!(
                svg,
                "<path d=\"M{at:.1} {TOP}V{bottom}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                bottom + 16.0,
                number(tick)
            );
        }
        for tick in y.ticks() {
            let at = place([x.low, tick])[1];
            let _ = writeln!(
                svg,
                "<path d=\"M{LEFT} {at:.1}H{right}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                at + 4.0,
                number(tick)
            );
        }
        let _ = writeln!(svg, "<path d=\"M{LEFT} {TOP}V{bottom}H{right}\" fill=\"none\" stroke=\"#333\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            (LEFT + right) / 2.0,
            HEIGHT - 14.0,
            escaped(&self.x)
        );
        let middle = (TOP + bottom) / 2.0;
        let _ = writeln!(
            svg,
            "<text x=\"16\" y=\"{middle:.1}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {middle:.1})\">{}</text>",
            escaped(&self.y)
        );
        let mut lines = Vec::new();
        for (k, series) in self.series.iter().enumerate() {
            let places: Vec<_> = series.points.iter().map(|(_, point)| place(*point)).collect();
            lines.extend(places.windows(2).map(|ends| [ends[0], ends[1]]));
            if places.len() > 1 {
                let colour = COLOURS[k % COLOURS.len()];
                let _ = writeln!(
                    svg,
                    "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-opacity=\"0.5\"/>",
                    path(places.into_iter())
                );
            }
        }
        if self.front.len() > 1 {
            let _ = writeln!(
                svg,
                "<path d=\"{}\" fill=\"none\" stroke=\"#555\" stroke-dasharray=\"4 3\"><title>{}</title></path>",
                path(self.front.iter().map(|&point| place(point))),
                escaped(&self.language.say(&message!("pareto-front")))
            );
        }
        let mut labels =
            Labels { points: points().map(|point| around(place(point))).collect(), taken: Vec::new(), lines };
        let mut names = String::new();
        for (k, series) in self.series.iter().enumerate() {
            let colour = COLOURS[k % COLOURS.len()];
            for (label, point) in &series.points {
                let [cx, cy] = place(*point);
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"{RADIUS}\" fill=\"{colour}\"><title>{}</title></circle>",
                    escaped(&format!("{label}: {} {}, {} {}", number(point[0]), self.x, number(point[1]), self.y))
                );
                if let Some(([x, y], line)) = labels.place(label, [cx, cy]) {
                    if let Some(end) = line {
                        let line = path([[cx, cy], end].into_iter());
                        let _ = writeln!(svg, "<path d=\"{line}\" stroke=\"{colour}\" stroke-width=\"0.6\"/>");
                    }
                    let label = escaped(label);
                    let _ = writeln!(names, "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{colour}\">{label}</text>");
                }
            }
        }
        // What a label must cross is hidden behind it.
        let behind = "<g stroke=\"#fff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\">";
        format!("{svg}{behind}\n{names}</g>\n</svg>\n")
    }
}

/// A rectangle: its left, right, upper and lower side.
type Area = [f64; 4];

/// Where labels stand beside their points.
struct Labels {
    points: Vec<Area>,
    /// Labels that stand already.
    taken: Vec<Area>,
    /// Lines between points, which labels keep off where they can.
    lines: Vec<[[f64; 2]; 2]>,
}

impl Labels {
    /// Where a label has room near its point, and the end of a line to it where it doesn't stand beside it; none if it has no room.
    fn place(&mut self, label: &str, point: [f64; 2]) -> Option<([f64; 2], Option<[f64; 2]>)> {
        let width = width(label) as f64 * 6.9;
        let area = |[x, y]: [f64; 2]| [x, x + width, y - 10.0, y + 3.0];
        let nearest = |place| {
            let [left, right, upper, lower] = area(place);
            [point[0].clamp(left, right), point[1].clamp(upper, lower)]
        };
        let crossed = |place| {
            let to_it = [point, nearest(place)];
            let hidden = self.taken.iter().chain(&self.points).filter(|other| crosses(&to_it, other)).count();
            hidden + self.lines.iter().filter(|line| crosses(line, &area(place))).count()
        };
        let place = [0.0, 10.0, 20.0, 30.0].into_iter().find_map(|away| {
            let free = places(point, width, away).into_iter().filter(|&place| {
                let [left, right, upper, lower] = area(place);
                let is_inside = left > LEFT && right < WIDTH && upper > 0.0 && lower < HEIGHT - BOTTOM;
                // A label that stands away from its point stands near no other one, which it would seem to name.
                let near = [left - away, right + away, upper - away, lower + away];
                let is_clear = |other: &Area| *other == around(point) || !overlap(&near, other);
                is_inside
                    && self.points.iter().all(is_clear)
                    && !self.taken.iter().any(|other| overlap(&area(place), other))
            });
            Some((free.min_by_key(|&place| crossed(place))?, away > 0.0))
        });
        let (place, is_away) = place?;
        let end = is_away.then(|| nearest(place));
        self.taken.push(area(place));
        Some((place, end))
    }
}

/// The places around a point where a label can begin, from the best one; `away` is the distance to those beside it.
fn places([x, y]: [f64; 2], width: f64, away: f64) -> [[f64; 2]; 8] {
    let (right, left, middle) = (x + 6.0 + away, x - 6.0 - away - width, x - width / 2.0);
    let (above, beside, below) = (y - 5.0 - away, y + 4.0, y + 13.0 + away);
    [
        [right, above],
        [right, below],
        [left, above],
        [left, below],
        [right, beside],
        [left, beside],
        [middle, above - 3.0],
        [middle, below + 2.0],
    ]
}

/// The area of a point.
fn around([x, y]: [f64; 2]) -> Area {
    [x - RADIUS, x + RADIUS, y - RADIUS, y + RADIUS]
}

fn overlap(a: &Area, b: &Area) -> bool {
    a[0] < b[1] && b[0] < a[1] && a[2] < b[3] && b[2] < a[3]
}

/// Whether a line between two points goes through an area.
fn crosses([[x, y], [to_x, to_y]]: &[[f64; 2]; 2], area: &Area) -> bool {
    // The parts of the line, from 0 to 1, that are between two sides.
    let between = |from: f64, to: f64, low: f64, high: f64| {
        let (a, b) = ((low - from) / (to - from), (high - from) / (to - from));
        if from == to { (low..=high).contains(&from).then_some((0.0, 1.0)) } else { Some((a.min(b), a.max(b))) }
    };
    let (Some(across), Some(down)) = (between(*x, *to_x, area[0], area[1]), between(*y, *to_y, area[2], area[3]))
    else {
        return false;
    };
    across.0.max(down.0).max(0.0) <= across.1.min(down.1).min(1.0)
}

fn path(places: impl Iterator<Item = [f64; 2]>) -> String {
    let steps = places.enumerate().map(|(i, [x, y])| format!("{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" }));
    steps.collect::<Vec<_>>().join("")
}

/// Formats a figure of an axis.
fn number(value: f64) -> String {
    units::significant(value, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_what_nothing_beats() {
        let points = [[2.0, 6.0], [1.0, 8.0], [3.0, 7.0], [1.0, 8.0], [4.0, 5.0]];
        assert_eq!(front(&points), [1, 3, 0, 4]);
    }

    #[test]
    fn labels_keep_off_lines() {
        let line = [[0.0, 100.0], [200.0, 0.0]];
        assert!(crosses(&line, &[90.0, 110.0, 40.0, 60.0]) && !crosses(&line, &[90.0, 110.0, 0.0, 20.0]));
        assert!(!crosses(&line, &[300.0, 310.0, 0.0, 100.0]), "behind its end");
        assert!(crosses(&[[5.0, 0.0], [5.0, 9.0]], &[0.0, 9.0, 3.0, 4.0]), "upright");
        let mut labels = Labels {
            points: vec![around([200.0, 100.0])],
            taken: Vec::new(),
            lines: vec![[[100.0, 200.0], [300.0, 0.0]]],
        };
        let ([_, below], line) = labels.place("640", [200.0, 100.0]).expect("room");
        assert!(below > 100.0 && line.is_none(), "the line goes up to the right");
        let ([left, above], _) = labels.place("641", [200.0, 100.0]).expect("room");
        assert!(left < 200.0 && above < 100.0);
        let ends: Vec<_> = (0..9).filter_map(|_| labels.place("642", [200.0, 100.0])?.1).collect();
        assert!(!ends.is_empty(), "what has no room beside its point has a line to it");
    }

    #[test]
    fn figures_of_axes() {
        let said = [0.0, 0.5, 2.0, 2.62, 50.0, 1000.0].map(number);
        assert_eq!(said, ["0", "0.5", "2", "2.6", "50", "1000"]);
        let wide = Axis::of([1.0, 100.0].into_iter());
        assert!(wide.is_log && wide.ticks().contains(&10.0), "{:?}", wide.ticks());
        assert_eq!(Axis::of([1.0, 4.0].into_iter()).ticks(), [0.0, 1.0, 2.0, 3.0, 4.0]);
    }
}

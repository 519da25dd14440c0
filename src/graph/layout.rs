//! Positions of boxes and lines.
//!
//! A model file is a list from top to bottom, and people think of it in strides. So each row has its own level, in the
//! order of the file, and a lane for its stride: a backbone moves to the right, a neck back and forth. A general
//! layered layout (Sugiyama) would have to search for an order that the file already has.
//!
//! A line to the next row goes through the gap between the two. Any other line leaves its row at the side, follows a
//! track in the gutter beside the lane down to the gap above the reader, and enters the reader from above. Each track
//! of a gutter and each run in a gap has a place of its own, so no line crosses a box, and lines overlap only if they
//! come from the same row and share its track.

use super::{Edge, Graph};

/// Height of a box.
const BOX_HEIGHT: i32 = 40;
/// Largest width of a label's character.
const CHAR_WIDTH: i32 = 8;
/// Width of an input's label.
const INPUT_WIDTH: i32 = 76;
/// Smallest width of a box.
const MIN_WIDTH: i32 = 150;
/// Distance between parallel lines.
const LINE_GAP: i32 = 8;
/// Room around tracks and runs.
const PADDING: i32 = 14;
/// Room for the names of sections, to the left of everything.
const MARGIN: i32 = 70;
/// Room for the label and the arrow above a box.
const ARROW: i32 = 20;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// A line of horizontal and vertical pieces from one box to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it starts, bends and ends.
    pub points: Vec<(i32, i32)>,
}

/// Rows of one stride, below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Level of the stride: 3 at stride 8.
    pub level: u32,
    /// Middle of its boxes.
    pub center: i32,
}

/// A graph with positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Total width.
    pub width: i32,
    /// Total height.
    pub height: i32,
    /// The image that row 0 reads.
    pub image: Rect,
    /// The box of each row.
    pub rows: Vec<Rect>,
    /// The line of each edge.
    pub routes: Vec<Route>,
    /// The lanes, from left to right.
    pub lanes: Vec<Lane>,
}

/// Places a graph.
pub fn layout(graph: &Graph) -> Layout {
    let (lanes, levels) = lanes(graph);
    let count = lanes.iter().max().map_or(1, |last| last + 1);
    let inputs: Vec<usize> = (0..graph.nodes.len()).map(|i| graph.edges.iter().filter(|e| e.to == i).count()).collect();
    let plan = Plan { graph, lanes: &lanes, inputs: &inputs };
    let tracks = plan.tracks(count);
    let widths = plan.widths(count);
    // A gutter to the left of each lane, and one after the last.
    let mut gutters = vec![0; count + 1];
    let mut lefts = vec![0; count];
    let mut x = MARGIN;
    for lane in 0..=count {
        gutters[lane] = x + PADDING;
        let used = tracks.iter().flatten().filter(|track| track.gutter == lane).map(|t| t.place + 1).max().unwrap_or(0);
        x += if used > 0 { 2 * PADDING + LINE_GAP * used } else { PADDING };
        if lane < count {
            lefts[lane] = x;
            x += widths[lane];
        }
    }
    let mut y = PADDING;
    let center = |lane: usize| lefts[lane] + widths[lane] / 2;
    let rect = |lane: usize, width: i32, y: i32| Rect { x: center(lane) - width / 2, y, width, height: BOX_HEIGHT };
    let image = rect(lanes.first().copied().unwrap_or(0), MIN_WIDTH, y);
    y += BOX_HEIGHT;
    let mut rows = Vec::with_capacity(graph.nodes.len());
    for (i, &lane) in lanes.iter().enumerate() {
        let runs = graph.edges.iter().filter(|edge| edge.to == i && !plan.is_straight(edge)).count() as i32;
        y += ARROW + if runs > 0 { PADDING + LINE_GAP * (runs - 1) } else { 0 };
        rows.push(rect(lane, plan.width(i), y));
        y += BOX_HEIGHT;
    }
    let placed = Placed { image, rows: &rows, gutters: &gutters, tracks: &tracks };
    let routes = routes(&plan, &placed);
    let named = levels.into_iter().enumerate().map(|(lane, level)| Lane { level, center: center(lane) }).collect();
    Layout { width: x, height: y + PADDING, image, rows, routes, lanes: named }
}

/// Returns the lane of each row: its stride, or that of its input; and the level of each lane. Empty lanes are left out.
fn lanes(graph: &Graph) -> (Vec<usize>, Vec<u32>) {
    let mut levels: Vec<u32> = Vec::with_capacity(graph.nodes.len());
    for (i, node) in graph.nodes.iter().enumerate() {
        let mut read: Vec<u32> =
            graph.edges.iter().filter(|edge| edge.to == i).filter_map(|edge| levels.get(edge.from?).copied()).collect();
        read.sort_unstable();
        let middle = read.get(read.len() / 2).copied();
        levels.push(node.level.or(middle).or(levels.last().copied()).unwrap_or(0));
    }
    let mut used = levels.clone();
    used.sort_unstable();
    used.dedup();
    (levels.iter().map(|level| used.binary_search(level).unwrap_or(0)).collect(), used)
}

/// Track of a row's lines to rows further down.
#[derive(Clone, Copy)]
struct Track {
    gutter: usize,
    place: i32,
}

struct Plan<'a> {
    graph: &'a Graph,
    lanes: &'a [usize],
    inputs: &'a [usize],
}

impl Plan<'_> {
    /// Returns the level of an edge's source; the image is above row 0.
    fn level(from: Option<usize>) -> usize {
        from.map_or(0, |row| row + 1)
    }

    fn lane(&self, from: Option<usize>) -> usize {
        self.lanes[from.unwrap_or(0)]
    }

    /// Whether it goes to the next row.
    fn is_short(&self, edge: &Edge) -> bool {
        Plan::level(edge.from) == edge.to
    }

    /// Whether it goes straight down.
    fn is_straight(&self, edge: &Edge) -> bool {
        self.is_short(edge) && self.inputs[edge.to] == 1 && self.lane(edge.from) == self.lanes[edge.to]
    }

    /// The width of a row's box, at every scale.
    fn width(&self, row: usize) -> i32 {
        let labels = self.graph.scales.iter().map(|scale| scale.label(row).chars().count());
        let heading = self.graph.nodes[row].module.chars().count() + 8;
        let chars = labels.max().unwrap_or(0).max(heading.min(60)) as i32;
        (chars * CHAR_WIDTH + 20).max(MIN_WIDTH).max(self.inputs[row] as i32 * INPUT_WIDTH)
    }

    fn widths(&self, count: usize) -> Vec<i32> {
        let mut widths = vec![MIN_WIDTH; count];
        for (row, &lane) in self.lanes.iter().enumerate() {
            widths[lane] = widths[lane].max(self.width(row));
        }
        widths
    }

    /// Returns for the image and each row the track of its lines to the left, and of those to the right or straight
    /// down.
    fn tracks(&self, count: usize) -> Vec<Option<Track>> {
        let levels = self.graph.nodes.len() + 1;
        let mut tracks: Vec<Option<Track>> = vec![None; 2 * levels];
        // The level below which each place of a gutter is free.
        let mut free: Vec<Vec<usize>> = vec![Vec::new(); count + 1];
        for level in 0..levels {
            let from = level.checked_sub(1);
            for side in [0, 1] {
                let long =
                    self.graph.edges.iter().filter(|e| e.from == from && !self.is_short(e) && self.side(e) == side);
                let Some(last) = long.map(|edge| edge.to + 1).max() else { continue };
                let gutter = self.lane(from) + side;
                let place = free[gutter].iter().position(|&until| until < level).unwrap_or(free[gutter].len());
                if place == free[gutter].len() {
                    free[gutter].push(0);
                }
                free[gutter][place] = last;
                tracks[2 * level + side] = Some(Track { gutter, place: place as i32 });
            }
        }
        tracks
    }

    /// Returns the side where a line leaves: 0 if its reader is further left, else 1.
    fn side(&self, edge: &Edge) -> usize {
        usize::from(self.lanes[edge.to] >= self.lane(edge.from))
    }
}

struct Placed<'a> {
    image: Rect,
    rows: &'a [Rect],
    gutters: &'a [i32],
    tracks: &'a [Option<Track>],
}

impl Placed<'_> {
    fn rect(&self, from: Option<usize>) -> Rect {
        from.map_or(self.image, |row| self.rows[row])
    }

    /// Returns the position of a line's track.
    fn track(&self, level: usize, side: usize) -> Option<i32> {
        let track = self.tracks[2 * level + side]?;
        Some(self.gutters[track.gutter] + track.place * LINE_GAP)
    }
}

fn routes(plan: &Plan<'_>, placed: &Placed<'_>) -> Vec<Route> {
    let edges = &plan.graph.edges;
    let mut routes: Vec<Route> = vec![Route { points: Vec::new() }; edges.len()];
    for (to, target) in placed.rows.iter().enumerate() {
        let mut incoming: Vec<usize> = (0..edges.len()).filter(|&e| edges[e].to == to).collect();
        let arrives_at = |e: &usize| {
            let edge = &edges[*e];
            let source = placed.rect(edge.from);
            let track = placed.track(Plan::level(edge.from), plan.side(edge)).filter(|_| !plan.is_short(edge));
            track.unwrap_or(source.x + source.width / 2)
        };
        // Sorted from left to right by where they arrive, so that they don't cross.
        incoming.sort_by_key(arrives_at);
        let count = incoming.len() as i32;
        let mut ports: Vec<(usize, usize)> = incoming.into_iter().enumerate().collect();
        // The line from the row above comes down in the middle of its lane, where a port may be, so it turns above all
        // others.
        ports.sort_by_key(|&(_, e)| plan.is_short(&edges[e]));
        let mut run = target.y - ARROW;
        for (place, e) in ports {
            let edge = &edges[e];
            let source = placed.rect(edge.from);
            let port = target.x + target.width * (2 * place as i32 + 1) / (2 * count);
            let below = (source.x + source.width / 2, source.y + source.height);
            let mut points = Vec::new();
            if plan.is_straight(edge) {
                points.push(below);
            } else {
                if plan.is_short(edge) {
                    points.extend([below, (below.0, run)]);
                } else if let Some(track) = placed.track(Plan::level(edge.from), plan.side(edge)) {
                    let side = if plan.side(edge) == 0 { source.x } else { source.x + source.width };
                    let middle = source.y + source.height / 2;
                    points.extend([(side, middle), (track, middle), (track, run)]);
                }
                points.push((port, run));
                run -= LINE_GAP;
            }
            points.push((port, target.y));
            points.dedup();
            routes[e] = Route { points };
        }
    }
    routes
}

//! Breakdown of a row's module: the tree of its submodules with their costs, without free ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::analysis::Analysis;
use crate::cost::{Counter, units};
use crate::torch::{ModuleId, Modules, Name};
use crate::words::{Language, message};

/// Largest number of lines. Levels that would exceed it aren't shown.
const MAX_LINES: usize = 24;

/// A line of the tree.
struct Line {
    depth: usize,
    label: String,
    cost: Cost,
    /// `block.py:12`
    made_at: Option<String>,
}

/// Cost of a module including its submodules.
#[derive(Clone, Copy, Default, PartialEq)]
struct Cost {
    params: u64,
    /// None if operations aren't known.
    ops: Option<u128>,
}

/// A part of a row's module, as tables show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// How deep it stands: 1 for what the row's module itself holds.
    pub depth: usize,
    /// Its name and class: `cv1: Conv`.
    pub label: String,
    /// Its parameters.
    pub params: u64,
    /// Its operations, if they are known.
    pub ops: Option<u128>,
}

/// Returns the parts of row `i`'s module down to a depth, without free ones.
pub fn parts(analysis: &Analysis, i: usize, depth: usize) -> Vec<Part> {
    if depth == 0 {
        return Vec::new();
    }
    let Some(parts) = Parts::of_row(analysis, i, Language::English) else { return Vec::new() };
    let mut lines = Vec::new();
    parts.push_children(0, 1, &|_| None, &mut lines);
    let part = |Line { depth, label, cost, .. }: Line| Part { depth, label, params: cost.params, ops: cost.ops };
    lines.into_iter().filter(|line| line.depth <= depth).map(part).collect()
}

/// Returns the tree of row `i`'s module as aligned text, with the place at which each part is made if that is known; none if
/// no part has a cost.
pub(super) fn breakdown(
    analysis: &Analysis,
    i: usize,
    language: Language,
    made_at: impl Fn(ModuleId) -> Option<String>,
) -> Option<String> {
    let parts = Parts::of_row(analysis, i, language)?;
    let root = &analysis.trace.modules[parts.nodes[0].module];
    let mut lines =
        vec![Line { depth: 0, label: root.class.name().to_owned(), cost: parts.nodes[0].cost, made_at: None }];
    parts.push_children(0, 1, &made_at, &mut lines);
    let depth = (1..).take_while(|&d| lines.iter().any(|line| line.depth == d)).last()?;
    let up_to = |depth: usize| lines.iter().filter(move |line| line.depth <= depth);
    let depth = (1..=depth).rev().find(|&d| up_to(d).count() <= MAX_LINES).unwrap_or(1);
    let shown: Vec<&Line> = up_to(depth).take(MAX_LINES).collect();
    let mut text = aligned(analysis, &shown);
    if up_to(depth).count() > MAX_LINES {
        text.push_str("\n…");
    }
    Some(text)
}

/// The modules of a row as a tree: an instance stands under each module that holds it.
struct Parts<'a> {
    modules: &'a Modules,
    language: Language,
    /// Parents before children.
    nodes: Vec<Node>,
}

/// A module under a parent.
struct Node {
    name: Name,
    module: ModuleId,
    /// The parent's position.
    parent: usize,
    /// Those of its children.
    children: Vec<usize>,
    cost: Cost,
}

impl<'a> Parts<'a> {
    fn of_row(analysis: &'a Analysis, i: usize, language: Language) -> Option<Parts<'a>> {
        let row = &analysis.rows[i];
        let mut parts = Parts { modules: &analysis.trace.modules, language, nodes: Vec::new() };
        let places = parts.add(row.module?, Cost { params: 0, ops: row.ops.map(|_| 0) });
        parts.book_calls(analysis, i, &places);
        for at in (1..parts.nodes.len()).rev() {
            let Node { parent, cost, .. } = parts.nodes[at];
            parts.nodes[parent].cost = sum(parts.nodes[parent].cost, cost);
        }
        Some(parts)
    }

    /// Adds a module and all below it, each with its parameters where it comes first. What an instance holds that comes
    /// again isn't repeated. Returns where each stands.
    fn add(&mut self, root: ModuleId, nothing: Cost) -> BTreeMap<ModuleId, Vec<usize>> {
        let mut places: BTreeMap<ModuleId, Vec<usize>> = BTreeMap::new();
        let mut walk = self.modules.walk();
        let mut open = vec![(Name::from(""), root, 0)];
        while let Some((name, module, parent)) = open.pop() {
            let place = places.entry(module).or_default();
            let at = self.nodes.len();
            place.push(at);
            let mut cost = nothing;
            if place.len() == 1 {
                cost.params = walk.own(module).params;
                let children = self.modules[module].children().iter().rev();
                open.extend(children.map(|(name, child)| (name.clone(), *child, at)));
            }
            if let Some(parent) = self.nodes.get_mut(parent) {
                parent.children.push(at);
            }
            self.nodes.push(Node { name, module, parent, children: Vec::new(), cost });
        }
        places
    }

    /// Books each call of row `i` on the module that ran it: of an instance that stands in several places, on the one
    /// under the module that called it.
    fn book_calls(&mut self, analysis: &Analysis, i: usize, places: &BTreeMap<ModuleId, Vec<usize>>) {
        let counter = Counter::new(analysis.convention, self.modules, analysis.trace.root);
        for call in &analysis.trace.calls[analysis.rows[i].calls.clone()] {
            let Some(places) = places.get(&call.module) else { continue };
            let is_called = |&&at: &&usize| self.nodes[self.nodes[at].parent].module == call.caller;
            let at = *places.iter().find(is_called).unwrap_or(&places[0]);
            let cost = &mut self.nodes[at].cost;
            cost.ops = cost.ops.zip(counter.ops(call).ok()).map(|(sum, ops)| sum.saturating_add(ops));
        }
    }

    /// The lines of what the module at `parent` holds. Neighbours in a list that are alike share one, with the cost of
    /// one.
    fn push_children(
        &self,
        parent: usize,
        depth: usize,
        made_at: &impl Fn(ModuleId) -> Option<String>,
        lines: &mut Vec<Line>,
    ) {
        let is_shown = |&at: &usize| !is_free(self.nodes[at].cost);
        let children: Vec<usize> = self.nodes[parent].children.iter().copied().filter(is_shown).collect();
        let mut rest = &children[..];
        while let [first, ..] = *rest {
            let n = rest.iter().take_while(|&&at| self.are_alike(first, at)).count().max(1);
            let class = self.modules[self.nodes[first].module].class.name();
            let label = match (&self.nodes[first].name, &self.nodes[rest[n - 1]].name) {
                (Name::Index(a), Name::Index(b)) if n > 1 => self.language.say(&message!("each-of", a, b, class, n)),
                (name, _) => format!("{name}: {class}"),
            };
            let made = made_at(self.nodes[first].module);
            lines.push(Line { depth, label, cost: self.nodes[first].cost, made_at: made });
            self.push_children(first, depth + 1, made_at, lines);
            rest = &rest[n..];
        }
    }

    fn are_alike(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.nodes[a], &self.nodes[b]);
        let are_listed = matches!((&a.name, &b.name), (Name::Index(_), Name::Index(_)));
        are_listed && self.modules[a.module].class == self.modules[b.module].class && a.cost == b.cost
    }
}

fn sum(a: Cost, b: Cost) -> Cost {
    Cost { params: a.params.saturating_add(b.params), ops: a.ops.zip(b.ops).map(|(a, b)| a.saturating_add(b)) }
}

fn is_free(cost: Cost) -> bool {
    cost.params == 0 && cost.ops.is_none_or(|ops| ops == 0)
}

fn aligned(analysis: &Analysis, lines: &[&Line]) -> String {
    let rows = lines.iter().map(|line| {
        let label = format!("{}{}", "  ".repeat(line.depth), line.label);
        let ops = line.cost.ops.map(|ops| if ops == 0 { String::new() } else { analysis.convention.format_ops(ops) });
        let params = if line.cost.params == 0 { String::new() } else { units::params(line.cost.params) };
        [label, params, ops.unwrap_or_default(), line.made_at.clone().unwrap_or_default()]
    });
    let rows: Vec<[String; 4]> = rows.collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (labels, params, ops) = (width(0), width(1), width(2));
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        let _ = write!(line, "{:labels$}  {:>params$}  {:>ops$}  {}", row[0], row[1], row[2], row[3]);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Options;
    use crate::check::Request;
    use crate::ide::ModelFile;

    const MODEL: &str = "\
nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 2, C3k2, [32, False, 0.25]]
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 2, C2PSA, [128]]
  - [-1, 1, nn.MaxPool2d, [2]]
  - [-1, 3, GhostConv, [128]]
head:
  - [[1, 3, 5], 1, Segment, [nc, 32, 64]]
";

    #[test]
    fn the_root_costs_what_the_row_costs() {
        for &convention in crate::cost::Convention::ALL {
            let options = Options { convention, ..Options::default() };
            let file = ModelFile::read(MODEL, &Request { options, ..Request::default() }, false).unwrap();
            let analysis = file.at_active_scale();
            for (i, row) in analysis.rows.iter().enumerate() {
                let root = Parts::of_row(analysis, i, Language::English).unwrap().nodes[0].cost;
                assert_eq!((Some(root.params), root.ops), (row.params, row.ops), "{convention} {i}");
            }
        }
    }

    /// The figures of the parts of C3k2 are those of torch 2.15 and ultralytics-thop 2.2.3.
    #[test]
    fn trees() {
        let file = ModelFile::read(MODEL, &Request::default(), false).unwrap();
        let breakdown = |i| super::breakdown(file.at_active_scale(), i, Language::English, |_| None);
        assert_eq!(breakdown(4), None);
        let trees = [1, 5].map(|i| breakdown(i).unwrap());
        expect_test::expect![[r#"
            C3k2                            2.58k  0.557 GFLOPs
              cv1: Conv                       288  0.066 GFLOPs
                conv: Conv2d                  256  0.052 GFLOPs
                bn: BatchNorm2d                32  0.013 GFLOPs
              cv2: Conv                     1.09k  0.236 GFLOPs
                conv: Conv2d                1.02k  0.210 GFLOPs
                bn: BatchNorm2d                64  0.026 GFLOPs
              m: ModuleList                 1.20k  0.256 GFLOPs
                0–1: Bottleneck, each of 2    600  0.128 GFLOPs
                  cv1: Conv                   296  0.062 GFLOPs
                    conv: Conv2d              288  0.059 GFLOPs
                    bn: BatchNorm2d             8   3.28 MFLOPs
                  cv2: Conv                   304  0.066 GFLOPs
                    conv: Conv2d              288  0.059 GFLOPs
                    bn: BatchNorm2d            16   6.55 MFLOPs

            Sequential                   30.1k  0.396 GFLOPs
              0–2: GhostConv, each of 3  10.0k  0.132 GFLOPs
                cv1: Conv                8.32k  0.108 GFLOPs
                  conv: Conv2d           8.19k  0.105 GFLOPs
                  bn: BatchNorm2d          128   3.28 MFLOPs
                cv2: Conv                1.73k  0.024 GFLOPs
                  conv: Conv2d           1.60k  0.020 GFLOPs
                  bn: BatchNorm2d          128   3.28 MFLOPs"#]]
        .assert_eq(&trees.join("\n\n"));
        assert!(breakdown(6).unwrap().lines().count() <= MAX_LINES);
    }
}

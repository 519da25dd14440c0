//! Breakdown of a row's module: the tree of its submodules with their costs, without free ones.

use std::fmt::Write as _;

use super::describe;
use crate::analysis::Analysis;
use crate::cost::{Counter, units};
use crate::torch::{Module, Name};

/// Largest number of lines. Levels that would exceed it aren't shown.
const MAX_LINES: usize = 24;

/// A line of the tree.
struct Line {
    depth: usize,
    label: String,
    cost: Cost,
}

/// Cost of a module including its submodules.
#[derive(Clone, Copy, Default, PartialEq)]
struct Cost {
    params: u64,
    /// None if operations aren't known.
    ops: Option<u128>,
}

/// Returns the tree of row `i`'s module as aligned text; none if no part has a cost.
pub(super) fn breakdown(analysis: &Analysis, i: usize) -> Option<String> {
    let row = &analysis.rows[i];
    let modules = &analysis.trace.modules[row.modules.clone()];
    let root = modules.first().filter(|_| row.params.is_some())?;
    let costs = costs(analysis, i);
    let mut lines = vec![Line { depth: 0, label: root.class.to_owned(), cost: costs[0] }];
    push_children(modules, row.modules.start, &costs, 0, 1, &mut lines);
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

/// Returns the cost of each module of row `i`; a shared instance's parameters count at its first place in the row.
fn costs(analysis: &Analysis, i: usize) -> Vec<Cost> {
    let row = &analysis.rows[i];
    let start = row.modules.start;
    let modules = &analysis.trace.modules[row.modules.clone()];
    let zero = Cost { params: 0, ops: row.ops.map(|_| 0) };
    let mut costs = vec![zero; modules.len()];
    let mut borrowed = Vec::new();
    for (module, cost) in modules.iter().zip(&mut costs) {
        if let Some(first) = module.same_as {
            if module.params == 0 || row.modules.contains(&(first as usize)) || borrowed.contains(&first) {
                continue;
            }
            borrowed.push(first);
        }
        cost.params = module.params;
    }
    let counter = Counter::new(analysis.convention, &analysis.trace.modules);
    for call in &analysis.trace.calls[row.calls.clone()] {
        let Some(cost) = (call.module as usize).checked_sub(start).and_then(|at| costs.get_mut(at)) else { continue };
        cost.ops = cost.ops.zip(counter.ops(call).ok()).map(|(sum, ops)| sum.saturating_add(ops));
    }
    // Parents come before their children.
    for at in (1..modules.len()).rev() {
        let parent = modules[at].parent.and_then(|parent| (parent as usize).checked_sub(start));
        let Some(parent) = parent.filter(|&parent| parent < at) else { continue };
        let cost = costs[at];
        costs[parent] = sum(costs[parent], cost);
    }
    costs
}

fn sum(a: Cost, b: Cost) -> Cost {
    Cost { params: a.params.saturating_add(b.params), ops: a.ops.zip(b.ops).map(|(a, b)| a.saturating_add(b)) }
}

/// Adds the lines of the children of module `parent` (counted from the row's first). Equal neighbours in a list share a
/// line, with the cost of one.
fn push_children(modules: &[Module], start: usize, costs: &[Cost], parent: usize, depth: usize, lines: &mut Vec<Line>) {
    let id = (start + parent) as u32;
    let is_shown = |&at: &usize| modules[at].parent == Some(id) && !is_free(costs[at]);
    // A module's descendants follow it directly.
    let within = (parent + 1..modules.len()).take_while(|&at| modules[at].parent >= Some(id));
    let children: Vec<usize> = within.filter(is_shown).collect();
    let mut rest = &children[..];
    while let [first, ..] = *rest {
        let alike = |&&at: &&usize| are_alike(&modules[first], &modules[at]) && costs[first] == costs[at];
        let n = rest.iter().take_while(alike).count().max(1);
        let last = rest[n - 1];
        let class = modules[first].class;
        let label = match (modules[first].name, modules[last].name) {
            (Name::Index(a), Name::Index(b)) if n > 1 => format!("{a}–{b}: {class}, each of {n}"),
            (Name::Index(a), _) => format!("{a}: {class}"),
            (Name::Attr(name), _) => format!("{name}: {class}"),
        };
        lines.push(Line { depth, label, cost: costs[first] });
        push_children(modules, start, costs, first, depth + 1, lines);
        rest = &rest[n..];
    }
}

fn is_free(cost: Cost) -> bool {
    cost.params == 0 && cost.ops.is_none_or(|ops| ops == 0)
}

fn are_alike(a: &Module, b: &Module) -> bool {
    matches!((a.name, b.name), (Name::Index(_), Name::Index(_))) && a.class == b.class
}

fn aligned(analysis: &Analysis, lines: &[&Line]) -> String {
    let rows = lines.iter().map(|line| {
        let label = format!("{}{}", "  ".repeat(line.depth), line.label);
        let ops = line.cost.ops.map(|ops| if ops == 0 { String::new() } else { describe::ops(analysis, ops) });
        let params = if line.cost.params == 0 { String::new() } else { units::params(line.cost.params) };
        (label, params, ops.unwrap_or_default())
    });
    let rows: Vec<(String, String, String)> = rows.collect();
    let width = |column: fn(&(String, String, String)) -> &str| {
        rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0)
    };
    let (labels, params, ops) = (width(|row| &row.0), width(|row| &row.1), width(|row| &row.2));
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        let _ = write!(line, "{:labels$}  {:>params$}  {:>ops$}", row.0, row.1, row.2);
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
            let file = ModelFile::read(MODEL, &options.into(), false).unwrap();
            let analysis = file.shown();
            for (i, row) in analysis.rows.iter().enumerate() {
                let root = costs(analysis, i)[0];
                assert_eq!((Some(root.params), root.ops), (row.params, row.ops), "{convention} {i}");
            }
        }
    }

    /// The figures of the parts of C3k2 are those of torch 2.15 and ultralytics-thop 2.2.3.
    #[test]
    fn trees() {
        let file = ModelFile::read(MODEL, &Request::default(), false).unwrap();
        assert_eq!(breakdown(file.shown(), 4), None);
        let trees = [1, 5].map(|i| breakdown(file.shown(), i).unwrap());
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
        assert!(breakdown(file.shown(), 6).unwrap().lines().count() <= MAX_LINES);
    }
}

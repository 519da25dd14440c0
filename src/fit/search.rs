//! The search: single changes first, then sets of the best ones, a bounded number of them and always the same.

use std::collections::HashSet;

use super::{Figures, Kind, Move, Problem, Proposal, moves};

/// How many sets are carried on from each size to the next.
const BREADTH: usize = 24;

/// The most single changes that sets are made of.
const MOST_SINGLE: usize = 60;

/// What a further change takes from a set's rank: few changes are easier to judge than many.
const EACH_MOVE: f64 = 0.05;

/// The most proposals of the same kinds.
const MOST_ALIKE: usize = 2;

/// Works out the figures of many sets of changes, which may be done in parallel: it gets the sets, and what works out one.
pub type Evaluate<'e> =
    &'e dyn Fn(&[Vec<usize>], &(dyn Fn(&Vec<usize>) -> Option<Figures> + Sync)) -> Vec<Option<Figures>>;

/// A set of changes that was tried.
struct Tried {
    set: Vec<usize>,
    figures: Figures,
}

/// Finds sets of up to `most_moves` changes after which a model fits, at most `most`, those first that leave most of it.
pub fn fit(problem: &Problem<'_>, most: usize, most_moves: usize, evaluate: Evaluate<'_>) -> Vec<Proposal> {
    let moves = moves(problem.file, problem.analysis);
    let figures = |set: &Vec<usize>| problem.figures(&picked(&moves, set));
    let Some(now) = figures(&Vec::new()) else { return Vec::new() };
    let tried = |sets: Vec<Vec<usize>>| -> Vec<Tried> {
        let all = evaluate(&sets, &figures);
        sets.into_iter().zip(all).filter_map(|(set, figures)| Some(Tried { set, figures: figures? })).collect()
    };
    let singles = tried((0..moves.len()).map(|at| vec![at]).collect());
    let mut helpful: Vec<Tried> =
        singles.into_iter().filter(|single| single.figures.excess < now.excess * 0.999).collect();
    // The milder of two changes comes first where both save the same for what they take.
    let worth = |figures: &Figures| (now.excess / figures.excess).ln() / (1.02 - figures.kept).max(1e-3);
    let by_worth =
        |a: &Tried, b: &Tried| worth(&b.figures).total_cmp(&worth(&a.figures)).then_with(|| a.set.cmp(&b.set));
    helpful.sort_by(by_worth);
    let singles: Vec<usize> = helpful.iter().map(|single| single.set[0]).take(MOST_SINGLE).collect();
    let mut found: Vec<Tried> = Vec::new();
    let mut open: Vec<Tried> = Vec::new();
    for single in helpful {
        if single.figures.fits { found.push(single) } else { open.push(single) }
    }
    let mut seen: HashSet<Vec<usize>> = HashSet::new();
    for _ in 1..most_moves {
        open.sort_by(by_worth);
        let mut kinds: Vec<Kind> = Vec::new();
        open.retain(|tried| {
            let kind = moves[tried.set[0]].kind;
            kinds.push(kind);
            kinds.iter().filter(|known| **known == kind).count() <= BREADTH / 4
        });
        open.truncate(BREADTH);
        let mut next = Vec::new();
        for tried in &open {
            for &more in &singles {
                let is_new_kind = |&at: &usize| moves[at].kind != moves[more].kind || moves[more].kind == Kind::Lighter;
                if tried.set.contains(&more) || !tried.set.iter().all(is_new_kind) {
                    continue;
                }
                let mut set = tried.set.clone();
                set.push(more);
                set.sort_unstable();
                if seen.insert(set.clone()) {
                    next.push(set);
                }
            }
        }
        open = Vec::new();
        for more in tried(next) {
            if more.figures.fits { found.push(more) } else { open.push(more) }
        }
    }
    let ops = |figures: &Figures| figures.totals.ops.unwrap_or(u128::MAX);
    let rank = |tried: &Tried| tried.figures.kept - EACH_MOVE * tried.set.len() as f64;
    found.sort_by(|a, b| {
        let kept = rank(b).total_cmp(&rank(a));
        kept.then(a.set.len().cmp(&b.set.len()))
            .then(ops(&a.figures).cmp(&ops(&b.figures)))
            .then_with(|| a.set.cmp(&b.set))
    });
    let mut proposals: Vec<Proposal> = Vec::new();
    for tried in found {
        if proposals.len() >= most {
            break;
        }
        let mut kinds: Vec<Kind> = tried.set.iter().map(|&at| moves[at].kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        // A change more doesn't help where fewer do, and the mildest of a kind stand for the others.
        let alike = proposals.iter().filter(|known| known.kinds() == kinds).count();
        let is_more = proposals.iter().any(|known| {
            known.moves.len() < tried.set.len()
                && known.moves.iter().all(|step| tried.set.iter().any(|&at| moves[at] == *step))
        });
        if alike < MOST_ALIKE && !is_more {
            proposals.extend(problem.proposal(&picked(&moves, &tried.set)));
        }
    }
    mark_front(&mut proposals);
    proposals
}

fn picked<'m>(moves: &'m [Move], set: &[usize]) -> Vec<&'m Move> {
    set.iter().map(|&at| &moves[at]).collect()
}

/// Marks the proposals that no other beats in both cost and what is left.
fn mark_front(proposals: &mut [Proposal]) {
    let points: Vec<(f64, f64)> =
        proposals.iter().map(|proposal| (proposal.figures.excess, proposal.figures.kept)).collect();
    for (i, proposal) in proposals.iter_mut().enumerate() {
        let (excess, kept) = points[i];
        let is_beaten = points.iter().any(|other| other.0 <= excess && other.1 >= kept && *other != (excess, kept));
        proposal.is_on_front = !is_beaten;
    }
}

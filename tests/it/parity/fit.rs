//! Edits that bring models under a budget: what is proposed is what torch has built and run, with the same parameters.

use std::fs;

use yolint::internals::analysis::{Options, analyse};
use yolint::internals::budget::{Budgets, named};
use yolint::internals::fit::{Figures, Problem, fit};
use yolint::internals::model::ReadFile;

use crate::common;

/// Works out all sets, on as many threads as there are cores.
fn on_threads(sets: &[Vec<usize>], figures: &(dyn Fn(&Vec<usize>) -> Option<Figures> + Sync)) -> Vec<Option<Figures>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let part = sets.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            sets.chunks(part).map(|sets| scope.spawn(move || sets.iter().map(figures).collect::<Vec<_>>())).collect();
        parts.into_iter().flat_map(|part| part.join().expect("no panic")).collect()
    })
}

#[test]
fn proposals_are_those_that_torch_has_run() {
    let golden = common::golden("fit.json");
    let families = golden.as_object().expect("a mapping");
    assert_eq!(families.len(), 12);
    for (pair, said) in families {
        let (file, scale) = pair.split_once('@').expect("FILE@SCALE");
        let text = fs::read_to_string(common::models().join(file)).expect("the wheel's YAML can be read");
        let read = ReadFile::new(&*text);
        let analysis = analyse(&read.model, scale, &Options::default());
        let limit = said["max_gflops"].to_string();
        let budgets = Budgets { flags: vec![named("gflops", &limit).expect("a limit")], ..Budgets::default() };
        let problem = Problem { file: &read, analysis: &analysis, budgets: &budgets, own: Vec::new(), time: None };
        let proposals = fit(&problem, 6, 3, &on_threads);
        let theirs = said["proposals"].as_array().expect("proposals");
        assert!(theirs.len() >= 3, "{pair}");
        assert_eq!(proposals.len(), theirs.len(), "{pair}");
        for (proposal, said) in proposals.iter().zip(theirs) {
            let title = proposal.title().english();
            assert_eq!(title, said["title"].as_str().unwrap_or_default(), "{pair}");
            assert_eq!(Some(proposal.figures.totals.params), said["params"].as_u64(), "{pair}: {title}");
            assert!(proposal.figures.fits, "{pair}: {title}");
        }
    }
}

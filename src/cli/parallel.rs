//! Processes many files in parallel.

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

/// Stack of each thread, as large as a main thread's: nested files are read with (bounded) recursion.
const STACK_BYTES: usize = 8 << 20;

/// Applies `work` to each item; returns the results in order. Calls `tick` after each item.
pub(super) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync, tick: impl Fn() + Sync) -> Vec<R> {
    let all = |item| {
        let result = work(item);
        tick();
        result
    };
    // One file needs no threads; a system that gives none is no reason to fail.
    match ThreadPoolBuilder::new().stack_size(STACK_BYTES).build() {
        Ok(pool) if items.len() > 1 => pool.install(|| items.par_iter().with_max_len(1).map(all).collect()),
        _ => items.iter().map(all).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_are_in_order() {
        for len in [0, 1, 2, 1_000] {
            let items: Vec<usize> = (0..len).collect();
            let (send, ticks) = std::sync::mpsc::channel();
            let squares = map(&items, |n| n * n, || send.send(()).expect("a listener"));
            assert_eq!(squares, items.iter().map(|n| n * n).collect::<Vec<_>>());
            assert_eq!(ticks.try_iter().count(), len);
        }
    }
}

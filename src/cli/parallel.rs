//! Processes many files in parallel.

use std::sync::mpsc;
use std::thread;

/// Stack of each thread, as large as a main thread's: nested files are read with (bounded) recursion.
const STACK_BYTES: usize = 8 << 20;

/// Applies `work` to each item; returns the results in order. Calls `tick` after each item.
pub(super) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync, mut tick: impl FnMut()) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len()).max(1);
    let (send, receive) = mpsc::channel();
    let mut done: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let share = |first: usize, send: mpsc::Sender<(usize, R)>| {
        for (i, item) in items.iter().enumerate().skip(first).step_by(threads) {
            let _ = send.send((i, work(item)));
        }
    };
    thread::scope(|scope| {
        for first in 0..threads {
            let (send, share) = (send.clone(), &share);
            let its_own = send.clone();
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            if thread.spawn_scoped(scope, move || share(first, its_own)).is_err() {
                share(first, send);
            }
        }
        drop(send);
        for (i, result) in receive {
            done[i] = Some(result);
            tick();
        }
    });
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_are_in_order() {
        for len in [0, 1, 2, 1_000] {
            let items: Vec<usize> = (0..len).collect();
            let mut ticks = 0;
            let squares = map(&items, |n| n * n, || ticks += 1);
            assert_eq!(squares, items.iter().map(|n| n * n).collect::<Vec<_>>());
            assert_eq!(ticks, len);
        }
    }
}

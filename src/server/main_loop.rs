//! The loop that does all work, in the order of arrival.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;

use super::state::State;

/// Something to do.
pub(super) type Work = Box<dyn FnOnce(&mut State) + Send>;

/// Works until nobody is left to ask for anything.
///
/// Diagnostics are published whenever nothing else is left to do: of a burst of edits only the last text is looked at.
pub(super) fn run(queue: &Receiver<Work>, state: &mut State) {
    while let Ok(work) = queue.recv() {
        guarded(state, work);
        while let Ok(work) = queue.try_recv() {
            guarded(state, work);
        }
        while let Some(uri) = state.next_unpublished() {
            guarded(state, |state| state.publish(uri));
        }
    }
}

/// A panic ends the work that it came up in, and nothing else. Its message is on stderr.
fn guarded(state: &mut State, work: impl FnOnce(&mut State)) {
    if catch_unwind(AssertUnwindSafe(|| work(state))).is_err() {
        state.report_panic();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::server::outbox;

    #[test]
    fn work_after_a_panic_is_done() {
        let (work, queue) = mpsc::channel::<Work>();
        let (outbox, mut outgoing) = outbox::channel();
        let (done, seen) = mpsc::channel();
        work.send(Box::new(|_| panic!("on purpose"))).unwrap();
        work.send(Box::new(move |_| done.send(()).unwrap())).unwrap();
        drop(work);
        run(&queue, &mut State::new(outbox));
        assert_eq!(seen.try_recv(), Ok(()));
        assert!(matches!(outgoing.try_recv(), Ok(outbox::Message::Log(_))));
    }
}

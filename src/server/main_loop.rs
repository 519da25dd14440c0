//! The loop that does all work, in the order of arrival.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "lsp")]
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::{Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tower_lsp::ls_types::Uri;

use super::outbox::Brought;
use super::state::State;
use crate::project;

/// How long a work item may take before it is logged.
const SLOW: Duration = Duration::from_millis(50);

/// An item of work.
pub(super) struct Work {
    name: &'static str,
    action: Box<dyn FnOnce(&mut State) + Send>,
}

impl Work {
    /// An action under the name that it is logged by.
    pub(super) fn new(name: &'static str, action: impl FnOnce(&mut State) + Send + 'static) -> Work {
        Work { name, action: Box::new(action) }
    }
}

/// Hands what the outbox brought to the loop, which ends only with the process.
#[derive(Clone)]
pub(super) struct ToMainLoop(pub(super) Sender<Work>);

impl Brought for ToMainLoop {
    fn settings(&self, settings: Value) {
        let _ = self.0.send(Work::new("configure", move |state| state.configure(&settings)));
    }

    fn head(&self, uri: Uri, text: Option<String>) {
        let _ = self.0.send(Work::new("head", move |state| state.set_head(&uri, text)));
    }
}

/// Works until nobody is left to ask for anything.
///
/// What isn't urgent, such as findings, is done step by step when the queue is empty: of a burst of edits only the last
/// text is analysed.
#[cfg(feature = "lsp")]
pub(super) fn run(queue: &Receiver<Work>, state: &mut State) {
    while let Some(work) = next(queue, state.wakes_at()) {
        state.project.files.look_afresh();
        guarded(state, work);
        settle(queue, state);
    }
}

/// Works until nothing is left to do, and says whether there was anything.
pub(super) fn settle(queue: &Receiver<Work>, state: &mut State) -> bool {
    let mut worked = false;
    loop {
        // Who reads what the client says has its turn before anything that isn't urgent.
        let asked = queue.try_recv().or_else(|_| {
            thread::yield_now();
            queue.try_recv()
        });
        match asked {
            Ok(work) => {
                state.project.files.look_afresh();
                guarded(state, work);
            }
            Err(_) => match state.next_step() {
                // A step that panics would come up again and again.
                Some((name, action)) => {
                    if !guarded(state, Work { name, action }) {
                        state.forget_steps();
                    }
                }
                None => {
                    project::rest();
                    return worked;
                }
            },
        }
        worked = true;
    }
}

/// The next thing to do; at a time that was named nothing but to see what is due. None if nobody is left to ask.
#[cfg(feature = "lsp")]
fn next(queue: &Receiver<Work>, at: Option<Instant>) -> Option<Work> {
    let Some(at) = at else { return queue.recv().ok() };
    match queue.recv_timeout(at.saturating_duration_since(Instant::now())) {
        Ok(work) => Some(work),
        Err(RecvTimeoutError::Timeout) => Some(Work::new("wake", State::wake)),
        Err(RecvTimeoutError::Disconnected) => None,
    }
}

/// Does some work, and returns whether it came to its end. A panic ends the work that it came up in, and nothing else. Its
/// message is on stderr, as is what was slow.
fn guarded(state: &mut State, Work { name, action }: Work) -> bool {
    let start = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(|| action(state))).is_ok();
    if !ended {
        state.report_panic();
    }
    state.forget_analyses();
    if let Some(note) = slow(name, start.elapsed()) {
        // Nobody has to read it.
        let _ = writeln!(io::stderr(), "yolint: {note}");
    }
    ended
}

/// The log line for work that took this long; none if that wasn't long.
fn slow(name: &str, took: Duration) -> Option<String> {
    (took > SLOW).then(|| format!("{name} took {} ms", took.as_millis()))
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
        work.send(Work::new("panic", |_| panic!("on purpose"))).unwrap();
        work.send(Work::new("done", move |_| done.send(()).unwrap())).unwrap();
        drop(work);
        run(&queue, &mut State::new(outbox));
        assert_eq!(seen.try_recv(), Ok(()));
        assert!(matches!(outgoing.try_recv(), Ok(outbox::Message::Log(_))));
    }

    #[test]
    fn only_slow_work_is_logged() {
        assert_eq!(slow("hover", Duration::from_millis(50)), None);
        assert_eq!(slow("hover", Duration::from_millis(73)).as_deref(), Some("hover took 73 ms"));
    }
}

//! The language server: the only room that names LSP types, tokio or ropey.
//!
//! Handlers only hand over what they are asked to the main loop, which owns all state and works in the order of arrival;
//! what it has to say besides answers goes through an outbox, so that it never waits for the client.

mod convert;
mod diagnostics;
mod documents;
mod editing;
mod graph;
mod handlers;
mod lifecycle;
mod main_loop;
mod outbox;
mod reading;
mod session;
mod settings;
mod state;
mod status;
mod workspace;

use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::Builder;
use tower_lsp::{LspService, Server};

use self::handlers::Handlers;
use self::lifecycle::Lifecycle;
use self::state::State;

/// The main thread's stack on most systems; that of other threads is smaller.
const STACK_BYTES: usize = 8 << 20;

/// Serves an editor over stdin and stdout until it says `exit` or closes stdin: 0 where it said `shutdown` before,
/// otherwise 1.
pub fn run() -> ExitCode {
    let runtime = match Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("yolint: {error}");
            return ExitCode::from(2);
        }
    };
    let (work, queue) = mpsc::channel();
    let (outbox, outgoing) = outbox::channel();
    let main_loop = thread::Builder::new().name("main loop".to_owned()).stack_size(STACK_BYTES);
    if let Err(error) = main_loop.spawn(move || main_loop::run(&queue, &mut State::new(outbox))) {
        eprintln!("yolint: {error}");
        return ExitCode::from(2);
    }
    let code = runtime.block_on(async {
        let handlers = |client| {
            tokio::spawn(outbox::deliver(client, outgoing, work.clone()));
            Handlers::new(work)
        };
        let service = LspService::build(handlers)
            .custom_method(status::METHOD, Handlers::status)
            .custom_method(graph::METHOD, Handlers::graph);
        let (service, socket) = service.finish();
        let lifecycle = Lifecycle::default();
        Server::new(tokio::io::stdin(), tokio::io::stdout(), socket).serve(lifecycle.watch(service)).await;
        lifecycle.exit_code()
    });
    // The thread that reads stdin can't be interrupted, and isn't waited for.
    runtime.shutdown_background();
    code
}

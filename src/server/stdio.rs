//! The server as a process of its own, which an editor talks to over stdin and stdout.

use std::io::Write;
use std::process::ExitCode;
use std::sync::mpsc;

use tokio::runtime::Builder;
use tower_lsp::Server;

use super::lifecycle::Lifecycle;
use super::main_loop::{self, ToMainLoop};
use super::requests::{self, Handlers};
use super::state::State;
use super::{background, outbox};

/// Serves an editor over stdin and stdout until it says `exit` or closes stdin. The exit code is 0 after `shutdown`,
/// otherwise 1.
pub fn run() -> ExitCode {
    let runtime = match Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "yolint: {error}");
            return ExitCode::from(2);
        }
    };
    let (work, queue) = mpsc::channel();
    let (outbox, outgoing) = outbox::channel();
    let main_loop = background::spawn("main loop", move || main_loop::run(&queue, &mut State::new(outbox)));
    if let Err(error) = main_loop {
        let _ = writeln!(std::io::stderr(), "yolint: {error}");
        return ExitCode::from(2);
    }
    let code = runtime.block_on(async {
        let (service, socket) = requests::service(|client| {
            tokio::spawn(outbox::deliver(client, outgoing, ToMainLoop(work.clone())));
            Handlers::new(work)
        });
        let lifecycle = Lifecycle::default();
        Server::new(tokio::io::stdin(), tokio::io::stdout(), socket).serve(lifecycle.watch(service)).await;
        lifecycle.exit_code()
    });
    // The thread that reads stdin can't be interrupted, and isn't waited for.
    runtime.shutdown_background();
    code
}

//! The language server: the only room that names LSP types, tokio or ropey.
//!
//! Handlers only hand over what they are asked to the main loop, which owns all state and works in the order of arrival;
//! what it has to say besides answers goes through an outbox, so that it never waits for the client.

mod background;
mod capabilities;
mod convert;
mod documents;
mod lifecycle;
mod main_loop;
mod outbox;
mod python;
mod requests;
mod settings;
mod shapes;
mod state;

use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};

use serde_json::Value;
use tokio::runtime::Builder;
use tower_lsp::Server;
use tower_lsp::ls_types::Uri;

use self::lifecycle::Lifecycle;
use self::main_loop::Work;
use self::outbox::Brought;
use self::requests::Handlers;
use self::state::State;

/// Hands what the outbox brought to the main loop, which ends only with the process.
#[derive(Clone)]
struct ToMainLoop(Sender<Work>);

impl Brought for ToMainLoop {
    fn settings(&self, settings: Value) {
        let _ = self.0.send(Work::new("configure", move |state| state.configure(&settings)));
    }

    fn head(&self, uri: Uri, text: Option<String>) {
        let _ = self.0.send(Work::new("head", move |state| state.set_head(&uri, text)));
    }
}

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
    let main_loop = background::spawn("main loop", move || main_loop::run(&queue, &mut State::new(outbox)));
    if let Err(error) = main_loop {
        eprintln!("yolint: {error}");
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

//! `shutdown` and `exit`: how the server ends, and with which code.

use std::future::{self, Future};
use std::pin::Pin;
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tower_lsp::ExitedError;
use tower_lsp::jsonrpc::{Request, Response};
use tower_service::Service;

use super::python;

/// How long a client that said `exit` has to read the answers that are still under way.
const GRACE: Duration = Duration::from_millis(500);

/// Whether the client has said `shutdown`.
#[derive(Clone, Default)]
pub(super) struct Lifecycle {
    shut_down: Arc<AtomicBool>,
}

impl Lifecycle {
    /// A service that keeps an eye on what another is asked.
    pub(super) fn watch<S>(&self, inner: S) -> Watched<S> {
        Watched { inner, lifecycle: self.clone() }
    }

    /// The code that LSP wants the server to end with.
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.status())
    }

    fn status(&self) -> u8 {
        if self.shut_down.load(Ordering::Relaxed) { 0 } else { 1 }
    }
}

/// A service and its lifecycle.
pub(super) struct Watched<S> {
    inner: S,
    lifecycle: Lifecycle,
}

type Answer = Result<Option<Response>, ExitedError>;

impl<S> Service<Request> for Watched<S>
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match request.method() {
            "shutdown" => self.lifecycle.shut_down.store(true, Ordering::Relaxed),
            // The inner service would cancel what isn't answered yet, a `shutdown` right before it included. The
            // transport stops reading at `exit` by itself.
            "exit" => {
                exit_after_grace(self.lifecycle.status());
                return Box::pin(future::ready(Ok(None)));
            }
            _ => {}
        }
        if python::is_left_to_others(&request) {
            let answer = request.id().map(|id| Response::from_ok(id.clone(), Value::Null));
            return Box::pin(future::ready(Ok(answer)));
        }
        Box::pin(self.inner.call(request))
    }
}

/// Ends the process even where the client doesn't read what is left to say.
fn exit_after_grace(status: u8) {
    thread::spawn(move || {
        thread::sleep(GRACE);
        process::exit(status.into());
    });
}

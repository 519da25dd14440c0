//! The server in its client's own thread, where there are no others: in a browser's worker. Messages go in and come out as text,
//! and nothing runs in between.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Instant;

use futures::{FutureExt, SinkExt, StreamExt};
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tower_lsp::jsonrpc::{Request, Response};
use tower_lsp::{ClientSocket, LspService};
use tower_service::Service;

use super::main_loop::{self, ToMainLoop, Work};
use super::requests::{self, Handlers};
use super::state::State;
use super::{outbox, python};

/// How often all waiting tasks are polled before their results are collected. A message passes through three of them.
const TURNS: usize = 8;

/// A language server that does what it is asked before it returns.
pub struct Embedded {
    runtime: Runtime,
    queue: Receiver<Work>,
    state: State,
    service: LspService<Handlers>,
    answers: (Sender<Response>, Receiver<Response>),
    socket: ClientSocket,
}

impl Embedded {
    /// Starts a server.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn new() -> io::Result<Embedded> {
        let runtime = Builder::new_current_thread().build()?;
        let (work, queue) = mpsc::channel();
        let (outbox, outgoing) = outbox::channel();
        let within = runtime.enter();
        let (service, socket) = requests::service(|client| {
            tokio::spawn(outbox::deliver(client, outgoing, ToMainLoop(work.clone())));
            Handlers::new(work)
        });
        drop(within);
        Ok(Embedded { runtime, queue, state: State::new(outbox), service, answers: mpsc::channel(), socket })
    }

    /// Takes a message of the client, JSON without a header, and returns those of the server.
    pub fn receive(&mut self, message: &str) -> Vec<String> {
        let Ok(value) = serde_json::from_str::<Value>(message) else { return Vec::new() };
        if value.get("method").is_none() {
            let Ok(response) = serde_json::from_value::<Response>(value) else { return Vec::new() };
            // Where nobody waits for the answer any more, it is dropped.
            let _ = self.socket.send(response).now_or_never();
        } else if let Ok(request) = serde_json::from_value::<Request>(value) {
            if python::is_left_to_others(&request) {
                let answer = request.id().map(|id| Response::from_ok(id.clone(), Value::Null));
                return answer.iter().map(written).collect();
            }
            let (answer, answers) = (self.service.call(request), self.answers.0.clone());
            self.runtime.spawn(async move {
                if let Ok(Some(response)) = answer.await {
                    let _ = answers.send(response);
                }
            });
        }
        self.settle()
    }

    /// Does what was put off, and returns the server's messages.
    pub fn wake(&mut self) -> Vec<String> {
        self.state.wake();
        self.settle()
    }

    /// In how many milliseconds there is something that was put off; none if there isn't.
    pub fn wakes_in(&self) -> Option<u64> {
        let at = self.state.wakes_at()?;
        Some(at.saturating_duration_since(Instant::now()).as_millis() as u64 + 1)
    }

    /// Works until nothing is left to do.
    fn settle(&mut self) -> Vec<String> {
        let mut messages = Vec::new();
        loop {
            self.runtime.block_on(async {
                for _ in 0..TURNS {
                    yield_now().await;
                }
            });
            let worked = main_loop::settle(&self.queue, &mut self.state);
            let before = messages.len();
            messages.extend(self.answers.1.try_iter().map(|response| written(&response)));
            while let Some(Some(request)) = self.socket.next().now_or_never() {
                messages.push(written(&request));
            }
            if !worked && messages.len() == before {
                return messages;
            }
        }
    }
}

fn written(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("a message is JSON")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the server's answers to a message.
    fn said(server: &mut Embedded, message: Value) -> Vec<Value> {
        server.receive(&message.to_string()).iter().map(|text| serde_json::from_str(text).expect("JSON")).collect()
    }

    #[test]
    fn everything_is_said_before_it_returns() {
        let mut server = Embedded::new().expect("a server");
        let initialize = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } });
        assert_eq!(said(&mut server, initialize)[0]["result"]["serverInfo"]["name"], "yolint");
        said(&mut server, json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
        let text = "backbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [-1, 1, Clasify, [10]]\n";
        let document = json!({ "uri": "file:///m.yaml", "languageId": "yaml", "version": 1, "text": text });
        let opened =
            json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": document } });
        let published = said(&mut server, opened);
        let found = published.iter().find(|m| m["method"] == "textDocument/publishDiagnostics").expect("findings");
        assert_eq!(found["params"]["diagnostics"][0]["code"], "unknown-module");
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
        let params = json!({ "textDocument": { "uri": "file:///m.yaml" }, "range": range });
        let hints = json!({ "jsonrpc": "2.0", "id": 2, "method": "textDocument/inlayHint", "params": params });
        let hints = said(&mut server, hints);
        assert!(hints[0]["result"][0].to_string().contains("464 params"), "{hints:?}");
        assert_eq!(server.wakes_in(), None);
        assert_eq!(server.receive("no JSON"), [""; 0]);
    }
}

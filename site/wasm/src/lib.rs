//! The language server as a WebAssembly module: it reads messages from standard input, one a line, and writes its own to standard
//! output. `site/src/server/wasi.ts` is what stands behind both, so that nothing here handles memory.

use std::cell::RefCell;
use std::io::{self, Read, Write};

use yolint::Embedded;

thread_local! {
    static SERVER: RefCell<Option<Embedded>> = const { RefCell::new(None) };
}

/// Takes all that stands in standard input, or does what was put off if there is nothing; says in how many milliseconds there is
/// something that was put off, and -1 if there isn't.
#[unsafe(no_mangle)]
pub extern "C" fn turn() -> i32 {
    SERVER.with_borrow_mut(|server| match server {
        Some(server) => work(server),
        None => match Embedded::new() {
            Ok(started) => work(server.insert(started)),
            Err(_) => -1,
        },
    })
}

fn work(server: &mut Embedded) -> i32 {
    let mut text = String::new();
    // What isn't text is no message.
    let _ = io::stdin().read_to_string(&mut text);
    let messages = match text.trim().is_empty() {
        true => server.wake(),
        false => text.lines().flat_map(|message| server.receive(message)).collect(),
    };
    let mut out = io::stdout().lock();
    for message in messages {
        // There is nobody else to tell.
        let _ = writeln!(out, "{message}");
    }
    let _ = out.flush();
    server.wakes_in().and_then(|milliseconds| i32::try_from(milliseconds).ok()).unwrap_or(-1)
}

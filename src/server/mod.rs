//! The language server: the only room that names LSP types, tokio or ropey.
//!
//! Handlers only hand over what they are asked to the main loop, which owns all state and works in the order of arrival;
//! what it has to say besides answers goes through an outbox, so that it never waits for the client.

mod background;
mod base;
mod capabilities;
mod convert;
mod documents;
mod embedded;
#[cfg(feature = "lsp")]
mod lifecycle;
mod main_loop;
mod outbox;
mod python;
mod reported;
mod requests;
mod settings;
mod shapes;
mod state;
#[cfg(feature = "lsp")]
mod stdio;

pub use self::embedded::Embedded;
#[cfg(feature = "lsp")]
pub use self::stdio::run;
